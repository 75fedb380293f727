//! The Alter Vault SDK: call third-party APIs with credentials your program never stores.
//!
//! ```
//! use alter_client::{App, GrantId};
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # // Nothing else runs in this process.
//! # unsafe { std::env::set_var("ALTER_API_KEY", "alter_rk_abcdefghijklmnopqrstuv_iwpykn") };
//! let app = App::from_env()?;
//! # let vault = alter_testkit::ScriptedVault::start().await;
//! # vault.on("POST https://api.example.com/v1/berlin/invoices").answers(serde_json::json!({ "id": 118 }));
//! # let app = vault.app();
//! let grant: GrantId = "0b0f7a4e-6c3e-4b8b-9a55-1f2d3c4b5a69".parse()?;
//!
//! let reply = app
//!     .grant(&grant)
//!     .post("https://api.example.com/v1/{team}/invoices")
//!     .path("team", "berlin")
//!     .json(&serde_json::json!({ "amount": 1200 }))
//!     .reason("invoice 118")
//!     .send()
//!     .await?;
//! println!("{} {}", reply.status(), reply.text()?);
//!
//! app.close().await;
//! # vault.saw("POST https://api.example.com/*").grant(&grant).reason("invoice 118").once();
//! # Ok(())
//! # }
//! ```
//!
//! A **grant** ties one credential in the vault to whoever may use it. A handle chooses *what* ([`App::grant`],
//! [`App::provider`]), a verb chooses *how*, setters refine, and the last word runs the call:
//!
//! | | [`.send()`](Call::send), retrieve mode | [`.proxy()`](Call::proxy), proxy mode |
//! |---|---|---|
//! | who calls the provider | this process | the vault |
//! | where the credential goes | into that one request, and nowhere else | it never leaves the vault |
//! | a provider's 400 and above | [`Error::Provider`], with the whole reply | a [`Reply`] like any other |
//! | a person has to approve | not possible | [`Outcome::Waiting`] |
//!
//! What it does not do: it keeps no credential between calls, follows no redirects, keeps no cookies, and connects
//! to the public internet only, unless [`Builder::destinations`] says otherwise.
//!
//! | subject | where |
//! |---|---|
//! | a client and its options | [`App`], [`Agent`], [`Builder`] |
//! | calls to providers | [`Access`], [`Call`], [`Reply`], [`ReplyStream`], [`Outcome`] |
//! | the vault's own operations | [`App::grants`], [`App::approvals`], [`App::connect`], [`App::sign_in`] |
//! | agents and keys | [`App::agents`], [`App::keys`] |
//! | who a call is about | [`App::identity`], and the crate `alter-memory` |
//! | what there is to choose from | [`App::scopes`], [`App::oauth_providers`], [`App::provider_specs`] |
//! | how a call went | [`CallMeta`] on every reply, [`call_meta`] of an error |
//! | errors | [`Error`]: `kind()`, `code()`, `recovery()`, `retry_after()`, `may_have_executed()` |
//! | your own tower layers | [`Builder::call_layer`], [`Builder::attempt_layer`], [`Builder::provider_layer`] |
//! | less than the key may do, or in an agent's name | [`App::constrained`], [`App::acting_as`] |
//! | for whom, why and in which run a call is made | [`Builder::user_tokens`], [`Call::reason`], [`Trace`], [`Builder::trace_parents`] |
//!
//! # What is logged
//!
//! Events of [`tracing`](https://docs.rs/tracing), never with a secret, a path, a query or a body:
//!
//! | level | what |
//! |---|---|
//! | `warn` | a key that is phased out or probably meant for another client, a vault over plain http, an application acting as an agent (once each); an actor id that is not taken; a header that gives way to the credential; missing scopes, and a report of them that failed; an audit row that was refused or lost; a client dropped with rows to deliver |
//! | `info` | a vault other than the hosted one |
//! | `debug` | each attempt with host, operation or method, status and time; a credential released, an audit row or scope report delivered, with the grant; an actor id learnt; a client dropped unclosed |
//! | narrower clients, and acting as an agent | [`App::constrained`], [`App::acting_as`] |
//! | labels for whole pieces of work | [`App::trace`], [`RunScope`] |
//!
//! The [guides](guide) tell each of these as a story: [calling](guide::calling), [streaming](guide::streaming),
//! [approvals](guide::approvals), [connecting accounts](guide::connect), [agents](guide::agents),
//! [layers](guide::custom_layers), [testing your application](guide::testing); [recipes](guide::recipes) show every
//! method once. Whoever comes from the official Python SDK finds its names in [`guide::from_python`].

mod access;
mod agent;
mod any_client;
mod app;
mod audit;
mod builder;
mod call;
mod client;
mod close;
mod constraints;
mod core;
mod env;
mod error;
mod exchange;
mod gate;
pub mod guide;
mod json;
mod link;
mod ns;
mod operation;
mod poll;
mod proxy;
mod reply;
mod reply_stream;
mod scope_report;
mod send;
mod server_sent_events;
mod target;
mod token;
mod trace;
mod trace_parent;
mod user_token;
mod view;

pub use access::{Access, ByGrant, ByProvider};
pub use agent::Agent;
pub use alter_auth::{self as auth, ApiKey, Clock, Random};
pub use alter_transport::{
    self as transport, Audit, AuditContext, AuditLimits, AuditPlace, AuditText, CallMeta, CustomLayer,
    CustomTransport, Destinations, HttpLayer, HttpService, OutgoingProxy, Retry, Roots,
};
pub use alter_types::{
    self as types, ActorId, AgentId, AgentInfo, AgentPrincipal, AgentScopes, AgentType, ApprovalId,
    ApprovalStatus, AuthResult, AuthSession, Caller, CallerType, ConnectResult, ConnectSession,
    DeclinedProvider, GrantId, GrantListItem, GrantPolicyInput, GroupPrincipal, KeyId,
    ManagedSecretConnectSession, ManagedSecretId, MintedKey, PendingApproval, Principal, ProviderId,
    ProviderSpecKind, RateLimitSnapshot, RequestRule, RevokeGrantResult, Secret, SystemPrincipal,
    TraceParent, UnifiedGrantListResult, UserPrincipal, UserSpan, VerifiedIdentity,
};
pub use any_client::AnyClient;
pub use app::App;
pub use builder::Builder;
pub use call::Call;
pub use close::{Close, CloseReport};
pub use constraints::Constraints;
pub use error::{Error, ErrorKind, Recovery, Result, call_meta};
#[cfg(feature = "browser")]
pub use link::open_browser;
pub use link::print_link;
pub use ns::{
    AgentGrants, Agents, Approvals, AssertIdentity, Assertion, AwaitApproval, AwaitSession, AwaitSignIn,
    Connect, CreateAgent, CreateGrant, Delegate, DeriveKey, GetApproval, Grants, Identity, Keys, ListAgents,
    ListGrants, ListOAuthProviders, ListProviderSpecs, ListSpecOperations, MintGrant, OAuthProviders,
    OpenManagedSecret, OpenSession, Pages, ProviderSpecs, ResolveIdentity, RevokeAgentKey, RevokeGrant,
    RevokeKey, RotateKey, RunSession, RunSignIn, Scopes, SignIn, Spans, TokenCheck, UpdateAgent,
};
pub use proxy::Outcome;
pub use reply::Reply;
pub use reply_stream::ReplyStream;
pub use server_sent_events::ServerSentEvent;
pub use trace::{RunScope, Trace};
pub use trace_parent::ProvideTraceParent;
pub use user_token::{ProvideUserToken, UserToken};

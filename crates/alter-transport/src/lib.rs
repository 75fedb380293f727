//! The tower stacks of the Alter Vault SDK: the [`BackendPlane`] sends signed requests to a vault, the
//! [`ProviderPlane`] sends requests with an injected credential to third parties.
//!
//! ```text
//! facade ── BackendPlane   Deadline · [call layers] · Attribute · Retry · Observe · AttemptTimeout ·
//!   │                      [attempt layers] · Origin · Sign · Collect · Idle · Transport
//!   └────── ProviderPlane  Deadline · [provider layers] · Retry · Egress · Audit · Inject · AttemptTimeout ·
//!                          Collect · Idle · Transport
//! ```
//!
//! The brackets are where your own layers go ([`CustomLayer`]): they see each call or attempt, and never a signature
//! or a credential. Every layer stands alone in [`layer`], with what it does, what it sees and what an error in it
//! does. One concrete [`Error`] runs from the socket to the top.
//!
//! This crate knows HTTP and no operation of the protocol; those are in `alter-client`. A server uses the provider
//! plane alone, with a credential that is [already in hand](CredentialSource::in_hand).

pub mod layer;
pub mod query;
pub mod retry;
pub mod template;

mod audit_context;
mod audit_limits;
mod audit_queue;
mod audit_redaction;
mod audit_row;
mod base_url;
mod body;
mod capture;
mod connect;
mod context;
mod credential;
mod destinations;
mod error;
mod exchange;
mod identity;
mod injection;
mod meta;
mod narrowing;
mod pending_row;
mod plane;
mod refusal;
mod scrub;
mod service;
mod standing;
mod tls;

pub use audit_context::{AuditContext, AuditContextError};
pub use audit_limits::{Audit, AuditLimits};
pub use audit_queue::{AuditQueue, AuditSink, Delivery, DrainReport};
pub use audit_redaction::{AuditPlace, AuditRedaction, AuditText};
pub use audit_row::AuditRow;
pub use base_url::{BaseUrl, BaseUrlError};
pub use body::Body;
pub use connect::{
    ConnectOptions, HttpTransport, OutgoingProxy, OutgoingProxyError, PendingAnswer, Preconnect,
};
pub use context::{
    Attempt, CallContext, Deadline, DeclaredUrl, Held, ImpliedContentType, Operation, Replay, Streamed,
};
pub use credential::{Credential, CredentialSource, ProvideCredential};
pub use destinations::{AddressRange, Destinations};
pub use error::{BoxError, Error, ErrorKind, TimeLimit};
pub use exchange::{Exchange, Sent};
pub use identity::Identity;
pub(crate) use injection::Injection;
pub use injection::InjectionError;
pub use ipnet::IpNet;
pub use layer::egress::MAX_URL_LENGTH;
pub(crate) use layer::egress::url_length;
pub use meta::CallMeta;
pub use narrowing::Narrowing;
pub use plane::{
    backend::{BackendOptions, BackendPlane},
    provider::{ProviderOptions, ProviderPlane},
};
pub use refusal::Refusal;
pub use retry::Retry;
pub use service::{
    BoxFuture, CustomLayer, CustomTransport, HttpLayer, HttpService, Request, Response, ResponseFuture,
};
pub use standing::Standing;
pub use tls::{Roots, RootsError};

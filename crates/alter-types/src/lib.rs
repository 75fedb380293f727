//! Every model, enum, error code and error payload of the Alter Vault protocol, as plain data: usable alone by
//! anyone who writes a backend, a gateway or another client. No I/O, no runtime, no cryptography.
//!
//! # Answer so that official SDKs accept it
//!
//! A backend reads a request body, builds the answer with the model's constructor and `with_…` setters, and says no
//! with a code that carries its own status. Both directions need nothing but this crate and a JSON library:
//!
//! ```
//! use alter_types::{AddressedGrant, ErrorBody, ErrorCode, Secret, TokenRequest, TokenWire};
//!
//! /// `POST /sdk/token`: status and body.
//! fn release_credential(body: &[u8]) -> (u16, Vec<u8>) {
//!     let answer = decide(body).map(|token| serde_json::to_vec(&token));
//!     match answer {
//!         Ok(token) => (200, token.expect("a token answer is always JSON")),
//!         Err(refusal) => {
//!             // SDKs choose the error class by code *and* status; the table holds the right pairs.
//!             let status = refusal.error.status().unwrap_or(500);
//!             (status, serde_json::to_vec(&refusal).expect("an error body is always JSON"))
//!         }
//!     }
//! }
//!
//! fn decide(body: &[u8]) -> Result<TokenWire, ErrorBody> {
//!     let request: TokenRequest = serde_json::from_slice(body)
//!         .map_err(|_| ErrorBody::new(ErrorCode::INVALID_REQUEST, "The body is not a token request."))?;
//!     match request.grant {
//!         AddressedGrant::Grant(id) => Ok(TokenWire::new(Secret::from("sk-live-1"), id)
//!             .with_provider_id("stripe-production")
//!             .with_injection_header("Authorization")
//!             .with_injection_format("Bearer {token}")),
//!         AddressedGrant::Provider(_) => {
//!             Err(ErrorBody::new(ErrorCode::GRANT_NOT_FOUND, "No grant for this provider."))
//!         }
//!     }
//! }
//!
//! let request = br#"{"grant_id":"0b1e2d3c-4f5a-4b6c-8d7e-9f0a1b2c3d4e","reason":null,
//!                    "request":{"method":"GET","url":"https://api.stripe.com/v1/charges"}}"#;
//! let (status, body) = release_credential(request);
//! assert_eq!(status, 200);
//! // What a client makes of it:
//! let token: TokenWire = serde_json::from_slice(&body)?;
//! assert_eq!(token.access_token.expose(), "sk-live-1");
//!
//! let unknown = br#"{"provider_id":"github","reason":null,"request":{"method":"GET","url":"https://x.test/"}}"#;
//! assert_eq!(release_credential(unknown).0, 404);
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # What to rely on
//!
//! * **Both generations of the wire are read**; what is written satisfies both.
//! * **Unknown fields are ignored**, except in what a caller asks for (principals, policies, rules), where a misspelt
//!   field would widen what is granted.
//! * **What an unknown word does is said per enum**: a closed one refuses it, an open one ([`Provider`],
//!   [`ErrorCode`]) keeps it.
//! * **Absent and null differ.** Null is read where the protocol allows it; unset optional fields are left out.
//! * **Secrets sit in [`Secret`]**, which prints as a placeholder, is wiped when dropped and leaves only through
//!   [`Secret::expose`]. Models whose purpose is to carry one write it, and say so by `expose` in their source.
//! * **Errors name what is wrong, never the value.** [`read_json`] adds the path of the field.
//!
//! | to | see |
//! |---|---|
//! | verify and make signatures, keys, assertions | the crate `alter-auth` |
//! | understand an error answer | [`AlterError::from_response`], [`error`] |
//! | release a credential, make a call | [`TokenWire`], [`ApprovalResult`], [`PendingApproval`] |
//! | list and make grants | [`GrantListItem`], [`Principal`], [`GrantPolicyInput`] |
//! | connect accounts, sign users in | [`ConnectPoll`], [`AuthPoll`] |
//! | report a call | [`ApiCallAuditLog::sanitized`] |

pub mod error;

mod agent;
mod approval;
mod audit;
mod auth;
mod caller;
mod catalog;
mod checked;
mod connect;
mod grant;
mod http_method;
mod id;
mod identity;
mod key;
mod lenient;
mod origin;
mod principal;
mod provider;
mod proxy;
mod rate_limit;
mod read;
mod retry_info;
mod rule;
mod secret;
mod setters;
mod span;
mod strict;
mod tag;
mod tagged;
mod timestamp;
mod token;
mod trace_parent;
mod wire_enum;

pub use agent::{
    AgentByNameResult, AgentCreateResult, AgentInfo, AgentKey, AgentKeyList, AgentKeyMintResult,
    AgentKeyStatus, AgentListResult, AgentScopes, AgentStatus, AgentType, Change, CreateAgentRequest,
    SetAgentStatusRequest, UpdateAgentRequest,
};
pub use approval::{
    ApprovalGate, ApprovalGateStatus, ApprovalResult, ApprovalStatus, ApprovalStatusValue, BodyError,
    LegacyApprovalShape, PendingApproval, PendingStatus, ProxyResponse, TextEncoding,
};
pub use audit::{
    ApiCallAuditLog, MAX_CAPTURED_BODY, SENSITIVE_HEADERS, SanitizedApiCall, ScopeMismatchReport,
    captured_body, captured_request_body, is_sensitive_header, transport_failure,
};
pub use auth::{AuthPoll, AuthPollRequest, AuthResult, AuthSession, VerifiedToken, VerifyTokenRequest};
pub use caller::{Caller, CallerError, CallerType};
pub use catalog::{
    OAuthProviderCatalog, OAuthProviderCatalogItem, OAuthProviderScopeInfo, ProviderSpec, ProviderSpecKind,
    ProviderSpecListResponse, ResourceScopes, ScopeCatalog, SpecOperation, SpecOperationDetail,
    SpecOperationsPage,
};
pub use connect::{
    ConnectDelegation, ConnectFailedGrant, ConnectFailure, ConnectMetadata, ConnectOperation, ConnectPoll,
    ConnectPollRequest, ConnectResult, ConnectSession, ConnectSessionRequest, DeclinedProvider,
    GrantRestrictions, ManagedSecretConnectPath, ManagedSecretConnectSession,
    ManagedSecretConnectSessionRequest, RequestedGrantInput,
};
pub use error::{
    AlterError, CredentialChoice, ErrorBody, ErrorCode, ErrorKind, ErrorResponse, GrantCandidate, Recovery,
    Surface,
};
pub use grant::{
    CreateGrantResult, CreateManagedSecretGrantRequest, CredentialKind, DelegateRequest, DelegationResult,
    GrantInfo, GrantKind, GrantListItem, GrantPolicy, GrantPolicyInput, LegacyGrantListResult,
    ListGrantsRequest, ManagedSecretAccessVia, ManagedSecretGrantItem, MintGrantRequest, OAuthAccessVia,
    OAuthGrantItem, RevokeGrantRequest, RevokeGrantResult, UnifiedGrantListResult, check_scope_constraint,
};
pub use http_method::HttpMethod;
pub use id::{
    ActorId, AgentId, AppId, ApprovalGroupId, ApprovalId, CredentialId, GrantId, KeyId, ManagedSecretId,
    ParseIdError, ProviderId,
};
pub use identity::{
    AssertIdentityRequest, AssertionRejectReason, IdentityAssertion, IdentityContext, IdentityTrace,
    MemoryCoverage, MemoryIsolationCode, MemoryScope, Moment, ResolveIdentityRequest, VerifiedIdentity,
};
pub use key::{ApiKeyInfo, ApiKeyStatus, ApiKeyType, DeriveKeyRequest, MintedKey, RotateKeyRequest};
pub use origin::is_bare_https_origin;
pub use principal::{
    AgentPrincipal, GroupPrincipal, NonGroupPrincipalType, Principal, PrincipalType, SystemPrincipal,
    UserPrincipal,
};
pub use provider::{OFFICIAL_PROVIDERS, Provider};
pub use proxy::ProxyRequest;
pub use rate_limit::RateLimitSnapshot;
pub use read::{ReadJsonError, read_json};
pub use retry_info::{RetryErrorInfo, RetryInfo};
pub use rule::{
    ConditionValue, ContentMatchEffect, ContentMatchFamily, ContentMatchRule, ContentParamCondition,
    ContentParamOp, MAX_RULE_HEADER, RequestRule, ScalarValue, TimeWindow, TimeWindows, Weekday,
};
pub use secret::{Secret, expose_in_json, expose_optional_in_json};
pub use span::{EmitSpansRequest, EmitSpansResult, MAX_SPANS, UserSpan};
pub use timestamp::{ParseTimestampError, Timestamp};
pub use token::{
    AddressedGrant, DeclaredRequest, FORBIDDEN_INJECTION_HEADERS, InjectionRule, InjectionTarget,
    ProviderAddress, REFRESH_BUFFER_SECONDS, TokenRequest, TokenResponse, TokenWire, ValueSource,
};
pub use trace_parent::{ParseTraceParentError, TraceParent};
pub use wire_enum::UnknownWord;

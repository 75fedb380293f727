//! Every model, enum, error code and error payload of the Alter Vault protocol, as plain data: usable alone by
//! anyone who writes a backend, a gateway or another client. No I/O, no runtime, no cryptography.
//!
//! Reading is tolerant where the protocol is open (unknown fields and unknown enum values survive) and strict where
//! it is closed. Secrets sit in [`Secret`], which prints as a placeholder and leaves only through
//! [`Secret::expose`].

pub mod error;

mod agent;
mod approval;
mod audit;
mod auth;
mod caller;
mod catalog;
mod challenge;
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
mod wire_enum;

pub use agent::{
    AgentByNameResult, AgentCreateResult, AgentInfo, AgentKey, AgentKeyList, AgentKeyMintResult,
    AgentKeyStatus, AgentListResult, AgentScopes, AgentStatus, AgentType, CreateAgentRequest,
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
pub use challenge::bearer_challenge;
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
    MemoryCoverage, MemoryIsolationCode, MemoryScope, ResolveIdentityRequest, VerifiedIdentity,
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
pub use wire_enum::UnknownWord;

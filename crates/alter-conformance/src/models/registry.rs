//! Which Rust type reads a sample of which recorded type.

use std::fmt::Debug;

use alter_types as types;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// A sample that was read and written again.
pub(super) struct Emitted {
    /// The value written again.
    pub(super) value: Value,
    /// Its `Debug` text.
    pub(super) debug: String,
}

/// Reads a sample, writes it, reads and writes that again. Both writings must be equal.
pub(super) type Reader = fn(&str) -> Result<Emitted, String>;

fn read<T: DeserializeOwned + Serialize + Debug>(text: &str) -> Result<Emitted, String> {
    let first: T = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let value = serde_json::to_value(&first).map_err(|error| error.to_string())?;
    let second: T =
        serde_json::from_value(value.clone()).map_err(|error| format!("second reading: {error}"))?;
    let again = serde_json::to_value(&second).map_err(|error| error.to_string())?;
    if again != value {
        return Err(format!("the second writing differs: {value} then {again}"));
    }
    Ok(Emitted { value, debug: format!("{first:?}") })
}

/// Reads what is only ever read.
fn read_only<T: DeserializeOwned + Serialize + Debug>(text: &str) -> Result<Emitted, String> {
    let first: T = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let value = serde_json::to_value(&first).map_err(|error| error.to_string())?;
    Ok(Emitted { value, debug: format!("{first:?}") })
}

macro_rules! readers {
    ($kind:ident: $($name:literal => $type:ty),* $(,)?) => {
        match $kind {
            $($name => Some(read::<$type> as Reader),)*
            // The credential is thrown away, so what is written cannot be read again.
            "TokenResponse" => Some(read_only::<types::TokenResponse> as Reader),
            _ => None,
        }
    };
}

/// The reader of a recorded type; enum samples are arrays of words.
pub(super) fn reader(kind: &str) -> Option<Reader> {
    readers! { kind:
        "APICallAuditLog" => types::ApiCallAuditLog,
        "APIKeyInfo" => types::ApiKeyInfo,
        "AgentCreateResult" => types::AgentCreateResult,
        "AgentInfo" => types::AgentInfo,
        "AgentKey" => types::AgentKey,
        "AgentKeyList" => types::AgentKeyList,
        "AgentKeyMintResult" => types::AgentKeyMintResult,
        "AgentListResult" => types::AgentListResult,
        "AgentListWire" => types::AgentListResult,
        "AgentPrincipal" => types::AgentPrincipal,
        "AgentStatus" => Vec<types::AgentStatus>,
        "AgentType" => Vec<types::AgentType>,
        "ApiKeyType" => Vec<types::ApiKeyType>,
        "ApprovalGate" => types::ApprovalGate,
        "ApprovalGateStatus" => types::ApprovalGateStatus,
        "ApprovalResult" => types::ApprovalResult,
        "ApprovalStatus" => types::ApprovalStatus,
        "ApprovalStatusValue" => Vec<types::ApprovalStatusValue>,
        "AssertionRejectReason" => Vec<types::AssertionRejectReason>,
        "AuthResult" => types::AuthResult,
        "AuthSession" => types::AuthSession,
        "CallerType" => Vec<types::CallerType>,
        "ConnectDelegation" => types::ConnectDelegation,
        "ConnectFailedGrant" => types::ConnectFailedGrant,
        "ConnectOperation" => Vec<types::ConnectOperation>,
        "ConnectMetadata" => types::ConnectMetadata,
        "ConnectResult" => types::ConnectResult,
        "ConnectSession" => types::ConnectSession,
        "ContentMatchEffect" => Vec<types::ContentMatchEffect>,
        "ContentMatchFamily" => Vec<types::ContentMatchFamily>,
        "ContentParamCondition" => types::ContentParamCondition,
        "ContentParamOp" => Vec<types::ContentParamOp>,
        "CreateGrantResult" => types::CreateGrantResult,
        "CredentialChoice" => types::CredentialChoice,
        "CredentialKind" => Vec<types::CredentialKind>,
        "DelegationResult" => types::DelegationResult,
        "EmitSpansResult" => types::EmitSpansResult,
        "GrantCandidate" => types::GrantCandidate,
        "GrantInfo" => types::GrantInfo,
        "GrantKind" => Vec<types::GrantKind>,
        "GrantListItem" => types::GrantListItem,
        "GrantListResult" => types::LegacyGrantListResult,
        "GrantPolicy" => types::GrantPolicy,
        "GrantPolicyInput" => types::GrantPolicyInput,
        "GroupPrincipal" => types::GroupPrincipal,
        "HttpMethod" => Vec<types::HttpMethod>,
        "IdentityAssertion" => types::IdentityAssertion,
        "IdentityContext" => types::IdentityContext,
        "IdentityTrace" => types::IdentityTrace,
        "InjectionTarget" => Vec<types::InjectionTarget>,
        "ManagedSecretAccessVia" => Vec<types::ManagedSecretAccessVia>,
        "ManagedSecretConnectPath" => Vec<types::ManagedSecretConnectPath>,
        "ManagedSecretConnectSession" => types::ManagedSecretConnectSession,
        "ManagedSecretGrantItem" => types::ManagedSecretGrantItem,
        "MemoryIsolationCode" => Vec<types::MemoryIsolationCode>,
        "MemoryScope" => types::MemoryScope,
        "MintedKey" => types::MintedKey,
        "NonGroupPrincipalType" => Vec<types::NonGroupPrincipalType>,
        "OAuthAccessVia" => Vec<types::OAuthAccessVia>,
        "OAuthGrantItem" => types::OAuthGrantItem,
        "OAuthProviderCatalog" => types::OAuthProviderCatalog,
        "OAuthProviderCatalogItem" => types::OAuthProviderCatalogItem,
        "OAuthProviderScopeInfo" => types::OAuthProviderScopeInfo,
        "PendingApproval" => types::PendingApproval,
        "Principal" => types::Principal,
        "PrincipalType" => Vec<types::PrincipalType>,
        "Provider" => Vec<types::Provider>,
        "ProviderSpec" => types::ProviderSpec,
        "ProviderSpecKind" => Vec<types::ProviderSpecKind>,
        "ProviderSpecListResponse" => types::ProviderSpecListResponse,
        "RateLimitSnapshot" => types::RateLimitSnapshot,
        "RequestRule" => types::RequestRule,
        "RequestedGrantInput" => types::RequestedGrantInput,
        "ResourceScopes" => types::ResourceScopes,
        "RetryErrorInfo" => types::RetryErrorInfo,
        "RetryInfo" => types::RetryInfo,
        "RevokeGrantResult" => types::RevokeGrantResult,
        "ScopeCatalog" => types::ScopeCatalog,
        "SpecOperation" => types::SpecOperation,
        "SpecOperationDetail" => types::SpecOperationDetail,
        "SpecOperationsPage" => types::SpecOperationsPage,
        "SystemPrincipal" => types::SystemPrincipal,
        "TimeWindow" => types::TimeWindow,
        "TimeWindows" => types::TimeWindows,
        "TokenWire" => types::TokenWire,
        "UnifiedGrantListResult" => types::UnifiedGrantListResult,
        "UserPrincipal" => types::UserPrincipal,
        "UserSpan" => types::UserSpan,
        "Weekday" => Vec<types::Weekday>,
    }
}

//! `docs/from-python.md` leaves no name of the official SDK out, and names nothing that does not exist.

use std::{collections::BTreeSet, fs, path::PathBuf};

use alter_client::ErrorKind;

/// What `alter_sdk` 0.29.0 exports.
const EXPORTS: &str = "\
    APICallAuditLog APIKeyInfo Agent AgentCannotMintSubagentsError AgentConcurrentUpdateError AgentCreateResult \
    AgentDelegationMissingError AgentError AgentInactiveError AgentInfo AgentKey AgentKeyLimitError AgentKeyList \
    AgentKeyMintResult AgentListResult AgentNameExistsError AgentNotFoundError AgentPrincipal AgentRevokedError \
    AlterSDKError AlterValueError AmbiguousGrantError App ApprovalDeniedError ApprovalError \
    ApprovalExecutionFailedError ApprovalExpiredError ApprovalGate ApprovalGateStatus ApprovalResult \
    ApprovalStatus ApprovalStatusValue ApprovalTimeoutError AuthResult AuthSession BackendError \
    BlockedDestinationError CallerAgentMismatchError CallerAgentResolutionError CallerType ConnectConfigError \
    ConnectDelegation ConnectDeniedError ConnectFailedGrant ConnectFlowError ConnectResult ConnectSession \
    ConnectTimeoutError ContentMatchEffect ContentMatchFamily ContentParamCondition ContentParamOp \
    CreateGrantResult CredentialChoice CredentialIdRequiredError CredentialRevokedError DelegationResult \
    EmitSpansResult EndUserCredentialNotAssignableError GrantCandidate GrantDeletedError GrantExpiredError \
    GrantInfo GrantListItem GrantNotDelegableError GrantNotFoundError GrantPolicy GrantPolicyInput \
    GrantRevokedError GroupPrincipal HttpMethod IdempotencyKeyAgentInactiveError IdempotencyKeyAgentRevokedError \
    IdempotencyKeyBodyMismatchError IdentityAssertion IdentityContext IdentityTrace InsufficientScopeError \
    InvalidKeyError KeyAlreadyRevokedError KeyAppNotFoundError KeyExpiredError KeyInactiveError KeyNotFoundError \
    KeyRevokedError KeyRotationExpiredError LastActiveKeyError MEMORY_ISOLATION_CODES ManagedSecretConnectSession \
    ManagedSecretGrantItem MeRequiresAgentKeyError MemoryIsolationCode MemoryIsolationError MemoryItem MemoryScope \
    MintedKey NamespaceStore NetworkError NoDelegatedGrantError NonGroupPrincipalType OAuthGrantItem \
    OAuthProviderCatalog OAuthProviderCatalogItem OAuthProviderScopeInfo PendingApproval PolicyViolationError \
    Principal PrincipalType Provider ProviderAPIError ProviderSpec ProviderSpecKind ProviderUnauthorizedError \
    QuotaExceededError RATE_LIMIT_SCOPE_VALUES RateLimitError RateLimitSnapshot ReAuthRequiredError \
    RedactDischargeFailedError RequestRule ResourceScopes RestrictedGrantRequiresProxyError RetryErrorInfo \
    RetryInfo RevokeGrantResult ScopeCatalog ScopeReauthRequiredError ScopedMemoryStore \
    ServerFeatureUnsupportedError SiblingLabelConflictError SpecOperation SpecOperationDetail SpecOperationsPage \
    StepUpRequiredError SystemPrincipal TimeWindow TimeWindows TimeoutError TokenRefreshInProgressError \
    TokenResponse UnifiedGrantListResult UserPrincipal UserSpan content_match_rule is_valid_key \
    verify_identity_assertion";

/// The public members of its two clients, and what their namespaces can do.
const MEMBERS: &str = "\
    actor_id agents agents.create agents.delete agents.deprecate_key agents.get agents.get_by_name agents.list \
    agents.list_keys agents.mint_key agents.resume agents.revoke_key agents.suspend agents.undeprecate_key \
    agents.update assert_identity authenticate await_approval base_url boto3_client close connect \
    create_auth_session create_connect_session create_connect_session_for_error \
    create_managed_secret_connect_session create_managed_secret_grant delegate get_agent get_approval_status keys \
    keys.derive keys.revoke keys.rotate last_rate_limit last_retry_info list_grants me mint_grant oauth_providers \
    oauth_providers.list poll_auth_session poll_connect_session provider_specs provider_specs.get \
    provider_specs.get_operation provider_specs.list provider_specs.list_operations proxy_request request \
    resolve_identity revoke_delegation revoke_grant scopes scopes.list spans spans.emit trace verify_user_token \
    with_constraints";

struct Row {
    python: Vec<String>,
    rust: Vec<String>,
    line: String,
}

/// The rows of all tables with three columns.
fn rows() -> Vec<Row> {
    let page = fs::read_to_string(repository().join("docs/from-python.md")).unwrap();
    let row = |line: &str| {
        let cells: Vec<_> = line.strip_prefix("| ")?.strip_suffix('|')?.split('|').collect();
        let [python, rust, _] = cells[..] else { return None };
        Some(Row { python: words(python), rust: words(rust), line: line.to_owned() })
    };
    page.lines().filter_map(row).collect()
}

/// What stands in backticks.
fn words(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn no_python_name_is_missing() {
    let named: BTreeSet<_> = rows().into_iter().flat_map(|row| row.python).collect();
    let all = EXPORTS.split_whitespace().chain(MEMBERS.split_whitespace());
    let missing: Vec<_> = all.filter(|name| !named.contains(*name)).collect();
    assert!(missing.is_empty(), "not in docs/from-python.md: {missing:?}");
}

#[test]
fn every_exception_is_the_kind_that_says_so() {
    let rows = rows();
    for kind in ErrorKind::ALL {
        let expected = format!("ErrorKind::{kind:?}");
        let row =
            rows.iter().find(|row| row.python == [kind.official_name()] && row.rust == [expected.as_str()]);
        assert!(row.is_some(), "no row `{}` to `{expected}`", kind.official_name());
    }
}

/// A name of this crate has to be a link of the guide's page, where rustdoc refuses a link that leads nowhere; a name of
/// a crate beside it has to be declared there.
#[test]
fn every_rust_name_exists() {
    let mut links = BTreeSet::new();
    for row in rows() {
        for name in &row.rust {
            match name.split_once("::") {
                Some((krate, name)) if krate.starts_with("alter_") => {
                    assert!(is_declared(krate, name), "{}: {krate} has no {name}", row.line);
                }
                _ => drop(links.insert(format!("* [`{name}`](crate::{name})"))),
            }
        }
    }
    let page = repository().join("crates/alter-client/src/docs/from_python_names.md");
    let linked: BTreeSet<_> = fs::read_to_string(page)
        .unwrap()
        .lines()
        .filter(|line| line.starts_with("* "))
        .map(str::to_owned)
        .collect();
    let missing: Vec<_> = links.difference(&linked).map(String::as_str).collect();
    let surplus: Vec<_> = linked.difference(&links).map(String::as_str).collect();
    assert!(
        missing.is_empty() && surplus.is_empty(),
        "in from_python_names.md, add:\n{}\nand remove:\n{}",
        missing.join("\n"),
        surplus.join("\n")
    );
}

fn is_declared(krate: &str, name: &str) -> bool {
    let source = repository().join("crates").join(krate.replace('_', "-")).join("src");
    let kinds = ["struct", "enum", "trait", "fn", "async fn"];
    let mut folders = vec![source];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|_| panic!("{krate} has sources")).flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let declares = |line: &str| {
                let declared = kinds.iter().find_map(|kind| line.strip_prefix(&format!("pub {kind} {name}")));
                declared.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
            };
            if text.lines().any(declares) {
                return true;
            }
        }
    }
    false
}

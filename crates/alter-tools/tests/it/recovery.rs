//! What a tool answers when something is missing that a person can give.

use alter_client::{AgentId, ErrorKind, types::ErrorCode};
use alter_testkit::{Answer, Refusal, ScriptedVault};
use alter_tools::{RecoveryKind, Tool, ToolFailure, ToolRecovery};
use serde_json::{Value, json};

const LINK: &str = "https://connect.example.com/s/1";
/// Part of every refusal, and not to be seen in a recovery.
const INTERNAL: &str = "internal-detail-4711";

async fn vault(refusal: Refusal) -> ScriptedVault {
    let vault = ScriptedVault::start().await;
    vault.on("GET https://api.example.com/orders").refuses(refusal);
    vault.on("POST /sdk/oauth/connect/session").answers(session());
    vault
}

fn session() -> Answer {
    Answer::status(201).json(&json!({
        "session_token": "s3ss10n",
        "connect_url": LINK,
        "expires_in": 600,
        "expires_at": "2030-01-01T00:00:00Z",
    }))
}

async fn used(tool: &Tool) -> ToolFailure {
    let use_ = tool.used().as_user("a.b.c".into());
    use_.run(|acme| async move { acme.get("https://api.example.com/orders").send().await }).await.unwrap_err()
}

fn recovery(failure: ToolFailure) -> ToolRecovery {
    let ToolFailure::Recoverable(recovery) = failure else { panic!("{failure:?}") };
    let logged = format!("{recovery} {recovery:?}");
    let answered = format!("{} {}", recovery.text(), serde_json::to_string(&recovery).unwrap());
    assert!(!logged.contains(INTERNAL) && !answered.contains(INTERNAL), "{logged} {answered}");
    assert!(!logged.contains(LINK), "{logged}");
    assert_eq!(answered.matches(LINK).count(), if recovery.connect_url.is_some() { 2 } else { 0 });
    recovery
}

fn link(recovery: &ToolRecovery) -> Option<&str> {
    recovery.connect_url.as_ref().map(alter_client::Secret::expose)
}

fn refusal(code: ErrorCode) -> Refusal {
    Refusal::new(code, INTERNAL)
}

#[tokio::test]
async fn every_class_a_person_can_repair_becomes_a_link() {
    for (code, kind) in [
        (ErrorCode::GRANT_NOT_FOUND, RecoveryKind::AuthorizationRequired),
        (ErrorCode::GRANT_EXPIRED, RecoveryKind::ReauthorizationRequired),
        (ErrorCode::CREDENTIAL_REVOKED, RecoveryKind::ReauthorizationRequired),
        (ErrorCode::GRANT_REVOKED, RecoveryKind::ReauthorizationRequired),
    ] {
        let vault = vault(refusal(code.clone())).await;
        let tool = Tool::new(vault.app(), "acme".parse().unwrap(), "order");
        let recovery = recovery(used(&tool).await);
        assert_eq!((recovery.error, link(&recovery)), (kind, Some(LINK)), "{code}");
        assert!(recovery.message.contains("acme"));
    }
}

#[tokio::test]
async fn a_refusal_by_the_provider_itself_becomes_a_link_too() {
    for (answer, kind) in [
        (Answer::status(401), RecoveryKind::ReauthorizationRequired),
        (
            Answer::status(403).header("www-authenticate", "Bearer error=\"insufficient_scope\""),
            RecoveryKind::ScopeReauthRequired,
        ),
    ] {
        let vault = ScriptedVault::start().await;
        vault.on("GET https://api.example.com/orders").answers(answer);
        vault.on("POST /sdk/oauth/connect/session").answers(session());
        vault.on("POST /sdk/grants/{grant}/report-scope-mismatch").answers(json!({ "recorded": true }));
        let tool = Tool::new(vault.app(), "acme".parse().unwrap(), "order");
        let recovery = recovery(used(&tool).await);
        assert_eq!((recovery.error, link(&recovery)), (kind, Some(LINK)));
    }
}

#[tokio::test]
async fn the_link_is_for_the_tools_user_label_and_agent() {
    let vault = vault(refusal(ErrorCode::GRANT_NOT_FOUND)).await;
    let agent: AgentId = "33333333-4444-4555-8666-777777777777".parse().unwrap();
    let tool =
        Tool::new(vault.app(), "acme".parse().unwrap(), "order").label("work").acting_as(&agent).unwrap();
    recovery(used(&tool).await);
    let opened = vault.seen().pop().unwrap();
    let body: Value = serde_json::from_slice(&opened.body).unwrap();
    assert_eq!(body["allowed_providers"], json!(["acme"]));
    assert_eq!(body["agent"], agent.to_string());
    assert_eq!(body["requested_grant"]["label"], "work");
    assert_eq!(body["user_token"], "a.b.c");
}

#[tokio::test]
async fn a_name_the_client_gave_itself_is_not_sent_as_an_agent() {
    let vault = vault(refusal(ErrorCode::GRANT_NOT_FOUND)).await;
    let app = vault.builder().caller(alter_client::Caller::agent("planner").unwrap()).build().unwrap();
    recovery(used(&Tool::new(app, "acme".parse().unwrap(), "order")).await);
    let body: Value = serde_json::from_slice(&vault.seen().pop().unwrap().body).unwrap();
    assert!(body.get("agent").is_none(), "{body}");
}

#[tokio::test]
async fn without_a_session_there_is_still_an_answer() {
    let vault = vault(refusal(ErrorCode::GRANT_NOT_FOUND)).await;
    vault.on("POST /sdk/oauth/connect/session").refuses(refusal(ErrorCode::new("internal_error")));
    let tool = Tool::new(vault.app(), "acme".parse().unwrap(), "order");
    let recovery = recovery(used(&tool).await);
    assert_eq!((recovery.error, link(&recovery)), (RecoveryKind::AuthorizationRequired, None));
}

#[tokio::test]
async fn several_accounts_are_listed_rather_than_connected_again() {
    let accounts = json!(["a@example.com", "b@example.com"]);
    let vault = vault(refusal(ErrorCode::AMBIGUOUS_GRANT).with("account_identifiers", accounts)).await;
    let recovery = recovery(used(&Tool::new(vault.app(), "acme".parse().unwrap(), "order")).await);
    assert_eq!(recovery.error, RecoveryKind::AmbiguousGrant);
    assert_eq!(recovery.accounts, ["a@example.com", "b@example.com"]);
    assert!(recovery.to_string().contains("a@example.com, b@example.com"));
    assert!(recovery.connect_url.is_none());
}

#[tokio::test]
async fn what_nobody_can_repair_stays_the_error_it_is() {
    let vault = vault(refusal(ErrorCode::POLICY_DENIED)).await;
    let failure = used(&Tool::new(vault.app(), "acme".parse().unwrap(), "order")).await;
    let ToolFailure::Failed(error) = failure else { panic!("{failure:?}") };
    assert_eq!(error.kind(), ErrorKind::PolicyViolation);
}

//! Calls that wait for people: frozen, decided, made at most once.

use std::time::Duration;

use alter_types::{AddressedGrant, ApprovalId, ApprovalStatusValue as Status, GrantId};
use alter_vault::{
    ApprovalRecord, ApprovedCall, AuditEvent, Decision, FrozenCall, NewGrant, ProxyDecision, ProxyOutcome,
    ProxyUse, Scope, SecretRef, VaultError,
};

use crate::bench::{Bench, CANARY, Tenant, wanted};

const ANN: &str = "ann@example.com";
const BOB: &str = "bob";

/// Something in the frozen call that must not be readable in the file.
const BODY: &str = "{\"iban\":\"canary-iban-55\"}";

fn call() -> FrozenCall {
    FrozenCall {
        method: "POST".to_owned(),
        url: "https://api.example.com/v1/pay?to=canary-query".to_owned(),
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: BODY.into(),
    }
}

/// A grant whose uses wait for these people.
async fn gated(bench: &Bench, tenant: &Tenant, approvers: &[&str]) -> GrantId {
    let approvers = approvers.iter().map(|name| name.parse().unwrap());
    let new = NewGrant::of(SecretRef::Id(tenant.secret.id)).approved_by(approvers);
    bench.vault.create_grant(tenant.app.id, new).await.unwrap().id
}

async fn hold(bench: &Bench, tenant: &Tenant, grant: GrantId) -> ApprovalRecord {
    let mut wanted = ProxyUse::new(AddressedGrant::Grant(grant), "POST", call().url);
    wanted.reason = Some("invoice 118".to_owned());
    match bench.vault.begin_proxy(bench.call(&tenant.key), wanted, call).await.unwrap() {
        ProxyDecision::Held(record) => record,
        other => panic!("{other:?}"),
    }
}

async fn says(
    bench: &Bench,
    record: &ApprovalRecord,
    who: &str,
    decision: Decision,
) -> Result<ApprovalRecord, VaultError> {
    let who = Some(who.parse().unwrap());
    bench.vault.decide(record.app, record.id.uuid(), who, decision, Some("ok by me".to_owned())).await
}

async fn status(bench: &Bench, record: &ApprovalRecord) -> ApprovalRecord {
    bench.vault.approval(record.app, record.id.uuid()).await.unwrap()
}

async fn finish(bench: &Bench, claimed: ApprovedCall, answer: &[u8]) {
    let outcome = ProxyOutcome::answered(201, 12);
    bench
        .vault
        .finish_approved(claimed.approval, claimed.app, claimed.ticket.id, outcome, Some(answer))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_call_is_made_as_it_was_frozen_once_everyone_agreed_and_only_once() {
    let mut bench = Bench::new();
    let tenant = bench.tenant().await;
    let grant = gated(&bench, &tenant, &[ANN, BOB]).await;
    let held = hold(&bench, &tenant, grant).await;
    assert_eq!((held.status, held.gates.len()), (Status::Pending, 2));
    assert_eq!(held.url, "https://api.example.com/v1/pay", "the list shows no query");
    assert_eq!(bench.vault.frozen_call(tenant.app.id, held.id).await.unwrap(), call());

    let one = says(&bench, &held, ANN, Decision::Approve).await.unwrap();
    assert_eq!(one.status, Status::Pending);
    assert!(bench.vault.claim_approved().await.unwrap().is_none());
    bench.restart().await;
    let both = says(&bench, &held, BOB, Decision::Approve).await.unwrap();
    assert_eq!(both.status, Status::Approved);

    let claimed = bench.vault.claim_approved().await.unwrap().expect("everyone agreed");
    assert_eq!(claimed.call, call());
    assert_eq!(claimed.ticket.credential.access_token.expose(), CANARY);
    assert!(!format!("{claimed:?}").contains("canary"), "{claimed:?}");
    assert_eq!(status(&bench, &held).await.status, Status::Executing);
    assert!(bench.vault.claim_approved().await.unwrap().is_none(), "taken");
    bench.restart().await;
    assert!(bench.vault.claim_approved().await.unwrap().is_none(), "taken for good");

    finish(&bench, claimed, b"the answer").await;
    let done = status(&bench, &held).await;
    assert_eq!((done.status, done.has_result), (Status::Executed, true));
    let id = held.gates[1].id;
    assert_eq!(bench.vault.approval_answer(bench.call(&tenant.key), id).await.unwrap(), b"the answer");
    let events: Vec<_> = bench.trail().await.iter().map(|row| row.event.as_str()).collect();
    let expected =
        ["approval.request", "approval.decide", "approval.decide", "proxy.execute", "proxy.result"];
    assert_eq!(events[events.len() - 5..], expected);

    bench.clock.advance(Duration::from_secs(24 * 3_600));
    let gone = bench.vault.approval_answer(bench.call(&tenant.key), id).await.unwrap_err();
    assert_eq!(gone.code().as_str(), "approval_expired");
    bench.vault.claim_approved().await.unwrap();
    let kept: Option<Vec<u8>> =
        bench.sql().query_row("SELECT result FROM approvals", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, None, "forgotten");
}

#[tokio::test]
async fn one_no_is_enough_and_a_decision_stands() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let grant = gated(&bench, &tenant, &[ANN, BOB]).await;
    let held = hold(&bench, &tenant, grant).await;
    says(&bench, &held, ANN, Decision::Approve).await.unwrap();
    says(&bench, &held, ANN, Decision::Approve).await.unwrap();
    let denied = says(&bench, &held, BOB, Decision::Deny).await.unwrap();
    assert_eq!((denied.status, denied.decision_reason.as_deref()), (Status::Denied, Some("ok by me")));
    let again = says(&bench, &held, BOB, Decision::Approve).await.unwrap_err();
    assert!(matches!(again, VaultError::Conflict { .. }), "{again}");
    assert!(bench.vault.claim_approved().await.unwrap().is_none());
    let answer = bench.vault.approval_answer(bench.call(&tenant.key), held.gates[0].id).await.unwrap_err();
    assert_eq!((answer.status(), answer.code().as_str()), (403, "approval_denied"));
}

#[tokio::test]
async fn only_the_named_people_decide_each_for_themselves() {
    let bench = Bench::new();
    let (tenant, other) = (bench.tenant().await, bench.tenant().await);
    let grant = gated(&bench, &tenant, &[ANN, BOB]).await;
    let held = hold(&bench, &tenant, grant).await;
    let stranger = says(&bench, &held, "eve", Decision::Approve).await.unwrap_err();
    assert!(stranger.to_string().contains("ann@example.com, bob"), "{stranger}");
    let nobody =
        bench.vault.decide(held.app, held.id.uuid(), None, Decision::Approve, None).await.unwrap_err();
    assert!(nobody.to_string().contains("several have to decide"), "{nobody}");
    let anns = held.gates[0].id.uuid();
    let not_bobs = Some(BOB.parse().unwrap());
    bench.vault.decide(held.app, anns, not_bobs, Decision::Approve, None).await.unwrap_err();
    let elsewhere = bench.vault.decide(other.app.id, anns, None, Decision::Approve, None).await.unwrap_err();
    assert!(matches!(elsewhere, VaultError::NotFound { .. }), "{elsewhere}");
    bench.vault.decide(held.app, anns, None, Decision::Approve, None).await.unwrap();
    let asked = bench.vault.ask_approval(bench.call(&other.key), held.gates[0].id).await.unwrap_err();
    assert_eq!((asked.status(), asked.code().as_str()), (404, "approval_not_found"));
}

#[tokio::test]
async fn silence_is_a_no() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let grant = gated(&bench, &tenant, &[ANN]).await;
    let held = hold(&bench, &tenant, grant).await;
    bench.clock.advance(Duration::from_secs(15 * 60));
    assert_eq!(status(&bench, &held).await.status, Status::Expired);
    says(&bench, &held, ANN, Decision::Approve).await.unwrap_err();
    assert!(bench.vault.claim_approved().await.unwrap().is_none());
    assert_eq!(bench.last_row().await.event, AuditEvent::ApprovalExpire);
    let answer = bench.vault.approval_answer(bench.call(&tenant.key), held.gates[0].id).await.unwrap_err();
    assert_eq!((answer.status(), answer.code().as_str()), (410, "approval_expired"));
}

#[tokio::test]
async fn what_would_be_refused_now_is_not_made() {
    for revoke_key in [true, false] {
        let bench = Bench::new();
        let tenant = bench.tenant().await;
        let grant = gated(&bench, &tenant, &[ANN]).await;
        let held = hold(&bench, &tenant, grant).await;
        says(&bench, &held, ANN, Decision::Approve).await.unwrap();
        let code = if revoke_key {
            bench.vault.revoke_key(tenant.app.id, tenant.key_id).await.unwrap();
            "key_revoked"
        } else {
            bench.vault.revoke_grant(tenant.app.id, grant, None).await.unwrap();
            "grant_revoked"
        };
        assert!(bench.vault.claim_approved().await.unwrap().is_none());
        let failed = status(&bench, &held).await;
        assert_eq!((failed.status, failed.execution_error.as_deref()), (Status::Failed, Some(code)));
        assert_eq!(bench.last_row().await.code.as_deref(), Some(code));
    }
}

#[tokio::test]
async fn a_call_interrupted_half_way_is_never_made_again() {
    let mut bench = Bench::new();
    let tenant = bench.tenant().await;
    let grant = gated(&bench, &tenant, &[ANN]).await;
    let held = hold(&bench, &tenant, grant).await;
    says(&bench, &held, ANN, Decision::Approve).await.unwrap();
    drop(bench.vault.claim_approved().await.unwrap().expect("it is taken"));
    bench.restart().await;
    bench.clock.advance(Duration::from_secs(10 * 60));
    assert!(bench.vault.claim_approved().await.unwrap().is_none());
    let failed = status(&bench, &held).await;
    assert_eq!((failed.status, failed.execution_error.as_deref()), (Status::Failed, Some("interrupted")));
}

#[tokio::test]
async fn a_gated_grant_releases_nothing_in_retrieve_mode_and_seals_what_waits() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let grant = gated(&bench, &tenant, &[ANN]).await;
    let refusal = bench.vault.retrieve(bench.call(&tenant.key), wanted(grant)).await.unwrap_err();
    assert_eq!((refusal.status(), refusal.code().as_str()), (400, "hitl_grant_requires_proxy"));
    hold(&bench, &tenant, grant).await;
    bench.vault.close().await;
    let file = std::fs::read(bench.path()).unwrap();
    for secret in ["canary-iban-55", "canary-query", CANARY] {
        assert!(!file.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret} is readable");
    }
}

#[tokio::test]
async fn asking_needs_one_of_two_scopes() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let grant = gated(&bench, &tenant, &[ANN]).await;
    let held = hold(&bench, &tenant, grant).await;
    for (scope, allowed) in
        [(Scope::APPROVALS_READ, true), (Scope::PROXY_EXECUTE, true), (Scope::GRANTS_READ, false)]
    {
        let (_, key) = bench.key(tenant.app.id, vec![scope.parse().unwrap()]).await;
        let asked = bench.vault.ask_approval(bench.call(&key), held.gates[0].id).await;
        assert_eq!(asked.is_ok(), allowed, "{scope}: {asked:?}");
    }
    let unknown = ApprovalId::from_bytes([9; 16]);
    bench.vault.ask_approval(bench.call(&tenant.key), unknown).await.unwrap_err();
}

#[tokio::test]
async fn approvers_are_few_and_different() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    for names in [vec![ANN, ANN], vec![BOB; 11]] {
        let new = NewGrant::of(SecretRef::Id(tenant.secret.id))
            .approved_by(names.iter().map(|name| name.parse().unwrap()));
        let error = bench.vault.create_grant(tenant.app.id, new).await.unwrap_err();
        assert!(matches!(error, VaultError::Invalid { field: "approvers", .. }), "{error}");
    }
    assert!("two words".parse::<alter_vault::Approver>().is_err());
}

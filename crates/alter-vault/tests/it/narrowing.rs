//! What a client gives up below its key is given up.

use alter_types::{AddressedGrant, ListGrantsRequest, RequestRule};
use alter_vault::{Admission, AuditEvent, Narrowing, ProxyUse, Refusal};
use serde_json::{Value, json};

use crate::bench::{Bench, Tenant, wanted};

/// A call narrowed by these headers.
fn narrowed(bench: &Bench, tenant: &Tenant, scopes: Option<&str>, rule: Option<&Value>) -> Admission {
    let rule =
        rule.map(|rule| serde_json::from_value::<RequestRule>(rule.clone()).unwrap().to_header().unwrap());
    Admission { narrowing: Narrowing::read(scopes, rule.as_deref()).unwrap(), ..bench.call(&tenant.key) }
}

async fn refused_by(bench: &Bench, refusal: Refusal, status: u16, code: &str, check: &str) {
    assert_eq!((refusal.status(), refusal.code().as_str()), (status, code), "{refusal}");
    let row = bench.last_row().await;
    assert_eq!(row.code.as_deref(), Some(code));
    assert_eq!(row.decision.unwrap()["stopped_at"], check);
}

#[tokio::test]
async fn a_request_can_do_only_what_it_kept() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let kept = || narrowed(&bench, &tenant, Some("grants:read,tokens:retrieve"), None);
    bench.vault.retrieve(kept(), wanted(tenant.grant.id)).await.unwrap();
    bench.vault.list_grants(kept(), ListGrantsRequest::default()).await.unwrap();

    let only_read = narrowed(&bench, &tenant, Some("grants:read"), None);
    let refusal = bench.vault.retrieve(only_read, wanted(tenant.grant.id)).await.unwrap_err();
    assert_eq!(refusal.body().fields["missing"], json!(["tokens:retrieve"]));
    assert_eq!(refusal.body().fields["granted"], json!(["grants:read"]));
    refused_by(&bench, refusal, 403, "insufficient_scope", "scope").await;
}

#[tokio::test]
async fn a_narrower_verb_of_what_the_key_has_may_be_kept_and_a_wider_one_may_not() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    // The key has grants:write.
    let lower = narrowed(&bench, &tenant, Some("grants:read:g1"), None);
    let refusal = bench.vault.list_grants(lower, ListGrantsRequest::default()).await.unwrap_err();
    refused_by(&bench, refusal, 403, "insufficient_scope", "scope").await;
    for wider in ["grants:admin", "tokens:retrieve,keys:derive"] {
        let wide = narrowed(&bench, &tenant, Some(wider), None);
        let refusal = bench.vault.retrieve(wide, wanted(tenant.grant.id)).await.unwrap_err();
        refused_by(&bench, refusal, 400, "constraint_not_narrowing", "scope").await;
    }
}

#[tokio::test]
async fn a_rule_stops_the_use_it_forbids_and_nothing_else() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let rule = json!({
        "rule_type": "json_match",
        "rule_body": { "when": { "method": "POST", "body.to": "all@example.com" }, "effect": "deny" },
    });
    let mail = |to: &str| {
        let grant = AddressedGrant::Grant(tenant.grant.id);
        let mut mail = ProxyUse::new(grant, "POST", "https://api.example.com/v1/mail");
        mail.body = Some(json!({ "to": to }));
        mail
    };
    let call = || narrowed(&bench, &tenant, None, Some(&rule));
    bench.begin(call(), mail("one@example.com")).await.unwrap();
    let refusal = bench.begin(call(), mail("ALL@example.com")).await.unwrap_err();
    refused_by(&bench, refusal, 403, "policy_denied", "rule").await;
    assert_eq!(bench.last_row().await.event, AuditEvent::ProxyExecute);

    // In retrieve mode nobody can see what will be sent: the answer has to be no.
    let refusal = bench.vault.retrieve(call(), wanted(tenant.grant.id)).await.unwrap_err();
    refused_by(&bench, refusal, 403, "policy_denied", "rule").await;
    // Rules are about uses of credentials.
    bench.vault.list_grants(call(), ListGrantsRequest::default()).await.unwrap();
}

#[tokio::test]
async fn a_rule_that_cannot_be_decided_refuses() {
    let bench = Bench::new();
    let tenant = bench.tenant().await;
    let rule = json!({
        "rule_type": "content_match",
        "rule_body": { "match": { "families": ["send"] }, "effect": "deny" },
    });
    let call = narrowed(&bench, &tenant, None, Some(&rule));
    let refusal = bench.vault.retrieve(call, wanted(tenant.grant.id)).await.unwrap_err();
    refused_by(&bench, refusal, 403, "policy_denied", "rule").await;
}

#[test]
fn limits_that_are_not_understood_are_an_error() {
    for (scopes, rule, part) in [
        (Some(""), None, "X-Alter-Scope-Constraints"),
        (Some("grants:read,*"), None, "X-Alter-Scope-Constraints"),
        (None, Some("e30"), "X-Alter-Request-Rule"),
        (None, Some("%%%"), "X-Alter-Request-Rule"),
        (None, Some("eyJydWxlX3R5cGUiOiJ4IiwicnVsZV9ib2R5Ijp7ImEiOjF9fQ"), "json_match nor content_match"),
    ] {
        let error = Narrowing::read(scopes, rule).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

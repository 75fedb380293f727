//! A client that can do less: for a plugin, a tool or a part of the program that should not be trusted with all of it.
//! The limits are signed into every request, and the vault holds every request to them.

use std::error::Error;

use alter_client::{App, Constraints, ErrorKind, GrantId, RequestRule, Result};
use alter_testkit::{EchoProvider, TestVault};
use serde_json::json;

/// A part that reminds people, with whatever client it is given.
async fn remind(app: &App, grant: &GrantId, mail: &str, to: &str) -> Result<()> {
    app.grant(grant).post(mail).json(&json!({ "to": to, "text": "The invoice is due." })).proxy().await?;
    Ok(())
}

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn Error>> {
    let (vault, provider) = (TestVault::start().await, EchoProvider::start().await);
    let grant = vault.grant("Mail", &provider.origin(), "mail-credential".into()).await;
    let mail = provider.url("/v1/mail");
    let app = vault.client();

    // Only calls the vault makes, and none that writes to everybody.
    let when = json!({ "method": "POST", "body.to": "all@example.com" });
    let nobody_writes_to_all: RequestRule = serde_json::from_value(json!({
        "rule_type": "json_match",
        "rule_body": { "when": when, "effect": "deny" },
    }))?;
    let narrow = app.constrained(Constraints::scopes(["proxy:execute"]).rule(nobody_writes_to_all))?;

    remind(&narrow, &grant, &mail, "ann@example.com").await?;
    let error = remind(&narrow, &grant, &mail, "all@example.com").await.expect_err("the rule forbids it");
    println!("to everybody:   {error}");
    assert!(error.is_policy_violation());

    let error = narrow.grants().list().await.expect_err("listing is another scope");
    println!("list grants:    {error}");
    assert_eq!(error.kind(), ErrorKind::InsufficientScope);

    // A limit cannot be put off by adding others.
    assert!(narrow.constrained(Constraints::scopes(["grants:read"])).is_err());

    // The client it was made from is as it was.
    assert_eq!(app.grants().list().await?.total, 1);
    remind(&app, &grant, &mail, "all@example.com").await?;
    assert_eq!(provider.received().len(), 2);
    app.close().await;
    Ok(())
}

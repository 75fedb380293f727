//! The first call: a vault with one grant, a provider behind it, and a program that never sees the provider's credential.
//! Here both run in this process; `alter dev` starts a vault that stays.

use std::error::Error;

use alter_testkit::{EchoProvider, TestVault};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // What an operator does: store the provider's credential, and grant its use.
    let (vault, provider) = (TestVault::start().await, EchoProvider::start().await);
    let grant = vault.grant("Acme", &provider.origin(), "acme-credential".into()).await;

    // What a program does. With `alter dev`: `App::from_env()` and the grant it printed.
    let app = vault.client();
    let call = || {
        app.grant(&grant)
            .post(provider.url("/v1/teams/{team}/invoices"))
            .path("team", "berlin/mitte")
            .query("draft", true)
            .json(&json!({ "amount": 1200 }))
            .reason("invoice 118")
            .context("run", "7")
    };

    let sent = call().send().await?;
    println!("this process called: {} after {} attempt(s)", sent.status(), sent.meta().attempts);

    let proxied = call().proxy().await?.reply().expect("this grant needs nobody's approval");
    println!("the vault called:    {}", proxied.status());

    // The provider got the same call twice, and its credential both times.
    for received in provider.received() {
        assert_eq!(received.target, "/v1/teams/berlin%2Fmitte/invoices?draft=true");
        assert_eq!(received.header("authorization"), Some("Bearer acme-credential"));
    }
    assert_eq!(sent.json::<Value>()?["body"], r#"{"amount":1200}"#);

    let report = app.close().await;
    assert_eq!((report.delivered, report.lost), (1, 0));
    for row in vault.audit().await {
        println!("{:>3} {:<16} {}", row.seq, row.event.as_str(), row.url.unwrap_or_default());
    }
    Ok(())
}

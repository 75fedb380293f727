//! A private certificate authority: a provider whose certificate no public authority has signed. The roots are added to
//! the system's, or replace them; nothing turns verification off.

use std::error::Error;

use alter_client::Roots;
use alter_testkit::{ScriptedServer, TestAuthority, TestVault, Validity};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let authority = TestAuthority::new();
    let tls = authority.server_config(Validity::Current, &["http/1.1"]);
    let provider = ScriptedServer::start(tls, |mut peer| async move {
        while peer.request().await.is_some() {
            peer.say("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello").await;
        }
    })
    .await;
    let vault = TestVault::start().await;
    let grant = vault.grant("Intranet", &provider.host(), "a-credential".into()).await;

    // In a program: std::fs::read("company-ca.pem")?
    let pem = authority.root_pem();
    let trusting = vault.client_builder().roots(Roots::system().add_pem(pem)?).build()?;
    let reply = trusting.grant(&grant).get(provider.url("/")).send().await?;
    println!("with the company's root: {}", reply.text()?);

    let without = vault.client();
    let refused =
        without.grant(&grant).get(provider.url("/")).send().await.expect_err("the root is not trusted");
    println!("without it: {refused}");
    assert!(!refused.may_have_executed(), "the credential was not sent");
    trusting.close().await;
    without.close().await;
    Ok(())
}

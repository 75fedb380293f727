//! Testing an application: `place_order` is the application, each block in `main` is what would be one `#[tokio::test]` of
//! it. Vault and provider are scripted, the client is the real one, and time is paused, so that waiting costs nothing.

use alter_client::{App, ErrorKind, GrantId, Result, types::ErrorCode};
use alter_testkit::{Answer, Fault, Refusal, ScriptedVault};
use serde_json::{Value, json};

const ORDERS: &str = "https://api.example.com/orders";
const POST_ORDERS: &str = "POST https://api.example.com/orders";

/// Orders something. `None` if the shop has none left.
async fn place_order(app: &App, grant: &GrantId, item: &str, run: &str) -> Result<Option<u64>> {
    let order = json!({ "item": item });
    let call = app.grant(grant).post(ORDERS).json(&order).reason("restock").context("run", run);
    let reply = call.any_status().send().await?;
    if reply.status() == 409 {
        return Ok(None);
    }
    Ok(reply.error_for_status()?.json::<Value>()?["id"].as_u64())
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<()> {
    {
        // It sends the order with the right grant, and the trail can tell which run it was.
        let vault = ScriptedVault::start().await;
        vault.on(POST_ORDERS).answers(json!({ "id": 7 }));
        assert_eq!(place_order(&vault.app(), &vault.grant(), "tea", "r-1").await?, Some(7));
        vault.saw(POST_ORDERS).grant(&vault.grant()).json(json!({ "item": "tea" })).reason("restock").once();
        vault.audited(POST_ORDERS).status(200).context("run", "r-1").once().await;
    }
    {
        // A busy vault is asked again; a shop that has nothing left is no error.
        let vault = ScriptedVault::start().await;
        let busy = Refusal::from(ErrorCode::RATE_LIMIT_EXCEEDED).retry_after(20);
        vault.on(POST_ORDERS).refuses(busy).answers(Answer::status(409));
        assert_eq!(place_order(&vault.app(), &vault.grant(), "tea", "r-2").await?, None);
        vault.saw(POST_ORDERS).times(2);
    }
    {
        // A revoked grant is told apart from a shop that cannot be reached.
        let vault = ScriptedVault::start().await;
        vault.on(POST_ORDERS).refuses(ErrorCode::GRANT_REVOKED).fails(Fault::NoConnection);
        for expected in [ErrorKind::GrantRevoked, ErrorKind::Network] {
            let error = place_order(&vault.app(), &vault.grant(), "tea", "r-3").await.expect_err("it fails");
            println!("{:?}: {error}", error.kind());
            assert_eq!(error.kind(), expected);
        }
    }
    Ok(())
}

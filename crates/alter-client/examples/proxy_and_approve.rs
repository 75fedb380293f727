//! A call that a person has to approve: the vault makes it, so the credential never comes here, and not before somebody
//! said yes. The vault is scripted and time is paused; with a real one only the first line of `main` differs.

use std::time::Duration;

use alter_client::{App, Error, ErrorKind, GrantId, Outcome, Reply, Result};
use alter_testkit::{Answer, Decision, ScriptedVault};
use serde_json::json;

const PAYMENTS: &str = "https://api.example.com/payments";

async fn pay(app: &App, grant: &GrantId, invoice: u32) -> Result<Reply> {
    let payment = app.grant(grant).post(PAYMENTS).json(&json!({ "invoice": invoice }));
    match payment.reason(format!("invoice {invoice}")).proxy().await? {
        Outcome::Done(reply) => Ok(reply),
        Outcome::Waiting(pending) => {
            println!(
                "{} people have to approve, for example at {}",
                pending.gates.len(),
                pending.approval_url
            );
            app.approvals().wait(&pending.approval_id).within(Duration::from_secs(600)).await
        }
        _ => unreachable!("a call is made or waits"),
    }
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<()> {
    let vault = ScriptedVault::start().await;
    let yes = Decision::approved(Answer::status(201).json(&json!({ "paid": true }))).after_polls(2);
    vault
        .on("POST https://api.example.com/payments")
        .needs_approval(yes)
        .needs_approval(Decision::denied("Not before the audit."))
        .needs_approval(Decision::never());
    let (app, grant) = (vault.app(), vault.grant());

    // Approved: the provider's answer, as if the call had been made at once.
    let reply = pay(&app, &grant, 118).await?;
    println!("{} {}", reply.status(), reply.text()?);
    assert_eq!(reply.status(), 201);

    // Denied: in the approver's words.
    let error = pay(&app, &grant, 119).await.expect_err("it was denied");
    println!("{error}");
    assert_eq!(error.kind(), ErrorKind::ApprovalDenied);

    // Nobody decided in time. The approval is still open: the call may yet be made, and can be waited for again.
    let error = pay(&app, &grant, 120).await.expect_err("nobody decided");
    println!("{error}");
    assert!(error.kind() == ErrorKind::ApprovalTimeout && error.may_have_executed());
    let Error::Approval(open) = &error else { unreachable!("it is about an approval") };
    let id = open.approval_id().expect("an approval that is waited for is known");
    assert!(!app.approvals().get(&id).await?.is_terminal());
    Ok(())
}

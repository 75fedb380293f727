//! `alter approvals`: decide on calls that wait for people.

use alter_client::types::ApprovalId;
use alter_server::vault::{ApprovalRecord, Decision, FrozenCall};
use serde_json::json;

use crate::{
    args::{ApprovalsCommand, Decide, Format, OperatorArgs},
    failure::Failure,
    home::{Home, application},
    output,
};

pub(crate) async fn run(operator: &OperatorArgs, command: ApprovalsCommand) -> Result<(), Failure> {
    match command {
        ApprovalsCommand::List { all } => list(operator, all).await,
        ApprovalsCommand::Show { id } => show(operator, &id).await,
        ApprovalsCommand::Approve(decide) => decided(operator, decide, Decision::Approve).await,
        ApprovalsCommand::Deny(decide) => decided(operator, decide, Decision::Deny).await,
    }
}

async fn list(operator: &OperatorArgs, all: bool) -> Result<(), Failure> {
    let vault = Home::of(operator).open()?;
    let app = application(&vault, operator).await?;
    let approvals = vault
        .approvals(app.id, !all)
        .await
        .map_err(|e| Failure::caused("the approvals could not be read", e))?;
    output::rows(
        operator.output,
        &["approval", "status", "secret", "request", "reason", "caller", "missing", "until"],
        &approvals,
        |approval| {
            vec![
                approval.id.to_string(),
                approval.status.as_str().to_owned(),
                approval.provider.clone(),
                format!("{} {}", approval.method, approval.url),
                approval.reason.clone().unwrap_or_default(),
                approval.caller.clone().unwrap_or_default(),
                missing(approval),
                approval.expires_at.to_string(),
            ]
        },
        "No call waits for a decision.",
    );
    vault.close().await;
    Ok(())
}

async fn show(operator: &OperatorArgs, id: &str) -> Result<(), Failure> {
    let id = parse(id)?;
    let vault = Home::of(operator).open()?;
    let app = application(&vault, operator).await?;
    let unread = |e| Failure::caused("the approval could not be read", e);
    let approval = vault.approval(app.id, id.uuid()).await.map_err(unread)?;
    let call = vault.frozen_call(app.id, approval.id).await.map_err(unread)?;
    vault.close().await;
    let body = String::from_utf8_lossy(&call.body);
    let shown = json!({
        "approval": approval,
        "call": { "method": call.method, "url": call.url, "headers": call.headers, "body": body },
    });
    output::record(operator.output, &shown, &summary(&approval));
    if operator.output == Format::Table {
        print_call(&call, &body);
    }
    Ok(())
}

async fn decided(operator: &OperatorArgs, decide: Decide, decision: Decision) -> Result<(), Failure> {
    let id = parse(&decide.id)?;
    let approver = decide
        .approver
        .map(|name| name.parse())
        .transpose()
        .map_err(|e| Failure::caused("--as was not understood", e))?;
    let vault = Home::of(operator).open()?;
    let app = application(&vault, operator).await?;
    let approval = vault
        .decide(app.id, id.uuid(), approver, decision, decide.reason)
        .await
        .map_err(|e| Failure::caused("nothing was decided", e))?;
    vault.close().await;
    output::record(operator.output, &approval, &summary(&approval));
    if operator.output == Format::Table && !missing(&approval).is_empty() && decision == Decision::Approve {
        println!("\nStill to agree: {}", missing(&approval));
    }
    Ok(())
}

fn summary(approval: &ApprovalRecord) -> [(&'static str, String); 8] {
    [
        ("approval", approval.id.to_string()),
        ("status", approval.status.as_str().to_owned()),
        ("secret", approval.provider.clone()),
        ("grant", approval.grant.to_string()),
        ("caller", approval.caller.clone().unwrap_or_default()),
        ("reason", approval.reason.clone().unwrap_or_default()),
        ("missing", missing(approval)),
        ("until", approval.expires_at.to_string()),
    ]
}

fn print_call(call: &FrozenCall, body: &str) {
    println!("\n{} {}", call.method, call.url);
    for (name, value) in &call.headers {
        println!("{name}: {value}");
    }
    if !body.is_empty() {
        println!("\n{body}");
    }
}

/// Who has not decided yet.
fn missing(approval: &ApprovalRecord) -> String {
    let waiting = approval.gates.iter().filter(|gate| gate.status.as_str() == "pending");
    waiting.map(|gate| gate.approver.as_str()).collect::<Vec<_>>().join(", ")
}

fn parse(text: &str) -> Result<ApprovalId, Failure> {
    text.parse().map_err(|e| {
        Failure::caused("that is not an approval", e).advise("`alter approvals list` shows their ids")
    })
}

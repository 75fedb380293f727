//! `alter grants`: who may use which secret.

use std::time::Duration;

use alter_client::types::GrantId;
use alter_server::vault::{Approver, GrantFilter, NewGrant, SecretRef};

use crate::{
    args::{GrantsCommand, OperatorArgs},
    cmd::agents,
    failure::Failure,
    home::{Home, application},
    output,
};

pub(crate) async fn run(operator: &OperatorArgs, command: GrantsCommand) -> Result<(), Failure> {
    let vault = Home::of(operator).open()?;
    let app = application(&vault, operator).await?;
    match command {
        GrantsCommand::Create { secret, label, ttl, agent, approvers, approval_window } => {
            let secret = secret.parse().map_err(|e| Failure::caused("that is not a secret's slug", e))?;
            let mut new = NewGrant::of(SecretRef::Slug(secret));
            if let Some(label) = label {
                new = new.label(label);
            }
            if let Some(agent) = agent {
                new = new.for_agent(agents::named(&vault, &app, &agent).await?);
            }
            if let Some(ttl) = ttl {
                new = new.lasting(Duration::from_secs(ttl.into()));
            }
            let approvers = approvers.iter().map(|name| name.parse()).collect::<Result<Vec<Approver>, _>>();
            new =
                new.approved_by(approvers.map_err(|e| Failure::caused("--approver was not understood", e))?);
            if let Some(minutes) = approval_window {
                new.approval_window = Duration::from_secs(u64::from(minutes) * 60);
            }
            let grant = vault
                .create_grant(app.id, new)
                .await
                .map_err(|e| Failure::caused("the grant was not created", e))?;
            let lines = [
                ("grant", grant.id.to_string()),
                ("secret", grant.slug.to_string()),
                ("label", grant.label.clone().unwrap_or_default()),
                ("agent", grant.agent.map(|id| id.to_string()).unwrap_or_default()),
                ("approvers", names(&grant.approvers)),
                ("expires", grant.expires_at.map_or_else(|| "never".to_owned(), |at| at.to_string())),
            ];
            output::record(operator.output, &grant, &lines);
        }
        GrantsCommand::List => {
            let page = vault
                .grants(app.id, GrantFilter::default())
                .await
                .map_err(|e| Failure::caused("the grants could not be read", e))?;
            output::rows(
                operator.output,
                &["grant", "secret", "label", "status", "approvers", "created", "expires"],
                &page.items,
                |grant| {
                    vec![
                        grant.id.to_string(),
                        grant.slug.to_string(),
                        grant.label.clone().unwrap_or_default(),
                        grant.status.as_str().to_owned(),
                        names(&grant.approvers),
                        grant.created_at.to_string(),
                        grant.expires_at.map_or_else(|| "never".to_owned(), |at| at.to_string()),
                    ]
                },
                "No grants yet. Create one with `alter grants create SECRET`.",
            );
            let rest = page.total.saturating_sub(page.items.len() as u64);
            if rest > 0 && operator.output == crate::args::Format::Table {
                println!("… and {rest} more");
            }
        }
        GrantsCommand::Revoke { grant, reason } => {
            let id: GrantId = grant.parse().map_err(|e| Failure::caused("that is not a grant", e))?;
            let revoked = vault
                .revoke_grant(app.id, id, reason)
                .await
                .map_err(|e| Failure::caused("the grant was not revoked", e))?;
            let lines = [("grant", revoked.grant_id.clone()), ("revoked", revoked.revoked_at.clone())];
            output::record(operator.output, &revoked, &lines);
        }
    }
    vault.close().await;
    Ok(())
}

fn names(approvers: &[Approver]) -> String {
    approvers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

//! `alter audit`: read the trail, and check that it is whole.

use alter_client::types::GrantId;
use alter_server::vault::{AuditFilter, AuditRow};
use serde_json::json;

use crate::{
    args::{AuditCommand, OperatorArgs},
    failure::Failure,
    home::{Home, application},
    output,
};

/// Headings of the trail.
pub(crate) const COLUMNS: &[&str] =
    &["#", "time", "event", "outcome", "code", "key", "secret", "request", "status"];

pub(crate) async fn run(operator: &OperatorArgs, command: AuditCommand) -> Result<(), Failure> {
    match command {
        AuditCommand::List { limit, grant } => list(operator, limit, grant).await,
        AuditCommand::Verify => verify(operator).await,
    }
}

async fn verify(operator: &OperatorArgs) -> Result<(), Failure> {
    let vault = Home::of(operator).open()?;
    let report = vault.verify_chain().await.map_err(|e| Failure::caused("the trail could not be read", e))?;
    vault.close().await;
    let broken = report.broken.as_ref().map(|link| format!("row {}: {}", link.seq, link.problem));
    let lines = [
        ("rows", report.verified_rows.to_string()),
        ("head", report.head.to_string()),
        ("broken", broken.clone().unwrap_or_default()),
    ];
    let shown = json!({ "verified_rows": report.verified_rows, "head": report.head, "broken": broken });
    output::record(operator.output, &shown, &lines);
    match broken {
        None => Ok(()),
        Some(link) => Err(Failure::new(format!("the trail is not what was written, from {link}"))
            .advise("compare with a backup; rows before that one are whole")),
    }
}

async fn list(operator: &OperatorArgs, limit: u32, grant: Option<String>) -> Result<(), Failure> {
    let grant: Option<GrantId> = grant
        .map(|text| text.parse())
        .transpose()
        .map_err(|e| Failure::caused("--grant was not understood", e))?;
    let vault = Home::of(operator).open()?;
    let app = application(&vault, operator).await?;
    let mut filter = AuditFilter::newest(limit).app(app.id);
    filter.grant = grant;
    let mut rows =
        vault.audit(filter).await.map_err(|e| Failure::caused("the trail could not be read", e))?;
    rows.reverse();
    output::rows(operator.output, COLUMNS, &rows, cells, "Nothing has happened yet.");
    vault.close().await;
    Ok(())
}

/// One row of the trail, in the order of [`COLUMNS`].
pub(crate) fn cells(row: &AuditRow) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let request = match (&row.method, &row.url) {
        (Some(method), Some(url)) => format!("{method} {url}"),
        _ => String::new(),
    };
    vec![
        row.seq.to_string(),
        row.at.to_string(),
        row.event.as_str().to_owned(),
        row.outcome.as_str().to_owned(),
        text(&row.code),
        text(&row.key_prefix),
        text(&row.provider),
        request,
        row.status.map(|status| status.to_string()).unwrap_or_default(),
    ]
}

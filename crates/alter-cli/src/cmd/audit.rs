//! `alter audit`: read the trail.

use alter_client::types::GrantId;
use alter_server::vault::{AuditFilter, AuditRow};

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
    let AuditCommand::List { limit, grant } = command;
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

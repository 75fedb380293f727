//! Where an approver is sent, and what they find there: how to decide. Deciding in the browser is not there yet.

use alter_types::{ApprovalGate, ApprovalId, ErrorCode, PendingApproval};
use alter_vault::ApprovalRecord;
use axum::{
    extract::Path,
    response::{Html, IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};

use crate::{ServerConfig, rejection::Rejection};

/// The address pages are linked under: the configured one, or the one the caller reached the vault at.
pub(crate) fn base(config: &ServerConfig, headers: &HeaderMap) -> String {
    if let Some(url) = &config.public_url {
        return url.trim_end_matches('/').to_owned();
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    format!("http://{host}")
}

/// The body of the answer 202.
pub(crate) fn pending(
    record: &ApprovalRecord,
    base: &str,
    now_micros: i64,
) -> Result<PendingApproval, Rejection> {
    let seconds_left = (record.expires_at.unix_micros() - now_micros).div_euclid(1_000_000);
    let mut gates = record.gates.iter().map(|gate| {
        ApprovalGate::new(gate.id, record.expires_at, seconds_left, format!("{base}/approvals/{}", gate.id))
    });
    let first = gates
        .next()
        .ok_or_else(|| Rejection::new(ErrorCode::INTERNAL_ERROR, "The approval has no approver."))?;
    Ok(PendingApproval::new(record.id, first, gates))
}

/// `GET /approvals/{id}`. Says the same whether there is such an approval or not.
pub(crate) async fn page(Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<ApprovalId>() else {
        return (StatusCode::NOT_FOUND, Html(page_about("<p>This is not the address of an approval.</p>")))
            .into_response();
    };
    Html(page_about(&format!(
        "<p>A call waits for your decision. An operator of this vault takes it on the command line:</p>\n\
         <pre>alter approvals show {id}\nalter approvals approve {id}\nalter approvals deny {id} --reason \"…\"</pre>"
    )))
    .into_response()
}

fn page_about(content: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>Approval</title>\n\
         <style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}}\
         pre{{padding:1rem;border:1px solid;border-radius:.5rem;overflow:auto}}</style>\n\
         <h1>Approval</h1>\n{content}\n</html>\n"
    )
}

//! `GET /sdk/approvals/{id}` and its result: how a frozen call stands.

use std::time::Duration;

use alter_types::{ApprovalGateStatus, ApprovalId, ApprovalResult, ApprovalStatus, ErrorCode};
use alter_vault::{Admission, ApprovalRecord};
use axum::extract::{Path, RawQuery, State};
use tokio::time::{Instant, sleep};

use super::Nothing;
use crate::{json::Json, rejection::Rejection, signed::Signed, state::ServerState};

/// Longest wait for a change, in seconds.
const MAX_WAIT: u64 = 25;
/// How often a held request looks for one.
const LOOK_EVERY: Duration = Duration::from_millis(100);

pub(crate) async fn status(
    State(state): State<ServerState>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    request: Signed<Nothing>,
) -> Result<Json<ApprovalStatus>, Rejection> {
    let wait = wait(query.as_deref())?;
    let id = approval_id(&state, &request.admission, &id).await?;
    let mut record = state.vault().ask_approval(request.admission, id).await?;
    let (before, until) = (record.clone(), Instant::now() + wait);
    while record == before && !record.status.is_terminal() && Instant::now() < until {
        sleep(LOOK_EVERY).await;
        record = state.vault().approval(before.app, before.id.uuid()).await.map_err(|_| {
            Rejection::new(ErrorCode::SERVICE_UNAVAILABLE, "The vault cannot read now. Ask again.")
        })?;
    }
    described(&record, id).map(Json::ok)
}

pub(crate) async fn result(
    State(state): State<ServerState>,
    Path(id): Path<String>,
    request: Signed<Nothing>,
) -> Result<Json<ApprovalResult>, Rejection> {
    let id = approval_id(&state, &request.admission, &id).await?;
    let answer = state.vault().approval_answer(request.admission, id).await?;
    let answer: ApprovalResult = serde_json::from_slice(&answer)
        .map_err(|_| Rejection::new(ErrorCode::INTERNAL_ERROR, "The kept answer cannot be read."))?;
    Ok(Json::ok(answer.with_approval_id(id)))
}

/// Something that is no approval id cannot be an approval: the same answer as for one that does not exist.
async fn approval_id(
    state: &ServerState,
    admission: &Admission,
    text: &str,
) -> Result<ApprovalId, Rejection> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let refusal = Rejection::new(ErrorCode::APPROVAL_NOT_FOUND, "This is not the id of an approval.");
    let what = admission.attempted("GET", "/sdk/approvals/{approval_id}");
    Err(state.vault().refuse(&admission.key, refusal.into_refusal(), what).await.into())
}

/// `wait` in seconds; without it the answer comes at once.
fn wait(query: Option<&str>) -> Result<Duration, Rejection> {
    let mut pairs = query.unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
    match pairs.find(|(name, _)| *name == "wait").map(|(_, value)| value.parse::<u64>()) {
        None => Ok(Duration::ZERO),
        Some(Ok(seconds)) if seconds <= MAX_WAIT => Ok(Duration::from_secs(seconds)),
        Some(_) => Err(Rejection::new(
            ErrorCode::INVALID_REQUEST,
            "The request is not valid: wait: expected 0 to 25.",
        )),
    }
}

/// The status as it is asked for by one of the gates.
fn described(record: &ApprovalRecord, asked: ApprovalId) -> Result<ApprovalStatus, Rejection> {
    let mut gates: Vec<ApprovalGateStatus> = Vec::with_capacity(record.gates.len());
    for gate in &record.gates {
        let status = ApprovalGateStatus::new(gate.id, gate.status, record.expires_at);
        let status = match gate.decided_at {
            Some(at) => status.with_decided_at(at),
            None => status,
        };
        // The one that was asked about comes first.
        if gate.id == asked { gates.insert(0, status) } else { gates.push(status) }
    }
    if gates.is_empty() {
        return Err(Rejection::new(ErrorCode::INTERNAL_ERROR, "The approval has no approver."));
    }
    let first = gates.remove(0);
    let mut status = ApprovalStatus::new(record.id, record.status, first, gates);
    status.decided_at = record.decided_at;
    status.decision_reason.clone_from(&record.decision_reason);
    status.executed_at = record.executed_at;
    status.execution_error.clone_from(&record.execution_error);
    status.has_result = record.has_result;
    Ok(status)
}

#[cfg(test)]
mod tests {
    use super::wait;

    #[test]
    fn a_wait_is_bounded() {
        assert_eq!(wait(None).unwrap().as_secs(), 0);
        assert_eq!(wait(Some("wait=25")).unwrap().as_secs(), 25);
        for query in ["wait=26", "wait=-1", "wait=x", "wait="] {
            assert!(wait(Some(query)).is_err(), "{query}");
        }
    }
}

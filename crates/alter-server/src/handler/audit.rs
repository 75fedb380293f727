//! `POST /sdk/oauth/audit/api-call`: an SDK reports a provider call it made itself.

use alter_types::ApiCallAuditLog;
use axum::extract::State;
use http::StatusCode;
use serde_json::{Map, Value};

use crate::{json::Json, rejection::Rejection, signed::Signed, state::ServerState};

pub(crate) async fn report_call(
    State(state): State<ServerState>,
    request: Signed<ApiCallAuditLog>,
) -> Result<Json<Map<String, Value>>, Rejection> {
    state.vault().report_call(request.admission, request.body).await?;
    Ok(Json(StatusCode::CREATED, Map::new()))
}

//! `POST /sdk/proxy`: the vault makes the call.

use alter_types::{ProxyRequest, ProxyResponse};
use axum::extract::State;

use crate::{json::Json, rejection::Rejection, signed::Signed, state::ServerState};

pub(crate) async fn execute(
    State(state): State<ServerState>,
    request: Signed<ProxyRequest>,
) -> Result<Json<ProxyResponse>, Rejection> {
    Ok(Json::ok(state.executor().execute(request.admission, request.body).await?))
}

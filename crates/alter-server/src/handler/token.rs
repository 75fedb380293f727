//! `POST /sdk/token`: releases a credential for one call.

use alter_types::{TokenRequest, TokenWire};
use axum::extract::State;

use crate::{json::Json, rejection::Rejection, signed::Signed, state::ServerState};

pub(crate) async fn retrieve(
    State(state): State<ServerState>,
    request: Signed<TokenRequest>,
) -> Result<Json<TokenWire>, Rejection> {
    Ok(Json::ok(state.vault().retrieve(request.admission, request.body).await?))
}

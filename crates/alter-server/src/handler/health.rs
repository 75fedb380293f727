//! `GET /healthz` (the process answers) and `GET /readyz` (the vault can write).

use alter_types::ErrorCode;
use axum::extract::State;
use serde_json::{Value, json};

use crate::{json::Json, rejection::Rejection, state::ServerState};

pub(crate) async fn alive() -> Json<Value> {
    Json::ok(json!({ "status": "ok" }))
}

pub(crate) async fn ready(State(state): State<ServerState>) -> Result<Json<Value>, Rejection> {
    match state.vault().ready().await {
        Ok(()) => Ok(Json::ok(json!({ "status": "ready" }))),
        Err(error) => {
            tracing::error!(%error, "not ready");
            Err(Rejection::new(ErrorCode::SERVICE_UNAVAILABLE, "The vault cannot write to its storage now."))
        }
    }
}

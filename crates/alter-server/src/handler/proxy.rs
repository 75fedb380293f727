//! `POST /sdk/proxy`: the vault makes the call, or freezes it until people have agreed.

use alter_types::ProxyRequest;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode};

use crate::{
    approval_page, json::Json, proxy::Executed, rejection::Rejection, signed::Signed, state::ServerState,
};

pub(crate) async fn execute(
    State(state): State<ServerState>,
    headers: HeaderMap,
    request: Signed<ProxyRequest>,
) -> Result<Response, Rejection> {
    match state.executor().execute(request.admission, request.body).await? {
        Executed::Answered(answer) => Ok(Json::ok(answer).into_response()),
        Executed::Held(record) => {
            let pages = approval_page::base(state.config(), &headers);
            let pending = approval_page::pending(&record, &pages, state.clock().now_micros())?;
            Ok(Json(StatusCode::ACCEPTED, pending).into_response())
        }
    }
}

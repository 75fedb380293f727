//! Method and path → handler, and what surrounds every one of them: a request id, one line in the log.

use alter_types::ErrorCode;
use axum::{
    Extension, Router,
    extract::{MatchedPath, Request, State},
    middleware::{self, Next},
    response::Response,
    routing::{delete, get, patch, post},
};
use http::HeaderName;
use tokio::time::Instant;

use crate::{
    approval_page,
    handler::{agents, approvals, audit, grants, health, proxy, token},
    rejection::{RejectedWith, Rejection},
    signed::BodyLimit,
    state::ServerState,
};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const X_CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");

/// The whole HTTP face as a tower service: everything but the socket.
pub fn service(state: ServerState) -> Router {
    let large = Extension(BodyLimit(state.config().max_proxy_body));
    Router::new()
        .route("/sdk/token", post(token::retrieve))
        .route("/sdk/proxy", post(proxy::execute).layer(large))
        .route("/sdk/agents", get(agents::list).post(agents::create))
        .route("/sdk/agents/me", get(agents::me))
        .route("/sdk/agents/{agent_id}", get(agents::get).patch(agents::change).delete(agents::revoke))
        .route("/sdk/agents/{agent_id}/keys", get(agents::keys).post(agents::mint_key))
        .route("/sdk/agents/{agent_id}/keys/{key_id}", delete(agents::revoke_key))
        .route("/sdk/agents/{agent_id}/keys/{key_id}/deprecate", patch(agents::deprecate_key))
        .route("/sdk/agents/{agent_id}/keys/{key_id}/undeprecate", patch(agents::undeprecate_key))
        .route("/sdk/approvals/{approval_id}", get(approvals::status))
        .route("/sdk/approvals/{approval_id}/result", get(approvals::result))
        .route("/approvals/{approval_id}", get(approval_page::page))
        .route("/sdk/oauth/audit/api-call", post(audit::report_call))
        .route("/sdk/grants/list", post(grants::list))
        .route("/sdk/oauth/grants/{grant_id}/revoke", post(grants::revoke))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .layer(middleware::from_fn_with_state(state.clone(), name_and_log))
        .with_state(state)
}

async fn no_route() -> Rejection {
    Rejection::new(ErrorCode::NOT_FOUND, "There is no such route on this vault.")
}

async fn no_method() -> Rejection {
    Rejection::new(ErrorCode::METHOD_NOT_ALLOWED, "This route exists, but not with this method.")
}

/// Logs by allow-list: route, status, code, time. No path, query, header or body, at any level.
async fn name_and_log(State(state): State<ServerState>, mut request: Request, next: Next) -> Response {
    let id = state.request_ids().next();
    request.extensions_mut().insert(id);
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();

    let mut response = next.run(request).await;

    let header = id.header();
    response.headers_mut().insert(X_CORRELATION_ID, header.clone());
    response.headers_mut().insert(X_REQUEST_ID, header);
    tracing::debug!(
        request_id = %id,
        %method,
        route = route.as_ref().map_or("(none)", |route| route.as_str()),
        status = response.status().as_u16(),
        code = response.extensions().get::<RejectedWith>().map(|code| code.0.as_str()),
        elapsed_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        "answered"
    );
    response
}

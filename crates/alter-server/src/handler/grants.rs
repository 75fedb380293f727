//! Listing and revoking grants.

use alter_types::{
    ErrorCode, GrantId, ListGrantsRequest, RevokeGrantRequest, RevokeGrantResult, UnifiedGrantListResult,
};
use axum::extract::{Path, State};

use crate::{json::Json, rejection::Rejection, signed::Signed, state::ServerState};

pub(crate) async fn list(
    State(state): State<ServerState>,
    request: Signed<ListGrantsRequest>,
) -> Result<Json<UnifiedGrantListResult>, Rejection> {
    Ok(Json::ok(state.vault().list_grants(request.admission, request.body).await?))
}

pub(crate) async fn revoke(
    State(state): State<ServerState>,
    Path(grant): Path<String>,
    request: Signed<RevokeGrantRequest>,
) -> Result<Json<RevokeGrantResult>, Rejection> {
    // Something that is no grant id cannot be a grant: the same answer as for one that does not exist.
    let grant: GrantId = grant.parse().map_err(|_| {
        Rejection::new(ErrorCode::GRANT_NOT_FOUND, "There is no such grant, or this key cannot see it.")
    })?;
    Ok(Json::ok(state.vault().revoke(request.admission, grant, request.body).await?))
}

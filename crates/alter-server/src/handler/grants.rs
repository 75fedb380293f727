//! Listing and revoking grants.

use alter_types::{
    GrantId, ListGrantsRequest, RevokeGrantRequest, RevokeGrantResult, UnifiedGrantListResult,
};
use alter_vault::Refusal;
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
    let Ok(grant) = grant.parse::<GrantId>() else {
        // Something that is no grant id cannot be a grant: the same answer as for one that does not exist.
        let what = request.admission.attempted("POST", "/sdk/oauth/grants/{grant_id}/revoke");
        let key = &request.admission.key;
        return Err(state.vault().refuse(key, Refusal::grant_not_found(), what).await.into());
    };
    Ok(Json::ok(state.vault().revoke(request.admission, grant, request.body).await?))
}

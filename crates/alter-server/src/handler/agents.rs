//! `/sdk/agents…`: agents and their keys.

use alter_types::{
    AgentCreateResult, AgentId, AgentInfo, AgentKey, AgentKeyList, AgentKeyMintResult, AgentListResult,
    CreateAgentRequest, ErrorCode, KeyId, SetAgentStatusRequest, UpdateAgentRequest,
};
use alter_vault::{Admission, UpdateTerms};
use axum::extract::{Path, RawQuery, State};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::Nothing;
use crate::{json::Json, rejection::Rejection, signed::Signed, state::ServerState};

const MAX_PAGE: u32 = 1_000;

pub(crate) async fn create(
    State(state): State<ServerState>,
    headers: HeaderMap,
    request: Signed<CreateAgentRequest>,
) -> Result<Json<AgentCreateResult>, Rejection> {
    let key = headers.get("idempotency-key").map(|key| key.to_str().unwrap_or_default().to_owned());
    let made = state.vault().create_agent(request.admission, request.body, key).await?;
    Ok(Json(StatusCode::CREATED, made))
}

/// Which agents are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    name: Option<String>,
    include_revoked: bool,
    limit: Option<u32>,
    offset: u32,
}

pub(crate) async fn list(
    State(state): State<ServerState>,
    RawQuery(query): RawQuery,
    request: Signed<Nothing>,
) -> Result<Json<AgentListResult>, Rejection> {
    let asked: Asked = parameters(query.as_deref())?;
    let limit = asked.limit.unwrap_or(100);
    if !(1..=MAX_PAGE).contains(&limit) {
        return Err(invalid("limit: expected 1 to 1000"));
    }
    let Asked { name, include_revoked, offset, .. } = asked;
    Ok(Json::ok(state.vault().agents(request.admission, name, include_revoked, limit, offset).await?))
}

pub(crate) async fn me(
    State(state): State<ServerState>,
    request: Signed<Nothing>,
) -> Result<Json<AgentInfo>, Rejection> {
    Ok(Json::ok(state.vault().me(request.admission).await?))
}

pub(crate) async fn get(
    State(state): State<ServerState>,
    Path(agent): Path<String>,
    request: Signed<Nothing>,
) -> Result<Json<AgentInfo>, Rejection> {
    let agent = agent_id(&state, &request.admission, &agent).await?;
    Ok(Json::ok(state.vault().agent(request.admission, agent).await?))
}

/// How an update is applied.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Terms {
    expected_version: Option<i64>,
    grace_seconds: Option<u32>,
}

/// An update, or a suspension or resumption: the body says which.
pub(crate) async fn change(
    State(state): State<ServerState>,
    Path(agent): Path<String>,
    RawQuery(query): RawQuery,
    request: Signed<Value>,
) -> Result<Json<AgentInfo>, Rejection> {
    let agent = agent_id(&state, &request.admission, &agent).await?;
    let Signed { admission, body } = request;
    if body.get("status").is_some() {
        let SetAgentStatusRequest { status, .. } = read(&state, &admission, body).await?;
        return Ok(Json::ok(state.vault().set_agent_status(admission, agent, status).await?));
    }
    let terms: Terms = parameters(query.as_deref())?;
    let terms = UpdateTerms::new(terms.expected_version, terms.grace_seconds);
    let update: UpdateAgentRequest = read(&state, &admission, body).await?;
    Ok(Json::ok(state.vault().update_agent(admission, agent, update, terms).await?))
}

pub(crate) async fn revoke(
    State(state): State<ServerState>,
    Path(agent): Path<String>,
    request: Signed<Nothing>,
) -> Result<Json<AgentInfo>, Rejection> {
    let agent = agent_id(&state, &request.admission, &agent).await?;
    Ok(Json::ok(state.vault().revoke_agent(request.admission, agent).await?))
}

pub(crate) async fn mint_key(
    State(state): State<ServerState>,
    Path(agent): Path<String>,
    request: Signed<Nothing>,
) -> Result<Json<AgentKeyMintResult>, Rejection> {
    let agent = agent_id(&state, &request.admission, &agent).await?;
    Ok(Json(StatusCode::CREATED, state.vault().mint_agent_key(request.admission, agent).await?))
}

pub(crate) async fn keys(
    State(state): State<ServerState>,
    Path(agent): Path<String>,
    request: Signed<Nothing>,
) -> Result<Json<AgentKeyList>, Rejection> {
    let agent = agent_id(&state, &request.admission, &agent).await?;
    Ok(Json::ok(state.vault().agent_keys(request.admission, agent).await?))
}

pub(crate) async fn deprecate_key(
    state: State<ServerState>,
    path: Path<(String, String)>,
    request: Signed<Nothing>,
) -> Result<Json<AgentKey>, Rejection> {
    mark_key(state, path, request, true).await
}

pub(crate) async fn undeprecate_key(
    state: State<ServerState>,
    path: Path<(String, String)>,
    request: Signed<Nothing>,
) -> Result<Json<AgentKey>, Rejection> {
    mark_key(state, path, request, false).await
}

async fn mark_key(
    State(state): State<ServerState>,
    Path((agent, key)): Path<(String, String)>,
    request: Signed<Nothing>,
    deprecated: bool,
) -> Result<Json<AgentKey>, Rejection> {
    let agent = agent_id(&state, &request.admission, &agent).await?;
    let key = key_id(&state, &request.admission, &key).await?;
    Ok(Json::ok(state.vault().deprecate_agent_key(request.admission, agent, key, deprecated).await?))
}

/// Whether the last key may go too.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Forced {
    force: bool,
}

pub(crate) async fn revoke_key(
    State(state): State<ServerState>,
    Path((agent, key)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    request: Signed<Nothing>,
) -> Result<Json<AgentKey>, Rejection> {
    let Forced { force } = parameters(query.as_deref())?;
    let agent = agent_id(&state, &request.admission, &agent).await?;
    let key = key_id(&state, &request.admission, &key).await?;
    Ok(Json::ok(state.vault().revoke_agent_key(request.admission, agent, key, force).await?))
}

/// The query as its parameters; unknown ones are ignored.
fn parameters<T: DeserializeOwned>(query: Option<&str>) -> Result<T, Rejection> {
    serde_urlencoded::from_str(query.unwrap_or_default())
        .map_err(|error| invalid(format!("the query: {error}")))
}

fn invalid(what: impl std::fmt::Display) -> Rejection {
    Rejection::new(ErrorCode::INVALID_REQUEST, format!("The request is not valid: {what}."))
}

/// The body as what it turned out to be.
async fn read<T: DeserializeOwned>(
    state: &ServerState,
    admission: &Admission,
    body: Value,
) -> Result<T, Rejection> {
    match serde_json::from_value(body) {
        Ok(read) => Ok(read),
        Err(error) => refuse(state, admission, invalid(error)).await,
    }
}

/// Something that is no id cannot be an agent: the same answer as for one that does not exist.
async fn agent_id(state: &ServerState, admission: &Admission, text: &str) -> Result<AgentId, Rejection> {
    match text.parse() {
        Ok(id) => Ok(id),
        Err(_) => {
            let message = "No agent with this id can be reached with this API key.";
            refuse(state, admission, Rejection::new(ErrorCode::AGENT_NOT_FOUND, message)).await
        }
    }
}

async fn key_id(state: &ServerState, admission: &Admission, text: &str) -> Result<KeyId, Rejection> {
    match text.parse() {
        Ok(id) => Ok(id),
        Err(_) => {
            let message = "This agent has no key with this id.";
            refuse(state, admission, Rejection::new(ErrorCode::KEY_NOT_FOUND, message)).await
        }
    }
}

async fn refuse<T>(state: &ServerState, admission: &Admission, rejection: Rejection) -> Result<T, Rejection> {
    let what = admission.attempted("(any)", "/sdk/agents/{agent_id}");
    Err(state.vault().refuse(&admission.key, rejection.into_refusal(), what).await.into())
}

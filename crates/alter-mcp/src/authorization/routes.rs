//! The routes: they read requests, ask the store, and answer in the words of OAuth. They hold no rules.

use std::time::Duration;

use alter_client::{Error, ErrorKind, Secret};
use axum::{
    Form, Json, Router,
    extract::{DefaultBodyLimit, Path, Query, State},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use http::{
    HeaderName, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    AuthorizationServer, page,
    redirect::{self, RedirectUri},
    store::{Asked, Issued, Refused},
    token,
};

/// Bytes of a request's body.
const MOST: usize = 16 << 10;
/// How long one question to the vault may wait for somebody to sign in. The page asks again.
const LOOK: Duration = Duration::from_secs(1);

type Server = State<AuthorizationServer>;

pub(super) fn router(server: AuthorizationServer) -> Router {
    Router::new()
        .route("/.well-known/oauth-authorization-server", get(metadata))
        .route("/.well-known/oauth-protected-resource", get(resource))
        .route("/.well-known/oauth-protected-resource/{*path}", get(resource))
        .route("/register", post(register))
        .route("/authorize", get(authorize))
        .route("/bridge/{handle}", get(bridge))
        .route("/bridge/{handle}/status", get(status))
        .route("/token", post(tokens))
        .route("/revoke", post(revoke))
        .layer(DefaultBodyLimit::max(MOST))
        .with_state(server)
}

async fn metadata(State(server): Server) -> Json<Value> {
    Json(json!({
        "issuer": server.0.base_url,
        "authorization_endpoint": server.url("/authorize"),
        "token_endpoint": server.url("/token"),
        "registration_endpoint": server.url("/register"),
        "revocation_endpoint": server.url("/revoke"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
    }))
}

async fn resource(State(server): Server, path: Option<Path<String>>) -> Json<Value> {
    let path = path.map_or_else(String::new, |Path(path)| format!("/{path}"));
    Json(json!({
        "resource": server.url(&path),
        "authorization_servers": [server.0.base_url],
        "bearer_methods_supported": ["header"],
    }))
}

#[derive(Deserialize)]
struct Registration {
    #[serde(default)]
    redirect_uris: Vec<String>,
    client_name: Option<String>,
    token_endpoint_auth_method: Option<String>,
}

async fn register(State(server): Server, Json(asked): Json<Registration>) -> Response {
    // A secret would be of no use: clients prove themselves with PKCE.
    if asked.token_endpoint_auth_method.as_deref().is_some_and(|method| method != "none") {
        return refuse("invalid_client_metadata");
    }
    let redirects: Option<Vec<_>> = asked.redirect_uris.iter().map(|uri| RedirectUri::parse(uri)).collect();
    let Some(redirects) = redirects else { return refuse(Refused::InvalidRedirect.code()) };
    let shown: Vec<_> = redirects.iter().map(|uri| uri.as_str().to_owned()).collect();
    let name = asked.client_name.map(|name| name.chars().take(100).collect::<String>());
    let now = server.now();
    let registered = server.store().register(name.clone(), redirects, &*server.0.random, now);
    match registered {
        Ok(id) => {
            let client = json!({
                "client_id": id,
                "client_id_issued_at": now,
                "client_name": name,
                "redirect_uris": shown,
                "grant_types": ["authorization_code", "refresh_token"],
                "response_types": ["code"],
                "token_endpoint_auth_method": "none",
            });
            private((StatusCode::CREATED, Json(client)))
        }
        Err(refused) => refuse(refused.code()),
    }
}

#[derive(Deserialize)]
struct Authorize {
    client_id: String,
    redirect_uri: String,
    response_type: Option<String>,
    state: Option<String>,
    scope: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
}

async fn authorize(State(server): Server, Query(asked): Query<Authorize>) -> Response {
    // Until the address is known to be the client's, nobody is sent there.
    if server.store().may_redirect(&asked.client_id, &asked.redirect_uri).is_err() {
        let word = "This client is not registered here, or not with this address. Connect again.";
        return private((StatusCode::BAD_REQUEST, word));
    }
    let back = |error: &str| {
        let mut parameters = vec![("error", error)];
        parameters.extend(asked.state.as_deref().map(|state| ("state", state)));
        match redirect::with_parameters(&asked.redirect_uri, &parameters) {
            Some(location) => private(Redirect::to(&location)),
            None => private(StatusCode::BAD_REQUEST),
        }
    };
    if asked.response_type.as_deref() != Some("code") {
        return back("unsupported_response_type");
    }
    let challenge = asked.code_challenge.as_deref().filter(|challenge| token::is_challenge(challenge));
    let (Some(challenge), Some("S256")) = (challenge, asked.code_challenge_method.as_deref()) else {
        return back("invalid_request");
    };
    if !server.store().has_room(server.now()) {
        return back(Refused::Full.code());
    }
    let session = match server.0.app.sign_in().open().await {
        Ok(session) => session,
        Err(error) => {
            tracing::warn!(%error, "no sign-in session for an MCP client");
            return back("server_error");
        }
    };
    let begun = Asked {
        client_id: asked.client_id.clone(),
        redirect_uri: asked.redirect_uri.clone(),
        state: asked.state.clone(),
        challenge: challenge.to_owned(),
        scopes: scopes(asked.scope.as_deref()),
    };
    let (random, now) = (&*server.0.random, server.now());
    let handle = server.store().begin(begun, session.session_token, session.auth_url, random, now);
    match handle {
        Ok(handle) => private(Redirect::to(&server.url(&format!("/bridge/{}", handle.expose())))),
        Err(refused) => back(refused.code()),
    }
}

async fn bridge(State(server): Server, Path(handle): Path<String>) -> Response {
    let nonce = token::mint("", &*server.0.random);
    let under_way = server.store().under_way(&handle, server.now());
    let (Some(under_way), Some(nonce)) = (under_way, nonce) else {
        return private((StatusCode::NOT_FOUND, "This sign-in is over. Start again where you came from."));
    };
    let client = under_way.client_name.as_deref().unwrap_or("A program without a name");
    let destination = redirect::shown(&under_way.redirect_uri);
    let status = server.url(&format!("/bridge/{handle}/status"));
    let (page, policy) = page::bridge(client, &destination, &under_way.auth_url, &status, nonce.expose());
    let mut response = private(Html(page));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// How a sign-in stands. The vault is asked once, so a sign-in that nobody looks at costs nothing.
async fn status(State(server): Server, Path(handle): Path<String>) -> Response {
    let under_way = server.store().under_way(&handle, server.now());
    let Some(under_way) = under_way else { return private(StatusCode::NOT_FOUND) };
    let looked = server.0.app.sign_in().resume(under_way.session_token).within(LOOK).every(LOOK).await;
    let location = match looked {
        Ok(signed_in) => {
            let (random, now) = (&*server.0.random, server.now());
            server.store().complete(&handle, signed_in.user_token, random, now)
        }
        Err(error) if is_pending(&error) => return private(Json(json!({ "status": "pending" }))),
        Err(error) => {
            tracing::warn!(%error, "a sign-in for an MCP client failed");
            server.store().fail(&handle)
        }
    };
    match location {
        Some(location) => private(Json(json!({ "status": "over", "location": location }))),
        None => private(StatusCode::NOT_FOUND),
    }
}

/// The time of one look was up; anything else does not get better by looking again.
fn is_pending(error: &Error) -> bool {
    error.kind() == ErrorKind::ConnectTimeout || error.kind().is(ErrorKind::Network)
}

#[derive(Deserialize)]
struct TokenRequest {
    grant_type: String,
    #[serde(default)]
    client_id: String,
    code: Option<Secret>,
    redirect_uri: Option<String>,
    code_verifier: Option<Secret>,
    refresh_token: Option<Secret>,
    scope: Option<String>,
}

#[derive(Serialize)]
struct TokenAnswer<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: i64,
    refresh_token: &'a str,
    #[serde(skip_serializing_if = "String::is_empty")]
    scope: String,
}

async fn tokens(State(server): Server, Form(asked): Form<TokenRequest>) -> Response {
    let (random, now) = (&*server.0.random, server.now());
    let text = |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.expose().to_owned());
    let issued = match &*asked.grant_type {
        "authorization_code" => {
            let (Some(code), Some(verifier)) = (text(&asked.code), text(&asked.code_verifier)) else {
                return refuse("invalid_request");
            };
            let back = asked.redirect_uri.as_deref().unwrap_or_default();
            server.store().exchange(&asked.client_id, &code, back, &verifier, random, now)
        }
        "refresh_token" => {
            let Some(refresh) = text(&asked.refresh_token) else { return refuse("invalid_request") };
            let fewer = asked.scope.as_deref().map(|scope| scopes(Some(scope)));
            server.store().renew(&asked.client_id, &refresh, fewer, random, now)
        }
        _ => return refuse("unsupported_grant_type"),
    };
    match issued {
        Ok(Issued { access, refresh, expires_in, scopes }) => private(Json(TokenAnswer {
            access_token: access.expose(),
            token_type: "Bearer",
            expires_in,
            refresh_token: refresh.expose(),
            scope: scopes.join(" "),
        })),
        Err(refused) => refuse(refused.code()),
    }
}

#[derive(Deserialize)]
struct Revocation {
    token: Secret,
    #[serde(default)]
    client_id: String,
}

/// The same answer whether there was such a token or not (RFC 7009, 2.2).
async fn revoke(State(server): Server, Form(asked): Form<Revocation>) -> Response {
    server.store().revoke(&asked.client_id, asked.token.expose());
    private(StatusCode::OK)
}

fn scopes(text: Option<&str>) -> Vec<String> {
    text.unwrap_or_default().split_ascii_whitespace().take(100).map(str::to_owned).collect()
}

fn refuse(code: &str) -> Response {
    let status = match code {
        "temporarily_unavailable" => StatusCode::SERVICE_UNAVAILABLE,
        "invalid_client" => StatusCode::UNAUTHORIZED,
        _ => StatusCode::BAD_REQUEST,
    };
    private((status, Json(json!({ "error": code }))))
}

/// An answer that nobody keeps and no page frames.
fn private(answer: impl IntoResponse) -> Response {
    const NOT_KEPT: [(HeaderName, HeaderValue); 4] = [
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (http::header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        (http::header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    let mut response = answer.into_response();
    for (name, value) in NOT_KEPT {
        response.headers_mut().insert(name, value);
    }
    response
}

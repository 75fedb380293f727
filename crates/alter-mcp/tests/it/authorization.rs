//! The whole flow as an MCP client and a browser go through it, against a scripted vault.

use alter_client::UserToken;
use alter_mcp::AuthorizationServer;
use alter_testkit::{Answer, ScriptedVault};
use axum::{
    Extension, Router,
    body::{Body, to_bytes},
    response::Response,
    routing::post,
};
use http::{Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt as _;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const BACK: &str = "http://127.0.0.1:33418/cb";
/// Its payload is `{}`: it does not end by itself.
const JWT: &str = "e.e30.s";

async fn vault() -> ScriptedVault {
    let vault = ScriptedVault::start().await;
    vault.on("POST /sdk/auth/session").answers(Answer::status(201).json(&json!({
        "session_token": "s3ss10n-canary",
        "auth_url": "https://idp.example.com/login?state=1&x='",
        "expires_in": 600,
        "expires_at": "2030-01-01T00:00:00Z",
    })));
    vault
}

/// The MCP server's routes: what it protects answers with the user's token.
fn server(vault: &ScriptedVault) -> Router {
    let authorization = AuthorizationServer::new(&vault.app(), "https://mcp.example.com/").unwrap();
    let who = |Extension(user): Extension<UserToken>| async move {
        let UserToken::Jwt(jwt) = user else { panic!("{user:?}") };
        jwt.expose().to_owned()
    };
    authorization.protect(Router::new().route("/mcp", post(who))).merge(authorization.router())
}

async fn send(router: &Router, request: Request<Body>) -> (StatusCode, Option<String>, String) {
    let response: Response = router.clone().oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    let header = |name| head.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let location = header(header::LOCATION).or_else(|| header(header::WWW_AUTHENTICATE));
    let body = to_bytes(body, 1 << 20).await.unwrap();
    (head.status, location, String::from_utf8(body.to_vec()).unwrap())
}

async fn get(router: &Router, url: &str) -> (StatusCode, Option<String>, String) {
    let path = url.strip_prefix("https://mcp.example.com").unwrap_or(url);
    send(router, Request::get(path).body(Body::empty()).unwrap()).await
}

async fn form(router: &Router, path: &str, fields: &[(&str, &str)]) -> (StatusCode, Value) {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let (status, _, body) = send(router, request.body(body.into()).unwrap()).await;
    (status, serde_json::from_str(&body).unwrap_or_default())
}

async fn register(router: &Router) -> String {
    let client = json!({ "redirect_uris": ["http://127.0.0.1/cb"], "client_name": "<b>Client</b>" });
    let request = Request::post("/register").header(header::CONTENT_TYPE, "application/json");
    let (status, _, body) = send(router, request.body(client.to_string().into()).unwrap()).await;
    assert_eq!(status, StatusCode::CREATED);
    let registered: Value = serde_json::from_str(&body).unwrap();
    registered["client_id"].as_str().unwrap().to_owned()
}

fn authorize(client: &str, back: &str, challenge: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("response_type", "code"),
            ("client_id", client),
            ("redirect_uri", back),
            ("state", "st"),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
        ])
        .finish();
    format!("/authorize?{query}")
}

/// The bridge page of a sign-in that was begun.
async fn begin(router: &Router, client: &str) -> String {
    let (status, location, _) = get(router, &authorize(client, BACK, CHALLENGE)).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    location.unwrap()
}

#[tokio::test]
async fn a_client_registers_signs_in_calls_renews_and_revokes() {
    let vault = vault().await;
    vault
        .on("POST /sdk/auth/poll")
        .answers(json!({ "status": "pending" }))
        .answers(json!({ "status": "completed", "user_token": JWT, "user_info": { "sub": "ada" } }));
    let router = server(&vault);
    let (status, challenge, _) = send(&router, Request::post("/mcp").body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let metadata = "https://mcp.example.com/.well-known/oauth-protected-resource";
    assert_eq!(challenge.unwrap(), format!("Bearer resource_metadata=\"{metadata}\""));
    let resource: Value = serde_json::from_str(&get(&router, metadata).await.2).unwrap();
    assert_eq!(resource["authorization_servers"], json!(["https://mcp.example.com"]));

    let client = register(&router).await;
    let bridge = begin(&router, &client).await;
    let (status, _, page) = get(&router, &bridge).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("&lt;b&gt;Client&lt;/b&gt;") && page.contains("127.0.0.1"), "{page}");
    assert!(!page.contains("s3ss10n-canary"));

    let mut location = Value::Null;
    for _ in 0..3 {
        let (_, _, body) = get(&router, &format!("{bridge}/status")).await;
        location = serde_json::from_str::<Value>(&body).unwrap()["location"].clone();
        if !location.is_null() {
            break;
        }
    }
    let location = location.as_str().unwrap().to_owned();
    let code = location.strip_prefix(&format!("{BACK}?code=")).unwrap().strip_suffix("&state=st").unwrap();
    let (status, tokens) = form(
        &router,
        "/token",
        &[
            ("grant_type", "authorization_code"),
            ("client_id", &client),
            ("code", code),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
        ],
    )
    .await;
    assert_eq!((status, &tokens["expires_in"]), (StatusCode::OK, &json!(3600)));
    assert!(tokens["access_token"].as_str().unwrap().starts_with("alter_at_"));
    assert_eq!(call(&router, &tokens).await, (StatusCode::OK, JWT.to_owned()));

    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert!(refresh.starts_with("alter_rt_"));
    let renewal = [("grant_type", "refresh_token"), ("client_id", &*client), ("refresh_token", refresh)];
    let (_, renewed) = form(&router, "/token", &renewal).await;
    assert_eq!(call(&router, &tokens).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(call(&router, &renewed).await.0, StatusCode::OK);
    let again = form(&router, "/token", &renewal).await;
    assert_eq!(again, (StatusCode::BAD_REQUEST, json!({ "error": "invalid_grant" })));

    let token = renewed["access_token"].as_str().unwrap();
    assert_eq!(form(&router, "/revoke", &[("token", token), ("client_id", &client)]).await.0, StatusCode::OK);
    assert_eq!(call(&router, &renewed).await.0, StatusCode::UNAUTHORIZED);
}

async fn call(router: &Router, tokens: &Value) -> (StatusCode, String) {
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let request = Request::post("/mcp").header(header::AUTHORIZATION, bearer).body(Body::empty()).unwrap();
    let (status, _, body) = send(router, request).await;
    (status, body)
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_the_client_did_not_register() {
    let vault = vault().await;
    let router = server(&vault);
    let client = register(&router).await;
    for (client, back) in
        [(&*client, "https://evil.example/cb"), ("another", BACK), (&client, "javascript:1")]
    {
        let (status, location, _) = get(&router, &authorize(client, back, CHALLENGE)).await;
        assert_eq!((status, location), (StatusCode::BAD_REQUEST, None));
    }
    let (_, location, _) = get(&router, &authorize(&client, BACK, "too-short")).await;
    assert_eq!(location.unwrap(), format!("{BACK}?error=invalid_request&state=st"));
    assert!(vault.seen().is_empty(), "no session was opened");
}

#[tokio::test]
async fn a_sign_in_that_cannot_succeed_any_more_goes_back_with_an_error() {
    let vault = vault().await;
    vault.on("POST /sdk/auth/poll").answers(json!({ "status": "expired" }));
    let router = server(&vault);
    let bridge = begin(&router, &register(&router).await).await;
    let (_, _, body) = get(&router, &format!("{bridge}/status")).await;
    let over: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(over["location"], format!("{BACK}?error=access_denied&state=st"));
    assert_eq!(get(&router, &format!("{bridge}/status")).await.0, StatusCode::NOT_FOUND);
}

#[test]
fn the_base_url_is_https_or_on_this_machine() {
    let key = "alter_rk_abcdefghijklmnopqrstuv_iwpykn".parse().unwrap();
    let app = alter_client::App::builder(key).base_url("http://127.0.0.1:1").build().unwrap();
    for good in ["https://mcp.example.com", "http://localhost:8000/", "https://a.example/mcp"] {
        assert!(AuthorizationServer::new(&app, good).is_ok(), "{good}");
    }
    for bad in ["http://mcp.example.com", "https://a@b", "https://a/?x", "https://a/#x", "a.example", ""] {
        assert!(AuthorizationServer::new(&app, bad).is_err(), "{bad}");
    }
}

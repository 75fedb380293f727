//! Handlers, the requests they serve, and what the vault hears of the caller.

use alter_axum::{Bearer, OptionalBearer, RequestUser, UserTokenLayer};
use alter_client::{AnyClient, App, UserToken};
use alter_testkit::ScriptedVault;
use axum::{Router, body::Body, extract::State, routing::get};
use http::{Request, StatusCode};
use serde_json::json;
use tower::ServiceExt as _;

const URL: &str = "https://api.example.com/me";

async fn vault() -> ScriptedVault {
    let vault = ScriptedVault::start().await;
    vault.on("GET https://api.example.com/me").answers(json!({}));
    vault
}

/// Sends a request with these `Authorization` headers; the status and the challenge.
async fn call(router: &Router, path: &str, authorization: &[&str]) -> (StatusCode, Option<String>) {
    let mut request = Request::get(path);
    for value in authorization {
        request = request.header("authorization", *value);
    }
    let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let challenge =
        response.headers().get("www-authenticate").map(|value| value.to_str().unwrap().to_owned());
    (response.status(), challenge)
}

/// The user tokens of all calls so far.
fn users(vault: &ScriptedVault) -> Vec<Option<String>> {
    let token = |seen: alter_testkit::Seen| seen.user_token.map(|jwt| jwt.expose().to_owned());
    vault.seen().into_iter().map(token).collect()
}

async fn required(State(client): State<AnyClient>, Bearer(jwt): Bearer) {
    client.provider(&"acme".parse().unwrap()).as_user(jwt).get(URL).send().await.unwrap();
}

async fn optional(State(client): State<AnyClient>, caller: OptionalBearer) {
    let mut acme = client.provider(&"acme".parse().unwrap());
    if let Some(jwt) = caller.token() {
        acme = acme.as_user(jwt.clone());
    }
    acme.get(URL).send().await.unwrap();
}

#[tokio::test]
async fn the_callers_bearer_is_the_user_token() {
    let vault = vault().await;
    let client = AnyClient::from(vault.app());
    let router =
        Router::new().route("/required", get(required)).route("/optional", get(optional)).with_state(client);
    for path in ["/required", "/optional"] {
        assert_eq!(call(&router, path, &["Bearer a.b.c"]).await, (StatusCode::OK, None));
        let challenge = Some("Bearer error=\"invalid_request\"".to_owned());
        for malformed in [&["Basic YTpi"][..], &["Bearer"], &["Bearer a", "Bearer b"]] {
            assert_eq!(call(&router, path, malformed).await, (StatusCode::UNAUTHORIZED, challenge.clone()));
        }
    }
    assert_eq!(users(&vault), [Some("a.b.c".to_owned()), Some("a.b.c".to_owned())]);
}

#[tokio::test]
async fn without_a_token_one_is_refused_and_the_other_calls_for_nobody() {
    let vault = vault().await;
    let router = Router::new()
        .route("/required", get(required))
        .route("/optional", get(optional))
        .with_state(AnyClient::from(vault.app()));
    let challenge = Some("Bearer".to_owned());
    assert_eq!(call(&router, "/required", &[]).await, (StatusCode::UNAUTHORIZED, challenge));
    assert!(vault.seen().is_empty(), "the handler was not run");
    assert_eq!(call(&router, "/optional", &[]).await, (StatusCode::OK, None));
    assert_eq!(users(&vault), [None]);
}

/// Handlers that do not see the token.
async fn ambient(State(app): State<App>) -> StatusCode {
    match app.provider(&"acme".parse().unwrap()).get(URL).send().await {
        Ok(_) => StatusCode::OK,
        Err(_) => StatusCode::BAD_GATEWAY,
    }
}

#[tokio::test]
async fn a_client_can_take_the_user_from_the_request_it_works_for() {
    let vault = vault().await;
    let app = vault.builder().user_tokens(RequestUser).build().unwrap();
    let router = Router::new()
        .route("/required", get(ambient).layer(UserTokenLayer::required()))
        .route("/optional", get(ambient).layer(UserTokenLayer::optional()))
        .route("/without", get(ambient))
        .with_state(app.clone());

    let (one, two) =
        (call(&router, "/required", &["Bearer one"]), call(&router, "/optional", &["Bearer two"]));
    let ((one, _), (two, _)) = tokio::join!(one, two);
    assert_eq!((one, two), (StatusCode::OK, StatusCode::OK));
    let mut seen = users(&vault);
    seen.sort();
    assert_eq!(seen, [Some("one".to_owned()), Some("two".to_owned())]);

    assert_eq!(call(&router, "/required", &[]).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(call(&router, "/optional", &["Bearer"]).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(call(&router, "/optional", &[]).await.0, StatusCode::OK);
    assert_eq!(users(&vault).pop().unwrap(), None);

    let so_far = vault.seen().len();
    assert_eq!(call(&router, "/without", &["Bearer a"]).await.0, StatusCode::BAD_GATEWAY);
    assert_eq!(vault.seen().len(), so_far, "outside the layer no call is made for nobody by mistake");

    let work = app.provider(&"acme".parse().unwrap()).get(URL);
    RequestUser::scope(UserToken::from(alter_client::Secret::from("three")), work.send()).await.unwrap();
    assert_eq!(users(&vault).pop().unwrap().as_deref(), Some("three"));
}

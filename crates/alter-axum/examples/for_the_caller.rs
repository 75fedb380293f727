//! A web service that calls an API in the name of whoever calls it, with a vault and an API played on this machine.
//!
//! It serves one request with a token and one without, says what became of them, and ends.

use alter_axum::{Bearer, RequestUser, UserTokenLayer};
use alter_client::App;
use alter_testkit::ScriptedVault;
use axum::{
    Router,
    body::Body,
    extract::State,
    http::{Request, StatusCode},
    routing::get,
};
use serde_json::json;
use tower::ServiceExt as _;

/// The token as an argument.
async fn explicit(State(app): State<App>, Bearer(jwt): Bearer) -> Result<String, StatusCode> {
    let acme = app.provider(&"acme".parse().expect("an id")).as_user(jwt);
    let reply = acme.get("https://api.example.com/me").send().await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    reply.text().map(str::to_owned).map_err(|_| StatusCode::BAD_GATEWAY)
}

/// The token from the request that is being served, by way of the client.
async fn ambient(State(app): State<App>) -> Result<String, StatusCode> {
    let acme = app.provider(&"acme".parse().expect("an id"));
    let reply = acme.get("https://api.example.com/me").send().await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    reply.text().map(str::to_owned).map_err(|_| StatusCode::BAD_GATEWAY)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let vault = ScriptedVault::start().await;
    vault.on("GET https://api.example.com/me").answers(json!({ "name": "Ada" }));
    let app = vault.builder().user_tokens(RequestUser).build()?;

    let router = Router::new()
        .route("/explicit", get(explicit))
        .route("/ambient", get(ambient).layer(UserTokenLayer::required()))
        .with_state(app);

    for path in ["/explicit", "/ambient"] {
        let with = Request::get(path).header("authorization", "Bearer e.f.g").body(Body::empty())?;
        let without = Request::get(path).body(Body::empty())?;
        let (with, without) =
            (router.clone().oneshot(with).await?.status(), router.clone().oneshot(without).await?.status());
        println!("{path}: with a token {with}, without {without}");
    }
    vault.saw("GET https://api.example.com/me").as_user("e.f.g").times(2);
    Ok(())
}

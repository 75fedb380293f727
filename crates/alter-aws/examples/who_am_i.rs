//! Asks AWS who a grant's key pair belongs to. The program holds no AWS credential.
//!
//! Given a grant id, and `ALTER_API_KEY` (and `ALTER_BASE_URL`) in the environment, it asks AWS. Without, it plays the other parts
//! on this machine: a vault that releases a key pair, and an AWS that answers.

use std::error::Error;

use alter_aws::{GrantHttpClient, alter_error, placeholder_credentials};
use alter_client::{App, Destinations, GrantId};
use aws_sdk_sts::config::{BehaviorVersion, Region};
use axum::{Json, Router, routing::post};
use serde_json::json;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut config = aws_sdk_sts::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(placeholder_credentials());

    let (app, grant) = match std::env::args().nth(1) {
        Some(grant) => (App::from_env()?, grant.parse::<GrantId>()?),
        None => {
            let here = play_vault_and_aws().await?;
            config = config.endpoint_url(&here);
            let key = "alter_rk_abcdefghijklmnopqrstuv_iwpykn".parse()?;
            let destinations = Destinations::public_only().allow_loopback();
            let app = App::builder(key).base_url(&here).destinations(destinations).build()?;
            (app, "11111111-2222-4333-8444-555555555555".parse()?)
        }
    };

    let http = GrantHttpClient::new(&app, grant).reason("the who_am_i example");
    let sts = aws_sdk_sts::Client::from_conf(config.http_client(http).build());
    match sts.get_caller_identity().send().await {
        Ok(identity) => println!("{}", identity.arn().unwrap_or("nobody")),
        Err(error) => match alter_error(&error) {
            Some(refusal) => println!("the vault refused: {refusal}"),
            None => return Err(error.into()),
        },
    }
    app.close().await;
    Ok(())
}

/// A stand-in for both, on one port.
async fn play_vault_and_aws() -> Result<String, Box<dyn Error>> {
    let token = json!({
        "access_token": "AKIDEXAMPLE",
        "grant_id": "11111111-2222-4333-8444-555555555555",
        "injection_format": "AWS4-HMAC-SHA256",
        "additional_credentials": { "secret_key": "made up", "region": "us-east-1", "service": "sts" },
    });
    let identity = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
        <GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/alice</Arn></GetCallerIdentityResult>\
        </GetCallerIdentityResponse>";
    let router = Router::new()
        .route("/sdk/token", post(|| async { Json(token) }))
        .route("/sdk/oauth/audit/api-call", post(|| async { Json(json!({ "logged": true })) }))
        .route("/", post(move || async move { identity }));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(format!("http://{address}"))
}

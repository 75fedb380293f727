//! Calls in the name of a user: of one that signs in on this machine, of one whose token a request brought along, and
//! never by mistake in nobody's. The vault is scripted and time is paused.

use alter_client::{App, ErrorKind, ProviderId, Result, Secret, TokenCheck, print_link};
use alter_testkit::{Answer, ScriptedVault};
use serde_json::json;

const CALENDAR: &str = "https://www.googleapis.com/calendar/v3/calendars/primary/events";
const GET_CALENDAR: &str = "GET https://www.googleapis.com/calendar/v3/calendars/primary/events";

/// What a server does with the bearer token of a request.
async fn events_of(app: &App, google: &ProviderId, bearer: &str) -> Result<Option<String>> {
    let user = Secret::from(bearer);
    match app.sign_in().verify(&user).await {
        TokenCheck::Valid { subject } => println!("a call for {subject}"),
        TokenCheck::Invalid => return Ok(None),
        // Not the token's fault: the vault cannot say now.
        TokenCheck::Unknown(error) => return Err(error),
    }
    let reply = app.provider(google).as_user(user).get(CALENDAR).query("maxResults", 3).send().await?;
    Ok(Some(reply.text()?.to_owned()))
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<()> {
    let vault = ScriptedVault::start().await;
    vault.on(GET_CALENDAR).answers(json!({ "items": [] }));
    vault.on("POST /sdk/auth/verify-token").answers(json!({ "sub": "user-42" })).answers(401);
    vault.on("POST /sdk/auth/session").answers(Answer::status(201).json(&json!({
        "session_token": "t", "auth_url": "https://idp.example.com/authorize?state=t",
        "expires_in": 300, "expires_at": "2030-01-01T00:00:00Z",
    })));
    let signed_in = json!({ "status": "completed", "user_token": "anns.jwt", "user_info": { "sub": "ann" } });
    vault.on("POST /sdk/auth/poll").answers(json!({ "status": "pending" })).answers(signed_in);
    let (app, google) = (vault.app(), "google".parse().expect("a provider's name"));

    // On a server: each call names its user.
    assert!(events_of(&app, &google, "a.users.jwt").await?.is_some());
    vault.saw(GET_CALENDAR).as_user("a.users.jwt").once();
    assert_eq!(events_of(&app, &google, "a.forged.jwt").await?, None);

    // On the user's own machine: they sign in once, and the client makes its calls for them.
    let person = app.sign_in().run(print_link).await?;
    println!("signed in: {person:?}");
    app.provider(&google).get(CALENDAR).send().await?;
    vault.saw(GET_CALENDAR).as_user("anns.jwt").once();

    // A source that has no user fails the call: it is never made for the application instead.
    let nobody = || async { Err::<Secret, _>("nobody is signed in") };
    let app = vault.builder().user_tokens(nobody).build()?;
    let error = app.provider(&google).get(CALENDAR).send().await.expect_err("there is no user");
    println!("{error}");
    assert_eq!(error.kind(), ErrorKind::Client);
    Ok(())
}

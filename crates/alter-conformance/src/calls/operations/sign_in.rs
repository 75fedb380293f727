//! Signing people in, and checking what they bring.

use alter_client::Secret;
use serde_json::Value;

use super::{Arguments, Facade, Outcome, model};

pub(super) async fn create_session(client: &Facade, arguments: Arguments) -> Outcome {
    arguments.finish()?;
    Ok(model("AuthSession", &client.app()?.sign_in().open().await?))
}

pub(super) async fn poll(client: &Facade, arguments: Arguments) -> Outcome {
    let token = Secret::from(arguments.required_text("session_token")?);
    let mut waiting = client.app()?.sign_in().resume(token);
    if let Some(limit) = arguments.seconds("timeout")? {
        waiting = waiting.within(limit);
    }
    if let Some(pause) = arguments.seconds("poll_interval")? {
        waiting = waiting.every(pause);
    }
    arguments.finish()?;
    Ok(model("AuthResult", &waiting.await?))
}

/// Session and wait in one, which here are two calls.
pub(super) async fn authenticate(client: &Facade, arguments: Arguments) -> Outcome {
    let within = arguments.seconds("timeout")?;
    arguments.finish()?;
    let sign_in = client.app()?.sign_in();
    let session = sign_in.open().await?;
    let mut waiting = sign_in.wait(&session);
    if let Some(limit) = within {
        waiting = waiting.within(limit);
    }
    Ok(model("AuthResult", &waiting.await?))
}

pub(super) async fn verify(client: &Facade, arguments: Arguments) -> Outcome {
    let token = Secret::from(arguments.required_text("user_token")?);
    arguments.finish()?;
    let check = client.app()?.sign_in().verify(&token).await;
    Ok(check.subject().map_or(Value::Null, Value::from))
}

//! Identity: whom a call is about, and the same in signed form.

use std::time::Duration;

use serde_json::json;

use super::{Arguments, Facade, Outcome, model};

pub(super) async fn resolve(client: &Facade, arguments: Arguments) -> Outcome {
    let (jwt, profile, user) = options(&arguments)?;
    arguments.finish()?;
    macro_rules! resolved {
        ($resolve:expr) => {{
            let mut resolve = $resolve;
            if let Some(jwt) = jwt {
                resolve = resolve.as_user(jwt);
            }
            if profile {
                resolve = resolve.include_profile();
            }
            resolve
        }};
    }
    let identity = match client {
        Facade::App(app) => {
            if user.is_some() {
                return Err(super::Stop::Untyped("an application names its users by their tokens"));
            }
            resolved!(app.identity().resolve()).await?
        }
        Facade::Agent(agent) => {
            let mut resolve = resolved!(agent.identity().resolve());
            if let Some(user) = user {
                resolve = resolve.app_user(user);
            }
            resolve.await?
        }
    };
    Ok(model("IdentityContext", &*identity))
}

pub(super) async fn assert(client: &Facade, arguments: Arguments) -> Outcome {
    let (jwt, profile, user) = options(&arguments)?;
    let audience = arguments.required_text("audience")?;
    let lifetime = arguments.number::<u32>("ttl_seconds")?.map(|seconds| Duration::from_secs(seconds.into()));
    arguments.finish()?;
    macro_rules! asserted {
        ($assert:expr) => {{
            let mut assert = $assert;
            if let Some(jwt) = jwt {
                assert = assert.as_user(jwt);
            }
            if profile {
                assert = assert.include_profile();
            }
            if let Some(lifetime) = lifetime {
                assert = assert.lifetime(lifetime);
            }
            assert
        }};
    }
    let assertion = match client {
        Facade::App(app) => {
            if user.is_some() {
                return Err(super::Stop::Untyped("an application names its users by their tokens"));
            }
            asserted!(app.identity().assert(audience)).await?
        }
        Facade::Agent(agent) => {
            let mut assert = asserted!(agent.identity().assert(audience));
            if let Some(user) = user {
                assert = assert.app_user(user);
            }
            assert.await?
        }
    };
    Ok(json!({
        "$type": "IdentityAssertion",
        "token": assertion.token.expose(),
        "expires_at": assertion.expires_at,
        "identity": model("IdentityContext", &*assertion.identity),
    }))
}

type Options = (Option<alter_client::Secret>, bool, Option<String>);

fn options(arguments: &Arguments) -> Result<Options, super::Stop> {
    let jwt = arguments.secret("user_token")?;
    let profile = arguments.flag("include_profile")?.unwrap_or_default();
    let user = arguments.text("app_user_id")?.map(str::to_owned);
    Ok((jwt, profile, user))
}

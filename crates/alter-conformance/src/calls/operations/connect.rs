//! Connecting accounts and managed secrets.

use std::sync::{Arc, PoisonError};

use alter_client::{
    AgentId, ConnectResult, Error, OpenManagedSecret, OpenSession, ProviderId, Secret,
    types::{Surface, error::ErrorResponse},
};
use serde_json::{Value, json};

use super::{Arguments, Events, Facade, Outcome, Stop, model};
use crate::calls::{arguments::NOT_AN_ID, facade::either};

pub(super) async fn create_session(client: &Facade, arguments: Arguments) -> Outcome {
    let session = either!(client, client => begun(&arguments, |providers| match providers {
        Some(providers) => client.connect().open(providers),
        None => client.connect().open_any(),
    }))?;
    let session = refined(session, &arguments)?;
    arguments.finish()?;
    Ok(model("ConnectSession", &session.await?))
}

fn begun<'a>(
    arguments: &Arguments,
    open: impl FnOnce(Option<&[ProviderId]>) -> OpenSession<'a>,
) -> Result<OpenSession<'a>, Stop> {
    let Some(names) = arguments.texts("allowed_providers")? else { return Ok(open(None)) };
    Ok(open(Some(&providers(&names)?)))
}

fn providers(names: &[String]) -> Result<Vec<ProviderId>, Stop> {
    names.iter().map(|name| provider(name)).collect()
}

fn provider(name: &str) -> Result<ProviderId, Stop> {
    name.parse().map_err(|_| NOT_AN_ID)
}

fn refined<'a>(mut session: OpenSession<'a>, arguments: &Arguments) -> Result<OpenSession<'a>, Stop> {
    if let Some(url) = arguments.text("return_url")? {
        session = session.return_url(url);
    }
    if let Some(origin) = arguments.text("allowed_origin")? {
        session = session.allowed_origin(origin);
    }
    if let Some(metadata) = arguments.model("metadata")? {
        session = session.metadata(metadata);
    }
    if let Some(policy) = arguments.model("grant_policy")? {
        session = session.policy(policy);
    }
    if let Some(grant) = arguments.model("requested_grant")? {
        session = session.requested_grant(grant);
    }
    if let Some(scopes) = arguments.model::<serde_json::Map<String, Value>>("required_scopes")? {
        for (name, scopes) in &scopes {
            let scopes = scopes.as_array().into_iter().flatten().filter_map(Value::as_str);
            session = session.required_scopes(&provider(name)?, scopes);
        }
    }
    if let Some(id) = arguments.id("repair_grant_id")? {
        session = session.repair(&id);
    }
    if let Some(agent) = arguments.text("agent")? {
        session = session.agent(agent);
    }
    if let Some(scopes) = arguments.texts("scope_constraint")? {
        session = session.scope_constraint(scopes);
    }
    if let Some(jwt) = arguments.secret("user_token")? {
        session = session.as_user(jwt);
    }
    if arguments.flag("direct")? == Some(true) {
        session = session.direct();
    }
    if arguments.flag("switch_account")? == Some(true) {
        session = session.switch_account();
    }
    if arguments.flag("allow_user_policy_rules")? == Some(false) {
        session = session.without_user_rules();
    }
    Ok(match arguments.flag("delegable")? {
        Some(true) => session.delegable(),
        Some(false) => session.not_delegable(),
        None => session,
    })
}

pub(super) async fn recover(client: &Facade, arguments: Arguments) -> Outcome {
    let error = error(arguments.value("error").unwrap_or(&Value::Null))?;
    arguments.finish()?;
    let recovery = error.recovery().ok_or(Stop::Refused("nothing a session would repair".to_owned()))?;
    Ok(model("ConnectSession", &either!(client, client => client.connect().recover(recovery).await)?))
}

/// The error a program holds, made as its answer would have made it.
fn error(recorded: &Value) -> Result<Error, Stop> {
    let (status, code) = match recorded["$type"].as_str() {
        Some("GrantNotFoundError") => (404, "grant_not_found"),
        Some("NoDelegatedGrantError") => (404, "no_delegated_grant"),
        Some("CredentialRevokedError") => (403, "credential_revoked"),
        other => return Err(Stop::Missing(format!("error {other:?}"))),
    };
    let mut body = json!({ "error": code, "message": recorded["message"] });
    for name in ["provider_id", "agent_id", "app_user_id", "grant_id"] {
        if recorded.get(name).is_some_and(|value| !value.is_null()) {
            body[name] = recorded[name].clone();
        }
    }
    let body = body.to_string();
    Ok(Error::from_response(Surface::Main, &ErrorResponse::new(status, body.as_bytes())))
}

pub(super) async fn poll(client: &Facade, arguments: Arguments, events: &Events) -> Outcome {
    let token = Secret::from(arguments.required_text("session_token")?);
    let mut waiting = either!(client, client => client.connect().resume(token));
    if let Some(limit) = arguments.seconds("timeout")? {
        waiting = waiting.within(limit);
    }
    if let Some(pause) = arguments.seconds("poll_interval")? {
        waiting = waiting.every(pause);
    }
    if arguments.value("on_event").is_some() {
        let events = Arc::clone(events);
        waiting = waiting.on_decline(move |declined| {
            let mut event = model("", declined);
            event["type"] = "provider_declined".into();
            events.lock().unwrap_or_else(PoisonError::into_inner).push(event);
        });
    }
    arguments.finish()?;
    Ok(results(&waiting.await?))
}

/// Session, link and wait in one.
pub(super) async fn connect(client: &Facade, arguments: Arguments) -> Outcome {
    arguments.ignore("open_browser");
    arguments.finish()?;
    let connected = either!(client, client => client.connect().open_any().run(|_| ()).await)?;
    Ok(results(&connected))
}

fn results(connected: &[ConnectResult]) -> Value {
    connected.iter().map(|result| model("ConnectResult", result)).collect()
}

pub(super) async fn create_managed_session(client: &Facade, arguments: Arguments) -> Outcome {
    let jwt = Secret::from(arguments.required_text("user_token")?);
    let session = match client {
        Facade::App(app) => {
            let mut session = match arguments.text("provider")? {
                Some(slug) => app.connect().managed_secret(&provider(slug)?, jwt),
                #[expect(deprecated, reason = "the recorded call uses the old name")]
                None => {
                    app.connect().managed_secret_of_template(arguments.required_text("template_slug")?, jwt)
                }
            };
            if let Some(agent) = arguments.text("agent")? {
                session = session.agent(agent);
            }
            if let Some(id) = arguments.id::<AgentId>("delegated_agent_id")? {
                #[expect(deprecated, reason = "the recorded call uses the old name")]
                let named = session.delegated_agent(&id);
                session = named;
            }
            if let Some(id) = arguments.id("repair_grant_id")? {
                session = session.repair(&id);
            }
            managed(session, &arguments)?.await
        }
        Facade::Agent(agent) => {
            let session =
                agent.connect().managed_secret(&provider(arguments.required_text("provider")?)?, jwt);
            managed(session, &arguments)?.await
        }
    };
    Ok(model("ManagedSecretConnectSession", &session?))
}

/// The options both kinds of client have.
fn managed<'a, T>(
    mut session: OpenManagedSecret<'a, T>,
    arguments: &Arguments,
) -> Result<OpenManagedSecret<'a, T>, Stop> {
    if let Some(grant) = arguments.json("requested_grant")? {
        let label = grant["label"].as_str().ok_or(Stop::Untyped("a label is text"))?;
        session = session.label(label);
    }
    if let Some(policy) = arguments.model("grant_policy")? {
        session = session.policy(policy);
    }
    if let Some(time) = arguments.seconds("requested_ttl_seconds")? {
        session = session.lifetime(time);
    }
    if let Some(url) = arguments.text("return_url")? {
        session = session.return_url(url);
    }
    if let Some(origin) = arguments.text("allowed_origin")? {
        session = session.allowed_origin(origin);
    }
    if arguments.flag("direct")? == Some(true) {
        session = session.direct();
    }
    if arguments.flag("delegable")? == Some(true) {
        session = session.delegable();
    }
    if arguments.flag("allow_user_policy_rules")? == Some(false) {
        session = session.without_user_rules();
    }
    arguments.finish()?;
    Ok(session)
}

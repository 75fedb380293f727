//! The client a vector is about, built and derived as it says.

use std::{convert::Infallible, future::ready, sync::Arc};

use alter_auth::ManualClock;
use alter_client::{
    Agent, ApiKey, App, Builder, Caller, CallerType, Constraints, Destinations, RequestRule, Retry, Secret,
    Trace, TraceParent,
};
use serde_json::{Map, Value};

use super::{
    arguments::{Arguments, Stop},
    peers::Peers,
    pinned::PinnedRandom,
    vector::{Call, Construction, Vector},
};

/// One client of either kind.
#[derive(Debug, Clone)]
pub(super) enum Facade {
    App(App),
    Agent(Agent),
}

/// Runs the same expression on either kind.
macro_rules! either {
    ($facade:expr, $client:ident => $body:expr) => {
        match $facade {
            $crate::calls::facade::Facade::App($client) => $body,
            $crate::calls::facade::Facade::Agent($client) => $body,
        }
    };
}
pub(super) use either;

const OTHER_CLIENT: &str = "what only the other kind of client may do is not a method of this one";

impl Facade {
    /// The client of a vector.
    pub(super) fn of(vector: &Vector, peers: &Peers) -> Result<Self, Stop> {
        let construction = &vector.sdk_call.client;
        let key: ApiKey = construction.api_key.parse().map_err(|error| Stop::Refused(format!("{error}")))?;
        let client = match construction.class.as_str() {
            "App" => {
                let mut builder =
                    common(App::builder(key), vector, peers).caller_type(caller_type(construction)?);
                if let Some(name) = &construction.caller {
                    let caller = Caller::new(name, caller_type(construction)?);
                    builder = builder.caller(caller.map_err(|error| Stop::Refused(error.to_string()))?);
                }
                Self::App(builder.build()?)
            }
            _ => {
                let mut builder = common(Agent::builder(key), vector, peers);
                if let Some(name) = &construction.caller {
                    builder = builder.caller(name);
                }
                Self::Agent(builder.build()?)
            }
        };
        Ok(client)
    }

    /// The client that a vector derives from its first one.
    pub(super) fn derived(&self, vector: &Vector) -> Result<Self, Stop> {
        vector.sdk_call.derive.iter().try_fold(self.clone(), |client, step| {
            let (method, value) = step.iter().next().ok_or(Stop::Missing("step".to_owned()))?;
            let (args, kwargs) = match value {
                Value::Object(kwargs) => (Vec::new(), kwargs.clone()),
                id => (vec![id.clone()], Map::new()),
            };
            let call = Call { method: method.clone(), args, kwargs };
            match method.as_str() {
                "get_agent" => client.acting_as(&Arguments::new(&call, &["agent_id"])?),
                _ => client.narrowed(&Arguments::new(&call, &[])?),
            }
        })
    }

    /// The same application acting as one of its agents.
    pub(super) fn acting_as(&self, arguments: &Arguments) -> Result<Self, Stop> {
        let id = arguments.required_id("agent_id")?;
        arguments.finish()?;
        Ok(Self::Agent(self.app()?.acting_as(&id)))
    }

    /// A view of this client that may do less.
    pub(super) fn narrowed(&self, arguments: &Arguments) -> Result<Self, Stop> {
        let rule = arguments.json("rule")?.map(rule).transpose()?;
        let limits = match (arguments.texts("scopes")?, rule) {
            (Some(scopes), Some(rule)) => Constraints::scopes(scopes).rule(rule),
            (Some(scopes), None) => Constraints::scopes(scopes),
            (None, Some(rule)) => Constraints::only_rule(rule),
            (None, None) => return Err(Stop::Untyped("there are no limits without a limit")),
        };
        arguments.finish()?;
        Ok(match self {
            Self::App(app) => Self::App(app.constrained(limits)?),
            Self::Agent(agent) => Self::Agent(agent.constrained(limits)?),
        })
    }

    /// A run scope of this client, as the keywords of `trace(...)` describe it.
    pub(super) fn trace(&self, keywords: &Map<String, Value>) -> Trace<'_> {
        let trace = either!(self, client => client.trace());
        keywords.iter().fold(trace, |trace, (name, value)| {
            let text = value.as_str().unwrap_or_default();
            match name.as_str() {
                "run_id" => trace.run_id(text),
                "thread_id" => trace.thread_id(text),
                "agent" => trace.agent(text),
                "parent" => trace.parent_agent(text),
                label => trace.label(label, text),
            }
        })
    }

    /// The application's client, for what only that has.
    pub(super) fn app(&self) -> Result<&App, Stop> {
        match self {
            Self::App(app) => Ok(app),
            Self::Agent(_) => Err(Stop::Untyped(OTHER_CLIENT)),
        }
    }

    /// The agent's client, for what only that has.
    pub(super) fn agent(&self) -> Result<&Agent, Stop> {
        match self {
            Self::Agent(agent) => Ok(agent),
            Self::App(_) => Err(Stop::Untyped(OTHER_CLIENT)),
        }
    }

    pub(super) async fn close(&self) {
        either!(self, client => drop(client.close().await));
    }
}

/// What both kinds have in common. The recorded client repeats nothing, so ours must not either.
fn common<T>(builder: Builder<T>, vector: &Vector, peers: &Peers) -> Builder<T> {
    let base_url = vector.sdk_call.client.base_url.as_deref().unwrap_or("https://backend.alter.test");
    let mut builder = builder
        .base_url(base_url)
        .retry(Retry::never())
        .destinations(Destinations::public_only().allow_loopback())
        .clock(Arc::new(ManualClock::at(vector.pinned.unix_time)))
        .random(Arc::new(PinnedRandom::new(vector.pinned.nonces())))
        .danger_backend_transport(peers.vault())
        .danger_provider_transport(peers.provider());
    if let Some(parent) = trace_parent(vector) {
        builder = builder.trace_parents(move || Some(parent.clone()));
    }
    let construction = &vector.sdk_call.client;
    match (construction.user_token.clone(), construction.user_token_getter.as_deref()) {
        (Some(jwt), _) => builder.user_tokens(move || ready(Ok::<_, Infallible>(Secret::from(jwt.as_str())))),
        (None, Some("raises")) => builder.user_tokens(|| ready(Err::<Secret, _>("no session"))),
        (None, Some("returns_empty")) => builder.user_tokens(|| ready(Ok::<_, Infallible>(Secret::from("")))),
        (None, _) => builder,
    }
}

fn trace_parent(vector: &Vector) -> Option<TraceParent> {
    let span = vector.sdk_call.ambient.get("otel_span")?;
    let part = |name: &str| span[name].as_str();
    format!("00-{}-{}-{}", part("trace_id")?, part("span_id")?, part("flags")?).parse().ok()
}

fn rule(value: &Value) -> Result<RequestRule, Stop> {
    const OTHER: Stop = Stop::Untyped("a rule has a type and an object as its body");
    let kind = value["rule_type"].as_str().ok_or(OTHER)?;
    let body = value["rule_body"].as_object().ok_or(OTHER)?;
    Ok(RequestRule::new(kind, body.clone()))
}

/// The official default of an application is `service`, ours is `agent`: where a vector leaves it out, the official
/// one is meant.
fn caller_type(construction: &Construction) -> Result<CallerType, Stop> {
    match &construction.caller_type {
        None => Ok(CallerType::Service),
        Some(text) => text.parse().map_err(|_| Stop::Untyped("a caller's type is one of two words")),
    }
}

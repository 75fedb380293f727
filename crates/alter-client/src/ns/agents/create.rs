//! [`CreateAgent`]: a new agent.

use alter_auth::random_uuid;
use alter_transport::BoxFuture;
use alter_types::{AgentCreateResult, AgentScopes, AgentType, CreateAgentRequest, Surface};
use http::{HeaderName, HeaderValue, Method};
use serde::Serialize;

use crate::{
    Error, Result,
    client::{Client, Message},
    error::{internal, value},
    ns::argument,
    operation,
};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// An agent to make.
#[derive(Debug)]
#[must_use = "nothing is made until it is awaited"]
pub struct CreateAgent<'a> {
    client: &'a Client,
    request: CreateAgentRequest,
    idempotency_key: Option<String>,
    mistake: Option<Error>,
}

impl<'a> CreateAgent<'a> {
    pub(super) fn new(client: &'a Client, name: String, scopes: AgentScopes) -> Self {
        Self { client, request: CreateAgentRequest::new(name, scopes), idempotency_key: None, mistake: None }
    }

    /// A name for people.
    pub fn display_name(mut self, name: impl Into<String>) -> Self {
        self.request.display_name = Some(name.into());
        self
    }

    /// What kind of workload it is. Default: [`AgentType::Agent`].
    pub fn kind(mut self, kind: AgentType) -> Self {
        self.request.r#type = kind;
        self
    }

    /// Notes of the operator's own: anything that is a JSON object.
    pub fn metadata(mut self, notes: &(impl Serialize + ?Sized)) -> Self {
        match argument::object("metadata", notes) {
            Ok(notes) => self.request.metadata = notes,
            Err(mistake) => self.mistake = Some(mistake),
        }
        self
    }

    /// Its policy: anything that is a JSON object. The vault checks it.
    pub fn policy(mut self, policy: &(impl Serialize + ?Sized)) -> Self {
        match argument::object("policy", policy) {
            Ok(policy) => self.request.policy = Some(policy),
            Err(mistake) => self.mistake = Some(mistake),
        }
        self
    }

    /// Recognises this request if it is made again, by another process too: the same key and body are answered with
    /// the same agent, without its API key. Default: a random one.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.idempotency_key = Some(key.into());
        self
    }

    fn message(&mut self) -> Result<Message<'static>> {
        if let Some(mistake) = self.mistake.take() {
            return Err(mistake);
        }
        argument::filled("name", &self.request.name)?;
        self.request.scopes.validate()?;
        let key = match &self.idempotency_key {
            Some(key) => HeaderValue::from_bytes(key.as_bytes())
                .map_err(|_| value("idempotency key: must not contain line breaks or control characters"))?,
            None => {
                let id =
                    random_uuid(&*self.client.core().random).map_err(|error| internal(error.to_string()))?;
                HeaderValue::try_from(id.to_string()).expect("a UUID is a header value")
            }
        };
        let mut message = Message::new(Method::POST, "/sdk/agents").json(&self.request)?;
        message.headers.insert(IDEMPOTENCY_KEY, key);
        Ok(message)
    }
}

impl<'a> IntoFuture for CreateAgent<'a> {
    type Output = Result<AgentCreateResult>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move {
            let message = self.message()?;
            let cx = self.client.context(operation::CREATE_AGENT);
            self.client.send(message, Surface::Agents, cx, None).await?.json()
        })
    }
}

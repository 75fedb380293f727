//! Proxy mode: the vault makes the call, and may wait for a person's approval first.

use std::collections::BTreeMap;

use alter_transport::Deadline;
use alter_types::{PendingApproval, ProxyRequest, ProxyResponse, Surface};
use http::{HeaderName, Method, StatusCode};
use serde_json::{Map, Value};

use crate::{
    Call, Reply, Result,
    call::Payload,
    error::outside_contract,
    error::value,
    exchange::{Answer, Message},
    operation,
};

/// What became of a call that the vault was asked to make.
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// It was made; this is the provider's answer, whatever its status.
    Done(Reply),
    /// It waits for approval.
    Waiting(PendingApproval),
}

impl Outcome {
    /// The reply, if the call was made.
    #[must_use]
    pub fn reply(self) -> Option<Reply> {
        match self {
            Self::Done(reply) => Some(reply),
            Self::Waiting(_) => None,
        }
    }
}

impl Call<'_> {
    /// Has the vault make the call; the credential never leaves it. A provider's answer of any status is
    /// [`Outcome::Done`]; [`Reply::error_for_status`] makes 400 and above an error.
    ///
    /// # Errors
    /// * [`Error::Value`](crate::Error::Value) if something about the call is not valid, such as a body of raw bytes
    ///   or a header that may hold a credential; nothing was sent.
    /// * [`Error::Backend`](crate::Error::Backend) if the vault refuses or fails.
    /// * [`Error::Network`](crate::Error::Network) if the vault does not answer;
    ///   [`Error::Client`](crate::Error::Client) once the client is closed.
    pub async fn proxy(mut self) -> Result<Outcome> {
        let json_type = self.headers.contains_key(http::header::CONTENT_TYPE);
        let target = self.resolve()?;
        let cx = self.call_context(operation::PROXY)?;
        if !json_type {
            // The vault sets it for the body it sends.
            self.headers.remove(http::header::CONTENT_TYPE);
        }
        let budget = self.budget();
        let mut request = ProxyRequest::new(self.grant, self.method.as_str(), &*target.declared);
        request.body = json_body(&self.payload)?;
        request.headers = forwarded(&self.headers)?;
        request.query_params = parameters(self.query);
        request.reason = self.reason;
        let _place = self.client.enter().await?;
        let deadline = Deadline::after(budget);
        request.user_token = self.client.user_token_by(self.user_token.as_ref(), deadline).await?;
        let message = Message::new(Method::POST, "/sdk/proxy").json(&request)?;
        let answer = self.client.send_within(message, Surface::Proxy, cx, Some(deadline)).await;
        let answer = answer.map_err(|error| self.client.seen(error))?;
        outcome(&answer)
    }
}

fn outcome(answer: &Answer) -> Result<Outcome> {
    match answer.status {
        StatusCode::OK => {
            Reply::from_vault(answer.json::<ProxyResponse>()?, answer.meta.clone()).map(Outcome::Done)
        }
        StatusCode::ACCEPTED => answer.json().map(Outcome::Waiting),
        other => {
            Err(outside_contract("the vault answered a proxy call with an unknown status", other.as_u16()))
        }
    }
}

fn json_body(payload: &Payload) -> Result<Option<Value>> {
    match payload {
        Payload::None => Ok(None),
        Payload::Raw(_) | Payload::Stream(_) => {
            Err(value("proxy mode sends JSON bodies only; use .json(..), or .send()"))
        }
        Payload::Json(bytes) => match serde_json::from_slice(bytes) {
            Ok(Value::Null) | Err(_) => Err(value("proxy mode cannot send `null` as a body")),
            Ok(body) => Ok(Some(body)),
        },
    }
}

fn forwarded(headers: &http::HeaderMap) -> Result<BTreeMap<String, String>> {
    let mut forwarded = BTreeMap::new();
    for (name, text) in headers {
        if CREDENTIAL_HEADERS.contains(&HeaderName::as_str(name)) {
            return Err(value(
                "a header that may hold a credential cannot be set in proxy mode; the vault sets it",
            ));
        }
        let text = text.to_str().map_err(|_| value("a header value consists of visible ASCII characters"))?;
        forwarded.insert(name.as_str().to_owned(), text.to_owned());
    }
    Ok(forwarded)
}

/// One value as it is, several as a list.
fn parameters(query: Vec<(String, String)>) -> Map<String, Value> {
    let mut parameters = Map::new();
    for (name, text) in query {
        match parameters.get_mut(&name) {
            None => drop(parameters.insert(name, text.into())),
            Some(Value::Array(list)) => list.push(text.into()),
            Some(first) => *first = Value::Array(vec![first.take(), text.into()]),
        }
    }
    parameters
}

/// Headers the vault alone sets (`docs/protocol.md` 6.3). `Host` is refused by [`Call::header`] already.
const CREDENTIAL_HEADERS: [&str; 17] = [
    "authorization",
    "proxy-authorization",
    "authentication",
    "cookie",
    "set-cookie",
    "x-api-key",
    "x-auth-token",
    "x-amz-security-token",
    "x-amz-date",
    "x-amz-content-sha256",
    "x-goog-authorization",
    "x-goog-iam-authorization-token",
    "x-stripe-account",
    "x-shopify-access-token",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
];

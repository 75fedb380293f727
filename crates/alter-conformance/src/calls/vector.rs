//! A recorded call as the files hold it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

/// One vector of the folders `requests` and `errors`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Vector {
    #[serde(default)]
    pub(super) tags: Vec<String>,
    pub(super) sdk_call: SdkCall,
    pub(super) pinned: Pinned,
    #[serde(default)]
    request: Option<Request>,
    #[serde(default)]
    response: Option<Value>,
    #[serde(default)]
    exchanges: Vec<Exchange>,
    /// `backend` and `provider`: how connections to it fail.
    #[serde(default)]
    pub(super) transport_faults: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "even_null")]
    pub(super) result: Option<Value>,
    #[serde(default)]
    pub(super) error: Option<ErrorRecord>,
    #[serde(default)]
    pub(super) observed: Map<String, Value>,
    /// What may differ, because a rule says so.
    #[serde(skip)]
    pub(super) differences: Differences,
}

/// What a rule allows to differ from what is recorded.
#[derive(Debug, Clone, Default)]
pub(super) struct Differences {
    /// The order and the spelling of what a target holds.
    pub(super) spelling: bool,
    /// More of an AWS request is signed, and its JSON is as compact as any.
    pub(super) aws: bool,
    /// Pauses may be longer.
    pub(super) pauses: bool,
    /// The last request may be repeated.
    pub(super) extra_requests: bool,
    /// There may be an idempotency key.
    pub(super) idempotency_key: bool,
}

/// What to call.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct SdkCall {
    pub(super) client: Construction,
    #[serde(default)]
    pub(super) derive: Vec<Map<String, Value>>,
    #[serde(default)]
    pub(super) ambient: Map<String, Value>,
    #[serde(default)]
    pub(super) prior_calls: Vec<Call>,
    #[serde(flatten)]
    pub(super) call: Call,
}

/// How the client is made.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Construction {
    pub(super) class: String,
    pub(super) api_key: String,
    pub(super) caller: Option<String>,
    pub(super) caller_type: Option<String>,
    pub(super) base_url: Option<String>,
    pub(super) user_token: Option<String>,
    pub(super) user_token_getter: Option<String>,
}

/// One operation and what it is given.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Call {
    pub(super) method: String,
    pub(super) args: Vec<Value>,
    pub(super) kwargs: Map<String, Value>,
}

/// What chance and the clock gave.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Pinned {
    pub(super) unix_time: i64,
    #[serde(default)]
    nonce: Option<String>,
    #[serde(default)]
    nonces: Vec<String>,
}

/// One request and its answer.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Exchange {
    pub(super) to: String,
    #[serde(default)]
    pub(super) background: bool,
    #[serde(default)]
    pub(super) body_compare: Option<String>,
    pub(super) request: Request,
    #[serde(default)]
    pub(super) response: Value,
    /// A rule has changed what was signed.
    #[serde(skip)]
    pub(super) is_rewritten: bool,
}

/// A request as it was sent.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Map<String, Value>,
    #[serde(default)]
    pub(super) transport_headers: Map<String, Value>,
    /// `body_utf8` or `body_b64`.
    #[serde(flatten)]
    pub(super) body: Map<String, Value>,
}

/// The error a call ended in.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct ErrorRecord {
    pub(super) class: String,
    pub(super) mro: Vec<String>,
    pub(super) message: String,
    /// The error of ours it was raised from.
    pub(super) cause_class: Option<String>,
    pub(super) attributes: Map<String, Value>,
}

impl Vector {
    /// Reads a vector; its exchanges are always listed, whether it records one or several.
    pub(super) fn read(value: &Value) -> Result<Self, serde_json::Error> {
        let mut vector: Self = serde_json::from_value(value.clone())?;
        if let Some(request) = vector.request.take() {
            let response = vector.response.take().unwrap_or_default();
            let to = "backend".to_owned();
            vector.exchanges.push(Exchange {
                to,
                background: false,
                body_compare: None,
                request,
                response,
                is_rewritten: false,
            });
        }
        Ok(vector)
    }

    /// Every request, in the order they were sent.
    pub(super) fn exchanges(&self) -> &[Exchange] {
        &self.exchanges
    }

    /// The same, to be changed by a rule.
    pub(super) fn exchanges_mut(&mut self) -> &mut Vec<Exchange> {
        &mut self.exchanges
    }

    /// An argument of the call under test.
    pub(super) fn argument(&self, name: &str) -> Option<&Value> {
        self.sdk_call.call.kwargs.get(name)
    }

    pub(super) fn has_tag(&self, tag: &str) -> bool {
        self.tags.iter().any(|own| own == tag)
    }
}

impl Pinned {
    /// The nonces in the order in which requests are signed.
    pub(super) fn nonces(&self) -> &[String] {
        if self.nonces.is_empty() { self.nonce.as_slice() } else { &self.nonces }
    }
}

impl Exchange {
    /// Bodies mean the same as JSON, rather than being the same bytes.
    pub(super) fn compares_as_json(&self) -> bool {
        self.body_compare.as_deref() == Some("json")
    }

    /// The recorded body of the request as JSON.
    pub(super) fn request_json(&self) -> Option<Value> {
        serde_json::from_str(self.request.body.get("body_utf8")?.as_str()?).ok()
    }

    /// Another body, to be compared as JSON: the bytes are not recorded.
    pub(super) fn set_request_json(&mut self, body: &Value) {
        self.request.body.insert("body_utf8".to_owned(), body.to_string().into());
        self.body_compare = Some("json".to_owned());
        self.is_rewritten = true;
    }
}

/// `null` is a result, and no result is none.
fn even_null<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

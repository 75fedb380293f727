//! [`ErrorBody`]: the JSON object that goes with a refusal (`docs/protocol.md` 9.1).

use serde::Serialize;
use serde_json::{Map, Value};

use crate::ErrorCode;

/// An error body: a code, a sentence for people, and whatever fields the code brings.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ErrorBody {
    /// The machine-readable word.
    pub error: ErrorCode,
    /// What happened and what to do, in a sentence. Never contains a secret.
    pub message: String,
    /// Further fields, at the top level of the object.
    #[serde(flatten)]
    pub fields: Map<String, Value>,
}

impl ErrorBody {
    /// A body without further fields.
    #[must_use]
    pub fn new(error: ErrorCode, message: impl Into<String>) -> Self {
        Self { error, message: message.into(), fields: Map::new() }
    }

    /// Adds a field.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(name.to_owned(), value.into());
        self
    }
}

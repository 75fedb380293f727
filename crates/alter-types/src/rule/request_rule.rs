//! [`RequestRule`]: a rule in its envelope, and the header that carries it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{error::ValueError, strict};

/// Longest value of `X-Alter-Request-Rule`, in characters.
pub const MAX_RULE_HEADER: usize = 4_096;

/// A rule of some type. The order of the keys in its body is the author's and is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RequestRule {
    /// Which kind of rule, for example `content_match`. Not empty.
    #[serde(deserialize_with = "strict::filled")]
    pub rule_type: String,
    /// What it says, by the rules of its type.
    pub rule_body: Map<String, Value>,
}

impl RequestRule {
    /// A rule of that type.
    #[must_use]
    pub fn new(rule_type: impl Into<String>, rule_body: Map<String, Value>) -> Self {
        Self { rule_type: rule_type.into(), rule_body }
    }

    /// The value of `X-Alter-Request-Rule`: the compact JSON in base64url without padding.
    ///
    /// ```
    /// use alter_types::RequestRule;
    ///
    /// let rule: RequestRule = serde_json::from_str(r#"{"rule_type":"x","rule_body":{"a":1}}"#)?;
    /// assert_eq!(rule.to_header()?, "eyJydWxlX3R5cGUiOiJ4IiwicnVsZV9ib2R5Ijp7ImEiOjF9fQ");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`ValueError`] if the type is empty or the value would be longer than [`MAX_RULE_HEADER`].
    pub fn to_header(&self) -> Result<String, ValueError> {
        if self.rule_type.is_empty() {
            return Err(ValueError::argument("rule_type must not be empty"));
        }
        let json = serde_json::to_vec(self)
            .map_err(|_| ValueError::argument("the rule cannot be written as JSON"))?;
        let header = URL_SAFE_NO_PAD.encode(json);
        if header.len() > MAX_RULE_HEADER {
            let length = header.len();
            return Err(ValueError::argument(format!(
                "the rule is too large: {length} characters once encoded, and at most {MAX_RULE_HEADER} are sent"
            )));
        }
        Ok(header)
    }

    /// Reads the value of `X-Alter-Request-Rule`.
    ///
    /// # Errors
    /// [`ValueError`] if it is too long, not base64url without padding, or not a rule in its envelope.
    pub fn from_header(header: &str) -> Result<Self, ValueError> {
        let malformed = || ValueError::argument("the request rule header is malformed");
        if header.len() > MAX_RULE_HEADER {
            return Err(malformed());
        }
        let json = URL_SAFE_NO_PAD.decode(header).map_err(|_| malformed())?;
        serde_json::from_slice(&json).map_err(|_| malformed())
    }
}

//! [`ApprovalResult`]: the provider's answer to a call the vault made (200 of `/sdk/proxy` and
//! `/sdk/approvals/{id}/result`).

use std::{borrow::Cow, collections::BTreeMap, fmt, str::FromStr};

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::Value;

use crate::{ApprovalId, UnknownWord};

/// The provider's answer, whatever its status, made synchronously or after approval.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ApprovalResult {
    /// Set when the call had been held for approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval_id: Option<ApprovalId>,
    /// The provider's status, passed through.
    pub status_code: u16,
    /// The provider's headers, names in lower case.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body in padded standard base64; empty for no body.
    #[serde(deserialize_with = "base64_text")]
    pub body_b64: String,
    /// The body was longer than the vault keeps.
    #[serde(default)]
    pub body_truncated: bool,
    /// Provider round trip in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
    /// On a provider 401 or 403: how the credential should have been sent. Blank text reads as none.
    #[serde(default, deserialize_with = "filled_or_none", skip_serializing_if = "Option::is_none")]
    pub credential_hint: Option<String>,
}

/// What `/sdk/proxy` answers with 200: the same object as a fetched approval result.
pub type ProxyResponse = ApprovalResult;

impl ApprovalResult {
    /// An answer with a status and a body that is base64 already.
    #[must_use]
    pub fn new(status_code: u16, body_b64: String) -> Self {
        Self {
            approval_id: None,
            status_code,
            headers: BTreeMap::new(),
            body_b64,
            body_truncated: false,
            duration_ms: None,
            credential_hint: None,
        }
    }

    /// An answer with a status and these bytes as its body.
    #[must_use]
    pub fn from_bytes(status_code: u16, body: &[u8]) -> Self {
        Self::new(status_code, BASE64.encode(body))
    }

    /// Names the approval the call had been held for.
    #[must_use]
    pub fn with_approval_id(self, approval_id: ApprovalId) -> Self {
        Self { approval_id: Some(approval_id), ..self }
    }

    /// The body as bytes.
    ///
    /// # Errors
    /// [`BodyError::Base64`] if `body_b64` was set to something that is not padded standard base64; a value that
    /// was read from JSON always decodes.
    pub fn body_bytes(&self) -> Result<Vec<u8>, BodyError> {
        BASE64.decode(&self.body_b64).map_err(|_| BodyError::Base64)
    }

    /// The body as text. Every byte must be valid; a byte-order mark is kept as U+FEFF.
    ///
    /// # Errors
    /// [`BodyError::Text`] if a byte is not text in that encoding; [`BodyError::Base64`] as for
    /// [`body_bytes`](Self::body_bytes).
    pub fn body_text(&self, encoding: TextEncoding) -> Result<String, BodyError> {
        let bytes = self.body_bytes()?;
        match encoding {
            TextEncoding::Utf8 => String::from_utf8(bytes).map_err(|_| BodyError::Text(encoding)),
            TextEncoding::Latin1 => Ok(bytes.into_iter().map(char::from).collect()),
            TextEncoding::Ascii if bytes.is_ascii() => Ok(bytes.into_iter().map(char::from).collect()),
            TextEncoding::Ascii => Err(BodyError::Text(encoding)),
        }
    }

    /// The body as one JSON value. White space around it is allowed; an empty body is not JSON.
    ///
    /// # Errors
    /// [`BodyError::Json`] if it is not one JSON value; otherwise as [`body_text`](Self::body_text) for UTF-8.
    pub fn body_json(&self) -> Result<Value, BodyError> {
        let text = self.body_text(TextEncoding::Utf8)?;
        serde_json::from_str(&text)
            .map_err(|error| BodyError::Json { line: error.line(), column: error.column() })
    }
}

/// Names and sizes only: headers and body are the provider's and the user's.
impl fmt::Debug for ApprovalResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApprovalResult")
            .field("approval_id", &self.approval_id)
            .field("status_code", &self.status_code)
            .field("headers", &self.headers.keys())
            .field("body_b64", &format_args!("<{} characters>", self.body_b64.len()))
            .field("body_truncated", &self.body_truncated)
            .field("duration_ms", &self.duration_ms)
            .finish_non_exhaustive()
    }
}

/// How bytes are read as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TextEncoding {
    /// UTF-8.
    #[default]
    Utf8,
    /// ISO 8859-1: every byte is the character of that number.
    Latin1,
    /// Seven bits.
    Ascii,
}

impl TextEncoding {
    /// Its usual label.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Latin1 => "latin-1",
            Self::Ascii => "ascii",
        }
    }
}

/// Reads a label such as one of a `Content-Type`: case, `-` and `_` do not matter.
impl FromStr for TextEncoding {
    type Err = UnknownWord;

    fn from_str(label: &str) -> Result<Self, UnknownWord> {
        let plain: Cow<'_, str> = label.chars().filter(|c| !matches!(c, '-' | '_')).collect();
        match plain.to_ascii_lowercase().as_str() {
            "utf8" => Ok(Self::Utf8),
            "latin1" | "iso88591" => Ok(Self::Latin1),
            "ascii" | "usascii" => Ok(Self::Ascii),
            _ => Err(UnknownWord::new("text encoding", &["utf-8", "latin-1", "ascii"])),
        }
    }
}

/// A body that cannot be read as asked. It never shows the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BodyError {
    /// Not padded standard base64.
    #[error("body_b64: not padded standard base64")]
    Base64,
    /// Not text in that encoding.
    #[error("the body is not text in {}", .0.as_str())]
    Text(TextEncoding),
    /// Not JSON.
    #[error("the body is not one JSON value (line {line}, column {column})")]
    Json {
        /// Line of the first offending byte, from 1.
        line: usize,
        /// Column of it, in bytes.
        column: usize,
    },
}

/// Padding is required; bits beyond the last byte may be anything, as the protocol's own reader allows.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical)
        .with_decode_allow_trailing_bits(true),
);

fn base64_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if is_base64(text.as_bytes()) {
        Ok(text)
    } else {
        Err(de::Error::custom("expected padded standard base64"))
    }
}

/// Checks the alphabet and the padding without decoding.
fn is_base64(text: &[u8]) -> bool {
    let data = text.strip_suffix(b"==").or_else(|| text.strip_suffix(b"=")).unwrap_or(text);
    text.len().is_multiple_of(4)
        && data.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

fn filled_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.filter(|text| !text.trim().is_empty()))
}

//! Approvals: a call frozen until people have agreed ([`ApprovalRecord`], [`FrozenCall`]). Who decides is named by the
//! grant; what happens then is `policy/approval.rs`.

use std::{fmt, str::FromStr};

use alter_types::{AppId, ApprovalGroupId, ApprovalId, ApprovalStatusValue, GrantId, Timestamp};
use serde::{Deserialize, Serialize, Serializer};

/// A call exactly as it will be made, less the credential. Kept sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenCall {
    /// HTTP method.
    pub method: String,
    /// The whole URL, query included.
    pub url: String,
    /// Request headers in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    #[serde(with = "base64_text")]
    pub body: Vec<u8>,
}

/// Method and sizes only: the rest is the caller's.
impl fmt::Debug for FrozenCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrozenCall")
            .field("method", &self.method)
            .field("headers", &self.headers.len())
            .field("body", &format_args!("<{} bytes>", self.body.len()))
            .finish_non_exhaustive()
    }
}

mod base64_text {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map_err(|_| D::Error::custom("expected base64"))
    }
}

/// Somebody who has to agree: 1 to 64 letters, digits, `.`, `_`, `-` and `@`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Approver(Box<str>);

/// A text that is not an [`Approver`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an approver is 1 to 64 letters, digits, dots, dashes, underscores and @, for example ops@example.com"
)]
pub struct ParseApproverError;

impl Approver {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Approver {
    type Err = ParseApproverError;

    fn from_str(text: &str) -> Result<Self, ParseApproverError> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-@".contains(&b);
        if (1..=64).contains(&text.len()) && text.bytes().all(plain) {
            Ok(Self(text.into()))
        } else {
            Err(ParseApproverError)
        }
    }
}

impl fmt::Display for Approver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Approver {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// What an approver says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The call may be made.
    Approve,
    /// It may not, whatever the others say.
    Deny,
}

/// A frozen call and how it stands. What it will send is read with [`Vault::frozen_call`](crate::Vault::frozen_call).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ApprovalRecord {
    /// Its id, that of the whole group of gates.
    pub id: ApprovalGroupId,
    /// Its application.
    pub app: AppId,
    /// The grant it will use.
    pub grant: GrantId,
    /// The slug of the grant's secret.
    pub provider: String,
    /// HTTP method.
    pub method: String,
    /// URL without its query.
    pub url: String,
    /// Why, as the caller said.
    pub reason: Option<String>,
    /// Who called.
    pub caller: Option<String>,
    /// The first characters of the key it came with.
    pub key_prefix: String,
    /// How it stands.
    pub status: ApprovalStatusValue,
    /// When it came.
    pub created_at: Timestamp,
    /// When it lapses.
    pub expires_at: Timestamp,
    /// When the last decision fell.
    pub decided_at: Option<Timestamp>,
    /// The note of whoever decided last.
    pub decision_reason: Option<String>,
    /// When it was carried out, or failed to be.
    pub executed_at: Option<Timestamp>,
    /// Why carrying it out failed.
    pub execution_error: Option<String>,
    /// Whether the provider's answer can be fetched.
    pub has_result: bool,
    /// Everyone who has to agree.
    pub gates: Vec<GateRecord>,
}

/// One person's part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GateRecord {
    /// Its id.
    pub id: ApprovalId,
    /// Who decides.
    pub approver: String,
    /// `pending`, `approved`, `denied` or `expired`.
    pub status: ApprovalStatusValue,
    /// When they did.
    pub decided_at: Option<Timestamp>,
}

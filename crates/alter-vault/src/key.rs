//! API keys as the vault knows them: [`NewKey`] and [`KeyRecord`]. The key itself is shown once and not stored.

use std::time::Duration;

use alter_auth::KeyKind;
use alter_types::{AppId, KeyId, Timestamp};
use serde::{Serialize, Serializer};

use crate::Scope;

/// An API key to be made.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct NewKey {
    /// A name to recognise it by, 1 to 255 characters.
    pub name: String,
    /// What its text says it is.
    pub kind: KeyKind,
    /// What it may do. A key without scopes can do nothing.
    pub scopes: Vec<Scope>,
    /// How long it works. `None`: until it is revoked.
    pub time_to_live: Option<Duration>,
}

impl NewKey {
    /// A runtime key with these scopes that works until it is revoked.
    #[must_use]
    pub fn runtime(name: impl Into<String>, scopes: Vec<Scope>) -> Self {
        Self { name: name.into(), kind: KeyKind::Runtime, scopes, time_to_live: None }
    }

    /// Limits how long the key works.
    #[must_use]
    pub fn expiring_after(mut self, time_to_live: Duration) -> Self {
        self.time_to_live = Some(time_to_live);
        self
    }
}

/// An API key's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KeyRecord {
    /// Its id.
    pub id: KeyId,
    /// Its application.
    pub app: AppId,
    /// Its name.
    pub name: String,
    /// What its text says it is.
    #[serde(serialize_with = "word")]
    pub kind: KeyKind,
    /// The first characters of the key, safe to show.
    pub prefix: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl KeyRecord {
    /// `active`, `expired` or `revoked`, as of `now`.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> &'static str {
        match self {
            Self { revoked_at: Some(_), .. } => "revoked",
            Self { expires_at: Some(end), .. } if *end <= now => "expired",
            _ => "active",
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn word<S: Serializer>(kind: &KeyKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.as_str())
}

//! Managed secrets: [`NewSecret`] and [`SecretRecord`], an API the operator holds a key for.

use alter_types::{AppId, CredentialId, ManagedSecretId, Secret, Timestamp};
use serde::Serialize;
use uuid::Uuid;

use crate::{HostRule, Injection, Slug};

/// A secret to be stored.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct NewSecret {
    /// A name to recognise it by, 1 to 255 characters.
    pub name: String,
    /// Its address. `None`: made from the name.
    pub slug: Option<Slug>,
    /// Where it may be sent. Without a rule it can be sent nowhere; at most 100.
    pub hosts: Vec<HostRule>,
    /// Which header carries it.
    pub injection: Injection,
    /// The secret itself: 1 to 8,192 bytes without line breaks and NUL.
    pub value: Secret,
}

impl NewSecret {
    /// A secret sent as `Authorization: Bearer …` to these hosts, with a slug made from its name.
    #[must_use]
    pub fn new(name: impl Into<String>, hosts: Vec<HostRule>, value: Secret) -> Self {
        Self { name: name.into(), slug: None, hosts, injection: Injection::default(), value }
    }

    /// Chooses the slug.
    #[must_use]
    pub fn slug(mut self, slug: Slug) -> Self {
        self.slug = Some(slug);
        self
    }

    /// Chooses the header.
    #[must_use]
    pub fn injection(mut self, injection: Injection) -> Self {
        self.injection = injection;
        self
    }
}

/// A stored secret, without its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SecretRecord {
    /// Its id.
    pub id: ManagedSecretId,
    /// Its application.
    pub app: AppId,
    /// Its address within the application.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// Where it may be sent.
    pub hosts: Vec<HostRule>,
    /// Which header carries it.
    pub injection: Injection,
    /// The credential that holds the value.
    pub credential: CredentialId,
    /// Changes whenever the value does.
    pub generation: Uuid,
    /// When it was stored.
    pub created_at: Timestamp,
}

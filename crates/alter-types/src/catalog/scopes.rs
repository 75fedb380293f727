//! The scopes an API key can have (`GET /sdk/scopes`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Every scope there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ScopeCatalog {
    /// Counts changes of the catalogue.
    pub scope_version: i64,
    /// Resource to what can be done with it.
    pub resources: BTreeMap<String, ResourceScopes>,
    /// Every verb that is used.
    pub action_verbs: Vec<String>,
    /// Scopes that still work and should not be given any more.
    #[serde(default)]
    pub deprecated: Vec<String>,
}

impl ScopeCatalog {
    /// A catalogue without deprecated scopes.
    #[must_use]
    pub fn new(
        scope_version: i64,
        resources: BTreeMap<String, ResourceScopes>,
        action_verbs: Vec<String>,
    ) -> Self {
        Self { scope_version, resources, action_verbs, deprecated: Vec::new() }
    }
}

/// What can be done with one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ResourceScopes {
    /// The verbs.
    pub verbs: Vec<String>,
}

impl ResourceScopes {
    /// These verbs.
    #[must_use]
    pub fn new(verbs: Vec<String>) -> Self {
        Self { verbs }
    }
}

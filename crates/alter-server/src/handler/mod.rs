//! One module per group of routes. A handler holds no rules: it hands a verified, parsed request to the vault.

pub(crate) mod agents;
pub(crate) mod approvals;
pub(crate) mod audit;
pub(crate) mod grants;
pub(crate) mod health;
pub(crate) mod proxy;
pub(crate) mod token;

/// A request without a body, or with an empty object for one.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Nothing {}

//! One module per group of routes. A handler holds no rules: it hands a verified, parsed request to the vault.

pub(crate) mod approvals;
pub(crate) mod audit;
pub(crate) mod grants;
pub(crate) mod health;
pub(crate) mod proxy;
pub(crate) mod token;

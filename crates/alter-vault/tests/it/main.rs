//! The vault as its users see it: through [`alter_vault::Vault`], on a real file.

#![expect(clippy::unwrap_used, reason = "a panic of the bench is the report as well")]

mod agents;
mod approvals;
mod bench;
mod grants;
mod narrowing;
mod opening;
mod operators;
mod proxy;
mod refusals;
mod replay;
mod reports;
mod retrieve;
mod revocation;
mod sealing;
mod trail;

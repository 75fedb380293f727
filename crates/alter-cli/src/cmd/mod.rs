//! One module per command.

pub(crate) mod agents;
pub(crate) mod approvals;
pub(crate) mod apps;
pub(crate) mod audit;
pub(crate) mod demo;
pub(crate) mod dev;
pub(crate) mod grants;
pub(crate) mod init;
pub(crate) mod keys;
pub(crate) mod secrets;
pub(crate) mod serve;

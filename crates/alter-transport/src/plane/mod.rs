//! The two finished stacks. The order of each is one function.

pub(crate) mod backend;
pub(crate) mod provider;

//! Guides: one story each, in the order in which an application grows. Every example in them is a test, against the
//! scripted vault of `alter-testkit`.
//!
//! | guide | the story |
//! |---|---|
//! | [`calling`] | a shop orders from its supplier, and its clerk never sees the supplier's password |
//! | [`streaming`] | a model's answer appears word by word, and a file that does not fit into memory goes up |
//! | [`approvals`] | a payment waits until the shop's owner has agreed |
//! | [`connect`] | people connect their accounts, and what broke is repaired |
//! | [`agents`] | two assistants who may do different things, and what they pass on |
//! | [`custom_layers`] | metrics, caching and chaos of your own, at places where nothing secret passes |
//! | [`testing`] | the shop's tests, without a network and without waiting |
//! | [`recipes`] | no story: what to write for what, every method once |

#[doc = include_str!("docs/calling.md")]
pub mod calling {}

#[doc = include_str!("docs/streaming.md")]
pub mod streaming {}

#[doc = include_str!("docs/approvals.md")]
pub mod approvals {}

#[doc = include_str!("docs/connect.md")]
pub mod connect {}

#[doc = include_str!("docs/agents.md")]
pub mod agents {}

#[doc = include_str!("docs/layers.md")]
pub mod custom_layers {}

#[doc = include_str!("docs/testing.md")]
pub mod testing {}

#[doc = include_str!("docs/recipes.md")]
pub mod recipes {}

/// Every name of this crate that `docs/from-python.md` mentions: that page says which name of the official Python SDK
/// became which of these, and what is different.
///
#[doc = include_str!("docs/from_python_names.md")]
pub mod from_python {}

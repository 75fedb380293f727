//! The layers both planes are made of. Each stands alone: take them and build your own order if ours does not fit.
//!
//! Every module says when its layer runs, what it sees and what an error in it does. The orders we ship are in
//! [`BackendPlane`](crate::BackendPlane) and [`ProviderPlane`](crate::ProviderPlane).

pub mod attempt_timeout;
pub mod attribute;
pub mod audit;
pub mod collect;
pub mod deadline;
pub mod egress;
pub mod idle;
pub mod inject;
pub mod observe;
pub mod origin;
pub mod sign;

mod stacked;

pub use attempt_timeout::AttemptTimeoutLayer;
pub use attribute::AttributeLayer;
pub use audit::AuditLayer;
pub use collect::{CollectLayer, Oversized, Truncated};
pub use deadline::DeadlineLayer;
pub use egress::EgressLayer;
pub use idle::IdleLayer;
pub use inject::InjectLayer;
pub use observe::ObserveLayer;
pub use origin::OriginLayer;
pub use sign::SignLayer;
pub use stacked::{Handle, HttpStack, Next, Over, Stacked, Then};
pub(crate) use stacked::{Seam, Shared, Tower, tower_layer};

pub use crate::retry::RetryLayer;

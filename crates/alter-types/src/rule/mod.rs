//! Rules a caller puts on its own requests (`docs/protocol.md` 8). They only ever restrict.

mod condition;
mod content_match;
mod request_rule;
mod time_window;

pub use condition::{ConditionValue, ContentParamCondition, ContentParamOp, ScalarValue};
pub use content_match::{ContentMatchEffect, ContentMatchFamily, ContentMatchRule};
pub use request_rule::{MAX_RULE_HEADER, RequestRule};
pub use time_window::{TimeWindow, TimeWindows, Weekday};

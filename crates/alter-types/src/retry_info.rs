//! [`RetryInfo`]: the backend's record of its own attempts to refresh a credential (`docs/protocol.md` 6.2).

use serde::{Deserialize, Serialize};

use crate::checked::checked_model;

/// How a refresh went, as the token answer tells it. Informative: a malformed one is dropped, never an error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct RetryInfo {
    /// How often the backend tried, at least 1.
    pub total_attempts: i64,
    /// Which attempt worked; 0 for none.
    pub successful_attempt: i64,
    /// The attempts that failed.
    #[serde(default)]
    pub errors: Vec<RetryErrorInfo>,
}

/// One failed attempt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct RetryErrorInfo {
    /// Which attempt, from 1.
    pub attempt: i64,
    /// What happened, at most 500 characters.
    pub error: String,
    /// A word for it, for example `transient_refresh`; open.
    pub error_type: String,
    /// Seconds the backend waited afterwards.
    pub delay_s: f64,
    /// Trying again would not have helped.
    #[serde(default)]
    pub permanent: bool,
}

checked_model!(RetryInfo, RetryErrorInfo);

impl RetryInfo {
    /// The record of `total_attempts`, of which `successful_attempt` worked (0 for none).
    #[must_use]
    pub fn new(total_attempts: i64, successful_attempt: i64, errors: Vec<RetryErrorInfo>) -> Self {
        Self { total_attempts, successful_attempt, errors }
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.total_attempts < 1 {
            Err("total_attempts must be at least 1")
        } else if !(0..=self.total_attempts).contains(&self.successful_attempt) {
            Err("successful_attempt must be between 0 and total_attempts")
        } else {
            Ok(())
        }
    }
}

impl RetryErrorInfo {
    /// A failed attempt after which the backend waited `delay_s` seconds.
    #[must_use]
    pub fn new(attempt: i64, error: impl Into<String>, error_type: impl Into<String>, delay_s: f64) -> Self {
        Self { attempt, error: error.into(), error_type: error_type.into(), delay_s, permanent: false }
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.attempt < 1 {
            Err("attempt must be at least 1")
        } else if self.error.chars().count() > 500 {
            Err("error must have at most 500 characters")
        } else if self.delay_s < 0.0 {
            Err("delay_s must not be negative")
        } else {
            Ok(())
        }
    }
}

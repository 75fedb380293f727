//! [`Retry`]: how often, how long and how much in all.

use std::time::Duration;

use tower::retry::budget::TpsBudget;

/// When to give up trying again.
///
/// The default makes at most three attempts, waits 200 milliseconds after the first and at most 5 seconds after
/// any, with jitter, and lets retries add at most a fifth to the calls of the last ten seconds (and ten a second
/// on an idle client).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    attempts: u32,
    first_wait: Duration,
    longest_wait: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts: 3, first_wait: Duration::from_millis(200), longest_wait: Duration::from_secs(5) }
    }
}

impl Retry {
    /// One attempt and no more.
    #[must_use]
    pub fn never() -> Self {
        Self::default().attempts(1)
    }

    /// At most this many attempts, the first included; 0 counts as 1.
    #[must_use]
    pub fn attempts(self, attempts: u32) -> Self {
        Self { attempts: attempts.max(1), ..self }
    }

    /// Waits `first` after the first attempt, twice as long after each further one, never longer than `longest`.
    /// Each wait is shortened at random by up to a half.
    #[must_use]
    pub fn backoff(self, first: Duration, longest: Duration) -> Self {
        Self { first_wait: first, longest_wait: longest, ..self }
    }

    pub(crate) fn max_attempts(&self) -> u32 {
        self.attempts
    }

    /// The wait after attempt number `attempt`; `random` is between 0 and 1.
    pub(crate) fn wait_after(&self, attempt: u32, random: f64) -> Duration {
        let doublings = attempt.saturating_sub(1).min(16);
        let full = self.first_wait.saturating_mul(1 << doublings).min(self.longest_wait);
        full.mul_f64(0.5 + random.clamp(0.0, 1.0) / 2.0)
    }

    pub(crate) fn new_budget(&self) -> TpsBudget {
        TpsBudget::new(Duration::from_secs(10), 10, 0.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_lose_at_most_half() {
        let retry = Retry::default().backoff(Duration::from_secs(1), Duration::from_secs(3));
        assert_eq!(retry.wait_after(1, 1.0), Duration::from_secs(1));
        assert_eq!(retry.wait_after(2, 1.0), Duration::from_secs(2));
        assert_eq!(retry.wait_after(3, 1.0), Duration::from_secs(3));
        assert_eq!(retry.wait_after(1, 0.0), Duration::from_millis(500));
        assert_eq!(retry.wait_after(u32::MAX, 1.0), Duration::from_secs(3));
    }
}

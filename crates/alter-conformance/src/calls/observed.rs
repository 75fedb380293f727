//! What else can be seen of a client afterwards: its actor id, its rate limit, and when it slept.

use std::{sync::PoisonError, time::Duration};

use serde_json::{Value, json};

use super::{
    facade::{Facade, either},
    operations::Events,
    vector::Vector,
};
use crate::models::{same_json, without_nulls};

/// What was seen of one client.
#[derive(Debug, Default)]
pub(super) struct Observed {
    actor_id: Value,
    rate_limit: Value,
    is_key_deprecated: bool,
    /// Time between one request of the call and the next, and between the last and the result; none is left out.
    gaps: Vec<f64>,
    /// What was told to a callback.
    events: Value,
}

impl Observed {
    pub(super) fn of(client: &Facade, moments: Vec<Duration>, ended: Duration, events: &Events) -> Self {
        let moments: Vec<_> = std::iter::once(Duration::ZERO).chain(moments).chain([ended]).collect();
        let gaps = moments.windows(2).map(|pair| pair[1].saturating_sub(pair[0]));
        let events = events.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Self {
            events: Value::from(events),
            actor_id: either!(client, client => json!(client.actor_id())),
            rate_limit: either!(client, client => json!(client.rate_limit())),
            is_key_deprecated: either!(client, client => client.is_key_deprecated()),
            gaps: gaps.filter(|gap| *gap >= Duration::from_millis(2)).map(|gap| gap.as_secs_f64()).collect(),
        }
    }

    /// The first difference, in words.
    pub(super) fn compare(&self, vector: &Vector) -> Result<(), String> {
        let recorded = &vector.observed;
        if let Some(id) = recorded.get("actor_id").filter(|id| !same_json(id, &self.actor_id)) {
            return Err(format!("actor id: {id} != {}", self.actor_id));
        }
        if let Some(limit) = recorded.get("last_rate_limit") {
            let (left, right) = (without_nulls(limit), without_nulls(&self.rate_limit));
            if !same_json(&left, &right) {
                return Err(format!("rate limit: {left} != {right}"));
            }
        }
        if let Some(events) = recorded.get("events") {
            super::results::compare(events, &self.events)?;
        }
        if warns_of_key(recorded.get("warnings")) && !self.is_key_deprecated {
            return Err("the key is not known to be deprecated".to_owned());
        }
        self.compare_sleeps(vector)
    }

    fn compare_sleeps(&self, vector: &Vector) -> Result<(), String> {
        if vector.differences.extra_requests {
            return Ok(());
        }
        let sleeps: Vec<_> = vector
            .observed
            .get("sleeps")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_f64)
            .collect();
        if vector.differences.pauses {
            let total = |list: &[f64]| list.iter().sum::<f64>();
            return if self.gaps.len() <= sleeps.len() && total(&self.gaps) > total(&sleeps) - 0.01 {
                Ok(())
            } else {
                Err(format!("sleeps: not at least {sleeps:?}: {:?}", self.gaps))
            };
        }
        let close = |(left, right): (&f64, &f64)| (left - right).abs() < 0.01;
        if sleeps.len() == self.gaps.len() && sleeps.iter().zip(&self.gaps).all(close) {
            return Ok(());
        }
        Err(format!("sleeps: {sleeps:?} != {:?}", self.gaps))
    }
}

fn warns_of_key(warnings: Option<&Value>) -> bool {
    let warnings = warnings.and_then(Value::as_array).into_iter().flatten();
    warnings.filter_map(Value::as_str).any(|text| text.contains("X-Alter-Key-Deprecated"))
}

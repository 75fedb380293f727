//! What an agent may reach, and how it changes: what is added holds at once, what is taken away after a grace period.

use alter_types::AgentScopes;

/// The key under which slugs of managed secrets stand.
const MANAGED_SECRETS: &str = "managed_secret_slugs";

/// An agent's reach as it is stored. Times are Unix microseconds.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Reach {
    pub(crate) now: AgentScopes,
    /// What it becomes, and when.
    pub(crate) pending: Option<(AgentScopes, i64)>,
}

impl Reach {
    /// The reach at `now`: a pending change whose time has come is the reach.
    pub(crate) fn at(self, now: i64) -> Self {
        match self.pending {
            Some((scopes, from)) if from <= now => Self { now: scopes, pending: None },
            _ => self,
        }
    }

    /// The reach after a change to `wanted` at `now`, whose narrowing part waits for `grace` microseconds.
    pub(crate) fn change(self, wanted: AgentScopes, now: i64, grace: i64) -> Self {
        let current = self.at(now).now;
        if grace == 0 || covers(&wanted, &current) {
            return Self { now: wanted, pending: None };
        }
        Self { now: union(current, &wanted), pending: Some((wanted, now.saturating_add(grace))) }
    }

    /// Whether the managed secret with this slug is among it.
    pub(crate) fn allows_secret(&self, slug: &str) -> bool {
        self.now.get(MANAGED_SECRETS).is_some_and(|slugs| slugs.iter().any(|named| named == slug))
    }
}

/// Whether everything in `less` is in `more`.
fn covers(more: &AgentScopes, less: &AgentScopes) -> bool {
    less.iter().all(|(provider, scopes)| {
        more.get(provider).is_some_and(|held| scopes.iter().all(|scope| held.contains(scope)))
    })
}

fn union(first: AgentScopes, second: &AgentScopes) -> AgentScopes {
    second.iter().fold(first, |all, (provider, scopes)| {
        let mut together = all.get(provider).map(<[String]>::to_vec).unwrap_or_default();
        for scope in scopes {
            if !together.contains(scope) {
                together.push(scope.clone());
            }
        }
        all.provider(provider, together)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(slugs: &[&str]) -> AgentScopes {
        if slugs.is_empty() {
            AgentScopes::none()
        } else {
            AgentScopes::none().managed_secrets(slugs.to_vec())
        }
    }

    #[test]
    fn widening_is_at_once_and_narrowing_waits() {
        let reach = Reach { now: secrets(&["a", "b"]), pending: None };
        assert_eq!(reach.clone().change(secrets(&["a", "b", "c"]), 10, 5).pending, None);

        let changed = reach.clone().change(secrets(&["b", "c"]), 10, 5);
        assert!(["a", "b", "c"].iter().all(|slug| changed.allows_secret(slug)));
        let before = changed.clone().at(14);
        assert!(before.allows_secret("a"));
        let after = changed.at(15);
        assert!(!after.allows_secret("a") && after.allows_secret("c"));
        assert_eq!(after.pending, None);

        let at_once = reach.change(secrets(&[]), 10, 0);
        assert!(!at_once.allows_secret("a") && at_once.pending.is_none());
    }

    #[test]
    fn a_later_change_starts_from_what_holds_by_then() {
        let reach = Reach { now: secrets(&["a"]), pending: Some((secrets(&["b"]), 10)) };
        let changed = reach.change(secrets(&["c"]), 20, 5);
        assert!(!changed.allows_secret("a") && changed.allows_secret("b") && changed.allows_secret("c"));
        assert_eq!(changed.pending, Some((secrets(&["c"]), 25)));
    }
}

//! [`AgentScopes`]: what an agent may reach.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, MapAccess, Visitor},
};

use crate::error::ValueError;

/// Most bytes the scopes of an agent may have as compact JSON.
const MAX_JSON: usize = 12_288;

/// The key that holds slugs of managed secrets instead of a provider's scopes.
const MANAGED_SECRETS: &str = "managed_secret_slugs";

/// What an agent may reach, provider by provider, in the order it was said. Nothing that is not named.
///
/// ```
/// use alter_types::AgentScopes;
///
/// let scopes = AgentScopes::none()
///     .provider("google", ["calendar.readonly", "drive.file"])
///     .managed_secrets(["billing-api"]);
/// assert_eq!(
///     serde_json::to_string(&scopes)?,
///     r#"{"google":["calendar.readonly","drive.file"],"managed_secret_slugs":["billing-api"]}"#
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AgentScopes(Vec<(String, Vec<String>)>);

impl AgentScopes {
    /// Nothing at all: an agent that may exist and reach no provider.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// These scopes of a provider. Said again, the later list replaces the earlier one.
    #[must_use]
    pub fn provider<S: Into<String>>(
        mut self,
        provider: impl Into<String>,
        scopes: impl IntoIterator<Item = S>,
    ) -> Self {
        let (provider, scopes) = (provider.into(), scopes.into_iter().map(Into::into).collect());
        match self.0.iter_mut().find(|(name, _)| *name == provider) {
            Some((_, earlier)) => *earlier = scopes,
            None => self.0.push((provider, scopes)),
        }
        self
    }

    /// The managed secrets with these slugs.
    #[must_use]
    pub fn managed_secrets<S: Into<String>>(self, slugs: impl IntoIterator<Item = S>) -> Self {
        self.provider(MANAGED_SECRETS, slugs)
    }

    /// The scopes of a provider, if it is named.
    #[must_use]
    pub fn get(&self, provider: &str) -> Option<&[String]> {
        self.iter().find_map(|(name, scopes)| (name == provider).then_some(scopes))
    }

    /// Every provider with its scopes, in the order they were said.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(provider, scopes)| (provider.as_str(), scopes.as_slice()))
    }

    /// Whether nothing may be reached.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Checks what a caller filled in.
    ///
    /// # Errors
    /// [`ValueError`] if a provider has no scopes, a name or scope is empty or has white space at its ends, or the
    /// whole is more than 12,288 bytes of compact JSON.
    pub fn validate(&self) -> Result<(), ValueError> {
        self.check().map_err(ValueError::argument)
    }

    fn check(&self) -> Result<(), &'static str> {
        let trimmed = |text: &str| !text.is_empty() && text.trim().len() == text.len();
        for (provider, scopes) in self.iter() {
            if !trimmed(provider) {
                return Err("scopes: a provider is not empty and has no white space at its ends");
            }
            if scopes.is_empty() {
                return Err("scopes: every provider has at least one scope; leave out one that has none");
            }
            if !scopes.iter().all(|scope| trimmed(scope)) {
                return Err("scopes: a scope is not empty and has no white space at its ends");
            }
        }
        match serde_json::to_vec(self) {
            Ok(json) if json.len() <= MAX_JSON => Ok(()),
            _ => Err("scopes: at most 12288 bytes of compact JSON; name fewer"),
        }
    }
}

impl Serialize for AgentScopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for AgentScopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Providers)
    }
}

struct Providers;

impl<'de> Visitor<'de> for Providers {
    type Value = AgentScopes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of providers and their scopes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<AgentScopes, A::Error> {
        let mut scopes = AgentScopes::none();
        while let Some((provider, list)) = map.next_entry::<String, Vec<String>>()? {
            if scopes.get(&provider).is_some() {
                return Err(A::Error::custom("a provider is named twice"));
            }
            scopes.0.push((provider, list));
        }
        Ok(scopes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_kept_both_ways() {
        let json = r#"{"z":["write","read"],"acme":["read"]}"#;
        let scopes: AgentScopes = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&scopes).unwrap(), json);
        assert_eq!(scopes.get("z").unwrap(), ["write", "read"]);
        assert!(serde_json::from_str::<AgentScopes>(r#"{"a":["x"],"a":["y"]}"#).is_err());
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let of = |provider: &str, scope: &str| AgentScopes::none().provider(provider, [scope]);
        assert_eq!(AgentScopes::none().validate().ok(), Some(()));
        assert_eq!(of("acme", "read").validate().ok(), Some(()));
        for wrong in [of("", "a"), of("a ", "a"), of("a", ""), of("a", " b"), of("a", &"x".repeat(MAX_JSON))]
        {
            assert!(wrong.validate().is_err(), "{wrong:?}");
        }
        assert!(AgentScopes::none().provider("acme", [""; 0]).validate().is_err());
    }

    #[test]
    fn the_size_counts_bytes_of_json() {
        let fits = MAX_JSON - r#"{"a":[""]}"#.len();
        let of = |length: usize| {
            AgentScopes::none().provider("a", ["é".repeat(length / 2) + &"x".repeat(length % 2)])
        };
        assert!(of(fits).validate().is_ok() && of(fits + 1).validate().is_err());
    }
}

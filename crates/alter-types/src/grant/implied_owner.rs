//! The first generation's managed-secret entry leaves `principal_type` out where `agent_id` says it all; this passes
//! such an object on as if it had said `agent`.

use std::{borrow::Cow, cell::Cell};

use serde::de::{DeserializeSeed, IntoDeserializer, MapAccess};

use crate::PrincipalType;

pub(super) const KEY: &str = "principal_type";

/// An object, with `principal_type: agent` added at its end if that key was not among its own.
pub(super) struct ImpliedOwner<'f, A> {
    entries: A,
    said: bool,
    ended: bool,
    implied: &'f Cell<bool>,
}

impl<'f, A> ImpliedOwner<'f, A> {
    /// Passes `entries` on and sets `implied` if the owner had to be added.
    pub(super) fn new(entries: A, implied: &'f Cell<bool>) -> Self {
        Self { entries, said: false, ended: false, implied }
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for ImpliedOwner<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        if self.ended {
            return Ok(None);
        }
        if let Some(key) = self.entries.next_key::<Cow<'de, str>>()? {
            self.said |= key == KEY;
            return seed.deserialize(key.into_deserializer()).map(Some);
        }
        self.ended = true;
        if self.said {
            return Ok(None);
        }
        self.implied.set(true);
        seed.deserialize(KEY.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        if self.ended {
            return seed.deserialize(PrincipalType::Agent.as_str().into_deserializer());
        }
        self.entries.next_value_seed(seed)
    }
}

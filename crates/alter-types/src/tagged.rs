//! Objects whose form a tag selects, read in one pass when the tag comes first and buffered up to it otherwise.
//!
//! serde's own tagged enums always buffer the whole object; on a page of a hundred grants that is most of the work.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserializer,
    de::{self, DeserializeSeed, IntoDeserializer, MapAccess, value::MapAccessDeserializer},
};
use serde_json::Value;

/// A type whose form a tag selects.
pub(crate) trait Tagged<'de>: Sized {
    /// The key of the tag.
    const TAG: &'static str;

    /// Reads the rest of the object, which no longer holds the tag. `None`: the object has no tag.
    fn read<A: MapAccess<'de>>(tag: Option<&str>, rest: Rest<'de, A>) -> Result<Self, A::Error>;
}

/// What is left of an object once its tag is taken out.
pub(crate) type Rest<'de, A> = MapAccessDeserializer<Chained<'de, A>>;

pub(crate) fn deserialize<'de, D: Deserializer<'de>, T: Tagged<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(TaggedVisitor(PhantomData))
}

struct TaggedVisitor<T>(PhantomData<T>);

impl<'de, T: Tagged<'de>> de::Visitor<'de> for TaggedVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with the key {}", T::TAG)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut before = Vec::new();
        let mut tag = None;
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            if key == T::TAG {
                tag = Some(map.next_value::<Cow<'de, str>>()?);
                break;
            }
            before.push((key, map.next_value()?));
        }
        let chained = Chained { before: before.into_iter(), value: None, rest: map };
        T::read(tag.as_deref(), MapAccessDeserializer::new(chained))
    }
}

/// The entries before the tag, then those after it.
pub(crate) struct Chained<'de, A> {
    before: std::vec::IntoIter<(Cow<'de, str>, Value)>,
    value: Option<Value>,
    rest: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Chained<'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        match self.before.next() {
            Some((key, value)) => {
                self.value = Some(value);
                seed.deserialize(key.into_deserializer()).map(Some)
            }
            None => self.rest.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match self.value.take() {
            Some(value) => seed.deserialize(value).map_err(de::Error::custom),
            None => self.rest.next_value_seed(seed),
        }
    }
}

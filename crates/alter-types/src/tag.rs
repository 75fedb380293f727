//! `tag!`: the private tag field of one arm of a union. Always written; when read it may be absent, and must be the
//! arm's own otherwise.

macro_rules! tag {
    ($name:ident = $enum:ident::$variant:ident) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub(super) struct $name;

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($enum::$variant.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                match <$enum as serde::Deserialize>::deserialize(deserializer)? {
                    $enum::$variant => Ok(Self),
                    _ => Err(serde::de::Error::custom("the tag belongs to another kind")),
                }
            }
        }
    };
}

pub(crate) use tag;

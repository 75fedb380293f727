//! `checked_model!`: a model whose fields must also agree with each other.
//!
//! The model derives serde's code under `#[serde(remote = "Self")]`, which yields plain functions instead of the
//! traits; the macro adds the traits and runs `check` after reading.

macro_rules! checked_model {
    ($($name:ident),*) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                Self::serialize(self, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = Self::deserialize(deserializer)?;
                value.check().map_err(serde::de::Error::custom)?;
                Ok(value)
            }
        }
    )*};
}

pub(crate) use checked_model;

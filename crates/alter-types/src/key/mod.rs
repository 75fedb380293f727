//! Scoped API keys (`spec/wire.md` 6.10). The keys themselves are parsed and minted in `alter-auth`.

mod info;
mod request;

pub use info::{ApiKeyInfo, ApiKeyStatus, ApiKeyType, MintedKey};
pub use request::{DeriveKeyRequest, RotateKeyRequest};

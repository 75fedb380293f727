//! Scoped API keys (`docs/protocol.md` 6.8). The keys themselves are parsed and minted in `alter-auth`.

mod info;
mod request;

pub use info::{ApiKeyInfo, ApiKeyStatus, ApiKeyType, MintedKey};
pub use request::{DeriveKeyRequest, RotateKeyRequest};

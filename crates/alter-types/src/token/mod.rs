//! `POST /sdk/token`: the request for a credential and the answer that releases one (`docs/protocol.md` 6.2).

mod address;
mod injection;
mod instant;
mod metadata;
mod request;
mod wire;

pub(crate) use address::AddressKeys;
pub use address::{AddressedGrant, ProviderAddress};
pub use injection::{FORBIDDEN_INJECTION_HEADERS, InjectionRule, InjectionTarget, ValueSource};
pub use metadata::{REFRESH_BUFFER_SECONDS, TokenResponse};
pub use request::{DeclaredRequest, TokenRequest};
pub use wire::TokenWire;

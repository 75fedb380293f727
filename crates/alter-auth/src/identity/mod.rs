//! Identity assertions: signed statements about who a call is for, minted by a vault and verified offline by anyone
//! who has its public keys.
//!
//! An assertion is a compact JWS with exactly one accepted form: `ES256`, type `alter-identity+jwt`, a key named by
//! `kid`, at most 300 seconds of life. Nothing in the token chooses how it is verified, and nothing is fetched.
//!
//! ```
//! use alter_auth::{SystemRandom, UnixSeconds, identity::{AssertionSigner, AssertionVerifier, JwkSet, NewAssertion, Subject}};
//!
//! // The vault holds the private key …
//! let random = SystemRandom::new();
//! let pkcs8 = AssertionSigner::generate_pkcs8(&random)?;
//! let signer = AssertionSigner::from_pkcs8("2026-11", &pkcs8, random)?;
//! let now = UnixSeconds(1_790_000_000);
//! let asked = NewAssertion::new("https://vault.example", "https://memory.example", "app-1", Subject::User("u-42"));
//! let minted = signer.mint(&asked.acting_agent("bot-7", "agent_key"), now)?;
//!
//! // … and publishes the public one, with which a memory service verifies.
//! let jwks = JwkSet::from_json(&signer.public_jwk_set())?;
//! let verifier = AssertionVerifier::new("https://vault.example", "https://memory.example", "app-1", jwks)?;
//! let identity = verifier.verify(minted.token.expose(), now)?;
//! assert_eq!(identity.agent_id.as_deref(), Some("bot-7"));
//! assert_eq!(identity.app_user_id.as_deref(), Some("u-42"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod claims;
mod curve;
mod jwk;
mod jws;
mod mint;
mod new_assertion;
mod verify;

pub use jwk::JwkSet;
pub use mint::{AssertionKeyError, AssertionSigner, MintError, Minted};
pub use new_assertion::{AssertionTtl, NewAssertion, Subject};
pub use verify::AssertionVerifier;

/// Longest assertion that is looked at, in bytes.
pub const MAX_ASSERTION: usize = 8_192;

/// Longest life of an assertion, in seconds.
pub const MAX_ASSERTION_LIFETIME: i64 = 300;

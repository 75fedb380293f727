//! API keys, request signing and request verification for the Alter Vault protocol.
//!
//! Pure: no I/O, no runtime, no socket. Time and nonces are arguments of [`Signer::sign`] and [`verify`]; where a
//! program needs a source for them, [`Clock`] and [`Random`] are traits with a system implementation each, which
//! are the only places in the workspace that read the wall clock or the system's randomness.
//!
//! Client and server share [`canonical`] and the string to sign, so what is signed and what is verified cannot
//! drift apart:
//!
//! ```
//! use alter_auth::{ApiKey, Nonce, SignedContext, Signer, SkewWindow, Stamp, UnixSeconds, verify};
//! use http::{HeaderMap, Method};
//!
//! let key: ApiKey = "alter_rk_abcdefghijklmnopqrstuv_iwpykn".parse()?;
//! let now = UnixSeconds(1_767_225_600);
//! let body = br#"{"limit":100,"offset":0}"#;
//!
//! // The client signs what it sends …
//! let mut headers = HeaderMap::new();
//! Signer::new(key)
//!     .sign(
//!         &Method::POST,
//!         "/sdk/grants/list",
//!         body,
//!         &SignedContext::default(),
//!         Stamp { now, nonce: Nonce::from_bytes([7; 16]) },
//!     )?
//!     .apply(&mut headers);
//!
//! // … and a backend checks what it received. Looking the key up and refusing a known nonce come after this.
//! let verified = verify(&Method::POST, "/sdk/grants/list", &headers, body, now, SkewWindow::default())?;
//! assert_eq!(verified.key.prefix(), "alter_rk_abc");
//!
//! // One changed byte is refused.
//! assert!(verify(&Method::POST, "/sdk/grants/list", &headers, b"{}", now, SkewWindow::default()).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! If you write a backend, begin with the [`guide`]. Beside signatures there are [`sigv4`] for credentials that are
//! injected by signing, and [`identity`] for assertions about who a call is for.

pub mod canonical;
pub mod guide;
pub mod header;
pub mod identity;
pub mod sigv4;

mod attribution;
mod challenge;
mod clock;
mod key;
mod nonce;
mod random;
mod received;
mod replay;
mod scope_constraints;
mod sign;
mod string_to_sign;
mod verifier;
mod verify;

pub use attribution::Attribution;
pub use challenge::Challenge;
pub use clock::{Clock, ManualClock, SystemClock, UnixSeconds};
pub use key::{ApiKey, KeyError, KeyKind, SigningKey};
pub use nonce::{Nonce, ParseNonceError};
pub use random::{Random, RandomError, SeededRandom, SystemRandom, random_uuid};
pub use replay::{InMemoryReplayGuard, ReplayError, ReplayGuard};
pub use scope_constraints::{MAX_SCOPE_CONSTRAINTS, ScopeConstraints, ScopeConstraintsError};
pub use sign::{SignError, SignedContext, SignedHeaders, Signer, Stamp};
pub use verifier::Verifier;
pub use verify::{SignatureGeneration, SkewWindow, Verified, VerifyError, presented_key, verify};

//! Opaque tokens, their hashes, and what is read off a JWT. Pure.

use alter_client::{Random, Secret};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::digest;

/// What is kept of a token.
pub(super) type Digest = [u8; 32];

pub(super) fn digest(text: &str) -> Digest {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
    out
}

/// A token of 32 random bytes.
pub(super) fn mint(prefix: &str, random: &dyn Random) -> Option<Secret> {
    let mut bytes = [0; 32];
    random.fill(&mut bytes).ok()?;
    Some(Secret::new(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes))))
}

/// Whether `verifier` is what `challenge` was made of (RFC 7636, S256).
pub(super) fn proves(verifier: &str, challenge: &str) -> bool {
    (43..=128).contains(&verifier.len()) && URL_SAFE_NO_PAD.encode(digest(verifier)) == challenge
}

/// Whether it can be an S256 challenge.
pub(super) fn is_challenge(text: &str) -> bool {
    text.len() == 43 && URL_SAFE_NO_PAD.decode(text).is_ok()
}

/// When a JWT ends, in Unix seconds. It is not verified here: the vault just did.
pub(super) fn expiry(jwt: &Secret) -> Option<i64> {
    let payload = URL_SAFE_NO_PAD.decode(jwt.expose().split('.').nth(1)?).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    let exp = &claims["exp"];
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a fraction of a second is cut off; the cast saturates"
    )]
    exp.as_i64().or_else(|| exp.as_f64().map(|seconds| seconds as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verifier_proves_its_challenge() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(is_challenge(challenge) && proves(verifier, challenge));
        assert!(!proves("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl", challenge));
        assert!(!proves("", challenge) && !is_challenge("plain"));
    }

    #[test]
    fn the_end_of_a_jwt_is_read_whatever_it_is() {
        let jwt = |claims: &str| Secret::new(format!("e.{}.s", URL_SAFE_NO_PAD.encode(claims)));
        assert_eq!(expiry(&jwt(r#"{"exp":1700000000}"#)), Some(1_700_000_000));
        assert_eq!(expiry(&jwt(r#"{"exp":1700000000.9}"#)), Some(1_700_000_000));
        for odd in [jwt("{}"), jwt(r#"{"exp":"soon"}"#), jwt("nothing"), Secret::from("opaque")] {
            assert_eq!(expiry(&odd), None);
        }
    }
}

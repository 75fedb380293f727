//! The outer form of an assertion: three parts in base64url, of which the first says how the others are signed.

use alter_types::AssertionRejectReason as Reason;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::MAX_ASSERTION;

pub(super) const ALGORITHM: &str = "ES256";
pub(super) const TYPE: &str = "alter-identity+jwt";

/// A token taken apart, with a header that asks for nothing but what we do.
pub(super) struct Jws<'a> {
    pub(super) key_id: String,
    /// The first two parts with the dot between them: what is signed.
    pub(super) signed: &'a str,
    payload: &'a str,
    pub(super) signature: Vec<u8>,
}

impl<'a> Jws<'a> {
    pub(super) fn parse(token: &'a str) -> Result<Self, Reason> {
        if token.len() > MAX_ASSERTION {
            return Err(Reason::Malformed);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(Reason::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(Reason::Malformed)?;
        if header.is_empty() || payload.contains('.') {
            return Err(Reason::Malformed);
        }
        let key_id = checked_header(&object(header)?)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Reason::Malformed)?;
        Ok(Self { key_id, signed, payload, signature })
    }

    /// The claims. To be read after the signature was verified.
    pub(super) fn claims(&self) -> Result<Map<String, Value>, Reason> {
        object(self.payload)
    }
}

/// The key id, if the header asks for nothing but what we do.
fn checked_header(header: &Map<String, Value>) -> Result<String, Reason> {
    let text = |name: &str| header.get(name).and_then(Value::as_str);
    let ours = text("alg") == Some(ALGORITHM) && text("typ") == Some(TYPE);
    if !ours || header.get("b64") == Some(&Value::Bool(false)) {
        return Err(Reason::Header);
    }
    match header.get("crit") {
        None => {}
        Some(Value::Null) => return Err(Reason::Malformed),
        Some(_) => return Err(Reason::Header),
    }
    text("kid").filter(|id| !id.is_empty()).map(str::to_owned).ok_or(Reason::Header)
}

fn object(part: &str) -> Result<Map<String, Value>, Reason> {
    let json = URL_SAFE_NO_PAD.decode(part).map_err(|_| Reason::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| Reason::Malformed)
}

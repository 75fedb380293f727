//! The protocol's headers of one received request, found in a single pass. What they mean is the verifier's business.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{VerifyError, header};

/// Every signed or signing header, at most once each. An empty value counts as absent, as in the string to sign.
#[derive(Default)]
pub(crate) struct Received<'a> {
    pub(crate) api_key: Option<&'a str>,
    pub(crate) timestamp: Option<&'a str>,
    pub(crate) nonce: Option<&'a str>,
    pub(crate) content_sha256: Option<&'a str>,
    pub(crate) signature: Option<&'a str>,
    pub(crate) signature_v2: Option<&'a str>,
    pub(crate) caller: Option<&'a str>,
    pub(crate) caller_type: Option<&'a str>,
    pub(crate) actor_id: Option<&'a str>,
    pub(crate) context: Option<&'a str>,
    pub(crate) constraints: Option<&'a str>,
    pub(crate) rule: Option<&'a str>,
}

impl<'a> Received<'a> {
    /// Reads them all. A header that appears twice, or holds what is not visible ASCII, is refused by name.
    pub(crate) fn read(headers: &'a HeaderMap) -> Result<Self, VerifyError> {
        let mut received = Self::default();
        for (name, value) in headers {
            let Some(slot) = received.slot(name) else { continue };
            if slot.is_some() {
                return Err(VerifyError::Repeated(name.clone()));
            }
            *slot = Some(text(name, value)?);
        }
        received.drop_empty();
        Ok(received)
    }

    fn slot(&mut self, name: &HeaderName) -> Option<&mut Option<&'a str>> {
        let name = name.as_str();
        // Most headers of a request are none of ours; one comparison settles that.
        let Some(rest) = name.strip_prefix("x-alter-") else {
            return (name == "x-api-key").then_some(&mut self.api_key);
        };
        Some(match rest {
            "timestamp" => &mut self.timestamp,
            "nonce" => &mut self.nonce,
            "content-sha256" => &mut self.content_sha256,
            "signature" => &mut self.signature,
            "signature-v2" => &mut self.signature_v2,
            "caller" => &mut self.caller,
            "caller-type" => &mut self.caller_type,
            "actor-id" => &mut self.actor_id,
            "context" => &mut self.context,
            "scope-constraints" => &mut self.constraints,
            "request-rule" => &mut self.rule,
            _ => return None,
        })
    }

    fn drop_empty(&mut self) {
        for slot in [
            &mut self.api_key,
            &mut self.timestamp,
            &mut self.nonce,
            &mut self.content_sha256,
            &mut self.signature,
            &mut self.signature_v2,
            &mut self.caller,
            &mut self.caller_type,
            &mut self.actor_id,
            &mut self.context,
            &mut self.constraints,
            &mut self.rule,
        ] {
            *slot = slot.filter(|value| !value.is_empty());
        }
    }
}

/// The one value of the key header alone, for a request that did not verify.
pub(crate) fn api_key(headers: &HeaderMap) -> Result<&str, VerifyError> {
    let mut values = headers.get_all(header::X_API_KEY).iter();
    match (values.next(), values.next()) {
        (Some(value), None) if !value.is_empty() => text(&header::X_API_KEY, value),
        (Some(_), Some(_)) => Err(VerifyError::Repeated(header::X_API_KEY)),
        _ => Err(VerifyError::Missing(header::X_API_KEY)),
    }
}

fn text<'a>(name: &HeaderName, value: &'a HeaderValue) -> Result<&'a str, VerifyError> {
    value.to_str().map_err(|_| VerifyError::Malformed(name.clone()))
}

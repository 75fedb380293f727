//! The protocol's headers of one received request, found in a single pass. What they mean is the verifier's business.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{VerifyError, header};

/// Every signed or signing header, at most once each. An empty value counts as absent, as in the string to sign.
#[derive(Default)]
pub(crate) struct Received<'a> {
    pub(crate) api_key: Option<&'a str>,
    pub(crate) timestamp: Option<&'a [u8]>,
    pub(crate) nonce: Option<&'a [u8]>,
    pub(crate) content_sha256: Option<&'a [u8]>,
    pub(crate) signature: Option<&'a [u8]>,
    pub(crate) signature_v2: Option<&'a [u8]>,
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
            let repeated = match received.slot(name) {
                // Digits, which the verifier reads as bytes.
                Some(Slot::Digits(slot)) => slot.replace(value.as_bytes()).is_some(),
                Some(Slot::Text(slot)) => slot.replace(text(name, value)?).is_some(),
                None => false,
            };
            if repeated {
                return Err(VerifyError::Repeated(name.clone()));
            }
        }
        received.drop_empty();
        Ok(received)
    }

    fn slot<'s>(&'s mut self, name: &HeaderName) -> Option<Slot<'s, 'a>> {
        let name = name.as_str();
        // Most headers of a request are none of ours; one comparison settles that.
        let Some(rest) = name.strip_prefix("x-alter-") else {
            return (name == "x-api-key").then_some(Slot::Text(&mut self.api_key));
        };
        Some(match rest {
            "timestamp" => Slot::Digits(&mut self.timestamp),
            "nonce" => Slot::Digits(&mut self.nonce),
            "content-sha256" => Slot::Digits(&mut self.content_sha256),
            "signature" => Slot::Digits(&mut self.signature),
            "signature-v2" => Slot::Digits(&mut self.signature_v2),
            "caller" => Slot::Text(&mut self.caller),
            "caller-type" => Slot::Text(&mut self.caller_type),
            "actor-id" => Slot::Text(&mut self.actor_id),
            "context" => Slot::Text(&mut self.context),
            "scope-constraints" => Slot::Text(&mut self.constraints),
            "request-rule" => Slot::Text(&mut self.rule),
            _ => return None,
        })
    }

    fn drop_empty(&mut self) {
        let digits = [
            &mut self.timestamp,
            &mut self.nonce,
            &mut self.content_sha256,
            &mut self.signature,
            &mut self.signature_v2,
        ];
        for slot in digits {
            *slot = slot.filter(|value| !value.is_empty());
        }
        let texts = [
            &mut self.api_key,
            &mut self.caller,
            &mut self.caller_type,
            &mut self.actor_id,
            &mut self.context,
            &mut self.constraints,
            &mut self.rule,
        ];
        for slot in texts {
            *slot = slot.filter(|value| !value.is_empty());
        }
    }
}

/// Where a header's value goes.
enum Slot<'s, 'a> {
    Digits(&'s mut Option<&'a [u8]>),
    Text(&'s mut Option<&'a str>),
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

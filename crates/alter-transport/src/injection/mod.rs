//! [`Injection`]: the vault's instructions for putting a credential into a request, checked and then followed.
//! Pure: it changes a request head, takes the time as an argument, and knows no service.

mod error;
mod template;

#[cfg(test)]
mod tests;

use std::fmt;

use alter_auth::{
    UnixSeconds,
    sigv4::{self, Payload, SIGNATURE_HEADERS},
};
use alter_types::{Secret, TokenWire};
use http::{HeaderName, header::AUTHORIZATION, request::Parts};

pub use self::error::InjectionError;
use self::template::Template;
use crate::{Body, scrub::Scrubber};

/// How a credential goes into a request.
pub(crate) struct Injection {
    form: Form,
    scrubber: Scrubber,
}

enum Form {
    /// As it is, in headers and query parameters.
    Template(Template),
    /// As an AWS signature; the secret key itself is never sent.
    Aws(sigv4::Credential),
}

impl Form {
    /// Whether the part of this name is no secret, and found in every answer of AWS.
    fn is_public(&self, part: &str) -> bool {
        matches!(self, Self::Aws(_)) && matches!(part, "region" | "service")
    }
}

impl Injection {
    pub(crate) fn new(token: &TokenWire) -> Result<Self, InjectionError> {
        check_parts(token)?;
        let form = match sigv4::Credential::from_token(token)? {
            Some(credential) => Form::Aws(credential),
            None => Form::Template(Template::new(token)?),
        };
        let parts = token.additional_credentials.iter().flatten();
        let secret_parts = parts.filter(|(name, _)| !form.is_public(name)).map(|(_, part)| part.expose());
        let scrubber = Scrubber::new(secret_parts.chain([token.access_token.expose()]));
        Ok(Self { form, scrubber })
    }

    /// Names of the headers that will be set.
    pub(crate) fn header_names(&self) -> Vec<HeaderName> {
        match &self.form {
            Form::Template(template) => template.header_names().cloned().collect(),
            Form::Aws(_) => SIGNATURE_HEADERS.to_vec(),
        }
    }

    /// Puts the credential in. Whatever the caller had under the same name, in any spelling, is replaced. What it
    /// put in comes back as a [`Scrubber`], which finds it again in texts it must not be in.
    pub(crate) fn apply(
        &self,
        head: &mut Parts,
        body: &Body,
        now: UnixSeconds,
    ) -> Result<Scrubber, InjectionError> {
        match &self.form {
            Form::Template(template) => {
                template.apply(&mut head.headers, &mut head.uri)?;
                Ok(self.scrubber.clone())
            }
            Form::Aws(credential) => {
                let request = sigv4::Request {
                    method: &head.method,
                    uri: &head.uri,
                    headers: &head.headers,
                    payload: body.as_bytes().map_or(Payload::Unsigned, |bytes| Payload::Bytes(bytes)),
                };
                sigv4::sign(&request, credential, now, sigv4::Options::default())?.apply(&mut head.headers);
                Ok(self.scrubber.with(signature(head)))
            }
        }
    }
}

impl fmt::Debug for Injection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Injection(…)")
    }
}

/// The signature in an `Authorization` header that was just made.
fn signature(head: &Parts) -> Option<&str> {
    head.headers.get(AUTHORIZATION)?.to_str().ok()?.rsplit_once("Signature=").map(|(_, signature)| signature)
}

fn check_parts(token: &TokenWire) -> Result<(), InjectionError> {
    let sendable = |(name, value): (&String, &Secret)| {
        name.chars().count() <= 50
            && !value.expose().trim().is_empty()
            && value.expose().chars().count() <= 8192
            && !has_breaks(value.expose())
    };
    let parts = token.additional_credentials.iter().flatten();
    if parts.clone().count() > 10 || !parts.into_iter().all(sendable) {
        return Err(InjectionError::AdditionalCredentials);
    }
    if token.additional_injections.as_ref().is_some_and(|rules| rules.len() > 10) {
        return Err(InjectionError::AdditionalInjections);
    }
    Ok(())
}

fn has_breaks(text: &str) -> bool {
    text.contains(['\r', '\n', '\0'])
}

//! [`Credential`]: an AWS key pair as the vault releases it, and the scope stored beside it.

use std::fmt;

use alter_types::{Secret, TokenWire};

use super::SigV4Error;

/// What the injection format of an AWS credential begins with.
const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// An AWS access key. Prints nothing of itself.
#[derive(Clone)]
pub struct Credential {
    access_key_id: String,
    secret_key: Secret,
    session_token: Option<Secret>,
    service: Option<String>,
    region: Option<String>,
}

impl Credential {
    /// A long-lived key pair.
    ///
    /// # Errors
    /// [`SigV4Error::AccessKeyId`] unless the id is 1 to 128 visible ASCII characters without `/`, `,` and `=`, which
    /// separate it from its neighbours in the header; [`SigV4Error::MissingSecretKey`] if the secret key is empty.
    pub fn new(access_key_id: &str, secret_key: Secret) -> Result<Self, SigV4Error> {
        let plain = access_key_id.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'/' | b',' | b'='));
        if !(1..=128).contains(&access_key_id.len()) || !plain {
            return Err(SigV4Error::AccessKeyId);
        }
        if secret_key.is_empty() {
            return Err(SigV4Error::MissingSecretKey);
        }
        let access_key_id = access_key_id.to_owned();
        Ok(Self { access_key_id, secret_key, session_token: None, service: None, region: None })
    }

    /// Adds the session token of a temporary key. It is sent and signed.
    #[must_use]
    pub fn with_session_token(mut self, token: Secret) -> Self {
        self.session_token = Some(token).filter(|token| !token.is_empty());
        self
    }

    /// Says which service to sign for where the host does not.
    ///
    /// # Errors
    /// [`SigV4Error::StoredScope`] if it holds anything but letters, digits, `-`, `_` and `.`.
    pub fn with_service(mut self, service: &str) -> Result<Self, SigV4Error> {
        self.service = scope_part(service)?;
        Ok(self)
    }

    /// Says which region to sign for where the host does not.
    ///
    /// # Errors
    /// [`SigV4Error::StoredScope`] if it holds anything but letters, digits, `-`, `_` and `.`.
    pub fn with_region(mut self, region: &str) -> Result<Self, SigV4Error> {
        self.region = scope_part(region)?;
        Ok(self)
    }

    /// Reads the credential a vault released: the access key id is the token, `secret_key` and the optional
    /// `session_token`, `service` and `region` are its additional parts. `None` if the credential is not to be
    /// injected the AWS way at all.
    ///
    /// # Errors
    /// [`SigV4Error::MissingSecretKey`] for the AWS format without a secret key: sending the format itself as a
    /// header value, as a plain injection would, helps nobody. [`SigV4Error::AccessKeyId`] or
    /// [`SigV4Error::StoredScope`] for a malformed part.
    pub fn from_token(token: &TokenWire) -> Result<Option<Self>, SigV4Error> {
        if !token.injection_format.starts_with(ALGORITHM) {
            return Ok(None);
        }
        let part = |name: &str| token.additional_credentials.as_ref().and_then(|parts| parts.get(name));
        let secret_key = part("secret_key").ok_or(SigV4Error::MissingSecretKey)?;
        let mut credential = Self::new(token.access_token.expose(), secret_key.clone())?;
        if let Some(session_token) = part("session_token") {
            credential = credential.with_session_token(session_token.clone());
        }
        if let Some(service) = part("service") {
            credential = credential.with_service(service.expose())?;
        }
        if let Some(region) = part("region") {
            credential = credential.with_region(region.expose())?;
        }
        Ok(Some(credential))
    }

    pub(super) fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    pub(super) fn secret_key(&self) -> &str {
        self.secret_key.expose()
    }

    pub(super) fn session_token(&self) -> Option<&str> {
        self.session_token.as_ref().map(Secret::expose)
    }

    pub(super) fn service(&self) -> Option<&str> {
        self.service.as_deref()
    }

    pub(super) fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(…)")
    }
}

/// A part of the credential scope, which is slash-separated text in a header. Empty counts as not given.
fn scope_part(text: &str) -> Result<Option<String>, SigV4Error> {
    let word = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    match word {
        true if text.is_empty() => Ok(None),
        true => Ok(Some(text.to_owned())),
        false => Err(SigV4Error::StoredScope),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(format: &str, parts: &[(&str, &str)]) -> TokenWire {
        let mut token =
            TokenWire::new("AKIDEXAMPLE".into(), "11111111-2222-4333-8444-555555555555".parse().unwrap());
        token.injection_format = format.to_owned();
        let parts = parts.iter().map(|&(name, value)| (name.to_owned(), value.into()));
        token.additional_credentials = Some(parts.collect());
        token
    }

    #[test]
    fn another_format_is_not_an_aws_credential() {
        assert!(Credential::from_token(&token("Bearer {token}", &[])).unwrap().is_none());
    }

    #[test]
    fn the_aws_format_without_a_secret_key_is_refused() {
        let refused = |token: &TokenWire| Credential::from_token(token).unwrap_err();
        assert_eq!(refused(&token(ALGORITHM, &[])), SigV4Error::MissingSecretKey);
        assert_eq!(refused(&token(ALGORITHM, &[("secret_key", "")])), SigV4Error::MissingSecretKey);
        let mut without_parts = token(ALGORITHM, &[]);
        without_parts.additional_credentials = None;
        assert_eq!(refused(&without_parts), SigV4Error::MissingSecretKey);
    }

    #[test]
    fn parts_that_would_break_out_of_the_header_are_refused() {
        let scope =
            |value| Credential::from_token(&token(ALGORITHM, &[("secret_key", "s"), ("region", value)]));
        assert_eq!(scope("us-east-1/../x").unwrap_err(), SigV4Error::StoredScope);
        assert_eq!(scope("us-east-1\r\nx: y").unwrap_err(), SigV4Error::StoredScope);
        assert!(scope("").unwrap().unwrap().region.is_none());
        assert_eq!(Credential::new("AKID/EXAMPLE", "s".into()).unwrap_err(), SigV4Error::AccessKeyId);
        assert_eq!(Credential::new("", "s".into()).unwrap_err(), SigV4Error::AccessKeyId);
    }

    #[test]
    fn debug_shows_nothing() {
        let credential = Credential::new("AKIDEXAMPLE", "wJalrXUtnFEMI".into()).unwrap();
        assert_eq!(format!("{credential:?}"), "Credential(…)");
    }
}

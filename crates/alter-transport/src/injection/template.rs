//! [`Template`]: a credential that is sent as it is, in headers and query parameters.

use alter_types::{
    FORBIDDEN_INJECTION_HEADERS, InjectionRule, InjectionTarget, Secret, TokenWire, ValueSource,
};
use http::{HeaderMap, HeaderName, HeaderValue, Uri, uri::PathAndQuery};

use super::{InjectionError, has_breaks};
use crate::query;

/// Headers and query parameters to set, in the order they are set.
pub(super) struct Template {
    headers: Vec<(HeaderName, HeaderValue)>,
    parameters: Vec<(String, Secret)>,
}

impl Template {
    pub(super) fn new(token: &TokenWire) -> Result<Self, InjectionError> {
        let secret = token.access_token.expose();
        if secret.is_empty() || has_breaks(secret) {
            return Err(InjectionError::Token);
        }
        let format = &token.injection_format;
        if format.len() > 200 || has_breaks(format) || !format.contains("{token}") {
            return Err(InjectionError::Format);
        }
        let name = credential_header(&token.injection_header, 60).ok_or(InjectionError::Header)?;
        let value = Secret::new(format.replacen("{token}", secret, 1));
        let mut template = Self {
            headers: vec![(name, sensitive(&value).ok_or(InjectionError::Token)?)],
            parameters: vec![],
        };
        for rule in token.additional_injections.iter().flatten() {
            template.add(rule, token)?;
        }
        Ok(template)
    }

    fn add(&mut self, rule: &InjectionRule, token: &TokenWire) -> Result<(), InjectionError> {
        let malformed = InjectionError::AdditionalInjections;
        let value = match &rule.value_source {
            ValueSource::Token => Some(&token.access_token),
            ValueSource::Additional(name) => {
                token.additional_credentials.as_ref().and_then(|parts| parts.get(name))
            }
        };
        let value = value.filter(|value| !value.is_empty());
        match rule.target {
            InjectionTarget::Header => {
                let name = credential_header(&rule.key, 100).ok_or(malformed)?;
                if let Some(value) = value {
                    self.headers.push((name, sensitive(value).ok_or(malformed)?));
                }
            }
            InjectionTarget::QueryParam => {
                if !is_rule_key(&rule.key) {
                    return Err(malformed);
                }
                if let Some(value) = value {
                    self.parameters.retain(|(name, _)| *name != rule.key);
                    self.parameters.push((rule.key.clone(), value.clone()));
                }
            }
        }
        Ok(())
    }

    /// Names of the headers that will be set.
    pub(super) fn header_names(&self) -> impl Iterator<Item = &HeaderName> {
        self.headers.iter().map(|(name, _)| name)
    }

    /// Puts the credential in. Whatever the caller had under the same name, in any spelling, is replaced.
    pub(super) fn apply(&self, headers: &mut HeaderMap, uri: &mut Uri) -> Result<(), InjectionError> {
        if !self.parameters.is_empty() {
            *uri = self.with_parameters(uri)?;
        }
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone());
        }
        Ok(())
    }

    fn with_parameters(&self, uri: &Uri) -> Result<Uri, InjectionError> {
        let parameters: Vec<_> =
            self.parameters.iter().map(|(name, value)| (name.as_str(), value.expose())).collect();
        let target = [uri.path(), "?", &query::merge(uri.query(), &parameters)].concat();
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = Some(PathAndQuery::try_from(target).map_err(|_| InjectionError::Url)?);
        let uri = Uri::from_parts(parts).map_err(|_| InjectionError::Url)?;
        if crate::url_length(&uri) > crate::MAX_URL_LENGTH { Err(InjectionError::Url) } else { Ok(uri) }
    }
}

fn sensitive(value: &Secret) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(value.expose()).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn is_rule_key(key: &str) -> bool {
    (1..=100).contains(&key.len())
        && key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

fn credential_header(name: &str, limit: usize) -> Option<HeaderName> {
    let well_formed = name.len() <= limit
        && is_rule_key(name)
        && !FORBIDDEN_INJECTION_HEADERS.iter().any(|f| f.eq_ignore_ascii_case(name));
    well_formed.then(|| HeaderName::from_bytes(name.as_bytes()).ok()).flatten()
}

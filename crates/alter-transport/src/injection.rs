//! [`Injection`]: the vault's instructions for putting a credential into a request, checked and then followed.
//! Pure: it changes headers and a query, and knows no service.

use std::fmt;

use alter_types::{InjectionRule, InjectionTarget, Secret, TokenWire, ValueSource};
use http::{HeaderMap, HeaderName, HeaderValue, Uri, uri::PathAndQuery};

use crate::query;

/// Instructions that cannot be followed. It names the instruction and never a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InjectionError {
    /// The credential is empty or holds characters a header cannot carry.
    #[error("the credential is empty or cannot be sent in a header")]
    Token,
    /// The header is not a name, too long, or one that no credential may go into.
    #[error("`injection_header` is not a header that a credential may go into")]
    Header,
    /// The format has no `{{token}}`, is too long or cannot be sent in a header.
    #[error("`injection_format` has to contain {{token}}, in at most 200 characters")]
    Format,
    /// A named part is empty, too long or cannot be sent in a header; or there are too many.
    #[error("`additional_credentials` holds too many parts, or one that cannot be sent")]
    AdditionalCredentials,
    /// A rule names a header or parameter that no credential may go into; or there are too many.
    #[error("`additional_injections` holds too many rules, or one that cannot be followed")]
    AdditionalInjections,
    /// The credential signs requests the AWS way, which this release does not do yet.
    #[error("AWS Signature Version 4 credentials are not supported yet")]
    Aws4,
    /// With the credential in its query, the URL is too long or not a URL.
    #[error("the URL with the credential in its query is too long or malformed")]
    Url,
}

/// Headers and query parameters to set, in the order they are set.
pub(crate) struct Injection {
    headers: Vec<(HeaderName, HeaderValue)>,
    parameters: Vec<(String, Secret)>,
}

impl Injection {
    pub(crate) fn new(token: &TokenWire) -> Result<Self, InjectionError> {
        let secret = token.access_token.expose();
        if secret.is_empty() || has_breaks(secret) {
            return Err(InjectionError::Token);
        }
        let format = &token.injection_format;
        // With null credentials the text would go out literally; it is never what anybody meant.
        if format.starts_with("AWS4-HMAC-SHA256") {
            return Err(InjectionError::Aws4);
        }
        if format.len() > 200 || has_breaks(format) || !format.contains("{token}") {
            return Err(InjectionError::Format);
        }
        check_parts(token)?;
        let name = credential_header(&token.injection_header, 60).ok_or(InjectionError::Header)?;
        let value = Secret::new(format.replacen("{token}", secret, 1));
        let mut injection = Self {
            headers: vec![(name, sensitive(&value).ok_or(InjectionError::Token)?)],
            parameters: vec![],
        };
        for rule in token.additional_injections.iter().flatten() {
            injection.add(rule, token)?;
        }
        Ok(injection)
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
    pub(crate) fn header_names(&self) -> impl Iterator<Item = &HeaderName> {
        self.headers.iter().map(|(name, _)| name)
    }

    /// Puts the credential in. Whatever the caller had under the same name, in any spelling, is replaced.
    pub(crate) fn apply(&self, headers: &mut HeaderMap, uri: &mut Uri) -> Result<(), InjectionError> {
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

impl fmt::Debug for Injection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Injection(…)")
    }
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
    let well_formed =
        name.len() <= limit && is_rule_key(name) && !FORBIDDEN.iter().any(|f| f.eq_ignore_ascii_case(name));
    well_formed.then(|| HeaderName::from_bytes(name.as_bytes()).ok()).flatten()
}

/// Headers that steer the connection or the peer, and so never carry a credential.
const FORBIDDEN: [&str; 22] = [
    "host",
    "content-length",
    "content-type",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "upgrade",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "cookie",
    "set-cookie",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "x-http-method-override",
    "x-method-override",
    "www-authenticate",
    "strict-transport-security",
    "content-security-policy",
];

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn injection(changes: &Value) -> Result<Injection, InjectionError> {
        Injection::new(&token(changes))
    }

    /// A token answer with fields as given. Reading one from JSON would refuse most of what these tests need.
    fn token(changes: &Value) -> TokenWire {
        let grant = "11111111-2222-4333-8444-555555555555".parse().unwrap();
        let mut token = TokenWire::new("s3cret".into(), grant);
        for (field, value) in changes.as_object().unwrap() {
            let text = || value.as_str().unwrap().to_owned();
            match field.as_str() {
                "access_token" => token.access_token = text().into(),
                "injection_header" => token.injection_header = text(),
                "injection_format" => token.injection_format = text(),
                "additional_credentials" => {
                    token.additional_credentials = serde_json::from_value(value.clone()).unwrap();
                }
                "additional_injections" => {
                    token.additional_injections = Some(value.as_array().unwrap().iter().map(rule).collect());
                }
                other => panic!("no test needs {other}"),
            }
        }
        token
    }

    fn rule(rule: &Value) -> InjectionRule {
        let part = |name: &str| serde_json::from_value(rule[name].clone()).unwrap();
        let target = serde_json::from_value(rule["target"].clone()).unwrap();
        InjectionRule::new(target, rule["key"].as_str().unwrap(), part("value_source"))
    }

    fn applied(changes: &Value, uri: &str) -> (HeaderMap, String) {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", HeaderValue::from_static("the caller's own"));
        let mut uri: Uri = uri.parse().unwrap();
        injection(changes).unwrap().apply(&mut headers, &mut uri).unwrap();
        (headers, uri.to_string())
    }

    #[test]
    fn the_injected_header_replaces_the_callers() {
        let (headers, _) = applied(&json!({ "injection_header": "AUTHORIZATION" }), "https://a.test/");
        let values: Vec<_> = headers.get_all("authorization").iter().collect();
        assert_eq!(values, ["Bearer s3cret"]);
        assert!(values[0].is_sensitive());
    }

    #[test]
    fn only_the_first_placeholder_is_filled() {
        let format = json!({ "injection_header": "X-Key", "injection_format": "{token}:{token}" });
        assert_eq!(applied(&format, "https://a.test/").0["x-key"], "s3cret:{token}");
    }

    #[test]
    fn further_parts_go_into_headers_and_query() {
        let changes = json!({
            "additional_credentials": { "org": "acme&co" },
            "additional_injections": [
                { "target": "header", "key": "X-Org", "value_source": "additional_credentials.org" },
                { "target": "query_param", "key": "org", "value_source": "additional_credentials.org" },
                { "target": "header", "key": "X-Missing", "value_source": "additional_credentials.none" },
            ],
        });
        let (headers, uri) = applied(&changes, "https://a.test/x?org=mine&keep=1");
        assert_eq!(headers["x-org"], "acme&co");
        assert!(!headers.contains_key("x-missing"));
        assert_eq!(uri, "https://a.test/x?keep=1&org=acme%26co");
    }

    #[test]
    fn unusable_instructions_are_named() {
        for (changes, expected) in [
            (json!({ "access_token": "" }), InjectionError::Token),
            (json!({ "access_token": "a\r\nb" }), InjectionError::Token),
            (json!({ "injection_header": "Host" }), InjectionError::Header),
            (json!({ "injection_header": "X Y" }), InjectionError::Header),
            (json!({ "injection_format": "Bearer" }), InjectionError::Format),
            (json!({ "injection_format": "AWS4-HMAC-SHA256" }), InjectionError::Aws4),
            (json!({ "additional_credentials": { "a": " " } }), InjectionError::AdditionalCredentials),
            (
                json!({ "additional_injections":
                    [{ "target": "header", "key": "Cookie", "value_source": "token" }] }),
                InjectionError::AdditionalInjections,
            ),
        ] {
            assert_eq!(injection(&changes).unwrap_err(), expected, "{changes}");
        }
    }
}

//! The only reader of the environment.

use std::env::VarError;

use alter_auth::{ApiKey, KeyError};
use alter_transport::OutgoingProxy;

use crate::{Result, error::configuration};

/// `ALTER_BASE_URL`, for a client that is built without a base URL.
pub(crate) fn base_url() -> Result<Option<String>> {
    read("ALTER_BASE_URL", "ALTER_BASE_URL is not valid Unicode")
}

/// `ALTER_API_KEY`, for [`App::from_env`](crate::App::from_env).
pub(crate) fn api_key() -> Result<ApiKey> {
    let text = read("ALTER_API_KEY", "ALTER_API_KEY is not valid Unicode")?
        .ok_or_else(|| configuration("ALTER_API_KEY is not set; it holds the API key"))?;
    text.parse().map_err(|error: KeyError| configuration(error.to_string()))
}

/// `HTTPS_PROXY`, else `ALL_PROXY`, and `NO_PROXY`, for a client that was told to use them.
pub(crate) fn outgoing_proxy() -> Result<Option<OutgoingProxy>> {
    outgoing_proxy_in(|name| read(name, "a proxy variable is not valid Unicode"))
}

fn outgoing_proxy_in(read: impl Fn(&str) -> Result<Option<String>>) -> Result<Option<OutgoingProxy>> {
    let either = |upper: &str, lower: &str| {
        let set = match read(upper)? {
            Some(text) => Some(text),
            None => read(lower)?,
        };
        Ok::<_, crate::Error>(set.filter(|text| !text.trim().is_empty()))
    };
    let url = match either("HTTPS_PROXY", "https_proxy")? {
        Some(url) => Some(url),
        None => either("ALL_PROXY", "all_proxy")?,
    };
    let Some(url) = url else { return Ok(None) };
    let proxy = OutgoingProxy::new(url.trim()).map_err(|error| configuration(error.to_string()))?;
    Ok(Some(match either("NO_PROXY", "no_proxy")? {
        Some(list) => proxy.except(&list),
        None => proxy,
    }))
}

#[expect(clippy::disallowed_methods, reason = "the one home of the environment in this crate")]
fn read(name: &str, not_unicode: &'static str) -> Result<Option<String>> {
    match std::env::var(name) {
        Ok(text) => Ok(Some(text)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(configuration(not_unicode)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(variables: &[(&str, &str)]) -> Result<Option<OutgoingProxy>> {
        outgoing_proxy_in(|name| {
            Ok(variables.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned()))
        })
    }

    #[test]
    fn the_usual_variables_name_the_proxy_and_its_exceptions() {
        let there = |url: &str| Some(OutgoingProxy::new(url).unwrap());
        assert_eq!(proxy(&[]).unwrap(), None);
        assert_eq!(proxy(&[("HTTPS_PROXY", "")]).unwrap(), None);
        assert_eq!(proxy(&[("https_proxy", "http://a:1")]).unwrap(), there("http://a:1"));
        assert_eq!(
            proxy(&[("HTTPS_PROXY", "http://a:1"), ("ALL_PROXY", "http://b:1")]).unwrap(),
            there("http://a:1")
        );
        assert_eq!(proxy(&[("all_proxy", "b:1")]).unwrap(), there("http://b:1"));
        assert_eq!(
            proxy(&[("ALL_PROXY", "http://b:1"), ("NO_PROXY", "x.example.com")]).unwrap(),
            there("http://b:1").map(|proxy| proxy.except("x.example.com"))
        );
        let error = proxy(&[("HTTPS_PROXY", "socks5://me:s3cret@b:1")]).unwrap_err();
        assert!(!error.to_string().contains("s3cret"));
    }
}

//! [`Target`]: the URL of a call, expanded, parsed and normalised once; this one form is declared, sent and audited.

use std::sync::Arc;

use alter_transport::{query, template};
use http::Uri;
use url::Url;

use crate::{Result, error::value};

/// Where a call goes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// The whole URL, added parameters included.
    pub(crate) uri: Uri,
    /// The URL without the added parameters, as the vault is told.
    pub(crate) declared: Arc<str>,
}

impl Target {
    /// Fills the placeholders of `url_template`, and merges `parameters` into its query: a parameter of the same name
    /// in the template gives way.
    pub(crate) fn new(
        url_template: &str,
        path: &[(String, String)],
        parameters: &[(String, String)],
    ) -> Result<Self> {
        let expanded = template::expand(url_template, path).map_err(|error| value(error.to_string()))?;
        let mut url = parse(&expanded)?;
        url.set_fragment(None);
        let declared = Arc::from(url.as_str());
        if !parameters.is_empty() {
            let merged = query::merge(url.query(), parameters);
            url.set_query(Some(&merged));
        }
        let uri = Uri::try_from(String::from(url))
            .map_err(|_| value("the URL is longer than 65534 characters, or not one that can be sent"))?;
        Ok(Self { uri, declared })
    }
}

fn parse(text: &str) -> Result<Url> {
    if text.chars().any(|c| c.is_ascii_control()) || text.trim().len() != text.len() {
        return Err(value("the URL contains a control character, or white space at one end"));
    }
    let url = Url::parse(text)
        .map_err(|_| value("the URL has to be absolute, for example https://api.example.com/"))?;
    // The parser would take the first segment of `https:///path` for the host.
    let has_host = text
        .split_once(":")
        .is_some_and(|(_, rest)| rest.starts_with("//") && !rest[2..].starts_with(['/', '\\']));
    if !matches!(url.scheme(), "https" | "http") || !has_host || !url.has_host() {
        return Err(value(
            "the URL has to be https; http is accepted for localhost, 127.0.0.1 and [::1] only",
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(value("the URL contains a user name or password; credentials come from the vault"));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(template: &str, path: &[(&str, &str)], query: &[(&str, &str)]) -> Result<Target> {
        let owned = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>()
        };
        Target::new(template, &owned(path), &owned(query))
    }

    fn expanded(template: &str, value: &str) -> String {
        target(template, &[("id", value)], &[]).unwrap().declared.to_string()
    }

    #[test]
    fn values_are_encoded_whole() {
        assert_eq!(expanded("https://a.b/{id}", "a/b c"), "https://a.b/a%2Fb%20c");
        assert_eq!(expanded("https://a.b/{id}", "{x}"), "https://a.b/%7Bx%7D");
        assert_eq!(expanded("https://a.b/{id}", "~-._"), "https://a.b/~-._");
        assert_eq!(expanded("https://a.b/{id}/{id}", "é"), "https://a.b/%C3%A9/%C3%A9");
        assert_eq!(expanded("https://a.b/{id}", "%2e%2e"), "https://a.b/%252e%252e");
    }

    #[test]
    fn templates_that_do_not_resolve_are_refused() {
        for template in
            ["https://a.b/{other}", "https://a.b/{a.b}", "https://a.b/{", "https://a.b/}", "https://a.b/{}"]
        {
            assert!(target(template, &[("id", "1")], &[]).is_err(), "{template}");
        }
    }

    #[test]
    fn a_value_cannot_leave_its_place() {
        for (template, value) in [
            ("https://a.b/users/{id}/items", ".."),
            ("https://a.b/users/{id}", "."),
            ("https://a.b/users/{id}{id}/items", "."),
            ("https://a.b/users/.{id}/items", "."),
            ("https://a.b/users/%2e{id}/items", "."),
        ] {
            assert!(target(template, &[("id", value)], &[]).is_err(), "{template} {value}");
        }
        assert_eq!(expanded("https://a.b/{id}", "..."), "https://a.b/...");
        assert_eq!(expanded("https://a.b/x?up={id}", ".."), "https://a.b/x?up=..");
    }

    #[test]
    fn the_url_is_normalised_once_and_declared_without_added_parameters() {
        let target =
            target("HTTPS://Api.Example.com:443/a/../b?own=1#part", &[], &[("own", "2"), ("q", "ä")]);
        let target = target.unwrap();
        assert_eq!(&*target.declared, "https://api.example.com/b?own=1");
        assert_eq!(target.uri, "https://api.example.com/b?own=2&q=%C3%A4");
    }

    #[test]
    fn what_is_no_provider_url_is_refused() {
        for url in [
            "",
            "api.example.com/x",
            "ftp://api.example.com/",
            "https://me:pw@api.example.com/",
            "https://me@api.example.com/",
            "https://api.exa\nmple.com/",
            " https://api.example.com/",
            "https:///",
            "https:///v1",
            "https:v1",
            "https://\\v1",
        ] {
            assert!(target(url, &[], &[]).is_err(), "{url:?}");
        }
    }
}

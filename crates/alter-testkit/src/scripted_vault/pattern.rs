//! [`Pattern`]: which calls a script or an assertion is about, as one reads it: `POST https://api.example.com/orders`.

use std::{borrow::Cow, fmt};

use http::Method;

/// A method and a URL of a provider, or a path of the vault.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    text: String,
    /// `None` is any.
    method: Option<Method>,
    segments: Vec<String>,
    query: Vec<(String, String)>,
}

impl Pattern {
    /// Reads `METHOD URL`. The method may be `*`; a segment of the URL may be `{name}`, and the last one `*`, for
    /// everything below.
    ///
    /// # Panics
    /// If the text is not of that form: a test with such a pattern tests nothing.
    #[track_caller]
    pub(super) fn parse(text: &str) -> Self {
        let Some((method, url)) = text.split_once(' ') else {
            panic!(
                "{text:?} is not a pattern: write METHOD URL, for example \"GET https://api.example.com/me\""
            );
        };
        let method = match method {
            "*" => None,
            name if name.bytes().all(|byte| byte.is_ascii_uppercase()) && !name.is_empty() => {
                Some(name.parse().expect("capital letters are a method"))
            }
            _ => panic!("{text:?}: the method is in capitals, or *"),
        };
        assert!(
            url == "*" || ["https://", "http://", "/sdk/"].iter().any(|start| url.starts_with(start)),
            "{text:?}: the URL is absolute, or a path of the vault that starts with /sdk/, or *"
        );
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let segments = path.split('/').map(str::to_owned).collect();
        Self { text: text.to_owned(), method, segments, query: pairs(query) }
    }

    /// Whether a call is meant. `query` holds what is in its URL and what was added to it; parameters that the
    /// pattern does not name may be anything.
    pub(super) fn matches(&self, method: &Method, url: &str, query: &[(String, String)]) -> bool {
        let path = url.split_once('?').map_or(url, |(path, _)| path);
        self.method.as_ref().is_none_or(|wanted| wanted == method)
            && self.matches_path(path)
            && self.query.iter().all(|parameter| query.contains(parameter))
    }

    fn matches_path(&self, path: &str) -> bool {
        let mut given = path.split('/');
        let last = self.segments.len() - 1;
        for (index, wanted) in self.segments.iter().enumerate() {
            if wanted == "*" && index == last {
                return index == 0 || given.next().is_some();
            }
            let Some(segment) = given.next() else { return false };
            let any = wanted.starts_with('{') && wanted.ends_with('}') && !segment.is_empty();
            if !any && wanted != segment {
                return false;
            }
        }
        given.next().is_none()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The parameters of a query, decoded.
pub(super) fn pairs(query: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| (Cow::into_owned(name), Cow::into_owned(value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::{Pattern, pairs};

    fn matches(pattern: &str, method: &str, url: &str) -> bool {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        Pattern::parse(pattern).matches(&Method::from_bytes(method.as_bytes()).unwrap(), url, &pairs(query))
    }

    #[test]
    fn a_url_matches_itself_and_placeholders_match_one_segment() {
        let url = "https://api.example.com/v1/orders/7";
        assert!(matches("GET https://api.example.com/v1/orders/7", "GET", url));
        assert!(matches("* https://api.example.com/v1/orders/{id}", "PATCH", url));
        assert!(matches("GET https://api.example.com/v1/*", "GET", url));
        assert!(matches("* *", "GET", url));
        for other in [
            "POST https://api.example.com/v1/orders/7",
            "GET https://api.example.com/v1/orders",
            "GET https://api.example.com/v1/orders/7/",
            "GET https://api.example.com/v1/{id}",
            "GET http://api.example.com/v1/orders/7",
            "GET https://api.example.com.evil.test/*",
        ] {
            assert!(!matches(other, "GET", url), "{other}");
        }
        assert!(!matches(
            "GET https://api.example.com/v1/orders/{id}",
            "GET",
            "https://api.example.com/v1/orders/"
        ));
    }

    #[test]
    fn parameters_of_the_pattern_have_to_be_there_and_others_may() {
        assert!(matches("GET https://a.test/s", "GET", "https://a.test/s?q=1"));
        assert!(matches("GET https://a.test/s?q=a%20b", "GET", "https://a.test/s?page=2&q=a+b"));
        assert!(!matches("GET https://a.test/s?q=1", "GET", "https://a.test/s?q=2"));
    }

    #[test]
    #[should_panic(expected = "is not a pattern: write METHOD URL")]
    fn a_pattern_without_a_method_is_a_mistake() {
        Pattern::parse("https://a.test/");
    }

    #[test]
    #[should_panic(expected = "the URL is absolute, or a path of the vault")]
    fn a_pattern_with_half_a_url_is_a_mistake() {
        Pattern::parse("GET api.example.com/me");
    }
}

//! The canonical request: the one text that both sides hash, from which the signature is made.

use std::borrow::Cow;

use http::HeaderMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};

use super::request::{HeaderSelection, PathForm};

/// Everything but letters, digits and `-._~` (RFC 3986, unreserved).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The path of S3 objects, which may contain any segment: signed as sent.
pub(super) fn s3_path(path: &str) -> Cow<'_, str> {
    Cow::Borrowed(if path.is_empty() { "/" } else { path })
}

/// The path for every other service: each segment encoded once more than it is sent.
pub(super) fn path(path: &str, form: PathForm) -> Cow<'_, str> {
    let path = match form {
        PathForm::Normalized => normalized(path),
        PathForm::AsSent => Cow::Borrowed(path),
    };
    if path.is_empty() {
        return Cow::Borrowed("/");
    }
    let segments = path.split('/').map(|segment| percent_encode(segment.as_bytes(), RESERVED).to_string());
    Cow::Owned(segments.collect::<Vec<_>>().join("/"))
}

/// Resolves `.` and `..` and drops empty segments; a trailing slash stays.
fn normalized(path: &str) -> Cow<'_, str> {
    let is_plain = |segment: &str| !matches!(segment, "" | "." | "..");
    let inner = path.strip_prefix('/').unwrap_or(path);
    if inner.strip_suffix('/').unwrap_or(inner).split('/').all(is_plain) {
        return Cow::Borrowed(path);
    }
    let mut kept: Vec<&str> = Vec::new();
    for segment in inner.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(kept.pop()),
            segment => kept.push(segment),
        }
    }
    let directory = !is_plain(inner.rsplit('/').next().unwrap_or_default());
    let tail = if directory && !kept.is_empty() { "/" } else { "" };
    Cow::Owned(format!("/{}{tail}", kept.join("/")))
}

/// The query: decoded, encoded again with nothing but unreserved characters left, and sorted. A plus is a plus, and
/// an empty piece between two `&` is a parameter without name and value.
pub(super) fn query(query: &str) -> String {
    if query.is_empty() {
        return String::new();
    }
    let encode_again = |text: &str| {
        let bytes: Cow<'_, [u8]> = percent_decode(text.as_bytes()).into();
        percent_encode(&bytes, RESERVED).to_string()
    };
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .map(|piece| {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            (encode_again(name), encode_again(value))
        })
        .collect();
    pairs.sort_unstable();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// The signed headers: lower-case name and canonical value, sorted by name.
pub(super) struct Headers<'a>(Vec<(&'a str, Vec<u8>)>);

impl<'a> Headers<'a> {
    /// Selects from the request's headers. Those in `ours` are left out: the signer sets them.
    pub(super) fn select(headers: &'a HeaderMap, selection: HeaderSelection, ours: &[&str]) -> Self {
        let selected = |name: &str| match selection {
            HeaderSelection::Amazon => name == "content-type" || name.starts_with("x-amz-"),
            HeaderSelection::Required => false,
        };
        let mut all: Vec<_> = headers
            .keys()
            .map(http::HeaderName::as_str)
            .filter(|name| selected(name) && !ours.contains(name))
            .map(|name| {
                let values = headers.get_all(name).iter().map(|value| collapsed(value.as_bytes()));
                (name, values.collect::<Vec<_>>().join(&b','))
            })
            .collect();
        all.sort_unstable_by_key(|(name, _)| *name);
        Self(all)
    }

    /// Adds one header and keeps the order.
    pub(super) fn insert(&mut self, name: &'a str, value: &[u8]) {
        let at = self.0.partition_point(|(other, _)| *other < name);
        self.0.insert(at, (name, collapsed(value)));
    }

    /// The names, separated by `;`.
    pub(super) fn names(&self) -> String {
        self.0.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";")
    }
}

/// Trims a value and makes each run of whitespace one space.
fn collapsed(value: &[u8]) -> Vec<u8> {
    let words = value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(&b' ')
}

/// Method, path, query, headers and payload hash as one text.
pub(super) fn request(
    method: &str,
    path: &str,
    query: &str,
    headers: &Headers<'_>,
    content_sha256: &str,
) -> Vec<u8> {
    let mut text = Vec::with_capacity(512);
    for line in [method, path, query] {
        text.extend_from_slice(line.as_bytes());
        text.push(b'\n');
    }
    for (name, value) in &headers.0 {
        text.extend_from_slice(name.as_bytes());
        text.push(b':');
        text.extend_from_slice(value);
        text.push(b'\n');
    }
    text.push(b'\n');
    text.extend_from_slice(headers.names().as_bytes());
    text.push(b'\n');
    text.extend_from_slice(content_sha256.as_bytes());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalized_and_encoded_once_more() {
        for (sent, signed) in [
            ("", "/"),
            ("/", "/"),
            ("/a%20b/c", "/a%2520b/c"),
            ("/a+b:c@d/", "/a%2Bb%3Ac%40d/"),
            ("/~-._", "/~-._"),
            ("/example/..", "/"),
            ("/./example", "/example"),
            ("//example//", "/example/"),
            ("/a/../../b/./c", "/b/c"),
            ("/a/b/..", "/a/"),
            ("/a/b/.", "/a/b/"),
            ("/a/%2e%2e", "/a/%252e%252e"),
        ] {
            assert_eq!(path(sent, PathForm::Normalized), signed, "{sent}");
        }
        assert_eq!(path("/a//../b", PathForm::AsSent), "/a//../b");
        assert_eq!(s3_path("/a//../b%20c+d"), "/a//../b%20c+d");
        assert_eq!(s3_path(""), "/");
    }

    #[test]
    fn queries_are_decoded_encoded_and_sorted() {
        for (sent, signed) in [
            ("", ""),
            ("b=2&a=1+1&a=%20&c", "a=%20&a=1%2B1&b=2&c="),
            ("a=%7E&A=%2f", "A=%2F&a=~"),
            ("a=b=c&d==", "a=b%3Dc&d=%3D"),
            ("a=%zz&b=%ff", "a=%25zz&b=%FF"),
            ("&a=1&&b", "=&=&a=1&b="),
            ("{=1&a=2", "%7B=1&a=2"),
        ] {
            assert_eq!(query(sent), signed, "{sent}");
        }
    }

    #[test]
    fn header_values_are_trimmed_and_collapsed() {
        assert_eq!(collapsed(b"  a \t b\xc3\xa9  "), b"a b\xc3\xa9");
        assert_eq!(collapsed(b"   "), b"");
    }
}

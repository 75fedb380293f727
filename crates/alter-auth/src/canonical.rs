//! The canonical request target: the one form of path and query that both sides sign (`docs/protocol.md` 4.2).

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// The canonical form of a request target (path, and query after the first `?`).
///
/// The path is percent-decoded once and otherwise left alone. The query is split, form-decoded, sorted by name and
/// value, and encoded again. Sequences that are not UTF-8 become U+FFFD. A target without escapes and query is
/// returned as it is, without a copy.
///
/// ```
/// use alter_auth::canonical::target;
/// assert_eq!(target("/sdk/x?b=2&a=%20"), "/sdk/x?a=+&b=2");
/// assert_eq!(target("/sdk/a%2Fb"), "/sdk/a/b");
/// ```
#[must_use]
pub fn target(raw: &str) -> Cow<'_, str> {
    let (path, query) = match raw.split_once('?') {
        Some((path, query)) => (path, query),
        None => (raw, ""),
    };
    let path = percent_decode_str(path).decode_utf8_lossy();
    if query.is_empty() {
        return path;
    }
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            (form_decode(name), form_decode(value))
        })
        .collect();
    pairs.sort_unstable();

    let mut canonical = path.into_owned();
    canonical.reserve(query.len() + 1);
    canonical.push('?');
    for (index, (name, value)) in pairs.iter().enumerate() {
        if index > 0 {
            canonical.push('&');
        }
        form_encode(name, &mut canonical);
        canonical.push('=');
        form_encode(value, &mut canonical);
    }
    Cow::Owned(canonical)
}

/// The canonical form of a method: upper case.
#[must_use]
pub fn method(raw: &str) -> Cow<'_, str> {
    if raw.bytes().any(|b| b.is_ascii_lowercase()) {
        Cow::Owned(raw.to_ascii_uppercase())
    } else {
        Cow::Borrowed(raw)
    }
}

fn form_decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

fn form_encode(text: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            other => {
                out.push('%');
                out.push(char::from(HEX[usize::from(other >> 4)]));
                out.push(char::from(HEX[usize::from(other & 15)]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn canonicalises_like_every_other_implementation() {
        for (raw, canonical) in [
            ("/sdk/x", "/sdk/x"),
            ("/sdk/x?", "/sdk/x"),
            ("/sdk/x?&", "/sdk/x?"),
            ("/sdk/x?a", "/sdk/x?a="),
            ("/sdk/x?=v", "/sdk/x?=v"),
            ("/sdk/x?a==b", "/sdk/x?a=%3Db"),
            ("/sdk/x?a=2&a=10", "/sdk/x?a=10&a=2"),
            ("/sdk/x?b=2&a=&b=1&a=%7E&c", "/sdk/x?a=&a=~&b=1&b=2&c="),
            ("/sdk/x?a=%20", "/sdk/x?a=+"),
            ("/sdk/x?a=%2B", "/sdk/x?a=%2B"),
            ("/sdk/x?a=*", "/sdk/x?a=%2A"),
            ("/sdk/x?a=%zz", "/sdk/x?a=%25zz"),
            ("/sdk/x?a=%FF", "/sdk/x?a=%EF%BF%BD"),
            ("/sdk/x?a;b=1", "/sdk/x?a%3Bb=1"),
            ("/sdk/x?A=1&a=1&Z=1", "/sdk/x?A=1&Z=1&a=1"),
            ("/sdk/x?a=1?b", "/sdk/x?a=1%3Fb"),
            ("/sdk/x%2Fy%20z", "/sdk/x/y z"),
            ("/sdk/x+y", "/sdk/x+y"),
            ("/sdk/%FF", "/sdk/\u{fffd}"),
            ("/sdk/%zz", "/sdk/%zz"),
            ("/sdk/agents/a%3Fb", "/sdk/agents/a?b"),
        ] {
            assert_eq!(target(raw), canonical, "{raw}");
        }
    }
}

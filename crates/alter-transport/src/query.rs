//! Merging query parameters into a URL: one rule for the caller's parameters and for injected ones.

use url::form_urlencoded::{self, byte_serialize};

/// Adds `parameters` to a query. A parameter of the query with the same name gives way; all others stay as they
/// were written, byte for byte. A name given twice is sent twice.
#[must_use]
pub fn merge(query: Option<&str>, parameters: &[(impl AsRef<str>, impl AsRef<str>)]) -> String {
    let mut merged = String::new();
    for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let replaced = form_urlencoded::parse(pair.as_bytes())
            .next()
            .is_some_and(|(name, _)| parameters.iter().any(|(new, _)| new.as_ref() == name));
        if !replaced {
            separate(&mut merged);
            merged.push_str(pair);
        }
    }
    for (name, value) in parameters {
        separate(&mut merged);
        merged.extend(byte_serialize(name.as_ref().as_bytes()));
        merged.push('=');
        merged.extend(byte_serialize(value.as_ref().as_bytes()));
    }
    merged
}

fn separate(query: &mut String) {
    if !query.is_empty() {
        query.push('&');
    }
}

#[cfg(test)]
mod tests {
    use super::merge;

    #[test]
    fn explicit_parameters_replace_their_namesakes_and_nothing_else() {
        assert_eq!(merge(Some("a=1&b=%7e&a=2"), &[("a", "x y")]), "b=%7e&a=x+y");
        assert_eq!(merge(Some("keep=no"), &[("k", "v"), ("k", "w")]), "keep=no&k=v&k=w");
        assert_eq!(merge(None, &[("ä", "&=")]), "%C3%A4=%26%3D");
        assert_eq!(merge(Some("%61=1"), &[("a", "2")]), "a=2");
        assert_eq!(merge(Some("x"), &[] as &[(&str, &str)]), "x");
    }
}

//! [`Scrubber`]: finds an injected credential in texts that are about to be recorded, and takes it out.
//!
//! A provider may repeat what it was sent: in an error body, in a header, in a debug page. The caller gets the answer
//! as it is; the audit trail and error texts get it without the credential.

use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, OnceLock},
};

use alter_types::Secret;
use serde_json::Value;
use url::form_urlencoded::byte_serialize;

/// Shorter values are left alone: they would be found everywhere.
const SHORTEST: usize = 4;

/// What stands where the credential stood.
const REPLACEMENT: &str = "[credential]";

/// The exact values that were put into one request, in every spelling they may come back in. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Scrubber(Arc<[Secret]>);

impl Scrubber {
    pub(crate) fn new<'a>(values: impl IntoIterator<Item = &'a str>) -> Self {
        Self::default().with(values)
    }

    /// Also finds `values`.
    pub(crate) fn with<'a>(&self, values: impl IntoIterator<Item = &'a str>) -> Self {
        let mut needles = self.0.to_vec();
        for value in values.into_iter().filter(|value| value.len() >= SHORTEST) {
            for spelling in spellings(value) {
                if !needles.iter().any(|known| known.expose() == spelling) {
                    needles.push(spelling.into_owned().into());
                }
            }
        }
        // A value inside a longer one must not leave the rest of it behind.
        needles.sort_by_key(|needle| std::cmp::Reverse(needle.expose().len()));
        Self(needles.into())
    }

    /// `text` without the credential.
    pub(crate) fn scrub<'a>(&self, text: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
        self.0.iter().fold(text.into(), |text, needle| match text.contains(needle.expose()) {
            true => Cow::Owned(text.replace(needle.expose(), REPLACEMENT)),
            false => text,
        })
    }

    /// Takes the credential out of every text in `value`.
    pub(crate) fn scrub_json(&self, value: &mut Value) {
        match value {
            Value::String(text) => self.scrub_in_place(text),
            Value::Array(list) => list.iter_mut().for_each(|item| self.scrub_json(item)),
            Value::Object(map) => {
                if map.keys().any(|key| self.finds(key)) {
                    let scrubbed = std::mem::take(map).into_iter();
                    *map = scrubbed.map(|(key, item)| (self.scrub(key).into_owned(), item)).collect();
                }
                map.values_mut().for_each(|item| self.scrub_json(item));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    pub(crate) fn scrub_in_place(&self, text: &mut String) {
        if self.finds(text) {
            *text = self.scrub(std::mem::take(text)).into_owned();
        }
    }

    pub(crate) fn finds(&self, text: &str) -> bool {
        self.0.iter().any(|needle| text.contains(needle.expose()))
    }
}

impl fmt::Debug for Scrubber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scrubber(…)")
    }
}

/// Carries the scrubber of one attempt from Inject, which fills it, to Audit, which made it. A request extension.
#[derive(Debug, Clone, Default)]
pub(crate) struct ScrubberCell(Arc<OnceLock<Scrubber>>);

impl ScrubberCell {
    pub(crate) fn fill(&self, scrubber: Scrubber) {
        let _ = self.0.set(scrubber);
    }

    pub(crate) fn get(&self) -> Scrubber {
        self.0.get().cloned().unwrap_or_default()
    }
}

/// As it is, as in a query, and as inside a JSON string.
fn spellings(value: &str) -> [Cow<'_, str>; 3] {
    let json = Value::from(value).to_string();
    let inner = json[1..json.len() - 1].to_owned();
    [value.into(), byte_serialize(value.as_bytes()).collect::<String>().into(), inner.into()]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_spelling_is_found_and_the_rest_stays() {
        let scrubber = Scrubber::new(["s3cret/\"x\"", "abc"]);
        for text in [r#"a s3cret/"x" b"#, "a s3cret%2F%22x%22 b", r#"a s3cret/\"x\" b"#] {
            assert_eq!(scrubber.scrub(text), "a [credential] b");
        }
        assert_eq!(scrubber.scrub("abc stays"), "abc stays", "too short to tell from ordinary text");
    }

    #[test]
    fn a_value_inside_another_leaves_nothing_of_either() {
        let scrubber = Scrubber::new(["token", "prefix-token-suffix"]);
        assert_eq!(scrubber.scrub("prefix-token-suffix token"), "[credential] [credential]");
    }

    #[test]
    fn json_is_scrubbed_in_keys_and_values() {
        let mut value = json!({ "s3cret": ["Bearer s3cret", 1, { "x": "s3cret" }] });
        Scrubber::new(["s3cret"]).scrub_json(&mut value);
        assert_eq!(value, json!({ "[credential]": ["Bearer [credential]", 1, { "x": "[credential]" }] }));
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Scrubber::new(["s3cret"])), "Scrubber(…)");
    }
}

//! [`Canary`]: a made-up credential, unique to a test, that is searched for everywhere it must not be.

use std::{fs, path::Path};

use alter_auth::{Random, SeededRandom};
use alter_types::Secret;

/// A credential that exists to be looked for.
#[derive(Debug, Clone)]
pub struct Canary(String);

impl Canary {
    /// A canary; the same seed gives the same text.
    ///
    /// # Panics
    /// Never: seeded randomness does not fail.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut bytes = [0; 16];
        SeededRandom::new(seed).fill(&mut bytes).expect("seeded randomness does not fail");
        Self(format!("canary-{:032x}", u128::from_be_bytes(bytes)))
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The text as the secret to store.
    #[must_use]
    pub fn secret(&self) -> Secret {
        Secret::from(self.0.as_str())
    }

    /// Whether `haystack` holds the canary, as it is or in base64.
    #[must_use]
    pub fn is_in(&self, haystack: &[u8]) -> bool {
        use base64::Engine as _;
        let holds = |needle: &[u8]| haystack.windows(needle.len()).any(|window| window == needle);
        // Base64 of a part in the middle: three alignments, the ends cut where neighbours would change them.
        let encoded = |skip: usize| {
            let text = base64::engine::general_purpose::STANDARD_NO_PAD.encode(&self.0.as_bytes()[skip..]);
            text[..text.len() - 4].to_owned()
        };
        holds(self.0.as_bytes()) || (0..3).any(|skip| holds(encoded(skip).as_bytes()))
    }

    /// Fails if `place` shows the canary.
    ///
    /// # Panics
    /// If it does; the message names the place, not the content.
    pub fn assert_absent(&self, place: &str, content: impl AsRef<[u8]>) {
        assert!(!self.is_in(content.as_ref()), "the canary credential is visible in {place}");
    }

    /// Fails if any file below `folder` holds the canary.
    ///
    /// # Panics
    /// If one does, or a file cannot be read.
    pub fn assert_absent_in_files(&self, folder: &Path) {
        for entry in fs::read_dir(folder).expect("the folder can be read").flatten() {
            let path = entry.path();
            if path.is_dir() {
                self.assert_absent_in_files(&path);
            } else {
                self.assert_absent(
                    &path.display().to_string(),
                    fs::read(&path).expect("the file can be read"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;

    use super::Canary;

    #[test]
    fn is_found_plain_and_in_base64_at_any_alignment() {
        let canary = Canary::new(1);
        for padding in ["", "a", "ab", "abc"] {
            let text = format!("{padding}{} and more", canary.text());
            assert!(canary.is_in(text.as_bytes()));
            let encoded = base64::engine::general_purpose::STANDARD.encode(&text);
            assert!(canary.is_in(encoded.as_bytes()), "{padding:?}");
        }
        assert!(!canary.is_in(Canary::new(2).text().as_bytes()));
    }
}

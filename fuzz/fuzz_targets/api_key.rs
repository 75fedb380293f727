//! A text is an API key or it is not; one that is comes out unchanged.

#![no_main]

use alter_auth::{ApiKey, KeyKind};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(key) = text.parse::<ApiKey>() {
        assert_eq!(key.expose(), text);
        assert_eq!(key.prefix(), &text[..12]);
        assert_eq!(key.kind() == KeyKind::Legacy, text.starts_with("alter_key_"));
    }
});

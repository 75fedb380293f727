//! The canonical target of any text is canonical: making it again changes nothing that is signed.

#![no_main]

use alter_auth::canonical;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &str| {
    let once = canonical::target(raw);
    // The path is decoded each time, so only the query is stable.
    if let Some((_, query)) = once.split_once('?').filter(|_| !raw.contains("%3f") && !raw.contains("%3F")) {
        let again = canonical::target(&format!("/?{query}")).into_owned();
        let expected = if query.is_empty() { "/".to_owned() } else { format!("/?{query}") };
        assert_eq!(again, expected);
    }
    let _ = canonical::method(raw);
});

//! Header values from the other side: constraints, rules and challenges are read or refused, and read the same twice.

#![no_main]

use alter_auth::{Challenge, ScopeConstraints};
use alter_types::RequestRule;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|header: &str| {
    if let Ok(scopes) = ScopeConstraints::from_header(header) {
        assert_eq!(scopes.header(), header);
        assert_eq!(ScopeConstraints::new(scopes.iter()), Ok(scopes.clone()));
    }
    if let Ok(rule) = RequestRule::from_header(header)
        && let Ok(again) = rule.to_header()
    {
        assert_eq!(RequestRule::from_header(&again).expect("what we wrote"), rule);
    }
    let challenges = Challenge::parse_list(header);
    for challenge in &challenges {
        assert!(!challenge.scheme.is_empty());
        let _ = challenge.insufficient_scope();
    }
});

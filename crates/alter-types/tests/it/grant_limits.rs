//! Limits of a grant: how long it lives, what it is narrowed to, and the API address it shows.

use alter_types::{GrantPolicyInput, Timestamp, check_scope_constraint, is_bare_https_origin};
use serde_json::{Value, json};

#[test]
fn a_policy_has_times_to_live_above_zero_and_an_end_that_is_a_time() {
    let reads = |policy: Value| serde_json::from_value::<GrantPolicyInput>(policy).is_ok();
    assert!(reads(json!({})));
    assert!(reads(json!({ "expires_at": "2026-02-01T00:00:00+01:00", "max_ttl_seconds": 3600 })));
    assert!(reads(json!({ "max_ttl_seconds": 5, "default_ttl_seconds": 10 })), "the vault compares them");
    for wrong in [
        json!({ "max_ttl_seconds": 0 }),
        json!({ "default_ttl_seconds": -1 }),
        json!({ "max_ttl_seconds": 3.5 }),
        json!({ "max_ttl_seconds": "3600" }),
        json!({ "max_ttl_seconds": true }),
        json!({ "expires_at": "" }),
        json!({ "expires_at": "tomorrow" }),
        json!({ "maxTtlSeconds": 3600 }),
    ] {
        assert!(!reads(wrong.clone()), "{wrong}");
    }
}

#[test]
fn a_policy_is_written_in_one_order_without_what_is_unset() {
    let policy = GrantPolicyInput::default().with_default_ttl_seconds(60_i64).with_max_ttl_seconds(3600_i64);
    assert!(policy.validate().is_ok());
    assert_eq!(
        serde_json::to_string(&policy).unwrap(),
        r#"{"max_ttl_seconds":3600,"default_ttl_seconds":60}"#
    );
    let until = GrantPolicyInput::expiring_at(Timestamp::from_unix_seconds(1_767_225_600));
    assert_eq!(serde_json::to_string(&until).unwrap(), r#"{"expires_at":"2026-01-01T00:00:00Z"}"#);
    assert_eq!(serde_json::to_string(&GrantPolicyInput::default()).unwrap(), "{}");
}

#[test]
fn a_scope_constraint_is_concrete_and_of_bounded_size() {
    let fits = |scopes: &[&str]| check_scope_constraint(scopes).is_ok();
    assert!(fits(&["read", " read ", "https://x.test/auth/a"]));
    assert!(fits(&[&"x".repeat(512)]) && fits(&["a"; 100]));
    assert!(!fits(&[]) && !fits(&["a"; 101]) && !fits(&[&"x".repeat(513)]));
    for wrong in ["", " ", "*", " * ", "a b", "a\"b", "a\\b", "é", "a\u{7}"] {
        assert!(!fits(&["read", wrong]), "{wrong:?}");
    }
}

#[test]
fn only_a_bare_https_origin_is_shown_as_an_api_s_address() {
    let longest = format!("https://{}.test", vec!["a".repeat(63); 4].join("."));
    for kept in ["https://api.example.com", "https://a", "https://a-1.b2"] {
        assert!(is_bare_https_origin(kept), "{kept}");
    }
    assert!(is_bare_https_origin(&longest) && longest.len() <= 270);
    let too_long = format!("https://{}.test", vec!["a".repeat(60); 5].join("."));
    for dropped in [
        "https://a.b:8443",
        "http://a.b",
        "https://A.b",
        "https://a.b/",
        "https://me@a.b",
        "https://a.b.",
        "https://-a.b",
        "https://",
        &too_long,
    ] {
        assert!(!is_bare_https_origin(dropped), "{dropped}");
    }
}

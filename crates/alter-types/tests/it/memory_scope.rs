//! Memory scopes: derived from a proven identity, from three ids and nothing else.

use alter_types::{
    IdentityContext, IdentityTrace, MemoryCoverage, MemoryIsolationCode, MemoryScope, Timestamp,
    VerifiedIdentity, error::MemoryIsolationError,
};

const NOW: i64 = 1_790_000_000;

fn scope(identity: IdentityContext, coverage: MemoryCoverage) -> Result<MemoryScope, MemoryIsolationError> {
    let now = Timestamp::from_unix_seconds(NOW);
    VerifiedIdentity::vouch_for_answer(identity).memory_scope(coverage, now)
}

fn of_user() -> IdentityContext {
    IdentityContext::new("app-1").with_agent_id("agent-1").with_user("user/1", "active")
}

#[test]
fn nothing_but_application_agent_and_user_decides() {
    let plain = scope(of_user(), MemoryCoverage::AgentAndUser).unwrap();
    assert_eq!(plain.namespace, ["alter", "v2", "agent-user", "YXBwLTE", "YWdlbnQtMQ", "dXNlci8x"]);
    assert_eq!(plain.partition_key, "alter/v2/agent-user/YXBwLTE/YWdlbnQtMQ/dXNlci8x/");
    let dressed = of_user()
        .with_actor_id("actor")
        .with_group_ids(vec!["ops".to_owned()])
        .with_email("ann@example.test")
        .with_trace(IdentityTrace::default().with_run_id("r"));
    assert_eq!(scope(dressed, MemoryCoverage::AgentAndUser).unwrap(), plain);
    let headless = IdentityContext::new("app-1").with_agent_id("agent-1");
    let alone = scope(headless, MemoryCoverage::AgentOnly).unwrap();
    assert_eq!(alone.namespace, ["alter", "v2", "agent", "YXBwLTE", "YWdlbnQtMQ"]);
    assert_eq!(alone.user_key, None);
}

#[test]
fn ids_that_look_alike_when_joined_have_scopes_of_their_own() {
    let of = |agent: &str, user: &str| {
        let identity = IdentityContext::new("app").with_agent_id(agent).with_user(user, "active");
        scope(identity, MemoryCoverage::AgentAndUser).unwrap().partition_key
    };
    assert_ne!(of("a/b", "c"), of("a", "b/c"));
    assert_ne!(of("a", "b"), of("A", "b"));
}

#[test]
fn what_closes_memory_has_a_code() {
    let code = |identity, coverage| scope(identity, coverage).unwrap_err().code();
    let user = || IdentityContext::new("app").with_agent_id("a");
    let both = MemoryCoverage::AgentAndUser;
    assert_eq!(
        code(IdentityContext::new("app").with_user("u", "active"), both),
        MemoryIsolationCode::AgentRequired
    );
    assert_eq!(code(user().with_agent_id(""), both), MemoryIsolationCode::AgentRequired);
    assert_eq!(code(user(), both), MemoryIsolationCode::UserRequired);
    assert_eq!(code(user().with_user("", "active"), both), MemoryIsolationCode::UserRequired);
    assert_eq!(code(user().with_user("u", "suspended"), both), MemoryIsolationCode::UserNotActive);
    let with_empty_user = user().with_user("", "active");
    assert_eq!(code(with_empty_user, MemoryCoverage::AgentOnly), MemoryIsolationCode::UserCannotBeDropped);
    let end = Timestamp::from_unix_micros(NOW * 1_000_000 + 999_999);
    let asserted = VerifiedIdentity::vouch_for_assertion(of_user(), end);
    let at = |seconds| asserted.memory_scope(both, Timestamp::from_unix_seconds(seconds));
    assert!(at(NOW - 1).is_ok());
    assert_eq!(at(NOW).unwrap_err().code(), MemoryIsolationCode::IdentityExpired);
}

#[test]
fn eleven_codes_travel_as_words() {
    let words = [
        "memory_identity_unverified",
        "memory_live_refresh_required",
        "memory_refresh_not_live",
        "memory_identity_expired",
        "memory_assertion_invalid",
        "memory_agent_required",
        "memory_user_required",
        "memory_user_not_active",
        "memory_user_cannot_be_dropped",
        "memory_identity_changed",
        "memory_store_scope_violation",
    ];
    for word in words {
        let code: MemoryIsolationCode = word.parse().unwrap();
        assert_eq!(code.as_str(), word);
        let error = MemoryIsolationError::refused(code, "why");
        assert_eq!(error.to_string(), format!("{word}: why"));
    }
}

#[test]
fn a_path_has_sixteen_segments_of_255_bytes_at_most_and_can_be_read_back() {
    let scope = scope(of_user(), MemoryCoverage::AgentAndUser).unwrap();
    let notes = scope.namespace_for(&["notes", "é"]).unwrap();
    assert_eq!(notes[6..], ["bm90ZXM", "w6k"]);
    let longest = "x".repeat(255);
    assert!(scope.namespace_for(&["s"; 16]).is_ok() && scope.namespace_for(&[&longest]).is_ok());
    let wide = "é".repeat(128);
    assert!(scope.namespace_for(&["s"; 17]).is_err() && scope.namespace_for(&[&wide]).is_err());
    assert!(scope.namespace_for(&[""]).is_err());

    assert_eq!(scope.path_of(&notes).unwrap(), ["notes", "é"]);
    assert_eq!(scope.path_of(&scope.namespace).unwrap(), [""; 0]);
    let below = |segment: &str| [scope.namespace.clone(), vec![segment.to_owned()]].concat();
    for foreign in [below("not base64!"), below("w6k="), below(""), scope.namespace[..5].to_vec()] {
        assert_eq!(scope.path_of(&foreign), None, "{foreign:?}");
    }
}

//! An identity has to be proven, now, and stay the same one.

use std::sync::Arc;

use alter_auth::ManualClock;
use alter_memory::{InProcessStore, MemoryError, ScopedMemoryStore};
use alter_types::{
    AlterError, ErrorKind, IdentityContext, MemoryIsolationCode as Code,
    error::{ClientError, ClientErrorKind},
};
use serde_json::json;

use crate::world::{asserted, now, resolved, user};

fn code(error: &AlterError) -> Option<&str> {
    error.code()
}

#[test]
fn a_resolved_identity_alone_opens_nothing() {
    let error =
        ScopedMemoryStore::builder(InProcessStore::new(), resolved(&user("ann"))).build().unwrap_err();
    assert_eq!(code(&error), Some("memory_live_refresh_required"));
}

#[test]
fn an_assertion_is_good_until_it_expires() {
    let clock = Arc::new(ManualClock::at(1_790_000_000));
    let memory = ScopedMemoryStore::builder(InProcessStore::new(), asserted(&user("ann"), 1_790_000_120))
        .clock(clock.clone())
        .build()
        .unwrap();
    now(memory.put(&[], "a", &json!({}))).unwrap();
    clock.advance(std::time::Duration::from_secs(119));
    assert!(now(memory.get(&[], "a")).unwrap().is_some());
    clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(now(memory.get(&[], "a")).unwrap_err().code(), Some(Code::IdentityExpired));
    let late = ScopedMemoryStore::builder(InProcessStore::new(), asserted(&user("ann"), 1_790_000_120));
    assert_eq!(code(&late.clock(clock).build().unwrap_err()), Some("memory_identity_expired"));
}

#[test]
fn a_refreshed_identity_that_was_kept_from_before_is_refused() {
    let kept = resolved(&user("ann"));
    let memory = ScopedMemoryStore::builder(InProcessStore::new(), kept.clone())
        .refresh_with(move || std::future::ready(Ok(kept.clone())))
        .build()
        .unwrap();
    assert_eq!(now(memory.get(&[], "a")).unwrap_err().code(), Some(Code::RefreshNotLive));
}

#[test]
fn a_refreshed_identity_of_somebody_else_or_without_rights_is_refused() {
    let refused = |refreshed: IdentityContext| {
        let memory = ScopedMemoryStore::builder(InProcessStore::new(), resolved(&user("ann")))
            .refresh_with(move || std::future::ready(Ok(resolved(&refreshed))))
            .build()
            .unwrap();
        now(memory.put(&[], "a", &json!({}))).unwrap_err().code()
    };
    let ann = user("ann");
    assert_eq!(refused(user("bob")), Some(Code::IdentityChanged));
    assert_eq!(refused(ann.clone().with_agent_id("agent-2")), Some(Code::IdentityChanged));
    assert_eq!(refused(ann.with_user("ann", "suspended")), Some(Code::UserNotActive));
    assert_eq!(refused(IdentityContext::new("app-1").with_agent_id("agent-1")), Some(Code::UserRequired));
    assert_eq!(refused(IdentityContext::new("app-1").with_user("ann", "active")), Some(Code::AgentRequired));
}

#[test]
fn an_identity_with_a_user_has_no_memory_of_the_agent_alone() {
    let builder = ScopedMemoryStore::builder(InProcessStore::new(), asserted(&user("ann"), i64::MAX));
    assert_eq!(code(&builder.agent_only().build().unwrap_err()), Some("memory_user_cannot_be_dropped"));
}

#[test]
fn a_refresh_that_fails_is_the_error_of_the_operation() {
    let memory = ScopedMemoryStore::builder(InProcessStore::new(), resolved(&user("ann")))
        .refresh_with(|| std::future::ready(Err(ClientError::new(ClientErrorKind::Closed).into())))
        .build()
        .unwrap();
    let error = now(memory.get(&[], "a")).unwrap_err();
    let MemoryError::Refused(error) = error else { panic!("{error:?}") };
    assert_eq!(error.kind(), ErrorKind::Client);
}

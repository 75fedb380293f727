//! Users, agents and applications share a store and nothing else; a store that mixes them up is noticed.

use alter_memory::{InProcessStore, ScopedMemoryStore};
use alter_types::{IdentityContext, MemoryIsolationCode::StoreScopeViolation};
use serde_json::json;

use crate::world::{LyingStore, live, now, resolved, shared, user};

#[test]
fn two_users_of_one_agent_do_not_see_each_other() {
    let store = shared(InProcessStore::new());
    let ann = live(store.clone(), user("ann"));
    let bob = live(store, user("bob"));
    now(ann.put(&["notes"], "tea", &json!({ "likes": "oolong" }))).unwrap();

    let hers = now(ann.get(&["notes"], "tea")).unwrap().unwrap();
    assert_eq!((hers.path, hers.value["likes"].as_str()), (vec!["notes".to_owned()], Some("oolong")));
    assert_eq!(now(bob.get(&["notes"], "tea")).unwrap(), None);
    assert!(now(bob.search(&[]).into_future()).unwrap().is_empty());
    assert!(now(bob.list_paths(&[]).into_future()).unwrap().is_empty());
    now(bob.delete(&["notes"], "tea")).unwrap();
    assert!(now(ann.get(&["notes"], "tea")).unwrap().is_some());
}

#[test]
fn an_agent_s_own_memory_is_not_its_users() {
    let store = shared(InProcessStore::new());
    let headless = IdentityContext::new("app-1").with_agent_id("agent-1");
    let own = ScopedMemoryStore::builder(store.clone(), resolved(&headless))
        .refresh_with(move || std::future::ready(Ok(resolved(&headless))))
        .agent_only()
        .build()
        .unwrap();
    now(own.put(&[], "lesson", &json!({ "text": "ask before paying" }))).unwrap();
    assert_eq!(now(live(store, user("ann")).get(&[], "lesson")).unwrap(), None);
}

#[test]
fn a_path_cannot_leave_the_memory_however_it_is_spelt() {
    let store = shared(InProcessStore::new());
    let (ann, bob) = (live(store.clone(), user("ann")), live(store, user("bob")));
    now(bob.put(&[], "secret", &json!({ "pin": 1 }))).unwrap();
    let bobs: Vec<&str> = bob.scope().namespace.iter().map(String::as_str).collect();
    let up = ["..", "Ym9i"];
    for path in [&up[..], &["../Ym9i"], &bobs, &["%2e%2e"]] {
        assert_eq!(now(ann.get(path, "secret")).unwrap(), None, "{path:?}");
        now(ann.put(path, "mine", &json!({}))).unwrap();
        assert_eq!(now(ann.get(path, "mine")).unwrap().unwrap().path, path);
    }
    assert_eq!(now(bob.search(&[]).into_future()).unwrap().len(), 1);
}

#[test]
fn searching_and_listing_stay_below_the_path_and_give_it_back_as_it_was_put() {
    let ann = live(InProcessStore::new(), user("ann"));
    for (path, key) in [(&["notes", "2026/03"][..], "a"), (&["notes", "é"], "b"), (&["drafts"], "c")] {
        now(ann.put(path, key, &json!({ "kind": "tea", "text": "oolong in March" }))).unwrap();
    }
    let found = now(ann.search(&["notes"]).about("March").only("kind", "tea").into_future()).unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found.iter().filter(|memory| memory.path == ["notes", "2026/03"]).count(), 1);
    assert!(now(ann.search(&["notes"]).only("kind", "coffee").into_future()).unwrap().is_empty());
    assert_eq!(now(ann.search(&[]).limit(1).offset(2).into_future()).unwrap().len(), 1);
    let paths = now(ann.list_paths(&["notes"]).into_future()).unwrap();
    assert!(paths.len() == 2 && paths.contains(&vec!["notes".to_owned(), "é".to_owned()]), "{paths:?}");
}

#[test]
fn a_store_that_answers_with_somebody_else_s_item_is_noticed() {
    let store = shared(LyingStore::default());
    let ann = live(store.clone(), user("ann"));
    let bobs = live(store.clone(), user("bob")).scope().namespace.clone();
    now(ann.put(&["notes"], "tea", &json!({ "likes": "oolong" }))).unwrap();

    let of_bob = bobs.clone();
    store.lie(move |item| alter_memory::StoredItem { namespace: of_bob, ..item });
    assert_eq!(now(ann.get(&["notes"], "tea")).unwrap_err().code(), Some(StoreScopeViolation));
    store.lie(|item| alter_memory::StoredItem { key: "coffee".to_owned(), ..item });
    assert_eq!(now(ann.get(&["notes"], "tea")).unwrap_err().code(), Some(StoreScopeViolation));
    let of_bob = bobs.clone();
    store.lie(move |item| alter_memory::StoredItem { namespace: of_bob, ..item });
    let error = now(ann.search(&["notes"]).into_future()).unwrap_err();
    assert_eq!(error.code(), Some(StoreScopeViolation));
    assert!(!format!("{error} {error:?}").contains("oolong"));
    // Her own, but not below the path she asked for.
    let hers = ann.scope().namespace_for(&["drafts"]).unwrap();
    store.lie(move |item| alter_memory::StoredItem { namespace: hers, ..item });
    assert_eq!(now(ann.search(&["notes"]).into_future()).unwrap_err().code(), Some(StoreScopeViolation));
    store.lie(move |item| alter_memory::StoredItem { namespace: bobs, ..item });
    assert_eq!(now(ann.list_paths(&[]).into_future()).unwrap_err().code(), Some(StoreScopeViolation));

    assert!(now(ann.get(&["notes"], "tea")).unwrap().is_some(), "an honest answer is accepted again");
}

//! Arguments are checked before the identity is asked for and the store is touched.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use alter_memory::{InProcessStore, MemoryError, ScopedMemoryStore};
use alter_types::AlterError;
use serde_json::json;

use crate::world::{live, now, resolved, user};

fn is_value<T, E: std::error::Error>(outcome: &Result<T, MemoryError<E>>) -> bool {
    matches!(outcome, Err(MemoryError::Refused(AlterError::Value(_))))
}

#[test]
fn keys_values_paths_and_pages_have_bounds() {
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let memory = ScopedMemoryStore::builder(InProcessStore::new(), resolved(&user("ann")))
        .refresh_with(move || {
            count.fetch_add(1, Ordering::Relaxed);
            std::future::ready(Ok(resolved(&user("ann"))))
        })
        .build()
        .unwrap();
    let long = "k".repeat(513);
    for key in ["", &long] {
        assert!(is_value(&now(memory.get(&[], key))));
        assert!(is_value(&now(memory.put(&[], key, &json!({})))));
        assert!(is_value(&now(memory.delete(&[], key))));
    }
    for value in [json!([1]), json!("text"), json!(null), json!(7)] {
        assert!(is_value(&now(memory.put(&[], "k", &value))));
    }
    let (deep, wide) = (["s"; 17], "é".repeat(128));
    for path in [&deep[..], &[""], &[&wide]] {
        assert!(is_value(&now(memory.get(path, "k"))));
        assert!(is_value(&now(memory.search(path).into_future())));
        assert!(is_value(&now(memory.list_paths(path).into_future())));
    }
    assert!(is_value(&now(memory.search(&[]).limit(0).into_future())));
    assert!(is_value(&now(memory.list_paths(&[]).limit(0).into_future())));
    assert_eq!(asked.load(Ordering::Relaxed), 0);
}

#[test]
fn the_bounds_themselves_are_allowed() {
    let memory = live(InProcessStore::new(), user("ann"));
    let (key, deep, wide) = ("é".repeat(512), ["s"; 16], "x".repeat(255));
    now(memory.put(&deep, &key, &json!({}))).unwrap();
    now(memory.put(&[&wide], "k", &json!({}))).unwrap();
    assert!(now(memory.get(&deep, &key)).unwrap().is_some());
}

#[test]
fn ten_are_found_and_a_hundred_paths_listed_unless_said_otherwise() {
    let memory = live(InProcessStore::new(), user("ann"));
    for number in 0..101 {
        let name = format!("{number:03}");
        now(memory.put(&[&name], "k", &json!({ "n": number }))).unwrap();
    }
    assert_eq!(now(memory.search(&[]).into_future()).unwrap().len(), 10);
    assert_eq!(now(memory.list_paths(&[]).into_future()).unwrap().len(), 100);
}

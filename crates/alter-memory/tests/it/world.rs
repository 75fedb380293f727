//! Identities to act for, a store that can be made to lie, and something to run futures that never wait.

use std::{
    pin::pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

use alter_memory::{InProcessStore, NamespaceStore, Page, ScopedMemoryStore, SearchQuery, StoredItem};
use alter_types::{IdentityContext, Timestamp, VerifiedIdentity};

/// Runs a future that has nothing to wait for.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits for something"),
    }
}

pub(crate) fn user(id: &str) -> IdentityContext {
    IdentityContext::new("app-1").with_agent_id("agent-1").with_user(id, "active")
}

pub(crate) fn resolved(identity: &IdentityContext) -> VerifiedIdentity {
    VerifiedIdentity::vouch_for_answer(identity.clone())
}

pub(crate) fn asserted(identity: &IdentityContext, until: i64) -> VerifiedIdentity {
    VerifiedIdentity::vouch_for_assertion(identity.clone(), Timestamp::from_unix_seconds(until))
}

/// A memory whose identity is resolved anew for each operation.
pub(crate) fn live<S: NamespaceStore>(store: S, identity: IdentityContext) -> ScopedMemoryStore<S> {
    let first = resolved(&identity);
    ScopedMemoryStore::builder(store, first)
        .refresh_with(move || {
            let identity = resolved(&identity);
            async move { Ok(identity) }
        })
        .build()
        .unwrap()
}

type Lie = Box<dyn FnOnce(StoredItem) -> StoredItem + Send>;

/// A store that changes the next item or namespace it returns.
#[derive(Default)]
pub(crate) struct LyingStore {
    honest: InProcessStore,
    next: Mutex<Option<Lie>>,
}

impl LyingStore {
    pub(crate) fn lie(&self, lie: impl FnOnce(StoredItem) -> StoredItem + Send + 'static) {
        *self.next.lock().unwrap() = Some(Box::new(lie));
    }

    fn say(&self, item: StoredItem) -> StoredItem {
        match self.next.lock().unwrap().take() {
            Some(lie) => lie(item),
            None => item,
        }
    }
}

impl NamespaceStore for LyingStore {
    type Error = std::convert::Infallible;

    async fn get(&self, namespace: &[String], key: &str) -> Result<Option<StoredItem>, Self::Error> {
        Ok(self.honest.get(namespace, key).await?.map(|item| self.say(item)))
    }

    async fn put(&self, item: StoredItem) -> Result<(), Self::Error> {
        self.honest.put(item).await
    }

    async fn delete(&self, namespace: &[String], key: &str) -> Result<(), Self::Error> {
        self.honest.delete(namespace, key).await
    }

    async fn search(&self, prefix: &[String], query: &SearchQuery) -> Result<Vec<StoredItem>, Self::Error> {
        Ok(self.honest.search(prefix, query).await?.into_iter().map(|item| self.say(item)).collect())
    }

    async fn list_namespaces(&self, prefix: &[String], page: Page) -> Result<Vec<Vec<String>>, Self::Error> {
        let named = self.honest.list_namespaces(prefix, page).await?.into_iter();
        let item = |namespace| StoredItem { namespace, key: String::new(), value: serde_json::Map::new() };
        Ok(named.map(|namespace| self.say(item(namespace)).namespace).collect())
    }
}

pub(crate) fn shared<S>(store: S) -> Arc<S> {
    Arc::new(store)
}

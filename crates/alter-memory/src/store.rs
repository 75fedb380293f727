//! [`NamespaceStore`]: what a store of your own has to do. It knows namespaces, and nothing of who they belong to.

use std::{error::Error, future::Future, sync::Arc};

use serde_json::{Map, Value};

/// One thing a store keeps.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredItem {
    /// Where it is, segment by segment.
    pub namespace: Vec<String>,
    /// Its key there.
    pub key: String,
    /// What it is.
    pub value: Map<String, Value>,
}

/// What to look for. Everything that is set has to match.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SearchQuery {
    /// What it is about, in the store's own understanding: words, meaning, or nothing.
    pub query: Option<String>,
    /// Fields of the value that have to be equal.
    pub filter: Option<Map<String, Value>>,
    /// Which of the matches.
    pub page: Page,
}

/// Which part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page {
    /// Entries at most, above 0.
    pub limit: u32,
    /// Entries to skip.
    pub offset: u64,
}

/// A store with namespaces: a table with a prefix column, a vector database with collections, a folder.
///
/// A namespace is a list of segments without `/`. Values are JSON objects. Implementations need not check who asks:
/// only [`ScopedMemoryStore`](crate::ScopedMemoryStore) calls them, and it checks what they return.
pub trait NamespaceStore: Send + Sync {
    /// What goes wrong in this store.
    type Error: Error + Send + Sync + 'static;

    /// The item with that key in exactly that namespace.
    fn get(
        &self,
        namespace: &[String],
        key: &str,
    ) -> impl Future<Output = Result<Option<StoredItem>, Self::Error>> + Send;

    /// Keeps an item, in place of one with the same namespace and key.
    fn put(&self, item: StoredItem) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Forgets an item. It is no error if there is none.
    fn delete(&self, namespace: &[String], key: &str)
    -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Items whose namespace is `prefix` or starts with all its segments.
    fn search(
        &self,
        prefix: &[String],
        query: &SearchQuery,
    ) -> impl Future<Output = Result<Vec<StoredItem>, Self::Error>> + Send;

    /// Namespaces in use that are `prefix` or start with all its segments, each once.
    fn list_namespaces(
        &self,
        prefix: &[String],
        page: Page,
    ) -> impl Future<Output = Result<Vec<Vec<String>>, Self::Error>> + Send;
}

impl Page {
    /// The first `limit` entries.
    #[must_use]
    pub const fn first(limit: u32) -> Self {
        Self { limit, offset: 0 }
    }

    /// This part of a list that is in memory.
    pub fn of<T>(self, list: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
        list.skip(usize::try_from(self.offset).unwrap_or(usize::MAX))
            .take(usize::try_from(self.limit).unwrap_or(usize::MAX))
    }
}

impl<S: NamespaceStore> NamespaceStore for Arc<S> {
    type Error = S::Error;

    async fn get(&self, namespace: &[String], key: &str) -> Result<Option<StoredItem>, S::Error> {
        (**self).get(namespace, key).await
    }

    async fn put(&self, item: StoredItem) -> Result<(), S::Error> {
        (**self).put(item).await
    }

    async fn delete(&self, namespace: &[String], key: &str) -> Result<(), S::Error> {
        (**self).delete(namespace, key).await
    }

    async fn search(&self, prefix: &[String], query: &SearchQuery) -> Result<Vec<StoredItem>, S::Error> {
        (**self).search(prefix, query).await
    }

    async fn list_namespaces(&self, prefix: &[String], page: Page) -> Result<Vec<Vec<String>>, S::Error> {
        (**self).list_namespaces(prefix, page).await
    }
}

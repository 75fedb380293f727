//! [`InProcessStore`]: a store for tests and small programs.

use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde_json::{Map, Value};

use crate::{NamespaceStore, Page, SearchQuery, StoredItem};

type Items = BTreeMap<(Vec<String>, String), Map<String, Value>>;

/// Keeps everything in this process, and forgets it with the process. It has no limit: it is for tests and small
/// programs. A `query` matches items in whose JSON text it occurs.
#[derive(Debug, Default)]
pub struct InProcessStore {
    items: Mutex<Items>,
}

impl InProcessStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn items(&self) -> MutexGuard<'_, Items> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl NamespaceStore for InProcessStore {
    type Error = Infallible;

    async fn get(&self, namespace: &[String], key: &str) -> Result<Option<StoredItem>, Infallible> {
        let (namespace, key) = (namespace.to_vec(), key.to_owned());
        let value = self.items().get(&(namespace.clone(), key.clone())).cloned();
        Ok(value.map(|value| StoredItem { namespace, key, value }))
    }

    async fn put(&self, item: StoredItem) -> Result<(), Infallible> {
        self.items().insert((item.namespace, item.key), item.value);
        Ok(())
    }

    async fn delete(&self, namespace: &[String], key: &str) -> Result<(), Infallible> {
        self.items().remove(&(namespace.to_vec(), key.to_owned()));
        Ok(())
    }

    async fn search(&self, prefix: &[String], query: &SearchQuery) -> Result<Vec<StoredItem>, Infallible> {
        let items = self.items();
        let matching = items
            .iter()
            .filter(|((namespace, _), value)| namespace.starts_with(prefix) && matches(query, value))
            .map(|((namespace, key), value)| StoredItem {
                namespace: namespace.clone(),
                key: key.clone(),
                value: value.clone(),
            });
        Ok(query.page.of(matching).collect())
    }

    async fn list_namespaces(&self, prefix: &[String], page: Page) -> Result<Vec<Vec<String>>, Infallible> {
        let items = self.items();
        let namespaces: BTreeSet<_> = items
            .keys()
            .map(|(namespace, _)| namespace)
            .filter(|namespace| namespace.starts_with(prefix))
            .collect();
        Ok(page.of(namespaces.into_iter().cloned()).collect())
    }
}

fn matches(query: &SearchQuery, value: &Map<String, Value>) -> bool {
    let says = |text: &String| Value::Object(value.clone()).to_string().contains(text.as_str());
    let has =
        |filter: &Map<String, Value>| filter.iter().all(|(name, wanted)| value.get(name) == Some(wanted));
    query.query.as_ref().is_none_or(says) && query.filter.as_ref().is_none_or(has)
}

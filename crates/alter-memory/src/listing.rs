//! [`Search`] and [`ListPaths`]: operations that return many things, and check each.

use std::{future::Future, pin::Pin};

use alter_types::AlterError;
use serde_json::{Map, Value};

use crate::{
    Memory, MemoryError, NamespaceStore, Page, ScopedMemoryStore, SearchQuery,
    scoped::{argument, violation},
};

/// A search to await. From [`ScopedMemoryStore::search`].
#[derive(Debug)]
#[must_use = "nothing is searched until it is awaited"]
pub struct Search<'a, S> {
    memory: &'a ScopedMemoryStore<S>,
    path: Vec<String>,
    query: SearchQuery,
}

impl<'a, S: NamespaceStore> Search<'a, S> {
    pub(crate) fn new(memory: &'a ScopedMemoryStore<S>, path: &[&str]) -> Self {
        let query = SearchQuery { query: None, filter: None, page: Page::first(10) };
        Self { memory, path: path.iter().map(|&segment| segment.to_owned()).collect(), query }
    }

    /// What it is about; what that means is up to the store.
    pub fn about(mut self, text: impl Into<String>) -> Self {
        self.query.query = Some(text.into());
        self
    }

    /// Only values whose field `name` equals `value`. Several have to hold together.
    pub fn only(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.query.filter.get_or_insert_with(Map::new).insert(name.into(), value.into());
        self
    }

    /// Matches at most, above 0. Default 10.
    pub fn limit(mut self, limit: u32) -> Self {
        self.query.page.limit = limit;
        self
    }

    /// Matches to skip. Default 0.
    pub fn offset(mut self, offset: u64) -> Self {
        self.query.page.offset = offset;
        self
    }

    async fn run(self) -> Result<Vec<Memory>, MemoryError<S::Error>> {
        let prefix = begin(self.memory, &self.path, self.query.page).await?;
        let found = self.memory.store().search(&prefix, &self.query).await.map_err(MemoryError::Store)?;
        let remembered = |item: crate::StoredItem| {
            within(&prefix, &item.namespace)?;
            self.memory.remembered(item)
        };
        found.into_iter().map(remembered).collect()
    }
}

impl<'a, S: NamespaceStore> IntoFuture for Search<'a, S> {
    type Output = Result<Vec<Memory>, MemoryError<S::Error>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// A list of paths to await. From [`ScopedMemoryStore::list_paths`].
#[derive(Debug)]
#[must_use = "nothing is listed until it is awaited"]
pub struct ListPaths<'a, S> {
    memory: &'a ScopedMemoryStore<S>,
    path: Vec<String>,
    page: Page,
}

impl<'a, S: NamespaceStore> ListPaths<'a, S> {
    pub(crate) fn new(memory: &'a ScopedMemoryStore<S>, path: &[&str]) -> Self {
        let path = path.iter().map(|&segment| segment.to_owned()).collect();
        Self { memory, path, page: Page::first(100) }
    }

    /// Paths at most, above 0. Default 100.
    pub fn limit(mut self, limit: u32) -> Self {
        self.page.limit = limit;
        self
    }

    /// Paths to skip. Default 0.
    pub fn offset(mut self, offset: u64) -> Self {
        self.page.offset = offset;
        self
    }

    async fn run(self) -> Result<Vec<Vec<String>>, MemoryError<S::Error>> {
        let prefix = begin(self.memory, &self.path, self.page).await?;
        let found = self.memory.store().list_namespaces(&prefix, self.page).await;
        let path = |namespace: &Vec<String>| {
            within(&prefix, namespace)?;
            Ok(self.memory.path_of(namespace)?)
        };
        found.map_err(MemoryError::Store)?.iter().map(path).collect()
    }
}

impl<'a, S: NamespaceStore> IntoFuture for ListPaths<'a, S> {
    type Output = Result<Vec<Vec<String>>, MemoryError<S::Error>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

async fn begin<S: NamespaceStore>(
    memory: &ScopedMemoryStore<S>,
    path: &[String],
    page: Page,
) -> Result<Vec<String>, AlterError> {
    if page.limit == 0 {
        return Err(argument("limit: expected more than 0"));
    }
    let prefix = memory.below(path)?;
    memory.admit().await?;
    Ok(prefix)
}

fn within(prefix: &[String], namespace: &[String]) -> Result<(), AlterError> {
    if namespace.starts_with(prefix) {
        Ok(())
    } else {
        Err(violation("the store returned something that is not below the path asked for"))
    }
}

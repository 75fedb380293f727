//! [`ScopedMemoryStore`]: a store behind a proven identity.

use std::{fmt, sync::Arc};

use alter_auth::Clock;
use alter_types::{
    AlterError, MemoryCoverage, MemoryIsolationCode, MemoryScope, Moment, VerifiedIdentity,
    error::{MemoryIsolationError, ValueError},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{Builder, ListPaths, MemoryError, NamespaceStore, Search, StoredItem, builder::Refresh};

/// Longest key, in characters.
const MAX_KEY: usize = 512;

/// A memory that belongs to one agent and one user, or to one agent alone. From [`builder`](Self::builder).
///
/// Paths are relative to that and can hold any text: `..` and `/` are segments like others. At most 16 segments of
/// 1 to 255 UTF-8 bytes.
pub struct ScopedMemoryStore<S> {
    store: S,
    scope: MemoryScope,
    proof: Proof,
}

/// Why the memory may be used.
pub(crate) struct Proof {
    pub(crate) identity: VerifiedIdentity,
    pub(crate) refresh: Option<Refresh>,
    pub(crate) coverage: MemoryCoverage,
    pub(crate) clock: Arc<dyn Clock>,
}

/// Something remembered.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Memory {
    /// Where, below the memory's own namespace.
    pub path: Vec<String>,
    /// Under which key.
    pub key: String,
    /// What.
    pub value: Map<String, Value>,
}

impl Memory {
    /// The value as a type of yours.
    ///
    /// # Errors
    /// Whatever serde finds missing or different.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_value(Value::Object(self.value.clone()))
    }
}

impl<S: NamespaceStore> ScopedMemoryStore<S> {
    /// `store`, for whom `identity` proves.
    pub fn builder(store: S, identity: VerifiedIdentity) -> Builder<S> {
        Builder::new(store, identity)
    }

    pub(crate) fn new(store: S, scope: MemoryScope, proof: Proof) -> Self {
        Self { store, scope, proof }
    }

    /// The namespace everything is in.
    #[must_use]
    pub fn scope(&self) -> &MemoryScope {
        &self.scope
    }

    /// What is remembered under a key.
    ///
    /// # Errors
    /// [`MemoryError::Refused`] for a path or key that breaks its rule, an identity that is no longer proven, or a
    /// store that returns something else than was asked for; [`MemoryError::Store`] if the store fails.
    pub async fn get(&self, path: &[&str], key: &str) -> Result<Option<Memory>, MemoryError<S::Error>> {
        let namespace = self.place(path, key)?;
        self.admit().await?;
        let Some(item) = self.store.get(&namespace, key).await.map_err(MemoryError::Store)? else {
            return Ok(None);
        };
        if item.namespace != namespace || item.key != key {
            return Err(violation("the store returned another item than the one asked for").into());
        }
        self.remembered(item).map(Some)
    }

    /// Remembers `value`, a JSON object, in place of what was under that key.
    ///
    /// # Errors
    /// [`MemoryError::Refused`] for a path, key or value that breaks its rule or an identity that is no longer
    /// proven; [`MemoryError::Store`] if the store fails.
    pub async fn put<T>(&self, path: &[&str], key: &str, value: &T) -> Result<(), MemoryError<S::Error>>
    where
        T: Serialize + Sync + ?Sized,
    {
        let namespace = self.place(path, key)?;
        let Ok(Value::Object(value)) = serde_json::to_value(value) else {
            return Err(argument("value: expected something that is a JSON object").into());
        };
        self.admit().await?;
        let item = StoredItem { namespace, key: key.to_owned(), value };
        self.store.put(item).await.map_err(MemoryError::Store)
    }

    /// Forgets what is under a key. It is no error if there is nothing.
    ///
    /// # Errors
    /// As [`put`](Self::put).
    pub async fn delete(&self, path: &[&str], key: &str) -> Result<(), MemoryError<S::Error>> {
        let namespace = self.place(path, key)?;
        self.admit().await?;
        self.store.delete(&namespace, key).await.map_err(MemoryError::Store)
    }

    /// What is remembered at a path and below it. Await it.
    ///
    /// # Errors
    /// When awaited: as [`get`](Self::get).
    pub fn search(&self, path: &[&str]) -> Search<'_, S> {
        Search::new(self, path)
    }

    /// The paths in use, this one and those below it. Await it.
    ///
    /// # Errors
    /// When awaited: as [`get`](Self::get).
    pub fn list_paths(&self, path: &[&str]) -> ListPaths<'_, S> {
        ListPaths::new(self, path)
    }

    pub(crate) fn store(&self) -> &S {
        &self.store
    }

    pub(crate) fn below<P: AsRef<str>>(&self, path: &[P]) -> Result<Vec<String>, AlterError> {
        Ok(self.scope.namespace_for(path)?)
    }

    fn place(&self, path: &[&str], key: &str) -> Result<Vec<String>, AlterError> {
        if !(1..=MAX_KEY).contains(&key.chars().take(MAX_KEY + 1).count()) {
            return Err(argument("key: expected 1 to 512 characters"));
        }
        self.below(path)
    }

    /// Lets an operation begin: the identity is still proven, and still the same.
    pub(crate) async fn admit(&self) -> Result<(), AlterError> {
        let began = Moment::now();
        let Proof { identity, refresh, coverage, clock } = &self.proof;
        let Some(refresh) = refresh else {
            identity.memory_scope(*coverage, clock.timestamp())?;
            return Ok(());
        };
        let refreshed = refresh().await?;
        if refreshed.vouched_at() < began {
            let sentence = "the refreshed identity is older than the operation; ask for it anew";
            return Err(refused(MemoryIsolationCode::RefreshNotLive, sentence));
        }
        let scope = refreshed.memory_scope(*coverage, clock.timestamp())?;
        if scope.partition_key != self.scope.partition_key {
            let sentence = "the refreshed identity is somebody else";
            return Err(refused(MemoryIsolationCode::IdentityChanged, sentence));
        }
        Ok(())
    }

    /// An item of the store as its user sees it.
    pub(crate) fn remembered(&self, item: StoredItem) -> Result<Memory, MemoryError<S::Error>> {
        let path = self.path_of(&item.namespace)?;
        Ok(Memory { path, key: item.key, value: item.value })
    }

    pub(crate) fn path_of(&self, namespace: &[String]) -> Result<Vec<String>, AlterError> {
        let path = self.scope.path_of(namespace);
        path.ok_or_else(|| violation("the store returned a namespace that is not of this memory"))
    }
}

pub(crate) fn argument(rule: &'static str) -> AlterError {
    ValueError::argument(rule).into()
}

pub(crate) fn violation(sentence: &str) -> AlterError {
    refused(MemoryIsolationCode::StoreScopeViolation, sentence)
}

fn refused(code: MemoryIsolationCode, sentence: &str) -> AlterError {
    MemoryIsolationError::refused(code, sentence).into()
}

impl<S> fmt::Debug for ScopedMemoryStore<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedMemoryStore").field("scope", &self.scope).finish_non_exhaustive()
    }
}

//! [`ProviderSpecs`]: descriptions of the providers' APIs.

use alter_transport::{BoxFuture, template::expand};
use alter_types::{
    ProviderId, ProviderSpec, ProviderSpecKind, ProviderSpecListResponse, SpecOperation, SpecOperationDetail,
    SpecOperationsPage, Surface,
};
use url::form_urlencoded::byte_serialize;

use crate::{
    Result,
    client::Client,
    error::value,
    ns::{
        argument,
        pages::{Page, Pages},
    },
    operation,
};

/// Most operations a page may have.
const MAX_OPERATIONS: u32 = 500;

/// Descriptions of the providers' APIs. From [`App::provider_specs`](crate::App::provider_specs) and
/// [`Agent::provider_specs`](crate::Agent::provider_specs).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> alter_client::Result<()> {
/// # let vault = alter_testkit::ScriptedVault::start().await;
/// # let spec = serde_json::json!({ "provider_kind": "oauth", "provider_id": "acme", "version": 2, "provenance": "vendor",
/// #     "content_hash": "abc", "operation_count": 0, "fetched_at": "2026-11-23T09:00:00Z", "changed_at": "2026-11-23T09:00:00Z" });
/// # vault.on("GET /sdk/provider-specs/oauth/acme/operations").answers(serde_json::json!({ "items": [], "total": 0, "limit": 100,
/// #     "offset": 0, "has_more": false, "spec": spec }));
/// # let app = vault.app();
/// # let acme = "acme".parse().unwrap();
/// use alter_client::ProviderSpecKind;
///
/// let mut operations = app.provider_specs().list_operations(ProviderSpecKind::Oauth, &acme).search("invoice").stream();
/// while let Some(operation) = operations.next().await {
///     println!("{}", operation?.operation_id);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ProviderSpecs<'a> {
    client: &'a Client,
}

impl<'a> ProviderSpecs<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Every description there is. Await it.
    ///
    /// # Errors
    /// When awaited: [`Error::Backend`](crate::Error::Backend) if the vault refuses,
    /// [`Error::Network`](crate::Error::Network) if it does not answer.
    pub fn list(&self) -> ListProviderSpecs<'a> {
        ListProviderSpecs { client: self.client, kind: None }
    }

    /// The description of one provider's API.
    ///
    /// # Errors
    /// [`Error::Value`](crate::Error::Value) if the provider's id holds `?` or `#`,
    /// [`Error::Backend`](crate::Error::Backend) if the vault refuses or has none (its
    /// [`code`](crate::Error::code) is then `provider_spec_not_found`), [`Error::Network`](crate::Error::Network) if
    /// it does not answer.
    pub async fn get(&self, kind: ProviderSpecKind, provider: &ProviderId) -> Result<ProviderSpec> {
        let cx = self.client.context(operation::PROVIDER_SPECS);
        self.client.get(&spec_path(kind, provider)?, Surface::Main, cx, None).await?.json()
    }

    /// The operations of one provider's API, sorted by name: one page if it is awaited, all of them as a
    /// [`stream`](ListSpecOperations::stream).
    ///
    /// # Errors
    /// When awaited: [`Error::Value`](crate::Error::Value) for a limit outside 1 to 500 or words to search that are
    /// empty or longer than 200 characters; otherwise as [`get`](Self::get).
    pub fn list_operations(&self, kind: ProviderSpecKind, provider: &ProviderId) -> ListSpecOperations<'a> {
        ListSpecOperations {
            client: self.client,
            kind,
            provider: provider.clone(),
            search: None,
            limit: 100,
            offset: 0,
        }
    }

    /// One operation with its parameters and bodies. Its id is the provider's own and can be any text.
    ///
    /// # Errors
    /// [`Error::Value`](crate::Error::Value) if the id is blank, longer than 512 characters or holds control
    /// characters; otherwise as [`get`](Self::get), with the [`code`](crate::Error::code) `operation_not_found`.
    pub async fn get_operation(
        &self,
        kind: ProviderSpecKind,
        provider: &ProviderId,
        operation_id: &str,
    ) -> Result<SpecOperationDetail> {
        let fits = operation_id.chars().take(513).count() <= 512;
        if operation_id.trim().is_empty() || !fits || operation_id.chars().any(char::is_control) {
            return Err(value(
                "operation id: expected 1 to 512 characters, not blank, no control characters",
            ));
        }
        let id: String = byte_serialize(operation_id.as_bytes()).collect();
        let path = format!("{}/operation?operation_id={id}", spec_path(kind, provider)?);
        let cx = self.client.context(operation::PROVIDER_SPECS);
        self.client.get(&path, Surface::Main, cx, None).await?.json()
    }
}

fn spec_path(kind: ProviderSpecKind, provider: &ProviderId) -> Result<String> {
    if provider.as_str().contains(['?', '#']) {
        return Err(value("provider: a provider's id holds no ? and no #"));
    }
    let values = [("kind".to_owned(), kind.to_string()), ("provider".to_owned(), provider.to_string())];
    expand("/sdk/provider-specs/{kind}/{provider}", &values).map_err(|error| value(error.to_string()))
}

/// Descriptions to list.
#[derive(Debug, Clone)]
#[must_use = "nothing is asked for until it is awaited"]
pub struct ListProviderSpecs<'a> {
    client: &'a Client,
    kind: Option<ProviderSpecKind>,
}

impl ListProviderSpecs<'_> {
    /// Only of providers of this kind.
    pub fn kind(mut self, kind: ProviderSpecKind) -> Self {
        self.kind = Some(kind);
        self
    }
}

impl<'a> IntoFuture for ListProviderSpecs<'a> {
    type Output = Result<Vec<ProviderSpec>>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let path = match self.kind {
                Some(kind) => format!("/sdk/provider-specs?kind={kind}"),
                None => "/sdk/provider-specs".to_owned(),
            };
            let cx = self.client.context(operation::PROVIDER_SPECS);
            let list: ProviderSpecListResponse =
                self.client.get(&path, Surface::Main, cx, None).await?.json()?;
            Ok(list.items)
        })
    }
}

/// A page of operations to ask for.
#[derive(Debug, Clone)]
#[must_use = "nothing is asked for until it is awaited"]
pub struct ListSpecOperations<'a> {
    client: &'a Client,
    kind: ProviderSpecKind,
    provider: ProviderId,
    search: Option<String>,
    limit: u32,
    offset: u64,
}

impl<'a> ListSpecOperations<'a> {
    /// Only those that match these words, 1 to 200 characters.
    pub fn search(mut self, words: impl Into<String>) -> Self {
        self.search = Some(words.into());
        self
    }

    /// Page size, 1 to 500. Default 100.
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = limit;
        self
    }

    /// Operations to skip. Default 0.
    pub fn offset(mut self, offset: u64) -> Self {
        self.offset = offset;
        self
    }

    /// All operations from the offset on, a page at a time.
    pub fn stream(self) -> Pages<'a, SpecOperation> {
        Pages::new(self.offset, move |offset| {
            let page = self.clone().offset(offset).into_future();
            Box::pin(async move {
                let page = page.await?;
                Ok(Page { entries: page.items, has_more: page.has_more })
            })
        })
    }

    fn path(&self) -> Result<String> {
        argument::page_size(self.limit, MAX_OPERATIONS)?;
        let spec = spec_path(self.kind, &self.provider)?;
        let mut path = format!("{spec}/operations?limit={}&offset={}", self.limit, self.offset);
        if let Some(words) = &self.search {
            if !(1..=200).contains(&words.chars().take(201).count()) {
                return Err(value("search: expected 1 to 200 characters"));
            }
            path.push_str("&search=");
            path.extend(byte_serialize(words.as_bytes()));
        }
        Ok(path)
    }
}

impl<'a> IntoFuture for ListSpecOperations<'a> {
    type Output = Result<SpecOperationsPage>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let path = self.path()?;
            let cx = self.client.context(operation::PROVIDER_SPECS);
            self.client.get(&path, Surface::Main, cx, None).await?.json()
        })
    }
}

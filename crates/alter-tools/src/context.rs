//! [`ToolContext`]: what a tool's code calls its provider with.

use alter_client::{Access, AnyClient, ByProvider, Call, ProviderId, Secret};
use http::Method;

/// One use of a tool: its provider, narrowed as the tool was told, and the user it is for. Cheap to clone.
///
/// The model has no part in it: it is handed to the tool's code and appears in no schema.
#[derive(Debug, Clone)]
pub struct ToolContext {
    pub(crate) client: AnyClient,
    pub(crate) provider: ProviderId,
    pub(crate) label: Option<String>,
    pub(crate) user_token: Option<Secret>,
}

impl ToolContext {
    /// The grant to call with, to be narrowed further: to an [account](Access::account), for instance.
    pub fn access(&self) -> Access<'_, ByProvider> {
        let mut access = self.client.provider(&self.provider);
        if let Some(label) = &self.label {
            access = access.label(label);
        }
        if let Some(jwt) = &self.user_token {
            access = access.as_user(jwt.clone());
        }
        access
    }

    /// A `GET` call to the provider.
    pub fn get(&self, url: impl AsRef<str>) -> Call<'_> {
        self.call(Method::GET, url)
    }

    /// A `POST` call to the provider.
    pub fn post(&self, url: impl AsRef<str>) -> Call<'_> {
        self.call(Method::POST, url)
    }

    /// A call with any method to the provider.
    pub fn call(&self, method: Method, url: impl AsRef<str>) -> Call<'_> {
        self.access().call(method, url)
    }

    /// The client, for calls to other providers and the vault's own operations.
    #[must_use]
    pub fn client(&self) -> &AnyClient {
        &self.client
    }

    /// The provider this tool is for.
    #[must_use]
    pub fn provider(&self) -> &ProviderId {
        &self.provider
    }
}

//! [`Scopes`]: what an API key can be allowed.

use alter_types::{ScopeCatalog, Surface};

use crate::{Result, client::Client, operation};

/// The catalogue of API-key scopes. From [`App::scopes`](crate::App::scopes) and
/// [`Agent::scopes`](crate::Agent::scopes).
#[derive(Debug, Clone, Copy)]
pub struct Scopes<'a> {
    client: &'a Client,
}

impl<'a> Scopes<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Every scope there is. Asked for anew by every call.
    ///
    /// # Errors
    /// [`Error::Backend`](crate::Error::Backend) if the vault refuses, [`Error::Network`](crate::Error::Network) if
    /// it does not answer.
    pub async fn list(&self) -> Result<ScopeCatalog> {
        let cx = self.client.context(operation::LIST_SCOPES);
        self.client.get("/sdk/scopes", Surface::Main, cx, None).await?.json()
    }
}

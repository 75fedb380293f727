//! [`Scopes`]: what an API key can be allowed.

use alter_types::{ScopeCatalog, Surface};

use crate::{Result, client::Client, operation};

/// The catalogue of API-key scopes. From [`App::scopes`](crate::App::scopes) and
/// [`Agent::scopes`](crate::Agent::scopes).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> alter_client::Result<()> {
/// # let vault = alter_testkit::ScriptedVault::start().await;
/// # vault.on("GET /sdk/scopes").answers(serde_json::json!({ "scope_version": 4, "resources": { "grants": { "verbs": ["read"] } }, "action_verbs": ["read"] }));
/// # let app = vault.app();
/// for (resource, scopes) in app.scopes().list().await?.resources {
///     println!("{resource}: {}", scopes.verbs.join(", "));
/// }
/// # Ok(())
/// # }
/// ```
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

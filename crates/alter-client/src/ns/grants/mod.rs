//! [`Grants`]: who may use which credential, as the application sees it; [`AgentGrants`]: as an agent does.

mod create;
mod delegate;
mod list;
mod mint;
mod revoke;

use alter_types::{AgentId, GrantId, ManagedSecretId, Principal, Surface};
pub use create::CreateGrant;
pub use delegate::Delegate;
pub use list::ListGrants;
pub use mint::MintGrant;
pub use revoke::RevokeGrant;

use crate::{Agent, Result, client::Client, operation};

/// Operations on grants. From [`App::grants`](crate::App::grants).
#[derive(Debug, Clone, Copy)]
pub struct Grants<'a> {
    client: &'a Client,
}

impl<'a> Grants<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// The grants this application can see: one page if it is awaited, all of them as a
    /// [`stream`](ListGrants::stream). With a user-token source the user's own only.
    ///
    /// # Errors
    /// When awaited: [`Error::Value`](crate::Error::Value) for a limit outside 1 to 1000 or an empty filter,
    /// [`Error::Client`](crate::Error::Client) if the user-token source fails,
    /// [`Error::Backend`](crate::Error::Backend) if the vault refuses,
    /// [`Error::Network`](crate::Error::Network) if it does not answer.
    pub fn list(&self) -> ListGrants<'a> {
        ListGrants::of_app(self.client)
    }

    /// Ends a grant: once this returns, no credential is released through it any more. Await it. With a user-token
    /// source only a grant of that user can be ended; any other is not found.
    ///
    /// # Errors
    /// When awaited: [`Error::Backend`](crate::Error::Backend) if the vault knows no such grant or refuses,
    /// [`Error::Client`](crate::Error::Client) if the user-token source fails,
    /// [`Error::Network`](crate::Error::Network) if it does not answer.
    pub fn revoke(&self, id: &GrantId) -> RevokeGrant<'a> {
        RevokeGrant::new(self.client, id)
    }

    /// A sibling of a grant: on the same credential, with a label and rules of its own. Await it.
    ///
    /// Not repeatable: if the answer is lost, look for the label in the [`list`](Self::list).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> alter_client::Result<()> {
    /// # let vault = alter_testkit::ScriptedVault::start().await;
    /// # vault.on("POST /sdk/grants/{id}/mint").answers(serde_json::json!({ "grant_id": "g-2", "provider_id": "google", "status": "active", "created_at": "2026-11-23T09:00:00Z", "principal_type": "user" }));
    /// # let (app, grant) = (vault.app(), vault.grant());
    /// use alter_client::GrantPolicyInput;
    ///
    /// let a_day = GrantPolicyInput::default().with_max_ttl_seconds(86_400);
    /// let sibling = app.grants().mint(&grant, "read only").policy(a_day).tags(["team:a"]).await?;
    /// println!("{}", sibling.grant_id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When awaited: [`Error::Value`](crate::Error::Value) for an empty label or tag, or a policy that is not valid,
    /// [`Error::Backend`](crate::Error::Backend) if the vault refuses, with
    /// [`ErrorKind::SiblingLabelConflict`](crate::ErrorKind::SiblingLabelConflict) if a sibling has that label,
    /// [`Error::Network`](crate::Error::Network) if it does not answer.
    pub fn mint(&self, from: &GrantId, label: impl Into<String>) -> MintGrant<'a> {
        MintGrant::new(self.client, from, label.into())
    }

    /// A grant on a managed secret, for a user, a group, the application itself or the calling agent. Await it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> alter_client::Result<()> {
    /// # let vault = alter_testkit::ScriptedVault::start().await;
    /// # vault.on("POST /sdk/managed-secrets/{id}/grants").answers(serde_json::json!({ "grant_id": "g-1", "principal_type": "user", "label": "Ann's", "created_at": "2026-11-23T09:00:00Z" }));
    /// # let app = vault.app();
    /// # let billing_api = "0b0f7a4e-6c3e-4b8b-9a55-1f2d3c4b5a69".parse().unwrap();
    /// # let jwt = alter_client::Secret::from("a.b.c");
    /// use alter_client::UserPrincipal;
    ///
    /// let made = app.grants().create(&billing_api, UserPrincipal::new(jwt, "Ann's")).await?;
    /// println!("{}", made.grant_id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When awaited: [`Error::Value`](crate::Error::Value) for a label or id of the principal that is empty or too
    /// long, or a policy that is not valid, [`Error::Backend`](crate::Error::Backend) if the vault refuses, with
    /// [`ErrorKind::CredentialIdRequired`](crate::ErrorKind::CredentialIdRequired) if it has to be told
    /// [which credential](CreateGrant::credential), [`Error::Network`](crate::Error::Network) if it does not answer.
    pub fn create(&self, secret: &ManagedSecretId, principal: impl Into<Principal>) -> CreateGrant<'a> {
        CreateGrant::new(self.client, secret, principal.into())
    }

    /// Takes a grant away from one agent, and from every agent that has it through this one. The grant itself stays.
    /// Succeeds as well if the agent never had it.
    ///
    /// # Errors
    /// [`Error::Backend`](crate::Error::Backend) if the vault refuses, [`Error::Network`](crate::Error::Network) if
    /// it does not answer.
    pub async fn revoke_delegation(&self, grant: &GrantId, agent: &AgentId) -> Result<()> {
        end_delegation(self.client, &format!("/sdk/grants/{grant}/delegations/{agent}")).await
    }
}

/// What an agent can do with grants. From [`Agent::grants`].
#[derive(Debug, Clone, Copy)]
pub struct AgentGrants<'a> {
    client: &'a Client,
}

impl<'a> AgentGrants<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// The grants this agent can see: one page if it is awaited, all of them as a [`stream`](ListGrants::stream).
    /// Those of one user only if the user is [named](ListGrants::as_user): a user-token source is not asked.
    ///
    /// # Errors
    /// As [`Grants::list`].
    pub fn list(&self) -> ListGrants<'a> {
        ListGrants::of_agent(self.client)
    }

    /// Gives up a grant this agent holds by delegation, for itself and for every agent that has it through this one.
    /// Succeeds as well if it never held it.
    ///
    /// # Errors
    /// [`Error::Backend`](crate::Error::Backend) if the vault refuses, [`Error::Network`](crate::Error::Network) if
    /// it does not answer.
    pub async fn revoke_delegation(&self, grant: &GrantId) -> Result<()> {
        end_delegation(self.client, &format!("/sdk/grants/{grant}/delegations/me")).await
    }
}

impl Agent {
    /// Passes a grant this agent holds on to another agent, as wide and as long as the own one unless narrowed.
    /// Await it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> alter_client::Result<()> {
    /// # let vault = alter_testkit::ScriptedVault::start().await;
    /// # vault.on("POST /sdk/grants/{id}/delegate").answers(serde_json::json!({ "grant_id": "g-2", "grant_kind": "oauth", "parent_grant_id": "g-1", "depth": 1, "delegable": false, "status": "active" }));
    /// # let (agent, grant) = (vault.agent(), vault.grant());
    /// # let helper = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb".parse().unwrap();
    /// use std::time::Duration;
    ///
    /// let part = agent.delegate(&grant, &helper).scopes(["calendar.readonly"]).not_delegable();
    /// let given = part.lifetime(Duration::from_secs(3600)).await?;
    /// assert_eq!(given.depth, 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When awaited: [`Error::Value`](crate::Error::Value) for scopes or a life that are not valid,
    /// [`Error::Backend`](crate::Error::Backend) if the vault refuses:
    /// [`ErrorKind::GrantNotDelegable`](crate::ErrorKind::GrantNotDelegable) says why in its `detail_reason`,
    /// [`ErrorKind::GrantNotFound`](crate::ErrorKind::GrantNotFound) means that this agent does not hold it and
    /// [`ErrorKind::AgentNotFound`](crate::ErrorKind::AgentNotFound) that there is no such agent;
    /// [`Error::Network`](crate::Error::Network) if it does not answer.
    pub fn delegate(&self, grant: &GrantId, to: &AgentId) -> Delegate<'_> {
        Delegate::new(self.client(), grant, to)
    }
}

async fn end_delegation(client: &Client, path: &str) -> Result<()> {
    let cx = client.context(operation::REVOKE_DELEGATION);
    client.delete(path, Surface::Main, cx, None).await.map(drop)
}

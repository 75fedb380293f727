//! [`OpenSession`]: a connect session with its options, checked before anything is sent.

use std::collections::BTreeSet;

use alter_transport::BoxFuture;
use alter_types::{
    ConnectMetadata, ConnectSession, ConnectSessionRequest, GrantId, GrantPolicyInput, ProviderId,
    RequestedGrantInput, Secret, Surface, check_scope_constraint,
};

use super::RunSession;
use crate::{Error, Result, client::Client, error::value, operation};

/// A connect session to open. Await it, or [`run`](Self::run) it to its end.
#[derive(Debug)]
#[must_use = "no session is opened until it is awaited or run"]
pub struct OpenSession<'a> {
    pub(super) client: &'a Client,
    request: ConnectSessionRequest,
    user_token: Option<Secret>,
    /// Whether a grant that cannot be repaired, because it is gone, is made anew.
    or_anew: bool,
    mistake: Option<Error>,
}

impl<'a> OpenSession<'a> {
    pub(super) fn new(client: &'a Client, request: ConnectSessionRequest) -> Self {
        Self { client, request, user_token: None, or_anew: false, mistake: None }
    }

    pub(super) fn providers<P: AsRef<str>>(mut self, providers: &[P]) -> Self {
        let names = providers.iter().map(|provider| provider.as_ref().to_owned());
        self.request.allowed_providers = Some(names.collect());
        self
    }

    pub(super) fn or_anew(mut self) -> Self {
        self.or_anew = true;
        self
    }

    pub(super) fn mistaken(mut self, mistake: Error) -> Self {
        self.mistake.get_or_insert(mistake);
        self
    }

    /// Where the browser goes afterwards.
    pub fn return_url(mut self, url: impl Into<String>) -> Self {
        self.request.return_url = Some(url.into());
        self
    }

    /// The origin of the page that embeds the flow, for example `https://app.example.com`.
    pub fn allowed_origin(mut self, origin: impl Into<String>) -> Self {
        self.request.allowed_origin = Some(origin.into());
        self
    }

    /// Where the person sits, for the audit trail.
    pub fn metadata(mut self, metadata: ConnectMetadata) -> Self {
        self.request.metadata = Some(metadata);
        self
    }

    /// Skips the consent screens. Needs exactly one provider, and does nothing for a delegable delegation.
    pub fn direct(mut self) -> Self {
        self.request.direct = true;
        self
    }

    /// Makes the provider ask which account.
    pub fn switch_account(mut self) -> Self {
        self.request.switch_account = true;
        self
    }

    /// Keeps the user from adding rules of their own.
    pub fn without_user_rules(mut self) -> Self {
        self.request.allow_user_policy_rules = Some(false);
        self
    }

    /// How long the grant may live.
    pub fn policy(mut self, policy: GrantPolicyInput) -> Self {
        self.request.grant_policy = Some(policy);
        self
    }

    /// The scopes to ask `provider` for. They can only narrow what the application is set up with.
    pub fn required_scopes<S: Into<String>>(
        mut self,
        provider: &ProviderId,
        scopes: impl IntoIterator<Item = S>,
    ) -> Self {
        let scopes = scopes.into_iter().map(Into::into).collect();
        self.request.required_scopes.get_or_insert_default().insert(provider.to_string(), scopes);
        self
    }

    /// The label the new grant gets, and what it may be used for.
    pub fn requested_grant(mut self, grant: RequestedGrantInput) -> Self {
        self.request.requested_grant = Some(grant);
        self
    }

    /// Replaces the credential of this grant, which keeps its id. Needs exactly one provider, and goes neither with
    /// [`requested_grant`](Self::requested_grant) nor with [`agent`](Self::agent) nor with
    /// [`switch_account`](Self::switch_account).
    pub fn repair(mut self, grant: &GrantId) -> Self {
        self.request.repair_grant_id = Some(grant.to_string());
        self
    }

    /// Delegates the grant to this agent, named by its id or its name. The vault wants a user token with it.
    #[expect(clippy::needless_pass_by_value, reason = "an id is borrowed, a name handed over")]
    pub fn agent(mut self, id_or_name: impl ToString) -> Self {
        self.request.agent = Some(id_or_name.to_string());
        self
    }

    /// Lets the agent delegate further. Without this and [`not_delegable`](Self::not_delegable), an existing
    /// delegation keeps its setting, and a new one may not be passed on.
    pub fn delegable(mut self) -> Self {
        self.request.delegable = Some(true);
        self
    }

    /// Keeps the agent from delegating further, also if it could until now.
    pub fn not_delegable(mut self) -> Self {
        self.request.delegable = Some(false);
        self
    }

    /// The scopes to narrow the delegation to: 1 to 100.
    pub fn scope_constraint<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.request.scope_constraint = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// Binds the grant to the user this JWT identifies, instead of the user the client's source of tokens names.
    pub fn as_user(mut self, jwt: Secret) -> Self {
        self.user_token = Some(jwt);
        self
    }

    /// Opens the session, hands its link to `show`, and waits until the person has finished. Await it.
    ///
    /// `show` gets the link a person has to open; whoever holds it can finish the flow.
    /// [`print_link`](crate::print_link) writes it to standard error, and with the feature `browser`
    /// `open_browser` opens it on this machine.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> alter_client::Result<()> {
    /// # let vault = alter_testkit::ScriptedVault::start().await;
    /// # vault.person_connects("github", &vault.grant());
    /// # let app = vault.app();
    /// let connected = app.connect().open(&["github"]).run(alter_client::print_link).await?;
    /// println!("grant {}", connected[0].grant_id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When awaited, as [`Connect::open`](super::Connect::open) and [`Connect::wait`](super::Connect::wait).
    pub fn run(self, show: impl FnOnce(&str) + Send + 'a) -> RunSession<'a> {
        RunSession::new(self, show)
    }

    pub(super) fn check(&mut self) -> Result<()> {
        match self.mistake.take() {
            Some(mistake) => Err(mistake),
            None => check(&self.request),
        }
    }

    /// Opens it once it was checked.
    pub(super) async fn opened(mut self) -> Result<ConnectSession> {
        self.request.user_token = self.client.user_token(self.user_token.as_ref()).await?;
        match create(self.client, &self.request).await {
            Err(error) if self.or_anew && error.is_grant_not_found() => {
                self.request.repair_grant_id = None;
                create(self.client, &self.request).await
            }
            outcome => outcome,
        }
    }
}

impl<'a> IntoFuture for OpenSession<'a> {
    type Output = Result<ConnectSession>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move {
            drop(self.client.enter().await?);
            self.check()?;
            self.opened().await
        })
    }
}

async fn create(client: &Client, request: &ConnectSessionRequest) -> Result<ConnectSession> {
    let cx = client.context(operation::CONNECT_SESSION);
    client.post("/sdk/oauth/connect/session", Surface::Main, cx, None, request).await?.json()
}

/// The rules the options have to keep.
fn check(request: &ConnectSessionRequest) -> Result<()> {
    let providers = request.allowed_providers.as_deref();
    if providers.is_some_and(<[String]>::is_empty) {
        return Err(value("name at least one provider, or use open_any()"));
    }
    if providers.into_iter().flatten().any(|provider| provider.trim().is_empty()) {
        return Err(value("a provider's name must not be blank"));
    }
    let distinct: BTreeSet<_> =
        providers.into_iter().flatten().map(|provider| provider.trim().to_lowercase()).collect();
    if request.direct && distinct.len() != 1 {
        return Err(value("direct needs exactly one provider"));
    }
    if let Some(policy) = &request.grant_policy {
        policy.validate()?;
    }
    if let Some(grant) = &request.requested_grant {
        grant.validate()?;
    }
    if request.repair_grant_id.is_some() {
        if distinct.len() != 1 {
            return Err(value("repair needs exactly one provider"));
        }
        if request.requested_grant.is_some() || request.agent.is_some() || request.switch_account {
            return Err(value(
                "repair goes neither with requested_grant nor with agent nor with switch_account",
            ));
        }
    }
    if request.agent.as_deref().is_some_and(str::is_empty) {
        return Err(value("the agent's id or name must not be empty"));
    }
    if let Some(scopes) = &request.scope_constraint {
        check_scope_constraint(scopes)?;
    }
    Ok(())
}

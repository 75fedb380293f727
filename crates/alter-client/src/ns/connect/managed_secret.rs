//! [`OpenManagedSecret`]: a connect session for a managed secret with its options, checked before anything is sent.

use std::{fmt, marker::PhantomData, time::Duration};

use alter_transport::BoxFuture;
use alter_types::{
    AgentId, GrantId, GrantPolicyInput, ManagedSecretConnectSession, ManagedSecretConnectSessionRequest,
    RequestedGrantInput, Surface,
};

use super::managed_secret_answer as answer;
use crate::{App, Result, client::Client, error::value, operation};

/// A connect session for a managed secret to open. Await it.
///
/// An agent connects for itself and names no target:
///
/// ```compile_fail,E0599
/// # async fn example(agent: alter_client::Agent, user: alter_client::Secret) {
/// let acme = "acme-api".parse().unwrap();
/// agent.connect().managed_secret(&acme, user).agent("another-agent").await; // only an application can
/// # }
/// ```
#[must_use = "no session is opened until it is awaited"]
pub struct OpenManagedSecret<'a, T = App> {
    client: &'a Client,
    request: ManagedSecretConnectSessionRequest,
    facade: PhantomData<fn() -> T>,
}

impl<'a, T> OpenManagedSecret<'a, T> {
    pub(super) fn new(client: &'a Client, request: ManagedSecretConnectSessionRequest) -> Self {
        Self { client, request, facade: PhantomData }
    }

    /// Lets the agent delegate further.
    pub fn delegable(mut self) -> Self {
        self.request.delegable = true;
        self
    }

    /// The label the new grant gets, 1 to 255 characters.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.request.requested_grant = Some(RequestedGrantInput::new(label));
        self
    }

    /// How long the grant may live. Not together with [`lifetime`](Self::lifetime).
    pub fn policy(mut self, policy: GrantPolicyInput) -> Self {
        self.request.grant_policy = Some(policy);
        self
    }

    /// How long the delegation should live; whole seconds, at least one. The vault may shorten it.
    pub fn lifetime(mut self, time: Duration) -> Self {
        self.request.requested_ttl_seconds = Some(i64::try_from(time.as_secs()).unwrap_or(i64::MAX));
        self
    }

    /// Skips the consent screens.
    pub fn direct(mut self) -> Self {
        self.request.direct = true;
        self
    }

    /// Keeps the user from adding rules of their own.
    pub fn without_user_rules(mut self) -> Self {
        self.request.allow_user_policy_rules = Some(false);
        self
    }

    /// The origin of the page that embeds the flow, for example `https://app.example.com`.
    pub fn allowed_origin(mut self, origin: impl Into<String>) -> Self {
        self.request.allowed_origin = Some(origin.into());
        self
    }

    /// Where the browser goes afterwards.
    pub fn return_url(mut self, url: impl Into<String>) -> Self {
        self.request.return_url = Some(url.into());
        self
    }

    /// The template the managed secret was made from.
    #[deprecated = "name the managed secret by its own slug alone"]
    pub fn template(mut self, slug: impl AsRef<str>) -> Self {
        self.request.template_slug = Some(slug.as_ref().to_ascii_lowercase());
        self
    }
}

/// What an application says of others; an agent speaks for itself.
impl OpenManagedSecret<'_, App> {
    /// Delegates the grant to this agent, named by its id or its name.
    #[expect(clippy::needless_pass_by_value, reason = "an id is borrowed, a name handed over")]
    pub fn agent(mut self, id_or_name: impl ToString) -> Self {
        self.request.agent = Some(id_or_name.to_string());
        self
    }

    /// Delegates the grant to this agent.
    #[deprecated = "use `agent`, which takes an id or a name"]
    pub fn delegated_agent(mut self, id: &AgentId) -> Self {
        self.request.delegated_agent_id = Some(id.to_string());
        self
    }

    /// Replaces the key of this grant, which keeps its id. Goes neither with [`agent`](Self::agent) nor with
    /// [`label`](Self::label).
    pub fn repair(mut self, grant: &GrantId) -> Self {
        self.request.repair_grant_id = Some(grant.to_string());
        self
    }
}

impl<'a, T: 'a> IntoFuture for OpenManagedSecret<'a, T> {
    type Output = Result<ManagedSecretConnectSession>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { client, mut request, .. } = self;
        Box::pin(async move {
            drop(client.enter().await?);
            check(&request)?;
            if let Some(id) = client.view().acts_as {
                name_agent(&mut request, id);
            }
            let cx = client.context(operation::MANAGED_SECRET_SESSION);
            let path = "/sdk/managed-secrets/connect/session";
            let sent = client.post(path, Surface::Main, cx, None, &request).await;
            match sent {
                Ok(answer) => {
                    let session = answer.json::<ManagedSecretConnectSession>()?;
                    answer::check(&request, &session, &answer.body, answer.status.as_u16())
                        .map_err(|error| answer.noted(error))?;
                    Ok(session)
                }
                Err(error) => Err(answer::explain(&request, error)),
            }
        })
    }
}

/// An application that acts as an agent connects for that agent.
fn name_agent(request: &mut ManagedSecretConnectSessionRequest, id: AgentId) {
    let field = match request.provider {
        Some(_) => &mut request.agent,
        None => &mut request.delegated_agent_id,
    };
    *field = Some(id.to_string());
}

/// The rules the options have to keep.
fn check(request: &ManagedSecretConnectSessionRequest) -> Result<()> {
    if request.provider.as_deref().is_some_and(|slug| !is_slug(slug)) {
        return Err(value(
            "a managed secret is named by its slug: 1 to 50 lower-case letters, digits and hyphens",
        ));
    }
    let template = request.template_slug.as_deref();
    if template
        .is_some_and(|slug| slug.is_empty() || !slug.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
    {
        return Err(value("a template is named by its slug: letters, digits and hyphens"));
    }
    if request.agent.as_deref().is_some_and(str::is_empty) {
        return Err(value("the agent's id or name must not be empty"));
    }
    if request.agent.is_some() && request.delegated_agent_id.is_some() {
        return Err(value("agent and delegated_agent name the same thing; use agent"));
    }
    if request.user_token.is_empty() {
        return Err(value("the user token must not be empty"));
    }
    if request.requested_ttl_seconds.is_some_and(|seconds| seconds < 1) {
        return Err(value("the lifetime has to be at least one second"));
    }
    if request.requested_ttl_seconds.is_some() && request.grant_policy.is_some() {
        return Err(value("lifetime and policy both limit the life of the grant; use one of them"));
    }
    let has_agent = request.agent.is_some() || request.delegated_agent_id.is_some();
    if request.repair_grant_id.is_some() && (has_agent || request.requested_grant.is_some()) {
        return Err(value("repair goes neither with agent nor with label"));
    }
    if let Some(grant) = &request.requested_grant {
        grant.validate()?;
    }
    if let Some(policy) = &request.grant_policy {
        policy.validate()?;
    }
    Ok(())
}

fn is_slug(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=50).contains(&text.len()) && text.bytes().all(plain)
}

impl<T> fmt::Debug for OpenManagedSecret<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenManagedSecret").field("request", &self.request).finish_non_exhaustive()
    }
}

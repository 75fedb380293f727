//! [`Delegate`]: an agent passes a grant on.

use std::time::Duration;

use alter_transport::BoxFuture;
use alter_types::{AgentId, DelegateRequest, DelegationResult, GrantId, Surface, check_scope_constraint};

use crate::{Result, client::Client, ns::argument, operation};

/// A delegation to make.
#[derive(Debug, Clone)]
#[must_use = "nothing is delegated until it is awaited"]
pub struct Delegate<'a> {
    client: &'a Client,
    grant: GrantId,
    request: DelegateRequest,
    lifetime: Option<Duration>,
}

impl<'a> Delegate<'a> {
    pub(super) fn new(client: &'a Client, grant: &GrantId, to: &AgentId) -> Self {
        Self { client, grant: *grant, request: DelegateRequest::new(to.to_string()), lifetime: None }
    }

    /// The other agent may pass it on again. Default: what was said of this delegation before, and of a new one that
    /// it may not.
    pub fn delegable(mut self) -> Self {
        self.request.delegable = Some(true);
        self
    }

    /// The other agent may not pass it on, whatever was said before.
    pub fn not_delegable(mut self) -> Self {
        self.request.delegable = Some(false);
        self
    }

    /// Only these scopes of the provider: 1 to 100 of them, each 1 to 512 printable ASCII characters without space,
    /// `"` and `\`, and not `*`. Default: all that the grant has.
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.request.scope_constraint = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// How long it lives, in whole seconds. Default: as long as the grant.
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }
}

impl<'a> IntoFuture for Delegate<'a> {
    type Output = Result<DelegationResult>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move {
            if let Some(scopes) = &self.request.scope_constraint {
                check_scope_constraint(scopes)?;
            }
            let seconds = |lifetime| argument::some_seconds("lifetime", lifetime);
            self.request.ttl_seconds = self.lifetime.map(seconds).transpose()?;
            let path = format!("/sdk/grants/{}/delegate", self.grant);
            let cx = self.client.context(operation::DELEGATE);
            self.client.post(&path, Surface::Main, cx, None, &self.request).await?.json()
        })
    }
}

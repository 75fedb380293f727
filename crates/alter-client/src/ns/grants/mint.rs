//! [`MintGrant`]: a sibling of a grant.

use alter_transport::BoxFuture;
use alter_types::{GrantId, GrantInfo, GrantPolicyInput, MintGrantRequest, Surface};

use crate::{Error, Result, client::Client, error::value, ns::argument, operation};

/// A sibling to make.
#[derive(Debug, Clone)]
#[must_use = "nothing is made until it is awaited"]
pub struct MintGrant<'a> {
    client: &'a Client,
    from: GrantId,
    request: MintGrantRequest,
}

impl<'a> MintGrant<'a> {
    pub(super) fn new(client: &'a Client, from: &GrantId, label: String) -> Self {
        Self { client, from: *from, request: MintGrantRequest::new(label) }
    }

    /// How long it lives. A default life has no meaning for a single grant and is refused.
    pub fn policy(mut self, policy: GrantPolicyInput) -> Self {
        self.request.grant_policy = Some(policy);
        self
    }

    /// Tags for the operator's rules, none of them empty.
    pub fn tags<S: Into<String>>(mut self, tags: impl IntoIterator<Item = S>) -> Self {
        self.request.grant_tags = Some(tags.into_iter().map(Into::into).collect());
        self
    }

    fn check(&self) -> Result<()> {
        let MintGrantRequest { label, grant_policy, grant_tags, .. } = &self.request;
        argument::filled("label", label)?;
        for tag in grant_tags.iter().flatten() {
            argument::filled("tags", tag)?;
        }
        let Some(policy) = grant_policy else { return Ok(()) };
        if policy.default_ttl_seconds.is_some() {
            return Err(value(
                "policy: default_ttl_seconds has no meaning for one grant; use max_ttl_seconds or expires_at",
            ));
        }
        Ok(policy.validate()?)
    }
}

impl<'a> IntoFuture for MintGrant<'a> {
    type Output = Result<GrantInfo>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            self.check()?;
            let path = format!("/sdk/grants/{}/mint", self.from);
            let cx = self.client.context(operation::MINT_GRANT);
            match self.client.post(&path, Surface::Main, cx, None, &self.request).await {
                Ok(answer) => answer.json(),
                Err(Error::Backend(refusal)) => Err(refusal.about_label(&self.request.label).into()),
                Err(other) => Err(other),
            }
        })
    }
}

//! [`CreateGrant`]: a grant on a managed secret.

use alter_transport::BoxFuture;
use alter_types::{
    CreateGrantResult, CreateManagedSecretGrantRequest, GrantPolicyInput, ManagedSecretId, Principal, Surface,
};

use crate::{Result, client::Client, ns::argument, operation};

/// A grant to make.
#[derive(Debug, Clone)]
#[must_use = "nothing is made until it is awaited"]
pub struct CreateGrant<'a> {
    client: &'a Client,
    secret: ManagedSecretId,
    request: CreateManagedSecretGrantRequest,
}

impl<'a> CreateGrant<'a> {
    pub(super) fn new(client: &'a Client, secret: &ManagedSecretId, principal: Principal) -> Self {
        Self { client, secret: *secret, request: CreateManagedSecretGrantRequest::new(principal) }
    }

    /// How long it lives. Default: as long as the secret's own policy says.
    pub fn policy(mut self, policy: GrantPolicyInput) -> Self {
        self.request.grant_policy = policy;
        self
    }

    /// Which of the secret's credentials it uses; needed if there are several. The refusal
    /// [`CredentialIdRequired`](crate::ErrorKind::CredentialIdRequired) lists them.
    pub fn credential(mut self, id: impl Into<String>) -> Self {
        self.request.credential_id = Some(id.into());
        self
    }

    fn check(&self) -> Result<()> {
        let CreateManagedSecretGrantRequest { principal, grant_policy, credential_id, .. } = &self.request;
        principal.validate()?;
        grant_policy.validate()?;
        credential_id.as_deref().map_or(Ok(()), |id| argument::filled("credential", id))
    }
}

impl<'a> IntoFuture for CreateGrant<'a> {
    type Output = Result<CreateGrantResult>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            self.check()?;
            let path = format!("/sdk/managed-secrets/{}/grants", self.secret);
            let cx = self.client.context(operation::CREATE_GRANT);
            self.client.post(&path, Surface::Main, cx, None, &self.request).await?.json()
        })
    }
}

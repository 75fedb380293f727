//! [`RevokeGrant`]: the end of a grant.

use alter_transport::BoxFuture;
use alter_types::{GrantId, RevokeGrantRequest, RevokeGrantResult, Secret, Surface};

use crate::{Result, client::Client, ns::argument, operation};

/// A grant to end.
#[derive(Debug, Clone)]
#[must_use = "nothing is revoked until it is awaited"]
pub struct RevokeGrant<'a> {
    client: &'a Client,
    id: GrantId,
    request: RevokeGrantRequest,
}

impl<'a> RevokeGrant<'a> {
    pub(super) fn new(client: &'a Client, id: &GrantId) -> Self {
        Self { client, id: *id, request: RevokeGrantRequest::default() }
    }

    /// Says why, for the audit trail.
    pub fn reason(mut self, why: impl Into<String>) -> Self {
        self.request.reason = Some(why.into());
        self
    }

    /// Only if it is a grant of the end user this JWT identifies. Default: what the client's user-token source says.
    pub fn as_user(mut self, jwt: Secret) -> Self {
        self.request.user_token = Some(jwt);
        self
    }
}

impl<'a> IntoFuture for RevokeGrant<'a> {
    type Output = Result<RevokeGrantResult>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move {
            if let Some(jwt) = &self.request.user_token {
                argument::filled("user token", jwt.expose())?;
            }
            self.request.user_token = self.client.user_token(self.request.user_token.as_ref()).await?;
            let path = format!("/sdk/oauth/grants/{}/revoke", self.id);
            let cx = self.client.context(operation::REVOKE_GRANT);
            self.client.post(&path, Surface::Main, cx, None, &self.request).await?.json()
        })
    }
}

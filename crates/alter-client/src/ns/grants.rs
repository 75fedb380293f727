//! [`Grants`]: list and revoke.

use alter_transport::BoxFuture;
use alter_types::{
    GrantId, ListGrantsRequest, ProviderId, RevokeGrantRequest, RevokeGrantResult, Secret, Surface,
    UnifiedGrantListResult,
};

use crate::{Result, client::Client, error::value, operation};

/// Operations on grants. From [`App::grants`](crate::App::grants).
#[derive(Debug, Clone, Copy)]
pub struct Grants<'a> {
    client: &'a Client,
}

impl<'a> Grants<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// One page of the grants this application can see. Await it.
    ///
    /// # Errors
    /// When awaited: [`Error::Value`](crate::Error::Value) for a limit outside 1 to 1000 or an empty filter,
    /// [`Error::Backend`](crate::Error::Backend) if the vault refuses,
    /// [`Error::Network`](crate::Error::Network) if it does not answer.
    pub fn list(&self) -> ListGrants<'a> {
        ListGrants { client: self.client, request: ListGrantsRequest::default() }
    }

    /// Ends a grant: once this returns, no credential is released through it any more. Await it.
    ///
    /// # Errors
    /// When awaited: [`Error::Backend`](crate::Error::Backend) if the vault knows no such grant or refuses,
    /// [`Error::Network`](crate::Error::Network) if it does not answer.
    pub fn revoke(&self, id: &GrantId) -> RevokeGrant<'a> {
        RevokeGrant { client: self.client, id: *id, request: RevokeGrantRequest::default() }
    }
}

/// A page of grants to ask for.
#[derive(Debug, Clone)]
#[must_use = "nothing is asked for until it is awaited"]
pub struct ListGrants<'a> {
    client: &'a Client,
    request: ListGrantsRequest,
}

impl ListGrants<'_> {
    /// Only this provider.
    pub fn provider(mut self, id: &ProviderId) -> Self {
        self.request.provider_id = Some(id.to_string());
        self
    }

    /// Only this account at the provider.
    pub fn account(mut self, account: impl Into<String>) -> Self {
        self.request.account = Some(account.into());
        self
    }

    /// Only this label.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.request.label = Some(label.into());
        self
    }

    /// Only this status: `active`, `expired`, `revoked`.
    pub fn status(mut self, status: impl Into<String>) -> Self {
        self.request.status = Some(status.into());
        self
    }

    /// Only the grants of the end user this JWT identifies.
    pub fn as_user(mut self, jwt: Secret) -> Self {
        self.request.user_token = Some(jwt);
        self
    }

    /// Page size, 1 to 1000. Default 100.
    pub fn limit(mut self, limit: u32) -> Self {
        self.request.limit = limit;
        self
    }

    /// Entries to skip. Default 0.
    pub fn offset(mut self, offset: u64) -> Self {
        self.request.offset = offset;
        self
    }

    fn check(&self) -> Result<()> {
        let ListGrantsRequest { limit, provider_id, status, account, label, .. } = &self.request;
        if !(1..=1000).contains(limit) {
            return Err(value("the limit of a page is between 1 and 1000"));
        }
        if [provider_id, status, account, label].into_iter().flatten().any(String::is_empty) {
            return Err(value("a filter must not be empty"));
        }
        Ok(())
    }
}

impl<'a> IntoFuture for ListGrants<'a> {
    type Output = Result<UnifiedGrantListResult>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            self.check()?;
            let cx = self.client.context(operation::LIST_GRANTS);
            self.client.post("/sdk/grants/list", Surface::Main, cx, None, &self.request).await?.json()
        })
    }
}

/// A grant to end.
#[derive(Debug, Clone)]
#[must_use = "nothing is revoked until it is awaited"]
pub struct RevokeGrant<'a> {
    client: &'a Client,
    id: GrantId,
    request: RevokeGrantRequest,
}

impl RevokeGrant<'_> {
    /// Says why, for the audit trail.
    pub fn reason(mut self, why: impl Into<String>) -> Self {
        self.request.reason = Some(why.into());
        self
    }
}

impl<'a> IntoFuture for RevokeGrant<'a> {
    type Output = Result<RevokeGrantResult>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let path = format!("/sdk/oauth/grants/{}/revoke", self.id);
            let cx = self.client.context(operation::REVOKE_GRANT);
            self.client.post(&path, Surface::Main, cx, None, &self.request).await?.json()
        })
    }
}

//! [`ListGrants`]: the grants a client can see, by page or all of them.

use alter_transport::BoxFuture;
use alter_types::{GrantListItem, ListGrantsRequest, ProviderId, Secret, Surface, UnifiedGrantListResult};

use crate::{
    Result,
    client::Client,
    ns::{
        argument::{self, MAX_PAGE},
        pages::{Page, Pages},
    },
    operation,
};

/// A page of grants to ask for. Filters narrow: all of them have to match.
#[derive(Debug, Clone)]
#[must_use = "nothing is asked for until it is awaited"]
pub struct ListGrants<'a> {
    client: &'a Client,
    request: ListGrantsRequest,
    /// Whether the client's user-token source is asked if no user is named.
    asks_source: bool,
}

impl<'a> ListGrants<'a> {
    pub(super) fn of_app(client: &'a Client) -> Self {
        Self { client, request: ListGrantsRequest::default(), asks_source: true }
    }

    pub(super) fn of_agent(client: &'a Client) -> Self {
        Self { client, request: ListGrantsRequest::default(), asks_source: false }
    }

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

    /// All grants from the offset on, a page at a time.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> alter_client::Result<()> {
    /// # let vault = alter_testkit::ScriptedVault::start().await;
    /// # vault.on("POST /sdk/grants/list").answers(serde_json::json!({ "grants": [], "total": 0, "limit": 100, "offset": 0, "has_more": false }));
    /// # let app = vault.app();
    /// let mut grants = app.grants().list().status("active").stream();
    /// while let Some(grant) = grants.next().await {
    ///     println!("{}", grant?.grant_id());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream(self) -> Pages<'a, GrantListItem> {
        Pages::new(self.request.offset, move |offset| {
            let page = self.clone().offset(offset).into_future();
            Box::pin(async move {
                let page = page.await?;
                Ok(Page { entries: page.grants, has_more: page.has_more })
            })
        })
    }

    fn check(&self) -> Result<()> {
        let ListGrantsRequest { limit, provider_id, status, account, label, user_token, .. } = &self.request;
        argument::page_size(*limit, MAX_PAGE)?;
        let texts = [("provider", provider_id), ("status", status), ("account", account), ("label", label)];
        for (name, text) in texts {
            text.as_deref().map_or(Ok(()), |text| argument::filled(name, text))?;
        }
        user_token.as_ref().map_or(Ok(()), |jwt| argument::filled("user token", jwt.expose()))
    }
}

impl<'a> IntoFuture for ListGrants<'a> {
    type Output = Result<UnifiedGrantListResult>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move {
            self.check()?;
            if self.asks_source {
                self.request.user_token = self.client.user_token(self.request.user_token.as_ref()).await?;
            }
            let cx = self.client.context(operation::LIST_GRANTS);
            self.client.post("/sdk/grants/list", Surface::Main, cx, None, &self.request).await?.json()
        })
    }
}

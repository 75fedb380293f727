//! [`ListAgents`]: the application's agents, by page or all of them.

use alter_transport::BoxFuture;
use alter_types::{AgentInfo, AgentListResult, Surface};

use crate::{
    Result,
    client::Client,
    ns::{
        argument::{self, MAX_PAGE},
        pages::{Page, Pages},
    },
    operation,
};

/// A page of agents to ask for.
#[derive(Debug, Clone)]
#[must_use = "nothing is asked for until it is awaited"]
pub struct ListAgents<'a> {
    client: &'a Client,
    include_revoked: bool,
    limit: u32,
    offset: u64,
}

impl<'a> ListAgents<'a> {
    pub(super) fn new(client: &'a Client) -> Self {
        Self { client, include_revoked: false, limit: 100, offset: 0 }
    }

    /// Those that have ended, too.
    pub fn include_revoked(mut self) -> Self {
        self.include_revoked = true;
        self
    }

    /// Page size, 1 to 1000. Default 100.
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = limit;
        self
    }

    /// Agents to skip. Default 0.
    pub fn offset(mut self, offset: u64) -> Self {
        self.offset = offset;
        self
    }

    /// All agents from the offset on, a page at a time.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> alter_client::Result<()> {
    /// # let vault = alter_testkit::ScriptedVault::start().await;
    /// # vault.on("GET /sdk/agents").answers(serde_json::json!({ "items": [], "total": 0, "limit": 100, "offset": 0, "has_more": false }));
    /// # let app = vault.app();
    /// let mut agents = app.agents().list().include_revoked().stream();
    /// while let Some(agent) = agents.next().await {
    ///     println!("{}", agent?.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream(self) -> Pages<'a, AgentInfo> {
        Pages::new(self.offset, move |offset| {
            let page = self.clone().offset(offset).into_future();
            Box::pin(async move {
                let page = page.await?;
                Ok(Page { entries: page.agents, has_more: page.has_more })
            })
        })
    }
}

impl<'a> IntoFuture for ListAgents<'a> {
    type Output = Result<AgentListResult>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            argument::page_size(self.limit, MAX_PAGE)?;
            let Self { client, include_revoked, limit, offset } = self;
            let path = format!("/sdk/agents?include_revoked={include_revoked}&limit={limit}&offset={offset}");
            let cx = client.context(operation::LIST_AGENTS);
            client.get(&path, Surface::Agents, cx, None).await?.json()
        })
    }
}

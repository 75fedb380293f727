//! The verbs about agents: each picks the writer or the reader and nothing more.

use alter_types::{AgentId, AgentInfo, AgentKey, AppId, KeyId};

use super::page;
use crate::{
    Refusal, VaultError,
    store::{
        AgentChange, AgentFilter, AgentKeyChange, AgentMade, AgentStore, NewAgentKeyRow, NewAgentRow,
        Pending, SignedCall, sqlite::SqliteStore,
    },
};

impl AgentStore for SqliteStore {
    fn create_agent(&self, call: SignedCall, agent: NewAgentRow) -> Pending<'_, Result<AgentMade, Refusal>> {
        Box::pin(self.write(move |work| work.create_agent(&call, &agent)))
    }

    fn agent(&self, call: SignedCall, agent: AgentId) -> Pending<'_, Result<AgentInfo, Refusal>> {
        Box::pin(self.write(move |work| work.show_agent(&call, agent)))
    }

    fn agents(
        &self,
        call: SignedCall,
        filter: AgentFilter,
    ) -> Pending<'_, Result<(Vec<AgentInfo>, i64), Refusal>> {
        Box::pin(async move {
            let app = self.write(move |work| work.admit_agent_list(&call)).await?;
            let now = self.clock.now_micros();
            Ok(self.reader.run(move |conn| page(conn, app, &filter, now)).await?)
        })
    }

    fn agents_of(&self, app: AppId, filter: AgentFilter) -> Pending<'_, Result<Vec<AgentInfo>, VaultError>> {
        let now = self.clock.now_micros();
        Box::pin(async move { Ok(self.reader.run(move |conn| page(conn, app, &filter, now)).await?.0) })
    }

    fn me(&self, call: SignedCall) -> Pending<'_, Result<AgentInfo, Refusal>> {
        Box::pin(self.write(move |work| work.me(&call)))
    }

    fn change_agent(
        &self,
        call: SignedCall,
        agent: AgentId,
        change: AgentChange,
    ) -> Pending<'_, Result<AgentInfo, Refusal>> {
        Box::pin(self.write(move |work| work.change_agent(&call, agent, &change)))
    }

    fn mint_agent_key(
        &self,
        call: SignedCall,
        agent: AgentId,
        key: NewAgentKeyRow,
    ) -> Pending<'_, Result<AgentKey, Refusal>> {
        Box::pin(self.write(move |work| work.mint_agent_key(&call, agent, &key)))
    }

    fn agent_keys(&self, call: SignedCall, agent: AgentId) -> Pending<'_, Result<Vec<AgentKey>, Refusal>> {
        Box::pin(self.write(move |work| work.list_agent_keys(&call, agent)))
    }

    fn change_agent_key(
        &self,
        call: SignedCall,
        agent: AgentId,
        key: KeyId,
        change: AgentKeyChange,
    ) -> Pending<'_, Result<AgentKey, Refusal>> {
        Box::pin(self.write(move |work| work.change_agent_key(&call, agent, key, change)))
    }
}

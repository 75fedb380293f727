//! Agents: identities of their own, with narrow reach that can be taken away.

use std::time::Duration;

use alter_auth::{ApiKey, Attribution};
use alter_types::{
    AddressedGrant, AgentCreateResult, AgentId, AgentScopes, AgentStatus, Caller, Change, CreateAgentRequest,
    ListGrantsRequest, ProviderAddress, UpdateAgentRequest,
};
use alter_vault::{Admission, AuditEvent, GrantRecord, NewGrant, Refusal, Scope, SecretRef, UpdateTerms};

use crate::bench::{Bench, CANARY, Tenant, wanted, wanted_for};

/// A tenant whose key may make agents, with one agent that may use the secret.
struct Stage {
    bench: Bench,
    tenant: Tenant,
    admin: ApiKey,
    agent: AgentCreateResult,
    key: ApiKey,
    grant: GrantRecord,
}

fn scopes(slugs: &[&str]) -> AgentScopes {
    if slugs.is_empty() { AgentScopes::none() } else { AgentScopes::none().managed_secrets(slugs.to_vec()) }
}

impl Stage {
    async fn set() -> Self {
        let bench = Bench::new();
        let tenant = bench.tenant().await;
        let admin = vec![Scope::AGENTS_WRITE.parse().unwrap(), "tokens:retrieve".parse().unwrap()];
        let (_, admin) = bench.key(tenant.app.id, admin).await;
        let request = CreateAgentRequest::new("support-bot", scopes(&[tenant.secret.slug.as_str()]));
        let agent = bench.vault.create_agent(bench.call(&admin), request, None).await.unwrap();
        let key = agent.api_key.as_ref().unwrap().expose().parse().unwrap();
        let new = NewGrant::of(SecretRef::Id(tenant.secret.id)).for_agent(agent.id);
        let grant = bench.vault.create_grant(tenant.app.id, new).await.unwrap();
        Self { bench, tenant, admin, agent, key, grant }
    }

    async fn update(&self, slugs: &[&str], terms: UpdateTerms) -> Result<i64, Refusal> {
        let request = UpdateAgentRequest::default().with_scopes(scopes(slugs));
        let call = self.bench.call(&self.admin);
        Ok(self.bench.vault.update_agent(call, self.agent.id, request, terms).await?.version)
    }

    async fn uses(&self, key: &ApiKey) -> Result<(), Refusal> {
        self.bench.vault.retrieve(self.bench.call(key), wanted(self.grant.id)).await.map(drop)
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, Refusal>) -> (u16, String) {
    let refusal = result.unwrap_err();
    (refusal.status(), refusal.code().to_string())
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn an_agent_uses_its_own_grants_and_nobody_elses() {
    let stage = Stage::set().await;
    let Stage { bench, tenant, key, grant, .. } = &stage;
    let released = bench.vault.retrieve(bench.call(key), wanted(grant.id)).await.unwrap();
    assert_eq!(released.access_token.expose(), CANARY);
    let slug = AddressedGrant::Provider(ProviderAddress::new(tenant.secret.slug.as_str().parse().unwrap()));
    let by_name = || wanted_for(slug.clone(), "https://api.example.com/v1/forecast");
    assert_eq!(bench.vault.retrieve(bench.call(key), by_name()).await.unwrap().grant_id, grant.id);
    assert_eq!(
        bench.vault.retrieve(bench.call(&tenant.key), by_name()).await.unwrap().grant_id,
        tenant.grant.id,
        "by name the application finds its own"
    );
    let of_app = bench.vault.retrieve(bench.call(key), wanted(tenant.grant.id)).await;
    assert_eq!(code(of_app), refused(404, "grant_not_found"));
    assert_eq!(code(stage.uses(&tenant.key).await), refused(404, "grant_not_found"));

    let listed = bench.vault.list_grants(bench.call(key), ListGrantsRequest::default()).await.unwrap();
    assert_eq!(listed.total, 1);
    let listed =
        bench.vault.list_grants(bench.call(&tenant.key), ListGrantsRequest::default()).await.unwrap();
    assert_eq!(listed.total, 2, "the application sees all of its agents'");
}

#[tokio::test]
async fn an_application_acts_as_its_agent_by_naming_it() {
    let stage = Stage::set().await;
    let Stage { bench, tenant, grant, agent, .. } = &stage;
    let acting = |id: AgentId| Admission {
        attribution: Attribution {
            caller: Some(Caller::agent(&id.to_string()).unwrap()),
            ..Attribution::default()
        },
        ..bench.call(&tenant.key)
    };
    bench.vault.retrieve(acting(agent.id), wanted(grant.id)).await.unwrap();
    bench.vault.retrieve(acting(agent.id), wanted(tenant.grant.id)).await.unwrap();
    let nobody = bench.vault.retrieve(acting(AgentId::from_bytes([9; 16])), wanted(grant.id)).await;
    assert_eq!(code(nobody), refused(404, "caller_agent_unresolved"));
    assert_eq!(bench.last_row().await.decision.unwrap()["stopped_at"], "principal");

    let other = CreateAgentRequest::new("other-bot", scopes(&[]));
    let other = bench.vault.create_agent(bench.call(&stage.admin), other, None).await.unwrap();
    let mismatch = Admission {
        attribution: Attribution {
            caller: Some(Caller::agent(&other.id.to_string()).unwrap()),
            ..Attribution::default()
        },
        ..bench.call(&stage.key)
    };
    let mismatch = bench.vault.retrieve(mismatch, wanted(grant.id)).await;
    assert_eq!(code(mismatch), refused(400, "caller_agent_mismatch"));
}

#[tokio::test]
async fn what_is_taken_from_an_agent_goes_after_the_grace_and_what_is_given_comes_at_once() {
    let stage = Stage::set().await;
    let slug = stage.tenant.secret.slug.as_str();
    stage.uses(&stage.key).await.unwrap();
    let version = stage.update(&["something-else"], UpdateTerms::new(Some(1), Some(60))).await.unwrap();
    stage.uses(&stage.key).await.unwrap();
    stage.bench.clock.advance(Duration::from_secs(60));
    assert_eq!(code(stage.uses(&stage.key).await), refused(403, "agent_scope_not_allowed"));

    stage.update(&[slug], UpdateTerms::new(Some(version), None)).await.unwrap();
    stage.uses(&stage.key).await.unwrap();
    let stale = stage.update(&[], UpdateTerms::new(Some(version), Some(0))).await;
    assert_eq!(code(stale), refused(409, "agent_concurrent_update"));
    stage.update(&[], UpdateTerms::new(Some(version + 1), Some(0))).await.unwrap();
    assert_eq!(code(stage.uses(&stage.key).await), refused(403, "agent_scope_not_allowed"));
    let unversioned = stage.update(&[slug], UpdateTerms::default()).await;
    assert_eq!(code(unversioned), refused(422, "invalid_request"));
}

#[tokio::test]
async fn a_suspended_agent_can_do_nothing_but_say_who_it_is() {
    let stage = Stage::set().await;
    let Stage { bench, agent, key, admin, .. } = &stage;
    let set = |status| bench.vault.set_agent_status(bench.call(admin), agent.id, status);
    set(AgentStatus::Inactive).await.unwrap();
    assert_eq!(code(stage.uses(key).await), refused(401, "agent_inactive"));
    assert_eq!(bench.vault.me(bench.call(key)).await.unwrap().status, AgentStatus::Inactive);
    set(AgentStatus::Active).await.unwrap();
    stage.uses(key).await.unwrap();

    bench.vault.revoke_agent(bench.call(admin), agent.id).await.unwrap();
    bench.vault.revoke_agent(bench.call(admin), agent.id).await.unwrap();
    assert_eq!(code(stage.uses(key).await), refused(401, "key_revoked"));
    assert_eq!(code(set(AgentStatus::Active).await), refused(409, "agent_revoked"));
    let again = CreateAgentRequest::new("support-bot", scopes(&[]));
    bench.vault.create_agent(bench.call(admin), again, None).await.expect("the name is free again");
}

#[tokio::test]
async fn the_same_request_makes_one_agent_and_shows_its_key_once() {
    let stage = Stage::set().await;
    let Stage { bench, admin, .. } = &stage;
    let request = |name: &str| CreateAgentRequest::new(name, scopes(&[]));
    let create =
        |name: &str| bench.vault.create_agent(bench.call(admin), request(name), Some("key-1".to_owned()));
    let first = create("planner").await.unwrap();
    let second = create("planner").await.unwrap();
    assert_eq!((first.id, first.key_id), (second.id, second.key_id));
    assert!(first.api_key.is_some() && second.api_key.is_none());
    assert_eq!(code(create("other").await), refused(409, "idempotency_key_body_mismatch"));
    let taken = bench.vault.create_agent(bench.call(admin), request("planner"), None).await;
    assert_eq!(code(taken), refused(409, "agent_name_exists"));
    bench.vault.revoke_agent(bench.call(admin), first.id).await.unwrap();
    assert_eq!(code(create("planner").await), refused(409, "idempotency_key_agent_revoked"));
}

#[tokio::test]
async fn agents_make_no_agents_and_see_only_themselves() {
    let stage = Stage::set().await;
    let Stage { bench, agent, key, admin, tenant, .. } = &stage;
    let sub = CreateAgentRequest::new("sub", scopes(&[]));
    let sub = bench.vault.create_agent(bench.call(key), sub, None).await;
    assert_eq!(code(sub), refused(403, "agent_cannot_mint_subagents"));
    assert_eq!(bench.vault.me(bench.call(key)).await.unwrap().id, agent.id);
    assert_eq!(code(bench.vault.me(bench.call(&tenant.key)).await), refused(403, "me_requires_agent_key"));

    let theirs = bench.tenant().await;
    let (_, theirs) = bench.key(theirs.app.id, vec!["agents:write".parse().unwrap()]).await;
    let elsewhere = bench.vault.agent(bench.call(&theirs), agent.id).await;
    assert_eq!(code(elsewhere), refused(404, "agent_not_found"));
    let page = bench.vault.agents(bench.call(admin), None, false, 10, 0).await.unwrap();
    assert_eq!((page.total, page.agents[0].id), (1, agent.id));
    let unscoped = bench.vault.agents(bench.call(&tenant.key), None, false, 10, 0).await;
    assert_eq!(code(unscoped), refused(403, "insufficient_scope"));
    assert_eq!(bench.last_row().await.event, AuditEvent::AgentRead);
    let named = bench.vault.agents(bench.call(admin), Some("nobody".to_owned()), false, 10, 0).await.unwrap();
    assert!(named.agents.is_empty());
}

#[tokio::test]
async fn keys_of_an_agent_are_replaced_without_a_gap() {
    let stage = Stage::set().await;
    let Stage { bench, agent, key, admin, .. } = &stage;
    let call = || bench.call(admin);
    let (agent, first) = (agent.id, agent.key_id);
    let last = bench.vault.revoke_agent_key(call(), agent, first, false).await;
    assert_eq!(code(last), refused(409, "last_active_key"));
    let minted = bench.vault.mint_agent_key(call(), agent).await.unwrap();
    assert_eq!(minted.name, "support-bot-2");
    let marked = bench.vault.deprecate_agent_key(call(), agent, first, true).await.unwrap();
    assert!(marked.deprecated_at.is_some());
    stage.uses(key).await.expect("a marked key works");
    let unmarked = bench.vault.deprecate_agent_key(call(), agent, first, false).await.unwrap();
    assert_eq!(unmarked.deprecated_at, None);
    bench.vault.revoke_agent_key(call(), agent, first, false).await.unwrap();
    assert_eq!(code(stage.uses(key).await), refused(401, "key_revoked"));
    let second: ApiKey = minted.api_key.as_ref().unwrap().expose().parse().unwrap();
    stage.uses(&second).await.unwrap();
    let again = bench.vault.revoke_agent_key(call(), agent, first, false).await;
    assert_eq!(code(again), refused(409, "key_revoked"));
    for _ in 0..9 {
        bench.vault.mint_agent_key(call(), agent).await.unwrap();
    }
    assert_eq!(
        code(bench.vault.mint_agent_key(call(), agent).await),
        refused(409, "agent_key_limit_reached")
    );
    assert_eq!(bench.vault.agent_keys(call(), agent).await.unwrap().items.len(), 11);
}

#[tokio::test]
async fn fields_are_kept_cleared_or_replaced_and_keys_never_shown() {
    let stage = Stage::set().await;
    let Stage { bench, agent, admin, key, .. } = &stage;
    let change =
        |request| bench.vault.update_agent(bench.call(admin), agent.id, request, UpdateTerms::default());
    let named = UpdateAgentRequest::default().with_display_name(Change::Set("Support".to_owned()));
    assert_eq!(change(named).await.unwrap().display_name.as_deref(), Some("Support"));
    let untouched = change(UpdateAgentRequest::default()).await.unwrap();
    assert_eq!(untouched.display_name.as_deref(), Some("Support"));
    let cleared = UpdateAgentRequest::default().with_display_name(Change::Clear);
    assert_eq!(change(cleared).await.unwrap().display_name, None);

    let trail = serde_json::to_string(&bench.trail().await).unwrap();
    assert!(trail.contains("agent.create") && !trail.contains(key.expose()));
    assert!(!format!("{agent:?}").contains(key.expose()));
}

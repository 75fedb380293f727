//! Grants: listing, revoking, minting, granting managed secrets, and delegations.

use alter_client::{
    AgentId, GrantId, ProviderId,
    types::{AgentPrincipal, GroupPrincipal, ManagedSecretId, Principal, SystemPrincipal, UserPrincipal},
};
use serde_json::Value;

use super::{Arguments, Facade, Outcome, Stop, model};
use crate::calls::facade::either;

pub(super) async fn list(client: &Facade, arguments: Arguments) -> Outcome {
    let mut list = either!(client, client => client.grants().list());
    if let Some(id) = arguments.parsed::<ProviderId>("provider_id")? {
        list = list.provider(&id);
    }
    if let Some(account) = arguments.text("account")? {
        list = list.account(account);
    }
    if let Some(label) = arguments.text("label")? {
        list = list.label(label);
    }
    if let Some(status) = arguments.text("status")? {
        list = list.status(status);
    }
    if let Some(jwt) = arguments.secret("end_user_token")? {
        list = list.as_user(jwt);
    }
    if let Some(limit) = arguments.number("limit")? {
        list = list.limit(limit);
    }
    if let Some(offset) = arguments.number("offset")? {
        list = list.offset(offset);
    }
    arguments.finish()?;
    Ok(model("UnifiedGrantListResult", &list.await?))
}

pub(super) async fn revoke(client: &Facade, arguments: Arguments) -> Outcome {
    let id: GrantId = arguments.required_id("grant_id")?;
    let mut revoke = client.app()?.grants().revoke(&id);
    if let Some(reason) = arguments.text("reason")? {
        revoke = revoke.reason(reason);
    }
    arguments.finish()?;
    Ok(model("RevokeGrantResult", &revoke.await?))
}

pub(super) async fn revoke_delegation(client: &Facade, arguments: Arguments) -> Outcome {
    let grant: GrantId = arguments.required_id("grant_id")?;
    match client {
        Facade::App(app) => {
            let agent: AgentId = arguments.required_id("agent_id")?;
            arguments.finish()?;
            app.grants().revoke_delegation(&grant, &agent).await?;
        }
        Facade::Agent(agent) => {
            arguments.finish()?;
            agent.grants().revoke_delegation(&grant).await?;
        }
    }
    Ok(Value::Null)
}

pub(super) async fn delegate(client: &Facade, arguments: Arguments) -> Outcome {
    let grant: GrantId = arguments.required_id("grant_id")?;
    let to: AgentId = arguments.required_id("to_agent_id")?;
    let mut delegate = client.agent()?.delegate(&grant, &to);
    if let Some(scopes) = arguments.texts("scope_constraint")? {
        delegate = delegate.scopes(scopes);
    }
    if let Some(lifetime) = arguments.seconds("ttl_seconds")? {
        delegate = delegate.lifetime(lifetime);
    }
    delegate = match arguments.flag("delegable")? {
        Some(true) => delegate.delegable(),
        Some(false) => delegate.not_delegable(),
        None => delegate,
    };
    arguments.finish()?;
    Ok(model("DelegationResult", &delegate.await?))
}

pub(super) async fn mint(client: &Facade, arguments: Arguments) -> Outcome {
    let from: GrantId = arguments.required_id("source_grant_id")?;
    let mut mint = client.app()?.grants().mint(&from, arguments.required_text("label")?);
    let default_life = arguments.value("grant_policy").and_then(|policy| policy.get("default_ttl_seconds"));
    if default_life.is_some_and(Value::is_null) {
        return Err(Stop::Untyped("a field that is set to nothing is a field that is not set"));
    }
    if let Some(policy) = arguments.model("grant_policy")? {
        mint = mint.policy(policy);
    }
    if let Some(tags) = arguments.texts("grant_tags")? {
        mint = mint.tags(tags);
    }
    arguments.finish()?;
    Ok(model("GrantInfo", &mint.await?))
}

pub(super) async fn create(client: &Facade, arguments: Arguments) -> Outcome {
    let secret: ManagedSecretId = arguments.required_id("managed_secret_id")?;
    let principal = principal(arguments.value("principal").unwrap_or(&Value::Null))?;
    let mut create = client.app()?.grants().create(&secret, principal);
    if let Some(policy) = arguments.model("grant_policy")? {
        create = create.policy(policy);
    }
    if let Some(id) = arguments.text("credential_id")? {
        create = create.credential(id);
    }
    arguments.finish()?;
    Ok(model("CreateGrantResult", &create.await?))
}

fn principal(recorded: &Value) -> Result<Principal, Stop> {
    let text = |name: &str| recorded[name].as_str().map(str::to_owned);
    let label = || text("label").unwrap_or_default();
    Ok(match recorded["$type"].as_str() {
        Some("SystemPrincipal") => SystemPrincipal::new(text("label")).into(),
        Some("AgentPrincipal") => AgentPrincipal::new(text("label")).into(),
        Some("GroupPrincipal") => {
            let part = |name: &str| text(name).unwrap_or_default();
            GroupPrincipal::new(part("external_group_id"), part("idp_id"), label()).into()
        }
        Some("UserPrincipal") => {
            UserPrincipal::new(text("user_token").unwrap_or_default().into(), label()).into()
        }
        _ => return Err(Stop::Untyped("a principal is one of four types")),
    })
}

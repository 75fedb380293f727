//! Administration of agents, and an agent's own record.

use alter_client::{
    AgentId,
    types::{AgentScopes, AgentType, KeyId},
};
use serde_json::{Map, Value};

use super::{Arguments, Facade, Outcome, Stop, model};

pub(super) async fn create(client: &Facade, arguments: Arguments) -> Outcome {
    let name = arguments.required_text("name")?;
    let scopes = scopes(&arguments)?.ok_or(Stop::Untyped("a required argument cannot be left out"))?;
    let mut create = client.app()?.agents().create(name, scopes);
    if let Some(name) = arguments.text("display_name")? {
        create = create.display_name(name);
    }
    if let Some(kind) = arguments.model::<AgentType>("type")? {
        create = create.kind(kind);
    }
    if let Some(metadata) = arguments.json("metadata")? {
        create = create.metadata(metadata);
    }
    if let Some(policy) = arguments.json("policy")? {
        create = create.policy(policy);
    }
    if let Some(key) = arguments.text("idempotency_key")? {
        create = create.idempotency_key(key);
    }
    arguments.finish()?;
    Ok(model("AgentCreateResult", &create.await?))
}

fn scopes(arguments: &Arguments) -> Result<Option<AgentScopes>, Stop> {
    let Some(map) = arguments.model::<Map<String, Value>>("scopes").map_err(|_| OTHER)? else {
        return Ok(None);
    };
    let mut scopes = AgentScopes::default();
    for (provider, list) in &map {
        let list = list.as_array().ok_or(OTHER)?;
        let texts: Vec<_> = list.iter().filter_map(Value::as_str).collect();
        if texts.len() != list.len() {
            return Err(OTHER);
        }
        scopes = scopes.provider(provider, texts);
    }
    Ok(Some(scopes))
}

const OTHER: Stop = Stop::Untyped("scopes are a map from providers to lists of texts");

pub(super) async fn update(client: &Facade, arguments: Arguments) -> Outcome {
    let id: AgentId = arguments.required_id("agent_id")?;
    let mut update = client.app()?.agents().update(&id);
    let version = arguments.number::<i64>("expected_version")?;
    match (scopes(&arguments)?, version) {
        (Some(scopes), Some(version)) => update = update.scopes(scopes, version),
        (Some(_), None) => return Err(Stop::Untyped("scopes cannot be set without a version")),
        (None, Some(version)) => update = update.expected_version(version),
        (None, None) => {}
    }
    if let Some(name) = arguments.text("display_name")? {
        update = update.display_name(name);
    }
    if let Some(grace) = arguments.seconds("grace_seconds")? {
        update = update.grace(grace);
    }
    arguments.finish()?;
    Ok(model("AgentInfo", &update.await?))
}

pub(super) async fn list(client: &Facade, arguments: Arguments) -> Outcome {
    let mut list = client.app()?.agents().list();
    if let Some(limit) = arguments.number("limit")? {
        list = list.limit(limit);
    }
    if let Some(offset) = arguments.number("offset")? {
        list = list.offset(offset);
    }
    arguments.finish()?;
    let mut page = model("AgentListResult", &list.await?);
    // The recorded value has the SDK's name; the wire's is `items`.
    if let Some(items) = page.as_object_mut().and_then(|page| page.shift_remove("items")) {
        page["agents"] = items;
    }
    Ok(page)
}

pub(super) async fn get_by_name(client: &Facade, arguments: Arguments) -> Outcome {
    let name = arguments.required_text("name")?;
    arguments.finish()?;
    let found = client.app()?.agents().get_by_name(name).await?;
    Ok(found.map_or(Value::Null, |agent| model("AgentInfo", &agent)))
}

/// Operations on one agent, and nothing else to say.
pub(super) async fn one(client: &Facade, what: &str, arguments: Arguments) -> Outcome {
    let id: AgentId = arguments.required_id("agent_id")?;
    arguments.finish()?;
    let agents = client.app()?.agents();
    match what {
        "get" => Ok(model("AgentInfo", &agents.get(&id).await?)),
        "suspend" => Ok(model("AgentInfo", &agents.suspend(&id).await?)),
        "resume" => Ok(model("AgentInfo", &agents.resume(&id).await?)),
        "delete" => Ok(model("AgentInfo", &agents.delete(&id).await?)),
        "mint_key" => Ok(model("AgentKeyMintResult", &agents.mint_key(&id).await?)),
        "list_keys" => Ok(model("AgentKeyList", &agents.list_keys(&id).await?)),
        other => Err(Stop::Missing(format!("the operation agents.{other}"))),
    }
}

/// Operations on one key of one agent.
pub(super) async fn key(client: &Facade, what: &str, arguments: Arguments) -> Outcome {
    let agent: AgentId = arguments.required_id("agent_id")?;
    let key: KeyId = arguments.required_id("key_id")?;
    let force = arguments.flag("force")?.unwrap_or_default();
    arguments.finish()?;
    let agents = client.app()?.agents();
    let key = match what {
        "deprecate_key" => agents.deprecate_key(&agent, &key).await?,
        "undeprecate_key" => agents.undeprecate_key(&agent, &key).await?,
        _ if force => agents.revoke_key(&agent, &key).force().await?,
        _ => agents.revoke_key(&agent, &key).await?,
    };
    Ok(model("AgentKey", &key))
}

pub(super) async fn me(client: &Facade, arguments: Arguments) -> Outcome {
    arguments.finish()?;
    Ok(model("AgentInfo", &client.agent()?.me().await?))
}

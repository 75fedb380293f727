//! Every operation of the official SDK, said in our facade. One file a namespace.

mod agents;
mod approvals;
mod calls;
mod catalogs;
mod connect;
mod grants;
mod identity;
mod keys;
mod sign_in;

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::{
    arguments::{Arguments, Outcome, Stop},
    facade::Facade,
    vector::Call,
};

/// What was told to a callback, while a call was under way.
pub(super) type Events = Arc<Mutex<Vec<Value>>>;

/// Makes one recorded call.
pub(super) async fn run(client: &Facade, call: &Call, events: &Events) -> Outcome {
    let arguments = |names: &[&str]| Arguments::new(call, names);
    match call.method.as_str() {
        "close" => {
            client.close().await;
            Ok(Value::Null)
        }
        // Building the client was the call.
        "constructor" => Ok(Value::Null),
        "request" => calls::request(client, arguments(&["method", "url"])?).await,
        "proxy_request" => calls::proxy_request(client, arguments(&["method", "url"])?).await,
        "list_grants" => grants::list(client, arguments(&[])?).await,
        "revoke_grant" => grants::revoke(client, arguments(&["grant_id"])?).await,
        "with_constraints" => client.narrowed(&arguments(&[])?).map(|_| Value::Null),
        "get_agent" => calls::get_agent(client, arguments(&["agent_id"])?).await,
        "get_approval_status" => approvals::status(client, arguments(&["approval_id"])?).await,
        "await_approval" => approvals::wait(client, arguments(&["approval_id"])?).await,
        "create_auth_session" => sign_in::create_session(client, arguments(&[])?).await,
        "poll_auth_session" => sign_in::poll(client, arguments(&["session_token"])?).await,
        "authenticate" => sign_in::authenticate(client, arguments(&[])?).await,
        "verify_user_token" => sign_in::verify(client, arguments(&["user_token"])?).await,
        "create_connect_session" => connect::create_session(client, arguments(&[])?).await,
        "create_connect_session_for_error" => connect::recover(client, arguments(&["error"])?).await,
        "poll_connect_session" => connect::poll(client, arguments(&["session_token"])?, events).await,
        "connect" => connect::connect(client, arguments(&[])?).await,
        "create_managed_secret_connect_session" => {
            connect::create_managed_session(client, arguments(&[])?).await
        }
        "revoke_delegation" => grants::revoke_delegation(client, arguments(&["grant_id", "agent_id"])?).await,
        "delegate" => grants::delegate(client, arguments(&["grant_id", "to_agent_id"])?).await,
        "mint_grant" => grants::mint(client, arguments(&["source_grant_id"])?).await,
        "create_managed_secret_grant" => grants::create(client, arguments(&["managed_secret_id"])?).await,
        "me" => agents::me(client, arguments(&[])?).await,
        "keys.derive" => keys::derive(client, arguments(&[])?).await,
        "keys.rotate" => keys::rotate(client, arguments(&["key_id"])?).await,
        "keys.revoke" => keys::revoke(client, arguments(&["key_id"])?).await,
        "resolve_identity" => identity::resolve(client, arguments(&[])?).await,
        "assert_identity" => identity::assert(client, arguments(&[])?).await,
        "scopes.list" => catalogs::scopes(client, arguments(&[])?).await,
        "oauth_providers.list" => catalogs::oauth_providers(client, arguments(&[])?).await,
        "provider_specs.list" => catalogs::specs(client, arguments(&["kind"])?).await,
        "provider_specs.get" => catalogs::spec(client, arguments(&SPEC)?).await,
        "provider_specs.list_operations" => catalogs::operations(client, arguments(&SPEC)?).await,
        "provider_specs.get_operation" => {
            catalogs::operation(client, arguments(&["provider_kind", "provider_id", "operation_id"])?).await
        }
        "spans.emit" => catalogs::spans(client, arguments(&["spans"])?).await,
        other => match other.strip_prefix("agents.") {
            Some("create") => agents::create(client, arguments(&[])?).await,
            Some("update") => agents::update(client, arguments(&["agent_id"])?).await,
            Some("list") => agents::list(client, arguments(&[])?).await,
            Some("get_by_name") => agents::get_by_name(client, arguments(&["name"])?).await,
            Some(what @ ("deprecate_key" | "undeprecate_key" | "revoke_key")) => {
                agents::key(client, what, arguments(&["agent_id", "key_id"])?).await
            }
            Some(what) => agents::one(client, what, arguments(&["agent_id"])?).await,
            None => Err(Stop::Missing(format!("the operation {other}"))),
        },
    }
}

const SPEC: [&str; 2] = ["provider_kind", "provider_id"];

/// A model as the vectors write it.
fn model<T: serde::Serialize>(kind: &str, value: &T) -> Value {
    let mut fields = json!({ "$type": kind });
    if let (Some(fields), Ok(Value::Object(own))) = (fields.as_object_mut(), serde_json::to_value(value)) {
        fields.extend(own);
    }
    fields
}

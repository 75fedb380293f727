//! `request` and `proxy_request`: calls to providers.

use alter_client::{Access, Call, GrantId, Outcome as ProxyOutcome, ProviderId, Reply};
use http::Method;
use serde_json::{Value, json};

use super::{Arguments, Facade, Outcome, Stop, model};
use crate::{bytes, calls::facade::either};

pub(super) async fn request(client: &Facade, arguments: Arguments) -> Outcome {
    let call = described(client, &arguments)?;
    arguments.finish()?;
    let reply = call.send().await?;
    Ok(http_response(&reply))
}

pub(super) async fn proxy_request(client: &Facade, arguments: Arguments) -> Outcome {
    let call = described(client, &arguments)?;
    arguments.finish()?;
    match call.proxy().await? {
        ProxyOutcome::Done(reply) => Ok(approval_result(&reply)),
        ProxyOutcome::Waiting(pending) => Ok(model("PendingApproval", &pending)),
        other => Err(Stop::Missing(format!("the outcome {other:?}"))),
    }
}

/// Acting as an agent asks nothing of the vault: what is wrong shows with the first call.
pub(super) async fn get_agent(client: &Facade, arguments: Arguments) -> Outcome {
    let agent = client.acting_as(&arguments)?;
    agent.agent()?.connect().open_any().await?;
    Ok(Value::Null)
}

fn described<'a>(client: &'a Facade, arguments: &Arguments) -> Result<Call<'a>, Stop> {
    let call = match (arguments.has("grant_id"), arguments.has("provider")) {
        (true, false) => {
            let id: GrantId = arguments.required_id("grant_id")?;
            for only_with_provider in ["account", "label", "app_user_id"] {
                if arguments.has(only_with_provider) {
                    return Err(Stop::Untyped(
                        "account, label and user are not methods of a grant addressed by id",
                    ));
                }
            }
            begun(either!(client, client => client.grant(&id)), arguments)?
        }
        (false, true) => {
            arguments.ignore("grant_id");
            let id: ProviderId = arguments
                .required_text("provider")?
                .parse()
                .map_err(|error| Stop::Refused(format!("{error}")))?;
            let mut access = either!(client, client => client.provider(&id));
            if let Some(account) = arguments.text("account")? {
                access = access.account(account);
            }
            if let Some(label) = arguments.text("label")? {
                access = access.label(label);
            }
            if let Some(user) = arguments.text("app_user_id")? {
                access = access.app_user(user);
            }
            begun(access, arguments)?
        }
        _ => {
            return Err(Stop::Untyped(
                "a call begins with a grant or with a provider, never with both or neither",
            ));
        }
    };
    refined(call, arguments)
}

fn begun<'a, By>(mut access: Access<'a, By>, arguments: &Arguments) -> Result<Call<'a>, Stop> {
    if let Some(jwt) = arguments.secret("user_token")? {
        access = access.as_user(jwt);
    }
    let method = arguments.required_text("method")?.to_ascii_uppercase();
    let method = Method::from_bytes(method.as_bytes()).map_err(|error| Stop::Refused(error.to_string()))?;
    Ok(access.call(method, arguments.required_text("url")?))
}

fn refined<'a>(mut call: Call<'a>, arguments: &Arguments) -> Result<Call<'a>, Stop> {
    if arguments.has("json") && arguments.has("body") {
        return Err(Stop::Untyped("a call has one body: the last one set"));
    }
    for (name, value) in arguments.pairs("path_params")? {
        call = call.path(name, value);
    }
    for (name, value) in parameters(arguments)? {
        call = call.query(name, value);
    }
    for (name, value) in arguments.pairs("extra_headers")? {
        call = call.header(name, value);
    }
    if arguments.value("context").and_then(Value::as_object).is_some_and(serde_json::Map::is_empty) {
        return Err(Stop::Untyped("labels are added one by one, so that no label is the same as none given"));
    }
    for (name, value) in arguments.pairs("context")? {
        call = call.context(name, value);
    }
    if let Some(body) = arguments.json("json")? {
        call = call.json(body);
    }
    if let Some(body) = arguments.value("body") {
        let body = bytes::of(body).map_err(|error| Stop::Refused(error.to_string()))?;
        call = call.body(body);
    }
    if let Some(reason) = arguments.text("reason")? {
        call = call.reason(reason);
    }
    if let Some(name) = arguments.text("caller")? {
        call = call.caller(name);
    }
    Ok(call)
}

/// Values become text as a URL writes them: nothing is empty, a list is several.
fn parameters(arguments: &Arguments) -> Result<Vec<(String, String)>, Stop> {
    const OTHER: Stop = Stop::Untyped("a query parameter is text, or what writes itself as text");
    let Some(value) = arguments.json("query_params").map_err(|_| OTHER)? else { return Ok(Vec::new()) };
    let text = |value: &Value| match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Array(_) | Value::Object(_) => None,
    };
    let mut parameters = Vec::new();
    for (name, value) in value.as_object().ok_or(OTHER)? {
        let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        for value in values {
            parameters.push((name.clone(), text(value).ok_or(OTHER)?));
        }
    }
    Ok(parameters)
}

fn http_response(reply: &Reply) -> Value {
    let mut response = json!({ "$type": "HttpResponse", "status_code": reply.status().as_u16() });
    match reply.text() {
        Ok(text) => response["body_utf8"] = text.into(),
        Err(_) => response["body_b64"] = base64(reply.bytes()),
    }
    if let Some(refresh) = &reply.meta().refresh {
        response["retry_info"] = model("RetryInfo", &**refresh);
    }
    response
}

pub(super) fn approval_result(reply: &Reply) -> Value {
    let headers: Value = reply
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into()))
        .collect::<serde_json::Map<_, _>>()
        .into();
    json!({
        "$type": "ApprovalResult",
        "approval_id": reply.approval_id(),
        "status_code": reply.status().as_u16(),
        "headers": headers,
        "body_b64": base64(reply.bytes()),
        "body_truncated": reply.is_truncated(),
        "credential_hint": reply.credential_hint(),
        "duration_ms": reply.provider_time().map(|took| u64::try_from(took.as_millis()).unwrap_or(u64::MAX)),
    })
}

fn base64(bytes: &[u8]) -> Value {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    STANDARD.encode(bytes).into()
}

//! What the vault describes: scopes, OAuth providers, APIs; and spans, which it is told.

use alter_client::{
    ProviderId,
    types::{ProviderSpecKind, UserSpan},
};
use serde_json::{Value, json};

use super::{Arguments, Facade, Outcome, Stop, model};
use crate::calls::facade::either;

pub(super) async fn scopes(client: &Facade, arguments: Arguments) -> Outcome {
    arguments.finish()?;
    Ok(model("ScopeCatalog", &either!(client, client => client.scopes().list().await)?))
}

pub(super) async fn oauth_providers(client: &Facade, arguments: Arguments) -> Outcome {
    let mut list = either!(client, client => client.oauth_providers().list());
    if arguments.flag("force_refresh")? == Some(true) {
        list = list.force_refresh();
    }
    arguments.finish()?;
    Ok(model("OAuthProviderCatalog", &*list.await?))
}

fn kind(arguments: &Arguments, name: &str) -> Result<Option<ProviderSpecKind>, Stop> {
    let Some(text) = arguments.text(name)? else { return Ok(None) };
    let kind = serde_json::from_value(json!(text));
    kind.map(Some).map_err(|_| Stop::Untyped("the kind of a description is one of two words"))
}

fn addressed(arguments: &Arguments) -> Result<(ProviderSpecKind, ProviderId), Stop> {
    let kind =
        kind(arguments, "provider_kind")?.ok_or(Stop::Untyped("a required argument cannot be left out"))?;
    let id =
        arguments.parsed("provider_id")?.ok_or(Stop::Untyped("a required argument cannot be left out"))?;
    Ok((kind, id))
}

pub(super) async fn specs(client: &Facade, arguments: Arguments) -> Outcome {
    let mut list = either!(client, client => client.provider_specs().list());
    if let Some(kind) = kind(&arguments, "kind")? {
        list = list.kind(kind);
    }
    arguments.finish()?;
    Ok(list.await?.iter().map(|spec| model("ProviderSpec", spec)).collect())
}

pub(super) async fn spec(client: &Facade, arguments: Arguments) -> Outcome {
    let (kind, provider) = addressed(&arguments)?;
    arguments.finish()?;
    Ok(model("ProviderSpec", &either!(client, client => client.provider_specs().get(kind, &provider).await)?))
}

pub(super) async fn operations(client: &Facade, arguments: Arguments) -> Outcome {
    let (kind, provider) = addressed(&arguments)?;
    let mut list = either!(client, client => client.provider_specs().list_operations(kind, &provider));
    if let Some(words) = arguments.text("search")? {
        list = list.search(words);
    }
    if let Some(limit) = arguments.number("limit")? {
        list = list.limit(limit);
    }
    if let Some(offset) = arguments.number("offset")? {
        list = list.offset(offset);
    }
    arguments.finish()?;
    Ok(model("SpecOperationsPage", &list.await?))
}

pub(super) async fn operation(client: &Facade, arguments: Arguments) -> Outcome {
    let (kind, provider) = addressed(&arguments)?;
    let id = arguments.required_text("operation_id")?;
    arguments.finish()?;
    let found = either!(client, client => client.provider_specs().get_operation(kind, &provider, id).await)?;
    Ok(model("SpecOperationDetail", &found))
}

pub(super) async fn spans(client: &Facade, arguments: Arguments) -> Outcome {
    const OTHER: Stop = Stop::Untyped("spans are a list of spans");
    let recorded = arguments.value("spans").and_then(Value::as_array).ok_or(OTHER)?;
    if recorded.iter().any(|span| span["$type"] != "UserSpan") {
        return Err(OTHER);
    }
    let spans: Result<Vec<UserSpan>, _> =
        recorded.iter().cloned().map(plain).map(serde_json::from_value).collect();
    let spans = spans.map_err(|error| Stop::Refused(error.to_string()))?;
    arguments.finish()?;
    Ok(model("EmitSpansResult", &either!(client, client => client.spans().emit(spans).await)?))
}

fn plain(mut span: Value) -> Value {
    if let Some(fields) = span.as_object_mut() {
        fields.shift_remove("$type");
    }
    span
}

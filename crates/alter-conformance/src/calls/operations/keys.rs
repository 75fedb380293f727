//! Keys: deriving, rotating, revoking.

use alter_client::types::KeyId;

use super::{Arguments, Facade, Outcome, Stop, model};
use crate::calls::facade::either;

pub(super) async fn derive(client: &Facade, arguments: Arguments) -> Outcome {
    let scopes = arguments.texts("scopes")?.ok_or(Stop::Untyped("a required argument cannot be left out"))?;
    let lifetime = arguments.seconds("expires_in")?.unwrap_or_default();
    let mut derive = either!(client, client => client.keys().derive(scopes, lifetime));
    if let Some(networks) = arguments.texts("cidr_allowlist")? {
        derive = derive.cidr_allowlist(networks);
    }
    if let Some(name) = arguments.text("name")? {
        derive = derive.name(name);
    }
    if let Some(metadata) = arguments.json("metadata")? {
        derive = derive.metadata(metadata);
    }
    arguments.finish()?;
    Ok(model("MintedKey", &derive.await?))
}

pub(super) async fn rotate(client: &Facade, arguments: Arguments) -> Outcome {
    let id: KeyId = arguments.required_id("key_id")?;
    let mut rotate = either!(client, client => client.keys().rotate(&id));
    if let Some(days) = arguments.number("overlap_days")? {
        rotate = rotate.overlap_days(days);
    }
    arguments.finish()?;
    Ok(model("MintedKey", &rotate.await?))
}

pub(super) async fn revoke(client: &Facade, arguments: Arguments) -> Outcome {
    let id: KeyId = arguments.required_id("key_id")?;
    let mut revoke = either!(client, client => client.keys().revoke(&id));
    if arguments.flag("force")? == Some(true) {
        revoke = revoke.force();
    }
    arguments.finish()?;
    Ok(model("APIKeyInfo", &revoke.await?))
}

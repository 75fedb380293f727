//! What the answer to a managed-secret session says of the vault behind it: one that is too old ignores options or
//! refuses them without saying why, and a session for something else than was asked for is no session.

use alter_types::{
    ManagedSecretConnectSession, ManagedSecretConnectSessionRequest,
    error::{BackendError, BackendKind},
};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;

use crate::{Error, error::outside_contract};

const OPTIONS: &str = "managed_secret_connect_provider";
const DELEGABLE: &str = "managed_secret_connect_delegable";
const NO_AGENT: &str = "agent_managed_secret_connect_session";

type Request = ManagedSecretConnectSessionRequest;

/// Checks that the session is the one that was asked for. `body` is the answer it was read from.
pub(super) fn check(
    request: &Request,
    session: &ManagedSecretConnectSession,
    body: &[u8],
    status: u16,
) -> Result<(), Error> {
    if request.delegable && !session.delegable_requested {
        return Err(too_old(DELEGABLE, "does not let agents delegate a managed secret further", status));
    }
    if !request.delegable && session.delegable_requested {
        let what = "the vault opened a delegable session, which was not asked for";
        return Err(with_field(outside_contract(what, status), "delegable_requested"));
    }
    let options = new_options(request);
    if !options.is_empty() && !has_path(body) {
        let message = format!("ignored {}", options.join(", "));
        return Err(too_old(OPTIONS, &message, status));
    }
    if request.provider.is_some() && request.provider != session.secret_slug {
        let what = "the vault opened a session for another managed secret than was asked for";
        return Err(with_field(outside_contract(what, status), "secret_slug"));
    }
    Ok(())
}

/// A refusal, or what it means if an old vault made it.
pub(super) fn explain(request: &Request, refusal: Error) -> Error {
    if refusal.status() != Some(422) {
        return refusal;
    }
    let unnamed = request.agent.is_none() && request.delegated_agent_id.is_none();
    if unnamed && refusal.code() == Some("delegated_agent_id_required") {
        return too_old(OPTIONS, "opens no session without an agent", 422);
    }
    let complaints: Vec<Complaint<'_>> = match refusal.details().get("detail").and_then(Value::as_array) {
        Some(entries) => entries.iter().filter_map(|entry| Complaint::deserialize(entry).ok()).collect(),
        None => return refusal,
    };
    let about = |kind: &str, field: &str| {
        complaints.iter().any(|complaint| complaint.kind == kind && complaint.loc == ("body", field))
    };
    let refused: Vec<_> =
        new_options(request).into_iter().filter(|option| about("extra_forbidden", option)).collect();
    if !refused.is_empty() {
        return too_old(OPTIONS, &format!("does not know {}", refused.join(", ")), 422);
    }
    if request.template_slug.is_none() && about("missing", "template_slug") {
        return too_old(OPTIONS, "names managed secrets by their template only", 422);
    }
    if unnamed && about("missing", "delegated_agent_id") {
        return too_old(NO_AGENT, "opens no session without an agent", 422);
    }
    refusal
}

/// One entry of a refusal by a validator.
#[derive(Deserialize)]
struct Complaint<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(borrow)]
    loc: (&'a str, &'a str),
}

/// What an old vault does not know, of what was asked for.
fn new_options(request: &Request) -> Vec<&'static str> {
    [
        ("provider", request.provider.is_some()),
        ("agent", request.agent.is_some()),
        ("requested_grant", request.requested_grant.is_some()),
        ("grant_policy", request.grant_policy.is_some()),
        ("direct", request.direct),
        ("repair_grant_id", request.repair_grant_id.is_some()),
    ]
    .into_iter()
    .filter_map(|(name, is_set)| is_set.then_some(name))
    .collect()
}

/// Whether the answer has the key `path`, be it null: a vault that knows the options always sends it.
fn has_path(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Keys {
        #[serde(default, deserialize_with = "present")]
        path: bool,
    }
    fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| true)
    }
    serde_json::from_slice::<Keys>(body).is_ok_and(|keys| keys.path)
}

fn too_old(feature: &'static str, what: &str, status: u16) -> Error {
    BackendError::new(BackendKind::ServerFeatureUnsupported { feature: Some(feature.to_owned()) })
        .with_message(format!("this vault is too old for the session: it {what}; upgrade it"))
        .with_detail("feature", feature)
        .with_detail("status_code", status)
        .into()
}

fn with_field(error: Error, field: &str) -> Error {
    match error {
        Error::Backend(error) => error.with_detail("field", field).into(),
        other => other,
    }
}

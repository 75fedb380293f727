//! Properties computed from a sample: statuses, decoded bodies, the sanitised form of a report.

use alter_types as types;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::compare;
use crate::report::Outcome;

/// Compares every recorded property of the sample with ours.
pub(super) fn check(kind: &str, sample: &str, expected: &Map<String, Value>) -> Outcome {
    for (name, value) in expected {
        match property(kind, sample, name) {
            Some(ours) if compare::same(&compare::without_nulls(value), &compare::without_nulls(&ours)) => {}
            Some(ours) => return Outcome::failed(format!("{name} = {value}"), ours),
            None => return Outcome::failed(format!("{name} = {value}"), "no such property"),
        }
    }
    Outcome::Passed
}

fn read<T: DeserializeOwned>(sample: &str) -> Option<T> {
    serde_json::from_str(sample).ok()
}

fn property(kind: &str, sample: &str, name: &str) -> Option<Value> {
    let value = match (kind, name) {
        ("APICallAuditLog", "sanitized") => {
            serde_json::to_value(read::<types::ApiCallAuditLog>(sample)?.sanitized()).ok()?
        }
        ("APIKeyInfo", "status") => read::<types::ApiKeyInfo>(sample)?.status().as_str().into(),
        ("MintedKey", "status") => read::<types::MintedKey>(sample)?.status().as_str().into(),
        ("AgentKey", "status") => read::<types::AgentKey>(sample)?.status().as_str().into(),
        ("AgentKeyMintResult", "status") => {
            read::<types::AgentKeyMintResult>(sample)?.status().as_str().into()
        }
        ("AgentKeyList", "statuses") => {
            let keys = read::<types::AgentKeyList>(sample)?.items;
            keys.iter().map(|key| key.status().as_str()).collect()
        }
        ("ApprovalResult", name) => body(&read(sample)?, name)?,
        ("ApprovalStatus", "is_terminal") => read::<types::ApprovalStatus>(sample)?.is_terminal().into(),
        ("GrantListItem", "variant") => grant_variant(&read(sample)?).into(),
        ("UnifiedGrantListResult", "variants") => {
            read::<types::UnifiedGrantListResult>(sample)?.grants.iter().map(grant_variant).collect()
        }
        ("Principal", "variant") => match read(sample)? {
            types::Principal::User(_) => "UserPrincipal".into(),
            types::Principal::Group(_) => "GroupPrincipal".into(),
            types::Principal::System(_) => "SystemPrincipal".into(),
            types::Principal::Agent(_) => "AgentPrincipal".into(),
            _ => return None,
        },
        ("OAuthProviderCatalog", name) => scopes(&read(sample)?, name)?,
        ("TokenResponse", name) => metadata(&read(sample)?, name)?,
        ("TokenWire", "retry_info_parsed") => {
            serde_json::to_value(read::<types::TokenWire>(sample)?.retry_info).ok()?
        }
        ("UserSpan", "emitted") => serde_json::to_value(read::<types::UserSpan>(sample)?).ok()?,
        _ => return None,
    };
    Some(value)
}

fn grant_variant(item: &types::GrantListItem) -> &'static str {
    match item {
        types::GrantListItem::Oauth(_) => "OAuthGrantItem",
        types::GrantListItem::ManagedSecret(_) => "ManagedSecretGrantItem",
        _ => "GrantInfo",
    }
}

fn body(result: &types::ApprovalResult, name: &str) -> Option<Value> {
    use types::{BodyError, TextEncoding};

    let decoded = |text: Result<Value, BodyError>| match text {
        Ok(value) => value,
        Err(BodyError::Json { .. }) => json!({ "error": "JSONDecodeError" }),
        Err(_) => json!({ "error": "UnicodeDecodeError" }),
    };
    match name {
        "body_hex" => {
            let bytes = result.body_bytes().ok()?;
            Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into())
        }
        "body_text" => Some(decoded(result.body_text(TextEncoding::Utf8).map(Value::from))),
        "body_text(latin-1)" => Some(decoded(result.body_text(TextEncoding::Latin1).map(Value::from))),
        "body_json" => Some(decoded(result.body_json())),
        _ => None,
    }
}

fn scopes(catalog: &types::OAuthProviderCatalog, name: &str) -> Option<Value> {
    let (function, provider) = name.strip_suffix(')')?.split_once('(')?;
    match function {
        "default_scopes" => Some(json!(catalog.default_scopes(provider))),
        "required_scopes" => Some(json!(catalog.required_scopes(provider))),
        _ => None,
    }
}

fn metadata(response: &types::TokenResponse, name: &str) -> Option<Value> {
    match name {
        "kept_additional_credentials" => Some(match &response.additional_credentials {
            None => Value::Null,
            Some(parts) => parts.iter().map(|(name, part)| (name.clone(), part.expose())).collect(),
        }),
        "injection_header" => Some(json!(response.injection_header)),
        "injection_format" => Some(json!(response.injection_format)),
        "additional_injections" => Some(json!(response.additional_injections)),
        _ => None,
    }
}

//! Reading the two answers an SDK reads most, beside `serde_json` into plain structs of the same fields.

use std::hint::black_box;

use alter_types::{TokenWire, UnifiedGrantListResult};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Failure, report};

const FLOOR: &str = "serde_json into plain structs";

/// Takes and prints the figures.
pub(crate) fn run() -> Result<(), Failure> {
    let token = serde_json::to_vec(&json!({
        "access_token": "s".repeat(40), "grant_id": "11111111-2222-4333-8444-555555555555", "token_type": "Bearer",
        "provider_id": "bench", "token_generation": "11111111-2222-4333-8444-555555555555",
        "injection_header": "Authorization", "injection_format": "Bearer {token}",
    }))?;
    serde_json::from_slice::<TokenWire>(&token)?;
    report::compare(
        "read a token answer",
        || serde_json::from_slice::<TokenWire>(black_box(&token)),
        || serde_json::from_slice::<PlainToken>(black_box(&token)),
        FLOOR,
    );

    let grants: Vec<Value> = (0..100).map(grant).collect();
    let page = json!({ "grants": grants, "total": 100, "limit": 100, "offset": 0, "has_more": false });
    let page = serde_json::to_vec(&page)?;
    serde_json::from_slice::<UnifiedGrantListResult>(&page)?;
    report::compare(
        "read a page of 100 grants",
        || serde_json::from_slice::<UnifiedGrantListResult>(black_box(&page)),
        || serde_json::from_slice::<PlainPage>(black_box(&page)),
        FLOOR,
    );
    Ok(())
}

fn grant(number: u32) -> Value {
    json!({
        "grant_kind": "managed_secret", "grant_id": format!("11111111-2222-4333-8444-{number:012}"),
        "managed_secret_id": "aaaaaaaa-2222-4333-8444-555555555555", "managed_secret_slug": "order-api",
        "managed_secret_name": "Order API", "status": "active", "created_at": "2026-11-23T12:00:00.123456Z",
        "principal_type": "system", "access_via": "ownership", "label": format!("nightly-{number}"),
        "credential_id": "bbbbbbbb-2222-4333-8444-555555555555", "last_used_at": null,
    })
}

/// The same fields, as somebody in a hurry would write them.
#[derive(Deserialize)]
#[expect(dead_code, reason = "read into, never out of")]
struct PlainToken {
    access_token: String,
    grant_id: String,
    token_type: String,
    provider_id: String,
    token_generation: String,
    injection_header: String,
    injection_format: String,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read into, never out of")]
struct PlainPage {
    grants: Vec<PlainGrant>,
    total: u64,
    limit: u64,
    offset: u64,
    has_more: bool,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read into, never out of")]
struct PlainGrant {
    grant_kind: String,
    grant_id: String,
    managed_secret_id: String,
    managed_secret_slug: String,
    managed_secret_name: String,
    status: String,
    created_at: String,
    principal_type: String,
    access_via: String,
    label: Option<String>,
    credential_id: Option<String>,
    last_used_at: Option<String>,
}

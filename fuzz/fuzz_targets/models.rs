//! Whatever is read as a model is written in a form that reads as the same model again.

#![no_main]

use alter_types::{
    AgentListResult, ApiCallAuditLog, ApprovalStatus, ListGrantsRequest, ProxyRequest, ProxyResponse, TokenRequest,
    TokenWire, UnifiedGrantListResult, read_json,
};
use libfuzzer_sys::fuzz_target;
use serde::{Serialize, de::DeserializeOwned};

fn stable<T: Serialize + DeserializeOwned>(json: &[u8]) {
    let Ok(model) = read_json::<T>(json) else { return };
    let written = serde_json::to_vec(&model).expect("a model can be written");
    let again = read_json::<T>(&written).expect("what was written can be read");
    assert_eq!(serde_json::to_vec(&again).expect("a model can be written"), written);
}

fuzz_target!(|json: &[u8]| {
    stable::<AgentListResult>(json);
    stable::<ApiCallAuditLog>(json);
    stable::<ApprovalStatus>(json);
    stable::<ListGrantsRequest>(json);
    stable::<ProxyRequest>(json);
    stable::<ProxyResponse>(json);
    stable::<TokenRequest>(json);
    stable::<TokenWire>(json);
    stable::<UnifiedGrantListResult>(json);
});

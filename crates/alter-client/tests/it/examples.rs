//! Every example of this crate runs to its end.

const EXAMPLES: [&str; 16] = [
    "agent_delegates",
    "call_as_user",
    "connect_and_recover",
    "custom_layer_cache",
    "custom_layer_chaos",
    "custom_layer_metrics",
    "custom_layer_trace_context",
    "first_call",
    "managed_secret",
    "narrow_a_client",
    "outgoing_proxy",
    "own_order",
    "private_ca",
    "proxy_and_approve",
    "rotate_keys",
    "test_your_app",
];

#[test]
fn all_are_listed_and_run() {
    alter_testkit::examples::run_all(env!("CARGO_MANIFEST_DIR"), &EXAMPLES);
}

#[test]
fn each_is_read_at_one_go() {
    for name in EXAMPLES {
        let path = format!("{}/examples/{name}.rs", env!("CARGO_MANIFEST_DIR"));
        let lines = std::fs::read_to_string(path).unwrap().lines().count();
        assert!(lines < 60, "{name} has {lines} lines");
    }
}

//! Every example of this crate runs to its end. Cargo builds them with the tests.

use std::process::Command;

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
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    let mut names: Vec<String> = std::fs::read_dir(sources)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    assert_eq!(names, EXAMPLES);
    for name in EXAMPLES {
        let lines = std::fs::read_to_string(format!("{sources}/{name}.rs")).unwrap().lines().count();
        assert!(lines < 60, "{name} has {lines} lines: an example is read at one go");
    }

    let test = std::env::current_exe().unwrap();
    let folder = test.parent().unwrap().parent().unwrap().join("examples");
    for name in EXAMPLES {
        let output = Command::new(folder.join(name)).output().unwrap_or_else(|error| {
            panic!("{name} was not built ({error}): run `cargo test -p alter-client` without a filter")
        });
        let said = [output.stdout, output.stderr].concat();
        assert!(output.status.success(), "{name}:\n{}", String::from_utf8_lossy(&said));
    }
}

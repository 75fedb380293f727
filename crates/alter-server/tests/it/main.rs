//! The example runs to its end. Everything else about this crate is tested over the wire, in the `tests` of the workspace.

#![allow(clippy::unwrap_used, reason = "a panic in a test is the report")]

use std::process::Command;

#[test]
fn a_vault_is_embedded_in_a_service_of_ones_own() {
    let test = std::env::current_exe().unwrap();
    let program = test.parent().unwrap().parent().unwrap().join("examples/embed");
    let output = Command::new(&program).output().unwrap_or_else(|error| {
        panic!("it was not built ({error}): run `cargo test -p alter-server` without a filter")
    });
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
}

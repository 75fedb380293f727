//! The example without a socket runs to its end; the other one, a backend, is run against the official SDK elsewhere.

use std::process::Command;

#[test]
fn a_request_is_signed_and_verified() {
    let test = std::env::current_exe().unwrap();
    let program = test.parent().unwrap().parent().unwrap().join("examples/verify_a_request");
    let output = Command::new(&program).output().unwrap_or_else(|error| {
        panic!("it was not built ({error}): run `cargo test -p alter-auth` without a filter")
    });
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
}

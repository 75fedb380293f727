//! The one place of these tests that reads the environment: what `cargo xtask test` hands over.

use std::path::PathBuf;

/// The Python interpreter that has the official SDK.
pub(crate) fn python() -> PathBuf {
    variable("ALTER_TEST_PYTHON")
}

/// The Python interpreter that has the official SDK 0.12.0.
pub(crate) fn python_0_12() -> PathBuf {
    variable("ALTER_TEST_PYTHON_0_12")
}

#[expect(clippy::disallowed_methods, reason = "the one home of the environment in these tests")]
fn variable(name: &str) -> PathBuf {
    match std::env::var_os(name) {
        Some(value) => value.into(),
        None => {
            panic!("{name} is not set: run the tests with `cargo xtask test`, which installs what they need")
        }
    }
}

/// The `alter` program of this build, beside the test binary.
pub(crate) fn alter_program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test.parent().unwrap().parent().unwrap().join("alter");
    assert!(program.exists(), "{} is missing: run the tests with `cargo xtask test`", program.display());
    program
}

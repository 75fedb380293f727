//! The one place of this program that reads the environment.

use std::path::PathBuf;

/// A Python interpreter that has the official SDK.
#[expect(clippy::disallowed_methods, reason = "the one home of the environment in this program")]
pub(crate) fn python() -> Option<PathBuf> {
    std::env::var_os("ALTER_TEST_PYTHON").map(PathBuf::from)
}

//! The only reader of the process environment in xtask.

use std::ffi::OsString;

/// The cargo that runs us, so that its subcommands come from the same toolchain.
pub(crate) fn cargo() -> OsString {
    read("CARGO").unwrap_or_else(|| "cargo".into())
}

#[expect(clippy::disallowed_methods, reason = "xtask's one home of the environment")]
fn read(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

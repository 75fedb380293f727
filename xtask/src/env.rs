//! The only reader of the process environment in xtask.

use std::ffi::OsString;

/// The cargo that runs us, so that its subcommands come from the same toolchain.
pub(crate) fn cargo() -> OsString {
    read("CARGO").unwrap_or_else(|| "cargo".into())
}

/// What cargo told us about our own package when it started us. Another cargo must not see it: build scripts that
/// watch these variables (ring's does) would run again, and everything above them be built again.
pub(crate) fn about_our_package() -> impl Iterator<Item = OsString> {
    let ours = |name: &OsString| {
        name.to_str()
            .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
    };
    std::env::vars_os().map(|(name, _)| name).filter(ours)
}

#[expect(clippy::disallowed_methods, reason = "xtask's one home of the environment")]
fn read(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

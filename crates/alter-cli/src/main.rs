//! The `alter` command.
fn main() {}

//! Running the examples of a crate in its tests, so that none is out of date.

use std::{fs, path::Path, process::Command};

/// Runs every example of the crate whose `CARGO_MANIFEST_DIR` this is, each to its end; `names` lists them in order.
/// Cargo builds them together with the crate's tests, beside the test that calls this.
///
/// # Panics
/// If `names` are not the examples there are, one was not built, or one fails; then with what it said.
pub fn run_all(manifest_dir: &str, names: &[&str]) {
    let mut found: Vec<String> = fs::read_dir(Path::new(manifest_dir).join("examples"))
        .expect("the crate has a folder of examples")
        .map(|entry| entry.expect("the folder can be read").path())
        .map(|path| path.file_stem().expect("a file has a name").to_string_lossy().into_owned())
        .collect();
    found.sort();
    assert_eq!(found, names, "the list of examples");

    let test = std::env::current_exe().expect("a test knows its own file");
    let built =
        test.parent().and_then(Path::parent).expect("it is in a folder of the build").join("examples");
    for name in names {
        let output = Command::new(built.join(name)).output().unwrap_or_else(|error| {
            panic!("{name} was not built ({error}): run `cargo test -p` of this crate without a filter")
        });
        let said = [output.stdout, output.stderr].concat();
        assert!(output.status.success(), "{name}:\n{}", String::from_utf8_lossy(&said));
    }
}

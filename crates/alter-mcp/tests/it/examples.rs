//! Every example of this crate runs to its end. Cargo builds them with the tests.

use std::process::Command;

const EXAMPLES: [&str; 1] = ["mcp_server"];

#[test]
fn all_are_listed_and_run() {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    let mut names: Vec<String> = std::fs::read_dir(sources)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    assert_eq!(names, EXAMPLES);

    let test = std::env::current_exe().unwrap();
    let folder = test.parent().unwrap().parent().unwrap().join("examples");
    for name in EXAMPLES {
        let output = Command::new(folder.join(name)).output().unwrap_or_else(|error| {
            panic!("{name} was not built ({error}): run `cargo test -p alter-mcp` without a filter")
        });
        let said = [output.stdout, output.stderr].concat();
        assert!(output.status.success(), "{name}:\n{}", String::from_utf8_lossy(&said));
    }
}

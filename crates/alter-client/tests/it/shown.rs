//! Every method of the facade is shown in an example of the documentation, and those are all tests.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Kept for those who used them before; nobody new should.
const DEPRECATED: [&str; 3] = ["delegated_agent", "managed_secret_of_template", "template"];

#[test]
fn every_public_method_is_in_an_example_that_runs() {
    let mut declared = BTreeMap::new();
    let mut shown = BTreeSet::new();
    for file in files(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))) {
        let text = fs::read_to_string(&file).unwrap();
        if file.extension().is_some_and(|extension| extension == "md") {
            names_called(&examples(text.lines()), &mut shown);
            continue;
        }
        for name in text.lines().filter_map(method) {
            declared.insert(name.to_owned(), file.clone());
        }
        let doc = |line: &'_ str| -> Option<String> {
            let line = line.trim_start();
            let doc = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"))?;
            Some(doc.strip_prefix(' ').unwrap_or(doc).to_owned())
        };
        let docs: Vec<String> = text.lines().filter_map(doc).collect();
        names_called(&examples(docs.iter().map(String::as_str)), &mut shown);
    }
    assert!(declared.len() > 150, "the sources were read");
    declared.retain(|name, _| !shown.contains(name) && !DEPRECATED.contains(&name.as_str()));
    assert!(
        declared.is_empty(),
        "in no example of the documentation, guide::recipes is the place: {declared:#?}"
    );
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The name of a public method; free functions are not indented.
fn method(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("    pub ")?;
    let rest = rest.strip_prefix("async ").or_else(|| rest.strip_prefix("const ")).unwrap_or(rest);
    rest.strip_prefix("fn ")?.split(|c: char| !c.is_alphanumeric() && c != '_').next()
}

/// The Rust blocks of a text that are run.
fn examples<'t>(lines: impl Iterator<Item = &'t str>) -> String {
    let mut code = String::new();
    let mut inside = None;
    for line in lines {
        match (line.trim_start().strip_prefix("```"), &inside) {
            (Some(language), None) => inside = Some(language.is_empty() || language == "rust"),
            (Some(_), Some(_)) => inside = None,
            (None, Some(true)) => {
                code += line;
                code.push('\n');
            }
            (None, _) => {}
        }
    }
    code
}

/// Every name that follows a `.` or `::`.
fn names_called(code: &str, names: &mut BTreeSet<String>) {
    for (at, _) in code.match_indices(['.', ':']) {
        let name: String = code[at + 1..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        names.insert(name);
    }
}

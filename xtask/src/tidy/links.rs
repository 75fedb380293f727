//! The rule that a link from one document to another file of the repository leads somewhere.

use std::path::{Component, Path, PathBuf};

use super::finding::Finding;

/// One finding for each relative link of a Markdown file that `exists` does not know; code blocks are not read.
/// Paths are relative to the root of the repository.
pub(super) fn check(file: &Path, text: &str, exists: impl Fn(&Path) -> bool) -> Vec<Finding> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut in_block = false;
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        in_block ^= line.trim_start().starts_with("```");
        if in_block {
            continue;
        }
        for target in targets(line) {
            if !exists(&plain(&folder.join(target))) {
                findings.push(Finding::error(file, index + 1, format!("the link to {target} leads nowhere")));
            }
        }
    }
    findings
}

/// The relative targets of `[…](target)` and `[…](target#part)` in one line.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices("](").filter_map(|(at, open)| {
        let (target, _) = line[at + open.len()..].split_once(')')?;
        let file = target.split('#').next().filter(|file| !file.is_empty())?;
        (!file.contains(':')).then_some(file)
    })
}

/// The path without `.` and `..`, as git names files.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(file: &str, text: &str) -> usize {
        check(Path::new(file), text, |path| [Path::new("README.md"), Path::new("docs/a.md")].contains(&path))
            .len()
    }

    #[test]
    fn links_are_followed_from_the_folder_of_their_file() {
        assert_eq!(broken("README.md", "see [a](docs/a.md), [b](./docs/a.md#part) and [c](#here)"), 0);
        assert_eq!(broken("docs/a.md", "[up](../README.md) [beside](a.md)"), 0);
        assert_eq!(broken("docs/a.md", "[up](README.md) and [gone](../gone.md)"), 2);
    }

    #[test]
    fn addresses_and_code_are_not_links_between_files() {
        assert_eq!(broken("README.md", "[x](https://example.com/y) [m](mailto:a@example.com)"), 0);
        assert_eq!(broken("README.md", "```rust\na[b](c)\n```\n[gone](gone.md)"), 1);
    }
}

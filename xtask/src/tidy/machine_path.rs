//! The rule that no file names a folder of somebody's machine.

use std::path::Path;

use super::finding::Finding;

/// Folders under which people and build machines keep their own things.
const TOP: [&str; 5] = ["work", "root", "home", "Users", "tmp"];

/// One finding for each line with an absolute path below such a folder. A path in a URL or below another folder is
/// not one of them, and neither is a temporary file whose name is made when it is needed (a `$` follows).
pub(super) fn check(file: &Path, text: &str) -> Vec<Finding> {
    let message = "a path of one machine: make it relative, or work it out when the program runs";
    let lines = text.lines().enumerate().filter(|(_, line)| names_one(line));
    lines.map(|(index, _)| Finding::error(file, index + 1, message)).collect()
}

fn names_one(line: &str) -> bool {
    line.match_indices('/').any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let starts = before.is_none_or(|c| !(c.is_alphanumeric() || "/._-~}>*)".contains(c)));
        starts && TOP.iter().any(|top| below(&line[at + 1..], top))
    })
}

fn below(path: &str, top: &str) -> bool {
    path.strip_prefix(top)
        .and_then(|rest| rest.strip_prefix('/'))
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || c == '.' || c == '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The inputs name each folder by a sign, because tidy reads this file too.
    fn found(text: &str) -> usize {
        check(Path::new("a.md"), &text.replace('~', "/")).len()
    }

    #[test]
    fn a_path_below_a_personal_folder_is_found() {
        assert_eq!(found("see ~home~me~notes.md"), 1);
        assert_eq!(found("open(\"~work~main\")\nfine\ncd ~root~.cargo"), 2);
        assert_eq!(found("`~Users~me~x`"), 1);
        assert_eq!(found("dir=~tmp~mine"), 1);
    }

    #[test]
    fn other_paths_are_not() {
        assert_eq!(found("https:~~example.com~home~page"), 0);
        assert_eq!(found("src~work~queue.rs and .~work~x and {base}~home~x"), 0);
        assert_eq!(found("~usr~bin~env, ~home, ~workers~a, ~tmp~$name"), 0);
    }
}

//! A test as the table names it: `alter-client it::grants::a_list_is_read`.

use std::fmt;
use std::str::FromStr;

/// A test of a package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NamedTest {
    /// The package.
    pub(super) package: String,
    /// The test target.
    pub(super) target: Target,
    /// The path inside the target, as the test runner prints it.
    pub(super) path: String,
}

/// Which of a package's test programs holds a test.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    /// Unit tests of the library.
    Lib,
    /// Unit tests of the programs.
    Bins,
    /// Examples in the documentation.
    Doc,
    /// A file or folder of `tests/`.
    Integration(String),
}

impl FromStr for NamedTest {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (package, rest) = text.split_once(' ').ok_or("a test is a package, a blank and a path")?;
        let (target, path) =
            rest.split_once("::").ok_or("the path of a test starts with its target and `::`")?;
        if [package, target, path].iter().any(|part| part.is_empty() || part.contains(char::is_whitespace)) {
            return Err("a test is a package, a blank and a path without blanks");
        }
        let target = match target {
            "lib" => Target::Lib,
            "bin" => Target::Bins,
            "doc" => Target::Doc,
            other => Target::Integration(other.to_owned()),
        };
        Ok(Self { package: package.to_owned(), target, path: path.to_owned() })
    }
}

impl fmt::Display for NamedTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}::{}", self.package, self.target, self.path)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lib => "lib",
            Self::Bins => "bin",
            Self::Doc => "doc",
            Self::Integration(name) => name,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_and_written_the_same() {
        for name in
            ["a it::b::c", "alter-auth lib::key::tests::x", "a doc::App::new", "alter-cli bin::args::y"]
        {
            assert_eq!(name.parse::<NamedTest>().unwrap().to_string(), name);
        }
    }

    #[test]
    fn the_first_part_is_the_target() {
        let test: NamedTest = "alter-client it::view::stays_narrow".parse().unwrap();
        assert_eq!((test.package.as_str(), test.path.as_str()), ("alter-client", "view::stays_narrow"));
        assert_eq!(test.target, Target::Integration("it".to_owned()));
    }

    #[test]
    fn anything_else_is_no_name() {
        for text in ["", "a", "it::a", "a b", "a ::b", "a it::", "a it::b c", " it::a"] {
            assert!(text.parse::<NamedTest>().is_err(), "{text}");
        }
    }
}

//! The judgement: members against rules, without reading anything.

use std::fmt;

use super::member::Member;
use super::rules::{Ours, Rule, Theirs};

/// One rule broken by one crate, with the way out.
#[derive(Debug, PartialEq)]
pub(super) struct Violation {
    /// The crate that breaks it.
    krate: String,
    /// The dependency it is about, where it is about one.
    dependency: Option<String>,
    /// What the rule says.
    rule: String,
    /// What to do.
    remedy: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.krate)?;
        if let Some(dependency) = &self.dependency {
            write!(f, " -> {dependency}")?;
        }
        write!(f, "\n    rule: {}\n    do:   {}", self.rule, self.remedy)
    }
}

/// Every violation, in the order of the members.
pub(super) fn check(members: &[Member], rules: &[Rule]) -> Vec<Violation> {
    let is_ours = |name: &str| members.iter().any(|member| member.name == name);
    let mut found = Vec::new();
    for member in members {
        let mut report = |dependency: Option<&str>, rule: String, remedy: &str| {
            let (dependency, remedy) = (dependency.map(str::to_owned), remedy.to_owned());
            found.push(Violation { krate: member.name.clone(), dependency, rule, remedy });
        };
        if !member.lints {
            let rule = "every crate has the workspace's lints".to_owned();
            report(None, rule, "add `[lints]` with `workspace = true` to its Cargo.toml");
        }
        for name in &member.undeclared {
            let rule = "versions are declared once, in [workspace.dependencies]".to_owned();
            report(Some(name), rule, "declare it in the root Cargo.toml and write `workspace = true` here");
        }
        let Some(rule) = rules.iter().find(|rule| rule.name == member.name) else {
            let rule = "every crate has a row in the dependency table".to_owned();
            report(None, rule, "add one to xtask/src/deps/rules.rs");
            continue;
        };
        for name in &member.direct {
            match (is_ours(name), &rule.ours, &rule.theirs) {
                (true, Ours::Only(allowed), _) if !allowed.contains(&name.as_str()) => {
                    let rule = format!("of our crates it may use {}", listed(allowed));
                    report(
                        Some(name),
                        rule,
                        "move the shared code down to a crate both may use, or the user of it up",
                    );
                }
                (false, _, Theirs::Only(allowed)) if !allowed.contains(&name.as_str()) => {
                    let rule = format!("of other packages it may use {}", listed(allowed));
                    report(
                        Some(name),
                        rule,
                        "do without it, or move the code that needs it to a crate further up",
                    );
                }
                _ => {}
            }
        }
        for name in rule.unreachable {
            if let Some(path) = member.reached.get(*name) {
                let rule = format!("no runtime, socket or TLS stack; reached by {}", path.join(" -> "));
                report(
                    Some(name),
                    rule,
                    "switch off the feature that brings it, or drop the dependency that does",
                );
            }
        }
    }
    found
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &[Rule] = &[
        Rule {
            name: "low",
            ours: Ours::Only(&[]),
            theirs: Theirs::Only(&["serde"]),
            unreachable: &["tokio"],
        },
        Rule { name: "high", ours: Ours::Only(&["low"]), theirs: Theirs::Any, unreachable: &[] },
        Rule { name: "kit", ours: Ours::Any, theirs: Theirs::Any, unreachable: &[] },
    ];

    fn member(name: &str, direct: &[&str]) -> Member {
        let direct = direct.iter().map(|&name| name.to_owned()).collect();
        Member { name: name.to_owned(), direct, lints: true, ..Member::default() }
    }

    fn reports(members: &[Member]) -> Vec<String> {
        check(members, RULES).iter().map(Violation::to_string).collect()
    }

    #[test]
    fn dependencies_that_point_down_pass() {
        let members =
            [member("low", &["serde"]), member("high", &["low", "tokio"]), member("kit", &["high", "low"])];
        assert_eq!(reports(&members), <[String; 0]>::default());
    }

    #[test]
    fn a_dependency_that_points_up_names_crate_rule_and_remedy() {
        let members = [member("low", &["high"]), member("high", &[])];
        let expected = "low -> high\n    rule: of our crates it may use none\n    \
            do:   move the shared code down to a crate both may use, or the user of it up";
        assert_eq!(reports(&members), [expected]);
    }

    #[test]
    fn a_package_outside_an_exact_list_is_refused() {
        let found = reports(&[member("low", &["serde", "rand"])]);
        assert_eq!(found.len(), 1);
        assert!(
            found[0].starts_with("low -> rand\n    rule: of other packages it may use serde\n"),
            "{found:?}"
        );
    }

    #[test]
    fn a_forbidden_package_is_found_through_others_and_the_path_is_shown() {
        let mut low = member("low", &["serde"]);
        low.reached.insert("tokio".into(), vec!["serde".into(), "sneaky".into(), "tokio".into()]);
        let found = reports(&[low]);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("reached by serde -> sneaky -> tokio"), "{found:?}");
    }

    #[test]
    fn a_crate_without_a_row_lints_or_inherited_versions_is_reported_for_each() {
        let mut stranger = member("stranger", &[]);
        stranger.lints = false;
        stranger.undeclared = vec!["rand".into()];
        let found = reports(&[stranger]);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].contains("workspace's lints"));
        assert!(found[1].starts_with("stranger -> rand"));
        assert!(found[2].contains("xtask/src/deps/rules.rs"));
    }
}

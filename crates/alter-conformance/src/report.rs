//! [`Report`]: what came of every vector.

use std::{collections::BTreeMap, fmt};

/// What came of one vector.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// As recorded.
    Passed,
    /// As we decided: the rule that makes us differ.
    PassedByRule(&'static str),
    /// Otherwise: what was expected, and what came.
    Failed {
        /// What the vector records.
        expected: String,
        /// What our code did.
        actual: String,
    },
    /// A typed language makes the vector impossible, and why.
    NotApplicable(&'static str),
}

impl Outcome {
    /// Passed if the two are equal.
    pub(crate) fn equal<T: PartialEq + fmt::Debug>(expected: &T, actual: &T) -> Self {
        if expected == actual {
            Self::Passed
        } else {
            Self::Failed { expected: format!("{expected:?}"), actual: format!("{actual:?}") }
        }
    }

    pub(crate) fn failed(expected: impl fmt::Display, actual: impl fmt::Display) -> Self {
        Self::Failed { expected: expected.to_string(), actual: actual.to_string() }
    }
}

/// One vector and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Vector {
    /// Folder and file, and for a row of a table its name.
    pub name: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of every vector.
#[derive(Debug, Clone, Default)]
pub struct Report {
    vectors: Vec<Vector>,
    notes: Vec<String>,
}

impl Report {
    pub(crate) fn add(&mut self, name: impl Into<String>, outcome: Outcome) {
        self.vectors.push(Vector { name: name.into(), outcome });
    }

    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// Every vector, in the order they ran.
    #[must_use]
    pub fn vectors(&self) -> &[Vector] {
        &self.vectors
    }

    /// How many passed, by record or by rule.
    #[must_use]
    pub fn passed(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Passed | Outcome::PassedByRule(_)))
    }

    /// How many failed.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Failed { .. }))
    }

    /// The vectors that a typed language makes impossible, with the reasons.
    pub fn not_applicable(&self) -> impl Iterator<Item = (&str, &'static str)> {
        self.vectors.iter().filter_map(|vector| match vector.outcome {
            Outcome::NotApplicable(reason) => Some((vector.name.as_str(), reason)),
            _ => None,
        })
    }

    /// How many passed by which rule.
    fn by_rule(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for vector in &self.vectors {
            if let Outcome::PassedByRule(rule) = vector.outcome {
                *counts.entry(rule).or_default() += 1;
            }
        }
        counts
    }

    /// Whether nothing failed and something ran.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.failed() == 0 && self.passed() > 0
    }

    fn count(&self, which: impl Fn(&Outcome) -> bool) -> usize {
        self.vectors.iter().filter(|vector| which(&vector.outcome)).count()
    }
}

/// Failures by name with what was expected and what came, what was not run or passed by a rule, then
/// `N passed, M failed`.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for vector in &self.vectors {
            if let Outcome::Failed { expected, actual } = &vector.outcome {
                writeln!(f, "FAILED {}\n  expected: {expected}\n  actual:   {actual}", vector.name)?;
            }
        }
        for note in &self.notes {
            writeln!(f, "{note}")?;
        }
        for (rule, count) in self.by_rule() {
            writeln!(f, "{count} passed ({rule})")?;
        }
        let not_applicable = self.not_applicable().count();
        if not_applicable > 0 {
            writeln!(f, "{not_applicable} not applicable")?;
        }
        write!(f, "{} passed, {} failed", self.passed(), self.failed())
    }
}

//! The table of `docs/parity.md`: which behaviour is shown where.

use super::named_test::NamedTest;

/// One behaviour of the official SDK.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Its line in the file.
    pub(super) line: usize,
    /// Letters, a hyphen, a number: `REQ-07`.
    pub(super) id: String,
    /// What it is, in a few words.
    pub(super) behaviour: String,
    /// Where it is shown.
    pub(super) shown: Shown,
}

/// Where a behaviour is shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// Nowhere yet.
    Nowhere,
    /// By these tests.
    By(Vec<NamedTest>),
    /// It makes no sense here, and why.
    NotApplicable(String),
}

impl Row {
    /// The letters of its id.
    pub(super) fn group(&self) -> &str {
        self.id.split('-').next().unwrap_or_default()
    }

    /// The tests it names.
    pub(super) fn tests(&self) -> impl Iterator<Item = &NamedTest> {
        let tests = if let Shown::By(tests) = &self.shown { tests.as_slice() } else { &[] };
        tests.iter()
    }
}

/// The rows, and one finding (`line: sentence`) for each that cannot be read.
pub(super) fn read(text: &str) -> (Vec<Row>, Vec<String>) {
    let (mut rows, mut findings) = (Vec::new(), Vec::new());
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let Some(line) = line.strip_prefix("| ") else { continue };
        let cells: Vec<_> = line.trim_end().trim_end_matches('|').split('|').map(str::trim).collect();
        match read_row(number, &cells) {
            Ok(row) => rows.extend(row),
            Err(problem) => findings.push(format!("{number}: {problem}")),
        }
    }
    (rows, findings)
}

/// The row of these cells; none for the head of a table.
fn read_row(line: usize, cells: &[&str]) -> Result<Option<Row>, String> {
    if cells.first() == Some(&"id") {
        return Ok(None);
    }
    // An empty last cell goes with the bar that ends the line.
    let (id, behaviour, shown) = match cells {
        [id, behaviour] => (id, behaviour, ""),
        [id, behaviour, shown] => (id, behaviour, *shown),
        _ => return Err("a row has three cells".to_owned()),
    };
    let shown = read_shown(shown).map_err(|problem| format!("{id}: {problem}"))?;
    Ok(Some(Row { line, id: (*id).to_owned(), behaviour: (*behaviour).to_owned(), shown }))
}

fn read_shown(cell: &str) -> Result<Shown, String> {
    if cell.is_empty() {
        return Ok(Shown::Nowhere);
    }
    if let Some(reason) = cell.strip_prefix("n/a") {
        let reason = reason.strip_prefix(':').unwrap_or_default().trim();
        if reason.is_empty() {
            return Err("n/a without a reason: write `n/a: …`".to_owned());
        }
        return Ok(Shown::NotApplicable(reason.to_owned()));
    }
    let tests = cell.split(',').map(|name| {
        let name = name.trim();
        let inner = name.strip_prefix('`').and_then(|name| name.strip_suffix('`'));
        let inner = inner.ok_or_else(|| format!("{name}: the name of a test is in backticks"))?;
        inner.parse().map_err(|problem| format!("{inner}: {problem}"))
    });
    tests.collect::<Result<_, _>>().map(Shown::By)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(cell: &str) -> Result<Shown, String> {
        read_shown(cell)
    }

    #[test]
    fn rows_are_read_and_everything_else_is_passed_over() {
        let text = "# Title\n\n| id | behaviour | shown by |\n|---|---|---|\n| CLI-01 | Keys | |\n\
            | REQ-02 | Calls | `a it::b` |\n\nText | with a bar.\n";
        let (rows, findings) = read(text);
        assert!(findings.is_empty(), "{findings:?}");
        let ids: Vec<_> = rows.iter().map(|row| (row.line, row.id.as_str(), row.group())).collect();
        assert_eq!(ids, [(5, "CLI-01", "CLI"), (6, "REQ-02", "REQ")]);
        assert_eq!(rows[0].shown, Shown::Nowhere);
        assert_eq!(rows[1].tests().count(), 1);
    }

    #[test]
    fn a_cell_names_tests_in_backticks_with_commas_between() {
        let both = shown("`a it::b::c`, `d lib::e`").unwrap();
        assert_eq!(both, Shown::By(vec!["a it::b::c".parse().unwrap(), "d lib::e".parse().unwrap()]));
        for wrong in ["a it::b", "`a it::b` and `a it::c`", "`a it::b`,", "`a b`", "todo"] {
            assert!(shown(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn not_applicable_needs_a_reason() {
        assert_eq!(shown("n/a: there is no GIL"), Ok(Shown::NotApplicable("there is no GIL".to_owned())));
        assert!(shown("n/a").is_err());
        assert!(shown("n/a: ").is_err());
    }

    #[test]
    fn a_row_of_another_width_is_a_finding_with_its_line() {
        let (rows, findings) = read("| CLI-01 | Keys | `a it::b` | more |\n");
        assert!(rows.is_empty());
        assert_eq!(findings, ["1: a row has three cells"]);
    }
}

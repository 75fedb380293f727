//! The ids that the table must have: pinned here, so that a row cannot get lost in an edit.

use std::collections::BTreeMap;

use super::table::Row;

/// The groups in their order, and how many rows each has: `CLI-01` to `CLI-19`, and so on.
const GROUPS: [(&str, usize); 19] = [
    ("CLI", 19),
    ("VIEW", 20),
    ("OPT", 21),
    ("REQ", 47),
    ("AWS", 17),
    ("AUD", 17),
    ("PRX", 26),
    ("CNX", 25),
    ("MSC", 12),
    ("AUT", 9),
    ("GRT", 14),
    ("AGT", 14),
    ("KEY", 10),
    ("IDN", 13),
    ("RUL", 10),
    ("ERR", 14),
    ("OBS", 9),
    ("NET", 9),
    ("INT", 9),
];

/// Every id, in order.
fn pinned() -> impl Iterator<Item = String> {
    GROUPS.iter().flat_map(|(group, count)| (1..=*count).map(move |number| format!("{group}-{number:02}")))
}

/// One finding for each id that is missing, doubled or unknown.
pub(super) fn check(rows: &[Row]) -> Vec<String> {
    let mut lines = BTreeMap::<_, Vec<_>>::new();
    for row in rows {
        lines.entry(row.id.clone()).or_default().push(row.line);
    }
    let mut findings = Vec::new();
    for id in pinned() {
        match lines.remove(&id).as_deref() {
            None => findings.push(format!("1: {id} is missing")),
            Some([_]) => {}
            Some(more) => findings.push(format!("{}: {id} is there {} times", more[1], more.len())),
        }
    }
    findings.extend(lines.iter().map(|(id, lines)| format!("{}: {id} is no id of the list", lines[0])));
    findings
}

#[cfg(test)]
mod tests {
    use super::super::table;
    use super::*;

    fn findings(ids: impl Iterator<Item = String>) -> Vec<String> {
        let text: String = ids.map(|id| format!("| {id} | Something | |\n")).collect();
        check(&table::read(&text).0)
    }

    #[test]
    fn the_list_has_as_many_ids_as_the_official_sdk_has_behaviours() {
        assert_eq!(pinned().count(), 315);
        assert!(findings(pinned()).is_empty());
    }

    #[test]
    fn a_missing_a_doubled_and_an_invented_id_are_named() {
        let ids = pinned().filter(|id| id != "REQ-07");
        let ids = ids.chain(["CLI-01", "CLI-20"].map(str::to_owned));
        let found = findings(ids);
        assert_eq!(
            found,
            ["315: CLI-01 is there 2 times", "1: REQ-07 is missing", "316: CLI-20 is no id of the list"]
        );
    }
}

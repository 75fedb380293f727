//! Printing results: a table for people, one JSON document for programs.

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use crate::args::Format;

/// Prints rows of one kind. `cells` gives a row's texts in the order of `columns`.
pub(crate) fn rows<T: Serialize>(
    format: Format,
    columns: &[&str],
    rows: &[T],
    cells: impl Fn(&T) -> Vec<String>,
    empty: &str,
) {
    match format {
        Format::Json => json(&rows),
        Format::Table if rows.is_empty() => println!("{empty}"),
        Format::Table => println!("{}", table(columns, rows.iter().map(cells)).trim_fmt()),
    }
}

/// Prints one thing: `name  value` lines (empty values left out), or the JSON document.
pub(crate) fn record<T: Serialize>(format: Format, value: &T, lines: &[(&str, String)]) {
    match format {
        Format::Json => json(value),
        Format::Table => {
            let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
            for (name, value) in lines.iter().filter(|(_, value)| !value.is_empty()) {
                println!("  {name:width$}  {value}");
            }
        }
    }
}

/// A table without frame: aligned columns, headings in capitals, as wide as the terminal.
pub(crate) fn table(columns: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(columns.iter().map(|name| name.to_uppercase()));
    for row in rows {
        table.add_row(row);
    }
    table
}

fn json<T: Serialize>(value: &T) {
    println!("{}", serde_json::to_string_pretty(value).expect("results are plain JSON"));
}

//! The folder `models`: single values and tables of functions.

mod compare;
mod derived;
mod functions;
mod registry;
mod sample;

pub(crate) use compare::{same as same_json, without_nulls};
pub(crate) use functions::{build_content_match, error_fields};

use crate::{load::Models, report::Report};

/// Runs every sample and every table.
pub(crate) fn run(models: &Models, report: &mut Report) {
    for sample in &models.samples {
        report.add(format!("models/{}", sample.name), sample::run(sample));
    }
    for table in &models.tables {
        functions::run(table, report);
    }
}

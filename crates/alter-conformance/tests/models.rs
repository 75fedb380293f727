//! Every recorded sample and table of the repository's own copy.

use std::path::Path;

#[test]
fn every_recorded_model_behaves_as_recorded() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance");
    let report = alter_conformance::run(&directory).expect("the repository's copy is readable");
    assert!(report.is_success(), "{report}");
}

//! Every recorded vector of the repository's own copy.

use std::path::Path;

use alter_conformance::{Outcome, Report};

fn report() -> Report {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance");
    alter_conformance::run(&directory).expect("the repository's copy is readable")
}

#[test]
fn every_recorded_vector_behaves_as_recorded() {
    let report = report();
    assert!(report.is_success(), "{report}");
}

#[test]
fn no_folder_is_skipped_in_silence() {
    let report = report();
    let folders = [
        ("models/", 800),
        ("keys/", 110),
        ("signing/", 80),
        ("functions/", 220),
        ("requests/", 340),
        ("errors/", 880),
    ];
    for (folder, least) in folders {
        let passed = report.vectors().iter().filter(|vector| {
            let passed = matches!(vector.outcome, Outcome::Passed | Outcome::PassedByRule(_));
            passed && vector.name.starts_with(folder)
        });
        let passed = passed.count();
        assert!(passed >= least, "only {passed} vectors of {folder} passed");
    }
}

#[test]
fn a_directory_without_vectors_is_no_success() {
    let report = alter_conformance::run(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("readable");
    assert!(!report.is_success());
    assert!(report.to_string().contains("keys: no such folder, skipped"), "{report}");
}

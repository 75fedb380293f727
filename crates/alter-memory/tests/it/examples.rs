//! Every example of this crate runs to its end.

#[test]
fn all_are_listed_and_run() {
    alter_testkit::examples::run_all(env!("CARGO_MANIFEST_DIR"), &["isolate_memory"]);
}

//! `cargo xtask api`: the public API of the SDK's crates, one line an item, so that a change of it is seen in review.
//! Made by `cargo public-api`, which needs a nightly compiler for its JSON; so this is no step of `ci`.

use std::fs;

use crate::failure::Failure;
use crate::process;
use crate::tools;
use crate::workspace::Workspace;

/// What to do with the listings.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Change nothing, print what differs, and fail if anything does
    #[arg(long)]
    check: bool,
}

/// The crates that people build on.
const CRATES: [&str; 4] = ["alter-types", "alter-auth", "alter-transport", "alter-client"];
const FOLDER: &str = "docs/api";

/// Writes every listing, or compares it.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> Result<(), Failure> {
    tools::ensure_public_api(workspace)?;
    let folder = workspace.root().join(FOLDER);
    let mut changed = 0;
    for name in CRATES {
        // Without what follows from derives and blanket implementations.
        let list = ["public-api", "--package", name, "--all-features", "-sss"];
        let listed = process::output(&mut workspace.cargo(list))?;
        let file = folder.join(format!("{name}.txt"));
        let before = fs::read_to_string(&file).unwrap_or_default();
        if before == listed {
            println!("{name}: as listed");
        } else if arguments.check {
            print_difference(&before, &listed);
            println!("{name}: differs from its listing; run `cargo xtask api`");
            changed += 1;
        } else {
            let failed = |source| Failure::File { path: file.clone(), source };
            fs::create_dir_all(&folder).and_then(|()| fs::write(&file, &listed)).map_err(failed)?;
            println!("{name}: written, {} items", listed.lines().count());
        }
    }
    if changed == 0 { Ok(()) } else { Err(Failure::Findings { check: "api", count: changed }) }
}

/// Items are listed in order, so that a set of lines says all there is to say.
fn print_difference(before: &str, after: &str) {
    for gone in before.lines().filter(|line| !after.lines().any(|other| other == *line)) {
        println!("- {gone}");
    }
    for new in after.lines().filter(|line| !before.lines().any(|other| other == *line)) {
        println!("+ {new}");
    }
}

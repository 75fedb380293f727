//! Python environments with the official SDK, for the tests that run it against our server. Each is made once under
//! the target folder from a pinned list with hashes, and again when the list or the interpreter changes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::process;
use crate::workspace::Workspace;

/// The oldest Python that the official SDK runs on.
const OLDEST: (u32, u32) = (3, 11);

/// Written last, so that an environment that was interrupted is made again.
const MARKER: &str = "made-from";

/// One release of the official SDK that we test against.
struct Release {
    version: &'static str,
    requirements: &'static str,
    variable: &'static str,
}

const RELEASES: [Release; 2] = [
    Release {
        version: "0.29.0",
        requirements: "tests/python/alter-sdk-0.29.0.txt",
        variable: "ALTER_TEST_PYTHON",
    },
    Release {
        version: "0.12.0",
        requirements: "tests/python/alter-sdk-0.12.0.txt",
        variable: "ALTER_TEST_PYTHON_0_12",
    },
];

/// An interpreter that can import the official SDK, and the variable that tells the tests where it is.
pub(super) struct Environment {
    /// The name of the environment variable.
    pub(super) variable: &'static str,
    /// The interpreter.
    pub(super) interpreter: PathBuf,
}

/// Makes or finds the environment of every release.
pub(super) fn prepare(workspace: &Workspace) -> Result<Vec<Environment>, Failure> {
    let python = Python::find_or_install()?;
    let folder = workspace.target().join("python");
    RELEASES.iter().map(|release| environment(workspace, &python, &folder, release)).collect()
}

fn environment(
    workspace: &Workspace,
    python: &Python,
    folder: &Path,
    release: &Release,
) -> Result<Environment, Failure> {
    let requirements = workspace.root().join(release.requirements);
    let pinned = fs::read_to_string(&requirements)
        .map_err(|source| Failure::File { path: requirements.clone(), source })?;
    let home = folder.join(format!("alter-sdk-{}", release.version));
    let interpreter = home.join(if cfg!(windows) { r"Scripts\python.exe" } else { "bin/python" });
    let made_from = format!("{}\n{pinned}", python.identity);
    if is_current(&home, &made_from) && interpreter.exists() {
        println!("    alter-sdk {}: there already", release.version);
    } else {
        make(python, &home, &interpreter, &requirements)?;
        let marker = home.join(MARKER);
        fs::write(&marker, made_from).map_err(|source| Failure::File { path: marker, source })?;
    }
    Ok(Environment { variable: release.variable, interpreter })
}

fn is_current(home: &Path, made_from: &str) -> bool {
    fs::read_to_string(home.join(MARKER)).is_ok_and(|text| text == made_from)
}

fn make(python: &Python, home: &Path, interpreter: &Path, requirements: &Path) -> Result<(), Failure> {
    process::run(Command::new(python.command).args(["-m", "venv", "--clear"]).arg(home))?;
    let mut install = Command::new(interpreter);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]);
    install.args(["--require-hashes", "--only-binary", ":all:", "--requirement"]).arg(requirements);
    process::run(&mut install)
}

/// A Python of the machine that can make environments.
struct Python {
    command: &'static str,
    /// Its version and where it lives: another one makes another environment.
    identity: String,
}

impl Python {
    fn find_or_install() -> Result<Self, Failure> {
        if let Some(python) = Self::find() {
            return Ok(python);
        }
        let advice = format!(
            "the tests with the official SDK need Python {}.{} or newer with its venv module; \
             on Debian and Ubuntu: apt-get install python3 python3-venv",
            OLDEST.0, OLDEST.1
        );
        if !may_install() {
            return Err(Failure::Missing(advice));
        }
        println!("    no Python with the venv module: installing it");
        process::run(Command::new("apt-get").args(["update", "-qq"]))?;
        let mut install = Command::new("apt-get");
        install.env("DEBIAN_FRONTEND", "noninteractive").args([
            "install",
            "-y",
            "-qq",
            "python3",
            "python3-venv",
        ]);
        process::run(&mut install)?;
        Self::find().ok_or(Failure::Missing(advice))
    }

    fn find() -> Option<Self> {
        ["python3", "python3.13", "python3.12", "python3.11", "python"].into_iter().find_map(Self::examine)
    }

    /// Asks an interpreter what it is; one without venv, or too old, is none.
    fn examine(command: &'static str) -> Option<Self> {
        let question = "import ensurepip, sys, venv; \
            print(*sys.version_info[:3], sys.implementation.name, sys.base_prefix)";
        let identity = process::probe(Command::new(command).args(["-c", question]))?;
        is_new_enough(&identity).then_some(Self { command, identity })
    }
}

fn is_new_enough(identity: &str) -> bool {
    let mut numbers = identity.split(' ').map_while(|word| word.parse::<u32>().ok());
    numbers.next().zip(numbers.next()).is_some_and(|version| version >= OLDEST)
}

/// Only root of a Debian-like system: anybody else is told what to install.
fn may_install() -> bool {
    let is_root = process::probe(Command::new("id").arg("-u")).is_some_and(|id| id == "0");
    is_root && process::probe(Command::new("apt-get").arg("--version")).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_or_unreadable_python_is_not_taken() {
        assert!(is_new_enough("3 11 2 cpython /usr"));
        assert!(is_new_enough("3 14 0 cpython /usr"));
        assert!(is_new_enough("4 0 0 cpython /usr"));
        assert!(!is_new_enough("3 9 18 cpython /usr"));
        assert!(!is_new_enough("2 7 18 cpython /usr"));
        assert!(!is_new_enough(""));
    }

    #[test]
    fn an_environment_is_made_again_when_what_it_was_made_from_changes() {
        let home = tempfile::tempdir().unwrap();
        assert!(!is_current(home.path(), "python and list"));
        fs::write(home.path().join(MARKER), "python and list").unwrap();
        assert!(is_current(home.path(), "python and list"));
        assert!(!is_current(home.path(), "python and another list"));
    }

    #[test]
    fn every_list_pins_its_release_with_a_hash() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask has a parent folder");
        for release in RELEASES {
            let pinned = fs::read_to_string(root.join(release.requirements)).unwrap();
            assert!(pinned.contains(&format!("alter-sdk=={} \\\n    --hash=sha256:", release.version)));
        }
    }
}

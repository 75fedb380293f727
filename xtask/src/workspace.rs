//! The workspace as the commands see it: where it is, what its members are, which files belong to it.

use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{Metadata, MetadataCommand};

use crate::failure::Failure;
use crate::{env, process};

/// The workspace that the current directory belongs to.
pub(crate) struct Workspace {
    metadata: Metadata,
}

impl Workspace {
    /// Asks cargo for the workspace and its whole dependency graph, as locked.
    pub(crate) fn find() -> Result<Self, Failure> {
        let metadata = MetadataCommand::new().cargo_path(env::cargo()).exec().map_err(Box::new)?;
        Ok(Self { metadata })
    }

    /// What cargo says about the members and the packages they reach.
    pub(crate) fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The folder with the root manifest.
    pub(crate) fn root(&self) -> &Path {
        self.metadata.workspace_root.as_std_path()
    }

    /// The folder cargo builds into.
    pub(crate) fn target(&self) -> &Path {
        self.metadata.target_directory.as_std_path()
    }

    /// A cargo command that runs at the root, as if a person had typed it there.
    pub(crate) fn cargo<const N: usize>(&self, arguments: [&str; N]) -> Command {
        let mut command = Command::new(env::cargo());
        command.current_dir(self.root()).args(arguments);
        for name in env::about_our_package() {
            command.env_remove(name);
        }
        command
    }

    /// The files git tracks and the new ones it does not ignore, relative to the root; deleted ones are left out.
    pub(crate) fn files(&self) -> Result<Vec<PathBuf>, Failure> {
        let mut git = Command::new("git");
        git.current_dir(self.root()).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let listed = process::output(&mut git)?;
        let files = listed.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from);
        Ok(files.filter(|file| self.root().join(file).is_file()).collect())
    }
}

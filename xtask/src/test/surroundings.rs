//! What some tests need around them, for commands that run a few tests instead of all.

use std::process::Command;

use super::python::{self, Environment};
use crate::failure::Failure;
use crate::process;
use crate::workspace::Workspace;

/// The package whose tests start programs: the official SDK and `alter`.
const WHOLE_SYSTEM: &str = "alter-e2e";

/// What was brought up.
pub(crate) struct Surroundings {
    environments: Vec<Environment>,
}

impl Surroundings {
    /// Brings up what the tests of these packages need; for most there is nothing to do.
    pub(crate) fn prepare<'p>(
        workspace: &Workspace,
        mut packages: impl Iterator<Item = &'p str>,
    ) -> Result<Self, Failure> {
        let mut environments = Vec::new();
        if packages.any(|package| package == WHOLE_SYSTEM) {
            environments = python::prepare(workspace)?;
            process::run(&mut workspace.cargo(["build", "--all-features", "--package", "alter-cli"]))?;
        }
        Ok(Self { environments })
    }

    /// Tells a command that runs tests where it all is.
    pub(crate) fn apply(&self, command: &mut Command) {
        for environment in &self.environments {
            command.env(environment.variable, &environment.interpreter);
        }
    }
}

//! The folder a vault lives in, and opening it: the file, its master key, and which application is meant.

use std::{
    fs,
    path::{Path, PathBuf},
};

use alter_client::auth::SystemRandom;
use alter_server::vault::{AppRecord, MasterKey, Vault, VaultOptions};

use crate::{args::OperatorArgs, failure::Failure};

/// Where the parts of one vault are.
#[derive(Debug, Clone)]
pub(crate) struct Home {
    dir: PathBuf,
    master_key: PathBuf,
}

impl Home {
    /// The home the command line names.
    pub(crate) fn of(operator: &OperatorArgs) -> Self {
        let master_key = operator.master_key.clone().unwrap_or_else(|| operator.dir.join("master.key"));
        Self { dir: operator.dir.clone(), master_key }
    }

    /// A home in `dir`, key and all.
    pub(crate) fn at(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), master_key: dir.join("master.key") }
    }

    /// The vault file.
    pub(crate) fn vault_file(&self) -> PathBuf {
        self.dir.join("vault.db")
    }

    /// The master key file.
    pub(crate) fn master_key_file(&self) -> &Path {
        &self.master_key
    }

    /// What `alter dev` remembers between starts.
    pub(crate) fn dev_file(&self) -> PathBuf {
        self.dir.join("dev.json")
    }

    /// Opens a vault that exists, with its master key.
    pub(crate) fn open(&self) -> Result<Vault, Failure> {
        if !self.vault_file().exists() {
            return Err(Failure::new(format!("there is no vault at {}", self.vault_file().display()))
                .advise("`alter init` makes one; or name its folder with --dir"));
        }
        self.open_or_create(&self.load_master_key()?)
    }

    /// The master key, made if there is neither a key nor a vault. A vault without its key is never given a new one.
    pub(crate) fn found_master_key(&self) -> Result<MasterKey, Failure> {
        let exists = self.master_key_file().exists() || self.vault_file().exists();
        fs::create_dir_all(&self.dir)
            .map_err(|e| Failure::caused(format!("{} could not be made", self.dir.display()), e))?;
        if exists {
            return self.load_master_key();
        }
        MasterKey::create(self.master_key_file(), &SystemRandom::new())
            .map_err(|error| Failure::caused("the master key could not be made", error))
    }

    /// Opens the vault, making the file if it is not there. Only `alter init`, `alter dev` and `alter demo` do that.
    pub(crate) fn open_or_create(&self, master: &MasterKey) -> Result<Vault, Failure> {
        Vault::open(VaultOptions::new(self.vault_file()), master)
            .map_err(|error| Failure::caused("the vault could not be opened", error))
    }

    /// Reads the master key.
    pub(crate) fn load_master_key(&self) -> Result<MasterKey, Failure> {
        MasterKey::load(&self.master_key).map_err(|error| {
            Failure::caused("the master key could not be read", error)
                .advise("name the file with --master-key; without it the vault's secrets cannot be opened")
        })
    }
}

/// The application the command line names, or the only one there is.
pub(crate) async fn application(vault: &Vault, operator: &OperatorArgs) -> Result<AppRecord, Failure> {
    let mut apps =
        vault.apps().await.map_err(|e| Failure::caused("the applications could not be read", e))?;
    let names = || apps.iter().map(|app| app.name.as_str()).collect::<Vec<_>>().join(", ");
    match &operator.app {
        Some(name) => match apps.iter().position(|app| app.name == *name) {
            Some(at) => Ok(apps.swap_remove(at)),
            None => {
                Err(Failure::new(format!("there is no application named {name}; there are: {}", names())))
            }
        },
        None if apps.len() == 1 => Ok(apps.swap_remove(0)),
        None if apps.is_empty() => {
            Err(Failure::new("the vault has no application yet").advise("alter apps create NAME"))
        }
        None => {
            Err(Failure::new(format!("which application? There are: {}", names()))
                .advise("name one with --app"))
        }
    }
}

//! `alter dev`: a vault on loopback with a key, a practice provider and a grant on it, ready to use. Everything is
//! made on the first start and reused on the next.

use std::{fs, io::Write as _, path::Path};

use alter_client::{
    auth::{ApiKey, Random as _, SystemRandom},
    types::{GrantId, Secret},
};
use alter_server::{
    ServerConfig,
    vault::{NewGrant, NewKey, NewSecret, Scope, SecretRef, Vault},
};
use serde::{Deserialize, Serialize};

use crate::{
    args::{DevArgs, Format, OperatorArgs},
    cmd::serve::{bind, stop_signal},
    failure::Failure,
    home::Home,
    practice_provider::PracticeProvider,
};

/// What is remembered between starts, readable by its owner only. The vault itself keeps no plaintext key.
#[derive(Serialize, Deserialize)]
struct Remembered {
    api_key: String,
    grant_id: GrantId,
    practice_port: u16,
}

/// What is printed.
#[derive(Serialize)]
struct Announcement<'a> {
    base_url: String,
    api_key: &'a str,
    grant_id: GrantId,
    practice_provider: String,
    vault_file: String,
    master_key_file: String,
}

pub(crate) async fn run(operator: &OperatorArgs, args: DevArgs) -> Result<(), Failure> {
    if !args.listen.ip().is_loopback() {
        return Err(Failure::new(format!("alter dev listens on loopback only, not on {}", args.listen))
            .advise("`alter serve` for a vault that others can reach"));
    }
    let home = Home::of(operator);
    let master = home.found_master_key()?;
    let vault = home.open_or_create(&master)?;
    let remembered = read(&home.dev_file())?;
    // The server's port first: if this folder is being served already, that is what is said.
    let mut config = ServerConfig::default();
    config.egress.destinations = config.egress.destinations.allow_loopback();
    let server = bind(&vault, args.listen, config).await?;

    let provider = practice_provider(remembered.as_ref()).await?;
    let remembered = match remembered {
        Some(remembered) => remembered,
        None => furnish(&vault, &home, &provider).await?,
    };
    let practice = provider.origin();
    provider.spawn(None);

    announce(
        operator.output,
        &home,
        &Announcement {
            base_url: format!("http://{}", server.address()),
            api_key: &remembered.api_key,
            grant_id: remembered.grant_id,
            practice_provider: practice,
            vault_file: home.vault_file().display().to_string(),
            master_key_file: home.master_key_file().display().to_string(),
        },
    );
    server.run(stop_signal()).await;
    vault.close().await;
    Ok(())
}

/// The practice provider, on the port its secret's host rule names.
async fn practice_provider(remembered: Option<&Remembered>) -> Result<PracticeProvider, Failure> {
    let port = remembered.map_or(0, |r| r.practice_port);
    PracticeProvider::bind(port).await.map_err(|error| {
        Failure::caused(format!("the practice provider could not listen on 127.0.0.1:{port}"), error)
            .advise("stop the program that uses this port, or start with an empty folder: --dir FOLDER")
    })
}

/// Makes the application, its key, the practice secret and the grant on it.
async fn furnish(vault: &Vault, home: &Home, provider: &PracticeProvider) -> Result<Remembered, Failure> {
    let failed = |error: alter_server::vault::VaultError| {
        Failure::caused("the vault could not be furnished", error)
            .advise("if an earlier first start was cut short, start with an empty folder: --dir FOLDER")
    };
    let random = SystemRandom::new();
    let mut bytes = [0; 16];
    random.fill(&mut bytes).map_err(|e| Failure::caused("no practice credential could be made", e))?;
    let practice = Secret::new(format!("practice-{:032x}", u128::from_be_bytes(bytes)));

    let app = vault.create_app("dev").await.map_err(failed)?;
    let new_key = NewKey::runtime("dev", Scope::backend());
    let (_, key): (_, ApiKey) = vault.create_key(app.id, new_key).await.map_err(failed)?;
    let hosts = crate::cmd::secrets::parse_hosts(&[provider.origin()])?;
    let secret =
        vault.create_secret(app.id, NewSecret::new("Practice", hosts, practice)).await.map_err(failed)?;
    let grant =
        vault.create_grant(app.id, NewGrant::of(SecretRef::Slug(secret.slug))).await.map_err(failed)?;

    let remembered = Remembered {
        api_key: key.expose().to_owned(),
        grant_id: grant.id,
        practice_port: provider.address().port(),
    };
    write(&home.dev_file(), &remembered)?;
    Ok(remembered)
}

fn read(file: &Path) -> Result<Option<Remembered>, Failure> {
    match fs::read(file) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|_| {
            Failure::new(format!("{} is damaged", file.display()))
                .advise("start with an empty folder: --dir FOLDER (or make a key with `alter keys create`)")
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::caused(format!("{} could not be read", file.display()), error)),
    }
}

fn write(file: &Path, remembered: &Remembered) -> Result<(), Failure> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let text = serde_json::to_vec_pretty(remembered).expect("three plain fields are JSON");
    options
        .open(file)
        .and_then(|mut file| file.write_all(&text).and_then(|()| file.sync_all()))
        .map_err(|error| Failure::caused(format!("{} could not be written", file.display()), error))
}

fn announce(format: Format, home: &Home, announcement: &Announcement<'_>) {
    if format == Format::Json {
        // One line, so that a program can wait for it.
        println!("{}", serde_json::to_string(announcement).expect("plain texts are JSON"));
    } else {
        let Announcement { base_url, api_key, grant_id, practice_provider, vault_file, master_key_file } =
            announcement;
        println!(
            "\
Alter Vault for development

  Base URL           {base_url}
  API key            {api_key}
  Grant              {grant_id}
  Practice provider  {practice_provider}  (the grant's only host; answers to its credential)

  Vault file         {vault_file}
  Master key         {master_key_file}  (without it the vault cannot be opened; keep it apart in production)
  Remembered in      {dev_file}  (holds the API key: for development only)

From Rust:    App::builder(\"{api_key}\".parse()?).base_url(\"{base_url}\")
                  .destinations(Destinations::public_only().allow_loopback()).build()?
From Python:  ALTER_BASE_URL={base_url}  and  App(api_key=\"{api_key}\")

Ctrl-C stops it; the next start uses the same key and grant.",
            dev_file = home.dev_file().display(),
        );
    }
    let _ = std::io::stdout().flush();
}

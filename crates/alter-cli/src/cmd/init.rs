//! `alter init`: an empty vault with its master key and a first application.

use serde_json::json;

use crate::{
    args::{Format, OperatorArgs},
    failure::Failure,
    home::Home,
    output,
};

pub(crate) async fn run(operator: &OperatorArgs, first_app: &str) -> Result<(), Failure> {
    let home = Home::of(operator);
    if home.vault_file().exists() {
        return Err(Failure::new(format!("there is a vault at {} already", home.vault_file().display()))
            .advise("another folder with --dir, or `alter apps create NAME` in this one"));
    }
    let key_was_there = home.master_key_file().exists();
    let master = home.found_master_key()?;
    let vault = home.open_or_create(&master)?;
    let app = vault
        .create_app(first_app)
        .await
        .map_err(|e| Failure::caused("the first application was not created", e))?;
    vault.close().await;

    let (file, key_file) = (home.vault_file(), home.master_key_file());
    let lines = [
        ("vault file", file.display().to_string()),
        ("master key", key_file.display().to_string()),
        ("application", app.name.clone()),
    ];
    let shown = json!({ "vault_file": file, "master_key_file": key_file, "app": app });
    output::record(operator.output, &shown, &lines);
    if operator.output == Format::Table {
        if !key_was_there {
            println!(
                "\nThe master key is new. Keep a copy of it apart: without it the vault cannot be opened."
            );
        }
        println!("\nNext: alter keys create NAME, alter secrets create NAME --host HOST, alter serve");
    }
    Ok(())
}

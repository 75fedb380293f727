//! `alter apps`: create and list applications.

use crate::{
    args::{AppsCommand, OperatorArgs},
    failure::Failure,
    home::Home,
    output,
};

pub(crate) async fn run(operator: &OperatorArgs, command: AppsCommand) -> Result<(), Failure> {
    let vault = Home::of(operator).open()?;
    match command {
        AppsCommand::Create { name } => {
            let app = vault
                .create_app(&name)
                .await
                .map_err(|e| Failure::caused("the application was not created", e))?;
            output::record(
                operator.output,
                &app,
                &[("application", app.name.clone()), ("id", app.id.to_string())],
            );
        }
        AppsCommand::List => {
            let apps =
                vault.apps().await.map_err(|e| Failure::caused("the applications could not be read", e))?;
            output::rows(
                operator.output,
                &["name", "id", "created"],
                &apps,
                |app| vec![app.name.clone(), app.id.to_string(), app.created_at.to_string()],
                "No applications yet. Create one with `alter apps create NAME`.",
            );
        }
    }
    vault.close().await;
    Ok(())
}

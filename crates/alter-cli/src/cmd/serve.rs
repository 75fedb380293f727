//! `alter serve`: serve an existing vault until told to stop.

use std::{io::Write as _, sync::Arc};

use alter_client::auth::{SystemClock, SystemRandom};
use alter_server::{Server, ServerConfig, ServerState, vault::Vault};
use serde_json::json;

use crate::{
    args::{Format, OperatorArgs, ServeArgs},
    failure::Failure,
    home::Home,
};

pub(crate) async fn run(operator: &OperatorArgs, args: ServeArgs) -> Result<(), Failure> {
    let home = Home::of(operator);
    let vault = home.open()?;
    let mut config = ServerConfig::default();
    config.public_url = args.public_url;
    for network in args.allow_network {
        config.egress.destinations = config.egress.destinations.allow_network(network);
    }
    let server = bind(&vault, args.listen, config).await?;
    let base_url = format!("http://{}", server.address());
    match operator.output {
        // One line, so that a program can wait for it.
        Format::Json => println!("{}", json!({ "base_url": base_url })),
        Format::Table => println!("Serving {} on {base_url}. Ctrl-C stops it.", home.vault_file().display()),
    }
    let _ = std::io::stdout().flush();
    server.run(stop_signal()).await;
    vault.close().await;
    Ok(())
}

/// A server for `vault`, bound and not yet serving.
pub(crate) async fn bind(
    vault: &Vault,
    address: std::net::SocketAddr,
    config: ServerConfig,
) -> Result<Server, Failure> {
    let random = SystemRandom::new();
    let state = ServerState::new(vault.clone(), config, Arc::new(SystemClock), &random)
        .map_err(|error| Failure::caused("the server could not start", error))?;
    Server::bind(address, state).await.map_err(|error| {
        Failure::caused("the server could not start", error)
            .advise("another address with --listen 127.0.0.1:PORT")
    })
}

/// Resolves on Ctrl-C, and on SIGTERM where there is one.
pub(crate) async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

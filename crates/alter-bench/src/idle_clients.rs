//! Memory held by clients that do nothing: they share sockets, TLS configuration and roots, so each costs its own stack
//! of layers and little else.

use alter_auth::{ApiKey, KeyKind, SystemRandom};
use alter_client::App;

use crate::{Failure, cpu};

const CLIENTS: usize = 10_000;

/// Takes and prints the figure.
pub(crate) fn run() -> Result<(), Failure> {
    let key = ApiKey::mint(KeyKind::Runtime, &SystemRandom::new())?;
    let client = || App::builder(key.clone()).base_url("https://vault.example.com").build();
    let first = client()?;
    let before = cpu::resident(std::process::id())?;
    let clients: Vec<App> = (0..CLIENTS).map(|_| client()).collect::<Result<_, _>>()?;
    let after = cpu::resident(std::process::id())?;
    #[expect(clippy::cast_precision_loss, reason = "memory sizes are far below 2^52")]
    let (total, each) = (
        after.saturating_sub(before) as f64 / 1_048_576.0,
        after.saturating_sub(before) as f64 / 1024.0 / CLIENTS as f64,
    );
    println!("SDK: {} idle clients hold {total:.1} MiB, {each:.2} KiB each", clients.len());
    drop((first, clients));
    Ok(())
}

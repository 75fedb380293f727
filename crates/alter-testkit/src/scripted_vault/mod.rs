//! [`ScriptedVault`]: a vault and every provider, as a test says they are. See the crate's front page.

mod answer;
mod approval;
mod assertion;
mod pattern;
mod people;
mod provider_face;
mod script;
mod seen;
mod state;
mod vault_face;
mod wire;

use std::{
    fmt,
    net::Ipv4Addr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use alter_auth::{ApiKey, KeyKind, SeededRandom};
use alter_client::{Agent, App, Builder};
use alter_types::GrantId;
pub use answer::{Answer, Decision, Fault, Refusal};
pub use assertion::Assertion;
pub use script::Script;
pub use seen::{Mode, Row, Seen};
use tokio::{net::TcpListener, sync::Notify, task::JoinHandle};

use self::{pattern::Pattern, state::State, wire::Dialer};

/// The grant of [`ScriptedVault::grant`].
const GRANT: GrantId = GrantId::from_bytes([
    0x11, 0x11, 0x11, 0x11, 0x22, 0x22, 0x43, 0x33, 0x84, 0x44, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55,
]);
/// The application's key. Its checksum is right.
const APP_KEY: &str = "alter_rk_abcdefghijklmnopqrstuv_iwpykn";
/// How long a test waits for audit rows that do not come.
const ROWS_WAIT: Duration = Duration::from_secs(5);

/// A vault that says what a test tells it to say, the providers behind it, and a record of both.
///
/// The client it gives out is a real one: it signs, retries, times out and reports as in production, over HTTP in this
/// process. Signatures and nonces are checked as a real vault checks them; every API key is known, and every grant id
/// is good. What no script answers is refused, and fails the test when the vault is dropped.
///
/// Every method panics where a test cannot go on.
pub struct ScriptedVault {
    shared: Arc<Shared>,
    dialer: Dialer,
    app: App,
    agent: Agent,
    server: JoinHandle<()>,
}

struct Shared {
    state: Arc<Mutex<State>>,
    rows_changed: Notify,
    base_url: String,
}

impl ScriptedVault {
    /// Starts a vault without any script.
    ///
    /// # Panics
    /// If no loopback port can be had.
    pub async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a loopback port is free");
        let address = listener.local_addr().expect("a bound socket has an address");
        let shared = Arc::new(Shared {
            state: Arc::default(),
            rows_changed: Notify::new(),
            base_url: format!("http://{address}"),
        });
        let (dialer, pipes) = wire::pipes();
        let server = tokio::spawn(wire::serve(Arc::clone(&shared), listener, pipes));
        let app = App::builder(app_key());
        let app = wired(app, &shared.base_url, &dialer).build().expect("a loopback base URL is valid");
        let agent = Agent::builder(agent_key());
        let agent = wired(agent, &shared.base_url, &dialer).build().expect("a loopback base URL is valid");
        Self { shared, dialer, app, agent, server }
    }

    /// Scripts the calls of one pattern, `METHOD URL`: the calls to a provider in either mode, or an operation of the
    /// vault by its path (`GET /sdk/agents/me`). A segment may be `{name}`, for any; the last may be `*`, for
    /// everything below; the method may be `*`. Parameters in the pattern have to be in the call's URL; others may be.
    ///
    /// Of several scripts that fit, the newest answers.
    ///
    /// # Panics
    /// If the pattern is not one.
    #[track_caller]
    pub fn on(&self, pattern: &str) -> Script {
        Script::new(Arc::clone(&self.shared.state), Pattern::parse(pattern))
    }

    /// Expects calls of a pattern, as in [`on`](Self::on); here parameters that were added count too.
    ///
    /// # Panics
    /// If the pattern is not one.
    #[track_caller]
    pub fn saw(&self, pattern: &str) -> Assertion<'_, Seen> {
        Assertion::new(self, Pattern::parse(pattern))
    }

    /// Expects rows in the audit trail: the SDK's own reports, one for each call it made itself. (In proxy mode the
    /// vault writes the row, and the application has no part in it.)
    ///
    /// # Panics
    /// If the pattern is not one.
    #[track_caller]
    pub fn audited(&self, pattern: &str) -> Assertion<'_, Row> {
        Assertion::new(self, Pattern::parse(pattern))
    }

    /// Every call so far, oldest first.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.shared.lock().seen.clone()
    }

    /// Every audit row, oldest first, once those of all calls so far have arrived; after five seconds without them,
    /// those that have.
    pub async fn rows(&self) -> Vec<Row> {
        let all_there = async {
            loop {
                let changed = self.shared.rows_changed.notified();
                {
                    let state = self.shared.lock();
                    if state.rows.len() >= state.rows_due {
                        return;
                    }
                }
                changed.await;
            }
        };
        let _ = tokio::time::timeout(ROWS_WAIT, all_there).await;
        self.shared.lock().rows.clone()
    }

    /// The application's client. Every call gives a clone of the same one.
    #[must_use]
    pub fn app(&self) -> App {
        self.app.clone()
    }

    /// An agent's client, with a key of its own. Every call gives a clone of the same one.
    #[must_use]
    pub fn agent(&self) -> Agent {
        self.agent.clone()
    }

    /// Options for an application's client of this vault and its providers. Everything but the base URL and the
    /// transports may be changed.
    pub fn builder(&self) -> Builder<App> {
        wired(App::builder(app_key()), &self.shared.base_url, &self.dialer)
    }

    /// Options for an agent's client, likewise.
    pub fn agent_builder(&self) -> Builder<Agent> {
        wired(Agent::builder(agent_key()), &self.shared.base_url, &self.dialer)
    }

    /// A grant. Any other id is as good.
    #[must_use]
    pub fn grant(&self) -> GrantId {
        GRANT
    }

    /// The application's key, for a process of its own.
    ///
    /// # Panics
    /// Never: it is one.
    #[must_use]
    pub fn key(&self) -> ApiKey {
        app_key()
    }

    /// Where it listens, on loopback, for a process of its own: what that process calls in proxy mode, and at the
    /// vault itself, is scripted; a provider it would call in retrieve mode is not reached from there.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.shared.base_url
    }

    /// What was not as scripted so far, and would fail the test at its end. Taking it accepts it.
    #[must_use]
    pub fn take_unexpected(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.lock().unexpected)
    }
}

fn app_key() -> ApiKey {
    APP_KEY.parse().expect("the key is one")
}

fn agent_key() -> ApiKey {
    ApiKey::mint(KeyKind::Agent, &SeededRandom::new(1)).expect("seeded randomness does not fail")
}

/// A builder whose every connection ends here.
fn wired<T>(builder: Builder<T>, base_url: &str, dialer: &Dialer) -> Builder<T> {
    builder
        .base_url(base_url)
        .danger_backend_transport(dialer.transport())
        .danger_provider_transport(dialer.transport())
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Fails the test if anything happened that no script foresaw.
impl Drop for ScriptedVault {
    fn drop(&mut self) {
        self.server.abort();
        let unexpected = self.take_unexpected();
        if !unexpected.is_empty() && !std::thread::panicking() {
            panic!("not as scripted:\n  {}", unexpected.join("\n  "));
        }
    }
}

impl fmt::Debug for ScriptedVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.shared.lock();
        f.debug_struct("ScriptedVault")
            .field("base_url", &self.shared.base_url)
            .field("scripts", &state.scripts.len())
            .field("seen", &state.seen.len())
            .finish_non_exhaustive()
    }
}

//! The test bench: a vault in a temporary folder, on a clock and randomness the test controls.

use std::{path::PathBuf, sync::Arc, time::Duration};

use alter_auth::{ApiKey, Attribution, Clock, ManualClock, Nonce, Random, SeededRandom};
use alter_types::{AddressedGrant, AppId, Caller, DeclaredRequest, GrantId, Secret, TokenRequest};
use alter_vault::{
    Admission, AppRecord, AuditFilter, AuditRow, GrantRecord, MasterKey, Narrowing, NewGrant, NewKey,
    NewSecret, OpenError, ProxyDecision, ProxyTicket, ProxyUse, Refusal, Scope, SecretRecord, SecretRef,
    Vault, VaultOptions,
};

/// The secret that must never be seen outside an answer.
pub(crate) const CANARY: &str = "canary-7f3a1c9e-do-not-leak";

/// Where the secret of [`Bench::secret`] may go.
pub(crate) const HOST: &str = "api.example.com";

/// 2026-07-01T00:00:00Z.
const START: i64 = 1_782_864_000;

pub(crate) struct Bench {
    pub(crate) vault: Vault,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) master: MasterKey,
    random: Arc<SeededRandom>,
    folder: tempfile::TempDir,
}

/// An application with a key, a secret that holds the canary, and a grant on it.
pub(crate) struct Tenant {
    pub(crate) app: AppRecord,
    pub(crate) key: ApiKey,
    pub(crate) key_id: alter_types::KeyId,
    pub(crate) secret: SecretRecord,
    pub(crate) grant: GrantRecord,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(START));
        let random = Arc::new(SeededRandom::new(7));
        let master = MasterKey::generate(&*random).unwrap();
        let path = folder.path().join("vault.db");
        let vault = open(path, &clock, &random, &master).unwrap();
        Self { vault, clock, master, random, folder }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("vault.db")
    }

    pub(crate) fn open(&self, master: &MasterKey) -> Result<Vault, OpenError> {
        open(self.path(), &self.clock, &self.random, master)
    }

    /// The same file once more, as a second process would open it, remembering at most `max_nonces` requests.
    pub(crate) fn open_with_room_for(&self, max_nonces: usize) -> Vault {
        let options = options(self.path(), &self.clock, &self.random).max_nonces(max_nonces);
        Vault::open(options, &self.master).unwrap()
    }

    /// Closes the vault and opens it again, as a restart of the program would.
    pub(crate) async fn restart(&mut self) {
        self.vault.close().await;
        self.vault = self.open(&self.master).unwrap();
    }

    /// A connection beside the vault, for looking at the file and for tampering with it.
    pub(crate) fn sql(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path()).unwrap()
    }

    pub(crate) async fn tenant(&self) -> Tenant {
        let app = self.vault.create_app("Weather bot").await.unwrap();
        let (record, key) = self.key(app.id, Scope::backend()).await;
        let secret = self.secret(app.id).await;
        let grant = self.grant(app.id, &secret).await;
        Tenant { app, key, key_id: record.id, secret, grant }
    }

    pub(crate) async fn key(&self, app: AppId, scopes: Vec<Scope>) -> (alter_vault::KeyRecord, ApiKey) {
        self.vault.create_key(app, NewKey::runtime("backend", scopes)).await.unwrap()
    }

    pub(crate) async fn secret(&self, app: AppId) -> SecretRecord {
        let new = NewSecret::new("Weather API", vec![HOST.parse().unwrap()], Secret::from(CANARY));
        self.vault.create_secret(app, new).await.unwrap()
    }

    pub(crate) async fn grant(&self, app: AppId, secret: &SecretRecord) -> GrantRecord {
        self.vault.create_grant(app, NewGrant::of(SecretRef::Id(secret.id))).await.unwrap()
    }

    /// A fresh signed call with this key.
    pub(crate) fn call(&self, key: &ApiKey) -> Admission {
        Admission {
            key: key.clone(),
            nonce: self.nonce(),
            timestamp: self.clock.now(),
            attribution: Attribution {
                caller: Some(Caller::service("billing").unwrap()),
                ..Attribution::default()
            },
            narrowing: Narrowing::default(),
            request_id: "req-1".to_owned(),
            client_ip: Some("192.0.2.7".parse().unwrap()),
        }
    }

    /// Begins a proxied call that needs nobody's approval.
    pub(crate) async fn begin(&self, call: Admission, wanted: ProxyUse) -> Result<ProxyTicket, Refusal> {
        match self.vault.begin_proxy(call, wanted, || panic!("frozen without need")).await? {
            ProxyDecision::Go(ticket) => Ok(ticket),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn nonce(&self) -> Nonce {
        let mut bytes = [0; 16];
        self.random.fill(&mut bytes).unwrap();
        Nonce::from_bytes(bytes)
    }

    pub(crate) async fn trail(&self) -> Vec<AuditRow> {
        let mut filter = AuditFilter::default();
        filter.limit = 1_000;
        self.vault.audit(filter).await.unwrap()
    }

    pub(crate) async fn last_row(&self) -> AuditRow {
        self.trail().await.pop().unwrap()
    }
}

/// A request for the credential of `grant`, for a call its secret may be sent to.
pub(crate) fn wanted(grant: GrantId) -> TokenRequest {
    wanted_for(AddressedGrant::Grant(grant), "https://api.example.com/v1/forecast")
}

pub(crate) fn wanted_for(grant: AddressedGrant, url: &str) -> TokenRequest {
    TokenRequest::new(grant, DeclaredRequest::new("GET", url))
}

fn open(
    path: PathBuf,
    clock: &Arc<ManualClock>,
    random: &Arc<SeededRandom>,
    master: &MasterKey,
) -> Result<Vault, OpenError> {
    Vault::open(options(path, clock, random), master)
}

fn options(path: PathBuf, clock: &Arc<ManualClock>, random: &Arc<SeededRandom>) -> VaultOptions {
    VaultOptions::new(path)
        .clock(Arc::clone(clock) as _)
        .random(Arc::clone(random) as _)
        .busy_timeout(Duration::from_millis(50))
}

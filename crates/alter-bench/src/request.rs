//! CPU per `request()` of the SDK on loopback, from end to end: retrieve the credential, call the provider, deliver the
//! audit row. Beside it the bare hyper client doing the same exchanges, and the official Python SDK doing the same calls
//! against the same server.

use std::collections::BTreeMap;

use alter_auth::{ApiKey, KeyKind, SystemRandom};
use alter_client::{App, Destinations};
use alter_types::{AddressedGrant, ApiCallAuditLog, DeclaredRequest, GrantId, TokenRequest};
use tokio::task::JoinSet;

use crate::{Failure, bare_client::BareClient, cpu, process::Measured, python, report};

const GRANT: &str = "11111111-2222-4333-8444-555555555555";
const REPEATS: usize = 5;

/// Takes and prints the figures.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn run() -> Result<(), Failure> {
    let peer = Measured::start_own("peer-server").await?;
    let key = ApiKey::mint(KeyKind::Runtime, &SystemRandom::new())?;
    let url = format!("http://{}/v1/me", peer.authority);
    let grant: GrantId = GRANT.parse()?;
    let wanted = TokenRequest::new(AddressedGrant::Grant(grant), DeclaredRequest::new("GET", &*url));
    let mut row = ApiCallAuditLog::new(grant, "GET", &*url);
    row.provider_id = "bench".to_owned();
    row.response_status = 200;
    row.request_headers = Some(texts(&[("user-agent", "alter-sdk-rust/0.1.0")]));
    row.response_headers = Some(texts(&[
        ("content-length", "11"),
        ("content-type", "application/json"),
        ("date", "Thu, 01 Jan 2026 00:00:00 GMT"),
    ]));
    row.response_body = Some(r#"{"ok":true}"#.into());
    let bare = BareClient::new(&peer.authority, &key, wanted, row)?;

    for callers in [1, 32] {
        let calls = 2_000 * u64::from(callers);
        let (mut ours, mut floor) = (report::Samples::default(), report::Samples::default());
        for repeat in 0..=REPEATS {
            let app = App::builder(key.clone())
                .base_url(format!("http://{}", peer.authority))
                .destinations(Destinations::public_only().allow_loopback())
                .build()?;
            let before = cpu::own();
            let (caller, address) = (app.clone(), url.clone());
            let call = move || sdk_request(caller.clone(), grant, address.clone());
            with_callers(callers, calls, call).await?;
            let lost = app.close().await.lost;
            let spent = cpu::own() - before;
            if lost > 0 {
                return Err(format!("{lost} audit rows were not delivered").into());
            }
            let before = cpu::own();
            let caller = bare.clone();
            with_callers(callers, calls, move || bare_request(caller.clone())).await?;
            let floor_spent = cpu::own() - before;
            // The first round warms both up.
            if repeat > 0 {
                ours.add(spent, calls);
                floor.add(floor_spent, calls);
            }
        }
        report::figure(
            &format!("SDK: request() on loopback, {callers} caller(s)"),
            &ours,
            &floor,
            "bare hyper, same three exchanges, headers and JSON",
        );
        python::beside(&ours, "request", callers, &peer.authority, &key).await?;
    }
    Ok(())
}

fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

async fn sdk_request(app: App, grant: GrantId, url: String) -> Result<(), Failure> {
    app.grant(&grant).get(url).send().await?;
    Ok(())
}

async fn bare_request(client: BareClient) -> Result<(), Failure> {
    client.request().await
}

/// Makes `calls` in all, `callers` at a time.
async fn with_callers<F>(
    callers: u32,
    calls: u64,
    call: impl Fn() -> F + Clone + Send + 'static,
) -> Result<(), Failure>
where
    F: Future<Output = Result<(), Failure>> + Send + 'static,
{
    let mut running = JoinSet::new();
    for _ in 0..callers {
        let (call, each) = (call.clone(), calls / u64::from(callers));
        running.spawn(async move {
            for _ in 0..each {
                call().await?;
            }
            Ok::<_, Failure>(())
        });
    }
    while let Some(ended) = running.join_next().await {
        ended??;
    }
    Ok(())
}

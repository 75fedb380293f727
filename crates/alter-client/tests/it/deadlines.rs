//! No answer: whoever is silent or gone is told apart, in the time that was given.

use std::time::Duration;

use alter_client::ErrorKind;
use tokio::time::Instant;

use crate::world::{World, grant};

const SOON: Duration = Duration::from_millis(150);
const LONG: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_silent_vault_is_a_timeout_and_a_vault_that_is_gone_is_not() {
    let world = World::with(|builder| builder.attempt_timeout(SOON)).await;
    for path in ["/sdk/token", "/sdk/proxy", "/sdk/grants/list"] {
        world.vault_delays(path, LONG);
    }
    let access = world.app.grant(&grant());
    let silent = [
        access.get(world.url("/")).send().await.unwrap_err(),
        access.get(world.url("/")).proxy().await.unwrap_err(),
        world.app.grants().list().await.unwrap_err(),
    ];
    for error in &silent {
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
        assert!(error.is_network() && error.is_transient());
        assert!(error.to_string().contains("vault"), "{error}");
    }
    assert!(!silent[0].may_have_executed(), "no credential, so no call");
    assert!(silent[1].may_have_executed(), "the vault may be calling right now");

    let nobody = World::with(|builder| builder.base_url("http://127.0.0.1:1")).await;
    for error in [
        nobody.app.grant(&grant()).get(nobody.url("/")).send().await.unwrap_err(),
        nobody.app.grant(&grant()).get(nobody.url("/")).proxy().await.unwrap_err(),
        nobody.app.grants().list().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Network, "{error:?}");
        assert!(!error.may_have_executed() && error.to_string().contains("could not connect to the vault"));
    }
}

#[tokio::test]
async fn a_silent_provider_is_a_timeout_within_the_time_of_the_attempt_or_of_the_call() {
    let world = World::with(|builder| builder.attempt_timeout(SOON)).await;
    world.provider_delays(LONG);
    let access = world.app.grant(&grant());
    let begun = Instant::now();
    let attempt = access.get(world.url("/")).send().await.unwrap_err();
    assert_eq!(attempt.kind(), ErrorKind::Timeout);
    assert!(attempt.to_string().contains("provider") && attempt.may_have_executed());

    let patient = World::new().await;
    patient.provider_delays(LONG);
    let call = patient.app.grant(&grant()).get(patient.url("/")).timeout(SOON);
    assert_eq!(call.send().await.unwrap_err().kind(), ErrorKind::Timeout);
    let whole = World::with(|builder| builder.timeout(SOON)).await;
    whole.provider_delays(LONG);
    let error = whole.app.grant(&grant()).get(whole.url("/")).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());

    for world in [world, patient, whole] {
        let rows = world.rows().await;
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0]["response_status"], 0);
    }
}

//! What is no answer of AWS: refusals of the vault and broken connections, and which of them the SDK repeats.

use alter_aws::alter_error;
use alter_client::ErrorKind;
use aws_sdk_sts::error::SdkError;

use crate::world::World;

/// How often the SDK asked the vault, and what it made of the refusal.
async fn refused(status: u16, code: &str) -> (usize, ErrorKind, bool) {
    let world = World::new("sts").await;
    world.vault_refuses(status, code);
    let error = world.sts(world.client()).get_caller_identity().send().await.unwrap_err();
    let SdkError::DispatchFailure(failure) = &error else { panic!("{error:?}") };
    assert!(world.at_provider().is_empty());
    (world.retrievals().len(), alter_error(&error).unwrap().kind(), failure.is_user())
}

#[tokio::test]
async fn a_refusal_of_the_vault_is_not_repeated_and_can_be_read() {
    assert_eq!(refused(403, "grant_revoked").await, (1, ErrorKind::GrantRevoked, true));
    assert_eq!(refused(404, "grant_not_found").await, (1, ErrorKind::GrantNotFound, true));
}

#[tokio::test]
async fn a_vault_that_is_busy_is_asked_again() {
    let (asked, _, is_user) = refused(503, "service_unavailable").await;
    assert_eq!((asked, is_user), (3, false));
}

#[tokio::test]
async fn a_connection_that_cannot_be_made_is_tried_again_as_with_any_http_client() {
    let world = World::new("sts").await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let config = world.sts(world.client()).config().to_builder().endpoint_url(format!("http://{nobody}"));
    let sts = aws_sdk_sts::Client::from_conf(config.build());
    let error = sts.get_caller_identity().send().await.unwrap_err();
    let SdkError::DispatchFailure(failure) = &error else { panic!("{error:?}") };
    assert!(failure.is_io());
    assert_eq!(alter_error(&error).unwrap().kind(), ErrorKind::Network);
    assert_eq!(world.retrievals().len(), 3);
}

#[tokio::test]
async fn a_destination_that_is_not_allowed_costs_no_credential() {
    let world = World::new("sts").await;
    let config = world.sts(world.client()).config().to_builder().endpoint_url("https://169.254.169.254");
    let sts = aws_sdk_sts::Client::from_conf(config.build());
    let error = sts.get_caller_identity().send().await.unwrap_err();
    assert_eq!(alter_error(&error).unwrap().kind(), ErrorKind::Value);
    assert!(world.retrievals().is_empty());
}

//! A real AWS client with a grant for its credential.

use alter_client::{Agent, Destinations, Retry};
use aws_sdk_sts::error::ProvideErrorMetadata as _;
use serde_json::json;

use crate::world::{GRANT, KEY_ID, SECRET_KEY, World, grant};

pub(crate) const IDENTITY: &str = r#"<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/alice</Arn><Account>123456789012</Account></GetCallerIdentityResult>
</GetCallerIdentityResponse>"#;

#[tokio::test]
async fn the_sdk_calls_with_the_vaults_key_pair_and_never_its_own() {
    let world = World::new("sts").await;
    world.answers(200, IDENTITY);
    let http = world.client().reason("nightly report").context("run_id", "r-7").as_user("a.b.c".into());
    let sts = world.sts(http.clone());
    let identity = sts.get_caller_identity().send().await.unwrap();
    assert_eq!(identity.account(), Some("123456789012"));

    let [retrieval] = &world.retrievals()[..] else { panic!("one retrieval") };
    let asked = retrieval.json();
    assert_eq!(asked["grant_id"], GRANT);
    assert_eq!(asked["reason"], "nightly report");
    assert_eq!(asked["user_token"], "a.b.c");
    assert_eq!(asked["request"], json!({ "method": "POST", "url": world.endpoint() + "/" }));
    assert!(retrieval.header("x-alter-context").unwrap().contains("r-7"));

    let [request] = &world.at_provider()[..] else { panic!("one call") };
    assert_eq!(request.body, "Action=GetCallerIdentity&Version=2011-06-15");
    let authorization = request.header("authorization").unwrap();
    assert!(authorization.contains(&format!("Credential={KEY_ID}/")), "{authorization}");
    assert!(authorization.contains("/eu-west-3/sts/aws4_request"), "{authorization}");
    let shown = format!("{request:?} {http:?}");
    for absent in ["PLACEHOLDER", "amz-sdk-", "x-amz-user-agent", "aws-sdk-rust", SECRET_KEY] {
        assert!(!shown.contains(absent), "{absent} is in {shown}");
    }

    let [row] = &world.rows().await[..] else { panic!("one row") };
    assert_eq!((&row["grant_id"], &row["response_status"]), (&json!(GRANT), &json!(200)));
    assert!(!row.to_string().contains("Signature"), "{row}");
}

#[tokio::test]
async fn an_agents_client_is_as_good() {
    let world = World::new("sts").await;
    world.answers(200, IDENTITY);
    let agent = Agent::builder("alter_rk_abcdefghijklmnopqrstuv_iwpykn".parse().unwrap())
        .base_url(world.app.base_url())
        .destinations(Destinations::public_only().allow_loopback())
        .retry(Retry::never())
        .build()
        .unwrap();
    let sts = world.sts(alter_aws::GrantHttpClient::new(&agent, grant()));
    assert!(sts.get_caller_identity().send().await.is_ok());
}

#[tokio::test]
async fn an_error_of_aws_is_an_error_of_the_sdk() {
    let world = World::new("sts").await;
    world.answers(403, error("AccessDenied"));
    let error = world.sts(world.client()).get_caller_identity().send().await.unwrap_err();
    assert_eq!(error.code(), Some("AccessDenied"));
    assert!(alter_aws::alter_error(&error).is_none());
    assert_eq!(world.retrievals().len(), 1);
}

#[tokio::test]
async fn a_throttled_request_is_repeated_by_the_sdk_with_a_retrieval_of_its_own() {
    let world = World::new("sts").await;
    world.answers(400, error("Throttling"));
    world.answers(503, "");
    world.answers(200, IDENTITY);
    let sts = world.sts(world.client());
    assert!(sts.get_caller_identity().send().await.is_ok());
    assert_eq!((world.retrievals().len(), world.at_provider().len()), (3, 3));
    assert_eq!(world.rows().await.len(), 3);
}

fn error(code: &str) -> String {
    format!(
        r#"<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"#
    )
}

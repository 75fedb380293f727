//! One client type for code that is told by the key whose client it is.

use alter_client::{
    AnyClient, ApiKey, ErrorKind,
    auth::{KeyKind, SeededRandom},
};

use crate::world::{World, grant};

fn build(kind: KeyKind) -> alter_client::Result<AnyClient> {
    let key = ApiKey::mint(kind, &SeededRandom::new(1)).unwrap();
    AnyClient::builder(key).base_url("http://127.0.0.1:1").build()
}

#[test]
fn the_kind_of_the_key_decides_and_nothing_is_guessed() {
    let app = build(KeyKind::Runtime).unwrap();
    assert!(app.app().is_ok());
    assert_eq!(app.agent().unwrap_err().kind(), ErrorKind::Client);
    let agent = build(KeyKind::Agent).unwrap();
    assert!(agent.agent().is_ok());
    assert_eq!(agent.app().unwrap_err().kind(), ErrorKind::Client);
    for undecided in [KeyKind::Derived, KeyKind::Publishable, KeyKind::Legacy] {
        let error = build(undecided).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Client);
        assert!(error.to_string().contains("build an `App` or an `Agent`"), "{error}");
    }
}

#[tokio::test]
async fn it_calls_as_the_client_it_was_made_of_and_closes_it() {
    let world = World::new().await;
    let client = AnyClient::from(&world.app);
    client.grant(&grant()).get(world.url("/")).send().await.unwrap();
    assert_eq!(client.close().await.delivered, 1);
    let error = world.app.grant(&grant()).get(world.url("/")).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Client);
}

//! What the types promise: checked by the compiler, so a broken promise does not build.

use std::time::Duration;

use alter_client::{Agent, AgentScopes, App, GrantId, Reply, ReplyStream};

fn assert_send<T: Send>(_: &T) {}
fn assert_shareable<T: Clone + Send + Sync + 'static>() {}

#[test]
fn clients_are_shareable_and_every_future_can_move_between_threads() {
    assert_shareable::<App>();
    assert_shareable::<Agent>();
    let app = App::builder(crate::world::KEY.parse().unwrap())
        .base_url("https://vault.example.com")
        .build()
        .unwrap();
    let grant: GrantId = crate::world::GRANT.parse().unwrap();
    assert_send(&app.grant(&grant).get("https://api.example.com/").send());
    assert_send(&app.grant(&grant).get("https://api.example.com/").stream());
    assert_send(&app.grant(&grant).get("https://api.example.com/").proxy());
    assert_send(&app.grants().list().into_future());
    assert_send(&app.grants().revoke(&grant).into_future());
    assert_send(&app.grants().list().stream());
    assert_send(&app.agents().create("a", AgentScopes::none()).into_future());
    assert_send(&app.agents().list().stream());
    assert_send(&app.keys().derive(["a"], Duration::from_secs(1)).into_future());
    assert_send(&app.oauth_providers().list().into_future());
    assert_send(&app.scopes().list());
    assert_send(&app.spans().emit([]));
    assert_send(&app.identity().resolve().into_future());
    assert_send(&app.identity().assert("urn:x").into_future());
    let approval = "22222222-2222-4333-8444-555555555555".parse().unwrap();
    assert_send(&app.approvals().get(&approval).into_future());
    assert_send(&app.approvals().wait(&approval).into_future());
    let acme: alter_client::ProviderId = "acme".parse().unwrap();
    let token = || alter_client::Secret::from("t");
    assert_send(&app.connect().open(&[acme]).into_future());
    assert_send(&app.connect().resume(token()).into_future());
    assert_send(&app.connect().open_any().run(|_| ()).into_future());
    assert_send(&app.connect().managed_secret(&"acme".parse().unwrap(), token()).into_future());
    assert_send(&app.sign_in().open());
    assert_send(&app.sign_in().run(|_| ()).into_future());
    assert_send(&app.sign_in().resume(token()).into_future());
    assert_send(&app.sign_in().verify(&token()));
    assert_send(&app.close().into_future());
}

#[test]
fn replies_and_errors_are_small_and_travel() {
    fn travels<T: Send + Sync + 'static>() {}
    travels::<Reply>();
    travels::<ReplyStream>();
    travels::<alter_client::Error>();
    assert!(size_of::<alter_client::Error>() <= 2 * size_of::<usize>());
    assert_eq!(size_of::<Reply>(), size_of::<usize>());
}

//! Which operations are tried again when their answer gets lost, and which answers no layer sees.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use alter_client::{
    App, HttpLayer, HttpService, Retry,
    transport::{CallContext, CustomLayer as _, Request},
    types::{AgentScopes, SystemPrincipal},
};
use serde_json::json;
use tower::{ServiceExt as _, layer::layer_fn, service_fn};

use crate::{
    script::{Script, says},
    world::{AGENT, KEY, KEY_ID, grant},
};

/// A layer that notes the operations it sees.
fn noting(seen: &Arc<Mutex<Vec<&'static str>>>) -> HttpLayer {
    let seen = Arc::clone(seen);
    layer_fn(move |inner: HttpService| {
        let seen = Arc::clone(&seen);
        service_fn(move |request: Request| {
            let cx = request.extensions().get::<CallContext>().expect("every call has its context");
            seen.lock().unwrap().push(cx.operation.name());
            inner.clone().oneshot(request)
        })
    })
    .erase()
}

macro_rules! attempts {
    ($script:ident, $($operation:expr),* $(,)?) => {
        vec![$({
            let before = $script.asked().len();
            $operation.await.map(drop).unwrap_err();
            $script.asked().len() - before
        }),*]
    };
}

#[tokio::test(start_paused = true)]
async fn what_changes_nothing_or_is_recognised_is_tried_again_and_nothing_else() {
    let script = Script::new([says(503, json!({}))]);
    let app = script.connect(App::builder(KEY.parse().unwrap())).retry(Retry::default()).build().unwrap();
    let (agent, key) = (AGENT.parse().unwrap(), KEY_ID.parse().unwrap());
    let (agents, minute) = (app.agents(), Duration::from_secs(60));
    let secret = AGENT.parse().unwrap();
    let again = attempts![
        script,
        app.grants().list(),
        app.grants().revoke_delegation(&grant(), &agent),
        agents.create("a", AgentScopes::none()),
        agents.list(),
        agents.get(&agent),
        agents.get_by_name("a"),
        agents.suspend(&agent),
        agents.delete(&agent),
        agents.list_keys(&agent),
        agents.deprecate_key(&agent, &key),
        agents.revoke_key(&agent, &key),
        app.scopes().list(),
        app.oauth_providers().list(),
        app.provider_specs().list(),
        app.identity().resolve(),
        app.identity().assert("urn:x"),
    ];
    assert!(again.iter().all(|attempts| *attempts > 1), "{again:?}");
    let once = attempts![
        script,
        app.grants().revoke(&grant()),
        app.grants().mint(&grant(), "a"),
        app.grants().create(&secret, SystemPrincipal::default()),
        agents.update(&agent).display_name("a"),
        agents.resume(&agent),
        agents.mint_key(&agent),
        agents.undeprecate_key(&agent, &key),
        app.keys().derive(["a"], minute),
        app.keys().rotate(&key),
        app.keys().revoke(&key),
    ];
    assert!(once.iter().all(|attempts| *attempts == 1), "{once:?}");
}

#[tokio::test]
async fn no_layer_of_a_user_sees_an_answer_that_holds_a_new_key() {
    let script = Script::always(503, &json!({}));
    let seen = Arc::default();
    let builder = script.connect(App::builder(KEY.parse().unwrap()));
    let app = builder.call_layer(noting(&seen)).attempt_layer(noting(&seen)).build().unwrap();
    let (agent, key) = (AGENT.parse().unwrap(), KEY_ID.parse().unwrap());
    app.agents().create("a", AgentScopes::none()).await.unwrap_err();
    app.agents().mint_key(&agent).await.unwrap_err();
    app.keys().derive(["a"], Duration::from_secs(60)).await.unwrap_err();
    app.keys().rotate(&key).await.unwrap_err();
    app.identity().assert("urn:x").await.unwrap_err();
    assert_eq!(*seen.lock().unwrap(), [""; 0]);
    app.agents().list_keys(&agent).await.unwrap_err();
    assert_eq!(*seen.lock().unwrap(), ["agents.list_keys"; 2]);
    assert_eq!(script.asked().len(), 6);
}

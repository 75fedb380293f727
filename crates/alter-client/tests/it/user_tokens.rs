//! Where the end user's token comes from: the call, else the source, and never silently from nowhere.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use alter_client::{Error, ErrorKind, Secret, UserToken};
use alter_types::error::ClientErrorKind;
use serde_json::json;

use crate::world::{World, grant};

fn failed_for_its_token(error: &Error) -> bool {
    matches!(error, Error::Client(client) if *client.kind() == ClientErrorKind::UserToken)
}

#[tokio::test]
async fn a_token_of_the_call_wins_and_the_source_is_asked_for_each_of_the_others() {
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let world = World::with(|builder| {
        builder.user_tokens(move || {
            let number = count.fetch_add(1, Ordering::Relaxed);
            async move { Ok::<_, io::Error>(Secret::from(format!("from.source.{number}"))) }
        })
    })
    .await;
    let github = "github".parse().unwrap();
    let url = world.url("/");
    world.app.grant(&grant()).get(&url).send().await.unwrap();
    world.app.provider(&github).get(&url).send().await.unwrap();
    world.app.grant(&grant()).as_user(Secret::from("of.the.call")).get(&url).send().await.unwrap();
    let _ = world.app.grant(&grant()).get(&url).proxy().await;
    assert_eq!(asked.load(Ordering::Relaxed), 3);
    let tokens: Vec<_> =
        world.at_vault("/sdk/token").iter().map(|request| request.json()["user_token"].clone()).collect();
    assert_eq!(tokens, ["from.source.0", "from.source.1", "of.the.call"]);
    assert_eq!(world.at_vault("/sdk/proxy")[0].json()["user_token"], "from.source.2");
}

#[tokio::test]
async fn a_source_that_fails_fails_the_call_and_says_nothing_of_what_it_said() {
    for source in [(|| Err(io::Error::other("expired: e.y.J"))) as fn() -> Result<Secret, io::Error>, || {
        Ok(Secret::from(""))
    }] {
        let world = World::with(|builder| builder.user_tokens(move || std::future::ready(source()))).await;
        let url = world.url("/");
        let access = world.app.grant(&grant());
        for error in [access.get(&url).send().await.unwrap_err(), access.get(&url).proxy().await.unwrap_err()]
        {
            assert!(failed_for_its_token(&error), "{error:?}");
            let mut said = format!("{error} {error:?}");
            let mut cause = std::error::Error::source(&error);
            while let Some(current) = cause {
                said += &format!("{current} {current:?}");
                cause = current.source();
            }
            assert!(!said.contains("e.y.J"), "{said}");
            assert!(!error.may_have_executed());
        }
        let sent = [world.at_vault("/sdk/token"), world.at_vault("/sdk/proxy")].concat();
        assert!(sent.is_empty(), "never without the user instead");
    }
}

#[tokio::test]
async fn a_source_that_hangs_does_not_outlive_the_call() {
    let world =
        World::with(|builder| builder.user_tokens(std::future::pending::<Result<Secret, io::Error>>)).await;
    let access = world.app.grant(&grant());
    let soon = Duration::from_millis(30);
    let sent = access.get(world.url("/")).timeout(soon).send().await.unwrap_err();
    let proxied = access.get(world.url("/")).timeout(soon).proxy().await.unwrap_err();
    assert!(!sent.may_have_executed() && !proxied.may_have_executed());
    assert!(failed_for_its_token(&proxied));
    assert!(world.at_vault("/sdk/token").is_empty());
}

#[tokio::test]
async fn no_user_can_be_said_knowingly() {
    let world =
        World::with(|builder| builder.user_tokens(async || Ok::<_, io::Error>(UserToken::NoUser))).await;
    world.app.grant(&grant()).get(world.url("/")).send().await.unwrap();
    assert_eq!(world.at_vault("/sdk/token")[0].json().get("user_token"), None);
}

#[tokio::test]
async fn an_empty_token_of_the_call_is_a_mistake() {
    let world = World::new().await;
    world.vault_answers("/sdk/proxy", 200, json!({}));
    let call = || world.app.grant(&grant()).as_user(Secret::from("")).get(world.url("/"));
    for error in [call().send().await.unwrap_err(), call().proxy().await.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Value);
    }
    assert!(world.at_vault("/sdk/token").is_empty() && world.at_vault("/sdk/proxy").is_empty());
}

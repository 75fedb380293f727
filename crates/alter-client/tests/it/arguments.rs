//! A mistake in a call is reported as one, and costs nothing: no request, no credential, no row.

use alter_client::{App, ErrorKind, ProviderId};

use crate::world::{World, grant};

#[tokio::test]
async fn mistakes_are_value_errors_before_anything_is_sent() {
    let world = World::new().await;
    let github: ProviderId = "github".parse().unwrap();
    let access = world.app.grant(&grant());
    let url = world.url("/{id}");
    let plain = world.url("/");
    let mistakes = [
        ("no value", access.get(&url)),
        ("dot segment", access.get(&url).path("id", "..")),
        ("placeholder name", access.get(&url).path("i d", "1")),
        ("relative", access.get("/v1/x")),
        ("foreign scheme", access.get("ftp://api.example.com/")),
        ("plain http", access.get("http://api.example.com/")),
        ("password", access.get("https://me:pw@api.example.com/")),
        ("private address", access.get("https://10.0.0.1/")),
        ("metadata service", access.get("https://169.254.169.254/latest/meta-data")),
        ("odd spelling of a private address", access.get("https://0x0a.1/")),
        ("too long", access.get(format!("https://api.example.com/{}", "a".repeat(65_536)))),
        ("host header", access.get(&plain).header("Host", "x")),
        ("connection header", access.get(&plain).header("connection", "close")),
        ("vault header", access.get(&plain).header("X-Alter-Caller", "x")),
        ("header name", access.get(&plain).header("a b", "x")),
        ("header value", access.get(&plain).header("a", "x\r\ny: z")),
        ("unwritable body", access.post(&plain).json(&std::collections::BTreeMap::from([([1u8], 1)]))),
        ("context", access.get(&plain).context("k".repeat(65), "v")),
        ("caller", access.get(&plain).caller("")),
        ("empty account", world.app.provider(&github).account("").get(&plain)),
    ];
    for (name, call) in mistakes {
        let error = call.send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Value, "{name}: {error}");
        assert!(!error.may_have_executed());
    }
    assert!(world.at_vault("/sdk/token").is_empty() && world.at_provider().is_empty());
    assert!(world.rows().await.is_empty());
}

#[tokio::test]
async fn a_message_does_not_repeat_what_was_given() {
    let world = World::new().await;
    let call = world.app.grant(&grant()).get("https://me:hunter2@api.example.com/?token=hunter2");
    let error = call.send().await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

#[tokio::test]
async fn a_placeholder_without_a_value_is_named() {
    let world = World::new().await;
    let call = world.app.grant(&grant()).get("https://api.example.com/{team}/{id}").path("id", "1");
    let error = call.send().await.unwrap_err();
    assert!(error.to_string().contains("{team}"), "{error}");
    let call =
        world.app.grant(&grant()).get("https://api.example.com/{team}").path("team", "a").path("more", "b");
    assert_ne!(call.proxy().await.unwrap_err().kind(), ErrorKind::Value, "a value too many is no mistake");
}

#[tokio::test]
async fn a_url_has_a_greatest_length_with_what_is_added_and_injected() {
    let world = World::new().await;
    let access = world.app.grant(&grant());
    let base = world.url("/");
    let fits = format!("{base}{}", "a".repeat(65_534 - base.len()));
    assert_eq!(access.get(&fits).send().await.unwrap().status(), 200);
    let added = access.get(&fits).query("q", "1").send().await.unwrap_err();
    assert_eq!(added.kind(), ErrorKind::Value);
    let rule = serde_json::json!({ "target": "query_param", "key": "key", "value_source": "token" });
    world.vault_answers(
        "/sdk/token",
        200,
        crate::world::token(serde_json::json!({ "additional_injections": [rule] })),
    );
    let injected = access.get(&fits).send().await.unwrap_err();
    assert!(!injected.may_have_executed(), "{injected}");
    assert_eq!(world.at_provider().len(), 1);
}

#[tokio::test]
async fn a_base_url_that_is_not_valid_is_a_configuration_error() {
    let key = || crate::world::KEY.parse().unwrap();
    for url in ["", "vault.example.com", "http://vault.example.com", "https://a:b@vault.example.com"] {
        let error = App::builder(key()).base_url(url).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Client, "{url}");
    }
    let app = App::builder(key()).base_url("https://vault.example.com/alter/").build().unwrap();
    assert_eq!(app.base_url(), "https://vault.example.com/alter");
}

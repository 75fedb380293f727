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
async fn a_base_url_that_is_not_valid_is_a_configuration_error() {
    let key = || crate::world::KEY.parse().unwrap();
    for url in ["", "vault.example.com", "http://vault.example.com", "https://a:b@vault.example.com"] {
        let error = App::builder(key()).base_url(url).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Client, "{url}");
    }
    let app = App::builder(key()).base_url("https://vault.example.com/alter/").build().unwrap();
    assert_eq!(app.base_url(), "https://vault.example.com/alter");
}

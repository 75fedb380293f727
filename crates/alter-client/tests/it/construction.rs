//! Building a client: what it is unless told, where its vault is, and what stops it from being built.

use std::{process::Command, time::Duration};

use alter_client::{Agent, ApiKey, App, Caller, CallerType, ErrorKind};

use crate::world::{KEY, World, grant};

fn key() -> ApiKey {
    KEY.parse().unwrap()
}

#[test]
fn a_key_is_checked_without_a_network_and_never_repeated() {
    let wrong = format!("{}x", &KEY[..KEY.len() - 1]);
    for text in ["", "alter_rk_", "sk-live-4eC39HqLyjWDarjtT1zdp7dc", &wrong, "alter_key_short", "\u{0}"] {
        let error = text.parse::<ApiKey>().unwrap_err();
        assert!(text.is_empty() || !format!("{error} {error:?}").contains(text), "{error}");
    }
    assert!(KEY.parse::<ApiKey>().is_ok());
    assert!(format!("alter_key_{}", "aB9-_".repeat(8)).parse::<ApiKey>().is_ok());
}

#[tokio::test]
async fn a_client_without_a_caller_names_none_and_calls_as_an_agent() {
    let world = World::new().await;
    let access = world.app.grant(&grant());
    access.get(world.url("/")).send().await.unwrap();
    access.get(world.url("/")).caller("planner").send().await.unwrap();
    let tokens = world.at_vault("/sdk/token");
    assert_eq!((tokens[0].header("x-alter-caller"), tokens[0].header("x-alter-caller-type")), (None, None));
    assert_eq!(tokens[1].header("x-alter-caller-type"), Some("agent"));

    let service = World::with(|builder| builder.caller_type(CallerType::Service)).await;
    service.app.grant(&grant()).get(service.url("/")).caller("job").send().await.unwrap();
    assert_eq!(service.at_vault("/sdk/token")[0].header("x-alter-caller-type"), Some("service"));
}

#[test]
fn a_call_may_take_longer_than_the_vault_lets_its_own_work_take() {
    let app = App::builder(key()).base_url("https://vault.example.com").build().unwrap();
    assert_eq!(app.timeout(), Duration::from_secs(95), "the vault gives up after 90 seconds and says so");
    let agent = Agent::builder(key()).base_url("https://vault.example.com").build().unwrap();
    assert_eq!(agent.timeout(), app.timeout());
}

#[test]
fn the_first_of_several_mistakes_is_the_callers_label() {
    let build = |name: &str, url: &str| Agent::builder(key()).caller(name).base_url(url).build();
    for _ in 0..3 {
        assert_eq!(build("", "no url").unwrap_err().kind(), ErrorKind::Value);
        assert_eq!(build("x", "no url").unwrap_err().kind(), ErrorKind::Client);
    }
    let spaced = Caller::service("billing ").unwrap();
    let error = App::builder(key()).caller(spaced).base_url("no url").build().unwrap_err();
    assert!(error.to_string().contains("space"), "{error}");
}

/// Builds clients in a process with this environment, and returns what they say their vault is.
fn in_an_environment(value: Option<&str>) -> String {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "construction::what_a_child_process_sees", "--nocapture", "--ignored"]);
    child.env_remove("ALTER_BASE_URL").env("ALTER_API_KEY", KEY);
    if let Some(value) = value {
        child.env("ALTER_BASE_URL", value);
    }
    String::from_utf8(child.output().unwrap().stdout).unwrap()
}

#[test]
#[ignore = "run by the test below, in an environment of its own"]
fn what_a_child_process_sees() {
    match App::from_env() {
        Ok(app) => println!("vault: {}", app.base_url()),
        Err(error) => println!("refused: {error}"),
    }
    let told = App::builder(key()).base_url("https://told.example.com").build().unwrap();
    println!("told: {}", told.base_url());
    println!("agent: {}", Agent::from_env().is_ok());
}

#[test]
fn the_environment_names_the_vault_unless_the_program_does() {
    let hosted = in_an_environment(None);
    assert!(hosted.contains("vault: https://backend.alterauth.com\n"), "{hosted}");
    let named = in_an_environment(Some("https://vault.example.com/alter/"));
    assert!(named.contains("vault: https://vault.example.com/alter\n"), "{named}");
    assert!(named.contains("told: https://told.example.com\n") && named.contains("agent: true"), "{named}");
    for wrong in ["", "http://vault.example.com", "https://me:pw@vault.example.com"] {
        let refused = in_an_environment(Some(wrong));
        assert!(refused.contains("refused: base URL"), "{wrong}: {refused}");
        assert!(!refused.contains("pw@"), "{refused}");
    }
}

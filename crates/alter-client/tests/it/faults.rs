//! Peers that break off, stall, lie and never end, over TLS on loopback. Every call ends inside its limits with a typed
//! error, and nothing that is not safe to repeat is sent twice.

use std::time::Duration;

use alter_client::{App, Builder, ErrorKind, Retry, Roots, call_meta};
use alter_testkit::{Conversation, ScriptedServer, TestAuthority, Validity};
use serde_json::json;
use tokio::time::{Instant, sleep, timeout};

use crate::{
    http2,
    world::{KEY, World, grant},
};

const HTTP_1: &[&str] = &["http/1.1"];
const LIMIT: Duration = Duration::from_secs(2);

/// Ways to fail after the request was read.
#[derive(Debug, Clone, Copy)]
enum Fault {
    NoAnswer,
    Reset,
    ResetInBody,
    ShortBody,
    SlowDrip,
    SilentHalfway,
    OversizedHeaders,
    EndlessBody,
    NotHttp,
    EndlessInterim,
}

const FAULTS: [Fault; 10] = [
    Fault::NoAnswer,
    Fault::Reset,
    Fault::ResetInBody,
    Fault::ShortBody,
    Fault::SlowDrip,
    Fault::SilentHalfway,
    Fault::OversizedHeaders,
    Fault::EndlessBody,
    Fault::NotHttp,
    Fault::EndlessInterim,
];

impl Fault {
    async fn happen(self, mut peer: Conversation) {
        const HALF: &str = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf";
        while peer.request().await.is_some() {
            match self {
                Self::NoAnswer => sleep(Duration::from_secs(60)).await,
                Self::Reset => return peer.reset(),
                Self::ResetInBody => {
                    peer.say(HALF).await;
                    sleep(Duration::from_millis(20)).await;
                    return peer.reset();
                }
                Self::ShortBody => {
                    peer.say(HALF).await;
                    return;
                }
                Self::SlowDrip => {
                    peer.say("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n").await;
                    while peer.say("x").await {
                        sleep(Duration::from_millis(50)).await;
                    }
                }
                Self::SilentHalfway => {
                    peer.say(HALF).await;
                    sleep(Duration::from_secs(60)).await;
                }
                Self::OversizedHeaders => {
                    peer.say("HTTP/1.1 200 OK\r\n").await;
                    let header = format!("x-long: {}\r\n", "a".repeat(8192));
                    while peer.say(&header).await {}
                }
                Self::EndlessBody => {
                    peer.say("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
                    let chunk = format!("10000\r\n{}\r\n", "a".repeat(0x10000));
                    while peer.say(&chunk).await {}
                }
                Self::NotHttp => {
                    peer.say("220 mail.example.com ESMTP\r\n").await;
                    return;
                }
                Self::EndlessInterim => while peer.say("HTTP/1.1 100 Continue\r\n\r\n").await {},
            }
        }
    }

    async fn server(self, authority: &TestAuthority) -> ScriptedServer {
        let tls = authority.server_config(Validity::Current, HTTP_1);
        ScriptedServer::start(tls, move |peer| self.happen(peer)).await
    }
}

fn trusting(authority: &TestAuthority) -> impl FnOnce(Builder) -> Builder {
    let roots = Roots::none().add_pem(authority.root_pem()).unwrap();
    |builder| builder.roots(roots).attempt_timeout(Duration::from_millis(500)).timeout(LIMIT)
}

#[tokio::test]
async fn every_fault_of_a_provider_is_a_network_error_in_time_with_one_request_and_one_row() {
    let authority = TestAuthority::new();
    for fault in FAULTS {
        let server = fault.server(&authority).await;
        let world = World::with(|builder| trusting(&authority)(builder).retry(Retry::default())).await;
        let started = Instant::now();
        let call = world.app.grant(&grant()).post(server.url("/v1/x")).json(&json!({ "amount": 1 })).send();
        let error = timeout(LIMIT * 2, call).await.expect("ends by itself").unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Network | ErrorKind::Timeout), "{fault:?}: {error:?}");
        assert!(error.may_have_executed(), "{fault:?}");
        assert!(started.elapsed() < LIMIT + Duration::from_millis(500), "{fault:?}: {:?}", started.elapsed());
        assert_eq!(server.received().len(), 1, "{fault:?}");
        assert!(call_meta(&error).is_some(), "{fault:?}");
        let rows = world.rows().await;
        assert_eq!((rows.len(), &rows[0]["response_status"]), (1, &json!(0)), "{fault:?}");
    }
}

#[tokio::test]
async fn a_fault_of_the_vault_repeats_what_is_safe_and_nothing_else() {
    let authority = TestAuthority::new();
    for fault in [Fault::Reset, Fault::ResetInBody, Fault::NotHttp, Fault::SilentHalfway] {
        let server = fault.server(&authority).await;
        let app = vault_client(&authority, &server);
        let error = app.grant(&grant()).post("https://api.example.com/").proxy().await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Network | ErrorKind::Timeout), "{fault:?}: {error:?}");
        assert!(error.may_have_executed() && error.attempts() == 1, "{fault:?}");
        assert_eq!(server.received().len(), 1, "{fault:?}: a call the vault may have made is not made again");

        let error = app.grants().list().await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Network | ErrorKind::Timeout), "{fault:?}: {error:?}");
        assert_eq!(server.received().len(), 1 + 3, "{fault:?}: a list is asked for three times");
        assert_eq!(error.attempts(), 3, "{fault:?}");
    }
}

#[tokio::test]
async fn a_safe_call_survives_a_connection_that_breaks() {
    let authority = TestAuthority::new();
    let server =
        ScriptedServer::start(authority.server_config(Validity::Current, HTTP_1), |mut peer| async move {
            while peer.request().await.is_some() {
                if peer.number == 1 {
                    return peer.reset();
                }
                let page = json!({ "grants": [], "total": 0, "limit": 100, "offset": 0, "has_more": false });
                let page = page.to_string();
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", page.len());
                peer.say(head + &page).await;
            }
        })
        .await;
    assert_eq!(vault_client(&authority, &server).grants().list().await.unwrap().total, 0);
    let nonces: Vec<_> = server.received().iter().map(|request| header(request, "x-alter-nonce")).collect();
    assert!(nonces.len() == 2 && nonces[0] != nonces[1], "signed anew: {nonces:?}");
}

#[tokio::test]
async fn an_expired_or_unknown_certificate_gets_no_request() {
    let authority = TestAuthority::new();
    let answer = |mut peer: Conversation| async move {
        peer.request().await;
    };
    let expired = authority.server_config(Validity::Expired, HTTP_1);
    let expired = ScriptedServer::start(expired, answer).await;
    let stranger = TestAuthority::new().server_config(Validity::Current, HTTP_1);
    let stranger = ScriptedServer::start(stranger, answer).await;
    for server in [expired, stranger] {
        let world = World::with(trusting(&authority)).await;
        let error = world.app.grant(&grant()).post(server.url("/")).body("x").send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Network);
        assert!(!error.may_have_executed(), "nothing was sent");
        assert!(server.received().is_empty());
        let app = vault_client(&authority, &server);
        let error = app.grant(&grant()).get("https://api.example.com/").proxy().await.unwrap_err();
        assert_eq!(
            (error.attempts(), error.may_have_executed()),
            (3, false),
            "tried again: nothing was sent"
        );
    }
}

#[tokio::test]
async fn text_that_is_not_utf_8_is_an_answer_like_any_other() {
    let authority = TestAuthority::new();
    let tls = authority.server_config(Validity::Current, HTTP_1);
    let server = ScriptedServer::start(tls, |mut peer| async move {
        while peer.request().await.is_some() {
            peer.say(b"HTTP/1.1 200 OK\r\nx-odd: \xff\r\ncontent-length: 3\r\n\r\n\xff\xfea").await;
        }
    })
    .await;
    let world = World::with(trusting(&authority)).await;
    let reply = world.app.grant(&grant()).get(server.url("/")).send().await.unwrap();
    assert_eq!(reply.bytes().as_ref(), b"\xff\xfea");
    assert_eq!(reply.text().unwrap_err().kind(), ErrorKind::Value);
    assert_eq!(world.rows().await[0]["response_body"], "<binary response: 3 bytes>");
}

#[tokio::test]
async fn a_goaway_ends_the_connection_and_not_the_call_it_has_answered() {
    let authority = TestAuthority::new();
    let tls = authority.server_config(Validity::Current, &["h2"]);
    let server = ScriptedServer::start(tls, |mut peer| async move {
        peer.say(http2::SETTINGS).await;
        if http2::request(&mut peer).await.is_some() {
            peer.say(http2::goaway(1)).await;
            peer.say(http2::OK).await;
            sleep(Duration::from_secs(5)).await;
        }
    })
    .await;
    let world = World::with(trusting(&authority)).await;
    for number in 1..=2 {
        let reply = world.app.grant(&grant()).post(server.url("/")).body("x").send().await.unwrap();
        assert_eq!(reply.status(), 200);
        assert_eq!(server.received().len(), number, "the second call has a connection of its own");
    }
}

#[tokio::test]
async fn a_goaway_that_leaves_a_call_out_is_an_error_and_the_call_is_sent_once() {
    let authority = TestAuthority::new();
    let tls = authority.server_config(Validity::Current, &["h2"]);
    let server = ScriptedServer::start(tls, |mut peer| async move {
        peer.say(http2::SETTINGS).await;
        if http2::request(&mut peer).await.is_some() {
            peer.say(http2::goaway(0)).await;
            sleep(Duration::from_secs(5)).await;
        }
    })
    .await;
    let world = World::with(trusting(&authority)).await;
    let error = world.app.grant(&grant()).post(server.url("/")).body("x").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Network, "{error:?}");
    assert_eq!(server.received().len(), 1);
    assert_eq!(world.rows().await.len(), 1);
}

/// A client whose vault is `server`, over TLS.
fn vault_client(authority: &TestAuthority, server: &ScriptedServer) -> App {
    let retry = Retry::default().backoff(Duration::from_millis(1), Duration::from_millis(1));
    let builder = App::builder(KEY.parse().unwrap()).base_url(server.url("")).retry(retry);
    trusting(authority)(builder).build().unwrap()
}

fn header(request: &[u8], name: &str) -> String {
    let text = String::from_utf8_lossy(request).to_ascii_lowercase();
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned));
    line.unwrap()
}

//! The canary test: everything is logged, at every level and in every seam, and no secret is in it.

use alter_client::{
    Caller, HttpLayer, HttpService, Roots, Secret,
    transport::{CustomLayer as _, Request},
};
use alter_testkit::{ScriptedServer, TestAuthority, Validity};
use serde_json::json;
use tower::{ServiceExt as _, layer::layer_fn, service_fn};

use crate::{
    log::Log,
    world::{CANARY, KEY, World, grant, token},
};

const JWT: &str = "fake.user.jwt";
const AWS_SECRET: &str = "aws-s3cret-8842-key";

/// A layer that logs all it can get hold of: every extension it can name, the bytes of the vault's answers too.
fn logging(seam: &'static str, bodies: bool) -> HttpLayer {
    layer_fn(move |inner: HttpService| {
        service_fn(move |request: Request| {
            let inner = inner.clone();
            async move {
                tracing::info!(seam, "{request:?} {:?}", request.extensions());
                let answer = inner.oneshot(request).await;
                tracing::info!(seam, "{answer:?}");
                if let (true, Ok(response)) = (bodies, &answer) {
                    let body = response.body().as_bytes().map(|bytes| String::from_utf8_lossy(bytes));
                    tracing::info!(seam, "{:?} {body:?}", response.extensions());
                }
                answer
            }
        })
    })
    .erase()
}

#[tokio::test]
async fn no_log_line_no_layer_and_no_debug_output_shows_a_secret() {
    let log = Log::default();
    // For the whole binary: what the tests beside this one log is searched as well.
    tracing::subscriber::set_global_default(log.subscriber()).unwrap();

    let authority = TestAuthority::new();
    let tls = authority.server_config(Validity::Current, &["http/1.1"]);
    let echo = ScriptedServer::start(tls, |mut peer| async move {
        while let Some(request) = peer.request().await {
            peer.say(format!("HTTP/1.1 403 Forbidden\r\ncontent-length: {}\r\n\r\n", request.len())).await;
            peer.say(request).await;
        }
    })
    .await;
    let roots = Roots::none().add_pem(authority.root_pem()).unwrap();
    let world = World::with(|builder| {
        builder
            .roots(roots)
            .caller(Caller::service("billing").unwrap())
            .call_layer(logging("call", true))
            .attempt_layer(logging("attempt", true))
            .provider_layer(logging("provider", false))
    })
    .await;
    let seen = everything(&world, &echo).await;

    let log = log.text();
    for seam in ["seam=\"call\"", "seam=\"attempt\"", "seam=\"provider\"", "alter_transport", "hyper_util"] {
        assert!(log.contains(seam), "nothing was logged by {seam}");
    }
    let received = ["/sdk/token", "/sdk/proxy", "/sdk/grants/list", "/sdk/oauth/audit/api-call"]
        .map(|path| world.at_vault(path))
        .concat();
    assert!(received.len() >= 8);
    let signatures = received.iter().map(|request| request.header("x-alter-signature").unwrap().to_owned());
    let aws = echo.received().iter().filter_map(|request| aws_signature(request)).collect::<Vec<_>>();
    assert_eq!(aws.len(), 1);
    let secrets = [CANARY, KEY, JWT, AWS_SECRET].map(str::to_owned);
    for secret in secrets.into_iter().chain(signatures).chain(aws) {
        for (place, text) in [("the log", &log), ("what a caller prints", &seen)] {
            let around = text.find(&secret).map(|at| &text[at.saturating_sub(300)..at]);
            assert_eq!(around, None, "{secret} is in {place}");
        }
    }
    let rows = world.at_vault("/sdk/oauth/audit/api-call");
    assert!(rows.iter().all(|row| !String::from_utf8_lossy(&row.body).contains(CANARY)), "a row shows it");
}

/// Every kind of call there is, well and badly ended; all that a caller could print of them.
async fn everything(world: &World, echo: &ScriptedServer) -> String {
    let mut seen = String::new();
    let access = world.app.grant(&grant()).as_user(Secret::from(JWT));
    for url in [world.url("/v1"), echo.url("/v1"), "https://127.0.0.1:1/".to_owned()] {
        let ended = access.post(url).json(&json!({ "a": 1 })).send().await;
        seen += &format!("{ended:?}");
        if let Err(error) = ended {
            let mut cause: Option<&dyn std::error::Error> = Some(&error);
            while let Some(current) = cause {
                seen += &format!(" {current} {current:?}");
                cause = current.source();
            }
        }
    }
    seen += &format!("{:?}", access.get(world.url("/")).stream().await);
    seen += &format!("{:?}", access.get("https://api.example.com/").proxy().await);
    seen += &format!("{:?}", world.app.grants().list().as_user(Secret::from(JWT)).await);
    world.vault_answers(
        "/sdk/token",
        200,
        token(json!({ "additional_injections":
        [{ "target": "query_param", "key": "key", "value_source": "token" }] })),
    );
    seen += &format!("{:?}", access.get(echo.url("/v1")).send().await);
    world.vault_answers(
        "/sdk/token",
        200,
        token(json!({
            "injection_format": "AWS4-HMAC-SHA256",
            "additional_credentials": { "secret_key": AWS_SECRET, "region": "eu-west-1", "service": "sqs" },
        })),
    );
    seen += &format!("{:?}", access.get(echo.url("/v1")).send().await);
    world.vault_answers("/sdk/token", 200, json!({ "access_token": CANARY }));
    seen += &format!("{:?}", access.get(echo.url("/v1")).send().await);
    world.app.close().await;
    seen
}

fn aws_signature(request: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(request);
    let (_, rest) = text.split_once("Signature=")?;
    Some(rest.split(['\r', '\n']).next()?.to_owned())
}

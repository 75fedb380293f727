//! What the vault says about itself and us on the side: rate limit, key, refresh, attempts.

use std::time::Duration;

use alter_transport::{
    BackendPlane, CallMeta, Credential, CredentialSource, Error, ErrorKind, Identity, ProviderOptions,
    ProviderPlane,
};
use serde_json::json;

use crate::support::{
    answer, backend_options, clock, provider_request, read, scripted, statuses, token, vault_request, write,
};

fn plane(headers: &'static [&'static [(&'static str, &'static str)]]) -> BackendPlane {
    let (bottom, _) = scripted(move |number| {
        let mut response = answer(200);
        for (name, value) in headers[number - 1] {
            response.headers_mut().insert(*name, value.parse().unwrap());
        }
        std::future::ready(Ok(response))
    });
    BackendPlane::new(backend_options(Identity::new(None)), bottom)
}

#[tokio::test]
async fn the_rate_limit_is_read_from_either_family_and_the_newest_whole_reading_stays() {
    let plane = plane(&[
        &[
            ("x-ratelimit-limit", "600"),
            ("x-ratelimit-remaining", "599"),
            ("x-ratelimit-reset", "1767225660"),
        ],
        &[("ratelimit-policy", r#""key";q=600;w=60"#), ("ratelimit", r#""key";r=7;t=30"#)],
        &[("x-ratelimit-limit", "600")],
    ]);
    assert_eq!(plane.standing().rate_limit(), None);
    let mut readings = Vec::new();
    for _ in 0..3 {
        let response = plane.call(read(), vault_request()).await.unwrap();
        let of_the_call = response.extensions().get::<CallMeta>().unwrap().rate_limit;
        readings.push((of_the_call.map(|r| r.remaining), plane.standing().rate_limit().unwrap().remaining));
    }
    assert_eq!(readings, [(Some(599), 599), (Some(7), 7), (None, 7)]);
    assert_eq!(plane.standing().rate_limit().unwrap().reset_at.unix_seconds(), 1_767_225_630);
}

#[tokio::test]
async fn a_deprecated_key_is_noticed_by_exactly_that_word() {
    let plane = plane(&[&[("x-alter-key-deprecated", "True")], &[("x-alter-key-deprecated", "true")]]);
    plane.call(read(), vault_request()).await.unwrap();
    assert!(!plane.standing().is_key_deprecated());
    plane.call(read(), vault_request()).await.unwrap();
    assert!(plane.standing().is_key_deprecated());
}

#[tokio::test]
async fn the_vaults_own_refresh_travels_with_the_answer_and_with_the_error() {
    let source = || {
        let info = json!({ "retry_info": { "total_attempts": 3, "successful_attempt": 3, "errors": [] } });
        CredentialSource::in_hand(Credential::new(token(info)).unwrap())
    };
    let plane = ProviderPlane::new(ProviderOptions::new(clock()), statuses(&[200]).0);
    let answered = plane.call(write(), source(), provider_request()).await.unwrap();
    let meta = answered.extensions().get::<CallMeta>().unwrap();
    assert_eq!(meta.refresh.as_ref().unwrap().total_attempts, 3);
    let broken = scripted(|_| std::future::ready(Err(Error::io("reset")))).0;
    let plane = ProviderPlane::new(ProviderOptions::new(clock()), broken);
    let error = plane.call(write(), source(), provider_request()).await.unwrap_err();
    assert_eq!(error.meta().refresh.as_ref().unwrap().successful_attempt, 3);
}

#[tokio::test(start_paused = true)]
async fn an_error_knows_its_attempts_and_its_time_even_when_the_deadline_cuts_it() {
    let (bottom, _) = scripted(|number| async move {
        if number == 2 {
            std::future::pending::<()>().await;
        }
        Ok(answer(503))
    });
    let mut options = backend_options(Identity::new(None));
    options.timeout = Duration::from_secs(20);
    let error = BackendPlane::new(options, bottom).call(read(), vault_request()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Timeout(_)));
    assert_eq!((error.attempts(), error.meta().elapsed), (2, Duration::from_secs(20)));
}

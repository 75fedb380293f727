//! A captured request is worth nothing: its nonce is admitted once, for as long as its timestamp is acceptable.

use alter_auth::{
    ApiKey, InMemoryReplayGuard, Nonce, ReplayError, ReplayGuard as _, SignedContext, Signer, SkewWindow,
    Stamp, UnixSeconds, Verified, verify,
};
use http::{HeaderMap, Method};

fn request(at: i64, nonce: u8) -> Verified {
    let key: ApiKey = "alter_rk_abcdefghijklmnopqrstuv_iwpykn".parse().unwrap();
    let stamp = Stamp { now: UnixSeconds(at), nonce: Nonce::from_bytes([nonce; 16]) };
    let mut headers = HeaderMap::new();
    let signed = Signer::new(key).sign(&Method::GET, "/sdk/scopes", b"", &SignedContext::default(), stamp);
    signed.unwrap().apply(&mut headers);
    verify(&Method::GET, "/sdk/scopes", &headers, b"", stamp.now, SkewWindow::default()).unwrap()
}

#[test]
fn a_nonce_is_admitted_once_however_late_within_the_window() {
    let guard = InMemoryReplayGuard::new(SkewWindow::default(), 100);
    // Signed by a client 300 seconds ahead, replayed when the server's clock has moved 600 seconds.
    let ahead = request(10_300, 1);
    assert_eq!(guard.admit(&ahead, UnixSeconds(10_000)), Ok(()));
    for later in [10_000, 10_299, 10_600] {
        assert_eq!(guard.admit(&ahead, UnixSeconds(later)), Err(ReplayError::Replayed), "{later}");
    }
    assert_eq!(guard.admit(&request(10_300, 2), UnixSeconds(10_000)), Ok(()));
}

#[test]
fn a_reused_nonce_under_a_new_timestamp_is_refused_too() {
    let guard = InMemoryReplayGuard::new(SkewWindow::default(), 100);
    assert_eq!(guard.admit(&request(10_000, 1), UnixSeconds(10_000)), Ok(()));
    assert_eq!(guard.admit(&request(10_400, 1), UnixSeconds(10_200)), Err(ReplayError::Replayed));
}

#[test]
fn a_full_guard_refuses_rather_than_forgets_and_recovers_when_nonces_expire() {
    let guard = InMemoryReplayGuard::new(SkewWindow::default(), 2);
    for nonce in [1, 2] {
        assert_eq!(guard.admit(&request(10_000, nonce), UnixSeconds(10_000)), Ok(()));
    }
    assert_eq!(guard.admit(&request(10_000, 3), UnixSeconds(10_000)), Err(ReplayError::Full));
    assert_eq!(guard.admit(&request(10_000, 1), UnixSeconds(10_000)), Err(ReplayError::Replayed));
    assert_eq!(guard.admit(&request(20_000, 3), UnixSeconds(20_000)), Ok(()));
}

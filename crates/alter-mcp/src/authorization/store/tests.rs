//! The rules: how long everything lives, that each code and refresh token is good once, and that the caps hold.

use alter_client::auth::SeededRandom;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::*;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const BACK: &str = "https://client.example/cb";
const START: i64 = 1_000_000;

struct World {
    store: Store,
    random: SeededRandom,
    client: String,
}

fn jwt(ends: Option<i64>) -> Secret {
    let claims = ends.map_or_else(|| "{}".to_owned(), |ends| format!("{{\"exp\":{ends}}}"));
    Secret::new(format!("e.{}.s", URL_SAFE_NO_PAD.encode(claims)))
}

impl World {
    fn new() -> Self {
        let (mut store, random) = (Store::default(), SeededRandom::new(1));
        let redirects = vec![RedirectUri::parse(BACK).unwrap()];
        let client = store.register(Some("A client".into()), redirects, &random, START).unwrap();
        Self { store, random, client }
    }

    fn begin(&mut self, now: i64) -> Result<Secret, Refused> {
        let asked = Asked {
            client_id: self.client.clone(),
            redirect_uri: BACK.into(),
            state: Some("s&1".into()),
            challenge: CHALLENGE.into(),
            scopes: vec!["read".into(), "write".into()],
        };
        self.store.begin(asked, "session".into(), "https://idp.example/".into(), &self.random, now)
    }

    /// A code that somebody got at `now`.
    fn code(&mut self, user: Secret, now: i64) -> String {
        let handle = self.begin(now).unwrap();
        let location = self.store.complete(handle.expose(), user, &self.random, now).unwrap();
        let rest = location.strip_prefix("https://client.example/cb?code=").unwrap();
        rest.strip_suffix("&state=s%261").unwrap().to_owned()
    }

    fn exchange(&mut self, code: &str, now: i64) -> Result<Issued, Refused> {
        self.store.exchange(&self.client.clone(), code, BACK, VERIFIER, &self.random, now)
    }

    fn renew(&mut self, refresh: &Secret, scopes: Option<&[&str]>, now: i64) -> Result<Issued, Refused> {
        let scopes = scopes.map(|scopes| scopes.iter().map(|scope| (*scope).to_owned()).collect());
        self.store.renew(&self.client.clone(), refresh.expose(), scopes, &self.random, now)
    }

    fn tokens(&mut self, user: Secret, now: i64) -> Issued {
        let code = self.code(user, now);
        self.exchange(&code, now).unwrap()
    }

    fn is_good(&self, tokens: &Issued, now: i64) -> bool {
        self.store.user_of(tokens.access.expose(), now).is_some()
    }
}

fn refused<T>(result: Result<T, Refused>) -> Refused {
    result.err().expect("refused")
}

#[test]
fn a_sign_in_may_take_ten_minutes_and_the_code_lives_five_from_then_on() {
    let mut world = World::new();
    let handle = world.begin(START).unwrap();
    let late = START + PENDING - 1;
    assert!(world.store.under_way(handle.expose(), late).is_some());
    assert!(world.store.under_way(handle.expose(), START + PENDING).is_none());
    let location = world.store.complete(handle.expose(), jwt(None), &world.random, late).unwrap();
    let code = location.split(['=', '&']).nth(1).unwrap().to_owned();
    assert!(world.exchange(&code, late + CODE - 1).is_ok());

    let code = world.code(jwt(None), START);
    assert_eq!(refused(world.exchange(&code, START + CODE)), Refused::InvalidGrant);
    let handle = world.begin(START).unwrap();
    assert!(world.store.complete(handle.expose(), jwt(None), &world.random, START + PENDING).is_none());
}

#[test]
fn a_code_is_good_for_one_attempt_with_its_own_client_address_and_verifier() {
    let mut world = World::new();
    let code = world.code(jwt(None), START);
    assert!(world.exchange(&code, START).is_ok());
    assert_eq!(refused(world.exchange(&code, START)), Refused::InvalidGrant);

    let client = world.client.clone();
    let wrong = VERIFIER.replace('d', "e");
    for (client, back, verifier) in [
        ("another", BACK, VERIFIER),
        (&*client, "https://client.example/", VERIFIER),
        (&*client, BACK, &*wrong),
    ] {
        let code = world.code(jwt(None), START);
        let tried = world.store.exchange(client, &code, back, verifier, &world.random, START);
        assert_eq!(refused(tried), Refused::InvalidGrant);
        assert_eq!(refused(world.exchange(&code, START)), Refused::InvalidGrant, "used up by the attempt");
    }
}

#[test]
fn access_lives_an_hour_refresh_a_day_and_neither_outlives_the_jwt() {
    let mut world = World::new();
    let tokens = world.tokens(jwt(None), START);
    assert_eq!(tokens.expires_in, ACCESS);
    assert!(world.is_good(&tokens, START + ACCESS - 1) && !world.is_good(&tokens, START + ACCESS));
    assert_eq!(refused(world.renew(&tokens.refresh, None, START + REFRESH)), Refused::InvalidGrant);
    assert!(world.renew(&tokens.refresh, None, START + REFRESH - 1).is_ok());

    let ends = START + 5_000;
    let tokens = world.tokens(jwt(Some(ends)), START);
    let tokens = world.renew(&tokens.refresh, None, START + 4_000).unwrap();
    assert_eq!(tokens.expires_in, 1_000);
    assert!(world.is_good(&tokens, ends - 1) && !world.is_good(&tokens, ends));
    assert_eq!(refused(world.renew(&tokens.refresh, None, ends)), Refused::InvalidGrant);

    let code = world.code(jwt(Some(START)), START);
    assert_eq!(refused(world.exchange(&code, START)), Refused::InvalidGrant, "a JWT that has ended");
}

#[test]
fn a_renewal_ends_the_old_pair_and_only_narrows() {
    let mut world = World::new();
    let old = world.tokens(jwt(None), START);
    assert_eq!(refused(world.renew(&old.refresh, Some(&["read", "admin"]), START)), Refused::InvalidScope);
    let new = world.renew(&old.refresh, Some(&["read"]), START).unwrap();
    assert_eq!(new.scopes, ["read"]);
    assert!(!world.is_good(&old, START) && world.is_good(&new, START));
    assert_eq!(refused(world.renew(&old.refresh, None, START)), Refused::InvalidGrant);
    assert_eq!(refused(world.renew(&new.refresh, Some(&["write"]), START)), Refused::InvalidScope);
    let other = world.store.renew("another", new.refresh.expose(), None, &world.random, START);
    assert_eq!(refused(other), Refused::InvalidGrant);
}

#[test]
fn either_token_revokes_the_pair_for_its_own_client_only() {
    let mut world = World::new();
    let client = world.client.clone();
    for by_refresh in [false, true] {
        let tokens = world.tokens(jwt(None), START);
        let token = if by_refresh { &tokens.refresh } else { &tokens.access };
        world.store.revoke("another", token.expose());
        assert!(world.is_good(&tokens, START));
        world.store.revoke(&client, token.expose());
        assert!(!world.is_good(&tokens, START));
        assert!(world.renew(&tokens.refresh, None, START).is_err());
    }
}

#[test]
fn what_is_full_refuses_until_something_has_ended() {
    let mut world = World::new();
    for _ in 0..MAX_PENDING {
        world.begin(START).unwrap();
    }
    assert_eq!(refused(world.begin(START + PENDING - 1)), Refused::Full);
    assert!(world.begin(START + PENDING).is_ok());

    let redirects = || vec![RedirectUri::parse(BACK).unwrap()];
    while world.store.clients.len() < MAX_CLIENTS {
        world.store.register(None, redirects(), &world.random, START).unwrap();
    }
    let later = START + UNUSED_CLIENT;
    let full = world.store.register(None, redirects(), &world.random, later - 1);
    assert_eq!(refused(full), Refused::Full);
    assert!(world.store.register(None, redirects(), &world.random, later).is_ok());
    assert_eq!(world.store.clients.len(), 1, "a client nobody uses is forgotten after a day");
}

#[test]
fn a_client_with_a_live_token_is_kept() {
    let mut world = World::new();
    let almost_a_day = START + UNUSED_CLIENT - 1;
    let tokens = world.tokens(jwt(None), almost_a_day);
    let two_days = almost_a_day + REFRESH - 1;
    world.store.sweep(two_days);
    assert!(world.renew(&tokens.refresh, None, two_days).is_ok());
}

#[test]
fn nothing_is_registered_without_an_address() {
    let mut world = World::new();
    let tried = world.store.register(None, Vec::new(), &world.random, START);
    assert_eq!(refused(tried), Refused::InvalidRedirect);
    assert_eq!(refused(world.store.may_redirect("another", BACK)), Refused::InvalidClient);
    let client = world.client.clone();
    assert_eq!(refused(world.store.may_redirect(&client, "https://b.example/cb")), Refused::InvalidRedirect);
}

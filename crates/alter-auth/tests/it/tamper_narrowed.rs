//! What narrows a request, its method and its query are signed too: one changed bit in any of them is refused.

use alter_auth::{
    ApiKey, Attribution, Nonce, ScopeConstraints, SignedContext, Signer, SkewWindow, Stamp, UnixSeconds,
    VerifyError, canonical, header, verify,
};
use alter_types::Caller;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use proptest::prelude::*;

const NOW: UnixSeconds = UnixSeconds(1_767_225_600);
const RULE: &str = "eyJydWxlX3R5cGUiOiJ4IiwicnVsZV9ib2R5Ijp7ImEiOjF9fQ";

/// A request as it travels.
#[derive(Debug, Clone)]
struct Sent {
    method: Method,
    target: String,
    headers: HeaderMap,
}

impl Sent {
    fn signed(target: &str, constraints: Option<&str>, rule: Option<&str>, actor: bool) -> Self {
        let key: ApiKey = "alter_rk_abcdefghijklmnopqrstuv_iwpykn".parse().unwrap();
        let caller = actor.then(|| Caller::service("billing-cron").unwrap());
        let attribution = Attribution { caller, ..Attribution::default() };
        let cx = SignedContext { attribution: &attribution, constraints, rule };
        let stamp = Stamp { now: NOW, nonce: Nonce::from_bytes([9; 16]) };
        let mut headers = HeaderMap::new();
        Signer::new(key).sign(&Method::POST, target, b"{}", &cx, stamp).unwrap().apply(&mut headers);
        Self { method: Method::POST, target: target.to_owned(), headers }
    }

    fn verified(&self) -> Result<(), VerifyError> {
        verify(&self.method, &self.target, &self.headers, b"{}", NOW, SkewWindow::default()).map(|_| ())
    }
}

/// `text` with one bit of one byte flipped, where that still is text.
fn one_bit_off(text: &str, at: prop::sample::Index, bit: u8) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let at = at.index(bytes.len());
    bytes[at] ^= 1 << bit;
    String::from_utf8(bytes).ok()
}

proptest! {
    #[test]
    fn a_narrowed_request_verifies_with_what_narrowed_it(
        scopes in proptest::collection::vec("[a-z]{1,8}(:[a-z]{1,8})?", 1..5),
        with_rule in any::<bool>(),
        actor in any::<bool>(),
    ) {
        let scopes = ScopeConstraints::new(&scopes).unwrap();
        let rule = with_rule.then_some(RULE);
        let sent = Sent::signed("/sdk/token", Some(scopes.header()), rule, actor);
        let verified =
            verify(&sent.method, &sent.target, &sent.headers, b"{}", NOW, SkewWindow::default()).unwrap();
        prop_assert_eq!(ScopeConstraints::from_header(&verified.constraints.unwrap()), Ok(scopes));
        prop_assert_eq!(verified.rule.as_deref(), rule);
    }

    #[test]
    fn one_changed_bit_of_constraints_or_rule_is_refused(
        name in prop::sample::select(vec![header::X_ALTER_SCOPE_CONSTRAINTS, header::X_ALTER_REQUEST_RULE]),
        actor in any::<bool>(),
        at in any::<prop::sample::Index>(),
        bit in 0..7_u8,
    ) {
        let mut sent = Sent::signed("/sdk/token", Some("grants:read,tokens:retrieve"), Some(RULE), actor);
        let value = sent.headers[&name].to_str().unwrap();
        let Some(changed) = one_bit_off(value, at, bit) else { return Ok(()) };
        let Ok(changed) = HeaderValue::from_str(&changed) else { return Ok(()) };
        sent.headers.insert(name, changed);
        prop_assert!(sent.verified().is_err());
    }

    #[test]
    fn removing_or_adding_a_narrowing_is_refused(
        name in prop::sample::select(vec![header::X_ALTER_SCOPE_CONSTRAINTS, header::X_ALTER_REQUEST_RULE]),
        actor in any::<bool>(),
        text in "[a-z]{1,8}",
    ) {
        let mut wider = Sent::signed("/sdk/token", Some("read"), Some(RULE), actor);
        wider.headers.remove(&name);
        prop_assert_eq!(wider.verified(), Err(VerifyError::Signature));

        let mut other = Sent::signed("/sdk/token", None, None, actor);
        other.headers.insert(name, HeaderValue::from_str(&text).unwrap());
        prop_assert_eq!(other.verified(), Err(VerifyError::Signature));
    }

    #[test]
    fn one_changed_bit_of_the_method_is_refused(at in any::<prop::sample::Index>(), bit in 0..7_u8) {
        let mut sent = Sent::signed("/sdk/token", None, None, false);
        let Some(changed) = one_bit_off("POST", at, bit) else { return Ok(()) };
        // The canonical method has no case: `pOST` is the same method.
        prop_assume!(!changed.eq_ignore_ascii_case("POST"));
        let Ok(method) = changed.parse() else { return Ok(()) };
        sent.method = method;
        prop_assert_eq!(sent.verified(), Err(VerifyError::Signature));
    }

    #[test]
    fn one_changed_bit_of_path_or_query_is_refused_unless_it_is_the_same_target(
        target in "/sdk/[a-z0-9%/]{1,20}\\?[a-zA-Z0-9%&=+_.~-]{1,40}",
        at in any::<prop::sample::Index>(),
        bit in 0..7_u8,
    ) {
        let mut sent = Sent::signed(&target, None, None, true);
        let Some(changed) = one_bit_off(&target, at, bit) else { return Ok(()) };
        let same = canonical::target(&changed) == canonical::target(&target);
        sent.target = changed;
        let expected = if same { Ok(()) } else { Err(VerifyError::Signature) };
        prop_assert_eq!(sent.verified(), expected);
    }

    #[test]
    fn the_order_of_query_parameters_does_not_matter_and_their_values_do(
        mut pairs in proptest::collection::vec(("[a-z]{1,4}", "[a-z0-9]{0,4}"), 1..6),
        at in any::<prop::sample::Index>(),
    ) {
        let written = |pairs: &[(String, String)]| {
            let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("/sdk/spans?{}", pairs.join("&"))
        };
        let mut sent = Sent::signed(&written(&pairs), None, None, false);
        pairs.reverse();
        sent.target = written(&pairs);
        prop_assert_eq!(sent.verified(), Ok(()));
        let at = at.index(pairs.len());
        pairs[at].1.push('x');
        sent.target = written(&pairs);
        prop_assert_eq!(sent.verified(), Err(VerifyError::Signature));
    }

    #[test]
    fn no_received_headers_make_the_verifier_panic(
        values in proptest::collection::vec((0..12_usize, "[ -~]{0,70}"), 0..14),
        target in "\\PC{0,40}",
    ) {
        let names: [HeaderName; 12] = [
            header::X_API_KEY, header::X_ALTER_TIMESTAMP, header::X_ALTER_NONCE, header::X_ALTER_CONTENT_SHA256,
            header::X_ALTER_SIGNATURE, header::X_ALTER_SIGNATURE_V2, header::X_ALTER_CALLER,
            header::X_ALTER_CALLER_TYPE, header::X_ALTER_ACTOR_ID, header::X_ALTER_CONTEXT,
            header::X_ALTER_SCOPE_CONSTRAINTS, header::X_ALTER_REQUEST_RULE,
        ];
        let mut sent = Sent::signed("/sdk/token", None, None, true);
        for (name, value) in values {
            sent.headers.insert(names[name].clone(), HeaderValue::from_str(&value).unwrap());
        }
        sent.target = target;
        let _ = sent.verified();
    }
}

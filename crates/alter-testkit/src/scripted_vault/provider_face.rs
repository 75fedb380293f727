//! The providers that a script plays: every host, for calls with a credential that the scripted vault released.

use bytes::Bytes;
use http::{header::AUTHORIZATION, request::Parts};

use super::{Shared, pattern::pairs, state::Reaction, vault_face::CREDENTIAL};

pub(super) fn react(shared: &Shared, origin: &str, head: &Parts, body: &Bytes) -> Reaction {
    let mut state = shared.lock();
    let credential = head.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let number =
        credential.and_then(|value| value.strip_prefix("Bearer ")?.strip_prefix(CREDENTIAL)?.parse().ok());
    let Some(released) = number.and_then(|number: usize| state.released.get(number).cloned()) else {
        let what = format!("{} {origin}{}, without a credential", head.method, head.uri.path());
        return state.unforeseen(&what).into();
    };
    state.rows_due += 1;
    let seen = &mut state.seen[released.seen];
    seen.query = pairs(head.uri.query().unwrap_or_default());
    seen.headers.clone_from(&head.headers);
    seen.body.clone_from(body);
    released.reaction
}

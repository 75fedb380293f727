//! [`Assertion`]: what a test expects to have happened, and a message that says what happened instead.

use std::{fmt, fmt::Write as _, future::Future, panic::Location};

use alter_types::{AddressedGrant, GrantId};
use serde_json::Value;

use super::{
    Mode, Row, ScriptedVault, Seen,
    pattern::Pattern,
    seen::{addressed, shortened},
};

/// An expectation that every setter narrows, until a last word checks it: of calls ([`Seen`], from
/// [`ScriptedVault::saw`]) or of audit rows ([`Row`], from [`ScriptedVault::audited`]).
#[must_use = "nothing is checked until `.once()`, `.times(n)` or `.never()`"]
pub struct Assertion<'a, T> {
    vault: &'a ScriptedVault,
    pattern: Pattern,
    wanted: Vec<Wanted<T>>,
}

/// One thing that has to be so.
struct Wanted<T> {
    text: String,
    /// What it is instead, if it is not so.
    differs: Differs<T>,
}

type Differs<T> = Box<dyn Fn(&T) -> Option<String> + Send + Sync>;

impl<'a, T> Assertion<'a, T> {
    pub(super) fn new(vault: &'a ScriptedVault, pattern: Pattern) -> Self {
        Self { vault, pattern, wanted: Vec::new() }
    }

    /// Wants `what` to be `value`, as `actual` tells it.
    fn want(
        mut self,
        what: &str,
        value: String,
        actual: impl Fn(&T) -> String + Send + Sync + 'static,
    ) -> Self {
        let (name, text) = (what.to_owned(), format!("{what} {value}"));
        let differs = move |seen: &T| {
            let actual = actual(seen);
            (actual != value).then(|| format!("{name} is {actual}"))
        };
        self.wanted.push(Wanted { text, differs: Box::new(differs) });
        self
    }

    /// Says what was expected and what happened, if they are not the same.
    fn judge(&self, times: usize, what: &str, all: &[T], is_meant: impl Fn(&T) -> bool) -> Option<String>
    where
        T: fmt::Display,
    {
        let differences = |seen: &T| -> Vec<String> {
            self.wanted.iter().filter_map(|wanted| (wanted.differs)(seen)).collect()
        };
        let count = all.iter().filter(|seen| is_meant(seen) && differences(seen).is_empty()).count();
        if count == times {
            return None;
        }
        let mut message = format!("expected {} {}: {}", times, plural(what, times), self.pattern);
        for wanted in &self.wanted {
            let _ = write!(message, ", {}", wanted.text);
        }
        let _ = write!(message, "\ngot {count} of {} {}", all.len(), plural(what, all.len()));
        for (index, seen) in all.iter().enumerate() {
            let _ = write!(message, "\n  {}. {seen}", index + 1);
            for difference in differences(seen).iter().filter(|_| is_meant(seen)) {
                let _ = write!(message, "\n       {difference}");
            }
        }
        Some(message)
    }
}

fn plural(what: &str, count: usize) -> String {
    if count == 1 { what.to_owned() } else { format!("{what}s") }
}

impl Assertion<'_, Seen> {
    /// With this grant, addressed by its id.
    pub fn grant(self, id: &GrantId) -> Self {
        self.want("address", addressed(&AddressedGrant::Grant(*id)), |seen| {
            seen.grant.as_ref().map_or_else(|| "none".to_owned(), addressed)
        })
    }

    /// With the grant of a provider, narrowed or not.
    pub fn provider(self, id: &str) -> Self {
        self.want("provider", id.to_owned(), |seen| match &seen.grant {
            Some(AddressedGrant::Provider(address)) => address.provider_id.to_string(),
            Some(AddressedGrant::Grant(_)) => "not named; the grant is".to_owned(),
            None => "none".to_owned(),
        })
    }

    /// For the end user with this token. A message never shows tokens.
    pub fn as_user(mut self, token: &str) -> Self {
        let token = token.to_owned();
        let differs = move |seen: &Seen| match &seen.user_token {
            None => Some("no user token".to_owned()),
            Some(given) => (given.expose() != token).then(|| "another user token".to_owned()),
        };
        self.wanted.push(Wanted { text: "for that user".to_owned(), differs: Box::new(differs) });
        self
    }

    /// With this JSON body.
    #[expect(clippy::needless_pass_by_value, reason = "`json!({..})` is handed over as it is written")]
    pub fn json(self, body: Value) -> Self {
        self.want("body", body.to_string(), |seen| shortened_json(&seen.body))
    }

    /// With exactly these bytes as body.
    pub fn body(self, bytes: impl AsRef<[u8]>) -> Self {
        self.want("body", shortened(bytes.as_ref()), |seen| shortened(&seen.body))
    }

    /// With this query parameter, in the URL or added to it.
    pub fn query(self, name: &str, value: &str) -> Self {
        let name = name.to_owned();
        self.want(&format!("query {name}"), format!("{value:?}"), move |seen| {
            let values: Vec<_> =
                seen.query.iter().filter(|(given, _)| *given == name).map(|(_, value)| value).collect();
            match values[..] {
                [one] => format!("{one:?}"),
                _ => format!("{values:?}"),
            }
        })
    }

    /// With this header.
    pub fn header(self, name: &str, value: &str) -> Self {
        let name = name.to_owned();
        self.want(&format!("header {name}"), format!("{value:?}"), move |seen| {
            match seen.headers.get(&name).map(|value| value.to_str()) {
                None => "not there".to_owned(),
                Some(Ok(given)) => format!("{given:?}"),
                Some(Err(_)) => "not text".to_owned(),
            }
        })
    }

    /// With this reason.
    pub fn reason(self, why: &str) -> Self {
        self.want("reason", format!("{why:?}"), |seen| text_or_none(seen.reason.as_deref()))
    }

    /// With this label in the audit context, whatever else is there.
    pub fn context(self, key: &str, value: &str) -> Self {
        let key = key.to_owned();
        self.want(&format!("context {key}"), format!("{value:?}"), move |seen| {
            text_or_none(seen.context.get(&key).map(String::as_str))
        })
    }

    /// By the caller of this name.
    pub fn caller(self, name: &str) -> Self {
        self.want("caller", format!("{name:?}"), |seen| {
            text_or_none(seen.caller.as_ref().map(alter_types::Caller::name))
        })
    }

    /// By a view narrowed to exactly these scopes.
    pub fn scopes(self, scopes: &[&str]) -> Self {
        self.want("scopes", format!("{scopes:?}"), |seen| format!("{:?}", seen.scopes))
    }

    /// Made by this process (`.send()`, `.stream()`) or by the vault (`.proxy()`).
    pub fn mode(self, mode: Mode) -> Self {
        self.want("mode", format!("{mode:?}"), |seen| format!("{:?}", seen.mode))
    }

    /// Exactly one such call arrived.
    ///
    /// # Panics
    /// If it was none or several; the message lists what did arrive.
    #[track_caller]
    pub fn once(self) {
        self.times(1);
    }

    /// No such call arrived.
    ///
    /// # Panics
    /// If one did.
    #[track_caller]
    pub fn never(self) {
        self.times(0);
    }

    /// Exactly `times` such calls arrived.
    ///
    /// # Panics
    /// If it was another number.
    #[track_caller]
    pub fn times(self, times: usize) {
        let seen = self.vault.seen();
        let message = self
            .judge(times, "call", &seen, |seen| self.pattern.matches(&seen.method, &seen.url, &seen.query));
        if let Some(message) = message {
            panic!("{message}");
        }
    }
}

/// Audit rows travel behind the calls they report, so these last words are awaited: they wait until the rows of all
/// calls so far have arrived, at most five seconds.
impl<'a> Assertion<'a, Row> {
    /// Of this grant.
    pub fn grant(self, id: &GrantId) -> Self {
        self.want("grant", id.to_string(), |row| row.report.grant_id.to_string())
    }

    /// With this status of the provider; 0 if it did not answer.
    pub fn status(self, status: u16) -> Self {
        self.want("status", status.to_string(), |row| row.report.response_status.to_string())
    }

    /// With this reason.
    pub fn reason(self, why: &str) -> Self {
        self.want("reason", format!("{why:?}"), |row| text_or_none(row.report.reason.as_deref()))
    }

    /// With this label in the audit context, whatever else is there.
    pub fn context(self, key: &str, value: &str) -> Self {
        let key = key.to_owned();
        self.want(&format!("context {key}"), format!("{value:?}"), move |row| {
            text_or_none(
                row.report.context.as_ref().and_then(|context| context.get(&key)).map(String::as_str),
            )
        })
    }

    /// By the caller of this name.
    pub fn caller(self, name: &str) -> Self {
        self.want("caller", format!("{name:?}"), |row| {
            text_or_none(row.caller.as_ref().map(alter_types::Caller::name))
        })
    }

    /// Exactly one such row arrived.
    #[track_caller]
    pub fn once(self) -> impl Future<Output = ()> + Send + 'a {
        self.times(1)
    }

    /// No such row arrived.
    #[track_caller]
    pub fn never(self) -> impl Future<Output = ()> + Send + 'a {
        self.times(0)
    }

    /// Exactly `times` such rows arrived.
    ///
    /// # Panics
    /// When awaited: if it was another number.
    #[track_caller]
    pub fn times(self, times: usize) -> impl Future<Output = ()> + Send + 'a {
        let asked_at = Location::caller();
        async move {
            let rows = self.vault.rows().await;
            let message = self.judge(times, "audit row", &rows, |row| {
                let query = row.report.url.split_once('?').map_or("", |(_, query)| query);
                let method = row.report.method.parse().unwrap_or_default();
                self.pattern.matches(&method, &row.report.url, &super::pattern::pairs(query))
            });
            if let Some(message) = message {
                panic!("at {asked_at}: {message}");
            }
        }
    }
}

fn text_or_none(text: Option<&str>) -> String {
    text.map_or_else(|| "none".to_owned(), |text| format!("{text:?}"))
}

/// JSON as `Value` writes it, so that spacing does not matter.
fn shortened_json(body: &[u8]) -> String {
    serde_json::from_slice::<Value>(body).map_or_else(|_| shortened(body), |json| json.to_string())
}

impl<T> fmt::Debug for Assertion<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wanted: Vec<_> = self.wanted.iter().map(|wanted| &wanted.text).collect();
        f.debug_struct("Assertion")
            .field("pattern", &self.pattern)
            .field("wanted", &wanted)
            .finish_non_exhaustive()
    }
}

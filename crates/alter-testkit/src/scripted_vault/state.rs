//! [`State`]: the scripts, and everything that happened. [`Reaction`] is what becomes of one request.

use std::collections::HashSet;

use alter_types::{AddressedGrant, ApprovalId};
use http::Method;

use super::{
    Answer, Decision, Fault, Refusal, Row, Seen,
    pattern::pairs,
    script::{Scripted, Step},
};

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) scripts: Vec<Scripted>,
    pub(super) seen: Vec<Seen>,
    pub(super) rows: Vec<Row>,
    /// How many rows are to be expected: one for each call that reached a provider.
    pub(super) rows_due: usize,
    /// What no script foresaw, and what no SDK should send.
    pub(super) unexpected: Vec<String>,
    pub(super) nonces: HashSet<(String, String)>,
    /// What becomes of each credential that was released; its number is its index.
    pub(super) released: Vec<Released>,
    pub(super) approvals: Vec<Waiting>,
}

/// A credential that was released for one call.
#[derive(Debug, Clone)]
pub(super) struct Released {
    /// Which entry of `seen`.
    pub(super) seen: usize,
    pub(super) reaction: Reaction,
}

/// A call that waits for approval.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    pub(super) id: ApprovalId,
    pub(super) decision: Decision,
}

/// What becomes of a request.
#[derive(Debug, Clone)]
pub(super) enum Reaction {
    Say(Answer),
    Fail(Fault),
}

impl From<Refusal> for Reaction {
    fn from(refusal: Refusal) -> Self {
        let mut answer = Answer::status(refusal.status.as_u16()).json(&refusal.body);
        answer.headers.extend(refusal.headers);
        Self::Say(answer)
    }
}

impl From<Answer> for Reaction {
    fn from(answer: Answer) -> Self {
        Self::Say(answer)
    }
}

impl State {
    /// The step for a call: of the newest script that is meant.
    pub(super) fn step(
        &mut self,
        method: &Method,
        url: &str,
        grant: Option<&AddressedGrant>,
    ) -> Option<Step> {
        let query = pairs(url.split_once('?').map_or("", |(_, query)| query));
        let meant =
            |script: &&mut Scripted| script.is_for(grant) && script.pattern.matches(method, url, &query);
        self.scripts.iter_mut().rev().find(meant)?.next()
    }

    /// Notes what no script foresaw, and says it to the caller too.
    pub(super) fn unforeseen(&mut self, what: &str) -> Refusal {
        let scripts: Vec<_> = self.scripts.iter().map(|script| script.pattern.to_string()).collect();
        let scripts = if scripts.is_empty() {
            "there is none".to_owned()
        } else {
            format!("there are: {}", scripts.join("; "))
        };
        self.unexpected.push(format!("no script answers {what}; {scripts}"));
        let message = format!("No script answers {what}. Add one with `vault.on(..)`; {scripts}.");
        Refusal::new(alter_types::ErrorCode::new("unscripted"), message)
    }
}

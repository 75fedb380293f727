//! The vault that a script plays: checks signatures with the code a real one uses, and answers what the script says.

use alter_auth::{Clock as _, SkewWindow, SystemClock, Verified, verify};
use alter_types::{
    AddressedGrant, ApiCallAuditLog, ApprovalId, ErrorCode, ProxyRequest, ProxyResponse, Secret,
    TokenRequest, TokenWire,
};
use bytes::Bytes;
use http::{HeaderMap, Method, request::Parts};
use serde_json::{Value, json};

use super::{
    Answer, Decision, Fault, GRANT, Mode, Refusal, Row, Seen, Shared,
    answer::Decided,
    approval,
    pattern::pairs,
    script::Step,
    state::{Reaction, Released, State, Waiting},
};

/// What a credential looks like that a script releases, before its number.
pub(super) const CREDENTIAL: &str = "scripted-credential-";

pub(super) fn react(shared: &Shared, head: &Parts, body: &Bytes) -> Reaction {
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
    let mut state = shared.lock();
    let now = SystemClock.now();
    let verified = match verify(&head.method, target, &head.headers, body, now, SkewWindow::default()) {
        Ok(verified) => verified,
        Err(error) => {
            state.unexpected.push(format!("{} {target} was refused: {error}", head.method));
            return Refusal::new(error.code(), error.to_string()).into();
        }
    };
    let nonce = (verified.key.prefix().to_owned(), verified.nonce.to_string());
    if !state.nonces.insert(nonce) {
        state.unexpected.push(format!("{} {target} was sent twice with one nonce", head.method));
        return Refusal::from(ErrorCode::REPLAYED_NONCE).into();
    }
    let mut request = Request { state: &mut state, head, body, verified: &verified };
    match (head.method.as_str(), head.uri.path()) {
        ("POST", "/sdk/token") => request.retrieve(),
        ("POST", "/sdk/proxy") => request.proxy(),
        ("POST", "/sdk/oauth/audit/api-call") => {
            let reaction = request.row();
            drop(state);
            shared.rows_changed.notify_waiters();
            reaction
        }
        (_, path) => match request.approval(path) {
            Some(reaction) => reaction,
            None => request.operation(),
        },
    }
}

/// One request with a right signature.
struct Request<'a> {
    state: &'a mut State,
    head: &'a Parts,
    body: &'a Bytes,
    verified: &'a Verified,
}

impl Request<'_> {
    fn retrieve(&mut self) -> Reaction {
        let request: TokenRequest = match self.model() {
            Ok(request) => request,
            Err(refusal) => return (*refusal).into(),
        };
        let (method, url) = (&request.request.method, &request.request.url);
        let mut seen = self.seen(Mode::Retrieve, method, url);
        seen.grant = Some(request.grant.clone());
        seen.user_token = request.user_token;
        seen.reason = request.reason;
        let reaction = match self.step(&mut seen) {
            Step::Refusal(refusal) => refusal.into(),
            Step::VaultFault(fault) => Reaction::Fail(fault),
            Step::Approval(_) => {
                "refused hitl_grant_requires_proxy".clone_into(&mut seen.outcome);
                Refusal::from(ErrorCode::HITL_GRANT_REQUIRES_PROXY).into()
            }
            Step::Answer(answer) => self.release(&request.grant, answer.into()),
            Step::Fault(fault) => self.release(&request.grant, Reaction::Fail(fault)),
        };
        self.state.seen.push(seen);
        reaction
    }

    /// Releases a credential for a call of which `reaction` will become.
    fn release(&mut self, grant: &AddressedGrant, reaction: Reaction) -> Reaction {
        let credential = Secret::from(format!("{CREDENTIAL}{}", self.state.released.len()));
        self.state.released.push(Released { seen: self.state.seen.len(), reaction });
        let (grant, provider) = match grant {
            AddressedGrant::Grant(id) => (*id, "scripted".to_owned()),
            AddressedGrant::Provider(address) => (GRANT, address.provider_id.to_string()),
        };
        let mut token = TokenWire::new(credential, grant);
        token.provider_id = provider;
        Answer::status(200).json(&token).into()
    }

    fn proxy(&mut self) -> Reaction {
        let request: ProxyRequest = match self.model() {
            Ok(request) => request,
            Err(refusal) => return (*refusal).into(),
        };
        let mut seen = self.seen(Mode::Proxy, &request.method, &request.url);
        seen.grant = Some(request.grant);
        seen.user_token = request.user_token;
        seen.reason = request.reason;
        seen.query.extend(parameters(&request.query_params));
        seen.headers = headers(&request.headers);
        seen.body = request.body.map_or_else(Bytes::new, |body| body.to_string().into());
        let reaction = match self.step(&mut seen) {
            Step::Refusal(refusal) => refusal.into(),
            Step::VaultFault(fault) | Step::Fault(fault) => Reaction::Fail(fault),
            Step::Answer(answer) => proxied(&answer, None),
            Step::Approval(decision) => self.pending(decision),
        };
        self.state.seen.push(seen);
        reaction
    }

    /// What is answered while a call waits for approval.
    fn pending(&mut self, decision: Decision) -> Reaction {
        let number = self.state.approvals.len() as u128 + 1;
        let pending = approval::pending(number);
        self.state.approvals.push(Waiting { id: pending.approval_id, decision });
        Answer::status(202).json(&pending).into()
    }

    /// The status or the result of an approval of ours.
    fn approval(&mut self, path: &str) -> Option<Reaction> {
        let rest = path.strip_prefix("/sdk/approvals/")?;
        let (id, of_result) = match rest.strip_suffix("/result") {
            Some(id) => (id, true),
            None => (rest, false),
        };
        let id: ApprovalId = id.parse().ok()?;
        let waiting = self.state.approvals.iter_mut().find(|waiting| waiting.id == id)?;
        if of_result {
            let Decided::Approved(answer) = &waiting.decision.outcome else {
                return Some(Refusal::from(ErrorCode::APPROVAL_DENIED).into());
            };
            return Some(proxied(answer, Some(id)));
        }
        let undecided = waiting.decision.pending_polls > 0;
        waiting.decision.pending_polls = waiting.decision.pending_polls.saturating_sub(1);
        let outcome = if undecided { &Decided::Never } else { &waiting.decision.outcome };
        let status = approval::standing(id, outcome);
        let mut seen = self.seen(Mode::Operation, self.head.method.as_str(), path);
        status.status.to_string().clone_into(&mut seen.outcome);
        self.state.seen.push(seen);
        Some(Answer::status(200).json(&status).into())
    }

    /// A report of the SDK. It is kept, unless a script says that something goes wrong.
    fn row(&mut self) -> Reaction {
        match self.state.step(&self.head.method, self.head.uri.path(), None) {
            Some(Step::Refusal(refusal)) => return refusal.into(),
            Some(Step::Fault(fault) | Step::VaultFault(fault)) => return Reaction::Fail(fault),
            Some(Step::Answer(_) | Step::Approval(_)) | None => {}
        }
        match self.model::<ApiCallAuditLog>() {
            Ok(report) => {
                let caller = self.verified.attribution.caller.clone();
                let key_prefix = self.verified.key.prefix().to_owned();
                self.state.rows.push(Row { report, caller, key_prefix });
                Answer::status(201).json(&json!({ "logged": true })).into()
            }
            Err(refusal) => (*refusal).into(),
        }
    }

    /// Whatever else the vault can do: as scripted.
    fn operation(&mut self) -> Reaction {
        let mut seen = self.seen(Mode::Operation, self.head.method.as_str(), self.head.uri.path());
        seen.query = pairs(self.head.uri.query().unwrap_or_default());
        seen.headers.clone_from(&self.head.headers);
        seen.body.clone_from(self.body);
        let body: Value = serde_json::from_slice(self.body).unwrap_or_default();
        seen.user_token = body["user_token"].as_str().map(Secret::from);
        seen.reason = body["reason"].as_str().map(str::to_owned);
        let reaction = match self.step(&mut seen) {
            Step::Refusal(refusal) => refusal.into(),
            Step::VaultFault(fault) | Step::Fault(fault) => Reaction::Fail(fault),
            Step::Answer(answer) => answer.into(),
            Step::Approval(decision) => self.pending(decision),
        };
        self.state.seen.push(seen);
        reaction
    }

    /// What the script says to it, and a word about that in `seen`.
    fn step(&mut self, seen: &mut Seen) -> Step {
        let step = self.state.step(&seen.method, &seen.url, seen.grant.as_ref());
        let step = step.unwrap_or_else(|| {
            "no script".clone_into(&mut seen.outcome);
            let what = seen.to_string();
            let what = what.strip_suffix(" -> no script").unwrap_or(&what);
            Step::Refusal(self.state.unforeseen(what))
        });
        seen.outcome = match &step {
            Step::Answer(answer) => answer.status.as_u16().to_string(),
            Step::Refusal(refusal) => format!("refused {}", refusal.body.error),
            Step::Approval(_) => "waiting for approval".to_owned(),
            Step::Fault(fault) => word(*fault).to_owned(),
            Step::VaultFault(fault) => format!("vault: {}", word(*fault)),
        };
        step
    }

    fn seen(&self, mode: Mode, method: &str, url: &str) -> Seen {
        let attribution = &self.verified.attribution;
        let context = attribution.context.as_deref().and_then(|text| serde_json::from_str(text).ok());
        let scopes = self.verified.constraints.as_deref().unwrap_or_default();
        Seen {
            mode,
            method: Method::from_bytes(method.as_bytes()).unwrap_or_default(),
            url: url.to_owned(),
            query: pairs(url.split_once('?').map_or("", |(_, query)| query)),
            grant: None,
            user_token: None,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            reason: None,
            context: context.unwrap_or_default(),
            caller: attribution.caller.clone(),
            scopes: scopes.split(',').filter(|scope| !scope.is_empty()).map(str::to_owned).collect(),
            key_prefix: self.verified.key.prefix().to_owned(),
            outcome: String::new(),
        }
    }

    /// The body as a model of the protocol.
    fn model<T: serde::de::DeserializeOwned>(&mut self) -> Result<T, Box<Refusal>> {
        serde_json::from_slice(self.body).map_err(|error| {
            let message =
                format!("The body of {} is not what the protocol says: {error}", self.head.uri.path());
            self.state.unexpected.push(message.clone());
            Box::new(Refusal::new(ErrorCode::new("invalid_body"), message))
        })
    }
}

fn word(fault: Fault) -> &'static str {
    match fault {
        Fault::NoConnection => "no connection",
        Fault::Broken => "broken",
        Fault::Silence => "silence",
    }
}

/// A provider's answer as the vault hands it on.
fn proxied(answer: &Answer, approval: Option<ApprovalId>) -> Reaction {
    let mut result = ProxyResponse::from_bytes(answer.status.as_u16(), &answer.whole_body());
    result.approval_id = approval;
    result.duration_ms = Some(1);
    for (name, value) in &answer.headers {
        if let Ok(value) = value.to_str() {
            result.headers.insert(name.to_string(), value.to_owned());
        }
    }
    let mut outer = Answer::status(200).json(&result);
    (outer.end, outer.delay) = (answer.end, answer.delay);
    outer.into()
}

fn parameters(map: &serde_json::Map<String, Value>) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    map.iter()
        .flat_map(|(name, value)| {
            let values = match value {
                Value::Array(values) => values.iter().map(text).collect(),
                one => vec![text(one)],
            };
            values.into_iter().map(move |value| (name.clone(), value))
        })
        .collect()
}

fn headers(given: &std::collections::BTreeMap<String, String>) -> HeaderMap {
    given
        .iter()
        .filter_map(|(name, value)| Some((name.parse::<http::HeaderName>().ok()?, value.parse().ok()?)))
        .collect()
}

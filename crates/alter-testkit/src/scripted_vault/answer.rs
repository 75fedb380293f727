//! [`Answer`], [`Decision`], [`Refusal`] and [`Fault`]: what a script can say.

use std::time::Duration;

use alter_types::{ErrorBody, ErrorCode};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::CONTENT_TYPE};
use serde::Serialize;
use serde_json::Value;

/// What a provider answers, or the vault for an operation of its own.
///
/// A JSON value is an answer with status 200, a number one with that status and nothing else.
///
/// ```
/// use std::time::Duration;
///
/// use alter_testkit::Answer;
/// use serde_json::json;
///
/// let whole = Answer::status(404).header("retry-after", "5").json(&json!({ "why": "gone" }));
/// let slow = Answer::from(json!([1, 2])).after(Duration::from_secs(20));
/// let words = Answer::status(200).events(["Green", " tea."]).then_breaks();
/// # let _ = (whole, slow, words);
/// ```
#[derive(Debug, Clone)]
#[must_use = "an answer does nothing until a script gives it"]
pub struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) pieces: Vec<Bytes>,
    pub(super) end: End,
    pub(super) delay: Duration,
}

/// How an answer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Whole,
    Broken,
    Silent,
}

impl Answer {
    /// An answer with this status, without a body.
    ///
    /// # Panics
    /// If it is no status.
    #[track_caller]
    pub fn status(status: u16) -> Self {
        let status = StatusCode::from_u16(status).expect("a status is a number between 100 and 999");
        Self { status, headers: HeaderMap::new(), pieces: Vec::new(), end: End::Whole, delay: Duration::ZERO }
    }

    /// Adds a header.
    ///
    /// # Panics
    /// If it cannot be one.
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName =
            name.parse().expect("a header name consists of letters, digits and a few signs");
        let value: HeaderValue = value.parse().expect("a header value consists of visible ASCII characters");
        self.headers.append(name, value);
        self
    }

    /// Makes it a JSON body.
    ///
    /// # Panics
    /// If the value cannot be written as JSON.
    #[track_caller]
    pub fn json(self, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).expect("the body can be written as JSON");
        self.content_type("application/json").body(body)
    }

    /// Makes these bytes the body.
    pub fn body(self, bytes: impl Into<Bytes>) -> Self {
        self.pieces([bytes.into()])
    }

    /// Makes these pieces the body: each arrives by itself.
    pub fn pieces<B: Into<Bytes>>(mut self, pieces: impl IntoIterator<Item = B>) -> Self {
        self.pieces = pieces.into_iter().map(Into::into).collect();
        self
    }

    /// Makes it a stream of server-sent events, one for each text.
    pub fn events<T: AsRef<str>>(self, data: impl IntoIterator<Item = T>) -> Self {
        let event = |data: T| {
            let lines: String = data.as_ref().split('\n').map(|line| format!("data: {line}\n")).collect();
            Bytes::from(lines + "\n")
        };
        self.content_type("text/event-stream").pieces(data.into_iter().map(event))
    }

    /// Breaks the connection after the body that was given, so that the answer is not complete.
    pub fn then_breaks(mut self) -> Self {
        self.end = End::Broken;
        self
    }

    /// Says nothing more after the body that was given, and never ends.
    pub fn then_falls_silent(mut self) -> Self {
        self.end = End::Silent;
        self
    }

    /// Waits before it is given. With tokio's paused time that takes no time.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    fn content_type(mut self, value: &'static str) -> Self {
        self.headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(value));
        self
    }

    /// The whole body in one.
    pub(super) fn whole_body(&self) -> Vec<u8> {
        self.pieces.concat()
    }
}

impl From<Value> for Answer {
    fn from(body: Value) -> Self {
        Self::status(200).json(&body)
    }
}

impl From<u16> for Answer {
    #[track_caller]
    fn from(status: u16) -> Self {
        Self::status(status)
    }
}

/// How the vault refuses: a code, a sentence, and whatever fields the code brings. The status is the code's own.
///
/// An [`ErrorCode`] is a refusal with a sentence of the testkit's.
///
/// ```
/// use alter_client::types::ErrorCode;
/// use alter_testkit::Refusal;
///
/// let busy = Refusal::from(ErrorCode::RATE_LIMIT_EXCEEDED).retry_after(20);
/// let missing = Refusal::new(ErrorCode::GRANT_NOT_FOUND, "Nobody connected GitHub.").with("provider_id", "github");
/// # let _ = (busy, missing);
/// ```
#[derive(Debug, Clone)]
#[must_use = "a refusal does nothing until a script gives it"]
pub struct Refusal {
    pub(super) body: ErrorBody,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
}

impl Refusal {
    /// A refusal with this code. A code that the protocol's table does not hold comes with status 400.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        let status = code.status().and_then(|status| StatusCode::from_u16(status).ok());
        Self {
            body: ErrorBody::new(code, message),
            status: status.unwrap_or(StatusCode::BAD_REQUEST),
            headers: HeaderMap::new(),
        }
    }

    /// Adds a field of the error body, such as `retry_after` or `grant_id`.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.body = self.body.with(name, value);
        self
    }

    /// Sends `Retry-After`, in seconds.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.headers.insert(http::header::RETRY_AFTER, seconds.into());
        self
    }
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        let message = format!("The script refuses with {code}.");
        Self::new(code, message)
    }
}

/// What becomes of a call that needs approval.
///
/// ```
/// # use alter_client::{ErrorKind, Outcome};
/// use alter_testkit::{Decision, ScriptedVault};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> alter_client::Result<()> {
/// # let vault = ScriptedVault::start().await;
/// vault.on("POST https://api.example.com/pay").needs_approval(Decision::denied("too much").after_polls(2));
///
/// # let (app, grant) = (vault.app(), vault.grant());
/// let Outcome::Waiting(pending) = app.grant(&grant).post("https://api.example.com/pay").proxy().await? else {
///     panic!("it needs approval");
/// };
/// let error = app.approvals().wait(&pending.approval_id).await.unwrap_err();
/// assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::ApprovalDenied, "too much"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a decision does nothing until a script gives it"]
pub struct Decision {
    pub(super) outcome: Decided,
    pub(super) pending_polls: u32,
}

#[derive(Debug, Clone)]
pub(super) enum Decided {
    Approved(Answer),
    Denied(String),
    Failed(String),
    Expired,
    Never,
}

impl Decision {
    /// Somebody approves, the vault makes the call, and the provider answers this.
    pub fn approved(answer: impl Into<Answer>) -> Self {
        Self::new(Decided::Approved(answer.into()))
    }

    /// Somebody says no, and why.
    pub fn denied(reason: impl Into<String>) -> Self {
        Self::new(Decided::Denied(reason.into()))
    }

    /// Somebody approves, and the call fails.
    pub fn failed(error: impl Into<String>) -> Self {
        Self::new(Decided::Failed(error.into()))
    }

    /// Nobody decides in time.
    pub fn expired() -> Self {
        Self::new(Decided::Expired)
    }

    /// Nobody decides while the test runs.
    pub fn never() -> Self {
        Self::new(Decided::Never)
    }

    /// Answers that it is still pending this many times first. Default: none. The SDK waits between polls, so pause
    /// tokio's time.
    pub fn after_polls(mut self, polls: u32) -> Self {
        self.pending_polls = polls;
        self
    }

    fn new(outcome: Decided) -> Self {
        Self { outcome, pending_polls: 0 }
    }
}

/// What can go wrong on the way to an answer. What can go wrong within one is said by the [`Answer`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// No connection can be made; nothing was sent.
    NoConnection,
    /// The connection breaks after the request, before any answer.
    Broken,
    /// No answer comes, ever.
    Silence,
}

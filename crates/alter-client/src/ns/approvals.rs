//! [`Approvals`]: how calls stand that wait for a person, and the wait itself.

use std::time::Duration;

use alter_transport::{BoxFuture, Deadline, Operation};
use alter_types::{
    ApprovalId, ApprovalStatus, ApprovalStatusValue, ProxyResponse, Surface,
    error::{ApprovalError, ApprovalErrorKind},
};
use http::{Method, StatusCode};

use crate::{
    Error, Reply, Result,
    client::{Client, Message},
    error::value,
    operation,
    poll::{self, Ended, Look, Schedule, Turn, Watch},
};

/// Operations on approvals. From [`App::approvals`](crate::App::approvals) and
/// [`Agent::approvals`](crate::Agent::approvals).
///
/// A call that a person has to approve ends in [`Outcome::Waiting`](crate::Outcome::Waiting), which names the approval
/// and says where it is decided. There may be several *gates*, one for each person who has to agree: all of them must
/// approve, and one denial ends it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> alter_client::Result<()> {
/// # let vault = alter_testkit::ScriptedVault::start().await;
/// # use alter_client::Outcome;
/// # use alter_testkit::Decision;
/// # let (app, grant) = (vault.app(), vault.grant());
/// # let yes = Decision::approved(serde_json::json!({ "paid": true }));
/// # vault.on("POST https://api.example.com/payments").needs_approval(yes);
/// let mut outcome = app.grant(&grant).post("https://api.example.com/payments").proxy().await?;
/// if let Outcome::Waiting(pending) = outcome {
///     println!("to be approved at {}", pending.approval_url);
///     outcome = Outcome::Done(app.approvals().wait(&pending.approval_id).await?);
/// }
/// assert_eq!(outcome.reply().unwrap().text()?, r#"{"paid":true}"#);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Approvals<'a> {
    client: &'a Client,
}

impl<'a> Approvals<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// How an approval stands now. Await it, or let the vault [wait](GetApproval::wait) for a change first.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> alter_client::Result<()> {
    /// # let vault = alter_testkit::ScriptedVault::start().await;
    /// # use alter_client::Outcome;
    /// # let (app, grant) = (vault.app(), vault.grant());
    /// # vault.on("POST https://api.example.com/payments").needs_approval(alter_testkit::Decision::never());
    /// # let outcome = app.grant(&grant).post("https://api.example.com/payments").proxy().await?;
    /// # let Outcome::Waiting(pending) = outcome else { panic!("it waits") };
    /// let status = app.approvals().get(&pending.approval_id).await?;
    /// println!("{}, to be decided until {}", status.status, status.expires_at);
    /// assert!(!status.is_terminal());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When awaited: [`Error::Backend`] if the vault does not know the approval or refuses, [`Error::Network`] if it
    /// does not answer, [`Error::Client`] once the client is closed.
    pub fn get(&self, id: &ApprovalId) -> GetApproval<'a> {
        GetApproval { client: self.client, id: *id, wait: Duration::ZERO }
    }

    /// Waits until the call was approved and made, and hands over the provider's answer, as
    /// [`proxy`](crate::Call::proxy) would have. Await it.
    ///
    /// The vault holds each poll back until something happens, for up to 25 seconds. A poll that fails because the
    /// vault cannot be reached, is overloaded (502, 503, 504) or asks for patience (429) is made again.
    ///
    /// # Errors
    /// When awaited:
    /// * [`Error::Approval`], with the id of the approval, if a person said no, nobody decided before it expired, the
    ///   call was approved and failed, or the time of [`within`](AwaitApproval::within) is up; in the last case the
    ///   call may still be approved and made, and waiting again is possible.
    /// * [`Error::Value`] if the time between two polls is zero.
    /// * [`Error::Backend`] if the vault refuses, [`Error::Client`] once the client is closed.
    pub fn wait(&self, id: &ApprovalId) -> AwaitApproval<'a> {
        AwaitApproval { client: self.client, id: *id, within: poll::WITHIN, every: poll::EVERY }
    }
}

/// A look at an approval.
#[derive(Debug, Clone)]
#[must_use = "nothing is asked for until it is awaited"]
pub struct GetApproval<'a> {
    client: &'a Client,
    id: ApprovalId,
    wait: Duration,
}

impl GetApproval<'_> {
    /// Lets the vault hold its answer back until something changes, for at most this long. Whole seconds count; the
    /// vault refuses more than 25. Default 0: it answers at once.
    pub fn wait(mut self, at_most: Duration) -> Self {
        self.wait = at_most;
        self
    }
}

impl<'a> IntoFuture for GetApproval<'a> {
    type Output = Result<ApprovalStatus>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let seconds = self.wait.as_secs();
            let deadline = (seconds > 0).then(|| Deadline::after(poll::answer_time(self.wait)));
            status(self.client, self.id, seconds, operation::APPROVAL_STATUS, deadline).await
        })
    }
}

/// A wait for an approval.
#[derive(Debug, Clone)]
#[must_use = "nothing is waited for until it is awaited"]
pub struct AwaitApproval<'a> {
    client: &'a Client,
    id: ApprovalId,
    within: Duration,
    every: Duration,
}

impl AwaitApproval<'_> {
    /// How long to wait. Default 300 seconds. With zero nothing is asked.
    pub fn within(mut self, limit: Duration) -> Self {
        self.within = limit;
        self
    }

    /// The shortest time from one poll to the next; a poll that the vault held back longer is followed by the next one
    /// at once. After failed polls the time grows. Default 2 seconds.
    pub fn every(mut self, pause: Duration) -> Self {
        self.every = pause;
        self
    }
}

impl<'a> IntoFuture for AwaitApproval<'a> {
    type Output = Result<Reply>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            drop(self.client.enter().await?);
            if self.every.is_zero() {
                return Err(value("the time between two polls has to be longer than zero"));
            }
            let mut schedule = Schedule::new(&self.id);
            (schedule.within, schedule.every, schedule.last_look) = (self.within, self.every, false);
            let mut waiting = Waiting { client: self.client, id: self.id };
            poll::poll(self.client, &mut waiting, schedule).await.map_err(|ended| match ended {
                Ended::Failed(error) => error,
                Ended::TimeUp(trouble) => time_is_up(self.id, self.within, trouble),
            })
        })
    }
}

async fn status(
    client: &Client,
    id: ApprovalId,
    wait: u64,
    operation: Operation,
    deadline: Option<Deadline>,
) -> Result<ApprovalStatus> {
    let path = match wait {
        0 => format!("/sdk/approvals/{id}"),
        seconds => format!("/sdk/approvals/{id}?wait={seconds}"),
    };
    let message = Message::new(Method::GET, &path).held(poll::held(Duration::from_secs(wait)));
    let cx = client.context(operation);
    client.send(message, Surface::ApprovalStatus, cx, deadline).await?.only(StatusCode::OK)?.json()
}

/// A call that is waited for.
struct Waiting<'a> {
    client: &'a Client,
    id: ApprovalId,
}

impl Watch for Waiting<'_> {
    type Ready = Reply;

    async fn look(&mut self, turn: Turn) -> Result<Look<Reply>> {
        let operation = operation::APPROVAL_POLL;
        let status = status(self.client, self.id, turn.hold.as_secs(), operation, Some(turn.until)).await?;
        match verdict(status) {
            Verdict::Open => Ok(Look::NotYet),
            Verdict::Ended(error) => Ok(Look::Over(Err(error.with_approval_id(self.id).into()))),
            Verdict::Made => self.result(turn.until).await.map(|reply| Look::Over(Ok(reply))),
        }
    }

    fn passes(&self, error: &Error) -> bool {
        poll::passes(error, 502..=504)
    }
}

impl Waiting<'_> {
    async fn result(&self, until: Deadline) -> Result<Reply> {
        let path = format!("/sdk/approvals/{}/result", self.id);
        let cx = self.client.context(operation::APPROVAL_RESULT);
        let answer = self.client.get(&path, Surface::Proxy, cx, Some(until)).await;
        let reply = answer.and_then(|answer| {
            let answer = answer.only(StatusCode::OK)?;
            Reply::from_vault(answer.json::<ProxyResponse>()?, answer.meta)
        });
        reply.map_err(|error| match error {
            Error::Backend(refusal) if refusal.status().is_some_and(|status| status < 400) => {
                refusal.with_detail("approval_id", self.id.to_string()).into()
            }
            other => other,
        })
    }
}

/// What a status says about the call that waits.
#[derive(Debug)]
enum Verdict {
    /// Undecided, or being carried out.
    Open,
    /// Made; its result can be fetched.
    Made,
    /// It will never be made, or was made in vain.
    Ended(ApprovalError),
}

fn verdict(status: ApprovalStatus) -> Verdict {
    let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let reason = filled(status.decision_reason);
    let (kind, message) = match status.status {
        ApprovalStatusValue::Executed if status.has_result => return Verdict::Made,
        ApprovalStatusValue::Denied => (ApprovalErrorKind::Denied, reason),
        ApprovalStatusValue::Expired => (ApprovalErrorKind::Expired, None),
        ApprovalStatusValue::Failed => {
            (ApprovalErrorKind::ExecutionFailed, filled(status.execution_error).or(reason))
        }
        _ => return Verdict::Open,
    };
    let error = ApprovalError::new(kind);
    Verdict::Ended(match message {
        Some(message) => error.with_message(message),
        None => error,
    })
}

fn time_is_up(id: ApprovalId, within: Duration, trouble: Option<Error>) -> Error {
    let why = match &trouble {
        None => "nobody has decided yet".to_owned(),
        Some(error) => match error.status() {
            Some(status) => format!("the vault last answered with status {status}"),
            None => "the vault could not be reached".to_owned(),
        },
    };
    let message = format!("waited {} for the approval: {why}; it is still pending", poll::seconds(within));
    let error = ApprovalError::new(ApprovalErrorKind::Timeout).with_message(message).with_approval_id(id);
    match trouble {
        Some(cause) => error.with_source(cause).into(),
        None => error.into(),
    }
}

//! Approvals: how one stands, and the wait for it.

use std::time::Duration;

use alter_client::ApprovalId;

use super::{Arguments, Facade, Outcome, Stop, calls::approval_result, model};
use crate::calls::facade::either;

pub(super) async fn status(client: &Facade, arguments: Arguments) -> Outcome {
    let id: ApprovalId = arguments.required_id("approval_id")?;
    let mut look = either!(client, client => client.approvals().get(&id));
    if let Some(wait) = arguments.seconds("wait")? {
        look = look.wait(wait);
    }
    arguments.finish()?;
    Ok(model("ApprovalStatus", &look.await?))
}

pub(super) async fn wait(client: &Facade, arguments: Arguments) -> Outcome {
    let id: ApprovalId = arguments.required_id("approval_id")?;
    let mut waiting = either!(client, client => client.approvals().wait(&id));
    if let Some(within) = within(&arguments)? {
        waiting = waiting.within(within);
    }
    if let Some(pause) = arguments.seconds("poll_interval")? {
        waiting = waiting.every(pause);
    }
    arguments.finish()?;
    Ok(approval_result(&waiting.await?))
}

/// No time at all is said with zero; there is nothing below.
fn within(arguments: &Arguments) -> Result<Option<Duration>, Stop> {
    match arguments.value("timeout").and_then(serde_json::Value::as_f64) {
        Some(seconds) if seconds < 0.0 => Ok(Some(Duration::ZERO)),
        _ => arguments.seconds("timeout"),
    }
}

//! The folders `requests` and `errors`: whole calls. The client is built as the vector says, the recorded answers come
//! through custom transports, and what was sent, what came back and what else could be observed are compared.
//!
//! Nothing waits: the clock of the runtime is paused, so that a sleep takes no time and can be measured exactly.

mod arguments;
mod errors;
mod facade;
mod observed;
mod operations;
mod peers;
mod pinned;
mod requests;
mod results;
mod rules;
mod vector;

use alter_client::transport::BoxFuture;
use serde_json::Value;

use self::{
    arguments::Stop,
    facade::Facade,
    observed::Observed,
    operations::Events,
    peers::{Peers, Seen},
    vector::{Call, Vector},
};
use crate::report::{Outcome, Report};

/// Runs every vector of `requests`.
pub(crate) fn run_requests(vectors: &[Value], report: &mut Report) {
    run("requests", vectors, report);
}

/// Runs every vector of `errors`.
pub(crate) fn run_errors(vectors: &[Value], report: &mut Report) {
    run("errors", vectors, report);
}

fn run(folder: &str, vectors: &[Value], report: &mut Report) {
    for value in vectors {
        let name = value["name"].as_str().unwrap_or("?");
        let outcome = match Vector::read(value) {
            Ok(vector) => outcome(&vector),
            Err(error) => Outcome::failed("a vector", error),
        };
        report.add(format!("{folder}/{name}"), outcome);
    }
}

/// What a vector came to.
struct Played {
    outcome: arguments::Outcome,
    seen: Vec<Seen>,
    observed: Observed,
}

fn outcome(vector: &Vector) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let played = match runtime {
        Ok(runtime) => runtime.block_on(play(vector)),
        Err(error) => return Outcome::failed("a runtime", error),
    };
    match played.outcome {
        Err(Stop::Untyped(reason)) => return Outcome::NotApplicable(reason),
        Err(Stop::ByType(reason)) => return refused_by_type(vector, reason),
        // Read, whatever its spelling; what is sent is the canonical one.
        Err(Stop::OtherSpelling) => return Outcome::PassedByRule("W-12"),
        _ => {}
    }
    let Err(difference) = compare(vector, &played) else { return Outcome::Passed };
    match rules::applied(vector, |changed| compare(changed, &played)) {
        Ok(rule) => Outcome::PassedByRule(rule),
        Err(left) => Outcome::failed(expectation(vector), left.unwrap_or(difference)),
    }
}

async fn play(vector: &Vector) -> Played {
    let peers = Peers::of(vector);
    let made = Facade::of(vector, &peers).and_then(|first| Ok((first.derived(vector)?, first)));
    let (client, first) = match made {
        Ok(both) => both,
        Err(stop) => return Played { outcome: Err(stop), seen: Vec::new(), observed: Observed::default() },
    };
    let events = Events::default();
    for call in &vector.sdk_call.prior_calls {
        // Their errors are ignored: they only bring the client into its state.
        let _ = operations::run(&client, call, &events).await;
    }
    let scopes = vector.sdk_call.ambient.get("trace_scopes").and_then(Value::as_array);
    let outcome = inside(&client, scopes.map_or(&[], Vec::as_slice), &vector.sdk_call.call, &events).await;
    let (ended, moments) = (peers.elapsed(), peers.moments());
    // Closing the first client closes every view of it, and waits for what is reported in the background.
    first.close().await;
    let seen = peers.seen();
    let observed = Observed::of(&client, moments, ended, &events);
    Played { outcome, seen, observed }
}

/// Makes the call inside nested run scopes.
fn inside<'a>(
    client: &'a Facade,
    scopes: &'a [Value],
    call: &'a Call,
    events: &'a Events,
) -> BoxFuture<'a, arguments::Outcome> {
    Box::pin(async move {
        let Some((outermost, inner)) = scopes.split_first() else {
            return operations::run(client, call, events).await;
        };
        let keywords = outermost.as_object().cloned().unwrap_or_default();
        let scope = client.trace(&keywords).open()?;
        scope.run(inside(client, inner, call, events)).await
    })
}

/// What a type does not hold is refused by it, whether or not the recorded client would have sent it.
fn refused_by_type(vector: &Vector, reason: &'static str) -> Outcome {
    if vector.error.is_some() && vector.exchanges().is_empty() {
        return Outcome::Passed;
    }
    Outcome::NotApplicable(reason)
}

fn compare(vector: &Vector, played: &Played) -> Result<(), String> {
    match (&played.outcome, &vector.error, &vector.result) {
        (Err(Stop::Missing(what)), ..) => return Err(format!("there is no {what}")),
        // Refused before there was a call, as recorded.
        (Err(Stop::Refused(_)), Some(_), _) if vector.exchanges().is_empty() => return Ok(()),
        (Err(Stop::Failed(error)), Some(recorded), _) => errors::compare(vector, recorded, error)?,
        (Ok(ours), None, Some(recorded)) => results::compare(recorded, ours)?,
        (Err(Stop::Refused(why)), ..) => return Err(format!("refused: {why}")),
        (Err(stop), ..) => return Err(format!("{stop:?}")),
        (Ok(value), ..) => return Err(format!("a result: {value}")),
    }
    requests::compare(vector, &played.seen)?;
    played.observed.compare(vector)
}

fn expectation(vector: &Vector) -> String {
    match &vector.error {
        Some(error) => format!("{}: {}", error.class, error.message),
        None => format!("a result after {} requests", vector.exchanges().len()),
    }
}

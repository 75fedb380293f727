//! Answers of the poll routes.

use alter_types::{
    AlterError, AuthPoll, ConnectPoll,
    error::{BackendError, BackendKind, ClientError, ClientErrorKind, ConnectError, ConnectErrorKind},
};
use serde_json::{Value, json};

use super::{super::compare, error_mapping};
use crate::report::Outcome;

pub(super) fn connect(case: &Value) -> Outcome {
    let ours = ConnectPoll::read(case["body"].to_string().as_bytes()).and_then(|poll| match poll {
        ConnectPoll::Completed(results) => Ok(json!(results)),
        ConnectPoll::Error(failure) => Err(failure.into()),
        ConnectPoll::Expired => Err(ConnectError::new(ConnectErrorKind::Other).into()),
        ConnectPoll::Unknown(status) => {
            Err(ConnectError::new(ConnectErrorKind::Other).with_detail("status", status).into())
        }
        _ => Err(BackendError::new(BackendKind::Other).with_message("still pending").into()),
    });
    finish(case, ours)
}

pub(super) fn auth(case: &Value) -> Outcome {
    let ours = AuthPoll::read(case["body"].to_string().as_bytes()).and_then(|poll| match poll {
        AuthPoll::Completed(result) => Ok(json!(result)),
        _ => Err(ClientError::new(ClientErrorKind::SignIn).into()),
    });
    finish(case, ours)
}

fn finish(case: &Value, ours: Result<Value, AlterError>) -> Outcome {
    let expected = &case["expect"];
    match (expected.get("ok"), ours) {
        (Some(recorded), Ok(ours)) => {
            let (recorded, ours) = (compare::without_nulls(recorded), compare::without_nulls(&ours));
            if compare::same(&recorded, &ours) { Outcome::Passed } else { Outcome::failed(recorded, ours) }
        }
        (None, Err(error)) => error_mapping::compare(&error, expected, true),
        (Some(recorded), Err(error)) => Outcome::failed(recorded, format!("{error:?}")),
        (None, Ok(ours)) => Outcome::failed(expected, ours),
    }
}

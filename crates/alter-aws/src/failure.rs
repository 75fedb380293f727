//! Failures of a call as the AWS SDK's retry policy understands them, and the way back: [`alter_error`].

use std::{borrow::Cow, error::Error as StdError};

use alter_client::{Error, ErrorKind, types::error::ValueError};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::retry::ErrorKind as RetryKind;

/// The vault client's error inside an error of the AWS SDK: what the vault refused, and what would help
/// ([`recovery`](Error::recovery)). `None` if AWS itself said no.
///
/// ```no_run
/// # async fn example(sts: aws_sdk_sts::Client) {
/// if let Err(error) = sts.get_caller_identity().send().await
///     && let Some(error) = alter_aws::alter_error(&error)
/// {
///     eprintln!("the vault said: {error}");
/// }
/// # }
/// ```
#[must_use]
pub fn alter_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Error> {
    let mut cause = Some(error);
    while let Some(current) = cause {
        if let Some(ours) = current.downcast_ref() {
            return Some(ours);
        }
        cause = current.source();
    }
    None
}

/// Only what may pass by itself is something the SDK may try again. No answer is a broken connection to it, whether
/// the request was sent or not: as with any HTTP client, it is the SDK that knows which operations can be repeated.
pub(crate) fn of_call(error: Error) -> ConnectorError {
    match (&error, error.kind()) {
        (Error::Network(_), ErrorKind::Timeout) => ConnectorError::timeout(error.into()),
        (Error::Network(_), _) => ConnectorError::io(error.into()),
        (Error::Backend(_), _) if error.is_transient() => {
            ConnectorError::other(error.into(), Some(RetryKind::TransientError))
        }
        _ => ConnectorError::user(error.into()),
    }
}

/// A request that cannot be made. Nothing was sent.
pub(crate) fn invalid(message: impl Into<Cow<'static, str>>) -> ConnectorError {
    ConnectorError::user(Error::from(ValueError::argument(message)).into())
}

/// The SDK's own limit ran out; the call was given up, and the audit trail says so.
pub(crate) fn timed_out(elapsed: tokio::time::error::Elapsed) -> ConnectorError {
    ConnectorError::timeout(elapsed.into())
}

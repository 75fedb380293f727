//! The error of this crate is [`AlterError`]; here transport failures become one of its kinds.

use std::{borrow::Cow, error::Error as StdError, fmt};

use alter_transport::{CallMeta, ErrorKind as TransportKind, InjectionError, Refusal};
use alter_types::error::{
    BackendError, BackendKind, ClientError, ClientErrorKind, NetworkError, NetworkKind, ValueError,
};
pub use alter_types::{AlterError as Error, ErrorKind, Recovery};

use crate::Reply;

/// The result of every call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How the call that failed went: attempts, time, request id. `None` for an error before anything was sent.
#[must_use]
pub fn call_meta(error: &Error) -> Option<&CallMeta> {
    if let Some(reply) = Reply::of(error) {
        return Some(reply.meta());
    }
    let mut cause = StdError::source(error);
    while let Some(current) = cause {
        if let Some(Answered(meta)) = current.downcast_ref() {
            return Some(meta);
        }
        cause = current.source();
    }
    CallMeta::find(error)
}

/// Carries what is known of a call through the error its answer became.
#[derive(Debug)]
struct Answered(CallMeta);

impl fmt::Display for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "answered after {} attempt(s) and {} ms", self.0.attempts, self.0.elapsed.as_millis())
    }
}

impl StdError for Answered {}

/// A refusal of the vault, with what is known of the call.
pub(crate) fn answered(error: Error, meta: CallMeta) -> Error {
    let attempts = meta.attempts;
    let noted = match error {
        Error::Backend(error) => error.with_source(Answered(meta)).into(),
        Error::Connect(error) => error.with_source(Answered(meta)).into(),
        Error::Approval(error) => error.with_source(Answered(meta)).into(),
        other => other,
    };
    noted.with_attempts(attempts)
}

/// A failure from before the provider was called: whatever the vault did, the call itself has not happened.
pub(crate) fn before_the_call(error: Error) -> Error {
    match error {
        Error::Backend(error) => error.unsent().into(),
        Error::Network(error) => error.unsent().into(),
        other => other,
    }
}

/// Who failed to answer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Peer {
    Backend,
    Provider,
}

/// An argument that breaks a rule.
pub(crate) fn value(message: impl Into<Cow<'static, str>>) -> Error {
    ValueError::argument(message).into()
}

/// A client that was set up wrong.
pub(crate) fn configuration(message: impl Into<Cow<'static, str>>) -> Error {
    ClientError::new(ClientErrorKind::Configuration).with_message(message).into()
}

/// Something of ours that failed.
pub(crate) fn internal(message: impl Into<Cow<'static, str>>) -> Error {
    ClientError::new(ClientErrorKind::Internal).with_message(message).unsent().into()
}

/// The one error of every call on a closed client.
pub(crate) fn closed() -> Error {
    ClientError::new(ClientErrorKind::Closed)
        .with_message("the client is closed; build a new one, or close it after the last call")
        .into()
}

/// An answer of the backend that the protocol does not allow. Nothing of it is repeated.
pub(crate) fn outside_contract(what: &'static str, status: u16) -> Error {
    BackendError::new(BackendKind::Other).with_message(what).with_status(status).into()
}

/// A failure of the transport, told apart by who was called.
pub(crate) fn from_transport(peer: Peer, error: alter_transport::Error) -> Error {
    let attempts = error.attempts();
    let unsent = !error.may_have_been_sent();
    let translated = match error.kind() {
        TransportKind::Connect if error.is_timeout() => {
            network(NetworkKind::Timeout, unsent, peer.could_not_connect_in_time(), error)
        }
        TransportKind::Connect => network(NetworkKind::Connection, unsent, peer.could_not_connect(), error),
        TransportKind::Timeout(_) => network(NetworkKind::Timeout, unsent, peer.timed_out(), error),
        TransportKind::BodyTooLarge { .. } => {
            network(NetworkKind::Connection, unsent, peer.answered_too_much(), error)
        }
        TransportKind::Refused(refusal) => refused(peer, refusal),
        TransportKind::Credential => return credential(error),
        TransportKind::Sign | TransportKind::Layer => {
            let message = error.to_string();
            ClientError::new(ClientErrorKind::Internal).with_message(message).with_source(error).into()
        }
        _ => network(NetworkKind::Connection, unsent, peer.broke_off(), error),
    };
    translated.with_attempts(attempts)
}

fn network(kind: NetworkKind, unsent: bool, message: &'static str, cause: alter_transport::Error) -> Error {
    let error = NetworkError::new(kind).with_message(message).with_source(cause);
    if unsent { error.unsent() } else { error }.into()
}

fn refused(peer: Peer, refusal: Refusal) -> Error {
    match peer {
        Peer::Provider => value(refusal.to_string()),
        Peer::Backend => configuration(refusal.to_string()),
    }
}

/// What the credential source reported is the error of the call.
fn credential(error: alter_transport::Error) -> Error {
    let Some(source) = error.into_source() else { return outside_contract(NO_CREDENTIAL, 200) };
    let source = match source.downcast::<Error>() {
        Ok(ours) => return *ours,
        Err(other) => other,
    };
    let message = match source.downcast_ref::<InjectionError>() {
        Some(instructions) => Cow::Owned(instructions.to_string()),
        None => Cow::Borrowed(NO_CREDENTIAL),
    };
    BackendError::new(BackendKind::Other)
        .with_message(message)
        .with_status(200)
        .with_source(source)
        .unsent()
        .into()
}

const NO_CREDENTIAL: &str = "the vault's answer holds no usable credential";

impl Peer {
    fn could_not_connect(self) -> &'static str {
        match self {
            Self::Backend => "could not connect to the vault; check its address and that it is running",
            Self::Provider => "could not connect to the provider",
        }
    }

    fn could_not_connect_in_time(self) -> &'static str {
        match self {
            Self::Backend => {
                "could not connect to the vault in time; check its address and that it is running"
            }
            Self::Provider => "could not connect to the provider in time",
        }
    }

    fn timed_out(self) -> &'static str {
        match self {
            Self::Backend => "the vault did not answer in time",
            Self::Provider => "the provider did not answer in time",
        }
    }

    fn answered_too_much(self) -> &'static str {
        match self {
            Self::Backend => "the vault's answer is larger than accepted",
            Self::Provider => "the provider's answer is larger than accepted",
        }
    }

    fn broke_off(self) -> &'static str {
        match self {
            Self::Backend => "the connection to the vault broke",
            Self::Provider => "the connection to the provider broke",
        }
    }
}

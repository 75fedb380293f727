//! [`Error`]: what can go wrong between a caller and a peer, concrete from the socket to the top of either plane.

use std::{error::Error as StdError, fmt, io};

use crate::{CallMeta, Refusal, scrub::Scrubber};

/// An error of foreign code, kept as a source.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// Why no usable answer came. One pointer wide.
///
/// `Display` is one line that says what happened, without a URL, a header or a byte of anybody's body; the cause is
/// in [`source`](StdError::source).
pub struct Error(Box<Failure>);

struct Failure {
    kind: ErrorKind,
    source: Option<BoxError>,
    meta: CallMeta,
}

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No connection could be made (name, TCP, TLS or its time limit). Nothing was sent.
    Connect,
    /// The connection broke while the request or the answer was under way.
    Io,
    /// A time limit ran out.
    Timeout(TimeLimit),
    /// The answer is larger than accepted.
    BodyTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The request may not go where it points. Nothing was sent.
    Refused(Refusal),
    /// The request could not be signed. Nothing was sent.
    Sign,
    /// The credential could not be had or could not be put into the request. Nothing was sent.
    Credential,
    /// A custom layer failed.
    Layer,
}

/// Which time limit ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeLimit {
    /// That of silence in the middle of an answer.
    Idle,
    /// That of one attempt.
    Attempt,
    /// That of the whole call, waits between attempts included.
    Call,
}

impl Error {
    fn new(kind: ErrorKind, source: Option<BoxError>) -> Self {
        Self(Box::new(Failure { kind, source, meta: CallMeta::default() }))
    }

    /// No connection.
    #[must_use]
    pub fn connect(source: impl Into<BoxError>) -> Self {
        Self::new(ErrorKind::Connect, Some(source.into()))
    }

    /// A broken connection.
    #[must_use]
    pub fn io(source: impl Into<BoxError>) -> Self {
        Self::new(ErrorKind::Io, Some(source.into()))
    }

    /// A time limit that ran out.
    #[must_use]
    pub fn timeout(limit: TimeLimit) -> Self {
        Self::new(ErrorKind::Timeout(limit), None)
    }

    /// An answer of more than `limit` bytes.
    #[must_use]
    pub fn body_too_large(limit: usize) -> Self {
        Self::new(ErrorKind::BodyTooLarge { limit }, None)
    }

    /// A destination that is not allowed.
    #[must_use]
    pub fn refused(refusal: Refusal) -> Self {
        Self::new(ErrorKind::Refused(refusal), None)
    }

    /// A signature that could not be made.
    #[must_use]
    pub fn sign(source: impl Into<BoxError>) -> Self {
        Self::new(ErrorKind::Sign, Some(source.into()))
    }

    /// A credential that could not be had or used. The source is what the
    /// [credential source](crate::CredentialSource) reported; [`into_source`](Self::into_source) gives it back.
    #[must_use]
    pub fn credential(source: impl Into<BoxError>) -> Self {
        Self::new(ErrorKind::Credential, Some(source.into()))
    }

    /// The failure of a custom layer. An [`Error`] that only passed through it stays what it was.
    #[must_use]
    pub fn from_layer(source: BoxError) -> Self {
        match source.downcast::<Self>() {
            Ok(ours) => *ours,
            Err(foreign) => Self::new(ErrorKind::Layer, Some(foreign)),
        }
    }

    /// What a stream of somebody else's reported; an [`Error`] stays what it was.
    pub(crate) fn from_stream(source: BoxError) -> Self {
        match source.downcast::<Self>() {
            Ok(ours) => *ours,
            Err(foreign) => Self::io(foreign),
        }
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether time ran out: a limit of the call, or the one for making a connection.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        let mut cause = StdError::source(self);
        while let Some(current) = cause {
            let io = current.downcast_ref::<io::Error>();
            if io.is_some_and(|error| error.kind() == io::ErrorKind::TimedOut) {
                return true;
            }
            cause = current.source();
        }
        matches!(self.kind(), ErrorKind::Timeout(_))
    }

    /// How many attempts were made, this one included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.meta.attempts
    }

    /// How the call went up to here.
    #[must_use]
    pub fn meta(&self) -> &CallMeta {
        &self.0.meta
    }

    pub(crate) fn meta_mut(&mut self) -> &mut CallMeta {
        &mut self.0.meta
    }

    /// The same error, with every cause replaced by its text if one of them shows what `scrubber` looks for.
    pub(crate) fn scrubbed(mut self, scrubber: &Scrubber) -> Self {
        let mut texts = Vec::new();
        let mut shown = false;
        let mut cause = StdError::source(&self);
        while let Some(current) = cause {
            let text = current.to_string();
            shown = shown || scrubber.finds(&text) || scrubber.finds(&format!("{current:?}"));
            texts.push(text);
            cause = current.source();
        }
        if shown {
            self.0.source = Some(scrubber.scrub(texts.join(": ")).into());
        }
        self
    }

    /// Whether the peer may have received the request, and so may have acted on it.
    #[must_use]
    pub fn may_have_been_sent(&self) -> bool {
        match self.kind() {
            ErrorKind::Connect | ErrorKind::Refused(_) | ErrorKind::Sign | ErrorKind::Credential => false,
            ErrorKind::Io | ErrorKind::Timeout(_) | ErrorKind::BodyTooLarge { .. } | ErrorKind::Layer => true,
        }
    }

    /// The cause, to be looked at or passed on by type.
    #[must_use]
    pub fn into_source(self) -> Option<BoxError> {
        self.0.source
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.kind {
            ErrorKind::Connect => f.write_str("could not connect"),
            ErrorKind::Io => f.write_str("the connection broke before the answer was complete"),
            ErrorKind::Timeout(TimeLimit::Idle) => {
                f.write_str("the answer stopped arriving for longer than the time limit of silence")
            }
            ErrorKind::Timeout(TimeLimit::Attempt) => {
                f.write_str("no answer within the time limit of one attempt")
            }
            ErrorKind::Timeout(TimeLimit::Call) => {
                f.write_str("no answer within the time limit of the whole call")
            }
            ErrorKind::BodyTooLarge { limit } => write!(f, "the answer is larger than {limit} bytes"),
            ErrorKind::Refused(refusal) => write!(f, "not sent: {refusal}"),
            ErrorKind::Sign => f.write_str("not sent: the request could not be signed"),
            ErrorKind::Credential => f.write_str("not sent: no usable credential"),
            ErrorKind::Layer => f.write_str("a custom layer failed"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("attempts", &self.0.meta.attempts)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

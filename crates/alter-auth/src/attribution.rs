//! [`Attribution`]: who makes a request and in what context, as one value that the signature covers.

use alter_types::Caller;

/// The actor headers of one request. Whatever is set is sent and signed; whatever is not leaves no trace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attribution {
    /// `X-Alter-Caller` and `X-Alter-Caller-Type`.
    pub caller: Option<Caller>,
    /// `X-Alter-Actor-ID`: the UUID an earlier answer named, echoed as it came.
    pub actor_id: Option<String>,
    /// `X-Alter-Context`: compact JSON of string to string, ASCII only (`docs/protocol.md` 3.3).
    pub context: Option<String>,
}

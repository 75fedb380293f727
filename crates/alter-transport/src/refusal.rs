//! [`Refusal`]: why a request may not go where it points.

use crate::AddressRange;

/// Why a destination was refused. Each sentence says what would be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Neither https, nor http to this machine.
    #[error("the URL has to be https; http is accepted for localhost, 127.0.0.1 and [::1] only")]
    Scheme,
    /// No host.
    #[error("the URL has to be absolute")]
    NoHost,
    /// A user name or password in the URL.
    #[error("the URL contains a user name or password; credentials come from the vault")]
    Userinfo,
    /// A path segment `.` or `..`, encoded or not.
    #[error("the URL's path contains a dot segment")]
    DotSegment,
    /// More characters than [`MAX_URL_LENGTH`](crate::MAX_URL_LENGTH).
    #[error("the URL is longer than {} characters", crate::MAX_URL_LENGTH)]
    TooLong,
    /// The address is not one of the public internet.
    #[error("the address is {0}; allow it with `Destinations` if it is meant")]
    Address(AddressRange),
    /// Scheme, host, port or path are not those that were declared for this call.
    #[error("the URL differs from the one declared for this call")]
    Undeclared,
    /// An `X-Alter-…` header on a request to somebody else.
    #[error("X-Alter-… headers belong to the vault and are not sent to providers")]
    VaultHeader,
    /// Not the backend this client was built for.
    #[error("the request is not addressed to the configured backend")]
    Origin,
}

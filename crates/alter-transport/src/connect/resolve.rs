//! [`GuardedResolver`]: resolves names and keeps only the addresses a call may go to. The connector gets no others,
//! so the address that was judged is the one that is connected to.

use std::{
    error::Error as StdError,
    fmt,
    net::SocketAddr,
    task::{Context, Poll},
    vec,
};

use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower::Service;

use crate::{AddressRange, BoxError, BoxFuture, Destinations};

/// A resolver that drops addresses outside [`Destinations`].
#[derive(Clone)]
pub(crate) struct GuardedResolver {
    inner: GaiResolver,
    destinations: Option<Destinations>,
}

impl GuardedResolver {
    /// Without `destinations` every address counts.
    pub(crate) fn new(destinations: Option<Destinations>) -> Self {
        Self { inner: GaiResolver::new(), destinations }
    }
}

impl Service<Name> for GuardedResolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let destinations = self.destinations.clone().filter(|allowed| !allowed.allows_host(name.as_str()));
        let resolving = self.inner.call(name);
        Box::pin(async move {
            let addresses = resolving.await?;
            match destinations {
                Some(destinations) => Ok(keep_allowed(addresses, &destinations)?.into_iter()),
                None => Ok(addresses.collect::<Vec<_>>().into_iter()),
            }
        })
    }
}

fn keep_allowed(
    addresses: impl Iterator<Item = SocketAddr>,
    destinations: &Destinations,
) -> Result<Vec<SocketAddr>, RefusedAddress> {
    let mut refused = None;
    let mut allowed = Vec::new();
    for address in addresses {
        match destinations.check(address.ip()) {
            Ok(()) => allowed.push(address),
            Err(range) => refused = Some(RefusedAddress(range)),
        }
    }
    match refused {
        Some(refused) if allowed.is_empty() => Err(refused),
        _ => Ok(allowed),
    }
}

/// No address was left. Travels through the connector as a cause and comes out as a
/// [`Refusal`](crate::Refusal::Address).
#[derive(Debug, Clone, Copy)]
pub(crate) struct RefusedAddress(pub(crate) AddressRange);

impl fmt::Display for RefusedAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the name resolves to {}", self.0)
    }
}

impl StdError for RefusedAddress {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_addresses_are_dropped_and_none_left_is_a_refusal() {
        let public = Destinations::public_only();
        let parse = |list: &[&str]| list.iter().map(|a| a.parse().unwrap()).collect::<Vec<SocketAddr>>();
        let mixed = parse(&["10.0.0.1:443", "1.1.1.1:443"]);
        assert_eq!(keep_allowed(mixed.into_iter(), &public).unwrap(), parse(&["1.1.1.1:443"]));
        let private = parse(&["10.0.0.1:443", "[::1]:443"]);
        assert!(keep_allowed(private.into_iter(), &public).is_err());
    }
}

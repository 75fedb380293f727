//! Egress: where a provider call may go, checked before anybody asks for a credential.
//!
//! # When it runs
//! Once per attempt, above Audit and Inject: a bad destination costs no credential and can leak none.
//!
//! # What it sees
//! The URL and the header names, free of credentials. It accepts https, or http to this machine; no user name, no
//! dot segments, at most [`MAX_URL_LENGTH`] characters, no literal address outside [`Destinations`], nothing but
//! the [`DeclaredUrl`], and no `X-Alter-…` header. Names are judged where they are resolved, in the
//! [transport](crate::HttpTransport): a second look-up could answer differently.
//!
//! # What an error does
//! [`ErrorKind::Refused`](crate::ErrorKind::Refused): nothing is fetched, sent or audited, and retry stops.

use std::net::{IpAddr, Ipv4Addr};

use http::{Uri, uri::Scheme};

use super::{Handle, Next, tower_layer};
use crate::{
    AddressRange, DeclaredUrl, Destinations, Error, Refusal, Request, Response, base_url::is_loopback_name,
};

/// The longest URL a provider call may have, in characters as sent.
///
/// The protocol allows 65,536; the `http` crate stores at most 65,534.
pub const MAX_URL_LENGTH: usize = 65_534;

/// Refuses destinations that are not allowed.
#[derive(Debug, Clone)]
pub struct EgressLayer {
    destinations: Destinations,
}

impl EgressLayer {
    /// Lets requests to `destinations` through.
    #[must_use]
    pub fn new(destinations: Destinations) -> Self {
        Self { destinations }
    }

    fn check(&self, request: &Request) -> Result<(), Refusal> {
        check_url(request.uri(), &self.destinations)?;
        if let Some(DeclaredUrl(declared)) = request.extensions().get::<DeclaredUrl>()
            && !is_declared(request.uri(), declared)
        {
            return Err(Refusal::Undeclared);
        }
        if request.headers().keys().any(|name| name.as_str().starts_with("x-alter-")) {
            return Err(Refusal::VaultHeader);
        }
        Ok(())
    }
}

tower_layer!(EgressLayer);

impl Handle for EgressLayer {
    async fn handle(&self, next: &impl Next, request: Box<Request>) -> Result<Response, Error> {
        self.check(&request).map_err(Error::refused)?;
        next.run(request).await
    }
}

/// Checks everything about a URL that can be checked without resolving its host.
///
/// # Errors
/// [`Refusal`] says what is wrong.
pub fn check_url(uri: &Uri, destinations: &Destinations) -> Result<(), Refusal> {
    let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
        return Err(Refusal::NoHost);
    };
    let host = authority.host();
    if *scheme != Scheme::HTTPS && !(*scheme == Scheme::HTTP && is_loopback_name(host)) {
        return Err(Refusal::Scheme);
    }
    if authority.as_str().contains('@') {
        return Err(Refusal::Userinfo);
    }
    if url_length(uri) > MAX_URL_LENGTH {
        return Err(Refusal::TooLong);
    }
    if uri.path().split('/').any(is_dot_segment) {
        return Err(Refusal::DotSegment);
    }
    check_host(host, destinations).map_err(Refusal::Address)
}

/// Judges a host that is an address, or a name that always means this machine.
pub(crate) fn check_host(host: &str, destinations: &Destinations) -> Result<(), AddressRange> {
    if destinations.allows_host(host) {
        return Ok(());
    }
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<IpAddr>() {
        return destinations.check(address);
    }
    let last_label = bare.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    if last_label.eq_ignore_ascii_case("localhost") {
        return destinations.check(Ipv4Addr::LOCALHOST.into());
    }
    Ok(())
}

/// Characters of the URL as sent.
pub(crate) fn url_length(uri: &Uri) -> usize {
    let scheme = uri.scheme_str().map_or(0, |scheme| scheme.len() + "://".len());
    let authority = uri.authority().map_or(0, |authority| authority.as_str().len());
    scheme + authority + uri.path_and_query().map_or(0, |target| target.as_str().len())
}

/// Whether a path segment is `.` or `..`, written out or percent-encoded.
#[must_use]
pub fn is_dot_segment(segment: &str) -> bool {
    let mut rest = segment;
    let mut dots = 0;
    while !rest.is_empty() {
        rest = match rest.strip_prefix('.') {
            Some(rest) => rest,
            None if rest.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("%2e")) => &rest[3..],
            None => return false,
        };
        dots += 1;
    }
    dots == 1 || dots == 2
}

/// Whether scheme, authority and path of `uri` are those of `declared`, which is a URL in normal form.
fn is_declared(uri: &Uri, declared: &str) -> bool {
    let rest = uri.scheme_str().and_then(|scheme| declared.strip_prefix(scheme));
    let rest = rest.and_then(|rest| rest.strip_prefix("://")).zip(uri.authority());
    let rest = rest.and_then(|(rest, authority)| rest.strip_prefix(authority.as_str()));
    let rest = rest.and_then(|rest| rest.strip_prefix(uri.path()));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('?'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_judged_before_anything_is_resolved() {
        let here = Destinations::public_only().allow_loopback();
        let public = Destinations::public_only();
        for (uri, destinations, expected) in [
            ("https://api.example.com/v1?x=1", &public, None),
            ("http://api.example.com/", &public, Some(Refusal::Scheme)),
            ("http://localhost:8080/", &here, None),
            ("http://localhost:8080/", &public, Some(Refusal::Address(AddressRange::Loopback))),
            ("https://LOCALHOST./", &public, Some(Refusal::Address(AddressRange::Loopback))),
            ("https://a.localhost/", &public, Some(Refusal::Address(AddressRange::Loopback))),
            ("http://127.0.0.2/", &here, Some(Refusal::Scheme)),
            ("https://me:pw@api.example.com/", &public, Some(Refusal::Userinfo)),
            ("https://10.0.0.1/", &here, Some(Refusal::Address(AddressRange::Private))),
            ("https://169.254.169.254/latest", &here, Some(Refusal::Address(AddressRange::LinkLocal))),
            ("https://[::ffff:10.0.0.1]/", &here, Some(Refusal::Address(AddressRange::Private))),
            ("https://[2606:4700::1]/", &public, None),
            ("https://api.example.com/a/../b", &public, Some(Refusal::DotSegment)),
            ("https://api.example.com/a/%2E./b", &public, Some(Refusal::DotSegment)),
            ("https://api.example.com/a/.../b", &public, None),
            ("/only/a/path", &public, Some(Refusal::NoHost)),
        ] {
            assert_eq!(check_url(&uri.parse().unwrap(), destinations).err(), expected, "{uri}");
        }
    }

    #[test]
    fn an_allowed_host_may_be_an_address() {
        let destinations = Destinations::public_only().allow_host("10.0.0.1");
        assert!(check_url(&"https://10.0.0.1/".parse().unwrap(), &destinations).is_ok());
    }

    #[test]
    fn only_the_query_may_differ_from_what_was_declared() {
        let declared = "https://api.example.com/v1/x?own=1";
        let same = |uri: &str| is_declared(&uri.parse().unwrap(), declared);
        assert!(same("https://api.example.com/v1/x?own=1&more=2"));
        assert!(!same("https://api.example.com/v1"));
        assert!(!same("https://api.example.com/v1/xy"));
        assert!(!same("https://other.example.com/v1/x"));
        assert!(!same("http://api.example.com/v1/x"));
    }
}

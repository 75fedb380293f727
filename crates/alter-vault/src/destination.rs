//! [`Destination`]: the URL of a declared call, parsed once; what is not one is refused with the reason.

use std::fmt;

use url::{Host, Url};

/// Longest URL accepted, in bytes (`docs/protocol.md` 6.2).
const MAX_URL_BYTES: usize = 65_536;

/// An absolute `https` URL, or an `http` one of a loopback host, without user information.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Destination(Url);

/// Why a text is not a [`Destination`]. Never repeats the text, which may hold a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DestinationError {
    #[error("the URL is longer than 65,536 bytes")]
    TooLong,
    #[error("the URL is not absolute or not well formed; write https://host/path")]
    Malformed,
    #[error("the URL must start with https:// (http:// is accepted for localhost, 127.0.0.1 and [::1] only)")]
    Scheme,
    #[error("the URL holds a user name or password; the vault adds credentials itself")]
    UserInfo,
}

impl Destination {
    pub(crate) fn parse(text: &str) -> Result<Self, DestinationError> {
        if text.len() > MAX_URL_BYTES {
            return Err(DestinationError::TooLong);
        }
        // The parser drops these silently, so two readers could see two URLs.
        if text.bytes().any(|b| b.is_ascii_control() || b == b' ' || b == b'\\') {
            return Err(DestinationError::Malformed);
        }
        let url = Url::parse(text).map_err(|_| DestinationError::Malformed)?;
        let host = url.host().ok_or(DestinationError::Malformed)?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&host) => {}
            _ => return Err(DestinationError::Scheme),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(DestinationError::UserInfo);
        }
        Ok(Self(url))
    }

    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The host as a URL writes it: domains in lower case, IPv6 addresses in brackets.
    pub(crate) fn host(&self) -> &str {
        self.0.host_str().expect("a destination has a host")
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.port_or_known_default().expect("https and http have default ports")
    }

    /// The host rule that would allow exactly this origin.
    pub(crate) fn as_host_rule(&self) -> String {
        match (self.is_https(), self.port()) {
            (true, 443) => self.host().to_owned(),
            (true, port) => format!("{}:{port}", self.host()),
            (false, port) => format!("http://{}:{port}", self.host()),
        }
    }

    /// The URL without its query and fragment, which are not for the audit trail.
    pub(crate) fn without_query(&self) -> &str {
        let text = self.0.as_str();
        &text[..text.find(['?', '#']).unwrap_or(text.len())]
    }
}

impl fmt::Debug for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Destination({})", self.without_query())
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_is_https_or_http_to_this_machine() {
        for good in
            ["https://api.example.com/v1?x=1", "http://localhost:9/", "http://[::1]:9/", "http://127.0.0.1/"]
        {
            assert!(Destination::parse(good).is_ok(), "{good}");
        }
        for (bad, reason) in [
            ("http://api.example.com/", DestinationError::Scheme),
            ("ftp://localhost/", DestinationError::Scheme),
            ("data:text/plain,x", DestinationError::Malformed),
            ("/v1/me", DestinationError::Malformed),
            ("", DestinationError::Malformed),
            ("https://api.example.com\\@evil.example/", DestinationError::Malformed),
            ("https://api.exa\nmple.com/", DestinationError::Malformed),
            ("https://user:pw@api.example.com/", DestinationError::UserInfo),
        ] {
            assert_eq!(Destination::parse(bad), Err(reason), "{bad}");
        }
        assert_eq!(
            Destination::parse(&format!("https://a/{}", "x".repeat(65_536))),
            Err(DestinationError::TooLong)
        );
    }

    #[test]
    fn query_and_fragment_stay_out_of_the_trail() {
        let destination = Destination::parse("https://API.example.com:443/a/b?token=x#y").unwrap();
        assert_eq!(destination.without_query(), "https://api.example.com/a/b");
        assert!(!format!("{destination:?}").contains("token"));
    }
}

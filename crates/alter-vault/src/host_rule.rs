//! [`HostRule`]: where a secret may be sent. Default deny; a rule names an origin or the hosts below a domain.

use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};
use url::Host;

use crate::destination::Destination;

/// One place a secret may be sent to.
///
/// | written | allows |
/// |---|---|
/// | `api.example.com` | `https` on port 443 of exactly this host |
/// | `api.example.com:8443` | `https` on that port |
/// | `*.example.com` | `https` on port 443 of any host below, never `example.com` itself |
/// | `http://localhost:9000` | plain `http` to this machine, port required (also `127.0.0.1`, `[::1]`) |
///
/// Reads any case and prints lower case. International names are written in their `xn--` form.
///
/// ```
/// let rule: alter_vault::HostRule = "API.example.com:443".parse()?;
/// assert_eq!(rule.to_string(), "api.example.com");
/// assert!("https://api.example.com/v1".parse::<alter_vault::HostRule>().is_err());
/// # Ok::<(), alter_vault::ParseHostRuleError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct HostRule {
    hosts: Hosts,
    port: u16,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Hosts {
    /// `https` to exactly this host.
    One(Box<str>),
    /// `https` to any host that ends with this text, which starts with a dot.
    Below(Box<str>),
    /// `http` to exactly this loopback host.
    Loopback(Box<str>),
}

/// A text that is not a [`HostRule`], with the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseHostRuleError {
    /// It holds more or something else than a host and a port.
    #[error(
        "expected a host such as api.example.com, api.example.com:8443 or *.example.com, without https:// or path"
    )]
    Malformed,
    /// The part after the colon is not a port.
    #[error("expected a port from 1 to 65535 after the colon")]
    Port,
    /// The wildcard is too wide or not in front.
    #[error("a wildcard stands for the first labels of a domain of at least two: *.example.com")]
    Wildcard,
    /// `http://` to another machine, or without a port.
    #[error(
        "http:// is for this machine only and needs a port: http://localhost:9000, http://127.0.0.1:9000"
    )]
    PlainHttp,
}

impl HostRule {
    /// Whether the rule allows this URL's origin.
    pub(crate) fn allows(&self, destination: &Destination) -> bool {
        if self.port != destination.port() {
            return false;
        }
        let host = destination.host();
        match &self.hosts {
            Hosts::One(name) => destination.is_https() && **name == *host,
            Hosts::Below(suffix) => {
                destination.is_https() && host.len() > suffix.len() && host.ends_with(&**suffix)
            }
            Hosts::Loopback(name) => !destination.is_https() && **name == *host,
        }
    }
}

impl FromStr for HostRule {
    type Err = ParseHostRuleError;

    fn from_str(text: &str) -> Result<Self, ParseHostRuleError> {
        if let Some(rest) = text.strip_prefix("http://") {
            let (host, port) = split_port(rest)?;
            let loopback = match parse_host(host)? {
                Host::Domain(name) => name == "localhost",
                Host::Ipv4(address) => address.is_loopback(),
                Host::Ipv6(address) => address.is_loopback(),
            };
            let port = port.filter(|_| loopback).ok_or(ParseHostRuleError::PlainHttp)?;
            return Ok(Self { hosts: Hosts::Loopback(normal(host)?), port });
        }
        let (host, port) = split_port(text)?;
        let port = port.unwrap_or(443);
        let Some(parent) = host.strip_prefix("*.") else {
            return Ok(Self { hosts: Hosts::One(normal(host)?), port });
        };
        match parse_host(parent) {
            Ok(Host::Domain(name)) if name.contains('.') => {
                Ok(Self { hosts: Hosts::Below(format!(".{name}").into()), port })
            }
            _ => Err(ParseHostRuleError::Wildcard),
        }
    }
}

impl Serialize for HostRule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for HostRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.hosts {
            Hosts::One(name) => f.write_str(name)?,
            Hosts::Below(suffix) => write!(f, "*{suffix}")?,
            Hosts::Loopback(name) => return write!(f, "http://{name}:{}", self.port),
        }
        if self.port == 443 { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

impl fmt::Debug for HostRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HostRule({self})")
    }
}

/// Takes `:port` off the end. The colons of a bracketed IPv6 address are not its separator.
fn split_port(text: &str) -> Result<(&str, Option<u16>), ParseHostRuleError> {
    let Some((host, port)) = text.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')) else {
        return Ok((text, None));
    };
    if text.contains(['/', '@']) {
        return Err(ParseHostRuleError::Malformed);
    }
    let digits = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    match port.parse() {
        Ok(port) if digits && port != 0 => Ok((host, Some(port))),
        _ => Err(ParseHostRuleError::Port),
    }
}

/// A host in the form URLs have it, from letters, digits, hyphens and dots, or an IP address.
fn parse_host(text: &str) -> Result<Host, ParseHostRuleError> {
    let host = Host::parse(text).map_err(|_| ParseHostRuleError::Malformed)?;
    let well_formed = match &host {
        Host::Domain(name) => {
            name.len() <= 253 && name.eq_ignore_ascii_case(text) && name.split('.').all(is_label)
        }
        // Other spellings of an address (0x7f.1, 127.1) are more likely a mistake than a wish.
        Host::Ipv4(address) => address.to_string() == text,
        Host::Ipv6(_) => true,
    };
    if well_formed { Ok(host) } else { Err(ParseHostRuleError::Malformed) }
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn normal(host: &str) -> Result<Box<str>, ParseHostRuleError> {
    parse_host(host).map(|host| host.to_string().into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn allows(rule: &str, url: &str) -> bool {
        rule.parse::<HostRule>().unwrap().allows(&Destination::parse(url).unwrap())
    }

    #[test]
    fn a_host_means_https_on_its_port_only() {
        assert!(allows("api.example.com", "https://API.example.com/v1?q"));
        assert!(allows("api.example.com:8443", "https://api.example.com:8443/"));
        assert!(!allows("api.example.com", "https://api.example.com:8443/"));
        assert!(!allows("api.example.com", "https://api.example.com.evil.test/"));
        assert!(!allows("api.example.com", "https://evilapi.example.com/"));
        assert!(!allows("api.example.com", "https://api.example.com./"));
        assert!(!allows("localhost", "http://localhost:443/"));
    }

    #[test]
    fn a_wildcard_means_hosts_below_and_never_the_domain() {
        assert!(allows("*.example.com", "https://a.example.com/"));
        assert!(allows("*.example.com", "https://a.b.example.com/"));
        assert!(!allows("*.example.com", "https://example.com/"));
        assert!(!allows("*.example.com", "https://notexample.com/"));
    }

    #[test]
    fn plain_http_means_this_machine() {
        assert!(allows("http://127.0.0.1:9000", "http://127.0.0.1:9000/x"));
        assert!(allows("http://[::1]:9000", "http://[::1]:9000/x"));
        assert!(!allows("http://localhost:9000", "https://localhost:9000/"));
        assert!(!allows("http://localhost:9000", "http://127.0.0.1:9000/"));
    }

    #[test]
    fn every_other_text_is_refused_with_the_reason() {
        use ParseHostRuleError::{Malformed, PlainHttp, Port, Wildcard};
        for (text, reason) in [
            ("", Malformed),
            ("https://api.example.com", Malformed),
            ("api.example.com/v1", Malformed),
            ("user@api.example.com", Malformed),
            ("api..example.com", Malformed),
            ("api.example.com.", Malformed),
            ("-a.example.com", Malformed),
            ("0x7f.1", Malformed),
            ("bücher.example", Malformed),
            ("api.example.com:", Port),
            ("api.example.com:0", Port),
            ("api.example.com:+443", Port),
            ("api.example.com:70000", Port),
            ("*.com", Wildcard),
            ("*.", Wildcard),
            ("*.10.0.0.1", Wildcard),
            ("a.*.example.com", Malformed),
            ("*", Malformed),
            ("http://api.example.com:80", PlainHttp),
            ("http://localhost", PlainHttp),
        ] {
            assert_eq!(text.parse::<HostRule>(), Err(reason), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_reads_back_the_same(text in "\\PC{0,40}") {
            if let Ok(rule) = text.parse::<HostRule>() {
                prop_assert_eq!(rule.to_string().parse::<HostRule>(), Ok(rule));
            }
        }

        #[test]
        fn the_rule_a_refusal_suggests_allows_that_url_and_no_other_port(
            host in "[a-z]{1,8}(\\.[a-z]{1,8}){0,3}", port in 1u16..=65_534,
        ) {
            let destination = Destination::parse(&format!("https://{host}:{port}/x?y")).unwrap();
            let rule: HostRule = destination.as_host_rule().parse().unwrap();
            prop_assert!(rule.allows(&destination));
            let other = Destination::parse(&format!("https://{host}:{}/", port + 1)).unwrap();
            prop_assert!(!rule.allows(&other));
        }

        #[test]
        fn a_wildcard_allows_exactly_the_hosts_below(
            parent in "[a-z]{1,8}\\.[a-z]{2,8}", host in "[a-z.]{1,24}",
        ) {
            let rule: HostRule = format!("*.{parent}").parse().unwrap();
            if let Ok(destination) = Destination::parse(&format!("https://{host}/")) {
                let below = host.strip_suffix(&format!(".{parent}")).is_some_and(|rest| !rest.is_empty());
                prop_assert_eq!(rule.allows(&destination), below);
            }
        }
    }
}

//! [`BaseUrl`]: where the backend is. Parsed once; requests are built from it and checked against it.

use std::{fmt, str::FromStr};

use http::{
    Uri,
    uri::{Authority, PathAndQuery, Scheme},
};

/// The backend's address: scheme, host, port and an optional path prefix (`docs/protocol.md` 1.1).
///
/// https, or http to `localhost`, `127.0.0.1` or `[::1]`. No user name, query or fragment. Trailing slashes are
/// dropped. The prefix is part of the request line and not of what is signed.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl {
    scheme: Scheme,
    authority: Authority,
    prefix: Box<str>,
}

/// Why a base URL was refused. It does not repeat the text, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BaseUrlError {
    /// Not an absolute URL.
    #[error("base URL: expected an absolute URL such as https://vault.example.com")]
    Malformed,
    /// Neither https, nor http to this machine.
    #[error("base URL: expected https; http is accepted for localhost, 127.0.0.1 and [::1] only")]
    Scheme,
    /// A user name or password.
    #[error("base URL: must not contain a user name or password")]
    Userinfo,
    /// A query or fragment.
    #[error("base URL: must not contain a query or a fragment")]
    Query,
}

impl BaseUrl {
    /// The hosted backend.
    #[must_use]
    pub fn hosted() -> Self {
        "https://backend.alterauth.com".parse().expect("the default base URL is valid")
    }

    /// The URI of `path`, which starts with `/sdk/`.
    ///
    /// # Errors
    /// [`BaseUrlError::Malformed`] if the path holds characters a request line cannot.
    pub fn join(&self, path: &str) -> Result<Uri, BaseUrlError> {
        let path = if self.prefix.is_empty() {
            PathAndQuery::try_from(path)
        } else {
            PathAndQuery::try_from([&self.prefix, path].concat())
        };
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(path.map_err(|_| BaseUrlError::Malformed)?);
        Uri::from_parts(parts).map_err(|_| BaseUrlError::Malformed)
    }

    /// Path and query of a request to this backend as they are signed: without the prefix. `None` if the request
    /// is addressed to anybody else.
    #[must_use]
    pub fn signed_target<'a>(&self, uri: &'a Uri) -> Option<&'a str> {
        let same_origin = uri.scheme() == Some(&self.scheme)
            && uri.authority().is_some_and(|authority| self.is_authority(authority));
        let target = uri.path_and_query()?.as_str().strip_prefix(&*self.prefix)?;
        (same_origin && target.starts_with('/')).then_some(target)
    }

    fn is_authority(&self, other: &Authority) -> bool {
        *other == self.authority
            || (other.host().eq_ignore_ascii_case(self.authority.host())
                && self.port(other) == self.port(&self.authority)
                && !other.as_str().contains('@'))
    }

    fn port(&self, authority: &Authority) -> u16 {
        let default = if self.scheme == Scheme::HTTPS { 443 } else { 80 };
        authority.port_u16().unwrap_or(default)
    }

    /// Whether the way there is encrypted.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    /// The host, for logs.
    #[must_use]
    pub fn host(&self) -> &str {
        self.authority.host()
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, BaseUrlError> {
        let url = url::Url::parse(text.trim_end_matches('/')).map_err(|_| BaseUrlError::Malformed)?;
        let scheme = match url.scheme() {
            "https" => Scheme::HTTPS,
            "http" if url.host_str().is_some_and(is_loopback_name) => Scheme::HTTP,
            _ => return Err(BaseUrlError::Scheme),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BaseUrlError::Userinfo);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BaseUrlError::Query);
        }
        let authority = Authority::try_from(url.authority()).map_err(|_| BaseUrlError::Malformed)?;
        Ok(Self { scheme, authority, prefix: url.path().trim_end_matches('/').into() })
    }
}

/// Whether plain http may go there: the three names of this machine.
pub(crate) fn is_loopback_name(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || matches!(host, "127.0.0.1" | "::1" | "[::1]")
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.prefix)
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_travels_but_is_not_signed() {
        let base: BaseUrl = "https://vault.example.com/alter//".parse().unwrap();
        let uri = base.join("/sdk/token").unwrap();
        assert_eq!(uri, "https://vault.example.com/alter/sdk/token");
        assert_eq!(base.signed_target(&uri), Some("/sdk/token"));
        assert_eq!(base.signed_target(&"https://vault.example.com/sdk/token".parse().unwrap()), None);
        assert_eq!(base.signed_target(&"https://vault.example.com/alterx/sdk".parse().unwrap()), None);
    }

    #[test]
    fn origins_compare_as_a_whole() {
        let base: BaseUrl = "https://vault.example.com".parse().unwrap();
        let target = |uri: &str| base.signed_target(&uri.parse().unwrap()).map(str::to_owned);
        assert_eq!(target("https://VAULT.example.com:443/sdk/x?a=1").as_deref(), Some("/sdk/x?a=1"));
        for foreign in [
            "http://vault.example.com/sdk/x",
            "https://vault.example.com:8443/sdk/x",
            "https://vault.example.com.evil.test/sdk/x",
            "https://me@vault.example.com/sdk/x",
        ] {
            assert_eq!(target(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn the_form_is_checked() {
        for (text, expected) in [
            ("https://vault.example.com", None),
            ("http://localhost:9000", None),
            ("http://[::1]:9000/x", None),
            ("http://127.0.0.1", None),
            ("http://127.0.0.2", Some(BaseUrlError::Scheme)),
            ("http://vault.example.com", Some(BaseUrlError::Scheme)),
            ("ftp://vault.example.com", Some(BaseUrlError::Scheme)),
            ("https://me:pw@vault.example.com", Some(BaseUrlError::Userinfo)),
            ("https://vault.example.com?x", Some(BaseUrlError::Query)),
            ("https://vault.example.com#x", Some(BaseUrlError::Query)),
            ("vault.example.com", Some(BaseUrlError::Malformed)),
            ("", Some(BaseUrlError::Malformed)),
        ] {
            assert_eq!(text.parse::<BaseUrl>().err(), expected, "{text}");
        }
    }
}

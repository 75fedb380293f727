//! [`OutgoingProxy`]: the HTTP proxy through which connections leave, and those that go without it.

use std::{fmt, sync::Arc};

use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;

/// An HTTP proxy that opens tunnels (`CONNECT`): it sees host names and bytes it cannot read. Cheap to clone.
///
/// Calls over https leave through it, unless [`except`](Self::except) says otherwise; http to this machine never does.
/// The proxy resolves host names, so where a *name* leads is the proxy's decision;
/// [`Destinations`](crate::Destinations) still judge addresses that a URL names literally.
///
/// ```
/// use alter_transport::OutgoingProxy;
///
/// let proxy = OutgoingProxy::new("http://user:password@proxy.example.com:3128")?
///     .except("localhost, .internal.example.com, 10.0.0.0/8");
/// # Ok::<(), alter_transport::OutgoingProxyError>(())
/// ```
#[derive(Clone)]
pub struct OutgoingProxy {
    url: Arc<str>,
    except: Arc<str>,
    matcher: Arc<Matcher>,
}

/// Why a proxy's URL was refused. It does not repeat the text, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OutgoingProxyError {
    /// Not a URL of a proxy that opens tunnels.
    #[error(
        "outgoing proxy: expected http:// or https://, a host and perhaps a port, such as http://proxy.example.com:3128"
    )]
    Url,
}

/// Where a tunnel begins.
pub(super) struct Hop {
    pub(super) proxy: Uri,
    pub(super) authorization: Option<HeaderValue>,
}

impl OutgoingProxy {
    /// The proxy at `url`: `http://` or `https://`, with a user name and password if it asks for them. Without a scheme
    /// it is `http://`.
    ///
    /// # Errors
    /// [`OutgoingProxyError`] if it is not such a URL.
    pub fn new(url: &str) -> Result<Self, OutgoingProxyError> {
        let url = if url.contains("://") { url.to_owned() } else { format!("http://{url}") };
        let parsed = url::Url::parse(&url).map_err(|_| OutgoingProxyError::Url)?;
        if !matches!(parsed.scheme(), "http" | "https") || !parsed.has_host() {
            return Err(OutgoingProxyError::Url);
        }
        let this = Self::with(url.into(), "".into());
        // A proxy that cannot be followed must not turn into none at all.
        let followed = this.hop(&Uri::from_static("https://provider.example.com/")).is_some();
        if followed { Ok(this) } else { Err(OutgoingProxyError::Url) }
    }

    /// Goes without the proxy to the hosts of `list`, in the form of the environment variable `NO_PROXY`: names (with all
    /// names below them), addresses and networks, separated by commas; `*` is everything.
    #[must_use]
    pub fn except(self, list: &str) -> Self {
        Self::with(self.url, list.into())
    }

    fn with(url: Arc<str>, except: Arc<str>) -> Self {
        let matcher = Matcher::builder().https(url.to_string()).no(except.to_string()).build();
        Self { url, except, matcher: Arc::new(matcher) }
    }

    /// The way to `destination`, if it leads through the proxy.
    pub(super) fn hop(&self, destination: &Uri) -> Option<Hop> {
        let intercept = self.matcher.intercept(destination)?;
        let authorization = intercept.basic_auth().cloned().map(|mut value| {
            value.set_sensitive(true);
            value
        });
        Some(Hop { proxy: intercept.uri().clone(), authorization })
    }
}

impl PartialEq for OutgoingProxy {
    fn eq(&self, other: &Self) -> bool {
        self.url == other.url && self.except == other.except
    }
}

impl Eq for OutgoingProxy {}

impl fmt::Debug for OutgoingProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutgoingProxy").field("except", &self.except).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hop(proxy: &OutgoingProxy, destination: &str) -> Option<String> {
        proxy.hop(&destination.parse().unwrap()).map(|hop| hop.proxy.to_string())
    }

    #[test]
    fn https_leaves_through_it_and_exceptions_do_not() {
        let proxy = OutgoingProxy::new("proxy.example.com:3128").unwrap();
        let there = Some("http://proxy.example.com:3128/".to_owned());
        assert_eq!(hop(&proxy, "https://api.example.com/x"), there);
        assert_eq!(hop(&proxy, "http://localhost:1234/"), None);
        let proxy = proxy.except("internal.example.com, 10.0.0.0/8");
        assert_eq!(hop(&proxy, "https://api.example.com/x"), there);
        assert_eq!(hop(&proxy, "https://git.internal.example.com/"), None);
        assert_eq!(hop(&proxy, "https://10.1.2.3/"), None);
    }

    #[test]
    fn a_password_is_sent_to_the_proxy_and_shown_to_nobody() {
        let proxy = OutgoingProxy::new("http://me:s3cret@proxy.example.com").unwrap();
        let hop = proxy.hop(&"https://api.example.com".parse().unwrap()).unwrap();
        assert_eq!(hop.authorization.as_ref().unwrap(), "Basic bWU6czNjcmV0");
        assert!(!format!("{proxy:?} {:?}", hop.authorization).contains("bWU6czNjcmV0"));
        assert!(!hop.proxy.to_string().contains("s3cret"));
    }

    #[test]
    fn what_is_no_proxy_is_refused() {
        for url in ["", "socks5://proxy.example.com", "ftp://x", "http://", "http://a b"] {
            assert_eq!(OutgoingProxy::new(url).unwrap_err(), OutgoingProxyError::Url, "{url}");
        }
    }
}

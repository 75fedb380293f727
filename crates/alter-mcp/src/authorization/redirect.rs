//! [`RedirectUri`]: where a browser may be sent back to. Pure.

use url::{Host, Url};

/// A redirect URI a client registered.
#[derive(Debug, Clone)]
pub(super) struct RedirectUri(Url);

impl RedirectUri {
    /// https, http on this machine, or a scheme of an app's own (RFC 8252, 7.1); no fragment and no user name.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let allowed = match url.scheme() {
            "https" => url.has_host(),
            "http" => is_here(&url),
            own => own.contains('.') || matches!(own, "cursor" | "vscode" | "vscode-insiders"),
        };
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        (allowed && plain && text.len() <= 2048).then_some(Self(url))
    }

    /// Whether `asked` is this one. On this machine the port may be another (RFC 8252, 7.3).
    pub(super) fn accepts(&self, asked: &str) -> bool {
        let Some(Self(mut asked)) = Self::parse(asked) else { return false };
        if is_here(&self.0) && is_here(&asked) {
            let _ = asked.set_port(self.0.port());
        }
        asked == self.0
    }

    pub(super) fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// `uri` with parameters added.
pub(super) fn with_parameters(uri: &str, parameters: &[(&str, &str)]) -> Option<String> {
    let mut url = Url::parse(uri).ok()?;
    url.query_pairs_mut().extend_pairs(parameters);
    Some(url.into())
}

/// What a person is shown of it.
pub(super) fn shown(uri: &str) -> String {
    Url::parse(uri).map_or_else(
        |_| String::new(),
        |url| match url.host_str() {
            Some(host) => host.to_owned(),
            None => url.scheme().to_owned(),
        },
    )
}

fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_a_browser_may_be_sent_to_can_be_registered() {
        for good in
            ["https://a.example/cb?x=1", "http://localhost:3000/cb", "http://127.0.0.1/cb", "com.a.app:/cb"]
        {
            assert!(RedirectUri::parse(good).is_some(), "{good}");
        }
        for bad in [
            "http://a.example/cb",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://a@b/c",
            "https://a/#b",
            "/cb",
            "",
        ] {
            assert!(RedirectUri::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn the_same_one_is_accepted_and_on_this_machine_any_port() {
        let web = RedirectUri::parse("https://a.example/cb").unwrap();
        assert!(web.accepts("https://a.example/cb"));
        for other in [
            "https://a.example/cb2",
            "https://a.example:444/cb",
            "https://a.example/cb?x",
            "http://localhost/cb",
        ] {
            assert!(!web.accepts(other), "{other}");
        }
        let here = RedirectUri::parse("http://127.0.0.1:1/cb").unwrap();
        assert!(here.accepts("http://127.0.0.1:50123/cb"));
        assert!(!here.accepts("http://localhost:1/cb") && !here.accepts("http://127.0.0.1:1/other"));
    }
}

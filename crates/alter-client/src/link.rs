//! How a person on this machine gets to a link: printed, or opened in a browser.

/// Prints a link to standard error, for whoever runs this program. To pass to
/// [`OpenSession::run`](crate::OpenSession::run) and [`SignIn::run`](crate::SignIn::run).
///
/// Whoever holds the link can finish the flow it belongs to; do not collect the output of a program that prints it.
pub fn print_link(url: &str) {
    eprintln!("Open this link in a browser:\n\n  {url}\n");
}

/// Opens a link in the browser of this machine, without waiting for it. Where there is none, or the link is not one of
/// the web, it is [printed](print_link) instead. To pass to [`OpenSession::run`](crate::OpenSession::run) and
/// [`SignIn::run`](crate::SignIn::run).
///
/// Needs the feature `browser`.
#[cfg(feature = "browser")]
pub fn open_browser(url: &str) {
    let link = url.to_owned();
    // Asking the desktop can take seconds.
    let opening = move || {
        if webbrowser::open(&link).is_err() {
            print_link(&link);
        }
    };
    let thread = std::thread::Builder::new().name("open-browser".to_owned());
    if !is_web(url) || thread.spawn(opening).is_err() {
        print_link(url);
    }
}

/// A link of the web: what a vault says must not start other programs of the desktop.
#[cfg(feature = "browser")]
fn is_web(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.has_host())
}

#[cfg(all(test, feature = "browser"))]
mod tests {
    use super::is_web;

    #[test]
    fn only_links_of_the_web_are_opened() {
        for url in ["https://vault.example.com/connect#t", "http://127.0.0.1:8080/x"] {
            assert!(is_web(url), "{url}");
        }
        for url in [
            "",
            "vault.example.com",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "--version",
            "mailto:a@b.c",
        ] {
            assert!(!is_web(url), "{url}");
        }
    }
}

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
    let is_web = url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "https" | "http"));
    let link = url.to_owned();
    // Asking the desktop can take seconds.
    let opening = move || {
        if webbrowser::open(&link).is_err() {
            print_link(&link);
        }
    };
    let thread = std::thread::Builder::new().name("open-browser".to_owned());
    if !is_web || thread.spawn(opening).is_err() {
        print_link(url);
    }
}

//! [`Call`]: one call to a provider, being described. It ends in `.send()` or `.proxy()`.

use std::{fmt, sync::Arc, time::Duration};

use alter_transport::{AuditContext, Body, BoxError, CallContext, Deadline, Operation};
use alter_types::{AddressedGrant, Caller, Secret};
use bytes::Bytes;
use futures_core::Stream;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method,
    header::{self, CONTENT_TYPE},
};
use serde::Serialize;

use crate::{Error, Result, client::Client, error::value, exchange::JSON, json, target::Target, user_token};

/// A call to a provider. Describe it, then end with [`send`](Self::send) or [`stream`](Self::stream) (this process calls
/// the provider) or [`proxy`](Self::proxy) (the vault does).
///
/// A setter that is given something invalid remembers it; the terminal verb reports the first such mistake as
/// [`Error::Value`], before anything is sent.
///
/// A call that was made cannot be made again; describe it anew:
///
/// ```compile_fail,E0382
/// # async fn example(call: alter_client::Call<'_>) {
/// let first = call.send().await;
/// let second = call.send().await;
/// # }
/// ```
#[must_use = "a call does nothing until `.send()`, `.stream()` or `.proxy()`"]
pub struct Call<'a> {
    pub(crate) client: &'a Client,
    pub(crate) grant: AddressedGrant,
    pub(crate) user_token: Option<Secret>,
    pub(crate) method: Method,
    template: String,
    path: Vec<(String, String)>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Payload,
    /// Its content type goes without saying.
    pub(crate) implied_type: bool,
    pub(crate) reason: Option<String>,
    /// Labels of its own; without any those of the scope around count.
    context: Option<Vec<(String, String)>>,
    caller: Option<Caller>,
    timeout: Option<Duration>,
    pub(crate) any_status: bool,
    mistake: Option<Error>,
}

/// The body of a call.
pub(crate) enum Payload {
    None,
    Json(Bytes),
    Raw(Bytes),
    Stream(Body),
}

impl<'a> Call<'a> {
    pub(crate) fn new(
        client: &'a Client,
        grant: AddressedGrant,
        user_token: Option<Secret>,
        method: Method,
        url: &str,
    ) -> Self {
        Self {
            client,
            grant,
            user_token,
            method,
            template: url.to_owned(),
            path: Vec::new(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            payload: Payload::None,
            implied_type: false,
            reason: None,
            context: None,
            caller: None,
            timeout: None,
            any_status: false,
            mistake: None,
        }
    }

    /// Fills the placeholder `{name}` of the URL. The value is encoded, so that it stays inside its place: a slash
    /// becomes `%2F`, and a value that would make a segment `.` or `..` is refused.
    pub fn path(mut self, name: &str, value: impl AsRef<str>) -> Self {
        if alter_transport::template::is_name(name) {
            self.path.push((name.to_owned(), value.as_ref().to_owned()));
        } else {
            self.mistaken("a placeholder's name consists of letters, digits and underscores");
        }
        self
    }

    /// Adds a query parameter. One of the same name in the URL itself gives way; a name set twice is sent twice.
    /// Parameters added here are not part of the URL in the audit trail.
    #[expect(clippy::needless_pass_by_value, reason = "values such as numbers are handed over, not borrowed")]
    pub fn query(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.query.push((name.into(), value.to_string()));
        self
    }

    /// Sets a request header, replacing one of the same name in any spelling. The credential's own header always
    /// wins. Not settable: `Host`, headers that belong to the connection, and `X-Alter-…`.
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        match (HeaderName::from_bytes(name.as_ref().as_bytes()), HeaderValue::from_str(value.as_ref())) {
            (Ok(name), _) if is_reserved(&name) => {
                self.mistaken("Host, connection headers and X-Alter-… headers cannot be set");
            }
            (Ok(name), Ok(value)) if value.to_str().is_ok() => drop(self.headers.insert(name, value)),
            (Err(_), _) => self.mistaken("a header name consists of letters, digits and a few signs"),
            (Ok(_), _) => self.mistaken("a header value consists of visible ASCII characters and spaces"),
        }
        self
    }

    /// Sends a JSON body, and says so in `Content-Type` unless that is set. Numbers that JSON cannot hold (infinite, or
    /// not a number) are refused.
    pub fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        match json::to_vec(body) {
            Ok(bytes) => self.payload = Payload::Json(bytes.into()),
            Err(why) => self.mistaken(format!("the body cannot be written as JSON: {why}")),
        }
        self
    }

    /// Sends these bytes, without a `Content-Type` unless one is set. For [`send`](Self::send) only.
    pub fn body(mut self, bytes: impl Into<Bytes>) -> Self {
        self.payload = Payload::Raw(bytes.into());
        self
    }

    /// Sends the pieces of `stream` as they come, without a `Content-Type` unless one is set. For [`send`](Self::send)
    /// and [`stream`](Self::stream) only; such a call is never repeated, and an AWS credential signs it for S3 alone.
    pub fn body_stream<S, E>(mut self, stream: S) -> Self
    where
        S: Stream<Item = std::result::Result<Bytes, E>> + Send + 'static,
        E: Into<BoxError> + 'static,
    {
        self.payload = Payload::Stream(Body::from_stream(stream));
        self
    }

    /// Sends a body of any other kind, as [`body_stream`](Self::body_stream) does. If it knows its size, the provider is
    /// told.
    pub fn http_body<B>(mut self, body: B) -> Self
    where
        B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        self.payload = Payload::Stream(Body::wrap(body));
        self
    }

    /// Says why, for the audit trail and for whoever has to approve.
    pub fn reason(mut self, why: impl Into<String>) -> Self {
        self.reason = Some(why.into());
        self
    }

    /// Adds a label to the audit trail, for example `run_id`. At most 20 labels; see [`AuditContext`]. A call with
    /// labels of its own leaves those of the [scope](crate::RunScope) around it out.
    pub fn context(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.context.get_or_insert_default().push((key.into(), value.into()));
        self
    }

    /// Leaves the labels of the [scope](crate::RunScope) around this call out, without naming others.
    pub fn without_context(mut self) -> Self {
        self.context.get_or_insert_default();
        self
    }

    /// Names another caller than the client as a whole, of the same type.
    pub fn caller(mut self, name: impl AsRef<str>) -> Self {
        match Caller::new(name.as_ref(), self.client.view().caller_type) {
            Ok(caller) if caller.survives_http() => self.caller = Some(caller),
            Ok(_) => self.mistaken("a caller's label must not begin or end with a space"),
            Err(error) => self.mistaken(error.to_string()),
        }
        self
    }

    /// Budget of this call as a whole, instead of the client's.
    pub fn timeout(mut self, whole_call: Duration) -> Self {
        self.timeout = Some(whole_call);
        self
    }

    /// Hands over the reply whatever its status. Without it, [`send`](Self::send) makes 400 and above an
    /// [`Error::Provider`].
    pub fn any_status(mut self) -> Self {
        self.any_status = true;
        self
    }

    fn mistaken(&mut self, message: impl Into<std::borrow::Cow<'static, str>>) {
        self.mistake.get_or_insert_with(|| value(message));
    }

    /// Checks everything that can be checked here.
    pub(crate) fn resolve(&mut self) -> Result<Target> {
        if let Some(mistake) = self.mistake.take() {
            return Err(mistake);
        }
        self.implied_type =
            matches!(self.payload, Payload::Json(_)) && !self.headers.contains_key(CONTENT_TYPE);
        if self.implied_type {
            self.headers.insert(CONTENT_TYPE, JSON);
        }
        check_address(&self.grant)?;
        if let Some(jwt) = &self.user_token {
            user_token::check(jwt)?;
        }
        Target::new(&self.template, &self.path, &self.query)
    }

    pub(crate) fn call_context(&mut self, operation: Operation) -> Result<CallContext> {
        let mut cx = self.client.context(operation);
        if let Some(labels) = self.context.take() {
            let context = AuditContext::new(labels).map_err(|error| value(error.to_string()))?;
            cx.context = context.map(Arc::new);
        }
        cx.caller = self.caller.take().map(Arc::new);
        cx.reason = self.reason.as_deref().map(Arc::from);
        Ok(cx)
    }

    /// When the whole call has to be over, if it was said for this call.
    pub(crate) fn own_deadline(&self) -> Option<Deadline> {
        self.timeout.map(Deadline::after)
    }

    /// Time for the whole call.
    pub(crate) fn budget(&self) -> Duration {
        self.timeout.unwrap_or(self.client.core().timeout)
    }
}

/// Set fields narrow; an empty one would be sent and match nothing.
fn check_address(grant: &AddressedGrant) -> Result<()> {
    let AddressedGrant::Provider(address) = grant else { return Ok(()) };
    let narrowing = [&address.account, &address.label, &address.app_user_id];
    if narrowing.into_iter().flatten().any(String::is_empty) {
        return Err(value("account, label and app_user must not be empty"));
    }
    Ok(())
}

fn is_reserved(name: &HeaderName) -> bool {
    const CONNECTION: [HeaderName; 9] = [
        header::HOST,
        header::CONNECTION,
        header::CONTENT_LENGTH,
        header::TRANSFER_ENCODING,
        header::TE,
        header::TRAILER,
        header::UPGRADE,
        header::PROXY_AUTHORIZATION,
        header::PROXY_AUTHENTICATE,
    ];
    CONNECTION.contains(name)
        || matches!(name.as_str(), "keep-alive" | "proxy-connection")
        || name.as_str().starts_with("x-alter-")
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("grant", &self.grant)
            .field("method", &self.method)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

//! [`ForeignClient`]: what rmcp makes its HTTP requests with.

use std::{collections::HashMap, fmt, sync::Arc};

use alter_client::{
    ProvideUserToken, UserToken,
    transport::{Body, HttpService, Request, Response},
};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE},
};
use rmcp::{
    model::{ClientJsonRpcMessage, ServerJsonRpcMessage},
    transport::streamable_http_client::{
        AuthRequiredError, SseError, StreamableHttpClient, StreamableHttpError, StreamableHttpPostResponse,
        StreamableHttpResponseLimits,
    },
};
use sse_stream::{Sse, SseStream};
use tower::ServiceExt as _;

use super::limit::Bounded;

const SESSION_ID: HeaderName = HeaderName::from_static("mcp-session-id");
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

type Failure = StreamableHttpError<ForeignError>;
type Headers = HashMap<HeaderName, HeaderValue>;
type Events = std::pin::Pin<Box<dyn futures_core::Stream<Item = Result<Sse, SseError>> + Send>>;

/// Why a foreign server was not called, or not heard.
#[derive(Debug)]
#[non_exhaustive]
pub enum ForeignError {
    /// Its address may not be called.
    Refused(String),
    /// No server of that name, or at that address, was added.
    UnknownServer,
    /// The source of user tokens failed; nothing was sent without the user instead.
    NoUserToken,
    /// The user's token, or another value, cannot be sent in a header. Nothing was sent.
    Header,
    /// No answer: where the name leads to is not allowed, or the connection or a limit failed.
    Transport(alter_client::transport::Error),
}

impl fmt::Display for ForeignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) => write!(f, "not an address to call: {why}"),
            Self::UnknownServer => f.write_str("no such server was added"),
            Self::NoUserToken => f.write_str("the source of user tokens failed; nothing was sent"),
            Self::Header => f.write_str("a header's value cannot be sent; nothing was sent"),
            Self::Transport(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ForeignError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Transport(error) => std::error::Error::source(error),
            _ => None,
        }
    }
}

/// The HTTP client of a session with one foreign server. Made by
/// [`ForeignServers::transport`](crate::ForeignServers::transport).
#[derive(Clone)]
pub struct ForeignClient {
    sockets: HttpService,
    url: Arc<str>,
    users: Option<Arc<dyn ProvideUserToken>>,
}

impl ForeignClient {
    pub(super) fn new(sockets: HttpService, url: Arc<str>, users: Option<Arc<dyn ProvideUserToken>>) -> Self {
        Self { sockets, url, users }
    }

    async fn send(
        &self,
        method: Method,
        url: &str,
        mut headers: HeaderMap,
        auth: Option<String>,
        body: Bytes,
    ) -> Result<Response, ForeignError> {
        if *url != *self.url {
            return Err(ForeignError::UnknownServer);
        }
        if let Some(token) = self.token(auth).await? {
            headers.insert(AUTHORIZATION, token);
        }
        let mut request = Request::new(Body::from(body));
        *request.method_mut() = method;
        *request.uri_mut() = url.parse().map_err(|_| ForeignError::UnknownServer)?;
        *request.headers_mut() = headers;
        self.sockets.clone().oneshot(request).await.map_err(ForeignError::Transport)
    }

    /// The user's token, or what the session was configured with.
    async fn token(&self, configured: Option<String>) -> Result<Option<HeaderValue>, ForeignError> {
        let bearer = match &self.users {
            None => configured,
            Some(users) => match users.user_token().await {
                Ok(UserToken::Jwt(jwt)) => Some(jwt.expose().to_owned()),
                Ok(_) => None,
                Err(_) => return Err(ForeignError::NoUserToken),
            },
        };
        let Some(bearer) = bearer else { return Ok(None) };
        let mut value =
            HeaderValue::from_str(&format!("Bearer {bearer}")).map_err(|_| ForeignError::Header)?;
        value.set_sensitive(true);
        Ok(Some(value))
    }
}

fn headers(
    custom: Headers,
    own: impl IntoIterator<Item = (HeaderName, Option<String>)>,
) -> Result<HeaderMap, ForeignError> {
    let mut headers: HeaderMap = custom.into_iter().collect();
    for (name, value) in own {
        if let Some(value) = value {
            headers.insert(name, value.parse().map_err(|_| ForeignError::Header)?);
        }
    }
    Ok(headers)
}

fn is(response: &Response, media_type: &str) -> bool {
    let value = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case(media_type))
}

/// What a status says before anybody looks at the body.
fn check_status(response: &Response, in_session: bool) -> Result<(), Failure> {
    let status = response.status();
    if status == StatusCode::UNAUTHORIZED
        && let Some(challenge) = response.headers().get(WWW_AUTHENTICATE)
    {
        let challenge = String::from_utf8_lossy(challenge.as_bytes()).into_owned();
        return Err(Failure::AuthRequired(AuthRequiredError::new(challenge)));
    }
    match status {
        StatusCode::NOT_FOUND if in_session => Err(Failure::SessionExpired),
        StatusCode::METHOD_NOT_ALLOWED => Ok(()),
        _ if status.is_success() => Ok(()),
        // A redirect is an answer like any other here: it is not followed.
        _ => Err(Failure::UnexpectedServerResponse(format!("HTTP {}", status.as_u16()).into())),
    }
}

fn transport(error: alter_client::transport::Error) -> Failure {
    Failure::Client(ForeignError::Transport(error))
}

fn events(response: Response, limit: usize) -> Events {
    Box::pin(SseStream::new(Bounded::new(response.into_body(), limit)))
}

impl StreamableHttpClient for ForeignClient {
    type Error = ForeignError;

    async fn post_message(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session_id: Option<Arc<str>>,
        auth_header: Option<String>,
        custom_headers: Headers,
    ) -> Result<StreamableHttpPostResponse, Failure> {
        let limits = StreamableHttpResponseLimits::default();
        self.post_message_with_response_limits(uri, message, session_id, auth_header, custom_headers, limits)
            .await
    }

    async fn post_message_with_response_limits(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session_id: Option<Arc<str>>,
        auth_header: Option<String>,
        custom_headers: Headers,
        limits: StreamableHttpResponseLimits,
    ) -> Result<StreamableHttpPostResponse, Failure> {
        let in_session = session_id.is_some();
        let own = [
            (CONTENT_TYPE, Some(JSON.to_owned())),
            (ACCEPT, Some(format!("{EVENTS}, {JSON}"))),
            (SESSION_ID, session_id.map(|id| id.to_string())),
        ];
        let headers = headers(custom_headers, own).map_err(Failure::Client)?;
        let body = serde_json::to_vec(&message)?.into();
        let response =
            self.send(Method::POST, &uri, headers, auth_header, body).await.map_err(Failure::Client)?;
        let session = response.headers().get(SESSION_ID).and_then(|id| id.to_str().ok()).map(str::to_owned);
        if matches!(response.status(), StatusCode::ACCEPTED | StatusCode::NO_CONTENT) {
            return Ok(StreamableHttpPostResponse::Accepted);
        }
        if !(is(&response, JSON) && response.status() == StatusCode::BAD_REQUEST) {
            check_status(&response, in_session)?;
        }
        if is(&response, EVENTS) {
            return Ok(StreamableHttpPostResponse::Sse(events(response, limits.max_sse_event_size), session));
        }
        if !is(&response, JSON) {
            return Err(Failure::UnexpectedContentType(None));
        }
        let body = response.into_body().collect(limits.max_json_response_size).await.map_err(transport)?;
        let message: ServerJsonRpcMessage = serde_json::from_slice(&body)?;
        Ok(StreamableHttpPostResponse::Json(message, session))
    }

    async fn delete_session(
        &self,
        uri: Arc<str>,
        session_id: Arc<str>,
        auth_header: Option<String>,
        custom_headers: Headers,
    ) -> Result<(), Failure> {
        let own = [(SESSION_ID, Some(session_id.to_string()))];
        let headers = headers(custom_headers, own).map_err(Failure::Client)?;
        let sent = self.send(Method::DELETE, &uri, headers, auth_header, Bytes::new()).await;
        let response = sent.map_err(Failure::Client)?;
        match response.status() {
            StatusCode::METHOD_NOT_ALLOWED => Err(Failure::ServerDoesNotSupportDeleteSession),
            _ => check_status(&response, false),
        }
    }

    async fn get_stream(
        &self,
        uri: Arc<str>,
        session_id: Option<Arc<str>>,
        last_event_id: Option<String>,
        auth_header: Option<String>,
        custom_headers: Headers,
    ) -> Result<Events, Failure> {
        let limit = StreamableHttpResponseLimits::default().max_sse_event_size;
        self.get_stream_with_max_sse_event_size(
            uri,
            session_id,
            last_event_id,
            auth_header,
            custom_headers,
            limit,
        )
        .await
    }

    async fn get_stream_with_max_sse_event_size(
        &self,
        uri: Arc<str>,
        session_id: Option<Arc<str>>,
        last_event_id: Option<String>,
        auth_header: Option<String>,
        custom_headers: Headers,
        max_sse_event_size: usize,
    ) -> Result<Events, Failure> {
        let in_session = session_id.is_some();
        let own = [
            (ACCEPT, Some(EVENTS.to_owned())),
            (SESSION_ID, session_id.map(|id| id.to_string())),
            (LAST_EVENT_ID, last_event_id),
        ];
        let headers = headers(custom_headers, own).map_err(Failure::Client)?;
        let sent = self.send(Method::GET, &uri, headers, auth_header, Bytes::new()).await;
        let response = sent.map_err(Failure::Client)?;
        if response.status() == StatusCode::METHOD_NOT_ALLOWED {
            return Err(Failure::ServerDoesNotSupportSse);
        }
        check_status(&response, in_session)?;
        if !is(&response, EVENTS) {
            return Err(Failure::UnexpectedContentType(None));
        }
        Ok(events(response, max_sse_event_size))
    }
}

impl fmt::Debug for ForeignClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForeignClient").finish_non_exhaustive()
    }
}

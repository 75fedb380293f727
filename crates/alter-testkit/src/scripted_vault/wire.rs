//! The wire of a scripted vault: HTTP/1.1 over an in-memory pipe or a loopback socket, one request a connection.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use alter_client::transport::{Body, BoxError, Error, HttpService, Request, Response};
use bytes::Bytes;
use http::{Uri, header::HOST};
use http_body::Frame;
use http_body_util::BodyExt as _;
use hyper::{body::Incoming, client, server, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite, DuplexStream, duplex},
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinSet,
};

use super::{Answer, Fault, Shared, answer::End, provider_face, state::Reaction, vault_face};

/// Bytes that one side can be ahead of the other.
const PIPE: usize = 64 * 1024;

/// One end of a connection, as its client describes it.
#[derive(Debug)]
pub(super) struct Link {
    io: DuplexStream,
    peer: Peer,
}

/// Whom a connection is to.
#[derive(Debug, Clone)]
struct Peer {
    /// Scheme, host and port that the client asked for. `None` for a socket: there `Host` says it.
    origin: Option<String>,
    /// Set by the server if the client is to see a connection that could not be made.
    unreachable: Arc<AtomicBool>,
}

/// Makes connections to one scripted vault and to every provider it plays.
#[derive(Debug, Clone)]
pub(super) struct Dialer(UnboundedSender<Link>);

pub(super) fn pipes() -> (Dialer, UnboundedReceiver<Link>) {
    let (sender, receiver) = unbounded_channel();
    (Dialer(sender), receiver)
}

impl Dialer {
    /// A transport of these connections, whatever host the request names.
    pub(super) fn transport(&self) -> HttpService {
        let dialer = self.clone();
        HttpService::new(tower::service_fn(move |request: Request| {
            let dialer = dialer.clone();
            async move { dialer.exchange(request).await }
        }))
    }

    async fn exchange(&self, mut request: Request) -> Result<Response, Error> {
        let origin = to_origin_form(&mut request)?;
        let (ours, theirs) = duplex(PIPE);
        let unreachable = Arc::new(AtomicBool::new(false));
        let peer = Peer { origin: Some(origin), unreachable: Arc::clone(&unreachable) };
        self.0.send(Link { io: theirs, peer }).map_err(|_| Error::connect("the scripted vault is gone"))?;
        let (mut sender, connection) =
            client::conn::http1::handshake(TokioIo::new(ours)).await.map_err(Error::connect)?;
        tokio::spawn(connection);
        match sender.send_request(request).await {
            Ok(response) => Ok(response.map(Body::wrap)),
            Err(error) if unreachable.load(Ordering::Acquire) => Err(Error::connect(error)),
            Err(error) => Err(Error::io(error)),
        }
    }
}

/// Leaves path and query in the URI, puts the host into `Host`, and returns scheme, host and port.
fn to_origin_form(request: &mut Request) -> Result<String, Error> {
    let uri = request.uri();
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(Error::connect("the request has no host"));
    };
    let origin = format!("{scheme}://{authority}");
    let host = authority.as_str().parse().map_err(|_| Error::connect("the host cannot be a header"))?;
    let path = uri.path_and_query().cloned().map_or_else(|| Uri::from_static("/"), Uri::from);
    *request.uri_mut() = path;
    request.headers_mut().insert(HOST, host);
    Ok(origin)
}

/// Serves pipes and sockets until it is dropped.
pub(super) async fn serve(shared: Arc<Shared>, listener: TcpListener, mut pipes: UnboundedReceiver<Link>) {
    let mut connections = JoinSet::new();
    loop {
        let shared = Arc::clone(&shared);
        tokio::select! {
            Some(link) = pipes.recv() => drop(connections.spawn(converse(shared, link.io, link.peer))),
            Ok((stream, _)) = listener.accept() => {
                let peer = Peer { origin: None, unreachable: Arc::default() };
                connections.spawn(converse(shared, stream, peer));
            }
        }
    }
}

async fn converse<Io: AsyncRead + AsyncWrite + Unpin>(shared: Arc<Shared>, io: Io, peer: Peer) {
    let service = service_fn(|request| answer(Arc::clone(&shared), peer.clone(), request));
    // A client that goes away, or a script that breaks off, ends it with an error that nobody needs.
    let _ = server::conn::http1::Builder::new().serve_connection(TokioIo::new(io), service).await;
}

async fn answer(
    shared: Arc<Shared>,
    peer: Peer,
    request: http::Request<Incoming>,
) -> Result<http::Response<AnswerBody>, BoxError> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let origin = peer.origin.unwrap_or_else(|| {
        let host = head.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        format!("http://{host}")
    });
    let reaction = if origin == shared.base_url && head.uri.path().starts_with("/sdk/") {
        vault_face::react(&shared, &head, &body)
    } else {
        provider_face::react(&shared, &origin, &head, &body)
    };
    match reaction {
        Reaction::Say(answer) => Ok(say(answer).await),
        Reaction::Fail(Fault::Silence) => std::future::pending().await,
        Reaction::Fail(Fault::NoConnection) => {
            peer.unreachable.store(true, Ordering::Release);
            Err("the script allows no connection".into())
        }
        Reaction::Fail(Fault::Broken) => Err("the script breaks the connection".into()),
    }
}

async fn say(answer: Answer) -> http::Response<AnswerBody> {
    if !answer.delay.is_zero() {
        tokio::time::sleep(answer.delay).await;
    }
    let body = AnswerBody { pieces: answer.pieces.into_iter(), end: answer.end, rested: false };
    let mut response = http::Response::new(body);
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    response
}

/// The body of an answer, a piece at a time.
struct AnswerBody {
    pieces: std::vec::IntoIter<Bytes>,
    end: End,
    /// Whether what was said before had the time to leave, so that pieces arrive by themselves.
    rested: bool,
}

impl http_body::Body for AnswerBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if !self.rested && (self.pieces.len() > 1 || self.end != End::Whole) {
            self.rested = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        match (self.pieces.next(), self.end) {
            (Some(piece), _) => {
                self.rested = false;
                Poll::Ready(Some(Ok(Frame::data(piece))))
            }
            (None, End::Whole) => Poll::Ready(None),
            (None, End::Broken) => Poll::Ready(Some(Err("the script breaks the answer off".into()))),
            (None, End::Silent) => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.len() == 0 && self.end == End::Whole
    }

    fn size_hint(&self) -> http_body::SizeHint {
        let known: usize = self.pieces.as_slice().iter().map(Bytes::len).sum();
        match self.end {
            // One piece has a length; several are sent as they come, and what breaks off has no end to announce.
            End::Whole if self.pieces.len() < 2 => http_body::SizeHint::with_exact(known as u64),
            _ => http_body::SizeHint::default(),
        }
    }
}

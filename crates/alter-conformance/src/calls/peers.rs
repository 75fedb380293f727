//! The vault and the providers of a vector: transports that give the recorded answers and keep what they were sent.

use std::{
    collections::BTreeMap,
    future::{Ready, ready},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use ::bytes::Bytes;
use alter_client::transport::{Body, Error, Request, Response, TimeLimit};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::Value;
use tokio::time::Instant;
use tower::Service;

use super::vector::{Exchange, Vector};
use crate::bytes;

/// Both peers of one vector.
#[derive(Debug, Clone)]
pub(super) struct Peers(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    exchanges: Vec<Exchange>,
    used: Vec<bool>,
    faults: BTreeMap<String, String>,
    seen: Vec<Seen>,
    /// When requests of the call itself were made, whether or not there was a connection.
    moments: Vec<Duration>,
    started: Instant,
}

/// A request that was sent.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) to: &'static str,
    pub(super) method: Method,
    pub(super) target: String,
    pub(super) host: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// Which recorded exchange answered it.
    pub(super) exchange: Option<usize>,
}

/// One of the two.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    peers: Peers,
    name: &'static str,
}

impl Peers {
    pub(super) fn of(vector: &Vector) -> Self {
        let exchanges = vector.exchanges().to_vec();
        let used = vec![false; exchanges.len()];
        let faults = vector.transport_faults.clone();
        Self(Arc::new(Mutex::new(State {
            exchanges,
            used,
            faults,
            seen: Vec::new(),
            moments: Vec::new(),
            started: Instant::now(),
        })))
    }

    pub(super) fn vault(&self) -> Peer {
        Peer { peers: self.clone(), name: "backend" }
    }

    pub(super) fn provider(&self) -> Peer {
        Peer { peers: self.clone(), name: "provider" }
    }

    /// What was sent, in order.
    pub(super) fn seen(&self) -> Vec<Seen> {
        self.lock().seen.clone()
    }

    /// Time since the vector began.
    pub(super) fn elapsed(&self) -> Duration {
        self.lock().started.elapsed()
    }

    /// When the requests of the call itself were made, since the vector began.
    pub(super) fn moments(&self) -> Vec<Duration> {
        self.lock().moments.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service<Request> for Peer {
    type Response = Response;
    type Error = Error;
    type Future = Ready<Result<Response, Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        ready(self.peers.lock().answer(self.name, request))
    }
}

impl State {
    fn answer(&mut self, to: &'static str, request: Request) -> Result<Response, Error> {
        let (head, body) = request.into_parts();
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
        let exchange = self.choose(to, &head.method, &target);
        if !exchange.is_some_and(|index| self.exchanges[index].background) {
            self.moments.push(self.started.elapsed());
        }
        let fault = self.faults.get(to);
        if let (Some(fault), None) = (fault.filter(|fault| fault.starts_with("connect_")), exchange) {
            // Without a connection nothing was sent, and nothing is recorded.
            return Err(fault_error(fault));
        }
        self.seen.push(Seen {
            to,
            method: head.method,
            target,
            host: head.uri.authority().map(ToString::to_string).unwrap_or_default(),
            headers: head.headers,
            body: body.as_bytes().cloned().unwrap_or_default(),
            exchange,
        });
        if let Some(index) = exchange {
            self.used[index] = true;
        }
        if let Some(fault) = fault {
            return Err(fault_error(fault));
        }
        match exchange {
            Some(index) => response(&self.exchanges[index].response),
            None => Err(Error::io("no recorded exchange is left for this request")),
        }
    }

    /// The next recorded exchange with that peer, preferring one with the same path: records in the background may
    /// come in another order.
    fn choose(&self, to: &str, method: &Method, target: &str) -> Option<usize> {
        let path = |target: &str| target.split('?').next().map(str::to_owned);
        let left =
            || (0..self.exchanges.len()).filter(|&index| !self.used[index] && self.exchanges[index].to == to);
        let same = |index: &usize| {
            let request = &self.exchanges[*index].request;
            request.method == method.as_str() && path(&request.target) == path(target)
        };
        left().find(same).or_else(|| left().next())
    }
}

fn fault_error(fault: &str) -> Error {
    match fault {
        "connect_error" => Error::connect("no such host"),
        "connect_timeout" => Error::connect(std::io::Error::from(std::io::ErrorKind::TimedOut)),
        "read_timeout" => Error::timeout(TimeLimit::Attempt),
        _ => Error::io("the connection closed before an answer came"),
    }
}

fn response(recorded: &Value) -> Result<Response, Error> {
    if let Some(fault) = recorded["fault"].as_str() {
        return Err(fault_error(fault));
    }
    let body = bytes::of(recorded).map_err(Error::io)?;
    let mut response = Response::new(Body::from(body));
    let status =
        recorded["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or_default();
    *response.status_mut() = StatusCode::from_u16(status).map_err(Error::io)?;
    for (name, values) in recorded["headers"].as_object().into_iter().flatten() {
        let values = values.as_array().map_or(std::slice::from_ref(values), Vec::as_slice);
        for value in values {
            let name = HeaderName::try_from(name).map_err(Error::io)?;
            let value = HeaderValue::from_str(value.as_str().unwrap_or_default()).map_err(Error::io)?;
            response.headers_mut().append(name, value);
        }
    }
    Ok(response)
}

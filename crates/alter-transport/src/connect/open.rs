//! [`OpenConnections`]: how many connections each origin has, and the one that was opened ahead of its use.

use std::{
    collections::HashMap,
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use http::{
    Uri,
    uri::{Authority, Scheme},
};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use tokio::sync::oneshot;

use super::connector::Stream;
use crate::BoxError;

/// What a connection that is being opened ahead of time will be.
pub(super) type Opened = Result<Tracked, BoxError>;

type Origin = (Option<Scheme>, Option<Authority>);

/// Cheap to clone; clones share the knowledge.
#[derive(Clone, Default)]
pub(super) struct OpenConnections(Arc<Mutex<Origins>>);

#[derive(Default)]
struct Origins {
    states: HashMap<Origin, State>,
    announced: u64,
}

#[derive(Default)]
struct State {
    live: usize,
    ahead: Option<Ahead>,
}

/// A connection somebody may come for.
struct Ahead {
    number: u64,
    opened: oneshot::Receiver<Opened>,
}

impl OpenConnections {
    /// Announces a connection ahead of its use, and numbers it. `None` if the origin has a connection, or one is being
    /// opened.
    pub(super) fn announce(&self, uri: &Uri) -> Option<(u64, oneshot::Sender<Opened>)> {
        let mut origins = self.lock();
        origins.announced += 1;
        let number = origins.announced;
        let state = origins.states.entry(origin(uri)).or_default();
        if state.live > 0 || state.ahead.is_some() {
            return None;
        }
        let (sender, opened) = oneshot::channel();
        state.ahead = Some(Ahead { number, opened });
        Some((number, sender))
    }

    /// The connection that was opened ahead of its use, or is being opened.
    pub(super) fn take(&self, uri: &Uri) -> Option<oneshot::Receiver<Opened>> {
        self.take_if(uri, |_| true)
    }

    /// Closes connection `number` unless somebody came for it.
    pub(super) fn give_up(&self, uri: &Uri, number: u64) {
        // Dropped here, after the lock was released: the connection takes itself off the count.
        drop(self.take_if(uri, |ahead| ahead.number == number));
    }

    fn take_if(&self, uri: &Uri, wanted: impl FnOnce(&Ahead) -> bool) -> Option<oneshot::Receiver<Opened>> {
        let origin = origin(uri);
        let mut origins = self.lock();
        let state = origins.states.get_mut(&origin)?;
        let ahead = if state.ahead.as_ref().is_some_and(wanted) { state.ahead.take() } else { None };
        origins.forget_if_unused(&origin);
        ahead.map(|ahead| ahead.opened)
    }

    /// Counts `stream` until it is dropped.
    pub(super) fn track(&self, uri: &Uri, stream: Stream) -> Tracked {
        let origin = origin(uri);
        self.lock().states.entry(origin.clone()).or_default().live += 1;
        Tracked { stream, _live: Live { open: self.clone(), origin } }
    }

    fn lock(&self) -> MutexGuard<'_, Origins> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Origins {
    fn forget_if_unused(&mut self, origin: &Origin) {
        if self.states.get(origin).is_some_and(|state| state.live == 0 && state.ahead.is_none()) {
            self.states.remove(origin);
        }
    }
}

fn origin(uri: &Uri) -> Origin {
    (uri.scheme().cloned(), uri.authority().cloned())
}

/// A connection that is counted while it lives.
pub(super) struct Tracked {
    stream: Stream,
    _live: Live,
}

struct Live {
    open: OpenConnections,
    origin: Origin,
}

impl Drop for Live {
    fn drop(&mut self) {
        let mut origins = self.open.lock();
        if let Some(state) = origins.states.get_mut(&self.origin) {
            state.live = state.live.saturating_sub(1);
        }
        origins.forget_if_unused(&self.origin);
    }
}

impl Connection for Tracked {
    fn connected(&self) -> Connected {
        self.stream.connected()
    }
}

impl Read for Tracked {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl Write for Tracked {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }
}

//! [`ScriptedServer`]: a TLS server on loopback that says, byte by byte, what a test tells it to say.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig, server::TlsStream};

/// A running server. Stops, with all its conversations, when dropped.
#[derive(Debug)]
pub struct ScriptedServer {
    address: SocketAddr,
    received: Received,
    task: JoinHandle<()>,
}

type Received = Arc<Mutex<Vec<Vec<u8>>>>;

/// One connection, after the TLS handshake.
#[derive(Debug)]
pub struct Conversation {
    /// Which connection this is, from 1.
    pub number: usize,
    /// The connection.
    pub stream: TlsStream<TcpStream>,
    received: Received,
}

impl ScriptedServer {
    /// Starts a server that runs `script` for every connection whose handshake succeeds.
    ///
    /// # Panics
    /// If no loopback port can be had.
    pub async fn start<F, S>(tls: Arc<ServerConfig>, script: S) -> Self
    where
        S: Fn(Conversation) -> F + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a loopback port is free");
        let address = listener.local_addr().expect("a bound socket has an address");
        let received = Received::default();
        let noted = Arc::clone(&received);
        let task = tokio::spawn(async move {
            let acceptor = TlsAcceptor::from(tls);
            let mut conversations = JoinSet::new();
            let mut number = 0;
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(stream) = acceptor.accept(stream).await else { continue };
                number += 1;
                let received = Arc::clone(&noted);
                conversations.spawn(script(Conversation { number, stream, received }));
            }
        });
        Self { address, received, task }
    }

    /// A URL on this server.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("https://{}{path}", self.address)
    }

    /// `127.0.0.1:PORT`, as a secret's host rule names it.
    #[must_use]
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// The requests that [`Conversation::request`] has read, head and body, oldest first.
    #[must_use]
    pub fn received(&self) -> Vec<Vec<u8>> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Conversation {
    /// Reads one HTTP/1.1 request with its body, and notes it. `None` if the peer is gone.
    pub async fn request(&mut self) -> Option<Vec<u8>> {
        let mut request = Vec::new();
        loop {
            if let Some(end) = end_of_request(&request)
                && request.len() >= end
            {
                self.note(&request);
                return Some(request);
            }
            if self.stream.read_buf(&mut request).await.ok()? == 0 {
                return None;
            }
        }
    }

    /// Notes a request of which `bytes` is known.
    pub fn note(&self, bytes: &[u8]) {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).push(bytes.to_vec());
    }

    /// Sends bytes as they are. Says whether the peer is still there.
    pub async fn say(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).await.is_ok() && self.stream.flush().await.is_ok()
    }

    /// Ends the connection in good order.
    pub async fn close(mut self) {
        let _ = self.stream.shutdown().await;
    }

    /// Cuts the connection as a crash would: with a reset, in the middle of whatever is under way.
    pub fn reset(self) {
        let (tcp, _) = self.stream.into_inner();
        // Without lingering, closing discards what was not sent and resets the connection.
        let _ = tcp.set_zero_linger();
    }
}

/// Where the request that starts `bytes` ends, once its head is complete.
fn end_of_request(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:"));
    Some(head + length.and_then(|length| length.trim().parse().ok()).unwrap_or(0))
}

//! The least of HTTP/2 (RFC 9113) a script needs: frames by hand, so that a test can send what no library would.

use alter_testkit::Conversation;
use tokio::io::AsyncReadExt as _;

pub(crate) const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];

/// `:status 200` and the end of the answer, on stream 1.
pub(crate) const OK: [u8; 10] = [0, 0, 1, 1, 0x5, 0, 0, 0, 1, 0x88];

/// "Nothing after stream `last` was processed", without an error.
pub(crate) fn goaway(last: u8) -> [u8; 17] {
    [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, last, 0, 0, 0, 0]
}

/// Reads up to the first request and notes its head. `None` if the peer goes away first.
pub(crate) async fn request(conversation: &mut Conversation) -> Option<()> {
    const HEADERS: u8 = 1;
    let mut preface = [0; 24];
    conversation.stream.read_exact(&mut preface).await.ok()?;
    loop {
        let mut head = [0; 9];
        conversation.stream.read_exact(&mut head).await.ok()?;
        let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
        let mut payload = vec![0; length];
        conversation.stream.read_exact(&mut payload).await.ok()?;
        if head[3] == HEADERS {
            conversation.note(&payload);
            return Some(());
        }
    }
}

//! [`ServerSentEvent`] and its decoder (WHATWG HTML, section 9.2): pieces of bytes go in, whole events come out. Pure.

use std::{collections::VecDeque, fmt, time::Duration};

use crate::{Result, error::value};

/// One event of a stream.
#[derive(Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ServerSentEvent {
    /// Its type; `message` if the stream names none.
    pub event: String,
    /// Its data, lines joined by line feeds.
    pub data: String,
    /// The newest id the stream has given, possibly with an earlier event.
    pub id: Option<String>,
    /// How long to wait before asking for the stream again, if this event says so.
    pub retry: Option<Duration>,
}

/// The size of the data, not the data.
impl fmt::Debug for ServerSentEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerSentEvent")
            .field("event", &self.event)
            .field("data", &format_args!("{} bytes", self.data.len()))
            .finish_non_exhaustive()
    }
}

/// The largest event that is put together, in bytes.
const LARGEST: usize = 1 << 20;

/// Puts events together.
#[derive(Default)]
pub(crate) struct Decoder {
    /// The line that is not yet complete.
    line: Vec<u8>,
    /// The last byte was a carriage return; a line feed right behind it belongs to it.
    after_return: bool,
    past_first_line: bool,
    current: ServerSentEvent,
    has_data: bool,
    last_id: Option<String>,
    complete: VecDeque<ServerSentEvent>,
    too_large: bool,
}

impl Decoder {
    pub(crate) fn push(&mut self, piece: &[u8]) {
        for &byte in piece {
            match byte {
                b'\n' if std::mem::take(&mut self.after_return) => {}
                b'\n' => self.end_of_line(),
                b'\r' => {
                    self.end_of_line();
                    self.after_return = true;
                }
                _ => {
                    self.after_return = false;
                    if self.line.len() + self.current.data.len() >= LARGEST {
                        self.too_large = true;
                        return;
                    }
                    self.line.push(byte);
                }
            }
        }
    }

    /// The next complete event.
    pub(crate) fn next(&mut self) -> Result<Option<ServerSentEvent>> {
        match self.complete.pop_front() {
            None if self.too_large => Err(value("an event of the stream is larger than 1 MiB")),
            event => Ok(event),
        }
    }

    fn end_of_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let text = String::from_utf8_lossy(&line);
        let text = if self.past_first_line { &*text } else { text.trim_start_matches('\u{feff}') };
        self.past_first_line = true;
        if text.is_empty() {
            self.end_of_event();
            return;
        }
        let (field, value) = text.split_once(':').unwrap_or((text, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => {
                if self.has_data {
                    self.current.data.push('\n');
                }
                self.has_data = true;
                self.current.data.push_str(value);
            }
            "event" => value.clone_into(&mut self.current.event),
            "id" if !value.contains('\0') => self.last_id = Some(value.to_owned()),
            "retry" if value.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.current.retry = value.parse().ok().map(Duration::from_millis);
            }
            // Comments and fields of other standards.
            _ => {}
        }
    }

    fn end_of_event(&mut self) {
        let mut event = std::mem::take(&mut self.current);
        if std::mem::take(&mut self.has_data) {
            if event.event.is_empty() {
                "message".clone_into(&mut event.event);
            }
            event.id.clone_from(&self.last_id);
            self.complete.push_back(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every way of cutting the stream into two pieces gives the same events.
    fn decoded(stream: &str) -> Vec<ServerSentEvent> {
        let decode = |pieces: &[&[u8]]| {
            let mut decoder = Decoder::default();
            pieces.iter().for_each(|piece| decoder.push(piece));
            std::iter::from_fn(|| decoder.next().unwrap()).collect::<Vec<_>>()
        };
        let whole = decode(&[stream.as_bytes()]);
        for cut in 0..stream.len() {
            let (head, tail) = stream.as_bytes().split_at(cut);
            assert_eq!(decode(&[head, tail]), whole, "cut at {cut}");
        }
        whole
    }

    fn event(event: &str, data: &str) -> ServerSentEvent {
        ServerSentEvent { event: event.into(), data: data.into(), ..ServerSentEvent::default() }
    }

    #[test]
    fn events_are_put_together_whatever_the_line_ends() {
        let expected = [event("message", "ä"), event("delta", "a\nb\n")];
        for end in ["\n", "\r", "\r\n"] {
            let stream =
                ["\u{feff}data: ä", "", ": comment", "event:delta", "data:a", "data: b", "data", "", ""];
            assert_eq!(decoded(&stream.join(end)), expected, "{end:?}");
        }
    }

    #[test]
    fn ids_stay_and_waits_belong_to_one_event() {
        let events = decoded("id: 7\nretry: 1500\ndata: a\n\ndata: b\n\nretry: soon\ndata: c\n\n");
        assert!(events.iter().all(|event| event.id.as_deref() == Some("7")));
        let waits: Vec<_> = events.iter().map(|event| event.retry).collect();
        assert_eq!(waits, [Some(Duration::from_millis(1500)), None, None]);
    }

    #[test]
    fn an_event_without_data_or_without_its_end_is_none() {
        assert_eq!(decoded("event: ping\n\ndata: cut off"), []);
    }

    #[test]
    fn an_endless_event_is_an_error_after_those_before_it() {
        let mut decoder = Decoder::default();
        decoder.push(b"data: a\n\ndata: ");
        decoder.push(&vec![b'x'; LARGEST]);
        assert_eq!(decoder.next().unwrap(), Some(event("message", "a")));
        assert!(decoder.next().is_err());
    }
}

//! Server-sent events as bytes: lines into events, within bounds.

use std::time::Duration;

use crate::error::{Error, Result};

/// No event is larger.
const LARGEST: usize = 1 << 20;

/// What a stream says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Event {
    /// From where to go on, if it says so.
    pub(super) id: Option<String>,
    /// What it is about; nothing where it is only about the place.
    pub(super) data: Option<String>,
    /// How long to stay away once it ends.
    pub(super) retry: Option<Duration>,
}

/// Bytes as they come, and the event that they are in the middle of.
#[derive(Debug, Default)]
pub(super) struct Events {
    bytes: Vec<u8>,
    event: Event,
}

impl Events {
    /// Takes the next bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<()> {
        let held = self.bytes.len() + self.event.data.as_ref().map_or(0, String::len);
        if held + bytes.len() > LARGEST + (64 << 10) {
            return Err(Error::TooLarge { limit: LARGEST as u64 });
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// The next whole event, if there is one.
    pub(super) fn next(&mut self) -> Result<Option<Event>> {
        let mut taken = 0;
        let mut found = None;
        while let Some(length) = self.bytes[taken..].iter().position(|byte| *byte == b'\n') {
            let line = &self.bytes[taken..taken + length];
            taken += length + 1;
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let line = std::str::from_utf8(line).map_err(|_| Error::Unreadable("not UTF-8".to_owned()))?;
            if !line.is_empty() {
                self.event.take(line);
            } else if self.event != Event::default() {
                found = Some(std::mem::take(&mut self.event));
                break;
            }
        }
        self.bytes.drain(..taken);
        Ok(found)
    }
}

impl Event {
    fn take(&mut self, line: &str) {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "id" if !value.contains('\0') => self.id = Some(value.to_owned()),
            "retry" => self.retry = value.parse().ok().map(Duration::from_millis),
            "data" => match &mut self.data {
                Some(data) => data.extend(["\n", value]),
                None => self.data = Some(value.to_owned()),
            },
            // A comment, which keeps the connection alive, the event's name, and what is not known.
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(pieces: &[&str]) -> Vec<Event> {
        let (mut events, mut all) = (Events::default(), Vec::new());
        for piece in pieces {
            events.push(piece.as_bytes()).unwrap();
            while let Some(event) = events.next().unwrap() {
                all.push(event);
            }
        }
        all
    }

    #[test]
    fn events_are_whole_however_their_bytes_come() {
        let text =
            "retry: 3000\n\nid: 7\nevent: change\ndata: {\"a\":\ndata: 1}\r\n\r\n:\n\nid:8\n\nid: 9\ndata";
        let change = Event { id: Some("7".into()), data: Some("{\"a\":\n1}".into()), retry: None };
        let expected = [
            Event { retry: Some(Duration::from_secs(3)), ..Event::default() },
            change,
            Event { id: Some("8".into()), ..Event::default() },
        ];
        assert_eq!(events(&[text]), expected);
        let single: Vec<String> = text.chars().map(String::from).collect();
        assert_eq!(events(&single.iter().map(String::as_str).collect::<Vec<_>>()), expected);
    }

    #[test]
    fn an_event_without_an_end_is_bounded() {
        let mut events = Events::default();
        let piece = vec![b'x'; 64 << 10];
        let refused = (0..100).find(|_| events.push(&piece).is_err());
        assert_eq!(refused, Some(17));
    }

    #[test]
    fn many_lines_of_one_event_are_bounded_too() {
        let mut events = Events::default();
        let piece = format!("data: {}\n", "x".repeat(64 << 10));
        let refused = (0..100).find(|_| events.push(piece.as_bytes()).is_err() || events.next().is_err());
        assert!(refused.is_some());
    }
}

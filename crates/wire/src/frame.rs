//! Where one message ends and the next begins on a connection.
//!
//! Card networks send the length of a message before it, as two bytes, the more significant one
//! first. The length does not count itself.

/// The longest message that is taken. The longest of ISO 8583 has a few kilobytes; whoever says
/// more does not speak it, and would only fill memory.
pub const MAX_BYTES: usize = 8_192;

/// How many bytes the length takes.
pub const LENGTH_BYTES: usize = 2;

/// A length that no message has.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a message of {0} bytes is not one of this protocol")]
pub struct Oversized(pub usize);

/// The first whole message in what was received so far and how many bytes it took with its length,
/// or nothing while more must come. Networks send a length of zero to see whether the line is
/// there: that is an empty message.
pub fn first(received: &[u8]) -> Result<Option<(&[u8], usize)>, Oversized> {
    let Some((length, rest)) = received.split_first_chunk::<LENGTH_BYTES>() else {
        return Ok(None);
    };
    let length = usize::from(u16::from_be_bytes(*length));
    if length > MAX_BYTES {
        return Err(Oversized(length));
    }
    Ok(rest.get(..length).map(|message| (message, LENGTH_BYTES.saturating_add(length))))
}

/// Writes a message behind its length. `write` adds the message to what it is given.
pub fn write<E: From<Oversized>>(
    to: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
) -> Result<(), E> {
    let start = to.len();
    to.extend_from_slice(&[0; LENGTH_BYTES]);
    let body = to.len();
    if let Err(error) = write(to) {
        to.truncate(start);
        return Err(error);
    }
    let length = to.len().saturating_sub(body);
    let Some(prefix) = u16::try_from(length).ok().filter(|_| length <= MAX_BYTES) else {
        to.truncate(start);
        return Err(Oversized(length).into());
    };
    if let Some(place) = to.get_mut(start..body) {
        place.copy_from_slice(&prefix.to_be_bytes());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_cut_where_messages_end() {
        let mut stream = Vec::new();
        for message in [&b"first"[..], b"", b"second"] {
            write::<Oversized>(&mut stream, |to| {
                to.extend_from_slice(message);
                Ok(())
            })
            .unwrap();
        }
        // However the network cuts it.
        for cut in 0..=stream.len() {
            let (mut found, mut received) = (Vec::new(), Vec::new());
            for part in [&stream[..cut], &stream[cut..]] {
                received.extend_from_slice(part);
                while let Some((message, taken)) = first(&received).unwrap() {
                    found.push(message.to_vec());
                    received.drain(..taken);
                }
            }
            assert!(received.is_empty());
            assert_eq!(found, [&b"first"[..], b"", b"second"]);
        }
    }

    #[test]
    fn who_announces_more_than_any_message_has_is_refused_before_it_comes() {
        assert_eq!(first(&[0x20, 0x01]), Err(Oversized(8_193)));
        assert_eq!(first(&[0x20, 0x00, 0x01]), Ok(None));
    }

    #[test]
    fn what_was_not_written_leaves_nothing() {
        let mut stream = b"before".to_vec();
        let long = write::<Oversized>(&mut stream, |to| {
            to.resize(to.len() + MAX_BYTES + 1, 0);
            Ok(())
        });
        assert_eq!(long, Err(Oversized(MAX_BYTES + 1)));
        assert_eq!(stream, b"before");
    }
}

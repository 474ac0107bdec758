//! Reads a message (RFC 5322) with one part of text, as the bank sends them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What is shown of a message.
pub(super) struct Mail {
    pub id: Option<String>,
    pub subject: String,
    pub text: String,
}

pub(super) fn read(raw: &[u8]) -> Mail {
    let raw = String::from_utf8_lossy(raw);
    let (head, body) = raw.split_once("\r\n\r\n").unwrap_or((&raw, ""));
    // A line that begins with a blank belongs to the one before it.
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let header = |name: &str| {
        head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    };
    let encoding = header("Content-Transfer-Encoding").unwrap_or_default().to_ascii_lowercase();
    let text = match encoding.as_str() {
        "base64" => from_base64(&body.split_whitespace().collect::<String>()),
        "quoted-printable" => from_quoted(&body.replace("=\r\n", "")),
        _ => body.to_owned(),
    };
    Mail {
        id: header("Message-ID"),
        subject: words(&header("Subject").unwrap_or_default()),
        text: text.trim_end().replace("\r\n", "\n"),
    }
}

fn from_base64(text: &str) -> String {
    String::from_utf8_lossy(&STANDARD.decode(text).unwrap_or_default()).into_owned()
}

/// Quoted-printable (RFC 2045, 6.7): `=` and two hexadecimal digits for a byte.
fn from_quoted(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('=') {
        bytes.extend_from_slice(before.as_bytes());
        let coded = after.split_at_checked(2);
        let byte = coded.and_then(|(digits, _)| u8::from_str_radix(digits, 16).ok());
        if let (Some(byte), Some((_, after))) = (byte, coded) {
            bytes.push(byte);
            rest = after;
        } else {
            bytes.push(b'=');
            rest = after;
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A header with encoded words (RFC 2047); blanks between two of them are not part of the text.
fn words(header: &str) -> String {
    let mut text = String::new();
    let mut after_coded = false;
    for word in header.split(' ') {
        let coded = word.strip_prefix("=?utf-8?").or_else(|| word.strip_prefix("=?UTF-8?"));
        let coded = coded.and_then(|rest| rest.strip_suffix("?="));
        let read = coded.and_then(|rest| rest.split_once('?')).map(|(how, value)| {
            if how.eq_ignore_ascii_case("b") {
                from_base64(value)
            } else {
                from_quoted(&value.replace('_', " "))
            }
        });
        let joined = after_coded && read.is_some();
        if !text.is_empty() && !joined {
            text.push(' ');
        }
        after_coded = read.is_some();
        text.push_str(read.as_deref().unwrap_or(word));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encoded_for_the_way_is_read() {
        let raw = b"Subject: =?utf-8?b?0JrQvtC0?= =?utf-8?b?IDE=?=\r\nMessage-ID: <1@okto>\r\n\
            Content-Transfer-Encoding: quoted-printable\r\n\r\n=D0=9A=\r\n=D0=BE=D0=B4 = 1\r\n";
        let mail = read(raw);
        assert_eq!((mail.subject.as_str(), mail.text.as_str()), ("Код 1", "Код = 1"));
        assert_eq!(mail.id.as_deref(), Some("<1@okto>"));
        let raw = b"Subject: Plain words\r\nContent-Transfer-Encoding: base64\r\n\r\n\
            0JrQ\r\nvtC0\r\n";
        let mail = read(raw);
        assert_eq!((mail.subject.as_str(), mail.text.as_str()), ("Plain words", "Код"));
        assert_eq!(read(b"nothing").text, "");
    }
}

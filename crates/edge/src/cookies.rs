//! Cookies that no script reads and no other site sends.
//!
//! Over TLS a name begins with `__Host-`: a browser takes such a cookie only from this very host,
//! for every path and with `Secure`, so that neither a sibling host nor somebody on a plain line
//! can plant one (RFC 6265bis, 4.1.3.2). On plain http, for development, that prefix and `Secure`
//! would make the browser refuse it, so both are left out.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use kernel::{Error, Result};

use crate::Site;

/// How long a browser keeps a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// Until the browser is closed.
    Browser,
    /// So many seconds.
    Seconds(i64),
}

/// The value of the one cookie of this name. Two of the name are none: one of them was planted.
/// A value that this module would not have written is none, too.
pub fn read<'a>(site: &Site, headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let full = full_name(site, name);
    let mut found = None;
    for line in headers.get_all(COOKIE) {
        // A header with bytes beyond ASCII has cookies of somebody else.
        let Ok(line) = line.to_str() else { continue };
        for pair in line.split(';') {
            let Some((key, value)) = pair.trim_matches([' ', '\t']).split_once('=') else {
                continue;
            };
            if key != full {
                continue;
            }
            if found.is_some() || !is_value(value) {
                return None;
            }
            found = Some(value);
        }
    }
    found
}

/// The `Set-Cookie` that gives a browser a cookie. The value must be of the characters that need no
/// quotes: letters, digits and most signs, but no space, comma, semicolon, quote or backslash.
pub fn set(site: &Site, name: &str, value: &str, life: Life) -> Result<HeaderValue> {
    written(site, (name, value), life, "Lax")
}

/// The same for a cookie that a browser sends only with requests of this site's own pages: not even
/// a link elsewhere opens a page in the name of whoever carries it.
pub fn set_strict(site: &Site, name: &str, value: &str, life: Life) -> Result<HeaderValue> {
    written(site, (name, value), life, "Strict")
}

fn written(
    site: &Site,
    (name, value): (&str, &str),
    life: Life,
    same_site: &str,
) -> Result<HeaderValue> {
    const DOING: &str = "writing a cookie";
    if !is_value(value) || !is_name(name) {
        return Err(Error::invariant("a cookie has a name or a value that cookies cannot have"));
    }
    let life = match life {
        Life::Browser => String::new(),
        Life::Seconds(seconds) => format!("; Max-Age={seconds}"),
    };
    let secure = if site.is_https() { "; Secure" } else { "" };
    let name = full_name(site, name);
    let text = format!("{name}={value}; Path=/{life}; HttpOnly{secure}; SameSite={same_site}");
    let mut header = HeaderValue::try_from(text).map_err(|e| Error::broken(DOING, e))?;
    header.set_sensitive(true);
    Ok(header)
}

/// The `Set-Cookie` that takes a cookie away.
pub fn clear(site: &Site, name: &str) -> Result<HeaderValue> {
    set(site, name, "", Life::Seconds(0))
}

fn full_name(site: &Site, name: &str) -> String {
    let prefix = if site.is_https() { "__Host-" } else { "" };
    format!("{prefix}{name}")
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// Octets of a cookie (RFC 6265, 4.1.1).
fn is_value(value: &str) -> bool {
    value.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b',' | b';' | b'\\'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(text: &str) -> Site {
        text.parse().unwrap()
    }

    fn headers(lines: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, HeaderValue::from_bytes(line).unwrap());
        }
        headers
    }

    #[test]
    fn a_cookie_is_read_strictly() {
        let cases: [(&[&[u8]], Option<&str>); 16] = [
            (&[], None),
            (&[b""], None),
            (&[b"__Host-s=abc"], Some("abc")),
            (&[b"a=1; __Host-s=abc; b=2"], Some("abc")),
            (&[b"a=1;__Host-s=abc"], Some("abc")),
            (&[b"a=1", b"__Host-s=abc"], Some("abc")),
            (&[b"junk; =; __Host-s=a=b"], Some("a=b")),
            (&[b"__Host-s="], Some("")),
            (&[b"other=\xd1\x8f", b"__Host-s=abc"], Some("abc")),
            // Without the prefix anybody on a plain line or a sibling host could have set it.
            (&[b"s=abc"], None),
            (&[b"__host-s=abc"], None),
            (&[b"__Host-sx=abc"], None),
            (&[b"__Host-s=abc; __Host-s=abc"], None),
            (&[b"__Host-s=abc", b"__Host-s=def"], None),
            (&[b"__Host-s=\"abc\""], None),
            (&[b"__Host-s=a b"], None),
        ];
        for (lines, expected) in cases {
            let headers = headers(lines);
            assert_eq!(read(&site("https://my.okto.uz"), &headers, "s"), expected, "{lines:?}");
        }
        let plain = site("http://localhost:8081");
        assert_eq!(read(&plain, &headers(&[b"s=abc"]), "s"), Some("abc"));
        assert_eq!(read(&plain, &headers(&[b"__Host-s=abc"]), "s"), None);
    }

    #[test]
    fn a_cookie_is_written_for_this_site_alone() {
        let https = site("https://my.okto.uz");
        let written = set(&https, "s", "abc", Life::Browser).unwrap();
        assert_eq!(written, "__Host-s=abc; Path=/; HttpOnly; Secure; SameSite=Lax");
        assert!(written.is_sensitive());
        let written = set(&https, "s", "abc", Life::Seconds(3_600)).unwrap();
        assert_eq!(written, "__Host-s=abc; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Lax");
        let gone = clear(&https, "s").unwrap();
        assert_eq!(gone, "__Host-s=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax");
        let strict = set_strict(&https, "s", "abc", Life::Browser).unwrap();
        assert_eq!(strict, "__Host-s=abc; Path=/; HttpOnly; Secure; SameSite=Strict");
        let plain = set(&site("http://127.0.0.1:8081"), "s", "abc", Life::Browser).unwrap();
        assert_eq!(plain, "s=abc; Path=/; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn no_value_becomes_an_attribute() {
        let https = site("https://my.okto.uz");
        for bad in ["a;b", "a b", "a,b", "\"a\"", "a\\b", "a\r\nSet-Cookie: x=y", "ў"] {
            assert!(set(&https, "s", bad, Life::Browser).is_err(), "{bad}");
        }
        for bad in ["", "a=b", "a;b", "a b", "ў"] {
            assert!(set(&https, bad, "x", Life::Browser).is_err(), "{bad}");
        }
    }
}

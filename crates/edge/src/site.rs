use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use axum::http::Uri;

/// The address under which people know a door, such as `https://my.okto.uz`: scheme, host and, when
/// it is not the scheme's own, the port.
///
/// Without TLS only on the machine itself, for development: cookies would travel in the open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    origin: String,
    https: bool,
}

impl Site {
    /// As a browser writes it in `Origin` (RFC 6454, 6.2).
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The host, without the port.
    pub fn host(&self) -> &str {
        let after = self.origin.split_once("://").map_or("", |(_, rest)| rest);
        let port = after.rfind(':').filter(|at| !after.ends_with(']') && *at > 0);
        port.map_or(after, |at| after.split_at(at).0)
    }

    /// Whether it is this machine alone.
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.host())
    }

    /// Whether it is reached over TLS.
    pub const fn is_https(&self) -> bool {
        self.https
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

impl FromStr for Site {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "expected an origin such as https://my.example.uz";
        let uri: Uri = text.parse().map_err(|_| FORM)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(FORM);
        };
        let bare = text.trim_end_matches('/').len() == scheme.len() + 3 + authority.as_str().len();
        let host = authority.host().to_ascii_lowercase();
        if !bare || host.is_empty() || authority.as_str().contains('@') {
            return Err(FORM);
        }
        let (https, own_port) = match scheme {
            "https" => (true, 443),
            "http" if is_loopback(&host) => (false, 80),
            "http" => return Err("plain http is for this machine alone: expected https"),
            _ => return Err(FORM),
        };
        let port = authority.port_u16();
        // A port that is no number is none to `authority`, too.
        if port.is_none() && authority.as_str().len() != host.len() {
            return Err(FORM);
        }
        let port = port.filter(|port| *port != own_port);
        let port = port.map_or_else(String::new, |port| format!(":{port}"));
        Ok(Self { origin: format!("{scheme}://{host}{port}"), https })
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_are_written_as_browsers_write_origins() {
        for (text, origin, https) in [
            ("https://my.okto.uz", "https://my.okto.uz", true),
            ("https://My.Okto.UZ/", "https://my.okto.uz", true),
            ("https://my.okto.uz:443", "https://my.okto.uz", true),
            ("https://my.okto.uz:8443", "https://my.okto.uz:8443", true),
            ("http://127.0.0.1:8081", "http://127.0.0.1:8081", false),
            ("http://localhost:80", "http://localhost", false),
            ("http://[::1]:8081", "http://[::1]:8081", false),
        ] {
            let site: Site = text.parse().unwrap();
            assert_eq!((site.origin(), site.is_https()), (origin, https), "{text}");
        }
    }

    #[test]
    fn a_site_has_a_host() {
        for (text, host) in [
            ("https://my.okto.uz", "my.okto.uz"),
            ("https://my.okto.uz:8443", "my.okto.uz"),
            ("http://localhost:8081", "localhost"),
            ("http://[::1]:8081", "[::1]"),
            ("http://[::1]", "[::1]"),
        ] {
            assert_eq!(text.parse::<Site>().unwrap().host(), host, "{text}");
        }
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in [
            "",
            "my.okto.uz",
            "/",
            "https://",
            "https://my.okto.uz/app",
            "https://my.okto.uz?x",
            "https://user@my.okto.uz",
            "https://my.okto.uz:99999",
            "http://my.okto.uz",
            "http://10.0.0.1:8081",
            "ftp://localhost",
        ] {
            assert!(text.parse::<Site>().is_err(), "{text}");
        }
    }
}

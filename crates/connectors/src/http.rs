//! What all connectors over HTTP share: a client with limits on everything.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use kernel::{Error, Result};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Response, Url};
use serde::de::DeserializeOwned;

/// The largest answer a connector reads.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// How long a connector waits.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For everything a call needs, a login before it included.
    pub total: Duration,
}

impl Timeouts {
    /// A host that is up accepts a connection within this time.
    pub const CONNECT: Duration = Duration::from_secs(3);
    /// Longer than a healthy host takes, shorter than a worker may hold a job.
    pub const TOTAL: Duration = Duration::from_secs(15);
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Self::CONNECT, total: Self::TOTAL }
    }
}

/// Reads the base address of a counterpart. Credentials travel over TLS, or not further than this
/// machine, where the sandbox is.
pub(crate) fn base_url(text: &str) -> Result<Url> {
    const READING: &str = "reading the address of a counterpart";
    let url: Url = text.parse().map_err(|e| Error::broken(READING, Box::new(e)))?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if url.scheme() == "https" || (url.scheme() == "http" && here) {
        Ok(url)
    } else {
        Err(Error::broken(READING, "it must be https, or http on this machine"))
    }
}

/// The address of a path below a base address, with or without a slash at the base's end.
pub(crate) fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path.split('/'));
    }
    url
}

/// A client for one counterpart.
pub(crate) fn client(base: &Url, timeouts: Timeouts) -> Result<Client> {
    const BUILDING: &str = "building an HTTP client";
    let builder = Client::builder()
        .user_agent("okto")
        .connect_timeout(timeouts.connect)
        .timeout(timeouts.total)
        // A redirect, or a proxy named by the environment, would carry the credentials to a place
        // that the configuration does not name.
        .redirect(Policy::none())
        .no_proxy();
    let client = if base.scheme() == "https" {
        // Fails when a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        builder.https_only(true).build()
    } else {
        trusting_nobody(builder)?.build()
    };
    client.map_err(|e| Error::broken(BUILDING, e))
}

/// For plain http. The certificates of the system are not read, so that the sandbox can be talked
/// to on a machine that has none.
fn trusting_nobody(builder: ClientBuilder) -> Result<ClientBuilder> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| Error::broken("setting up TLS", e))?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    Ok(builder.tls_backend_preconfigured(tls))
}

/// Reads an answer as JSON.
pub(crate) async fn json<T: DeserializeOwned>(mut answer: Response) -> Result<T, Unreadable> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(Unreadable::Broke)? {
        if body.len().saturating_add(chunk.len()) > MAX_ANSWER_BYTES {
            return Err(Unreadable::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    serde_json::from_slice(&body)
        .map_err(|e| Unreadable::NotAsAgreed { line: e.line(), column: e.column() })
}

/// Why an answer could not be read. Holds nothing of the answer: serde's own message would quote
/// it, and it may be a token.
#[derive(Debug)]
pub(crate) enum Unreadable {
    Broke(reqwest::Error),
    TooLong,
    NotAsAgreed { line: usize, column: usize },
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broke(_) => f.write_str("the answer broke off"),
            Self::TooLong => write!(f, "the answer is longer than {MAX_ANSWER_BYTES} bytes"),
            Self::NotAsAgreed { line, column } => {
                write!(f, "the answer is not as agreed at line {line} column {column}")
            }
        }
    }
}

impl std::error::Error for Unreadable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Broke(source) => Some(source),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_do_not_leave_in_clear_text() {
        for good in ["https://notify.eskiz.uz/api", "http://127.0.0.1:9/api", "http://[::1]:9/"] {
            assert!(base_url(good).is_ok(), "{good}");
        }
        for bad in
            ["http://notify.eskiz.uz/api", "ftp://127.0.0.1/", "notify.eskiz.uz", "", "http:"]
        {
            assert!(base_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn paths_go_below_the_base() {
        for base in ["https://notify.eskiz.uz/api", "https://notify.eskiz.uz/api/"] {
            let url = below(&base_url(base).unwrap(), "message/sms/send");
            assert_eq!(url.as_str(), "https://notify.eskiz.uz/api/message/sms/send");
        }
        let bare = below(&base_url("https://notify.eskiz.uz").unwrap(), "auth/login");
        assert_eq!(bare.as_str(), "https://notify.eskiz.uz/auth/login");
    }
}

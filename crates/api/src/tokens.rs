//! Whom tokens are given to, and under which address.

use axum::http::header::HOST;
use axum::http::request::Parts;
use edge::Site;

/// What an installation may set of its tokens.
#[derive(Clone, Debug, Default)]
pub struct TokenRules {
    /// The address under which clients know the API: what a proof of a key names. Without it, the
    /// host that a request names, for a machine that serves only itself.
    pub site: Option<Site>,
    /// Whether clients that prove no key are given tokens too. Whoever copies such a token can use
    /// it.
    pub bearer: bool,
}

impl TokenRules {
    /// The address of the API.
    pub(crate) fn origin(&self, parts: &Parts) -> String {
        if let Some(site) = &self.site {
            return site.origin().to_owned();
        }
        let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        format!("http://{}", host.unwrap_or("localhost"))
    }

    /// Whether clients reach the API over TLS.
    pub(crate) fn over_tls(&self) -> bool {
        self.site.as_ref().is_some_and(Site::is_https)
    }

    /// The address of a request, as its client wrote it, without the query.
    pub(crate) fn address(&self, parts: &Parts) -> String {
        format!("{}{}", self.origin(parts), parts.uri.path())
    }
}

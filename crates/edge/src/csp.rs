//! What a browser lets a page do (Content Security Policy, level 3).

use std::fmt;

use axum::http::HeaderValue;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::Entropy;

/// Where browsers report what they refused to do.
pub const REPORT_PATH: &str = "/csp-report";

/// For answers that are no pages: nothing is loaded, nobody frames them.
pub const NOTHING_LOADS: &str = "default-src 'none'; frame-ancestors 'none'";

const NONCE_BYTES: usize = 16;

/// The word by which one page names its own scripts: new for each page, so that what somebody
/// slipped into the page cannot know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nonce(String);

impl Nonce {
    /// A new one.
    pub fn new(entropy: Entropy) -> Self {
        Self(URL_SAFE_NO_PAD.encode(entropy.bytes::<NONCE_BYTES>()))
    }

    /// For the `nonce` of a script.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The policy of a page: everything comes from this site, scripts only with the page's nonce,
/// nothing inline, nothing evaluated. Markup becomes script only through the two named policies:
/// of htmx, and of the app's own files.
pub fn page(nonce: &Nonce) -> HeaderValue {
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self'; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types htmx app; report-uri {REPORT_PATH}"
    );
    // A nonce is of letters, digits and two signs, so this is always a header.
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static(NOTHING_LOADS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_loads_from_itself_alone() {
        let nonce = Nonce::new(Entropy);
        let policy = page(&nonce).to_str().unwrap().to_owned();
        assert_eq!(
            policy.replace(nonce.as_str(), "…"),
            "default-src 'none'; script-src 'nonce-…'; style-src 'self'; img-src 'self'; \
             font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'; trusted-types htmx app; report-uri /csp-report"
        );
    }

    #[test]
    fn every_page_has_a_nonce_of_its_own() {
        let (one, two) = (Nonce::new(Entropy), Nonce::new(Entropy));
        assert_ne!(one, two);
        // 128 bits, as the specification asks (CSP 3, 8.1).
        assert_eq!(one.as_str().len(), 22);
    }
}

//! The headers that keep a browser from doing more with an answer than it was meant for.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};

use crate::Site;
use crate::csp::{self, NOTHING_LOADS, Nonce};

const COOP: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// What no page of the bank asks a phone for.
const NOTHING_ASKED: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), \
                             gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), \
                             payment=(), serial=(), usb=()";
/// Two years, as lists of sites that are known to use TLS ask.
const TLS_ONLY: &str = "max-age=63072000; includeSubDomains";

/// What every answer carries. It is kept nowhere unless its handler said otherwise, is what its
/// type says, and belongs to no other site.
pub fn common(headers: &mut HeaderMap) {
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(NOTHING_LOADS));
    headers.entry(REFERRER_POLICY).or_insert(HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CORP, HeaderValue::from_static("same-origin"));
}

/// What every answer of a site with pages carries: those of [`common`], the policy with this
/// request's nonce, and that pages share nothing with the window that opened them.
///
/// Other sites never learn the address a person comes from. This site does: under `no-referrer`
/// a browser would send `Origin: null` with every form, and browsers without `Sec-Fetch-Site`
/// could not be told from a stranger's page.
pub fn page(headers: &mut HeaderMap, site: &Site, nonce: &Nonce) {
    headers.entry(CONTENT_SECURITY_POLICY).or_insert_with(|| csp::page(nonce));
    headers.entry(REFERRER_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    headers.insert(COOP, HeaderValue::from_static("same-origin"));
    headers.insert(PERMISSIONS_POLICY, HeaderValue::from_static(NOTHING_ASKED));
    if site.is_https() {
        tls_only(headers);
    }
    common(headers);
}

/// That a browser is to come back over TLS alone. For a site that is reached so: on a plain line
/// nobody believes it.
pub fn tls_only(headers: &mut HeaderMap) {
    headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(TLS_ONLY));
}

#[cfg(test)]
mod tests {
    use kernel::Entropy;

    use super::*;

    #[test]
    fn an_answer_may_say_otherwise_only_of_keeping_and_loading() {
        let mut headers = HeaderMap::new();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, immutable"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("sniff"));
        common(&mut headers);
        assert_eq!(headers[CACHE_CONTROL], "public, immutable");
        assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(headers[CONTENT_SECURITY_POLICY], NOTHING_LOADS);
        assert_eq!(headers[REFERRER_POLICY], "no-referrer");
        assert_eq!(headers[&CORP], "same-origin");
    }

    #[test]
    fn a_page_has_them_all() {
        let nonce = Nonce::new(Entropy);
        for (site, tls) in [("https://my.okto.uz", true), ("http://localhost:8081", false)] {
            let mut headers = HeaderMap::new();
            page(&mut headers, &site.parse().unwrap(), &nonce);
            assert_eq!(headers[CACHE_CONTROL], "no-store");
            assert_eq!(headers[CONTENT_SECURITY_POLICY], csp::page(&nonce));
            assert_eq!(headers[REFERRER_POLICY], "same-origin");
            assert_eq!(headers[&COOP], "same-origin");
            assert!(headers[&PERMISSIONS_POLICY].to_str().unwrap().contains("camera=()"));
            assert_eq!(headers.contains_key(STRICT_TRANSPORT_SECURITY), tls);
        }
    }
}

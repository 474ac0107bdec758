//! Whether a request that changes something was sent by a page of this site.

use axum::http::header::{HeaderName, ORIGIN, REFERER};
use axum::http::{HeaderMap, Method};

use crate::{Site, own_path};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether a method may be used from anywhere, because it changes nothing (RFC 9110, 9.2.1).
pub fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether the browser says that a page of this site, or the person alone, sent the request.
///
/// `Sec-Fetch-Site` says it in so many words, and no script can set it. Browsers that do not know
/// it send the `Origin` of the page with everything but reading. A request with neither is not from
/// a browser that people sign in with, and is not trusted.
pub fn is_own(site: &Site, headers: &HeaderMap) -> bool {
    let mut said = headers.get_all(SEC_FETCH_SITE).iter();
    match (said.next(), said.next()) {
        (Some(said), None) => return said == "same-origin" || said == "none",
        (Some(_), Some(_)) => return false,
        (None, _) => {}
    }
    let mut origins = headers.get_all(ORIGIN).iter();
    let (Some(origin), None) = (origins.next(), origins.next()) else { return false };
    origin == site.origin()
}

/// The page of this site on which a form stood, as the browser says.
pub fn came_from<'a>(site: &Site, headers: &'a HeaderMap) -> Option<&'a str> {
    let referer = headers.get(REFERER)?.to_str().ok()?;
    referer.strip_prefix(site.origin()).and_then(own_path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_site_and_the_person_may_change_things() {
        let site: Site = "https://my.okto.uz".parse().unwrap();
        let (fetch, origin) = ("sec-fetch-site", "origin");
        let cases: [(&[(&str, &str)], bool); 19] = [
            (&[], false),
            (&[(fetch, "same-origin")], true),
            (&[(fetch, "none")], true),
            (&[(fetch, "same-site")], false),
            (&[(fetch, "cross-site")], false),
            (&[(fetch, "")], false),
            (&[(fetch, "Same-Origin")], false),
            (&[(fetch, "same-origin"), (fetch, "same-origin")], false),
            // A page whose policy hides where it is sends `null`, and still says whose it is.
            (&[(fetch, "same-origin"), (origin, "null")], true),
            (&[(fetch, "cross-site"), (origin, "https://my.okto.uz")], false),
            (&[(origin, "https://my.okto.uz")], true),
            (&[(origin, "https://my.okto.uz"), (origin, "https://my.okto.uz")], false),
            (&[(origin, "https://my.okto.uz:443")], false),
            (&[(origin, "https://my.okto.uz.evil.example")], false),
            (&[(origin, "https://admin.okto.uz")], false),
            (&[(origin, "http://my.okto.uz")], false),
            (&[(origin, "null")], false),
            (&[(origin, "")], false),
            (&[("referer", "https://my.okto.uz/pay")], false),
        ];
        for (given, expected) in cases {
            let mut headers = HeaderMap::new();
            for (name, value) in given {
                headers.append(*name, value.parse().unwrap());
            }
            assert_eq!(is_own(&site, &headers), expected, "{given:?}");
        }
    }

    #[test]
    fn only_reading_is_safe() {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            assert!(is_safe(&method));
        }
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::CONNECT] {
            assert!(!is_safe(&method));
        }
    }
}

//! Where in the world a request comes from, in the words of a proxy that knows.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName};

/// The longest name of a place.
const PLACE_MAX_CHARS: usize = 60;
/// What proxies say of an address that they cannot place.
const UNKNOWN: &str = "XX";

/// The town or country that a proxy of ours names in this header, such as `Toshkent, UZ`. What
/// anybody else sends in it is not looked at, nor what is no name.
pub(crate) fn client_place(
    peer: IpAddr,
    headers: &HeaderMap,
    trusted: &[IpAddr],
    header: Option<&HeaderName>,
) -> Option<String> {
    let header = header.filter(|_| trusted.contains(&peer.to_canonical()))?;
    let mut values = headers.get_all(header).iter();
    // Two values: one of them is not the proxy's.
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let text = std::str::from_utf8(value.as_bytes()).ok()?.trim();
    let named = text.chars().any(char::is_alphabetic) && text != UNKNOWN;
    let good = |c: char| c.is_alphanumeric() || " ,.-()\u{27}\u{2bb}\u{2bc}\u{2019}".contains(c);
    let short = text.chars().count() <= PLACE_MAX_CHARS;
    (named && short && text.chars().all(good)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_our_proxy_names_a_place_and_only_by_a_name() {
        let trusted: [IpAddr; 1] = ["10.0.0.1".parse().unwrap()];
        let header = HeaderName::from_static("x-client-place");
        let place = |peer: &str, header: Option<&HeaderName>, values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
                headers.append("x-client-place", value);
            }
            client_place(peer.parse().unwrap(), &headers, &trusted, header)
        };
        for good in ["Toshkent, UZ", "UZ", "Fargʻona, UZ", "São Paulo, BR", "Xi'an (CN)"] {
            assert_eq!(place("10.0.0.1", Some(&header), &[good]).as_deref(), Some(good));
            assert_eq!(place("::ffff:10.0.0.1", Some(&header), &[good]).as_deref(), Some(good));
            // A stranger who forges it, and a bank that has not asked for it.
            assert_eq!(place("10.0.0.2", Some(&header), &[good]), None);
            assert_eq!(place("10.0.0.1", None, &[good]), None);
        }
        let long = "a".repeat(61);
        for bad in ["", "  ", "XX", ", ", "12", "<b>UZ</b>", "a\tb", "UZ; rm", &long] {
            assert_eq!(place("10.0.0.1", Some(&header), &[bad]), None, "{bad}");
        }
        assert_eq!(place("10.0.0.1", Some(&header), &[]), None);
        assert_eq!(place("10.0.0.1", Some(&header), &["UZ", "NL"]), None);
        let longest = "a".repeat(60);
        assert_eq!(place("10.0.0.1", Some(&header), &[&longest]), Some(longest.clone()));
    }
}

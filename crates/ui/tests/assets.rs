//! Every file has an address that names its content, and is served to be kept.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode, header};
use tower::ServiceExt as _;
use ui::assets;

const STYLES_BYTES: usize = 8 * 1_024;
const PANEL_BYTES: usize = 10 * 1_024;
const ICONS_BYTES: usize = 10 * 1_024;
const FONTS_BYTES: usize = 52 * 1_024;

async fn get(url: &str, encodings: &str) -> Response<Body> {
    let request = Request::get(url).header(header::ACCEPT_ENCODING, encodings);
    assets::router::<()>().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

async fn size(name: &str) -> usize {
    let response = get(&assets::url(name), "gzip, br").await;
    to_bytes(response.into_body(), 1 << 20).await.unwrap().len()
}

#[tokio::test]
async fn every_asset_is_served_under_its_address() {
    for (name, url) in assets::all() {
        let response = get(url, "").await;
        assert_eq!(response.status(), StatusCode::OK, "{name}");
        let headers = response.headers();
        assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert_eq!(headers[header::VARY], "accept-encoding");
        assert!(!headers.contains_key(header::CONTENT_ENCODING));
        assert_ne!(headers[header::CONTENT_TYPE], "application/octet-stream", "{name}");
        let body = to_bytes(response.into_body(), 1 << 22).await.unwrap();
        assert_eq!(body.as_ref(), assets::content(name).unwrap());
    }
    let needed = ["app.css", "icons.svg", "onest-latin.woff2", "onest-cyrillic.woff2", "icon.svg"];
    let names: BTreeSet<&str> = assets::all().map(|(name, _)| name).collect();
    for name in needed {
        assert!(names.contains(name), "{name}");
    }
}

#[tokio::test]
async fn brotli_is_given_to_those_who_take_it() {
    let url = assets::url("app.css");
    for (encodings, compressed) in [
        ("br", true),
        ("gzip, BR;q=0.5", true),
        ("gzip", false),
        ("br;q=0", false),
        ("br;q=0.0", false),
    ] {
        let response = get(&url, encodings).await;
        let found = response.headers().contains_key(header::CONTENT_ENCODING);
        assert_eq!(found, compressed, "{encodings}");
    }
    let font = get(&assets::url("onest-latin.woff2"), "br").await;
    assert!(!font.headers().contains_key(header::CONTENT_ENCODING));
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    for url in ["/a/app.css", "/a/app.000000000000.css", "/a/..%2fCargo.toml"] {
        assert_eq!(get(url, "br").await.status(), StatusCode::NOT_FOUND, "{url}");
    }
    assert_eq!(assets::url("nothing.js"), "/a/nothing.js");
}

#[tokio::test]
async fn the_first_screen_is_light() {
    assert!(size("app.css").await < STYLES_BYTES, "{}", size("app.css").await);
    assert!(size("panel.css").await < PANEL_BYTES, "{}", size("panel.css").await);
    assert!(size("icons.svg").await < ICONS_BYTES);
    let fonts = size("onest-latin.woff2").await + size("onest-cyrillic.woff2").await;
    assert!(fonts < FONTS_BYTES);
}

#[test]
fn styles_name_assets_that_are_there() {
    let urls: BTreeSet<&str> = assets::all().map(|(_, url)| url).collect();
    for sheet in ["app.css", "panel.css"] {
        let css = std::str::from_utf8(assets::content(sheet).unwrap()).unwrap();
        let mut named = 0;
        for part in css.split("url(").skip(1) {
            let url = part.split(')').next().unwrap();
            assert!(urls.contains(url), "{url}");
            named += 1;
        }
        assert!(named >= 2);
        assert!(!css.contains("/*"));
    }
}

//! What a phone asks of an app that it can install: a manifest, a service worker, a page for when
//! there is no connection; and the place where browsers report what they refused to do.

use std::sync::LazyLock;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use edge::Query;
use edge::reports::Reports;
use kernel::Lang;
use maud::{DOCTYPE, html};
use serde_json::json;
use sha2::{Digest, Sha256};
use ui::{assets, icon};

use crate::Web;
use crate::words::{Words, t};

/// What the offline page needs, and every page: kept on the phone from the first visit on.
const KEPT: [&str; 5] =
    ["app.css", "app.js", "icons.svg", "onest-latin.woff2", "onest-cyrillic.woff2"];
/// Where the worker's source has the list.
const LIST: &str = "__PRECACHE__";
/// The policy of the worker: it asks this site, and nobody else.
const WORKER_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; connect-src 'self'");
/// The policy of the offline page: it has no scripts.
const OFFLINE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'",
);

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/manifest.webmanifest", get(manifest))
        .route("/sw.js", get(worker))
        .route("/offline", get(offline))
        .route("/csp-report", post(report))
}

fn kind(kind: &'static str) -> (header::HeaderName, HeaderValue) {
    (header::CONTENT_TYPE, HeaderValue::from_static(kind))
}

async fn manifest(Query(query): Query) -> Response {
    let lang = Lang::from_tag(query.text("lang")).unwrap_or_default();
    let words = Words::of(lang);
    let icon = |file: &str, sizes: &str, kind: &str, purpose: &str| {
        let src = assets::url(file);
        json!({"src": src, "sizes": sizes, "type": kind, "purpose": purpose})
    };
    let manifest = json!({
        "id": "/",
        "name": t!(words, "app-name"),
        "short_name": t!(words, "app-name"),
        "description": t!(words, "app-description"),
        "lang": lang.tag(),
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#F6F4EE",
        "theme_color": "#F6F4EE",
        "categories": ["finance"],
        "icons": [
            icon("icon-192.png", "192x192", "image/png", "any"),
            icon("icon-512.png", "512x512", "image/png", "any"),
            icon("icon-maskable-512.png", "512x512", "image/png", "maskable"),
            icon("icon.svg", "any", "image/svg+xml", "any"),
        ],
        "shortcuts": [
            {"name": t!(words, "tab-pay"), "url": "/pay"},
            {"name": t!(words, "tab-activity"), "url": "/activity"},
        ],
    });
    let kept = (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    ([kind("application/manifest+json"), kept], manifest.to_string()).into_response()
}

/// The service worker with the list of what it keeps.
static WORKER: LazyLock<String> = LazyLock::new(|| {
    let files: Vec<_> = KEPT.into_iter().map(assets::url).collect();
    let version = Sha256::digest(files.join(" "));
    let version = store::hex(version.as_slice().get(..6).unwrap_or_default());
    let list = json!({"version": version, "files": files}).to_string();
    let source = assets::content("sw.js").map(String::from_utf8_lossy).unwrap_or_default();
    source.replace(LIST, &list)
});

async fn worker() -> Response {
    let fresh = (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    let policy = (header::CONTENT_SECURITY_POLICY, WORKER_POLICY);
    ([kind("text/javascript; charset=utf-8"), fresh, policy], WORKER.as_str()).into_response()
}

/// Kept by the worker and shown without the bank: nothing in it is of anybody, and it speaks every
/// language, because nobody can ask which.
async fn offline() -> Response {
    let own = Words::of(Lang::default());
    let page = html! {
        (DOCTYPE)
        html lang=(own.lang.tag()) data-theme="auto" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (t!(own, "offline-title")) " · " (t!(own, "app-name")) }
                (ui::styles(Lang::Ru))
            }
            body {
                div.page {
                    main #main {
                        div.empty { span.empty-icon { (icon("wifi-slash")) } }
                        @for lang in Lang::ALL {
                            @let words = Words::of(lang);
                            @let own = lang == Lang::default();
                            section.section lang=(lang.tag()) {
                                @if own {
                                    h1 { (t!(words, "offline-title")) }
                                } @else {
                                    h2 { (t!(words, "offline-title")) }
                                }
                                p { (t!(words, "offline-text")) }
                                // An empty address is this page's own: the one that was wanted.
                                a.btn.primary[own].quiet[!own] href="" {
                                    (t!(words, "offline-retry"))
                                }
                            }
                        }
                    }
                }
            }
        }
    };
    ([(header::CONTENT_SECURITY_POLICY, OFFLINE_POLICY)], Html(page.into_string())).into_response()
}

static REPORTS: Reports = Reports::of("web");

/// A browser refused to do something that a page asked for.
async fn report(State(web): State<Web>, body: Bytes) -> StatusCode {
    REPORTS.note(&body, web.clock().now())
}

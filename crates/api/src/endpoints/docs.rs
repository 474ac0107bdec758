//! The document, the pages that show it, and the way there.

use std::sync::{Arc, LazyLock};

use axum::body::Bytes;
use axum::extract::{Path as AnyPath, State};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Redirect, Response};
use edge::Reply;
use kernel::{Code, Error};
use utoipa_swagger_ui::{Config, serve};

use crate::Api;

/// Everything from this server; the page sets styles of its own.
const ONLY_SELF: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                         img-src 'self' data:; font-src 'self'; connect-src 'self'; \
                         base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

static PAGES: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    // Without a name here the pages would ask a validator on the Internet.
    let config = Config::from("/openapi.json").validator_url("none");
    Arc::new(config.display_operation_id(true).try_it_out_enabled(true))
});

pub(crate) async fn front() -> Html<&'static str> {
    Html(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Okto API</title>\
         <h1>Okto API</h1>\
         <ul><li><a href=\"/docs/\">Documentation</a></li>\
         <li><a href=\"/openapi.json\">OpenAPI document</a></li></ul></html>",
    )
}

pub(crate) async fn document(
    State(api): State<Api>,
) -> ([(axum::http::HeaderName, HeaderValue); 1], Bytes) {
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], api.document())
}

pub(crate) async fn to_docs() -> Redirect {
    Redirect::permanent("/docs/")
}

pub(crate) async fn index() -> Reply<Response> {
    answer("")
}

pub(crate) async fn file(AnyPath(path): AnyPath<String>) -> Reply<Response> {
    answer(&path)
}

fn answer(path: &str) -> Reply<Response> {
    const DOING: &str = "serving the documentation";
    let failed = |e: Box<dyn std::error::Error>| Error::broken(DOING, e.to_string());
    let file = serve(path, Arc::clone(&PAGES)).map_err(failed)?.ok_or(Code::NotFound)?;
    let mut response = file.bytes.into_owned().into_response();
    let headers = response.headers_mut();
    let kind = in_utf8(file.content_type);
    let kind = HeaderValue::try_from(kind).map_err(|e| Error::broken(DOING, e))?;
    headers.insert(CONTENT_TYPE, kind);
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(ONLY_SELF));
    Ok(response)
}

/// Text says in which letters it is: a browser that has to guess can be made to guess wrong.
fn in_utf8(kind: String) -> String {
    if kind.starts_with("text/") && !kind.contains("charset") {
        return format!("{kind}; charset=utf-8");
    }
    kind
}

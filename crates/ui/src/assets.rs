//! The files of every page: styles, scripts, fonts, icons. They are inside the program. Each has an
//! address that names its content, `/a/{stem}.{hash}.{extension}`, so browsers may keep it.
//!
//! The fonts are Onest of `@fontsource-variable/onest` 5.3.1 for the phone app, and Inter of
//! `@fontsource-variable/inter` 5.3.0 for the panel of the staff (OFL, their licences are beside
//! them): latin, which has the Uzbek letters and the minus sign, and cyrillic.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

/// The style sheets, each put together from every file in its folder in the order of their names.
const STYLES: [(&str, &str); 2] = [("css/", "app.css"), ("panel/", "panel.css")];
/// The scripts of the phone app and of the panel of the staff. Each is one answer, in this order:
/// htmx starts when its own file has run, and must find the extension there that watches it; forms
/// are held by the common file before others look at them.
const SCRIPTS: [(&str, &[&str]); 2] = [
    (
        "app.js",
        &[
            "js/vendor/htmx.min.js",
            "js/vendor/hx-csp.min.js",
            "js/vendor/hx-preload.min.js",
            "js/common.js",
            "js/passkeys.js",
            "js/app.js",
        ],
    ),
    ("panel.js", &["js/common.js", "js/passkeys.js", "js/panel.js"]),
];
/// Bytes of the content's hash that an address carries.
const HASH_BYTES: usize = 6;
/// Compressing is done once and is paid by the first who asks; 9 of 11 is near the best size.
const BROTLI_QUALITY: i32 = 9;

#[derive(RustEmbed)]
#[folder = "static"]
struct Files;

struct Asset {
    name: String,
    kind: &'static str,
    plain: Bytes,
    compressed: LazyLock<Option<Bytes>, Box<dyn FnOnce() -> Option<Bytes> + Send>>,
}

struct Table {
    /// Addresses by file name.
    urls: BTreeMap<String, String>,
    /// Assets by the last part of their address.
    assets: BTreeMap<String, Asset>,
}

static TABLE: LazyLock<Table> = LazyLock::new(Table::build);

/// The address of an asset by its file name, without folders: `url("app.js")`. Of a file that is
/// not there, the plain name below `/a/`, which is answered with 404.
pub fn url(name: &str) -> String {
    TABLE.urls.get(name).cloned().unwrap_or_else(|| format!("/a/{name}"))
}

/// File names with their addresses, in the order of the names: what a service worker keeps.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE.urls.iter().map(|(name, url)| (name.as_str(), url.as_str()))
}

/// The content of an asset, as it is served.
pub fn content(name: &str) -> Option<&'static [u8]> {
    TABLE.assets.values().find(|a| a.name == name).map(|a| a.plain.as_ref())
}

/// Serves `/a/{file}`.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/a/{file}", get(serve))
}

async fn serve(Path(file): Path<String>, request: HeaderMap) -> Response {
    let Some(asset) = TABLE.assets.get(&file) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let compressed = if takes_brotli(&request) { asset.compressed.as_ref() } else { None };
    let mut response = compressed.unwrap_or(&asset.plain).clone().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if compressed.is_some() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}

fn takes_brotli(request: &HeaderMap) -> bool {
    let values = request.get_all(header::ACCEPT_ENCODING).into_iter();
    values.filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(',')).any(|item| {
        let (coding, weight) = item.split_once(';').unwrap_or((item, ""));
        let never = weight.trim().strip_prefix("q=").is_some_and(|q| q.bytes().all(is_zero));
        coding.trim().eq_ignore_ascii_case("br") && !never
    })
}

const fn is_zero(byte: u8) -> bool {
    matches!(byte, b'0' | b'.')
}

impl Table {
    fn build() -> Self {
        let mut table = Self { urls: BTreeMap::new(), assets: BTreeMap::new() };
        let mut paths: Vec<_> = Files::iter().collect();
        paths.sort();
        let sources = STYLES.map(|(folder, _)| folder);
        let put_together = |path: &str| {
            sources.iter().any(|folder| path.starts_with(folder))
                || SCRIPTS.iter().any(|(_, files)| files.contains(&path))
        };
        for path in paths.iter().filter(|path| !put_together(path)) {
            let Some(file) = Files::get(path) else { continue };
            let name = path.rsplit('/').next().unwrap_or(path);
            table.add(name, Bytes::from(file.data.into_owned()));
        }
        // Styles name fonts and pictures, so they come after them.
        for (folder, name) in STYLES {
            let parts = paths.iter().filter(|path| path.starts_with(folder)).map(AsRef::as_ref);
            let styles = table.urls.iter().fold(slim(&joined(parts, "")), |css, (name, url)| {
                css.replace(&format!("url(/a/{name})"), &format!("url({url})"))
            });
            table.add(name, Bytes::from(styles));
        }
        for (name, files) in SCRIPTS {
            table.add(name, Bytes::from(joined(files.iter().copied(), "\n;\n")));
        }
        table
    }

    fn add(&mut self, name: &str, plain: Bytes) {
        // Licences and lists of versions without an extension are for readers of the sources.
        let Some((stem, extension)) = name.rsplit_once('.') else { return };
        let kind = kind(extension);
        let file = format!("{stem}.{}.{extension}", hash(&plain));
        self.urls.insert(name.to_owned(), format!("/a/{file}"));
        let source = plain.clone();
        let squeeze = Box::new(move || compress(kind, &source));
        let asset =
            Asset { name: name.to_owned(), kind, plain, compressed: LazyLock::new(squeeze) };
        self.assets.insert(file, asset);
    }
}

/// The texts of some files, one after the other.
fn joined<'a>(paths: impl Iterator<Item = &'a str>, between: &str) -> String {
    let texts: Vec<_> = paths
        .filter_map(Files::get)
        .map(|file| String::from_utf8_lossy(&file.data).into_owned())
        .collect();
    texts.join(between)
}

fn hash(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    digest.iter().take(HASH_BYTES).fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn kind(extension: &str) -> &'static str {
    match extension {
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "txt" | "md" => "text/plain; charset=utf-8",
        "json" | "webmanifest" => "application/json",
        _ => "application/octet-stream",
    }
}

/// The content in brotli when that is worth it: fonts and pictures are compressed already.
fn compress(kind: &str, plain: &[u8]) -> Option<Bytes> {
    if !kind.starts_with("text/") && !matches!(kind, "image/svg+xml" | "application/json") {
        return None;
    }
    let params = brotli::enc::BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        ..brotli::enc::BrotliEncoderParams::default()
    };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &*plain, &mut out, &params).ok()?;
    (out.len() < plain.len()).then(|| Bytes::from(out))
}

/// Style sheets without their comments and indentation.
fn slim(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    let lines = out.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.fold(String::with_capacity(out.len()), |mut text, line| {
        text.push_str(line);
        text.push('\n');
        text
    })
}

//! What was typed into a form, on its way to the same form in another language.
//!
//! It travels in a sealed cookie that lives for some minutes, is good for one page of one session,
//! and is taken away by that page. The answer of a passkey does not travel.

use axum::http::{HeaderMap, HeaderValue};
use edge::Fields;
use edge::cookies::{self, Life};
use kernel::{Ctx, KeyUse};

use crate::Admin;
use crate::view::session_bytes;

/// The id of the form of a page, which its language buttons send along.
pub(crate) const FORM: &str = "typed";
const DRAFT: &str = "okto-staff-draft";
const LIFE_SECONDS: i64 = 300;
/// Browsers drop a cookie that is longer than four kilobytes with its name.
const SEALED_MAX_BYTES: usize = 3_800;
const SECRET: [&str; 3] = ["challenge", "answer", "code"];

/// The cookie that takes the fields of a form to a page.
pub(crate) fn cookie(
    admin: &Admin,
    (ctx, page): (&Ctx, &str),
    fields: &Fields,
) -> Option<HeaderValue> {
    let kept = fields.iter().filter(|(name, _)| !name.starts_with('_') && !SECRET.contains(name));
    let plain = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
    let sealed = admin.keys().seal(KeyUse::Cookie, &context(ctx, page), plain.as_bytes());
    if plain.is_empty() || sealed.len() > SEALED_MAX_BYTES {
        return None;
    }
    cookies::set_strict(admin.site(), DRAFT, &sealed, Life::Seconds(LIFE_SECONDS)).ok()
}

/// What a browser carries for this page, and the cookie that takes it away from it.
pub(crate) fn taken(
    admin: &Admin,
    headers: &HeaderMap,
    (ctx, page): (&Ctx, &str),
) -> Option<(Fields, HeaderValue)> {
    let sealed = cookies::read(admin.site(), headers, DRAFT)?;
    let plain = admin.keys().unseal(KeyUse::Cookie, &context(ctx, page), sealed)?;
    Some((Fields::read(plain.expose())?, cookies::clear(admin.site(), DRAFT).ok()?))
}

fn context(ctx: &Ctx, page: &str) -> Vec<u8> {
    let session = session_bytes(ctx).unwrap_or_default();
    [b"staff draft ".as_slice(), &session, page.as_bytes()].concat()
}

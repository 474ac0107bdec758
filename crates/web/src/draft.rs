//! What was typed into a form, on its way to the same form: in another language, or after a
//! sign-in.
//!
//! It travels in a sealed cookie that lives for some minutes and is taken away by the page it is
//! for. Passwords and codes do not travel: they are typed again. It is its customer's alone: on a
//! browser that several people use, the next one to sign in sees nothing of it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use edge::cookies::{self, Life};
use kernel::{CustomerId, KeyUse};

use crate::Web;
use edge::Fields;

pub(crate) const DRAFT: &str = "okto-draft";
const LIFE_SECONDS: i64 = 300;
/// Browsers drop a cookie that is longer than four kilobytes with its name.
const SEALED_MAX_BYTES: usize = 3_800;
/// Fields whose content is a proof of who somebody is.
const SECRET: [&str; 11] = [
    "password",
    "new_password",
    "code",
    "ticket",
    "pin",
    "pin_again",
    "recovery_code",
    "branch_code",
    "challenge",
    "answer",
    "document",
];

/// What was typed into this page's form before; empty otherwise.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft(pub Fields);

/// Whose a draft is: a customer's, or whoever's is at a page before the sign-in.
pub(crate) type Owner = Option<CustomerId>;

/// The cookie that takes the fields of a form to a page.
pub(crate) fn cookie(
    web: &Web,
    (owner, page): (Owner, &str),
    fields: &Fields,
) -> Option<HeaderValue> {
    let mut plain = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields.iter() {
        if !name.starts_with('_') && !SECRET.contains(&name) {
            plain.append_pair(name, value);
        }
    }
    let plain = plain.finish();
    let sealed = web.keys().seal(KeyUse::Cookie, &context(owner, page), plain.as_bytes());
    if plain.is_empty() || sealed.len() > SEALED_MAX_BYTES {
        return None;
    }
    cookies::set(web.site(), DRAFT, &sealed, Life::Seconds(LIFE_SECONDS)).ok()
}

/// The draft that a browser carries for a page of this owner. The door opens it once and leaves it
/// in the request.
pub(crate) fn of(web: &Web, headers: &HeaderMap, (owner, page): (Owner, &str)) -> Option<Draft> {
    let sealed = cookies::read(web.site(), headers, DRAFT)?;
    let plain = web.keys().unseal(KeyUse::Cookie, &context(owner, page), sealed)?;
    Fields::read(plain.expose()).map(Draft)
}

/// A draft is good for one page of one owner, and no other sealed cookie is a draft. No customer
/// has the id that stands for nobody.
fn context(owner: Owner, page: &str) -> Vec<u8> {
    let owner = owner.map_or([0; 16], |owner| owner.uuid().into_bytes());
    [b"draft ".as_slice(), &owner, page.as_bytes()].concat()
}

impl<S: Sync> FromRequestParts<S> for Draft {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

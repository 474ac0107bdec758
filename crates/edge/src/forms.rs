//! How a form of a page is read: it must come from a page of this site, before anything of it is
//! looked at.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use kernel::Code;

use crate::{Failure, Fields, Site, body, origin};

/// The field of the token that every form carries.
pub const CSRF_FIELD: &str = "_csrf";

/// Stands in an answer to a form that is not one of this site's, or not any more: a page of ours
/// was filled in and is not good any more, or the form was never ours.
#[derive(Clone, Copy, Debug)]
pub struct FormExpired;

/// The answer to such a form.
pub fn expired() -> Response {
    let mut response = Failure::from(Code::RequestMalformed).into_response();
    response.extensions_mut().insert(FormExpired);
    response
}

/// Reads the form of a request that changes something. Whether its token is good is for the door
/// to see, which knows the session.
///
/// # Errors
/// The answer to what is no form of this site.
pub async fn read(site: &Site, request: Request) -> Result<(Parts, Fields), Box<Response>> {
    if !origin::is_own(site, request.headers()) {
        return Err(Box::new(expired()));
    }
    let refused = |code: Code| Box::new(Failure::from(code).into_response());
    let (parts, sent) = request.into_parts();
    let bytes = to_bytes(sent, body::limit(&parts.extensions)).await;
    let bytes = bytes.map_err(|_| refused(Code::RequestTooLarge))?;
    let fields = Fields::read(&bytes).ok_or_else(|| refused(Code::RequestMalformed))?;
    Ok((parts, fields))
}

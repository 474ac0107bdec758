//! What every HTTP door of the bank has in common: the API, the app's pages, the pages of the
//! staff.
//!
//! A door is a router behind one middleware of its own, which is four calls:
//!
//! 1. [`Door::arrive`] reads who and when: it puts the [`kernel::Ctx`] of nobody, the [`Client`]
//!    and the [`Known`] into the request.
//! 2. [`Door::admit`] runs the handler within the limits: of size, of requests at once, of time.
//! 3. [`Visit::shown`] makes what the door shows of a [`Failure`], and logs an incident.
//! 4. [`Visit::leave`] names the request in the answer and writes its one line in the log.
//!
//! Pages have, besides: [`cookies`], the [`csrf`] token, the check of the [`origin`], the
//! [`Fields`] of their [`forms`], and the [`headers`] that tell a browser what it may do. All of
//! them know nothing of a session or of HTML.
#![deny(missing_docs)]

mod answers;
mod body;
mod client_ip;
pub mod cookies;
pub mod csp;
pub mod csrf;
mod door;
mod failure;
mod fields;
pub mod forms;
pub mod headers;
pub mod origin;
mod place;
pub mod reports;
mod serve;
mod site;
mod status;
mod visit;

pub use answers::{
    forgetting, is_page, own_path, see_other, signed_out, with_cookie, with_cookie_first,
};
pub use body::{BODY_MAX_BYTES, BodyLimit};
pub use door::{Config, Door, Place};
pub use failure::{Failure, Reply};
pub use fields::{Fields, Query};
pub use forms::FormExpired;
pub use serve::serve;
pub use site::Site;
pub use status::{retry_after_seconds, retryable, status};
pub use visit::{Client, Known, Shown, Visit, accept_language};

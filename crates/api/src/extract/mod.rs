//! What handlers take from a request. Every rejection is a problem document.

mod caller;
mod json;
mod key;
mod path;
mod position;
mod query;

pub(crate) use caller::{Anyone, Customer};
pub(crate) use json::{Json, present};
pub(crate) use key::{Key, KeyHeader};
pub(crate) use path::{AccountPath, DocumentPath, OperationPath, PathId};
pub(crate) use query::Query;

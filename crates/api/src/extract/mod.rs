//! What handlers take from a request. Every rejection is a problem document.

mod caller;
mod form;
mod json;
mod key;
mod path;
mod position;
mod query;

pub(crate) use caller::{Anyone, Customer, SigningIn};
pub(crate) use form::Form;
pub(crate) use json::{Json, present};
pub(crate) use key::{Key, KeyHeader};
pub(crate) use path::{
    AccountPath, ChallengePath, CurrencyPath, DevicePath, DocumentPath, LimitName, LimitPath,
    OperationPath, PasskeyPath, PathId, SessionPath,
};
pub(crate) use query::Query;

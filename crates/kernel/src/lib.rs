//! The vocabulary of the bank: money, assets, ids, moments, secrets, the context of a call and the
//! refusals it can end with.
//!
//! Pure: no network, no database, no async. What a computer must be asked for (the time, random
//! bytes) is behind [`Clock`] and [`Entropy`], so that tests decide both.
#![deny(missing_docs, clippy::arithmetic_side_effects)]

mod account_number;
mod assurance;
mod card_number;
mod clock;
mod ctx;
mod email;
mod envelope;
mod error;
mod fault;
mod ids;
mod key_provider;
mod keyed_hash;
mod lang;
mod money;
mod permission;
mod phone;
mod refusal;
mod sealer;
mod secret;
mod staff;

pub use account_number::{AccountNumber, AccountNumberParts};
pub use assurance::{Aal, Assurance, Method, Methods};
pub use card_number::{holds_card_number, refuse_card_number};
pub use clock::{Clock, Day, Entropy, ManualClock, Moment};
pub use ctx::{Actor, Ctx, TraceId};
pub use email::EmailAddress;
pub use envelope::{BlindIndex, SealedAt, SubjectKey};
pub use error::{Broken, Error, Result};
pub use fault::{Fault, MAX_NAME_BYTES, is_name};
pub use ids::*;
pub use key_provider::{KeyId, KeyProvider, PublicKey, SigningUse};
pub use keyed_hash::{KeyRing, KeyUse, RootKey};
pub use lang::Lang;
pub use money::{Amount, AmountError, Asset, Money};
pub use permission::{Permission, Permissions};
pub use phone::Phone;
pub use refusal::{Code, Kind, Refusal};
pub use secret::Secret;
pub use staff::{Employee, Role, Roles};

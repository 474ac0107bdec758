//! Who the client is: the person, and how to reach them.
//!
//! A customer is a user of `identity` with a person behind it, under the same id. The phone is
//! kept there alone, where it signs the customer in.
#![deny(missing_docs)]

mod access;
pub mod desk;
mod documents;
pub mod leaving;
mod people;

pub use desk::Desk;
pub use documents::{
    DocumentNumber, DocumentProof, DocumentState, DocumentView, NewDocument, PersonalNumber,
};
pub use people::{Contacts, Customer, Customers, NewCustomer, PersonName, SignUp, Status};

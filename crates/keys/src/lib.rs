//! The keys that never leave: in a security module (PKCS#11) in production, in a sealed file in
//! development.
#![deny(missing_docs)]

mod file;
mod pkcs11;
mod wrapped;

pub use file::FileKeys;
pub use pkcs11::{Pkcs11Config, Pkcs11Keys};

//! The design system: components, formats and assets of every page.
//!
//! Components are functions and small builders that give [`maud::Markup`]. They know no words of
//! their own except currency words, dates and the names of languages: every text is a parameter.
//! They know no banking either: what a page says is the caller's, how it looks and how it is read
//! out is decided here. Nothing here writes a style attribute or a script, so that pages live under
//! a content security policy that allows neither.
#![deny(missing_docs)]

pub mod agent;
pub mod assets;
mod attributes;
mod components;
pub mod format;
mod gallery;
pub mod icons;
pub mod ikat;
pub mod panel;
mod passkey;
pub mod qr;
#[cfg(feature = "testing")]
pub mod testing;
pub mod words;

pub use attributes::with;
pub use components::*;
pub use gallery::{gallery, sample_home, sample_pay};
pub use icons::{icon, icon_fill};
pub use passkey::{Ceremony, PasskeyForm, PasskeyTexts};

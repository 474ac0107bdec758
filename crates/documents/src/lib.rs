//! Documents for people: statements, lists of operations and receipts as PDF, XLSX and CSV.
//!
//! Plain data in, bytes out. Nothing is asked of the network, the file system or the clock, so the
//! same input gives the same bytes. What a caller passes as a name or a note is text of a
//! stranger: it never becomes markup, code or a formula, and a character that the fonts lack is
//! shown as `?` and does not fail the document.
#![deny(missing_docs)]

mod csv;
mod format;
mod input;
mod pdf;
mod qr;
mod renderer;
mod text;
mod words;
mod xlsx;

pub use csv::Csv;
pub use input::{
    BankRequisites, Document, Entry, Line, List, Party, Receipt, Statement, Table, Verify,
};
pub use renderer::Renderer;
pub use text::harmless;

/// Most lines of a PDF. Above it a document is of no use to a person, and costs too much memory.
pub const MAX_PDF_LINES: usize = 5_000;
/// Most lines of an XLSX or CSV.
pub const MAX_TABLE_LINES: usize = 50_000;

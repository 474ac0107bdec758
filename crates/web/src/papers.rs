//! What is handed out as a file: the bank's figures in the words of a language, for the crate that
//! draws documents.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use documents::{Line, Statement, Verify};
use kernel::{Error, Result};
use payments::{Item, StatementDocument};

use crate::Web;
use crate::pages::common::{exchange_text, kind_name};
use crate::words::{Words, t};

/// The kinds of files that a document is handed out as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Pdf,
    Xlsx,
    Csv,
}

impl Kind {
    /// The end of the file's name.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// The answer that a browser keeps as a file. `name` is without its end, and ASCII: names in other
/// letters are written differently by every browser.
pub(crate) fn file(kind: Kind, name: &str, bytes: Vec<u8>) -> Result<Response> {
    let disposition = format!("attachment; filename=\"{name}.{}\"", kind.extension());
    let disposition = HeaderValue::try_from(disposition)
        .map_err(|error| Error::broken("naming a file", error))?;
    let mut response = (StatusCode::OK, bytes).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind.media_type()));
    response.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    Ok(response)
}

/// What an operation is called on a document.
pub(crate) fn description(words: Words, item: &Item) -> String {
    if item.own && item.exchanged.is_none() {
        t!(words, "operation-own")
    } else {
        kind_name(words, &item.kind, item.direction)
    }
}

/// What stands with an operation on a document: the note, or both sides of an exchange.
pub(crate) fn note(words: Words, item: &Item) -> Option<String> {
    let exchanged = item.exchanged.as_ref().map(|exchanged| exchange_text(words, exchanged));
    exchanged.or_else(|| item.note.clone())
}

/// Where anybody can compare a statement with the bank's books.
pub(crate) fn verify_url(web: &Web, document: &StatementDocument) -> String {
    format!("{}/verify/{}", web.site(), document.code.as_str())
}

/// A statement that was issued, as it is drawn. What the owner calls the account is left out: the
/// bank vouches for every line of the document, and nobody checks that name.
pub(crate) fn statement(web: &Web, words: Words, document: StatementDocument) -> Statement {
    let url = verify_url(web, &document);
    let StatementDocument { code, issued_at, holder, statement } = document;
    Statement {
        lang: words.lang,
        bank: web.bank().clone(),
        holder,
        account_number: statement.number.to_string(),
        asset: statement.asset,
        from: statement.from,
        to: statement.to,
        issued_at,
        opening: statement.opening,
        closing: statement.closing,
        credits: statement.credits,
        debits: statement.debits,
        lines: statement.lines.into_iter().map(|item| line(words, item)).collect(),
        verify: Some(Verify { url, code: code.as_str().to_owned() }),
    }
}

fn line(words: Words, item: Item) -> Line {
    Line {
        at: item.at,
        operation: item.operation.to_string(),
        description: description(words, &item),
        note: note(words, &item),
        counterparty: item.counterparty,
        amount: item.amount,
        balance_after: item.balance_after,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_say_what_they_are() {
        for (kind, name, media) in [
            (Kind::Pdf, "a.pdf", "application/pdf"),
            (
                Kind::Xlsx,
                "a.xlsx",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ),
            (Kind::Csv, "a.csv", "text/csv; charset=utf-8"),
        ] {
            let answer = file(kind, "a", vec![1]).unwrap();
            let header = |name| answer.headers()[name].to_str().unwrap();
            assert_eq!(header(CONTENT_TYPE), media);
            assert_eq!(header(CONTENT_DISPOSITION), format!("attachment; filename=\"{name}\""));
        }
        assert!(file(Kind::Csv, "a\nb", Vec::new()).is_err());
    }
}

//! A statement that was issued: what it says, its files, and how anybody can check it.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use edge::Reply;
use kernel::{Code, Money, Result};
use maud::{Markup, html};
use payments::{DocumentCode, StatementDocument};
use ui::{
    AmountText, Button, KeyValue, Row, card, chevron, copy_row, format, key_values_strong,
    lead_icon, list, section,
};

use crate::Web;
use crate::papers::{self, Kind};
use crate::shell::{Page, Tab};
use crate::view::{SignedIn, View};
use crate::words::t;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/documents/{code}", get(show))
        .route("/documents/{code}/statement.pdf", get(pdf))
        .route("/documents/{code}/statement.xlsx", get(xlsx))
        .route("/documents/{code}/statement.csv", get(csv))
}

/// The customer's document of an address.
async fn find(web: &Web, view: &View, code: &str) -> Result<StatementDocument> {
    let code = DocumentCode::parse(code).map_err(|_| Code::NotFound)?;
    web.payments().statement_document(&view.ctx, &code).await
}

async fn show(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(code): Path<String>,
) -> Reply<Response> {
    let document = find(&web, &view, &code).await?;
    Ok(Page::new(t!(view.words, "document-title"))
        .tab(Tab::Home)
        .back(format!("/accounts/{}", document.statement.account))
        .main(main(&view, &document))
        .respond(&view))
}

async fn pdf(web: State<Web>, view: SignedIn, code: Path<String>) -> Reply<Response> {
    file(Kind::Pdf, web, view, code).await
}

async fn xlsx(web: State<Web>, view: SignedIn, code: Path<String>) -> Reply<Response> {
    file(Kind::Xlsx, web, view, code).await
}

async fn csv(web: State<Web>, view: SignedIn, code: Path<String>) -> Reply<Response> {
    file(Kind::Csv, web, view, code).await
}

async fn file(
    kind: Kind,
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(code): Path<String>,
) -> Reply<Response> {
    let document = find(&web, &view, &code).await?;
    let name = file_name(&document);
    let statement = papers::statement(&web, view.words, document);
    let bytes = match kind {
        Kind::Pdf => web.documents().pdf(statement).await?,
        Kind::Xlsx => web.documents().xlsx(statement).await?,
        Kind::Csv => statement.csv()?,
    };
    Ok(papers::file(kind, &name, bytes)?)
}

/// Which account and which days: what somebody looks for among their files.
fn file_name(document: &StatementDocument) -> String {
    let statement = &document.statement;
    let tail = statement.number.tail();
    format!("okto-statement-{tail}-{}-{}", statement.from, statement.to)
}

fn main(view: &View, document: &StatementDocument) -> Markup {
    let words = view.words;
    let again = format!("/accounts/{}/statement", document.statement.account);
    html! {
        (card(&summary(view, document)))
        (downloads(view, document))
        (section(&t!(words, "document-verify-title"), None, &verify(view, document)))
        div.actions {
            (Button::plain(&t!(words, "document-again")).href(&again))
        }
    }
}

fn summary(view: &View, document: &StatementDocument) -> Markup {
    let words = view.words;
    let lang = view.lang();
    let statement = &document.statement;
    let (from, to) = (format::day(lang, statement.from), format::day(lang, statement.to));
    let amount = |money: Money| AmountText::new(lang, money).private();
    let days = t!(words, "document-days", from = from, to = to);
    let number = format::account_number(&statement.number.to_string());
    let issued = format::moment_full(lang, document.issued_at);
    let (opening, closing) = (amount(statement.opening), amount(statement.closing));
    let (credits, debits) = (amount(statement.credits), amount(statement.debits));
    let count = statement.lines.len().to_string();
    let key = [
        t!(words, "document-account"),
        t!(words, "document-holder"),
        t!(words, "document-period"),
        t!(words, "document-issued"),
        t!(words, "document-count"),
        t!(words, "document-opening"),
        t!(words, "document-credits"),
        t!(words, "document-debits"),
        t!(words, "document-closing"),
    ];
    let [account, holder, period, when, lines, first, came, went, last] = &key;
    key_values_strong(&[
        KeyValue::text(account, &number),
        KeyValue::text(holder, &document.holder),
        KeyValue::text(period, &days),
        KeyValue::text(when, &issued),
        KeyValue::text(lines, &count),
        KeyValue::markup(first, html! { (opening) }),
        KeyValue::markup(came, html! { (credits) }),
        KeyValue::markup(went, html! { (debits) }),
        KeyValue::markup(last, html! { (closing) }),
    ])
}

fn downloads(view: &View, document: &StatementDocument) -> Markup {
    let words = view.words;
    let href = |kind: Kind| {
        format!("/documents/{}/statement.{}", document.code.as_str(), kind.extension())
    };
    let pdf = t!(words, "document-pdf");
    let tables = [(Kind::Xlsx, t!(words, "document-xlsx")), (Kind::Csv, t!(words, "document-csv"))];
    section(
        &t!(words, "document-download"),
        None,
        &html! {
            div.actions {
                (Button::accent(&pdf)
                    .href(&href(Kind::Pdf))
                    .icon("download-simple")
                    .attr("download", ""))
                @for (kind, text) in &tables {
                    (Button::quiet(text)
                        .href(&href(*kind))
                        .icon("download-simple")
                        .attr("download", ""))
                }
            }
        },
    )
}

fn verify(view: &View, document: &StatementDocument) -> Markup {
    let words = view.words;
    let href = format!("/verify/{}", document.code.as_str());
    let (key, copy) = (t!(words, "document-code"), t!(words, "copy"));
    let (code, link) = (document.code.to_string(), t!(words, "document-verify-link"));
    let (share, done) = (t!(words, "share"), t!(words, "copied"));
    let title = t!(words, "document-title");
    html! {
        (list("", &[
            copy_row(&key, &code, &code, (&copy, &done)),
            html! { (Row::new(&link)
                .href(&href)
                .lead(lead_icon("shield-check"))
                .trail(chevron())) },
        ]))
        p.hint { (t!(words, "document-verify-text")) }
        div.actions {
            (Button::quiet(&share)
                .icon("share-network")
                .scripted()
                .attr("data-share", &href)
                .attr("data-title", &title)
                .attr("data-done", &done))
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::{AccountId, Asset, Entropy, Moment};
    use payments::StatementView;

    use super::*;

    #[test]
    fn files_are_named_by_account_and_days() {
        let money = Money::zero(Asset::Uzs);
        let statement = StatementView {
            account: AccountId::generate(Moment::EPOCH, Entropy),
            number: "20206000510000001001".parse().unwrap(),
            asset: Asset::Uzs,
            from: "2026-11-01".parse().unwrap(),
            to: "2026-11-22".parse().unwrap(),
            opening: money,
            closing: money,
            credits: money,
            debits: money,
            lines: Vec::new(),
        };
        let document = StatementDocument {
            code: DocumentCode::generate(Entropy),
            issued_at: Moment::EPOCH,
            holder: "Gʻayrat Oʻrinov".to_owned(),
            statement,
        };
        let name = file_name(&document);
        assert_eq!(name, "okto-statement-1001-2026-11-01-2026-11-22");
    }
}

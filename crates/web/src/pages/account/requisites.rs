//! What somebody needs to pay to an account.

use axum::extract::{Path, State};
use axum::response::Response;
use edge::Reply;
use maud::{Markup, html};
use payments::AccountView;
use ui::{Button, copy_row, format, list, qr, section};

use super::{find, news};
use crate::Web;
use crate::pages::common::{account_title, full_name};
use crate::shell::{Page, Tab};
use crate::view::{SignedIn, View};
use crate::words::{Words, t};

/// One of them: what it is called, how it is shown, how it is copied.
struct Requisite {
    key: String,
    shown: String,
    plain: String,
}

pub(super) async fn show(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let account = find(&web, &view, &id).await?;
    let customer = web.customers().profile(&view.ctx).await?;
    let holder = full_name(&customer);
    let requisites = requisites(&web, view.words, &account, holder);
    Ok(Page::new(t!(view.words, "requisites-title"))
        .tab(Tab::Home)
        .back(format!("/accounts/{}", account.id))
        .main(main(&view, &account, &requisites))
        .respond(&view))
}

/// What the installation does not know about its bank is left out.
fn requisites(web: &Web, words: Words, account: &AccountView, holder: String) -> Vec<Requisite> {
    let same = |key: String, value: String| Requisite { key, shown: value.clone(), plain: value };
    let bank = web.bank();
    let number = account.number.to_string();
    let bank_name = [bank.name.as_str(), bank.legal_form.as_str()].join(" ");
    let all = [
        same(t!(words, "requisites-holder"), holder),
        Requisite {
            key: t!(words, "requisites-number"),
            shown: format::account_number(&number),
            plain: number,
        },
        same(t!(words, "requisites-currency"), account.asset.code().to_owned()),
        same(t!(words, "requisites-bank"), bank_name.trim().to_owned()),
        same(t!(words, "requisites-mfo"), bank.code.clone()),
        same(t!(words, "requisites-taxpayer"), bank.taxpayer.clone()),
    ];
    all.into_iter().filter(|requisite| !requisite.plain.is_empty()).collect()
}

fn main(view: &View, account: &AccountView, requisites: &[Requisite]) -> Markup {
    let words = view.words;
    let (copy, copied) = (t!(words, "copy"), t!(words, "copied"));
    let button = (copy.as_str(), copied.as_str());
    let rows: Vec<_> =
        requisites.iter().map(|r| copy_row(&r.key, &r.shown, &r.plain, button)).collect();
    let title = account_title(words, account);
    let number = account.number.to_string();
    html! {
        (news(view, account, false))
        p { (t!(words, "requisites-text")) }
        (section(&title, None, &list("", &rows)))
        (copy_all(words, requisites))
        (section(&t!(words, "requisites-qr-title"), None, &html! {
            (qr::qr(&number, &t!(words, "requisites-qr")))
            p.hint { (t!(words, "requisites-qr-text")) }
        }))
    }
}

fn copy_all(words: Words, requisites: &[Requisite]) -> Markup {
    let text = text(requisites);
    let (copy, done) = (t!(words, "requisites-copy-all"), t!(words, "copied"));
    let (share, title) = (t!(words, "share"), t!(words, "requisites-title"));
    html! {
        div.actions {
            (Button::quiet(&share)
                .icon("share-network")
                .scripted()
                .attr("data-share-text", &text)
                .attr("data-title", &title)
                .attr("data-done", &done))
            (Button::quiet(&copy)
                .icon("copy")
                .scripted()
                .attr("data-copy", &text)
                .attr("data-done", &done))
        }
    }
}

/// All of them for a message to somebody: a line each.
fn text(requisites: &[Requisite]) -> String {
    let lines: Vec<_> = requisites.iter().map(|r| format!("{}: {}", r.key, r.plain)).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_the_number_without_spaces() {
        let requisite = |key: &str, shown: &str, plain: &str| Requisite {
            key: key.to_owned(),
            shown: shown.to_owned(),
            plain: plain.to_owned(),
        };
        let text = text(&[
            requisite("Hisob egasi", "Jasur Karimov", "Jasur Karimov"),
            requisite("Hisob raqami", "20206 000 5 10000001 001", "20206000510000001001"),
        ]);
        assert_eq!(text, "Hisob egasi: Jasur Karimov\nHisob raqami: 20206000510000001001");
    }
}

//! Whether a document is the bank's: open to anybody who holds the paper.

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use edge::{Fields, Reply};
use kernel::{Code, Error, Refusal};
use maud::{Markup, Render, html};
use payments::{DocumentCode, VerifiedDocument};
use ui::{
    Banner, Button, Field, KeyValue, Tone, amount, card, form_actions, format, key_values, section,
};

use super::common::Problem;
use crate::Web;
use crate::draft::Draft;
use crate::shell::{FORM, Page, Tab};
use crate::view::{View, see_other};
use crate::words::{Words, t};

const HERE: &str = "/verify";
/// The field of the code. Not `code`: what is in a field of that name is a proof of who somebody
/// is, and does not travel to another language.
const DOCUMENT: &str = "document";
/// Longer than a code with spaces between its groups: what is typed too much can be seen.
const CODE_MAX_CHARS: &str = "40";
/// A code that is none is shown as it came, but not at any length.
const SHOWN_MAX_CHARS: usize = 40;

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/verify", get(ask).post(look_up)).route("/verify/{code}", get(show))
}

async fn ask(view: View, Draft(draft): Draft) -> Response {
    question(&view, draft.text(DOCUMENT), &Problem::default()).respond(&view)
}

async fn look_up(view: View, fields: Fields) -> Reply<Response> {
    let typed = fields.text(DOCUMENT);
    match read(view.words, typed) {
        Ok(code) => Ok(see_other(&format!("{HERE}/{}", code.as_str()))),
        Err(Error::Refused(refusal)) => {
            let problem = Problem::of(view.lang(), &refusal);
            Ok(question(&view, typed, &problem).refused(refusal.code).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

async fn show(
    State(web): State<Web>,
    view: View,
    typed: Result<Path<String>, PathRejection>,
) -> Reply<Response> {
    let Path(typed) = typed.map_err(|_| Code::NotFound)?;
    match verify(&web, &view, &typed).await {
        Ok((code, document)) => {
            Ok(answer(&view, &web.bank().phone, &code, &document).respond(&view))
        }
        Err(Error::Refused(refusal)) if refusal.code == Code::NotFound => {
            Ok(none(&view, &typed).refused(refusal.code).respond(&view))
        }
        Err(Error::Refused(refusal)) => {
            let typed: String = typed.chars().take(SHOWN_MAX_CHARS).collect();
            let problem = Problem::of(view.lang(), &refusal);
            Ok(question(&view, &typed, &problem).refused(refusal.code).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

async fn verify(
    web: &Web,
    view: &View,
    typed: &str,
) -> kernel::Result<(DocumentCode, VerifiedDocument)> {
    let code = read(view.words, typed)?;
    let document = web.payments().verify_document(&view.ctx, &code, view.client.ip).await?;
    Ok((code, document))
}

/// The code that somebody typed. A refusal names the field as the page does.
fn read(words: Words, typed: &str) -> kernel::Result<DocumentCode> {
    DocumentCode::parse(typed).map_err(|_| {
        let label = t!(words, "verify-code-label");
        Refusal::new(Code::FieldInvalid).field(DOCUMENT).value("field", label).into()
    })
}

fn page(view: &View) -> Page {
    let back = if view.signed_in() { "/help" } else { "/welcome" };
    Page::new(t!(view.words, "verify-title")).tab(Tab::Help).back(back)
}

fn question(view: &View, typed: &str, problem: &Problem) -> Page {
    let words = view.words;
    page(view).with_form().main(html! {
        p.lead-in { (t!(words, "verify-text")) }
        (problem.notice(words, &[DOCUMENT]))
        (form(view, typed, problem))
    })
}

fn form(view: &View, typed: &str, problem: &Problem) -> Markup {
    let words = view.words;
    let (label, hint) = (t!(words, "verify-code-label"), t!(words, "verify-code-hint"));
    let submit = t!(words, "verify-submit");
    html! {
        form #(FORM) method="post" action=(HERE) {
            (view.token())
            (Field::new(DOCUMENT, &label)
                .value(typed)
                .hint(&hint)
                .error(problem.at(DOCUMENT))
                .autocomplete("off")
                .attr("autocapitalize", "characters")
                .attr("autocorrect", "off")
                .attr("spellcheck", "false")
                .attr("maxlength", CODE_MAX_CHARS))
            (form_actions(&html! { (Button::accent(&submit)) }))
        }
    }
}

/// The page of a code that no document has. Its own address, so that the answer stays what it is
/// when the language changes.
fn none(view: &View, typed: &str) -> Page {
    let words = view.words;
    let code = DocumentCode::parse(typed).map_or_else(|_| typed.to_owned(), |c| c.to_string());
    let (title, text) =
        (t!(words, "verify-none"), t!(words, "verify-none-text", code = code.as_str()));
    page(view).main(html! {
        div tabindex="-1" data-focus { (Banner::new(Tone::Bad, &title, &text).urgent()) }
        (form(view, &code, &Problem::default()))
    })
}

fn answer(view: &View, phone: &str, code: &DocumentCode, document: &VerifiedDocument) -> Page {
    let words = view.words;
    let another = t!(words, "verify-another");
    let (tone, title, text) = if document.intact {
        // Not green: that the bank issued it says nothing yet of the paper in somebody's hand.
        (Tone::Info, t!(words, "verify-good"), t!(words, "verify-good-text"))
    } else {
        let text = t!(words, "verify-changed-text", phone = format::phone(phone));
        (Tone::Bad, t!(words, "verify-changed"), text)
    };
    let lines = html! {
        (card(&lines(words, code, document)))
        p.hint { (t!(words, "verify-masked")) }
    };
    page(view).main(html! {
        div tabindex="-1" data-focus { (Banner::new(tone, &title, &text).urgent()) }
        (section(&t!(words, "verify-says"), None, &lines))
        (form_actions(&html! { (Button::quiet(&another).href(HERE)) }))
    })
}

/// What stands on the paper, in its order.
fn lines(words: Words, code: &DocumentCode, document: &VerifiedDocument) -> Markup {
    let lang = words.lang;
    let number = format::account_number(&document.number_masked);
    let (from, to) = (format::day(lang, document.from), format::day(lang, document.to));
    let period = format!("{from} – {to}");
    let issued = format::moment_full(lang, document.issued_at);
    let texts = [
        (t!(words, "verify-holder"), html! { (document.holder_masked) }),
        (t!(words, "verify-number"), html! { (number) }),
        (t!(words, "verify-period"), html! { (period) }),
        (t!(words, "verify-opening"), amount(lang, document.opening).render()),
        (t!(words, "verify-credits"), amount(lang, document.credits).render()),
        (t!(words, "verify-debits"), amount(lang, document.debits).render()),
        (t!(words, "verify-closing"), amount(lang, document.closing).render()),
        (t!(words, "verify-lines"), html! { (document.lines) }),
        (t!(words, "verify-issued"), html! { (issued) }),
        (t!(words, "verify-code"), html! { (code.to_string()) }),
    ];
    let lines = texts.iter().map(|(key, value)| KeyValue::markup(key, value.clone()));
    key_values(&lines.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use edge::Client;
    use http_body_util::BodyExt;
    use kernel::{Asset, Ctx, Day, Lang, Moment, Money};
    use scraper::{Html, Selector};

    use super::*;

    const TYPED: &str = "7k3m 9q2x-a1bc d0ef";

    fn view(lang: Lang) -> View {
        let (parts, ()) = Request::get("/verify").body(()).unwrap().into_parts();
        let client = Client { ip: [203, 0, 113, 9].into(), place: None, user_agent: String::new() };
        let site = "http://127.0.0.1:8081".parse().unwrap();
        View::new(&site, Ctx::anonymous(lang), &parts, client)
    }

    fn document(intact: bool) -> VerifiedDocument {
        let money = |minor| Money::new(minor, Asset::Usd);
        VerifiedDocument {
            issued_at: Moment::from_micros(1_763_800_000_000_000),
            holder_masked: "Jasur K.".to_owned(),
            number_masked: "20206840********1001".to_owned(),
            asset: Asset::Usd,
            from: Day::new(2025, 10, 1).unwrap(),
            to: Day::new(2025, 10, 31).unwrap(),
            opening: money(100_000),
            closing: money(125_050),
            credits: money(50_050),
            debits: money(25_000),
            lines: 12,
            intact,
        }
    }

    async fn shown(page: Page, view: &View) -> Html {
        let body = page.respond(view).into_body().collect().await.unwrap().to_bytes();
        Html::parse_document(std::str::from_utf8(&body).unwrap())
    }

    fn texts(page: &Html, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        page.select(&selector).map(|e| e.text().collect::<String>()).collect()
    }

    #[tokio::test]
    async fn the_answer_warns_or_asks_to_compare_and_says_what_the_paper_says() {
        let code = DocumentCode::parse(TYPED).unwrap();
        for lang in Lang::ALL {
            let view = view(lang);
            for (intact, info, bad) in [(true, 1, 0), (false, 0, 1)] {
                let page = answer(&view, "+998712000000", &code, &document(intact));
                let page = shown(page, &view).await;
                assert_eq!(texts(&page, "[role=alert].banner.info").len(), info, "{lang:?}");
                assert_eq!(texts(&page, "[role=alert].banner.bad").len(), bad, "{lang:?}");
                let values = texts(&page, "dl.kv dd");
                assert_eq!(values.len(), 10, "{values:?}");
                for said in ["Jasur K.", "20206 840 * *******1 001", "12", "7K3M-9Q2X-A1BC-D0EF"] {
                    assert!(values.iter().any(|value| value == said), "{said} in {values:?}");
                }
                let of = format::money(lang, Money::new(125_050, Asset::Usd));
                assert!(values.iter().any(|value| value.contains(&of)), "{of} in {values:?}");
            }
            let page = shown(none(&view, TYPED), &view).await;
            assert!(texts(&page, ".banner.bad").concat().contains("7K3M-9Q2X-A1BC-D0EF"));
            assert_eq!(texts(&page, "dl.kv").len(), 0);
        }
    }

    #[test]
    fn a_code_that_is_none_is_refused_at_its_field() {
        let words = Words::of(Lang::En);
        for typed in ["", "123", "7K3M-9Q2X-A1BC-D0EF-1", "7K3M-9Q2X-A1BC-D0U?"] {
            let Err(Error::Refused(refusal)) = read(words, typed) else { panic!("{typed}") };
            assert_eq!((refusal.code, refusal.field), (Code::FieldInvalid, Some(DOCUMENT)));
            assert!(refusal.sentence(Lang::En).contains("“Code of the document”"));
        }
        assert_eq!(read(words, TYPED).unwrap().as_str(), "7K3M9Q2XA1BCD0EF");
    }
}

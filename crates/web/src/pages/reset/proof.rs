//! The third step: one more proof, of whatever the customer has. All ways are offered to everybody:
//! which of them somebody has is not told before they show it.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use customers::DocumentProof;
use edge::{Fields, Query, Reply};
use identity::Resetting;
use kernel::{Code, Day, Error, Refusal, Result};
use maud::{Markup, Render, html};
use ui::{Button, Field, Way, form_actions, ways};

use super::progress::{Here, Progress};
use super::{PASSWORD, PROOF, go, is_over, nothing_of_it, over, step};
use crate::Web;
use crate::pages::common::Problem;
use crate::pages::factor::BY;
use crate::pages::sign_in::device;
use crate::shell::{FORM, Page};
use crate::view::{View, with_cookie};
use crate::words::{Words, t};

/// What can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proof {
    Device,
    Document,
    Branch,
}

impl Proof {
    const ALL: [Self; 3] = [Self::Device, Self::Document, Self::Branch];

    const fn word(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Document => "document",
            Self::Branch => "branch",
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::Device => "device-mobile",
            Self::Document => "identification-card",
            Self::Branch => "bank",
        }
    }

    fn title(self, words: Words) -> String {
        match self {
            Self::Device => t!(words, "reset-device"),
            Self::Document => t!(words, "reset-document"),
            Self::Branch => t!(words, "reset-branch-code"),
        }
    }

    fn about(self, words: Words) -> String {
        match self {
            Self::Device => t!(words, "reset-device-about"),
            Self::Document => t!(words, "reset-document-about"),
            Self::Branch => t!(words, "reset-branch-about"),
        }
    }
}

/// The ways that are offered in this browser.
fn offered(web: &Web, headers: &HeaderMap) -> Vec<Proof> {
    let known = device(web, headers).is_some();
    Proof::ALL.into_iter().filter(|proof| known || *proof != Proof::Device).collect()
}

fn shown(offered: &[Proof], fields: &Fields) -> Proof {
    let named = offered.iter().find(|proof| proof.word() == fields.text(BY));
    named.or(offered.first()).copied().unwrap_or(Proof::Document)
}

pub(super) async fn show(
    State(web): State<Web>,
    view: View,
    headers: HeaderMap,
    here: Here,
    Query(query): Query,
) -> Response {
    match here.proof() {
        Ok(_) => {
            let offered = offered(&web, &headers);
            page(&view, &offered, shown(&offered, &query), None).respond(&view)
        }
        Err(place) => go(place),
    }
}

pub(super) async fn prove(
    State(web): State<Web>,
    view: View,
    headers: HeaderMap,
    here: Here,
    fields: Fields,
) -> Reply<Response> {
    let progress = match here.proof() {
        Ok(progress) => progress,
        Err(place) => return Ok(go(place)),
    };
    let offered = offered(&web, &headers);
    let shown = shown(&offered, &fields);
    match look_at(&web, &view, &headers, (&progress, shown, &fields)).await {
        Ok(()) => {
            let progress = Progress { proven: true, ..progress };
            Ok(with_cookie(go(PASSWORD), progress.cookie(&web)?))
        }
        Err(Error::Refused(refusal)) if is_over(refusal.code) => Ok(over(&web, &view, &refusal)?),
        Err(Error::Refused(refusal)) => {
            let page = page(&view, &offered, shown, Some(&refusal));
            Ok(page.refused(refusal.code).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

async fn look_at(
    web: &Web,
    view: &View,
    headers: &HeaderMap,
    (progress, shown, fields): (&Progress, Proof, &Fields),
) -> Result<()> {
    let client = view.client_info();
    let caller = Resetting {
        key: &progress.key,
        client: &client,
        device_key: None,
        device_cookie: device(web, headers),
    };
    match shown {
        Proof::Device => web.identity().prove_reset_by_device(&view.ctx, caller).await,
        Proof::Document => {
            let birth_date = fields.text("birth_date").parse::<Day>();
            let birth_date = birth_date
                .map_err(|()| Refusal::new(Code::BirthDateInvalid).field("birth_date"))?;
            let proof = DocumentProof { number: fields.secret("document"), birth_date };
            web.customers().prove_reset_by_document(&view.ctx, caller, &proof).await
        }
        Proof::Branch => {
            let code = fields.secret("recovery_code");
            web.identity().prove_reset_by_assisted_code(&view.ctx, caller, &code).await
        }
    }
}

fn page(view: &View, offered: &[Proof], shown: Proof, refusal: Option<&Refusal>) -> Page {
    let words = view.words;
    let problem = refusal.map(|r| Problem::of(view.lang(), &at_field(r))).unwrap_or_default();
    Page::new(t!(words, "reset-proof-title")).back("/reset").main(html! {
        (step(words, 3))
        p.lead-in { (t!(words, "reset-proof-text")) }
        (problem.notice(words, &["document", "birth_date", "recovery_code"]))
        (form(view, shown, &problem))
        (others(words, offered, shown))
        (nothing_of_it(words))
    })
}

/// A number that is none stands at its field; that the proof is not right does not say what of it.
fn at_field(refusal: &Refusal) -> Refusal {
    match refusal.code {
        Code::DocumentMalformed => refusal.clone().field("document"),
        _ => refusal.clone(),
    }
}

fn form(view: &View, shown: Proof, problem: &Problem) -> Markup {
    let words = view.words;
    let submit = t!(words, "security-confirm-submit");
    html! {
        form #(FORM) method="post" action=(PROOF) hx-boost="false" {
            (view.token())
            input type="hidden" name=(BY) value=(shown.word());
            @match shown {
                Proof::Device => p { (t!(words, "reset-device-text")) },
                Proof::Document => (document(words, problem)),
                Proof::Branch => (branch_code(words, problem)),
            }
            (form_actions(&Button::accent(&submit).render()))
        }
    }
}

fn document(words: Words, problem: &Problem) -> Markup {
    let (number, hint) = (t!(words, "reset-document-label"), t!(words, "reset-document-hint"));
    let birth = t!(words, "sign-up-birth-date");
    html! {
        (Field::new("document", &number).hint(&hint).error(problem.at("document"))
            .autocomplete("off").attr("autocapitalize", "characters").attr("maxlength", "20"))
        (Field::date("birth_date", &birth).error(problem.at("birth_date")).autocomplete("bday"))
    }
}

fn branch_code(words: Words, problem: &Problem) -> Markup {
    let (label, hint) = (t!(words, "reset-branch-code"), t!(words, "reset-branch-hint"));
    Field::new("recovery_code", &label)
        .hint(&hint)
        .error(problem.at("recovery_code"))
        .autocomplete("off")
        .attr("maxlength", "40")
        .render()
}

fn others(words: Words, offered: &[Proof], shown: Proof) -> Markup {
    let texts: Vec<_> = offered
        .iter()
        .filter(|proof| **proof != shown)
        .map(|proof| {
            let href = format!("{PROOF}?{BY}={}", proof.word());
            (href, proof.icon(), proof.title(words), proof.about(words))
        })
        .collect();
    let others: Vec<_> =
        texts.iter().map(|(href, icon, title, sub)| Way { href, icon, title, sub }).collect();
    ways(&t!(words, "factor-others"), &others)
}

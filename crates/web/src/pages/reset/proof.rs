//! The third step: one more proof, of whatever the customer has. All ways are offered to everybody:
//! which of them somebody has is not told before they show it.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use customers::DocumentProof;
use edge::{Fields, Query, Reply};
use identity::{Factor, Realm, Resetting};
use kernel::{Code, Day, Error, Refusal, Result};
use maud::{Markup, Render, html};
use ui::{Button, Field, Way, form_actions, ways};

use super::progress::{Here, Progress};
use super::{PASSWORD, PROOF, go, is_over, nothing_of_it, over, step};
use crate::Web;
use crate::pages::common::Problem;
use crate::pages::factor::{self, Asked, BY, Sms};
use crate::pages::sign_in::{asked, device};
use crate::shell::{FORM, Page};
use crate::view::{View, with_cookie};
use crate::words::{Words, t};

/// The fields of the forms.
const FIELDS: [&str; 3] = ["document", "birth_date", "branch_code"];
const OPTIONS: &str = "/reset/proof/options";

/// What can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proof {
    Device,
    Document,
    Passkey,
    Totp,
    Recovery,
    Branch,
}

impl Proof {
    const ALL: [Self; 6] =
        [Self::Device, Self::Document, Self::Passkey, Self::Totp, Self::Recovery, Self::Branch];

    /// The second factor that it is, if it is one.
    const fn factor(self) -> Option<Factor> {
        match self {
            Self::Passkey => Some(Factor::Passkey),
            Self::Totp => Some(Factor::Totp),
            Self::Recovery => Some(Factor::Recovery),
            Self::Device | Self::Document | Self::Branch => None,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Document => "document",
            Self::Passkey => Factor::Passkey.as_str(),
            Self::Totp => Factor::Totp.as_str(),
            Self::Recovery => Factor::Recovery.as_str(),
            Self::Branch => "branch",
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::Device => "device-mobile",
            Self::Document => "identification-card",
            Self::Passkey => factor::icon(Factor::Passkey),
            Self::Totp => factor::icon(Factor::Totp),
            Self::Recovery => factor::icon(Factor::Recovery),
            Self::Branch => "bank",
        }
    }

    fn title(self, words: Words) -> String {
        match self {
            Self::Device => t!(words, "reset-device"),
            Self::Document => t!(words, "reset-document"),
            Self::Passkey => factor::name(words, Factor::Passkey),
            Self::Totp => factor::name(words, Factor::Totp),
            Self::Recovery => factor::name(words, Factor::Recovery),
            Self::Branch => t!(words, "reset-branch-code"),
        }
    }

    fn about(self, words: Words) -> String {
        match self {
            Self::Device => t!(words, "reset-device-about"),
            Self::Document => t!(words, "reset-document-about"),
            Self::Passkey => factor::about(words, Factor::Passkey),
            Self::Totp => factor::about(words, Factor::Totp),
            Self::Recovery => factor::about(words, Factor::Recovery),
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
    let caller =
        Resetting { key: &progress.key, client: &client, device_cookie: device(web, headers) };
    match shown {
        Proof::Device => web.identity().prove_reset_by_device(&view.ctx, caller).await,
        Proof::Document => {
            let birth_date = fields.text("birth_date").parse::<Day>();
            let birth_date = birth_date
                .map_err(|()| Refusal::new(Code::BirthDateInvalid).field("birth_date"))?;
            let proof = DocumentProof { number: fields.secret("document"), birth_date };
            web.customers().prove_reset_by_document(&view.ctx, caller, &proof).await
        }
        Proof::Passkey => {
            let (challenge, answer) = factor::passkey(fields)?;
            web.identity().prove_reset_by_passkey(&view.ctx, caller, (challenge, &answer)).await
        }
        Proof::Totp | Proof::Recovery => {
            let answer = factor::answer(fields)?;
            web.identity().prove_reset_by_code(&view.ctx, caller, &answer).await
        }
        Proof::Branch => {
            let code = fields.secret("branch_code");
            web.identity().prove_reset_by_assisted_code(&view.ctx, caller, &code).await
        }
    }
}

fn page(view: &View, offered: &[Proof], shown: Proof, refusal: Option<&Refusal>) -> Page {
    let words = view.words;
    let problem =
        refusal.map(|r| Problem::of(view.lang(), &at_field(shown, r))).unwrap_or_default();
    Page::new(t!(words, "reset-proof-title")).back("/reset").main(html! {
        (step(words, 3))
        p.lead-in { (t!(words, "reset-proof-text")) }
        // Said to everybody: who has what is not told. A code from a branch counts at once.
        @if shown != Proof::Branch { p.hint { (t!(words, "reset-proof-recent")) } }
        @if let Some(shown) = shown.factor() {
            (by_factor(view, shown, &problem))
        } @else {
            (problem.notice(words, &FIELDS))
            (form(view, shown, &problem))
        }
        (others(words, offered, shown))
        (nothing_of_it(words))
    })
}

/// A number that is none stands at its field, and so does what is wrong with a single field. That a
/// document is not right does not say what of it.
fn at_field(shown: Proof, refusal: &Refusal) -> Refusal {
    let field = match (refusal.code, shown) {
        (Code::DocumentMalformed, _) => "document",
        (Code::ResetProofWrong, Proof::Totp) => "code",
        (Code::ResetProofWrong, Proof::Recovery) => "recovery_code",
        (Code::ResetProofWrong, Proof::Branch) => "branch_code",
        _ => return refusal.clone(),
    };
    refusal.clone().field(field)
}

/// A second factor, asked for as everywhere.
fn by_factor(view: &View, shown: Factor, problem: &Problem) -> Markup {
    let submit = t!(view.words, "security-confirm-submit");
    let asked = Asked {
        offered: &[],
        shown,
        page: PROOF,
        options: OPTIONS,
        send: PROOF,
        sms: Sms::default(),
        phone: "",
        fields: html! {},
        submit: &submit,
    };
    asked.render(view, problem)
}

/// The challenge of a passkey, for the browser. Whose it is to be is not told: the passkey says.
pub(super) async fn options(State(web): State<Web>, view: View, here: Here) -> Reply<Response> {
    if here.proof().is_err() {
        return Err(Code::ResetOver.into());
    }
    let client = view.client_info();
    asked(&view, web.identity().start_passkey_sign_in(&view.ctx, Realm::Customers, &client).await)
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
                _ => (branch_code(words, problem)),
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
    Field::new("branch_code", &label)
        .hint(&hint)
        .error(problem.at("branch_code"))
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

//! What every form has that ends in a proposal: what it would change, who decides about it and
//! until when, why it is proposed.

use axum::response::Response;
use edge::{Reply, see_other};
use identity::approvals::{Approvals, Change, Foreseen, Terms};
use kernel::{ApprovalId, Error, Kind, Refusal, Result, Roles};
use maud::{Markup, html};
use ui::panel::{Fact, facts, reason_field};
use ui::{Banner, Button, Tone};

use super::approvals::{SENT, difference};
use super::common::{Problem, role_list, when};
use crate::draft;
use crate::view::View;
use crate::words::t;

/// A form that ends in a proposal.
pub(crate) struct Form<'a> {
    /// What happens when it is approved.
    pub text: &'a str,
    /// How loudly that is said.
    pub tone: Tone,
    /// What every proposal of the kind keeps to.
    pub terms: Terms,
    /// The roles of those who may decide.
    pub deciders: Roles,
    /// What would change, when that is known before the form is filled in.
    pub changes: &'a [Change],
    /// Fields beside the reason.
    pub fields: Markup,
    /// Where whoever gives up goes.
    pub back: &'a str,
    /// The names of fields at which a refusal may stand.
    pub named: &'a [&'a str],
    /// Where the form goes, when that is not the address of its page.
    pub action: Option<&'a str>,
}

impl<'a> Form<'a> {
    /// Of a kind, before it is known what would change.
    pub fn of(terms: Terms, text: &'a str, back: &'a str) -> Result<Self> {
        let deciders = Approvals::deciders(&terms)?;
        let (tone, fields, action) = (Tone::Info, html! {}, None);
        let (changes, named) = (&[], &["reason"]);
        Ok(Self { text, tone, terms, deciders, changes, fields, back, named, action })
    }

    /// Of what is foreseen.
    pub fn foreseen(foreseen: &'a Foreseen, text: &'a str, back: &'a str) -> Self {
        let Foreseen { terms, deciders, changes } = foreseen;
        let (terms, deciders, fields) = (*terms, *deciders, html! {});
        let (tone, named, action) = (Tone::Warn, &["reason"], None);
        Self { text, tone, terms, deciders, changes, fields, back, named, action }
    }
}

/// The form, with the reason that was typed and what is wrong.
pub(crate) fn form(view: &View, form: &Form<'_>, (reason, problem): (&str, &Problem)) -> Markup {
    let words = view.words;
    let texts = [
        t!(words, "reason"),
        t!(words, "reason-hint"),
        t!(words, "propose-submit"),
        t!(words, "cancel"),
    ];
    let [label, hint, submit, cancel] = &texts;
    html! {
        section.card.narrow {
            div.card-body {
                (Banner::new(form.tone, form.text, ""))
                (problem.notice(words, form.named))
            }
            @if !form.changes.is_empty() { (difference(view, form.changes)) }
            div.card-body {
                (who_decides(view, form))
                form.stack id=[form.action.is_none().then_some(draft::FORM)] method="post"
                    action=[form.action] {
                    (view.token_and_way_back())
                    (form.fields)
                    (reason_field(label, hint, reason, problem.at("reason")))
                    div.actions {
                        (Button::primary(submit))
                        (Button::plain(cancel).href(form.back))
                    }
                }
            }
        }
    }
}

fn who_decides(view: &View, form: &Form<'_>) -> Markup {
    let words = view.words;
    let texts =
        [t!(words, "propose-who"), t!(words, "propose-how-many"), t!(words, "approval-until")];
    let [who, how_many, until] = &texts;
    let mut known = vec![Fact::text(who, &role_list(words, form.deciders))];
    if form.terms.quorum > 1 {
        known.push(Fact::text(how_many, &form.terms.quorum.to_string()));
    }
    let end = view.ctx.now().plus_seconds(form.terms.life_seconds);
    known.push(Fact::text(until, &when(view, end)));
    facts(&known)
}

/// Why something cannot be proposed now, in the place of its form.
pub(crate) fn not_now(view: &View, refusal: &Refusal, back: &str) -> Markup {
    let words = view.words;
    let (title, again) = (t!(words, "propose-not-now"), t!(words, "go-back"));
    let why = words.refusal(refusal);
    html! {
        section.card.narrow {
            div.card-body {
                (Banner::new(Tone::Bad, &title, &why).urgent())
                div.actions { (Button::quiet(&again).href(back)) }
            }
        }
    }
}

/// On to the proposal; or why not, when that is about what is proposed, for the page of the form.
/// That a fresh use of the passkey is wanted is not: its page takes the form along.
pub(crate) fn sent(proposed: Result<ApprovalId>) -> Reply<Result<Response, Refusal>> {
    match about_it(proposed)? {
        Ok(id) => Ok(Ok(gone(id))),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// On to a proposal that was just made.
pub(crate) fn gone(id: ApprovalId) -> Response {
    see_other(&format!("/approvals/{id}?{SENT}=1"))
}

/// Parts the refusals that a page says itself from all others.
pub(crate) fn about_it<T>(result: Result<T>) -> Result<Result<T, Refusal>> {
    match result {
        Ok(done) => Ok(Ok(done)),
        Err(Error::Refused(refusal))
            if matches!(refusal.code.kind(), Kind::Invalid | Kind::Rule | Kind::Conflict) =>
        {
            Ok(Err(refusal))
        }
        Err(error) => Err(error),
    }
}

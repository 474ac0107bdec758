//! What every form has that ends in a proposal: what it would change, who decides about it and
//! until when, why it is proposed.

use axum::response::Response;
use edge::{Fields, Reply, see_other};
use identity::approvals::{Action, Approvals, Change, Foreseen, Terms};
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
    /// What the button says that does not propose yet.
    pub submit: Option<&'a str>,
}

impl<'a> Form<'a> {
    /// Of a kind, before it is known what would change.
    pub fn of(terms: Terms, text: &'a str, back: &'a str) -> Result<Self> {
        let deciders = Approvals::deciders(&terms)?;
        let (tone, fields, action) = (Tone::Info, html! {}, None);
        let (changes, named) = (&[], &["reason"]);
        let submit = None;
        Ok(Self { text, tone, terms, deciders, changes, fields, back, named, action, submit })
    }

    /// Of what is foreseen.
    pub fn foreseen(foreseen: &'a Foreseen, text: &'a str, back: &'a str) -> Self {
        let Foreseen { terms, deciders, changes } = foreseen;
        let (terms, deciders, fields) = (*terms, *deciders, html! {});
        let (tone, named, action) = (Tone::Warn, &["reason"], None);
        let submit = None;
        Self { text, tone, terms, deciders, changes, fields, back, named, action, submit }
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
                        (Button::primary(form.submit.unwrap_or(submit)))
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

/// The field that says of what the difference was shown.
const SEEN: &str = "seen";

/// What is foreseen of what a form says, and the hidden field that says that it was shown.
pub(crate) struct Reviewed {
    foreseen: Foreseen,
    seen: String,
}

/// What came of a form whose difference is shown before it is proposed.
pub(crate) enum Review {
    /// It is proposed.
    Sent(Response),
    /// What would change, to be looked at.
    Look(Reviewed),
    /// It is refused; with what would change, when it is refused for something else.
    Refused(Option<Reviewed>, Refusal),
}

/// Shows what would change by what a form says; proposes it once that was shown.
pub(crate) async fn review<A: Action>(
    approvals: &Approvals,
    view: &View,
    payload: &A::Payload,
    fields: &Fields,
) -> Reply<Review> {
    let foreseen = match about_it(approvals.foresee::<A>(&view.ctx, payload).await)? {
        Ok(foreseen) => foreseen,
        Err(refusal) => return Ok(Review::Refused(None, refusal)),
    };
    let seen = serde_json::to_string(payload)
        .map_err(|error| Error::broken("writing what would be proposed", error))?;
    let shown = fields.text(SEEN) == seen;
    let reviewed = Reviewed { foreseen, seen };
    if !shown {
        return Ok(Review::Look(reviewed));
    }
    let proposed = approvals.propose::<A>(&view.ctx, payload, fields.text("reason")).await;
    Ok(match sent(proposed)? {
        Ok(gone) => Review::Sent(gone),
        Err(refusal) => Review::Refused(Some(reviewed), refusal),
    })
}

/// The texts of a form that is reviewed: before its difference is shown, after that, and what its
/// button says before.
pub(crate) struct ReviewTexts<'a> {
    pub before: &'a str,
    pub after: &'a str,
    pub look: &'a str,
}

impl<'a> Form<'a> {
    /// Of a kind, with what would change once that is known.
    pub fn reviewed(
        terms: Terms,
        reviewed: Option<&'a Reviewed>,
        texts: &ReviewTexts<'a>,
        back: &'a str,
    ) -> Result<Self> {
        let Some(Reviewed { foreseen, seen }) = reviewed else {
            return Ok(Self { submit: Some(texts.look), ..Self::of(terms, texts.before, back)? });
        };
        let fields = html! { input type="hidden" name=(SEEN) value=(seen); };
        Ok(Self { fields, ..Self::foreseen(foreseen, texts.after, back) })
    }

    /// The same with further fields.
    #[must_use]
    pub fn with(self, fields: &Markup) -> Self {
        Self { fields: html! { (self.fields) (fields) }, ..self }
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

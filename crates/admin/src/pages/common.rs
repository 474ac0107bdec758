//! How people, moments and refusals are shown, on whatever screen they stand.

use std::str::FromStr;

use edge::Fields;
use identity::{PasskeyChallenge, Use};
use kernel::{ChallengeId, Code, Ctx, Error, Lang, Moment, Refusal, Result, Role, Roles};
use maud::{Markup, html};
use serde_json::{Value, json};
use ui::format::{self, DayWords};
use ui::{Banner, Tone, badge, pagination};

use crate::Admin;
use crate::view::{Employee, View};
use crate::words::{Words, t};

/// Who a session's token belongs to, with what the bar shows of them.
pub(crate) async fn employee(
    admin: &Admin,
    ctx: &Ctx,
    (token, using): (&str, Use),
) -> Result<(Ctx, Employee)> {
    let ctx = admin.identity().authenticate_staff(ctx, token, using).await?;
    let found = admin.identity().staff_self(&ctx).await?;
    let waiting = admin.approvals().waiting(&ctx).await?;
    let employee = Employee { id: found.id, name: found.name, roles: found.roles, waiting };
    Ok((ctx, employee))
}

/// The first letters of the first two words of a name.
pub(crate) fn initials(name: &str) -> String {
    let first = |part: &str| part.chars().next();
    name.split_whitespace().take(2).filter_map(first).flat_map(char::to_uppercase).collect()
}

/// What a role is called.
pub(crate) fn role_name(words: Words, role: Role) -> String {
    match role {
        Role::Support => t!(words, "role-support"),
        Role::Compliance => t!(words, "role-compliance"),
        Role::Accountant => t!(words, "role-accountant"),
        Role::Security => t!(words, "role-security"),
        Role::Administrator => t!(words, "role-administrator"),
        Role::Auditor => t!(words, "role-auditor"),
    }
}

/// What a role is for.
pub(crate) fn role_text(words: Words, role: Role) -> String {
    match role {
        Role::Support => t!(words, "role-support-text"),
        Role::Compliance => t!(words, "role-compliance-text"),
        Role::Accountant => t!(words, "role-accountant-text"),
        Role::Security => t!(words, "role-security-text"),
        Role::Administrator => t!(words, "role-administrator-text"),
        Role::Auditor => t!(words, "role-auditor-text"),
    }
}

/// Roles in one line.
pub(crate) fn role_list(words: Words, roles: Roles) -> String {
    roles.iter().map(|role| role_name(words, role)).collect::<Vec<_>>().join(", ")
}

/// A moment as people say it: today, yesterday, or the day; and the time.
pub(crate) fn when(view: &View, at: Moment) -> String {
    let (today, yesterday) = (t!(view.words, "today"), t!(view.words, "yesterday"));
    let words = DayWords { today: &today, yesterday: &yesterday };
    format::moment(view.lang(), at, view.ctx.now().day(), &words)
}

/// The same as markup, with the exact moment for whoever needs it.
pub(crate) fn time(view: &View, at: Moment) -> Markup {
    html! { time datetime=(at) title=(at) { (when(view, at)) } }
}

/// The beginning and the end of an id: enough to tell two apart on a screen.
pub(crate) fn short(id: &str) -> String {
    let chars = id.chars().count();
    if chars <= 24 {
        return id.to_owned();
    }
    let head: String = id.chars().take(16).collect();
    let tail: String = id.chars().skip(chars.saturating_sub(5)).collect();
    format!("{head}…{tail}")
}

/// Badges side by side.
pub(crate) fn badges(all: &[(Tone, String)]) -> Markup {
    html! { span.badges { @for (tone, text) in all { (badge(*tone, text)) } } }
}

/// Where a page of a list begins, from the address: after something that was in the one before.
pub(crate) fn mark<T: FromStr>(query: &Fields, name: &'static str) -> Result<Option<T>> {
    let Some(text) = query.filled(name) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| Code::NotFound.into())
}

/// The ways to the beginning of a list and to what follows in it: its path, the query that names
/// it, and the field for the last of this page.
pub(crate) fn list_pages(
    words: Words,
    (path, list, field): (&str, &str, &str),
    later: bool,
    last: Option<String>,
) -> Markup {
    if !later && last.is_none() {
        return html! {};
    }
    let and = if list.is_empty() { "" } else { "&" };
    let first = if list.is_empty() { path.to_owned() } else { format!("{path}?{list}") };
    let next = last.map(|last| format!("{path}?{list}{and}{field}={last}"));
    let (back, on) = (t!(words, "list-first"), t!(words, "list-next"));
    pagination(
        &t!(words, "pages-label"),
        later.then_some((first.as_str(), back.as_str())),
        next.as_deref().map(|href| (href, on.as_str())),
    )
}

/// What a script needs to use a passkey.
pub(crate) fn challenge_json(started: &PasskeyChallenge) -> Value {
    json!({ "challenge": started.id, "options": started.options })
}

/// The answer of an authenticator in a form.
pub(crate) fn answered(fields: &Fields) -> Result<(ChallengeId, Value)> {
    let challenge = fields.text("challenge").parse();
    let challenge = challenge.map_err(|()| Error::from(Code::PasskeyChallengeOver))?;
    let answer = serde_json::from_str(fields.text("answer"));
    let answer = answer.map_err(|_| Error::from(Code::PasskeyRefused))?;
    Ok((challenge, answer))
}

/// What a form shows when the bank said no: at its field when it names one that the form has, above
/// the form otherwise.
#[derive(Clone, Debug, Default)]
pub(crate) struct Problem {
    field: Option<&'static str>,
    sentence: String,
}

impl Problem {
    /// Of a refusal, in a language.
    pub fn of(lang: Lang, refusal: &Refusal) -> Self {
        Self { field: refusal.field, sentence: refusal.sentence(lang) }
    }

    /// With a sentence of the page's own.
    #[must_use]
    pub fn saying(self, sentence: String) -> Self {
        Self { sentence, ..self }
    }

    /// Whether there is one.
    pub const fn is_some(&self) -> bool {
        !self.sentence.is_empty()
    }

    /// The sentence at a field.
    pub fn at(&self, field: &str) -> Option<&str> {
        (self.field == Some(field)).then_some(self.sentence.as_str())
    }

    /// The notice above the form, which gets the focus. Nothing when the sentence stands at one of
    /// the `fields` that the form shows: then that field gets it.
    pub fn notice(&self, words: Words, fields: &[&str]) -> Markup {
        if self.sentence.is_empty() || self.field.is_some_and(|field| fields.contains(&field)) {
            return html! {};
        }
        let title = t!(words, "error-form-title");
        html! {
            div role="alert" tabindex="-1" data-focus {
                (Banner::new(Tone::Bad, &title, &self.sentence))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_capitals_of_two_words() {
        for (name, expected) in [("jasur Karimov", "JK"), ("Жасур", "Ж"), ("", "")] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }

    #[test]
    fn what_is_no_answer_of_an_authenticator_is_refused() {
        let code =
            |form: &str| answered(&Fields::read(form.as_bytes()).unwrap()).unwrap_err().code();
        assert_eq!(code(""), Some(Code::PasskeyChallengeOver));
        let id = "chl_019adc0be8a87c11b9f4e1f2a0c55c41";
        assert_eq!(code(&format!("challenge={id}")), Some(Code::PasskeyRefused));
        assert_eq!(code(&format!("challenge={id}&answer=x")), Some(Code::PasskeyRefused));
    }
}

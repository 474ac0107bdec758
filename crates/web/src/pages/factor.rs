//! The ways to prove who one is, as pages show them: one at a time, the others as links below it.
//! So each is one field and one button, with or without scripts.

use edge::Fields;
use identity::{Answer, Factor};
use kernel::{Code, Refusal, Result, Secret};
use maud::{Markup, Render, html};
use ui::{Button, Ceremony, Field, PasskeyForm, PasskeyTexts, Way, form_actions, ways};

use super::common::Problem;
use crate::shell::FORM;
use crate::view::View;
use crate::words::{Words, t};

/// The field, of a form and of an address, that says which way it is.
pub(crate) const BY: &str = "by";
/// The fields in which an answer is typed.
const TYPED: [&str; 3] = ["code", "pin", "recovery_code"];
/// The longest wait that comes of a code which was sent already. What is longer has other reasons.
const RESEND_SECONDS: i64 = 60;

/// A page that asks for a proof.
pub(crate) struct Asked<'a> {
    /// The ways that are offered.
    pub offered: &'a [Factor],
    /// The way that is shown.
    pub shown: Factor,
    /// Where the answer goes, and where the other ways are.
    pub page: &'a str,
    /// Where a passkey gets its challenge.
    pub options: &'a str,
    /// Where a code is asked for.
    pub send: &'a str,
    /// Of a code by SMS.
    pub sms: Sms,
    /// The phone that a code goes to, as it is shown.
    pub phone: &'a str,
    /// Further fields of the form.
    pub fields: Markup,
    /// The button that answers.
    pub submit: &'a str,
}

/// A code by SMS.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sms {
    /// Whether one is on its way.
    pub sent: bool,
    /// In how many seconds one can be asked for, when not now.
    pub wait_seconds: Option<i64>,
}

impl Sms {
    /// One that was sent by a page that does not remember when: the longest wait.
    pub const fn sent(sent: bool, wait_seconds: i64) -> Self {
        Self { sent, wait_seconds: if sent { Some(wait_seconds) } else { None } }
    }
}

/// The way that a form or an address names, if it is offered: the first that is, otherwise.
pub(crate) fn shown(offered: &[Factor], fields: &Fields) -> Factor {
    let named = Factor::parse(fields.text(BY)).filter(|named| offered.contains(named));
    named.or(offered.first().copied()).unwrap_or(Factor::Sms)
}

/// What browsers can do of what is offered: none signs with the key of a device.
pub(crate) fn of_browsers(offered: &[Factor]) -> Vec<Factor> {
    offered.iter().copied().filter(|factor| *factor != Factor::DeviceKey).collect()
}

/// The answer that a form gives.
pub(crate) fn answer(fields: &Fields) -> Result<Answer> {
    let malformed = || Refusal::new(Code::RequestMalformed);
    Ok(match Factor::parse(fields.text(BY)).ok_or_else(malformed)? {
        Factor::Passkey => {
            let (challenge, answer) = passkey(fields)?;
            Answer::Passkey(challenge, Box::new(answer))
        }
        Factor::Pin => Answer::Pin(figures(fields.raw("pin"))),
        Factor::Totp => Answer::Totp(figures(fields.raw("code"))),
        Factor::Sms => Answer::Sms(figures(fields.raw("code"))),
        Factor::Recovery => Answer::Recovery(fields.secret("recovery_code")),
        Factor::DeviceKey => return Err(malformed().into()),
    })
}

/// What an authenticator answered, and to which challenge.
pub(crate) fn passkey(fields: &Fields) -> Result<(kernel::ChallengeId, serde_json::Value)> {
    let challenge = fields.text("challenge").parse().map_err(|()| Code::RequestMalformed)?;
    let answer = serde_json::from_str(fields.raw("answer")).map_err(|_| Code::RequestMalformed)?;
    Ok((challenge, answer))
}

/// A code as it was typed: some phones paste it with a space in its middle.
pub(crate) fn figures(typed: &str) -> Secret<String> {
    Secret::new(typed.chars().filter(|c| !c.is_whitespace()).collect())
}

/// What is wrong stands at the field of the way that was tried, and is said in the words of the
/// page.
pub(crate) fn problem(view: &View, shown: Factor, refusal: &Refusal) -> Problem {
    let words = view.words;
    let field = match shown {
        Factor::Totp | Factor::Sms => "code",
        Factor::Pin => "pin",
        Factor::Recovery => "recovery_code",
        Factor::Passkey | Factor::DeviceKey => return Problem::of(view.lang(), refusal),
    };
    let label = label(words, shown);
    match refusal.code {
        Code::FieldInvalid => {
            let refusal = Refusal::new(Code::FieldInvalid).field(field).value("field", label);
            Problem::of(view.lang(), &refusal)
        }
        Code::AnswerWrong | Code::CodeWrong | Code::CodeExpired | Code::CodeTriesUsedUp => {
            let problem = Problem::of(view.lang(), &refusal.clone().field(field));
            match wrong(words, shown, refusal) {
                Some(sentence) => problem.saying(sentence),
                None => problem,
            }
        }
        _ => Problem::of(view.lang(), refusal),
    }
}

/// What is said of a wrong answer where more can be said of it than the refusal does.
fn wrong(words: Words, shown: Factor, refusal: &Refusal) -> Option<String> {
    if refusal.code != Code::AnswerWrong {
        return None;
    }
    match shown {
        Factor::Totp => Some(t!(words, "factor-totp-wrong")),
        Factor::Pin => {
            let left = refusal.get("left")?.parse::<i64>().ok()?;
            Some(t!(words, "factor-pin-wrong", count = left))
        }
        _ => None,
    }
}

/// Whether nothing can be answered any more, so that it has to be begun anew. Without the PIN other
/// ways are offered then.
pub(crate) const fn is_over(code: Code) -> bool {
    matches!(code, Code::ChallengeOver | Code::AnswerTriesUsedUp | Code::PinLocked)
}

/// Why something that waits for a confirmation has to be begun anew.
pub(crate) fn over_text(words: Words, refusal: &Refusal) -> String {
    match refusal.code {
        // Whoever is signed in needs no password now.
        Code::PinLocked => t!(words, "factor-pin-off"),
        _ => words.refusal(refusal),
    }
}

impl Asked<'_> {
    /// The form of the way that is shown, and the links to the others.
    pub fn render(&self, view: &View, problem: &Problem) -> Markup {
        html! {
            (problem.notice(view.words, &TYPED))
            @match self.shown {
                Factor::Passkey => (self.passkey(view)),
                Factor::Sms if !self.sms.sent => (self.send_first(view)),
                Factor::Sms => {
                    (self.typed(view, problem))
                    (self.send_again(view))
                }
                _ => (self.typed(view, problem)),
            }
            (self.others(view))
        }
    }

    fn passkey(&self, view: &View) -> Markup {
        let words = view.words;
        let submit = t!(words, "factor-passkey-submit");
        let content = html! {
            (view.token())
            input type="hidden" name=(BY) value=(Factor::Passkey.as_str());
            p { (t!(words, "factor-passkey-text")) }
            (self.fields)
            (form_actions(&Button::accent(&submit).icon("fingerprint").render()))
        };
        passkey_form(view, Ceremony::Get, self.page, self.options, &content)
    }

    fn typed(&self, view: &View, problem: &Problem) -> Markup {
        let words = view.words;
        let (label, hint) = (label(words, self.shown), hint(words, self.shown));
        let field = match self.shown {
            Factor::Pin => Field::pin("pin", &label, "6"),
            Factor::Recovery => Field::new("recovery_code", &label)
                .autocomplete("off")
                .attr("autocapitalize", "characters")
                .attr("spellcheck", "false")
                .attr("maxlength", "60"),
            _ => Field::code("code", &label, "7"),
        };
        let name = field_name(self.shown);
        let field = field.hint(&hint).error(problem.at(name)).attr("autofocus", "");
        html! {
            @if self.shown == Factor::Sms {
                p.lead-in { (t!(words, "factor-sms-sent", phone = self.phone)) }
            }
            form #(FORM) method="post" action=(self.page) hx-boost="false" {
                (view.token())
                input type="hidden" name=(BY) value=(self.shown.as_str());
                (field)
                (self.fields)
                (form_actions(&Button::accent(self.submit).render()))
            }
        }
    }

    fn send_first(&self, view: &View) -> Markup {
        let words = view.words;
        let send = t!(words, "sign-up-send");
        let label = t!(words, "sign-up-code-wait");
        let wait = self.sms.wait_seconds.map(|wait| wait.to_string());
        let button = waiting(Button::accent(&send).icon("chat-circle"), wait.as_deref(), &label);
        html! {
            form #(FORM) method="post" action=(self.send) hx-boost="false" {
                (view.token())
                p { (self.before_sending(words)) }
                (form_actions(&button.render()))
            }
        }
    }

    /// That a code is sent, or why none can be just now.
    fn before_sending(&self, words: Words) -> String {
        match self.sms.wait_seconds {
            None => t!(words, "factor-sms-text", phone = self.phone),
            Some(wait) if wait <= RESEND_SECONDS => t!(words, "factor-sms-wait"),
            Some(_) => t!(words, "factor-sms-wait-long"),
        }
    }

    fn send_again(&self, view: &View) -> Markup {
        let words = view.words;
        let (again, label) = (t!(words, "sign-up-code-again"), t!(words, "sign-up-code-wait"));
        let wait = self.sms.wait_seconds.map(|wait| wait.to_string());
        let button = waiting(Button::quiet(&again), wait.as_deref(), &label);
        html! {
            form method="post" action=(self.send) hx-boost="false" {
                (view.token())
                p.hint { (t!(words, "sign-up-code-none")) }
                (form_actions(&html! { (button) }))
            }
        }
    }

    fn others(&self, view: &View) -> Markup {
        let words = view.words;
        let texts: Vec<_> = self
            .offered
            .iter()
            .filter(|factor| **factor != self.shown)
            .map(|factor| {
                let href = by(self.page, *factor);
                (href, icon(*factor), name(words, *factor), about(words, *factor))
            })
            .collect();
        if texts.is_empty() {
            return html! {};
        }
        let others: Vec<_> =
            texts.iter().map(|(href, icon, title, sub)| Way { href, icon, title, sub }).collect();
        ways(&t!(words, "factor-others"), &others)
    }
}

/// A button that counts down to when it may be pressed.
fn waiting<'a>(button: Button<'a>, wait: Option<&'a str>, label: &'a str) -> Button<'a> {
    match wait {
        Some(wait) => button.attr("data-wait", wait).attr("data-wait-label", label),
        None => button,
    }
}

/// A form for a passkey, with the words for what can go wrong in the browser.
pub(crate) fn passkey_form(
    view: &View,
    ceremony: Ceremony,
    action: &str,
    options: &str,
    content: &Markup,
) -> Markup {
    let words = view.words;
    let texts = [
        t!(words, "passkey-unsupported"),
        t!(words, "passkey-cancelled"),
        t!(words, "passkey-failed"),
        t!(words, "passkey-no-script"),
    ];
    let [unsupported, cancelled, failed, no_script] = &texts;
    let texts = PasskeyTexts { unsupported, cancelled, failed, no_script };
    PasskeyForm { ceremony, action, options, texts }.around(content)
}

/// The page with another way on it.
fn by(page: &str, factor: Factor) -> String {
    let sign = if page.contains('?') { '&' } else { '?' };
    format!("{page}{sign}{BY}={}", factor.as_str())
}

const fn field_name(factor: Factor) -> &'static str {
    match factor {
        Factor::Pin => "pin",
        Factor::Recovery => "recovery_code",
        _ => "code",
    }
}

/// The icon of a way.
pub(crate) const fn icon(factor: Factor) -> &'static str {
    match factor {
        Factor::Passkey => "fingerprint",
        Factor::DeviceKey => "device-mobile",
        Factor::Pin => "numpad",
        Factor::Totp => "clock",
        Factor::Recovery => "list-checks",
        Factor::Sms => "chat-circle",
    }
}

/// What a way is called.
pub(crate) fn name(words: Words, factor: Factor) -> String {
    match factor {
        Factor::Passkey => t!(words, "factor-passkey"),
        Factor::DeviceKey => t!(words, "factor-device"),
        Factor::Pin => t!(words, "factor-pin"),
        Factor::Totp => t!(words, "factor-totp"),
        Factor::Recovery => t!(words, "factor-recovery"),
        Factor::Sms => t!(words, "factor-sms"),
    }
}

/// What is needed for a way.
pub(crate) fn about(words: Words, factor: Factor) -> String {
    match factor {
        Factor::Passkey => t!(words, "factor-passkey-about"),
        Factor::DeviceKey => String::new(),
        Factor::Pin => t!(words, "factor-pin-about"),
        Factor::Totp => t!(words, "factor-totp-about"),
        Factor::Recovery => t!(words, "factor-recovery-about"),
        Factor::Sms => t!(words, "factor-sms-about"),
    }
}

/// The label of the field of a way.
fn label(words: Words, factor: Factor) -> String {
    match factor {
        Factor::Totp => t!(words, "factor-totp-label"),
        Factor::Sms => t!(words, "sign-up-code-title"),
        _ => name(words, factor),
    }
}

fn hint(words: Words, factor: Factor) -> String {
    match factor {
        Factor::Pin => t!(words, "factor-pin-hint"),
        Factor::Totp => t!(words, "factor-totp-hint"),
        Factor::Recovery => t!(words, "factor-recovery-hint"),
        _ => t!(words, "sign-up-code-hint"),
    }
}

#[cfg(test)]
mod tests {
    use kernel::Lang;

    use super::*;

    fn fields(text: &str) -> Fields {
        Fields::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn the_way_that_is_asked_for_is_shown_if_it_is_offered() {
        let offered = [Factor::Passkey, Factor::Totp];
        for (query, expected) in [
            ("", Factor::Passkey),
            ("by=totp", Factor::Totp),
            ("by=sms", Factor::Passkey),
            ("by=x", Factor::Passkey),
        ] {
            assert_eq!(shown(&offered, &fields(query)), expected, "{query}");
        }
        assert_eq!(of_browsers(&[Factor::DeviceKey, Factor::Pin]), [Factor::Pin]);
        assert_eq!(by("/a", Factor::Pin), "/a?by=pin");
        assert_eq!(by("/a?q=1", Factor::Pin), "/a?q=1&by=pin");
    }

    #[test]
    fn a_wrong_answer_says_what_may_help() {
        let words = Words::of(Lang::En);
        let refusal = Refusal::new(Code::AnswerWrong).value("left", "3");
        let said = |factor| wrong(words, factor, &refusal);
        assert!(said(Factor::Totp).is_some_and(|text| text.contains("clock")));
        assert!(said(Factor::Pin).is_some_and(|text| text.contains('3')));
        assert_eq!(said(Factor::Recovery), None);
        let untold = Refusal::new(Code::AnswerWrong);
        assert_eq!(wrong(words, Factor::Pin, &untold), None);
        let late = Refusal::new(Code::CodeExpired);
        assert_eq!(wrong(words, Factor::Totp, &late), None);
    }

    #[test]
    fn answers_are_read_from_their_fields() {
        let read = |text: &str| answer(&fields(text));
        assert!(matches!(read("by=totp&code=123+456"), Ok(Answer::Totp(code))
            if code.expose() == "123456"));
        assert!(matches!(read("by=pin&pin=482913"), Ok(Answer::Pin(_))));
        assert!(matches!(read("by=recovery_code&recovery_code=ab"), Ok(Answer::Recovery(_))));
        for (text, code) in [
            ("", Code::RequestMalformed),
            ("by=device_key", Code::RequestMalformed),
            ("by=passkey&challenge=1&answer=%7B%7D", Code::RequestMalformed),
        ] {
            assert_eq!(read(text).unwrap_err().code(), Some(code), "{text}");
        }
    }
}

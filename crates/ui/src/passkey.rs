use maud::{Markup, html};

use crate::icon;

/// What the browser is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ceremony {
    /// A new passkey.
    Create,
    /// The use of one.
    Get,
}

/// Why a form with a passkey was not sent, in the words of the page.
#[derive(Clone, Copy, Debug)]
pub struct PasskeyTexts<'a> {
    /// This browser has no passkeys.
    pub unsupported: &'a str,
    /// Nothing was confirmed: the person said no, was too slow, or has no such passkey here.
    pub cancelled: &'a str,
    /// The bank was not reached.
    pub failed: &'a str,
    /// Without scripts there are no passkeys.
    pub no_script: &'a str,
}

/// A form that is sent with the answer of an authenticator (`static/js/passkeys.js`). `options` is
/// the address that gives the challenge, as JSON `{challenge, options}`; the form itself sends the
/// fields `challenge` and `answer`.
#[derive(Clone, Copy, Debug)]
pub struct PasskeyForm<'a> {
    /// What the browser is asked for.
    pub ceremony: Ceremony,
    /// Where the form is sent.
    pub action: &'a str,
    /// Where the challenge comes from.
    pub options: &'a str,
    /// Why it was not sent.
    pub texts: PasskeyTexts<'a>,
}

impl PasskeyForm<'_> {
    /// The form around its token, its fields and its buttons.
    pub fn around(&self, content: &Markup) -> Markup {
        let kind = match self.ceremony {
            Ceremony::Create => "create",
            Ceremony::Get => "get",
        };
        html! {
            // Its answer is another session, or another cookie of the same: a new document.
            form.stack method="post" action=(self.action) hx-boost="false" data-passkey=(kind)
                data-options=(self.options) data-unsupported=(self.texts.unsupported)
                data-cancelled=(self.texts.cancelled) data-failed=(self.texts.failed) {
                input type="hidden" name="challenge";
                input type="hidden" name="answer";
                (content)
                p.error role="alert" data-passkey-problem hidden {
                    (icon("warning-circle")) span data-label {}
                }
                noscript { p.error { (self.texts.no_script) } }
            }
        }
    }
}

use maud::{Markup, Render, html};

use crate::{icon, with};

/// The ids that tie a control to its hint and its error.
pub(super) struct Ids<'a> {
    pub input: String,
    hint: Option<(String, &'a str)>,
    error: Option<(String, &'a str)>,
}

impl<'a> Ids<'a> {
    pub fn new(name: &str, hint: Option<&'a str>, error: Option<&'a str>) -> Self {
        Self {
            input: format!("f-{name}"),
            hint: hint.map(|text| (format!("f-{name}-hint"), text)),
            error: error.map(|text| (format!("f-{name}-error"), text)),
        }
    }

    /// The error first: it is what somebody who comes back to the field must hear.
    pub fn described_by(&self) -> Option<String> {
        let ids: Vec<&str> =
            [&self.error, &self.hint].into_iter().flatten().map(|(id, _)| id.as_str()).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    pub fn notes(&self) -> Markup {
        html! {
            @if let Some((id, text)) = &self.error {
                p.error id=(id) { (icon("warning-circle")) span { (text) } }
            }
            @if let Some((id, text)) = &self.hint { p.hint id=(id) { (text) } }
        }
    }
}

/// A labelled line of a form, with its hint and its error. The id of the input is `f-` and
/// its name.
#[derive(Clone, Debug)]
#[must_use]
pub struct Field<'a> {
    name: &'a str,
    label: &'a str,
    kind: &'static str,
    look: &'static str,
    value: &'a str,
    hint: Option<&'a str>,
    error: Option<&'a str>,
    suffix: Option<&'a str>,
    reveal: Option<&'a str>,
    required: bool,
    attributes: Vec<(&'static str, &'a str)>,
}

impl<'a> Field<'a> {
    /// A line of text.
    pub const fn new(name: &'a str, label: &'a str) -> Self {
        Self {
            name,
            label,
            kind: "text",
            look: "",
            value: "",
            hint: None,
            error: None,
            suffix: None,
            reveal: None,
            required: true,
            attributes: Vec::new(),
        }
    }

    /// A phone number.
    pub fn phone(name: &'a str, label: &'a str) -> Self {
        Self { kind: "tel", ..Self::new(name, label) }.attr("inputmode", "tel")
    }

    /// An e-mail address.
    pub fn email(name: &'a str, label: &'a str) -> Self {
        Self { kind: "email", ..Self::new(name, label) }.autocomplete("email")
    }

    /// An amount, in large figures, with its currency word at the end. A text field, because a
    /// number field takes neither spaces nor the comma of Uzbek and Russian.
    pub fn amount(name: &'a str, label: &'a str, currency: &'a str) -> Self {
        Self { look: "big", suffix: Some(currency), ..Self::new(name, label) }
            .attr("inputmode", "decimal")
            .autocomplete("off")
            .attr("maxlength", "24")
    }

    /// A code from a message: digits of even width, filled in by the phone where it can.
    pub fn code(name: &'a str, label: &'a str, digits: &'a str) -> Self {
        Self { look: "code", ..Self::new(name, label) }
            .attr("inputmode", "numeric")
            .autocomplete("one-time-code")
            .attr("maxlength", digits)
            .attr("pattern", "[0-9 ]*")
    }

    /// The short number of a device: digits that nobody else reads, from the keyboard of figures.
    pub fn pin(name: &'a str, label: &'a str, digits: &'a str) -> Self {
        Self { kind: "password", look: "code", ..Self::new(name, label) }
            .attr("inputmode", "numeric")
            .autocomplete("off")
            .attr("maxlength", digits)
            .attr("pattern", "[0-9]*")
    }

    /// The password that somebody has.
    pub fn password(name: &'a str, label: &'a str) -> Self {
        Self { kind: "password", ..Self::new(name, label) }.autocomplete("current-password")
    }

    /// A password that somebody chooses.
    pub fn new_password(name: &'a str, label: &'a str) -> Self {
        Self { kind: "password", ..Self::new(name, label) }.autocomplete("new-password")
    }

    /// A search; not required.
    pub fn search(name: &'a str, label: &'a str) -> Self {
        Self { kind: "search", look: "search", required: false, ..Self::new(name, label) }
            .autocomplete("off")
            .attr("enterkeyhint", "search")
    }

    /// A day, `2026-11-22`.
    pub const fn date(name: &'a str, label: &'a str) -> Self {
        let mut field = Self::new(name, label);
        field.kind = "date";
        field
    }

    /// What is in it already.
    pub const fn value(mut self, value: &'a str) -> Self {
        self.value = value;
        self
    }

    /// One sentence that helps to fill it in.
    pub const fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// What is wrong with what was typed.
    pub const fn error(mut self, error: Option<&'a str>) -> Self {
        self.error = error;
        self
    }

    /// What the button is called with which a script shows a password while it is typed. Without
    /// scripts there is none.
    pub const fn reveal(mut self, label: &'a str) -> Self {
        self.reveal = Some(label);
        self
    }

    /// May be left empty.
    pub const fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// The autocomplete token of HTML: `tel`, `given-name`, `bday`.
    pub fn autocomplete(self, token: &'a str) -> Self {
        self.attr("autocomplete", token)
    }

    /// The keyboard to offer: `numeric`, `tel`, `decimal`.
    pub fn inputmode(self, mode: &'a str) -> Self {
        self.attr("inputmode", mode)
    }

    /// Any further attribute of the input: `maxlength`, `hx-get`, `autofocus`.
    pub fn attr(mut self, name: &'static str, value: &'a str) -> Self {
        self.attributes.push((name, value));
        self
    }
}

impl Render for Field<'_> {
    fn render(&self) -> Markup {
        let ids = Ids::new(self.name, self.hint, self.error);
        let input = with(
            html! {
                input id=(ids.input) name=(self.name) type=(self.kind) value=[self.given()]
                    required[self.required] aria-describedby=[ids.described_by()]
                    aria-invalid=[self.error.map(|_| "true")]
                    data-focus=[self.error.map(|_| "")];
            },
            &self.attributes,
        );
        html! {
            div class={ "field " (self.look) } {
                label for=(ids.input) { (self.label) }
                div.control {
                    @if self.kind == "search" { (icon("magnifying-glass")) }
                    (input)
                    @if let Some(text) = self.suffix { span.suffix aria-hidden="true" { (text) } }
                    @if let Some(label) = self.reveal {
                        button.icon-btn type="button" hidden data-reveal=(ids.input)
                            aria-controls=(ids.input) aria-label=(label) aria-pressed="false" {
                            (icon("eye"))
                        }
                    }
                }
                (ids.notes())
            }
        }
    }
}

impl Field<'_> {
    /// A password is never written back into a page.
    fn given(&self) -> Option<&str> {
        (self.kind != "password" && !self.value.is_empty()).then_some(self.value)
    }
}

use maud::{Markup, Render, html};

use crate::{icon, with};

/// A button, or a link that looks like one. One screen has at most one accent (saffron) control:
/// its main action.
#[derive(Clone, Debug)]
#[must_use]
pub struct Button<'a> {
    text: &'a str,
    look: &'static str,
    href: Option<&'a str>,
    icon: Option<&'a str>,
    kind: &'static str,
    disabled: bool,
    attributes: Vec<(&'static str, &'a str)>,
}

impl<'a> Button<'a> {
    const fn new(text: &'a str, look: &'static str) -> Self {
        Self {
            text,
            look,
            href: None,
            icon: None,
            kind: "submit",
            disabled: false,
            attributes: Vec::new(),
        }
    }

    /// Green: goes on to the next step of a form.
    pub const fn primary(text: &'a str) -> Self {
        Self::new(text, "btn primary")
    }

    /// Saffron: the one main action of a screen.
    pub const fn accent(text: &'a str) -> Self {
        Self::new(text, "btn accent")
    }

    /// Soft green: everything beside the main action.
    pub const fn quiet(text: &'a str) -> Self {
        Self::new(text, "btn quiet")
    }

    /// Red outline: takes something away.
    pub const fn danger(text: &'a str) -> Self {
        Self::new(text, "btn danger")
    }

    /// Text only: the least of the choices.
    pub const fn plain(text: &'a str) -> Self {
        Self::new(text, "btn plain")
    }

    /// A link with this address instead of a button that sends a form.
    pub const fn href(mut self, href: &'a str) -> Self {
        self.href = Some(href);
        self
    }

    /// An icon before the text.
    pub const fn icon(mut self, name: &'a str) -> Self {
        self.icon = Some(name);
        self
    }

    /// A button that only a script answers; it sends no form.
    pub const fn scripted(mut self) -> Self {
        self.kind = "button";
        self
    }

    /// Not now.
    pub const fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }

    /// The name and value it sends with its form.
    pub fn sends(self, name: &'a str, value: &'a str) -> Self {
        self.attr("name", name).attr("value", value)
    }

    /// Any further attribute: `form`, `formaction`, `hx-..`.
    pub fn attr(mut self, name: &'static str, value: &'a str) -> Self {
        self.attributes.push((name, value));
        self
    }
}

impl Render for Button<'_> {
    fn render(&self) -> Markup {
        let content = html! {
            @if let Some(name) = self.icon { (icon(name)) }
            span { (self.text) }
        };
        let element = if let Some(href) = self.href {
            html! { a class=(self.look) href=(href) { (content) } }
        } else {
            html! {
                button class=(self.look) type=(self.kind) disabled[self.disabled] { (content) }
            }
        };
        with(element, &self.attributes)
    }
}

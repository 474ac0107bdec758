use maud::{Markup, Render, html};

use crate::icon_fill;

/// What kind of news something is. Always said by an icon and words too, never by colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Info,
    /// It went well.
    Good,
    /// Look at this.
    Warn,
    /// It failed.
    Bad,
}

impl Tone {
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }

    pub(crate) const fn icon(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Good => "check-circle",
            Self::Warn => "warning",
            Self::Bad => "warning-circle",
        }
    }
}

/// A notice in the page: what happened, what is safe, what to do.
#[derive(Clone, Debug)]
#[must_use]
pub struct Banner<'a> {
    tone: Tone,
    title: &'a str,
    text: &'a str,
    action: Markup,
    urgent: bool,
}

impl<'a> Banner<'a> {
    /// A notice with a title; `text` may be empty.
    pub fn new(tone: Tone, title: &'a str, text: &'a str) -> Self {
        Self { tone, title, text, action: html! {}, urgent: false }
    }

    /// A button or link below the text.
    pub fn action(mut self, action: Markup) -> Self {
        self.action = action;
        self
    }

    /// The answer to what somebody just did: read out at once.
    pub const fn urgent(mut self) -> Self {
        self.urgent = true;
        self
    }
}

impl Render for Banner<'_> {
    fn render(&self) -> Markup {
        html! {
            div class={ "banner " (self.tone.class()) } role=[self.urgent.then_some("alert")] {
                (icon_fill(self.tone.icon()))
                div.banner-text {
                    p.banner-title { (self.title) }
                    @if !self.text.is_empty() { p { (self.text) } }
                    (self.action)
                }
            }
        }
    }
}

/// A short message that goes away by itself or by a tap; put it into the shell's `#toasts`. What it
/// says must stand on the page too.
pub fn toast(tone: Tone, text: impl Render) -> Markup {
    html! {
        div class={ "toast " (tone.class()) } data-toast data-close {
            (icon_fill(tone.icon())) span { (text) }
        }
    }
}

/// A word on a row: frozen, in progress, failed.
pub fn badge(tone: Tone, text: &str) -> Markup {
    html! { span class={ "badge " (tone.class()) } { (text) } }
}

/// What stands where there is nothing yet, and what to do about it.
pub fn empty_state(icon: &str, title: &str, text: &str, action: &Markup) -> Markup {
    html! {
        div.empty {
            span.empty-icon { (crate::icon(icon)) }
            @if !title.is_empty() { p.empty-title { (title) } }
            @if !text.is_empty() { p { (text) } }
            (action)
        }
    }
}

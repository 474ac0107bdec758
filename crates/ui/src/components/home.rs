use maud::{Markup, Render, html};

use crate::{icon, ikat};

/// The money in front: one large amount above a band of ikat.
#[derive(Clone, Debug)]
#[must_use]
pub struct Hero<'a> {
    label: &'a str,
    amount: Markup,
    note: Markup,
    seed: &'a [u8],
    action: Markup,
}

impl<'a> Hero<'a> {
    /// `amount` is the large figure, `seed` decides the cloth.
    pub fn new(label: &'a str, amount: Markup, seed: &'a [u8]) -> Self {
        Self { label, amount, note: html! {}, seed, action: html! {} }
    }

    /// A line below the amount.
    pub fn note(mut self, note: Markup) -> Self {
        self.note = note;
        self
    }

    /// A control in the corner: hide and show balances.
    pub fn action(mut self, action: Markup) -> Self {
        self.action = action;
        self
    }
}

impl Render for Hero<'_> {
    fn render(&self) -> Markup {
        html! {
            section.hero aria-label=(self.label) {
                div.hero-text {
                    p.hero-label { (self.label) }
                    p.hero-amount { (self.amount) }
                    p.hero-note { (self.note) }
                    (self.action)
                }
                (ikat::band(self.seed))
            }
        }
    }
}

/// One of the first actions of a screen.
#[derive(Clone, Copy, Debug)]
pub struct QuickAction<'a> {
    /// Where it leads.
    pub href: &'a str,
    /// Its icon.
    pub icon: &'a str,
    /// Its name.
    pub text: &'a str,
    /// Whether it is the main action of the screen; at most one is.
    pub main: bool,
}

/// Up to four actions in a row.
pub fn quick_actions(label: &str, actions: &[QuickAction<'_>]) -> Markup {
    html! {
        nav.quick aria-label=(label) {
            @for action in actions {
                a href=(action.href) class=[action.main.then_some("main")] {
                    span.quick-icon { (icon(action.icon)) }
                    span.quick-text { (action.text) }
                }
            }
        }
    }
}

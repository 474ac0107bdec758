use maud::{Markup, Render, html};

use crate::{icon, ikat};

/// One line of a list: something before, one or two lines of text, something at the end.
#[derive(Clone, Debug)]
#[must_use]
pub struct Row<'a> {
    title: &'a str,
    sub: Option<Markup>,
    href: Option<&'a str>,
    lead: Markup,
    trail: Markup,
}

impl<'a> Row<'a> {
    /// A line with a title.
    pub fn new(title: &'a str) -> Self {
        Self { title, sub: None, href: None, lead: html! {}, trail: html! {} }
    }

    /// The second line.
    #[expect(clippy::should_implement_trait, reason = "the second line, as in every list")]
    pub fn sub(mut self, text: &str) -> Self {
        self.sub = (!text.is_empty()).then(|| html! { (text) });
        self
    }

    /// The second line, when it is more than text.
    pub fn sub_markup(mut self, sub: Markup) -> Self {
        self.sub = Some(sub);
        self
    }

    /// Makes the whole line a link.
    pub const fn href(mut self, href: &'a str) -> Self {
        self.href = Some(href);
        self
    }

    /// Before the text: [`lead_icon`], [`avatar`], a swatch of ikat.
    pub fn lead(mut self, lead: Markup) -> Self {
        self.lead = lead;
        self
    }

    /// At the end: an amount, a [`chevron`], a badge.
    pub fn trail(mut self, trail: Markup) -> Self {
        self.trail = trail;
        self
    }
}

impl Render for Row<'_> {
    fn render(&self) -> Markup {
        let content = html! {
            (self.lead)
            span.row-text {
                span.row-title { (self.title) }
                @if let Some(sub) = &self.sub { " " span.row-sub { (sub) } }
            }
            " " span.row-trail { (self.trail) }
        };
        if let Some(href) = self.href {
            html! { a.row href=(href) { (content) } }
        } else {
            html! { div.row { (content) } }
        }
    }
}

/// Rows in one card, as a list. `label` names it for screen readers; empty when a heading does.
pub fn list(label: &str, rows: &[Markup]) -> Markup {
    html! {
        ul.list role="list" aria-label=[(!label.is_empty()).then_some(label)] {
            @for row in rows { li { (row) } }
        }
    }
}

/// A card around anything.
pub fn card(content: &Markup) -> Markup {
    html! { div.card { (content) } }
}

/// A heading with an optional link beside it (address, text), and what it is about.
pub fn section(title: &str, link: Option<(&str, &str)>, content: &Markup) -> Markup {
    html! {
        section.section {
            div.section-head {
                h2 { (title) }
                @if let Some((href, text)) = link { a href=(href) { (text) } }
            }
            (content)
        }
    }
}

/// An account or a card: its own cloth, its name, and what is on it. `seed` decides the cloth; give
/// the account's id.
pub fn account_row(href: &str, seed: &[u8], title: &str, sub: &str, amount: Markup) -> Markup {
    Row::new(title).sub(sub).href(href).lead(ikat::swatch(seed)).trail(amount).render()
}

/// A movement of money.
pub fn operation_row(href: &str, icon: &str, title: &str, sub: &str, amount: Markup) -> Markup {
    Row::new(title).sub(sub).href(href).lead(lead_icon(icon)).trail(amount).render()
}

/// The day above the movements of that day.
pub fn day_heading(text: &str) -> Markup {
    html! { h3.day { (text) } }
}

/// An icon in a soft square, before the text of a row.
pub fn lead_icon(name: &str) -> Markup {
    html! { span.lead { (icon(name)) } }
}

/// A person: the first letters of the name in a circle. Not read out, the name stands beside it.
pub fn avatar(initials: &str) -> Markup {
    html! { span.avatar aria-hidden="true" { (initials) } }
}

/// The sign that a row leads on.
pub fn chevron() -> Markup {
    html! { span.chevron { (icon("caret-right")) } }
}

use maud::{Markup, Render, html};

use crate::{icon, icon_fill, with};

/// The bar on top of a screen: a title, a way back, and at most three actions.
#[derive(Clone, Debug)]
#[must_use]
pub struct AppBar<'a> {
    title: &'a str,
    back: Option<(&'a str, &'a str)>,
    lead: Markup,
    actions: Vec<Markup>,
}

impl<'a> AppBar<'a> {
    /// A bar whose title is the heading of the page.
    pub fn new(title: &'a str) -> Self {
        Self { title, back: None, lead: html! {}, actions: Vec::new() }
    }

    /// A way back: address and its name for screen readers.
    pub const fn back(mut self, href: &'a str, label: &'a str) -> Self {
        self.back = Some((href, label));
        self
    }

    /// Something before the title: an avatar link on the first screen.
    pub fn lead(mut self, lead: Markup) -> Self {
        self.lead = lead;
        self
    }

    /// An action at the end: an [`icon_link`] or [`icon_button`], or a form with one.
    pub fn action(mut self, action: Markup) -> Self {
        self.actions.push(action);
        self
    }
}

impl Render for AppBar<'_> {
    fn render(&self) -> Markup {
        html! {
            header.bar {
                @if let Some((href, label)) = self.back {
                    (icon_link(href, "arrow-left", label))
                }
                (self.lead)
                h1.bar-title tabindex="-1" { (self.title) }
                @if !self.actions.is_empty() {
                    div.bar-actions { @for action in &self.actions { (action) } }
                }
            }
        }
    }
}

/// A link that is only an icon; `label` is its name.
pub fn icon_link(href: &str, name: &str, label: &str) -> Markup {
    html! { a.icon-btn href=(href) aria-label=(label) title=(label) { (icon(name)) } }
}

/// A button that is only an icon; `label` is its name. It sends the form around it.
pub fn icon_button(name: &str, label: &str) -> Markup {
    html! { button.icon-btn type="submit" aria-label=(label) title=(label) { (icon(name)) } }
}

/// One of the five places of the app.
#[derive(Clone, Copy, Debug)]
pub struct Tab<'a> {
    /// Where it leads.
    pub href: &'a str,
    /// Its icon; filled when current.
    pub icon: &'a str,
    /// Its name, at most eleven letters, always shown.
    pub text: &'a str,
    /// Whether the page belongs to it.
    pub current: bool,
}

/// The tab bar: at the bottom of a phone, at the side of a wide screen.
pub fn tab_bar(label: &str, tabs: &[Tab<'_>]) -> Markup {
    tab_bar_with(label, tabs, &[])
}

/// The tab bar, with these attributes on every link: `hx-preload`.
pub fn tab_bar_with(label: &str, tabs: &[Tab<'_>], attributes: &[(&'static str, &str)]) -> Markup {
    let link = |tab: &Tab<'_>| {
        html! {
            a.tab href=(tab.href) aria-current=[tab.current.then_some("page")] {
                @if tab.current { (icon_fill(tab.icon)) } @else { (icon(tab.icon)) }
                span.tab-text { (tab.text) }
            }
        }
    };
    html! {
        nav.tabs aria-label=(label) {
            @for tab in tabs { (with(link(tab), attributes)) }
        }
    }
}

use kernel::Lang;
use maud::{DOCTYPE, Markup, Render, html};

use crate::panel::theme_colors;
use crate::{assets, with};

/// Light, dark, or what the device prefers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// What the device prefers.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// That of a cookie or a form.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Auto, Self::Light, Self::Dark].into_iter().find(|theme| theme.name() == name)
    }

    /// For a cookie, a form, and the attribute that the style sheets look at.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// Whether private amounts are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Balances {
    /// As figures.
    #[default]
    Shown,
    /// As dots.
    Hidden,
}

/// A whole document: what every page has around what is its own.
#[derive(Clone, Debug)]
#[must_use]
pub struct Shell<'a> {
    lang: Lang,
    title: &'a str,
    skip: &'a str,
    theme: Theme,
    balances: Balances,
    head: Markup,
    bar: Markup,
    main: Markup,
    tabs: Option<Markup>,
    footer: Option<Markup>,
    notices: Markup,
    toasts: Vec<(&'static str, &'a str)>,
    page: Vec<(&'static str, &'a str)>,
    body: Vec<(&'static str, &'a str)>,
}

impl<'a> Shell<'a> {
    /// A document with its title and the text of the link that skips to the content.
    pub fn new(lang: Lang, title: &'a str, skip: &'a str) -> Self {
        Self {
            lang,
            title,
            skip,
            theme: Theme::Auto,
            balances: Balances::Shown,
            head: html! {},
            bar: html! {},
            main: html! {},
            tabs: None,
            footer: None,
            notices: html! {},
            toasts: Vec::new(),
            page: Vec::new(),
            body: Vec::new(),
        }
    }

    /// Light or dark.
    pub const fn theme(mut self, theme: Theme) -> Self {
        self.theme = theme;
        self
    }

    /// Whether private amounts are shown.
    pub const fn balances(mut self, balances: Balances) -> Self {
        self.balances = balances;
        self
    }

    /// Further elements of the head: scripts, manifest, icons. [`styles`] is there already.
    pub fn head(mut self, head: Markup) -> Self {
        self.head = head;
        self
    }

    /// The [`AppBar`](crate::AppBar).
    pub fn bar(mut self, bar: Markup) -> Self {
        self.bar = bar;
        self
    }

    /// The content.
    pub fn main(mut self, main: Markup) -> Self {
        self.main = main;
        self
    }

    /// The [`tab_bar`](crate::tab_bar).
    pub fn tabs(mut self, tabs: Markup) -> Self {
        self.tabs = Some(tabs);
        self
    }

    /// Below the content.
    pub fn footer(mut self, footer: Markup) -> Self {
        self.footer = Some(footer);
        self
    }

    /// What a script shows in time, hidden until then: that there is no connection.
    pub fn notices(mut self, notices: Markup) -> Self {
        self.notices = notices;
        self
    }

    /// An attribute of the element with the messages that go away: `hx-..`.
    pub fn toasts_attr(mut self, name: &'static str, value: &'a str) -> Self {
        self.toasts.push((name, value));
        self
    }

    /// An attribute of the element that holds the page: `hx-..`, `data-..`.
    pub fn page_attr(mut self, name: &'static str, value: &'a str) -> Self {
        self.page.push((name, value));
        self
    }

    /// An attribute of the body: `hx-..`, `data-..`.
    pub fn body_attr(mut self, name: &'static str, value: &'a str) -> Self {
        self.body.push((name, value));
        self
    }

    /// What one sees is in `#page`, which a script replaces as a whole when it goes to another
    /// page; what tells of things meanwhile stays.
    fn body(&self) -> Markup {
        let page = html! {
            div #page class=[self.tabs.is_some().then_some("with-tabs")] {
                a.skip href="#main" { (self.skip) }
                div.page {
                    (self.bar)
                    main #main { (self.main) }
                    @if let Some(footer) = &self.footer { footer.foot { (footer) } }
                }
                @if let Some(tabs) = &self.tabs { (tabs) }
            }
        };
        let body = html! {
            body {
                (with(page, &self.page))
                (with(html! { div #toasts.toasts role="status" aria-live="polite" {} },
                    &self.toasts))
                div #say.sr role="status" aria-live="polite" {}
                (self.notices)
            }
        };
        with(body, &self.body)
    }
}

impl Render for Shell<'_> {
    fn render(&self) -> Markup {
        let theme = self.theme.name();
        let balances = match self.balances {
            Balances::Shown => "shown",
            Balances::Hidden => "hidden",
        };
        html! {
            (DOCTYPE)
            html lang=(self.lang.tag()) data-theme=(theme) data-balances=(balances) {
                head {
                    meta charset="utf-8";
                    meta name="viewport"
                        content="width=device-width, initial-scale=1, viewport-fit=cover";
                    title { (self.title) }
                    (styles(self.lang))
                    (theme_colors(self.theme, "#F6F4EE", "#0C1211"))
                    (self.head)
                }
                (self.body())
            }
        }
    }
}

/// The style sheet, and the fonts that the first screen of a language needs.
pub fn styles(lang: Lang) -> Markup {
    html! {
        link rel="stylesheet" href=(assets::url("app.css"));
        link rel="preload" as="font" type="font/woff2" crossorigin
            href=(assets::url("onest-latin.woff2"));
        @if lang == Lang::Ru {
            link rel="preload" as="font" type="font/woff2" crossorigin
                href=(assets::url("onest-cyrillic.woff2"));
        }
    }
}

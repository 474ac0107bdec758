use kernel::Lang;
use maud::{DOCTYPE, Markup, Render, html};

use crate::{Theme, assets, icon, ikat};

/// The cloth of the bank itself.
const CLOTH: &[u8] = b"okto";

/// A place of the panel, in the rail.
#[derive(Clone, Debug)]
pub struct Place<'a> {
    /// Where it leads.
    pub href: &'a str,
    /// Its icon.
    pub icon: &'a str,
    /// Its name.
    pub text: &'a str,
    /// The letter that leads there after `g`.
    pub key: &'a str,
    /// How much waits there, and how that is said.
    pub count: Option<(u64, String)>,
    /// Whether the page belongs to it.
    pub current: bool,
}

/// Places under a heading.
#[derive(Clone, Debug)]
pub struct Places<'a> {
    /// The heading.
    pub title: &'a str,
    /// The places.
    pub places: Vec<Place<'a>>,
}

/// A whole document of somebody who is signed in: the rail, the bar, the content.
#[derive(Clone, Debug)]
#[must_use]
pub struct Frame<'a> {
    lang: Lang,
    theme: Theme,
    title: &'a str,
    skip: &'a str,
    nonce: &'a str,
    mark: (&'a str, &'a str),
    rail: (&'a str, Vec<Places<'a>>),
    rail_foot: Markup,
    top: Markup,
    main: Markup,
    notices: Markup,
    shortcuts: bool,
}

impl<'a> Frame<'a> {
    /// A document with its title, the text of the link that skips to the content, and the word by
    /// which the page names its scripts.
    pub fn new(lang: Lang, title: &'a str, skip: &'a str, nonce: &'a str) -> Self {
        Self {
            lang,
            theme: Theme::Auto,
            title,
            skip,
            nonce,
            mark: ("", ""),
            rail: ("", Vec::new()),
            rail_foot: html! {},
            top: html! {},
            main: html! {},
            notices: html! {},
            shortcuts: true,
        }
    }

    /// Light or dark.
    pub const fn theme(mut self, theme: Theme) -> Self {
        self.theme = theme;
        self
    }

    /// The name of the bank, and the word that says for whom this is.
    pub const fn mark(mut self, name: &'a str, tag: &'a str) -> Self {
        self.mark = (name, tag);
        self
    }

    /// The places, and what they are called together.
    pub fn rail(mut self, label: &'a str, groups: Vec<Places<'a>>) -> Self {
        self.rail = (label, groups);
        self
    }

    /// Below the places.
    pub fn rail_foot(mut self, foot: Markup) -> Self {
        self.rail_foot = foot;
        self
    }

    /// The bar above the content.
    pub fn top(mut self, top: Markup) -> Self {
        self.top = top;
        self
    }

    /// The content.
    pub fn main(mut self, main: Markup) -> Self {
        self.main = main;
        self
    }

    /// What a script shows in time, hidden until then.
    pub fn notices(mut self, notices: Markup) -> Self {
        self.notices = notices;
        self
    }

    /// Whether single letters are shortcuts.
    pub const fn shortcuts(mut self, on: bool) -> Self {
        self.shortcuts = on;
        self
    }

    fn rail_markup(&self) -> Markup {
        let (label, groups) = &self.rail;
        html! {
            nav.rail aria-label=(label) {
                div.rail-inner {
                    (ikat::band(CLOTH))
                    (mark(self.mark, Some("/")))
                    @for (n, group) in groups.iter().enumerate() {
                        @if !group.places.is_empty() {
                            @let id = format!("places-{n}");
                            div {
                                p.places-title id=(id) { (group.title) }
                                ul.places role="list" aria-labelledby=(id) {
                                    @for place in &group.places { li { (place) } }
                                }
                            }
                        }
                    }
                    div.rail-foot { (self.rail_foot) }
                }
            }
        }
    }
}

impl Render for Place<'_> {
    fn render(&self) -> Markup {
        html! {
            a.place href=(self.href) data-go=(self.key)
                aria-current=[self.current.then_some("page")] {
                (icon(self.icon)) span { (self.text) }
                @if let Some((count, said)) = &self.count {
                    span.count aria-hidden="true" { (count) }
                    span.sr { (said) }
                }
            }
        }
    }
}

impl Render for Frame<'_> {
    fn render(&self) -> Markup {
        let body = html! {
            a.skip href="#main" { (self.skip) }
            div.frame {
                (self.rail_markup())
                div.body {
                    header.top { (self.top) }
                    main #main tabindex="-1" { (self.main) }
                }
            }
            div #say.sr role="status" aria-live="polite" {}
            (self.notices)
        };
        document((self.lang, self.theme), (self.title, self.nonce), self.shortcuts, &body)
    }
}

/// A whole document of somebody who is not signed in.
#[derive(Clone, Debug)]
#[must_use]
pub struct Gate<'a> {
    /// The language.
    pub lang: Lang,
    /// Light or dark.
    pub theme: Theme,
    /// The title of the document.
    pub title: &'a str,
    /// The word by which the page names its scripts.
    pub nonce: &'a str,
    /// The name of the bank, and the word that says for whom this is.
    pub mark: (&'a str, &'a str),
    /// What stands below the name.
    pub side: Markup,
    /// The content.
    pub main: Markup,
    /// Below the content: the languages.
    pub foot: Markup,
}

impl Render for Gate<'_> {
    fn render(&self) -> Markup {
        let body = html! {
            div.gate {
                header.gate-side {
                    (ikat::band(CLOTH))
                    (mark(self.mark, None))
                    (self.side)
                }
                div.gate-main {
                    main #main { (self.main) }
                    footer.foot { (self.foot) }
                }
            }
            div #say.sr role="status" aria-live="polite" {}
        };
        document((self.lang, self.theme), (self.title, self.nonce), false, &body)
    }
}

fn mark((name, tag): (&str, &str), href: Option<&str>) -> Markup {
    let content = html! {
        img src=(assets::url("icon.svg")) alt="" width="24" height="24";
        span { (name) } span.mark-tag { (tag) }
    };
    if let Some(href) = href {
        html! { a.mark href=(href) { (content) } }
    } else {
        html! { p.mark { (content) } }
    }
}

fn document(
    (lang, theme): (Lang, Theme),
    (title, nonce): (&str, &str),
    shortcuts: bool,
    body: &Markup,
) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(lang.tag()) data-theme=(theme.name())
            data-keys=(if shortcuts { "on" } else { "off" }) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex, nofollow";
                title { (title) }
                link rel="stylesheet" href=(assets::url("panel.css"));
                link rel="preload" as="font" type="font/woff2" crossorigin
                    href=(assets::url("inter-latin.woff2"));
                @if lang == Lang::Ru {
                    link rel="preload" as="font" type="font/woff2" crossorigin
                        href=(assets::url("inter-cyrillic.woff2"));
                }
                (theme_colors(theme, "#FFFFFF", "#131A26"))
                link rel="icon" href=(assets::url("icon.svg")) type="image/svg+xml";
                script src=(assets::url("panel.js")) nonce=(nonce) defer {}
            }
            body { (body) }
        }
    }
}

/// The colour of the browser's own bars in light and dark. One of the two speaks; a script that
/// changes the theme changes which.
pub fn theme_colors(theme: Theme, light: &str, dark: &str) -> Markup {
    let (scheme, in_light, in_dark) = match theme {
        Theme::Light => ("light", "all", "not all"),
        Theme::Dark => ("dark", "not all", "all"),
        Theme::Auto => {
            ("light dark", "(prefers-color-scheme: light)", "(prefers-color-scheme: dark)")
        }
    };
    html! {
        meta name="color-scheme" content=(scheme);
        meta name="theme-color" content=(light) media=(in_light) data-theme="light";
        meta name="theme-color" content=(dark) media=(in_dark) data-theme="dark";
    }
}

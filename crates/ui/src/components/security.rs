use maud::{Markup, html};

use super::list::{chevron, lead_icon};
use super::notice::Tone;
use crate::{Row, icon, icon_fill};

/// How safe something is, in one sentence, with what to do next.
#[derive(Clone, Debug)]
pub struct Standing<'a> {
    /// Whether all is well.
    pub tone: Tone,
    /// The sentence.
    pub title: &'a str,
    /// What protects, and what is missing.
    pub text: &'a str,
    /// The one suggestion: a button, or nothing.
    pub action: Markup,
}

impl maud::Render for Standing<'_> {
    fn render(&self) -> Markup {
        let sign = match self.tone {
            Tone::Good | Tone::Info => "shield-check",
            Tone::Warn | Tone::Bad => "shield-warning",
        };
        html! {
            div class={ "card standing " (self.tone.class()) } {
                span.standing-sign { (icon_fill(sign)) }
                div.standing-text {
                    p.standing-title { (self.title) }
                    @if !self.text.is_empty() { p { (self.text) } }
                }
                (self.action)
            }
        }
    }
}

/// A way to prove who one is, among others.
#[derive(Clone, Copy, Debug)]
pub struct Way<'a> {
    /// Where it leads.
    pub href: &'a str,
    /// Its icon.
    pub icon: &'a str,
    /// What it is called.
    pub title: &'a str,
    /// What is needed for it, or empty.
    pub sub: &'a str,
}

/// The other ways, below the one that the page shows.
pub fn ways(label: &str, ways: &[Way<'_>]) -> Markup {
    html! {
        nav.ways aria-label=(label) {
            p.label { (label) }
            ul.list role="list" {
                @for way in ways {
                    li {
                        (Row::new(way.title).sub(way.sub).href(way.href)
                            .lead(lead_icon(way.icon)).trail(chevron()))
                    }
                }
            }
        }
    }
}

/// Codes to be kept on paper, each to be used once.
pub fn code_list(label: &str, codes: &[&str]) -> Markup {
    html! {
        ol.codes role="list" aria-label=(label) translate="no" {
            @for code in codes { li { (code) } }
        }
    }
}

/// What stands between two ways to do the same.
pub fn divider(text: &str) -> Markup {
    html! { p.divider { span { (text) } } }
}

/// A list of short facts, each with a sign: what will happen, what stays as it is.
pub fn points(label: &str, points: &[(&str, &str)]) -> Markup {
    html! {
        ul.points role="list" aria-label=[(!label.is_empty()).then_some(label)] {
            @for (sign, text) in points { li { (icon(sign)) span { (text) } } }
        }
    }
}

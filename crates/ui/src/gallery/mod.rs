//! Samples: every component in every state, and two whole screens. For people who look at them, and
//! for tests that read them.

mod forms;
mod lists;
mod screens;
mod security;

use kernel::{Asset, Lang, Money};
use maud::{Markup, Render, html};

use crate::{AppBar, Shell, Theme, icon, icons, section};

pub use screens::{sample_home, sample_pay};

/// Every component in every state, as a whole document.
pub fn gallery(lang: Lang, theme: Theme) -> Markup {
    let parts: [(&str, Markup); 16] = [
        ("Hero, quick actions", lists::home(lang)),
        ("Buttons", forms::buttons()),
        ("Fields", forms::fields()),
        ("Choices", forms::choices(lang)),
        ("Segmented, chips, switches", forms::filters()),
        ("Languages", forms::languages(lang)),
        ("Rows", lists::rows(lang)),
        ("Notices", lists::notices()),
        ("Empty", lists::empty()),
        ("Review, receipt", lists::records(lang)),
        ("Timeline", lists::steps()),
        ("Chart", lists::chart(lang)),
        ("Security", security::all()),
        ("Sheet, details, pages, QR", lists::pages()),
        ("Ikat", lists::cloths()),
        ("Icons", all_icons()),
    ];
    let main = html! {
        div.gallery.wide {
            @for (title, part) in &parts { (section(title, None, part)) }
        }
    };
    Shell::new(lang, "Design", "Skip to content")
        .theme(theme)
        .bar(AppBar::new("Design").back("/", "Back").render())
        .main(main)
        .tabs(screens::tabs(4))
        .footer(html! { p { "© Okto · " a href="/help" { "Help" } } })
        .render()
}

fn all_icons() -> Markup {
    html! {
        div.card {
            ul.icons role="list" {
                @for name in icons::names() { li title=(name) { (icon(name)) } }
            }
        }
    }
}

const fn sum(minor: i64) -> Money {
    Money::new(minor, Asset::Uzs)
}

const fn dollars(minor: i64) -> Money {
    Money::new(minor, Asset::Usd)
}

//! Icons: Phosphor, regular and fill, as one sprite that a browser fetches once.
//!
//! The sprite, `static/icons/icons.svg`, is made of `@phosphor-icons/core` 2.1.1 (MIT, its licence
//! is beside it). To add an icon, put the content of its file into a `symbol` with its name as
//! the id.

use std::sync::LazyLock;

use maud::{Markup, html};

use crate::assets;

static SPRITE: LazyLock<String> = LazyLock::new(|| assets::url("icons.svg"));

/// An icon of the sprite by its Phosphor name. It is decoration: the words beside it, or the label
/// of the control around it, say what it means. [`names`] lists what there is.
pub fn icon(name: &str) -> Markup {
    html! {
        svg.icon aria-hidden="true" focusable="false" {
            use href={ (*SPRITE) "#" (name) } {}
        }
    }
}

/// The filled form of an icon: the current tab, notices.
pub fn icon_fill(name: &str) -> Markup {
    html! {
        svg.icon aria-hidden="true" focusable="false" {
            use href={ (*SPRITE) "#" (name) "-fill" } {}
        }
    }
}

/// The names of every icon in the sprite; filled ones end in `-fill`.
pub fn names() -> impl Iterator<Item = &'static str> {
    let sprite = assets::content("icons.svg").and_then(|svg| str::from_utf8(svg).ok());
    let symbols = sprite.unwrap_or_default().split("<symbol id=\"").skip(1);
    symbols.filter_map(|symbol| symbol.split('"').next())
}

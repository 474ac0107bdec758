//! Icons: Phosphor, regular and fill, as one sprite that a browser fetches once.
//!
//! The sprite, `static/icons/icons.svg`, is made of `@phosphor-icons/core` 2.1.1 (MIT, its licence
//! is beside it). To add an icon, put the content of its file into a `symbol` with its name as
//! the id. What only the panel of the staff shows is in `icons-staff.svg`, which phones never fetch.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use maud::{Markup, html};

use crate::assets;

const SPRITE: &str = "icons.svg";
const STAFF_SPRITE: &str = "icons-staff.svg";

/// The sprites' addresses, and the names that are in the second.
static SPRITES: LazyLock<(String, String, BTreeSet<&'static str>)> = LazyLock::new(|| {
    (assets::url(SPRITE), assets::url(STAFF_SPRITE), symbols(STAFF_SPRITE).collect())
});

fn address(name: &str) -> &'static str {
    let (all, staff, of_staff) = &*SPRITES;
    if of_staff.contains(name) { staff } else { all }
}

/// An icon of the sprite by its Phosphor name. It is decoration: the words beside it, or the label
/// of the control around it, say what it means. [`names`] lists what there is.
pub fn icon(name: &str) -> Markup {
    html! {
        svg.icon aria-hidden="true" focusable="false" {
            use href={ (address(name)) "#" (name) } {}
        }
    }
}

/// The filled form of an icon: the current tab, notices.
pub fn icon_fill(name: &str) -> Markup {
    html! {
        svg.icon aria-hidden="true" focusable="false" {
            use href={ (address(name)) "#" (name) "-fill" } {}
        }
    }
}

/// The names of every icon; filled ones end in `-fill`.
pub fn names() -> impl Iterator<Item = &'static str> {
    symbols(SPRITE).chain(symbols(STAFF_SPRITE))
}

fn symbols(sprite: &str) -> impl Iterator<Item = &'static str> + use<> {
    let sprite = assets::content(sprite).and_then(|svg| str::from_utf8(svg).ok());
    let symbols = sprite.unwrap_or_default().split("<symbol id=\"").skip(1);
    symbols.filter_map(|symbol| symbol.split('"').next())
}

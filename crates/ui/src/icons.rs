//! Icons: Phosphor, regular and fill, as one sprite that a browser fetches once.
//!
//! The sprite, `static/icons/icons.svg`, is made of `@phosphor-icons/core` 2.1.1 (MIT, its licence
//! is beside it). To add an icon, put the content of its file into a `symbol` with its name as
//! the id. What only the pages about security show is in `icons-security.svg`, what only the panel
//! of the staff shows in `icons-staff.svg`: the first screen of a phone fetches neither.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use maud::{Markup, html};

use crate::assets;

/// The sprites, the one of every page first.
const SPRITES: [&str; 3] = ["icons.svg", "icons-security.svg", "icons-staff.svg"];

/// The address of the sprite that has an icon, by its name.
static ADDRESSES: LazyLock<BTreeMap<&'static str, String>> = LazyLock::new(|| {
    let of = |sprite| symbols(sprite).map(move |name| (name, assets::url(sprite)));
    SPRITES.into_iter().flat_map(of).collect()
});

/// Of a name that no sprite has, nothing, which draws nothing.
fn address(name: &str) -> &'static str {
    ADDRESSES.get(name).map_or("", String::as_str)
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
    let filled = format!("{name}-fill");
    html! {
        svg.icon aria-hidden="true" focusable="false" {
            use href={ (address(&filled)) "#" (filled) } {}
        }
    }
}

/// The names of every icon; filled ones end in `-fill`.
pub fn names() -> impl Iterator<Item = &'static str> {
    SPRITES.into_iter().flat_map(symbols)
}

fn symbols(sprite: &str) -> impl Iterator<Item = &'static str> + use<> {
    let sprite = assets::content(sprite).and_then(|svg| str::from_utf8(svg).ok());
    let symbols = sprite.unwrap_or_default().split("<symbol id=\"").skip(1);
    symbols.filter_map(|symbol| symbol.split('"').next())
}

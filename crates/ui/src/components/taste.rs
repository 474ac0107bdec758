use maud::{Markup, html};

use super::shell::Theme;
use crate::icon;

/// Hides and shows balances: a form with two buttons, of which the page shows the one that changes
/// something. A script changes the page at once (`data-set`); without scripts the form is sent.
pub fn balances_toggle(action: &str, (hide, show): (&str, &str), hidden: &Markup) -> Markup {
    html! {
        form method="post" action=(action) data-set="balances" {
            (hidden)
            button.icon-btn type="submit" name="balances" value="hidden" data-when="shown"
                aria-label=(hide) title=(hide) { (icon("eye")) }
            button.icon-btn type="submit" name="balances" value="shown" data-when="hidden"
                aria-label=(show) title=(show) { (icon("eye-slash")) }
        }
    }
}

/// Light, dark or as the device prefers; `texts` in the order of auto, light, dark. Like
/// [`balances_toggle`], it works with and without scripts.
pub fn theme_choice(
    action: &str,
    label: &str,
    texts: [&str; 3],
    current: Theme,
    hidden: &Markup,
) -> Markup {
    let themes = [Theme::Auto, Theme::Light, Theme::Dark];
    html! {
        form method="post" action=(action) data-set="theme" {
            (hidden)
            div.langs role="group" aria-label=(label) {
                @for (theme, text) in themes.into_iter().zip(texts) {
                    button type="submit" name="theme" value=(theme.name())
                        aria-pressed=(if theme == current { "true" } else { "false" }) { (text) }
                }
            }
        }
    }
}

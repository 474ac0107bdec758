use kernel::Lang;
use maud::{Markup, html};

/// The name of a language in itself.
pub const fn language_name(lang: Lang) -> &'static str {
    match lang {
        Lang::Uz => "Oʻzbekcha",
        Lang::Ru => "Русский",
        Lang::En => "English",
    }
}

/// Buttons that send the form around them with `_lang`: the page comes again in the other language
/// with what was typed. `label` names the group.
pub fn language_buttons(current: Lang, label: &str) -> Markup {
    html! {
        div.langs role="group" aria-label=(label) {
            @for lang in Lang::ALL {
                button type="submit" name="_lang" value=(lang.tag()) lang=(lang.tag())
                    formnovalidate aria-pressed=(if lang == current { "true" } else { "false" }) {
                    (language_name(lang))
                }
            }
        }
    }
}

/// A form of its own with [`language_buttons`]; `hidden` are its hidden fields.
pub fn language_switch(action: &str, current: Lang, label: &str, hidden: &Markup) -> Markup {
    html! {
        form method="post" action=(action) { (hidden) (language_buttons(current, label)) }
    }
}

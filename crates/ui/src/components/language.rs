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

/// Buttons that send a form with `_lang`: the page comes again in the other language with what was
/// typed. The form is the one around them, or the one with this id. `label` names the group. The
/// browser itself sends them (`data-full`): the whole document is in the language.
pub fn language_buttons(current: Lang, label: &str, form: Option<&str>) -> Markup {
    html! {
        div.langs role="group" aria-label=(label) {
            @for lang in Lang::ALL {
                button type="submit" form=[form] name="_lang" value=(lang.tag()) lang=(lang.tag())
                    formnovalidate data-full
                    aria-pressed=(if lang == current { "true" } else { "false" }) {
                    (language_name(lang))
                }
            }
        }
    }
}

/// A form of its own with [`language_buttons`]; `hidden` are its hidden fields.
pub fn language_switch(action: &str, current: Lang, label: &str, hidden: &Markup) -> Markup {
    html! {
        form method="post" action=(action) { (hidden) (language_buttons(current, label, None)) }
    }
}

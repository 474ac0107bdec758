use maud::{Markup, html};

use crate::{icon, icon_link};

/// Two columns on a wide screen, one below the other on a phone.
pub fn columns(first: &Markup, second: &Markup) -> Markup {
    html! { div.columns { div.column { (first) } div.column { (second) } } }
}

/// The buttons that end a form, the main one first.
pub fn form_actions(buttons: &Markup) -> Markup {
    html! { div.actions { (buttons) } }
}

/// A page that lies over another one: a real address, with the way back in its corner.
pub fn sheet(title: &str, close: (&str, &str), content: &Markup) -> Markup {
    let (href, label) = close;
    html! {
        section.sheet aria-labelledby="sheet-title" {
            div.sheet-head {
                h2 #sheet-title { (title) }
                (icon_link(href, "x", label))
            }
            (content)
        }
    }
}

/// Text that opens below its heading.
pub fn details(summary: &str, content: &Markup) -> Markup {
    html! {
        details.details {
            summary { span { (summary) } (icon("caret-down")) }
            div.details-body { (content) }
        }
    }
}

/// Running text: help pages, terms.
pub fn prose(content: &Markup) -> Markup {
    html! { div.prose { (content) } }
}

/// The ways to the newer and the older part of a list: address and text.
pub fn pagination(label: &str, newer: Option<(&str, &str)>, older: Option<(&str, &str)>) -> Markup {
    html! {
        nav.pages aria-label=(label) {
            @if let Some((href, text)) = newer {
                a.btn.quiet href=(href) rel="prev" { (icon("caret-left")) span { (text) } }
            }
            @if let Some((href, text)) = older {
                a.btn.quiet.older href=(href) rel="next" { span { (text) } (icon("caret-right")) }
            }
        }
    }
}

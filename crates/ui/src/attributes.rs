use maud::{Markup, PreEscaped, html};

/// Adds attributes to the first element of `markup`: how a page gives a component what its scripts
/// need (`hx-get`, `hx-target`, `data-..`). Names are the program's own; values are escaped.
pub fn with(markup: Markup, attributes: &[(&'static str, &str)]) -> Markup {
    if attributes.is_empty() {
        return markup;
    }
    let text = markup.into_string();
    let end = text.find([' ', '>', '/', '\n']).unwrap_or(text.len());
    let (tag, rest) = text.split_at(end);
    let mut out = String::with_capacity(text.len().saturating_add(64));
    out.push_str(tag);
    for (name, value) in attributes {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        out.push_str(&html! { (value) }.into_string());
        out.push('"');
    }
    out.push_str(rest);
    PreEscaped(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_go_into_the_first_element() {
        let link = html! { a href="/pay" { "x" } };
        assert_eq!(
            with(link, &[("hx-get", "/a?b=1&c=\"2\"")]).into_string(),
            "<a hx-get=\"/a?b=1&amp;c=&quot;2&quot;\" href=\"/pay\">x</a>"
        );
        assert_eq!(with(html! { hr; }, &[("a", "b")]).into_string(), "<hr a=\"b\">");
        assert_eq!(with(html! { p { "x" } }, &[]).into_string(), "<p>x</p>");
    }
}

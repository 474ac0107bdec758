//! Documents as people read them.

use maud::{Markup, html};
use serde::de::IgnoredAny;

/// A document to read, which scrolls within itself.
pub(super) fn shown(body: &str) -> Markup {
    html! { pre.document tabindex="0" { (indented(body)) } }
}

/// Whether a text is JSON at all.
pub(super) fn is_json(body: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(body).is_ok()
}

/// A document with a line for each of its parts. Neither the order of its fields nor the way its
/// numbers are written changes. What is no JSON stays as it is.
pub(super) fn indented(body: &str) -> String {
    if !is_json(body) {
        return body.to_owned();
    }
    let mut out = String::with_capacity(body.len().saturating_mul(2));
    let (mut depth, mut begins) = (0_usize, false);
    let (mut quoted, mut escaped) = (false, false);
    for c in body.chars() {
        if quoted {
            out.push(c);
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        if c.is_ascii_whitespace() {
            continue;
        }
        let ends = matches!(c, '}' | ']');
        if ends {
            depth = depth.saturating_sub(1);
        }
        // What is empty stays on its line.
        if begins != ends {
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
        }
        begins = matches!(c, '{' | '[' | ',');
        out.push(c);
        match c {
            '{' | '[' => depth = depth.saturating_add(1),
            ':' => out.push(' '),
            '"' => quoted = true,
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_has_a_line_for_each_part() {
        let body = r#"{"b":[1.50,{"x":"a\"{,}\\"}],"a":{},"l":[ ],"n":null}"#;
        let lines = [
            "{",
            "  \"b\": [",
            "    1.50,",
            "    {",
            "      \"x\": \"a\\\"{,}\\\\\"",
            "    }",
            "  ],",
            "  \"a\": {},",
            "  \"l\": [],",
            "  \"n\": null",
            "}",
        ];
        let shown = indented(body);
        assert_eq!(shown, lines.join("\n"));
        assert_eq!(indented(&shown), shown);
    }

    #[test]
    fn what_is_no_document_stays_as_it_is() {
        for text in ["", "{", "a: 1", "{\"a\":1,}"] {
            assert_eq!(indented(text), text);
        }
        assert_eq!(indented(" 5 "), "5");
    }
}

//! Reading Rust text just well enough for the checks: no parser, but strings and comments are not
//! mistaken for code.

/// The line without its `//` comment. Text inside a string that begins on this line is kept.
pub fn without_comment(line: &str) -> &str {
    let mut in_string = false;
    let mut characters = line.char_indices().peekable();
    while let Some((index, character)) = characters.next() {
        match character {
            '\\' => {
                characters.next();
            }
            '"' => in_string = !in_string,
            '\'' if !in_string => skip_character_literal(&mut characters),
            '/' if !in_string && characters.peek().is_some_and(|(_, next)| *next == '/') => {
                return line.get(..index).unwrap_or(line);
            }
            _ => {}
        }
    }
    line
}

/// Steps over `"'` of `'"'`, which would otherwise look like the start of a string.
fn skip_character_literal(characters: &mut std::iter::Peekable<std::str::CharIndices<'_>>) {
    if characters.peek().is_some_and(|(_, next)| *next == '"') {
        characters.next();
    }
}

/// Whether `word` stands in the text on its own, not as a part of a longer name.
pub fn has_word(text: &str, word: &str) -> bool {
    words_at(text, word).next().is_some()
}

/// Where `word` stands in the text on its own.
pub fn words_at<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_name = |character: char| character.is_alphanumeric() || character == '_';
    text.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = text.get(..*at).and_then(|part| part.chars().next_back());
        let after = text.get(*at + word.len()..).and_then(|part| part.chars().next());
        !before.is_some_and(is_name) && !after.is_some_and(is_name)
    })
}

/// The inside of the parentheses that were just opened before `text`, split at the commas of the
/// outermost level. Nothing when they are never closed.
pub fn arguments(text: &str) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut characters = text.char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            '\\' if in_string => {
                characters.next();
            }
            '"' => in_string = !in_string,
            _ if in_string => {}
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => {
                parts.push(text.get(start..index)?.trim());
                return Some(parts);
            }
            ')' | ']' | '}' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => {
                parts.push(text.get(start..index)?.trim());
                start = index + 1;
            }
            _ => {}
        }
    }
    None
}

/// The text of a plain string literal, when the expression is exactly one.
pub fn literal(expression: &str) -> Option<&str> {
    let inside = expression.strip_prefix('"')?.strip_suffix('"')?;
    (!inside.contains(['"', '\\'])).then_some(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_cut_and_strings_are_not() {
        for (line, code) in [
            ("let a = 1; // f64", "let a = 1; "),
            ("/// sqlx", ""),
            (r#"let a = "http://x"; // y"#, r#"let a = "http://x"; "#),
            (r#"let a = "\"//"; b"#, r#"let a = "\"//"; b"#),
            (r#"if c == '"' { } // z"#, r#"if c == '"' { } "#),
            ("fn a<'a>(b: &'a str) {} // c", "fn a<'a>(b: &'a str) {} "),
        ] {
            assert_eq!(without_comment(line), code);
        }
    }

    #[test]
    fn words_stand_alone() {
        assert!(has_word("use sqlx::query;", "sqlx"));
        assert!(has_word("sqlx", "sqlx"));
        assert!(!has_word("my_sqlx::a", "sqlx"));
        assert!(!has_word("sqlx_places", "sqlx"));
        assert_eq!(words_at("f64 as_f64 f64", "f64").collect::<Vec<_>>(), [0, 11]);
    }

    #[test]
    fn arguments_are_split_at_the_outermost_commas() {
        let text = r#"get, path = "/a,b", params(("id" = String, Path), X)) rest"#;
        assert_eq!(
            arguments(text).expect("closed"),
            ["get", r#"path = "/a,b""#, r#"params(("id" = String, Path), X)"#]
        );
        assert_eq!(arguments("a, b"), None);
        assert_eq!(arguments(r#"")", b)"#).expect("closed"), [r#"")""#, "b"]);
    }

    #[test]
    fn literals_are_exactly_one_string() {
        assert_eq!(literal(r#""/v1""#), Some("/v1"));
        assert_eq!(literal("PATH"), None);
        assert_eq!(literal(r#""a" + "b""#), None);
    }
}

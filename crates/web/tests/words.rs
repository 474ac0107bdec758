//! Every text exists in every language, with the same values, in the right script.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;

/// The values that a text mentions, and its letters.
#[derive(Debug, Default)]
struct Text {
    values: BTreeSet<String>,
    letters: String,
}

fn texts(lang: &str) -> BTreeMap<String, Text> {
    let file = format!("{}/i18n/{lang}/web.ftl", env!("CARGO_MANIFEST_DIR"));
    let source = std::fs::read_to_string(&file).unwrap();
    let resource = parser::parse(source.as_str())
        .unwrap_or_else(|(_, errors)| panic!("{file} cannot be read: {errors:?}"));
    let mut found = BTreeMap::new();
    for entry in &resource.body {
        let Entry::Message(message) = entry else { continue };
        let mut text = Text::default();
        pattern(message.value.as_ref().unwrap(), &mut text);
        let twice = found.insert(message.id.name.to_owned(), text);
        assert!(twice.is_none(), "{file} has {} twice", message.id.name);
    }
    found
}

fn pattern(pattern: &Pattern<&str>, text: &mut Text) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => text.letters.push_str(value),
            PatternElement::Placeable { expression } => expressed(expression, text),
        }
    }
}

fn expressed(expression: &Expression<&str>, text: &mut Text) {
    match expression {
        Expression::Inline(inline) => value(inline, text),
        Expression::Select { selector, variants } => {
            value(selector, text);
            for variant in variants {
                pattern(&variant.value, text);
            }
        }
    }
}

fn value(inline: &InlineExpression<&str>, text: &mut Text) {
    match inline {
        InlineExpression::VariableReference { id } => {
            text.values.insert(id.name.to_owned());
        }
        InlineExpression::StringLiteral { value } => text.letters.push_str(value),
        other => panic!("{other:?} is not used in our texts"),
    }
}

#[test]
fn every_text_is_in_every_language() {
    let english = texts("en");
    assert!(english.len() > 100, "{}", english.len());
    for lang in ["uz", "ru"] {
        let other = texts(lang);
        let names = |texts: &BTreeMap<String, Text>| texts.keys().cloned().collect::<BTreeSet<_>>();
        let missing: Vec<_> = names(&english).difference(&names(&other)).cloned().collect();
        let surplus: Vec<_> = names(&other).difference(&names(&english)).cloned().collect();
        assert!(missing.is_empty() && surplus.is_empty(), "{lang}: {missing:?}, {surplus:?}");
        for (name, text) in &english {
            assert_eq!(text.values, other[name].values, "{name} in {lang}");
        }
    }
}

#[test]
fn every_language_is_in_its_script() {
    let cyrillic = |c: char| ('\u{400}'..='\u{4ff}').contains(&c);
    for (lang, wanted) in [("uz", false), ("ru", true), ("en", false)] {
        for (name, text) in texts(lang) {
            let letters = || text.letters.chars().filter(|c| c.is_alphabetic());
            // Names of programs and formats are the same everywhere.
            if ["app-name"].contains(&name.as_str()) || letters().count() < 3 {
                continue;
            }
            assert_eq!(letters().any(cyrillic), wanted, "{name} in {lang}: {}", text.letters);
            if lang == "uz" {
                // The letters of Uzbek have signs of their own; quotes in their place break words.
                let wrong = ["o'", "g'", "o‘", "g‘", "o’", "g’", "a’", "a'", "e'"];
                let wrong = wrong.iter().find(|w| text.letters.to_lowercase().contains(**w));
                assert_eq!(wrong, None, "{name}: {}", text.letters);
            }
        }
    }
}

/// A key that no page uses is a text that translators keep for nothing.
#[test]
fn every_text_is_used() {
    fn sources(folder: &std::path::Path, all: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, all);
            } else if path.extension().is_some_and(|e| e == "rs") {
                all.push_str(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut all = String::new();
    sources(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    let unused: Vec<_> =
        texts("en").into_keys().filter(|key| !all.contains(&format!("\"{key}\""))).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

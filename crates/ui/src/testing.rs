//! What the tests of a door look at in its words.
#![expect(
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a test says what is wrong by a panic"
)]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;

/// The words of a door.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// The folder of its crate.
    pub root: &'static str,
    /// The name of its files, without their end.
    pub domain: &'static str,
    /// Texts that are the same in every language: names of programs and formats.
    pub same: &'static [&'static str],
}

/// The values that a text mentions, and its letters.
#[derive(Debug, Default)]
struct Text {
    values: BTreeSet<String>,
    letters: String,
}

impl Words {
    fn texts(&self, lang: &str) -> BTreeMap<String, Text> {
        let file = format!("{}/i18n/{lang}/{}.ftl", self.root, self.domain);
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

    /// Every text exists in every language, with the same values.
    pub fn are_in_every_language(&self) {
        let english = self.texts("en");
        assert!(english.len() > 100, "{}", english.len());
        for lang in ["uz", "ru"] {
            let other = self.texts(lang);
            let names =
                |texts: &BTreeMap<String, Text>| texts.keys().cloned().collect::<BTreeSet<_>>();
            let missing: Vec<_> = names(&english).difference(&names(&other)).cloned().collect();
            let surplus: Vec<_> = names(&other).difference(&names(&english)).cloned().collect();
            assert!(missing.is_empty() && surplus.is_empty(), "{lang}: {missing:?}, {surplus:?}");
            for (name, text) in &english {
                assert_eq!(text.values, other[name].values, "{name} in {lang}");
            }
        }
    }

    /// Every language is in its script, and Uzbek in its own letters.
    pub fn are_in_their_script(&self) {
        let cyrillic = |c: char| ('\u{400}'..='\u{4ff}').contains(&c);
        for (lang, wanted) in [("uz", false), ("ru", true), ("en", false)] {
            for (name, text) in self.texts(lang) {
                let letters = || text.letters.chars().filter(|c| c.is_alphabetic());
                if self.same.contains(&name.as_str()) || letters().count() < 3 {
                    continue;
                }
                assert_eq!(letters().any(cyrillic), wanted, "{name} in {lang}: {}", text.letters);
                if lang == "uz" {
                    // The letters of Uzbek have signs of their own; quotes in their place break
                    // words.
                    let wrong = ["o'", "g'", "o‘", "g‘", "o’", "g’", "a’", "a'", "e'"];
                    let wrong = wrong.iter().find(|w| text.letters.to_lowercase().contains(**w));
                    assert_eq!(wrong, None, "{name}: {}", text.letters);
                }
            }
        }
    }

    /// A key that no page uses is a text that translators keep for nothing.
    pub fn are_used(&self) {
        let mut all = String::new();
        sources(&Path::new(self.root).join("src"), &mut all);
        let unused: Vec<_> = self
            .texts("en")
            .into_keys()
            .filter(|key| !all.contains(&format!("\"{key}\"")))
            .collect();
        assert!(unused.is_empty(), "{unused:?}");
    }
}

fn sources(folder: &Path, all: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|e| e == "rs") {
            all.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
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

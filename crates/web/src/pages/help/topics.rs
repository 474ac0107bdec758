//! The frequent questions and their answers, one file per question and language.
//!
//! A file begins with the question as its heading. The rest is the small part of Markdown that
//! [`body`] knows; anything else in it shows as text.

use kernel::Lang;
use maud::{Markup, PreEscaped};
use pulldown_cmark::{Event, Options, Parser, html};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "content/help/"]
struct Files;

/// A question.
#[derive(Clone, Copy, Debug)]
pub(super) struct Topic {
    /// Its name in addresses and files.
    pub id: &'static str,
    /// The icon before it.
    pub icon: &'static str,
}

/// The questions, those in a hurry first.
pub(super) const TOPICS: [Topic; 8] = [
    Topic { id: "wrong-person", icon: "warning" },
    Topic { id: "lost-phone", icon: "device-mobile" },
    Topic { id: "not-arrived", icon: "clock" },
    Topic { id: "fees", icon: "hand-coins" },
    Topic { id: "limits", icon: "wallet" },
    Topic { id: "check-statement", icon: "file-text" },
    Topic { id: "signed-out", icon: "lock-key" },
    Topic { id: "complaints", icon: "chat-circle" },
];

/// A question and its answer in one language.
#[derive(Clone, Debug)]
pub(super) struct Text {
    /// The question.
    pub title: String,
    /// The answer.
    pub body: Markup,
}

impl Topic {
    /// In a language.
    pub fn text(self, lang: Lang) -> Option<Text> {
        let file = Files::get(&format!("{}.{}.md", self.id, lang.tag()))?;
        read(std::str::from_utf8(&file.data).ok()?)
    }
}

fn read(text: &str) -> Option<Text> {
    let (title, rest) = text.strip_prefix("# ")?.split_once('\n')?;
    Some(Text { title: title.trim().to_owned(), body: body(rest) })
}

/// The answer as markup. HTML within it is shown as it is written.
fn body(markdown: &str) -> Markup {
    let events = Parser::new_ext(markdown, Options::empty()).map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        other => other,
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    PreEscaped(out)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use pulldown_cmark::{HeadingLevel, Tag};

    use super::*;
    use crate::view::own_path;

    fn source(topic: Topic, lang: Lang) -> String {
        let file = Files::get(&format!("{}.{}.md", topic.id, lang.tag())).unwrap();
        String::from_utf8(file.data.into_owned()).unwrap()
    }

    fn every() -> impl Iterator<Item = (Topic, Lang)> {
        TOPICS.into_iter().flat_map(|topic| Lang::ALL.map(|lang| (topic, lang)))
    }

    #[test]
    fn every_question_has_an_answer_in_every_language() {
        let mut titles = BTreeSet::new();
        for (topic, lang) in every() {
            let text = topic.text(lang).unwrap_or_else(|| panic!("{} {lang:?}", topic.id));
            assert!(titles.insert(text.title.clone()), "{} twice", text.title);
            assert!((8..=60).contains(&text.title.chars().count()), "{}", text.title);
            assert!(text.body.0.matches("<p>").count() >= 2, "{} {lang:?}", topic.id);
        }
        assert_eq!(Files::iter().count(), TOPICS.len() * Lang::ALL.len());
    }

    #[test]
    fn answers_are_shaped_alike_in_every_language() {
        for topic in TOPICS {
            let shapes = Lang::ALL.map(|lang| {
                let body = topic.text(lang).unwrap().body.0;
                ["<h2>", "<li>", "<a href"].map(|tag| body.matches(tag).count())
            });
            assert_eq!(BTreeSet::from(shapes).len(), 1, "{}: {shapes:?}", topic.id);
        }
    }

    #[test]
    fn answers_keep_to_what_a_page_can_show() {
        for (topic, lang) in every() {
            let text = source(topic, lang);
            let rest = text.split_once('\n').unwrap().1;
            for event in Parser::new_ext(rest, Options::empty()) {
                match event {
                    Event::Start(Tag::Link { dest_url, .. }) => {
                        let good =
                            own_path(&dest_url).is_some() || dest_url.starts_with("https://");
                        assert!(good, "{} {lang:?} leads to {dest_url}", topic.id);
                    }
                    Event::Start(Tag::Heading { level, .. }) => {
                        assert_eq!(level, HeadingLevel::H2, "{} {lang:?}", topic.id);
                    }
                    Event::Start(Tag::Paragraph | Tag::List(_) | Tag::Item | Tag::Strong)
                    | Event::End(_)
                    | Event::Text(_)
                    | Event::SoftBreak => {}
                    other => panic!("{} {lang:?} has {other:?}", topic.id),
                }
            }
        }
    }

    #[test]
    fn answers_are_in_the_letters_of_their_language() {
        for (topic, lang) in every() {
            let text = source(topic, lang);
            let cyrillic = text.chars().filter(|c| ('а'..='я').contains(c)).count();
            assert_eq!(cyrillic > 100, lang == Lang::Ru, "{} {lang:?}", topic.id);
            assert!(lang == Lang::Ru || cyrillic == 0, "{} {lang:?}", topic.id);
            if lang == Lang::Uz {
                assert!(!text.contains(['\'', '‘', '’', '`']), "{}", topic.id);
            }
        }
    }

    #[test]
    fn html_shows_as_text() {
        let text = read("# Q\n\nA <b onclick=\"x()\">bold</b>\n\n<script>alert(1)</script>\n");
        let body = text.unwrap().body.0;
        assert!(!body.contains("<b") && !body.contains("<script"), "{body}");
        assert!(body.contains("&lt;script&gt;"), "{body}");
        assert!(read("no heading\n").is_none());
    }
}

//! The note that a person gives a payment.

use kernel::{Code, Refusal, Result, holds_card_number};

use crate::field_invalid;

/// Longest note, in characters: it has to fit a line of a statement and an SMS.
pub const MAX_CHARS: usize = 140;

/// The note without the spaces around it, or none when nothing is left. Refused when it is too long
/// or holds characters that do not print: they would break statements, and the marks that turn the
/// direction of writing can make a note read as something else. Refused, too, when it holds the
/// number of a card: notes are shown, searched and printed, and nothing like that may stand in
/// the open.
pub fn accept(note: Option<&str>) -> Result<Option<String>> {
    let Some(note) = note else { return Ok(None) };
    if note.chars().count() > MAX_CHARS || note.chars().any(unprintable) {
        return Err(field_invalid("note"));
    }
    if holds_card_number(note) {
        return Err(Refusal::new(Code::NoteHoldsCard).field("note").into());
    }
    let note = note.trim();
    Ok((!note.is_empty()).then(|| note.to_owned()))
}

/// Controls, line and paragraph separators, marks of writing direction, byte order marks.
pub fn unprintable(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
        )
}

/// A text as it is searched: without the signs that stand for the apostrophe of Uzbek words,
/// because every keyboard writes another one (so‘m, so'm, so’m).
pub fn searchable(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '\'' | '‘' | '’' | 'ʻ' | 'ʼ' | '`' | '´')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_apostrophe_is_searched_alike() {
        for written in ["to‘lov", "to'lov", "to’lov", "toʻlov", "toʼlov", "to`lov", "tolov"] {
            assert_eq!(searchable(written), "tolov", "{written}");
        }
    }

    #[test]
    fn notes_are_kept_as_written() {
        for (given, kept) in [
            ("lunch", Some("lunch")),
            ("  Tushlik uchun so‘m ", Some("Tushlik uchun so‘m")),
            ("обед 🍲", Some("обед 🍲")),
            ("'; DROP TABLE account; --", Some("'; DROP TABLE account; --")),
            ("", None),
            ("   ", None),
        ] {
            assert_eq!(accept(Some(given)).unwrap().as_deref(), kept, "{given:?}");
        }
        assert_eq!(accept(None).unwrap(), None);
        let longest = "ў".repeat(MAX_CHARS);
        assert_eq!(accept(Some(&longest)).unwrap(), Some(longest));
    }

    #[test]
    fn bad_notes_are_refused() {
        let long = "a".repeat(MAX_CHARS + 1);
        for bad in [
            "a\nb",
            "a\0b",
            "\t",
            "\u{1b}[31m",
            "a\u{202e}b",
            "\u{2028}",
            "\u{7f}",
            "\u{85}",
            &long,
        ] {
            let Err(kernel::Error::Refused(refusal)) = accept(Some(bad)) else {
                panic!("{bad:?} was accepted");
            };
            assert_eq!((refusal.code, refusal.field), (kernel::Code::FieldInvalid, Some("note")));
        }
    }

    #[test]
    fn card_numbers_are_refused() {
        for bad in ["8600123412341239", "karta 8600 1234 1234 1239 ga"] {
            let Err(kernel::Error::Refused(refusal)) = accept(Some(bad)) else {
                panic!("{bad:?} was accepted");
            };
            assert_eq!((refusal.code, refusal.field), (Code::NoteHoldsCard, Some("note")), "{bad}");
        }
        assert!(accept(Some("8600123412341230")).is_ok(), "one digit off");
    }
}

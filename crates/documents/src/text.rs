//! Text of strangers, made fit for print and for tables.

/// Longest text of one field on paper. More would not fit a row, and a row must fit a page.
const MAX_FIELD_CHARS: usize = 400;
/// What stands for a character that the fonts lack.
const SUBSTITUTE: char = '?';
/// Where a word that is wider than its column may break.
const BREAK_HERE: char = '\u{200b}';
/// A word that is too long may break after so many characters.
const PIECE_CHARS: usize = 8;
/// Longest text of one field in a table: what a cell of a workbook holds is 32,767 UTF-16 units.
const MAX_CELL_CHARS: usize = 16_000;

/// The longest word that fits where a text is printed, in characters; a longer one may break. The
/// place to break is a character of the file: whoever copies the word copies it too.
#[derive(Clone, Copy)]
pub(crate) enum Width {
    /// A column of a table.
    Column,
    /// A narrow column of a table.
    NarrowColumn,
    /// A line of its own.
    Line,
    /// What people copy: numbers and addresses.
    Number,
}

impl Width {
    const fn chars(self) -> usize {
        match self {
            Self::Column => 24,
            Self::NarrowColumn => 16,
            Self::Line => 48,
            Self::Number => 80,
        }
    }
}

/// The text on one line, with every character one that `has` says the fonts have, and with places
/// to break in very long words. What does not show and what changes the direction of writing is
/// left out.
pub(crate) fn printable(text: &str, width: Width, has: impl Fn(char) -> bool) -> String {
    let longest = width.chars();
    let mut out = String::with_capacity(text.len());
    let mut word = 0_usize;
    for (count, character) in one_line(text).enumerate() {
        if count >= MAX_FIELD_CHARS {
            out.push('…');
            break;
        }
        let character = shown(character, &has);
        if character == ' ' {
            word = 0;
        } else {
            if word >= longest && word.is_multiple_of(PIECE_CHARS) {
                out.push(BREAK_HERE);
            }
            word = word.saturating_add(1);
        }
        out.push(character);
    }
    out
}

/// The text on one line, for a cell of a table.
pub(crate) fn cell(text: &str) -> String {
    one_line(text).take(MAX_CELL_CHARS).collect()
}

/// The text for CSV. Spreadsheets take a cell that begins with one of these signs for a formula,
/// and they disagree about what separates cells: an apostrophe stands before such a sign wherever
/// a cell might begin.
pub fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut begins = true;
    for character in cell(text).chars() {
        if begins && matches!(character, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') {
            out.push('\'');
        }
        begins = match character {
            ',' | ';' | '|' => true,
            '"' | ' ' => begins,
            _ => false,
        };
        out.push(character);
    }
    out
}

/// The characters with every white space or control character as one space, none of them at
/// either end, and without what does not show.
fn one_line(text: &str) -> impl Iterator<Item = char> {
    let mut pending = false;
    let mut begun = false;
    text.chars()
        .filter(|c| !is_invisible(*c))
        .flat_map(move |character| {
            if is_space(character) {
                pending = begun;
                return [None, None];
            }
            begun = true;
            let space = std::mem::take(&mut pending).then_some(' ');
            [space, Some(character)]
        })
        .flatten()
}

/// The no-break space is a letter here: it belongs to the text around it.
fn is_space(character: char) -> bool {
    (character.is_whitespace() && character != '\u{a0}' && character != '\u{202f}')
        || character.is_control()
}

/// Joiners, marks of direction, selectors of variants, tags and other characters that have no
/// form of their own (Unicode: default ignorable, and format characters).
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// The character itself when the fonts have it, one that looks the same, or the substitute.
fn shown(character: char, has: impl Fn(char) -> bool) -> char {
    let alike = match character {
        '\u{2010}' | '\u{2011}' | '\u{2043}' => '-',
        '\u{2012}' => '\u{2013}',
        '\u{2015}' => '\u{2014}',
        '\u{2bd}' | '\u{201b}' => '\u{2bb}',
        '\u{2032}' => '\u{2019}',
        '\u{2033}' => '\u{201d}',
        '\u{2219}' | '\u{22c5}' | '\u{30fb}' => '\u{b7}',
        other => other,
    };
    if has(character) {
        character
    } else if has(alike) {
        alike
    } else {
        SUBSTITUTE
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ascii(text: &str) -> String {
        printable(text, Width::Column, |c| c.is_ascii())
    }

    #[test]
    fn what_the_fonts_lack_is_seen_to_be_lacking() {
        assert_eq!(ascii("Ali \u{1f600} V"), "Ali ? V");
        assert_eq!(ascii("\u{1f468}\u{200d}\u{1f469}"), "??");
        assert_eq!(ascii("\u{5e9}\u{5dc}"), "??");
        assert_eq!(ascii("a\u{202e}b\u{2066}c\u{feff}\u{ad}d"), "abcd");
        assert_eq!(ascii("a\u{2011}b"), "a-b");
    }

    #[test]
    fn text_stays_on_one_line() {
        assert_eq!(ascii("  a \r\n\t b\u{0}\u{2028}c  "), "a b c");
        assert_eq!(ascii("\n"), "");
    }

    #[test]
    fn long_words_can_break_and_long_texts_end() {
        let long = ascii(&"x".repeat(60));
        assert!(long.split('\u{200b}').all(|piece| piece.len() <= Width::Column.chars()));
        assert_eq!(long.replace('\u{200b}', ""), "x".repeat(60));
        assert_eq!(ascii("Administration-of-things"), "Administration-of-things");
        let endless = ascii(&"ab ".repeat(1_000));
        assert_eq!(endless.chars().count(), MAX_FIELD_CHARS + 1);
        assert!(endless.ends_with('…'));
    }

    #[test]
    fn no_cell_is_a_formula_however_the_line_is_split() {
        assert_eq!(harmless("=1+1"), "'=1+1");
        assert_eq!(harmless("  \t@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(harmless("a;=1"), "a;'=1");
        assert_eq!(harmless("a, \"-1"), "a, \"'-1");
        assert_eq!(harmless("x\r\n+998"), "x +998");
        assert_eq!(harmless("1-2=3"), "1-2=3");
        assert_eq!(harmless("＝1"), "'＝1");
    }

    proptest! {
        #[test]
        fn nothing_unknown_is_ever_printed(text in "\\PC{0,200}|.{0,60}") {
            let printed = ascii(&text);
            let known = |c: char| c.is_ascii_graphic() || matches!(c, ' ' | BREAK_HERE | '…');
            prop_assert!(printed.chars().all(known));
            prop_assert!(!printed.contains("  ") && printed.trim() == printed);
            for word in printed.split([' ', '\u{200b}']) {
                prop_assert!(word.chars().count() <= Width::Column.chars());
            }
        }
    }
}

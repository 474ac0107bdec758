use kernel::{CustomerId, EmailAddress, Permission, Phone};

use crate::{DocumentNumber, PersonalNumber};

/// Digits that stand for a customer in account numbers.
const CLIENT_CODE_DIGITS: usize = 8;
/// The longest search, in characters.
const QUERY_MAX_CHARS: usize = 100;
/// The least of a name that is looked for, unless a second word narrows it: fewer letters would
/// list half the bank.
const NAME_MIN_CHARS: usize = 3;
/// First, last and father's name.
const NAME_MAX_WORDS: usize = 3;

/// What of a customer is hidden until somebody asks to see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The phone.
    Phone,
    /// The mail address.
    Email,
    /// The date of birth.
    BirthDate,
    /// The identity document.
    Document,
}

impl Field {
    /// Every one, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Phone, Self::Email, Self::BirthDate, Self::Document];

    /// Its name in forms and records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::BirthDate => "birth_date",
            Self::Document => "document",
        }
    }

    /// The field of a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == text)
    }

    /// What an employee needs to see it in full.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Phone => Permission::CustomerReadPhone,
            Self::Email => Permission::CustomerReadEmail,
            Self::BirthDate => Permission::CustomerReadBirthDate,
            Self::Document => Permission::CustomerReadDocument,
        }
    }
}

/// What an employee looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Query {
    /// One customer.
    Id(CustomerId),
    /// The eight digits in account numbers.
    ClientCode(i32),
    /// Whoever has this phone.
    Phone(Phone),
    /// Whoever has this mail address.
    Email(EmailAddress),
    /// Whoever declared a document with this number.
    Document(DocumentNumber),
    /// Whoever declared to be the one with this number.
    PersonalNumber(PersonalNumber),
    /// Words that names begin with, as they are compared, the longest first.
    Name(Vec<String>),
}

impl Query {
    /// How it searches, for the audit log: never what was typed.
    pub const fn way(&self) -> &'static str {
        match self {
            Self::Id(_) => "id",
            Self::ClientCode(_) => "client_code",
            Self::Phone(_) => "phone",
            Self::Email(_) => "email",
            Self::Document(_) => "document",
            Self::PersonalNumber(_) => "personal_number",
            Self::Name(_) => "name",
        }
    }

    /// Reads what was typed. `None` when nobody can be found by it.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.chars().count() > QUERY_MAX_CHARS {
            return None;
        }
        if let Ok(id) = text.parse() {
            return Some(Self::Id(id));
        }
        if text.contains('@') {
            return EmailAddress::parse(text).map(Self::Email);
        }
        let filler = |c: char| c.is_whitespace() || matches!(c, '-' | '(' | ')' | '.');
        let digits: String = text.chars().filter(|c| !filler(*c)).collect();
        if digits.len() == CLIENT_CODE_DIGITS && digits.bytes().all(|b| b.is_ascii_digit()) {
            return digits.parse().ok().map(Self::ClientCode);
        }
        if let Some(number) = PersonalNumber::parse(&digits) {
            return Some(Self::PersonalNumber(number));
        }
        if let Some(phone) = Phone::parse(&digits) {
            return Some(Self::Phone(phone));
        }
        if let Some(number) = DocumentNumber::parse(text) {
            return Some(Self::Document(number));
        }
        let mut words: Vec<_> =
            text.split_whitespace().map(comparable).filter(|word| !word.is_empty()).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        let longest = words.first().map_or(0, |word| word.chars().count());
        let enough = longest >= NAME_MIN_CHARS && words.len() <= NAME_MAX_WORDS;
        enough.then_some(Self::Name(words))
    }
}

/// A name as it is compared: small letters, without the signs that every keyboard writes otherwise.
/// The function `comparable_name` of the database, which the index of the names is over, does the
/// same.
fn comparable(word: &str) -> String {
    const SIGNS: [char; 7] = ['\u{2bb}', '\u{2bc}', '\u{2018}', '\u{2019}', '\'', '`', '\u{b4}'];
    word.to_lowercase().replace(SIGNS, "")
}

/// A word as the beginning of what `LIKE` matches.
pub(super) fn like(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len().saturating_add(1));
    for c in word.chars() {
        if matches!(c, '\\' | '%' | '_') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_says_how_to_search() {
        let way = |text| Query::read(text).map(|query| query.way());
        for (text, expected) in [
            ("+998 90 123 45 67", Some("phone")),
            ("901234567", Some("phone")),
            ("(90) 123.45.67", Some("phone")),
            ("aa 123 45 67", Some("document")),
            ("31705901230018", Some("personal_number")),
            ("10000001", Some("client_code")),
            ("cus_019a00000000700080000000000000ff", Some("id")),
            ("jasur@mail.uz", Some("email")),
            ("jasur@", None),
            ("Karimov Jasur", Some("name")),
            ("Ким Ли", Some("name")),
            ("Ли", None),
            ("'''", None),
            ("one two three four", None),
            ("", None),
            (&"x".repeat(101), None),
        ] {
            assert_eq!(way(text), expected, "{text}");
        }
    }

    #[test]
    fn names_are_compared_without_their_signs_the_longest_word_first() {
        let words = |text| match Query::read(text) {
            Some(Query::Name(words)) => words,
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(words("  dil KARIM "), ["karim", "dil"]);
        for text in ["O\u{2bb}g\u{2bb}iloy", "O'g'iloy", "o`g`ILOY"] {
            assert_eq!(words(text), ["ogiloy"], "{text}");
        }
        assert_eq!(words("Жасур"), ["жасур"]);
    }

    #[test]
    fn names_are_matched_literally() {
        assert_eq!(like("kar"), "kar%");
        assert_eq!(like(r"50%_\"), r"50\%\_\\%");
    }

    #[test]
    fn fields_have_names_and_permissions() {
        for field in Field::ALL {
            assert_eq!(Field::parse(field.as_str()), Some(field));
            assert!(field.permission().staff_name().unwrap().ends_with(field.as_str()));
        }
        assert_eq!(Field::parse("pan"), None);
    }
}

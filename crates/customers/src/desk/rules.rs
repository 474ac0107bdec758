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

/// A name as it is compared: small Latin letters in one spelling, whichever alphabet it is written
/// in, without the signs that every keyboard writes otherwise. The function `comparable_name` of
/// the database, which the index of the names is over, does the same.
fn comparable(word: &str) -> String {
    let mut latin = String::with_capacity(word.len());
    for c in word.to_lowercase().chars() {
        match in_latin(c) {
            Some(letters) => latin.push_str(letters),
            None => latin.push(c),
        }
    }
    SOUNDS.iter().fold(latin, |word, (two, one)| word.replace(two, one))
}

/// Two letters that are one in another spelling, in the order in which they are replaced.
const SOUNDS: [(&str, &str); 4] = [("kh", "h"), ("zh", "j"), ("dj", "j"), ("ye", "e")];

/// A letter of Uzbek or Russian in Latin ones; of those that are heard alike in names, one.
const fn in_latin(c: char) -> Option<&'static str> {
    Some(match c {
        'ʻ' | 'ʼ' | '‘' | '’' | '\'' | '`' | '´' | 'ъ' | 'ь' => "",
        'а' => "a",
        'б' => "b",
        'в' | 'w' => "v",
        'г' | 'ғ' => "g",
        'д' => "d",
        'е' | 'э' => "e",
        'ё' => "yo",
        'ж' => "j",
        'з' => "z",
        'и' | 'ы' => "i",
        'й' => "y",
        'к' | 'қ' | 'q' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' | 'ў' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' => "u",
        'ф' => "f",
        'х' | 'ҳ' | 'x' => "h",
        'ц' => "ts",
        'ч' => "ch",
        'ш' | 'щ' => "sh",
        'ю' => "yu",
        'я' => "ya",
        _ => return None,
    })
}

/// What the names match that begin with a word: with its letters, or, where its last one may be the
/// first of two that are one sound, with that.
pub(super) fn beginnings(word: &str) -> [String; 2] {
    let (begun, sound) = match word.strip_suffix("dz") {
        Some(begun) => (begun, "j"),
        None => SOUNDS
            .iter()
            .find_map(|(two, one)| {
                let first = two.chars().next()?;
                word.strip_suffix(first).map(|begun| (begun, *one))
            })
            .unwrap_or((word, "")),
    };
    [like(word), like(&format!("{begun}{sound}"))]
}

/// A word as the beginning of what `LIKE` matches.
fn like(word: &str) -> String {
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
        for text in ["O\u{2bb}g\u{2bb}iloy", "O'g'iloy", "o`g`ILOY", "Ўғилой"] {
            assert_eq!(words(text), ["ogiloy"], "{text}");
        }
    }

    #[test]
    fn a_name_is_the_same_in_every_alphabet() {
        for names in [
            &["Karimov", "Каримов", "КАРИМОВ"][..],
            &["Qodirov", "Қодиров", "Кодиров"],
            &["Gʻayrat", "Gayrat", "Ғайрат", "Гайрат"],
            &["Xasan", "Hasan", "Khasan", "Ҳасан", "Хасан"],
            &["Jasur", "Zhasur", "Djasur", "Dzhasur", "Жасур", "Джасур"],
            &["Yuliya", "Юлия"],
            &["Yelena", "Elena", "Елена"],
            &["Igor", "Игорь"],
        ] {
            for name in names {
                assert_eq!(comparable(name), comparable(names[0]), "{name}");
            }
        }
        // Who is looked for by a few letters is found, wherever the typing stops.
        for name in ["Mikhail", "Dzhasur", "Yelena", "Malik", "Ahmad", "Джасур"] {
            let whole = comparable(name);
            for typed in (1..=name.chars().count()).map(|n| name.chars().take(n).collect()) {
                let typed: String = typed;
                let found = beginnings(&comparable(&typed));
                let begins = |like: &String| whole.starts_with(like.trim_end_matches('%'));
                assert!(found.iter().any(begins), "{typed} {found:?}");
            }
        }
        assert_eq!(beginnings("karim"), ["karim%", "karim%"]);
        assert_eq!(beginnings("malik"), ["malik%", "malih%"]);
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

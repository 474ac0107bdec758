use std::collections::HashSet;
use std::sync::LazyLock;

use kernel::{Code, Refusal};

use super::Personal;

/// Least and greatest length, in characters.
const CHARS_MIN: usize = 12;
const CHARS_MAX: usize = 128;
/// What the greatest length takes in UTF-8 at most.
pub(super) const BYTES_MAX: usize = CHARS_MAX * 4;
/// Least number of different characters.
const DISTINCT_MIN: usize = 5;
/// Least number of characters that do not follow from the one before: by the alphabet, by counting,
/// or along a row or column of the keyboard.
const SURPRISES_MIN: usize = 5;
/// Below this, letters of a name are found in too many words to mean anything.
const NAME_CHARS_MIN: usize = 3;

/// Words that common passwords are made of, in lower case: from the top of public lists of leaked
/// passwords, and names, cities, clubs and everyday words of Uzbek, Russian and English.
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("common.txt").split_ascii_whitespace().collect());

/// What stands next to each other in someone's fingers.
const RUNS: [&str; 20] = [
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "12345678901",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "йцукенгшщзхъ",
    "фывапролджэ",
    "ячсмитьбю.",
    "!@#$%^&*()_+",
    "1qaz",
    "2wsx",
    "3edc",
    "4rfv",
    "5tgb",
    "6yhn",
    "7ujm",
    "8ik,",
    "9ol.",
    "0p;/",
];

/// Refuses a password that is too short, too long, or that someone would guess.
pub(super) fn check(password: &str, personal: &Personal<'_>) -> Result<(), Refusal> {
    let chars: Vec<char> = password.chars().collect();
    if chars.len() < CHARS_MIN {
        return Err(Refusal::new(Code::PasswordTooShort)
            .field("password")
            .value("min", CHARS_MIN.to_string()));
    }
    if chars.len() > CHARS_MAX {
        return Err(Refusal::new(Code::PasswordTooLong)
            .field("password")
            .value("max", CHARS_MAX.to_string()));
    }
    let lower = password.to_lowercase();
    if is_monotonous(&lower) || holds_phone(&lower, personal) || is_made_of_words(&lower, personal)
    {
        return Err(Refusal::new(Code::PasswordTooCommon).field("password"));
    }
    Ok(())
}

/// Few different characters, or almost all follow from the one before.
fn is_monotonous(lower: &str) -> bool {
    let distinct: HashSet<char> = lower.chars().collect();
    if distinct.len() < DISTINCT_MIN {
        return true;
    }
    let followed =
        lower.chars().zip(lower.chars().skip(1)).filter(|(a, b)| a == b || are_next(*a, *b));
    lower.chars().count().saturating_sub(followed.count()) < SURPRISES_MIN
}

/// Whether two characters stand next to each other in a run, either way.
fn are_next(a: char, b: char) -> bool {
    RUNS.iter().any(|run| {
        run.chars().zip(run.chars().skip(1)).any(|(x, y)| (x == a && y == b) || (x == b && y == a))
    })
}

fn holds_phone(lower: &str, personal: &Personal<'_>) -> bool {
    let digits: String = lower.chars().filter(char::is_ascii_digit).collect();
    personal.phone.expose().get(3..).is_some_and(|own| digits.contains(own))
}

/// What is left without decoration is a common word or one of the customer's names, repeated or
/// two together.
fn is_made_of_words(lower: &str, personal: &Personal<'_>) -> bool {
    let names: Vec<String> = [personal.first_name, personal.last_name]
        .into_iter()
        .map(|name| letters(&name.to_lowercase()))
        .filter(|name| name.chars().count() >= NAME_CHARS_MIN)
        .collect();
    let known = |word: &str| COMMON.contains(word) || names.iter().any(|name| name == word);
    cores(lower).iter().any(|core| is_covered(core, known))
}

/// The password without its decoration, read in the ways people decorate: digits and signs before
/// and after, between, and in the place of letters.
fn cores(lower: &str) -> Vec<String> {
    let decoration = |c: char| !c.is_alphabetic();
    let bare = lower.trim_matches(decoration);
    let without_digits = lower.trim_matches(|c: char| c.is_ascii_digit());
    let mut cores = vec![letters(lower)];
    for one in ['i', 'l'] {
        for text in [lower, bare, without_digits] {
            cores.push(letters(&unleet(text, one)));
        }
    }
    cores
}

/// Letters only. The signs that Uzbek writes within a letter are no letters of their own here.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphabetic() && !matches!(c, 'ʻ' | 'ʼ')).collect()
}

/// Puts letters in the place of the digits and signs that stand for them; `1` is an `i` or an `l`.
fn unleet(text: &str, one: char) -> String {
    text.chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | '!' | '|' => one,
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' => 't',
            '8' => 'b',
            '9' => 'g',
            other => other,
        })
        .collect()
}

/// Whether a text is a known word, one known word repeated, or two known words.
fn is_covered(text: &str, known: impl Fn(&str) -> bool) -> bool {
    if text.is_empty() {
        return false;
    }
    text.char_indices().map(|(at, c)| at.saturating_add(c.len_utf8())).any(|at| {
        let (first, rest) = text.split_at(at);
        known(first) && (rest.is_empty() || known(rest) || is_repeated(first, rest))
    })
}

/// Whether `rest` is `unit` over and over, the last time perhaps cut short.
fn is_repeated(unit: &str, rest: &str) -> bool {
    unit.chars().cycle().zip(rest.chars()).all(|(a, b)| a == b)
}

#[cfg(test)]
mod tests {
    use kernel::Phone;
    use proptest::prelude::*;

    use super::*;

    fn verdict(password: &str) -> Option<Code> {
        let phone = Phone::parse("+998 90 123 45 67").unwrap();
        let personal =
            Personal { phone: &phone, first_name: "Go‘zalxon", last_name: "Nurmatova" };
        check(password, &personal).err().map(|refusal| refusal.code)
    }

    #[test]
    fn the_list_is_long_and_in_lower_case() {
        assert!(COMMON.len() >= 1_000, "{}", COMMON.len());
        for word in COMMON.iter() {
            assert_eq!(*word, word.to_lowercase());
            assert!(word.chars().count() >= 3 && word.chars().all(char::is_alphabetic), "{word}");
        }
        let words = include_str!("common.txt").split_ascii_whitespace().count();
        assert_eq!(words, COMMON.len(), "a word stands twice");
    }

    #[test]
    fn length_counts_characters() {
        assert_eq!(verdict(""), Some(Code::PasswordTooShort));
        assert_eq!(verdict("kech0qor_ix"), Some(Code::PasswordTooShort));
        assert_eq!(verdict("шкафоблако7"), Some(Code::PasswordTooShort));
        assert_eq!(verdict("kech0qor_ixp"), None);
        assert_eq!(verdict(&"kech0qor_ixp".repeat(10)), None);
        assert_eq!(verdict(&"kech0qor_ixp".repeat(11)), Some(Code::PasswordTooLong));
    }

    #[test]
    fn guessable_passwords_are_refused() {
        for password in [
            "parolparol12",
            "Parol12345678",
            "qwertyuiop12",
            "toshkent2024",
            "Toshkent_2024!",
            "salomsalom12",
            "salom-dunyo-2025",
            "P@ssw0rd1234",
            "p4ssw0rd!!!!",
            "password1234",
            "PasswordPassword",
            "1q2w3e4r5t6y",
            "1qaz2wsx3edc",
            "zaq12wsxcde3",
            "qwerty123456",
            "йцукенгшщзхъ",
            "йцукен123456",
            "пароль123456",
            "привет-привет",
            "iloveyou2024",
            "ILoveYouBaby1",
            "123456789012",
            "012345678901",
            "098765432109",
            "abcdefghijkl",
            "abcdef123456",
            "aaaaaaaaaaaa",
            "abababababab",
            "aaaabbbbcccc",
            "112233445566",
            "administrator",
            "welcome12345",
            "gfhjkmgfhjkm",
            "dilshod12345",
            "okto20262026",
            "ozbekiston1991",
            "uzbekistan1991",
            "spartak-champion",
            "qazwsxedcrfv",
            "password password",
            "letmeinletmein",
            "$alom$alom12",
            "navruznavruz",
        ] {
            assert_eq!(verdict(password), Some(Code::PasswordTooCommon), "{password}");
        }
    }

    #[test]
    fn own_data_is_refused() {
        for password in [
            "x901234567yz",
            "Anor901234567",
            "90-123-45-67-ab",
            "+998901234567",
            "nurmatova1985",
            "Gozalxon-1985",
            "Go‘zalxon1985",
            "gozalxonnurmatova",
            "Nurmatova.Gozalxon",
            "1985nurmatova!",
        ] {
            assert_eq!(verdict(password), Some(Code::PasswordTooCommon), "{password}");
        }
    }

    #[test]
    fn good_passwords_are_taken() {
        for password in [
            "uch yashil fil bozorda",
            "correct horse battery staple",
            "tRk9-mVw2-pLx7",
            "olma-anor-qovun-tarvuz",
            "мой кот ест огурцы",
            "Zarafshon bo‘yida 7 terak",
            "739 182 640 518 27",
            "kuchukvoy sakradi",
            "B7d%qa!2mZx@",
            "密码很长的一个例子好吗朋友",
        ] {
            assert_eq!(verdict(password), None, "{password}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_check(password in "\\PC{0,140}") {
            let _ = verdict(&password);
        }

        #[test]
        fn random_passwords_are_taken(password in "[a-zA-Z0-9]{24}") {
            prop_assert_eq!(verdict(&password), None);
        }

        #[test]
        fn decorated_words_are_refused(
            word in prop::sample::select(COMMON.iter().copied().collect::<Vec<_>>()),
            tail in "[0-9!.]{12}",
        ) {
            prop_assert_eq!(verdict(&format!("{word}{tail}")), Some(Code::PasswordTooCommon));
        }
    }
}

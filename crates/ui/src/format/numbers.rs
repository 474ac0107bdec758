use kernel::Lang;

use super::NBSP;

/// `+998 90 123 45 67` of `+998901234567`; another number as it is written. No line ends within one
/// that begins with its country, masked or not.
pub fn phone(number: &str) -> String {
    let digits = number.strip_prefix('+').unwrap_or(number);
    if digits.len() == 12 && digits.starts_with("998") {
        format!("+{}", grouped(digits, &[3, 2, 3, 2, 2]))
    } else if number.starts_with('+') {
        number.replace(' ', &NBSP.to_string())
    } else {
        number.to_owned()
    }
}

/// An account number in its parts: `20206 000 9 01234567 001`; another text as it is. Ordinary
/// spaces, because where it does not fit it should break between its parts.
pub fn account_number(number: &str) -> String {
    if number.len() != 20 {
        return number.to_owned();
    }
    grouped(number, &[5, 3, 1, 8, 3]).replace(NBSP, " ")
}

/// Groups of four: codes of documents, card numbers.
pub fn fours(code: &str) -> String {
    grouped(code, &[4; 8])
}

/// The last digits of a number that is not shown: `·· 4321`.
pub fn tail(last: &str) -> String {
    format!("··{NBSP}{last}")
}

/// A network as people read it: `203.0.113.x` of `203.0.113.0/24`, `2001:db8:1:…` of
/// `2001:db8:1::/48`; another text as it is.
pub fn network(prefix: &str) -> String {
    match (prefix.strip_suffix(".0/24"), prefix.strip_suffix("::/48")) {
        (Some(four), _) => format!("{four}.x"),
        (None, Some(six)) => format!("{six}:…"),
        (None, None) => prefix.to_owned(),
    }
}

/// A share in whole percent: `38 %`, in English `38%`.
pub fn percent(lang: Lang, whole: i64) -> String {
    match lang {
        Lang::Ru => format!("{whole}{NBSP}%"),
        Lang::Uz | Lang::En => format!("{whole}%"),
    }
}

/// Parts of these lengths with no-break spaces between; what is left over is the last part.
fn grouped(text: &str, lengths: &[usize]) -> String {
    let mut out = String::with_capacity(text.len().saturating_mul(2));
    let mut chars = text.chars().peekable();
    for length in lengths {
        if chars.peek().is_none() {
            return out;
        }
        if !out.is_empty() {
            out.push(NBSP);
        }
        out.extend(chars.by_ref().take(*length));
    }
    if chars.peek().is_some() {
        out.push(NBSP);
    }
    out.extend(chars);
    out
}

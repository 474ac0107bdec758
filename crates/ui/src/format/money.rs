use std::fmt::Write as _;

use kernel::{Asset, Lang, Money};

use super::{MINUS, NBSP};

/// An amount in its written parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Sign, digits in groups, minor units unless they are zero; dollars with their sign.
    pub number: String,
    /// The currency word that follows; dollars have none.
    pub word: Option<&'static str>,
}

/// An amount as it is typed into a field: written as money is, without its currency.
pub fn typed(lang: Lang, money: Money) -> String {
    Written::new(lang, money, false).number.trim_start_matches('$').to_owned()
}

impl Written {
    /// Writes an amount; `signed` gives what is above zero a plus.
    pub fn new(lang: Lang, money: Money, signed: bool) -> Self {
        let mut number = String::with_capacity(24);
        if money.minor < 0 {
            number.push(MINUS);
        } else if signed && money.minor > 0 {
            number.push('+');
        }
        if money.asset == Asset::Usd {
            number.push('$');
        }
        let (whole, minor) = parts(money);
        push_grouped(&mut number, whole);
        if minor != 0 {
            number.push(decimal_sign(lang));
            // Writing to a string does not fail.
            let _ = write!(number, "{minor:02}");
        }
        let word = (money.asset != Asset::Usd).then(|| currency(lang, money.asset));
        Self { number, word }
    }
}

/// Whole units and the rest, without the sign.
fn parts(money: Money) -> (u64, u64) {
    let scale = 10_u64.pow(money.asset.digits());
    let magnitude = money.minor.unsigned_abs();
    (magnitude / scale, magnitude % scale)
}

/// Digits in groups of three.
fn push_grouped(out: &mut String, whole: u64) {
    let digits = whole.to_string();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(NBSP);
        }
        out.push(digit);
    }
}

const fn decimal_sign(lang: Lang) -> char {
    match lang {
        Lang::En => '.',
        Lang::Uz | Lang::Ru => ',',
    }
}

/// The word of a currency: `soʻm`, `сум`, `sum`; `$` for dollars.
pub const fn currency(lang: Lang, asset: Asset) -> &'static str {
    match (asset, lang) {
        (Asset::Uzs, Lang::Uz) => "soʻm",
        (Asset::Uzs, Lang::Ru) => "сум",
        (Asset::Uzs, Lang::En) => "sum",
        (Asset::Usd, _) => "$",
    }
}

/// `12 846 500 soʻm`, `−184 500,50 soʻm`, `$312,40`: groups by U+00A0, minus by U+2212, tiyin and
/// cents only when they are not zero.
pub fn money(lang: Lang, money: Money) -> String {
    joined(Written::new(lang, money, false))
}

/// The same with a plus before what is above zero.
pub fn signed(lang: Lang, money: Money) -> String {
    joined(Written::new(lang, money, true))
}

fn joined(written: Written) -> String {
    match written.word {
        Some(word) => format!("{}{NBSP}{word}", written.number),
        None => written.number,
    }
}

/// For screen readers: no groups, the sign as a word, and the minor units by their name:
/// `minus 184500 soʻm 50 tiyin`.
pub fn spoken(lang: Lang, money: Money) -> String {
    let (whole, minor) = parts(money);
    let sign = match (money.minor < 0, lang) {
        (false, _) => "",
        (true, Lang::Ru) => "минус ",
        (true, Lang::Uz | Lang::En) => "minus ",
    };
    let mut text = format!("{sign}{whole} {}", unit(lang, money.asset, whole));
    if minor != 0 {
        // Writing to a string does not fail.
        let _ = write!(text, " {minor} {}", minor_unit(lang, money.asset, minor));
    }
    text
}

/// What a screen reader says before an amount that came.
pub const fn plus(lang: Lang) -> &'static str {
    match lang {
        Lang::Uz => "plyus",
        Lang::Ru => "плюс",
        Lang::En => "plus",
    }
}

fn unit(lang: Lang, asset: Asset, count: u64) -> &'static str {
    match (asset, lang) {
        (Asset::Uzs, _) => currency(lang, asset),
        (Asset::Usd, Lang::Uz) => "dollar",
        (Asset::Usd, Lang::En) => choose(count == 1, "dollar", "dollars"),
        (Asset::Usd, Lang::Ru) => russian(count, ["доллар", "доллара", "долларов"]),
    }
}

fn minor_unit(lang: Lang, asset: Asset, count: u64) -> &'static str {
    match (asset, lang) {
        (Asset::Uzs, Lang::Uz | Lang::En) => "tiyin",
        (Asset::Uzs, Lang::Ru) => russian(count, ["тийин", "тийина", "тийинов"]),
        (Asset::Usd, Lang::Uz) => "sent",
        (Asset::Usd, Lang::En) => choose(count == 1, "cent", "cents"),
        (Asset::Usd, Lang::Ru) => russian(count, ["цент", "цента", "центов"]),
    }
}

const fn choose(first: bool, yes: &'static str, no: &'static str) -> &'static str {
    if first { yes } else { no }
}

/// One, few or many, by the rules of Russian (CLDR).
const fn russian(count: u64, [one, few, many]: [&'static str; 3]) -> &'static str {
    match (count % 10, count % 100) {
        (_, 11..=14) => many,
        (1, _) => one,
        (2..=4, _) => few,
        _ => many,
    }
}

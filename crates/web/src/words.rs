//! The words of the app. They stand in `i18n/`, one Fluent file per language.
//!
//! [`t!`] checks the key and its arguments while compiling, against the English file; a test holds
//! the other languages to the same keys and arguments.

use std::sync::LazyLock;

use i18n_embed::fluent::FluentLanguageLoader;
use kernel::{Amount, Asset, Code, Lang, Money, Refusal};
use rust_embed::RustEmbed;
use ui::format;
use ui::words::Dictionary;

#[derive(RustEmbed)]
#[folder = "i18n/"]
struct Files;

static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(|| Dictionary::load("web", &Files));

/// The words of one language. Copied freely.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words {
    /// Which language.
    pub lang: Lang,
}

impl Words {
    /// Of a language.
    pub const fn of(lang: Lang) -> Self {
        Self { lang }
    }

    /// What [`t!`] looks its words up in.
    pub fn loader(self) -> &'static FluentLanguageLoader {
        DICTIONARY.of(self.lang)
    }

    /// The sentence of a refusal.
    pub fn refusal(self, refusal: &Refusal) -> String {
        if refusal.code == Code::LimitExceeded {
            return self.limit(refusal);
        }
        refusal.sentence(self.lang)
    }

    /// What was refused by a limit: the books name it to whoever is stopped, and keep only that one
    /// was.
    fn limit(self, refusal: &Refusal) -> String {
        let Some((limit, left)) = refusal.get("limit").zip(refusal.get("remaining")) else {
            return t!(self, "limits-refused");
        };
        let left = money(left).map_or_else(|| left.to_owned(), |m| format::money(self.lang, m));
        Refusal::new(refusal.code)
            .value("limit", limit)
            .value("remaining", left)
            .sentence(self.lang)
    }
}

/// An amount as refusals write it: `200.00 UZS`.
fn money(text: &str) -> Option<Money> {
    let (number, asset) = text.split_once(' ')?;
    let asset = Asset::from_code(asset)?;
    let is_zero = number.bytes().all(|b| matches!(b, b'0' | b'.'));
    if is_zero {
        return Some(Money::zero(asset));
    }
    Amount::parse(number, asset).ok().map(Amount::money)
}

/// A text by its key, with the values it mentions: `t!(words, "pay-sent-to", name = name)`.
macro_rules! t {
    ($words:expr, $($key_and_values:tt)*) => {
        i18n_embed_fl::fl!($words.loader(), $($key_and_values)*)
    };
}
pub(crate) use t;

//! The words of the panel. They stand in `i18n/`, one Fluent file per language.
//!
//! [`t!`] checks the key and its arguments while compiling, against the English file; a test holds
//! the other languages to the same keys and arguments.

use std::sync::LazyLock;

use i18n_embed::fluent::FluentLanguageLoader;
use kernel::{Lang, Refusal};
use rust_embed::RustEmbed;
use ui::words::Dictionary;

#[derive(RustEmbed)]
#[folder = "i18n/"]
struct Files;

static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(|| Dictionary::load("admin", &Files));

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
        refusal.sentence(self.lang)
    }
}

/// A text by its key, with the values it mentions: `t!(words, "staff-invited", name = name)`.
macro_rules! t {
    ($words:expr, $($key_and_values:tt)*) => {
        i18n_embed_fl::fl!($words.loader(), $($key_and_values)*)
    };
}
pub(crate) use t;

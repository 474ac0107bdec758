//! The words of the app. They stand in `i18n/`, one Fluent file per language.
//!
//! [`t!`] checks the key and its arguments while compiling, against the English file; a test holds
//! the other languages to the same keys and arguments.

use std::sync::LazyLock;

use i18n_embed::LanguageLoader;
use i18n_embed::fluent::FluentLanguageLoader;
use kernel::{Lang, Refusal};
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

#[derive(RustEmbed)]
#[folder = "i18n/"]
struct Files;

static LOADERS: LazyLock<[(Lang, FluentLanguageLoader); 3]> =
    LazyLock::new(|| Lang::ALL.map(|lang| (lang, load(lang))));

fn load(lang: Lang) -> FluentLanguageLoader {
    let id = |lang: Lang| lang.tag().parse::<LanguageIdentifier>().unwrap_or_default();
    let loader = FluentLanguageLoader::new("web", id(Lang::En));
    if let Err(error) = loader.load_languages(&Files, &[id(lang)]) {
        // A test loads all three, so a bank that was tested does not come here.
        tracing::error!(%error, lang = lang.tag(), "the words of a language cannot be read");
    }
    // The marks around values are for texts that mix writing directions; ours do not, and a screen
    // reader may read them out.
    loader.set_use_isolating(false);
    loader
}

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
        let [uz, ru, en] = &*LOADERS;
        match self.lang {
            Lang::Uz => &uz.1,
            Lang::Ru => &ru.1,
            Lang::En => &en.1,
        }
    }

    /// The sentence of a refusal.
    pub fn refusal(self, refusal: &Refusal) -> String {
        refusal.sentence(self.lang)
    }
}

/// A text by its key, with the values it mentions: `t!(words, "pay-sent-to", name = name)`.
macro_rules! t {
    ($words:expr, $($key_and_values:tt)*) => {
        i18n_embed_fl::fl!($words.loader(), $($key_and_values)*)
    };
}
pub(crate) use t;

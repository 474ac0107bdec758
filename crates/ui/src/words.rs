//! How the words of a door are loaded. They stand in its crate, in `i18n/`, one Fluent file per
//! language; `fl!` checks the keys while compiling, and [`crate::testing::words`] holds the three
//! files to the same keys and values.

use i18n_embed::fluent::FluentLanguageLoader;
use i18n_embed::{I18nAssets, LanguageLoader};
use kernel::Lang;
use unic_langid::LanguageIdentifier;

/// The words of a door in each language.
pub struct Dictionary([FluentLanguageLoader; 3]);

impl Dictionary {
    /// Reads the file `{lang}/{domain}.ftl` of each language.
    pub fn load(domain: &str, files: &dyn I18nAssets) -> Self {
        Self(Lang::ALL.map(|lang| load(domain, files, lang)))
    }

    /// Where the words of a language are looked up.
    pub const fn of(&self, lang: Lang) -> &FluentLanguageLoader {
        let [uz, ru, en] = &self.0;
        match lang {
            Lang::Uz => uz,
            Lang::Ru => ru,
            Lang::En => en,
        }
    }
}

fn load(domain: &str, files: &dyn I18nAssets, lang: Lang) -> FluentLanguageLoader {
    let id = |lang: Lang| lang.tag().parse::<LanguageIdentifier>().unwrap_or_default();
    let loader = FluentLanguageLoader::new(domain, id(Lang::En));
    if let Err(error) = loader.load_languages(files, &[id(lang)]) {
        // A test loads all three, so a bank that was tested does not come here.
        let lang = lang.tag();
        tracing::error!(%error, domain, lang, "the words of a language cannot be read");
    }
    // The marks around values are for texts that mix writing directions; ours do not, and a screen
    // reader may read them out.
    loader.set_use_isolating(false);
    loader
}

use kernel::{Lang, Money};
use maud::{Markup, Render, html};

use crate::format;

/// An amount of money on a page: the written form for eyes and the spoken form for screen readers,
/// which would read group signs and U+2212 in ways of their own.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct AmountText {
    lang: Lang,
    money: Money,
    signed: bool,
    bare: bool,
    private: bool,
}

impl AmountText {
    /// The amount as it is, with its currency.
    pub const fn new(lang: Lang, money: Money) -> Self {
        Self { lang, money, signed: false, bare: false, private: false }
    }

    /// A change: what came in has a plus and is green, what went out has a minus and is ink.
    pub const fn signed(mut self) -> Self {
        self.signed = true;
        self
    }

    /// Without the currency word, where a list of sums would repeat it in every row. Dollars keep
    /// their sign. Read out, the currency is always said.
    pub const fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// Shown as dots while the page's balances are hidden.
    pub const fn private(mut self) -> Self {
        self.private = true;
        self
    }
}

/// A number of more characters than this is set smaller where amounts are large.
const LONG_CHARS: usize = 11;

impl Render for AmountText {
    fn render(&self) -> Markup {
        let written = format::Written::new(self.lang, self.money, self.signed);
        let came_in = self.signed && self.money.minor > 0;
        let long = written.number.chars().count() > LONG_CHARS;
        html! {
            span.amount.pos[came_in].long[long].private[self.private] {
                span.amount-v aria-hidden="true" {
                    (written.number)
                    @if let Some(word) = written.word && !self.bare {
                        " " span.amount-c { (word) }
                    }
                }
                span.sr {
                    @if self.signed && self.money.minor > 0 { (format::plus(self.lang)) " " }
                    (format::spoken(self.lang, self.money))
                }
            }
        }
    }
}

/// An amount with its currency: `12 846 500 soʻm`.
pub fn amount(lang: Lang, money: Money) -> Markup {
    AmountText::new(lang, money).render()
}

/// A change of money: `+250 000 soʻm` in green, `−250 000 soʻm` in ink.
pub fn amount_signed(lang: Lang, money: Money) -> Markup {
    AmountText::new(lang, money).signed().render()
}

use kernel::{AccountId, Asset, Code, Day, Lang, Money, Refusal};
use ledger::{CounterKey, Use, Window};
use limits::document::Measure;
use limits::{Counted, Facts, Limit, Subjects};

use crate::fees::TIER;

/// The country of both sides of what stays in the bank.
const HOME: &str = "UZ";

/// What limits ask of an operation inside the bank that comes by a channel: what leaves, and what
/// the account holds that takes. What it is worth in sum is not known.
pub const fn facts(
    (operation, channel): (&'static str, &'static str),
    subjects: Subjects,
    (amount, takes): (Money, Asset),
    day: Day,
) -> Facts<'static> {
    let (tier, country) = (TIER, HOME);
    Facts { operation, subjects, tier, channel, country, amount, takes, worth: None, day }
}

/// What an operation uses of limits.
#[derive(Clone, Debug, Default)]
pub struct Ceilings {
    /// What the ledger counts.
    pub uses: Vec<Use>,
    /// The limits of these, in the same order.
    pub named: Vec<Named>,
    /// The most that may stand on an account afterwards, in minor units.
    pub balances: Vec<(AccountId, i64)>,
    /// The limits of these, in the same order.
    pub of_balances: Vec<Named>,
}

/// A limit as it is told to whoever it stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// In their language.
    pub title: String,
    /// What it counts: money of this asset, or operations.
    pub of: Option<Asset>,
}

impl Named {
    /// Of a limit that an operation in an asset meets.
    pub fn of(limit: &Limit, lang: Lang, asset: Asset) -> Self {
        Self { title: limit.title.in_lang(lang).to_owned(), of: asset_of(limit, asset) }
    }

    /// A number of what it counts.
    pub fn number(&self, number: i64) -> String {
        self.of.map_or_else(|| number.to_string(), |asset| Money::new(number, asset).to_string())
    }
}

/// What a limit counts of an operation in an asset: money of which, or operations.
pub const fn asset_of(limit: &Limit, asset: Asset) -> Option<Asset> {
    match limit.measure {
        Measure::Count => None,
        Measure::Worth => Some(Asset::Uzs),
        Measure::Amount(_) | Measure::Balance(_) => Some(asset),
    }
}

/// What the ledger counts for a limit.
pub fn counted(of: &Counted) -> Use {
    let counter = CounterKey { limit: of.limit, subject: of.subject };
    Use::up_to(counter, window((of.day, of.oldest)), of.amount, of.ceiling)
}

/// The window of a counter, from the first day of the part that is added to and the first that
/// counts together with it.
pub fn window((day, oldest): (Day, Day)) -> Window {
    Window { start: day.start().seconds(), oldest: oldest.start().seconds() }
}

/// The refusal of what would pass a limit, with what remains of it.
pub fn exceeded(named: &Named, remaining: i64) -> Refusal {
    Refusal::new(Code::LimitExceeded)
        .value("limit", named.title.clone())
        .value("remaining", named.number(remaining))
}

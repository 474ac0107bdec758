//! How accounts, operations and categories are called and drawn, on whatever screen they stand.

use customers::Customer;
use kernel::{AccountId, Asset, Code, Day, Error, Lang, OperationId, Refusal, Result};
use maud::{Markup, Render, html};
use payments::{AccountView, Category, Direction, Item, ItemExchange};
use ui::format::{self, DayWords};
use ui::{AmountText, Banner, Button, Tone, operation_row, with};

use super::{limits, reset};
use crate::Web;
use crate::view::View;
use crate::words::{Words, t};
use edge::Fields;

/// What a currency is called in a title.
pub(crate) fn asset_name(words: Words, asset: Asset) -> String {
    match asset {
        Asset::Uzs => t!(words, "asset-uzs"),
        Asset::Usd => t!(words, "asset-usd"),
    }
}

/// What a customer calls an account; what the bank calls it when they did not say.
pub(crate) fn account_title(words: Words, account: &AccountView) -> String {
    account.name.clone().unwrap_or_else(|| asset_name(words, account.asset))
}

/// The last digits of an account's number, as they are shown.
pub(crate) fn account_tail(account: &AccountView) -> String {
    let number = account.number.to_string();
    format::tail(number.get(number.len().saturating_sub(4)..).unwrap_or_default())
}

/// The customer's accounts, for fields that may name some of them. What is none of theirs is looked
/// up as well: the bank refuses that, and its audit log has who reached for another's.
pub(super) async fn own_accounts(
    web: &Web,
    view: &View,
    named: &[&str],
) -> Result<Vec<AccountView>> {
    let accounts = web.payments().accounts(&view.ctx).await?;
    let others = named.iter().filter_map(|text| text.parse::<AccountId>().ok());
    for id in others.filter(|id| accounts.iter().all(|own| own.id != *id)) {
        if let Err(broken @ Error::Broken(_)) = web.payments().account(&view.ctx, id).await {
            return Err(broken);
        }
    }
    Ok(accounts)
}

/// A customer's name in full, in the one order that every page and document has it in.
pub(crate) fn full_name(customer: &Customer) -> String {
    format!("{} {}", customer.name.first(), customer.name.last())
}

/// The first letters of the first two words of a name.
pub(crate) fn initials(name: &str) -> String {
    let first = |part: &str| part.chars().next();
    name.split_whitespace().take(2).filter_map(first).flat_map(char::to_uppercase).collect()
}

/// Where something was done from: the network, whether it is the one of this request, and the town
/// or country where the bank knows it.
pub(crate) fn whence(view: &View, network: &str, place: Option<&str>) -> String {
    let (words, here) = (view.words, view.client_info().ip_prefix() == network);
    let network = format::network(network);
    match (place, here) {
        (None, true) => t!(words, "whence-here", network = network),
        (None, false) => t!(words, "whence-elsewhere", network = network),
        (Some(place), true) => t!(words, "whence-place-here", place = place, network = network),
        (Some(place), false) => t!(words, "whence-place", place = place, network = network),
    }
}

/// The operation that an address or a field names.
pub(crate) fn operation_id(text: &str) -> Result<OperationId> {
    text.parse().map_err(|()| Code::NotFound.into())
}

/// The field of the key of a form: the form that is sent twice does one thing.
pub(crate) const KEY: &str = "key";

/// The key of a form. One that the bank derives for itself is nobody's to send.
pub(crate) fn key(fields: &Fields) -> Option<OperationId> {
    fields.text(KEY).parse().ok().filter(|key: &OperationId| !key.is_derived())
}

/// A key for a form that is new.
pub(crate) fn new_key(view: &View) -> OperationId {
    OperationId::generate(view.ctx.now(), view.ctx.entropy())
}

/// Whether a key will be refused whenever it comes again. With any other refusal the same key is
/// asked again: it may have been carried out meanwhile.
pub(crate) const fn is_spent(code: Code) -> bool {
    matches!(
        code,
        Code::IdempotencyKeyMalformed | Code::IdempotencyKeyOutOfTime | Code::IdempotencyKeyReused
    )
}

/// The seed of an account's cloth.
pub(crate) fn cloth(account: kernel::AccountId) -> [u8; 16] {
    account.uuid().into_bytes()
}

/// What a category is called.
pub(crate) fn category_name(words: Words, category: Category) -> String {
    match category {
        Category::People => t!(words, "category-people"),
        Category::Own => t!(words, "category-own"),
        Category::Cash => t!(words, "category-cash"),
        Category::Groceries => t!(words, "category-groceries"),
        Category::Eating => t!(words, "category-eating"),
        Category::Transport => t!(words, "category-transport"),
        Category::Home => t!(words, "category-home"),
        Category::Health => t!(words, "category-health"),
        Category::Children => t!(words, "category-children"),
        Category::Shopping => t!(words, "category-shopping"),
        Category::Leisure => t!(words, "category-leisure"),
        Category::Fees => t!(words, "category-fees"),
        Category::Income => t!(words, "category-income"),
        Category::Other => t!(words, "category-other"),
        Category::Refunds => t!(words, "category-refunds"),
    }
}

/// The icon of a category.
pub(crate) const fn category_icon(category: Category) -> &'static str {
    match category {
        Category::People => "users",
        Category::Own => "swap",
        Category::Cash => "money",
        Category::Groceries => "shopping-cart",
        Category::Eating => "fork-knife",
        Category::Transport => "bus",
        Category::Home => "house",
        Category::Health => "first-aid-kit",
        Category::Children => "baby",
        Category::Shopping => "handbag",
        Category::Leisure => "popcorn",
        Category::Fees => "bank",
        Category::Income => "arrow-down-left",
        Category::Other => "tag",
        Category::Refunds => "clock-counter-clockwise",
    }
}

/// What an operation is called in a list: the other side's name, or what kind of business it is.
pub(crate) fn operation_title(words: Words, item: &Item) -> String {
    if item.own && item.exchanged.is_none() {
        return t!(words, "operation-own");
    }
    called(words, (&item.kind, item.direction), item.counterparty.as_deref())
}

/// What an operation is called: the other side's name, what is given back of which transfer, or
/// what kind of business it is.
pub(crate) fn called(
    words: Words,
    (kind, direction): (&str, Direction),
    other: Option<&str>,
) -> String {
    match (other, kind, direction) {
        (Some(name), payments::refunds::KIND, Direction::In) => {
            t!(words, "operation-refund-of-sent", name = name)
        }
        (Some(name), payments::refunds::KIND, Direction::Out) => {
            t!(words, "operation-refund-of-received", name = name)
        }
        (Some(name), ..) => name.to_owned(),
        (None, ..) => kind_name(words, kind, direction),
    }
}

/// What a kind of business is called.
pub(crate) fn kind_name(words: Words, kind: &str, direction: Direction) -> String {
    match (kind, direction) {
        ("cash.in", _) => t!(words, "operation-cash-in"),
        (payments::exchange::KIND, _) => t!(words, "operation-exchange"),
        ("transfer.internal", Direction::In) => t!(words, "operation-transfer-in"),
        ("transfer.internal" | "transfer.refund", Direction::Own) => t!(words, "operation-own"),
        ("transfer.internal", Direction::Out) => t!(words, "operation-transfer-out"),
        ("transfer.refund", Direction::In) => t!(words, "operation-refund-in"),
        ("transfer.refund", Direction::Out) => t!(words, "operation-refund-out"),
        _ => t!(words, "operation-other"),
    }
}

/// Both sides of an exchange and its rate, on one line.
pub(crate) fn exchange_text(words: Words, exchanged: &ItemExchange) -> String {
    let money = |money| format::money(words.lang, money);
    let ItemExchange { given, taken, rate } = *exchanged;
    t!(words, "exchange-line", given = money(given), taken = money(taken), rate = money(rate))
}

/// A line of a list of operations. It says the day too, unless it stands under the day's heading.
pub(crate) fn operation(view: &View, item: &Item, with_day: bool) -> Markup {
    let words = view.words;
    let title = operation_title(words, item);
    let when = if with_day { when(view, item.at) } else { format::time(item.at) };
    let what = match &item.exchanged {
        Some(exchanged) => exchange_text(view.words, exchanged),
        None => category_name(words, item.category),
    };
    let sub = format!("{when} · {what}");
    let amount = AmountText::new(view.lang(), item.amount).signed().bare().private();
    // Two lines of one operation differ by their account.
    let href = format!("/operations/{}", item.operation);
    operation_row(&href, category_icon(item.category), &title, &sub, amount.render())
}

/// A moment as people say it: today, yesterday, or the day; and the time.
pub(crate) fn when(view: &View, at: kernel::Moment) -> String {
    let (today, yesterday) = (t!(view.words, "today"), t!(view.words, "yesterday"));
    let words = DayWords { today: &today, yesterday: &yesterday };
    format::moment(view.lang(), at, view.ctx.now().day(), &words)
}

/// The same within a sentence, where no capital stands.
pub(crate) fn when_within(view: &View, at: kernel::Moment) -> String {
    let small = |text: String| {
        let mut letters = text.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_lowercase().chain(letters).collect::<String>()
        })
    };
    let (today, yesterday) = (small(t!(view.words, "today")), small(t!(view.words, "yesterday")));
    let words = DayWords { today: &today, yesterday: &yesterday };
    format::moment(view.lang(), at, view.ctx.now().day(), &words)
}

/// A moment up to which something holds: always with its day, as "until today" is no time.
pub(crate) fn until(view: &View, at: kernel::Moment) -> String {
    let day = format::day_month(view.lang(), at.day());
    let words = DayWords { today: &day, yesterday: &day };
    format::moment(view.lang(), at, view.ctx.now().day(), &words)
}

/// The heading of a day in a list.
pub(crate) fn day_title(view: &View, day: Day) -> String {
    let (today, yesterday) = (t!(view.words, "today"), t!(view.words, "yesterday"));
    let words = DayWords { today: &today, yesterday: &yesterday };
    format::day_heading(view.lang(), day, view.ctx.now().day(), &words)
}

/// Stands for an amount or an address in a sentence until its markup takes the place.
pub(crate) const PLACE: &str = "\u{fffc}";

/// A part of the page that is made anew when something happens.
pub(crate) fn live(id: &str, part: Markup) -> Markup {
    with(part, &[("id", id), ("data-live", "")])
}

/// A sentence with this where [`PLACE`] stands in it.
pub(crate) fn with_markup(sentence: &str, markup: &Markup) -> Markup {
    let (before, after) = sentence.split_once(PLACE).unwrap_or((sentence, ""));
    html! { (before) (markup) (after) }
}

/// A refusal with the way to what it is about: to the limits, when it was one of them, and to a new
/// password, when the old one is void.
pub(crate) fn with_way(banner: Banner<'_>, words: Words, code: Option<Code>) -> Banner<'_> {
    let (link, path) = match code {
        Some(Code::LimitExceeded) => (t!(words, "limits-link"), limits::PATH),
        Some(Code::PasswordVoid) => (t!(words, "reset-password-title"), reset::PHONE),
        _ => return banner,
    };
    banner.action(html! { (Button::quiet(&link).href(path)) })
}

/// What a form shows when the bank said no: at its field when it names one that the form has, above
/// the form otherwise.
#[derive(Clone, Debug, Default)]
pub(crate) struct Problem {
    field: Option<&'static str>,
    sentence: String,
    code: Option<kernel::Code>,
}

impl Problem {
    /// Of a refusal, in a language.
    pub fn of(lang: Lang, refusal: &Refusal) -> Self {
        let sentence = Words::of(lang).refusal(refusal);
        Self { field: refusal.field, sentence, code: Some(refusal.code) }
    }

    /// The same, in other words.
    pub fn saying(self, sentence: String) -> Self {
        Self { sentence, ..self }
    }

    /// Whether there is one.
    pub const fn is_some(&self) -> bool {
        self.code.is_some()
    }

    /// Whether it is this one.
    pub fn is(&self, code: Code) -> bool {
        self.code == Some(code)
    }

    /// The sentence at a field.
    pub fn at(&self, field: &str) -> Option<&str> {
        (self.field == Some(field)).then_some(self.sentence.as_str())
    }

    /// The notice above the form, which gets the focus. Nothing when the sentence stands at one of
    /// the `fields` that the form shows: then that field gets it.
    pub fn notice(&self, words: Words, fields: &[&str]) -> Markup {
        if self.sentence.is_empty() || self.field.is_some_and(|field| fields.contains(&field)) {
            return html! {};
        }
        let title = t!(words, "error-form-title");
        html! {
            div role="alert" tabindex="-1" data-focus {
                (with_way(Banner::new(Tone::Bad, &title, &self.sentence), words, self.code))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_capitals_of_two_words() {
        for (name, expected) in [
            ("jasur Karimov", "JK"),
            ("Жасур", "Ж"),
            ("Dilnoza K.", "DK"),
            ("a b c", "AB"),
            ("", ""),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }
}

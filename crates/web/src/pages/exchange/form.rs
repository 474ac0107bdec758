//! The form of an exchange: which way, between which accounts, how much of which currency.

use kernel::{AccountId, Asset, Code, Error, Result};
use ledger::Status;
use maud::{Markup, Render, html};
use payments::AccountView;
use pricing::rates::Listed;
use ui::format;
use ui::{
    Banner, Button, Field, Row, Segment, Tone, card, chevron, empty_state, form_actions, lead_icon,
    list, segmented, segmented_links,
};

use super::PATH;
use crate::Web;
use crate::pages::common::Problem;
use crate::pages::moving;
use crate::pages::rates;
use crate::shell::{FORM, Page, Tab};
use crate::view::View;
use crate::words::t;
use edge::Fields;

/// The field that says which currency is given, where no account says so.
const GIVE: &str = "give";

/// What the page of the form shows.
pub(super) struct Form {
    fields: Fields,
    /// The customer's accounts, without the closed ones.
    accounts: Vec<AccountView>,
    /// The currency that is bought or sold for sum.
    currency: Asset,
    /// What is given.
    gives: Asset,
    /// By what it is exchanged now.
    listed: Option<Listed>,
}

impl Form {
    /// Of what was typed, or stands in the address.
    pub async fn load(web: &Web, view: &View, fields: Fields) -> Result<Self> {
        let mut accounts = web.payments().accounts(&view.ctx).await?;
        accounts.retain(|account| account.status != Status::Closed);
        let (gives, currency) = pair(&accounts, &fields);
        let board = match web.payments().rates().board(view.ctx.now()).await {
            Ok(board) => board,
            // Nothing is known of the rates now: as good as none.
            Err(Error::Refused(_)) => Vec::new(),
            Err(error) => return Err(error),
        };
        let listed = board.into_iter().find(|listed| listed.published.asset == currency);
        Ok(Self { fields, accounts, currency, gives, listed })
    }

    /// The page.
    pub fn page(&self, view: &View, problem: &Problem) -> Page {
        let words = view.words;
        let page = Page::new(t!(words, "exchange-title")).tab(Tab::Pay).back("/");
        if let Some(missing) = self.missing() {
            return page.main(self.one_account_more(view, missing));
        }
        let stale = !self.listed.as_ref().is_some_and(|listed| listed.is_good);
        if stale && !problem.is_some() {
            return page.main(not_now(view));
        }
        page.with_form().main(html! {
            (problem.notice(words, &["amount"]))
            (self.ways(view))
            (self.rates(view))
            (card(&self.form(view, problem)))
        })
    }

    /// The currency in which the customer has no account.
    fn missing(&self) -> Option<Asset> {
        let has = |asset| self.accounts.iter().any(|account| account.asset == asset);
        [Asset::Uzs, self.currency].into_iter().find(|asset| !has(*asset))
    }

    fn one_account_more(&self, view: &View, missing: Asset) -> Markup {
        let words = view.words;
        let (title, text) = (t!(words, "exchange-none-title"), t!(words, "exchange-none-text"));
        let open = t!(words, "pay-open-account");
        let href = format!("/products/open?asset={}", missing.code());
        html! {
            (empty_state("swap", &title, &text, &Button::accent(&open).href(&href).render()))
            (self.rates(view))
        }
    }

    /// Which way: the currency is bought, or sold.
    fn ways(&self, view: &View) -> Markup {
        let words = view.words;
        let currency = match self.currency {
            Asset::Uzs => t!(words, "exchange-what-uzs"),
            Asset::Usd => t!(words, "exchange-what-usd"),
        };
        let (buy, sell) = (
            t!(words, "exchange-buy", currency = currency.as_str()),
            t!(words, "exchange-sell", currency = currency.as_str()),
        );
        let to = |asset: Asset| format!("{PATH}?{GIVE}={}", asset.code());
        let (give_sum, give_currency) = (to(Asset::Uzs), to(self.currency));
        let segments = [
            Segment { href: &give_sum, text: &buy, current: self.gives == Asset::Uzs },
            Segment { href: &give_currency, text: &sell, current: self.gives == self.currency },
        ];
        segmented_links(&t!(words, "exchange-way"), &segments)
    }

    /// What the bank pays and asks now, with the way to the board.
    fn rates(&self, view: &View) -> Markup {
        let Some(listed) = self.listed.as_ref().filter(|listed| listed.is_good) else {
            return html! {};
        };
        let (words, lang) = (view.words, view.lang());
        let money = |money| format::money(lang, money);
        let (title, sub) = (
            t!(words, "rates-title"),
            t!(
                words,
                "exchange-rates",
                buys = money(listed.buys_at),
                sells = money(listed.sells_at)
            ),
        );
        let row = Row::new(&title)
            .sub(&sub)
            .href(rates::PATH)
            .lead(lead_icon("chart-bar"))
            .trail(chevron());
        list("", &[row.render()])
    }

    fn form(&self, view: &View, problem: &Problem) -> Markup {
        let words = view.words;
        let takes = if self.gives == Asset::Uzs { self.currency } else { Asset::Uzs };
        let submit = t!(words, "continue");
        html! {
            form #(FORM) method="post" action=(PATH) {
                (view.token())
                (self.account(view, ("from", &t!(words, "pay-from")), self.gives))
                (self.account(view, ("into", &t!(words, "pay-into")), takes))
                (self.amount(view, problem))
                (form_actions(&Button::primary(&submit).render()))
            }
        }
    }

    /// An account of a currency.
    fn account(&self, view: &View, field: (&str, &str), asset: Asset) -> Markup {
        let of_asset = self.accounts.iter().filter(|account| account.asset == asset);
        let chosen = moving::likely(&self.fields, field.0, &of_asset);
        moving::account(view, field, &of_asset.collect::<Vec<_>>(), chosen)
    }

    /// How much, and of which of the two currencies: what is named is exact.
    fn amount(&self, view: &View, problem: &Problem) -> Markup {
        let words = view.words;
        let named = Asset::from_code(self.fields.text("asset"))
            .filter(|asset| [Asset::Uzs, self.currency].contains(asset))
            .unwrap_or(self.currency);
        let typed = self.fields.text("amount");
        let value = moving::typed_amount(view.lang(), typed, named);
        let digits = named.digits().to_string();
        let texts = [Asset::Uzs, self.currency].map(|asset| {
            let text = match asset {
                Asset::Uzs => t!(words, "exchange-in-uzs"),
                Asset::Usd => t!(words, "exchange-in-usd"),
            };
            (asset.code(), text, asset == named)
        });
        let options: Vec<_> =
            texts.iter().map(|(code, text, chosen)| (*code, text.as_str(), *chosen)).collect();
        html! {
            (Field::amount("amount", &t!(words, "pay-amount"), "")
                .value(&value)
                .hint(&t!(words, "exchange-amount-hint"))
                .error(problem.at("amount"))
                .attr("data-amount", &digits)
                .attr("data-point", moving::point(view.lang())))
            (segmented("asset", &t!(words, "exchange-in"), &options))
        }
    }
}

/// What is given, and the currency of the two that is not sum. The chosen accounts say it, or the
/// address; otherwise the first currency is bought.
fn pair(accounts: &[AccountView], fields: &Fields) -> (Asset, Asset) {
    let of = |name: &str| {
        let id = fields.text(name).parse::<AccountId>().ok();
        accounts.iter().find(|account| Some(account.id) == id).map(|account| account.asset)
    };
    let foreign = |asset: &Asset| *asset != Asset::Uzs;
    let (from, into) = (of("from"), of("into"));
    let asked = Asset::from_code(fields.text(GIVE));
    let gives = from.or(asked).unwrap_or(Asset::Uzs);
    let first = Asset::ALL.into_iter().find(foreign).unwrap_or(Asset::Usd);
    let currency = [Some(gives), into].into_iter().flatten().find(foreign).unwrap_or(first);
    (gives, currency)
}

/// Why nothing can be exchanged just now.
fn not_now(view: &View) -> Markup {
    let words = view.words;
    let text = words.refusal(&kernel::Refusal::new(Code::RateStale));
    let see = t!(words, "exchange-see-rates");
    Banner::new(Tone::Warn, &t!(words, "exchange-not-now"), &text)
        .action(html! { (Button::quiet(&see).href(rates::PATH)) })
        .render()
}

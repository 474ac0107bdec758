//! The first screen: what there is, what was spent, what needs attention.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use edge::Reply;
use kernel::{Asset, Money};
use ledger::Status;
use maud::{Markup, Render, html};
use payments::{AccountView, Item, Spending};
use ui::{
    AmountText, Banner, Button, Hero, QuickAction, Tone, account_row, avatar, balances_toggle,
    columns, empty_state, icon_link, list, quick_actions, section,
};

use super::common::{
    PLACE, account_tail, account_title, asset_name, cloth, full_name, initials, live, operation,
    with_markup,
};
use super::exchange;
use super::month::Month;
use super::security::news;
use crate::Web;
use crate::shell::{Page, Tab};
use crate::view::{SignedIn, View};
use crate::words::t;

/// Operations that the first screen shows.
const RECENT_ITEMS: u32 = 5;

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/", get(show))
}

/// What the screen shows.
struct Home {
    accounts: Vec<AccountView>,
    spending: Vec<Spending>,
    recent: Vec<Item>,
}

async fn show(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    headers: HeaderMap,
) -> Reply<Response> {
    let news = news::of(&web, &view, &headers).await?;
    let customer = web.customers().profile(&view.ctx).await?;
    let today = view.ctx.now().day();
    let recent = payments::Query { limit: Some(RECENT_ITEMS), ..payments::Query::default() };
    let mut accounts = web.payments().accounts(&view.ctx).await?;
    accounts.retain(|account| account.status != Status::Closed);
    let home = Home {
        accounts,
        spending: web.payments().spending(&view.ctx, Month::of(today).first(), today).await?,
        recent: web.payments().history(&view.ctx, &recent).await?.items,
    };
    let words = view.words;
    let initials = initials(&full_name(&customer));
    let profile = t!(words, "home-profile");
    let seed = customer.id.uuid().into_bytes();
    Ok(Page::new(t!(words, "home-hello", name = customer.name.first()))
        .tab(Tab::Home)
        .lead(html! {
            a.icon-btn href="/profile" title=(profile) {
                (avatar(&initials)) span.sr { (profile) }
            }
        })
        .action(hide_balances(&view))
        .action(icon_link("/activity", "magnifying-glass", &t!(words, "home-search")))
        .main(html! {
            @if let Some(session) = &news { (news::notice(&view, session)) }
            (main(&view, &home, &seed))
        })
        .respond(&view))
}

fn main(view: &View, home: &Home, seed: &[u8]) -> Markup {
    columns(
        &html! {
            @if home.accounts.is_empty() {
                (no_account(view))
            } @else {
                (hero(view, home, seed))
                (actions(view, &home.accounts))
                (attention(view, &home.accounts))
                (accounts(view, &home.accounts))
            }
        },
        &html! {
            @if !home.accounts.is_empty() { (recent(view, home)) }
            (install(view))
        },
    )
}

fn hide_balances(view: &View) -> Markup {
    let (hide, show) = (t!(view.words, "home-hide"), t!(view.words, "home-show"));
    balances_toggle("/balances", (&hide, &show), &view.token_and_way_back())
}

/// What there is in all: the sums, or the dollars of somebody who has only those.
fn hero(view: &View, home: &Home, seed: &[u8]) -> Markup {
    let words = view.words;
    let total = |asset| total(&home.accounts, asset);
    let (main, beside) = match total(Asset::Uzs) {
        Some(sums) => (Some(sums), total(Asset::Usd)),
        None => (total(Asset::Usd), None),
    };
    let Some(main) = main else { return html! {} };
    let amount = |money| AmountText::new(view.lang(), money).private().render();
    let spent = home.spending.iter().find(|s| s.asset == main.asset && s.total.minor > 0);
    let note = html! {
        @if let Some(beside) = beside {
            (with_markup(&t!(words, "home-dollars", amount = PLACE), &amount(beside)))
            @if spent.is_some() { br; }
        }
        @if let Some(spent) = spent {
            @let bare = AmountText::new(view.lang(), spent.total).bare().private().render();
            (with_markup(&t!(words, "home-spent", amount = PLACE), &bare))
        }
    };
    let label = t!(words, "home-total");
    live("hero", Hero::new(&label, amount(main), seed).note(note).render())
}

fn actions(view: &View, accounts: &[AccountView]) -> Markup {
    let words = view.words;
    let Some(first) = accounts.first() else { return html! {} };
    let main = accounts.iter().find(|a| a.asset == Asset::Uzs).unwrap_or(first);
    let requisites = format!("/accounts/{}/requisites", main.id);
    let statement = format!("/accounts/{}/statement", main.id);
    let (own, new) = (t!(words, "home-own"), t!(words, "home-new-account"));
    let texts =
        [t!(words, "home-pay-phone"), t!(words, "home-requisites"), t!(words, "home-statement")];
    let [phone, details, paper] = &texts;
    let action = |href, icon, text, main| QuickAction { href, icon, text, main };
    // Whoever has one account has nothing to move between.
    let same = |asset| accounts.iter().filter(|account| account.asset == asset).count();
    let second = if Asset::ALL.into_iter().any(|asset| same(asset) > 1) {
        action("/pay?own=1", "swap", &own, false)
    } else {
        action("/products", "plus", &new, false)
    };
    let mut all = vec![action("/pay", "device-mobile", phone, true), second];
    // Whoever has one currency has nothing to exchange.
    let exchange = t!(words, "exchange-short");
    if Asset::ALL.into_iter().all(|asset| same(asset) > 0) {
        all.push(action(exchange::PATH, "arrows-clockwise", &exchange, false));
    }
    all.push(action(&requisites, "qr-code", details, false));
    all.push(action(&statement, "file-text", paper, false));
    quick_actions(&t!(words, "home-actions"), &all)
}

fn attention(view: &View, accounts: &[AccountView]) -> Markup {
    let words = view.words;
    let frozen: Vec<_> = accounts.iter().filter(|a| a.status == Status::Frozen).collect();
    if frozen.is_empty() {
        return html! {};
    }
    let (text, link) = (t!(words, "home-frozen-text"), t!(words, "home-frozen-link"));
    let banners = html! {
        div.column {
            @for account in frozen {
                @let href = format!("/accounts/{}", account.id);
                @let title = t!(words, "home-frozen-title", tail = account_tail(account));
                (Banner::new(Tone::Warn, &title, &text)
                    .action(html! { (Button::quiet(&link).href(&href)) }))
            }
        }
    };
    section(&t!(words, "home-attention"), None, &banners)
}

fn accounts(view: &View, accounts: &[AccountView]) -> Markup {
    let words = view.words;
    let rows: Vec<_> = accounts.iter().map(|account| row(view, account)).collect();
    let more = t!(words, "home-new-account");
    let content = list("", &rows);
    live("accounts", section(&t!(words, "home-accounts"), Some(("/products", &more)), &content))
}

fn row(view: &View, account: &AccountView) -> Markup {
    let words = view.words;
    let title = format!("{} {}", account_title(words, account), account_tail(account));
    let state = (account.status == Status::Frozen).then(|| t!(words, "account-frozen"));
    // An account that has a name of its own says below what it is.
    let kind = account.name.is_some().then(|| asset_name(words, account.asset));
    let sub: Vec<_> = [kind, state].into_iter().flatten().collect();
    let amount = AmountText::new(view.lang(), account.balance).bare().private();
    let href = format!("/accounts/{}", account.id);
    account_row(&href, &cloth(account.id), &title, &sub.join(" · "), amount.render())
}

fn recent(view: &View, home: &Home) -> Markup {
    let words = view.words;
    let content = if home.recent.is_empty() {
        let how = home.accounts.first().map(|a| format!("/accounts/{}/requisites", a.id));
        let action = html! {
            @if let Some(href) = how {
                (Button::quiet(&t!(words, "home-none-action")).href(&href))
            }
        };
        let (title, text) = (t!(words, "home-none-title"), t!(words, "home-none-text"));
        empty_state("receipt", &title, &text, &action)
    } else {
        let rows: Vec<_> = home.recent.iter().map(|item| operation(view, item, true)).collect();
        list("", &rows)
    };
    let all = t!(words, "all");
    let link = (!home.recent.is_empty()).then_some(("/activity", all.as_str()));
    live("operations", section(&t!(words, "home-recent"), link, &content))
}

fn no_account(view: &View) -> Markup {
    let words = view.words;
    let (title, text) = (t!(words, "home-no-account-title"), t!(words, "home-no-account-text"));
    let open = t!(words, "products-open-title");
    let open = html! { (Button::accent(&open).href("/products/open?asset=UZS")) };
    empty_state("wallet", &title, &text, &open)
}

/// Scripts show one of the two where the app can be installed.
fn install(view: &View) -> Markup {
    let (install, why) = (t!(view.words, "install"), t!(view.words, "install-text"));
    html! {
        (Button::quiet(&install)
            .icon("device-mobile")
            .scripted()
            .attr("data-install", "")
            .attr("title", &why)
            .attr("hidden", "hidden"))
        p.hint data-install-ios hidden { (t!(view.words, "install-ios")) }
    }
}

/// What the accounts in an asset hold together. `None` without such an account.
fn total(accounts: &[AccountView], asset: Asset) -> Option<Money> {
    accounts
        .iter()
        .filter(|account| account.asset == asset)
        .map(|account| account.balance)
        .try_fold(None, |sum: Option<Money>, balance| match sum {
            Some(sum) => sum.plus(balance).map(Some),
            None => Ok(Some(balance)),
        })
        .ok()
        .flatten()
}

#[cfg(test)]
pub(super) mod tests {
    use axum::http::Request;
    use edge::Client;
    use kernel::{AccountId, Ctx, CustomerId, Entropy, Lang, Moment, OperationId, SessionId};
    use payments::{Category, Direction};
    use scraper::{Html, Selector};

    use super::*;

    /// The view of somebody who is signed in.
    pub(in crate::pages) fn view(lang: Lang, here: &str) -> View {
        let (parts, ()) = Request::builder().uri(here).body(()).unwrap().into_parts();
        let client = Client { ip: [192, 0, 2, 1].into(), place: None, user_agent: String::new() };
        let ctx = Ctx::anonymous(lang);
        let (customer, session) =
            (CustomerId::generate(ctx.now(), Entropy), SessionId::generate(ctx.now(), Entropy));
        let site = "https://my.example.uz".parse().unwrap();
        View::new(&site, ctx.for_customer(customer, session), &parts, client)
    }

    /// An account with so much on it.
    pub(in crate::pages) fn account(asset: Asset, minor: i64) -> AccountView {
        let money = Money::new(minor, asset);
        AccountView {
            id: AccountId::generate(Moment::EPOCH, Entropy),
            number: "20206000510000001001".parse().unwrap(),
            name: None,
            asset,
            balance: money,
            available: money,
            held: Money::zero(asset),
            status: Status::Open,
            opened_at: Moment::EPOCH,
        }
    }

    /// Something that happened on an account.
    pub(in crate::pages) fn item(account: &AccountView, minor: i64) -> Item {
        Item {
            operation: OperationId::generate(Moment::EPOCH, Entropy),
            kind: "transfer.internal".to_owned(),
            account: account.id,
            at: Moment::EPOCH,
            direction: if minor < 0 { Direction::Out } else { Direction::In },
            amount: Money::new(minor, account.asset),
            balance_after: account.balance,
            counterparty: Some("<b>Jasur</b> K.".to_owned()),
            note: None,
            category: Category::People,
            own: false,
            exchanged: None,
        }
    }

    /// How often a selector finds something in markup.
    pub(in crate::pages) fn count(markup: &Markup, selector: &str) -> usize {
        let selector = Selector::parse(selector).unwrap();
        Html::parse_fragment(&markup.0).select(&selector).count()
    }

    fn home(accounts: Vec<AccountView>) -> Home {
        let recent = accounts.first().map(|a| vec![item(a, -500), item(a, 700)]);
        let spending = vec![Spending {
            asset: Asset::Uzs,
            total: Money::new(342_180_000, Asset::Uzs),
            by_category: Vec::new(),
        }];
        Home { accounts, spending, recent: recent.unwrap_or_default() }
    }

    #[test]
    fn one_thing_is_the_main_one_and_amounts_can_be_hidden() {
        let mut frozen = account(Asset::Usd, 31_240);
        frozen.status = Status::Frozen;
        frozen.name = Some("<i>".to_owned());
        for lang in Lang::ALL {
            let view = view(lang, "/");
            let accounts = vec![account(Asset::Uzs, 1_284_650_000), frozen.clone()];
            let page = main(&view, &home(accounts), b"seed");
            assert_eq!(count(&page, ".quick a"), 5);
            assert_eq!(count(&page, ".quick a.main, .btn.accent"), 1);
            assert_eq!(count(&page, ".banner.warn"), 1);
            assert_eq!(count(&page, ".amount"), count(&page, ".amount.private"));
            for live in ["#hero", "#accounts", "#operations"] {
                assert_eq!(count(&page, &format!("{live}[data-live]")), 1, "{live}");
                assert_eq!(count(&page, &format!("{live} input")), 0, "{live}");
            }
            assert_eq!(count(&page, ".hero-note .amount"), 2);
            assert_eq!(count(&page, "b, i"), 0);
            assert!(!page.0.contains(PLACE));
        }
    }

    #[test]
    fn somebody_new_is_asked_to_open_an_account_and_nothing_else() {
        for lang in Lang::ALL {
            let page = main(&view(lang, "/"), &home(Vec::new()), b"seed");
            assert_eq!(count(&page, ".btn.accent"), 1);
            assert_eq!(count(&page, ".quick, .hero, .banner"), 0);
        }
    }

    #[test]
    fn between_own_accounts_there_must_be_two_of_a_currency() {
        let view = view(Lang::Uz, "/");
        let (sum, dollars) = (account(Asset::Uzs, 0), account(Asset::Usd, 0));
        let own = |accounts: &[AccountView]| count(&actions(&view, accounts), "[href*=own]");
        assert_eq!(own(&[sum.clone(), dollars.clone()]), 0);
        assert_eq!(own(&[sum.clone(), dollars, sum]), 1);
    }

    #[test]
    fn of_the_two_buttons_each_sends_what_it_shows() {
        let form = hide_balances(&view(Lang::Uz, "/"));
        assert_eq!(count(&form, "button[value=hidden][data-when=shown]"), 1);
        assert_eq!(count(&form, "button[value=shown][data-when=hidden]"), 1);
        assert_eq!(count(&form, "input[name=_csrf]"), 1);
    }

    #[test]
    fn currencies_are_added_apart() {
        let accounts = [account(Asset::Uzs, 100), account(Asset::Usd, 7), account(Asset::Uzs, 250)];
        assert_eq!(total(&accounts, Asset::Uzs), Some(Money::new(350, Asset::Uzs)));
        assert_eq!(total(&accounts, Asset::Usd), Some(Money::new(7, Asset::Usd)));
        assert_eq!(total(&[], Asset::Uzs), None);
    }

    #[test]
    fn an_amount_takes_its_place_in_the_sentence() {
        let amount = html! { b { "5" } };
        let sentence = format!("Bu oy {PLACE} sarflandi");
        assert_eq!(with_markup(&sentence, &amount).into_string(), "Bu oy <b>5</b> sarflandi");
    }
}

//! The form of a payment: whom, from where, how much.

use kernel::{AccountId, Asset, Code, Money, Refusal, Result};
use ledger::Status;
use maud::{Markup, Render, html};
use payments::{AccountView, Direction, OperationView, QuotePayee, RecentPayee};
use ui::format;
use ui::{
    Banner, Button, Field, Row, Segment, Tone, avatar, card, chevron, empty_state, form_actions,
    icon, icon_fill, lead_icon, list, section, segmented_links,
};

use crate::Web;
use crate::pages::common::{Problem, asset_name, initials, operation_id, until};
use crate::pages::moving;
use crate::shell::{FORM, Page, Tab};
use crate::view::View;
use crate::words::t;
use edge::Fields;

/// Whom the form pays.
enum To {
    /// Who is typed into the box.
    Box,
    /// Who was paid by this operation.
    Again(Box<OperationView>),
    /// Another own account.
    Own,
}

/// What the page of the form shows.
pub(super) struct Form {
    fields: Fields,
    to: To,
    /// The customer's accounts, without the closed ones.
    accounts: Vec<AccountView>,
    /// What is paid in; only accounts in it are offered.
    asset: Asset,
    recent: Vec<RecentPayee>,
    /// The most that may leave a day, as long as the bank is careful.
    limit: Option<Money>,
}

impl Form {
    /// Of what was typed, or stands in the address.
    pub async fn load(web: &Web, view: &View, fields: Fields) -> Result<Self> {
        let mut accounts = web.payments().accounts(&view.ctx).await?;
        accounts.retain(|account| account.status != Status::Closed);
        let (fields, to) = whom(web, view, fields).await?;
        let asset = asset(&accounts, &fields, &to);
        let recent = match to {
            To::Box => web.payments().recent_payees(&view.ctx).await?,
            To::Again(_) | To::Own => Vec::new(),
        };
        let limit = match to {
            To::Box | To::Again(_) => web.payments().daily_limit(&view.ctx, asset),
            To::Own => None,
        };
        Ok(Self { fields, to, accounts, asset, recent, limit })
    }

    /// The page.
    pub fn page(&self, view: &View, problem: &Problem) -> Page {
        let words = view.words;
        let page = match self.to {
            To::Box => Page::new(t!(words, "pay-title")),
            To::Again(_) => Page::new(t!(words, "pay-title")).back("/pay"),
            To::Own => Page::new(t!(words, "pay-own-title")).back("/pay"),
        };
        let page = page.tab(Tab::Pay);
        if self.accounts.is_empty() {
            return page.main(nothing_to_pay_from(
                view,
                &t!(words, "pay-no-account-title"),
                &t!(words, "pay-no-account-text"),
            ));
        }
        if matches!(self.to, To::Own) && pairs(&self.accounts).is_empty() {
            return page.main(nothing_to_pay_from(
                view,
                &t!(words, "pay-own-none-title"),
                &t!(words, "pay-own-none-text"),
            ));
        }
        page.with_form().main(html! {
            (problem.notice(words, self.fields_with_errors()))
            (self.limit(view))
            (self.recent(view))
            (self.currencies(view))
            (card(&self.form(view, problem)))
            @if matches!(self.to, To::Box) && !pairs(&self.accounts).is_empty() {
                (list("", &[own_accounts(view)]))
            }
        })
    }

    const fn fields_with_errors(&self) -> &'static [&'static str] {
        match self.to {
            To::Box => &["to", "amount", "note"],
            To::Again(_) | To::Own => &["amount", "note"],
        }
    }

    fn form(&self, view: &View, problem: &Problem) -> Markup {
        let words = view.words;
        let note = t!(words, "pay-note");
        let hint = match self.to {
            To::Own => t!(words, "pay-note-hint-own"),
            To::Box | To::Again(_) => t!(words, "pay-note-hint"),
        };
        let (submit, from, into) =
            (t!(words, "continue"), t!(words, "pay-from"), t!(words, "pay-into"));
        let accounts: Vec<_> = self.of_asset().collect();
        html! {
            form #(FORM) method="post" {
                (view.token())
                @match &self.to {
                    To::Box => (self.box_of_payee(view, problem)),
                    To::Again(paid) => (again(view, paid)),
                    To::Own => input type="hidden" name="own" value="1";,
                }
                (moving::account(view, ("from", &from), &accounts, self.from()))
                @if matches!(self.to, To::Own) {
                    (moving::account_choices(view, ("into", &into), &accounts, self.into()))
                }
                (self.amount(view, problem))
                (Field::new("note", &note)
                    .value(self.fields.text("note"))
                    .hint(&hint)
                    .error(problem.at("note"))
                    .optional()
                    .autocomplete("off")
                    .attr("maxlength", "140"))
                (form_actions(&Button::primary(&submit).render()))
            }
        }
    }

    /// The box, and below it the name of whoever is in it as soon as it is whole.
    fn box_of_payee(&self, view: &View, problem: &Problem) -> Markup {
        let words = view.words;
        let (label, hint) = (t!(words, "pay-to"), t!(words, "pay-to-hint"));
        let value = format::phone(self.fields.text("to"));
        html! {
            (Field::phone("to", &label)
                .value(&value)
                .hint(&hint)
                .error(problem.at("to"))
                .autocomplete("off")
                .attr("maxlength", "40")
                .attr("data-phone", "")
                .attr("hx-post", "/pay/payee")
                .attr("hx-trigger", "input changed delay:400ms")
                .attr("hx-target", "#payee")
                .attr("hx-swap", "innerHTML")
                .attr("hx-sync", "this:replace")
                .attr("hx-nonce", view.nonce.as_str()))
            div #payee role="status" {}
        }
    }

    fn amount(&self, view: &View, problem: &Problem) -> Markup {
        let currency = format::currency(view.lang(), self.asset);
        let label = format!("{}, {currency}", t!(view.words, "pay-amount"));
        let typed = self.fields.text("amount");
        let value = moving::typed_amount(view.lang(), typed, self.asset);
        let digits = self.asset.digits().to_string();
        Field::amount("amount", &label, currency)
            .value(&value)
            .error(problem.at("amount"))
            .attr("data-amount", &digits)
            .attr("data-point", moving::point(view.lang()))
            .render()
    }

    /// How much may leave, and until when that holds.
    fn limit(&self, view: &View) -> Markup {
        let Some(limit) = self.limit else { return html! {} };
        let (words, now) = (view.words, view.ctx.now());
        let limit = format::money(view.lang(), limit);
        let cooling = view.ctx.assurance.and_then(|assurance| assurance.cooling_until);
        let text = match cooling.filter(|end| *end > now) {
            Some(end) => {
                t!(words, "pay-cooling-until", when = until(view, end), limit = limit)
            }
            None => t!(words, "pay-cooling-unbound", limit = limit),
        };
        Banner::new(Tone::Info, &t!(words, "pay-cooling-title"), &text).render()
    }

    /// The currencies, where the customer has accounts in more than one.
    fn currencies(&self, view: &View) -> Markup {
        let (offered, base) = match self.to {
            To::Box => (assets(&self.accounts), "/pay?"),
            To::Own => (pairs(&self.accounts), "/pay?own=1&"),
            To::Again(_) => return html! {},
        };
        if offered.len() < 2 {
            return html! {};
        }
        let texts: Vec<_> = offered
            .iter()
            .map(|asset| {
                let href = format!("{base}asset={}", asset.code());
                (*asset, href, asset_name(view.words, *asset))
            })
            .collect();
        let segments: Vec<_> = texts
            .iter()
            .map(|(asset, href, text)| Segment { href, text, current: *asset == self.asset })
            .collect();
        segmented_links(&t!(view.words, "pay-currency"), &segments)
    }

    /// The people whom the customer paid not long ago.
    fn recent(&self, view: &View) -> Markup {
        if self.recent.is_empty() {
            return html! {};
        }
        let title = t!(view.words, "pay-recent");
        let people = html! {
            nav.quick aria-label=(title) {
                @for payee in &self.recent {
                    a href={ "/pay?again=" (payee.operation) } {
                        (avatar(&initials(&payee.party.masked_name)))
                        span.quick-text {
                            (payee.party.masked_name)
                            " " span.sr { (format::tail(&payee.party.account_tail)) }
                        }
                    }
                }
            }
        };
        section(&title, None, &people)
    }

    fn of_asset(&self) -> impl Iterator<Item = &AccountView> + Clone {
        self.accounts.iter().filter(|account| account.asset == self.asset)
    }

    /// The account that is chosen to pay.
    fn from(&self) -> Option<AccountId> {
        moving::likely(&self.fields, "from", &self.of_asset())
    }

    /// The account that is chosen to be paid.
    fn into(&self) -> Option<AccountId> {
        let named = self.fields.text("into").parse::<AccountId>().ok();
        let from = self.from();
        let found = self
            .of_asset()
            .find(|account| Some(account.id) == named)
            .or_else(|| self.of_asset().find(|account| Some(account.id) != from));
        found.map(|account| account.id)
    }
}

/// Whom a form pays. A transfer between own accounts that is made again is one between these
/// accounts.
async fn whom(web: &Web, view: &View, fields: Fields) -> Result<(Fields, To)> {
    if fields.has("own") {
        return Ok((fields, To::Own));
    }
    let Some(again) = fields.filled("again") else { return Ok((fields, To::Box)) };
    let paid = web.payments().operation(&view.ctx, operation_id(again)?).await?;
    if !paid.repeatable {
        return Err(Code::NotFound.into());
    }
    let with = |fields: Fields, name, id: Option<AccountId>| match id {
        Some(id) if !fields.has(name) => fields.with(name, id.to_string()),
        _ => fields,
    };
    let fields = with(fields, "from", paid.from.as_ref().map(|account| account.id));
    if paid.direction == Direction::Own {
        let fields = with(fields, "into", paid.to.as_ref().map(|account| account.id));
        return Ok((fields.with("own", "1"), To::Own));
    }
    Ok((fields, To::Again(Box::new(paid))))
}

/// What is paid in: what the chosen account holds, what was paid in before, what was asked for,
/// what the first account holds.
fn asset(accounts: &[AccountView], fields: &Fields, to: &To) -> Asset {
    let from = fields.text("from").parse::<AccountId>().ok();
    let chosen = accounts.iter().find(|account| Some(account.id) == from).map(|a| a.asset);
    let offered = match to {
        To::Again(paid) => return chosen.unwrap_or(paid.amount.asset),
        To::Box => assets(accounts),
        To::Own => pairs(accounts),
    };
    let asked = Asset::from_code(fields.text("asset"));
    let wanted = chosen.or(asked).filter(|asset| offered.contains(asset));
    wanted.or(offered.first().copied()).unwrap_or(Asset::Uzs)
}

/// What there are accounts in.
fn assets(accounts: &[AccountView]) -> Vec<Asset> {
    with_accounts(accounts, 1)
}

/// What there are two accounts in, so that money can move between them.
fn pairs(accounts: &[AccountView]) -> Vec<Asset> {
    with_accounts(accounts, 2)
}

fn with_accounts(accounts: &[AccountView], least: usize) -> Vec<Asset> {
    let count = |asset| accounts.iter().filter(|account| account.asset == asset).count();
    Asset::ALL.into_iter().filter(|asset| count(*asset) >= least).collect()
}

fn nothing_to_pay_from(view: &View, title: &str, text: &str) -> Markup {
    let open = t!(view.words, "pay-open-account");
    empty_state("wallet", title, text, &Button::accent(&open).href("/products/open").render())
}

fn own_accounts(view: &View) -> Markup {
    Row::new(&t!(view.words, "pay-own-title"))
        .sub(&t!(view.words, "pay-own-text"))
        .href("/pay?own=1")
        .lead(lead_icon("swap"))
        .trail(chevron())
        .render()
}

/// Somebody who was paid before: the name in place of the box.
fn again(view: &View, paid: &OperationView) -> Markup {
    let somebody_else = t!(view.words, "pay-somebody-else");
    let row = paid.counterparty.as_ref().map(|party| {
        Row::new(&party.masked_name)
            .sub(&format::tail(&party.account_tail))
            .lead(avatar(&initials(&party.masked_name)))
            .render()
    });
    html! {
        input type="hidden" name="again" value=(paid.id);
        (list(&t!(view.words, "pay-payee"), &row.into_iter().collect::<Vec<_>>()))
        (Button::plain(&somebody_else).href("/pay"))
    }
}

/// The name below the box.
pub(super) fn found(view: &View, payee: &QuotePayee) -> Markup {
    let tail = format::tail(&payee.account_tail);
    let row = Row::new(&payee.masked_name)
        .sub(&tail)
        .lead(avatar(&initials(&payee.masked_name)))
        .trail(html! { span.amount.pos { (icon_fill("check-circle")) } })
        .render();
    list(&t!(view.words, "pay-payee"), &[row])
}

/// Why there is no name below the box.
pub(super) fn not_found(view: &View, refusal: &Refusal) -> Markup {
    html! { p.error { (icon("warning-circle")) span { (view.words.refusal(refusal)) } } }
}

//! What a draft of a tariff would charge for one operation, beside what the tariff that holds does.

use edge::Fields;
use kernel::{Amount, Asset, Code, Error, Money, Refusal, Result};
use maud::{Markup, Render, html};
use pricing::Decimal;
use pricing::tariffs::{self, Charge, Facts, NotCharged, Tariff, Usage};
use ui::panel::{Cells, Column, Table};
use ui::{Button, Field, Select, format};

use super::super::common::Problem;
use crate::view::View;
use crate::words::{Words, t};

/// The fields of the form.
const FIELDS: [&str; 8] =
    ["amount", "asset", "counterparty", "channel", "tier", "day", "operations", "quantity"];
/// What most operations are, where the form does not say.
const COUNTERPARTY: &str = "bank";
const CHANNEL: &str = "app";
const TIER: &str = "standard";

/// The form, with what came of it.
pub(super) struct Example {
    pub content: Markup,
    /// Why what was typed is no example.
    pub refused: Option<Code>,
}

/// Whether a book is one of tariffs.
pub(super) fn prices(book: &str) -> bool {
    book.starts_with(&tariffs::book(""))
}

/// The example of an address: of the draft, and of the edition that holds when there is one.
pub(super) fn panel(
    view: &View,
    (draft, holds): (&str, Option<&str>),
    (query, action): (&Fields, &str),
) -> Example {
    let words = view.words;
    let read = |body: &str| serde_json::from_str::<Tariff>(body).ok();
    let (draft, holds) = (read(draft), holds.and_then(read));
    let (facts, refusal) = match query.has("amount").then(|| asked(view, query)) {
        Some(Ok(facts)) => (Some(facts), None),
        Some(Err(Error::Refused(refusal))) => (None, Some(refusal)),
        Some(Err(Error::Broken(_))) | None => (None, None),
    };
    let problem = refusal.as_ref().map(|refusal| Problem::of(view.lang(), refusal));
    let problem = problem.unwrap_or_default();
    let content = html! {
        (problem.notice(words, &FIELDS))
        (form(words, (query, action), &problem))
        @if let Some((facts, used)) = &facts {
            (outcome(view, [draft.as_ref(), holds.as_ref()], (facts, *used)))
        }
    };
    let content = ui::panel::panel(&t!(words, "example"), &html! {}, &content);
    Example { content, refused: refusal.map(|refusal| refusal.code) }
}

/// What a field says; what most operations are when it says nothing.
fn given<'a>(query: &'a Fields, name: &str, otherwise: &'a str) -> &'a str {
    query.filled(name).unwrap_or(otherwise)
}

/// The operation that the form describes, and what was used before it.
fn asked<'a>(view: &View, query: &'a Fields) -> Result<(Facts<'a>, Usage)> {
    let wrong = |name| Error::from(Refusal::new(Code::FieldInvalid).field(name));
    let asset = Asset::from_code(query.text("asset")).ok_or_else(|| wrong("asset"))?;
    // As people group digits, and with the comma of Uzbek and Russian.
    let amount: String = query.text("amount").chars().filter(|c| !c.is_whitespace()).collect();
    let amount = Amount::parse(&amount.replace(',', "."), asset)?;
    let day = match query.filled("day") {
        None => view.ctx.now().day(),
        Some(text) => text.parse().map_err(|()| wrong("day"))?,
    };
    let operations = given(query, "operations", "0").parse().map_err(|_| wrong("operations"))?;
    let quantity: Decimal = given(query, "quantity", "0").parse().map_err(|_| wrong("quantity"))?;
    let facts = Facts {
        amount: amount.money(),
        day,
        tier: given(query, "tier", TIER),
        channel: given(query, "channel", CHANNEL),
        counterparty: given(query, "counterparty", COUNTERPARTY),
    };
    Ok((facts, Usage { operations, quantity }))
}

fn form(words: Words, (query, action): (&Fields, &str), problem: &Problem) -> Markup {
    let texts = [
        t!(words, "example-amount"),
        t!(words, "example-asset"),
        t!(words, "example-counterparty"),
        t!(words, "example-channel"),
        t!(words, "example-tier"),
        t!(words, "example-day"),
        t!(words, "example-operations"),
        t!(words, "example-quantity"),
    ];
    let [amount, asset, counterparty, channel, tier, day, operations, quantity] = &texts;
    let field = |name, label, otherwise| {
        Field::new(name, label)
            .value(given(query, name, otherwise))
            .error(problem.at(name))
            .autocomplete("off")
            .attr("maxlength", "40")
            .optional()
    };
    let assets = Asset::ALL
        .into_iter()
        .fold(Select::new("asset", asset).error(problem.at("asset")), |select, one| {
            select.option(one.code(), one.code(), query.text("asset") == one.code())
        });
    html! {
        div.card-body { p.dim { (t!(words, "example-text")) } }
        form.filters method="get" action=(action) {
            (Field::new("amount", amount)
                .value(query.text("amount"))
                .error(problem.at("amount"))
                .inputmode("decimal")
                .autocomplete("off")
                .attr("maxlength", "24"))
            (assets)
            (field("counterparty", counterparty, COUNTERPARTY))
            (field("channel", channel, CHANNEL))
            (field("tier", tier, TIER))
            (Field::date("day", day)
                .value(query.text("day"))
                .error(problem.at("day"))
                .optional())
            (field("operations", operations, "0").inputmode("numeric"))
            (field("quantity", quantity, "0").inputmode("decimal"))
            div.buttons { (Button::primary(&t!(words, "example-submit"))) }
        }
    }
}

/// What one tariff says of the operation; nothing where there is no tariff.
type Priced<'a> = Option<std::result::Result<Charge<'a>, NotCharged>>;

/// The fee and its parts, by both tariffs.
fn outcome(view: &View, both: [Option<&Tariff>; 2], (facts, used): (&Facts<'_>, Usage)) -> Markup {
    let words = view.words;
    let priced = both.map(|tariff| tariff.map(|tariff| tariff.charge(facts, used)));
    let money = |amount: Money| Some(format::money(view.lang(), amount));
    let texts = [
        t!(words, "example-fee"),
        t!(words, "example-list"),
        t!(words, "example-promotion"),
        t!(words, "example-vat"),
        t!(words, "example-bank"),
    ];
    let [fee, list, promotion, vat, bank] = &texts;
    let mut rows = vec![
        rule(words, &priced),
        line(fee, &priced, |charge| money(charge.fee)),
        line(list, &priced, |charge| money(charge.list)),
        line(promotion, &priced, |charge| charge.promotion.map(str::to_owned)),
        line(vat, &priced, |charge| money(charge.vat)),
        line(bank, &priced, |charge| money(charge.bank)),
    ];
    for party in parties(&priced) {
        rows.push(line(&party_name(words, party), &priced, |charge| {
            let share = charge.shares.iter().find(|(whose, _)| *whose == party);
            share.and_then(|(_, amount)| money(*amount))
        }));
    }
    let columns = [
        Column::text(t!(words, "example-part")),
        Column::number(t!(words, "draft")),
        Column::number(t!(words, "terms-holds")),
    ];
    Table::new(&t!(words, "example-outcome"), &columns).rows(rows).render()
}

/// Which rule of each prices the operation.
fn rule(words: Words, priced: &[Priced<'_>; 2]) -> Cells {
    let named = |priced: &Priced<'_>| match priced {
        Some(Ok(charge)) => charge.rule.name.clone(),
        Some(Err(NotCharged::NoRule | NotCharged::TooLarge)) => t!(words, "example-not-priced"),
        None => t!(words, "none"),
    };
    let head = t!(words, "example-rule");
    priced.iter().fold(Cells::plain(html! { (head) }), |cells, one| cells.text(&named(one)))
}

/// A line of what both say.
fn line(
    label: &str,
    priced: &[Priced<'_>; 2],
    value: impl Fn(&Charge<'_>) -> Option<String>,
) -> Cells {
    let said = |priced: &Priced<'_>| match priced {
        Some(Ok(charge)) => value(charge),
        Some(Err(_)) | None => None,
    };
    priced.iter().fold(Cells::plain(html! { (label) }), |cells, one| {
        cells.cell(html! {
            @match said(one) {
                Some(text) => (text),
                None => span.dim { "–" },
            }
        })
    })
}

/// Whoever has a share by either of them.
fn parties<'a>(priced: &'a [Priced<'_>; 2]) -> Vec<&'a str> {
    let mut all = Vec::new();
    for charge in priced.iter().filter_map(|one| one.as_ref()?.as_ref().ok()) {
        for (party, _) in &charge.shares {
            if !all.contains(party) {
                all.push(*party);
            }
        }
    }
    all
}

fn party_name(words: Words, party: &str) -> String {
    match party {
        "scheme" => t!(words, "example-scheme"),
        "agent" => t!(words, "example-agent"),
        other => other.to_owned(),
    }
}

use axum::extract::State;
use edge::Reply;
use kernel::{AccountId, Amount, Asset, Code, Ctx, Error, Moment, OperationId, Refusal, Secret};
use payments::{Direction, Query as Search};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::documented::refusals;
use crate::extract::{Customer, Json, Query};
use crate::shapes::{AssetName, CategoryName, MoneyView, OperationKind, text};
use crate::{Api, input};

const LIMIT_MAX: i64 = 100;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OperationsQuery {
    /// Only this account; otherwise all of the customer's.
    #[param(value_type = String, required = false, pattern = "^acc_[0-9a-f]{32}$")]
    pub account_id: Option<String>,
    /// Only accounts in this currency. Needed with `min` and `max`, unless `account_id` is given.
    #[param(value_type = AssetName, required = false, inline)]
    pub asset: Option<String>,
    /// The first day, in Tashkent.
    #[param(value_type = String, format = Date, required = false,
        pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    pub from: Option<String>,
    /// The last day, in Tashkent.
    #[param(value_type = String, format = Date, required = false,
        pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    pub to: Option<String>,
    /// Only what came in, or only what went out.
    #[param(value_type = Way, required = false, inline)]
    pub direction: Option<String>,
    /// Only operations of these kinds, with commas between them, twenty at most. `OperationKind`
    /// lists those that are known.
    #[param(value_type = String, required = false,
        pattern = "^[a-z._]{1,40}(,[a-z._]{1,40}){0,19}$", example = "transfer.internal,cash.in")]
    pub kind: Option<String>,
    /// Only what belongs to this category, by itself or as the customer said.
    #[param(value_type = CategoryName, required = false, inline)]
    pub category: Option<String>,
    /// At least this much, whatever the direction.
    #[param(value_type = String, required = false, max_length = 16,
        pattern = r"^([1-9][0-9]{0,12}(\.[0-9]{1,2})?|0\.(0[1-9]|[1-9][0-9]?))$")]
    pub min: Option<String>,
    /// At most this much, whatever the direction.
    #[param(value_type = String, required = false, max_length = 16,
        pattern = r"^([1-9][0-9]{0,12}(\.[0-9]{1,2})?|0\.(0[1-9]|[1-9][0-9]?))$")]
    pub max: Option<String>,
    /// Only operations with this text in a name or the note.
    #[param(value_type = String, required = false, max_length = 100)]
    pub q: Option<Secret<String>>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(value_type = String, required = false, pattern = "^[0-9A-Za-z_-]{34}$")]
    pub cursor: Option<String>,
    /// Items of the page; 50 when nothing is said.
    #[param(value_type = i32, required = false, minimum = 1, maximum = 100)]
    pub limit: Option<String>,
}

/// To the customer's account, or from it.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "describes the values of `direction` in the document")]
pub(crate) enum Way {
    In,
    Out,
}

/// What one operation did to one of the customer's accounts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Operation)]
pub(crate) struct Item {
    #[schema(value_type = String, pattern = "^op_[0-9a-f]{32}$")]
    operation_id: OperationId,
    #[schema(value_type = OperationKind)]
    kind: String,
    #[schema(value_type = String, pattern = "^acc_[0-9a-f]{32}$")]
    account_id: AccountId,
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    at: Moment,
    #[schema(value_type = Way)]
    direction: &'static str,
    /// How much; negative when it left the account.
    amount: MoneyView,
    /// The account's balance after it.
    balance_after: MoneyView,
    /// The masked name of the other side, when that is a customer.
    counterparty: Option<String>,
    note: Option<String>,
    #[schema(value_type = CategoryName)]
    category: &'static str,
    /// Whether the other side is another account of the customer.
    own: bool,
    /// Both sides, when it is one of an exchange.
    exchanged: Option<ExchangedItem>,
}

/// Both sides of an exchange, on a line of one of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExchangedItem {
    /// What was given.
    given: MoneyView,
    /// What was got for it.
    taken: MoneyView,
    /// The bank's rate: sum for one unit of the currency.
    rate: MoneyView,
}

impl From<payments::ItemExchange> for ExchangedItem {
    fn from(exchange: payments::ItemExchange) -> Self {
        Self {
            given: exchange.given.into(),
            taken: exchange.taken.into(),
            rate: exchange.rate.into(),
        }
    }
}

impl From<payments::Item> for Item {
    fn from(item: payments::Item) -> Self {
        Self {
            operation_id: item.operation,
            kind: item.kind,
            account_id: item.account,
            at: item.at,
            direction: match item.direction {
                Direction::In => "in",
                Direction::Out | Direction::Own => "out",
            },
            amount: item.amount.into(),
            balance_after: item.balance_after.into(),
            counterparty: item.counterparty,
            note: item.note,
            category: item.category.as_str(),
            own: item.own,
            exchanged: item.exchanged.map(ExchangedItem::from),
        }
    }
}

/// A page of a history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Operations {
    /// Newest first.
    items: Vec<Item>,
    /// For the next page; `null` on the last one.
    #[schema(pattern = "^[0-9A-Za-z_-]{34}$")]
    next_cursor: Option<String>,
}

refusals!(
    Refusals: [SIGNED_IN, QUERY],
    AccountNotFound,
    CurrencyUnknown,
    CurrencyMismatch,
    AmountMalformed,
    AmountNotPositive,
    AmountTooPrecise,
    AmountTooLarge,
    CursorInvalid,
);

/// Searches what happened on the customer's accounts, newest first.
#[utoipa::path(
    get,
    path = "/v1/operations",
    tag = "operations",
    security(("bearer" = [])),
    params(OperationsQuery),
    responses((status = 200, description = "A page.", body = Operations), Refusals)
)]
pub(crate) async fn list_operations(
    State(api): State<Api>,
    Customer(ctx): Customer,
    Query(query): Query<OperationsQuery>,
) -> Reply<Json<Operations>> {
    let search = search(&api, &ctx, query).await?;
    let page = api.payments().history(&ctx, &search).await.map_err(as_named_here)?;
    let items = page.items.into_iter().map(Item::from).collect();
    Ok(Json(Operations { items, next_cursor: page.next_cursor }))
}

async fn search(api: &Api, ctx: &Ctx, query: OperationsQuery) -> Reply<Search> {
    let account = input::optional(query.account_id.as_ref(), "account_id", input::id)?;
    let mut asset = input::optional(query.asset.as_ref(), "asset", input::asset)?;
    let bounded = query.min.is_some() || query.max.is_some();
    if let (None, Some(account), true) = (asset, account, bounded) {
        asset = Some(api.payments().account(ctx, account).await?.asset);
    }
    let day = |text: &Option<String>, field| input::optional(text.as_ref(), field, input::day);
    let limit = |text: &str, field| input::count(text, LIMIT_MAX, field);
    let limit = input::optional(query.limit.as_ref(), "limit", limit)?;
    Ok(Search {
        account,
        asset,
        from: day(&query.from, "from")?.map(kernel::Day::start),
        to: day(&query.to, "to")?.map(kernel::Day::end),
        direction: query.direction.as_deref().map(direction).transpose()?,
        kinds: query
            .kind
            .map(|kinds| kinds.split(',').map(str::to_owned).collect())
            .unwrap_or_default(),
        category: input::optional(query.category.as_ref(), "category", input::category)?,
        min: bound(query.min.as_deref(), asset, "min")?,
        max: bound(query.max.as_deref(), asset, "max")?,
        text: query.q.map(|text| text.expose().clone()),
        cursor: query.cursor,
        limit: limit.and_then(|limit| u32::try_from(limit).ok()),
    })
}

fn direction(text: &str) -> Result<Direction, Refusal> {
    match text {
        "in" => Ok(Direction::In),
        "out" => Ok(Direction::Out),
        _ => Err(input::invalid("direction")),
    }
}

fn bound(
    text: Option<&str>,
    asset: Option<Asset>,
    field: &'static str,
) -> Result<Option<Amount>, Error> {
    let Some(text) = text else { return Ok(None) };
    let asset = asset.ok_or_else(|| input::invalid("asset"))?;
    input::amount(text, asset, field).map(Some)
}

/// The use case has its own names for two of the fields.
fn as_named_here(error: Error) -> Error {
    match error {
        Error::Refused(Refusal { code: Code::FieldInvalid, field: Some("text"), .. }) => {
            input::invalid("q").into()
        }
        Error::Refused(refusal @ Refusal { field: Some("currency"), .. }) => {
            refusal.field("asset").into()
        }
        other => other,
    }
}

use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use edge::Reply;
use kernel::{AccountId, Asset, Error};
use payments::StatementView;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::operations::Item;
use crate::documented::refusals;
use crate::extract::{AccountPath, Customer, Json, PathId, Query};
use crate::shapes::{AssetName, MoneyView, text};
use crate::{Api, csv, input};

const CSV: &str = "text/csv";

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatementQuery {
    /// The first day, in Tashkent.
    #[param(format = Date, pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", example = "2026-11-01")]
    pub from: String,
    /// The last day, in Tashkent: today at the latest, and 366 days after the first at most.
    #[param(format = Date, pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", example = "2026-11-22")]
    pub to: String,
    /// `csv` does the same as `Accept: text/csv`.
    #[param(value_type = Format, required = false, inline)]
    pub format: Option<String>,
}

/// How a statement is written.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "describes the values of `format` in the document")]
pub(crate) enum Format {
    Json,
    Csv,
}

/// An account over a period.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Statement {
    #[schema(value_type = String, pattern = "^acc_[0-9a-f]{32}$")]
    account_id: AccountId,
    #[schema(pattern = "^[0-9]{20}$")]
    number: String,
    #[serde(serialize_with = "text")]
    #[schema(value_type = AssetName)]
    asset: Asset,
    /// The first day.
    #[schema(format = Date)]
    from: String,
    /// The last day.
    #[schema(format = Date)]
    to: String,
    /// Balance at the beginning of the first day.
    opening: MoneyView,
    /// Balance at the end of the last day.
    closing: MoneyView,
    /// Sum of what came in.
    credits: MoneyView,
    /// Sum of what went out, without a sign.
    debits: MoneyView,
    /// Everything that happened, oldest first.
    lines: Vec<Item>,
}

impl From<StatementView> for Statement {
    fn from(view: StatementView) -> Self {
        Self {
            account_id: view.account,
            number: view.number.to_string(),
            asset: view.asset,
            from: view.from.to_string(),
            to: view.to.to_string(),
            opening: view.opening.into(),
            closing: view.closing.into(),
            credits: view.credits.into(),
            debits: view.debits.into(),
            lines: view.lines.into_iter().map(Item::from).collect(),
        }
    }
}

refusals!(
    Refusals: [SIGNED_IN, QUERY],
    AccountNotFound,
    PeriodInvalid,
    StatementTooLong,
    TooManyRequests,
);

/// The statement of an account, as JSON or as CSV.
///
/// CSV is RFC 4180 in UTF-8 with a byte order mark, a header row, and a row for each of the opening
/// and the closing balance. A text that a spreadsheet would take for a formula begins with an
/// apostrophe there.
#[utoipa::path(
    get,
    path = "/v1/accounts/{account_id}/statement",
    tag = "accounts",
    security(("bearer" = [])),
    params(AccountPath, StatementQuery),
    responses(
        (status = 200, description = "The statement.",
            content((Statement = "application/json"), (String = "text/csv"))),
        Refusals
    )
)]
pub(crate) async fn get_statement(
    State(api): State<Api>,
    Customer(ctx): Customer,
    PathId(account): PathId<AccountId>,
    Query(query): Query<StatementQuery>,
    headers: HeaderMap,
) -> Reply<Response> {
    let from = input::day(&query.from, "from")?;
    let to = input::day(&query.to, "to")?;
    let as_csv = match query.format.as_deref() {
        Some("csv") => true,
        Some("json") => false,
        Some(_) => return Err(input::invalid("format").into()),
        None => wants_csv(&headers),
    };
    let statement = api.payments().statement(&ctx, account, from, to).await?;
    if as_csv { file(&statement) } else { Ok(Json(Statement::from(statement)).into_response()) }
}

/// Whether CSV is what the client asks for first.
fn wants_csv(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = accept.split([',', ';']).next().unwrap_or_default();
    first.trim().eq_ignore_ascii_case(CSV)
}

fn file(statement: &StatementView) -> Reply<Response> {
    const DOING: &str = "naming the file of a statement";
    let (number, from, to) = (&statement.number, statement.from, statement.to);
    let name = format!("attachment; filename=\"statement-{number}-{from}-{to}.csv\"");
    let mut response = csv::statement(statement).into_response();
    let headers = response.headers_mut();
    headers
        .insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    let name = HeaderValue::try_from(name).map_err(|e| Error::broken(DOING, e))?;
    headers.insert(CONTENT_DISPOSITION, name);
    Ok(response)
}

use axum::extract::State;
use edge::Reply;
use kernel::Asset;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::documented::refusals;
use crate::extract::{Customer, Json, Query};
use crate::shapes::{AssetName, CategoryName, MoneyView, text};
use crate::{Api, input};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SpendingQuery {
    /// The first day, in Tashkent.
    #[param(format = Date, pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", example = "2026-11-01")]
    pub from: String,
    /// The last day, in Tashkent: today at the latest, and 366 days after the first at most.
    #[param(format = Date, pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", example = "2026-11-22")]
    pub to: String,
}

/// What left the customer's accounts over a period, without transfers between them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Spending {
    /// One for each currency of which anything left.
    items: Vec<SpendingInAsset>,
}

/// What left in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SpendingInAsset {
    #[serde(serialize_with = "text")]
    #[schema(value_type = AssetName)]
    asset: Asset,
    /// All of it, without a sign.
    total: MoneyView,
    /// What it was for, the largest first. The sum is the total.
    by_category: Vec<SpendingOnCategory>,
}

/// What left for one purpose.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SpendingOnCategory {
    #[schema(value_type = CategoryName)]
    category: &'static str,
    /// How much, without a sign.
    amount: MoneyView,
}

impl From<payments::Spending> for SpendingInAsset {
    fn from(spending: payments::Spending) -> Self {
        let on = |(category, amount): (payments::Category, kernel::Money)| SpendingOnCategory {
            category: category.as_str(),
            amount: amount.into(),
        };
        Self {
            asset: spending.asset,
            total: spending.total.into(),
            by_category: spending.by_category.into_iter().map(on).collect(),
        }
    }
}

refusals!(Refusals: [SIGNED_IN, QUERY], PeriodInvalid);

/// Sums up what the customer spent over a period, by category.
#[utoipa::path(
    get,
    path = "/v1/spending",
    tag = "operations",
    security(("bearer" = [])),
    params(SpendingQuery),
    responses((status = 200, description = "The sums.", body = Spending), Refusals)
)]
pub(crate) async fn get_spending(
    State(api): State<Api>,
    Customer(ctx): Customer,
    Query(query): Query<SpendingQuery>,
) -> Reply<Json<Spending>> {
    let from = input::day(&query.from, "from")?;
    let to = input::day(&query.to, "to")?;
    let spending = api.payments().spending(&ctx, from, to).await?;
    Ok(Json(Spending { items: spending.into_iter().map(SpendingInAsset::from).collect() }))
}

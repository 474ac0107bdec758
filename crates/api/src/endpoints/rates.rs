use axum::extract::State;
use edge::Reply;
use kernel::Asset;
use payments::CentralRate;
use pricing::rates::Listed;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::documented::refusals;
use crate::extract::{Anyone, Json};
use crate::shapes::{AssetName, MoneyView, text};

/// What the Central Bank published.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CentralRate)]
pub(crate) struct CentralRateView {
    /// Sum.
    #[schema(pattern = r"^[0-9]{1,10}(\.[0-9]{1,6})?$", example = "11821.18")]
    rate: String,
    /// For so many units of the currency.
    #[schema(minimum = 1, example = 1)]
    nominal: u32,
    /// The day from which it holds.
    #[schema(format = Date)]
    day: String,
}

impl From<CentralRate> for CentralRateView {
    fn from(central: CentralRate) -> Self {
        Self {
            rate: central.rate.to_string(),
            nominal: central.nominal.get(),
            day: central.day.to_string(),
        }
    }
}

/// A currency on the board.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Rate {
    #[serde(serialize_with = "text")]
    #[schema(value_type = AssetName)]
    asset: Asset,
    /// Sum for one unit that a customer gives.
    buys_at: MoneyView,
    /// Sum for one unit that a customer gets.
    sells_at: MoneyView,
    central: CentralRateView,
    /// Whether it is exchanged by this now; otherwise the last published rate is too old.
    good: bool,
}

impl From<Listed> for Rate {
    fn from(listed: Listed) -> Self {
        Self {
            asset: listed.published.asset,
            buys_at: listed.buys_at.into(),
            sells_at: listed.sells_at.into(),
            central: CentralRate::from(listed.published).into(),
            good: listed.is_good,
        }
    }
}

/// The board of the rates.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Rates {
    /// The currencies in which the bank deals. One of which no rate was published is left out.
    items: Vec<Rate>,
}

refusals!(Refusals: [],);

/// Lists by what the bank exchanges currencies now.
#[utoipa::path(
    get,
    path = "/v1/rates",
    tag = "exchange",
    responses((status = 200, description = "The board.", body = Rates), Refusals)
)]
pub(crate) async fn list_rates(State(api): State<Api>, caller: Anyone) -> Reply<Json<Rates>> {
    let board = api.payments().rates().board(caller.ctx.now()).await?;
    Ok(Json(Rates { items: board.into_iter().map(Rate::from).collect() }))
}

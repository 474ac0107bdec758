use axum::extract::State;
use edge::Reply;
use kernel::{Asset, Code, Day};
use payments::CentralRate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::rates::CentralRateView;
use crate::documented::refusals;
use crate::extract::{Anyone, CurrencyPath, Json, PathId, Query};
use crate::{Api, input};

/// Days of a history of which nothing is said.
const USUAL_DAYS: u8 = 30;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RateHistoryQuery {
    /// The first day, in Tashkent; thirty days before the last when nothing is said.
    #[param(value_type = String, format = Date, required = false,
        pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", example = "2026-11-01")]
    pub from: Option<String>,
    /// The last day, in Tashkent, 366 days after the first at most; today when nothing is said.
    #[param(value_type = String, format = Date, required = false,
        pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", example = "2026-11-22")]
    pub to: Option<String>,
}

/// What the Central Bank published for a currency.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RateHistory {
    /// The last day first. Days on which nothing was published are left out.
    items: Vec<CentralRateView>,
}

refusals!(Refusals: [QUERY], NotFound, PeriodInvalid);

/// Shows the Central Bank's rates of a currency over a period.
#[utoipa::path(
    get,
    path = "/v1/rates/{currency}/history",
    tag = "exchange",
    params(CurrencyPath, RateHistoryQuery),
    responses((status = 200, description = "The rates.", body = RateHistory), Refusals)
)]
pub(crate) async fn get_rate_history(
    State(api): State<Api>,
    caller: Anyone,
    PathId(currency): PathId<Asset>,
    Query(query): Query<RateHistoryQuery>,
) -> Reply<Json<RateHistory>> {
    if currency == Asset::Uzs {
        return Err(Code::NotFound.into());
    }
    let day = |given: Option<&String>, field| given.map(|day| input::day(day, field)).transpose();
    let last: Day = day(query.to.as_ref(), "to")?.unwrap_or_else(|| caller.ctx.now().day());
    let usual = last.days_before(USUAL_DAYS);
    let first = day(query.from.as_ref(), "from")?.unwrap_or(usual);
    let kept = api.payments().rates().history(currency, first, last).await?;
    let view = |kept: pricing::rates::Kept| CentralRate::from(kept.published).into();
    Ok(Json(RateHistory { items: kept.into_iter().map(view).collect() }))
}

use axum::extract::State;
use edge::Reply;
use kernel::{AccountId, Moment};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::documented::refusals;
use crate::extract::{AccountPath, Customer, Json, PathId, Query};
use crate::shapes::{MoneyView, text};
use crate::{Api, input};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BalanceQuery {
    /// A moment that is not in the future (RFC 3339); otherwise now. Write `+` of an offset as
    /// `%2B`.
    #[param(value_type = String, format = DateTime, required = false,
        example = "2026-11-01T00:00:00Z")]
    pub at: Option<String>,
}

/// A balance at a moment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Balance)]
pub(crate) struct BalanceView {
    #[schema(value_type = String, pattern = "^acc_[0-9a-f]{32}$")]
    account_id: AccountId,
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    at: Moment,
    /// What was on the account right after everything that happened up to and at that moment.
    balance: MoneyView,
}

refusals!(Refusals: [SIGNED_IN, QUERY], AccountNotFound);

/// Shows what was on an account at a moment.
#[utoipa::path(
    get,
    path = "/v1/accounts/{account_id}/balance",
    tag = "accounts",
    security(("bearer" = [])),
    params(AccountPath, BalanceQuery),
    responses((status = 200, description = "The balance.", body = BalanceView), Refusals)
)]
pub(crate) async fn get_balance(
    State(api): State<Api>,
    Customer(ctx): Customer,
    PathId(account_id): PathId<AccountId>,
    Query(query): Query<BalanceQuery>,
) -> Reply<Json<BalanceView>> {
    let (at, balance) = match input::optional(query.at.as_ref(), "at", input::moment)? {
        Some(at) => (at, api.payments().balance_at(&ctx, account_id, at).await?),
        None => (ctx.now(), api.payments().account(&ctx, account_id).await?.balance),
    };
    Ok(Json(BalanceView { account_id, at, balance: balance.into() }))
}

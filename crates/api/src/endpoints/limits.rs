use axum::extract::State;
use edge::Reply;
use kernel::{AccountId, Asset, Moment, Money};
use limits::document::Window;
use payments::LimitView;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::documented::refusals;
use crate::extract::{Customer, Json};
use crate::shapes::{MoneyView, text};

/// What a limit counts: money, or operations.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Counted {
    /// So much money.
    Amount(MoneyView),
    /// So many operations.
    Operations(i64),
}

impl Counted {
    fn of(number: i64, asset: Option<Asset>) -> Self {
        match asset {
            Some(asset) => Self::Amount(Money::new(number, asset).into()),
            None => Self::Operations(number),
        }
    }
}

/// A limit that bounds the customer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnLimit {
    /// Names it when it is lowered.
    #[schema(pattern = "^[a-z0-9-]{1,40}$", example = "transfers-day")]
    name: String,
    /// What it is called, in the language of the request.
    title: String,
    /// Whose operations it adds up.
    of: LimitOf,
    /// The kind of operation that is added up by itself: `exchange.own`.
    kind: Option<&'static str>,
    /// The customer's account whose operations are added up.
    #[schema(value_type = Option<String>, pattern = "^acc_[0-9a-f]{32}$")]
    account_id: Option<AccountId>,
    /// Who set the ceiling that holds.
    set_by: LimitSetBy,
    /// A law sets it; otherwise the bank does.
    by_law: bool,
    /// Whether the customer may set a ceiling of their own.
    settable: bool,
    /// Over which time it counts: `operation` (each alone), `day`, `week`, `month` (of Tashkent),
    /// `lifetime`, or `rolling_days_30`.
    #[schema(example = "day")]
    window: String,
    /// The most that holds now.
    ceiling: Counted,
    /// The most that the bank lets; a lower ceiling is the customer's own.
    bank_ceiling: Counted,
    /// Until when the bank lets that, when an employee moved the limit for a time.
    #[schema(format = DateTime)]
    temporary_until: Option<String>,
    /// Whether it bounds what stands on the account: then that is what is used.
    is_balance: bool,
    /// What was used; nothing where each operation or payee is counted by itself.
    used: Counted,
    /// What is left.
    remaining: Counted,
    /// The day on which it begins anew; of rolling days, on which something is usable again.
    #[schema(format = Date)]
    turns: Option<String>,
    /// What the customer wants from a later moment on.
    coming: Option<ComingLimit>,
}

/// Whose operations a limit adds up.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LimitOf {
    /// All of the customer's.
    Customer,
    /// Theirs of one kind.
    Kind,
    /// Those of one of their accounts.
    Account,
    /// Those on the device of the session.
    Device,
    /// Theirs to one payee, whoever that is.
    Payee,
}

/// Who set a ceiling.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LimitSetBy {
    /// A law or the regulator.
    Law,
    /// The terms of the bank.
    Tariff,
    /// An employee, for this customer and for a time.
    Staff,
    /// The customer.
    Customer,
}

impl From<payments::LimitSetBy> for LimitSetBy {
    fn from(by: payments::LimitSetBy) -> Self {
        match by {
            payments::LimitSetBy::Law => Self::Law,
            payments::LimitSetBy::Tariff => Self::Tariff,
            payments::LimitSetBy::Staff => Self::Staff,
            payments::LimitSetBy::Customer => Self::Customer,
        }
    }
}

/// A ceiling that holds later.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ComingLimit {
    /// The most; `null` is the bank's own.
    ceiling: Option<Counted>,
    /// From when on.
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    from: Moment,
}

impl From<LimitView> for OwnLimit {
    fn from(view: LimitView) -> Self {
        let counted = |number| Counted::of(number, view.asset);
        let (of, kind, account_id) = match view.of {
            payments::LimitOf::Customer => (LimitOf::Customer, None, None),
            payments::LimitOf::Kind(kind) => (LimitOf::Kind, Some(kind), None),
            payments::LimitOf::Account(account) => (LimitOf::Account, None, Some(account.id)),
            payments::LimitOf::Device => (LimitOf::Device, None, None),
            payments::LimitOf::Payee => (LimitOf::Payee, None, None),
        };
        Self {
            of,
            kind,
            account_id,
            set_by: view.set_by.into(),
            settable: view.settable,
            is_balance: view.is_balance,
            by_law: view.by_law,
            window: window(view.window),
            ceiling: counted(view.ceiling),
            bank_ceiling: counted(view.bank_ceiling),
            temporary_until: view.temporary_until.map(|until| until.to_string()),
            used: counted(view.used),
            remaining: counted(view.remaining),
            turns: view.turns.map(|day| day.to_string()),
            coming: view
                .coming
                .map(|(ceiling, from)| ComingLimit { ceiling: ceiling.map(counted), from }),
            name: view.name,
            title: view.title,
        }
    }
}

fn window(window: Window) -> String {
    match window {
        Window::Operation => "operation".to_owned(),
        Window::Day => "day".to_owned(),
        Window::Week => "week".to_owned(),
        Window::Month => "month".to_owned(),
        Window::RollingDays(days) => format!("rolling_days_{days}"),
        Window::Lifetime => "lifetime".to_owned(),
    }
}

/// The customer's limits.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnLimits {
    /// In the order in which the bank lists them.
    items: Vec<OwnLimit>,
}

refusals!(Refusals: [SIGNED_IN], NotPriced);

/// Lists the limits that bound what the customer does, with what remains of each.
#[utoipa::path(
    get,
    path = "/v1/limits",
    tag = "accounts",
    security(("bearer" = [])),
    responses((status = 200, description = "The limits.", body = OwnLimits), Refusals)
)]
pub(crate) async fn list_limits(
    State(api): State<Api>,
    Customer(ctx): Customer,
) -> Reply<Json<OwnLimits>> {
    let limits = api.payments().own_limits(&ctx).await?;
    Ok(Json(OwnLimits { items: limits.into_iter().map(OwnLimit::from).collect() }))
}

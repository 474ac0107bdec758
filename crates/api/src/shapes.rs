//! JSON shapes that several endpoints share, and how values are written.

use std::borrow::Cow;
use std::fmt::Display;

use kernel::{AccountId, Asset, CustomerId, Moment, Money, Secret, SessionId};
use payments::Category;
use serde::{Deserialize, Serialize, Serializer};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::input;

/// Writes a value as its text.
pub(crate) fn text<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// Writes a secret to the one who is entitled to it.
pub(crate) fn exposed<S: Serializer>(
    value: &Secret<String>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(value.expose())
}

/// The same as a value, for where there may be none.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct Exposed(#[serde(serialize_with = "exposed")] Secret<String>);

/// An amount of money.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Money)]
pub(crate) struct MoneyView {
    /// A decimal number with exactly the digits of the asset. Negative for what leaves an account.
    #[schema(example = "1500.00", pattern = r"^-?[0-9]{1,17}\.[0-9]{2}$")]
    value: String,
    /// ISO 4217.
    #[serde(serialize_with = "text")]
    #[schema(value_type = AssetName)]
    asset: Asset,
}

impl From<Money> for MoneyView {
    fn from(money: Money) -> Self {
        Self { value: money.decimal(), asset: money.asset }
    }
}

/// A currency that the bank keeps accounts in (ISO 4217).
#[derive(ToSchema)]
#[schema(as = Asset, rename_all = "UPPERCASE")]
#[expect(dead_code, reason = "describes the text of `kernel::Asset` in the document")]
pub(crate) enum AssetName {
    Uzs,
    Usd,
}

/// What money was for.
pub(crate) struct CategoryName;

impl PartialSchema for CategoryName {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(
                "What money was for: by itself, or as the customer said. `own` is between the \
                 customer's own accounts, `fees` what the bank took for its work, `refunds` a \
                 transfer that the bank gave back, which is neither spent nor earned.",
            ))
            .enum_values(Some(Category::ALL.map(Category::as_str)))
            .examples(["groceries"])
            .build()
            .into()
    }
}

impl ToSchema for CategoryName {
    fn name() -> Cow<'static, str> {
        "Category".into()
    }
}

/// Every kind of operation that there is, with what it is.
const KINDS: [(&str, &str); 4] = [
    (payments::cash::KIND, "cash was paid in at a desk"),
    (payments::transfers::KIND, "a transfer between accounts of the bank"),
    (payments::refunds::KIND, "a transfer between accounts of the bank was given back"),
    (payments::exchange::KIND, "an exchange between two accounts of the customer"),
];

/// What kind of business an operation is. An open list: a client shows a kind that it does not know
/// by its amount and note.
pub(crate) struct OperationKind;

impl PartialSchema for OperationKind {
    fn schema() -> RefOr<Schema> {
        let kinds = KINDS.map(|(kind, meaning)| format!("- `{kind}`: {meaning}"));
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(format!(
                "What kind of business an operation is. More kinds will come: show one that you \
                 do not know by its amount and note.\n\n{}",
                kinds.join("\n")
            )))
            .pattern(Some("^[a-z._]{1,40}$"))
            .examples(KINDS.map(|(kind, _)| kind))
            .build()
            .into()
    }
}

impl ToSchema for OperationKind {
    fn name() -> Cow<'static, str> {
        "OperationKind".into()
    }
}

/// An amount to be moved.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Amount)]
pub(crate) struct AmountInput {
    /// A decimal number above zero, at most two digits after the point.
    #[schema(
        example = "1500.00",
        max_length = 16,
        pattern = r"^([1-9][0-9]{0,12}(\.[0-9]{1,2})?|0\.(0[1-9]|[1-9][0-9]?))$"
    )]
    value: String,
    #[schema(value_type = AssetName)]
    asset: String,
}

impl AmountInput {
    /// The amount.
    pub fn read(&self) -> Result<kernel::Amount, kernel::Error> {
        let asset = input::asset(&self.asset, "amount.asset")?;
        input::amount(&self.value, asset, "amount.value")
    }
}

/// What a client carries after it signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tokens {
    /// How to send the access token: `DPoP` when it is bound to the key that was proven.
    #[schema(value_type = String, pattern = "^(Bearer|DPoP)$", example = "Bearer")]
    token_type: &'static str,
    /// For the `Authorization` header of each request.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String, format = Password, pattern = "^bk_at_[0-9A-Za-z_-]{49}$")]
    access_token: Secret<String>,
    /// When the access token ends.
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    access_expires_at: Moment,
    /// To be exchanged for new tokens, once.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String, format = Password, pattern = "^bk_rt_[0-9A-Za-z_-]{49}$")]
    refresh_token: Secret<String>,
    /// When the refresh token ends if it is not used.
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    refresh_expires_at: Moment,
    /// The session they belong to.
    #[schema(value_type = String, pattern = "^ses_[0-9a-f]{32}$")]
    session_id: SessionId,
    /// Whose session it is.
    #[schema(value_type = String, pattern = "^cus_[0-9a-f]{32}$")]
    customer_id: CustomerId,
}

impl From<identity::Tokens> for Tokens {
    fn from(tokens: identity::Tokens) -> Self {
        Self {
            token_type: if tokens.bound { "DPoP" } else { "Bearer" },
            access_token: tokens.access,
            access_expires_at: tokens.access_expires,
            refresh_token: tokens.refresh,
            refresh_expires_at: tokens.refresh_expires,
            session_id: tokens.session,
            customer_id: tokens.customer,
        }
    }
}

/// A one-time code that was sent and waits for its answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Challenge)]
pub(crate) struct ChallengeView {
    #[schema(value_type = String, pattern = "^chl_[0-9a-f]{32}$")]
    challenge_id: kernel::ChallengeId,
    /// When the code that was just sent ends.
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    expires_at: Moment,
    /// After how many seconds another code can be asked for.
    #[schema(minimum = 0)]
    resend_after_seconds: i64,
}

impl From<identity::ChallengeView> for ChallengeView {
    fn from(view: identity::ChallengeView) -> Self {
        Self {
            challenge_id: view.id,
            expires_at: view.expires_at,
            resend_after_seconds: view.resend_after_seconds,
        }
    }
}

/// A customer, to themselves.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Customer)]
pub(crate) struct CustomerView {
    #[schema(value_type = String, pattern = "^cus_[0-9a-f]{32}$")]
    customer_id: CustomerId,
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String, example = "Jasur")]
    first_name: Secret<String>,
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String, example = "Karimov")]
    last_name: Secret<String>,
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String, format = Date, example = "1990-05-17")]
    birth_date: Secret<String>,
    /// The phone that signs them in.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String, pattern = r"^\+998[0-9]{9}$", example = "+998901234567")]
    phone: Secret<String>,
    /// The mailbox, if they gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Email, nullable = false)]
    email: Option<Exposed>,
    #[schema(value_type = Language)]
    language: &'static str,
    /// When they became a customer.
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
}

impl CustomerView {
    /// A customer with their phone.
    pub fn new(customer: &customers::Customer, contacts: &customers::Contacts) -> Self {
        Self {
            customer_id: customer.id,
            first_name: customer.name.first().to_owned().into(),
            last_name: customer.name.last().to_owned().into(),
            birth_date: customer.birth_date.to_string().into(),
            phone: format!("+{}", contacts.phone.expose()).into(),
            email: contacts.email.as_ref().map(|email| Exposed(email.expose().to_owned().into())),
            language: customer.lang.tag(),
            created_at: customer.created_at,
        }
    }
}

/// A language that the bank speaks.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "describes the text of `kernel::Lang` in the document")]
pub(crate) enum Language {
    Uz,
    Ru,
    En,
}

/// A customer's account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Account)]
pub(crate) struct AccountView {
    #[schema(value_type = String, pattern = "^acc_[0-9a-f]{32}$")]
    account_id: AccountId,
    /// The 20 digits by which others pay to it.
    #[schema(pattern = "^[0-9]{20}$", example = "20206000510000001001")]
    number: String,
    /// What its owner calls it.
    #[schema(max_length = 40)]
    name: Option<String>,
    #[serde(serialize_with = "text")]
    #[schema(value_type = AssetName)]
    asset: Asset,
    /// What is on it.
    balance: MoneyView,
    /// What is on it and not held.
    available: MoneyView,
    /// What is held.
    held: MoneyView,
    #[schema(value_type = AccountStatus)]
    status: &'static str,
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    opened_at: Moment,
}

/// What an account lets through: everything, nothing out, nothing at all.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "describes the text of `ledger::Status` in the document")]
pub(crate) enum AccountStatus {
    Open,
    Frozen,
    Closed,
}

impl From<payments::AccountView> for AccountView {
    fn from(view: payments::AccountView) -> Self {
        Self {
            account_id: view.id,
            number: view.number.to_string(),
            name: view.name,
            asset: view.asset,
            balance: view.balance.into(),
            available: view.available.into(),
            held: view.held.into(),
            status: match view.status {
                ledger::Status::Open => "open",
                ledger::Status::Frozen => "frozen",
                ledger::Status::Closed => "closed",
            },
            opened_at: view.opened_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::Code;

    use super::*;

    #[test]
    fn an_amount_has_one_spelling() {
        let read = |value: &str, asset: &str| {
            let input = AmountInput { value: value.to_owned(), asset: asset.to_owned() };
            match input.read() {
                Ok(amount) => Ok(amount.minor()),
                Err(kernel::Error::Refused(refusal)) => Err((refusal.code, refusal.field.unwrap())),
                Err(broken) => panic!("{broken:?}"),
            }
        };
        let at = "amount.value";
        assert_eq!(read("1500.00", "UZS"), Ok(150_000));
        assert_eq!(read("0.5", "USD"), Ok(50));
        assert_eq!(read("9999999999999.99", "UZS"), Ok(999_999_999_999_999));
        assert_eq!(read("0", "UZS"), Err((Code::AmountNotPositive, at)));
        assert_eq!(read("0.00", "UZS"), Err((Code::AmountNotPositive, at)));
        assert_eq!(read("-5", "UZS"), Err((Code::AmountNotPositive, at)));
        assert_eq!(read("1.005", "UZS"), Err((Code::AmountTooPrecise, at)));
        assert_eq!(read("1.000", "UZS"), Err((Code::AmountTooPrecise, at)));
        assert_eq!(read("007", "UZS"), Err((Code::AmountMalformed, at)));
        assert_eq!(read("1e3", "UZS"), Err((Code::AmountMalformed, at)));
        assert_eq!(read("99999999999999", "UZS"), Err((Code::AmountTooLarge, at)));
        assert_eq!(read("1", "EUR"), Err((Code::CurrencyUnknown, "amount.asset")));
        assert_eq!(read("1", "uzs"), Err((Code::CurrencyUnknown, "amount.asset")));
    }
}

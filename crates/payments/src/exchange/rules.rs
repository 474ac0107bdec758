//! What an exchange is before and after it is confirmed, and the token that carries it from one to
//! the other.

use std::num::NonZeroU32;

use kernel::{
    AccountId, Amount, Asset, Code, CustomerId, Day, EditionId, Error, KeyRing, KeyUse, Moment,
    Money, OperationId, QuoteId, Refusal, Result,
};
use ledger::{Account, Entry, Operation, Principal, Recorded, Ref, Status};
use pricing::Decimal;
use pricing::rates::{Exchanged, Published, Side};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::postings::{self, Exchange};
use crate::ceilings::Moving;
use crate::history::OwnAccount;
use crate::postings::Leg;
use crate::transfers::rules::QUOTE_SCHEME;

/// The kind of the operation.
pub const KIND: &str = "exchange.own";
/// How long a preview can be confirmed: a rate is promised for no longer than it takes to read it.
pub const QUOTE_LIFE_SECONDS: i64 = 60;
/// Longest token that is looked at; one that the bank makes has about 1,000 bytes.
const MAX_TOKEN_BYTES: usize = 2_048;
/// The form of the document in the token.
const VERSION: u8 = 1;
/// What the request hash of a confirmation begins with.
const HASH_DOMAIN: &[u8] = b"okto/exchange.own/1\n";

/// What the Central Bank published: shown beside the bank's own rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CentralRate {
    /// Sum.
    pub rate: Decimal,
    /// For so many units of the currency.
    pub nominal: NonZeroU32,
    /// The day from which it holds.
    pub day: Day,
}

impl From<Published> for CentralRate {
    fn from(published: Published) -> Self {
        Self { rate: published.rate, nominal: published.nominal, day: published.day }
    }
}

/// What a preview promises: everything that is needed to carry the exchange out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// Its id. At most one exchange is made of it.
    pub id: QuoteId,
    /// The customer who may confirm it; both accounts are theirs.
    pub customer: CustomerId,
    /// The account that gives.
    pub from: OwnAccount,
    /// The account that gets.
    pub to: OwnAccount,
    /// Which way it goes.
    pub side: Side,
    /// What it comes to.
    pub exchanged: Exchanged,
    /// The published rate that it is made by.
    pub central: CentralRate,
    /// The edition of the spreads that it is made by.
    pub edition: EditionId,
    /// From this moment on it cannot be confirmed.
    pub expires_at: Moment,
}

impl Quoted {
    /// What limits ask of it.
    pub(crate) fn moving(&self) -> Moving {
        let (given, taken) = self.exchanged.given_and_taken(self.side);
        let worth = match self.side {
            Side::Buy => self.exchanged.worth,
            Side::Sell => given,
        };
        Moving {
            kind: KIND,
            customer: self.customer,
            from: self.from.id,
            to: self.to.id,
            amount: given,
            takes: taken.asset,
            worth: Some(worth),
        }
    }
}

/// The document in the token. The customer does not stand in it: they are the context that the
/// token is sealed with. Tokens of other products have other fields, so none is taken for another.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    v: u8,
    exchange: QuoteId,
    from: AccountId,
    from_tail: String,
    to: AccountId,
    to_tail: String,
    side: Side,
    currency: String,
    amount: i64,
    sum: i64,
    worth: i64,
    rate: i64,
    central: CentralRate,
    edition: EditionId,
    /// Microseconds since 1970.
    until: i64,
}

/// The token of a quote.
pub fn seal(keys: &KeyRing, quoted: &Quoted) -> Result<String> {
    let exchanged = &quoted.exchanged;
    let wire = Wire {
        v: VERSION,
        exchange: quoted.id,
        from: quoted.from.id,
        from_tail: quoted.from.tail.clone(),
        to: quoted.to.id,
        to_tail: quoted.to.tail.clone(),
        side: quoted.side,
        currency: exchanged.currency.asset.code().to_owned(),
        amount: exchanged.currency.minor,
        sum: exchanged.sum.minor,
        worth: exchanged.worth.minor,
        rate: exchanged.rate.minor,
        central: quoted.central,
        edition: quoted.edition,
        until: quoted.expires_at.micros(),
    };
    let json = serde_json::to_vec(&wire)
        .map_err(|error| Error::broken("writing the document of an exchange's quote", error))?;
    Ok(keys.seal(KeyUse::Quote, quoted.customer.uuid().as_bytes(), &json))
}

/// What a token promises to this customer. [`Code::QuoteNotFound`] for one that the bank did not
/// write, wrote for somebody else or for something else, or wrote in a form that it does not read
/// any more.
pub fn open(keys: &KeyRing, customer: CustomerId, token: &str) -> Result<Quoted> {
    read(keys, customer, token).ok_or(Code::QuoteNotFound.into())
}

fn read(keys: &KeyRing, customer: CustomerId, token: &str) -> Option<Quoted> {
    if token.len() > MAX_TOKEN_BYTES {
        return None;
    }
    let json = keys.unseal(KeyUse::Quote, customer.uuid().as_bytes(), token)?;
    let wire: Wire = serde_json::from_slice(json.expose()).ok()?;
    if wire.v != VERSION {
        return None;
    }
    let currency = Asset::from_code(&wire.currency).filter(|asset| *asset != Asset::Uzs)?;
    let amount = |minor, asset| Amount::from_minor(minor, asset).ok().map(Amount::money);
    let sum = |minor| Money::new(minor, Asset::Uzs);
    let sides = (amount(wire.amount, currency)?, amount(wire.sum, Asset::Uzs)?);
    Some(Quoted {
        id: wire.exchange,
        customer,
        from: OwnAccount { id: wire.from, tail: wire.from_tail },
        to: OwnAccount { id: wire.to, tail: wire.to_tail },
        side: wire.side,
        exchanged: Exchanged::of(wire.side, sides, sum(wire.worth), sum(wire.rate))?,
        central: wire.central,
        edition: wire.edition,
        expires_at: Moment::from_micros(wire.until),
    })
}

/// Which currency changes hands, and which way. Refuses what cannot be exchanged, except for a lack
/// of money: that is shown at the preview, and refused by the ledger at the confirmation.
pub fn pair(from: &Account, to: &Account, named: Asset) -> Result<(Asset, Side)> {
    if from.id == to.id {
        return Err(Code::SameAccount.into());
    }
    match from.status {
        Status::Open => {}
        Status::Frozen => return Err(Code::AccountFrozen.into()),
        Status::Closed => return Err(Code::AccountClosed.into()),
    }
    if to.status == Status::Closed {
        return Err(Code::AccountClosed.into());
    }
    if named != from.asset && named != to.asset {
        return Err(Refusal::new(Code::CurrencyMismatch).field("amount").into());
    }
    match (from.asset, to.asset) {
        (Asset::Uzs, currency) if currency != Asset::Uzs => Ok((currency, Side::Sell)),
        (currency, Asset::Uzs) if currency != Asset::Uzs => Ok((currency, Side::Buy)),
        // Nothing is exchanged for itself; and one currency for another would be two exchanges,
        // with two spreads.
        _ => Err(Code::CurrencyNotDealt.into()),
    }
}

/// The document of the operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExchangeDetail {
    /// The last digits of the account that gave.
    pub from: String,
    /// The last digits of the account that got.
    pub to: String,
    /// Which way it went.
    pub side: Side,
    /// ISO 4217 letters of what was exchanged for sum, or sum for it.
    pub currency: String,
    /// What was given, in its minor units: the two sides stand on two accounts, and a line of one
    /// tells the other.
    pub given: i64,
    /// What was got for it.
    pub taken: i64,
    /// The bank's rate: tiyin for one unit.
    pub rate: i64,
    /// What the currency was worth by the published rate, in tiyin.
    pub worth: i64,
    /// The published rate.
    pub central: CentralRate,
    /// The edition of the spreads.
    pub edition: EditionId,
    /// The preview it was made of.
    pub quote: QuoteId,
}

impl ExchangeDetail {
    /// What was given, and what was got for it.
    pub fn given_and_taken(&self) -> Result<(Money, Money)> {
        let currency = Asset::from_code(&self.currency)
            .ok_or(Error::invariant("an exchange is in an asset that the bank does not know"))?;
        let (gives, takes) = match self.side {
            Side::Buy => (currency, Asset::Uzs),
            Side::Sell => (Asset::Uzs, currency),
        };
        Ok((Money::new(self.given, gives), Money::new(self.taken, takes)))
    }
}

/// The operation that carries a quote out.
pub fn operation(
    key: OperationId,
    initiator: Principal,
    quoted: &Quoted,
    token: &str,
) -> Result<Operation> {
    let mut operation = Operation::new(key, KIND, initiator);
    operation.request_hash =
        Sha256::new().chain_update(HASH_DOMAIN).chain_update(token).finalize().into();
    operation.not_after = Some(quoted.expires_at);
    operation.transfers = postings::exchange(&Exchange {
        from: quoted.from.id,
        to: quoted.to.id,
        side: quoted.side,
        exchanged: quoted.exchanged,
    });
    // Two confirmations under different keys are two operations; this lets only one of them post.
    operation.refs.push(Ref {
        scheme: QUOTE_SCHEME,
        reference: quoted.id.to_string(),
        exclusive: true,
    });
    let (given, taken) = quoted.exchanged.given_and_taken(quoted.side);
    let detail = ExchangeDetail {
        given: given.minor,
        taken: taken.minor,
        from: quoted.from.tail.clone(),
        to: quoted.to.tail.clone(),
        side: quoted.side,
        currency: quoted.exchanged.currency.asset.code().to_owned(),
        rate: quoted.exchanged.rate.minor,
        worth: quoted.exchanged.worth.minor,
        central: quoted.central,
        edition: quoted.edition,
        quote: quoted.id,
    };
    operation.detail = serde_json::to_value(detail)
        .map_err(|error| Error::broken("writing the document of an exchange", error))?;
    Ok(operation)
}

/// An exchange that was carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeReceipt {
    /// The operation.
    pub id: OperationId,
    /// When it was posted.
    pub at: Moment,
    /// The account that gave.
    pub from: OwnAccount,
    /// The account that got.
    pub to: OwnAccount,
    /// What was given.
    pub given: Money,
    /// What was got for it.
    pub taken: Money,
    /// What was paid besides, in what was given. Nothing, until there are tariffs.
    pub fee: Money,
    /// The bank's rate: sum for one unit of the currency.
    pub rate: Money,
    /// What the Central Bank said.
    pub central: CentralRate,
    /// Whether it had been posted before this request.
    pub replayed: bool,
}

/// The transfer by which the customer gave, and the one by which they got.
pub fn moved(recorded: &Recorded) -> Option<(&Entry, &Entry)> {
    let of = |leg: Leg| recorded.entries.iter().find(|e| e.transfer.code == leg.code());
    of(Leg::ExchangeGiven).zip(of(Leg::ExchangeTaken))
}

/// The receipt of an exchange that is in the books.
pub fn receipt(recorded: &Recorded) -> Result<ExchangeReceipt> {
    let detail: ExchangeDetail = serde_json::from_value(recorded.detail.clone())
        .map_err(|error| Error::broken("reading the document of an exchange", error))?;
    let (gave, got) = detail.given_and_taken()?;
    let (given, taken) = moved(recorded).ok_or(Error::invariant("an exchange has no legs"))?;
    if (given.transfer.amount, taken.transfer.amount) != (gave.minor, got.minor) {
        return Err(Error::invariant("an exchange moved what its document does not say"));
    }
    Ok(ExchangeReceipt {
        id: recorded.id,
        at: recorded.at,
        from: OwnAccount { id: given.transfer.debit, tail: detail.from },
        to: OwnAccount { id: taken.transfer.credit, tail: detail.to },
        given: gave,
        taken: got,
        fee: Money::zero(gave.asset),
        rate: Money::new(detail.rate, Asset::Uzs),
        central: detail.central,
        replayed: true,
    })
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "figures of a test")]
mod tests {
    use kernel::{Entropy, Secret};
    use ledger::BalanceRule;
    use pricing::rates::{Spread, Spreads};
    use proptest::prelude::*;

    use super::*;
    use crate::bank::BankAccount;
    use crate::transfers;

    fn keys() -> KeyRing {
        KeyRing::new(Secret::new([7; 32]))
    }

    fn now() -> Moment {
        Moment::from_micros(1_795_000_000_000_000)
    }

    fn published(rate: &str) -> Published {
        Published {
            asset: Asset::Usd,
            day: now().day(),
            rate: rate.parse().unwrap(),
            nominal: NonZeroU32::MIN,
        }
    }

    fn exchanged(
        (rate, percent): (&str, &str),
        side: Side,
        amount: Amount,
    ) -> Option<(Exchanged, Published)> {
        let percent: Decimal = percent.parse().unwrap();
        let spread =
            Spread { asset: "USD".to_owned(), buy_percent: percent, sell_percent: percent };
        let spreads = Spreads { currencies: vec![spread], max_age_days: 5 };
        let published = published(rate);
        let exchanged = spreads.exchange(&published, (amount, side), now().day()).ok()?;
        Some((exchanged, published))
    }

    fn quoted(side: Side) -> Quoted {
        let hundred = Amount::parse("100.50", Asset::Usd).unwrap();
        let (exchanged, published) = exchanged(("11821.18", "0.5"), side, hundred).unwrap();
        let account = |tail: &str| OwnAccount {
            id: AccountId::generate(now(), Entropy),
            tail: tail.to_owned(),
        };
        Quoted {
            id: QuoteId::generate(now(), Entropy),
            customer: CustomerId::generate(now(), Entropy),
            from: account("1001"),
            to: account("2001"),
            side,
            exchanged,
            central: published.into(),
            edition: EditionId::generate(now(), Entropy),
            expires_at: now().plus_seconds(QUOTE_LIFE_SECONDS),
        }
    }

    fn refused(keys: &KeyRing, customer: CustomerId, token: &str) -> bool {
        open(keys, customer, token).is_err_and(|e| e.code() == Some(Code::QuoteNotFound))
    }

    #[test]
    fn a_token_gives_back_what_was_signed() {
        for side in [Side::Buy, Side::Sell] {
            let quoted = quoted(side);
            let token = seal(&keys(), &quoted).unwrap();
            assert!(token.len() <= MAX_TOKEN_BYTES / 2, "{}", token.len());
            assert_eq!(open(&keys(), quoted.customer, &token).unwrap(), quoted);
            let stranger = CustomerId::generate(now(), Entropy);
            assert!(refused(&keys(), stranger, &token));
            assert!(refused(&KeyRing::new(Secret::new([8; 32])), quoted.customer, &token));
            // A quote of another product is none of this one.
            assert!(transfers::rules::open(&keys(), quoted.customer, &token).is_err());
        }
    }

    #[test]
    fn other_forms_are_refused() {
        let quoted = quoted(Side::Buy);
        let token = seal(&keys(), &quoted).unwrap();
        let context = quoted.customer.uuid();
        let json = keys().unseal(KeyUse::Quote, context.as_bytes(), &token).unwrap();
        let json = String::from_utf8(json.expose().clone()).unwrap();
        let worth = format!("\"worth\":{}", quoted.exchanged.worth.minor);
        for (from, to) in [
            ("\"v\":1", "\"v\":2"),
            ("\"currency\":\"USD\"", "\"currency\":\"UZS\""),
            ("\"amount\":10050", "\"amount\":0"),
            ("\"side\":\"buy\"", "\"side\":\"swap\""),
            (worth.as_str(), "\"worth\":1"),
            ("\"v\":1", "\"v\":1,\"more\":1"),
        ] {
            // Written by the bank with its key, in a form that it does not read.
            let changed = json.replacen(from, to, 1);
            assert_ne!(json, changed, "{from}");
            let token = keys().seal(KeyUse::Quote, context.as_bytes(), changed.as_bytes());
            assert!(refused(&keys(), quoted.customer, &token), "{to}");
        }
        assert!(refused(&keys(), quoted.customer, &"A".repeat(MAX_TOKEN_BYTES + 1)));
    }

    #[test]
    fn two_accounts_make_a_pair_or_not() {
        let account = |n: u128, asset, status| Account {
            id: AccountId::from_uuid(uuid::Uuid::from_u128(n)),
            asset,
            rule: BalanceRule::DebitsWithinCredits,
            status,
            debits_posted: 0,
            credits_posted: 0,
            debits_pending: 0,
            credits_pending: 0,
            last_at: Moment::EPOCH,
        };
        let (uzs, usd) = (Asset::Uzs, Asset::Usd);
        let open = |n, asset| account(n, asset, Status::Open);
        let (sum, dollars) = (open(1, uzs), open(2, usd));
        assert_eq!(pair(&sum, &dollars, uzs).unwrap(), (usd, Side::Sell));
        assert_eq!(pair(&sum, &dollars, usd).unwrap(), (usd, Side::Sell));
        assert_eq!(pair(&dollars, &sum, usd).unwrap(), (usd, Side::Buy));
        let code = |from, to, named| pair(from, to, named).unwrap_err().code().unwrap();
        assert_eq!(code(&sum, &sum, uzs), Code::SameAccount);
        let same = open(3, uzs);
        assert_eq!(code(&sum, &same, uzs), Code::CurrencyNotDealt);
        assert_eq!(code(&sum, &same, usd), Code::CurrencyMismatch);
        let frozen = account(3, usd, Status::Frozen);
        assert_eq!(code(&frozen, &sum, usd), Code::AccountFrozen);
        // What is frozen takes money in.
        pair(&sum, &frozen, uzs).unwrap();
        let closed = account(3, usd, Status::Closed);
        assert_eq!(code(&closed, &sum, usd), Code::AccountClosed);
        assert_eq!(code(&sum, &closed, usd), Code::AccountClosed);
    }

    proptest! {
        /// Both sides balance in each asset, the customer gets what was quoted, and what customers
        /// gave in sum is what the position and the income have.
        #[test]
        fn nothing_is_made_and_nothing_is_lost(
            rate in 1_u64..=100_000_000_000,
            percent in 0_u32..=50_000,
            minor in 1_i64..=1_000_000_000,
            (of_sum, buys) in (any::<bool>(), any::<bool>()),
        ) {
            let rate = format!("{}.{:06}", rate / 1_000_000, rate % 1_000_000);
            let percent = format!("{}.{:04}", percent / 10_000, percent % 10_000);
            let side = if buys { Side::Buy } else { Side::Sell };
            let asset = if of_sum { Asset::Uzs } else { Asset::Usd };
            let amount = Amount::from_minor(minor, asset).unwrap();
            let found = exchanged((&rate, &percent), side, amount);
            prop_assume!(found.is_some());
            let (exchanged, published) = found.unwrap();
            let quoted = Quoted { exchanged, central: published.into(), ..quoted(side) };
            let token = seal(&keys(), &quoted).unwrap();
            let opened = open(&keys(), quoted.customer, &token).unwrap();
            prop_assert_eq!(&opened, &quoted);
            let principal = Principal { kind: 1, id: quoted.customer.uuid() };
            let key = OperationId::generate(now(), Entropy);
            let operation = operation(key, principal, &opened, &token).unwrap();

            let balance = |account: AccountId| -> i64 {
                let change = |t: &ledger::Transfer| {
                    i64::from(t.credit == account) * t.amount
                        - i64::from(t.debit == account) * t.amount
                };
                operation.transfers.iter().map(change).sum()
            };
            prop_assert!(operation.transfers.iter().all(|t| t.amount > 0));
            let position = balance(BankAccount::FxPosition.id(Asset::Usd));
            let equivalent = balance(BankAccount::FxEquivalent.id(Asset::Usd));
            let income = balance(BankAccount::FxIncome.id(Asset::Uzs));
            let (given, taken) = exchanged.given_and_taken(side);
            prop_assert_eq!(balance(quoted.from.id), -given.minor);
            prop_assert_eq!(balance(quoted.to.id), taken.minor);
            let (in_sum, in_currency) = match side {
                Side::Buy => (taken.minor, -given.minor),
                Side::Sell => (-given.minor, taken.minor),
            };
            prop_assert_eq!(in_currency + position, 0);
            prop_assert_eq!(in_sum + equivalent + income, 0);
            // The position moves at the published rate: the whole spread is income.
            prop_assert_eq!(equivalent.abs(), exchanged.worth.minor);
            prop_assert_eq!(income, exchanged.spread.minor);
            prop_assert!(income >= 0);
        }
    }
}

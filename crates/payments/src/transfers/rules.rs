//! What a transfer is before and after it is confirmed, and the token that carries it from one to
//! the other.
//!
//! A preview leaves no row. What it promised travels with the customer as a token that only the
//! bank can write and read: a sealed JSON document.

use kernel::{
    AccountId, AccountNumber, Amount, Asset, Code, CustomerId, Error, KeyRing, KeyUse, Moment,
    Money, OperationId, QuoteId, Result,
};
use ledger::{Account, AccountRecord, Entry, Operation, Principal, Recorded, Ref, Status};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::postings::{self, Internal};
use crate::ceilings::Moving;
use crate::confirmation::rules::Reason;
use crate::fees::Fee;
use crate::postings::Leg;
use crate::{Direction, note};

/// The kind of the operation.
pub const KIND: &str = "transfer.internal";
/// The scheme of the reference by which an operation names the quote it was made of.
pub const QUOTE_SCHEME: &str = "quote";
/// How long a preview can be confirmed.
pub const QUOTE_LIFE_SECONDS: i64 = 600;
/// How long after that a confirmation that came in time may take until it is seen in the books:
/// more than the ledger waits for any of its answers.
const CLOSING_SECONDS: i64 = 60;
/// Longest token that is looked at; one that the bank makes has about 2,200 bytes at most.
const MAX_TOKEN_BYTES: usize = 4_096;
/// The form of the document in the token.
const VERSION: u8 = 4;
/// What the request hash of a confirmation begins with.
const HASH_DOMAIN: &[u8] = b"okto/transfer.internal/1\n";

/// One side of a transfer as the other side may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The name, with the last name cut to its initial.
    #[serde(rename = "name")]
    pub masked_name: String,
    /// The last four digits of the account.
    #[serde(rename = "account")]
    pub account_tail: String,
}

/// One side of a quoted transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The account.
    pub account: AccountId,
    /// What the other side sees of it.
    pub party: Party,
}

/// What a preview promises: everything that is needed to carry the transfer out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// Its id. At most one transfer is made of it.
    pub id: QuoteId,
    /// The customer who may confirm it; the payer's account is theirs.
    pub customer: CustomerId,
    /// Who pays.
    pub payer: Side,
    /// Who is paid.
    pub payee: Side,
    /// The end of the payee's phone, when they were named by phone.
    pub phone_masked: Option<String>,
    /// Whether the payee's account is the payer's too.
    pub own: bool,
    /// What the payee gets.
    pub amount: Amount,
    /// What the payer pays for it, in the same asset.
    pub fee: Fee,
    /// The note.
    pub note: Option<String>,
    /// Why its customer has to confirm it, when they have to.
    pub confirm: Option<Reason>,
    /// Since when what goes without a confirmation is summed up, in seconds since 1970.
    pub since: i64,
    /// From this moment on it cannot be confirmed.
    pub expires_at: Moment,
}

impl Quoted {
    /// What the payer pays for it.
    pub fn fee_money(&self) -> Result<Money> {
        self.fee.total(self.amount.asset())
    }

    /// What leaves the payer's account.
    pub fn total(&self) -> Result<Money> {
        self.amount.money().plus(self.fee_money()?)
    }

    /// What limits ask of it.
    pub(crate) fn moving(&self) -> Moving {
        Moving {
            kind: KIND,
            customer: self.customer,
            from: self.payer.account,
            to: self.payee.account,
            amount: self.amount.money(),
            takes: self.amount.asset(),
            worth: None,
        }
    }
}

/// The document in the token. Names are short because the token travels in every confirmation. The
/// customer does not stand in it: they are the context that the token is sealed with.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    v: u8,
    id: QuoteId,
    from: AccountId,
    payer: Party,
    to: AccountId,
    payee: Party,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    own: bool,
    asset: String,
    amount: i64,
    fee: Fee,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confirm: Option<String>,
    /// Seconds since 1970.
    since: i64,
    /// Microseconds since 1970.
    until: i64,
}

/// The token of a quote.
pub fn seal(keys: &KeyRing, quoted: &Quoted) -> Result<String> {
    let wire = Wire {
        v: VERSION,
        id: quoted.id,
        from: quoted.payer.account,
        payer: quoted.payer.party.clone(),
        to: quoted.payee.account,
        payee: quoted.payee.party.clone(),
        phone: quoted.phone_masked.clone(),
        own: quoted.own,
        asset: quoted.amount.asset().code().to_owned(),
        amount: quoted.amount.minor(),
        fee: quoted.fee.clone(),
        note: quoted.note.clone(),
        confirm: quoted.confirm.map(|reason| reason.as_str().to_owned()),
        since: quoted.since,
        until: quoted.expires_at.micros(),
    };
    let json = serde_json::to_vec(&wire)
        .map_err(|error| Error::broken("writing the document of a quote", error))?;
    Ok(keys.seal(KeyUse::Quote, quoted.customer.uuid().as_bytes(), &json))
}

/// What a token promises to this customer. [`Code::QuoteNotFound`] for one that the bank did not
/// write, wrote for somebody else, or wrote in a form that it does not read any more.
pub fn open(keys: &KeyRing, customer: CustomerId, token: &str) -> Result<Quoted> {
    read(keys, customer, token).ok_or(Code::QuoteNotFound.into())
}

fn read(keys: &KeyRing, customer: CustomerId, token: &str) -> Option<Quoted> {
    if token.len() > MAX_TOKEN_BYTES {
        return None;
    }
    let json = keys.unseal(KeyUse::Quote, customer.uuid().as_bytes(), token)?;
    let wire: Wire = serde_json::from_slice(json.expose()).ok()?;
    if wire.v != VERSION || !wire.fee.is_sound() {
        return None;
    }
    let asset = Asset::from_code(&wire.asset)?;
    let confirm = match wire.confirm {
        Some(word) => Some(Reason::parse(&word)?),
        None => None,
    };
    Some(Quoted {
        id: wire.id,
        customer,
        payer: Side { account: wire.from, party: wire.payer },
        payee: Side { account: wire.to, party: wire.payee },
        phone_masked: wire.phone,
        own: wire.own,
        amount: Amount::from_minor(wire.amount, asset).ok()?,
        fee: wire.fee,
        note: wire.note,
        confirm,
        since: wire.since,
        expires_at: Moment::from_micros(wire.until),
    })
}

/// How a quote stands in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeLeft {
    /// It can be confirmed.
    Some,
    /// It cannot any more, and what was confirmed before may not be seen yet.
    Closing,
    /// What is not in the books by now will not come.
    None,
}

/// How a quote that ends at a moment stands.
pub fn time_left(now: Moment, expires_at: Moment) -> TimeLeft {
    if now < expires_at {
        TimeLeft::Some
    } else if now < expires_at.plus_seconds(CLOSING_SECONDS) {
        TimeLeft::Closing
    } else {
        TimeLeft::None
    }
}

/// Refuses what the payer's account cannot pay, except for a lack of money: that is shown at the
/// preview, and refused by the ledger at the confirmation.
pub fn may_pay(payer: &Account, asset: Asset) -> Result<()> {
    match payer.status {
        Status::Open => {}
        Status::Frozen => return Err(Code::AccountFrozen.into()),
        Status::Closed => return Err(Code::AccountClosed.into()),
    }
    if payer.asset == asset { Ok(()) } else { Err(Code::CurrencyMismatch.into()) }
}

/// What a payer is told when the books refuse a transfer. That the payee has closed an account is
/// the payee's to tell: the payer learns what they would by looking for the payee now.
pub fn told(refused: Code, own: bool, payer: Status) -> Code {
    let payees = refused == Code::AccountClosed && !own && payer != Status::Closed;
    if payees { Code::PayeeNotFound } else { refused }
}

/// Whether the asset that is written in a number is another of the bank's. Known before the number
/// is looked up, so that this answer says nothing about whether there is such an account.
pub fn of_another_asset(number: &AccountNumber, asset: Asset) -> bool {
    let digits = number.as_str().get(5..8);
    Asset::ALL.into_iter().any(|a| a != asset && digits == Some(a.account_digits()))
}

/// Where money for a customer goes when only their phone is given: to the account in this asset
/// that they opened first, of those that are open. Of one whose money is frozen, to a frozen one:
/// what others pay still arrives, and nobody learns of the freeze by paying. The accounts come
/// oldest first.
pub fn receiving(accounts: Vec<AccountRecord>, asset: Asset) -> Option<AccountRecord> {
    let takes = |r: &AccountRecord| r.account.asset == asset && r.account.status != Status::Closed;
    accounts.into_iter().filter(takes).min_by_key(|r| r.account.status != Status::Open)
}

/// The document of the operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferDetail {
    /// Who paid.
    pub payer: Party,
    /// Who was paid.
    pub payee: Party,
    /// ISO 4217 letters of what was paid.
    pub asset: String,
    /// What the payer paid for it, in minor units.
    pub fee: i64,
    /// How that came about. None of before there were tariffs: nothing cost anything then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priced: Option<Fee>,
    /// The note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The preview it was made of.
    pub quote: QuoteId,
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
    operation.transfers = postings::internal(&Internal {
        from: quoted.payer.account,
        to: quoted.payee.account,
        amount: quoted.amount,
        fee: &quoted.fee,
    })?;
    operation.uses = quoted.fee.uses(KIND, quoted.customer.uuid(), quoted.amount.money());
    // Two confirmations under different keys are two operations; this lets only one of them post.
    operation.refs.push(Ref {
        scheme: QUOTE_SCHEME,
        reference: quoted.id.to_string(),
        exclusive: true,
    });
    let names = [&quoted.payer.party.masked_name, &quoted.payee.party.masked_name];
    let parts: Vec<&str> = names.into_iter().chain(&quoted.note).map(String::as_str).collect();
    operation.narrative = note::searchable(&parts.join("\n"));
    let detail = TransferDetail {
        payer: quoted.payer.party.clone(),
        payee: quoted.payee.party.clone(),
        asset: quoted.amount.asset().code().to_owned(),
        fee: quoted.fee_money()?.minor,
        priced: Some(quoted.fee.clone()),
        note: quoted.note.clone(),
        quote: quoted.id,
    };
    operation.detail = serde_json::to_value(detail)
        .map_err(|error| Error::broken("writing the document of a transfer", error))?;
    Ok(operation)
}

/// A transfer that was carried out, as one side of it sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferReceipt {
    /// The operation.
    pub id: OperationId,
    /// When it was posted.
    pub at: Moment,
    /// What the payee got.
    pub amount: Money,
    /// What the payer paid for it. The payee sees none: it is not theirs to know.
    pub fee: Money,
    /// What left the payer's account; for the payee, what came.
    pub total: Money,
    /// Who paid.
    pub payer: Party,
    /// Who was paid.
    pub payee: Party,
    /// The note.
    pub note: Option<String>,
    /// Which way the money went for the asker.
    pub direction: Direction,
    /// Whether it had been posted before this request.
    pub replayed: bool,
}

/// The receipt of a transfer that is in the books.
pub fn receipt(recorded: &Recorded, direction: Direction) -> Result<TransferReceipt> {
    let detail: TransferDetail = serde_json::from_value(recorded.detail.clone())
        .map_err(|error| Error::broken("reading the document of a transfer", error))?;
    let asset = Asset::from_code(&detail.asset)
        .ok_or(Error::invariant("a transfer is in an asset that the bank does not know"))?;
    let posted = |leg: Leg| {
        let of_leg = |e: &&Entry| e.transfer.code == leg.code();
        recorded.entries.iter().filter(of_leg).map(|e| e.transfer.amount).sum()
    };
    let amount = Money::new(posted(Leg::InternalTransfer), asset);
    let fee = match direction {
        Direction::In => Money::zero(asset),
        Direction::Out | Direction::Own => Money::new(posted(Leg::InternalTransferFee), asset),
    };
    Ok(TransferReceipt {
        id: recorded.id,
        at: recorded.at,
        amount,
        fee,
        total: amount.plus(fee)?,
        payer: detail.payer,
        payee: detail.payee,
        note: detail.note,
        direction,
        replayed: true,
    })
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use kernel::{EditionId, Entropy, Secret};
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn keys() -> KeyRing {
        KeyRing::new(Secret::new([7; 32]))
    }

    #[test]
    fn a_quote_is_over_when_nothing_can_come_any_more() {
        let end = Moment::from_micros(1_795_000_000_000_000);
        for (seconds, expected) in [
            (-600, TimeLeft::Some),
            (-1, TimeLeft::Some),
            (0, TimeLeft::Closing),
            (59, TimeLeft::Closing),
            (60, TimeLeft::None),
        ] {
            assert_eq!(time_left(end.plus_seconds(seconds), end), expected, "{seconds}");
        }
    }

    #[test]
    fn who_closed_an_account_is_told_to_its_owner_only() {
        use Code::{AccountClosed, InsufficientFunds, PayeeNotFound};
        use Status::{Closed, Frozen, Open};
        for (refused, own, payer, expected) in [
            (AccountClosed, false, Open, PayeeNotFound),
            (AccountClosed, false, Frozen, PayeeNotFound),
            (AccountClosed, false, Closed, AccountClosed),
            (AccountClosed, true, Open, AccountClosed),
            (InsufficientFunds, false, Open, InsufficientFunds),
        ] {
            assert_eq!(told(refused, own, payer), expected, "{refused:?} {own} {payer:?}");
        }
    }

    fn party(name: &str, tail: &str) -> Party {
        Party { masked_name: name.to_owned(), account_tail: tail.to_owned() }
    }

    fn quoted() -> Quoted {
        let now = Moment::from_micros(1_795_000_000_000_000);
        Quoted {
            id: QuoteId::generate(now, Entropy),
            customer: CustomerId::generate(now, Entropy),
            payer: Side {
                account: AccountId::generate(now, Entropy),
                party: party("Jasur K.", "1001"),
            },
            payee: Side {
                account: AccountId::generate(now, Entropy),
                party: party("Go‘zal O.", "2001"),
            },
            phone_masked: None,
            own: false,
            amount: Amount::parse("150000.50", Asset::Uzs).unwrap(),
            fee: Fee::free(EditionId::from_uuid(Uuid::nil())),
            note: Some("Tushlik 🍲".to_owned()),
            confirm: None,
            since: 0,
            expires_at: now.plus_seconds(QUOTE_LIFE_SECONDS),
        }
    }

    fn refused(keys: &KeyRing, customer: CustomerId, token: &str) -> bool {
        open(keys, customer, token).is_err_and(|e| e.code() == Some(Code::QuoteNotFound))
    }

    #[test]
    fn a_token_gives_back_what_was_signed() {
        let quoted = quoted();
        let token = seal(&keys(), &quoted).unwrap();
        assert_eq!(open(&keys(), quoted.customer, &token).unwrap(), quoted);
        let bare = Quoted { note: None, own: true, confirm: Some(Reason::NewPayee), ..quoted };
        let token = seal(&keys(), &bare).unwrap();
        assert_eq!(open(&keys(), bare.customer, &token).unwrap(), bare);
    }

    #[test]
    fn the_longest_quote_fits_the_bound() {
        // Two names of sixty characters with an initial, and a note of 140, of four bytes each.
        let mut longest = quoted();
        longest.payer.party.masked_name = "𐐀".repeat(63);
        longest.payee.party.masked_name = "𐐀".repeat(63);
        longest.phone_masked = Some("+998 ** *** ** 21".to_owned());
        longest.note = Some("𐐀".repeat(140));
        let token = seal(&keys(), &longest).unwrap();
        assert!(token.len() <= MAX_TOKEN_BYTES, "{}", token.len());
        assert_eq!(open(&keys(), longest.customer, &token).unwrap(), longest);
    }

    #[test]
    fn other_keys_customers_and_forms_are_refused() {
        let quoted = quoted();
        let token = seal(&keys(), &quoted).unwrap();
        let stranger = CustomerId::from_uuid(Uuid::from_u128(1));
        assert!(refused(&keys(), stranger, &token));
        assert!(refused(&KeyRing::new(Secret::new([8; 32])), quoted.customer, &token));
        let context = quoted.customer.uuid();
        let json = keys().unseal(KeyUse::Quote, context.as_bytes(), &token).unwrap();
        let json = String::from_utf8(json.expose().clone()).unwrap();
        for (from, to) in [
            ("\"v\":4", "\"v\":3"),
            ("\"asset\":\"UZS\"", "\"asset\":\"EUR\""),
            ("\"bank\":0", "\"bank\":-1"),
            ("\"amount\":15000050", "\"amount\":0"),
            ("\"own\":false", "\"own\":false,\"more\":1"),
        ] {
            // Written by the bank with its key, in a form that it does not read.
            let changed = json.replacen(from, to, 1);
            assert_ne!(json, changed, "{from}");
            let token = keys().seal(KeyUse::Quote, context.as_bytes(), changed.as_bytes());
            assert!(refused(&keys(), quoted.customer, &token), "{to}");
        }
    }

    #[test]
    fn a_token_shows_nothing_to_whoever_carries_it() {
        let quoted = Quoted { phone_masked: Some("+998 ** *** ** 21".to_owned()), ..quoted() };
        let token = seal(&keys(), &quoted).unwrap();
        assert!(token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        let account = quoted.payee.account.to_string();
        for planted in ["Gozal", "zal O.", "Jasur", "2001", "amount", "15000050", &account] {
            assert!(!bytes.windows(planted.len()).any(|w| w == planted.as_bytes()), "{planted}");
        }
        // One quote has as many tokens as it is asked for, and none tells that it is the same.
        assert_ne!(token, seal(&keys(), &quoted).unwrap());
    }

    #[test]
    fn every_changed_cut_and_added_byte_is_noticed() {
        let quoted = quoted();
        let token = seal(&keys(), &quoted).unwrap();
        for place in 0..token.len() {
            assert!(refused(&keys(), quoted.customer, &token[..place]), "cut at {place}");
            for other in [b'A', b'B', b'_', b'.', b'=', b' ', b'9'] {
                let mut bytes = token.clone().into_bytes();
                if bytes[place] == other {
                    continue;
                }
                bytes[place] = other;
                let changed = String::from_utf8(bytes).unwrap();
                assert!(refused(&keys(), quoted.customer, &changed), "{other} at {place}");
            }
        }
        for longer in
            [format!("{token}A"), format!("{token}="), format!("{token}."), format!(" {token}")]
        {
            assert!(refused(&keys(), quoted.customer, &longer));
        }
    }

    proptest! {
        #[test]
        fn any_flipped_bit_is_noticed(
            place in any::<prop::sample::Index>(),
            bit in 0..7_u8,
        ) {
            let quoted = quoted();
            let mut bytes = seal(&keys(), &quoted).unwrap().into_bytes();
            let place = place.index(bytes.len());
            bytes[place] ^= 1 << bit;
            let changed = String::from_utf8(bytes).unwrap();
            prop_assert!(refused(&keys(), quoted.customer, &changed));
        }

        #[test]
        fn whatever_comes_is_refused_in_order(token in "\\PC{0,60}\\.?\\PC{0,60}") {
            let customer = CustomerId::from_uuid(Uuid::from_u128(1));
            prop_assert!(refused(&keys(), customer, &token));
        }
    }

    #[test]
    fn an_operation_has_a_fee_leg_when_there_is_a_fee() {
        let principal = Principal { kind: 1, id: Uuid::from_u128(1) };
        let key = OperationId::from_uuid(Uuid::from_u128(2));
        let free = operation(key, principal, &quoted(), "token").unwrap();
        assert_eq!(free.transfers.len(), 1);
        assert_eq!(free.narrative, "Jasur K.\nGozal O.\nTushlik 🍲");
        let fee = Fee {
            bank: 60,
            vat: 9,
            scheme: 5,
            agent: 1,
            ..Fee::free(EditionId::from_uuid(Uuid::nil()))
        };
        let quoted = Quoted { fee, ..quoted() };
        let charged = operation(key, principal, &quoted, "token").unwrap();
        assert_eq!(charged.transfers.len(), 5);
        let from = |id| move |t: &&ledger::Transfer| t.debit == id;
        let paid = charged.transfers.iter().filter(from(quoted.payer.account));
        let paid: i64 = paid.map(|t| t.amount).sum();
        assert_eq!(paid, quoted.total().unwrap().minor);
        // What stays of the fee in the bank's income is the bank's part.
        let income = crate::bank::BankAccount::FeeIncome.id(Asset::Uzs);
        let out: i64 = charged.transfers.iter().filter(from(income)).map(|t| t.amount).sum();
        assert_eq!(75 - out, 60);
        let other = operation(key, principal, &quoted, "other").unwrap();
        assert_ne!(charged.request_hash, other.request_hash);
    }

    #[test]
    fn the_currency_of_a_number_is_known_without_looking_it_up() {
        let sum: AccountNumber = "20206000510000001001".parse().unwrap();
        let dollars: AccountNumber = "20206840510000001001".parse().unwrap();
        let euros: AccountNumber = "20206978510000001001".parse().unwrap();
        assert!(!of_another_asset(&sum, Asset::Uzs) && of_another_asset(&sum, Asset::Usd));
        assert!(of_another_asset(&dollars, Asset::Uzs) && !of_another_asset(&dollars, Asset::Usd));
        // The bank keeps no accounts in it, so nobody has this number.
        assert!(!of_another_asset(&euros, Asset::Uzs));
    }
}

//! What may be given back of a transfer, and of what parts of its fee. Pure: out of the transfer
//! and what was given back of it before, as both stand in the books.

use kernel::{
    AccountId, Asset, Code, Ctx, Error, Money, OperationId, Permissions, Refusal, Result,
};
use ledger::{Operation, Principal, Recorded, Ref, Use};
use pricing::split;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::postings::{self, Refund};
use crate::note;
use crate::postings::Leg;
use crate::transfers::rules::{self as transfers, Party, TransferDetail};

/// The kind of the operation.
pub const KIND: &str = "transfer.refund";
/// The scheme of the reference by which a refund names the transfer that it gives back.
pub const REFUND_SCHEME: &str = "refund";
/// Most refunds of one transfer that leave something of it.
pub const MAX_REFUNDS: u16 = 64;
/// What the request hash begins with.
const HASH_DOMAIN: &[u8] = b"okto/transfer.refund/1\n";
/// Who asks the ledger for it: an id that derives from a cause is the bank's own.
const PRINCIPAL: &str = "refunds";

/// The parts of a fee, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parts {
    /// The bank's.
    pub bank: i64,
    /// The tax.
    pub vat: i64,
    /// The scheme's.
    pub scheme: i64,
    /// The agent's.
    pub agent: i64,
}

impl Parts {
    const fn of([bank, vat, scheme, agent]: [i64; 4]) -> Self {
        Self { bank, vat, scheme, agent }
    }

    const fn all(self) -> [i64; 4] {
        [self.bank, self.vat, self.scheme, self.agent]
    }

    /// All of them together.
    pub fn total(self) -> i64 {
        self.all().into_iter().fold(0, i64::saturating_add)
    }

    fn plus(self, other: Self) -> Self {
        self.with(other, i64::saturating_add)
    }

    fn less(self, other: Self) -> Self {
        self.with(other, i64::saturating_sub)
    }

    fn with(self, other: Self, both: impl Fn(i64, i64) -> i64) -> Self {
        let (mut parts, others) = (self.all(), other.all());
        for (part, other) in parts.iter_mut().zip(others) {
            *part = both(*part, other);
        }
        Self::of(parts)
    }
}

/// What is to be given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Of what the payee was paid, in minor units.
    pub amount: i64,
    /// Of the fee.
    pub fee: i64,
}

/// The document of the operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundDetail {
    /// The transfer.
    pub of: OperationId,
    /// Which refund of it this is, from one.
    pub number: u16,
    /// Who had paid, and gets it back.
    pub payer: Party,
    /// Who had been paid, and gives it back.
    pub payee: Party,
    /// ISO 4217 letters of what is given back.
    pub asset: String,
    /// What the payee gives back, in minor units.
    pub amount: i64,
    /// What of the fee the bank gives back.
    pub fee: Parts,
}

/// A transfer, and what was given back of it so far.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The transfer.
    pub original: Recorded,
    /// Its document.
    pub detail: TransferDetail,
    /// What it is in.
    pub asset: Asset,
    /// The account of who paid.
    pub payer: AccountId,
    /// The account of who was paid.
    pub payee: AccountId,
    /// What the payee was paid, in minor units.
    pub amount: i64,
    /// What the payer paid for it.
    pub fee: Parts,
    /// What of the first was given back.
    pub amount_back: i64,
    /// What of the second.
    pub fee_back: Parts,
    /// In so many refunds.
    pub refunds: u16,
}

/// What a refund gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Of what the payee was paid, in minor units.
    pub amount: i64,
    /// Of the fee.
    pub fee: Parts,
    /// What becomes usable again of limits.
    pub uses: Vec<Use>,
}

impl Standing {
    /// As the books tell it. [`Code::NotFound`] for what is not a transfer that was carried out.
    pub fn of(original: Recorded, refunds: &[Recorded]) -> Result<Self> {
        if original.kind != transfers::KIND || original.refusal.is_some() {
            return Err(Code::NotFound.into());
        }
        let first = original.entries.first().ok_or(Error::invariant("a transfer has no legs"))?;
        let (payer, payee) = (first.transfer.debit, first.transfer.credit);
        let detail: TransferDetail = serde_json::from_value(original.detail.clone())
            .map_err(|error| Error::broken("reading the document of a transfer", error))?;
        let asset = Asset::from_code(&detail.asset)
            .ok_or(Error::invariant("a transfer is in an asset that the bank does not know"))?;
        let amount = moved(&original, Leg::InternalTransfer);
        let fee = parts_of(&original, PAID);
        let refunds: Vec<_> = refunds.iter().filter(|refund| refund.refusal.is_none()).collect();
        let given = |refund: &&Recorded| moved(refund, Leg::InternalTransferRefund);
        Ok(Self {
            detail,
            asset,
            payer,
            payee,
            amount,
            fee,
            amount_back: refunds.iter().map(given).fold(0, i64::saturating_add),
            fee_back: refunds
                .iter()
                .map(|refund| parts_of(refund, BACK))
                .fold(Parts::default(), Parts::plus),
            refunds: u16::try_from(refunds.len())
                .map_err(|error| Error::broken("counting the refunds of a transfer", error))?,
            original,
        })
    }

    /// What of the amount is left to be given back.
    pub const fn amount_left(&self) -> i64 {
        self.amount.saturating_sub(self.amount_back)
    }

    /// What of the fee is left to be given back.
    pub fn fee_left(&self) -> Parts {
        self.fee.less(self.fee_back)
    }

    /// What of the fee goes with so much of the amount: as much of it in all as of the amount in
    /// all, so that with the last of the amount the last of the fee is given back.
    pub fn fee_with(&self, amount: i64) -> i64 {
        let whole = self.fee.total();
        let by_now = share(whole, self.amount_back.saturating_add(amount), self.amount);
        let left = self.fee_left().total();
        by_now.saturating_sub(self.fee_back.total()).clamp(0, left)
    }

    /// What a refund of so much gives, part by part: of the fee what is left of each of its parts,
    /// in proportion, so that no part is ever given back twice; and of each limit that the transfer
    /// used the same proportion as of the amount.
    pub fn give(&self, part: Part) -> Result<Given, Refusal> {
        let left = self.fee_left();
        let nothing = part.amount < 0 || part.fee < 0 || (part.amount == 0 && part.fee == 0);
        if nothing {
            return Err(Refusal::new(Code::AmountNotPositive).field("amount"));
        }
        let fits = part.amount <= self.amount_left() && part.fee <= left.total();
        // The last one gives all that is left.
        let last = part.amount == self.amount_left() && part.fee == left.total();
        if !fits || (self.refunds >= MAX_REFUNDS && !last) {
            let money = |minor| Money::new(minor, self.asset).to_string();
            return Err(Refusal::new(Code::RefundTooLarge)
                .value("amount", money(self.amount_left()))
                .value("fee", money(left.total())));
        }
        let shares = split(part.fee, &left.all());
        let shares = shares.and_then(|shares| <[i64; 4]>::try_from(shares).ok());
        let fee = Parts::of(shares.ok_or(Refusal::new(Code::OperationMalformed))?);
        Ok(Given { amount: part.amount, fee, uses: self.uses_back(part.amount) })
    }

    /// What becomes usable again of the limits that the transfer used, each in the window that it
    /// was counted in. What counts operations is given back with the last of the amount.
    fn uses_back(&self, amount: i64) -> Vec<Use> {
        let after = self.amount_back.saturating_add(amount);
        let back = |used: &Use| {
            let by = |amount: i64| share(used.amount, amount, self.amount);
            let part = by(after).saturating_sub(by(self.amount_back));
            (part > 0).then(|| used.given_back_in_part(part))
        };
        self.original.uses.iter().filter_map(back).collect()
    }
}

/// So much of a whole as a part is of another whole, rounded down.
fn share(whole: i64, part: i64, of: i64) -> i64 {
    let exact = i128::from(whole).saturating_mul(i128::from(part)).checked_div(i128::from(of));
    exact.and_then(|exact| i64::try_from(exact).ok()).unwrap_or(0)
}

/// The document of a refund.
pub fn detail(recorded: &Recorded) -> Result<RefundDetail> {
    serde_json::from_value(recorded.detail.clone())
        .map_err(|error| Error::broken("reading the document of a refund", error))
}

/// What a refund is in.
pub fn asset(detail: &RefundDetail) -> Result<Asset> {
    Asset::from_code(&detail.asset)
        .ok_or(Error::invariant("a refund is in an asset that the bank does not know"))
}

/// The legs of a fee: all of it, then the tax, the scheme's and the agent's.
type FeeLegs = [Leg; 4];
const PAID: FeeLegs = [
    Leg::InternalTransferFee,
    Leg::InternalTransferFeeVat,
    Leg::InternalTransferFeeScheme,
    Leg::InternalTransferFeeAgent,
];
const BACK: FeeLegs = [
    Leg::InternalTransferFeeRefund,
    Leg::InternalTransferFeeVatRefund,
    Leg::InternalTransferFeeSchemeRefund,
    Leg::InternalTransferFeeAgentRefund,
];

fn parts_of(recorded: &Recorded, legs: FeeLegs) -> Parts {
    let [whole, vat, scheme, agent] = legs.map(|leg| moved(recorded, leg));
    let bank = whole.saturating_sub(vat).saturating_sub(scheme).saturating_sub(agent);
    Parts { bank, vat, scheme, agent }
}

fn moved(recorded: &Recorded, leg: Leg) -> i64 {
    let of_leg = recorded.entries.iter().filter(|entry| entry.transfer.code == leg.code());
    of_leg.map(|entry| entry.transfer.amount).fold(0, i64::saturating_add)
}

/// The id of a refund of a transfer: the same one cannot be given twice, whoever asks for it, and
/// two that were both thought to be the next cannot both be.
pub fn id(of: OperationId, number: u16) -> OperationId {
    OperationId::derive(of.uuid(), &format!("refund/{number}"))
}

/// What keeps proposals about one transfer apart from those about others: one waits at a time.
pub fn apart(of: OperationId) -> [u8; 32] {
    Sha256::digest(of.uuid().as_bytes()).into()
}

/// The operation that gives so much back.
pub fn operation(standing: &Standing, given: &Given) -> Result<Operation> {
    let bank = Ctx::system(PRINCIPAL, Permissions::NONE);
    let initiator = Principal::of(&bank).ok_or(Error::invariant("the bank has no principal"))?;
    let of = standing.original.id;
    let number = standing.refunds.saturating_add(1);
    let mut operation = Operation::new(id(of, number), KIND, initiator);
    operation.request_hash = Sha256::new()
        .chain_update(HASH_DOMAIN)
        .chain_update(of.uuid().as_bytes())
        .chain_update(given.amount.to_be_bytes())
        .chain_update(given.fee.total().to_be_bytes())
        .finalize()
        .into();
    operation.transfers = postings::refund(&Refund {
        payer: standing.payer,
        payee: standing.payee,
        asset: standing.asset,
        amount: given.amount,
        fee: given.fee,
    });
    operation.uses.clone_from(&given.uses);
    operation.refs.push(Ref { scheme: REFUND_SCHEME, reference: of.to_string(), exclusive: false });
    let TransferDetail { payer, payee, .. } = &standing.detail;
    let names = [payee.masked_name.as_str(), payer.masked_name.as_str()];
    operation.narrative = note::searchable(&names.join("\n"));
    let detail = RefundDetail {
        of,
        number,
        payer: payer.clone(),
        payee: payee.clone(),
        asset: standing.asset.code().to_owned(),
        amount: given.amount,
        fee: given.fee,
    };
    operation.detail = serde_json::to_value(detail)
        .map_err(|error| Error::broken("writing the document of a refund", error))?;
    Ok(operation)
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "figures of a test")]
mod tests {
    use kernel::{EditionId, Entropy, Moment, QuoteId};
    use ledger::{CounterKey, Entry, Transfer, Window};
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::fees::Fee;
    use crate::transfers::postings::{Internal, internal};

    const AT: Moment = Moment::from_micros(1_795_000_000_000_000);

    fn recorded(operation: Operation) -> Recorded {
        let entry = |transfer: &Transfer| Entry {
            transfer: *transfer,
            hold: None,
            at: AT,
            debit_balance: 0,
            debit_held: 0,
            credit_balance: 0,
            credit_held: 0,
        };
        Recorded {
            id: operation.id,
            at: AT,
            kind: operation.kind.to_owned(),
            group: None,
            initiator: operation.initiator,
            request_hash: operation.request_hash,
            refusal: None,
            detail: operation.detail,
            uses: operation.uses,
            entries: operation.transfers.iter().map(entry).collect(),
        }
    }

    fn transfer(amount: i64, fee: Parts, used: &[i64]) -> Recorded {
        let party = |name: &str| Party { masked_name: name.to_owned(), account_tail: "1".into() };
        let account = |n| AccountId::from_uuid(Uuid::from_u128(n));
        let Parts { bank, vat, scheme, agent } = fee;
        let edition = EditionId::from_uuid(Uuid::nil());
        let fee = Fee { bank, vat, scheme, agent, ..Fee::free(edition) };
        let principal = Principal { kind: 1, id: Uuid::from_u128(1) };
        let mut operation =
            Operation::new(OperationId::generate(AT, Entropy), transfers::KIND, principal);
        operation.transfers = internal(&Internal {
            from: account(1),
            to: account(2),
            amount: kernel::Amount::from_minor(amount, Asset::Uzs).unwrap(),
            fee: &fee,
        })
        .unwrap();
        operation.uses = (0u128..)
            .zip(used)
            .map(|(n, used)| {
                let counter = CounterKey { limit: Uuid::from_u128(n), subject: Uuid::nil() };
                Use::up_to(counter, Window::alone(7), *used, i64::MAX)
            })
            .collect();
        operation.detail = serde_json::to_value(TransferDetail {
            payer: party("Jasur K."),
            payee: party("Malika T."),
            asset: "UZS".to_owned(),
            fee: 0,
            priced: Some(fee),
            note: None,
            quote: QuoteId::generate(AT, Entropy),
        })
        .unwrap();
        recorded(operation)
    }

    fn refused(given: Result<Given, Refusal>) -> Option<Code> {
        given.err().map(|refusal| refusal.code)
    }

    #[test]
    fn what_is_no_transfer_cannot_be_given_back() {
        let transfer = transfer(100, Parts::default(), &[]);
        let other = Recorded { kind: "cash.in".to_owned(), ..transfer.clone() };
        let stopped = Recorded {
            refusal: Some(Refusal::new(Code::InsufficientFunds)),
            entries: Vec::new(),
            ..transfer
        };
        for bad in [other, stopped] {
            let code = Standing::of(bad, &[]).err().and_then(|error| error.code());
            assert_eq!(code, Some(Code::NotFound));
        }
    }

    #[test]
    fn no_more_is_given_back_than_is_left_and_something_is() {
        let fee = Parts { bank: 49, vat: 11, scheme: 27, agent: 13 };
        let original = transfer(10_000, fee, &[10_000, 1]);
        let standing = Standing::of(original.clone(), &[]).unwrap();
        let give = |amount, fee| standing.give(Part { amount, fee });
        for (amount, fee) in [(10_001, 0), (0, 101)] {
            assert_eq!(refused(give(amount, fee)), Some(Code::RefundTooLarge));
        }
        for (amount, fee) in [(0, 0), (-1, 5), (5, -1)] {
            assert_eq!(refused(give(amount, fee)), Some(Code::AmountNotPositive));
        }
        assert_eq!(standing.fee_with(3_000), 30);
        let given = give(3_000, 30).unwrap();
        assert_eq!(given.fee, Parts { bank: 15, vat: 3, scheme: 8, agent: 4 });
        // What counts operations is given back with the last part.
        let amounts: Vec<_> = given.uses.iter().map(|used| used.amount).collect();
        assert_eq!(amounts, [-3_000]);
        let first = recorded(operation(&standing, &given).unwrap());
        let standing = Standing::of(original, &[first]).unwrap();
        assert_eq!((standing.amount_left(), standing.fee_left().total()), (7_000, 70));
        let rest = standing.give(Part { amount: 7_000, fee: 70 }).unwrap();
        assert_eq!(rest.fee, Parts { bank: 34, vat: 8, scheme: 19, agent: 9 });
        let amounts: Vec<_> = rest.uses.iter().map(|used| used.amount).collect();
        assert_eq!(amounts, [-7_000, -1]);
    }

    #[test]
    fn each_refund_has_an_id_of_its_own_and_always_the_same() {
        let of = OperationId::generate(AT, Entropy);
        assert_eq!(id(of, 1), id(of, 1));
        assert_ne!(id(of, 1), id(of, 2));
        assert!(id(of, 1).is_derived());
    }

    proptest! {
        /// However it is given back, no part of the fee and nothing of a limit is given back twice;
        /// and when all of it was, all of each was.
        #[test]
        fn in_any_parts_all_comes_back_and_no_more(
            amount in 1i64..1_000_000,
            parts in prop::array::uniform4(0i64..5_000),
            used in prop::collection::vec(1i64..2_000_000, 0..5),
            cuts in prop::collection::vec((0i64..400_000, 0i64..6_000, any::<bool>()), 0..20),
        ) {
            let fee = Parts::of(parts);
            let original = transfer(amount, fee, &used);
            let mut refunds: Vec<Recorded> = Vec::new();
            let mut back = vec![0i64; used.len()];
            let rest = [(amount, fee.total(), false)];
            for (cut, fee_cut, with) in cuts.into_iter().chain(rest) {
                let standing = Standing::of(original.clone(), &refunds).unwrap();
                let amount = cut.min(standing.amount_left());
                let most = standing.fee_left().total();
                let fee = if with { standing.fee_with(amount) } else { fee_cut.min(most) };
                if amount == 0 && fee == 0 {
                    continue;
                }
                let given = standing.give(Part { amount, fee }).unwrap();
                prop_assert_eq!(given.fee.total(), fee);
                for used in &given.uses {
                    prop_assert!(used.amount < 0 && used.window == Window::alone(7));
                    let n = usize::try_from(used.counter.limit.as_u128()).unwrap();
                    back[n] -= used.amount;
                }
                refunds.push(recorded(operation(&standing, &given).unwrap()));
                let after = Standing::of(original.clone(), &refunds).unwrap();
                prop_assert!(after.fee_left().all().iter().all(|part| *part >= 0));
            }
            let standing = Standing::of(original, &refunds).unwrap();
            prop_assert_eq!((standing.amount_left(), standing.fee_left()), (0, Parts::default()));
            prop_assert_eq!(back, used);
        }

        /// With the proportion of the fee, the last of it goes with the last of the amount.
        #[test]
        fn the_fee_goes_with_the_amount(
            amount in 1i64..1_000_000,
            parts in prop::array::uniform4(0i64..5_000),
            cuts in prop::collection::vec(1i64..400_000, 0..12),
        ) {
            let original = transfer(amount, Parts::of(parts), &[]);
            let mut refunds: Vec<Recorded> = Vec::new();
            for cut in cuts.into_iter().chain([amount]) {
                let standing = Standing::of(original.clone(), &refunds).unwrap();
                let amount = cut.min(standing.amount_left());
                if amount == 0 {
                    break;
                }
                let given = standing.give(Part { amount, fee: standing.fee_with(amount) }).unwrap();
                refunds.push(recorded(operation(&standing, &given).unwrap()));
            }
            let standing = Standing::of(original, &refunds).unwrap();
            prop_assert_eq!((standing.amount_left(), standing.fee_left()), (0, Parts::default()));
        }
    }
}

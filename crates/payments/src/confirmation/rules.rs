//! Which transfers the payer confirms, and how much may leave without.
//!
//! The figures are those of the European rules for payments (RTS 2018/389), in sum at about 14,000
//! for a euro: article 16 lets single payments up to 30 euros go without a second proof as long as
//! those since the last one stay within 100 euros. Here only a payee who was paid before is let go
//! so.

use kernel::{Asset, Assurance, Code, Method, Moment, Money, Refusal};
use ledger::{CounterKey, Use, Window};
use uuid::Uuid;

use crate::ceilings::{self, Ceilings};
use crate::transfers::rules::Quoted;
use identity::{Act, PaymentShown};

/// The largest payment without a confirmation, in minor units as all that follow: article 16(a), 30
/// euros, taken as 400,000 sum and 35 dollars.
const SMALL_UZS: i64 = 40_000_000;
const SMALL_USD: i64 = 3_500;
/// The most that payments without a confirmation may come to since the last one: article 16(b), 100
/// euros, taken as 1,400,000 sum and 115 dollars.
const SUM_UZS: i64 = 140_000_000;
const SUM_USD: i64 = 11_500;
/// The same on a device that is new or that the bank does not know: what somebody loses to whoever
/// finds the telephone unlocked must stay small.
const CAUTIOUS_SMALL_UZS: i64 = 5_000_000;
const CAUTIOUS_SMALL_USD: i64 = 400;
const CAUTIOUS_SUM_UZS: i64 = 15_000_000;
const CAUTIOUS_SUM_USD: i64 = 1_200;
/// The most that may leave a day from such a device, and after a reset or a changed contact, with
/// and without confirmations: long enough for the customer to notice, too little to be worth it.
const COOLING_DAY_UZS: i64 = 200_000_000;
const COOLING_DAY_USD: i64 = 16_000;

/// What somebody was paid before is worth for so long, the time in which a card payment of a known
/// merchant counts as known.
pub const KNOWN_PAYEE_SECONDS: i64 = 400 * 86_400;

/// Limits of the ledger are named by ids of their own. These end with the number of the asset.
const SMALL_LIMIT: Uuid = Uuid::from_u128(0x6f6b_746f_0001_8000_8000_0000_0000_0000);
const COOLING_LIMIT: Uuid = Uuid::from_u128(0x6f6b_746f_0002_8000_8000_0000_0000_0000);

/// How far the bank trusts the device of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// One of the customer's, known for long enough; or a passkey opened the session.
    Trusted,
    /// New, unknown, or the customer's contacts or password changed lately.
    Cautious,
}

/// How far the session of a request is trusted.
pub fn standing(assurance: Option<&Assurance>, now: Moment) -> Standing {
    let trusted = assurance.is_some_and(|a| {
        !a.cools_off(now) && (a.device.is_some() || a.methods.has(Method::Presence))
    });
    if trusted { Standing::Trusted } else { Standing::Cautious }
}

/// Why a transfer has to be confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The customer did not pay them before.
    NewPayee,
    /// It is not small.
    Amount,
    /// Together with others since the last confirmation it is not small.
    Sum,
}

impl Reason {
    /// As it is shown to programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NewPayee => "new_payee",
            Self::Amount => "amount",
            Self::Sum => "sum",
        }
    }

    /// The reason of a word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::NewPayee, Self::Amount, Self::Sum].into_iter().find(|r| r.as_str() == text)
    }
}

/// What decides whether a transfer has to be confirmed.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Both accounts are the payer's.
    pub own: bool,
    /// The payer paid them before.
    pub known_payee: bool,
    /// What leaves the account.
    pub total: Money,
    /// What left without a confirmation since the last one, in minor units.
    pub used: i64,
    /// How far the session is trusted.
    pub standing: Standing,
}

/// Whether a transfer has to be confirmed, and why.
pub const fn need(facts: &Facts) -> Option<Reason> {
    let Money { minor, asset } = facts.total;
    if facts.own {
        None
    } else if !facts.known_payee {
        Some(Reason::NewPayee)
    } else if minor > small(asset, facts.standing) {
        Some(Reason::Amount)
    } else if facts.used.saturating_add(minor) > sum(asset, facts.standing) {
        Some(Reason::Sum)
    } else {
        None
    }
}

/// Why a quote that needed no confirmation when it was made needs one now: the session is trusted
/// less.
pub fn need_by_now(quoted: &Quoted, total: Money, standing: Standing) -> Option<Reason> {
    let facts = Facts { own: quoted.own, known_payee: true, total, used: 0, standing };
    quoted.confirm.or_else(|| need(&facts))
}

const fn small(asset: Asset, standing: Standing) -> i64 {
    match (asset, standing) {
        (Asset::Uzs, Standing::Trusted) => SMALL_UZS,
        (Asset::Usd, Standing::Trusted) => SMALL_USD,
        (Asset::Uzs, Standing::Cautious) => CAUTIOUS_SMALL_UZS,
        (Asset::Usd, Standing::Cautious) => CAUTIOUS_SMALL_USD,
    }
}

const fn sum(asset: Asset, standing: Standing) -> i64 {
    match (asset, standing) {
        (Asset::Uzs, Standing::Trusted) => SUM_UZS,
        (Asset::Usd, Standing::Trusted) => SUM_USD,
        (Asset::Uzs, Standing::Cautious) => CAUTIOUS_SUM_UZS,
        (Asset::Usd, Standing::Cautious) => CAUTIOUS_SUM_USD,
    }
}

/// The most that may leave a day, in minor units, while the bank does not trust the session.
pub fn daily_limit(asset: Asset, standing: Standing) -> Option<i64> {
    (standing == Standing::Cautious).then(|| cooling_day(asset))
}

const fn cooling_day(asset: Asset) -> i64 {
    match asset {
        Asset::Uzs => COOLING_DAY_UZS,
        Asset::Usd => COOLING_DAY_USD,
    }
}

fn limit(of: Uuid, asset: Asset) -> Uuid {
    let number = u128::try_from(asset.numeric()).unwrap_or_default();
    Uuid::from_u128(of.as_u128() | number)
}

/// Where the payments of a customer without a confirmation are summed up.
pub fn small_counter(customer: Uuid, asset: Asset) -> CounterKey {
    CounterKey { limit: limit(SMALL_LIMIT, asset), subject: customer }
}

/// The window of that sum: a confirmation begins another.
pub fn since(confirmed_at: Option<Moment>) -> Window {
    Window::alone(confirmed_at.map_or(0, Moment::seconds))
}

fn cooling_counter(customer: Uuid, asset: Asset) -> CounterKey {
    CounterKey { limit: limit(COOLING_LIMIT, asset), subject: customer }
}

/// What a transfer uses of limits. The ledger counts them in the commit of the transfer, so that no
/// number of them at once uses more.
pub fn uses(
    quoted: &Quoted,
    total: Money,
    (standing, confirmed): (Standing, bool),
    now: Moment,
) -> Vec<Use> {
    let (customer, asset) = (quoted.customer.uuid(), total.asset);
    let mut uses = Vec::new();
    if quoted.own {
        return uses;
    }
    if !confirmed {
        let (counter, window) = (small_counter(customer, asset), Window::alone(quoted.since));
        uses.push(Use::up_to(counter, window, total.minor, sum(asset, standing)));
    }
    if standing == Standing::Cautious {
        let window = Window::alone(now.day().start().seconds());
        let counter = cooling_counter(customer, asset);
        uses.push(Use::up_to(counter, window, total.minor, cooling_day(asset)));
    }
    uses
}

/// The refusal of a transfer that a limit stopped, in the words of that limit. `uses` are those of
/// its operation.
pub fn refused(
    refusal: Refusal,
    (uses, asset, own): (&[Use], Asset, bool),
    ceilings: &Ceilings,
) -> Refusal {
    if refusal.code != Code::LimitExceeded {
        return refusal;
    }
    if let Some(told) = ceilings::told(&refusal, (uses, own), ceilings) {
        return told;
    }
    let Some(stopped) = ceilings::stopped(&refusal, uses) else { return refusal };
    if stopped.counter.limit == limit(SMALL_LIMIT, asset) {
        return Refusal::new(Code::StepUpRequired);
    }
    let money = |minor| Money::new(minor, asset).to_string();
    Refusal::new(Code::CoolingOffLimit)
        .value("limit", money(stopped.ceiling))
        .value("remaining", money(ceilings::remaining(&refusal)))
}

/// A quote as it is shown to whoever confirms it, and signed by them.
pub fn act(quoted: &Quoted, total: Money) -> Act {
    Act::Payment(PaymentShown {
        quote: quoted.id.to_string(),
        amount: total.decimal(),
        currency: total.asset.code().to_owned(),
        payee: quoted.payee.party.masked_name.clone(),
        payee_account: quoted.payee.party.account_tail.clone(),
        account: quoted.payer.party.account_tail.clone(),
        until: quoted.expires_at.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use kernel::{Aal, DeviceId, Entropy, Methods};

    use super::*;

    const NOW: Moment = Moment::from_micros(1_795_000_000_000_000);

    fn uzs(sum: i64) -> Money {
        Money::new(sum.saturating_mul(100), Asset::Uzs)
    }

    #[test]
    fn which_transfers_are_confirmed() {
        use Reason::{Amount, NewPayee, Sum};
        use Standing::{Cautious, Trusted};
        // own, known payee, sum, used before, standing
        for (own, known_payee, amount, used, standing, expected) in [
            (true, false, 900_000_000, 0, Cautious, None),
            (false, false, 1, 0, Trusted, Some(NewPayee)),
            (false, true, 1, 0, Trusted, None),
            (false, true, 400_000, 0, Trusted, None),
            (false, true, 400_001, 0, Trusted, Some(Amount)),
            (false, true, 400_000, 1_000_000, Trusted, None),
            (false, true, 400_000, 1_000_001, Trusted, Some(Sum)),
            (false, true, 50_000, 0, Cautious, None),
            (false, true, 50_001, 0, Cautious, Some(Amount)),
            (false, true, 50_000, 100_000, Cautious, None),
            (false, true, 50_000, 100_001, Cautious, Some(Sum)),
        ] {
            let facts = Facts { own, known_payee, total: uzs(amount), used: used * 100, standing };
            assert_eq!(need(&facts), expected, "{facts:?}");
        }
        let dollars = |minor| Facts {
            own: false,
            known_payee: true,
            total: Money::new(minor, Asset::Usd),
            used: 0,
            standing: Trusted,
        };
        assert_eq!([3_500, 3_501].map(|m| need(&dollars(m))), [None, Some(Amount)]);
    }

    #[test]
    fn whom_the_bank_trusts() {
        let known = Assurance {
            aal: Aal::Two,
            methods: Methods::of(&[Method::Password]),
            proven_at: NOW,
            device: Some(DeviceId::generate(NOW, Entropy)),
            cooling_until: None,
        };
        let cooling = Assurance { cooling_until: Some(NOW.plus_seconds(1)), ..known };
        let unknown = Assurance { device: None, ..known };
        let passkey = Assurance { methods: Methods::of(&[Method::Presence]), ..unknown };
        let reset = Assurance { methods: passkey.methods, ..cooling };
        for (assurance, expected) in [
            (Some(known), Standing::Trusted),
            (Some(passkey), Standing::Trusted),
            (Some(cooling), Standing::Cautious),
            (Some(unknown), Standing::Cautious),
            (Some(reset), Standing::Cautious),
            (None, Standing::Cautious),
        ] {
            assert_eq!(standing(assurance.as_ref(), NOW), expected, "{assurance:?}");
        }
    }

    #[test]
    fn a_confirmation_begins_another_sum() {
        let customer = Uuid::from_u128(1);
        assert!(since(None).start < since(Some(NOW)).start);
        let small = small_counter(customer, Asset::Uzs);
        assert_ne!(small, small_counter(customer, Asset::Usd));
        assert_ne!(small.limit, cooling_counter(customer, Asset::Uzs).limit);
    }
}

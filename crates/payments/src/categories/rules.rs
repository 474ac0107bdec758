//! What a line of a history belongs to by itself, and what the customer may call it instead.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use kernel::{Asset, Error, Money, Result};
use ledger::statements::{Codes, Labelled, Outgoing};

use super::Spending;
use crate::Direction;
use crate::postings::Leg;

/// What money was for. The numbers are kept in the database and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// To other people.
    People,
    /// Between the customer's own accounts. Said by the accounts, never by the customer.
    Own,
    /// Cash paid in or taken out.
    Cash,
    /// Food to take home.
    Groceries,
    /// Restaurants and canteens.
    Eating,
    /// Getting around.
    Transport,
    /// Rent, utilities, repairs.
    Home,
    /// Doctors and medicines.
    Health,
    /// Children and their schooling.
    Children,
    /// Things.
    Shopping,
    /// Free time.
    Leisure,
    /// What the bank took for its work. Said by the posting, never by the customer.
    Fees,
    /// Money that came.
    Income,
    /// Everything else.
    Other,
    /// A transfer that the bank gave back, on either side. Said by the posting, never by the
    /// customer: whoever gives it back has spent nothing, and whoever gets it earned nothing.
    Refunds,
}

impl Category {
    /// Every category, in the order in which they are offered.
    pub const ALL: [Self; 15] = [
        Self::People,
        Self::Own,
        Self::Cash,
        Self::Groceries,
        Self::Eating,
        Self::Transport,
        Self::Home,
        Self::Health,
        Self::Children,
        Self::Shopping,
        Self::Leisure,
        Self::Fees,
        Self::Income,
        Self::Other,
        Self::Refunds,
    ];

    /// The name in addresses, files and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Own => "own",
            Self::Cash => "cash",
            Self::Groceries => "groceries",
            Self::Eating => "eating",
            Self::Transport => "transport",
            Self::Home => "home",
            Self::Health => "health",
            Self::Children => "children",
            Self::Shopping => "shopping",
            Self::Leisure => "leisure",
            Self::Fees => "fees",
            Self::Income => "income",
            Self::Other => "other",
            Self::Refunds => "refunds",
        }
    }

    /// The category of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.as_str() == name)
    }

    /// Whether a customer may call money that went this way so. Own transfers, fees and refunds are
    /// facts, and what left an account is no income.
    pub const fn may_be_given(self, direction: Direction) -> bool {
        !matches!(
            (self, direction),
            (Self::Own | Self::Fees | Self::Refunds, _)
                | (_, Direction::Own)
                | (Self::Income, Direction::Out)
        )
    }

    /// Whether it is said by the posting, so that the customer has nothing to say.
    pub const fn is_fact(self) -> bool {
        matches!(self, Self::Own | Self::Fees | Self::Refunds)
    }

    /// The number that the database keeps.
    pub const fn number(self) -> i16 {
        match self {
            Self::People => 1,
            Self::Own => 2,
            Self::Cash => 3,
            Self::Groceries => 4,
            Self::Eating => 5,
            Self::Transport => 6,
            Self::Home => 7,
            Self::Health => 8,
            Self::Children => 9,
            Self::Shopping => 10,
            Self::Leisure => 11,
            Self::Fees => 12,
            Self::Income => 13,
            Self::Other => 14,
            Self::Refunds => 15,
        }
    }

    fn from_number(number: i16) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|category| category.number() == number);
        found.ok_or(Error::invariant("an operation has a label that is no category"))
    }
}

/// What a transfer belongs to when the customer says nothing. Cash that is paid in was the
/// customer's before, so it is no income. An exchange goes from one account of theirs to another,
/// by way of the bank's.
const fn by_itself(leg: Option<Leg>, direction: Direction) -> Category {
    match (leg, direction) {
        (_, Direction::Own) | (Some(Leg::ExchangeGiven | Leg::ExchangeTaken), _) => Category::Own,
        (Some(Leg::CashIn), _) => Category::Cash,
        (
            Some(
                Leg::InternalTransferFee
                | Leg::InternalTransferFeeVat
                | Leg::InternalTransferFeeScheme
                | Leg::InternalTransferFeeAgent
                | Leg::InternalTransferFeeRefund
                | Leg::InternalTransferFeeVatRefund
                | Leg::InternalTransferFeeSchemeRefund
                | Leg::InternalTransferFeeAgentRefund,
            ),
            _,
        ) => Category::Fees,
        (Some(Leg::InternalTransfer), Direction::Out) => Category::People,
        (Some(Leg::InternalTransfer | Leg::ExchangeSpread) | None, Direction::In) => {
            Category::Income
        }
        (Some(Leg::InternalTransferRefund), _) => Category::Refunds,
        (Some(Leg::ExchangeSpread) | None, Direction::Out) => Category::Other,
    }
}

/// The codes that belong where they do whatever the customer calls the operation: a fee comes with
/// the payment that it is for, and one name is given to both; and what is the customer's own is no
/// matter of opinion.
fn fixed() -> Vec<i16> {
    let category = |leg: &Leg| by_itself(Some(*leg), Direction::Out);
    let is_fact = |leg: &Leg| category(leg).is_fact();
    Leg::ALL.into_iter().filter(is_fact).map(Leg::code).collect()
}

/// Whether a transfer is what the bank took for its work.
pub fn is_fee(code: i16) -> bool {
    by_itself(Leg::from_code(code), Direction::Out) == Category::Fees
}

/// Whether a transfer is one of two between own accounts that go by way of the bank's.
pub fn is_own(code: i16) -> bool {
    by_itself(Leg::from_code(code), Direction::Out) == Category::Own
}

/// The category of a transfer on one of the customer's accounts.
pub fn category(
    code: i16,
    direction: Direction,
    own: bool,
    label: Option<i16>,
) -> Result<Category> {
    let direction = if own { Direction::Own } else { direction };
    match label {
        Some(label) if !own && !fixed().contains(&code) => Category::from_number(label),
        _ => Ok(by_itself(Leg::from_code(code), direction)),
    }
}

/// What the ledger is to look for, so that it finds the lines of a category and no others: whether
/// between own accounts, and what is labelled so. A line is found by one of them at most.
pub fn wanted(category: Category) -> Vec<(bool, Option<Labelled>)> {
    let labelled = Labelled {
        label: category.number(),
        incoming: codes(category, Direction::In),
        outgoing: codes(category, Direction::Out),
        fixed: fixed(),
    };
    let mut wanted = vec![(false, Some(labelled))];
    if category == Category::Own {
        wanted.push((true, None));
    }
    wanted
}

fn codes(category: Category, direction: Direction) -> Codes {
    let others = by_itself(None, direction) == category;
    let listed = |leg: &Leg| (by_itself(Some(*leg), direction) == category) != others;
    Codes { codes: Leg::ALL.into_iter().filter(listed).map(Leg::code).collect(), others }
}

/// What went out, by asset and category. What came to another account of the same customer by an
/// exchange did not leave them, and what the bank gave back for them they did not spend.
pub fn spending(outgoings: &[Outgoing]) -> Result<Vec<Spending>> {
    let mut by_asset: BTreeMap<i16, (Asset, BTreeMap<Category, Money>)> = BTreeMap::new();
    for out in outgoings {
        let category = category(out.code, Direction::Out, false, out.label)?;
        if matches!(category, Category::Own | Category::Refunds) {
            continue;
        }
        let (_, sums) =
            by_asset.entry(out.asset.numeric()).or_insert_with(|| (out.asset, BTreeMap::new()));
        let sum = sums.entry(category).or_insert(Money::zero(out.asset));
        *sum = sum.plus(Money::new(out.amount, out.asset))?;
    }
    let mut spending = Vec::with_capacity(by_asset.len());
    for (asset, sums) in by_asset.into_values() {
        let mut total = Money::zero(asset);
        for sum in sums.values() {
            total = total.plus(*sum)?;
        }
        let mut by_category: Vec<_> = sums.into_iter().collect();
        by_category.sort_by_key(|(_, sum)| Reverse(sum.minor));
        spending.push(Spending { asset, total, by_category });
    }
    // The currency of the country first, whatever its number.
    spending.sort_by_key(|s| s.asset != Asset::Uzs);
    Ok(spending)
}

#[cfg(test)]
mod tests {
    use kernel::AccountId;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    /// What the ledger does with [`wanted`], in Rust.
    fn selects(
        wanted: &[(bool, Option<Labelled>)],
        line: (i16, Direction, bool, Option<i16>),
    ) -> bool {
        let (code, direction, own, label) = line;
        let by_label = |labelled: &Labelled| {
            let codes =
                if direction == Direction::In { &labelled.incoming } else { &labelled.outgoing };
            match label {
                Some(label) if !labelled.fixed.contains(&code) => label == labelled.label,
                _ => codes.codes.contains(&code) != codes.others,
            }
        };
        let finds = |(wanted, labelled): &&(bool, Option<Labelled>)| {
            *wanted == own && labelled.as_ref().is_none_or(by_label)
        };
        let times = wanted.iter().filter(finds).count();
        assert!(times <= 1, "a line is found once");
        times == 1
    }

    #[test]
    fn names_and_numbers_are_one_to_one() {
        for (category, number) in Category::ALL.into_iter().zip(1..) {
            assert_eq!(Category::from_name(category.as_str()), Some(category));
            assert_eq!(category.number(), number);
            assert_eq!(Category::from_number(number).unwrap(), category);
        }
        assert_eq!(Category::from_name("Cash"), None);
        assert!(Category::from_number(0).is_err() && Category::from_number(16).is_err());
    }

    #[test]
    fn what_money_belongs_to() {
        use Direction::{In, Out};
        let other = Some(Category::Groceries.number());
        for (code, direction, own, label, expected) in [
            (101, In, false, None, Category::Cash),
            (101, In, false, other, Category::Groceries),
            (201, Out, false, None, Category::People),
            (201, Out, false, other, Category::Groceries),
            (201, In, false, None, Category::Income),
            (201, In, true, None, Category::Own),
            (201, Out, true, other, Category::Own),
            (202, Out, false, None, Category::Fees),
            (202, Out, false, other, Category::Fees),
            (301, Out, false, None, Category::Own),
            (302, In, false, other, Category::Own),
            (206, Out, false, None, Category::Refunds),
            (206, In, false, other, Category::Refunds),
            (206, In, true, None, Category::Own),
            (207, In, false, None, Category::Fees),
            (999, Out, false, None, Category::Other),
            (999, In, false, None, Category::Income),
        ] {
            let found = category(code, direction, own, label).unwrap();
            assert_eq!(found, expected, "{code} {direction:?} {own} {label:?}");
        }
    }

    #[test]
    fn facts_are_not_the_customers_to_name() {
        use Direction::{In, Out, Own};
        for category in Category::ALL {
            assert!(!category.may_be_given(Own), "{category:?}");
        }
        let given = |direction| {
            let may = |c: &Category| c.may_be_given(direction);
            Category::ALL.into_iter().filter(may).count()
        };
        assert_eq!((given(In), given(Out)), (12, 11));
        assert!(!Category::Income.may_be_given(Out) && Category::Income.may_be_given(In));
        assert!(!Category::Fees.may_be_given(Out) && !Category::Own.may_be_given(In));
    }

    proptest! {
        #[test]
        fn the_ledger_is_asked_for_exactly_the_category(
            code in prop_oneof![
                Just(101_i16), Just(201), Just(202), Just(206), Just(301), Just(302), 0..400_i16,
            ],
            incoming in any::<bool>(),
            own in any::<bool>(),
            given in prop::option::of(prop::sample::select(Category::ALL.to_vec())),
        ) {
            // Nobody gives what the accounts say.
            let label = given.filter(|c| *c != Category::Own).map(Category::number);
            let direction = if incoming { Direction::In } else { Direction::Out };
            let belongs = category(code, direction, own, label).unwrap();
            for asked in Category::ALL {
                let selected = selects(&wanted(asked), (code, direction, own, label));
                prop_assert_eq!(selected, asked == belongs, "{:?} {:?}", asked, belongs);
            }
        }

        #[test]
        fn spending_adds_up(
            rows in prop::collection::vec(
                (any::<bool>(), 200..204_i16, prop::option::of(1..15_i16), 1..1_000_000_i64),
                0..30,
            ),
        ) {
            // Nobody gives what the accounts say.
            let given = |label: &i16| *label != Category::Own.number();
            let outgoing = |row: &(bool, i16, Option<i16>, i64)| Outgoing {
                account: AccountId::from_uuid(Uuid::nil()),
                asset: if row.0 { Asset::Usd } else { Asset::Uzs },
                code: row.1,
                label: row.2.filter(given),
                amount: row.3,
                transfers: 1,
            };
            let spending = spending(&rows.iter().map(outgoing).collect::<Vec<_>>()).unwrap();
            for asset in [Asset::Uzs, Asset::Usd] {
                let all: i64 =
                    rows.iter().filter(|r| r.0 == (asset == Asset::Usd)).map(|r| r.3).sum();
                let found = spending.iter().find(|s| s.asset == asset);
                prop_assert_eq!(found.map_or(0, |s| s.total.minor), all);
                let parts = found.map_or(&[][..], |s| &s.by_category);
                prop_assert_eq!(parts.iter().map(|(_, m)| m.minor).sum::<i64>(), all);
                prop_assert!(parts.is_sorted_by(|a, b| a.1.minor >= b.1.minor));
            }
        }
    }

    #[test]
    fn an_exchange_and_a_refund_are_not_spent() {
        let out = |code, amount| Outgoing {
            account: AccountId::from_uuid(Uuid::nil()),
            asset: Asset::Usd,
            code,
            label: None,
            amount,
            transfers: 1,
        };
        assert_eq!(spending(&[out(301, 100), out(206, 50)]).unwrap(), []);
        let both = spending(&[out(301, 100), out(201, 7)]).unwrap();
        assert_eq!((both.len(), both[0].total.minor), (1, 7));
    }

    #[test]
    fn a_sum_that_does_not_fit_is_refused() {
        let most = Outgoing {
            account: AccountId::from_uuid(Uuid::nil()),
            asset: Asset::Uzs,
            code: 201,
            label: None,
            amount: i64::MAX,
            transfers: 1,
        };
        assert!(spending(&[most]).is_ok());
        assert!(spending(&[most, Outgoing { code: 202, amount: 1, ..most }]).is_err());
    }
}

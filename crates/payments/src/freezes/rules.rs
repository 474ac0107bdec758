use identity::UserStatus;
use ledger::{Account, Status};

/// Whether nothing is on an account, and nothing held.
pub(super) const fn is_empty(account: &Account) -> bool {
    account.balance() == 0 && account.debits_pending == 0 && account.credits_pending == 0
}

/// What becomes of an account of a customer, if anything does. The account of whoever left is
/// closed when it is empty; what came for them meanwhile does not leave it unseen.
pub(super) fn follow(account: &Account, customer: UserStatus) -> Option<Status> {
    match (customer, account.status) {
        (UserStatus::Active, Status::Frozen) => Some(Status::Open),
        (UserStatus::Closed, Status::Open | Status::Frozen) if is_empty(account) => {
            Some(Status::Closed)
        }
        (UserStatus::Frozen | UserStatus::Closed, Status::Open) => Some(Status::Frozen),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use kernel::{AccountId, Asset, Entropy, Moment};
    use ledger::BalanceRule;

    use super::*;

    #[test]
    fn accounts_follow_their_customer() {
        use Status::{Closed, Frozen, Open};
        let account = |status, credits_posted, debits_pending| Account {
            id: AccountId::generate(Moment::EPOCH, Entropy),
            asset: Asset::Uzs,
            rule: BalanceRule::DebitsWithinCredits,
            status,
            debits_posted: 0,
            credits_posted,
            debits_pending,
            credits_pending: 0,
            last_at: Moment::EPOCH,
        };
        for (customer, status, credits, held, expected) in [
            (UserStatus::Active, Open, 1, 0, None),
            (UserStatus::Active, Frozen, 1, 0, Some(Open)),
            (UserStatus::Active, Closed, 0, 0, None),
            (UserStatus::Frozen, Open, 1, 0, Some(Frozen)),
            (UserStatus::Frozen, Frozen, 1, 0, None),
            (UserStatus::Frozen, Closed, 0, 0, None),
            (UserStatus::Closed, Open, 0, 0, Some(Closed)),
            (UserStatus::Closed, Frozen, 0, 0, Some(Closed)),
            (UserStatus::Closed, Open, 1, 0, Some(Frozen)),
            (UserStatus::Closed, Open, 0, 1, Some(Frozen)),
            (UserStatus::Closed, Frozen, 1, 0, None),
            (UserStatus::Closed, Closed, 0, 0, None),
        ] {
            let found = follow(&account(status, credits, held), customer);
            assert_eq!(found, expected, "{customer:?} {status:?} {credits} {held}");
        }
    }
}

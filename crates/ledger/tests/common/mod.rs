//! Random chains of business, as plain data that proptest can shrink, and a world of accounts to
//! play them in.

use kernel::{AccountId, Asset, Entropy, HoldId, Moment, OperationId};
use ledger::{
    BalanceRule, CounterKey, NewAccount, Operation, Principal, Ref, Status, Transfer, TransferKind,
    Use, Window,
};
use proptest::prelude::*;
use uuid::Uuid;

const ACCOUNTS: usize = 8;

/// A transfer to be, with indexes instead of ids.
#[derive(Clone, Debug)]
pub enum Move {
    Post { from: usize, to: usize, amount: i64 },
    Hold { from: usize, to: usize, amount: i64, seconds: Option<i64> },
    Capture { hold: usize, percent: i64 },
    Release { hold: usize },
    Expire { hold: usize },
}

/// A request to be.
#[derive(Clone, Debug)]
pub enum Request {
    New {
        moves: Vec<Move>,
        uses: Vec<(usize, i64, i64)>,
        reference: Option<(usize, bool)>,
    },
    Status {
        account: usize,
        status: Status,
    },
    /// The same request again, or with another body or by another principal.
    Again {
        which: usize,
        body: bool,
        principal: bool,
    },
    OddId {
        ahead_seconds: i64,
        random_version: bool,
    },
    Wait {
        seconds: i64,
    },
}

fn moves() -> impl Strategy<Value = Move> {
    let account = 0..ACCOUNTS;
    let amount =
        prop_oneof![8 => 1..500_i64, 1 => Just(0_i64), 1 => Just(-5_i64), 1 => Just(i64::MAX)];
    prop_oneof![
        6 => (account.clone(), account.clone(), amount.clone())
            .prop_map(|(from, to, amount)| Move::Post { from, to, amount }),
        3 => (account.clone(), account, amount, prop::option::of(-5..50_i64))
            .prop_map(|(from, to, amount, seconds)| Move::Hold { from, to, amount, seconds }),
        2 => (any::<usize>(), 1..120_i64)
            .prop_map(|(hold, percent)| Move::Capture { hold, percent }),
        1 => any::<usize>().prop_map(|hold| Move::Release { hold }),
        1 => any::<usize>().prop_map(|hold| Move::Expire { hold }),
    ]
}

pub fn requests() -> impl Strategy<Value = Request> {
    let status =
        prop_oneof![3 => Just(Status::Open), 2 => Just(Status::Frozen), 1 => Just(Status::Closed)];
    let uses = prop::collection::vec((0..3_usize, -50..200_i64, 0..2_000_i64), 0..3);
    let reference = prop::option::weighted(0.2, (0..4_usize, any::<bool>()));
    prop_oneof![
        20 => (prop::collection::vec(moves(), 0..4), uses, reference)
            .prop_map(|(moves, uses, reference)| Request::New { moves, uses, reference }),
        1 => (0..ACCOUNTS, status)
            .prop_map(|(account, status)| Request::Status { account, status }),
        3 => (any::<usize>(), prop::bool::weighted(0.3), prop::bool::weighted(0.2))
            .prop_map(|(which, body, principal)| Request::Again { which, body, principal }),
        1 => (-1_000_000..200_000_i64, any::<bool>())
            .prop_map(|(ahead_seconds, random_version)| {
                Request::OddId { ahead_seconds, random_version }
            }),
        2 => (-20..40_i64).prop_map(|seconds| Request::Wait { seconds }),
    ]
}

/// The accounts of one case and everything that was asked so far.
pub struct World {
    pub now: Moment,
    pub accounts: Vec<AccountId>,
    pub asked: Vec<Operation>,
    holds: Vec<(HoldId, Transfer)>,
    tag: Uuid,
}

impl World {
    pub fn new(now: Moment) -> Self {
        let accounts = (0..ACCOUNTS).map(|_| AccountId::generate(now, Entropy)).collect();
        let tag = AccountId::generate(now, Entropy).uuid();
        Self { now, accounts, asked: Vec::new(), holds: Vec::new(), tag }
    }

    fn principal(&self) -> Principal {
        Principal { kind: 1, id: self.tag }
    }

    /// The operation that opens all accounts: six in sum, two in dollars, with every balance rule.
    pub fn opening(&mut self) -> Operation {
        let id = OperationId::generate(self.now, Entropy);
        let mut operation = Operation::new(id, "account.open", self.principal());
        for (id, n) in self.accounts.iter().zip(0_usize..) {
            operation.opens.push(NewAccount {
                id: *id,
                number: None,
                owner: None,
                asset: if n < 6 { Asset::Uzs } else { Asset::Usd },
                code: 20_206,
                rule: match n {
                    0 | 6 => BalanceRule::None,
                    5 => BalanceRule::CreditsWithinDebits,
                    _ => BalanceRule::DebitsWithinCredits,
                },
            });
        }
        operation
    }

    /// Turns a request into an operation. `None`: it only moved the clock.
    pub fn interpret(&mut self, request: &Request) -> Option<Operation> {
        let operation = match request {
            Request::Wait { seconds } => {
                self.now = self.now.plus_seconds(*seconds);
                return None;
            }
            Request::Again { which, body, principal } => {
                let mut again = self.asked.get(which.checked_rem(self.asked.len())?)?.clone();
                if *body {
                    again.request_hash[0] ^= 1;
                }
                if *principal {
                    again.initiator.id = Uuid::nil();
                }
                return Some(again);
            }
            Request::OddId { ahead_seconds, random_version } => {
                let mut id = OperationId::generate(self.now.plus_seconds(*ahead_seconds), Entropy);
                if *random_version {
                    id =
                        OperationId::from_uuid(Uuid::from_u128(id.uuid().as_u128() & !(0xf << 76)));
                }
                let mut operation = Operation::new(id, "test", self.principal());
                operation.transfers.push(self.transfer(0, 1, 5, TransferKind::Post));
                operation
            }
            Request::Status { account, status } => {
                let mut operation = self.blank("account.status");
                operation.statuses.push((self.accounts[*account], *status));
                operation
            }
            Request::New { moves, uses, reference } => self.business(moves, uses, *reference),
        };
        self.asked.push(operation.clone());
        Some(operation)
    }

    fn blank(&self, kind: &'static str) -> Operation {
        let id = OperationId::generate(self.now, Entropy);
        let mut operation = Operation::new(id, kind, self.principal());
        operation.request_hash = [7; 32];
        operation.detail = serde_json::json!({ "note": "salom" });
        operation
    }

    fn business(
        &mut self,
        moves: &[Move],
        uses: &[(usize, i64, i64)],
        reference: Option<(usize, bool)>,
    ) -> Operation {
        let mut operation = self.blank("test.business");
        for (step, index) in moves.iter().zip(0_u16..) {
            let transfer = self.moved(step);
            if matches!(transfer.kind, TransferKind::Hold { .. }) {
                self.holds.push((HoldId::of(operation.id, index), transfer));
            }
            operation.transfers.push(transfer);
        }
        for (limit, amount, ceiling) in uses {
            let counter = CounterKey {
                limit: Uuid::from_u128(u128::try_from(*limit).unwrap()),
                subject: self.tag,
            };
            operation.uses.push(Use::up_to(counter, self.window(*limit), *amount, *ceiling));
        }
        if let Some((name, exclusive)) = reference {
            let reference = format!("{name}/{}", self.tag);
            operation.refs.push(Ref { scheme: "test", reference, exclusive });
        }
        operation
    }

    /// The first limit counts for ever, the second by half minutes, the third over forty seconds by
    /// parts of ten.
    fn window(&self, limit: usize) -> Window {
        let seconds = self.now.micros() / 1_000_000;
        match limit {
            0 => Window::EVER,
            1 => Window::alone(seconds / 30),
            _ => Window { start: seconds / 10, oldest: seconds / 10 - 3 },
        }
    }

    fn moved(&self, step: &Move) -> Transfer {
        match step {
            Move::Post { from, to, amount } => {
                self.transfer(*from, *to, *amount, TransferKind::Post)
            }
            Move::Hold { from, to, amount, seconds } => {
                let expires_at = seconds.map(|s| self.now.plus_seconds(s));
                self.transfer(*from, *to, *amount, TransferKind::Hold { expires_at })
            }
            Move::Capture { hold, percent } => self.ending(*hold, |amount, hold| {
                let part = amount.saturating_mul(*percent) / 100;
                (part.max(1), TransferKind::Capture { hold })
            }),
            Move::Release { hold } => {
                self.ending(*hold, |amount, hold| (amount, TransferKind::Release { hold }))
            }
            Move::Expire { hold } => {
                self.ending(*hold, |amount, hold| (amount, TransferKind::Expire { hold }))
            }
        }
    }

    fn ending(&self, n: usize, f: impl Fn(i64, HoldId) -> (i64, TransferKind)) -> Transfer {
        let known = n.checked_rem(self.holds.len()).map(|n| self.holds[n]);
        let none = (HoldId::from_uuid(Uuid::nil()), self.transfer(0, 1, 5, TransferKind::Post));
        let (hold, made) = known.unwrap_or(none);
        let (amount, kind) = f(made.amount, hold);
        Transfer { amount, kind, ..made }
    }

    fn transfer(&self, from: usize, to: usize, amount: i64, kind: TransferKind) -> Transfer {
        Transfer { debit: self.accounts[from], credit: self.accounts[to], amount, kind, code: 1 }
    }
}

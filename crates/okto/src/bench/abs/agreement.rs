//! Whether the books agree in the end: what was planted is found and nothing else, nothing is
//! posted twice, every account has the same balance in both, and the days close.

use std::collections::{BTreeMap, BTreeSet};

use accounting::day_close::Closing;
use accounting::export::Step;
use accounting::ports::{CoreBanking, StatementQuery};
use accounting::reconciliation::rules::BreakKind;
use kernel::{AccountId, Asset, Clock, Ctx, Day, Error, ManualClock, Money, Permissions, Result};
use payments::BankAccount;
use sandbox::abs::{Drift, Planted};

use super::super::node::Clients;
use crate::say;

/// A difference: what is wrong with which document, and by how much.
pub type Found = (BreakKind, String, i64);

/// The accounts of the first chart on which the bank's own accounts are that a send with a fee
/// touches.
const OF_THE_BANK: [(BankAccount, &str); 4] = [
    (BankAccount::Cash, "10101"),
    (BankAccount::FeeIncome, "45200"),
    (BankAccount::VatPayable, "22500"),
    (BankAccount::SchemePayable, "29802"),
];

/// Both books, and the days over which they are compared.
pub struct Books<'a> {
    pub clients: &'a Clients,
    pub abs: &'a dyn CoreBanking,
    pub first: Day,
    pub last: Day,
}

/// What the bank has to find of what was planted. What was rejected was sent again, and is none.
pub fn expected(planted: &[Planted]) -> BTreeSet<Found> {
    let kind = |drift| match drift {
        Drift::Amount => Some(BreakKind::Amount),
        Drift::Missing => Some(BreakKind::MissingThere),
        Drift::Extra => Some(BreakKind::MissingHere),
        Drift::Duplicate => Some(BreakKind::Duplicate),
        Drift::Status => Some(BreakKind::Status),
        Drift::Late => Some(BreakKind::Late),
        Drift::Reject => None,
    };
    let break_of = |planted: &Planted| {
        Some((kind(planted.drift)?, planted.stands_under.clone(), planted.difference_minor))
    };
    planted.iter().filter_map(break_of).collect()
}

impl Books<'_> {
    fn ctx() -> Ctx {
        Ctx::system("bench", Permissions::OPERATOR)
    }

    /// Compares both books, and gives how many documents agree and the differences that are open.
    pub async fn reconcile(&self) -> Result<(i64, BTreeSet<Found>)> {
        let accounting = &self.clients.bank.accounting;
        // What comes late is a day later.
        let days = (self.first, self.last.days_after(1));
        let run = accounting.reconcile_abs(&Self::ctx(), self.abs, days).await?;
        let mut found = BTreeSet::new();
        let mut after = None;
        loop {
            let page = accounting.open_breaks(after).await?;
            let Some(last) = page.last() else { return Ok((run.agreed, found)) };
            after = Some(last.id);
            for stored in page.into_iter().filter(|stored| stored.book == "abs") {
                // The name that both sides know begins with the document.
                let document = stored.found.reference.split(' ').next().unwrap_or_default();
                let difference = stored.found.difference.minor;
                found.insert((stored.found.kind, document.to_owned(), difference));
            }
        }
    }

    /// How often each document stands in the books of the core banking system.
    pub async fn entries(&self) -> Result<BTreeMap<String, usize>> {
        let mut entries: BTreeMap<String, usize> = BTreeMap::new();
        let (from, to) = (self.first, self.last.days_after(1));
        let mut query = StatementQuery { from, to, account: None, after: None };
        loop {
            let page = self.abs.statement(&query).await?.entries;
            for entry in page.items {
                let times = entries.entry(entry.document).or_default();
                *times = times.saturating_add(1);
            }
            match page.next {
                Some(next) => query.after = Some(next),
                None => return Ok(entries),
            }
        }
    }

    /// Closes the days in both books, the sums of their fees with them. What keeps one open is an
    /// error.
    pub async fn close(&self) -> Result<u64> {
        let accounting = &self.clients.bank.accounting;
        // Nobody pays any more, so the last day may be over.
        let over = self.last.days_after(1).start().plus_seconds(3_600);
        let later = Self::ctx().with_clock(Clock::Manual(ManualClock::new(over)));
        let mut closed = 0_u64;
        while accounting.open_day().await?.is_some_and(|day| day <= self.last) {
            match accounting.close_next(&later, self.abs).await? {
                Some((_, Closing::Closed)) => closed = closed.saturating_add(1),
                // The sums of the day were written down, and are sent now.
                Some((_, Closing::Unconfirmed(of_day))) if of_day.rejected == 0 => {
                    while accounting.send_next(&Self::ctx(), self.abs).await? != Step::Idle {}
                }
                Some((day, why)) => {
                    return Err(Error::broken("closing a day", format!("{day}: {why:?}")));
                }
                None => return Ok(closed),
            }
        }
        Ok(closed)
    }

    /// By how much each account differs in the ledger and in the core banking system: those of the
    /// bank, and those of the customers.
    pub async fn differences(&self) -> Result<Vec<(String, i64)>> {
        let mut all = Vec::new();
        for (account, gl) in OF_THE_BANK {
            let ours = self.ours(account.id(Asset::Uzs)).await?;
            all.push(self.difference(gl, ours).await?);
        }
        for client in &self.clients.list {
            let record = self.clients.bank.ledger.account(client.account).await?;
            let number = record.and_then(|record| record.number);
            let number = number.ok_or(Error::invariant("a bench customer has no number"))?;
            let ours = self.ours(client.account).await?;
            all.push(self.difference(&number.to_string(), ours).await?);
        }
        Ok(all)
    }

    async fn ours(&self, id: AccountId) -> Result<i64> {
        let record = self.clients.bank.ledger.account(id).await?;
        Ok(record.ok_or(Error::invariant("an account is not there"))?.account.balance())
    }

    async fn difference(&self, account: &str, ours: i64) -> Result<(String, i64)> {
        let asked = account.parse().map_err(|()| Error::invariant("an account is malformed"))?;
        let (from, to) = (self.first, self.last.days_after(1));
        let query = StatementQuery { from, to, account: Some(asked), after: None };
        let theirs = self.abs.statement(&query).await?.closing;
        let theirs = theirs.ok_or(Error::invariant("a statement has no balance"))?;
        let difference = ours.saturating_sub(theirs);
        let money = |minor| Money::new(minor, Asset::Uzs);
        let (ours, theirs, by) = (money(ours), money(theirs), money(difference));
        say(&format!("{account:<20}  ledger {ours}, ABS {theirs}, difference {by}"));
        Ok((account.to_owned(), difference))
    }
}

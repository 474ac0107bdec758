//! Reconciliation: our books, a counterpart's file and the general ledger, item by item.
//!
//! A run compares two books and keeps what differs. What is found again is the same break, with its
//! owner and its age; what is not found any more is resolved by the run that did not see it. A
//! person resolves one with a word about why, which a second person approves.

mod abs;
pub mod merge;
pub mod rules;
mod sql;

use kernel::{Code, Ctx, Day, Moment, Money, Refusal, Result, StaffId, refuse_card_number};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::audit::{self, Entry};
use store::{Tx, commit};

use crate::{Accounting, BreakId, RunId};
use rules::{Break, BreakKind, Compared};

/// The general ledger's entries, document by document.
pub const ABS: &str = "abs";

/// Most breaks of one page.
pub(crate) const PAGE: i64 = 100;
/// Most runs listed.
const RUNS_SHOWN_MAX: i64 = 100;
/// Longest evidence, in characters.
const MAX_EVIDENCE_CHARS: usize = 500;

/// What a comparison of two books came to.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Whose book was compared with ours: [`ABS`], or a counterpart.
    pub book: &'static str,
    /// The first and the last day.
    pub days: (Day, Day),
    /// What came of it.
    pub compared: Compared,
    /// Whether everything of these days was in both books by then. Only then what is not found any
    /// more is resolved.
    pub whole: bool,
}

impl Comparison {
    /// Of everything of one day.
    pub(crate) const fn of_day(book: &'static str, day: Day, compared: Compared) -> Self {
        Self { book, days: (day, day), compared, whole: true }
    }
}

/// A comparison as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// The first and the last day.
    pub days: (Day, Day),
    /// When.
    pub at: Moment,
    /// How many references agreed.
    pub agreed: i64,
    /// How many differences were found that nobody has explained.
    pub found: i32,
}

/// How a difference was resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// A later comparison did not find it any more.
    Agrees,
    /// Our books were put right, by an operation.
    CorrectedHere,
    /// The other side put its book right.
    CorrectedThere,
    /// Both are right, and it stays as it is.
    Explained,
}

impl How {
    /// Every way.
    pub const ALL: [Self; 4] =
        [Self::Agrees, Self::CorrectedHere, Self::CorrectedThere, Self::Explained];

    /// Those that a person may say: that it agrees is for a comparison to find.
    pub const SAID: [Self; 3] = [Self::CorrectedHere, Self::CorrectedThere, Self::Explained];

    /// Names it to programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::CorrectedHere => "corrected_here",
            Self::CorrectedThere => "corrected_there",
            Self::Explained => "explained",
        }
    }

    /// What [`How::as_str`] names.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|how| how.as_str() == text)
    }
}

/// By what a difference was resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// When.
    pub at: Moment,
    /// How.
    pub how: How,
    /// What proves it: the run that did not find it, the id of an operation, the number of a
    /// letter.
    pub evidence: String,
    /// Who said so.
    pub by: String,
}

/// A difference as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredBreak {
    /// Its id.
    pub id: BreakId,
    /// Whose book was compared with ours.
    pub book: String,
    /// What is wrong.
    pub found: Break,
    /// When it was found first.
    pub found_at: Moment,
    /// Who looks into it.
    pub owner: Option<StaffId>,
    /// By what it was resolved; `None` while it is open.
    pub resolved: Option<Resolved>,
}

impl StoredBreak {
    /// How many days ago it was found, or how many it took.
    pub fn age_days(&self, now: Moment) -> i64 {
        let end = self.resolved.as_ref().map_or(now, |resolved| resolved.at);
        end.day().days_since(self.found_at.day())
    }
}

/// Open differences of one book and kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenBreaks {
    /// Whose book.
    pub book: String,
    /// What is wrong.
    pub kind: BreakKind,
    /// How many.
    pub count: i64,
    /// What they come to, whichever way each goes.
    pub difference: Money,
    /// Since when the oldest is open.
    pub oldest: Moment,
}

impl Accounting {
    /// Keeps what a comparison came to. For whoever compares a counterpart's file with our books,
    /// too.
    pub async fn keep_comparison(&self, ctx: &Ctx, comparison: &Comparison) -> Result<Run> {
        // Called by the bank itself, on nobody's behalf.
        let (id, now) = (RunId::generate(ctx.now(), ctx.entropy()), ctx.now());
        let mut tx = self.store.begin().await?;
        sql::insert_run(&mut tx, id, comparison, now).await?;
        let mut found = 0_i32;
        for one in &comparison.compared.breaks {
            let kept = (BreakId::generate(now, ctx.entropy()), id);
            if sql::keep_break(&mut tx, kept, comparison.book, one, now).await? {
                found = found.saturating_add(1);
            }
        }
        if comparison.whole {
            let by = audit::actor_text(&ctx.actor);
            sql::resolve_gone(&mut tx, id, comparison, (&by, now)).await?;
        }
        sql::count_found(&mut tx, id, found).await?;
        commit(tx).await?;
        let agreed = i64::try_from(comparison.compared.agreed).unwrap_or(i64::MAX);
        Ok(Run { id, days: comparison.days, at: now, agreed, found })
    }

    /// A difference.
    pub async fn one_break(&self, id: BreakId) -> Result<Option<StoredBreak>> {
        // Of the bank as a whole: whoever shows it asks who may see it.
        sql::one(self.store.pool(), id).await
    }

    /// The open differences, the oldest first, after one of them; at most a hundred.
    pub async fn open_breaks(&self, after: Option<BreakId>) -> Result<Vec<StoredBreak>> {
        // Of the bank as a whole: whoever shows it asks who may see it.
        sql::open(self.store.pool(), after, PAGE).await
    }

    /// The differences that were resolved last, at most a hundred.
    pub async fn resolved_breaks(&self) -> Result<Vec<StoredBreak>> {
        // Of the bank as a whole: whoever shows it asks who may see it.
        sql::resolved(self.store.pool(), PAGE).await
    }

    /// How many differences are open, by book, kind and currency.
    pub async fn open_by_kind(&self) -> Result<Vec<OpenBreaks>> {
        // Of the bank as a whole: whoever shows it asks who may see it.
        sql::open_by_kind(self.store.pool()).await
    }

    /// The last comparisons with a book, the latest first, at most a hundred.
    pub async fn runs(&self, book: &str) -> Result<Vec<Run>> {
        // Of the bank as a whole: whoever shows it asks who may see it.
        sql::runs(self.store.pool(), book, RUNS_SHOWN_MAX).await
    }

    /// The last comparisons with every book, the latest first, at most a hundred.
    pub async fn last_runs(&self) -> Result<Vec<(String, Run)>> {
        // Of the bank as a whole: whoever shows it asks who may see it.
        sql::last_runs(self.store.pool(), RUNS_SHOWN_MAX).await
    }

    /// A difference as it stands in the transaction: nobody changes it until that ends.
    pub(crate) async fn lock_break(&self, tx: &mut Tx, id: BreakId) -> Result<Option<StoredBreak>> {
        // Part of a proposal: who may is decided there.
        sql::lock(tx, id).await
    }

    /// Gives an open difference to an employee to look into. [`Code::NothingToChange`] when it is
    /// not open, or theirs already.
    pub async fn assign_break(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        id: BreakId,
        owner: StaffId,
    ) -> Result<()> {
        // Whoever carries this out asked who may.
        if !sql::assign(tx, id, owner).await? {
            return Err(Code::NothingToChange.into());
        }
        let entry = Entry::done("break.assigned").object("break", id);
        let entry = entry.facts(json!({ "owner": owner }));
        audit::append(tx, &self.keys, ctx, entry).await.map(|_| ())
    }

    /// Resolves an open difference by what proves it. [`Code::NothingToChange`] when it is not
    /// open, [`Code::ReasonMissing`] without evidence. Carried out when a second person has
    /// approved it.
    pub async fn resolve_break(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        id: BreakId,
        (how, evidence): (How, &str),
    ) -> Result<()> {
        // Part of a proposal: who may is decided there.
        let evidence = stated_evidence(evidence)?;
        let by = audit::actor_text(&ctx.actor);
        let resolved = Resolved { at: ctx.now(), how, evidence: evidence.to_owned(), by };
        if !sql::resolve(tx, id, &resolved).await? {
            return Err(Code::NothingToChange.into());
        }
        let entry = Entry::done("break.resolved").object("break", id);
        let entry = entry.facts(json!({ "how": how, "evidence": evidence }));
        audit::append(tx, &self.keys, ctx, entry).await.map(|_| ())
    }
}

/// What proves how a difference was resolved, without spaces around it. It stays in the audit log
/// for ever, so it tells nothing about a person.
pub fn stated_evidence(text: &str) -> Result<&str> {
    let evidence = text.trim();
    if !(1..=MAX_EVIDENCE_CHARS).contains(&evidence.chars().count()) {
        return Err(Refusal::new(Code::ReasonMissing).field("evidence").into());
    }
    refuse_card_number(evidence, "evidence")?;
    Ok(evidence)
}

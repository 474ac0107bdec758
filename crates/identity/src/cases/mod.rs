//! Matters that somebody of the bank has to look into.

mod rules;
mod sql;

use kernel::{
    CaseId, Code, Ctx, CustomerId, Error, Moment, Permission, Result, SealedAt, Secret, StaffId,
};
use policy::Object;
use serde_json::{Value, json};
use store::{Tx, audit, commit, subjects};
use uuid::Uuid;

use crate::{Identity, stated_reason};
pub use rules::Outcome;

/// Cases of one customer that are shown at most.
const LIST_MAX: i64 = 200;
/// Cases that one page of a list holds.
const PAGE: usize = 50;

/// A matter that somebody has to look into.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// What it is about, such as [`FROZEN_BY_CUSTOMER`].
    pub kind: String,
    /// Whom it is about.
    pub subject: Uuid,
    /// When it was opened.
    pub opened_at: Moment,
    /// When it was closed.
    pub closed_at: Option<Moment>,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// Who closed it, when it was not closed by what was decided about the customer.
    pub closed_by: Option<StaffId>,
    /// What was known when it was opened. Holds no personal data.
    pub facts: Value,
}

impl Case {
    /// The customer whom it is about.
    pub const fn customer(&self) -> CustomerId {
        CustomerId::from_uuid(self.subject)
    }
}

/// A list of cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// Those that wait, the oldest first.
    Open,
    /// Those that were closed, the last one first.
    Closed,
}

/// A part of a list.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// In the order of the list.
    pub cases: Vec<Case>,
    /// Whether the list goes on.
    pub more: bool,
}

/// A case with what whoever closed it noted.
#[derive(Clone, Debug)]
pub struct CaseFile {
    /// The case.
    pub case: Case,
    /// The note; `None` when there is none, or it was erased with the customer's data.
    pub note: Option<Secret<String>>,
    /// Why an employee froze the customer, in the same way.
    pub reason: Option<Secret<String>>,
}

/// Where the reason of a case stands.
const fn reason_place(case: CaseId) -> SealedAt<'static> {
    SealedAt { column: "case_file.reason", row: case.uuid() }
}

/// Where the note of a case stands.
const fn note_place(case: CaseId) -> SealedAt<'static> {
    SealedAt { column: "case_file.note", row: case.uuid() }
}

/// A customer said that a sign-in was not theirs, and was frozen.
pub const FROZEN_BY_CUSTOMER: &str = "frozen_by_customer";
/// The bank froze a customer.
pub const FROZEN_BY_BANK: &str = "frozen_by_bank";

impl Identity {
    /// Opens a case, in the transaction of what it is about.
    pub async fn open_case(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        kind: &'static str,
        subject: (CustomerId, Value),
    ) -> Result<CaseId> {
        // Part of a use case that asked who may.
        let id = CaseId::generate(ctx.now(), ctx.entropy());
        sql::insert(tx, (id, kind), subject.0.uuid(), &subject.1, ctx.now()).await?;
        Ok(id)
    }

    /// Keeps why an employee froze a customer with the case about it, in the transaction of the
    /// freeze. The first reason stays; every one is in the audit log.
    pub(crate) async fn give_reason(
        &self,
        tx: &mut Tx,
        (case, about): (CaseId, CustomerId),
        reason: Option<&str>,
    ) -> Result<()> {
        // Part of a use case that asked who may.
        let Some(reason) = reason else { return Ok(()) };
        let key = subjects::read(&mut **tx, &self.keys, about.uuid()).await?;
        let key = key.ok_or(Code::NotFound)?;
        sql::give_reason(tx, case, &key.seal(reason_place(case), reason.as_bytes())).await
    }

    /// The cases of a customer, or all open ones: the oldest first. For the bank only.
    pub async fn cases(&self, of: Option<CustomerId>) -> Result<Vec<Case>> {
        // Part of a use case that asked who may.
        match of {
            Some(customer) => sql::of_subject(self.store.pool(), customer.uuid(), LIST_MAX).await,
            None => sql::open(self.store.pool(), None, LIST_MAX).await,
        }
    }

    /// Cases for an employee, fifty at a time from after one of them on. Without those about
    /// themselves, of which nothing counts either.
    pub async fn list_cases(
        &self,
        ctx: &Ctx,
        listed: Listed,
        after: Option<CaseId>,
    ) -> Result<Listing> {
        let grant = self.staff_may(ctx, Permission::CaseRead, Object::Bank).await?;
        let pool = self.store.pool();
        let limit = i64::try_from(PAGE.saturating_add(1)).unwrap_or(i64::MAX);
        let mut cases = match listed {
            Listed::Open => sql::open(pool, after, limit).await?,
            Listed::Closed => sql::closed(pool, after, limit).await?,
        };
        self.note_read(ctx, &grant).await?;
        let more = cases.len() > PAGE;
        cases.truncate(PAGE);
        let me = ctx.staff()?;
        cases.retain(|case| !me.is(case.subject));
        Ok(Listing { cases, more })
    }

    /// How many cases are open, for an employee who may see them.
    pub async fn open_cases(&self, ctx: &Ctx) -> Result<u64> {
        ctx.require(Permission::CaseRead)?;
        sql::count_open(self.store.pool(), &ctx.staff()?.subjects()).await
    }

    /// One case, for an employee.
    pub async fn case_for_staff(&self, ctx: &Ctx, id: CaseId) -> Result<CaseFile> {
        self.staff_could(ctx, Permission::CaseRead, Object::Bank).await?;
        let pool = self.store.pool();
        let (case, sealed) = sql::one(pool, id).await?.ok_or(Code::NotFound)?;
        let reason = sql::reason(pool, id).await?;
        let about = Object::Customer(case.customer());
        let grant = self.staff_may(ctx, Permission::CaseRead, about).await?;
        let key = subjects::read(pool, &self.keys, case.subject).await?;
        let open = |sealed: Option<Vec<u8>>, place: SealedAt<'_>| {
            let opened = key.as_ref().zip(sealed).map(|(key, sealed)| {
                key.open_text(place, &sealed)
                    .ok_or(Error::invariant("what an employee wrote in a case does not open"))
            });
            opened.transpose()
        };
        let (note, reason) = (open(sealed, note_place(id))?, open(reason, reason_place(id))?);
        let read = grant.done().object("case", id);
        audit::record(&self.store, &self.keys, ctx, read).await?;
        Ok(CaseFile { case, note, reason })
    }

    /// Closes a case with what came of it and a note of why. [`Code::NothingToChange`] when it is
    /// closed already. It changes nothing about the customer: whoever is frozen stays so.
    pub async fn close_case(
        &self,
        ctx: &Ctx,
        id: CaseId,
        (outcome, note): (Outcome, &str),
    ) -> Result<()> {
        self.staff_could(ctx, Permission::CaseHandle, Object::Bank).await?;
        let (case, _) = sql::one(self.store.pool(), id).await?.ok_or(Code::NotFound)?;
        let about = Object::Customer(case.customer());
        let grant = self.staff_may(ctx, Permission::CaseHandle, about).await?;
        let note = stated_reason(note)?;
        let mut tx = self.store.begin().await?;
        let key = subjects::read(&mut *tx, &self.keys, case.subject).await?;
        let sealed = key.map(|key| key.seal(note_place(id), note.as_bytes()));
        let closing = sql::Closing { outcome, by: ctx.staff()?.id, note: sealed.as_deref() };
        if !sql::close(&mut tx, id, &closing, ctx.now()).await? {
            return Err(Code::NothingToChange.into());
        }
        let entry = grant.done_with(json!({ "outcome": outcome.as_str(), "kind": case.kind }));
        let entry = entry.object("case", id).personal(json!({ "note": note }));
        audit::append(&mut tx, &self.keys, ctx, entry).await?;
        commit(tx).await
    }
}

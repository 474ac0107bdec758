//! The identity document of a customer, as they declare it: what they can show when they have lost
//! everything else. It is sealed under the customer's key, found by blind indexes, and shown in
//! full to employees who say why, not to its owner.

mod rules;
mod sql;

use std::fmt;

use identity::{ChallengeView, ClientInfo, DocumentShown, ResetMethod, Resetting};
use kernel::{
    BlindIndex, Code, Ctx, CustomerId, Day, Error, Moment, Permission, Phone, Result, SealedAt,
    Secret,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::audit::{self, Entry};
use store::rates::{self, Rate};
use store::subjects;

use crate::Customers;
pub use rules::{DocumentNumber, PersonalNumber};
pub(crate) use rules::{number as document_number, shown_personal_number as personal_number};
pub(crate) use sql::{Marked, mark_seen, unmark_seen};

/// How often a customer may declare a document, or show its number, in a day.
const PER_DAY: Rate = Rate { scope: "document/customer", max: 10, window_seconds: 86_400 };
const COLUMN: &str = "customer_document.sealed";

/// A document as it is typed. Does not print.
#[derive(Clone)]
pub struct NewDocument {
    /// Series and number.
    pub number: Secret<String>,
    /// The personal identification number.
    pub personal_number: Secret<String>,
    /// The last day on which it is valid.
    pub expires_on: Day,
}

impl fmt::Debug for NewDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewDocument(***)")
    }
}

/// What somebody shows to prove that they are a customer. Does not print.
#[derive(Clone)]
pub struct DocumentProof {
    /// Series and number.
    pub number: Secret<String>,
    /// The date of birth.
    pub birth_date: Day,
}

impl fmt::Debug for DocumentProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DocumentProof(***)")
    }
}

/// A document as it is shown: the ends of its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentView {
    /// Series and number.
    pub number: String,
    /// The personal identification number.
    pub personal_number: String,
    /// The last day on which it is valid.
    pub expires_on: Day,
    /// When the customer declared it.
    pub declared_at: Moment,
    /// Whether an employee has seen it.
    pub verified: bool,
}

/// What employees who may not read a document see of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentState {
    /// Whether an employee has seen it.
    pub seen: bool,
    /// Whether it is still valid.
    pub valid: bool,
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Sealed {
    number: String,
    personal_number: String,
    expires_on: String,
}

/// A declared document, for those who asked who may see it. Does not print.
pub(crate) struct Declared {
    pub(crate) number: DocumentNumber,
    personal_number: PersonalNumber,
    expires_on: Day,
    at: Moment,
    verified: bool,
}

impl Declared {
    /// Whether it is valid on a day.
    pub(crate) fn is_valid(&self, today: Day) -> bool {
        self.expires_on.days_since(today) >= 0
    }

    pub(crate) fn state(&self, today: Day) -> DocumentState {
        DocumentState { seen: self.verified, valid: self.is_valid(today) }
    }

    /// All of it. Personal data.
    pub(crate) fn whole(&self) -> String {
        format!("{} · {}", self.number.expose(), self.personal_number.expose())
    }
}

const fn place(customer: CustomerId) -> SealedAt<'static> {
    SealedAt { column: COLUMN, row: customer.uuid() }
}

impl Customers {
    /// Declares the document of the signed-in customer, or another one in its place. What an
    /// employee has seen is changed at the bank only, for as long as it is valid.
    pub async fn declare_document(&self, ctx: &Ctx, new: &NewDocument) -> Result<()> {
        ctx.require(Permission::ProfileChange)?;
        self.identity.require_fresh(ctx).await?;
        let id = ctx.customer()?;
        rates::take(&self.store, ctx, PER_DAY, &id.to_string()).await?;
        let (now, keys) = (ctx.now(), self.identity.keys());
        let born = self.profile(ctx).await?.birth_date;
        let number = rules::number(new.number.expose())?;
        let personal = rules::personal_number(new.personal_number.expose(), born)?;
        rules::check_expiry(new.expires_on, now.day())?;
        let sealed = Sealed {
            number: number.expose().to_owned(),
            personal_number: personal.expose().to_owned(),
            expires_on: new.expires_on.to_string(),
        };
        let plain = Secret::new(
            serde_json::to_vec(&sealed).map_err(|e| Error::broken("writing a document", e))?,
        );
        let before = self.document_of(id).await?.filter(|old| !old.is_valid(now.day()));
        let mut tx = self.store.begin().await?;
        let key = subjects::ensure(&mut tx, keys, id.uuid(), now).await?.ok_or(Code::NotFound)?;
        let row = sql::New {
            number: keys.blind(BlindIndex::Document, number.expose()),
            personal: keys.blind(BlindIndex::PersonalNumber, personal.expose()),
            sealed: key.seal(place(id), plain.expose()),
        };
        let over = before.map(|old| old.at);
        if !sql::declare(&mut tx, id, &row, (now, over)).await? {
            return Err(Code::DocumentVerified.into());
        }
        // Whoever declares what another has too is looked at by the bank; nobody is told.
        let contested = sql::others_have(&mut tx, id, &row).await?;
        let entry = Entry::done("document.declared")
            .subject(id.uuid())
            .facts(json!({ "contested": contested }))
            .personal(json!({ "number": number.expose() }));
        audit::append(&mut tx, keys, ctx, entry).await?;
        self.identity.credential_changed(&mut tx, ctx, id, ("document", "update")).await?;
        self.store.commit_and_wake(tx).await
    }

    /// The document of the signed-in customer, masked.
    pub async fn document(&self, ctx: &Ctx) -> Result<Option<DocumentView>> {
        ctx.require(Permission::ProfileRead)?;
        let declared = self.document_of(ctx.customer()?).await?;
        Ok(declared.map(|declared| DocumentView {
            number: declared.number.to_string(),
            personal_number: declared.personal_number.to_string(),
            expires_on: declared.expires_on,
            declared_at: declared.at,
            verified: declared.verified,
        }))
    }

    /// The document of a customer, for other parts of this crate that asked who may.
    pub(crate) async fn document_of(&self, id: CustomerId) -> Result<Option<Declared>> {
        const UNREADABLE: Error = Error::invariant("a stored document cannot be read");
        // Both are asked for whether or not there is a document: that there is one is not told.
        let (pool, keys) = (self.store.pool(), self.identity.keys());
        let row = sql::read(pool, id).await?;
        let key = subjects::read(pool, keys, id.uuid()).await?;
        let (Some(row), Some(key)) = (row, key) else { return Ok(None) };
        let plain = key.open(place(id), &row.sealed).ok_or(UNREADABLE)?;
        let sealed: Sealed = serde_json::from_slice(plain.expose()).map_err(|_| UNREADABLE)?;
        Ok(Some(Declared {
            number: DocumentNumber::parse(&sealed.number).ok_or(UNREADABLE)?,
            personal_number: PersonalNumber::parse(&sealed.personal_number).ok_or(UNREADABLE)?,
            expires_on: sealed.expires_on.parse().map_err(|()| UNREADABLE)?,
            at: row.declared_at.into(),
            verified: row.verified,
        }))
    }

    /// Shows the document in a password reset, as the second proof.
    pub async fn prove_reset_by_document(
        &self,
        ctx: &Ctx,
        caller: Resetting<'_>,
        shown: &DocumentProof,
    ) -> Result<()> {
        // Anonymous: the document is the proof. A slip of the hand is no guess.
        let number = rules::number(shown.number.expose())?;
        let attempt = self.identity.begin_reset_proof(ctx, caller).await?;
        let right = self.is_shown(ctx, attempt.user(), (&number, shown.birth_date)).await?;
        if right {
            self.identity.accept_reset_proof(ctx, attempt, ResetMethod::Document).await
        } else {
            self.identity.refuse_reset_proof(ctx, attempt, ResetMethod::Document).await
        }
    }

    /// Begins to change the phone of the signed-in customer who has no second factor at hand, as
    /// the old phone is gone.
    pub async fn start_phone_change_by_document(
        &self,
        ctx: &Ctx,
        (phone, client): (&Phone, &ClientInfo),
        shown: &DocumentProof,
    ) -> Result<ChallengeView> {
        ctx.require(Permission::ProfileChange)?;
        let id = ctx.customer()?;
        let number = rules::number(shown.number.expose())?;
        rates::take(&self.store, ctx, PER_DAY, &id.to_string()).await?;
        if !self.is_shown(ctx, id, (&number, shown.birth_date)).await? {
            let entry = Entry::refused("contact.changed", Code::ResetProofWrong);
            let keys = self.identity.keys();
            audit::record(&self.store, keys, ctx, entry.subject(id.uuid())).await?;
            return Err(Code::ResetProofWrong.into());
        }
        let shown = DocumentShown::compared();
        self.identity.start_phone_change_by_document(ctx, phone, client, shown).await
    }

    /// Whether a customer's document is valid and has this number, and they were born on this day.
    /// The same questions for nobody's id.
    async fn is_shown(
        &self,
        ctx: &Ctx,
        customer: CustomerId,
        (number, born): (&DocumentNumber, Day),
    ) -> Result<bool> {
        let index = self.identity.keys().blind(BlindIndex::Document, number.expose());
        let before = ctx.now().plus_seconds(rules::SETTLE_SECONDS.saturating_neg());
        let declared = self.document_of(customer).await?;
        let valid = declared.is_some_and(|document| document.is_valid(ctx.now().day()));
        Ok(sql::is_shown(self.store.pool(), customer, (&index, born), before).await? && valid)
    }
}

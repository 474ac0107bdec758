//! The identity document of a customer, as they declare it: what they can show when they have lost
//! everything else. It is sealed under the customer's key, found by blind indexes, and shown to
//! nobody in full, not to its owner either.

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
    /// Whether the bank has seen it.
    pub verified: bool,
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
    /// All of it. Personal data.
    pub(crate) fn whole(&self) -> String {
        format!("{} · {}", self.number.expose(), self.personal_number.expose())
    }
}

const fn place(customer: CustomerId) -> SealedAt<'static> {
    SealedAt { column: COLUMN, row: customer.uuid() }
}

impl Customers {
    /// Declares the document of the signed-in customer, or another one in its place. What the bank
    /// has seen is changed at the bank only.
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
        let mut tx = self.store.begin().await?;
        let key = subjects::ensure(&mut tx, keys, id.uuid(), now).await?.ok_or(Code::NotFound)?;
        let row = sql::New {
            number: keys.blind(BlindIndex::Document, number.expose()),
            personal: keys.blind(BlindIndex::PersonalNumber, personal.expose()),
            sealed: key.seal(place(id), plain.expose()),
        };
        if !sql::declare(&mut tx, id, &row, now).await? {
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
        let Some(row) = sql::read(self.store.pool(), id).await? else { return Ok(None) };
        let keys = self.identity.keys();
        let Some(key) = subjects::read(self.store.pool(), keys, id.uuid()).await? else {
            return Ok(None);
        };
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

    /// Whether a customer's document has this number, and they were born on this day. The same
    /// question for nobody's id.
    async fn is_shown(
        &self,
        ctx: &Ctx,
        customer: CustomerId,
        (number, born): (&DocumentNumber, Day),
    ) -> Result<bool> {
        let index = self.identity.keys().blind(BlindIndex::Document, number.expose());
        let before = ctx.now().plus_seconds(rules::SETTLE_SECONDS.saturating_neg());
        sql::is_shown(self.store.pool(), customer, (&index, born), before).await
    }
}

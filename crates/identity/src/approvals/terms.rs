//! The kinds of proposals about what the bank goes by: tariffs, limits, rates, the mapping of
//! accounts. What would change is shown place by place; a draft that was written on after its
//! proposal is not what was approved.

use std::sync::Arc;

use kernel::{Code, Ctx, EditionId, Error, Moment, Permission, Result};
use policy::Object;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::audit::{self, Entry};
use store::editions::{Draft, Edition, Editions, NewEdition, differences};
use store::{Tx, commit};

use super::Approvals;
use super::action::{Action, Approved, Preview, Shown};
use super::rules::{Change, Terms};
use crate::Identity;
use crate::staff::Grant;

/// How long a proposal about terms waits.
const LIFE_SECONDS: i64 = 14 * 86_400;
/// Most places of a difference that are shown; the hash of the whole stands with them.
const MAX_SHOWN: usize = 200;

/// Publishes a draft.
pub struct TermsPublish(pub(super) Identity, pub(super) Editions);

/// Which draft is to hold from when on.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Publishing {
    /// The draft.
    pub draft: EditionId,
    /// In microseconds since 1970.
    pub effective_micros: i64,
}

impl Publishing {
    /// A draft from a moment on.
    pub const fn new(draft: EditionId, effective_at: Moment) -> Self {
        Self { draft, effective_micros: effective_at.micros() }
    }

    const fn effective_at(self) -> Moment {
        Moment::from_micros(self.effective_micros)
    }
}

impl TermsPublish {
    async fn draft(&self, tx: &mut Tx, id: EditionId) -> Result<Draft> {
        self.1.lock_draft(tx, id).await?.ok_or_else(|| Code::NotFound.into())
    }
}

impl Action for TermsPublish {
    const TERMS: Terms = Terms {
        kind: "terms.publish",
        propose: Permission::TermsPropose,
        approve: Permission::TermsApprove,
        quorum: 1,
        life_seconds: LIFE_SECONDS,
    };
    type Payload = Publishing;

    fn object(_: &Publishing) -> Object {
        Object::Bank
    }

    fn apart(payload: &Publishing) -> Option<[u8; 32]> {
        Some(Sha256::digest(payload.draft.uuid().as_bytes()).into())
    }

    async fn preview(&self, tx: &mut Tx, ctx: &Ctx, payload: &Publishing) -> Result<Preview> {
        let (draft, from) = (self.draft(tx, payload.draft).await?, payload.effective_at());
        self.1.accept(&draft.book, &draft.body)?;
        if from <= ctx.now() {
            return Err(Code::EditionTooSoon.into());
        }
        let before = self.1.at_in(tx, &draft.book, from).await?;
        let places = differences(before.as_ref().map(|(_, body)| body.as_str()), &draft.body);
        if places.is_empty() {
            return Err(Code::NothingToChange.into());
        }
        let hash = store::hex(&Sha256::digest(&draft.body));
        let replaced = before.map(|(id, _)| id.to_string());
        let mut changes = vec![
            Change::new("terms_book", None, Some(&draft.book)),
            Change::new("terms_from", None, Some(&from.to_string())),
            Change::new("terms_sha256", replaced.as_deref(), Some(&hash)),
        ];
        let more = places.len().saturating_sub(MAX_SHOWN);
        changes.extend(places.into_iter().take(MAX_SHOWN).map(|place| Change {
            field: place.place,
            before: place.before,
            after: place.after,
            beside: false,
        }));
        if more > 0 {
            changes.push(Change::new("terms_more", None, Some(&more.to_string())));
        }
        // About nobody: there is no personal data in it.
        Ok(Preview { subject: uuid::Uuid::nil(), changes })
    }

    async fn execute(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        approved: Approved<'_, Publishing>,
    ) -> Result<Shown> {
        let payload = approved.payload;
        let draft = self.draft(tx, payload.draft).await?;
        self.1.drop_draft(tx, payload.draft).await?;
        let new = NewEdition {
            book: &draft.book,
            effective_at: payload.effective_at(),
            body: &draft.body,
            reason: approved.reason,
        };
        let id = self.1.publish(tx, ctx, &new).await?;
        let facts = json!({ "book": draft.book, "from": new.effective_at.to_string(),
            "sha256": store::hex(&Sha256::digest(&draft.body)) });
        let entry = Entry::done("terms.published").object("edition", id).facts(facts);
        audit::append(tx, &self.0.keys, ctx, entry).await.map(|_| None)
    }
}

/// Takes an edition back that does not hold yet.
pub struct TermsWithdraw(pub(super) Identity, pub(super) Editions);

/// An edition.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct OnEdition {
    /// Its id.
    pub edition: EditionId,
}

impl Action for TermsWithdraw {
    const TERMS: Terms = Terms {
        kind: "terms.withdraw",
        propose: Permission::TermsPropose,
        approve: Permission::TermsApprove,
        quorum: 1,
        life_seconds: LIFE_SECONDS,
    };
    type Payload = OnEdition;

    fn object(_: &OnEdition) -> Object {
        Object::Bank
    }

    fn apart(payload: &OnEdition) -> Option<[u8; 32]> {
        Some(Sha256::digest(payload.edition.uuid().as_bytes()).into())
    }

    async fn preview(&self, _: &mut Tx, ctx: &Ctx, payload: &OnEdition) -> Result<Preview> {
        let edition = self.1.by_id(payload.edition).await?.ok_or(Code::NotFound)?;
        if edition.withdrawn_at.is_some() {
            return Err(Code::NothingToChange.into());
        }
        if edition.effective_at <= ctx.now() {
            return Err(Code::EditionHolds.into());
        }
        let from = edition.effective_at.to_string();
        let changes = vec![
            Change::new("terms_book", Some(&edition.book), None),
            Change::new("terms_from", Some(&from), None),
        ];
        Ok(Preview { subject: uuid::Uuid::nil(), changes })
    }

    async fn execute(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        approved: Approved<'_, OnEdition>,
    ) -> Result<Shown> {
        let payload = approved.payload;
        self.1.withdraw(tx, ctx, payload.edition).await?;
        let entry = Entry::done("terms.withdrawn").object("edition", payload.edition);
        audit::append(tx, &self.0.keys, ctx, entry).await.map(|_| None)
    }
}

/// A book as the staff sees it.
#[derive(Clone, Debug)]
pub struct BookView {
    /// Its name.
    pub name: String,
    /// Its editions, the last first, those that were taken back too.
    pub editions: Vec<Arc<Edition>>,
    /// The one that holds.
    pub holds: Option<EditionId>,
    /// What is being written, the last changed first.
    pub drafts: Vec<Draft>,
}

impl Approvals {
    fn editions(&self) -> Result<&Editions> {
        self.editions.as_ref().ok_or(Error::invariant("nobody said what the bank goes by"))
    }

    async fn may_of_terms(&self, ctx: &Ctx, permission: Permission) -> Result<Grant> {
        self.identity.staff_may(ctx, permission, Object::Bank).await
    }

    /// Looking at terms leaves no trace: they are nobody's personal data.
    async fn may_read_terms(&self, ctx: &Ctx) -> Result<()> {
        self.may_of_terms(ctx, Permission::TermsRead).await.map(drop)
    }

    /// The names of the books that the bank goes by.
    pub async fn books(&self, ctx: &Ctx) -> Result<Vec<String>> {
        self.may_read_terms(ctx).await?;
        Ok(self.editions()?.names())
    }

    /// A book with its editions and drafts. [`Code::NotFound`] when the bank has no such book.
    pub async fn book(&self, ctx: &Ctx, name: &str) -> Result<BookView> {
        self.may_read_terms(ctx).await?;
        let editions = self.editions()?;
        if !editions.names().iter().any(|known| known == name) {
            return Err(Code::NotFound.into());
        }
        Ok(BookView {
            name: name.to_owned(),
            editions: editions.of_book(name).await?,
            holds: editions.at(name, ctx.now()).await?.map(|edition| edition.id),
            drafts: editions.drafts(name).await?,
        })
    }

    /// A draft, with what is wrong with it.
    pub async fn draft(&self, ctx: &Ctx, id: EditionId) -> Result<(Draft, Vec<String>)> {
        self.may_read_terms(ctx).await?;
        let draft = self.editions()?.draft(id).await?.ok_or(Code::NotFound)?;
        let faults = self.editions()?.faults(&draft.book, &draft.body)?;
        Ok((draft, faults))
    }

    /// Writes a draft, a new one or one that is there. It may have faults: they are told before it
    /// is proposed.
    pub async fn keep_draft(
        &self,
        ctx: &Ctx,
        id: Option<EditionId>,
        (book, body): (&str, &str),
    ) -> Result<EditionId> {
        let grant = self.may_of_terms(ctx, Permission::TermsPropose).await?;
        let editions = self.editions()?;
        // There is such a book, and the body is not too long.
        editions.faults(book, body)?;
        let mut tx = self.identity.store.begin().await?;
        let known = match id {
            Some(id) => Some(editions.lock_draft(&mut tx, id).await?.ok_or(Code::NotFound)?),
            None => None,
        };
        if known.as_ref().is_some_and(|known| known.book != book) {
            return Err(Code::NotFound.into());
        }
        let id = known.map_or_else(|| EditionId::generate(ctx.now(), ctx.entropy()), |d| d.id);
        let draft = Draft {
            id,
            book: book.to_owned(),
            body: body.to_owned(),
            author: ctx.staff()?.id,
            changed_at: ctx.now(),
        };
        editions.keep_draft(&mut tx, &draft).await?;
        let hash = store::hex(&Sha256::digest(body));
        let facts = json!({ "draft": id, "book": book, "sha256": hash });
        self.note(&mut tx, ctx, grant.done_with(facts)).await?;
        commit(tx).await?;
        Ok(id)
    }

    /// Drops a draft.
    pub async fn drop_draft(&self, ctx: &Ctx, id: EditionId) -> Result<()> {
        let grant = self.may_of_terms(ctx, Permission::TermsPropose).await?;
        let mut tx = self.identity.store.begin().await?;
        self.editions()?.lock_draft(&mut tx, id).await?.ok_or(Code::NotFound)?;
        self.editions()?.drop_draft(&mut tx, id).await?;
        self.note(&mut tx, ctx, grant.done_with(json!({ "dropped": id }))).await?;
        commit(tx).await
    }
}

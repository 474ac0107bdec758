//! Documents that customers bring to the bank. An employee types what is printed in one: the bank
//! says whether it is what the customer declared, and shows nothing of that.

use identity::{Grant, Object};
use kernel::{BlindIndex, Code, Ctx, CustomerId, Permission, Refusal, Result, Secret};
use serde_json::json;
use store::audit::{self, Entry};
use store::rates::{self, Rate};

use super::Desk;
use crate::DocumentState;
use crate::documents::{Marked, document_number, mark_seen, personal_number, unmark_seen};

/// A clerk serves some customers in an hour; more would be guessing.
const PER_EMPLOYEE: Rate = Rate { scope: "desk/document", max: 60, window_seconds: 3_600 };
const NAME: &str = "customer.see_document";

impl Desk {
    /// Whether a customer declared a document, and how it stands. Nothing that is in it.
    pub async fn document_state(&self, ctx: &Ctx, id: CustomerId) -> Result<Option<DocumentState>> {
        let about = Object::Customer(id);
        self.identity().staff_could(ctx, Permission::CustomerSeeDocument, about).await?;
        let declared = self.customers.document_of(id).await?;
        Ok(declared.map(|document| document.state(ctx.now().day())))
    }

    /// Notes that an employee holds the document in hand that the customer declared. From then on
    /// the customer cannot declare another while it is valid, and nobody else has the same seen.
    /// [`Code::DocumentDiffers`] when it is another one, or none was declared.
    pub async fn see_document(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        (number, personal): (&Secret<String>, &Secret<String>),
    ) -> Result<()> {
        let grant = self.may_see(ctx, id).await?;
        let number = document_number(number.expose())?;
        let personal = personal_number(personal.expose())?;
        let declared = self.customers.document_of(id).await?;
        let Some(state) = declared.map(|document| document.state(ctx.now().day())) else {
            return self.not_seen(ctx, id, Code::DocumentDiffers).await;
        };
        if state.seen {
            return Err(Code::NothingToChange.into());
        }
        let keys = self.identity().keys();
        let number = keys.blind(BlindIndex::Document, number.expose());
        let personal = keys.blind(BlindIndex::PersonalNumber, personal.expose());
        let mut tx = self.customers.store.begin().await?;
        let by = (ctx.now(), ctx.staff()?.id);
        match mark_seen(&mut tx, id, (&number, &personal), by).await? {
            Marked::Seen if state.valid => {}
            marked => {
                drop(tx);
                let code = match marked {
                    // That it is over is for whoever holds the right one to know.
                    Marked::Seen => Code::DocumentExpired,
                    Marked::Differs => Code::DocumentDiffers,
                    Marked::Taken => Code::DocumentTaken,
                };
                return self.not_seen(ctx, id, code).await;
            }
        }
        let entry = grant.done_with(json!({ "change": "seen" }));
        audit::append(&mut tx, keys, ctx, entry).await?;
        store::commit(tx).await
    }

    /// Takes it back: it was a mistake, or the customer has a new document and is to declare it.
    pub async fn unsee_document(&self, ctx: &Ctx, id: CustomerId) -> Result<()> {
        let grant = self.may_see(ctx, id).await?;
        let mut tx = self.customers.store.begin().await?;
        if !unmark_seen(&mut tx, id).await? {
            return Err(Code::NothingToChange.into());
        }
        let entry = grant.done_with(json!({ "change": "taken_back" }));
        audit::append(&mut tx, self.identity().keys(), ctx, entry).await?;
        store::commit(tx).await
    }

    async fn may_see(&self, ctx: &Ctx, id: CustomerId) -> Result<Grant> {
        let about = Object::Customer(id);
        let permission = Permission::CustomerSeeDocument;
        let grant = self.identity().staff_may(ctx, permission, about).await?;
        rates::take(&self.customers.store, ctx, PER_EMPLOYEE, &ctx.staff()?.id.to_string()).await?;
        Ok(grant)
    }

    async fn not_seen(&self, ctx: &Ctx, id: CustomerId, code: Code) -> Result<()> {
        let entry = Entry::refused(NAME, code).subject(id.uuid()).object("customer", id);
        audit::record(&self.customers.store, self.identity().keys(), ctx, entry).await?;
        Err(Refusal::new(code).into())
    }
}

//! Customers as employees see them: found, looked at, kept safe.
//!
//! What is personal is masked until somebody asks for the one field and has the right; every look
//! is in the audit log, as is every attempt without the right. What somebody looked for is not in
//! it: that is personal data of whoever it belongs to.

mod document;
mod naming;
mod rules;
mod sql;

use std::collections::HashMap;
use std::sync::Arc;

use identity::cases::Case;
use identity::ports::Leaving;
use identity::{Device, Identity, KnownUser, Object, SessionView, UserStatus};
use kernel::{
    BlindIndex, CaseId, Code, Ctx, CustomerId, DeviceId, Permission, Refusal, Result, SessionId,
};
use serde_json::json;
use store::audit;
use store::rates::{self, Rate};

use crate::{Customer, Customers};
pub use rules::Field;
use rules::Query;

/// Customers that a search shows at most.
pub const FOUND_MAX: usize = 25;
/// Of a date of birth nothing is shown: the year alone, with a name, is one person.
const BIRTH_MASK: &str = "****-**-**";
/// A clerk serves some customers in an hour; a machine would copy the whole list.
const SEARCHES: Rate = Rate { scope: "desk/search", max: 240, window_seconds: 3_600 };
/// Fields that an employee sees in full in an hour: of a customer for some minutes each.
const SHOWN: Rate = Rate { scope: "desk/show", max: 60, window_seconds: 3_600 };

/// What employees see and do about customers.
#[derive(Clone)]
pub struct Desk {
    customers: Customers,
    books: Arc<dyn Leaving>,
}

/// A customer in the result of a search.
#[derive(Clone, Debug)]
pub struct Found {
    /// Who.
    pub customer: Customer,
    /// The end of their phone.
    pub phone_masked: String,
    /// Whether they may do anything.
    pub status: UserStatus,
}

/// The result of a search.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// By name.
    pub found: Vec<Found>,
    /// Whether there are more than are shown.
    pub more: bool,
}

/// A customer with what is personal masked.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Who. The date of birth in it is for [`Desk::show`] to show.
    pub customer: Customer,
    /// Whether they may do anything.
    pub status: UserStatus,
    /// Each field that is hidden, with its mask; `None` when there is nothing to see.
    pub masked: Vec<(Field, Option<String>)>,
}

impl Desk {
    /// Over customers and their way in, and whoever keeps what they have with the bank.
    pub const fn new(customers: Customers, books: Arc<dyn Leaving>) -> Self {
        Self { customers, books }
    }

    const fn identity(&self) -> &Identity {
        &self.customers.identity
    }

    /// Finds customers by phone, mail address, document, id, client code, or words that names begin
    /// with.
    pub async fn search(&self, ctx: &Ctx, text: &str) -> Result<Search> {
        let grant =
            self.identity().staff_may(ctx, Permission::CustomerSearch, Object::Bank).await?;
        let query = Query::read(text).ok_or(Refusal::new(Code::FieldInvalid).field("q"))?;
        let (store, keys) = (&self.customers.store, self.identity().keys());
        rates::take(store, ctx, SEARCHES, &ctx.staff()?.id.to_string()).await?;
        let mut ids = self.ids(ctx, &query).await?;
        let more = ids.len() > FOUND_MAX;
        ids.truncate(FOUND_MAX);
        let facts = json!({ "by": query.way(), "found": ids, "more": more });
        audit::record(store, keys, ctx, grant.done_with(facts)).await?;
        let known = self.identity().known_users(ctx, &ids).await?;
        let people = self.customers.people(&ids).await?;
        let mut people: HashMap<_, _> = people.into_iter().map(|c| (c.id, c)).collect();
        let found = ids.iter().filter_map(|id| {
            // Whoever was erased is found by nothing.
            let user = known.get(id).filter(|user| !user.is_erased())?;
            let customer = people.remove(id)?;
            let phone_masked = phone_mask(user).unwrap_or_default();
            Some(Found { customer, phone_masked, status: user.status })
        });
        Ok(Search { found: found.collect(), more })
    }

    async fn ids(&self, ctx: &Ctx, query: &Query) -> Result<Vec<CustomerId>> {
        let (pool, keys) = (self.customers.store.pool(), self.identity().keys());
        let most = i64::try_from(FOUND_MAX).unwrap_or(i64::MAX).saturating_add(1);
        let one = match query {
            Query::Id(id) => Some(*id),
            Query::ClientCode(code) => sql::by_client_code(pool, *code).await?,
            Query::Phone(phone) => self.identity().known_by_phone(ctx, phone).await?,
            Query::Email(email) => self.identity().known_by_email(ctx, email).await?,
            Query::Document(number) => {
                let index = keys.blind(BlindIndex::Document, number.expose());
                return sql::by_document(pool, &index, most).await;
            }
            Query::PersonalNumber(number) => {
                let index = keys.blind(BlindIndex::PersonalNumber, number.expose());
                return sql::by_personal_number(pool, &index, most).await;
            }
            Query::Name(words) => return sql::by_name(pool, words, most).await,
        };
        Ok(one.into_iter().collect())
    }

    /// One customer, masked.
    pub async fn profile(&self, ctx: &Ctx, id: CustomerId) -> Result<Profile> {
        let about = Object::Customer(id);
        let grant = self.identity().staff_may(ctx, Permission::CustomerRead, about).await?;
        let (customer, user) = self.whole(ctx, id).await?;
        let document = self.customers.document_of(id).await?;
        self.identity().note_read(ctx, &grant).await?;
        let masked = vec![
            (Field::Phone, phone_mask(&user)),
            (Field::Email, user.email.as_ref().map(ToString::to_string)),
            (Field::BirthDate, (!user.is_erased()).then(|| BIRTH_MASK.to_owned())),
            (Field::Document, document.map(|document| document.number.to_string())),
        ];
        Ok(Profile { customer, status: user.status, masked })
    }

    /// One field of a customer in full, for a reason that is kept under the customer's key.
    /// [`Code::ReasonMissing`] without one.
    pub async fn show(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        (field, reason): (Field, &str),
    ) -> Result<Option<String>> {
        let about = Object::Customer(id);
        let grant = self.identity().staff_may(ctx, field.permission(), about).await?;
        let reason = identity::stated_reason(reason)?;
        let (store, keys) = (&self.customers.store, self.identity().keys());
        rates::take(store, ctx, SHOWN, &ctx.staff()?.id.to_string()).await?;
        let (customer, user) = self.whole(ctx, id).await?;
        let value = match field {
            Field::Phone => user.phone.map(|phone| format!("+{}", phone.expose())),
            Field::Email => user.email.map(|email| email.expose().to_owned()),
            Field::BirthDate => (!user.is_erased()).then(|| customer.birth_date.to_string()),
            Field::Document => self.customers.document_of(id).await?.map(|d| d.whole()),
        };
        let entry = grant.done().personal(json!({ "reason": reason }));
        audit::record(store, keys, ctx, entry).await?;
        Ok(value)
    }

    async fn whole(&self, ctx: &Ctx, id: CustomerId) -> Result<(Customer, KnownUser)> {
        let customer = self.customers.person(id).await?.ok_or(Code::NotFound)?;
        let user = self.identity().known_users(ctx, &[id]).await?.remove(&id);
        Ok((customer, user.ok_or(Code::NotFound)?))
    }

    /// Where a customer is signed in.
    pub async fn sessions(&self, ctx: &Ctx, id: CustomerId) -> Result<Vec<SessionView>> {
        self.identity().sessions_of_customer(ctx, id).await
    }

    /// The devices of a customer.
    pub async fn devices(&self, ctx: &Ctx, id: CustomerId) -> Result<Vec<Device>> {
        self.identity().devices_of_customer(ctx, id).await
    }

    /// Ends every session of a customer.
    pub async fn end_sessions(&self, ctx: &Ctx, id: CustomerId) -> Result<()> {
        self.identity().end_sessions_of_customer(ctx, id).await
    }

    /// Ends one of them.
    pub async fn end_session(&self, ctx: &Ctx, id: CustomerId, session: SessionId) -> Result<()> {
        self.identity().end_session_of_customer(ctx, id, session).await
    }

    /// Takes a device from a customer.
    pub async fn end_device(&self, ctx: &Ctx, id: CustomerId, device: DeviceId) -> Result<()> {
        self.identity().end_device_of_customer(ctx, id, device).await
    }

    /// Freezes a customer at once, and their money before it answers.
    pub async fn freeze(&self, ctx: &Ctx, id: CustomerId, reason: &str) -> Result<CaseId> {
        let case = self.identity().freeze_customer(ctx, id, reason).await?;
        self.books.follows(ctx, id).await?;
        Ok(case)
    }

    /// The cases of a customer.
    pub async fn cases(&self, ctx: &Ctx, id: CustomerId) -> Result<Vec<Case>> {
        self.identity().cases_of_customer(ctx, id).await
    }
}

fn phone_mask(user: &KnownUser) -> Option<String> {
    user.phone.as_ref().map(ToString::to_string)
}

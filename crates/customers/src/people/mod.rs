//! Persons: how someone becomes a customer, and who a customer is.

mod events;
mod rules;
mod sql;

use std::fmt;

use identity::{
    By, ClientInfo, Entered, Identity, NewDevice, Opened, Personal, PreparedPassword, Proof,
    Purpose, Tokens,
};
use kernel::{
    Actor, Code, Ctx, CustomerId, Day, EmailAddress, Error, Lang, Method, Moment, Permission,
    Phone, Result, Secret,
};
use serde_json::json;
use store::audit::{self, Entry};
use store::{Store, Tx, outbox};

use crate::leaving::ERASED;
pub use rules::PersonName;
use sql::Person;

/// Whether a customer is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// They are.
    Active,
    /// They left the bank.
    Closed,
}

impl Status {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "active" => Some(Self::Active),
            "closed" => Some(Self::Closed),
            _ => None,
        }
    }
}

/// A client of the bank. Personal data: only the id prints.
#[derive(Clone, PartialEq, Eq)]
pub struct Customer {
    /// The id, the same as the user's.
    pub id: CustomerId,
    /// What they are called.
    pub name: PersonName,
    /// When they were born.
    pub birth_date: Day,
    /// The language they chose.
    pub lang: Lang,
    /// The eight digits that stand for them in account numbers.
    pub client_code: u32,
    /// Whether they are served.
    pub status: Status,
    /// When they became a customer.
    pub created_at: Moment,
}

impl Customer {
    /// Whether what told who they are is gone.
    pub fn is_erased(&self) -> bool {
        self.name.first() == ERASED
    }

    /// What others may see of the name, such as `Jasur K.`.
    pub fn masked_name(&self) -> String {
        self.name.masked()
    }
}

impl fmt::Debug for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Customer").field("id", &self.id).finish_non_exhaustive()
    }
}

/// How to reach a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contacts {
    /// The phone that also signs them in.
    pub phone: Phone,
    /// The mailbox, if they gave one.
    pub email: Option<EmailAddress>,
}

/// What someone gives to become a customer.
#[derive(Clone)]
pub struct SignUp {
    /// Proves the phone: what `Identity::verify_code` gave.
    pub ticket: Secret<String>,
    /// The password they want.
    pub password: Secret<String>,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Date of birth.
    pub birth_date: Day,
    /// The language they chose.
    pub lang: Lang,
    /// Where the request came from.
    pub client: ClientInfo,
}

impl fmt::Debug for SignUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignUp").field("lang", &self.lang).finish_non_exhaustive()
    }
}

/// A customer whom the bank itself adds, with a phone it vouches for.
#[derive(Clone)]
pub struct NewCustomer {
    /// The phone.
    pub phone: Phone,
    /// The password.
    pub password: Secret<String>,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Date of birth.
    pub birth_date: Day,
    /// Their language.
    pub lang: Lang,
}

impl fmt::Debug for NewCustomer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewCustomer").field("lang", &self.lang).finish_non_exhaustive()
    }
}

/// The clients of the bank.
#[derive(Clone)]
pub struct Customers {
    pub(crate) store: Store,
    pub(crate) identity: Identity,
}

impl Customers {
    /// Over a database and the users in it.
    pub const fn new(store: Store, identity: Identity) -> Self {
        Self { store, identity }
    }

    /// Who may come in.
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Makes a customer of whoever proved a phone, and signs them in. The device whose key they
    /// proved is their first, and active at once. The ticket is used up only when everything else
    /// is right; [`Code::AlreadyCustomer`] when the phone is a customer's.
    pub async fn sign_up(&self, ctx: &Ctx, cmd: SignUp) -> Result<(Customer, Tokens)> {
        // Anonymous: the ticket is the proof.
        let (mut tx, customer) = self.signing_up(ctx, &cmd).await?;
        let proof = self.on_first_device(&mut tx, ctx, (customer.id, &cmd.client)).await?;
        let tokens =
            self.identity.open_session(&mut tx, ctx, customer.id, (&proof, &cmd.client)).await?;
        self.store.commit_and_wake(tx).await?;
        Ok((customer, tokens))
    }

    /// The same in a browser, which gets the token of a browser session. `own` names the device,
    /// when it is their own, and says what it carries of others who use it: it is their first, and
    /// active at once.
    pub async fn sign_up_in_browser(
        &self,
        ctx: &Ctx,
        cmd: SignUp,
        own: Option<(&str, Option<&str>)>,
    ) -> Result<(Customer, Entered)> {
        // Anonymous: the ticket is the proof.
        let (mut tx, customer) = self.signing_up(ctx, &cmd).await?;
        let first = match own {
            Some((name, carried)) => {
                let new = NewDevice { by: By::Cookie(carried), name, client: &cmd.client };
                Some(self.identity.enrol_at_sign_up(&mut tx, ctx, customer.id, new).await?)
            }
            None => None,
        };
        let device = first.as_ref().map(|first| first.device.id);
        let proof = device.map_or_else(proof, |device| proof().on(device));
        let session = self
            .identity
            .open_browser_session(&mut tx, ctx, customer.id, (&proof, &cmd.client))
            .await?;
        self.store.commit_and_wake(tx).await?;
        let cookie = first.and_then(|first| first.cookie);
        Ok((customer, Entered { session: Opened::Browser(session), cookie, device }))
    }

    /// What a sign-up proves, on the device of the app, when it proved a key.
    async fn on_first_device(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        (customer, client): (CustomerId, &ClientInfo),
    ) -> Result<Proof> {
        let Some(key) = client.key.clone() else { return Ok(proof()) };
        let new = NewDevice { by: By::Key(key), name: "", client };
        let first = self.identity.enrol_at_sign_up(tx, ctx, customer, new).await?;
        Ok(proof().on(first.device.id))
    }

    /// A new customer in a transaction that waits for their session.
    async fn signing_up(&self, ctx: &Ctx, cmd: &SignUp) -> Result<(Tx, Customer)> {
        let person = person(&cmd.first_name, &cmd.last_name, cmd.birth_date, cmd.lang)?;
        rules::check_birth(person.birth_date, ctx.now())?;
        let phone = self.identity.ticket_phone(ctx, Purpose::SignUp, &cmd.ticket).await?;
        let password = self.prepare(&phone, &person, &cmd.password).await?;
        let mut tx = self.store.begin().await?;
        let phone =
            self.identity.consume_ticket(&mut tx, ctx, Purpose::SignUp, &cmd.ticket).await?;
        let customer = self.create(&mut tx, ctx, &phone, (&person, &password)).await?;
        Ok((tx, customer))
    }

    /// Adds a customer without a code to their phone. For parts of the bank only, such as the
    /// command that makes demo customers.
    pub async fn create_verified(&self, ctx: &Ctx, cmd: NewCustomer) -> Result<CustomerId> {
        match ctx.actor {
            Actor::System(_) => {}
            Actor::Anonymous => return Err(Code::SignInRequired.into()),
            Actor::Customer { .. } | Actor::Staff(_) => {
                return Err(Code::PermissionMissing.into());
            }
        }
        let person = person(&cmd.first_name, &cmd.last_name, cmd.birth_date, cmd.lang)?;
        rules::check_birth(person.birth_date, ctx.now())?;
        let password = self.prepare(&cmd.phone, &person, &cmd.password).await?;
        let mut tx = self.store.begin().await?;
        let customer = self.create(&mut tx, ctx, &cmd.phone, (&person, &password)).await?;
        self.store.commit_and_wake(tx).await?;
        Ok(customer.id)
    }

    async fn prepare(
        &self,
        phone: &Phone,
        person: &Person,
        password: &Secret<String>,
    ) -> Result<PreparedPassword> {
        let (first_name, last_name) = (person.name.first(), person.name.last());
        let personal = Personal { phone, first_name, last_name };
        self.identity.prepare_password(password, personal).await
    }

    async fn create(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        phone: &Phone,
        (person, password): (&Person, &PreparedPassword),
    ) -> Result<Customer> {
        let id = self.identity.create_user(tx, ctx, phone, password).await?;
        let customer = sql::insert(tx, id, person, ctx.now()).await?;
        outbox::append(tx, &[events::signed_up(&customer)]).await?;
        let (first, last) = (person.name.first(), person.name.last());
        let entry = Entry::done("customer.signed_up").subject(id.uuid()).object("customer", id);
        let entry = entry.personal(json!({ "first_name": first, "last_name": last }));
        audit::append(tx, self.identity.keys(), ctx, entry).await?;
        Ok(customer)
    }

    /// The signed-in customer.
    pub async fn profile(&self, ctx: &Ctx) -> Result<Customer> {
        ctx.require(Permission::ProfileRead)?;
        let found = sql::by_id(self.store.pool(), ctx.customer()?).await?;
        found.ok_or_else(|| Code::NotFound.into())
    }

    /// Sets the language in which the bank speaks to the signed-in customer.
    pub async fn set_language(&self, ctx: &Ctx, lang: Lang) -> Result<()> {
        ctx.require(Permission::ProfileChange)?;
        let id = ctx.customer()?;
        let mut tx = self.store.begin().await?;
        if sql::set_lang(&mut tx, id, lang).await? {
            outbox::append(&mut tx, &[events::language_changed(id, lang, ctx.now())]).await?;
        }
        self.store.commit_and_wake(tx).await
    }

    /// Changes what the signed-in customer is called, twice in thirty days at most. The name they
    /// have counts for nothing. What was written under the old name keeps it.
    pub async fn rename(&self, ctx: &Ctx, first_name: &str, last_name: &str) -> Result<Customer> {
        ctx.require(Permission::ProfileChange)?;
        let id = ctx.customer()?;
        let name = PersonName::parse(first_name, last_name)?;
        let mut tx = self.store.begin().await?;
        let customer = sql::lock(&mut tx, id).await?.ok_or(Error::from(Code::NotFound))?;
        if customer.name == name {
            return Ok(customer);
        }
        let now = ctx.now();
        let since = now.plus_seconds(rules::RENAME_WINDOW_SECONDS.saturating_neg());
        let changes = sql::renames(&mut tx, id, since).await?;
        rules::may_rename(&changes, now)?;
        // A former name is kept under the moment of its end: two cannot end at once.
        let now = changes.last().map_or(now, |last| now.max(last.plus_micros(1)));
        sql::rename(&mut tx, &customer, &name, now).await?;
        outbox::append(&mut tx, &[events::renamed(id, now)]).await?;
        let told = |name: &PersonName| json!({ "first": name.first(), "last": name.last() });
        let entry = Entry::done("customer.renamed").subject(id.uuid()).object("customer", id);
        let entry = entry.personal(json!({ "from": told(&customer.name), "to": told(&name) }));
        audit::append(&mut tx, self.identity.keys(), ctx, entry).await?;
        self.store.commit_and_wake(tx).await?;
        Ok(Customer { name, ..customer })
    }

    /// How to reach the signed-in customer.
    pub async fn contacts(&self, ctx: &Ctx) -> Result<Contacts> {
        ctx.require(Permission::ProfileRead)?;
        let known = self.identity.user_contacts(ctx, ctx.customer()?).await?;
        Ok(Contacts { phone: known.phone, email: known.email })
    }

    /// A person, for other parts of this crate that asked who may.
    pub(crate) async fn person(&self, id: CustomerId) -> Result<Option<Customer>> {
        sql::by_id(self.store.pool(), id).await
    }

    /// Several of them.
    pub(crate) async fn people(&self, ids: &[CustomerId]) -> Result<Vec<Customer>> {
        sql::by_ids(self.store.pool(), ids).await
    }

    /// The customer with a phone, to name a payee. Show no more of them than the masked name, and
    /// limit how often this is asked.
    pub async fn by_phone(&self, ctx: &Ctx, phone: &Phone) -> Result<Option<Customer>> {
        ctx.require(Permission::TransferCreate)?;
        match self.identity.find_by_phone(ctx, phone).await? {
            Some(id) => sql::by_id(self.store.pool(), id).await,
            None => Ok(None),
        }
    }

    /// A customer, as the other side of one's own operation. Show no more of them than the masked
    /// name.
    pub async fn by_id(&self, ctx: &Ctx, id: CustomerId) -> Result<Option<Customer>> {
        ctx.require(Permission::OperationRead)?;
        sql::by_id(self.store.pool(), id).await
    }

    /// Several of them at once, in no order; who is not there is left out.
    pub async fn by_ids(&self, ctx: &Ctx, ids: &[CustomerId]) -> Result<Vec<Customer>> {
        ctx.require(Permission::OperationRead)?;
        sql::by_ids(self.store.pool(), ids).await
    }
}

fn person(first_name: &str, last_name: &str, birth_date: Day, lang: Lang) -> Result<Person> {
    Ok(Person { name: PersonName::parse(first_name, last_name)?, birth_date, lang })
}

/// What a sign-up proves: the code that came to the phone, and the password that was just set.
fn proof() -> Proof {
    Proof::two(&[Method::Sms, Method::Password])
}

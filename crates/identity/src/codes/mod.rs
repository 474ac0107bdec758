//! One-time codes sent by SMS, and the tickets that a right code earns.
//!
//! Nothing here looks at whether a phone is a customer's: the answers, and how long they take, are
//! the same. Whoever has proven the phone is told.

mod at_desk;
pub mod jobs;
mod rules;
mod sql;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{
    Actor, ChallengeId, Code, Ctx, CustomerId, Error, KeyRing, KeyUse, Moment, Phone, Refusal,
    Result, Secret, SessionId,
};
use store::Tx;
use store::rates::{self, Rate};
use uuid::Uuid;

use crate::client::rate_key;
use crate::sealed::{Contact, Index};
use crate::tokens::{self, Token};
use crate::{ClientInfo, Identity};
pub(crate) use rules::is_code;

const HOUR_SECONDS: i64 = 3_600;
const DAY_SECONDS: i64 = 24 * HOUR_SECONDS;
/// Codes to one contact that one place asks for in an hour: they cost money, and each rings at
/// someone.
const PER_GUARD: Rate = Rate { scope: "code/guard", max: 5, window_seconds: HOUR_SECONDS };
/// Codes that one customer asks for in an hour, to whatever contacts: nobody rings at others with
/// them.
const PER_USER: Rate = Rate { scope: "code/user", max: 10, window_seconds: HOUR_SECONDS };
/// Codes to one phone that all places together ask for without showing more than its number; places
/// where its customer is known are not counted. With three tries at each that is less than a
/// hundred guesses a day.
const BY_ANYONE: [Rate; 2] = [
    Rate { scope: "code/anyone/hour", max: 10, window_seconds: HOUR_SECONDS },
    Rate { scope: "code/anyone/day", max: 30, window_seconds: DAY_SECONDS },
];
/// The same after something else was proven, such as the password. Counted apart: strangers must
/// not use up what the customer needs to come in.
const AFTER_PROOF: [Rate; 2] = [
    Rate { scope: "code/proven/hour", max: 10, window_seconds: HOUR_SECONDS },
    Rate { scope: "code/proven/day", max: 30, window_seconds: DAY_SECONDS },
];

/// The same for a contact that customers say is theirs: a customer is a stranger to others'.
const BY_CUSTOMERS: [Rate; 2] = [
    Rate { scope: "code/new/hour", max: 10, window_seconds: HOUR_SECONDS },
    Rate { scope: "code/new/day", max: 30, window_seconds: DAY_SECONDS },
];

/// What a contact is proven for. A ticket of one purpose proves nothing for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To become a customer.
    SignUp,
    /// To come in at a device that the bank does not know, after the password.
    SignIn,
    /// To set a new password.
    Reset,
    /// To be reached at another phone.
    NewPhone,
    /// The same, read out to an employee at the bank.
    NewPhoneAtDesk,
    /// To be reached at another mailbox.
    NewEmail,
}

impl Purpose {
    const ALL: [Self; 6] = [
        Self::SignUp,
        Self::SignIn,
        Self::Reset,
        Self::NewPhone,
        Self::NewPhoneAtDesk,
        Self::NewEmail,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::SignUp => "sign_up",
            Self::SignIn => "sign_in",
            Self::Reset => "reset",
            Self::NewPhone => "phone_new",
            Self::NewPhoneAtDesk => "phone_desk",
            Self::NewEmail => "email_new",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == text)
    }

    /// How many codes strangers together may ask for.
    const fn rates(self) -> [Rate; 2] {
        match self {
            Self::SignUp | Self::Reset => BY_ANYONE,
            Self::SignIn => AFTER_PROOF,
            Self::NewPhone | Self::NewEmail => BY_CUSTOMERS,
            Self::NewPhoneAtDesk => at_desk::TO_ONE_PHONE,
        }
    }
}

/// Who asks for a code, where to and what for.
struct Asked {
    purpose: Purpose,
    to: Contact,
    index: Index,
    /// What sendings and wrong tries are counted by.
    guard: [u8; 32],
    /// The session that asked, a customer's or an employee's.
    session: Option<Uuid>,
    /// The customer for whom it was asked, where that was not a stranger.
    user: Option<CustomerId>,
}

impl Asked {
    /// By somebody at a place. The place is part of what is counted by, so that a stranger
    /// elsewhere cannot make the customer wait; and the purpose, so that nobody waits at a sign-in
    /// for what was sent to the same phone for something else.
    fn at_place(keys: &KeyRing, purpose: Purpose, to: Contact, client: &ClientInfo) -> Self {
        let index = to.index(keys);
        let place = client.ip_prefix();
        let what: [&[u8]; 5] =
            [b"code", purpose.as_str().as_bytes(), &index, b"place", place.as_bytes()];
        let guard = keys.sign(KeyUse::Guard, &what);
        Self { purpose, to, index, guard, session: None, user: None }
    }

    /// By a customer in a session, for themselves.
    fn by_user(
        keys: &KeyRing,
        purpose: Purpose,
        to: Contact,
        (user, session): (CustomerId, SessionId),
    ) -> Self {
        let index = to.index(keys);
        let guard = keys.sign(KeyUse::Guard, &[b"code", &index, b"user", user.uuid().as_bytes()]);
        Self { purpose, to, index, guard, session: Some(session.uuid()), user: Some(user) }
    }
}

/// A challenge as shown to whoever must answer it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChallengeView {
    /// Names the challenge when it is answered.
    pub id: ChallengeId,
    /// When the code that was just sent ends.
    pub expires_at: Moment,
    /// After how many seconds another code can be asked for.
    pub resend_after_seconds: i64,
}

/// What a right code earns.
#[derive(Clone, Debug)]
pub struct PhoneProof {
    /// Proves once that the phone was proven. Stored only as a hash.
    pub ticket: Secret<String>,
    /// When the ticket ends.
    pub expires_at: Moment,
}

impl Identity {
    /// Sends a code to a phone. Refused when codes go to it, or are asked for from this address,
    /// too often, and while this place waits after wrong codes for the phone.
    pub async fn start_phone_challenge(
        &self,
        ctx: &Ctx,
        phone: &Phone,
        purpose: Purpose,
        client: &ClientInfo,
    ) -> Result<ChallengeView> {
        // Anonymous: whoever signs up is nobody yet.
        let asked = Asked::at_place(&self.keys, purpose, Contact::Phone(phone.clone()), client);
        let (tx, view) = self.start(ctx, &asked, client).await?;
        self.store.commit_and_wake(tx).await?;
        Ok(view)
    }

    /// The same in a transaction that does more.
    pub(crate) async fn start_phone_challenge_with(
        &self,
        ctx: &Ctx,
        phone: &Phone,
        purpose: Purpose,
        client: &ClientInfo,
    ) -> Result<(Tx, ChallengeView)> {
        // Anonymous, as the start of any challenge.
        let asked = Asked::at_place(&self.keys, purpose, Contact::Phone(phone.clone()), client);
        self.start(ctx, &asked, client).await
    }

    /// Sends a code to a contact that a customer wants to be reached at. It can be answered in the
    /// same session only.
    pub(crate) async fn start_own_challenge(
        &self,
        ctx: &Ctx,
        to: Contact,
        purpose: Purpose,
        client: &ClientInfo,
    ) -> Result<ChallengeView> {
        let Actor::Customer { id, session } = ctx.actor else {
            return Err(Code::SignInRequired.into());
        };
        rates::take(&self.store, ctx, PER_USER, &id.to_string()).await?;
        let asked = Asked::by_user(&self.keys, purpose, to, (id, session));
        let (tx, view) = self.start(ctx, &asked, client).await?;
        self.store.commit_and_wake(tx).await?;
        Ok(view)
    }

    async fn start(
        &self,
        ctx: &Ctx,
        asked: &Asked,
        client: &ClientInfo,
    ) -> Result<(Tx, ChallengeView)> {
        self.may_send(ctx, (&asked.guard, &asked.index), asked.purpose, client).await?;
        let now = ctx.now();
        let id = ChallengeId::generate(now, ctx.entropy());
        let mut tx = self.begin_sending(&asked.guard, now).await?;
        sql::insert(&mut tx, id, asked, &asked.to.seal(&self.keys, id), now).await?;
        let view = send(&mut tx, ctx, (id, 1), asked.to.channel(), asked.user).await?;
        Ok((tx, view))
    }

    /// Sends another code for a challenge; the ones before end.
    pub async fn resend_code(
        &self,
        ctx: &Ctx,
        challenge: ChallengeId,
        client: &ClientInfo,
    ) -> Result<ChallengeView> {
        // Anonymous, as the start of the challenge.
        let now = ctx.now();
        let known = sql::challenge(self.store.pool(), challenge)
            .await?
            .filter(|c| c.may_be_sent_again(now) && is_of_session(ctx, c))
            .ok_or(Code::CodeExpired)?;
        let index = known.index()?;
        self.may_send(ctx, (&known.guard, &index), known.purpose()?, client).await?;
        let mut tx = self.begin_sending(&known.guard, now).await?;
        let sent_count = sql::send_again(&mut tx, challenge, known.sent_count, now)
            .await?
            .ok_or(Code::CodeExpired)?;
        let user = ctx.customer().ok();
        let view = send(&mut tx, ctx, (challenge, sent_count), &known.channel, user).await?;
        self.store.commit_and_wake(tx).await?;
        Ok(view)
    }

    /// Refuses early what `begin_sending` would refuse, so that it costs none of the hour's codes.
    async fn may_send(
        &self,
        ctx: &Ctx,
        (guard, index): (&[u8], &Index),
        purpose: Purpose,
        client: &ClientInfo,
    ) -> Result<()> {
        let per_address = Rate {
            scope: "code/address",
            max: self.config.codes_per_address_hour,
            window_seconds: HOUR_SECONDS,
        };
        let now = ctx.now();
        rates::take(&self.store, ctx, per_address, &rate_key(client.ip)).await?;
        sql::guard(self.store.pool(), guard).await?.may_send(now)?;
        rates::take(&self.store, ctx, PER_GUARD, &URL_SAFE_NO_PAD.encode(guard)).await?;
        let familiar = self.is_familiar(index, &client.ip_prefix(), now).await?;
        for rate in purpose.rates() {
            // Counted in any case: how long this takes must not tell whether a customer is known.
            let counted = rates::take(&self.store, ctx, rate, &URL_SAFE_NO_PAD.encode(index)).await;
            match counted {
                Err(Error::Refused(_)) if familiar => {}
                other => other?,
            }
        }
        Ok(())
    }

    async fn begin_sending(&self, guard: &[u8], now: Moment) -> Result<Tx> {
        let mut tx = self.store.begin().await?;
        if sql::claim_sending(&mut tx, guard, now).await? {
            return Ok(tx);
        }
        drop(tx);
        sql::guard(self.store.pool(), guard).await?.may_send(now)?;
        Err(Refusal::new(Code::CodeResentTooSoon).retry_after(rules::RESEND_SECONDS).into())
    }

    /// Checks a code and gives a ticket for it. Refused with [`Code::CodeWrong`], with
    /// [`Code::CodeTriesUsedUp`] from the third wrong code in a row on, and with
    /// [`Code::CodeExpired`] when there is nothing to answer any more.
    pub async fn verify_code(
        &self,
        ctx: &Ctx,
        challenge: ChallengeId,
        code: &Secret<String>,
    ) -> Result<PhoneProof> {
        // Anonymous, as the start of the challenge.
        if !rules::is_code(code.expose()) {
            return Err(Refusal::new(Code::FieldInvalid)
                .field("code")
                .value("field", "code")
                .into());
        }
        let (pool, now) = (self.store.pool(), ctx.now());
        let known = sql::challenge(pool, challenge)
            .await?
            .filter(|known| is_of_session(ctx, known))
            .ok_or(Code::CodeExpired)?;
        if let Some(refusal) = sql::guard(pool, &known.guard).await?.blocked(now) {
            return Err(refusal.into());
        }
        if !known.is_open(now) {
            return Err(Code::CodeExpired.into());
        }
        let Some(tries) = sql::count_try(pool, &known.guard, now).await? else {
            let guard = sql::guard(pool, &known.guard).await?;
            return Err(guard
                .blocked(now)
                .unwrap_or_else(|| rules::wrong(rules::TRIES_MAX))
                .into());
        };
        if !rules::same(code, &rules::code(&self.keys, challenge, known.sent_count)) {
            return Err(rules::wrong(tries).into());
        }
        let ticket = Token::generate(tokens::Purpose::Ticket, ctx.entropy());
        let mut tx = self.store.begin().await?;
        sql::forget_tries(&mut tx, &known.guard).await?;
        let first = sql::verify(&mut tx, challenge, known.sent_count, &ticket.hash(), now).await?;
        store::commit(tx).await?;
        if !first {
            return Err(Code::CodeExpired.into());
        }
        Ok(PhoneProof {
            ticket: ticket.text(),
            expires_at: now.plus_seconds(rules::TICKET_SECONDS),
        })
    }

    /// The phone that a ticket proves, without using it up. [`Code::CodeExpired`] when it is not
    /// good any more.
    pub async fn ticket_phone(
        &self,
        ctx: &Ctx,
        purpose: Purpose,
        ticket: &Secret<String>,
    ) -> Result<Phone> {
        // Anonymous: the ticket is the proof.
        let ticket = ticket_hash(ticket)?;
        let known = sql::ticket_contact(self.store.pool(), purpose, &ticket, ctx.now()).await?;
        known.ok_or(Code::CodeExpired)?.open(&self.keys)?.phone()
    }

    /// Uses a ticket up, in the transaction of what it was earned for.
    pub async fn consume_ticket(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        purpose: Purpose,
        ticket: &Secret<String>,
    ) -> Result<Phone> {
        // Anonymous: the ticket is the proof.
        self.consume_contact(tx, ctx, purpose, ticket).await?.phone()
    }

    /// The same for a contact of any kind.
    pub(crate) async fn consume_contact(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        purpose: Purpose,
        ticket: &Secret<String>,
    ) -> Result<Contact> {
        // Anonymous: the ticket is the proof.
        let ticket = ticket_hash(ticket)?;
        let known = sql::use_ticket(tx, purpose, &ticket, ctx.now()).await?;
        known.ok_or(Code::CodeExpired)?.open(&self.keys)
    }
}

/// Has a code sent, in the transaction of its challenge.
async fn send(
    tx: &mut Tx,
    ctx: &Ctx,
    (id, sent_count): (ChallengeId, i32),
    channel: &str,
    user: Option<CustomerId>,
) -> Result<ChallengeView> {
    let job = jobs::send((id, sent_count), (ctx.lang, user), channel)?;
    store::jobs::enqueue(tx, ctx, job).await?;
    Ok(ChallengeView {
        id,
        expires_at: ctx.now().plus_seconds(rules::CODE_SECONDS),
        resend_after_seconds: rules::RESEND_SECONDS,
    })
}

/// A challenge that somebody asked for in a session is answered in that session only.
fn is_of_session(ctx: &Ctx, challenge: &sql::Challenge) -> bool {
    match (challenge.session, ctx.actor) {
        (None, _) => true,
        (Some(asked), Actor::Customer { session, .. }) => asked == session.uuid(),
        (Some(asked), Actor::Staff(employee)) => asked == employee.session.uuid(),
        (Some(_), _) => false,
    }
}

impl sql::SealedContact {
    fn open(&self, keys: &KeyRing) -> Result<Contact> {
        let id = ChallengeId::from_uuid(self.id);
        Contact::open(keys, id, (&self.channel, &self.contact_sealed))
    }
}

impl sql::Challenge {
    fn index(&self) -> Result<Index> {
        const WRONG: Error = Error::invariant("a blind index is not of its length");
        self.index.as_slice().try_into().map_err(|_| WRONG)
    }

    fn purpose(&self) -> Result<Purpose> {
        const UNKNOWN: Error = Error::invariant("a challenge has a purpose that is not known");
        Purpose::parse(&self.purpose).ok_or(UNKNOWN)
    }
}

fn ticket_hash(ticket: &Secret<String>) -> Result<tokens::Hash> {
    Token::parse(tokens::Purpose::Ticket, ticket.expose())
        .map(|ticket| ticket.hash())
        .ok_or_else(|| Code::CodeExpired.into())
}

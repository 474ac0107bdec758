//! One-time codes sent by SMS, and the tickets that a right code earns.
//!
//! Nothing here looks at whether a phone is a customer's: the answers, and how long they take, are
//! the same. Whoever has proven the phone is told.

pub mod jobs;
mod rules;
mod sql;

use std::net::IpAddr;

use kernel::{ChallengeId, Code, Ctx, Moment, Phone, Refusal, Result, Secret};
use store::Tx;
use store::rates::{self, Rate};

use crate::Identity;
use crate::client::rate_key;
use crate::tokens::{self, Token};

const HOUR_SECONDS: i64 = 3_600;
/// Codes to one phone in an hour: they cost money, and each rings at someone.
const PER_PHONE: Rate = Rate { scope: "code/phone", max: 5, window_seconds: HOUR_SECONDS };

/// What a phone is proven for. A ticket of one purpose proves nothing for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To become a customer.
    SignUp,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::SignUp => "sign_up",
        }
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
    /// too often, and while the phone waits after wrong codes.
    pub async fn start_phone_challenge(
        &self,
        ctx: &Ctx,
        phone: &Phone,
        purpose: Purpose,
        client_ip: IpAddr,
    ) -> Result<ChallengeView> {
        // Anonymous: whoever signs up is nobody yet.
        self.may_send(ctx, phone, client_ip).await?;
        let now = ctx.now();
        let id = ChallengeId::generate(now, ctx.entropy());
        let mut tx = self.begin_sending(phone, now).await?;
        sql::insert(&mut tx, id, purpose, phone, now).await?;
        self.send(tx, ctx, id, 1).await
    }

    /// Sends another code for a challenge; the ones before end.
    pub async fn resend_code(
        &self,
        ctx: &Ctx,
        challenge: ChallengeId,
        client_ip: IpAddr,
    ) -> Result<ChallengeView> {
        // Anonymous, as the start of the challenge.
        let now = ctx.now();
        let known = sql::challenge(self.store.pool(), challenge)
            .await?
            .filter(|c| c.may_be_sent_again(now))
            .ok_or(Code::CodeExpired)?;
        let phone = known.phone()?;
        self.may_send(ctx, &phone, client_ip).await?;
        let mut tx = self.begin_sending(&phone, now).await?;
        let sent_count = sql::send_again(&mut tx, challenge, known.sent_count, now)
            .await?
            .ok_or(Code::CodeExpired)?;
        self.send(tx, ctx, challenge, sent_count).await
    }

    /// Refuses early what `begin_sending` would refuse, so that it costs none of the hour's codes.
    async fn may_send(&self, ctx: &Ctx, phone: &Phone, client_ip: IpAddr) -> Result<()> {
        let per_address = Rate {
            scope: "code/address",
            max: self.config.codes_per_address_hour,
            window_seconds: HOUR_SECONDS,
        };
        rates::take(&self.store, ctx, per_address, &rate_key(client_ip)).await?;
        sql::guard(self.store.pool(), phone).await?.may_send(ctx.now())?;
        rates::take(&self.store, ctx, PER_PHONE, phone.expose()).await
    }

    async fn begin_sending(&self, phone: &Phone, now: Moment) -> Result<Tx> {
        let mut tx = self.store.begin().await?;
        if sql::claim_sending(&mut tx, phone, now).await? {
            return Ok(tx);
        }
        drop(tx);
        sql::guard(self.store.pool(), phone).await?.may_send(now)?;
        Err(Refusal::new(Code::CodeResentTooSoon).retry_after(rules::RESEND_SECONDS).into())
    }

    async fn send(
        &self,
        mut tx: Tx,
        ctx: &Ctx,
        id: ChallengeId,
        sent_count: i32,
    ) -> Result<ChallengeView> {
        store::jobs::enqueue(&mut tx, ctx, jobs::send(id, sent_count, ctx.lang)?).await?;
        self.store.commit_and_wake(tx).await?;
        Ok(ChallengeView {
            id,
            expires_at: ctx.now().plus_seconds(rules::CODE_SECONDS),
            resend_after_seconds: rules::RESEND_SECONDS,
        })
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
        let known = sql::challenge(pool, challenge).await?.ok_or(Code::CodeExpired)?;
        let phone = known.phone()?;
        if let Some(refusal) = sql::guard(pool, &phone).await?.blocked(now) {
            return Err(refusal.into());
        }
        if !known.is_open(now) {
            return Err(Code::CodeExpired.into());
        }
        let Some(tries) = sql::count_try(pool, &phone, now).await? else {
            let guard = sql::guard(pool, &phone).await?;
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
        sql::forget_tries(&mut tx, &phone).await?;
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
        let phone = sql::ticket_phone(self.store.pool(), purpose, &ticket, ctx.now()).await?;
        phone.ok_or_else(|| Code::CodeExpired.into())
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
        let ticket = ticket_hash(ticket)?;
        let phone = sql::use_ticket(tx, purpose, &ticket, ctx.now()).await?;
        phone.ok_or_else(|| Code::CodeExpired.into())
    }
}

fn ticket_hash(ticket: &Secret<String>) -> Result<tokens::Hash> {
    Token::parse(tokens::Purpose::Ticket, ticket.expose())
        .map(|ticket| ticket.hash())
        .ok_or_else(|| Code::CodeExpired.into())
}

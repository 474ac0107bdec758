//! Sessions of employees: opened with a passkey and nothing else, carried in a cookie, and looked
//! up in the database for each request, together with the roles. So the end of a session, other
//! roles and a suspension apply from the next request on, on every node; while the database does
//! not answer, nobody of the staff does anything.

mod rules;
mod sql;

use kernel::{
    ChallengeId, Code, Ctx, CustomerId, Employee, Error, Moment, Permission, Permissions, Result,
    Secret, StaffId, StaffSessionId,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::audit::{self, Entry};
use store::commit;

use crate::staff::roles_of_row;
use crate::tokens::{Hash, Purpose, Token};
use crate::told::{RefusedAct, RefusedAttempt};
use crate::{Asserted, ClientInfo, Identity, Owner, PasskeyChallenge, Realm, Use, sessions};
pub use rules::IDLE_SECONDS;

/// By what employees show who they are, in the audit log.
const PASSKEY: &str = "passkey";

/// What a browser carries after its employee signed in. The token is shown once and stored only as
/// a hash.
#[derive(Clone, Debug)]
pub struct StaffSession {
    /// The session.
    pub session: StaffSessionId,
    /// Whose it is.
    pub staff: StaffId,
    /// To be sent with each request, in a cookie that no script reads.
    pub token: Secret<String>,
    /// When it ends, however much it is used. Without requests it ends a quarter of an hour after
    /// the last.
    pub ends: Moment,
}

/// A living session as its employee sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffSessionView {
    /// The session.
    pub id: StaffSessionId,
    /// When it began.
    pub began_at: Moment,
    /// When it was last used, to within half a minute.
    pub seen_at: Moment,
    /// From which network.
    pub network: String,
    /// With which browser, as it says itself.
    pub client: String,
    /// With which passkey.
    pub passkey: String,
}

impl Identity {
    /// Begins the sign-in of an employee, without a name.
    pub async fn start_staff_sign_in(
        &self,
        ctx: &Ctx,
        client: &ClientInfo,
    ) -> Result<PasskeyChallenge> {
        // Anonymous: this is how somebody begins to come in.
        self.start_passkey_sign_in(ctx, Realm::Staff, client).await
    }

    /// Opens a session for the employee whose passkey answered. [`Code::StaffSignInRefused`] when
    /// they do not work here now.
    pub async fn finish_staff_sign_in(
        &self,
        ctx: &Ctx,
        (challenge, answer): (ChallengeId, &Value),
        client: &ClientInfo,
    ) -> Result<StaffSession> {
        // Anonymous: this is what makes somebody of nobody.
        let asserted = self.finish_passkey_sign_in(ctx, Realm::Staff, challenge, answer).await;
        let attempt = RefusedAttempt::of("staff.session_began", PASSKEY).at(client);
        let asserted = self.or_record_refused(ctx, attempt, asserted).await?;
        let staff = staff_of(&asserted)?;
        let (now, entropy) = (ctx.now(), ctx.entropy());
        let token = Token::generate(Purpose::Staff, entropy);
        let ends = rules::absolute_end(now);
        let new = sql::New {
            id: StaffSessionId::generate(now, entropy),
            staff,
            token: token.hash(),
            passkey: asserted.passkey,
            aal: aal(&asserted),
            idle_until: rules::idle_end(now, ends),
            abs_until: ends,
        };
        let mut tx = self.store.begin().await?;
        let opened = sql::insert(&mut tx, &new, client, now).await?;
        let facts = json!({ "staff": staff, "passkey": asserted.passkey, "amr": asserted.amr() });
        let entry = if opened {
            Entry::done("staff.session_began").object("staff_session", new.id)
        } else {
            Entry::refused("staff.session_began", Code::StaffSignInRefused)
        };
        let place = json!({ "network": client.ip_prefix(), "client": client.user_agent });
        let entry = entry.subject(staff.uuid()).facts(facts).personal(place);
        audit::append(&mut tx, &self.keys, ctx, entry).await?;
        commit(tx).await?;
        if !opened {
            return Err(Code::StaffSignInRefused.into());
        }
        Ok(StaffSession { session: new.id, staff, token: token.text(), ends })
    }

    /// Who a request of an employee's browser is from, and what they may. Refused with
    /// [`Code::SignInRequired`] when the token is not good, and with [`Code::Busy`] when that
    /// cannot be known.
    pub async fn authenticate_staff(&self, ctx: &Ctx, token: &str, using: Use) -> Result<Ctx> {
        // Anonymous: this is what makes somebody of nobody.
        let token = Token::parse(Purpose::Staff, token).ok_or(Code::SignInRequired)?.hash();
        let living = sessions::recognised(self.living(&token, using, ctx.now())).await?;
        let roles = roles_of_row(&living.roles)?;
        let employee = Employee {
            id: StaffId::from_uuid(living.staff),
            session: StaffSessionId::from_uuid(living.id),
            roles,
            customer: living.customer.map(CustomerId::from_uuid),
            aal: u8::try_from(living.aal).unwrap_or_default(),
            proved_at: living.proved_at.into(),
        };
        let allowed = policy::policies()?.permissions(roles)?.and(Permissions::EMPLOYEE);
        Ok(ctx.clone().for_staff(employee, allowed))
    }

    async fn living(&self, token: &Hash, using: Use, now: Moment) -> Result<Option<sql::Living>> {
        let pool = self.store.pool();
        let Some(living) = sql::by_token(pool, token, now).await? else { return Ok(None) };
        let later = match using {
            Use::Request => rules::slide(living.idle_until.into(), living.abs_until.into(), now),
            Use::Watch => None,
        };
        let Some(later) = later else { return Ok(Some(living)) };
        Ok(sql::extend(pool, living.id, later, now).await?.then_some(living))
    }

    /// Asks the employee to use their passkey again, before something that needs a fresh proof.
    pub async fn start_staff_proof(&self, ctx: &Ctx) -> Result<PasskeyChallenge> {
        ctx.require(Permission::StaffSessionUse)?;
        let employee = ctx.staff()?;
        self.start_passkey_signature(ctx, Owner::Staff(employee.id), proof_of(&employee)).await
    }

    /// Notes in the session that they did, and gives it another token: whoever has a copy of the
    /// one before does not rise with it, and has it no more in a moment.
    pub async fn finish_staff_proof(
        &self,
        ctx: &Ctx,
        (challenge, answer): (ChallengeId, &Value),
    ) -> Result<StaffSession> {
        ctx.require(Permission::StaffSessionUse)?;
        let employee = ctx.staff()?;
        let owner = Owner::Staff(employee.id);
        let proof = (challenge, answer);
        let signed = self.finish_passkey_signature(ctx, owner, proof_of(&employee), proof).await;
        let attempt = RefusedAttempt::of("staff.proved", PASSKEY).by_staff(employee.id);
        let asserted = self.or_record_refused(ctx, attempt, signed).await?;
        let session = (employee.session, employee.id);
        let mut tx = self.store.begin().await?;
        let passkey = (asserted.passkey, aal(&asserted));
        let token = Token::generate(Purpose::Staff, ctx.entropy());
        let tokens = (&token.hash(), rules::former_end(ctx.now()));
        let ends = sql::prove(&mut tx, session, passkey, tokens, ctx.now()).await?;
        let ends = ends.ok_or(Code::SignInRequired)?;
        let entry = Entry::done("staff.proved").subject(employee.id.uuid());
        let entry = entry.object("staff_session", employee.session);
        audit::append(&mut tx, &self.keys, ctx, entry).await?;
        commit(tx).await?;
        Ok(StaffSession {
            session: employee.session,
            staff: employee.id,
            token: token.text(),
            ends,
        })
    }

    /// One's own living sessions, the last used first.
    pub async fn staff_sessions(&self, ctx: &Ctx) -> Result<Vec<StaffSessionView>> {
        ctx.require(Permission::StaffSessionUse)?;
        let rows = sql::list(self.store.pool(), ctx.staff()?.id, ctx.now()).await?;
        Ok(rows
            .into_iter()
            .map(|row| StaffSessionView {
                id: StaffSessionId::from_uuid(row.id),
                began_at: row.began_at.into(),
                seen_at: row.seen_at.into(),
                network: row.ip_prefix,
                client: row.ua,
                passkey: row.passkey,
            })
            .collect())
    }

    /// Ends one of one's own sessions, at once and everywhere.
    pub async fn end_staff_session(&self, ctx: &Ctx, session: StaffSessionId) -> Result<()> {
        ctx.require(Permission::StaffSessionUse)?;
        let employee = ctx.staff()?;
        let own = session == employee.session;
        let reason = if own { "signed_out" } else { "ended_by_user" };
        let mut tx = self.store.begin().await?;
        if !sql::end(&mut tx, (session, employee.id), reason, ctx.now()).await? {
            drop(tx);
            let act = RefusedAct::of("staff.session_ended").object("staff_session", session);
            return self.refuse_act(ctx, act, Code::NotFound).await;
        }
        let entry = Entry::done("staff.session_ended").subject(employee.id.uuid());
        let entry = entry.object("staff_session", session).facts(json!({ "reason": reason }));
        audit::append(&mut tx, &self.keys, ctx, entry).await?;
        commit(tx).await
    }

    /// Ends the session the request came in.
    pub async fn sign_out_staff(&self, ctx: &Ctx) -> Result<()> {
        ctx.require(Permission::StaffSessionUse)?;
        self.end_staff_session(ctx, ctx.staff()?.session).await
    }
}

/// What is signed to prove that the employee sits there: that they do, in this session.
fn proof_of(employee: &Employee) -> [u8; 32] {
    Sha256::new()
        .chain_update(b"okto staff proof 1\0")
        .chain_update(employee.session.uuid().as_bytes())
        .finalize()
        .into()
}

fn staff_of(asserted: &Asserted) -> Result<StaffId> {
    match asserted.owner {
        Owner::Staff(id) => Ok(id),
        Owner::Customer(_) => Err(Error::invariant("a passkey of the staff is a customer's")),
    }
}

/// A passkey that may be in several places is no hardware-bound one, which AAL3 asks for.
const fn aal(asserted: &Asserted) -> i16 {
    if asserted.may_sync { 2 } else { 3 }
}

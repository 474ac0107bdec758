//! Passkeys of customers and employees: registered once, then used to come in or to sign something.
//!
//! A challenge is used once and lives five minutes. It is a hash over a random part and all that it
//! is for: the site, the owner, and, when something is signed, the hash of what. So the signature
//! of the authenticator covers what was agreed to, and anybody who keeps the evidence can show it
//! later with nothing but the public key. Every use checks that the authenticator verified its
//! user.

mod rules;
mod sql;

use kernel::{
    Actor, ChallengeId, Code, Ctx, Error, Moment, PasskeyId, Permission, Refusal, Result,
    refuse_card_number,
};
use serde_json::{Value, json};
use store::audit::{self, Entry};
use store::rates::{self, Rate};
use store::{Tx, commit};
use webauthn_rs::prelude::{
    Passkey, PublicKeyCredential, RegisterPublicKeyCredential, WebauthnError,
};

use self::rules::{CHALLENGE_SECONDS, PASSKEYS_MAX, Purpose, Said};
use self::sql::{New, Stored, Waiting};
pub(crate) use self::sql::{count, is_kept};
use crate::client::rate_key;
use crate::{ClientInfo, Identity, RefusedAct};
pub use rules::{Names, Owner, Realm, RelyingParties, RelyingParty};

/// What a browser is to hand to its authenticator, and the name under which the answer comes back.
#[derive(Clone, Debug)]
pub struct PasskeyChallenge {
    /// Names the challenge; goes back with the answer.
    pub id: ChallengeId,
    /// The options of `navigator.credentials.create` or `.get`, as JSON: the member `publicKey` in
    /// the form of `parseCreationOptionsFromJSON` and `parseRequestOptionsFromJSON`.
    pub options: Value,
    /// Until when the answer is taken.
    pub expires: Moment,
}

/// A passkey as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyView {
    /// The passkey.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: String,
    /// Whether its maker may copy it to the owner's other devices.
    pub may_sync: bool,
    /// Whether it is kept in more than one place now.
    pub synced: bool,
    /// When it was added.
    pub created_at: Moment,
    /// When it was last used.
    pub last_used_at: Option<Moment>,
}

/// Somebody used a passkey, and the authenticator verified who.
#[derive(Clone, Debug)]
pub struct Asserted {
    /// Whose passkey it was.
    pub owner: Owner,
    /// Which one.
    pub passkey: PasskeyId,
    /// Whether it may be in more than one place, and is thus no proof of one device (`swk` of RFC
    /// 8176; otherwise `hwk`).
    pub may_sync: bool,
    /// When.
    pub at: Moment,
    /// When its owner added it.
    pub added_at: Moment,
    /// What shows it to others: the parts that were signed, the signature, and the random part of
    /// the challenge. No secret, and of no use to anybody: the challenge is used up.
    pub evidence: Value,
}

impl Asserted {
    /// The methods of this proof, as named in RFC 8176.
    pub const fn amr(&self) -> [&'static str; 2] {
        [if self.may_sync { "swk" } else { "hwk" }, "user"]
    }
}

impl Identity {
    /// Begins to add a passkey for its owner, who is signed in.
    pub async fn start_passkey_registration(
        &self,
        ctx: &Ctx,
        owner: Owner,
        names: Names<'_>,
    ) -> Result<PasskeyChallenge> {
        require_own(ctx, owner)?;
        require_fresh(ctx)?;
        self.start_registration(ctx, owner, names).await
    }

    /// Adds the passkey that the authenticator made. The answer is what `credential.toJSON()`
    /// gives. [`Code::PasskeyChallengeOver`] when it comes too late or again,
    /// [`Code::PasskeyUnsuitable`] when the passkey is not good enough, [`Code::PasskeyRefused`]
    /// for an answer that is not to this challenge.
    pub async fn finish_passkey_registration(
        &self,
        ctx: &Ctx,
        owner: Owner,
        (challenge, answer): (ChallengeId, &Value),
        name: &str,
    ) -> Result<PasskeyId> {
        require_own(ctx, owner)?;
        require_fresh(ctx)?;
        let name = self::name(name)?;
        let made = self.finish_registration(ctx, owner, challenge, answer).await?;
        let mut tx = self.store.begin().await?;
        let id = add(&mut tx, ctx, owner, &made, &name).await?;
        let entry = Entry::done("passkey.added").subject(owner.uuid()).object("passkey", id);
        let entry = entry.facts(json!({ "may_sync": made.may_sync() }));
        audit::append(&mut tx, &self.keys, ctx, entry).await?;
        commit(tx).await?;
        Ok(id)
    }

    /// Begins a sign-in without a name: the passkey says who.
    pub async fn start_passkey_sign_in(
        &self,
        ctx: &Ctx,
        realm: Realm,
        client: &ClientInfo,
    ) -> Result<PasskeyChallenge> {
        // Anonymous: this is how somebody begins to come in.
        const PER_ADDRESS: Rate = Rate { scope: "passkey/address", max: 240, window_seconds: 900 };
        rates::take(&self.store, ctx, PER_ADDRESS, &rate_key(client.ip)).await?;
        self.challenge(ctx, Purpose::SignIn(realm), |site, challenge| {
            site.assertion_options(&[], challenge)
        })
        .await
    }

    /// Who comes in. Whether they may is for the caller to see: the owner can be blocked.
    pub async fn finish_passkey_sign_in(
        &self,
        ctx: &Ctx,
        realm: Realm,
        challenge: ChallengeId,
        answer: &Value,
    ) -> Result<Asserted> {
        // Anonymous: this is what makes somebody of nobody.
        self.asserted(ctx, Purpose::SignIn(realm), challenge, answer).await
    }

    /// Asks the owner, who is signed in, to agree to what has this hash.
    pub async fn start_passkey_signature(
        &self,
        ctx: &Ctx,
        owner: Owner,
        payload_hash: [u8; 32],
    ) -> Result<PasskeyChallenge> {
        require_own(ctx, owner)?;
        let known = sql::of(self.store.pool(), owner).await?;
        if known.is_empty() {
            // No names would mean any passkey of the site.
            return Err(Code::PasskeyRefused.into());
        }
        self.challenge(ctx, Purpose::Sign(owner, payload_hash), |site, challenge| {
            site.assertion_options(&known, challenge)
        })
        .await
    }

    /// The owner agreed to what has this hash, which must be that of the start.
    pub async fn finish_passkey_signature(
        &self,
        ctx: &Ctx,
        owner: Owner,
        payload_hash: [u8; 32],
        (challenge, answer): (ChallengeId, &Value),
    ) -> Result<Asserted> {
        require_own(ctx, owner)?;
        self.asserted(ctx, Purpose::Sign(owner, payload_hash), challenge, answer).await
    }

    /// The passkeys of an owner, the oldest first.
    pub async fn passkeys(&self, ctx: &Ctx, owner: Owner) -> Result<Vec<PasskeyView>> {
        require_own(ctx, owner)?;
        let listed = sql::list(self.store.pool(), owner).await?;
        Ok(listed
            .into_iter()
            .map(|row| PasskeyView {
                id: PasskeyId::from_uuid(row.id),
                name: row.name,
                may_sync: row.may_sync,
                synced: row.synced,
                created_at: row.created_at.into(),
                last_used_at: row.last_used_at.map(Moment::from),
            })
            .collect())
    }

    /// Gives a passkey another name.
    pub async fn rename_passkey(
        &self,
        ctx: &Ctx,
        owner: Owner,
        id: PasskeyId,
        name: &str,
    ) -> Result<()> {
        require_own(ctx, owner)?;
        let name = self::name(name)?;
        if sql::rename(self.store.pool(), owner, id, &name).await? {
            return Ok(());
        }
        let act = RefusedAct::of("passkey.renamed").object("passkey", id);
        self.refuse_act(ctx, act, Code::NotFound).await
    }

    /// Removes a passkey: it is not accepted any more. An employee keeps the last one, having no
    /// other way in.
    pub async fn remove_passkey(&self, ctx: &Ctx, owner: Owner, id: PasskeyId) -> Result<()> {
        require_own(ctx, owner)?;
        require_fresh(ctx)?;
        let mut tx = self.store.begin().await?;
        if let Err(error) = remove(&mut tx, owner, id, ctx.now()).await {
            drop(tx);
            return self.not_removed(ctx, id, error).await;
        }
        let entry = Entry::done("passkey.removed").subject(owner.uuid()).object("passkey", id);
        audit::append(&mut tx, &self.keys, ctx, entry).await?;
        commit(tx).await
    }

    /// A passkey that could not be removed: when it is not there for whoever asks, it may be
    /// another's.
    pub(crate) async fn not_removed(&self, ctx: &Ctx, id: PasskeyId, error: Error) -> Result<()> {
        // Part of a use case that asked who may.
        let Some(code) = error.code() else { return Err(error) };
        let act = RefusedAct::of("passkey.removed").object("passkey", id);
        self.refuse_act(ctx, act, code).await
    }

    /// The passkey that an authenticator made, with the name it is to have, to be added with
    /// [`add`].
    pub(crate) async fn made_passkey(
        &self,
        ctx: &Ctx,
        owner: Owner,
        (challenge, answer): (ChallengeId, &Value),
        name: &str,
    ) -> Result<(NewPasskey, String)> {
        require_own(ctx, owner)?;
        let name = self::name(name)?;
        Ok((self.finish_registration(ctx, owner, challenge, answer).await?, name))
    }

    /// Begins to add a passkey, for whoever proved otherwise that it is the owner's to add.
    pub(crate) async fn start_registration(
        &self,
        ctx: &Ctx,
        owner: Owner,
        names: Names<'_>,
    ) -> Result<PasskeyChallenge> {
        let known = sql::of(self.store.pool(), owner).await?;
        if known.len() >= PASSKEYS_MAX {
            return Err(too_many());
        }
        let known = known.iter().map(|passkey| passkey.cred_id().clone()).collect();
        self.challenge(ctx, Purpose::Register(owner), |site, challenge| {
            site.registration_options(owner, names, (known, challenge))
        })
        .await
    }

    /// The passkey that the authenticator made, to be added with [`add`].
    pub(crate) async fn finish_registration(
        &self,
        ctx: &Ctx,
        owner: Owner,
        id: ChallengeId,
        answer: &Value,
    ) -> Result<NewPasskey> {
        let purpose = Purpose::Register(owner);
        let random = self.use_up(ctx, id, &purpose).await?;
        let unreadable = |e| refused(ctx, &format!("a new passkey cannot be read: {e}"));
        let read: RegisterPublicKeyCredential =
            serde_json::from_value(answer.clone()).map_err(unreadable)?;
        let site = self.site(owner.realm())?;
        let passkey =
            site.register(owner, &purpose.challenge(&random), &read)?.map_err(|why| match why {
                WebauthnError::UserNotVerified => Code::PasskeyUnsuitable.into(),
                why => refused(ctx, &why.to_string()),
            })?;
        if !rules::is_discoverable(answer) {
            return Err(Code::PasskeyUnsuitable.into());
        }
        let said = rules::said(&passkey)?;
        Ok(NewPasskey { passkey, said })
    }

    async fn challenge(
        &self,
        ctx: &Ctx,
        purpose: Purpose,
        options: impl FnOnce(&RelyingParty, [u8; 32]) -> Result<Value>,
    ) -> Result<PasskeyChallenge> {
        let (now, entropy) = (ctx.now(), ctx.entropy());
        let id = ChallengeId::generate(now, entropy);
        let waiting = Waiting { purpose, random: entropy.bytes() };
        let expires = now.plus_seconds(CHALLENGE_SECONDS);
        let challenge = purpose.challenge(&waiting.random);
        let options = options(self.site(purpose.realm())?, challenge)?;
        sql::add_challenge(self.store.pool(), id, &waiting, expires).await?;
        Ok(PasskeyChallenge { id, options, expires })
    }

    pub(crate) fn site(&self, realm: Realm) -> Result<&RelyingParty> {
        let sites = self.sites.as_deref();
        let sites = sites.ok_or(Error::invariant("the sites that passkeys are for are not set"))?;
        Ok(sites.of(realm))
    }

    async fn use_up(&self, ctx: &Ctx, id: ChallengeId, purpose: &Purpose) -> Result<[u8; 32]> {
        let random = sql::use_challenge(self.store.pool(), id, purpose, ctx.now()).await?;
        Ok(random.ok_or(Code::PasskeyChallengeOver)?)
    }

    /// Checks an answer. Its challenge is used up first, in a statement of its own.
    async fn asserted(
        &self,
        ctx: &Ctx,
        purpose: Purpose,
        id: ChallengeId,
        answer: &Value,
    ) -> Result<Asserted> {
        let random = self.use_up(ctx, id, &purpose).await?;
        let unreadable = |e| refused(ctx, &format!("an answer cannot be read: {e}"));
        let read: PublicKeyCredential =
            serde_json::from_value(answer.clone()).map_err(unreadable)?;
        let mut tx = self.store.begin().await?;
        let stored = sql::lock(&mut tx, purpose.realm(), read.get_credential_id()).await?;
        let mut stored = stored.ok_or_else(|| refused(ctx, "no such passkey"))?;
        if let Some(why) = not_theirs(&purpose, &stored, &read) {
            return Err(refused(ctx, why));
        }
        let challenge = purpose.challenge(&random);
        let result = self
            .site(purpose.realm())?
            .assert(&stored.passkey, &challenge, &read)?
            .map_err(|why| refused(ctx, &why.to_string()))?;
        sql::used(&mut tx, &mut stored, &result, ctx.now()).await?;
        commit(tx).await?;
        Ok(Asserted {
            owner: stored.owner,
            passkey: stored.id,
            may_sync: result.backup_eligible(),
            at: ctx.now(),
            added_at: stored.added_at,
            evidence: json!({
                "passkey": stored.id,
                "random": store::hex(&random),
                "response": answer.get("response"),
            }),
        })
    }
}

/// A passkey that was checked and is not stored yet.
#[derive(Debug)]
pub(crate) struct NewPasskey {
    passkey: Passkey,
    said: Said,
}

impl NewPasskey {
    /// Whether it may be in more than one place.
    pub const fn may_sync(&self) -> bool {
        self.said.may_sync
    }
}

/// The name of a passkey, as its owner typed it.
pub(crate) fn name(text: &str) -> Result<String> {
    let name = rules::name(text).ok_or(Refusal::new(Code::FieldInvalid).field("name"))?;
    refuse_card_number(&name, "name")?;
    Ok(name)
}

/// Stores a new passkey.
pub(crate) async fn add(
    tx: &mut Tx,
    ctx: &Ctx,
    owner: Owner,
    made: &NewPasskey,
    name: &str,
) -> Result<PasskeyId> {
    let id = PasskeyId::generate(ctx.now(), ctx.entropy());
    sql::one_at_a_time(tx, owner).await?;
    if sql::count(tx, owner).await? >= PASSKEYS_MAX {
        return Err(too_many());
    }
    let new = New { id, owner, passkey: &made.passkey, said: made.said, name };
    if sql::insert(tx, &new, ctx.now()).await? { Ok(id) } else { Err(Code::PasskeyKnown.into()) }
}

/// Removes a passkey.
pub(crate) async fn remove(tx: &mut Tx, owner: Owner, id: PasskeyId, now: Moment) -> Result<()> {
    sql::one_at_a_time(tx, owner).await?;
    if !sql::remove(tx, owner, id, now).await? {
        return Err(Code::NotFound.into());
    }
    if owner.realm() == Realm::Staff && sql::count(tx, owner).await? == 0 {
        return Err(Code::PasskeyLast.into());
    }
    Ok(())
}

/// One's own passkeys only.
fn require_own(ctx: &Ctx, owner: Owner) -> Result<()> {
    ctx.require(Permission::PasskeyManage)?;
    let own = match (ctx.actor, owner) {
        (Actor::Customer { id, .. }, Owner::Customer(owner)) => id == owner,
        (Actor::Staff(employee), Owner::Staff(owner)) => employee.id == owner,
        _ => false,
    };
    if own { Ok(()) } else { Err(Code::NotFound.into()) }
}

/// An employee adds and removes passkeys soon after using one, so that whoever finds a session open
/// cannot stay in. Customers are asked by the use cases of their factors.
fn require_fresh(ctx: &Ctx) -> Result<()> {
    match ctx.actor {
        Actor::Staff(employee)
            if employee.proved_at.plus_seconds(policy::FRESH_PROOF_SECONDS) < ctx.now() =>
        {
            Err(Code::StaffProofRequired.into())
        }
        _ => Ok(()),
    }
}

/// Why an answer is not its owner's, though the passkey exists.
fn not_theirs(
    purpose: &Purpose,
    stored: &Stored,
    answer: &PublicKeyCredential,
) -> Option<&'static str> {
    let handle = answer.get_user_unique_id();
    let own_handle = stored.owner.uuid().into_bytes();
    match purpose.owner() {
        Some(owner) if owner != stored.owner => Some("the passkey is somebody else's"),
        Some(_) if handle.is_some_and(|handle| handle != own_handle) => {
            Some("the passkey names somebody else")
        }
        None if handle != Some(own_handle.as_slice()) => {
            Some("the passkey does not name its owner")
        }
        _ => None,
    }
}

fn too_many() -> Error {
    Refusal::new(Code::PasskeysTooMany).value("max", PASSKEYS_MAX.to_string()).into()
}

/// What is wrong is for the log; whoever asked learns only that it is.
fn refused(ctx: &Ctx, why: &str) -> Error {
    tracing::warn!(counter.passkey_refused = 1, why, trace = %ctx.trace, "a passkey was refused");
    Code::PasskeyRefused.into()
}

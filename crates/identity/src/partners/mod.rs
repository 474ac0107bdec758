//! Partners whose programs ask the bank about tokens (RFC 7662), each with a secret of its own.

mod sql;

use kernel::{Aal, Code, Ctx, CustomerId, Moment, PartnerId, Result, Secret, SessionId};
use serde_json::json;
use store::audit::{self, Entry};
use store::commit;
use store::rates::{self, Rate};
use subtle::ConstantTimeEq;

use crate::client::rate_key;
use crate::tokens::{Purpose, Token};
use crate::told::RefusedAttempt;
use crate::{ClientInfo, Identity};

/// The longest name of a partner.
const NAME_MAX_CHARS: usize = 100;
/// Wrong secrets from one address in a quarter of an hour.
const TRIES: Rate = Rate { scope: "partner/address", max: 60, window_seconds: 900 };

/// What a partner is told of a good token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introspected {
    /// Whose it is.
    pub customer: CustomerId,
    /// Its session.
    pub session: SessionId,
    /// When it ends.
    pub expires: Moment,
    /// When its customer proved who they are.
    pub proven_at: Moment,
    /// How sure the bank was then.
    pub aal: Aal,
    /// How it was proven, in the words of RFC 8176.
    pub amr: Vec<&'static str>,
    /// The thumbprint of the key it is bound to.
    pub key: Option<[u8; 32]>,
}

/// A partner that asks, by the secret it showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partner(PartnerId);

impl Identity {
    /// Adds a partner. The secret is shown once. For the operator's command line.
    pub async fn add_partner(&self, ctx: &Ctx, name: &str) -> Result<(PartnerId, Secret<String>)> {
        // Part of a command of whoever runs the bank.
        let name = name.trim();
        if name.is_empty() || name.chars().count() > NAME_MAX_CHARS {
            return Err(Code::RequestMalformed.into());
        }
        let id = PartnerId::generate(ctx.now(), ctx.entropy());
        let secret = Token::generate(Purpose::Partner, ctx.entropy());
        let mut tx = self.store.begin().await?;
        sql::insert(&mut tx, (id, name), &secret.hash(), ctx.now()).await?;
        let entry = Entry::done("partner.added").object("partner", id);
        audit::append(&mut tx, &self.keys, ctx, entry.facts(json!({ "name": name }))).await?;
        commit(tx).await?;
        Ok((id, secret.text()))
    }

    /// Every partner that may ask: its id, its name and since when.
    pub async fn partners(&self) -> Result<Vec<(PartnerId, String, Moment)>> {
        // Part of a command of whoever runs the bank.
        sql::all(self.store.pool()).await
    }

    /// Lets a partner ask no more. [`Code::NotFound`] when there is none.
    pub async fn end_partner(&self, ctx: &Ctx, id: PartnerId) -> Result<()> {
        // Part of a command of whoever runs the bank.
        let mut tx = self.store.begin().await?;
        if !sql::end(&mut tx, id, ctx.now()).await? {
            return Err(Code::NotFound.into());
        }
        let entry = Entry::done("partner.ended").object("partner", id);
        audit::append(&mut tx, &self.keys, ctx, entry).await?;
        commit(tx).await
    }

    /// The partner with this id and secret. [`Code::SignInFailed`] for anybody else.
    pub async fn partner(
        &self,
        ctx: &Ctx,
        (id, secret): (&str, &Secret<String>),
        client: &ClientInfo,
    ) -> Result<Partner> {
        // Anonymous: this is what makes a partner of nobody.
        let secret = Token::parse(Purpose::Partner, secret.expose());
        if let (Ok(id), Some(secret)) = (id.parse::<PartnerId>(), secret)
            && let Some(stored) = sql::secret_of(self.store.pool(), id).await?
            && bool::from(stored.ct_eq(&secret.hash()))
        {
            return Ok(Partner(id));
        }
        // A secret of 256 bits is not guessed: what is counted are broken programs.
        let counted = rates::take(&self.store, ctx, TRIES, &rate_key(client.ip)).await;
        let attempt = RefusedAttempt::of("partner.recognised", "secret").at(client);
        // What was named is told of when it could be a partner: else it may be anything.
        let attempt = match id.parse::<PartnerId>() {
            Ok(_) => attempt.object("partner", id),
            Err(()) => attempt,
        };
        self.or_record_refused(ctx, attempt, counted.and(Err(Code::SignInFailed.into()))).await
    }

    /// What a token is, for a partner to whom it was shown. `None` for whatever is not a good
    /// access token. Asks the database, never the cache, and changes nothing about the token.
    pub async fn introspect(
        &self,
        ctx: &Ctx,
        partner: Partner,
        token: &str,
    ) -> Result<Option<Introspected>> {
        // Anonymous: the partner has shown who it is.
        let Some(token) = Token::parse(Purpose::Access, token) else { return Ok(None) };
        let found = self.peek(&token.hash(), ctx.now()).await?;
        let Some(found) = found else { return Ok(None) };
        let asked_by = json!({ "partner": partner.0 });
        let entry = Entry::done("token.introspected")
            .subject(found.user.uuid())
            .object("session", found.session)
            .facts(asked_by);
        audit::record(&self.store, &self.keys, ctx, entry).await?;
        Ok(Some(Introspected {
            customer: found.user,
            session: found.session,
            expires: found.expires,
            proven_at: found.assurance.proven_at,
            aal: found.assurance.aal,
            amr: found.assurance.methods.words(),
            key: found.key,
        }))
    }
}

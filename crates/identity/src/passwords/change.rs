//! A password that its owner changes.

use kernel::{Actor, Code, Ctx, CustomerId, Permission, Result, Secret, SessionId};
use serde_json::json;
use store::audit::{self, Entry};
use store::rates::{self, Rate};

use super::{PreparedPassword, sql};
use crate::revocations::Reason;
use crate::{Identity, factors, signals};

/// How often a customer's password may be tried from within their sessions: whoever took one over
/// must not find the password out with it.
const PER_USER: Rate = Rate { scope: "password/user", max: 10, window_seconds: 3_600 };

/// That a customer knows their password: the hash that was compared. Another one may stand there
/// when it is used.
#[derive(Clone, Debug)]
pub struct KnownPassword(Secret<String>);

impl Identity {
    /// Whether the signed-in customer knows their password. Counted before it is looked at;
    /// [`Code::PasswordWrong`] when they do not.
    pub async fn check_password(
        &self,
        ctx: &Ctx,
        password: &Secret<String>,
    ) -> Result<KnownPassword> {
        ctx.require(Permission::ProfileChange)?;
        let (user, _) = own(ctx)?;
        rates::take(&self.store, ctx, PER_USER, &user.to_string()).await?;
        let stored = sql::hash_of(self.store.pool(), user).await?;
        let right = self.passwords.check(password, stored.as_deref()).await?.right;
        if let Some(hash) = stored.filter(|_| right) {
            return Ok(KnownPassword(Secret::new(hash)));
        }
        let entry = Entry::refused("password.changed", Code::PasswordWrong).subject(user.uuid());
        audit::record(&self.store, &self.keys, ctx, entry).await?;
        Err(Code::PasswordWrong.into())
    }

    /// Whether a customer has this password.
    pub(crate) async fn is_password_of(
        &self,
        user: CustomerId,
        password: &Secret<String>,
    ) -> Result<bool> {
        // Part of a use case that counted it.
        let stored = sql::hash_of(self.store.pool(), user).await?;
        Ok(self.passwords.check(password, stored.as_deref()).await?.right)
    }

    /// Changes the password of the signed-in customer, who showed a second factor in this session
    /// and knows the password they have. Every other session ends, and every reset that is under
    /// way. The tokens of this session are made anew: those of an app by its next refresh, a
    /// browser's by [`Identity::renew_browser_session`].
    pub async fn change_password(
        &self,
        ctx: &Ctx,
        old: &KnownPassword,
        new: &PreparedPassword,
    ) -> Result<()> {
        ctx.require(Permission::ProfileChange)?;
        self.require_fresh(ctx).await?;
        let (user, session) = own(ctx)?;
        let now = ctx.now();
        let mut tx = self.store.begin().await?;
        if !sql::replace(&mut tx, user, (old.0.expose(), new.hash()), now).await? {
            return Err(Code::PasswordWrong.into());
        }
        factors::end_waiting(&mut tx, ctx, user).await?;
        let entry = Entry::done("password.changed").subject(user.uuid()).object("session", session);
        audit::append(&mut tx, &self.keys, ctx, entry).await?;
        sql::end_access(&mut tx, session, now).await?;
        let facts = json!({ "credential_type": "password", "change_type": "update" });
        signals::tell(&mut tx, ctx, signals::CREDENTIAL_CHANGE, user, facts).await?;
        self.end_sessions(&mut tx, ctx, (user, Some(session)), Reason::PasswordChanged).await?;
        self.store.commit_and_wake(tx).await?;
        self.forget_sessions_of(user);
        Ok(())
    }
}

fn own(ctx: &Ctx) -> Result<(CustomerId, SessionId)> {
    match ctx.actor {
        Actor::Customer { id, session } => Ok((id, session)),
        _ => Err(Code::SignInRequired.into()),
    }
}

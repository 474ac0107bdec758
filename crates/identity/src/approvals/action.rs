//! The kinds of things that one employee proposes and others decide about. Each crate adds its own.

use std::pin::Pin;

use kernel::{ApprovalId, Ctx, Error, Result, Secret};
use policy::Object;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::Tx;
use uuid::Uuid;

use super::rules::{Change, Terms};

/// What a proposal would change, as things are now.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Whose personal data stands in it: it is sealed under the key of this subject.
    pub subject: Uuid,
    /// The lines of it.
    pub changes: Vec<Change>,
}

/// What was approved, as it is carried out.
#[derive(Debug)]
pub struct Approved<'a, P: ?Sized> {
    /// The proposal.
    pub id: ApprovalId,
    /// Why it was proposed.
    pub reason: &'a str,
    /// What is to be done.
    pub payload: &'a P,
}

/// What is shown once to whoever took the last decision.
pub type Shown = Option<Given>;

/// What a proposal gives that is to be handed over.
#[derive(Clone, Debug)]
pub enum Given {
    /// A code for one reset of a customer's password.
    ResetCode(Secret<String>),
}

/// A kind of proposal.
///
/// Its payload says what is to be done and holds no personal data in the open. What would change is
/// computed from the payload and the database: when it is proposed, and again before it is carried
/// out. If the two differ, what was approved is not what would happen, and nothing does.
pub trait Action: Send + Sync + 'static {
    /// What every proposal of this kind keeps to.
    const TERMS: Terms;

    /// What is to be done, such as "these roles for that employee".
    type Payload: Serialize + DeserializeOwned + Send + Sync;

    /// What it is about, for the policies.
    fn object(payload: &Self::Payload) -> Object;

    /// Whom else it concerns: whoever may not act about them neither proposes nor decides.
    fn also(_: &Self::Payload) -> Vec<Object> {
        Vec::new()
    }

    /// What keeps two proposals of this kind about the same object apart, so that both may wait.
    fn apart(_: &Self::Payload) -> Option<[u8; 32]> {
        None
    }

    /// Checks that it could be done now, and says what would change. Locks what the decision rests
    /// on, so that it holds until the transaction ends.
    fn preview<'a>(
        &'a self,
        tx: &'a mut Tx,
        ctx: &'a Ctx,
        payload: &'a Self::Payload,
    ) -> impl Future<Output = Result<Preview>> + Send + 'a;

    /// Does it, in the transaction of the last decision. What it gives is shown once, to whoever
    /// took that decision.
    fn execute<'a>(
        &'a self,
        tx: &'a mut Tx,
        ctx: &'a Ctx,
        approved: Approved<'a, Self::Payload>,
    ) -> impl Future<Output = Result<Shown>> + Send + 'a;

    /// What is left to do in this process after the commit, such as forgetting what is cached.
    fn done(&self, _payload: &Self::Payload) {}

    /// What others do about it at once after the commit. The event of the change has them do it as
    /// well: when it fails here, it is late, not lost.
    fn followed<'a>(
        &'a self,
        _ctx: &'a Ctx,
        _payload: &'a Self::Payload,
    ) -> impl Future<Output = Result<()>> + Send + 'a {
        std::future::ready(Ok(()))
    }
}

pub(super) type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// An [`Action`] whose payload is text.
pub(super) trait Kind: Send + Sync {
    fn terms(&self) -> Terms;
    fn also(&self, payload: &str) -> Result<Vec<Object>>;
    fn preview<'a>(&'a self, tx: &'a mut Tx, ctx: &'a Ctx, payload: &'a str)
    -> Answer<'a, Preview>;
    fn execute<'a>(
        &'a self,
        tx: &'a mut Tx,
        ctx: &'a Ctx,
        approved: Approved<'a, str>,
    ) -> Answer<'a, Shown>;
    fn done(&self, payload: &str);
    fn followed<'a>(&'a self, ctx: &'a Ctx, payload: &'a str) -> Answer<'a, ()>;
}

impl<A: Action> Kind for A {
    fn terms(&self) -> Terms {
        A::TERMS
    }

    fn also(&self, payload: &str) -> Result<Vec<Object>> {
        read::<A>(payload).map(|payload| A::also(&payload))
    }

    fn preview<'a>(
        &'a self,
        tx: &'a mut Tx,
        ctx: &'a Ctx,
        payload: &'a str,
    ) -> Answer<'a, Preview> {
        Box::pin(async move {
            let payload = read::<A>(payload)?;
            Action::preview(self, tx, ctx, &payload).await
        })
    }

    fn execute<'a>(
        &'a self,
        tx: &'a mut Tx,
        ctx: &'a Ctx,
        approved: Approved<'a, str>,
    ) -> Answer<'a, Shown> {
        Box::pin(async move {
            let Approved { id, reason, payload } = approved;
            let payload = &read::<A>(payload)?;
            Action::execute(self, tx, ctx, Approved { id, reason, payload }).await
        })
    }

    fn done(&self, payload: &str) {
        if let Ok(payload) = read::<A>(payload) {
            Action::done(self, &payload);
        }
    }

    fn followed<'a>(&'a self, ctx: &'a Ctx, payload: &'a str) -> Answer<'a, ()> {
        Box::pin(async move {
            let payload = read::<A>(payload)?;
            Action::followed(self, ctx, &payload).await
        })
    }
}

fn read<A: Action>(payload: &str) -> Result<A::Payload> {
    serde_json::from_str(payload).map_err(|e| Error::broken("reading what was proposed", e))
}

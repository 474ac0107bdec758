//! Refusals that the audit log tells of less often than they happen: those that a stranger can
//! cause as often as they like. Of many in a minute the log tells of the first, and of how many it
//! left out.

use kernel::{Actor, Code, Ctx, CustomerId, Result, StaffId};
use serde_json::{Value, json};
use store::audit::{self, Entry};
use store::rates::{self, Counted, Rate};
use uuid::Uuid;

use crate::client::rate_key;
use crate::{ClientInfo, Identity, signals};

/// Of one customer, or of one address where nobody knows which customer, in a minute.
const OF_ONE: Rate = Rate { scope: "audit/refused", max: 5, window_seconds: 60 };
/// Of all of them together: many addresses must not fill the log either.
const OF_ALL: Rate = Rate { scope: "audit/refused/all", max: 300, window_seconds: 60 };

/// Refused sign-ins of one customer in a day. With the last of these the customer is told: once a
/// day, so that nobody can have the bank write to them all the time.
const OF_A_DAY: Rate = Rate { scope: "sign_in/refused", max: 5, window_seconds: 86_400 };

/// An attempt to show who one is that was refused.
pub(crate) struct RefusedAttempt<'a> {
    /// What was tried, as the audit log names it.
    pub action: &'static str,
    /// By what: `password`, `sms`.
    pub method: &'a str,
    /// Whose way in it was, if that is known.
    pub subject: Option<Uuid>,
    /// What it was tried as: its kind and id.
    pub object: Option<(&'static str, &'a str)>,
    /// Where from.
    pub client: Option<&'a ClientInfo>,
    /// The phone that was named, by which it is counted then: what is left out must not tell
    /// whether the phone is a customer's.
    pub phone: Option<&'a str>,
}

impl<'a> RefusedAttempt<'a> {
    pub const fn of(action: &'static str, method: &'a str) -> Self {
        Self { action, method, subject: None, object: None, client: None, phone: None }
    }

    pub fn by(self, subject: Option<CustomerId>) -> Self {
        Self { subject: subject.map(CustomerId::uuid), ..self }
    }

    pub const fn by_staff(self, employee: StaffId) -> Self {
        Self { subject: Some(employee.uuid()), ..self }
    }

    pub const fn object(self, kind: &'static str, id: &'a str) -> Self {
        Self { object: Some((kind, id)), ..self }
    }

    pub const fn at(self, client: &'a ClientInfo) -> Self {
        Self { client: Some(client), ..self }
    }

    pub const fn of_phone(self, phone: &'a str) -> Self {
        Self { phone: Some(phone), ..self }
    }

    fn whom(&self) -> String {
        match (self.phone, self.subject, self.client) {
            (Some(phone), ..) => phone.to_owned(),
            (None, Some(subject), _) => subject.to_string(),
            (None, None, Some(client)) => rate_key(client.ip),
            (None, None, None) => "nobody".to_owned(),
        }
    }
}

/// An act of somebody who is signed in that was refused: what it was about is not theirs, or they
/// have to prove more.
#[derive(Debug)]
pub struct RefusedAct {
    action: &'static str,
    subject: Option<Uuid>,
    object: Option<(&'static str, String)>,
}

impl RefusedAct {
    /// Of what the audit log calls so when it is done.
    #[must_use]
    pub const fn of(action: &'static str) -> Self {
        Self { action, subject: None, object: None }
    }

    /// Whom it would have been about: whoever asked, when nothing is said.
    #[must_use]
    pub const fn about(mut self, subject: Uuid) -> Self {
        self.subject = Some(subject);
        self
    }

    /// What it would have been done to: its kind, and its id as it is shown.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "whatever it is, calls read the same")]
    pub fn object(mut self, kind: &'static str, id: impl ToString) -> Self {
        self.object = Some((kind, id.to_string()));
        self
    }
}

impl Identity {
    /// Refuses an act, and records that in the audit log unless whoever asks is refused too often.
    /// Not within a transaction: what it did would be gone, and this is to stay.
    pub async fn refuse_act<T>(&self, ctx: &Ctx, act: RefusedAct, code: Code) -> Result<T> {
        // Part of a use case that asked who may.
        let who = match ctx.actor {
            Actor::Customer { id, .. } => Some(id.uuid()),
            Actor::Staff(employee) => Some(employee.id.uuid()),
            Actor::Anonymous | Actor::System(_) => None,
        };
        let entry = Entry::refused(act.action, code);
        let entry = match act.object {
            Some((kind, id)) => entry.object(kind, id),
            None => entry,
        };
        let whom = who.map_or_else(|| "nobody".to_owned(), |who| who.to_string());
        self.tell_of(ctx, (&whom, act.subject.or(who)), (entry, json!({}))).await?;
        Err(code.into())
    }

    /// Counts something that is refused. Gives the facts of its event, with how many before it were
    /// left out; `None` when this one is left out too.
    pub(crate) async fn telling(
        &self,
        ctx: &Ctx,
        (told, whom): (Rate, &str),
        facts: Value,
    ) -> Result<Option<Value>> {
        let counted = rates::count(&self.store, ctx, told, whom).await?;
        Ok((counted.now <= told.max).then(|| with_left_out(facts, told, counted)))
    }

    /// Records a refused attempt in the audit log, unless there are too many of them.
    pub(crate) async fn record_refused(
        &self,
        ctx: &Ctx,
        attempt: RefusedAttempt<'_>,
        code: Code,
    ) -> Result<()> {
        let facts = json!({ "method": attempt.method });
        let entry = Entry::refused(attempt.action, code);
        let entry = match attempt.object {
            Some((kind, id)) => entry.object(kind, id),
            None => entry,
        };
        self.tell_of(ctx, (&attempt.whom(), attempt.subject), (entry, facts)).await
    }

    /// Records a refusal, counted by `whom`, unless there are too many of theirs or of all.
    async fn tell_of(
        &self,
        ctx: &Ctx,
        (whom, subject): (&str, Option<Uuid>),
        (entry, facts): (Entry, Value),
    ) -> Result<()> {
        let Some(facts) = self.telling(ctx, (OF_ONE, whom), facts).await? else { return Ok(()) };
        if rates::count(&self.store, ctx, OF_ALL, "").await?.now > OF_ALL.max {
            return Ok(());
        }
        let entry = entry.facts(facts);
        let entry = match subject {
            Some(subject) => entry.subject(subject),
            None => entry,
        };
        audit::record(&self.store, &self.keys, ctx, entry).await.map(|_| ())
    }

    /// Records a sign-in that was looked at and refused, and tells the customer whose it was when
    /// there were some of them. Does the same for nobody's, which are counted by a phone.
    pub(crate) async fn record_failed_sign_in(
        &self,
        ctx: &Ctx,
        (user, phone): (Option<CustomerId>, &str),
        entry: Entry,
    ) -> Result<()> {
        let whose = user.map_or_else(|| phone.to_owned(), |user| user.to_string());
        let counted = rates::count(&self.store, ctx, OF_A_DAY, &whose).await?;
        let mut tx = self.store.begin().await?;
        let entry = match user {
            Some(user) => entry.subject(user.uuid()),
            None => entry,
        };
        audit::append(&mut tx, &self.keys, ctx, entry).await?;
        if let Some(user) = user.filter(|_| counted.now == OF_A_DAY.max) {
            let facts = json!({ "refused": counted.now });
            signals::tell(&mut tx, ctx, signals::SIGN_IN_REFUSED, user, facts).await?;
        }
        self.store.commit_and_wake(tx).await
    }

    /// Passes an answer on; a refusal is recorded first.
    pub(crate) async fn or_record_refused<T: Send>(
        &self,
        ctx: &Ctx,
        attempt: RefusedAttempt<'_>,
        answer: Result<T>,
    ) -> Result<T> {
        if let Some(code) = answer.as_ref().err().and_then(kernel::Error::code) {
            self.record_refused(ctx, attempt, code).await?;
        }
        answer
    }
}

fn with_left_out(mut facts: Value, told: Rate, counted: Counted) -> Value {
    let left_out = counted.left_out_before(told);
    if let (1.., Some(facts)) = (left_out, facts.as_object_mut()) {
        facts.insert("left_out_before".to_owned(), json!(left_out));
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_out_is_said_with_the_next() {
        let facts = |before| with_left_out(json!({ "a": 1 }), OF_ONE, Counted { now: 1, before });
        assert_eq!(facts(0), json!({ "a": 1 }));
        assert_eq!(facts(OF_ONE.max), json!({ "a": 1 }));
        assert_eq!(facts(OF_ONE.max + 2), json!({ "a": 1, "left_out_before": 2 }));
    }

    #[test]
    fn one_is_counted_by_whose_it_is_and_strangers_by_where_they_are() {
        let client = ClientInfo::new([203, 0, 113, 9].into(), "curl");
        let user = CustomerId::from_uuid(Uuid::from_u128(7));
        let attempt = || RefusedAttempt::of("sign_in.password", "password").at(&client);
        assert_eq!(attempt().whom(), "203.0.113.9");
        assert_eq!(attempt().by(Some(user)).whom(), user.uuid().to_string());
        // By the phone it is the same whether or not it is a customer's.
        for whose in [Some(user), None] {
            assert_eq!(attempt().by(whose).of_phone("phone").whom(), "phone");
        }
        assert_eq!(RefusedAttempt::of("a", "b").whom(), "nobody");
    }
}

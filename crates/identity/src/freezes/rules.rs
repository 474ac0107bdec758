use kernel::{CustomerId, KeyRing, KeyUse, Moment, Secret, SessionId};
use uuid::Uuid;

use super::UserStatus;

/// How long a notice is good. After a week the customer calls.
const ALARM_SECONDS: i64 = 7 * 86_400;
/// What was set up so long before a freeze may be somebody else's: three days, in which a customer
/// who was told of it would have noticed.
const DOUBTED_SECONDS: i64 = 72 * 3_600;
/// What was set so shortly after a freeze may have been under way before it, by another node's
/// clock. No customer proves a phone at the desk, before two employees, in less.
const DOUBTED_AFTER_SECONDS: i64 = 60;

/// Since when what was set up is doubted, of somebody frozen then.
pub(super) const fn doubted_since(frozen: Moment) -> Moment {
    frozen.plus_seconds(DOUBTED_SECONDS.saturating_neg())
}

/// Whether a phone that was set then is doubted. One that was proven at the bank since the freeze
/// is not.
pub(super) fn is_doubted(set: Option<Moment>, frozen: Moment) -> bool {
    let until = frozen.plus_seconds(DOUBTED_AFTER_SECONDS);
    set.is_some_and(|set| doubted_since(frozen) <= set && set <= until)
}

const CONTEXT: &[u8] = b"it was not me";

/// What a notice carries: enough to freeze its customer, and for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Alarm {
    pub user: CustomerId,
    /// The session that did what the notice tells, when one did.
    pub session: Option<SessionId>,
    /// When that happened.
    at: Moment,
    until: Moment,
}

impl Alarm {
    pub const fn new(
        user: CustomerId,
        (session, at): (Option<SessionId>, Moment),
        now: Moment,
    ) -> Self {
        Self { user, session, at, until: now.plus_seconds(ALARM_SECONDS) }
    }

    /// Whether it has done what it is for: the customer was frozen after what it tells, and has
    /// been let in again. They have shown the bank who they are; whoever reads their mail must not
    /// freeze them with the same notice once more.
    pub fn is_spent(&self, status: UserStatus, frozen: Option<Moment>) -> bool {
        status == UserStatus::Active && frozen.is_some_and(|frozen| self.at <= frozen)
    }

    /// The text that travels in the address of a page.
    pub fn seal(&self, keys: &KeyRing) -> Secret<String> {
        let (user, session) = (self.user.uuid(), self.session.map(SessionId::uuid));
        let session = session.unwrap_or(Uuid::nil());
        let moments = [self.at, self.until].map(|moment| moment.micros().to_be_bytes());
        let plain = [user.as_bytes().as_slice(), session.as_bytes(), &moments.concat()].concat();
        Secret::new(keys.seal(KeyUse::Alarm, CONTEXT, &plain))
    }

    /// What a text says. `None` when the bank did not write it, or too long ago.
    pub fn open(keys: &KeyRing, text: &str, now: Moment) -> Option<Self> {
        let plain = keys.unseal(KeyUse::Alarm, CONTEXT, text)?;
        let (user, rest) = plain.expose().split_first_chunk::<16>()?;
        let (session, rest) = rest.split_first_chunk::<16>()?;
        let (at, rest) = rest.split_first_chunk::<8>()?;
        let moment = |bytes: &[u8; 8]| Moment::from_micros(i64::from_be_bytes(*bytes));
        let (at, until) = (moment(at), moment(rest.try_into().ok()?));
        let session = Uuid::from_bytes(*session);
        (now < until).then(|| Self {
            user: CustomerId::from_uuid(Uuid::from_bytes(*user)),
            session: (!session.is_nil()).then(|| SessionId::from_uuid(session)),
            at,
            until,
        })
    }
}

#[cfg(test)]
mod tests {
    use kernel::Entropy;

    use super::*;

    #[test]
    fn a_phone_is_doubted_that_was_set_shortly_before_the_freeze_or_just_after() {
        let frozen = Moment::from_micros(1_763_800_000_000_000);
        let hours = |hours: i64| Some(frozen.plus_seconds(hours * 3_600));
        for (set, doubted) in [
            (None, false),
            (hours(-73), false),
            (hours(-72), true),
            (hours(-1), true),
            (hours(0), true),
            (Some(frozen.plus_micros(1)), true),
            (Some(frozen.plus_seconds(60)), true),
            (Some(frozen.plus_seconds(60).plus_micros(1)), false),
            (hours(24), false),
        ] {
            assert_eq!(is_doubted(set, frozen), doubted, "{set:?}");
        }
    }

    #[test]
    fn an_alarm_is_spent_when_its_customer_was_let_in_again() {
        let at = Moment::from_micros(1_763_800_000_000_000);
        let (user, session) = (CustomerId::generate(at, Entropy), SessionId::generate(at, Entropy));
        let alarm = Alarm::new(user, (Some(session), at), at.plus_seconds(30));
        let (before, after) = (Some(at.plus_seconds(-60)), Some(at.plus_seconds(60)));
        for (status, frozen, spent) in [
            (UserStatus::Active, None, false),
            (UserStatus::Active, before, false),
            (UserStatus::Active, Some(at), true),
            (UserStatus::Active, after, true),
            (UserStatus::Frozen, after, false),
            (UserStatus::Frozen, before, false),
        ] {
            assert_eq!(alarm.is_spent(status, frozen), spent, "{status:?} {frozen:?}");
        }
    }

    #[test]
    fn an_alarm_reads_back_for_a_week() {
        let at = Moment::from_micros(1_763_800_000_000_000);
        let keys = KeyRing::new(Secret::new([7; 32]));
        let (user, session) = (CustomerId::generate(at, Entropy), SessionId::generate(at, Entropy));
        let text = Alarm::new(user, (Some(session), at), at).seal(&keys);
        let last = at.plus_seconds(ALARM_SECONDS - 1);
        let read = Alarm::open(&keys, text.expose(), last).unwrap();
        assert_eq!(read, Alarm::new(user, (Some(session), at), at));
        let of_no_session = Alarm::new(user, (None, at), at);
        let text_of_none = of_no_session.seal(&keys);
        assert_eq!(Alarm::open(&keys, text_of_none.expose(), last), Some(of_no_session));
        assert_eq!(Alarm::open(&keys, text.expose(), at.plus_seconds(ALARM_SECONDS)), None);
        assert_eq!(Alarm::open(&keys, &text.expose()[1..], at), None);
        // What is sealed for something else is no alarm.
        let other = keys.seal(KeyUse::Cookie, CONTEXT, &[0; 48]);
        assert_eq!(Alarm::open(&keys, &other, at), None);
    }
}

//! The same while the second node's line to the database is disturbed.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::time::Duration;

use identity::{Enrolled, Reason};
use tokio::time::Instant;

use crate::bank::{Bank, Person};
use crate::line::Mood;
use crate::matrix::OVER;
use crate::{LIMIT, millis, on_a_device, until_refused, waiting};

/// What happens on the first node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The app's session signs out.
    SignedOut,
    /// Every session of the customer ends.
    AllSessions,
    /// The bank freezes the customer.
    Frozen,
    /// Every session of everybody ends.
    Everyone,
    /// Every session but the one it is asked from ends.
    Others,
    /// A device is unbound, on which the sessions are.
    Device,
}

impl Event {
    pub const ALL: [Self; 6] = [
        Self::SignedOut,
        Self::AllSessions,
        Self::Frozen,
        Self::Everyone,
        Self::Others,
        Self::Device,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::SignedOut => "sign-out of the app",
            Self::AllSessions => "every session of the customer ends",
            Self::Frozen => "the bank freezes the customer",
            Self::Everyone => "every session of everybody ends",
            Self::Others => "every session but the one it is asked from ends",
            Self::Device => "a device is unbound",
        }
    }

    /// Whether the browser's session ends, too.
    fn ends_the_browser(self) -> bool {
        self != Self::SignedOut
    }

    /// Whether what waits for a second factor is over, too: it belongs to no session.
    fn ends_what_waits(self) -> bool {
        !matches!(self, Self::SignedOut | Self::Device)
    }

    async fn happens(self, bank: &Bank, (person, device): (&Person, Option<&Enrolled>)) {
        let (a, system) = (&bank.a.identity, bank.system());
        match (self, device) {
            (Self::SignedOut, _) => {
                return a.sign_out(&bank.as_customer(&person.mobile)).await.unwrap();
            }
            (Self::Others, _) => {
                return a.end_other_sessions(&bank.as_customer(&person.here)).await.unwrap();
            }
            (_, Some(bound)) => {
                let asker = bank.as_proven(&person.here);
                return a.unbind_device(&asker, bound.device.id).await.unwrap();
            }
            _ => {}
        }
        let mut tx = bank.a.store.begin().await.unwrap();
        match self {
            Self::SignedOut | Self::Others | Self::Device => {}
            Self::AllSessions => {
                let whose = (person.id, None);
                a.end_sessions(&mut tx, &system, whose, Reason::EndedByStaff).await.unwrap();
            }
            Self::Frozen => {
                let facts = serde_json::json!({});
                a.freeze_for_bank(&mut tx, &system, person.id, facts).await.unwrap();
            }
            Self::Everyone => a.end_everyones_sessions(&mut tx, &system).await.unwrap(),
        }
        store::commit(tx).await.unwrap();
    }
}

/// What was seen on the second node.
pub struct Seen {
    pub token: String,
    pub cookie: String,
    pub stream: String,
    pub payment: String,
    pub page: String,
    pub refresh: String,
    pub sign_in: String,
    pub reset: String,
}

/// An event, under a fault. The line is good before and after.
pub async fn disturbed(bank: &Bank, mood: Mood, event: Event, number: u32) -> Seen {
    let mut person = bank.person(number).await;
    let device =
        if event == Event::Device { Some(on_a_device(bank, &mut person).await) } else { None };
    let paid = bank.paid().await;
    bank.both_know().await;
    bank.line.set(mood);
    let began = Instant::now();
    event.happens(bank, (&person, device.as_ref())).await;
    let mut seen = if mood == Mood::Stopped {
        stopped(bank, &mut person, began).await
    } else {
        heard_late(bank, &mut person, (event, began)).await
    };
    bank.line.set(Mood::Good);
    let knows = tokio::time::timeout(Duration::from_secs(20), async {
        while bank.b.me(&person.mobile).await != 401 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    knows.await.expect("the node does not come back");
    bank.both_know().await;
    assert_eq!(bank.paid().await, paid, "money moved meanwhile");
    if mood == Mood::Stopped {
        let (sign_in, reset) = waiting(bank, &person).await;
        (seen.sign_in, seen.reset) =
            (format!("no answer, then {sign_in}"), format!("no answer, then {reset}"));
    }
    assert_eq!(seen.sign_in.ends_with(OVER), event.ends_what_waits(), "{}", seen.sign_in);
    if !event.ends_the_browser() {
        assert_eq!(bank.b.page(&person.browser).await, 200, "the browser's session is another one");
    }
    seen
}

/// The node asks the database, which answers.
async fn heard_late(bank: &Bank, person: &mut Person, (event, began): (Event, Instant)) -> Seen {
    let b = &bank.b;
    let token = until_refused(began, || b.me(&person.mobile)).await;
    let payment = b.pay(bank, &person.mobile, &person.payment).await;
    assert_eq!(payment, 401);
    let (status, error) = b.refresh(&person.mobile).await;
    assert_eq!(error.as_deref(), Some("invalid_grant"), "{status}");
    let (cookie, page, stream) = if event.ends_the_browser() {
        let cookie = until_refused(began, || b.page(&person.browser)).await;
        let page = b.page_at("/pay", &person.browser).await;
        assert_eq!(page, 303);
        let stream = person.stream_ended(began).await.expect("the stream is still open");
        assert!(stream < LIMIT, "{stream:?}");
        (cookie, page, format!("closed in {}", millis(stream)))
    } else {
        let (cookie, page) =
            (b.page(&person.browser).await, b.page_at("/pay", &person.browser).await);
        assert_eq!((cookie, page), (200, 200));
        assert!(person.stream_is_open());
        ("another session, 200".to_owned(), page, "another session, open".to_owned())
    };
    let (payment, page) = (payment.to_string(), page.to_string());
    let (sign_in, reset) = waiting(bank, person).await;
    let refresh = "invalid_grant".to_owned();
    Seen { token, cookie, stream, payment, page, refresh, sign_in, reset }
}

/// The node cannot know, and says so: above all where money is.
async fn stopped(bank: &Bank, person: &mut Person, began: Instant) -> Seen {
    // Nothing that is asked later than the bound is answered from memory.
    tokio::time::sleep(Duration::from_millis(800)).await;
    let b = &bank.b;
    let exchange = tokio::time::timeout(Duration::from_secs(3), b.refresh(&person.mobile));
    let (token, cookie, payment, page, refresh) = tokio::join!(
        b.me(&person.mobile),
        b.page(&person.browser),
        b.pay(bank, &person.mobile, &person.payment),
        b.page_at("/pay", &person.browser),
        exchange,
    );
    assert_eq!((token, cookie, payment, page), (503, 503, 503, 503));
    let refresh = refresh.expect("the refresh waits for the database").0;
    assert_eq!(refresh, 503);
    let stream = person.stream_ended(began).await.expect("the stream is still open");
    assert!(stream < LIMIT, "{stream:?}");
    let stream = format!("closed in {}", millis(stream));
    let status = |status: u16| status.to_string();
    let (token, cookie) = (status(token), status(cookie));
    let (payment, page, refresh) = (status(payment), status(page), status(refresh));
    let silence = Duration::from_millis(500);
    let entered = tokio::time::timeout(silence, waiting(bank, person)).await;
    assert!(entered.is_err(), "what waited was decided without the database: {entered:?}");
    let (sign_in, reset) = (String::new(), String::new());
    Seen { token, cookie, stream, payment, page, refresh, sign_in, reset }
}

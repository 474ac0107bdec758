//! The same while the second node's line to the database is disturbed.
//!
//! Two rows that are tried are not tried here: whoever guesses ends nothing that a node could miss,
//! and a proof that is not good is refused with the request that carries it.

use std::time::Duration;

use kernel::Method;
use tokio::time::Instant;

use crate::bank::{Bank, Person};
use crate::events::{self, Happens};
use crate::line::Mood;
use crate::matrix::{GOES_ON, OVER};
use crate::staff::{self, Removal};
use crate::{LIMIT, millis, time, until_refused, waiting};

/// How long a request of the panel may wait for a database that hangs: two seconds and what a busy
/// machine takes.
const PANEL_LIMIT: Duration = Duration::from_millis(2_900);

/// What happens on the first node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The app's session signs out, and the browser's.
    SignedOut,
    /// They are ended from a third one, one by one.
    OneByOne,
    /// Every session but the one it is asked from ends.
    Others,
    /// Every session of the customer ends.
    AllSessions,
    /// The customer changes their password.
    Password,
    /// They choose another, having forgotten it.
    Reset,
    /// What proved them is made anew.
    Factor,
    /// A device is unbound, on which the sessions are.
    Device,
    /// The bank freezes the customer.
    Frozen,
    /// The customer leaves.
    Closed,
    /// A refresh token comes again.
    Reused,
    /// Every session of everybody ends.
    Everyone,
    /// Nobody uses the sessions for too long.
    Idle,
    /// They were used for as long as a session lives.
    Absolute,
}

impl Event {
    pub const ALL: [Self; 14] = [
        Self::SignedOut,
        Self::OneByOne,
        Self::Others,
        Self::AllSessions,
        Self::Password,
        Self::Reset,
        Self::Factor,
        Self::Device,
        Self::Frozen,
        Self::Closed,
        Self::Reused,
        Self::Everyone,
        Self::Idle,
        Self::Absolute,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::SignedOut => "sign-out of the app and of the browser",
            Self::OneByOne => "one other session is ended, then another",
            Self::Others => "every session but the one it is asked from ends",
            Self::AllSessions => "every session of the customer ends",
            Self::Password => "the password is changed",
            Self::Reset => "a password reset is completed",
            Self::Factor => "the recovery codes are made anew",
            Self::Device => "a device is unbound",
            Self::Frozen => "the bank freezes the customer",
            Self::Closed => "the customer leaves",
            Self::Reused => "a refresh token comes again",
            Self::Everyone => "every session of everybody ends",
            Self::Idle => "a month without use",
            Self::Absolute => "three months of use",
        }
    }

    /// Whether the browser's session ends, too.
    fn ends_the_browser(self) -> bool {
        self != Self::Reused
    }

    /// What the session says from which the customer acts, with the token that it had.
    const fn here(self) -> u16 {
        match self {
            Self::SignedOut
            | Self::OneByOne
            | Self::Others
            | Self::Factor
            | Self::Device
            | Self::Reused => 200,
            _ => 401,
        }
    }

    /// Whether time goes by, for everybody: such an event has a bank of its own.
    pub fn takes_months(self) -> bool {
        matches!(self, Self::Idle | Self::Absolute)
    }

    async fn ready<'a>(self, bank: &'a Bank, person: &mut Person) -> Happens<'a> {
        let (mobile, browser) = (person.mobile.session, person.browser.session);
        match self {
            Self::SignedOut => both(
                events::signed_out(bank, person, mobile),
                events::signed_out(bank, person, browser),
            ),
            Self::OneByOne => both(
                events::one_ended(bank, person, mobile),
                events::one_ended(bank, person, browser),
            ),
            Self::Others => events::others_ended(bank, person),
            Self::AllSessions => events::all_ended(bank, person),
            Self::Password => events::password_changed(bank, person).await,
            Self::Reset => events::password_reset(bank, person).await,
            Self::Factor => events::factor_changed(bank, person).await,
            Self::Device => events::device_unbound(bank, person).await.1,
            Self::Frozen => events::frozen(bank, person),
            Self::Closed => events::closed(bank, person),
            Self::Reused => events::refresh_reused(bank, person).await,
            Self::Everyone => events::everyones_ended(bank),
            Self::Idle => events::days_pass(bank, 31),
            Self::Absolute => {
                time::used_for_months(bank, person).await;
                // The app's session is the old one, and the browser's is new: it ends by the same
                // days, idle.
                let mobile = person.mobile.clone();
                let proof = identity::Proof::two(&[Method::Password, Method::Sms]);
                events::sessions_begin(bank, person, proof).await;
                person.mobile = mobile;
                events::days_pass(bank, 4)
            }
        }
    }
}

fn both<'a>(one: Happens<'a>, other: Happens<'a>) -> Happens<'a> {
    Box::pin(async move {
        one.await;
        other.await;
    })
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
    let happens = event.ready(bank, &mut person).await;
    let paid = bank.paid().await;
    bank.both_know().await;
    bank.line.set(mood);
    let began = Instant::now();
    happens.await;
    let mut seen = if mood == Mood::Stopped {
        stopped(bank, &mut person, began).await
    } else {
        heard_late(bank, &mut person, (event, began)).await
    };
    bank.line.set(Mood::Good);
    comes_back(|| bank.b.me(&person.mobile), 401).await;
    bank.both_know().await;
    assert_eq!(bank.paid().await, paid, "money moved meanwhile");
    if mood == Mood::Stopped {
        let (sign_in, reset) = waiting(bank, &person).await;
        (seen.sign_in, seen.reset) =
            (format!("no answer, then {sign_in}"), format!("no answer, then {reset}"));
    }
    assert!(seen.sign_in.ends_with(OVER), "{}", seen.sign_in);
    let browser = if event.ends_the_browser() { 303 } else { 200 };
    assert_eq!(bank.b.page(&person.browser).await, browser, "{event:?}: the browser's session");
    assert_eq!(bank.b.me(&person.here).await, event.here(), "{event:?}: the session of the event");
    seen
}

/// Waits until the node, whose line is good again, says no: it says nothing else before but that it
/// does not know.
async fn comes_back<F: Future<Output = u16>>(ask: impl Fn() -> F, no: u16) {
    let knows = tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            let status = ask().await;
            if status == no {
                return;
            }
            assert_eq!(status, 503, "what ended is let in");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    knows.await.expect("the node does not come back");
}

/// An employee loses a role, under a fault. The panel remembers nobody: it asks the database about
/// each request, and refuses in bounded time when that does not answer.
pub async fn role_removed(bank: &Bank, mood: Mood) -> Seen {
    let Removal { mut clerk, waits, happens } = staff::removal(bank).await;
    let token = &clerk.session.token;
    let panel = || bank.b.panel_at("/cases", token);
    assert_eq!(panel().await, 200);
    bank.both_know().await;
    bank.line.set(mood);
    let began = Instant::now();
    happens.await;
    let cookie = if mood == Mood::Stopped {
        let asked = Instant::now();
        assert_eq!(panel().await, 503, "the panel answers without the database");
        let took = asked.elapsed();
        assert!(took < PANEL_LIMIT, "{took:?}");
        format!("503 in {}", millis(took))
    } else {
        until_refused(began, panel).await
    };
    bank.line.set(Mood::Good);
    comes_back(panel, 403).await;
    bank.both_know().await;
    assert_eq!(bank.b.panel_at("/", token).await, 200, "they work here still");
    staff::comes_in(bank, (&mut clerk, &waits)).await;
    let none = || "none".to_owned();
    Seen {
        token: none(),
        cookie,
        stream: none(),
        payment: none(),
        page: none(),
        refresh: none(),
        sign_in: GOES_ON.to_owned(),
        reset: none(),
    }
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

//! Every event that ends something, on every surface, on two nodes of one bank: how long it takes
//! until the other node knows. The rows and columns are those of the file beside this one; a row
//! that is not tried here, and a cell that the bank does not keep to, say why (`matrix.rs`).
//!
//! `OKTO_UPDATE=1 cargo test -p okto --test revocation` writes docs/security/revocation.md.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so"
)]

mod app;
mod bank;
mod events;
mod faults;
mod line;
mod matrix;
mod proofs;
mod staff;
mod time;

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use bank::{Bank, Person};
use faults::{Event, disturbed};
use identity::{By, DeviceState, Enrolled, NewDevice, Tokens};
use line::Mood;
use matrix::{GOES_ON, OVER, Seen};
use tokio::time::Instant;

/// What every effect must stay below.
const LIMIT: Duration = Duration::from_secs(1);

/// A row of the page.
enum Row {
    Tried(Box<Seen>, &'static str),
    Not(&'static str),
}

impl Row {
    fn tried(seen: Seen, note: &'static str) -> Self {
        Self::Tried(Box::new(seen), note)
    }
}

fn millis(took: Duration) -> String {
    format!("{} ms", took.as_millis())
}

/// Asks again and again until the answer is not 200.
async fn until_refused<F: Future<Output = u16>>(since: Instant, ask: impl Fn() -> F) -> String {
    loop {
        let status = ask().await;
        let took = since.elapsed();
        if status != 200 {
            assert!(took < LIMIT, "{status} after {took:?}");
            assert!(matches!(status, 401 | 403 | 503 | 303), "{status}");
            return format!("{status} in {}", millis(took));
        }
        assert!(took < LIMIT, "still good after {took:?}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Everything ends on the other node within a second.
async fn all_end(bank: &Bank, person: &mut Person, since: Instant) -> Seen {
    let token = until_refused(since, || bank.b.me(&person.mobile)).await;
    let cookie = until_refused(since, || bank.b.page(&person.browser)).await;
    let stream = closed(person, since).await;
    rest(bank, person, (token, cookie, stream)).await
}

/// How long the stream was open.
async fn closed(person: &mut Person, since: Instant) -> String {
    let stream = person.stream_ended(since).await.expect("the stream is still open");
    assert!(stream < LIMIT, "the stream was open for {stream:?}");
    format!("closed in {}", millis(stream))
}

/// The mobile session alone ends.
async fn mobile_ends(bank: &Bank, person: &mut Person, since: Instant) -> Seen {
    let token = until_refused(since, || bank.b.me(&person.mobile)).await;
    assert_eq!(bank.b.page(&person.browser).await, 200);
    assert!(person.stream_is_open());
    let another = ("another session, 200".to_owned(), "open: another session".to_owned());
    rest(bank, person, (token, another.0, another.1)).await
}

/// What became of everything else of a mobile session that is over.
async fn rest(bank: &Bank, person: &Person, seen: (String, String, String)) -> Seen {
    let seen = rest_but_waiting(bank, person, seen).await;
    let (sign_in, reset) = waiting(bank, person).await;
    Seen { sign_in, reset, ..seen }
}

/// The same without the sign-in and the reset that wait.
async fn rest_but_waiting(bank: &Bank, person: &Person, seen: (String, String, String)) -> Seen {
    let (token, cookie, stream) = seen;
    let (sign_in, reset) = (String::new(), String::new());
    let (_, refresh) = bank.b.refresh(&person.mobile).await;
    let refresh = refresh.expect("a token was exchanged");
    let (payment, payment_here) = payments(bank, person).await;
    let entry = if bank.lets_in(person.id).await { "yes" } else { "no" }.to_owned();
    Seen { token, refresh, cookie, stream, sign_in, payment, payment_here, reset, entry }
}

/// What became of the payment that the session which is over had confirmed, and of that of the one
/// from which the customer acts. Whichever session there is now tries to make them.
async fn payments(bank: &Bank, person: &Person) -> (String, String) {
    let before = bank.paid().await;
    let dead = bank.b.pay(bank, &person.mobile, &person.payment).await;
    assert_eq!(dead, 401);
    let Some(session) = session_now(bank, person).await else {
        return (format!("{OVER} ({dead})"), String::new());
    };
    let theirs = bank.b.pay(bank, &session, &person.payment).await;
    assert_ne!(theirs, 201, "what the dead session confirmed was paid");
    assert_eq!(bank.paid().await, before);
    let own = bank.b.pay(bank, &session, &person.payment_here).await;
    let goes_on = own == 201;
    assert_eq!(bank.paid().await, before + i64::from(goes_on));
    let what = if goes_on { GOES_ON } else { OVER };
    (format!("{OVER} ({dead}; {theirs} from another session)"), format!("{what} ({own})"))
}

/// The session from which the customer acted, while it goes on, or else a new one if they get in.
async fn session_now(bank: &Bank, person: &Person) -> Option<Tokens> {
    if bank.b.me(&person.here).await == 200 {
        return Some(person.here.clone());
    }
    if bank.lets_in(person.id).await { Some(bank.session(person.id).await) } else { None }
}

/// What became of the sign-in and the reset that waited.
async fn waiting(bank: &Bank, person: &Person) -> (String, String) {
    let name = |goes_on| if goes_on { GOES_ON } else { OVER }.to_owned();
    (name(bank.sign_in_goes_on(person).await), name(bank.reset_goes_on(person).await))
}

/// While nothing happens everything goes on: whatever is over later was ended by the event.
async fn nothing_ends(bank: &Bank, person: &mut Person) {
    assert_eq!(bank.b.pay(bank, &person.mobile, &person.payment).await, 201);
    assert_eq!(bank.b.pay(bank, &person.here, &person.payment_here).await, 201);
    assert_eq!(waiting(bank, person).await, (GOES_ON.to_owned(), GOES_ON.to_owned()));
    assert_eq!(bank.b.refresh(&person.mobile).await, (200, None));
    assert!(person.stream_is_open());
    assert_eq!(bank.b.page_at("/pay", &person.browser).await, 200);
}

async fn tried(bank: &Bank, event: &str, number: u32) -> Row {
    let person = bank.person(number).await;
    match event {
        "logout (this session)" | "user revokes one other session" => {
            one_by_one(bank, person, event.starts_with("logout")).await
        }
        "user revokes all others" => others(bank, person).await,
        "password change" => password_changed(bank, person).await,
        "password reset completed" => password_reset(bank, person).await,
        "MFA factor removed or added" => factor(bank, person).await,
        "device unbound/lost" => device(bank, person).await,
        "user frozen by fraud/admin" => stopped(bank, person, true).await,
        "user closed/deleted" => stopped(bank, person, false).await,
        "refresh token reuse outside retry rule" => reused(bank, person).await,
        "global kill (four-eyes)" => everyone(bank, person).await,
        "idle timeout" => time::idle(bank, person).await,
        "absolute timeout" => time::absolute(bank, person).await,
        "DPoP key mismatch or proof replay" => proofs::misused(bank, person).await,
        "user locked by failures" => time::guessed(bank, person).await,
        "role/permission removed (staff)" => {
            Row::tried(staff::role_removed(bank).await, "by two others, through the panel")
        }
        _ => Row::Not(matrix::not_tried(event)),
    }
}

/// First the app's session, then the browser's: by a sign-out of each, or from a third one.
async fn one_by_one(bank: &Bank, mut person: Person, sign_out: bool) -> Row {
    let ends = if sign_out { events::signed_out } else { events::one_ended };
    let (mobile, browser) = (person.mobile.session, person.browser.session);
    let (first, second) = (ends(bank, &person, mobile), ends(bank, &person, browser));
    let began = Instant::now();
    first.await;
    let seen = mobile_ends(bank, &mut person, began).await;
    let began = Instant::now();
    second.await;
    let cookie = until_refused(began, || bank.b.page(&person.browser)).await;
    let stream = closed(&mut person, began).await;
    assert_eq!(bank.b.me(&person.here).await, 200);
    Row::tried(Seen { cookie, stream, ..seen }, "one after the other; a third one goes on")
}

async fn others(bank: &Bank, mut person: Person) -> Row {
    let happens = events::others_ended(bank, &person);
    let began = Instant::now();
    happens.await;
    let seen = all_end(bank, &mut person, began).await;
    assert_eq!(bank.b.me(&person.here).await, 200);
    Row::tried(seen, "the one it was asked from goes on")
}

async fn password_changed(bank: &Bank, mut person: Person) -> Row {
    let happens = events::password_changed(bank, &person).await;
    let began = Instant::now();
    happens.await;
    // The session goes on, with tokens made anew.
    until_refused(began, || bank.b.me(&person.here)).await;
    let (a, nobody) = (&bank.a.identity, bank.nobody());
    let renewed = a.refresh(&nobody, person.here.refresh.expose(), None).await.unwrap();
    assert_eq!(bank.b.me(&renewed).await, 200);
    person.here = renewed;
    let seen = all_end(bank, &mut person, began).await;
    Row::tried(seen, "the session it was asked from goes on, and its token is made anew")
}

async fn password_reset(bank: &Bank, mut person: Person) -> Row {
    let happens = events::password_reset(bank, &person).await;
    let began = Instant::now();
    happens.await;
    let seen = all_end(bank, &mut person, began).await;
    until_refused(began, || bank.b.me(&person.here)).await;
    Row::tried(seen, "payments stay small for a while (`customers/tests/reset.rs`)")
}

async fn factor(bank: &Bank, mut person: Person) -> Row {
    let happens = events::factor_changed(bank, &mut person).await;
    let began = Instant::now();
    happens.await;
    let seen = all_end(bank, &mut person, began).await;
    assert_eq!(bank.b.me(&person.here).await, 200);
    Row::tried(seen, "the sessions that the factor opened; an added one ends none")
}

async fn stopped(bank: &Bank, mut person: Person, frozen: bool) -> Row {
    let happens =
        if frozen { events::frozen(bank, &person) } else { events::closed(bank, &person) };
    let began = Instant::now();
    happens.await;
    let seen = all_end(bank, &mut person, began).await;
    let note = if frozen { "the books let nothing out either (`api/tests/keys.rs`)" } else { "" };
    Row::tried(seen, note)
}

async fn reused(bank: &Bank, mut person: Person) -> Row {
    let happens = events::refresh_reused(bank, &mut person).await;
    let began = Instant::now();
    happens.await;
    let seen = mobile_ends(bank, &mut person, began).await;
    Row::tried(seen, "the family alone; the customer is told")
}

async fn everyone(bank: &Bank, mut person: Person) -> Row {
    let happens = events::everyones_ended(bank);
    let began = Instant::now();
    happens.await;
    Row::tried(all_end(bank, &mut person, began).await, "")
}

async fn device(bank: &Bank, mut person: Person) -> Row {
    let (bound, happens) = events::device_unbound(bank, &mut person).await;
    let began = Instant::now();
    happens.await;
    let seen = all_end(bank, &mut person, began).await;
    assert_eq!(bank.b.me(&person.here).await, 200);
    let entry = format!("{}{}", seen.entry, comes_back(bank, &person, &bound).await);
    Row::tried(Seen { entry, ..seen }, "sessions on other devices go on")
}

/// What becomes of a device that was unbound when its customer signs in on it again, with what it
/// kept.
async fn comes_back(bank: &Bank, person: &Person, bound: &Enrolled) -> String {
    let (b, nobody) = (&bank.b.identity, bank.nobody());
    let kept = bound.cookie.as_ref().unwrap().expose();
    assert_eq!(b.devices_of_cookie(kept, Some(person.id)).await.unwrap(), [], "it is known");
    let mut tx = bank.b.store.begin().await.unwrap();
    let client = bank::client();
    let new = NewDevice { by: By::Cookie(Some(kept)), name: "Telefon", client: &client };
    let again = b.enrol_device(&mut tx, &nobody, person.id, new).await.unwrap().device;
    store::commit(tx).await.unwrap();
    assert_ne!(again.id, bound.device.id);
    match again.state_at(nobody.now()) {
        DeviceState::Cooling => ", as a new device, which cools off".to_owned(),
        DeviceState::Active => ", as a new device".to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_event_on_every_surface() {
    let mut page = HEAD.to_owned();
    let bank = Bank::open().await;
    nothing_ends(&bank, &mut bank.person(99).await).await;
    for (number, wanted) in (1..).zip(matrix::rows()) {
        let event = wanted.event;
        // Time goes on for everybody: it has a bank of its own.
        let row = if event.ends_with("timeout") {
            tried(&Bank::open().await, event, 1).await
        } else {
            tried(&bank, event, number).await
        };
        bank.both_know().await;
        match row {
            Row::Tried(s, note) => {
                matrix::compare(&wanted, &s);
                writeln!(
                    page,
                    "| {event} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {note} |",
                    s.token,
                    s.refresh,
                    s.cookie,
                    s.stream,
                    s.payment,
                    s.payment_here,
                    s.sign_in,
                    s.reset,
                    s.entry
                )
                .unwrap();
            }
            Row::Not(why) => {
                assert!(!why.is_empty(), "{event} is neither tried nor explained");
                writeln!(page, "| {event} | | | | | | | | | | {why} |").unwrap();
            }
        }
    }
    page.push_str(DEVIATIONS);
    page.push_str(&matrix::deviations());
    page.push_str(FAULTS);
    page.push_str(&faulty().await);
    println!("{page}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/security/revocation.md");
    if std::env::var_os("OKTO_UPDATE").is_some() {
        std::fs::write(path, page).unwrap();
    }
}

/// Every fault with every event. The fault is that of a whole node, so one event after the other.
async fn faulty() -> String {
    let mut rows = String::new();
    let mut add = |mood, event: &str, s: &faults::Seen| {
        writeln!(
            rows,
            "| {} | {event} | {} | {} | {} | {} | {} | {} | {} | {} |",
            name(mood),
            s.token,
            s.payment,
            s.refresh,
            s.cookie,
            s.page,
            s.stream,
            s.sign_in,
            s.reset
        )
        .unwrap();
    };
    for mood in [Mood::ListenerSleeps, Mood::NoticesLost, Mood::Stopped] {
        let bank = Bank::open().await;
        add(mood, "an employee loses a role", &faults::role_removed(&bank, mood).await);
        for (number, event) in (1..).zip(Event::ALL) {
            let own = if event.takes_months() { Some(Bank::open().await) } else { None };
            let bank = own.as_ref().unwrap_or(&bank);
            add(mood, event.name(), &disturbed(bank, mood, event, number).await);
        }
    }
    rows
}

const fn name(mood: Mood) -> &'static str {
    match mood {
        Mood::Good => "nothing",
        Mood::ListenerSleeps => "the listener sleeps",
        Mood::NoticesLost => "every notice is lost",
        Mood::Stopped => "the database does not answer",
    }
}

const HEAD: &str = "# What ends when

Two nodes of one bank on one database. Each event happens on the first; what the second says to a
token, a cookie and an open stream that it had in memory is asked every two milliseconds until it
refuses. Written by `OKTO_UPDATE=1 cargo test -p okto --test revocation`, which fails when anything
takes a second. The times are of the machine that ran it last. The token is the app's: bound to a
key that is proven with every request, as production demands; the session from which the customer
acts has one without a key.

A payment that waits was confirmed by its customer in the session that ends, and is tried from there
and from whichever session the customer has then; the next column is one that was confirmed in the
session from which they act. Without the event all of it would have gone on: the test makes sure of
that with somebody to whom nothing happens.

| event | token on the other node | refresh | cookie on the other node | open stream there \
| payment that waits | payment of a session that goes on | sign-in that waits | reset that waits \
| new session | |
|---|---|---|---|---|---|---|---|---|---|---|
";

const DEVIATIONS: &str = "
## Where this is not the matrix

The test compares every cell with `crates/okto/tests/revocation/matrix.csv` and fails where they
differ, but for these:

| event | column | wanted there | why not here |
|---|---|---|---|
";

const FAULTS: &str = "
## With faults

The second node reaches the database over a line that is disturbed before the event happens. While
the database does not answer, the node cannot know, and refuses; no money moves. Nothing of the
customer is told in that time: what a stream tells is read from the database first. The right code
of a sign-in and of a reset that waited is sent to that node: while the database does not answer it
brings nobody in, and is sent again when it does. After each event it is made sure that the
sessions that are to go on do. The panel asks the database about each request of an employee: of it
the cookie is told, and how long it waited for a database that does not answer.

| what is wrong | event | token | payment | refresh | cookie | page of payments | open stream \
| sign-in that waits | reset that waits |
|---|---|---|---|---|---|---|---|---|---|
";

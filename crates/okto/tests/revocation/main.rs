//! Every event that ends something, on every surface, on two nodes of one bank: how long it takes
//! until the other node knows. The rows are those of the file beside this one; a row of it that is
//! not tried here says why.
//!
//! `OKTO_UPDATE=1 cargo test -p okto --test revocation` writes docs/security/revocation.md.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so"
)]

mod bank;
mod line;

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use bank::{Bank, PASSWORD, Person};
use identity::passwords::{Personal, PreparedPassword};
use identity::{By, NewDevice, Proof, Reason, Resetting};
use kernel::{Code, Secret, SessionId};
use line::Mood;
use tokio::time::Instant;

/// The rows and what is expected, from the OWASP-style matrix of security events that this bank was
/// designed after; the last column names the defects of other products that a row guards against.
const MATRIX: &str = include_str!("matrix.csv");
/// What every effect must stay below.
const LIMIT: Duration = Duration::from_secs(1);

/// What was seen of one event on the other node.
struct Seen {
    token: String,
    refresh: String,
    cookie: String,
    stream: String,
    payment: String,
    sign_in: &'static str,
    reset: &'static str,
    entry: String,
}

/// A row of the page.
enum Row {
    Tried(Seen, &'static str),
    Not(&'static str),
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
            assert!(matches!(status, 401 | 503 | 303), "{status}");
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
    let stream = person.stream_ended(since).await;
    let stream = stream.expect("the stream is still open");
    assert!(stream < LIMIT, "the stream was open for {stream:?}");
    let refresh = bank.b.refresh(&person.mobile).await.expect("a token was exchanged");
    assert_eq!(refresh, "invalid_grant");
    let payment = bank.b.pay(bank, person).await;
    assert_eq!(payment, 401);
    let (sign_in, reset) = waiting(bank, person).await;
    assert_eq!(sign_in, OVER, "whatever ends every session ends what is to become one");
    let entry = if bank.lets_in(person.id).await { "yes" } else { "no" };
    Seen {
        token,
        refresh,
        cookie,
        stream: format!("closed in {}", millis(stream)),
        payment: payment.to_string(),
        sign_in,
        reset,
        entry: entry.to_owned(),
    }
}

const OVER: &str = "over";
const GOES_ON: &str = "goes on";

/// What became of the sign-in and the reset that waited.
async fn waiting(bank: &Bank, person: &Person) -> (&'static str, &'static str) {
    let name = |goes_on| if goes_on { GOES_ON } else { OVER };
    (name(bank.sign_in_goes_on(person).await), name(bank.reset_goes_on(person).await))
}

/// The mobile session alone ends.
async fn mobile_ends(bank: &Bank, person: &mut Person, since: Instant) -> Seen {
    let token = until_refused(since, || bank.b.me(&person.mobile)).await;
    let refresh = bank.b.refresh(&person.mobile).await.expect("a token was exchanged");
    assert_eq!(refresh, "invalid_grant");
    assert_eq!(bank.b.page(&person.browser).await, 200);
    assert!(person.stream_is_open());
    let payment = bank.b.pay(bank, person).await;
    assert_eq!(payment, 401);
    let (sign_in, reset) = waiting(bank, person).await;
    assert!(bank.lets_in(person.id).await);
    Seen {
        token,
        refresh,
        cookie: "another session, 200".to_owned(),
        stream: "another session, open".to_owned(),
        payment: payment.to_string(),
        sign_in,
        reset,
        entry: "yes".to_owned(),
    }
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
        "idle timeout" => idle(bank, person).await,
        _ => Row::Not(not_tried(event)),
    }
}

/// First the app's session, then the browser's: by a sign-out of each, or from a third one.
async fn one_by_one(bank: &Bank, mut person: Person, sign_out: bool) -> Row {
    let (a, nobody) = (&bank.a.identity, bank.nobody());
    let here = bank.as_customer(&person.here);
    let user = person.id;
    let end = async |session: SessionId| {
        if sign_out {
            a.sign_out(&nobody.clone().for_customer(user, session)).await.unwrap();
        } else {
            a.end_session(&here, session).await.unwrap();
        }
    };
    let (mobile, browser) = (person.mobile.session, person.browser.session);
    let began = Instant::now();
    end(mobile).await;
    let seen = mobile_ends(bank, &mut person, began).await;
    let began = Instant::now();
    end(browser).await;
    let cookie = until_refused(began, || bank.b.page(&person.browser)).await;
    let stream = person.stream_ended(began).await.expect("the stream is still open");
    assert!(stream < LIMIT);
    let stream = format!("closed in {}", millis(stream));
    assert_eq!(bank.b.me(&person.here).await, 200);
    Row::Tried(Seen { cookie, stream, ..seen }, "one after the other; a third one goes on")
}

async fn others(bank: &Bank, mut person: Person) -> Row {
    let here = bank.as_customer(&person.here);
    let began = Instant::now();
    bank.a.identity.end_other_sessions(&here).await.unwrap();
    let seen = all_end(bank, &mut person, began).await;
    assert_eq!(bank.b.me(&person.here).await, 200);
    Row::Tried(seen, "the one it was asked from goes on")
}

const NEW_PASSWORD: &str = "toʻrt togʻ ustida bir oy";

async fn password_changed(bank: &Bank, mut person: Person) -> Row {
    let a = &bank.a.identity;
    let ctx = a.authenticate(&bank.nobody(), person.here.access.expose(), None).await.unwrap();
    let old = a.check_password(&ctx, &Secret::new(PASSWORD.to_owned())).await.unwrap();
    let new = prepared(bank, &person).await;
    let began = Instant::now();
    a.change_password(&ctx, &old, &new).await.unwrap();
    let seen = all_end(bank, &mut person, began).await;
    assert_eq!(seen.reset, OVER);
    // The session goes on, with tokens made anew.
    until_refused(began, || bank.b.me(&person.here)).await;
    let renewed = a.refresh(&bank.nobody(), person.here.refresh.expose(), None).await.unwrap();
    assert_eq!(bank.b.me(&renewed).await, 200);
    Row::Tried(seen, "the session it was asked from goes on, and its token is made anew")
}

async fn password_reset(bank: &Bank, mut person: Person) -> Row {
    let (a, ctx, system) = (&bank.a.identity, bank.nobody(), bank.system());
    let client = identity::ClientInfo::new([198, 51, 100, 7].into(), "test");
    let started = a.start_reset(&ctx, &person.phone, &client).await.unwrap();
    let caller = Resetting { key: &started.key, client: &client, device_cookie: None };
    let code = bank.code(&person.phone, 2).await;
    a.verify_reset_code(&ctx, caller, &code).await.unwrap();
    let mut tx = bank.a.store.begin().await.unwrap();
    let given = a.assisted_recovery(&mut tx, &system, person.id).await.unwrap();
    store::commit(tx).await.unwrap();
    a.prove_reset_by_assisted_code(&ctx, caller, &given).await.unwrap();
    let new = prepared(bank, &person).await;
    let began = Instant::now();
    a.complete_reset(&ctx, caller, &new).await.unwrap();
    let seen = all_end(bank, &mut person, began).await;
    assert_eq!(seen.reset, OVER);
    until_refused(began, || bank.b.me(&person.here)).await;
    Row::Tried(seen, "payments stay small for a while (`customers/tests/reset.rs`)")
}

async fn prepared(bank: &Bank, person: &Person) -> PreparedPassword {
    let personal = Personal { phone: &person.phone, first_name: "Lola", last_name: "Karimova" };
    let new = Secret::new(NEW_PASSWORD.to_owned());
    bank.a.identity.prepare_password(&new, personal).await.unwrap()
}

/// The recovery codes are made anew: what an old one opened ends.
async fn factor(bank: &Bank, mut person: Person) -> Row {
    let a = &bank.a.identity;
    let client = identity::ClientInfo::new([203, 0, 113, 9].into(), "test");
    let proof = Proof::two(&[kernel::Method::Password, kernel::Method::Otp]);
    let mut tx = bank.a.store.begin().await.unwrap();
    let with = (&proof, &client);
    person.mobile = a.open_session(&mut tx, &bank.nobody(), person.id, with).await.unwrap();
    store::commit(tx).await.unwrap();
    assert_eq!(bank.b.me(&person.mobile).await, 200);
    let ctx = a.authenticate(&bank.nobody(), person.here.access.expose(), None).await.unwrap();
    let began = Instant::now();
    a.renew_recovery_codes(&ctx).await.unwrap();
    let seen = mobile_ends(bank, &mut person, began).await;
    assert_eq!((seen.sign_in, seen.reset), (OVER, OVER));
    Row::Tried(seen, "the sessions that the factor opened; an added one ends none")
}

async fn stopped(bank: &Bank, mut person: Person, frozen: bool) -> Row {
    let (a, system) = (&bank.a.identity, bank.system());
    let began = Instant::now();
    let mut tx = bank.a.store.begin().await.unwrap();
    if frozen {
        let facts = serde_json::json!({});
        a.freeze_for_bank(&mut tx, &system, person.id, facts).await.unwrap();
    } else {
        a.close_user(&mut tx, &system, person.id).await.unwrap();
    }
    store::commit(tx).await.unwrap();
    let seen = all_end(bank, &mut person, began).await;
    assert_eq!(seen.entry, "no");
    let note = if frozen { "the books let nothing out either (`api/tests/keys.rs`)" } else { "" };
    Row::Tried(seen, note)
}

async fn reused(bank: &Bank, mut person: Person) -> Row {
    let (a, nobody) = (&bank.a.identity, bank.nobody());
    let old = person.mobile.refresh.expose().clone();
    person.mobile = a.refresh(&nobody, &old, None).await.unwrap();
    assert_eq!(bank.b.me(&person.mobile).await, 200);
    let began = Instant::now();
    let thief = a.refresh(&nobody, &old, None).await;
    assert_eq!(thief.unwrap_err().code(), Some(Code::SignInRequired));
    let seen = mobile_ends(bank, &mut person, began).await;
    Row::Tried(seen, "the family alone; the customer is told")
}

async fn everyone(bank: &Bank, mut person: Person) -> Row {
    let system = bank.system();
    let began = Instant::now();
    let mut tx = bank.a.store.begin().await.unwrap();
    bank.a.identity.end_everyones_sessions(&mut tx, &system).await.unwrap();
    store::commit(tx).await.unwrap();
    Row::Tried(all_end(bank, &mut person, began).await, "")
}

async fn idle(bank: &Bank, mut person: Person) -> Row {
    bank.clock.advance_seconds(30 * 60);
    let began = Instant::now();
    let cookie = until_refused(began, || bank.b.page(&person.browser)).await;
    let token = until_refused(began, || bank.b.me(&person.mobile)).await;
    let stream = person.stream_ended(began).await.expect("the stream is still open");
    bank.clock.advance_seconds(30 * 86_400);
    let refresh = bank.b.refresh(&person.mobile).await.expect("a token was exchanged");
    assert_eq!(refresh, "invalid_grant");
    let seen = Seen {
        token,
        refresh,
        cookie,
        stream: format!("closed in {}", millis(stream)),
        payment: bank.b.pay(bank, &person).await.to_string(),
        sign_in: OVER,
        reset: OVER,
        entry: "yes".to_owned(),
    };
    assert_eq!(waiting(bank, &person).await, (OVER, OVER));
    Row::Tried(seen, "counted from the moment the time is over")
}

async fn device(bank: &Bank, mut person: Person) -> Row {
    let (a, nobody) = (&bank.a.identity, bank.nobody());
    let client = identity::ClientInfo::new([203, 0, 113, 9].into(), "test");
    let mut tx = bank.a.store.begin().await.unwrap();
    let new = NewDevice { by: By::Cookie(None), name: "Telefon", client: &client };
    let bound = a.enrol_device(&mut tx, &nobody, person.id, new).await.unwrap().device;
    let proof = Proof::one(kernel::Method::Password).on(bound.id);
    let mobile = a.open_session(&mut tx, &nobody, person.id, (&proof, &client)).await.unwrap();
    store::commit(tx).await.unwrap();
    person.mobile = mobile;
    assert_eq!(bank.b.me(&person.mobile).await, 200);
    let began = Instant::now();
    a.unbind_device(&bank.as_customer(&person.here), bound.id).await.unwrap();
    let seen = mobile_ends(bank, &mut person, began).await;
    let seen = Seen { entry: "as a new device, which cools off".to_owned(), ..seen };
    Row::Tried(seen, "a stream is a browser's; sessions on other devices go on")
}

fn not_tried(event: &str) -> &'static str {
    match event {
        "user locked by failures" => {
            "nothing ends, by design: only whoever guesses waits, at their place \
             (`identity/tests/sign_in.rs`)"
        }
        "role/permission removed (staff)" => {
            "an employee's session and roles are read from the database for each request, so \
             there is nothing to revoke (`identity/tests/staff`)"
        }
        "authorization code reuse" => "no such grant: the bank gives no authorization codes",
        "DPoP key mismatch or proof replay" => {
            "`api/tests/keys.rs`: 401 `key_proof_invalid`, `invalid_dpop_proof` at `/oauth/token`; \
             the session goes on, an alert is written"
        }
        "signing key compromise (kill switch)" => {
            "tokens of customers are opaque: no key signs them. What the bank signs for others \
             stops counting with `okto keys remove`"
        }
        "impersonation ended or target logs out" => "nobody can act as somebody else",
        "absolute timeout" => {
            "`identity/tests/browsers.rs` and `sessions.rs`: one in use ends after twelve hours, \
             or ninety days, as an idle one does"
        }
        "revocation bus down (fault)" => "in the table below",
        _ => "",
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_event_on_every_surface() {
    let mut page = HEAD.to_owned();
    let bank = Bank::open().await;
    for (number, line) in (1..).zip(MATRIX.lines().skip(1)) {
        let event = line.split(',').next().unwrap();
        // Time goes on for everybody: it has a bank of its own.
        let row = if event == "idle timeout" {
            tried(&Bank::open().await, event, 1).await
        } else {
            tried(&bank, event, number).await
        };
        bank.both_know().await;
        match row {
            Row::Tried(s, note) => writeln!(
                page,
                "| {event} | {} | {} | {} | {} | {} | {} | {} | {} | {note} |",
                s.token, s.refresh, s.cookie, s.stream, s.payment, s.sign_in, s.reset, s.entry
            )
            .unwrap(),
            Row::Not(why) => {
                assert!(!why.is_empty(), "{event} is neither tried nor explained");
                writeln!(page, "| {event} | | | | | | | | | {why} |").unwrap();
            }
        }
    }
    page.push_str(FAULTS);
    for mood in [Mood::ListenerSleeps, Mood::NoticesLost, Mood::Stopped] {
        let seen = disturbed(mood).await;
        writeln!(page, "| {} | {} | {} | {} |", name(mood), seen.0, seen.1, seen.2).unwrap();
    }
    println!("{page}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/security/revocation.md");
    if std::env::var_os("OKTO_UPDATE").is_some() {
        std::fs::write(path, page).unwrap();
    }
}

/// A session ends while the other node's line to the database is disturbed.
async fn disturbed(mood: Mood) -> (String, String, String) {
    let bank = Bank::open().await;
    let mut person = bank.person(1).await;
    bank.line.set(mood);
    let began = Instant::now();
    let mut tx = bank.a.store.begin().await.unwrap();
    let (ctx, whose) = (bank.nobody(), (person.id, None));
    let reason = Reason::EndedByStaff;
    bank.a.identity.end_sessions(&mut tx, &ctx, whose, reason).await.unwrap();
    store::commit(tx).await.unwrap();
    if mood == Mood::Stopped {
        // Nothing that is asked later than the bound is answered from memory.
        tokio::time::sleep(Duration::from_millis(800)).await;
        let (token, page) = tokio::join!(bank.b.me(&person.mobile), bank.b.page(&person.browser));
        assert!(token == 503 && page == 503, "{token} {page}");
        let stream = person.stream_ended(began).await.expect("the stream is still open");
        assert!(stream < Duration::from_secs(2), "{stream:?}");
        bank.line.set(Mood::Good);
        let later = tokio::time::timeout(Duration::from_secs(10), async {
            while bank.b.me(&person.mobile).await != 401 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        later.await.expect("the node does not come back");
        let refused = format!("{token}: the node cannot know, and refuses");
        return (refused.clone(), refused, format!("closed in {}", millis(stream)));
    }
    let token = until_refused(began, || bank.b.me(&person.mobile)).await;
    let page = until_refused(began, || bank.b.page(&person.browser)).await;
    let stream = person.stream_ended(began).await.expect("the stream is still open");
    assert!(stream < LIMIT, "{stream:?}");
    (token, page, format!("closed in {}", millis(stream)))
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
takes a second. The times are of the machine that ran it last.

| event | token on the other node | refresh | cookie on the other node | open stream there \
| payment that waits | sign-in that waits | reset that waits | new session | |
|---|---|---|---|---|---|---|---|---|---|
";

const FAULTS: &str = "
## With faults

The second node reaches the database over a line that is disturbed before the event happens.

| what is wrong | token | cookie | open stream |
|---|---|---|---|
";

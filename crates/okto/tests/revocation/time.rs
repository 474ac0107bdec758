//! What ends by itself, and what does not end although somebody guesses.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::time::Duration;

use identity::{ClientInfo, Door};
use kernel::{Code, Secret};
use tokio::time::Instant;

use crate::app;
use crate::bank::{self, Bank, PASSWORD, Person};
use crate::matrix::{GOES_ON, Seen};
use crate::{Row, closed, rest_but_waiting, until_refused, waiting};

pub async fn idle(bank: &Bank, mut person: Person) -> Row {
    bank.clock.advance_seconds(3 * 60);
    bank.begin_anew(&mut person).await;
    bank.clock.advance_seconds(2 * 60);
    let began = Instant::now();
    let cookie = until_refused(began, || bank.b.page(&person.browser)).await;
    let token = until_refused(began, || bank.b.me(&person.mobile)).await;
    let stream = closed(&mut person, began).await;
    // What waits does not live until the app's session ends, too.
    let (sign_in, reset) = waiting(bank, &person).await;
    bank.clock.advance_seconds(30 * 86_400);
    let seen = rest_but_waiting(bank, &person, (token, cookie, stream)).await;
    let note = "counted from the moment the time is over: five minutes of a browser, after which \
        it is seen what waits, and thirty days of the app";
    Row::tried(Seen { sign_in, reset, ..seen }, note)
}

/// Sessions that are used all the time: the browser's every four minutes, the app's every
/// twenty-nine days.
pub async fn absolute(bank: &Bank, mut person: Person) -> Row {
    for _ in 0..179 {
        bank.clock.advance_seconds(4 * 60);
        assert_eq!(bank.b.page(&person.browser).await, 200);
        bank.b.writes_down().await;
    }
    assert!(person.stream_is_open());
    bank.both_know().await;
    bank.clock.advance_seconds(2 * 60);
    bank.begin_anew(&mut person).await;
    // Not idle yet: it is the twelve hours that are over.
    bank.clock.advance_seconds(2 * 60 + 1);
    let began = Instant::now();
    let cookie = until_refused(began, || bank.b.page(&person.browser)).await;
    let stream = closed(&mut person, began).await;
    let (sign_in, reset) = waiting(bank, &person).await;
    used_for_months(bank, &mut person).await;
    bank.clock.advance_seconds(3 * 86_400);
    let began = Instant::now();
    let token = until_refused(began, || bank.b.me(&person.mobile)).await;
    let seen = rest_but_waiting(bank, &person, (token, cookie, stream)).await;
    Row::tried(
        Seen { sign_in, reset, ..seen },
        "twelve hours of a browser, ninety days of the app, however much they are used",
    )
}

/// The app's session is used every twenty-nine days, until it has three days left.
pub async fn used_for_months(bank: &Bank, person: &mut Person) {
    let key = app::key();
    for _ in 0..3 {
        bank.clock.advance_seconds(29 * 86_400);
        let (nobody, old) = (bank.nobody(), person.mobile.refresh.expose().clone());
        person.mobile = bank.a.identity.refresh(&nobody, &old, Some(&key)).await.unwrap();
        assert_eq!(bank.b.me(&person.mobile).await, 200);
    }
}

/// Somebody guesses the password, until their network has to wait.
pub async fn guessed(bank: &Bank, mut person: Person) -> Row {
    let (b, nobody) = (&bank.b, bank.nobody());
    let stranger = ClientInfo::new([198, 51, 100, 99].into(), "test");
    let wrong = Secret::new("notoʻgʻri parol bu".to_owned());
    let guess = async |password: &Secret<String>, from: &ClientInfo| {
        let by = (&person.phone, password);
        b.identity.sign_in(&nobody, by, Door::App, from).await.err().and_then(|e| e.code())
    };
    let began = Instant::now();
    while guess(&wrong, &stranger).await != Some(Code::SignInThrottled) {
        assert!(began.elapsed() < Duration::from_secs(30), "guesses are not stopped");
    }
    let right = Secret::new(PASSWORD.to_owned());
    assert_eq!(guess(&right, &stranger).await, Some(Code::SignInThrottled));
    assert_eq!(guess(&right, &bank::client()).await, None, "the customer comes in");
    let (token, cookie) = (b.me(&person.mobile).await, b.page(&person.browser).await);
    assert!(person.stream_is_open());
    let payment = b.pay(bank, &person.mobile, &person.payment).await;
    assert_eq!(payment, 201);
    let (sign_in, reset) = waiting(bank, &person).await;
    let (status, error) = b.refresh(&person.mobile).await;
    assert_eq!(error, None);
    let seen = Seen {
        token: token.to_string(),
        refresh: status.to_string(),
        cookie: cookie.to_string(),
        stream: "open".to_owned(),
        sign_in,
        payment: format!("{GOES_ON} ({payment})"),
        payment_here: String::new(),
        reset,
        entry: "yes, but not from the network that guesses".to_owned(),
    };
    Row::tried(seen, "only whoever guesses waits")
}

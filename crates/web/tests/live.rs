//! The live stream of an open page, and bodies that come too slowly.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod common;

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::Request;
use common::{Browser, TestBank};
use futures_util::StreamExt;
use tokio::time::timeout;
use tower::ServiceExt;

/// Longer than anything may take to show.
const LONGEST: Duration = Duration::from_secs(5);

struct Stream {
    body: BodyDataStream,
    heard: String,
}

impl Stream {
    async fn open(bank: &TestBank, browser: &Browser<'_>) -> Self {
        let cookies: Vec<_> = browser.jar.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let request = Request::get("/events")
            .header("accept-language", "en")
            .header("cookie", cookies.join("; "))
            .body(Body::empty())
            .unwrap();
        let response = bank.router().oneshot(request).await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        assert!(response.headers()["content-type"].to_str().unwrap().contains("event-stream"));
        assert!(!response.headers().contains_key("content-encoding"));
        Self { body: response.into_body().into_data_stream(), heard: String::new() }
    }

    /// Waits until it has said this.
    async fn until(&mut self, words: &str) -> &str {
        while !self.heard.contains(words) {
            let chunk = timeout(LONGEST, self.body.next()).await;
            let chunk = chunk.unwrap_or_else(|_| panic!("no {words} in {}", self.heard));
            let chunk = chunk.unwrap_or_else(|| panic!("ended without {words}: {}", self.heard));
            self.heard.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
        }
        &self.heard
    }

    /// Waits until it ends.
    async fn end(mut self) -> String {
        while let Some(chunk) = timeout(LONGEST, self.body.next()).await.unwrap() {
            self.heard.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
        }
        self.heard
    }
}

#[tokio::test]
async fn money_that_arrives_is_told_to_whom_it_came() {
    let bank = TestBank::open().await;
    let payer = bank.person("998900000001", "Jasur", 1_000_000).await;
    let payee = bank.person("998900000002", "Dilnoza", 0).await;
    bank.clock.advance_seconds(60);
    let (mine, theirs) = (bank.signed_in(&payee).await, bank.signed_in(&payer).await);
    let mut stream = Stream::open(&bank, &mine).await;
    let mut other = Stream::open(&bank, &theirs).await;
    stream.until("event: hello").await;
    other.until("event: hello").await;
    bank.pay(&payer, &payee, 25_000).await;
    // A browser passes over an event without data.
    let heard = stream.until("event: changed\ndata: -").await;
    assert!(heard.contains("event: toast"), "{heard}");
    assert!(heard.contains("Jasur K.") && heard.contains("250"), "{heard}");
    // The payer's page renews itself, but nobody need tell them what they did.
    let heard = other.until("event: changed").await;
    assert!(!heard.contains("event: toast"), "{heard}");
}

#[tokio::test]
async fn a_session_that_ends_elsewhere_ends_the_stream() {
    let bank = TestBank::open().await;
    let me = bank.person("998900000001", "Jasur", 0).await;
    let here = bank.signed_in(&me).await;
    let mut elsewhere = bank.browser();
    elsewhere.jar.clone_from(&here.jar);
    let mut stream = Stream::open(&bank, &here).await;
    stream.until("event: hello").await;
    elsewhere.submit("/sign-out", &[]).await.expect(303);
    let heard = stream.end().await;
    assert!(heard.trim_end().ends_with("event: ended\ndata: /sign-in"), "{heard}");
}

#[tokio::test]
async fn whoever_types_stays_signed_in() {
    let bank = TestBank::open().await;
    let me = bank.person("998900000001", "Jasur", 0).await;
    let mut browser = bank.signed_in(&me).await;
    for _ in 0..6 {
        bank.clock.advance_seconds(240);
        browser.get("/alive").await.expect(204);
    }
    browser.get("/").await.expect(200);
    bank.clock.advance_seconds(301);
    assert!(browser.get("/alive").await.expect(303).location().starts_with("/sign-in"));
}

#[tokio::test]
async fn a_stream_is_nothing_for_a_stranger_and_keeps_nobody_signed_in() {
    let bank = TestBank::open().await;
    let heard = Stream::open(&bank, &bank.browser()).await.end().await;
    assert!(heard.contains("event: ended") && !heard.contains("hello"), "{heard}");

    let me = bank.person("998900000001", "Jasur", 0).await;
    let mut browser = bank.signed_in(&me).await;
    let mut stream = Stream::open(&bank, &browser).await;
    stream.until("event: hello").await;
    bank.clock.advance_seconds(31 * 60);
    let heard = stream.end().await;
    assert!(heard.contains("event: ended"), "{heard}");
    assert_eq!(browser.get("/").await.expect(303).location(), "/sign-in?next=%2F&ended=1");
}

/// Before anybody knows where a form goes, it is read; whoever sends it slowly must not hold a
/// place meanwhile, at an address that exists or at one that does not.
#[tokio::test]
async fn slow_bodies_take_no_place_whatever_their_address() {
    let bank = TestBank::open_with(edge::Config { in_flight_max: 1, ..Default::default() }).await;
    for path in ["/sign-in", "/no-such-page"] {
        let never = futures_util::stream::pending::<Result<Bytes, Infallible>>();
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from_stream(never))
            .unwrap();
        let slow = tokio::spawn(bank.router().oneshot(request));
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(!slow.is_finished(), "{path}");
        bank.browser().get("/sign-in").await.expect(200);
        slow.abort();
    }
}

//! The Eskiz connector against the sandbox, over a real socket.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::Arc;
use std::time::Duration;

use connectors::Timeouts;
use connectors::eskiz::{Eskiz, EskizConfig};
use futures_util::future::join_all;
use identity::ports::{Sms, SmsSender};
use kernel::{Clock, Error, ManualClock, Moment, Phone, Secret};
use sandbox::{Fault, FaultKind, Sandbox};
use tokio::net::TcpListener;

const EMAIL: &str = "bank@okto.uz";
const PASSWORD: &str = "planted-password";
const PHONE: &str = "998901234567";
const TOKEN_LIFETIME_SECONDS: i64 = 600;
const REFRESH_WINDOW_SECONDS: i64 = 60;

const NOT_SENT: &str = "it was not sent";
const UNKNOWN: &str = "it is not known whether it was sent";

struct Counterpart {
    sandbox: Sandbox,
    clock: ManualClock,
    base_url: String,
}

impl Counterpart {
    async fn start() -> Self {
        let clock = ManualClock::new(Moment::from_micros(1_763_800_000_000_000));
        let mut account = sandbox::eskiz::Config::new(EMAIL, Secret::new(PASSWORD.to_owned()));
        account.token_lifetime_seconds = TOKEN_LIFETIME_SECONDS;
        account.refresh_window_seconds = REFRESH_WINDOW_SECONDS;
        let config = sandbox::Config { clock: Clock::Manual(clock.clone()), eskiz: account };
        let sandbox = Sandbox::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/eskiz/api", listener.local_addr().unwrap());
        tokio::spawn(sandbox::serve(listener, sandbox.clone(), std::future::pending()));
        Self { sandbox, clock, base_url }
    }

    fn connector(&self) -> Eskiz {
        Eskiz::new(config(&self.base_url)).unwrap()
    }

    fn fail(&self, operation: &str, fault: FaultKind) {
        self.sandbox.arm(Fault::next("eskiz", operation, fault)).unwrap();
    }

    fn calls(&self, operation: &str) -> u64 {
        self.sandbox.calls("eskiz", operation)
    }

    fn texts(&self) -> usize {
        self.sandbox.texts_to(PHONE).len()
    }
}

fn config(base_url: &str) -> EskizConfig {
    EskizConfig {
        base_url: base_url.to_owned(),
        email: EMAIL.to_owned(),
        password: Secret::new(PASSWORD.to_owned()),
        from: "4546".to_owned(),
        timeouts: Timeouts { connect: Duration::from_secs(2), total: Duration::from_secs(10) },
    }
}

fn impatient(base_url: &str) -> Eskiz {
    let total = Duration::from_millis(300);
    Eskiz::new(EskizConfig {
        timeouts: Timeouts { total, ..Timeouts::default() },
        ..config(base_url)
    })
    .unwrap()
}

fn sms(text: &str) -> Sms {
    Sms {
        to: Phone::parse(PHONE).unwrap(),
        text: Secret::new(text.to_owned()),
        reference: "chl_1".to_owned(),
    }
}

/// What an error tells the reader of the log.
fn story(error: &Error) -> String {
    format!("{error:?}")
}

#[tokio::test]
async fn a_message_arrives_and_has_an_id() {
    let eskiz = Counterpart::start().await;
    let text = "Okto kodi: 123456. Uni hech kimga aytmang! so‘m & шифр = ё";
    let id = eskiz.connector().send(&sms(text)).await.unwrap();
    assert_eq!(id.len(), 36, "{id}");
    assert_eq!(eskiz.sandbox.texts_to(PHONE), [text]);
}

#[tokio::test]
async fn concurrent_messages_log_in_once() {
    let eskiz = Counterpart::start().await;
    eskiz.sandbox.arm(Fault::next("eskiz", "login", FaultKind::Delay).delay_ms(100)).unwrap();
    let connector = Arc::new(eskiz.connector());
    let sends = (0..20).map(|n| {
        let connector = Arc::clone(&connector);
        tokio::spawn(async move { connector.send(&sms(&format!("kod {n}"))).await.unwrap() })
    });
    join_all(sends).await;
    assert_eq!((eskiz.calls("login"), eskiz.calls("send"), eskiz.texts()), (1, 20, 20));
}

#[tokio::test]
async fn an_expired_token_is_refreshed_once_for_all() {
    let eskiz = Counterpart::start().await;
    let connector = Arc::new(eskiz.connector());
    connector.send(&sms("one")).await.unwrap();
    eskiz.clock.advance_seconds(TOKEN_LIFETIME_SECONDS);
    let sends = (0..10).map(|_| {
        let connector = Arc::clone(&connector);
        tokio::spawn(async move { connector.send(&sms("two")).await.unwrap() })
    });
    for sent in join_all(sends).await {
        sent.unwrap();
    }
    assert_eq!((eskiz.calls("login"), eskiz.calls("refresh"), eskiz.texts()), (1, 1, 11));
}

#[tokio::test]
async fn a_token_too_old_to_refresh_is_replaced_by_login() {
    let eskiz = Counterpart::start().await;
    let connector = eskiz.connector();
    connector.send(&sms("one")).await.unwrap();
    eskiz.clock.advance_seconds(TOKEN_LIFETIME_SECONDS + REFRESH_WINDOW_SECONDS);
    connector.send(&sms("two")).await.unwrap();
    assert_eq!((eskiz.calls("login"), eskiz.calls("refresh"), eskiz.texts()), (2, 1, 2));
}

#[tokio::test]
async fn a_message_is_tried_once_more_after_401_and_not_again() {
    let eskiz = Counterpart::start().await;
    let connector = eskiz.connector();
    eskiz.fail("send", FaultKind::Unauthorized);
    connector.send(&sms("one")).await.unwrap();
    assert_eq!((eskiz.calls("send"), eskiz.texts()), (2, 1));

    let always = Fault::next("eskiz", "send", FaultKind::Unauthorized).times(1_000);
    eskiz.sandbox.arm(always).unwrap();
    let error = connector.send(&sms("two")).await.unwrap_err();
    assert!(story(&error).contains(NOT_SENT), "{error:?}");
    assert_eq!((eskiz.calls("send"), eskiz.texts()), (4, 1));
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_may_be_sent_again() {
    for fault in [FaultKind::Error500After, FaultKind::Malformed] {
        let eskiz = Counterpart::start().await;
        let connector = eskiz.connector();
        eskiz.fail("send", fault);
        let error = connector.send(&sms("one")).await.unwrap_err();
        assert!(story(&error).contains(UNKNOWN), "{error:?}");
        assert_eq!(eskiz.texts(), 1, "{fault:?} comes after the effect");
        connector.send(&sms("one")).await.unwrap();
        assert_eq!((eskiz.texts(), eskiz.calls("login")), (2, 1));
    }
}

#[tokio::test]
async fn a_server_error_before_the_effect_looks_the_same() {
    let eskiz = Counterpart::start().await;
    eskiz.fail("send", FaultKind::Error500Before);
    let error = eskiz.connector().send(&sms("one")).await.unwrap_err();
    assert!(story(&error).contains(UNKNOWN), "{error:?}");
    assert_eq!(eskiz.texts(), 0);
}

#[tokio::test]
async fn no_answer_in_time_is_unknown() {
    for (fault, texts) in [(FaultKind::TimeoutBefore, 0), (FaultKind::TimeoutAfter, 1)] {
        let eskiz = Counterpart::start().await;
        eskiz.fail("send", fault);
        let error = impatient(&eskiz.base_url).send(&sms("one")).await.unwrap_err();
        assert!(story(&error).contains(UNKNOWN), "{error:?}");
        assert_eq!(eskiz.texts(), texts);
    }
}

#[tokio::test]
async fn a_late_answer_is_waited_for() {
    let eskiz = Counterpart::start().await;
    eskiz.sandbox.arm(Fault::next("eskiz", "*", FaultKind::Delay).times(2).delay_ms(50)).unwrap();
    eskiz.connector().send(&sms("one")).await.unwrap();
    assert_eq!(eskiz.texts(), 1);
}

#[tokio::test]
async fn a_login_that_fails_sends_nothing_and_the_next_one_works() {
    for fault in [
        FaultKind::Error500Before,
        FaultKind::Error500After,
        FaultKind::Malformed,
        FaultKind::Unauthorized,
        FaultKind::TimeoutBefore,
    ] {
        let eskiz = Counterpart::start().await;
        let connector = impatient(&eskiz.base_url);
        eskiz.fail("login", fault);
        let error = connector.send(&sms("one")).await.unwrap_err();
        assert!(story(&error).contains("not sent"), "{fault:?}: {error:?}");
        assert_eq!(eskiz.calls("send"), 0);
        connector.send(&sms("one")).await.unwrap();
        assert_eq!(eskiz.texts(), 1);
    }
}

#[tokio::test]
async fn a_wrong_password_is_tried_once_for_all_who_wait() {
    let eskiz = Counterpart::start().await;
    eskiz.sandbox.arm(Fault::next("eskiz", "login", FaultKind::Delay).delay_ms(200)).unwrap();
    let password = Secret::new("wrong".to_owned());
    let config = EskizConfig { password, ..config(&eskiz.base_url) };
    let connector = Arc::new(Eskiz::new(config).unwrap());
    let sends = (0..10).map(|_| {
        let connector = Arc::clone(&connector);
        tokio::spawn(async move { connector.send(&sms("one")).await })
    });
    for sent in join_all(sends).await {
        let error = sent.unwrap().unwrap_err();
        assert!(story(&error).contains("logging in to Eskiz"), "{error:?}");
    }
    assert_eq!((eskiz.calls("login"), eskiz.calls("send")), (1, 0));
    assert!(connector.send(&sms("one")).await.is_err());
    assert_eq!(eskiz.calls("login"), 2, "the next message tries again");
}

#[tokio::test]
async fn a_host_that_is_not_there_means_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}/eskiz/api", listener.local_addr().unwrap());
    drop(listener);
    let connector = Eskiz::new(config(&nobody)).unwrap();
    let error = connector.send(&sms("one")).await.unwrap_err();
    assert!(story(&error).contains("not sent"), "{error:?}");
}

#[tokio::test]
async fn a_refused_message_is_not_sent() {
    let eskiz = Counterpart::start().await;
    let error = eskiz.connector().send(&sms(&"a".repeat(2_001))).await.unwrap_err();
    assert!(story(&error).contains(NOT_SENT), "{error:?}");
    assert!(story(&error).contains("400"), "{error:?}");
    assert_eq!((eskiz.calls("send"), eskiz.texts()), (1, 0));
}

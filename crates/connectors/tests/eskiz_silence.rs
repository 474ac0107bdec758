//! What the Eskiz connector must never tell: the code, the token, the password, the phone.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::fmt::Write as _;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{patch, post};
use connectors::Timeouts;
use connectors::eskiz::{Eskiz, EskizConfig};
use identity::ports::{Sms, SmsSender};
use kernel::{Phone, Secret};
use tokio::net::TcpListener;
use tracing_subscriber::fmt::MakeWriter;

const CODE: &str = "739154";
const TOKEN: &str = "planted-token";
const PASSWORD: &str = "planted-password";
const PHONE: &str = "998907654321";

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// A host that gives this answer to every message, and these to login and refresh.
async fn host(login: String, send: (StatusCode, String)) -> String {
    let router = Router::new()
        .route(
            "/auth/login",
            post({
                let login = login.clone();
                async move || login
            }),
        )
        .route("/auth/refresh", patch(async move || login))
        .route("/message/sms/send", post(async move || send));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, router).into_future());
    format!("http://{address}")
}

fn config(base_url: String) -> EskizConfig {
    EskizConfig {
        base_url,
        email: "bank@okto.uz".to_owned(),
        password: Secret::new(PASSWORD.to_owned()),
        from: "4546".to_owned(),
        timeouts: Timeouts { total: Duration::from_secs(5), ..Timeouts::default() },
    }
}

fn sms() -> Sms {
    Sms {
        to: Phone::parse(PHONE).unwrap(),
        text: Secret::new(format!("Okto kodi: {CODE}")),
        reference: "chl_1".to_owned(),
    }
}

fn token_answer() -> String {
    format!(r#"{{"message":"token_generated","data":{{"token":"{TOKEN}"}}}}"#)
}

#[tokio::test(flavor = "current_thread")]
async fn nothing_planted_is_told() {
    let captured = Captured::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(captured.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let mut told = String::new();

    // Answers that quote what they were sent, good ones, and ones that hold the token in a place
    // where a reader of JSON would complain about it.
    let echo = format!(r#"{{"message":"{CODE} to {PHONE}","id":["{CODE}"],"token":"{TOKEN}"}}"#);
    let good = r#"{"id":"1","message":"Waiting for SMS provider","status":"waiting"}"#;
    for (login, status, send) in [
        (token_answer(), StatusCode::OK, good.to_owned()),
        (token_answer(), StatusCode::OK, echo.clone()),
        (token_answer(), StatusCode::UNAUTHORIZED, echo.clone()),
        (token_answer(), StatusCode::BAD_REQUEST, echo.clone()),
        (token_answer(), StatusCode::INTERNAL_SERVER_ERROR, echo.clone()),
        (format!(r#"{{"data":"{TOKEN}"}}"#), StatusCode::OK, good.to_owned()),
        (format!(r#"{{"data":{{"token":"{TOKEN}\n"}}}}"#), StatusCode::OK, good.to_owned()),
    ] {
        let config = config(host(login, (status, send)).await);
        write!(told, "{config:?} {:?}", sms()).unwrap();
        let eskiz = Eskiz::new(config).unwrap();
        let sent = eskiz.send(&sms()).await;
        if let Err(error) = &sent {
            tracing::error!(%error, ?error, "an SMS could not be sent");
        }
        write!(told, "{eskiz:?} {sent:?}").unwrap();
    }

    let told = told + &captured.text();
    assert!(told.contains("logged in to Eskiz"), "the log was captured: {told}");
    assert!(told.contains("not known whether it was sent"), "errors were captured: {told}");
    for planted in [CODE, TOKEN, PASSWORD, PHONE] {
        assert!(!told.contains(planted), "{planted} in {told}");
    }
}

#[tokio::test]
async fn endless_answers_are_not_read_to_their_end() {
    let login = format!(r#"{{"data":{{"token":"{}"}}}}"#, "x".repeat(1024 * 1024));
    let eskiz = Eskiz::new(config(host(login, (StatusCode::OK, String::new())).await)).unwrap();
    let error = eskiz.send(&sms()).await.unwrap_err();
    assert!(format!("{error:?}").contains("longer than 65536 bytes"), "{error:?}");
}

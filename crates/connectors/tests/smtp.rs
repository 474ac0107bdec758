//! The SMTP connector against the mail server of the sandbox, over a real socket.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use connectors::Timeouts;
use connectors::smtp::{Security, Smtp, SmtpConfig};
use identity::ports::{Email, EmailSender, Handed};
use kernel::{Clock, EmailAddress, Secret};
use sandbox::{Fault, FaultKind, Sandbox};
use tokio::net::TcpListener;
use tracing_subscriber::fmt::MakeWriter;

const TO: &str = "planted.address@example.uz";
const PASSWORD: &str = "planted-password";
const CODE: &str = "739154";

const NOT_SENT: &str = "it was not sent";
const UNKNOWN: &str = "it is not known whether it was sent";

struct Counterpart {
    sandbox: Sandbox,
    port: u16,
}

impl Counterpart {
    async fn start() -> Self {
        let eskiz = sandbox::eskiz::Config::new("bank@okto.uz", Secret::new(String::new()));
        let sandbox = Sandbox::new(sandbox::Config { clock: Clock::System, eskiz });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let account = sandbox::smtp::Account {
            user: "bank".to_owned(),
            password: Secret::new(PASSWORD.to_owned()),
        };
        let server =
            sandbox::smtp::serve(listener, sandbox.clone(), account, std::future::pending());
        tokio::spawn(server);
        Self { sandbox, port }
    }

    fn connector(&self) -> Smtp {
        Smtp::new(self.config(PASSWORD)).unwrap()
    }

    fn config(&self, password: &str) -> SmtpConfig {
        SmtpConfig {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            security: Security::None,
            user: "bank".to_owned(),
            password: Secret::new(password.to_owned()),
            from: EmailAddress::parse("bank@okto.example").unwrap(),
            timeouts: Timeouts {
                connect: Duration::from_secs(2),
                total: Duration::from_millis(800),
            },
        }
    }

    fn fail(&self, operation: &str, fault: FaultKind) {
        self.sandbox.arm(Fault::next("smtp", operation, fault).delay_ms(5_000)).unwrap();
    }

    fn taken(&self) -> usize {
        self.sandbox.mails_to(TO).len()
    }
}

fn email() -> Email {
    Email {
        to: EmailAddress::parse(TO).unwrap(),
        subject: "Okto: код подтверждения".to_owned(),
        text: Secret::new(format!(
            "Ваш код {CODE}.\n.\nOʻzbekcha matn, juda uzun: {}",
            "soʻz ".repeat(60)
        )),
        reference: "chl_1".to_owned(),
    }
}

#[tokio::test]
async fn a_message_arrives_as_it_was_written() {
    let host = Counterpart::start().await;
    assert_eq!(host.connector().send(&email()).await.unwrap(), Handed::Taken);
    let (subject, text) = host.sandbox.mails_to(TO).remove(0);
    assert_eq!(subject, email().subject);
    assert_eq!(text, email().text.expose().trim_end());
}

#[tokio::test]
async fn what_a_failure_means_is_told_and_nothing_else() {
    let captured = Captured::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(captured.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let mut told = format!("{:?}", email());
    for (operation, fault, expected, taken) in [
        ("greeting", FaultKind::Error500Before, NOT_SENT, 0),
        ("greeting", FaultKind::TimeoutBefore, UNKNOWN, 0),
        ("auth", FaultKind::Unauthorized, NOT_SENT, 0),
        ("mail", FaultKind::Error500Before, NOT_SENT, 0),
        ("rcpt", FaultKind::Error500Before, NOT_SENT, 0),
        ("rcpt", FaultKind::TimeoutBefore, UNKNOWN, 0),
        ("message", FaultKind::Error500Before, NOT_SENT, 0),
        ("message", FaultKind::TimeoutAfter, UNKNOWN, 1),
        ("message", FaultKind::Dropped, UNKNOWN, 1),
        ("message", FaultKind::Malformed, UNKNOWN, 1),
    ] {
        let host = Counterpart::start().await;
        host.fail(operation, fault);
        let error = host.connector().send(&email()).await.unwrap_err();
        let error = format!("{error:?}");
        assert!(error.contains(expected), "{operation} {fault:?}: {error}");
        assert_eq!(host.taken(), taken, "{operation} {fault:?}");
        // Sent again it arrives, under the same id.
        assert_eq!(host.connector().send(&email()).await.unwrap(), Handed::Taken);
        assert_eq!(host.taken(), taken + 1);
        told.push_str(&error);
    }
    told.push_str(&captured.text());
    for planted in [TO, PASSWORD, CODE] {
        assert!(!told.contains(planted), "{planted} in {told}");
    }
}

#[tokio::test]
async fn a_mailbox_that_takes_nothing_is_not_asked_again() {
    let host = Counterpart::start().await;
    host.fail("rcpt", FaultKind::Rejected);
    assert_eq!(host.connector().send(&email()).await.unwrap(), Handed::Refused);
    assert_eq!(host.taken(), 0);
}

#[tokio::test]
async fn a_wrong_password_sends_nothing() {
    let host = Counterpart::start().await;
    let smtp = Smtp::new(host.config("wrong")).unwrap();
    let error = format!("{:?}", smtp.send(&email()).await.unwrap_err());
    assert!(error.contains(NOT_SENT) && error.contains("535"), "{error}");
    assert_eq!(host.taken(), 0);
}

#[tokio::test]
async fn a_password_leaves_this_machine_under_tls_only() {
    let host = Counterpart::start().await;
    let away = SmtpConfig { host: "mail.example".to_owned(), ..host.config(PASSWORD) };
    assert!(Smtp::new(away.clone()).is_err());
    assert!(Smtp::new(SmtpConfig { security: Security::StartTls, ..away }).is_ok());
    // A server that does not offer STARTTLS gets no password and no message.
    let strict = SmtpConfig { security: Security::StartTls, ..host.config(PASSWORD) };
    assert!(Smtp::new(strict).unwrap().send(&email()).await.is_err());
    assert_eq!(host.sandbox.calls("smtp", "auth"), 0);
}

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

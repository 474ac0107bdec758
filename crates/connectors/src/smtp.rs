//! Mail, handed to a server that takes it from the bank (SMTP, RFC 5321).
//!
//! Each message is a connection of its own: mail is rare, and a connection that was kept is often
//! dead when it is needed. The same message has the same `Message-ID` however often it is sent, so
//! that a mailbox shows a repeated one once.

use std::fmt;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;

use identity::ports::{Email, EmailSender, Handed};
use kernel::{EmailAddress, Error, Result, Secret};
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use tokio::time::timeout;

use crate::Timeouts;

// A notice that comes twice does no harm, and a code works once. So when it is not known whether a
// message was taken, the job may send it again; the errors differ in what they tell the reader.
const NOT_SENT: &str = "sending a message by SMTP; it was not sent";
const UNKNOWN: &str = "sending a message by SMTP; it is not known whether it was sent";

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// By TLS from its beginning (RFC 8314): port 465.
    Tls,
    /// By STARTTLS, without which nothing is sent: port 587.
    StartTls,
    /// Not at all: for a server on this machine.
    None,
}

/// How to reach the account at the mail server.
#[derive(Clone, Debug)]
pub struct SmtpConfig {
    /// The server's name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// The login.
    pub user: String,
    /// The password.
    pub password: Secret<String>,
    /// From whom the mail comes.
    pub from: EmailAddress,
    /// How long to wait.
    pub timeouts: Timeouts,
}

/// The mail server.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    domain: String,
    total: std::time::Duration,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp").finish_non_exhaustive()
    }
}

impl Smtp {
    /// A connector for an account. Nothing is sent before the first message.
    pub fn new(config: SmtpConfig) -> Result<Self> {
        const DOING: &str = "setting up the connection to the mail server";
        let tls = match config.security {
            Security::None if !is_here(&config.host) => {
                return Err(Error::broken(DOING, "without TLS the server must be on this machine"));
            }
            Security::None => Tls::None,
            Security::Tls => Tls::Wrapper(parameters(&config.host)?),
            Security::StartTls => Tls::Required(parameters(&config.host)?),
        };
        let credentials = Credentials::new(config.user, config.password.expose().clone());
        let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(config.host)
            .port(config.port)
            .tls(tls)
            .credentials(credentials)
            .timeout(Some(config.timeouts.connect))
            .build();
        let domain = config.from.expose().rsplit('@').next().unwrap_or_default().to_owned();
        let from = Mailbox::new(Some("Okto".to_owned()), address(&config.from)?);
        Ok(Self { transport, from, domain, total: config.timeouts.total })
    }

    async fn deliver(&self, email: &Email) -> Result<Handed> {
        let message = self.message(email)?;
        let sent = timeout(self.total, self.transport.send(message))
            .await
            .map_err(|e| Error::broken(UNKNOWN, e))?;
        match sent {
            Ok(_) => Ok(Handed::Taken),
            // The server says that this mailbox will never take it.
            Err(error) if error.is_permanent() && is_about_mailbox(&error) => {
                tracing::warn!(error = %Told::of(&error), "a mailbox does not take mail");
                Ok(Handed::Refused)
            }
            Err(error) if error.status().is_some() => {
                Err(Error::broken(NOT_SENT, Told::of(&error)))
            }
            Err(error) => Err(Error::broken(UNKNOWN, Told::of(&error))),
        }
    }

    fn message(&self, email: &Email) -> Result<Message> {
        const DOING: &str = "writing a message";
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address(&email.to)?))
            .subject(email.subject.clone())
            .message_id(Some(format!("<{}@{}>", email.reference, self.domain)))
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .header(ContentType::TEXT_PLAIN)
            .header(ContentTransferEncoding::Base64)
            .body(email.text.expose().clone())
            .map_err(|e| Error::broken(DOING, e))
    }
}

impl EmailSender for Smtp {
    fn send<'a>(
        &'a self,
        email: &'a Email,
    ) -> Pin<Box<dyn Future<Output = Result<Handed>> + Send + 'a>> {
        Box::pin(self.deliver(email))
    }
}

fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn parameters(host: &str) -> Result<TlsParameters> {
    TlsParameters::new_rustls(host.to_owned())
        .map_err(|e| Error::broken("setting up TLS for the mail server", e))
}

fn address(email: &EmailAddress) -> Result<lettre::Address> {
    // The reason could quote the address.
    email.expose().parse().map_err(|_| Error::invariant("an address that mail does not carry"))
}

/// Whether a refusal is about the mailbox (55x), and not about us or the message.
fn is_about_mailbox(error: &lettre::transport::smtp::Error) -> bool {
    error.status().is_some_and(|code| matches!(u16::from(code), 550 | 551 | 553))
}

/// What may be told of an error: the server's own words may quote the message.
#[derive(Debug)]
struct Told {
    status: Option<u16>,
    what: &'static str,
}

impl Told {
    fn of(error: &lettre::transport::smtp::Error) -> Self {
        let what = match error {
            e if e.is_timeout() => "no answer in time",
            e if e.is_tls() => "TLS failed",
            e if e.is_response() => "an answer that is not of the protocol",
            e if e.is_transient() => "refused for now",
            e if e.is_permanent() => "refused",
            _ => "the connection failed or broke off",
        };
        Self { status: error.status().map(u16::from), what }
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            Some(status) => write!(f, "{} ({status})", self.what),
            None => f.write_str(self.what),
        }
    }
}

impl std::error::Error for Told {}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(email: &Email) -> Vec<String> {
        let smtp = Smtp::new(SmtpConfig {
            host: "127.0.0.1".to_owned(),
            port: 25,
            security: Security::None,
            user: "bank".to_owned(),
            password: Secret::new("x".to_owned()),
            from: EmailAddress::parse("bank@okto.example").unwrap(),
            timeouts: Timeouts::default(),
        });
        let message = smtp.unwrap().message(email).unwrap().formatted();
        let message = String::from_utf8(message).unwrap();
        let (head, _) = message.split_once("\r\n\r\n").unwrap();
        assert!(!head.replace("\r\n", "").contains(['\r', '\n']), "{head}");
        let fields = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
        fields.map(|line| line.split(':').next().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn no_text_adds_a_line_to_the_head_of_a_mail() {
        let clean = Email {
            to: EmailAddress::parse("planted.address@example.uz").unwrap(),
            subject: "Okto".to_owned(),
            text: Secret::new("salom".to_owned()),
            reference: "chl_1".to_owned(),
        };
        let expected = head(&clean);
        for evil in
            ["\r\nBcc: thief@example.uz", "\nBcc: thief@example.uz", "\r\n\r\nbody", "\rX: y"]
        {
            let subject = Email { subject: format!("Okto{evil}"), ..clean.clone() };
            assert_eq!(head(&subject), expected, "{evil:?}");
            let reference = Email { reference: format!("chl_1{evil}"), ..clean.clone() };
            assert_eq!(head(&reference), expected, "{evil:?}");
            assert!(EmailAddress::parse(&format!("a@example.uz{evil}")).is_none(), "{evil:?}");
            assert!(EmailAddress::parse(&format!("a{evil}@example.uz")).is_none(), "{evil:?}");
        }
    }
}

//! The SMS gateway of Eskiz (notify.eskiz.uz).
//!
//! A login gives a bearer token, good for 30 days. The token is kept in memory and shared; when
//! the gateway answers 401 it is refreshed, or a new one is got by login, and the message is sent
//! once more. One login or refresh runs at a time, and everyone who waits for it takes its
//! outcome, a failure too: a wrong password must not become a thousand attempts.

mod token;
mod wire;

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use identity::ports::{Sms, SmsSender};
use kernel::{Error, Result, Secret};
use reqwest::{Client, Response, StatusCode, Url};
use tokio::time::{Instant, timeout_at};

use crate::http::{self, Timeouts};
use token::Tokens;
use wire::{SendAnswer, SendForm};

// A one-time code that is sent twice does no harm: both messages hold the same code, and it works
// once. So when it is not known whether a message was sent, the job may send it again, and the
// two errors differ only in what they tell the reader of the log.
const NOT_SENT: &str = "sending an SMS through Eskiz; it was not sent";
const UNKNOWN: &str = "sending an SMS through Eskiz; it is not known whether it was sent";

/// How to reach the account at Eskiz.
#[derive(Clone, Debug)]
pub struct EskizConfig {
    /// `https://notify.eskiz.uz/api`, or where the sandbox speaks the same.
    pub base_url: String,
    /// The login.
    pub email: String,
    /// The password.
    pub password: Secret<String>,
    /// The sender that phones show: `4546`, or a name that Eskiz has registered for us.
    pub from: String,
    /// How long to wait.
    pub timeouts: Timeouts,
}

/// The gateway.
pub struct Eskiz {
    client: Client,
    base: Url,
    from: String,
    total: std::time::Duration,
    tokens: Tokens,
}

impl fmt::Debug for Eskiz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Eskiz").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

impl Eskiz {
    /// A connector for an account. Nothing is sent before the first message.
    pub fn new(config: EskizConfig) -> Result<Self> {
        let base = http::base_url(&config.base_url)?;
        let client = http::client(&base, config.timeouts)?;
        let tokens = Tokens::new(client.clone(), &base, config.email, config.password);
        Ok(Self { client, base, from: config.from, total: config.timeouts.total, tokens })
    }

    async fn deliver(&self, sms: &Sms) -> Result<String> {
        let deadline = Instant::now() + self.total;
        let token = in_time(deadline, NOT_SENT, self.tokens.current()).await?;
        let answer = in_time(deadline, UNKNOWN, self.post(sms, &token)).await?;
        if answer.status() != StatusCode::UNAUTHORIZED {
            return in_time(deadline, UNKNOWN, accepted(answer)).await;
        }
        let token = in_time(deadline, NOT_SENT, self.tokens.replace(&token)).await?;
        let answer = in_time(deadline, UNKNOWN, self.post(sms, &token)).await?;
        in_time(deadline, UNKNOWN, accepted(answer)).await
    }

    async fn post(&self, sms: &Sms, token: &Secret<String>) -> Result<Response> {
        let form = SendForm {
            mobile_phone: sms.to.expose(),
            message: sms.text.expose(),
            from: &self.from,
        };
        let request = self
            .client
            .post(http::below(&self.base, "message/sms/send"))
            .bearer_auth(token.expose())
            .form(&form);
        request.send().await.map_err(|e| {
            // Without a connection nothing has left. After that the request may have arrived,
            // whatever happened to the answer.
            let doing = if e.is_connect() || e.is_builder() { NOT_SENT } else { UNKNOWN };
            Error::broken(doing, e)
        })
    }
}

impl SmsSender for Eskiz {
    fn send<'a>(
        &'a self,
        sms: &'a Sms,
    ) -> Pin<Box<dyn Future<Output = Result<String>> + Send + 'a>> {
        Box::pin(self.deliver(sms))
    }
}

async fn in_time<T>(
    deadline: Instant,
    doing: &'static str,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    timeout_at(deadline, work).await.map_err(|e| Error::broken(doing, e))?
}

/// Reads the gateway's answer to a message: its id of it.
async fn accepted(answer: Response) -> Result<String> {
    let status = answer.status();
    if status.is_client_error() {
        return Err(Error::broken(NOT_SENT, Refused(status)));
    }
    if !status.is_success() {
        return Err(Error::broken(UNKNOWN, Refused(status)));
    }
    let answer: SendAnswer =
        http::json(answer).await.map_err(|e| Error::broken(UNKNOWN, Box::new(e)))?;
    if answer.is_refusal() {
        return Err(Error::broken(NOT_SENT, "the gateway answered with status error"));
    }
    answer.id().ok_or_else(|| Error::broken(UNKNOWN, "the gateway answered without an id"))
}

/// The gateway answered with an error. What it said besides may quote the message.
#[derive(Debug)]
struct Refused(StatusCode);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the gateway answered {}", self.0.as_u16())
    }
}

impl StdError for Refused {}

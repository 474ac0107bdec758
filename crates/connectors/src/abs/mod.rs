//! The core banking system (ABS), by the bank's own contract: `docs/abs-contract.md`.
//!
//! What only reads, and what may be asked twice, either gives an answer or an error: then it is
//! asked again later. Of a batch that was sent there is a third: once it may have left, whatever
//! goes wrong means that nobody knows what came of it.

mod wire;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use accounting::ports::{
    Answered, Batch, BatchState, CoreBanking, Opening, Page, Posted, Statement, StatementQuery,
    Turnover, Verdict,
};
use accounting::{BatchId, chart};
use kernel::{AccountNumber, Day, Error, Result, Secret, is_name};
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};

use crate::http::{self, Timeouts};

const OPENING: &str = "opening accounts at the ABS";
const NOT_SENT: &str = "sending a batch to the ABS; it was not taken";
const UNKNOWN: &str = "sending a batch to the ABS; it is not known whether it was taken";
const ASKING: &str = "asking the ABS for a batch";
const DATE: &str = "asking the ABS for its business date";
const CLOSING: &str = "closing a day at the ABS";
const BALANCES: &str = "reading balances of the ABS";
const STATEMENT: &str = "reading the statement of the ABS";

/// What a token may be long.
const TOKEN_BYTES: std::ops::RangeInclusive<usize> = 16..=4_096;

/// How to reach the ABS.
#[derive(Clone, Debug)]
pub struct AbsConfig {
    /// Below which its `v1` is, or where the sandbox speaks the same.
    pub base_url: String,
    /// What proves to it who asks.
    pub token: Secret<String>,
    /// How long to wait.
    pub timeouts: Timeouts,
}

/// The ABS.
pub struct Abs {
    client: Client,
    base: Url,
    token: Secret<String>,
    total: Duration,
}

impl fmt::Debug for Abs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Abs").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

impl Abs {
    /// A connector. Nothing is asked before the first question.
    pub fn new(config: AbsConfig) -> Result<Self> {
        let base = http::base_url(&config.base_url)?;
        let client = http::client(&base, config.timeouts)?;
        let token = config.token.expose();
        // What cannot stand in a header would make every request fail.
        if !TOKEN_BYTES.contains(&token.len()) || !token.bytes().all(|b| b.is_ascii_graphic()) {
            let why = "it is not 16 to 4096 printable characters";
            return Err(Error::broken("reading the token of the ABS", why));
        }
        Ok(Self { client, base, token: config.token, total: config.timeouts.total })
    }

    fn at(&self, path: &str) -> Url {
        http::below(&self.base, path)
    }

    fn get(&self, url: Url) -> RequestBuilder {
        self.client.get(url).bearer_auth(self.token.expose())
    }

    fn post_to(&self, path: &str) -> RequestBuilder {
        self.client.post(self.at(path)).bearer_auth(self.token.expose())
    }

    /// Asks what may be asked twice. `None` when there is no such thing.
    async fn ask<T: DeserializeOwned>(
        &self,
        doing: &'static str,
        request: RequestBuilder,
    ) -> Result<Option<T>> {
        let asked = async {
            let answer = request.send().await.map_err(|e| Error::broken(doing, e.without_url()))?;
            let status = answer.status();
            if status == StatusCode::NOT_FOUND {
                return Ok(None);
            }
            if !matches!(status, StatusCode::OK | StatusCode::ACCEPTED) {
                return Err(Error::broken(doing, Refused::of(answer).await));
            }
            let body = http::json(answer).await.map_err(|e| Error::broken(doing, Box::new(e)))?;
            Ok(Some(body))
        };
        let deadline = Instant::now() + self.total;
        timeout_at(deadline, asked).await.map_err(|e| Error::broken(doing, e))?
    }

    async fn open(&self, openings: &[Opening]) -> Result<Vec<Verdict<AccountNumber>>> {
        let request = self.post_to("v1/accounts").json(&wire::Openings::of(openings));
        let answer: wire::Opened = there(OPENING, self.ask(OPENING, request).await?)?;
        answer.verdicts().ok_or_else(|| not_as_agreed(OPENING))
    }

    async fn send(&self, batch: &Batch) -> Result<Posted> {
        let request = self.post_to("v1/batches").json(&wire::BatchBody::of(batch));
        let deadline = Instant::now() + self.total;
        let unknown = |error: Error| Ok(Posted::Unknown(error));
        let answer = match timeout_at(deadline, request.send()).await {
            Err(late) => return unknown(Error::broken(UNKNOWN, late)),
            // Without a connection nothing has left. After that the request may have arrived,
            // whatever happened to the answer.
            Ok(Err(e)) if e.is_connect() || e.is_builder() => {
                return Err(Error::broken(NOT_SENT, e.without_url()));
            }
            Ok(Err(e)) => return unknown(Error::broken(UNKNOWN, e.without_url())),
            Ok(Ok(answer)) => answer,
        };
        let status = answer.status();
        let refused = |refused| Error::broken(NOT_SENT, refused);
        if status.is_client_error() {
            let why = timeout_at(deadline, Refused::of(answer)).await;
            return Err(refused(why.unwrap_or(Refused { status, code: None })));
        }
        if !matches!(status, StatusCode::OK | StatusCode::ACCEPTED) {
            return unknown(Error::broken(UNKNOWN, Refused { status, code: None }));
        }
        let body = match timeout_at(deadline, http::json::<wire::BatchAnswer>(answer)).await {
            Err(late) => return unknown(Error::broken(UNKNOWN, late)),
            Ok(Err(e)) => return unknown(Error::broken(UNKNOWN, Box::new(e))),
            Ok(Ok(body)) => body,
        };
        match body.state() {
            Some(state) => Ok(Posted::Known(state)),
            None => unknown(not_as_agreed(UNKNOWN)),
        }
    }

    async fn batch_of(&self, id: BatchId) -> Result<Option<BatchState>> {
        let request = self.get(self.at(&format!("v1/batches/{id}")));
        let answer: Option<wire::BatchAnswer> = self.ask(ASKING, request).await?;
        let state = |answer: wire::BatchAnswer| answer.state().ok_or_else(|| not_as_agreed(ASKING));
        answer.map(state).transpose()
    }

    async fn date(&self) -> Result<Day> {
        let request = self.get(self.at("v1/business-date"));
        there::<wire::Date>(DATE, self.ask(DATE, request).await?).map(|date| date.day)
    }

    async fn close(&self, day: Day) -> Result<Day> {
        let request = self.post_to("v1/business-date/close").json(&wire::Date { day });
        there::<wire::Date>(CLOSING, self.ask(CLOSING, request).await?).map(|date| date.day)
    }

    async fn balances(&self, day: Day, after: Option<&str>) -> Result<Page<Turnover>> {
        let mut url = self.at("v1/balances");
        url.query_pairs_mut().append_pair("day", &day.to_string());
        if let Some(after) = after {
            url.query_pairs_mut().append_pair("after", after);
        }
        let answer: wire::Balances = there(BALANCES, self.ask(BALANCES, self.get(url)).await?)?;
        answer.page(day).ok_or_else(|| not_as_agreed(BALANCES))
    }

    async fn entries(&self, query: &StatementQuery) -> Result<Statement> {
        let mut url = self.at("v1/statement");
        url.query_pairs_mut()
            .append_pair("from", &query.from.to_string())
            .append_pair("to", &query.to.to_string());
        if let Some(account) = query.account.map(|account: chart::AbsAccount| account.to_string()) {
            url.query_pairs_mut().append_pair("account", &account);
        }
        if let Some(after) = &query.after {
            url.query_pairs_mut().append_pair("after", after);
        }
        let answer: wire::Statement = there(STATEMENT, self.ask(STATEMENT, self.get(url)).await?)?;
        answer.statement().ok_or_else(|| not_as_agreed(STATEMENT))
    }
}

impl CoreBanking for Abs {
    fn open_accounts<'a>(
        &'a self,
        openings: &'a [Opening],
    ) -> Answered<'a, Vec<Verdict<AccountNumber>>> {
        Box::pin(self.open(openings))
    }

    fn post<'a>(&'a self, batch: &'a Batch) -> Answered<'a, Posted> {
        Box::pin(self.send(batch))
    }

    fn batch(&self, id: BatchId) -> Answered<'_, Option<BatchState>> {
        Box::pin(self.batch_of(id))
    }

    fn business_date(&self) -> Answered<'_, Day> {
        Box::pin(self.date())
    }

    fn close_day(&self, day: Day) -> Answered<'_, Day> {
        Box::pin(self.close(day))
    }

    fn turnovers<'a>(&'a self, day: Day, after: Option<&'a str>) -> Answered<'a, Page<Turnover>> {
        Box::pin(self.balances(day, after))
    }

    fn statement<'a>(&'a self, query: &'a StatementQuery) -> Answered<'a, Statement> {
        Box::pin(self.entries(query))
    }
}

/// What has to be there.
fn there<T>(doing: &'static str, answer: Option<T>) -> Result<T> {
    answer
        .ok_or_else(|| Error::broken(doing, Refused { status: StatusCode::NOT_FOUND, code: None }))
}

fn not_as_agreed(doing: &'static str) -> Error {
    Error::broken(doing, "the answer is not as agreed")
}

/// The ABS answered with an error.
#[derive(Debug)]
struct Refused {
    status: StatusCode,
    code: Option<String>,
}

impl Refused {
    /// With the code of the answer, when it has one. What it says besides is for persons.
    async fn of(answer: Response) -> Self {
        let status = answer.status();
        let body = http::json::<wire::Refusal>(answer).await.ok();
        let code = body.map(|body| body.code).filter(|code| is_name(code, "_"));
        Self { status, code }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the ABS answered {}", self.status.as_u16())?;
        match &self.code {
            Some(code) => write!(f, " {code}"),
            None => Ok(()),
        }
    }
}

impl StdError for Refused {}

//! The bearer token: got once, shared by all, replaced when the gateway no longer takes it.

use std::sync::atomic::{AtomicU64, Ordering};

use kernel::{Error, Result, Secret};
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Client, RequestBuilder, Url};
use tokio::sync::Mutex;

use super::Refused;
use super::wire::{LoginForm, TokenAnswer};
use crate::http;

const LOGIN: &str = "logging in to Eskiz; the SMS was not sent";
const REFRESH: &str = "refreshing the token of Eskiz";
/// The longest token that is kept.
const MAX_TOKEN_BYTES: usize = 4_096;

pub(super) struct Tokens {
    client: Client,
    login_url: Url,
    refresh_url: Url,
    email: String,
    password: Secret<String>,
    /// Held while a token is being got: that is what makes everyone else wait for it.
    current: Mutex<Option<Secret<String>>>,
    /// How many logins have failed.
    failures: AtomicU64,
}

impl Tokens {
    pub fn new(client: Client, base: &Url, email: String, password: Secret<String>) -> Self {
        Self {
            client,
            login_url: http::below(base, "auth/login"),
            refresh_url: http::below(base, "auth/refresh"),
            email,
            password,
            current: Mutex::new(None),
            failures: AtomicU64::new(0),
        }
    }

    /// The token, by login when there is none.
    pub async fn current(&self) -> Result<Secret<String>> {
        let failures = self.failures.load(Ordering::Acquire);
        let mut current = self.current.lock().await;
        if let Some(token) = current.as_ref() {
            return Ok(token.clone());
        }
        self.log_in(&mut current, failures).await
    }

    /// Another token than this one, which the gateway has just refused.
    pub async fn replace(&self, refused: &Secret<String>) -> Result<Secret<String>> {
        let failures = self.failures.load(Ordering::Acquire);
        let mut current = self.current.lock().await;
        if let Some(token) = current.as_ref()
            && token.expose() != refused.expose()
        {
            return Ok(token.clone());
        }
        // Forgotten first: if this future is dropped on the way, nobody tries the token again.
        if let Some(old) = current.take()
            && let Ok(token) = self.refresh(&old).await
        {
            tracing::debug!("Eskiz refreshed its token");
            *current = Some(token.clone());
            return Ok(token);
        }
        self.log_in(&mut current, failures).await
    }

    /// Logs in, unless a login has failed since `failures` were counted: then the caller waited
    /// for that one, and its outcome is the caller's too.
    async fn log_in(
        &self,
        current: &mut Option<Secret<String>>,
        failures: u64,
    ) -> Result<Secret<String>> {
        if self.failures.load(Ordering::Acquire) != failures {
            return Err(Error::broken(LOGIN, "the login that this message waited for has failed"));
        }
        let form = LoginForm { email: &self.email, password: self.password.expose() };
        let request = self.client.post(self.login_url.clone()).form(&form);
        match token_of(request, LOGIN).await {
            Ok(token) => {
                tracing::debug!("logged in to Eskiz");
                *current = Some(token.clone());
                Ok(token)
            }
            Err(error) => {
                self.failures.fetch_add(1, Ordering::AcqRel);
                Err(error)
            }
        }
    }

    async fn refresh(&self, old: &Secret<String>) -> Result<Secret<String>> {
        let mut header = HeaderValue::try_from(format!("Bearer {}", old.expose()))
            .map_err(|e| Error::broken(REFRESH, e))?;
        header.set_sensitive(true);
        let request = self.client.patch(self.refresh_url.clone()).header(AUTHORIZATION, header);
        token_of(request, REFRESH).await
    }
}

async fn token_of(request: RequestBuilder, doing: &'static str) -> Result<Secret<String>> {
    let answer = request.send().await.map_err(|e| Error::broken(doing, e))?;
    let status = answer.status();
    if !status.is_success() {
        return Err(Error::broken(doing, Refused(status)));
    }
    let answer: TokenAnswer =
        http::json(answer).await.map_err(|e| Error::broken(doing, Box::new(e)))?;
    let token = answer.data.token;
    // What cannot stand in a header would make every later request fail.
    let fits = |t: &str| {
        !t.is_empty() && t.len() <= MAX_TOKEN_BYTES && t.bytes().all(|b| b.is_ascii_graphic())
    };
    if fits(token.expose()) { Ok(token) } else { Err(Error::broken(doing, "not a token")) }
}

//! The bank's app as the API sees it: it keeps a key, and proves with each request that it does.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so"
)]

use std::sync::Arc;

use api::TokenRules;
use axum::http::Method;
use kernel::OperationId;
use serde_json::{Value, json};

use super::key::{ClientKey, SITE};
use super::{Answer, PASSWORD, TestBank};

/// One app on one telephone.
#[derive(Clone)]
pub struct App<'a> {
    pub bank: &'a TestBank,
    pub key: Arc<ClientKey>,
}

impl TestBank {
    /// A bank whose clients know its address, and can prove keys to it.
    pub async fn open_at_site(bearer: bool) -> Self {
        Self::open_for(TokenRules { site: Some(SITE.parse().unwrap()), bearer }).await
    }

    /// An app that was just installed.
    pub fn app(&self) -> App<'_> {
        App { bank: self, key: Arc::new(ClientKey::new()) }
    }
}

impl App<'_> {
    /// Asks for something without a token.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        let proof = self.key.proof("POST", path, None, self.bank.clock.now());
        self.bank.post(path).header("dpop", &proof).json(body).send().await
    }

    /// Asks for something without a token, as OAuth clients do.
    pub async fn form(&self, path: &str, body: String) -> Answer {
        let proof = self.key.proof("POST", path, None, self.bank.clock.now());
        let call = self.bank.post(path).header("dpop", &proof);
        call.body("application/x-www-form-urlencoded", body).send().await
    }

    /// Asks for something with a token.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: Option<&Value>,
    ) -> Answer {
        let now = self.bank.clock.now();
        let proof = self.key.proof(method.as_str(), path, Some(token), now);
        let call = self.bank.call(method, path).header("authorization", &format!("DPoP {token}"));
        let call = call.header("dpop", &proof);
        match body {
            Some(body) => call.json(body).send().await,
            None => call.send().await,
        }
    }

    /// Carries a previewed transfer out.
    pub async fn transfer(&self, token: &str, key: OperationId, body: &Value) -> Answer {
        let (path, now) = ("/v1/transfers", self.bank.clock.now());
        let proof = self.key.proof("POST", path, Some(token), now);
        let call = self.bank.post(path).key(key).header("dpop", &proof);
        call.header("authorization", &format!("DPoP {token}")).json(body).send().await
    }

    pub async fn get(&self, path: &str, token: &str) -> Answer {
        self.call(Method::GET, path, token, None).await
    }

    /// Begins a sign-in by the password.
    pub async fn begin(&self, phone: &str) -> Answer {
        self.post("/v1/sign-in", &json!({"phone": phone, "password": PASSWORD})).await
    }

    /// Sets something in a session.
    pub async fn put(&self, path: &str, token: &str, body: &Value) -> Answer {
        self.call(Method::PUT, path, token, Some(body)).await
    }

    /// Answers a sign-in that waits. With a name, the telephone is to be bound.
    pub async fn answer(&self, waits: &Answer, answer: Value, name: Option<&str>) -> Answer {
        let uri = format!("/v1/sign-in/{}/answer", waits.at("/challenge_id"));
        let mut body = json!({"challenge_token": waits.at("/challenge_token"), "answer": answer});
        if let Some(name) = name {
            body["device_name"] = json!(name);
        }
        self.post(&uri, &body).await
    }

    /// Signs in by the password and a code, on a telephone that stays a stranger or is bound.
    pub async fn sign_in(&self, phone: &str, name: Option<&str>) -> Answer {
        let before = self.bank.sent(phone);
        let waits = self.begin(phone).await.expect(202);
        let code = self.bank.code(phone, before).await;
        self.answer(&waits, json!({"method": "sms", "code": code}), name).await.expect(200)
    }
}

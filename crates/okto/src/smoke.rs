//! `okto smoke URL`: the main job against a running bank, for after a deployment. It leaves no
//! trace but two small transfers that cancel out, and a new customer when the sandbox is there.

use std::path::PathBuf;
use std::time::Duration;

use kernel::{Clock, Entropy, Error, OperationId, Result};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url};
use serde_json::{Value, json};

use crate::say;
use crate::seed::{self, Login};

/// What `okto smoke` is asked to do.
#[derive(clap::Args, Clone)]
pub struct Args {
    /// Address of the bank's API.
    url: Url,
    /// File with at least two logins, as `okto up` leaves it: a list of phone and password. The
    /// first pays the second 1.00 UZS and gets it back. `demo-logins.json` in the folder of the
    /// installation unless this says otherwise.
    #[arg(long)]
    logins: Option<PathBuf>,
    /// Folder of the installation.
    #[arg(long, env = "OKTO_DIR", default_value = ".okto")]
    dir: PathBuf,
    /// Address of the sandbox. When given, customers sign in with the codes it shows, and a new one
    /// signs up.
    #[arg(long)]
    sandbox: Option<Url>,
}

const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
const AMOUNT: &str = "1.00";
/// How often the sandbox is asked for the code.
const CODE_TRIES: u32 = 50;
const CODE_PAUSE: Duration = Duration::from_millis(200);
/// The longest wait until another code may be asked for.
const CODE_WAIT_MAX: Duration = Duration::from_mins(1);
const TEXT_MESSAGE: &str = "waiting for the text message";

pub async fn run(args: Args) -> Result<()> {
    let http = Client::builder()
        .timeout(ANSWER_TIMEOUT)
        .no_proxy()
        .build()
        .map_err(|e| Error::broken("making an HTTP client", e))?;
    let sandbox = args.sandbox.clone();
    let mut smoke = Smoke { http, url: args.url.clone(), sandbox, failed: Vec::new() };
    smoke.check("the bank is up", smoke.up().await);
    match logins(&args.logins.unwrap_or_else(|| args.dir.join(seed::LOGINS))) {
        Ok((payer, payee)) => {
            let done = smoke.transfer(&payer, &payee).await;
            smoke.check("money goes from one customer to another and back", done);
        }
        Err(error) => smoke.check("there are logins to try", Err(error)),
    }
    if let Some(sandbox) = &args.sandbox {
        let done = smoke.sign_up(sandbox).await;
        smoke.check("a new customer signs up and opens an account", done);
    } else {
        say("skipped a new customer signs up and opens an account (give --sandbox)");
    }
    match smoke.failed.len() {
        0 => {
            say("all well");
            Ok(())
        }
        n => Err(Error::broken(
            "trying the bank",
            format!("{n} failed: {}", smoke.failed.join(", ")),
        )),
    }
}

fn logins(file: &std::path::Path) -> Result<(Login, Login)> {
    let doing = "reading the logins";
    let text = std::fs::read_to_string(file)
        .map_err(|e| Error::broken(doing, format!("{}: {e}", file.display())))?;
    let all: Vec<Login> = serde_json::from_str(&text).map_err(|e| Error::broken(doing, e))?;
    let mut all = all.into_iter();
    match (all.next(), all.next()) {
        (Some(payer), Some(payee)) => Ok((payer, payee)),
        _ => Err(Error::broken(doing, "there are fewer than two")),
    }
}

struct Smoke {
    http: Client,
    url: Url,
    sandbox: Option<Url>,
    failed: Vec<&'static str>,
}

/// A signed-in customer with their account in sum.
struct Customer {
    token: String,
    account: String,
    phone: String,
}

impl Smoke {
    fn check(&mut self, what: &'static str, done: Result<()>) {
        match done {
            Ok(()) => say(&format!("ok      {what}")),
            Err(error) => {
                say(&format!("FAILED  {what}: {}", explain(&error)));
                self.failed.push(what);
            }
        }
    }

    fn request(&self, method: Method, path: &str) -> Result<RequestBuilder> {
        let url = self.url.join(path).map_err(|e| Error::broken("building an address", e))?;
        Ok(self.http.request(method, url).header("accept-language", "en"))
    }

    async fn up(&self) -> Result<()> {
        for path in ["/health/live", "/health/ready"] {
            ask(path, self.request(Method::GET, path)?, 200).await?;
        }
        let document =
            ask("/openapi.json", self.request(Method::GET, "/openapi.json")?, 200).await?;
        expect("the OpenAPI version", text(&document, "/openapi")?.starts_with("3.1"))
    }

    async fn sign_in(&self, login: &Login) -> Result<Customer> {
        let token = self.token(login).await?;
        let request = self.request(Method::GET, "/v1/accounts")?.bearer_auth(&token);
        let accounts = ask("reading the accounts", request, 200).await?;
        let open = json!({ "asset": "UZS", "status": "open" });
        let sum = items(&accounts).iter().find(|a| has(a, &open));
        let sum = sum.ok_or_else(|| Error::broken("reading the accounts", "none in UZS"))?;
        Ok(Customer { token, account: text(sum, "/account_id")?, phone: login.phone.clone() })
    }

    /// The token of a sign-in, by the second factor if it waits for one: that takes a sandbox which
    /// shows what the bank sent.
    async fn token(&self, login: &Login) -> Result<String> {
        let doing = "signing in";
        let phone = login.phone.trim_start_matches('+');
        let before = match &self.sandbox {
            Some(sandbox) => self.newest(sandbox, phone).await?,
            None => Value::Null,
        };
        let body = json!({ "phone": login.phone, "password": login.password });
        let request = self.request(Method::POST, "/v1/sign-in")?.json(&body);
        let response = request.send().await.map_err(|e| Error::broken(doing, e))?;
        if response.status() != StatusCode::ACCEPTED {
            let tokens = answered(doing, response, 200).await?;
            return text(&tokens, "/access_token");
        }
        let waits = answered(doing, response, 202).await?;
        let sandbox = self.sandbox.as_ref();
        let needed = "a second factor is needed: give --sandbox, where its code is shown";
        let sandbox = sandbox.ok_or_else(|| Error::broken(doing, needed))?;
        if waits.pointer("/code").is_none_or(Value::is_null) {
            self.ask_for_code(&waits).await?;
        }
        let code = self.code(sandbox, phone, &before).await?;
        let body = json!({
            "challenge_token": text(&waits, "/challenge_token")?,
            "answer": { "method": "sms", "code": code },
        });
        let path = format!("/v1/sign-in/{}/answer", text(&waits, "/challenge_id")?);
        let request = self.request(Method::POST, &path)?.json(&body);
        text(&ask("answering a sign-in", request, 200).await?, "/access_token")
    }

    /// Asks for the code that did not come with the sign-in, as one was sent a moment before: as
    /// soon as there may be another.
    async fn ask_for_code(&self, waits: &Value) -> Result<()> {
        let doing = "asking for a code";
        let path = format!("/v1/sign-in/{}/code", text(waits, "/challenge_id")?);
        let body = json!({ "challenge_token": text(waits, "/challenge_token")? });
        let send = || Ok::<_, Error>(self.request(Method::POST, &path)?.json(&body));
        let response = send()?.send().await.map_err(|e| Error::broken(doing, e))?;
        if response.status() != StatusCode::TOO_MANY_REQUESTS {
            return answered(doing, response, 202).await.map(|_| ());
        }
        let wait =
            response.headers().get("retry-after").and_then(|v| v.to_str().ok()?.parse().ok());
        tokio::time::sleep(Duration::from_secs(wait.unwrap_or(1)).min(CODE_WAIT_MAX)).await;
        ask(doing, send()?, 202).await.map(|_| ())
    }

    async fn transfer(&self, payer: &Login, payee: &Login) -> Result<()> {
        let payer = self.sign_in(payer).await?;
        let payee = self.sign_in(payee).await?;
        let sent = self.send(&payer, &payee).await?;
        self.sees(&payer, &sent, "out").await?;
        self.sees(&payee, &sent, "in").await?;
        self.statement(&payer).await?;
        self.send(&payee, &payer).await?;
        for customer in [payer, payee] {
            let request = self.request(Method::POST, "/v1/sign-out")?.bearer_auth(&customer.token);
            ask("signing out", request, 204).await?;
            let request = self.request(Method::GET, "/v1/me")?.bearer_auth(&customer.token);
            ask("using an ended session", request, 401).await?;
        }
        Ok(())
    }

    /// Previews, confirms, repeats, and tries the key for something else.
    async fn send(&self, from: &Customer, to: &Customer) -> Result<String> {
        let quote = self.quote(from, to).await?;
        let key = OperationId::generate(Clock::System.now(), Entropy).uuid().to_string();
        let receipt = ask("confirming", self.confirm(from, &key, &quote)?, 201).await?;
        let again = ask("confirming again", self.confirm(from, &key, &quote)?, 200).await?;
        expect("the same receipt for the same key", receipt == again)?;
        let other = self.quote(from, to).await?;
        ask("using a key twice", self.confirm(from, &key, &other)?, 409).await?;
        text(&receipt, "/operation_id")
    }

    async fn quote(&self, from: &Customer, to: &Customer) -> Result<String> {
        let body = json!({
            "from_account_id": from.account,
            "to": { "phone": to.phone },
            "amount": { "value": AMOUNT, "asset": "UZS" },
            "note": "okto smoke",
        });
        let request = self.request(Method::POST, "/v1/transfers/preview")?;
        let quote = ask("previewing", request.bearer_auth(&from.token).json(&body), 200).await?;
        text(&quote, "/quote")
    }

    fn confirm(&self, from: &Customer, key: &str, quote: &str) -> Result<RequestBuilder> {
        let request = self.request(Method::POST, "/v1/transfers")?.bearer_auth(&from.token);
        Ok(request.header("idempotency-key", key).json(&json!({ "quote": quote })))
    }

    async fn sees(&self, customer: &Customer, operation: &str, direction: &str) -> Result<()> {
        let path = format!("/v1/operations?account_id={}&limit=20", customer.account);
        let request = self.request(Method::GET, &path)?.bearer_auth(&customer.token);
        let page = ask("reading the history", request, 200).await?;
        let sought = json!({ "operation_id": operation, "direction": direction });
        let seen = items(&page).iter().any(|i| has(i, &sought));
        expect("the transfer in the history", seen)
    }

    async fn statement(&self, customer: &Customer) -> Result<()> {
        let today = Clock::System.now().day();
        let path = format!("/v1/accounts/{}/statement?from={today}&to={today}", customer.account);
        let request = self.request(Method::GET, &path)?.bearer_auth(&customer.token);
        let statement = ask("reading the statement", request, 200).await?;
        expect("a closing balance", text(&statement, "/closing/value").is_ok())
    }

    async fn sign_up(&self, sandbox: &Url) -> Result<()> {
        let digits = u32::from_le_bytes(Entropy.bytes()) % 10_000_000;
        let phone = format!("99890{digits:07}");
        let request = self.request(Method::POST, "/v1/sign-up")?.json(&json!({ "phone": phone }));
        let challenge = ask("asking for a code", request, 202).await?;
        let id = text(&challenge, "/challenge_id")?;
        let code = self.code(sandbox, &phone, &Value::Null).await?;
        let body = json!({ "challenge_id": id, "code": code });
        let request = self.request(Method::POST, "/v1/sign-up/verify")?.json(&body);
        let proof = ask("proving the phone", request, 200).await?;
        let secret = OperationId::generate(Clock::System.now(), Entropy).uuid();
        let body = json!({
            "ticket": text(&proof, "/ticket")?,
            "password": secret.simple().to_string(),
            "first_name": "Smoke",
            "last_name": "Test",
            "birth_date": "1990-01-01",
        });
        let request = self.request(Method::POST, "/v1/sign-up/complete")?.json(&body);
        let signed_up = ask("signing up", request, 201).await?;
        let token = text(&signed_up, "/tokens/access_token")?;
        let key = OperationId::generate(Clock::System.now(), Entropy).uuid().to_string();
        let request = self.request(Method::POST, "/v1/accounts")?.bearer_auth(&token);
        let request = request.header("idempotency-key", key).json(&json!({ "asset": "UZS" }));
        let account = ask("opening an account", request, 201).await?;
        expect("a 20-digit number", text(&account, "/number")?.len() == 20)
    }

    /// Waits for a text message other than this and reads its six digits.
    async fn code(&self, sandbox: &Url, phone: &str, before: &Value) -> Result<String> {
        for _ in 0..CODE_TRIES {
            let newest = self.newest(sandbox, phone).await?;
            if newest != *before {
                let said = text(&newest, "/text")?;
                let code = said.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 6);
                if let Some(code) = code {
                    return Ok(code.to_owned());
                }
            }
            tokio::time::sleep(CODE_PAUSE).await;
        }
        Err(Error::broken(TEXT_MESSAGE, "it did not come; is the worker running?"))
    }

    /// The newest text message to a phone; null when there is none.
    async fn newest(&self, sandbox: &Url, phone: &str) -> Result<Value> {
        let url = sandbox.join(&format!("/messages?phone={phone}"));
        let url = url.map_err(|e| Error::broken(TEXT_MESSAGE, e))?;
        let messages = ask(TEXT_MESSAGE, self.http.get(url), 200).await?;
        Ok(items(&messages).first().cloned().unwrap_or_default())
    }
}

async fn ask(doing: &'static str, request: RequestBuilder, status: u16) -> Result<Value> {
    let response = request.send().await.map_err(|e| Error::broken(doing, e))?;
    answered(doing, response, status).await
}

async fn answered(doing: &'static str, response: Response, status: u16) -> Result<Value> {
    let got = response.status();
    let body = response.text().await.map_err(|e| Error::broken(doing, e))?;
    if got != StatusCode::from_u16(status).unwrap_or_default() {
        let problem: Value = serde_json::from_str(&body).unwrap_or_default();
        let code = problem.pointer("/code").and_then(Value::as_str).unwrap_or("no code");
        return Err(Error::broken(doing, format!("{got} ({code}) instead of {status}")));
    }
    Ok(serde_json::from_str(&body).unwrap_or_default())
}

/// The text at a JSON pointer.
fn text(value: &Value, pointer: &'static str) -> Result<String> {
    let found = value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    found.ok_or_else(|| Error::broken("reading an answer", format!("it has no {pointer}")))
}

/// The items of a list, bare or in an object.
fn items(value: &Value) -> &[Value] {
    let list = value.pointer("/items").or_else(|| value.pointer("/messages")).unwrap_or(value);
    list.as_array().map_or(&[], Vec::as_slice)
}

/// Whether a JSON object has these fields with these values.
fn has(value: &Value, fields: &Value) -> bool {
    let fields = fields.as_object().into_iter().flatten();
    fields.into_iter().all(|(name, expected)| value.get(name) == Some(expected))
}

fn expect(what: &'static str, holds: bool) -> Result<()> {
    if holds { Ok(()) } else { Err(Error::broken("looking for what must be there", what)) }
}

fn explain(error: &Error) -> String {
    match error {
        Error::Broken(broken) => format!("{broken:?}"),
        Error::Refused(refusal) => refusal.code.to_string(),
    }
}

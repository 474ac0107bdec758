//! The sandbox as a process of its own, so that it can be killed: its books are in a file, and
//! whatever else it had in memory is gone then.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use connectors::Timeouts;
use connectors::abs::{Abs, AbsConfig};
use kernel::{Entropy, Error, Result, Secret, TraceId};
use reqwest::{Client, Method};
use sandbox::abs::Planted;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use super::super::Bench;
use super::super::node::free_address;

/// Longest wait for the sandbox to be ready.
const READY_TIMEOUT: Duration = Duration::from_secs(30);
const READY_PAUSE: Duration = Duration::from_millis(50);
/// How long the bank waits for an answer. A real connector waits longer; what is without an answer
/// would only take the longer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);
const STARTING: &str = "starting the sandbox";
const TELLING: &str = "telling the sandbox";

/// The files of the sandbox.
struct Files {
    token: PathBuf,
    password: PathBuf,
    books: PathBuf,
    log: PathBuf,
}

/// The core banking system of the sandbox.
pub struct Counterpart {
    child: Option<Child>,
    address: SocketAddr,
    files: Files,
    token: Secret<String>,
    client: Client,
    /// Documents that came again, by what processes that are gone had counted.
    repeated: u64,
}

/// What the sandbox says of its own books.
#[derive(Deserialize)]
struct Shown {
    planted: Vec<Planted>,
    repeated: u64,
}

/// What waits to go wrong.
#[derive(Deserialize)]
struct Armed {
    armed: Vec<Value>,
}

impl Counterpart {
    /// Starts it with new books.
    pub async fn start(bench: &Bench) -> Result<Self> {
        let files = Files {
            token: bench.file("abs-token"),
            password: bench.file("eskiz-password"),
            books: bench.file("abs-books"),
            log: bench.file("sandbox.log"),
        };
        let token = TraceId::generate(Entropy).to_string();
        let written = std::fs::write(&files.token, &token)
            .and_then(|()| std::fs::write(&files.password, TraceId::generate(Entropy).to_string()));
        written.map_err(|e| Error::broken(STARTING, e))?;
        if files.books.exists() {
            std::fs::remove_file(&files.books).map_err(|e| Error::broken(STARTING, e))?;
        }
        let client = Client::builder().no_proxy().timeout(READY_TIMEOUT).build();
        let client = client.map_err(|e| Error::broken(STARTING, e))?;
        let (address, token) = (free_address().await?, Secret::new(token));
        let mut new = Self { child: None, address, files, token, client, repeated: 0 };
        new.start_again().await?;
        Ok(new)
    }

    /// Starts it with the books that it had, where it was.
    pub async fn start_again(&mut self) -> Result<()> {
        let program = std::env::current_exe().map_err(|e| Error::broken(STARTING, e))?;
        let log = std::fs::File::options().create(true).append(true).open(&self.files.log);
        let child = Command::new(program)
            .args(["sandbox", "--listen", &self.address.to_string()])
            .arg("--eskiz-password-file")
            .arg(&self.files.password)
            .arg("--abs-token-file")
            .arg(&self.files.token)
            .arg("--abs-books")
            .arg(&self.files.books)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.map_err(|e| Error::broken(STARTING, e))?)
            .kill_on_drop(true)
            .spawn();
        self.child = Some(child.map_err(|e| Error::broken(STARTING, e))?);
        let ready = async {
            while self.shown().await.is_err() {
                tokio::time::sleep(READY_PAUSE).await;
            }
        };
        tokio::time::timeout(READY_TIMEOUT, ready).await.map_err(|e| Error::broken(STARTING, e))
    }

    /// Ends it with SIGKILL. What it counted is kept.
    pub async fn kill(&mut self) -> Result<()> {
        self.repeated = self.repeated().await?;
        if let Some(mut child) = self.child.take() {
            child.kill().await.map_err(|e| Error::broken("killing the sandbox", e))?;
        }
        Ok(())
    }

    /// The bank's connector to it.
    pub fn connector(&self) -> Result<Abs> {
        Abs::new(AbsConfig {
            base_url: format!("http://{}/abs/api", self.address),
            token: self.token.clone(),
            timeouts: Timeouts { connect: ANSWER_TIMEOUT, total: ANSWER_TIMEOUT },
        })
    }

    /// The same, without haste: for reading long statements of it.
    pub fn patient_connector(&self) -> Result<Abs> {
        Abs::new(AbsConfig {
            base_url: format!("http://{}/abs/api", self.address),
            token: self.token.clone(),
            timeouts: Timeouts { connect: READY_TIMEOUT, total: READY_TIMEOUT },
        })
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let url = format!("http://{}/control/{path}", self.address);
        let request = self.client.request(method, url);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let broken = |e: reqwest::Error| Error::broken(TELLING, e.without_url());
        let answer = request.send().await.and_then(reqwest::Response::error_for_status);
        let text = answer.map_err(broken)?.text().await.map_err(broken)?;
        if text.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&text).map_err(|e| Error::broken(TELLING, e))
    }

    /// Tells it something.
    pub async fn tell(&self, path: &str, body: Value) -> Result<()> {
        self.ask(Method::POST, path, Some(body)).await.map(drop)
    }

    /// Nothing goes wrong any more.
    pub async fn calm(&self) -> Result<()> {
        self.ask(Method::DELETE, "faults", None).await?;
        self.ask(Method::DELETE, "abs/plant", None).await?;
        self.tell("abs/processing", json!({ "ms": 0 })).await?;
        self.tell("abs/down", json!({ "ms": 0 })).await
    }

    /// Puts right what went wrong in its books.
    pub async fn repair(&self) -> Result<()> {
        self.ask(Method::POST, "abs/repair", None).await.map(drop)
    }

    /// How many faults wait for a question.
    pub async fn armed(&self) -> Result<usize> {
        let told = self.ask(Method::GET, "faults", None).await?;
        let told = serde_json::from_value::<Armed>(told);
        told.map(|told| told.armed.len()).map_err(|e| Error::broken(TELLING, e))
    }

    /// What went wrong in its books on demand.
    pub async fn planted(&self) -> Result<Vec<Planted>> {
        self.shown().await.map(|shown| shown.planted)
    }

    /// How many documents came again and were not posted again.
    pub async fn repeated(&self) -> Result<u64> {
        Ok(self.repeated.saturating_add(self.shown().await?.repeated))
    }

    async fn shown(&self) -> Result<Shown> {
        let told = self.ask(Method::GET, "abs", None).await?;
        serde_json::from_value(told).map_err(|e| Error::broken(TELLING, e))
    }
}

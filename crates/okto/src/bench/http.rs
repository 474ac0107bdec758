//! A plain HTTP/1.1 connection to the bank, for measuring and for fault runs.

use std::net::SocketAddr;
use std::time::Duration;

use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use kernel::{Error, Result, Secret};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longest wait for one answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);

/// One connection, with the token of one customer.
pub struct Line {
    sender: SendRequest<Full<Bytes>>,
    host: String,
    token: Secret<String>,
}

/// What the bank answered.
pub struct Answer {
    pub status: StatusCode,
    pub body: Bytes,
}

impl Answer {
    /// The stable code of a problem document.
    pub fn code(&self) -> String {
        let problem: Option<serde_json::Value> = serde_json::from_slice(&self.body).ok();
        let code = problem.as_ref().and_then(|p| p.get("code")?.as_str());
        code.unwrap_or_default().to_owned()
    }
}

impl Line {
    pub async fn open(to: SocketAddr, token: Secret<String>) -> Result<Self> {
        let doing = "connecting to the bank";
        let connected = timeout(ANSWER_TIMEOUT, TcpStream::connect(to)).await;
        let stream =
            connected.map_err(|e| Error::broken(doing, e))?.map_err(|e| Error::broken(doing, e))?;
        stream.set_nodelay(true).map_err(|e| Error::broken(doing, e))?;
        let (sender, connection) =
            handshake(TokioIo::new(stream)).await.map_err(|e| Error::broken(doing, e))?;
        tokio::spawn(connection);
        Ok(Self { sender, host: to.to_string(), token })
    }

    /// Confirms a transfer.
    pub async fn confirm(&mut self, key: uuid::Uuid, quote: &str) -> Result<Answer> {
        let body = format!("{{\"quote\":\"{quote}\"}}");
        let request = Request::builder()
            .method(Method::POST)
            .uri("/v1/transfers")
            .header(header::HOST, &self.host)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token.expose()))
            .header("idempotency-key", key.to_string())
            .body(Full::new(Bytes::from(body)))
            .map_err(|e| Error::broken("building a request", e))?;
        self.send(request).await
    }

    /// Reads an address.
    pub async fn get(&mut self, path: &str) -> Result<Answer> {
        let request = Request::builder()
            .uri(path)
            .header(header::HOST, &self.host)
            .body(Full::default())
            .map_err(|e| Error::broken("building a request", e))?;
        self.send(request).await
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<Answer> {
        let doing = "asking the bank";
        let exchange = async {
            self.sender.ready().await?;
            let response = self.sender.send_request(request).await?;
            let status = response.status();
            let body = response.into_body().collect().await?.to_bytes();
            Ok::<_, hyper::Error>(Answer { status, body })
        };
        let answered = timeout(ANSWER_TIMEOUT, exchange).await;
        answered.map_err(|e| Error::broken(doing, e))?.map_err(|e| Error::broken(doing, e))
    }
}

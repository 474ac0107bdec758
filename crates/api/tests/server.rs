//! The server on a real socket: its limits, and its end.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod common;

use std::time::Duration;

use api::Config;
use common::TestBank;
use futures_util::future::join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

struct Server {
    bank: TestBank,
    address: std::net::SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<kernel::Result<()>>,
}

async fn start() -> Server {
    start_with(Config::default()).await
}

async fn start_with(config: Config) -> Server {
    let bank = TestBank::open_with(config).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    let task = tokio::spawn(api::serve(listener, bank.router(), stopped));
    Server { bank, address, stop, task }
}

impl Server {
    /// Writes raw bytes and reads all that comes until the end.
    async fn talk(&self, request: impl AsRef<[u8]>) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_ref()).await.unwrap();
        let mut answer = Vec::new();
        // The server may close while the client still writes.
        let _ = timeout(Duration::from_secs(15), stream.read_to_end(&mut answer)).await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

#[tokio::test]
async fn heads_and_bodies_have_a_limit() {
    let server = start().await;
    let ok =
        server.talk(b"GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    assert!(ok.starts_with("HTTP/1.1 200") && ok.ends_with("{\"status\":\"live\"}"), "{ok}");
    let many = "x: 1\r\n".repeat(100);
    let many = format!("GET /health/live HTTP/1.1\r\nhost: a\r\n{many}\r\n");
    assert!(server.talk(many.as_bytes()).await.starts_with("HTTP/1.1 431"));
    let long = "x".repeat(20_000);
    let head = format!("GET /health/live HTTP/1.1\r\nhost: a\r\nx: {long}\r\n\r\n");
    let answer = server.talk(head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    // A body that says it is too large is refused before it is sent.
    let head = "POST /v1/sign-in HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n\
                connection: close\r\ncontent-length: 1000000000\r\n\r\n";
    let answer = server.talk(head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("request_too_large"), "{answer}");
    let answer = server.talk(b"nonsense\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[tokio::test]
async fn slow_bodies_take_no_place() {
    const HEAD: &str = "POST /v1/sign-in HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\
                        content-type: application/json\r\ncontent-length: ";
    let server = start_with(Config { in_flight_max: 1, ..Config::default() }).await;
    let began = Instant::now();
    let slow = (0..20).map(|_| server.talk(format!("{HEAD}100\r\n\r\n{{").into_bytes()));
    let others = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let health = b"GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        let health = server.talk(health).await;
        assert!(health.starts_with("HTTP/1.1 200"), "{health}");
        let sign_in = server.talk(format!("{HEAD}2\r\n\r\n{{}}")).await;
        assert!(sign_in.starts_with("HTTP/1.1 400"), "{sign_in}");
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    };
    let (slow, ()) = tokio::join!(join_all(slow), others);
    for answer in slow {
        assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("busy"), "{answer}");
    }
    let took = began.elapsed();
    assert!((Duration::from_secs(9)..Duration::from_secs(15)).contains(&took), "{took:?}");
}

#[tokio::test]
async fn the_socket_says_who_it_is_and_the_end_is_graceful() {
    let server = start().await;
    server.bank.person("+998901000001", "Lola", 0).await;
    // A request under way when the end begins is answered: its password takes a while to check.
    let body = format!("{{\"phone\":\"+998901000001\",\"password\":\"{}\"}}", common::PASSWORD);
    let request = format!(
        "POST /v1/sign-in HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n\
         x-forwarded-for: 1.2.3.4\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    // A connection that only waits does not hold the end up.
    let idle = TcpStream::connect(server.address).await.unwrap();
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    server.stop.send(true).unwrap();
    let mut answer = Vec::new();
    timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await.unwrap().unwrap();
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 202") && answer.contains("challenge_token"), "{answer}");
    timeout(Duration::from_secs(10), server.task).await.unwrap().unwrap().unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
    drop(idle);
}

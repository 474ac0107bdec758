//! A line to the database that can be disturbed: a proxy between a node and PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UnixStream};

/// How the line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Everything passes.
    Good,
    /// What the database says to whoever listens stays in the line, as if the listener slept.
    ListenerSleeps,
    /// It is thrown away.
    NoticesLost,
    /// Nothing passes in either direction: the database has stopped, or the network.
    Stopped,
}

#[derive(Clone)]
pub struct Line {
    mood: Arc<Mutex<Mood>>,
    pub port: u16,
}

impl Line {
    /// Before the server whose socket this is.
    pub async fn to(socket: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let line = Self {
            mood: Arc::new(Mutex::new(Mood::Good)),
            port: listener.local_addr().unwrap().port(),
        };
        let shared = line.clone();
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let Ok(server) = UnixStream::connect(&socket).await else { continue };
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                let listens = Arc::new(AtomicBool::new(false));
                tokio::spawn(shared.clone().pump(from_client, to_server, listens.clone(), false));
                tokio::spawn(shared.clone().pump(from_server, to_client, listens, true));
            }
        });
        line
    }

    pub fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn is(&self, mood: Mood) -> bool {
        *self.mood.lock().unwrap() == mood
    }

    async fn pump(
        self,
        mut from: impl AsyncReadExt + Unpin,
        mut to: impl AsyncWriteExt + Unpin,
        listens: Arc<AtomicBool>,
        answers: bool,
    ) {
        let mut buffer = vec![0; 65_536];
        while let Ok(read @ 1..) = from.read(&mut buffer).await {
            let bytes = &buffer[..read];
            if !answers && bytes.windows(6).any(|word| word == b"LISTEN") {
                listens.store(true, Ordering::SeqCst);
            }
            let to_listener = answers && listens.load(Ordering::SeqCst);
            if to_listener && self.is(Mood::NoticesLost) {
                continue;
            }
            while self.is(Mood::Stopped) || (to_listener && self.is(Mood::ListenerSleeps)) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            if to.write_all(bytes).await.is_err() {
                return;
            }
        }
    }
}

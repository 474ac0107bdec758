use std::io;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use uuid::Uuid;

use super::{AUTH, Account, GREETING, MESSAGE, NAME, RECIPIENT, SENDER, mail};
use crate::faults::{FaultKind, Operation};
use crate::messages::Message;
use crate::{MAX_REQUEST_BYTES, Sandbox};

/// Longest command line: twice what RFC 5321 asks for.
const LINE_MAX_BYTES: u64 = 2_048;
const RECIPIENTS_MAX: usize = 100;

const TEMPORARY: &str = "451 4.3.0 try again later";
const REJECTED: &str = "550 5.1.1 no such mailbox";
const BAD_ORDER: &str = "503 5.5.1 bad sequence of commands";

/// What follows an answer.
enum Then {
    Read,
    Close,
}

/// What a step of the dialogue comes to.
struct Step {
    answer: Option<String>,
    then: Then,
}

impl Step {
    fn say(answer: impl Into<String>) -> Self {
        Self { answer: Some(answer.into()), then: Then::Read }
    }

    fn close(answer: Option<&str>) -> Self {
        Self { answer: answer.map(str::to_owned), then: Then::Close }
    }
}

/// One connection.
pub(super) struct Session {
    sandbox: Sandbox,
    account: Account,
    known: bool,
    from: Option<String>,
    to: Vec<String>,
}

impl Session {
    pub fn new(sandbox: Sandbox, account: Account) -> Self {
        Self { sandbox, account, known: false, from: None, to: Vec::new() }
    }

    pub async fn run(mut self, socket: TcpStream) -> io::Result<()> {
        let mut stream = BufReader::new(socket);
        let mut step = self.perform(GREETING, |_| "220 sandbox ESMTP".to_owned()).await;
        loop {
            if let Some(answer) = &step.answer {
                stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
            }
            if matches!(step.then, Then::Close) {
                return stream.shutdown().await;
            }
            let Some(line) = read_line(&mut stream).await? else { return Ok(()) };
            step = self.command(&line, &mut stream).await?;
        }
    }

    async fn command(&mut self, line: &str, stream: &mut BufReader<TcpStream>) -> io::Result<Step> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        Ok(match verb.to_ascii_uppercase().as_str() {
            "EHLO" => {
                Step::say("250-sandbox\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN LOGIN")
            }
            "HELO" => Step::say("250 sandbox"),
            "AUTH" => self.auth(rest, stream).await?,
            "MAIL" if !self.known => Step::say("530 5.7.0 authentication required"),
            "MAIL" => self.mail(rest).await,
            "RCPT" if self.from.is_none() => Step::say(BAD_ORDER),
            "RCPT" => self.rcpt(rest).await,
            "DATA" if self.to.is_empty() => Step::say(BAD_ORDER),
            "DATA" => self.data(stream).await?,
            "RSET" => {
                self.forget();
                Step::say("250 2.0.0 ok")
            }
            "NOOP" => Step::say("250 2.0.0 ok"),
            "QUIT" => Step::close(Some("221 2.0.0 bye")),
            _ => Step::say("502 5.5.1 not known"),
        })
    }

    async fn auth(&mut self, rest: &str, stream: &mut BufReader<TcpStream>) -> io::Result<Step> {
        let (mechanism, initial) = rest.split_once(' ').unwrap_or((rest, ""));
        let given = match mechanism.to_ascii_uppercase().as_str() {
            "PLAIN" => {
                let text = if initial.is_empty() {
                    ask(stream, "334 ").await?
                } else {
                    Some(initial.to_owned())
                };
                text.and_then(|text| plain(&text))
            }
            "LOGIN" => {
                let user = ask(stream, "334 VXNlcm5hbWU6").await?;
                let password = ask(stream, "334 UGFzc3dvcmQ6").await?;
                user.and_then(|u| decoded(&u)).zip(password.and_then(|p| decoded(&p)))
            }
            _ => return Ok(Step::say("504 5.5.4 mechanism not known")),
        };
        let right = given.is_some_and(|(user, password)| {
            user == self.account.user && password == *self.account.password.expose()
        });
        Ok(self
            .perform(AUTH, |session| {
                session.known = right;
                let answer = if right { "235 2.7.0 welcome" } else { "535 5.7.8 wrong" };
                answer.to_owned()
            })
            .await)
    }

    async fn mail(&mut self, rest: &str) -> Step {
        let Some(address) = address(rest, "FROM:") else {
            return Step::say("501 5.5.4 an address is missing");
        };
        self.perform(SENDER, |session| {
            session.forget();
            session.from = Some(address.clone());
            "250 2.1.0 ok".to_owned()
        })
        .await
    }

    async fn rcpt(&mut self, rest: &str) -> Step {
        let Some(address) = address(rest, "TO:").filter(|_| self.to.len() < RECIPIENTS_MAX) else {
            return Step::say("501 5.5.4 an address is missing");
        };
        self.perform(RECIPIENT, |session| {
            session.to.push(address.to_ascii_lowercase());
            "250 2.1.5 ok".to_owned()
        })
        .await
    }

    async fn data(&mut self, stream: &mut BufReader<TcpStream>) -> io::Result<Step> {
        stream.write_all(b"354 end with a dot\r\n").await?;
        let Some(raw) = read_message(stream).await? else {
            return Ok(Step::close(Some("552 5.3.4 too long")));
        };
        Ok(self
            .perform(MESSAGE, |session| {
                let id = session.keep(&raw);
                format!("250 2.0.0 taken as {}", id.simple())
            })
            .await)
    }

    fn keep(&self, raw: &[u8]) -> Uuid {
        let read = mail::read(raw);
        let request = uuid::Builder::from_random_bytes(kernel::Entropy.bytes()).into_uuid();
        let now = self.sandbox.now();
        for to in &self.to {
            self.sandbox.messages().keep(Message {
                number: 0,
                request,
                counterpart: NAME,
                sender_id: read.id.clone(),
                from: self.from.clone().unwrap_or_default(),
                to: to.clone(),
                subject: Some(read.subject.clone()),
                text: read.text.clone(),
                at: now,
                accepted_at: now,
                delivered_at: now,
            });
        }
        request
    }

    fn forget(&mut self) {
        self.from = None;
        self.to.clear();
    }

    /// Does a step, with the fault that is armed for it, if any. `effect` is all that the step
    /// changes, and the answer to it.
    async fn perform(
        &mut self,
        operation: Operation,
        mut effect: impl FnMut(&mut Self) -> String,
    ) -> Step {
        let Some(fault) = self.sandbox.called(operation) else { return Step::say(effect(self)) };
        match fault.fault {
            FaultKind::Delay => {
                tokio::time::sleep(fault.wait()).await;
                Step::say(effect(self))
            }
            FaultKind::TimeoutBefore => stalled(fault.wait()).await,
            FaultKind::TimeoutAfter => {
                effect(self);
                stalled(fault.wait()).await
            }
            FaultKind::Error500Before => Step::say(TEMPORARY),
            FaultKind::Error500After => {
                effect(self);
                Step::say(TEMPORARY)
            }
            FaultKind::Duplicate => {
                effect(self);
                Step::say(effect(self))
            }
            FaultKind::Unauthorized => Step::say("535 5.7.8 wrong"),
            FaultKind::Rejected => Step::say(REJECTED),
            FaultKind::Malformed => {
                effect(self);
                Step::say("what is this")
            }
            FaultKind::Dropped => {
                effect(self);
                Step::close(None)
            }
            // Of what is published day by day, which mail is not.
            FaultKind::Stale | FaultKind::Unpublished => Step::say(effect(self)),
        }
    }
}

async fn stalled(hold: Duration) -> Step {
    tokio::time::sleep(hold).await;
    Step::close(None)
}

async fn ask(stream: &mut BufReader<TcpStream>, prompt: &str) -> io::Result<Option<String>> {
    stream.write_all(format!("{prompt}\r\n").as_bytes()).await?;
    read_line(stream).await
}

/// A line without its end; `None` at the end of the connection.
async fn read_line(stream: &mut BufReader<TcpStream>) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    stream.take(LINE_MAX_BYTES).read_until(b'\n', &mut line).await?;
    if !line.ends_with(b"\n") {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&line).trim_end().to_owned()))
}

/// A message up to the line with a dot, without the dots that were added for the way. `None` when
/// it is too long or breaks off.
async fn read_message(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Vec<u8>>> {
    let mut message = Vec::new();
    loop {
        let mut line = Vec::new();
        stream.take(LINE_MAX_BYTES).read_until(b'\n', &mut line).await?;
        if !line.ends_with(b"\n") || message.len() > MAX_REQUEST_BYTES {
            return Ok(None);
        }
        match line.strip_prefix(b".") {
            Some(b"\r\n") => return Ok(Some(message)),
            Some(stuffed) => message.extend_from_slice(stuffed),
            None => message.extend_from_slice(&line),
        }
    }
}

/// The address between angle brackets after `FROM:` or `TO:`.
fn address(rest: &str, word: &str) -> Option<String> {
    let (start, after) = rest.split_at_checked(word.len())?;
    let inner = after.trim_start().strip_prefix('<')?.split_once('>')?.0;
    start.eq_ignore_ascii_case(word).then(|| inner.to_owned())
}

fn decoded(text: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()
}

/// The login and password of AUTH PLAIN.
fn plain(text: &str) -> Option<(String, String)> {
    let text = decoded(text)?;
    let mut parts = text.split('\0').skip(1);
    Some((parts.next()?.to_owned(), parts.next()?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_from_commands() {
        assert_eq!(address("FROM:<a@b.uz> BODY=8BITMIME", "FROM:"), Some("a@b.uz".to_owned()));
        assert_eq!(address("to: <a@b.uz>", "TO:"), Some("a@b.uz".to_owned()));
        assert_eq!(address("FROM:a@b.uz", "FROM:"), None);
        assert_eq!(address("TO:<a@b.uz>", "FROM:"), None);
        assert_eq!(plain("AGJhbmsAc2VjcmV0"), Some(("bank".to_owned(), "secret".to_owned())));
    }
}

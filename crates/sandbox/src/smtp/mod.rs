//! The mail server that the bank hands its mail to: SMTP (RFC 5321) with AUTH PLAIN and LOGIN
//! (RFC 4954), without encryption, on a socket of its own. What it takes stands beside the text
//! messages.

mod mail;
mod session;

use std::future::Future;

use kernel::{Error, Result, Secret};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::Sandbox;
use crate::faults::Operation;
use session::Session;

pub(crate) const NAME: &str = "smtp";
pub(crate) const GREETING: Operation = Operation::new(NAME, "greeting");
pub(crate) const AUTH: Operation = Operation::new(NAME, "auth");
pub(crate) const SENDER: Operation = Operation::new(NAME, "mail");
pub(crate) const RECIPIENT: Operation = Operation::new(NAME, "rcpt");
pub(crate) const MESSAGE: Operation = Operation::new(NAME, "message");
pub(crate) const OPERATIONS: &[Operation] = &[GREETING, AUTH, SENDER, RECIPIENT, MESSAGE];

/// Who may hand mail in.
#[derive(Clone, Debug)]
pub struct Account {
    /// The login.
    pub user: String,
    /// The password.
    pub password: Secret<String>,
}

/// Takes mail until `shutdown` ends; sessions under way end with it.
pub async fn serve(
    listener: TcpListener,
    sandbox: Sandbox,
    account: Account,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<()> {
    let mut sessions = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => return Ok(()),
            accepted = listener.accept() => accepted,
        };
        let (socket, _) = accepted.map_err(|e| Error::broken("taking mail", e))?;
        let session = Session::new(sandbox.clone(), account.clone());
        sessions.spawn(async move {
            // A peer that goes away in the middle is what this server is for.
            if let Err(error) = session.run(socket).await {
                tracing::debug!(%error, "a session with the mail server broke off");
            }
        });
        while sessions.try_join_next().is_some() {}
    }
}

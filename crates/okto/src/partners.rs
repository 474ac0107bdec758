//! The operator's commands about partners and receivers of security events.

use std::sync::Arc;

use connectors::Timeouts;
use connectors::hooks::Hooks;
use identity::hooks::jobs::Outbound;
use kernel::{Code, Error, HookId, PartnerId, Result};

use crate::bank::{Bank, system};
use crate::custody::Keys;
use crate::say;
use crate::settings::{Database, RootKey};

/// What to do about partners.
#[derive(clap::Subcommand, Clone, Debug)]
pub enum Partners {
    /// Show them.
    List,
    /// Let the programs of a partner ask about tokens. Shows its id and its secret, once.
    Add {
        /// What it is called.
        name: String,
    },
    /// Let a partner ask no more.
    End {
        /// Its id, as the list shows it.
        #[arg(value_parser = partner_id)]
        id: PartnerId,
    },
}

/// What to do about receivers of security events.
#[derive(clap::Subcommand, Clone, Debug)]
pub enum Webhooks {
    /// Show them.
    List,
    /// Send security events, signed, to an address.
    Add {
        /// The address: https, or http on this machine for development.
        url: String,
    },
    /// Send nothing more to one.
    End {
        /// Its id, as the list shows it.
        #[arg(value_parser = hook_id)]
        id: HookId,
    },
}

fn partner_id(text: &str) -> std::result::Result<PartnerId, &'static str> {
    text.parse().map_err(|()| "not the id of a partner: par_ and 32 hexadecimal digits")
}

fn hook_id(text: &str) -> std::result::Result<HookId, &'static str> {
    text.parse().map_err(|()| "not the id of a receiver: hook_ and 32 hexadecimal digits")
}

async fn open(database: &Database, key: &RootKey) -> Result<Bank> {
    let keys = Keys::open(key, &database.dir)?;
    Bank::open(database.url()?, database.connections, &keys).await
}

pub async fn partners(database: Database, key: RootKey, what: Partners) -> Result<()> {
    let identity = open(&database, &key).await?.identity;
    let ctx = system("operator");
    match what {
        Partners::List => {
            for (id, name, since) in identity.partners().await? {
                say(&format!("{id}  {name}, since {since}"));
            }
        }
        Partners::Add { name } => {
            let (id, secret) = identity.add_partner(&ctx, &name).await?;
            say(&format!("client id: {id}\nclient secret, shown this once: {}", secret.expose()));
        }
        Partners::End { id } => {
            identity.end_partner(&ctx, id).await?;
            say(&format!("{id} may ask no more"));
        }
    }
    Ok(())
}

pub async fn webhooks(database: Database, key: RootKey, what: Webhooks) -> Result<()> {
    let identity = open(&database, &key).await?.identity;
    let ctx = system("operator");
    match what {
        Webhooks::List => {
            for receiver in identity.hooks().await? {
                say(&format!("{}  {}, since {}", receiver.id, receiver.url, receiver.created_at));
            }
        }
        Webhooks::Add { url } => {
            let id = identity.add_hook(&ctx, &url).await.map_err(not_added)?;
            say(&format!("{id} is sent security events from now on"));
        }
        Webhooks::End { id } => {
            identity.end_hook(&ctx, id).await?;
            say(&format!("{id} is sent nothing more"));
        }
    }
    Ok(())
}

/// A refusal of a new receiver, in the operator's words.
fn not_added(error: Error) -> Error {
    match error.code() {
        Some(Code::RequestMalformed) => Error::broken(
            "adding a receiver",
            "the address must be https and name a host, and nobody's login",
        ),
        _ => error,
    }
}

/// With what a bank sends security events. In `development` to this machine too.
pub fn outbound(bank: &Bank, issuer: String, development: bool) -> Result<Outbound> {
    let sender = Arc::new(Hooks::new(Timeouts::default(), development)?);
    Ok(Outbound { signing: bank.signing.clone(), sender, issuer })
}

//! Employees on the operator's command line: the first ones, and whoever lost their keys. All
//! others come by a proposal in the panel.

use edge::Site;
use identity::{Identity, Invitation};
use kernel::{Result, Role};
use store::{Config, Store};

use crate::bank::system;
use crate::custody::Keys;
use crate::say;
use crate::settings::{Database, RootKey};

/// What to do about employees.
#[derive(clap::Subcommand, Clone, Debug)]
pub enum Staff {
    /// Take in an employee, or make a new link for one who is known by the mail address.
    Invite {
        /// Their name.
        #[arg(long)]
        name: String,
        /// Their work mail address.
        #[arg(long)]
        email: String,
        /// A role; may be given several times: support, compliance, accountant, security,
        /// administrator, auditor.
        #[arg(long = "role", value_parser = role, required = true)]
        roles: Vec<Role>,
        /// Their own phone, by which they are a customer of this bank or may become one: they may
        /// not act on their own record then. For one who is known it replaces the one before.
        #[arg(long)]
        phone: Option<String>,
        /// The address under which employees know the panel. Without it, that of the `okto up` which
        /// runs or ran in the folder of the installation.
        #[arg(long, env = "OKTO_ADMIN_SITE")]
        admin_site: Option<Site>,
    },
    /// List the employees with their roles, and whether they work. Mail addresses are not shown.
    List,
}

fn role(text: &str) -> std::result::Result<Role, &'static str> {
    text.parse().map_err(|()| {
        "no such role: there are support, compliance, accountant, security, administrator, auditor"
    })
}

/// Does it.
pub async fn run(database: Database, key: RootKey, what: Staff) -> Result<()> {
    let keys = Keys::open(&key, &database.dir)?.keyring;
    let config = Config { url: database.url()?, max_connections: database.connections };
    let store = Store::connect(&config).await?;
    let identity = Identity::new(store, keys, identity::Config::default());
    let Staff::Invite { name, email, roles, phone, admin_site } = what else {
        return list(&identity).await;
    };
    // Before anything is written: a link without an address is none.
    let admin_site = admin_site.map_or_else(|| database.admin_site(), Ok)?;
    let roles = roles.into_iter().collect();
    let invitation = Invitation { name: &name, email: &email, roles, phone: phone.as_deref() };
    let (id, code) = identity.invite_by_operator(&system("operator"), invitation).await?;
    say(&format!("{id}, {name}. Hand them this link; it works once, within a day:"));
    say(&format!("{admin_site}/enrol/{}", code.expose()));
    Ok(())
}

async fn list(identity: &Identity) -> Result<()> {
    for member in identity.staff_for_operator(&system("operator")).await? {
        let roles = member.roles.iter().map(Role::as_str).collect::<Vec<_>>().join(", ");
        let seen = member.last_seen.map_or_else(|| "never".to_owned(), |at| at.to_string());
        let (id, status, name) = (member.id, member.status.as_str(), member.name);
        say(&format!("{id}  {status:<9}  {name}: {roles}; here last: {seen}"));
    }
    Ok(())
}

//! Who may come in: phones proven by one-time codes, passwords, sessions and their tokens.
//!
//! What every part keeps to:
//! - A secret is stored only as a hash, and a one-time code not at all: it is computed anew.
//! - An attempt is counted before it is looked at, in a statement of its own, so that neither
//!   parallel guesses nor a rolled back transaction go uncounted.
//! - An ended session is refused on every node within a second, or the node refuses everything it
//!   cannot check in the database.
//! - Rows are locked in this order: user, session, then the advisory lock of the revocation log.
#![deny(missing_docs)]

pub mod approvals;
mod browsers;
mod cache;
pub mod cases;
mod client;
pub mod codes;
mod contacts;
mod desk;
pub mod devices;
mod dpop;
pub mod enrolments;
mod erasing;
mod factors;
pub mod freezes;
mod history;
pub mod hooks;
pub mod notices;
mod partners;
mod passkeys;
pub mod passwords;
mod pins;
pub mod ports;
mod proof;
mod reasons;
mod recovery;
mod reset;
mod revocations;
mod risk;
mod sealed;
pub mod sessions;
mod sign_in;
pub mod signals;
mod staff;
mod staff_sessions;
pub mod stepup;
#[cfg(feature = "testing")]
pub mod testing;
mod tokens;
mod told;
mod totp;
mod upkeep;
mod users;

use std::sync::Arc;

use kernel::{KeyRing, KeyUse};
use store::Store;

pub use approvals::Approvals;
pub use browsers::{BrowserSession, Use};
pub use client::{ClientInfo, rate_key};
pub use codes::{ChallengeView, PhoneProof, Purpose};
pub use contacts::DocumentShown;
pub use desk::KnownUser;
pub use devices::{By, Device, DeviceKey, DeviceKind, DeviceState, Enrolled, NewDevice};
pub use dpop::ProofOfKey;
pub use enrolments::{Enrolment, Invitation};
pub use factors::{Factor, FactorsView};
pub use freezes::UserStatus;
pub use history::SecurityEvent;
pub use notices::{Notice, UserContacts};
pub use partners::{Introspected, Partner};
pub use passkeys::{
    Asserted, Names, Owner, PasskeyChallenge, PasskeyView, Realm, RelyingParties, RelyingParty,
};
pub use passwords::{KnownPassword, LeakedPasswords, Personal, PreparedPassword};
pub use policy::Object;
pub use proof::Proof;
pub use reasons::stated_reason;
pub use recovery::RecoveryCodes;
pub use reset::{ProofAttempt, ResetMethod, ResetStarted, Resetting};
pub use revocations::Reason;
pub use sessions::{SessionView, TOKEN_REUSE, Tokens};
pub use sign_in::{Begun, Door, Entered, Opened, SignInChallenge};
pub use staff::{Grant, Link, LinkMail, StaffMember, StaffStatus};
pub use staff_sessions::{IDLE_SECONDS as STAFF_IDLE_SECONDS, StaffSession, StaffSessionView};
pub use stepup::{Act, Answer, Confirmation, PaymentShown};
pub use told::RefusedAct;
pub use totp::TotpSecret;

/// What an installation may set. Everything else is a rule of the bank and stands in the code.
#[derive(Clone, Debug)]
pub struct Config {
    /// How many one-time codes may be asked for from one address in an hour.
    pub codes_per_address_hour: i32,
    /// How many passwords may be tried from one address in a quarter of an hour. Operators put
    /// many phones behind one address, so this only stops machines.
    pub sign_ins_per_address_quarter_hour: i32,
    /// Passwords that nobody may choose, because strangers have them already.
    pub leaked_passwords: Option<LeakedPasswords>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            codes_per_address_hour: 60,
            sign_ins_per_address_quarter_hour: 120,
            leaked_passwords: None,
        }
    }
}

/// Users, their sessions and one-time codes. Clones share one cache.
#[derive(Clone)]
pub struct Identity {
    store: Store,
    keys: KeyRing,
    config: Config,
    passwords: passwords::Hasher,
    cache: Arc<cache::Cache>,
    seen: Arc<sessions::Seen>,
    proofs: Arc<dpop::Seen>,
    freshness: Arc<revocations::Freshness>,
    sites: Option<Arc<RelyingParties>>,
}

impl Identity {
    /// Over a database, with the keys of the installation.
    pub fn new(store: Store, keys: KeyRing, config: Config) -> Self {
        Self {
            store,
            passwords: passwords::Hasher::new(keys.key(KeyUse::Password)),
            keys,
            config,
            cache: Arc::default(),
            seen: Arc::default(),
            proofs: Arc::default(),
            freshness: Arc::default(),
            sites: None,
        }
    }

    /// The same, with the sites that passkeys are for. Without them passkeys cannot be used.
    #[must_use]
    pub fn with_sites(self, sites: RelyingParties) -> Self {
        Self { sites: Some(Arc::new(sites)), ..self }
    }

    /// The keys, for whoever keeps personal data of the users beside theirs.
    pub const fn keys(&self) -> &KeyRing {
        &self.keys
    }
}

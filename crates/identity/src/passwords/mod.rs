//! Passwords: which are accepted, and how they are kept.
//!
//! argon2id with the least parameters that OWASP allows, salted, and peppered with a key that is
//! not in the database: who steals the table alone cannot guess at all.

mod change;
mod leaked;
mod rules;
mod sql;

pub use change::KnownPassword;
pub use leaked::LeakedPasswords;

use std::fmt;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use kernel::{Code, Entropy, Error, Phone, Result, Secret};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::Identity;

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT_BYTES: usize = 16;
/// How long a password waits for a free core before the bank says it is busy.
const QUEUE_TIMEOUT_SECONDS: u64 = 5;

/// Checked in place of an unknown user's hash, so that the answer takes as long. No password has
/// it: its sixteen bytes of salt and thirty-two of hash are zero.
const NOBODYS_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$\
                            AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// What a password must not be made of. Personal data: does not print.
#[derive(Clone, Copy)]
pub struct Personal<'a> {
    /// The customer's phone.
    pub phone: &'a Phone,
    /// The customer's first name.
    pub first_name: &'a str,
    /// The customer's last name.
    pub last_name: &'a str,
}

impl fmt::Debug for Personal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Personal(***)")
    }
}

/// The hash of a password that was found good enough.
#[derive(Clone, Debug)]
pub struct PreparedPassword(Secret<String>);

impl PreparedPassword {
    pub(crate) fn hash(&self) -> &str {
        self.0.expose()
    }
}

impl Identity {
    /// Checks a new password against the rules and hashes it. To be called before the transaction
    /// begins: it takes tens of milliseconds of a core.
    pub async fn prepare_password(
        &self,
        password: &Secret<String>,
        personal: Personal<'_>,
    ) -> Result<PreparedPassword> {
        // Anonymous: part of a use case that proved the phone.
        rules::check(password.expose(), &personal)?;
        if let Some(leaked) = &self.config.leaked_passwords {
            leaked.refuse(password).await?;
        }
        self.passwords.hash(password).await.map(PreparedPassword)
    }
}

/// What came of checking a password.
pub(crate) struct Checked {
    /// It is the one that was stored.
    pub right: bool,
    /// It should be hashed again, with today's parameters.
    pub outdated: bool,
}

/// Hashes passwords, on as many threads as there are cores: each takes 19 MiB and a whole core.
#[derive(Clone)]
pub(crate) struct Hasher {
    pepper: Arc<Secret<[u8; 32]>>,
    cores: Arc<Semaphore>,
}

impl Hasher {
    pub fn new(pepper: Secret<[u8; 32]>) -> Self {
        let cores = available_parallelism().map_or(1, std::num::NonZero::get);
        Self { pepper: Arc::new(pepper), cores: Arc::new(Semaphore::new(cores)) }
    }

    /// Hashes a password with a new salt.
    pub async fn hash(&self, password: &Secret<String>) -> Result<Secret<String>> {
        const DOING: &str = "hashing a password";
        let permit = self.core().await?;
        let (pepper, password) = (Arc::clone(&self.pepper), password.clone());
        tokio::task::spawn_blocking(move || {
            let _core = permit;
            let salt: [u8; SALT_BYTES] = Entropy.bytes();
            let argon = argon(&pepper)?;
            argon
                .hash_password_with_salt(password.expose().as_bytes(), &salt)
                .map(|hash| Secret::new(hash.to_string()))
                .map_err(|e| Error::broken(DOING, e))
        })
        .await
        .map_err(|e| Error::broken(DOING, e))?
    }

    /// Checks a password against a stored hash; without one it takes as long, and is wrong.
    pub async fn check(&self, password: &Secret<String>, stored: Option<&str>) -> Result<Checked> {
        const DOING: &str = "checking a password";
        if password.expose().len() > rules::BYTES_MAX {
            return Ok(Checked { right: false, outdated: false });
        }
        let permit = self.core().await?;
        let (pepper, password) = (Arc::clone(&self.pepper), password.clone());
        let known = stored.is_some();
        let stored = Secret::new(stored.unwrap_or(NOBODYS_HASH).to_owned());
        tokio::task::spawn_blocking(move || {
            let _core = permit;
            let hash = PasswordHash::new(stored.expose()).map_err(|e| Error::broken(DOING, e))?;
            let argon = argon(&pepper)?;
            match argon.verify_password(password.expose().as_bytes(), &hash) {
                Ok(()) => Ok(Checked { right: known, outdated: is_outdated(&hash) }),
                Err(argon2::password_hash::Error::PasswordInvalid) => {
                    Ok(Checked { right: false, outdated: false })
                }
                Err(e) => Err(Error::broken(DOING, e)),
            }
        })
        .await
        .map_err(|e| Error::broken(DOING, e))?
    }

    /// Waits for a free core. The permit goes into the blocking task: a caller that goes away does
    /// not stop it, and its core is free only when it is done.
    async fn core(&self) -> Result<OwnedSemaphorePermit> {
        let limit = Duration::from_secs(QUEUE_TIMEOUT_SECONDS);
        match timeout(limit, Arc::clone(&self.cores).acquire_owned()).await {
            Ok(permit) => {
                tracing::trace!("a core is free for a password");
                permit.map_err(|e| Error::broken("waiting for a core", e))
            }
            Err(_) => Err(Code::Busy.into()),
        }
    }
}

fn params() -> Result<Params> {
    Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map_err(|e| Error::broken("setting the parameters of argon2", e))
}

fn argon(pepper: &Secret<[u8; 32]>) -> Result<Argon2<'_>> {
    Argon2::new_with_secret(pepper.expose(), Algorithm::Argon2id, Version::V0x13, params()?)
        .map_err(|e| Error::broken("setting up argon2", e))
}

fn is_outdated(hash: &PasswordHash) -> bool {
    let Ok(made_with) = Params::try_from(hash) else { return true };
    hash.algorithm.as_str() != Algorithm::Argon2id.as_str()
        || made_with.m_cost() != MEMORY_KIB
        || made_with.t_cost() != PASSES
        || made_with.p_cost() != LANES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[tokio::test]
    async fn a_password_is_recognised() {
        let hasher = Hasher::new(Secret::new([1; 32]));
        let right = secret("a long enough password");
        let hash = hasher.hash(&right).await.unwrap();
        assert!(hash.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_ne!(hash.expose(), hasher.hash(&right).await.unwrap().expose());
        let checked = hasher.check(&right, Some(hash.expose())).await.unwrap();
        assert!(checked.right && !checked.outdated);
        let wrong = hasher.check(&secret("another password"), Some(hash.expose())).await.unwrap();
        assert!(!wrong.right);
        assert!(!hasher.check(&right, None).await.unwrap().right);
        let stranger = Hasher::new(Secret::new([2; 32]));
        assert!(!stranger.check(&right, Some(hash.expose())).await.unwrap().right, "pepper");
    }

    #[tokio::test]
    async fn a_hash_of_other_parameters_is_outdated() {
        let pepper = Secret::new([1; 32]);
        let weak = Params::new(8_192, 1, 1, None).unwrap();
        let argon =
            Argon2::new_with_secret(pepper.expose(), Algorithm::Argon2id, Version::V0x13, weak);
        let hash = argon.unwrap().hash_password_with_salt(b"a password", &[3; 16]).unwrap();
        let checked = Hasher::new(pepper.clone())
            .check(&secret("a password"), Some(&hash.to_string()))
            .await
            .unwrap();
        assert!(checked.right && checked.outdated);
    }
}

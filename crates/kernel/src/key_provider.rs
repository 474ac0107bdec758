use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::{Entropy, Result, Secret};

/// What a signing key of the bank is for. A key of one use signs nothing of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SigningUse {
    /// Checkpoints of the audit log: Ed25519.
    Audit,
    /// Tokens that leave the bank, and its messages to partners: ECDSA over P-256 with SHA-256, as
    /// JOSE calls ES256.
    Tokens,
}

impl SigningUse {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Audit, Self::Tokens];

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::Tokens => "tokens",
        }
    }

    /// The algorithm, by its name in JOSE.
    pub const fn algorithm(self) -> &'static str {
        match self {
            Self::Audit => "EdDSA",
            Self::Tokens => "ES256",
        }
    }

    /// What [`SigningUse::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == text)
    }
}

/// The name of a signing key: 16 random bytes, 22 letters of base64url. It is what JOSE calls
/// `kid`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId([u8; 16]);

impl KeyId {
    /// A new one.
    pub fn generate(entropy: Entropy) -> Self {
        Self(entropy.bytes())
    }

    /// Takes bytes as a name.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for KeyId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| ())?;
        bytes.try_into().map(Self).map_err(|_| ())
    }
}

/// A signing key as everybody may know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// Its name.
    pub id: KeyId,
    /// What it is for.
    pub purpose: SigningUse,
    /// Ed25519: the 32 bytes of the key. P-256: the 65 bytes of the uncompressed point.
    pub bytes: Vec<u8>,
}

/// Where the keys are that never leave: a security module in production, a file in development.
///
/// It blocks: a module is asked over a socket or a bus. Call it where blocking is allowed.
pub trait KeyProvider: fmt::Debug + Send + Sync {
    /// What it is, for whoever runs the bank.
    fn describe(&self) -> String;

    /// Makes a key-encryption key, with which [`KeyProvider::wrap`] works from then on. What was
    /// wrapped before still opens. Gives its number, which begins at 1.
    fn make_wrapping_key(&self) -> Result<u32>;

    /// The number of the present key-encryption key, if there is one.
    fn wrapping_key(&self) -> Result<Option<u32>>;

    /// Encrypts a key under the present key-encryption key, bound to a label.
    fn wrap(&self, label: &str, key: &Secret<[u8; 32]>) -> Result<Vec<u8>>;

    /// Decrypts what was wrapped with this label. An incident when it was not, or when the key that
    /// wrapped it is not here.
    fn unwrap(&self, label: &str, wrapped: &[u8]) -> Result<Secret<[u8; 32]>>;

    /// Makes a signing key.
    fn make_signing_key(&self, purpose: SigningUse) -> Result<PublicKey>;

    /// The signing keys of a use that are here, in no order.
    fn signing_keys(&self, purpose: SigningUse) -> Result<Vec<PublicKey>>;

    /// Signs a message: 64 bytes, for ES256 the two numbers one after the other.
    fn sign(&self, purpose: SigningUse, id: KeyId, message: &[u8]) -> Result<Vec<u8>>;

    /// Destroys a signing key. False when there is none of this name.
    fn destroy_signing_key(&self, purpose: SigningUse, id: KeyId) -> Result<bool>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_written() {
        let id = KeyId::generate(Entropy);
        assert_eq!(id.to_string().len(), 22);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!("short".parse::<KeyId>().is_err());
        for purpose in SigningUse::ALL {
            assert_eq!(SigningUse::parse(purpose.as_str()), Some(purpose));
        }
    }
}

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::Secret;

/// The 32 bytes from which every keyed hash of an installation is made.
pub type RootKey = Secret<[u8; 32]>;

/// What a derived key is for. A key of one use proves nothing in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyUse {
    /// Proposals of employees and the decisions about them, as they are stored.
    Approval,
    /// What a notice of a sign-in carries, to say that it was not the customer.
    Alarm,
    /// Blind indexes: how a value that is stored sealed is found.
    BlindIndex,
    /// Contacts of people who have no data key of their own yet, sealed.
    Contact,
    /// What a browser keeps for the bank.
    Cookie,
    /// Proofs that a form was made for the session that sends it.
    Csrf,
    /// What was typed into a form, as the address of another page carries it.
    Form,
    /// What attempts are counted by, such as a phone at a place.
    Guard,
    /// The file of keys of an installation without a security module.
    KeyFile,
    /// One-time codes sent by SMS.
    OneTimeCode,
    /// The pepper of password hashes.
    Password,
    /// Quotes shown to a customer before the confirmation.
    Quote,
    /// Recovery codes, as they are stored.
    RecoveryCode,
    /// The tokens that a refresh token is exchanged for.
    Refresh,
    /// The links with which employees register their first passkey.
    StaffEnrolment,
    /// The wrapping of the data keys of subjects.
    SubjectKey,
}

impl KeyUse {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Approval => b"okto/approval/1",
            Self::Alarm => b"okto/alarm/1",
            Self::BlindIndex => b"okto/blind-index/1",
            Self::Contact => b"okto/contact/1",
            Self::Cookie => b"okto/cookie/1",
            Self::Csrf => b"okto/csrf/1",
            Self::Form => b"okto/form/1",
            Self::Guard => b"okto/guard/1",
            Self::KeyFile => b"okto/key-file/1",
            Self::OneTimeCode => b"okto/one-time-code/1",
            Self::Password => b"okto/password/1",
            Self::Quote => b"okto/quote/2",
            Self::RecoveryCode => b"okto/recovery-code/1",
            Self::Refresh => b"okto/refresh/1",
            Self::StaffEnrolment => b"okto/staff-enrolment/1",
            Self::SubjectKey => b"okto/subject-key/1",
        }
    }
}

/// Keyed hashes (HMAC-SHA-256) and sealed texts, with one key per use, derived from the root key by
/// its label. A use is either hashed or sealed: no key serves both.
#[derive(Clone, Debug)]
pub struct KeyRing {
    root: RootKey,
}

impl KeyRing {
    /// A ring over a root key.
    pub const fn new(root: RootKey) -> Self {
        Self { root }
    }

    /// The key of a use.
    pub fn key(&self, purpose: KeyUse) -> Secret<[u8; 32]> {
        Secret::new(mac(self.root.expose(), &[purpose.label()]))
    }

    /// The keyed hash of `parts`, each bound with its length so that no two lists collide.
    pub fn sign(&self, purpose: KeyUse, parts: &[&[u8]]) -> [u8; 32] {
        mac(self.key(purpose).expose(), parts)
    }

    /// Whether `tag` is the keyed hash of `parts`, compared in constant time.
    pub fn verify(&self, purpose: KeyUse, parts: &[&[u8]], tag: &[u8]) -> bool {
        self.sign(purpose, parts).ct_eq(tag).into()
    }
}

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC fills a short key with zeros up to the hash's block (RFC 2104), so this is the same key.
    let mut block = [0_u8; 64];
    block.split_at_mut(32).0.copy_from_slice(key);
    let mut hmac = Hmac::<Sha256>::new(&block.into());
    for part in parts {
        hmac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hmac.update(part);
    }
    hmac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_and_parts_are_kept_apart() {
        let ring = KeyRing::new(Secret::new([7; 32]));
        let tag = ring.sign(KeyUse::Csrf, &[b"ab", b"c"]);
        assert!(ring.verify(KeyUse::Csrf, &[b"ab", b"c"], &tag));
        assert!(!ring.verify(KeyUse::Csrf, &[b"a", b"bc"], &tag));
        assert!(!ring.verify(KeyUse::OneTimeCode, &[b"ab", b"c"], &tag));
        assert!(!ring.verify(KeyUse::Csrf, &[b"ab", b"c"], &[]));
    }
}

//! Personal data at rest. Each subject (a customer, an employee) has a data key of its own, kept
//! wrapped under the installation's root key, so that erasing that row makes everything that was
//! sealed for the subject unreadable, in backups and logs too. A blind index finds a value without
//! the database knowing it.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use uuid::Uuid;

use crate::{Entropy, KeyRing, KeyUse, Secret};

/// The nonce of `XChaCha20`, drawn at random for each text.
const NONCE_BYTES: usize = 24;
/// The first byte of everything that is sealed, so that another form can follow.
const VERSION: u8 = 1;

/// Which value is looked up blindly. Each has a key of its own, so that equal values of two columns
/// cannot be told to be equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlindIndex {
    /// A phone number: twelve digits.
    Phone,
    /// An e-mail address, in the form in which it is compared.
    Email,
    /// Series and number of an identity document.
    Document,
    /// The personal identification number (PINFL), fourteen digits.
    PersonalNumber,
}

impl BlindIndex {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Phone => b"phone",
            Self::Email => b"email",
            Self::Document => b"document",
            Self::PersonalNumber => b"personal-number",
        }
    }
}

/// Where a sealed value stands. It is bound to its place: moved to another row or column it does
/// not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedAt<'a> {
    /// Table and column, such as `auth_user.phone`.
    pub column: &'a str,
    /// The row.
    pub row: Uuid,
}

/// The data key of one subject.
#[derive(Clone, Debug)]
pub struct SubjectKey(Secret<[u8; 32]>);

impl SubjectKey {
    /// A new one.
    pub fn generate(entropy: Entropy) -> Self {
        Self(Secret::new(entropy.bytes()))
    }

    /// Seals a value for a place (XChaCha20-Poly1305): a version, the nonce, the ciphertext and its
    /// tag, 41 bytes more than `plain`.
    ///
    /// # Panics
    /// When `plain` is longer than the cipher takes, which is 256 GiB.
    pub fn seal(&self, at: SealedAt<'_>, plain: &[u8]) -> Vec<u8> {
        sealed(&self.0, &context(at), plain)
    }

    /// What was sealed for this place. `None` for anything else.
    pub fn open(&self, at: SealedAt<'_>, sealed: &[u8]) -> Option<Secret<Vec<u8>>> {
        opened(&self.0, &context(at), sealed)
    }

    /// The same, as text.
    pub fn open_text(&self, at: SealedAt<'_>, sealed: &[u8]) -> Option<Secret<String>> {
        let plain = self.open(at, sealed)?;
        String::from_utf8(plain.expose().clone()).ok().map(Secret::new)
    }
}

impl KeyRing {
    /// The blind index of a value: equal values have equal ones, and nobody without the key can
    /// tell which value it is or try them all. Bring the value into its one form first.
    pub fn blind(&self, index: BlindIndex, value: &str) -> [u8; 32] {
        self.sign(KeyUse::BlindIndex, &[index.label(), value.as_bytes()])
    }

    /// The data key of a subject as it is stored.
    ///
    /// # Panics
    /// Never: a key of 32 bytes can always be sealed.
    pub fn wrap(&self, subject: Uuid, key: &SubjectKey) -> Vec<u8> {
        sealed(&self.key(KeyUse::SubjectKey), subject.as_bytes(), key.0.expose())
    }

    /// The data key of a subject that was stored. `None` when it is another subject's, was changed,
    /// or belongs to another installation.
    pub fn unwrap(&self, subject: Uuid, wrapped: &[u8]) -> Option<SubjectKey> {
        let plain = opened(&self.key(KeyUse::SubjectKey), subject.as_bytes(), wrapped)?;
        let key: [u8; 32] = plain.expose().as_slice().try_into().ok()?;
        Some(SubjectKey(Secret::new(key)))
    }
}

/// Column and row; a column's name has no zero byte.
fn context(at: SealedAt<'_>) -> Vec<u8> {
    [at.column.as_bytes(), &[0], at.row.as_bytes()].concat()
}

fn sealed(key: &Secret<[u8; 32]>, aad: &[u8], plain: &[u8]) -> Vec<u8> {
    let nonce: [u8; NONCE_BYTES] = Entropy.bytes();
    let cipher = XChaCha20Poly1305::new(key.expose().into());
    let made = cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad });
    assert!(made.is_ok(), "what cannot be sealed must not be stored in clear");
    [&[VERSION], nonce.as_slice(), &made.unwrap_or_default()].concat()
}

fn opened(key: &Secret<[u8; 32]>, aad: &[u8], sealed: &[u8]) -> Option<Secret<Vec<u8>>> {
    let (version, rest) = sealed.split_first()?;
    if *version != VERSION {
        return None;
    }
    let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_BYTES>()?;
    let cipher = XChaCha20Poly1305::new(key.expose().into());
    let plain = cipher.decrypt(&XNonce::from(*nonce), Payload { msg: ciphertext, aad }).ok()?;
    Some(Secret::new(plain))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ROW: Uuid = Uuid::from_u128(7);
    const PLACE: SealedAt<'static> = SealedAt { column: "auth_user.phone", row: ROW };

    fn ring(n: u8) -> KeyRing {
        KeyRing::new(Secret::new([n; 32]))
    }

    #[test]
    fn a_value_opens_at_its_place_only() {
        let key = SubjectKey::generate(Entropy);
        let sealed = key.seal(PLACE, b"998901234567");
        assert_eq!(sealed.len(), 12 + 41);
        assert!(!sealed.windows(4).any(|w| w == b"9989"));
        assert_eq!(key.open_text(PLACE, &sealed).unwrap().expose(), "998901234567");
        for other in [
            SealedAt { column: "auth_user.email", row: ROW },
            SealedAt { column: "auth_user.phone", row: Uuid::from_u128(8) },
        ] {
            assert!(key.open(other, &sealed).is_none());
        }
        assert!(SubjectKey::generate(Entropy).open(PLACE, &sealed).is_none());
        assert_ne!(sealed, key.seal(PLACE, b"998901234567"), "no two are alike");
    }

    #[test]
    fn a_wrapped_key_is_its_subjects() {
        let key = SubjectKey::generate(Entropy);
        let wrapped = ring(1).wrap(ROW, &key);
        let sealed = key.seal(PLACE, b"x");
        let unwrapped = ring(1).unwrap(ROW, &wrapped).unwrap();
        assert_eq!(unwrapped.open(PLACE, &sealed).unwrap().expose(), b"x");
        assert!(ring(1).unwrap(Uuid::from_u128(8), &wrapped).is_none());
        assert!(ring(2).unwrap(ROW, &wrapped).is_none());
    }

    #[test]
    fn blind_indexes_differ_by_column_and_installation() {
        let one = ring(1).blind(BlindIndex::Phone, "998901234567");
        assert_eq!(one, ring(1).blind(BlindIndex::Phone, "998901234567"));
        assert_ne!(one, ring(1).blind(BlindIndex::Email, "998901234567"));
        assert_ne!(one, ring(1).blind(BlindIndex::Phone, "998901234568"));
        assert_ne!(one, ring(2).blind(BlindIndex::Phone, "998901234567"));
    }

    proptest! {
        #[test]
        fn any_changed_byte_is_noticed(place in any::<prop::sample::Index>(), flip in 1..=255_u8) {
            let key = SubjectKey::generate(Entropy);
            let mut sealed = key.seal(PLACE, b"some plain text");
            let place = place.index(sealed.len());
            sealed[place] ^= flip;
            prop_assert!(key.open(PLACE, &sealed).is_none());
        }

        #[test]
        fn whatever_comes_is_none(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
            prop_assert!(SubjectKey::generate(Entropy).open(PLACE, &bytes).is_none());
            prop_assert!(ring(1).unwrap(ROW, &bytes).is_none());
        }
    }
}

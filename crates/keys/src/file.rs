//! Keys in a file, for development: whoever reads the file and the key that seals it has them.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::{
    Entropy, Error, KeyId, KeyProvider, KeyRing, KeyUse, PublicKey, Result, Secret, SigningUse,
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use crate::wrapped::{NONCE_BYTES, Wrapped, context};

/// What the file begins with; the nonce and the sealed content follow.
const MAGIC: &[u8] = b"okto keys 1\n";

/// Keys in a file that only its owner may read, sealed under a key derived from the installation's
/// root key. For development, and for an installation that has no security module: it keeps the
/// keys out of the database and its backups, and no more.
///
/// Several processes may use one file; one that changes it holds a lock beside it.
pub struct FileKeys {
    path: PathBuf,
    seal: Secret<[u8; 32]>,
    content: Mutex<Content>,
}

#[derive(Default, Serialize, Deserialize)]
struct Content {
    /// In the order of their numbers, from 1.
    wrapping: Vec<Base64>,
    signing: Vec<SigningKey>,
}

#[derive(Serialize, Deserialize)]
struct SigningKey {
    id: String,
    purpose: String,
    pkcs8: Base64,
}

/// Key material as base64. Its memory is cleared.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Base64(String);

impl Drop for Base64 {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Base64 {
    fn of(bytes: &[u8]) -> Self {
        Self(STANDARD.encode(bytes))
    }

    fn bytes(&self) -> Result<Secret<Vec<u8>>> {
        STANDARD.decode(&self.0).map(Secret::new).map_err(|_| DAMAGED)
    }
}

const DAMAGED: Error = Error::invariant("reading the file of keys: it is damaged");
const OF_ANOTHER: Error = Error::invariant(
    "reading the file of keys: it does not open, so it is damaged or belongs to another root key",
);

impl FileKeys {
    /// Opens the file; without one there are no keys yet.
    pub fn open(path: &Path, keys: &KeyRing) -> Result<Self> {
        let seal = keys.key(KeyUse::KeyFile);
        let content = Mutex::new(read(path, &seal)?);
        Ok(Self { path: path.to_owned(), seal, content })
    }

    /// Looks for something; when it is not there, another process may have added it.
    fn find<T>(&self, look: impl Fn(&Content) -> Result<Option<T>>) -> Result<Option<T>> {
        let mut content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = look(&content)? {
            return Ok(Some(found));
        }
        *content = read(&self.path, &self.seal)?;
        look(&content)
    }

    /// Changes the file as it is now, under the lock.
    fn change<T>(&self, change: impl FnOnce(&mut Content) -> Result<T>) -> Result<T> {
        let mut content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
        let lock = lock(&self.path)?;
        let mut fresh = read(&self.path, &self.seal)?;
        let made = change(&mut fresh)?;
        write(&self.path, &self.seal, &fresh)?;
        drop(lock);
        *content = fresh;
        Ok(made)
    }

    fn wrapping_key_of(&self, number: u32) -> Result<LessSafeKey> {
        let index = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
        let key = self
            .find(|content| content.wrapping.get(index).map(Base64::bytes).transpose())?
            .ok_or(Error::invariant("the key that wrapped this is not in the file of keys"))?;
        aes(key.expose())
    }
}

impl std::fmt::Debug for FileKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileKeys").field("path", &self.path).finish_non_exhaustive()
    }
}

impl KeyProvider for FileKeys {
    fn describe(&self) -> String {
        format!("a sealed file, {}", self.path.display())
    }

    fn make_wrapping_key(&self) -> Result<u32> {
        self.change(|content| {
            content.wrapping.push(Base64::of(&Entropy.bytes::<32>()));
            Ok(number_of(content))
        })
    }

    fn wrapping_key(&self) -> Result<Option<u32>> {
        self.find(|content| Ok(Some(number_of(content)).filter(|number| *number > 0)))
    }

    fn wrap(&self, label: &str, key: &Secret<[u8; 32]>) -> Result<Vec<u8>> {
        const NONE: Error = Error::invariant("there is no key-encryption key yet");
        let number = self.wrapping_key()?.ok_or(NONE)?;
        let (wrapping, nonce) = (self.wrapping_key_of(number)?, Wrapped::nonce());
        let mut ciphertext = key.expose().to_vec();
        wrapping
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(context(label, number)),
                &mut ciphertext,
            )
            .map_err(|e| Error::broken("wrapping a key", e))?;
        Ok(Wrapped { number, nonce, ciphertext }.to_bytes())
    }

    fn unwrap(&self, label: &str, wrapped: &[u8]) -> Result<Secret<[u8; 32]>> {
        const DOING: &str = "unwrapping a key";
        let Wrapped { number, nonce, mut ciphertext } = Wrapped::parse(wrapped)?;
        let wrapping = self.wrapping_key_of(number)?;
        let nonce = Nonce::assume_unique_for_key(nonce);
        let plain = wrapping
            .open_in_place(nonce, Aad::from(context(label, number)), &mut ciphertext)
            .map_err(|e| Error::broken(DOING, e))?;
        let key = plain.as_ref().try_into().map_err(|e| Error::broken(DOING, e));
        ciphertext.zeroize();
        key.map(Secret::new)
    }

    fn make_signing_key(&self, purpose: SigningUse) -> Result<PublicKey> {
        const DOING: &str = "making a signing key";
        let random = SystemRandom::new();
        let pkcs8 = match purpose {
            SigningUse::Audit => Ed25519KeyPair::generate_pkcs8(&random),
            SigningUse::Tokens => {
                EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
            }
        };
        let pkcs8 = pkcs8.map_err(|e| Error::broken(DOING, e))?;
        let id = KeyId::generate(Entropy);
        let bytes = Pair::read(purpose, pkcs8.as_ref())?.public();
        self.change(|content| {
            let (id, purpose) = (id.to_string(), purpose.as_str().to_owned());
            content.signing.push(SigningKey { id, purpose, pkcs8: Base64::of(pkcs8.as_ref()) });
            Ok(())
        })?;
        Ok(PublicKey { id, purpose, bytes })
    }

    fn signing_keys(&self, purpose: SigningUse) -> Result<Vec<PublicKey>> {
        // As it is now: another process may have added one.
        let content = read(&self.path, &self.seal)?;
        let public = |key: &SigningKey| {
            let id = key.id.parse().map_err(|()| DAMAGED)?;
            let bytes = Pair::read(purpose, key.pkcs8.bytes()?.expose())?.public();
            Ok(PublicKey { id, purpose, bytes })
        };
        content.signing.iter().filter(|key| key.purpose == purpose.as_str()).map(public).collect()
    }

    fn sign(&self, purpose: SigningUse, id: KeyId, message: &[u8]) -> Result<Vec<u8>> {
        let name = id.to_string();
        let found = self.find(|content| {
            let key = content.signing.iter().find(|key| key.is(purpose, &name));
            key.map(|key| key.pkcs8.bytes()).transpose()
        })?;
        let pkcs8 = found.ok_or(Error::invariant("a signing key is not in the file of keys"))?;
        Pair::read(purpose, pkcs8.expose())?.sign(message)
    }

    fn destroy_signing_key(&self, purpose: SigningUse, id: KeyId) -> Result<bool> {
        let name = id.to_string();
        self.change(|content| {
            let before = content.signing.len();
            content.signing.retain(|key| !key.is(purpose, &name));
            Ok(content.signing.len() < before)
        })
    }
}

impl SigningKey {
    fn is(&self, purpose: SigningUse, name: &str) -> bool {
        self.purpose == purpose.as_str() && self.id == name
    }
}

fn number_of(content: &Content) -> u32 {
    u32::try_from(content.wrapping.len()).unwrap_or(u32::MAX)
}

enum Pair {
    Audit(Ed25519KeyPair),
    Tokens(EcdsaKeyPair),
}

impl Pair {
    fn read(purpose: SigningUse, pkcs8: &[u8]) -> Result<Self> {
        let pair = match purpose {
            SigningUse::Audit => Ed25519KeyPair::from_pkcs8(pkcs8).map(Self::Audit),
            SigningUse::Tokens => {
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).map(Self::Tokens)
            }
        };
        pair.map_err(|e| Error::broken("reading a signing key", e))
    }

    fn public(&self) -> Vec<u8> {
        match self {
            Self::Audit(pair) => pair.public_key().as_ref().to_vec(),
            Self::Tokens(pair) => pair.public_key().as_ref().to_vec(),
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        let signature = match self {
            Self::Audit(pair) => pair.try_sign(message),
            Self::Tokens(pair) => pair.sign(&SystemRandom::new(), message),
        };
        signature
            .map(|signature| signature.as_ref().to_vec())
            .map_err(|e| Error::broken("signing", e))
    }
}

fn aes(key: &[u8]) -> Result<LessSafeKey> {
    let key = UnboundKey::new(&AES_256_GCM, key);
    key.map(LessSafeKey::new).map_err(|e| Error::broken("reading a key-encryption key", e))
}

fn read(path: &Path, seal: &Secret<[u8; 32]>) -> Result<Content> {
    let sealed = match std::fs::read(path) {
        Ok(sealed) => sealed,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Content::default()),
        Err(error) => return Err(trouble("reading the file of keys", path, &error)),
    };
    let rest = sealed.strip_prefix(MAGIC).ok_or(DAMAGED)?;
    let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(DAMAGED)?;
    let mut buffer = ciphertext.to_vec();
    let plain = aes(seal.expose())?
        .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(MAGIC), &mut buffer)
        .map_err(|_| OF_ANOTHER)?;
    let content = serde_json::from_slice(plain).map_err(|_| DAMAGED);
    buffer.zeroize();
    content
}

/// Writes the file whole or not at all.
fn write(path: &Path, seal: &Secret<[u8; 32]>, content: &Content) -> Result<()> {
    const DOING: &str = "writing the file of keys";
    let mut buffer = serde_json::to_vec(content).map_err(|e| Error::broken(DOING, e))?;
    let nonce: [u8; NONCE_BYTES] = Entropy.bytes();
    aes(seal.expose())?
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(MAGIC),
            &mut buffer,
        )
        .map_err(|e| Error::broken(DOING, e))?;
    let new = path.with_extension("new");
    let write = || -> std::io::Result<()> {
        let mut file = private(&new, true)?;
        file.write_all(&[MAGIC, &nonce, &buffer].concat())?;
        file.sync_all()?;
        std::fs::rename(&new, path)
    };
    write().map_err(|error| trouble(DOING, path, &error))
}

/// Held until it is dropped.
fn lock(path: &Path) -> Result<File> {
    let beside = path.with_extension("lock");
    private(&beside, false)
        .and_then(|file| file.lock().map(|()| file))
        .map_err(|error| trouble("locking the file of keys", &beside, &error))
}

fn private(path: &Path, empty: bool) -> std::io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(empty).mode(0o600).open(path)
}

fn trouble(doing: &'static str, path: &Path, error: &std::io::Error) -> Error {
    Error::broken(doing, format!("{}: {error}", path.display()))
}

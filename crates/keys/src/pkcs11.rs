//! Keys in a security module that speaks PKCS#11: they are made in it, and can be used but not
//! read.

mod pool;

use std::path::PathBuf;

use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use cryptoki::types::Ulong;
use kernel::{Entropy, Error, KeyId, KeyProvider, PublicKey, Result, Secret, SigningUse};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroize as _;

use crate::wrapped::{Wrapped, context};
use pool::Pool;

/// The label of key-encryption keys in the token.
const WRAPPING_LABEL: &str = "okto-wrapping";
/// The length of the tag of AES-GCM, in bits.
const TAG_BITS: u64 = 128;
/// The length of a key-encryption key.
const KEY_BYTES: u64 = 32;

/// The curves as PKCS#11 names them: P-256 by its object identifier, Ed25519 by its name.
const P256: &[u8] = &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const ED25519: &[u8] = b"\x13\x0cedwards25519";

type Done<T> = std::result::Result<T, cryptoki::error::Error>;

/// Which module, and which token in it.
#[derive(Clone, Debug)]
pub struct Pkcs11Config {
    /// The library of the module's maker.
    pub module: PathBuf,
    /// The label of the token.
    pub token: String,
    /// The PIN of the token's user.
    pub pin: Secret<String>,
}

/// Keys in a token: an AES-256 key-encryption key, Ed25519 and P-256 keys, none of which can be
/// read out. Sessions are kept and used again; when the token goes away and comes back they are
/// opened anew.
#[derive(Debug)]
pub struct Pkcs11Keys {
    pool: Pool,
}

impl Pkcs11Keys {
    /// Loads the module and signs in to the token.
    pub fn open(config: Pkcs11Config) -> Result<Self> {
        let keys = Self { pool: Pool::new(config)? };
        keys.with("signing in to the token", |_| Ok(()))?;
        Ok(keys)
    }

    fn with<T>(&self, doing: &'static str, work: impl Fn(&Session) -> Done<T>) -> Result<T> {
        self.pool.with(doing, work)
    }
}

impl KeyProvider for Pkcs11Keys {
    fn describe(&self) -> String {
        self.pool.describe()
    }

    fn make_wrapping_key(&self) -> Result<u32> {
        let number = self.wrapping_key()?.unwrap_or(0).saturating_add(1);
        self.with("making a key-encryption key", |session| {
            let template = [
                Attribute::Token(true),
                Attribute::Private(true),
                Attribute::Sensitive(true),
                Attribute::Extractable(false),
                Attribute::Encrypt(true),
                Attribute::Decrypt(true),
                Attribute::ValueLen(ulong(KEY_BYTES)),
                Attribute::Label(WRAPPING_LABEL.as_bytes().to_vec()),
                Attribute::Id(number.to_be_bytes().to_vec()),
            ];
            session.generate_key(&Mechanism::AesKeyGen, &template)
        })?;
        Ok(number)
    }

    fn wrapping_key(&self) -> Result<Option<u32>> {
        self.with("looking for key-encryption keys", |session| {
            let label = Attribute::Label(WRAPPING_LABEL.as_bytes().to_vec());
            let template = [Attribute::Class(ObjectClass::SECRET_KEY), label];
            let mut newest = None;
            for handle in session.find_objects(&template)? {
                let id = attribute_id(session, handle)?;
                newest = newest.max(id.try_into().ok().map(u32::from_be_bytes));
            }
            Ok(newest)
        })
    }

    fn wrap(&self, label: &str, key: &Secret<[u8; 32]>) -> Result<Vec<u8>> {
        const NONE: Error = Error::invariant("there is no key-encryption key yet");
        let number = self.wrapping_key()?.ok_or(NONE)?;
        let (nonce, aad) = (Wrapped::nonce(), context(label, number));
        let ciphertext = self.with("wrapping a key", |session| {
            let Some(handle) = wrapping_key(session, number)? else { return Ok(None) };
            let mut nonce = nonce;
            let params = GcmParams::new(&mut nonce, &aad, ulong(TAG_BITS))?;
            session.encrypt(&Mechanism::AesGcm(params), handle, key.expose()).map(Some)
        })?;
        let ciphertext = ciphertext.ok_or(NONE)?;
        Ok(Wrapped { number, nonce, ciphertext }.to_bytes())
    }

    fn unwrap(&self, label: &str, wrapped: &[u8]) -> Result<Secret<[u8; 32]>> {
        const DOING: &str = "unwrapping a key";
        let Wrapped { number, nonce, ciphertext } = Wrapped::parse(wrapped)?;
        let aad = context(label, number);
        let plain = self.with(DOING, |session| {
            let Some(handle) = wrapping_key(session, number)? else { return Ok(None) };
            let mut nonce = nonce;
            let params = GcmParams::new(&mut nonce, &aad, ulong(TAG_BITS))?;
            session.decrypt(&Mechanism::AesGcm(params), handle, &ciphertext).map(Some)
        })?;
        let missing = Error::invariant("the key that wrapped this is not in the token");
        let mut plain = plain.ok_or(missing)?;
        let key = plain.as_slice().try_into().map_err(|e| Error::broken(DOING, e));
        plain.zeroize();
        key.map(Secret::new)
    }

    fn make_signing_key(&self, purpose: SigningUse) -> Result<PublicKey> {
        let id = KeyId::generate(Entropy);
        let bytes = self.with("making a signing key", |session| {
            let (mechanism, curve) = match purpose {
                SigningUse::Audit => (Mechanism::EccEdwardsKeyPairGen, ED25519),
                SigningUse::Tokens => (Mechanism::EccKeyPairGen, P256),
            };
            let name = || [Attribute::Token(true), label_of(purpose), id_of(id)];
            let mut public = name().to_vec();
            public.extend([
                Attribute::Private(false),
                Attribute::Verify(true),
                Attribute::EcParams(curve.to_vec()),
            ]);
            let mut private = name().to_vec();
            private.extend([
                Attribute::Private(true),
                Attribute::Sensitive(true),
                Attribute::Extractable(false),
                Attribute::Sign(true),
            ]);
            let (public, _) = session.generate_key_pair(&mechanism, &public, &private)?;
            point(session, public)
        })?;
        public_key(id, purpose, &bytes)
    }

    fn signing_keys(&self, purpose: SigningUse) -> Result<Vec<PublicKey>> {
        let found = self.with("looking for signing keys", |session| {
            let template = [Attribute::Class(ObjectClass::PUBLIC_KEY), label_of(purpose)];
            let mut keys = Vec::new();
            for handle in session.find_objects(&template)? {
                keys.push((attribute_id(session, handle)?, point(session, handle)?));
            }
            Ok(keys)
        })?;
        let named = |(id, point): (Vec<u8>, Vec<u8>)| {
            let id = KeyId::from_bytes(id.try_into().ok()?);
            Some(public_key(id, purpose, &point))
        };
        found.into_iter().filter_map(named).collect()
    }

    fn sign(&self, purpose: SigningUse, id: KeyId, message: &[u8]) -> Result<Vec<u8>> {
        let signature = self.with("signing", |session| {
            let template = private_key(purpose, id);
            let Some(handle) = session.find_objects(&template)?.pop() else { return Ok(None) };
            let signature = match purpose {
                SigningUse::Audit => {
                    let pure = EddsaParams::new(EddsaSignatureScheme::Pure);
                    session.sign(&Mechanism::Eddsa(pure), handle, message)?
                }
                SigningUse::Tokens => {
                    session.sign(&Mechanism::Ecdsa, handle, &Sha256::digest(message))?
                }
            };
            Ok(Some(signature))
        })?;
        signature.ok_or(Error::invariant("a signing key is not in the token"))
    }

    fn destroy_signing_key(&self, purpose: SigningUse, id: KeyId) -> Result<bool> {
        self.with("destroying a signing key", |session| {
            let found = session.find_objects(&[label_of(purpose), id_of(id)])?;
            for handle in &found {
                session.destroy_object(*handle)?;
            }
            Ok(!found.is_empty())
        })
    }
}

fn wrapping_key(session: &Session, number: u32) -> Done<Option<ObjectHandle>> {
    let template = [
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::Label(WRAPPING_LABEL.as_bytes().to_vec()),
        Attribute::Id(number.to_be_bytes().to_vec()),
    ];
    Ok(session.find_objects(&template)?.pop())
}

fn private_key(purpose: SigningUse, id: KeyId) -> [Attribute; 4] {
    let kind = match purpose {
        SigningUse::Audit => KeyType::EC_EDWARDS,
        SigningUse::Tokens => KeyType::EC,
    };
    [
        Attribute::Class(ObjectClass::PRIVATE_KEY),
        Attribute::KeyType(kind),
        label_of(purpose),
        id_of(id),
    ]
}

fn label_of(purpose: SigningUse) -> Attribute {
    Attribute::Label(format!("okto-{}", purpose.as_str()).into_bytes())
}

fn id_of(id: KeyId) -> Attribute {
    Attribute::Id(id.as_bytes().to_vec())
}

fn attribute_id(session: &Session, handle: ObjectHandle) -> Done<Vec<u8>> {
    let found = session.get_attributes(handle, &[AttributeType::Id])?;
    Ok(found
        .into_iter()
        .find_map(|attribute| match attribute {
            Attribute::Id(id) => Some(id),
            _ => None,
        })
        .unwrap_or_default())
}

fn point(session: &Session, handle: ObjectHandle) -> Done<Vec<u8>> {
    let found = session.get_attributes(handle, &[AttributeType::EcPoint])?;
    Ok(found
        .into_iter()
        .find_map(|attribute| match attribute {
            Attribute::EcPoint(point) => Some(point),
            _ => None,
        })
        .unwrap_or_default())
}

/// The point stands in the token as an octet string in DER; some modules give it bare.
fn public_key(id: KeyId, purpose: SigningUse, point: &[u8]) -> Result<PublicKey> {
    let wanted = match purpose {
        SigningUse::Audit => 32,
        SigningUse::Tokens => 65,
    };
    let bare = match point {
        [0x04, length, rest @ ..] if usize::from(*length) == rest.len() => rest,
        other => other,
    };
    if bare.len() != wanted {
        return Err(Error::invariant("the token's public key is not of the curve that was asked"));
    }
    Ok(PublicKey { id, purpose, bytes: bare.to_vec() })
}

fn ulong(n: u64) -> Ulong {
    Ulong::new(n)
}

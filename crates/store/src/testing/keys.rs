use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
};
use kernel::{Entropy, Error, KeyId, KeyProvider, PublicKey, Result, Secret, SigningUse};

/// Signing keys in the memory of a test. It wraps nothing.
#[derive(Debug, Default)]
pub struct TestKeys {
    pairs: Mutex<BTreeMap<KeyId, Pair>>,
}

#[derive(Debug)]
enum Pair {
    Audit(Ed25519KeyPair),
    Tokens(EcdsaKeyPair),
}

impl Pair {
    fn public(&self, id: KeyId) -> PublicKey {
        let (purpose, bytes) = match self {
            Self::Audit(pair) => (SigningUse::Audit, pair.public_key().as_ref().to_vec()),
            Self::Tokens(pair) => (SigningUse::Tokens, pair.public_key().as_ref().to_vec()),
        };
        PublicKey { id, purpose, bytes }
    }
}

const WRAPS_NOTHING: Error = Error::invariant("a test's keys wrap nothing");

impl TestKeys {
    fn pairs(&self) -> MutexGuard<'_, BTreeMap<KeyId, Pair>> {
        self.pairs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyProvider for TestKeys {
    fn describe(&self) -> String {
        "the memory of a test".to_owned()
    }

    fn make_wrapping_key(&self) -> Result<u32> {
        Err(WRAPS_NOTHING)
    }

    fn wrapping_key(&self) -> Result<Option<u32>> {
        Ok(None)
    }

    fn wrap(&self, _: &str, _: &Secret<[u8; 32]>) -> Result<Vec<u8>> {
        Err(WRAPS_NOTHING)
    }

    fn unwrap(&self, _: &str, _: &[u8]) -> Result<Secret<[u8; 32]>> {
        Err(WRAPS_NOTHING)
    }

    fn make_signing_key(&self, purpose: SigningUse) -> Result<PublicKey> {
        let made = match purpose {
            SigningUse::Audit => Ed25519KeyPair::generate().map(Pair::Audit),
            SigningUse::Tokens => {
                EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map(Pair::Tokens)
            }
        };
        let pair = made.map_err(|e| Error::broken("making a key for a test", e))?;
        let id = KeyId::generate(Entropy);
        let public = pair.public(id);
        self.pairs().insert(id, pair);
        Ok(public)
    }

    fn signing_keys(&self, purpose: SigningUse) -> Result<Vec<PublicKey>> {
        let all = self.pairs();
        let public = all.iter().map(|(id, pair)| pair.public(*id));
        Ok(public.filter(|key| key.purpose == purpose).collect())
    }

    fn sign(&self, purpose: SigningUse, id: KeyId, message: &[u8]) -> Result<Vec<u8>> {
        let signature = match (purpose, self.pairs().get(&id)) {
            (SigningUse::Audit, Some(Pair::Audit(pair))) => pair.try_sign(message),
            (SigningUse::Tokens, Some(Pair::Tokens(pair))) => {
                pair.sign(&SystemRandom::new(), message)
            }
            _ => return Err(Error::invariant("a test has no such key")),
        };
        let signature = signature.map_err(|e| Error::broken("signing in a test", e))?;
        Ok(signature.as_ref().to_vec())
    }

    fn destroy_signing_key(&self, _: SigningUse, id: KeyId) -> Result<bool> {
        Ok(self.pairs().remove(&id).is_some())
    }
}

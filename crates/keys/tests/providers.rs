//! Both providers do the same, and what they sign is verified by others: the file and a real token
//! of SoftHSM.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod softhsm;

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::{Entropy, KeyId, KeyProvider, KeyRing, PublicKey, Secret, SigningUse};
use keys::{FileKeys, Pkcs11Keys};

fn folder() -> PathBuf {
    let name = format!("okto-keys-{}", KeyId::generate(Entropy));
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir(&folder).unwrap();
    folder
}

fn ring() -> KeyRing {
    KeyRing::new(Secret::new([7; 32]))
}

/// What every provider must do.
fn check(keys: &dyn KeyProvider) {
    assert_eq!(keys.wrapping_key().unwrap(), None);
    let secret = Secret::new(Entropy.bytes::<32>());
    assert!(keys.wrap("root", &secret).is_err(), "there is nothing to wrap with");
    assert_eq!(keys.make_wrapping_key().unwrap(), 1);
    let first = keys.wrap("root", &secret).unwrap();
    assert_ne!(first, keys.wrap("root", &secret).unwrap(), "no two are alike");
    assert_eq!(keys.make_wrapping_key().unwrap(), 2);
    let second = keys.wrap("root", &secret).unwrap();
    for wrapped in [&first, &second] {
        assert!(!wrapped.windows(8).any(|w| secret.expose().windows(8).any(|s| s == w)));
        assert_eq!(keys.unwrap("root", wrapped).unwrap().expose(), secret.expose());
        assert!(keys.unwrap("other", wrapped).is_err(), "the label is bound");
        let mut changed = wrapped.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(keys.unwrap("root", &changed).is_err());
    }

    for purpose in SigningUse::ALL {
        assert_eq!(keys.signing_keys(purpose).unwrap(), []);
        let (one, two) =
            (keys.make_signing_key(purpose).unwrap(), keys.make_signing_key(purpose).unwrap());
        let mut all = keys.signing_keys(purpose).unwrap();
        all.sort_by_key(|key| key.id);
        let mut expected = vec![one.clone(), two.clone()];
        expected.sort_by_key(|key| key.id);
        assert_eq!(all, expected);
        for message in [&b""[..], b"size 7\n", &[0xff; 10_000]] {
            let signature = keys.sign(purpose, one.id, message).unwrap();
            assert_eq!(signature.len(), 64);
            assert!(verifies(&one, message, &signature));
            assert!(!verifies(&two, message, &signature));
            assert!(!verifies(&one, b"another message", &signature));
            if !message.is_empty() {
                // OpenSSL's command does not take an empty file.
                openssl_verifies(&one, message, &signature);
            }
        }
        let other = SigningUse::ALL.into_iter().find(|other| *other != purpose).unwrap();
        assert!(keys.sign(other, one.id, b"x").is_err(), "a key has one use");
        assert!(keys.destroy_signing_key(purpose, one.id).unwrap());
        assert!(!keys.destroy_signing_key(purpose, one.id).unwrap());
        assert!(keys.sign(purpose, one.id, b"x").is_err());
        keys.sign(purpose, two.id, b"x").unwrap();
    }
}

fn verifies(key: &PublicKey, message: &[u8], signature: &[u8]) -> bool {
    match key.purpose {
        SigningUse::Audit => {
            UnparsedPublicKey::new(&ED25519, &key.bytes).verify(message, signature).is_ok()
        }
        SigningUse::Tokens => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &key.bytes)
            .verify(message, signature)
            .is_ok(),
    }
}

/// Asks another implementation.
fn openssl_verifies(key: &PublicKey, message: &[u8], signature: &[u8]) {
    let folder = folder();
    let (prefix, der_signature): (&[u8], _) = match key.purpose {
        SigningUse::Audit => {
            (&[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00], {
                signature.to_vec()
            })
        }
        SigningUse::Tokens => (
            &[
                0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
                0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
            ],
            der(signature),
        ),
    };
    let spki = STANDARD.encode([prefix, &key.bytes].concat());
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{spki}\n-----END PUBLIC KEY-----\n");
    let at = |name: &str| folder.join(name);
    std::fs::write(at("key.pem"), pem).unwrap();
    std::fs::write(at("message"), message).unwrap();
    std::fs::write(at("signature"), der_signature).unwrap();
    let mut command = Command::new("openssl");
    command.args(["pkeyutl", "-verify", "-pubin", "-rawin", "-inkey"]).arg(at("key.pem"));
    if key.purpose == SigningUse::Tokens {
        command.args(["-digest", "sha256"]);
    }
    command.arg("-sigfile").arg(at("signature")).arg("-in").arg(at("message"));
    let output = command.output().expect("the package openssl is installed");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    std::fs::remove_dir_all(folder).unwrap();
}

/// The two numbers of a signature as ASN.1 has them.
fn der(signature: &[u8]) -> Vec<u8> {
    let integer = |bytes: &[u8]| {
        let start = bytes.iter().position(|b| *b != 0).unwrap_or(bytes.len() - 1);
        let mut number = bytes[start..].to_vec();
        if number[0] >= 0x80 {
            number.insert(0, 0);
        }
        [vec![0x02, u8::try_from(number.len()).unwrap()], number].concat()
    };
    let body = [integer(&signature[..32]), integer(&signature[32..])].concat();
    [vec![0x30, u8::try_from(body.len()).unwrap()], body].concat()
}

#[test]
fn the_file_does_what_a_provider_must() {
    let folder = folder();
    check(&FileKeys::open(&folder.join("keys"), &ring()).unwrap());
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_file_is_its_owners_and_opens_with_its_root_key_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let path = folder.join("keys");
    let keys = FileKeys::open(&path, &ring()).unwrap();
    let key = keys.make_signing_key(SigningUse::Tokens).unwrap();
    let rights = std::fs::metadata(&path).unwrap().permissions();
    assert_eq!(rights.mode() & 0o777, 0o600);
    let content = std::fs::read(&path).unwrap();
    assert!(!content.windows(4).any(|w| w == b"toke"), "nothing can be read in it");
    assert!(FileKeys::open(&path, &KeyRing::new(Secret::new([8; 32]))).is_err());

    // Another process sees the key, and this one sees what the other made.
    let other = FileKeys::open(&path, &ring()).unwrap();
    other.sign(SigningUse::Tokens, key.id, b"x").unwrap();
    let later = other.make_signing_key(SigningUse::Tokens).unwrap();
    keys.sign(SigningUse::Tokens, later.id, b"x").unwrap();
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn keys_made_at_the_same_time_are_all_kept() {
    let folder = folder();
    let path = folder.join("keys");
    let makers: Vec<_> = (0..8)
        .map(|_| {
            let path = path.clone();
            std::thread::spawn(move || {
                let keys = FileKeys::open(&path, &ring()).unwrap();
                keys.make_signing_key(SigningUse::Audit).unwrap();
            })
        })
        .collect();
    for maker in makers {
        maker.join().unwrap();
    }
    let keys = FileKeys::open(&path, &ring()).unwrap();
    assert_eq!(keys.signing_keys(SigningUse::Audit).unwrap().len(), 8);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_token_does_what_a_provider_must() {
    if softhsm::has_a_token() {
        inside_a_token();
    } else {
        softhsm::run_with_a_token("a_token_does_what_a_provider_must");
    }
}

fn inside_a_token() {
    let keys = Arc::new(softhsm::open());
    check(&*keys);
    let public = keys.make_signing_key(SigningUse::Tokens).unwrap();
    softhsm::assert_nothing_can_be_read_out();

    // Many threads at once: each has a session.
    let signers: Vec<_> = (0..16)
        .map(|n: u32| {
            let (keys, public) = (keys.clone(), public.clone());
            std::thread::spawn(move || {
                let message = n.to_string();
                let signature = keys.sign(SigningUse::Tokens, public.id, message.as_bytes());
                assert!(verifies(&public, message.as_bytes(), &signature.unwrap()));
            })
        })
        .collect();
    for signer in signers {
        signer.join().unwrap();
    }

    softhsm::stop_module();
    keys.sign(SigningUse::Tokens, public.id, b"again").unwrap();

    let config = softhsm::config("no-such-token", softhsm::PIN);
    let wrong = Pkcs11Keys::open(config).unwrap_err();
    assert!(format!("{wrong:?}").contains("no-such-token"), "{wrong:?}");
    softhsm::stop_module();
    assert!(Pkcs11Keys::open(softhsm::config(softhsm::LABEL, "0000")).is_err());
    keys.sign(SigningUse::Tokens, public.id, b"still").unwrap();
    let told = format!("{keys:?}");
    assert!(told.contains(softhsm::LABEL) && !told.contains(softhsm::PIN), "{told}");
}

//! Checkpoints of the tree as text that anybody can keep and check: the checkpoint of C2SP
//! (tlog-checkpoint) in a signed note (signed-note), signed with Ed25519.
//!
//! ```text
//! okto/audit/0f3c…            which log
//! 1234                        how many events
//! CsUY…=                      the root of their tree, in base64
//! time 1764446400123456       when it was made, in microseconds since 1970
//!
//! — okto/audit/0f3c… Az3g…    which log signs, and in base64: four bytes that name the key, and
//!                             the signature over everything above the empty line
//! ```

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::Moment;
use sha2::{Digest as _, Sha256};

use super::tree::Hash;

/// What a key of Ed25519 begins with in a note.
const ED25519_NOTE: u8 = 0x01;
/// What names a signing key in a note.
type KeyHash = [u8; 4];

/// A head of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// How many events.
    pub size: u64,
    /// The root of their tree.
    pub root: Hash,
    /// When it was made.
    pub at: Moment,
}

impl Checkpoint {
    /// The text that is signed.
    pub fn text(&self) -> String {
        let root = STANDARD.encode(self.root);
        format!("{}\n{}\n{root}\ntime {}\n", self.origin, self.size, self.at.micros())
    }

    /// Reads the text of a checkpoint. `None` for anything that is not written exactly so.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let origin = lines.next()?.to_owned();
        let size = lines.next()?.parse().ok()?;
        let root = STANDARD.decode(lines.next()?).ok()?.try_into().ok()?;
        let micros = lines.next()?.strip_prefix("time ")?.parse().ok()?;
        let read = Self { origin, size, root, at: Moment::from_micros(micros) };
        (read.text() == text).then_some(read)
    }
}

/// A checkpoint with its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What is signed.
    pub checkpoint: Checkpoint,
    key: KeyHash,
    signature: Vec<u8>,
}

impl Note {
    /// A checkpoint with the signature of a key over its text.
    pub fn new(checkpoint: Checkpoint, public: &[u8], signature: Vec<u8>) -> Self {
        let key = key_hash(&checkpoint.origin, public);
        Self { checkpoint, key, signature }
    }

    /// The whole note.
    pub fn text(&self) -> String {
        let signature = STANDARD.encode([&self.key, self.signature.as_slice()].concat());
        format!("{}\n\u{2014} {} {signature}\n", self.checkpoint.text(), self.checkpoint.origin)
    }

    /// Reads a note with one signature, which is not checked by that.
    pub fn parse(text: &str) -> Option<Self> {
        let (body, signature) = text.split_once("\n\n")?;
        let checkpoint = Checkpoint::parse(&format!("{body}\n"))?;
        let line = signature.strip_prefix("\u{2014} ")?.strip_suffix('\n')?;
        let signature = line.strip_prefix(checkpoint.origin.as_str())?.strip_prefix(' ')?;
        let signature = STANDARD.decode(signature).ok()?;
        let (key, signature) = signature.split_first_chunk::<4>()?;
        Some(Self { checkpoint, key: *key, signature: signature.to_vec() })
    }

    /// Whether one of these keys signed it.
    pub fn is_signed_by(&self, keys: &[VerifierKey]) -> bool {
        let text = self.checkpoint.text();
        keys.iter()
            .filter(|key| key.name == self.checkpoint.origin && key.hash() == self.key)
            .map(|key| UnparsedPublicKey::new(&ED25519, key.public))
            .any(|key| key.verify(text.as_bytes(), &self.signature).is_ok())
    }
}

/// A key that checks notes, as text `name+hash+key`: what an auditor is given once, and keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    public: [u8; 32],
}

impl VerifierKey {
    /// A key of a log. `None` when it is not 32 bytes.
    pub fn new(origin: &str, public: &[u8]) -> Option<Self> {
        Some(Self { name: origin.to_owned(), public: public.try_into().ok()? })
    }

    /// Which log it checks.
    pub fn origin(&self) -> &str {
        &self.name
    }

    fn hash(&self) -> KeyHash {
        key_hash(&self.name, &self.public)
    }

    /// The text form.
    pub fn text(&self) -> String {
        let key = STANDARD.encode([&[ED25519_NOTE], self.public.as_slice()].concat());
        format!("{}+{}+{key}", self.name, crate::hex(&self.hash()))
    }

    /// Reads the text form.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().splitn(3, '+');
        let (name, hash, key) = (parts.next()?, parts.next()?, parts.next()?);
        let key = STANDARD.decode(key).ok()?;
        let (kind, public) = key.split_first()?;
        let read = Self::new(name, public)?;
        let right = *kind == ED25519_NOTE && hash == crate::hex(&read.hash()) && !name.is_empty();
        right.then_some(read)
    }
}

fn key_hash(name: &str, public: &[u8]) -> KeyHash {
    let digest: Hash = Sha256::new()
        .chain_update(name)
        .chain_update([b'\n', ED25519_NOTE])
        .chain_update(public)
        .finalize()
        .into();
    let (first, _) = digest.split_first_chunk().unwrap_or((&[0; 4], &[]));
    *first
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};

    use super::*;

    fn signed(origin: &str, seed: u8) -> (Note, VerifierKey) {
        let checkpoint = Checkpoint {
            origin: origin.to_owned(),
            size: 1234,
            root: [7; 32],
            at: Moment::from_micros(1_764_446_400_123_456),
        };
        let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
        let public = pair.public_key().as_ref();
        let signature = pair.sign(checkpoint.text().as_bytes()).as_ref().to_vec();
        let key = VerifierKey::new(origin, public).unwrap();
        (Note::new(checkpoint, public, signature), key)
    }

    #[test]
    fn a_note_is_read_as_written_and_checked() {
        let (note, key) = signed("okto/audit/1", 1);
        let text = note.text();
        assert!(text.starts_with("okto/audit/1\n1234\nBwcH"), "{text}");
        let read = Note::parse(&text).unwrap();
        assert_eq!(read, note);
        assert!(read.is_signed_by(std::slice::from_ref(&key)));
        let (_, other) = signed("okto/audit/1", 2);
        assert!(!read.is_signed_by(std::slice::from_ref(&other)));
        assert!(read.is_signed_by(&[other, key.clone()]));
        assert!(!read.is_signed_by(&[signed("okto/audit/2", 1).1]), "a key signs for one log");
        let forged = Note::parse(&text.replace("1234\n", "1235\n")).unwrap();
        assert!(!forged.is_signed_by(&[key]));
    }

    #[test]
    fn only_the_exact_form_is_read() {
        let text = signed("okto/audit/1", 1).0.text();
        for bad in [
            String::new(),
            text.replace("1234", "01234"),
            text.replace("time ", "time  "),
            text.replace("\n\n", "\nmore\n\n"),
            text.replace('\u{2014}', "-"),
            text.trim_end().to_owned(),
            format!("{text}\u{2014} other AAAAAAAA\n"),
        ] {
            assert_eq!(Note::parse(&bad), None, "{bad}");
        }
    }

    // The example in the documentation of golang.org/x/mod/sumdb/note, where the form comes from: a
    // key and a signature that others made.
    #[test]
    fn the_key_and_signature_of_another_implementation_are_read() {
        let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let key = VerifierKey::parse(text).unwrap();
        assert_eq!((key.origin(), key.text().as_str()), ("PeterNeumann", text));
        let message = "If you think cryptography is the answer to your problem,\n\
                       then you don't know what your problem is.\n";
        let signature = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng\
                         otpRZb6KE6RyyBwJnAM=";
        let signature = STANDARD.decode(signature).unwrap();
        assert_eq!(signature[..4], key.hash());
        let public = UnparsedPublicKey::new(&ED25519, key.public);
        public.verify(message.as_bytes(), &signature[4..]).unwrap();
        assert_eq!(VerifierKey::parse(&text.replace("c74f", "c74e")), None);
        assert_eq!(VerifierKey::parse("PeterNeumann+c74f20a3"), None);
    }
}

use kernel::{Entropy, Error, Result};

/// The first byte of a wrapped key, so that another form can follow.
const VERSION: u8 = 1;
/// The nonce of AES-GCM. Drawn at random it may not serve for many texts under one key (2^32); keys
/// are wrapped a few times a year.
pub const NONCE_BYTES: usize = 12;
/// The tag of AES-GCM.
const TAG_BYTES: usize = 16;
const KEY_BYTES: usize = 32;

/// A key wrapped under a key-encryption key: a version, the number of that key, a nonce, and the
/// ciphertext with its tag.
pub struct Wrapped {
    pub number: u32,
    pub nonce: [u8; NONCE_BYTES],
    pub ciphertext: Vec<u8>,
}

impl Wrapped {
    pub fn nonce() -> [u8; NONCE_BYTES] {
        Entropy.bytes()
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        [&[VERSION], self.number.to_be_bytes().as_slice(), &self.nonce, &self.ciphertext].concat()
    }

    pub fn parse(bytes: &[u8]) -> Result<Self> {
        Self::read(bytes).ok_or(Error::invariant("reading a wrapped key: it is not one"))
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (version, rest) = bytes.split_first()?;
        let (number, rest) = rest.split_first_chunk::<4>()?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_BYTES>()?;
        (*version == VERSION && ciphertext.len() == KEY_BYTES + TAG_BYTES).then(|| Self {
            number: u32::from_be_bytes(*number),
            nonce: *nonce,
            ciphertext: ciphertext.to_vec(),
        })
    }
}

/// What is authenticated with a wrapped key: what it is, and which key wrapped it.
pub fn context(label: &str, number: u32) -> Vec<u8> {
    [b"okto/wrapped/1/".as_slice(), &number.to_be_bytes(), label.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_key_is_read_as_written() {
        let nonce = Wrapped::nonce();
        let wrapped = Wrapped { number: 7, nonce, ciphertext: vec![9; 48] };
        let read = Wrapped::parse(&wrapped.to_bytes()).unwrap();
        assert_eq!((read.number, read.nonce, read.ciphertext), (7, nonce, vec![9; 48]));
        for bad in [&[][..], &[1; 20], &[2; 65], &[1; 66]] {
            assert!(Wrapped::parse(bad).is_err());
        }
    }
}

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::{Entropy, KeyRing, KeyUse, Secret};

/// The nonce of `XChaCha20` (draft-irtf-cfrg-xchacha, 2.3): long enough to be drawn at random for
/// every text under one key.
const NONCE_BYTES: usize = 24;
/// Longest text that is looked at. Whatever the bank seals travels in a cookie or in an address,
/// and neither may be that long.
const MAX_SEALED_BYTES: usize = 8_192;

/// Sealing (XChaCha20-Poly1305): whoever holds a sealed text can neither read nor change it.
impl KeyRing {
    /// Seals `plain` under the key of a use: the nonce and the ciphertext with its tag, in
    /// base64url without padding. `context` is bound and not carried: whoever unseals has to know
    /// it. The text is 40 bytes longer than `plain`, and a third more for the base64.
    ///
    /// # Panics
    /// When `plain` is longer than the cipher takes, which is 256 GiB.
    pub fn seal(&self, purpose: KeyUse, context: &[u8], plain: &[u8]) -> String {
        let nonce: [u8; NONCE_BYTES] = Entropy.bytes();
        let sealed = self.sealed_with(purpose, nonce, Payload { msg: plain, aad: context });
        assert!(sealed.is_some(), "what cannot be sealed must not be sent in clear");
        URL_SAFE_NO_PAD.encode(sealed.unwrap_or_default())
    }

    /// What was sealed for this use with this context. `None` for anything else, and for a text of
    /// more than 8,192 bytes, which is not looked at.
    pub fn unseal(&self, purpose: KeyUse, context: &[u8], text: &str) -> Option<Secret<Vec<u8>>> {
        if text.len() > MAX_SEALED_BYTES {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload { msg: ciphertext, aad: context };
        let plain = self.cipher(purpose).decrypt(&XNonce::from(*nonce), payload).ok()?;
        Some(Secret::new(plain))
    }

    fn sealed_with(
        &self,
        purpose: KeyUse,
        nonce: [u8; NONCE_BYTES],
        payload: Payload<'_, '_>,
    ) -> Option<Vec<u8>> {
        let ciphertext = self.cipher(purpose).encrypt(&XNonce::from(nonce), payload).ok()?;
        Some([nonce.as_slice(), &ciphertext].concat())
    }

    fn cipher(&self, purpose: KeyUse) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.key(purpose).expose().into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ring() -> KeyRing {
        KeyRing::new(Secret::new([7; 32]))
    }

    fn unsealed(text: &str) -> Option<Vec<u8>> {
        ring().unseal(KeyUse::Cookie, b"context", text).map(|plain| plain.expose().clone())
    }

    fn bytes(hex: &str) -> Vec<u8> {
        let digits: Vec<char> = hex.chars().filter(char::is_ascii_hexdigit).collect();
        let byte = |pair: &[char]| u8::from_str_radix(&String::from_iter(pair), 16).unwrap();
        digits.chunks(2).map(byte).collect()
    }

    /// Appendix A.3.1 of draft-irtf-cfrg-xchacha-03.
    #[test]
    fn the_cipher_is_the_one_of_the_draft() {
        let key = bytes("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
        let nonce = bytes("404142434445464748494a4b4c4d4e4f5051525354555657");
        let aad = bytes("50515253c0c1c2c3c4c5c6c7");
        let plain = "Ladies and Gentlemen of the class of '99: If I could offer you only one tip \
                     for the future, sunscreen would be it.";
        let expected = bytes(
            "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb
             731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452
             2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9
             21f9664c97637da9768812f615c68b13b52e
             c0875924c1c7987947deafd8780acf49",
        );
        let cipher = XChaCha20Poly1305::new_from_slice(&key).unwrap();
        let nonce = XNonce::try_from(nonce.as_slice()).unwrap();
        let payload = Payload { msg: plain.as_bytes(), aad: &aad };
        assert_eq!(cipher.encrypt(&nonce, payload).unwrap(), expected);
    }

    #[test]
    fn uses_contexts_and_rings_are_kept_apart() {
        let text = ring().seal(KeyUse::Cookie, b"context", b"plain");
        assert_eq!(unsealed(&text).as_deref(), Some(b"plain".as_slice()));
        for other in [KeyUse::Csrf, KeyUse::Form, KeyUse::Quote] {
            assert!(ring().unseal(other, b"context", &text).is_none());
        }
        assert!(ring().unseal(KeyUse::Cookie, b"contexts", &text).is_none());
        assert!(ring().unseal(KeyUse::Cookie, b"", &text).is_none());
        let other = KeyRing::new(Secret::new([8; 32]));
        assert!(other.unseal(KeyUse::Cookie, b"context", &text).is_none());
    }

    #[test]
    fn nothing_of_the_plain_text_shows_and_no_two_are_alike() {
        let plain = [b'a'; 300];
        let one = ring().seal(KeyUse::Cookie, b"", &plain);
        assert_ne!(one, ring().seal(KeyUse::Cookie, b"", &plain));
        let sealed = URL_SAFE_NO_PAD.decode(&one).unwrap();
        assert_eq!(sealed.len(), 340);
        assert!(!sealed.windows(4).any(|w| w == b"aaaa"));
    }

    #[test]
    fn every_cut_text_is_noticed() {
        let text = ring().seal(KeyUse::Cookie, b"context", b"");
        assert_eq!(unsealed(&text).as_deref(), Some(b"".as_slice()));
        for end in 0..text.len() {
            assert!(unsealed(&text[..end]).is_none(), "{end}");
        }
        for longer in [format!("{text}A"), format!("{text}="), format!(" {text}")] {
            assert!(unsealed(&longer).is_none(), "{longer}");
        }
    }

    #[test]
    fn what_is_too_long_is_not_looked_at() {
        // 6,104 bytes with the nonce and the tag are the most that fit: 8,192 and a bit in base64.
        let longest = ring().seal(KeyUse::Cookie, b"context", &[7; 6_104]);
        assert_eq!(longest.len(), MAX_SEALED_BYTES);
        assert_eq!(unsealed(&longest), Some(vec![7; 6_104]));
        let longer = ring().seal(KeyUse::Cookie, b"context", &[7; 6_105]);
        assert_eq!(longer.len(), MAX_SEALED_BYTES + 2);
        assert_eq!(unsealed(&longer), None);
    }

    proptest! {
        #[test]
        fn what_was_sealed_comes_back(plain in prop::collection::vec(any::<u8>(), 0..200)) {
            let text = ring().seal(KeyUse::Cookie, b"context", &plain);
            prop_assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
            prop_assert_eq!(unsealed(&text), Some(plain));
        }

        #[test]
        fn any_flipped_bit_is_noticed(place in any::<prop::sample::Index>(), bit in 0..8_u8) {
            let text = ring().seal(KeyUse::Cookie, b"context", b"some plain text");
            let mut sealed = URL_SAFE_NO_PAD.decode(&text).unwrap();
            let place = place.index(sealed.len());
            sealed[place] ^= 1 << bit;
            prop_assert!(unsealed(&URL_SAFE_NO_PAD.encode(sealed)).is_none());
        }

        #[test]
        fn whatever_comes_is_none(text in "\\PC{0,120}") {
            prop_assert!(unsealed(&text).is_none());
        }
    }
}

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::tokens::Hash;

/// A coordinate of a point on P-256.
const COORDINATE_BYTES: usize = 32;
/// The first byte of an uncompressed point (SEC 1, 2.3.3).
const UNCOMPRESSED: u8 = 4;

/// The public half of the key that an app keeps in the hardware of its telephone: a point on P-256.
/// Whoever makes one has checked a signature with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceKey {
    point: [u8; 65],
    thumbprint: Hash,
}

impl DeviceKey {
    /// Of the coordinates in a JWK. `None` when they are not 32 bytes each in base64url.
    pub fn from_coordinates(x: &str, y: &str) -> Option<Self> {
        let read = |text: &str| -> Option<[u8; COORDINATE_BYTES]> {
            URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
        };
        let mut point = [UNCOMPRESSED; 65];
        let both = [read(x)?, read(y)?].concat();
        point.iter_mut().skip(1).zip(both).for_each(|(to, from)| *to = from);
        // The members in this order without spaces are what is hashed (RFC 7638, 3.2).
        let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        Some(Self { point, thumbprint: Sha256::digest(members).into() })
    }

    /// The hash by which the key is named (RFC 7638).
    pub const fn thumbprint(&self) -> &Hash {
        &self.thumbprint
    }

    /// The uncompressed point.
    pub const fn point(&self) -> &[u8; 65] {
        &self.point
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumbprint_is_the_one_of_the_standard() {
        // The key of RFC 9449, section 4.1, and the thumbprint of it in section 6.1.
        let x = "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs";
        let y = "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA";
        let key = DeviceKey::from_coordinates(x, y).unwrap();
        let named = URL_SAFE_NO_PAD.encode(key.thumbprint());
        assert_eq!(named, "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
        assert_eq!(key.point()[0], 4);
    }

    #[test]
    fn coordinates_have_their_length() {
        let whole = "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs";
        for bad in ["", "AAAA", &whole[1..], &format!("{whole}="), &whole.replace('-', "+")] {
            assert_eq!(DeviceKey::from_coordinates(bad, whole), None, "{bad}");
            assert_eq!(DeviceKey::from_coordinates(whole, bad), None, "{bad}");
        }
    }
}

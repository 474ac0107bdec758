//! Keys: check values, and how they are put together of components that different people bring.

use zeroize::Zeroizing;

use crate::{AesKey, Fault, TdesKey};

/// The check value of a key of triple DES: what three zeros of a block become (ANSI X9.24-1).
pub fn tdes_check_value(key: &TdesKey) -> [u8; 3] {
    key.encrypt([0; 8]).first_chunk().copied().unwrap_or_default()
}

/// The check value of an AES key: the first bytes of the CMAC of a block of zeros (ANSI
/// X9.24-1:2017).
pub fn aes_check_value(key: &AesKey) -> [u8; 5] {
    key.cmac(&[0; 16]).first_chunk().copied().unwrap_or_default()
}

/// The check value of an AES key as modules showed it before CMAC: of a block of zeros encrypted.
pub fn aes_check_value_legacy(key: &AesKey) -> [u8; 3] {
    key.encrypt([0; 16]).first_chunk().copied().unwrap_or_default()
}

/// A key of its components, each of one custodian: together they give it, and fewer say nothing.
pub fn of_components(components: &[TdesKey]) -> Result<TdesKey, Fault> {
    let (first, rest) = components.split_first().ok_or(Fault::Input("no component"))?;
    let mut together = Zeroizing::new(first.bytes().to_vec());
    for component in rest {
        if component.bytes().len() != together.len() {
            return Err(Fault::KeyLength);
        }
        for (byte, other) in together.iter_mut().zip(component.bytes()) {
            *byte ^= other;
        }
    }
    Ok(TdesKey::new(&together)?.with_parity())
}

//! Codes that show that a message was not changed.

use crate::cipher::{Block, WideBlock, des, des_back};
use crate::{AesKey, TdesKey, xor};

/// How a message is made to fill blocks (ISO/IEC 9797-1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Padding {
    /// Zeros, as few as do (method 1).
    Zeros,
    /// A one and zeros, at least the one (method 2).
    OneAndZeros,
}

impl Padding {
    pub(crate) fn fill(self, data: &[u8]) -> Vec<u8> {
        let mut filled = data.to_vec();
        if self == Self::OneAndZeros {
            filled.push(0x80);
        }
        filled.resize(filled.len().max(1).next_multiple_of(8), 0);
        filled
    }
}

/// ANSI X9.19, algorithm 3 of ISO/IEC 9797-1: single DES along the message, triple DES at its end.
pub fn retail(key: &TdesKey, data: &[u8], padding: Padding) -> Block {
    let (first, second) = key.parts();
    let filled = padding.fill(data);
    let along = |last: Block, block: &Block| des(first, xor(last, block));
    let last = filled.as_chunks::<8>().0.iter().fold([0; 8], along);
    des(first, des_back(second, last))
}

/// Algorithm 1 of ISO/IEC 9797-1 with triple DES.
pub fn chained(key: &TdesKey, data: &[u8], padding: Padding) -> Block {
    let filled = padding.fill(data);
    let along = |last: Block, block: &Block| key.encrypt(xor(last, block));
    filled.as_chunks::<8>().0.iter().fold([0; 8], along)
}

/// CMAC with AES (NIST SP 800-38B).
pub fn cmac_aes(key: &AesKey, data: &[u8]) -> WideBlock {
    key.cmac(data)
}

/// CMAC with triple DES.
pub fn cmac_tdes(key: &TdesKey, data: &[u8]) -> Block {
    key.cmac(data)
}

//! The two block ciphers of card keys.

use std::fmt;

use aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256};
use cmac::{Cmac, Mac};
use des::{Des, TdesEde2, TdesEde3};
use zeroize::Zeroizing;

use crate::{Fault, xor};

/// A key of triple DES, of two or three parts.
#[derive(Clone)]
pub struct TdesKey(Zeroizing<Vec<u8>>);

/// A key of AES.
#[derive(Clone)]
pub struct AesKey(Zeroizing<Vec<u8>>);

/// A block of DES.
pub type Block = [u8; 8];
/// A block of AES.
pub type WideBlock = [u8; 16];

impl fmt::Debug for TdesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TdesKey(***)")
    }
}

impl fmt::Debug for AesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AesKey(***)")
    }
}

impl TdesKey {
    /// A key of 16 or 24 bytes.
    pub fn new(bytes: &[u8]) -> Result<Self, Fault> {
        match bytes.len() {
            16 | 24 => Ok(Self(Zeroizing::new(bytes.to_vec()))),
            _ => Err(Fault::KeyLength),
        }
    }

    /// The same key with an odd number of ones in every byte, as DES counts them.
    #[must_use]
    pub fn with_parity(&self) -> Self {
        let odd = |byte: &u8| if byte.count_ones().is_multiple_of(2) { byte ^ 1 } else { *byte };
        Self(Zeroizing::new(self.0.iter().map(odd).collect()))
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Its first and second part, each a key of DES.
    pub(crate) fn parts(&self) -> (Block, Block) {
        let part = |from: usize| {
            let part = self.0.get(from..).and_then(<[u8]>::first_chunk);
            part.copied().unwrap_or_default()
        };
        (part(0), part(8))
    }

    pub(crate) fn encrypt(&self, block: Block) -> Block {
        let mut block = Array::from(block);
        match <&[u8; 24]>::try_from(self.0.as_slice()) {
            Ok(key) => TdesEde3::new(&Array::from(*key)).encrypt_block(&mut block),
            Err(_) => TdesEde2::new(&Array::from(self.double())).encrypt_block(&mut block),
        }
        block.into()
    }

    pub(crate) fn decrypt(&self, block: Block) -> Block {
        let mut block = Array::from(block);
        match <&[u8; 24]>::try_from(self.0.as_slice()) {
            Ok(key) => TdesEde3::new(&Array::from(*key)).decrypt_block(&mut block),
            Err(_) => TdesEde2::new(&Array::from(self.double())).decrypt_block(&mut block),
        }
        block.into()
    }

    fn double(&self) -> [u8; 16] {
        self.0.first_chunk().copied().unwrap_or_default()
    }

    /// Encrypts blocks chained; what does not fill a block is left out.
    pub(crate) fn encrypt_chained(&self, mut last: Block, data: &[u8]) -> Vec<u8> {
        let mut written = Vec::with_capacity(data.len());
        for block in data.as_chunks::<8>().0 {
            last = self.encrypt(xor(last, block));
            written.extend_from_slice(&last);
        }
        written
    }

    pub(crate) fn decrypt_chained(&self, mut last: Block, data: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut read = Zeroizing::new(Vec::with_capacity(data.len()));
        for block in data.as_chunks::<8>().0 {
            read.extend_from_slice(&xor(self.decrypt(*block), &last));
            last = *block;
        }
        read
    }

    pub(crate) fn cmac(&self, data: &[u8]) -> Block {
        match self.0.len() {
            24 => authenticated::<Cmac<TdesEde3>, 8>(&self.0, data),
            _ => authenticated::<Cmac<TdesEde2>, 8>(&self.0, data),
        }
    }
}

/// The code of data by a key, whose length was looked at when it was made.
fn authenticated<M: Mac + KeyInit, const N: usize>(key: &[u8], data: &[u8]) -> [u8; N] {
    let code = <M as KeyInit>::new_from_slice(key).map(|mac| mac.chain_update(data).finalize());
    let code = code.map(|code| code.into_bytes().first_chunk().copied());
    code.ok().flatten().unwrap_or([0; N])
}

/// One block by a key of single DES, which is good for nothing but as a step of other algorithms.
pub(crate) fn des(key: Block, block: Block) -> Block {
    let mut block = Array::from(block);
    Des::new(&Array::from(key)).encrypt_block(&mut block);
    block.into()
}

pub(crate) fn des_back(key: Block, block: Block) -> Block {
    let mut block = Array::from(block);
    Des::new(&Array::from(key)).decrypt_block(&mut block);
    block.into()
}

impl AesKey {
    /// A key of 16, 24 or 32 bytes.
    pub fn new(bytes: &[u8]) -> Result<Self, Fault> {
        match bytes.len() {
            16 | 24 | 32 => Ok(Self(Zeroizing::new(bytes.to_vec()))),
            _ => Err(Fault::KeyLength),
        }
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn encrypt(&self, block: WideBlock) -> WideBlock {
        let (mut block, key) = (Array::from(block), self.0.as_slice());
        if let Ok(key) = <&[u8; 16]>::try_from(key) {
            Aes128::new(&Array::from(*key)).encrypt_block(&mut block);
        } else if let Ok(key) = <&[u8; 24]>::try_from(key) {
            Aes192::new(&Array::from(*key)).encrypt_block(&mut block);
        } else if let Ok(key) = <&[u8; 32]>::try_from(key) {
            Aes256::new(&Array::from(*key)).encrypt_block(&mut block);
        }
        block.into()
    }

    pub(crate) fn decrypt(&self, block: WideBlock) -> WideBlock {
        let (mut block, key) = (Array::from(block), self.0.as_slice());
        if let Ok(key) = <&[u8; 16]>::try_from(key) {
            Aes128::new(&Array::from(*key)).decrypt_block(&mut block);
        } else if let Ok(key) = <&[u8; 24]>::try_from(key) {
            Aes192::new(&Array::from(*key)).decrypt_block(&mut block);
        } else if let Ok(key) = <&[u8; 32]>::try_from(key) {
            Aes256::new(&Array::from(*key)).decrypt_block(&mut block);
        }
        block.into()
    }

    pub(crate) fn encrypt_chained(&self, mut last: WideBlock, data: &[u8]) -> Vec<u8> {
        let mut written = Vec::with_capacity(data.len());
        for block in data.as_chunks::<16>().0 {
            last = self.encrypt(xor(last, block));
            written.extend_from_slice(&last);
        }
        written
    }

    pub(crate) fn decrypt_chained(&self, mut last: WideBlock, data: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut read = Zeroizing::new(Vec::with_capacity(data.len()));
        for block in data.as_chunks::<16>().0 {
            read.extend_from_slice(&xor(self.decrypt(*block), &last));
            last = *block;
        }
        read
    }

    pub(crate) fn cmac(&self, data: &[u8]) -> WideBlock {
        match self.0.len() {
            24 => authenticated::<Cmac<Aes192>, 16>(&self.0, data),
            32 => authenticated::<Cmac<Aes256>, 16>(&self.0, data),
            _ => authenticated::<Cmac<Aes128>, 16>(&self.0, data),
        }
    }
}

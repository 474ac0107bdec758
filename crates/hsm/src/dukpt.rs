//! Keys that a terminal derives for one transaction each (ANSI X9.24, DUKPT), as the acquirer
//! derives them again from the number that came with it.

use crate::cipher::{Block, des};
use crate::{AesKey, Fault, TdesKey, xor};

/// What a transaction of triple DES sends along: which terminal, and how many keys it used before.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Serial(pub [u8; 10]);

/// What counts transactions in a serial number: its last 21 bits.
const COUNTER: u32 = (1 << 21) - 1;
/// What makes the other half of a key out of the base key.
const VARIANT: [u8; 4] = [0xc0, 0xc0, 0xc0, 0xc0];

impl Serial {
    /// The serial number without the counter, as far as it goes into keys.
    fn terminal(self) -> Block {
        let mut terminal: Block = self.0.first_chunk().copied().unwrap_or_default();
        if let Some(last) = terminal.last_mut() {
            *last &= 0xe0;
        }
        terminal
    }

    fn counter(self) -> u32 {
        let [.., a, b, c] = self.0;
        u32::from_be_bytes([0, a, b, c]) & COUNTER
    }
}

fn masked(key: &TdesKey) -> Result<TdesKey, Fault> {
    let mut bytes = key.bytes().to_vec();
    for half in bytes.chunks_mut(8) {
        for (byte, mask) in half.iter_mut().zip(VARIANT) {
            *byte ^= mask;
        }
    }
    TdesKey::new(&bytes)
}

/// The first key of a terminal out of the base derivation key.
pub fn initial_key(base: &TdesKey, serial: Serial) -> Result<TdesKey, Fault> {
    let of = serial.terminal();
    TdesKey::new(&[base.encrypt(of), masked(base)?.encrypt(of)].concat())
}

/// A key out of another and the counter so far.
fn next(key: &TdesKey, register: Block) -> Result<TdesKey, Fault> {
    let half = |key: &TdesKey| {
        let (left, right) = key.parts();
        xor(des(left, xor(register, &right)), &right)
    };
    TdesKey::new(&[half(&masked(key)?), half(key)].concat())
}

/// The key of one transaction out of the terminal's first one.
pub fn transaction_key(initial: &TdesKey, serial: Serial) -> Result<TdesKey, Fault> {
    let last: Block = serial.0.last_chunk().copied().unwrap_or_default();
    let mut register = u64::from_be_bytes(last) & !u64::from(COUNTER);
    let (mut key, counter) = (initial.clone(), serial.counter());
    for bit in (0..21).rev().map(|place| 1_u32 << place).filter(|bit| counter & bit != 0) {
        register |= u64::from(bit);
        key = next(&key, register.to_be_bytes())?;
    }
    Ok(key)
}

/// What a key of a transaction is used for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Use {
    /// PIN blocks.
    Pin,
    /// Codes of requests.
    MacRequest,
    /// Codes of answers.
    MacResponse,
    /// Data of requests.
    DataRequest,
}

/// The key for one use.
pub fn key_for(key: &TdesKey, used: Use) -> Result<TdesKey, Fault> {
    let variant: Block = match used {
        Use::Pin => [0, 0, 0, 0, 0, 0, 0, 0xff],
        Use::MacRequest => [0, 0, 0, 0, 0, 0, 0xff, 0],
        Use::MacResponse => [0, 0, 0, 0, 0xff, 0, 0, 0],
        Use::DataRequest => [0, 0, 0, 0, 0, 0xff, 0, 0],
    };
    let (left, right) = key.parts();
    let varied = [xor(left, &variant), xor(right, &variant)];
    let made = TdesKey::new(&varied.concat())?;
    if used != Use::DataRequest {
        return Ok(made);
    }
    // Data keys are encrypted once more, each half by the whole.
    TdesKey::new(&varied.map(|half| made.encrypt(half)).concat())
}

/// DUKPT with AES (ANSI X9.24-3), for keys of 128 bits.
pub mod aes {
    use super::{AesKey, Fault};

    /// What a transaction sends along: which terminal, and how many keys it used before.
    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    pub struct Serial(pub [u8; 12]);

    /// What a derived key is used for: the numbers of table 1 of the standard.
    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    pub enum Use {
        /// PIN blocks.
        Pin,
        /// Codes of messages.
        Mac,
        /// Data that is encrypted.
        Data,
    }

    const DERIVATION: u16 = 0x8000;
    const INITIAL: u16 = 0x8001;

    /// What is encrypted to get a key: version, block, use, algorithm (AES of 128 bits), bits, and
    /// whose it is.
    fn derived(key: &AesKey, used: u16, of: [u8; 8]) -> Result<AesKey, Fault> {
        let data = [&[1, 1][..], &used.to_be_bytes(), &[0, 2, 0, 0x80], &of].concat();
        let data = data.try_into().map_err(|_| Fault::Input("derivation data"))?;
        AesKey::new(&key.encrypt(data))
    }

    impl Serial {
        fn terminal(self) -> [u8; 8] {
            self.0.first_chunk().copied().unwrap_or_default()
        }

        fn counter(self) -> u32 {
            self.0.last_chunk().map(|bytes| u32::from_be_bytes(*bytes)).unwrap_or_default()
        }

        /// The end of the terminal's name and a counter.
        fn at(self, counter: u32) -> [u8; 8] {
            let terminal = u64::from_be_bytes(self.terminal());
            (terminal << 32 | u64::from(counter)).to_be_bytes()
        }
    }

    /// The first key of a terminal out of the base derivation key.
    pub fn initial_key(base: &AesKey, serial: Serial) -> Result<AesKey, Fault> {
        derived(base, INITIAL, serial.terminal())
    }

    /// The key from which those of one transaction are derived, out of the terminal's first one.
    pub fn transaction_key(initial: &AesKey, serial: Serial) -> Result<AesKey, Fault> {
        let (mut key, mut so_far, counter) = (initial.clone(), 0, serial.counter());
        for bit in (0..u32::BITS).rev().map(|place| 1_u32 << place) {
            if counter & bit != 0 {
                so_far |= bit;
                key = derived(&key, DERIVATION, serial.at(so_far))?;
            }
        }
        Ok(key)
    }

    /// The key for one use in a transaction.
    pub fn key_for(key: &AesKey, serial: Serial, used: Use) -> Result<AesKey, Fault> {
        let number = match used {
            Use::Pin => 0x1000,
            Use::Mac => 0x2000,
            Use::Data => 0x3000,
        };
        derived(key, number, serial.at(serial.counter()))
    }
}

//! Key blocks of TR-31 (ASC X9.143): a key on its way between modules, with what it may be used
//! for, so that neither can be changed without the other. Versions B (triple DES) and D (AES).

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{AesKey, Fault, TdesKey};

/// How many characters of a block say what it is.
const HEADER: usize = 16;
/// How many bytes the longest keys have.
const LONGEST_TDES: usize = 24;
const LONGEST_AES: usize = 32;
/// The longest block that is read.
const MAX_CHARACTERS: usize = 9_992;

/// What protects a block.
#[derive(Clone, Debug)]
pub enum Protection {
    /// Version B.
    Tdes(TdesKey),
    /// Version D.
    Aes(AesKey),
}

/// A key and what its block says of it.
#[derive(Clone)]
pub struct Opened {
    /// What it may be used for: `P0` PIN blocks, `C0` verification values, `E0` cryptograms...
    pub usage: [u8; 2],
    /// Of which algorithm: `T` triple DES, `A` AES.
    pub algorithm: u8,
    /// What may be done with it: `E` encrypt, `C` make and verify codes, `X` derive...
    pub mode: u8,
    /// Whether it may leave again: `N` never, `E` in a trusted block, `S` as is seen fit.
    pub exportability: u8,
    /// The key.
    pub key: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened").field("usage", &self.usage).finish_non_exhaustive()
    }
}

/// The two keys that one that protects blocks gives: to encrypt, and to authenticate.
enum Derived {
    Tdes(TdesKey, TdesKey),
    Aes(AesKey, AesKey),
}

impl Derived {
    /// The code of a block. What is encrypted is chained behind it.
    fn code(&self, header: &str, clear: &[u8]) -> Vec<u8> {
        let covered = Zeroizing::new([header.as_bytes(), clear].concat());
        match self {
            Self::Tdes(_, authenticates) => authenticates.cmac(&covered).to_vec(),
            Self::Aes(_, authenticates) => authenticates.cmac(&covered).to_vec(),
        }
    }

    fn encrypt(&self, code: &[u8], clear: &[u8]) -> Result<Vec<u8>, Fault> {
        Ok(match self {
            Self::Tdes(encrypts, _) => encrypts.encrypt_chained(start(code)?, clear),
            Self::Aes(encrypts, _) => encrypts.encrypt_chained(start(code)?, clear),
        })
    }

    fn decrypt(&self, code: &[u8], encrypted: &[u8]) -> Result<Zeroizing<Vec<u8>>, Fault> {
        Ok(match self {
            Self::Tdes(encrypts, _) => encrypts.decrypt_chained(start(code)?, encrypted),
            Self::Aes(encrypts, _) => encrypts.decrypt_chained(start(code)?, encrypted),
        })
    }
}

fn start<const N: usize>(code: &[u8]) -> Result<[u8; N], Fault> {
    code.try_into().map_err(|_| Fault::DoesNotOpen)
}

const ENCRYPTS: [u8; 2] = [0, 0];
const AUTHENTICATES: [u8; 2] = [0, 1];

impl Protection {
    fn version(&self) -> u8 {
        match self {
            Self::Tdes(_) => b'B',
            Self::Aes(_) => b'D',
        }
    }

    /// How many bytes its blocks and its codes have.
    fn width(&self) -> usize {
        match self {
            Self::Tdes(_) => 8,
            Self::Aes(_) => 16,
        }
    }

    fn derived(&self) -> Result<Derived, Fault> {
        let input = |round: u8, used: [u8; 2], algorithm: u8, bits: [u8; 2]| {
            let ([a, b], [c, d]) = (used, bits);
            [round, a, b, 0, 0, algorithm, c, d]
        };
        match self {
            Self::Tdes(key) => {
                let (algorithm, bits) =
                    if key.bytes().len() == 16 { (0, [0, 0x80]) } else { (1, [0, 0xc0]) };
                let of = |used| {
                    let rounds = 1..=u8::try_from(key.bytes().len() / 8).unwrap_or_default();
                    let bytes: Zeroizing<Vec<u8>> = Zeroizing::new(
                        rounds.flat_map(|n| key.cmac(&input(n, used, algorithm, bits))).collect(),
                    );
                    TdesKey::new(&bytes)
                };
                Ok(Derived::Tdes(of(ENCRYPTS)?, of(AUTHENTICATES)?))
            }
            Self::Aes(key) => {
                let (algorithm, bits) = match key.bytes().len() {
                    16 => (2, [0, 0x80]),
                    24 => (3, [0, 0xc0]),
                    _ => (4, [1, 0]),
                };
                let of = |used| {
                    let length = key.bytes().len();
                    let rounds = 1..=u8::try_from(length.div_ceil(16)).unwrap_or_default();
                    let mut bytes: Zeroizing<Vec<u8>> = Zeroizing::new(
                        rounds.flat_map(|n| key.cmac(&input(n, used, algorithm, bits))).collect(),
                    );
                    bytes.truncate(length);
                    AesKey::new(&bytes)
                };
                Ok(Derived::Aes(of(ENCRYPTS)?, of(AUTHENTICATES)?))
            }
        }
    }

    /// Opens a block.
    pub fn open(&self, block: &str) -> Result<Opened, Fault> {
        let bytes = block.as_bytes();
        let announced = block.get(1..5).and_then(|length| length.parse::<usize>().ok());
        if announced != Some(bytes.len()) || bytes.len() > MAX_CHARACTERS {
            return Err(Fault::Input("the length of a key block"));
        }
        let [version, _, _, _, _, u, v, algorithm, mode, _, _, exportability, o, p, _, _, ..] =
            bytes
        else {
            return Err(Fault::Input("the header of a key block"));
        };
        if *version != self.version() {
            return Err(Fault::Input("the version of a key block"));
        }
        if [*o, *p] != *b"00" {
            return Err(Fault::Input("optional blocks, which none of ours has"));
        }
        let (header, rest) = block.split_at_checked(HEADER).ok_or(Fault::DoesNotOpen)?;
        let rest = unhex(rest)?;
        let cut = rest.len().checked_sub(self.width()).ok_or(Fault::DoesNotOpen)?;
        let (encrypted, code) = rest.split_at_checked(cut).ok_or(Fault::DoesNotOpen)?;
        if encrypted.is_empty() || encrypted.len() % self.width() != 0 {
            return Err(Fault::Input("the length of a key block"));
        }
        let keys = self.derived()?;
        let clear = keys.decrypt(code, encrypted)?;
        let expected = keys.code(header, &clear);
        if !bool::from(expected.ct_eq(code)) {
            return Err(Fault::DoesNotOpen);
        }
        let (bits, rest) = clear.split_first_chunk::<2>().ok_or(Fault::DoesNotOpen)?;
        let bits = usize::from(u16::from_be_bytes(*bits));
        let key = rest.get(..bits / 8).filter(|_| bits % 8 == 0).ok_or(Fault::DoesNotOpen)?;
        Ok(Opened {
            usage: [*u, *v],
            algorithm: *algorithm,
            mode: *mode,
            exportability: *exportability,
            key: Zeroizing::new(key.to_vec()),
        })
    }

    /// Closes a key into a block. `random` fills it, so that it does not tell how long the key is:
    /// 32 bytes do.
    pub fn close(&self, of: &Opened, random: &[u8]) -> Result<String, Fault> {
        let bits = u16::try_from(of.key.len().saturating_mul(8)).map_err(|_| Fault::KeyLength)?;
        let mut clear = Zeroizing::new(bits.to_be_bytes().to_vec());
        clear.extend_from_slice(&of.key);
        // As if the key were the longest of its algorithm.
        let room = if of.algorithm == b'T' { LONGEST_TDES } else { LONGEST_AES };
        let room = room.max(of.key.len()).saturating_add(bits.to_be_bytes().len());
        let missing = room.next_multiple_of(self.width()).saturating_sub(clear.len());
        clear.extend_from_slice(random.get(..missing).ok_or(Fault::Input("too little to fill"))?);
        let length = clear.len().saturating_add(self.width()).saturating_mul(2);
        let length = length.saturating_add(HEADER);
        if length > MAX_CHARACTERS {
            return Err(Fault::KeyLength);
        }
        let text = |bytes: &[u8]| bytes.iter().map(|byte| char::from(*byte)).collect::<String>();
        let header = format!(
            "{}{length:04}{}{}{}00{}0000",
            char::from(self.version()),
            text(&of.usage),
            char::from(of.algorithm),
            char::from(of.mode),
            char::from(of.exportability),
        );
        let keys = self.derived()?;
        let code = keys.code(&header, &clear);
        let encrypted = keys.encrypt(&code, &clear)?;
        Ok(header + &hex(&encrypted) + &hex(&code))
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(half.into(), 16).map(|c| c.to_ascii_uppercase());
    crate::halves(bytes).filter_map(digit).collect()
}

fn unhex(text: &str) -> Result<Vec<u8>, Fault> {
    let half = |c: char| c.to_digit(16).and_then(|half| u8::try_from(half).ok());
    let halves: Option<Vec<u8>> = text.chars().map(half).collect();
    let halves = halves.filter(|halves| halves.len() % 2 == 0);
    Ok(crate::packed(&halves.ok_or(Fault::Input("hexadecimal digits"))?))
}

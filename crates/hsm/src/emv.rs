//! Cryptograms of chips (EMV Book 2), as an issuer checks and answers them: VISA's versions 10, 18
//! and 22.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use subtle::ConstantTimeEq;

use crate::cipher::Block;
use crate::mac::{Padding, retail};
use crate::pin::Pin;
use crate::{Fault, TdesKey, decimalised, digits, packed, xor};

/// The most digits that the first way of deriving a card's key takes.
const SHORT_PAN: usize = 16;

/// The key of one card out of the issuer's (options A and B of annex A1.4: B where the PAN is
/// longer than 16 digits). `sequence` is the card's number among those of its PAN.
pub fn card_key(issuer: &TdesKey, pan: &str, sequence: u8) -> Result<TdesKey, Fault> {
    if sequence > 99 || !(12..=19).contains(&pan.len()) {
        return Err(Fault::Input("a PAN of 12 to 19 digits, a sequence number of two"));
    }
    let numbered = digits(&format!("{pan}{sequence:02}"))?;
    let chosen = if pan.len() <= SHORT_PAN {
        let mut padded = vec![0; SHORT_PAN.saturating_sub(numbered.len())];
        padded.extend(numbered.iter().rev().take(SHORT_PAN).rev());
        padded
    } else {
        let mut even = vec![0; numbered.len() % 2];
        even.extend(numbered);
        digits(&decimalised(digest(&SHA1_FOR_LEGACY_USE_ONLY, &packed(&even)).as_ref(), SHORT_PAN))?
    };
    let left: Block = packed(&chosen).try_into().map_err(|_| Fault::Input("a card's block"))?;
    of_halves(issuer, left, xor(left, &[0xff; 8]))
}

fn of_halves(key: &TdesKey, left: Block, right: Block) -> Result<TdesKey, Fault> {
    let bytes = zeroize::Zeroizing::new([key.encrypt(left), key.encrypt(right)].concat());
    Ok(TdesKey::new(&bytes)?.with_parity())
}

/// The key of one transaction out of the card's (EMV common session key, annex A1.3), by what tells
/// transactions apart: the counter, or a cryptogram.
pub fn session_key(card: &TdesKey, of: Block) -> Result<TdesKey, Fault> {
    let [a, b, _, rest @ ..] = of;
    let with = |third: u8| {
        let mut block = [a, b, third, 0, 0, 0, 0, 0];
        if let Some(end) = block.last_chunk_mut::<5>() {
            *end = rest;
        }
        block
    };
    of_halves(card, with(0xf0), with(0x0f))
}

fn counted(counter: [u8; 2]) -> Block {
    let [a, b] = counter;
    [a, b, 0, 0, 0, 0, 0, 0]
}

/// How a card makes cryptograms: VISA's version numbers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Version {
    /// Version 10: by the card's own key.
    Ten,
    /// Version 18: by a key of each transaction; scripts as in version 10.
    Eighteen,
    /// Version 22: all by keys of each transaction.
    TwentyTwo,
}

impl Version {
    /// The version that the application data (9F10) of an issuer says.
    pub fn of_application_data(data: &[u8]) -> Option<Self> {
        // Length, key index, version; of the long form, format 2, length, version.
        match data {
            [0x1f, 0x22, ..] => Some(Self::TwentyTwo),
            [_, _, 0x0a, ..] => Some(Self::Ten),
            [_, _, 0x12, ..] => Some(Self::Eighteen),
            _ => None,
        }
    }
}

/// The data elements of a transaction that its cryptogram covers, each as the chip sent it.
#[derive(Clone, Copy, Debug)]
pub struct Transaction<'a> {
    /// 9F02: amount.
    pub amount: &'a [u8],
    /// 9F03: of it for cash.
    pub other_amount: &'a [u8],
    /// 9F1A: country of the terminal.
    pub country: &'a [u8],
    /// 95: what the terminal verified.
    pub verification: &'a [u8],
    /// 5F2A: currency.
    pub currency: &'a [u8],
    /// 9A: date.
    pub date: &'a [u8],
    /// 9C: type.
    pub kind: &'a [u8],
    /// 9F37: unpredictable number.
    pub unpredictable: &'a [u8],
    /// 82: what the card can do.
    pub profile: &'a [u8],
    /// 9F36: counter of the card's transactions.
    pub counter: [u8; 2],
    /// 9F10: the issuer's application data.
    pub application_data: &'a [u8],
}

impl Transaction<'_> {
    fn covered(&self, version: Version) -> Result<Vec<u8>, Fault> {
        let of_issuer = match version {
            // Only what the card verified: from its length on, after the length, the index and the
            // version.
            Version::Ten => {
                self.application_data.get(3..7).ok_or(Fault::Input("application data"))?
            }
            Version::Eighteen | Version::TwentyTwo => self.application_data,
        };
        Ok([
            self.amount,
            self.other_amount,
            self.country,
            self.verification,
            self.currency,
            self.date,
            self.kind,
            self.unpredictable,
            self.profile,
            &self.counter,
            of_issuer,
        ]
        .concat())
    }

    /// The key that makes its cryptograms, and how what they cover is filled.
    fn key(&self, card: &TdesKey, version: Version) -> Result<(TdesKey, Padding), Fault> {
        Ok(match version {
            Version::Ten => (card.clone(), Padding::Zeros),
            Version::Eighteen | Version::TwentyTwo => {
                (session_key(card, counted(self.counter))?, Padding::OneAndZeros)
            }
        })
    }

    /// The cryptogram that the card must have sent (ARQC).
    pub fn cryptogram(&self, card: &TdesKey, version: Version) -> Result<Block, Fault> {
        let (key, padding) = self.key(card, version)?;
        Ok(retail(&key, &self.covered(version)?, padding))
    }

    /// Whether a cryptogram is the card's, in a time that says nothing about it.
    pub fn is_by_card(
        &self,
        card: &TdesKey,
        version: Version,
        cryptogram: Block,
    ) -> Result<bool, Fault> {
        Ok(self.cryptogram(card, version)?.ct_eq(&cryptogram).into())
    }

    /// The issuer's answer to a cryptogram by method 1, with the two characters of its response.
    pub fn answer(
        &self,
        card: &TdesKey,
        version: Version,
        (cryptogram, response): (Block, [u8; 2]),
    ) -> Result<Block, Fault> {
        let (key, _) = self.key(card, version)?;
        Ok(key.encrypt(xor(cryptogram, &counted(response))))
    }

    /// The issuer's answer by method 2, with what the card is to do (card status update).
    pub fn answer_with_update(
        &self,
        card: &TdesKey,
        version: Version,
        (cryptogram, update): (Block, [u8; 4]),
    ) -> Result<[u8; 4], Fault> {
        let (key, _) = self.key(card, version)?;
        let covered = [&cryptogram[..], &update].concat();
        let code = retail(&key, &covered, Padding::OneAndZeros);
        Ok(code.first_chunk().copied().unwrap_or_default())
    }
}

/// What belongs to a command to a card: the transaction in whose answer it travels.
#[derive(Clone, Copy, Debug)]
pub struct Script {
    /// The card's version.
    pub version: Version,
    /// The counter of the card's transactions.
    pub counter: [u8; 2],
    /// The cryptogram that is answered.
    pub cryptogram: Block,
}

impl Script {
    /// The key of this script out of one of the card's.
    fn key(&self, card: &TdesKey) -> Result<TdesKey, Fault> {
        match self.version {
            Version::TwentyTwo => session_key(card, self.cryptogram),
            Version::Ten | Version::Eighteen => {
                let [a, b] = self.counter;
                let (left, right) = card.parts();
                let left = xor(left, &[0, 0, 0, 0, 0, 0, a, b]);
                let right = xor(right, &[0, 0, 0, 0, 0, 0, !a, !b]);
                Ok(TdesKey::new(&[left, right].concat())?.with_parity())
            }
        }
    }

    /// The code of a command, by the card's key for the integrity of scripts.
    pub fn code(&self, integrity: &TdesKey, header: &[u8], data: &[u8]) -> Result<Block, Fault> {
        let covered = [header, &self.counter, &self.cryptogram, data].concat();
        Ok(retail(&self.key(integrity)?, &covered, Padding::OneAndZeros))
    }

    /// The command that gives a card another PIN, by its keys for cryptograms, for the integrity
    /// and for the confidentiality of scripts.
    pub fn pin_change(
        &self,
        (cryptograms, integrity, confidentiality): (&TdesKey, &TdesKey, &TdesKey),
        pin: &Pin,
    ) -> Result<Vec<u8>, Fault> {
        const HEADER: [u8; 5] = [0x84, 0x24, 0x00, 0x02, 0x18];
        let block = match self.version {
            // Format 2 of ISO 9564-1: the key of the script is protection enough.
            Version::TwentyTwo => block_of(pin, 2)?,
            // A part of the card's own key goes over the PIN: so it opens in this card only.
            Version::Ten | Version::Eighteen => {
                let ([_, _, _, _, own @ ..], _) = cryptograms.parts();
                let mut mask: Block = [0; 8];
                mask.last_chunk_mut().into_iter().for_each(|end: &mut [u8; 4]| *end = own);
                xor(block_of(pin, 0)?, &mask)
            }
        };
        let mut clear = vec![8];
        clear.extend_from_slice(&block);
        let clear = Padding::OneAndZeros.fill(&clear);
        let key = self.key(confidentiality)?;
        let blocks = clear.as_chunks::<8>().0.iter();
        let data: Vec<u8> = blocks.flat_map(|block| key.encrypt(*block)).collect();
        let code = self.code(integrity, &HEADER, &data)?;
        Ok([&HEADER[..], &data, &code].concat())
    }
}

fn block_of(pin: &Pin, format: u8) -> Result<Block, Fault> {
    let field = pin.field(format, 16, &[0x0f]);
    field.as_slice().try_into().map_err(|_| Fault::Input("a PIN field"))
}

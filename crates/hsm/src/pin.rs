//! PINs: the blocks in which they travel, and how they are verified without being kept.

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::cipher::{Block, WideBlock};
use crate::{AesKey, Fault, TdesKey, decimalised, digits, halves, packed, xor};

/// How long a PIN may be (ISO 9564-1).
const LENGTHS: std::ops::RangeInclusive<usize> = 4..=12;
/// How many digits of a PAN go into a block: those before the check digit.
const PAN_DIGITS: usize = 12;
/// Filler of a block of format 0, and of format 4.
const FILL: u8 = 0x0f;
const FILL_WIDE: u8 = 0x0a;

/// A PIN. It wipes itself and does not print.
#[derive(Clone)]
pub struct Pin(Zeroizing<String>);

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pin(***)")
    }
}

impl Pin {
    /// A PIN of 4 to 12 digits.
    pub fn new(pin: &str) -> Result<Self, Fault> {
        if !LENGTHS.contains(&pin.len()) || !pin.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Fault::Input("a PIN has 4 to 12 digits"));
        }
        Ok(Self(Zeroizing::new(pin.to_owned())))
    }

    /// Its digits.
    pub fn expose(&self) -> &str {
        &self.0
    }

    fn digits(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.bytes().map(|byte| byte & 0x0f).collect())
    }

    /// Its format, length and digits, and after them what fills it to so many half bytes.
    pub(crate) fn field(&self, format: u8, length: usize, fill: &[u8]) -> Zeroizing<Vec<u8>> {
        let digits = self.digits();
        let count = u8::try_from(digits.len()).unwrap_or_default();
        let mut field = Zeroizing::new(vec![format, count]);
        field.extend_from_slice(&digits);
        let missing = length.saturating_sub(field.len());
        field.extend(fill.iter().copied().cycle().take(missing));
        Zeroizing::new(packed(&field))
    }

    /// The PIN of a field, if its format, its length and what fills it are as they must be.
    fn of_field(field: &[u8], format: u8, fills: impl Fn(u8) -> bool) -> Result<Self, Fault> {
        let halves: Zeroizing<Vec<u8>> = Zeroizing::new(halves(field).collect());
        let [found, length, rest @ ..] = halves.as_slice() else { return Err(Fault::DoesNotOpen) };
        let (digits, filler) =
            rest.split_at_checked(usize::from(*length)).ok_or(Fault::DoesNotOpen)?;
        let good = *found == format
            && digits.iter().all(|digit| *digit < 10)
            && filler.iter().all(|half| fills(*half));
        if !good {
            return Err(Fault::DoesNotOpen);
        }
        let pin: Zeroizing<String> = Zeroizing::new(
            digits.iter().map(|digit| char::from(b'0'.wrapping_add(*digit))).collect(),
        );
        Self::new(&pin).map_err(|_| Fault::DoesNotOpen)
    }
}

/// The part of a PAN that goes into blocks of format 0 and 3.
fn pan_field(pan: &str) -> Result<Block, Fault> {
    let (pan, _) = pan.split_at_checked(pan.len().saturating_sub(1)).unwrap_or_default();
    let start = pan.len().checked_sub(PAN_DIGITS).ok_or(Fault::Input("a PAN is longer"))?;
    let mut field = vec![0; 4];
    field.extend(digits(pan.get(start..).unwrap_or_default())?);
    packed(&field).try_into().map_err(|_| Fault::Input("a PAN field"))
}

/// How a PIN stands in a block of eight bytes (ISO 9564-1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    /// Format 0: filled with F.
    Zero,
    /// Format 3: filled with random half bytes from A to F.
    Three,
}

/// The clear block of a PIN. `random` fills a block of format 3.
fn clear(pin: &Pin, pan: &str, format: Format, random: Block) -> Result<Zeroizing<Block>, Fault> {
    let field = match format {
        Format::Zero => pin.field(0, 16, &[FILL]),
        Format::Three => {
            let fill: Vec<u8> = halves(&random).map(|half| 10_u8.wrapping_add(half % 6)).collect();
            pin.field(3, 16, &fill)
        }
    };
    let field: Block = field.as_slice().try_into().map_err(|_| Fault::Input("a PIN field"))?;
    Ok(Zeroizing::new(xor(field, &pan_field(pan)?)))
}

/// A PIN in a block under a key. `random` fills a block of format 3 and is not used otherwise.
pub fn encrypt(
    key: &TdesKey,
    (pin, pan): (&Pin, &str),
    format: Format,
    random: Block,
) -> Result<Block, Fault> {
    Ok(key.encrypt(*clear(pin, pan, format, random)?))
}

/// The PIN of a block, if it was made with this key for this card.
pub fn decrypt(key: &TdesKey, block: Block, pan: &str, format: Format) -> Result<Pin, Fault> {
    let field = Zeroizing::new(xor(key.decrypt(block), &pan_field(pan)?));
    match format {
        Format::Zero => Pin::of_field(&*field, 0, |half| half == FILL),
        Format::Three => Pin::of_field(&*field, 3, |half| half >= 10),
    }
}

/// The PAN in a block of format 4: how much longer than 12 it is, its digits, zeros.
fn wide_pan_field(pan: &str) -> Result<WideBlock, Fault> {
    let over = pan.len().saturating_sub(PAN_DIGITS);
    let over = u8::try_from(over).ok().filter(|over| *over <= 7).ok_or(Fault::Input("a PAN"))?;
    let mut field = vec![over];
    // A shorter one stands behind zeros.
    field.resize(PAN_DIGITS.saturating_sub(pan.len()).saturating_add(1), 0);
    field.extend(digits(pan)?);
    field.resize(32, 0);
    packed(&field).try_into().map_err(|_| Fault::Input("a PAN field"))
}

/// A PIN in a block of format 4, under a key of AES.
pub fn encrypt_wide(key: &AesKey, pin: &Pin, pan: &str, random: Block) -> Result<WideBlock, Fault> {
    let mut field = pin.field(4, 16, &[FILL_WIDE]);
    field.extend_from_slice(&random);
    let field: WideBlock = field.as_slice().try_into().map_err(|_| Fault::Input("a PIN field"))?;
    Ok(key.encrypt(xor(key.encrypt(field), &wide_pan_field(pan)?)))
}

/// The PIN of a block of format 4.
pub fn decrypt_wide(key: &AesKey, block: WideBlock, pan: &str) -> Result<Pin, Fault> {
    let field = Zeroizing::new(key.decrypt(xor(key.decrypt(block), &wide_pan_field(pan)?)));
    let (field, _random) = field.split_at_checked(8).ok_or(Fault::DoesNotOpen)?;
    Pin::of_field(field, 4, |half| half == FILL_WIDE)
}

/// A block under another key: what a network is sent of what a terminal sent. The PIN is never seen
/// outside.
pub fn translate(
    (from, to): (&TdesKey, &TdesKey),
    (block, pan): (Block, &str),
    format: Format,
    random: Block,
) -> Result<Block, Fault> {
    encrypt(to, (&decrypt(from, block, pan, format)?, pan), format, random)
}

/// VISA's PIN verification value: four digits from which the PIN cannot be had. `index` names the
/// key (PVKI). Of a longer PIN the first four digits count.
pub fn verification_value(key: &TdesKey, pin: &Pin, pan: &str, index: u8) -> Result<String, Fault> {
    let (pan, _) = pan.split_at_checked(pan.len().saturating_sub(1)).unwrap_or_default();
    let start = pan.len().checked_sub(11).ok_or(Fault::Input("a PAN is longer"))?;
    let mut input = Zeroizing::new(digits(pan.get(start..).unwrap_or_default())?);
    if index > 6 {
        return Err(Fault::Input("the index of a PVK is 0 to 6"));
    }
    input.push(index);
    input.extend_from_slice(pin.digits().get(..4).unwrap_or_default());
    let block = Zeroizing::new(packed(&input));
    let block = block.as_slice().try_into().map_err(|_| Fault::Input("a PVV block"))?;
    Ok(decimalised(&key.encrypt(block), 4))
}

/// Whether a PIN has this verification value, in a time that says nothing about it.
pub fn has_verification_value(
    key: &TdesKey,
    (pin, pan): (&Pin, &str),
    index: u8,
    value: &str,
) -> Result<bool, Fault> {
    let found = verification_value(key, pin, pan, index)?;
    Ok(found.as_bytes().ct_eq(value.as_bytes()).into())
}

/// How IBM 3624 makes a PIN of a card.
#[derive(Clone, Copy, Debug)]
pub struct Ibm3624<'a> {
    /// Sixteen digits: what each hexadecimal digit becomes.
    pub decimalisation: &'a str,
    /// Sixteen half bytes of the card, in hexadecimal.
    pub validation: &'a str,
}

impl Ibm3624<'_> {
    /// The PIN that the card has by itself.
    fn natural(&self, key: &TdesKey, length: usize) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let table = digits(self.decimalisation)?;
        let half = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte.wrapping_sub(b'0')),
            b'A'..=b'F' => Some(byte.wrapping_sub(b'A').wrapping_add(10)),
            _ => None,
        };
        let input: Option<Vec<u8>> = self.validation.bytes().map(half).collect();
        let block = packed(&input.ok_or(Fault::Input("validation data"))?);
        let block = block.try_into().map_err(|_| Fault::Input("validation data"))?;
        let natural = key.encrypt(block);
        let digit = |half: u8| table.get(usize::from(half)).copied();
        let found: Option<Vec<u8>> = halves(&natural).take(length).map(digit).collect();
        Ok(Zeroizing::new(found.ok_or(Fault::Input("a decimalisation table of 16 digits"))?))
    }

    /// What the customer's PIN is more than the card's own, digit by digit.
    pub fn offset(&self, key: &TdesKey, pin: &Pin) -> Result<String, Fault> {
        let chosen = pin.digits();
        let natural = self.natural(key, chosen.len())?;
        let differ = |(chosen, natural): (&u8, &u8)| {
            let digit = chosen.wrapping_add(10).wrapping_sub(*natural) % 10;
            char::from(b'0'.wrapping_add(digit))
        };
        Ok(chosen.iter().zip(natural.iter()).map(differ).collect())
    }

    /// Whether a PIN has this offset.
    pub fn has_offset(&self, key: &TdesKey, pin: &Pin, offset: &str) -> Result<bool, Fault> {
        Ok(self.offset(key, pin)?.as_bytes().ct_eq(offset.as_bytes()).into())
    }
}

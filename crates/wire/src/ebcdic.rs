//! Printable characters in EBCDIC, code page 37, as networks with mainframes behind them send them.

/// What the printable characters of ASCII, space to tilde, are in code page 37.
const FROM_PRINTABLE: [u8; 95] = [
    0x40, 0x5a, 0x7f, 0x7b, 0x5b, 0x6c, 0x50, 0x7d, 0x4d, 0x5d, 0x5c, 0x4e, 0x6b, 0x60, 0x4b, 0x61,
    0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0x7a, 0x5e, 0x4c, 0x7e, 0x6e, 0x6f,
    0x7c, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6,
    0xd7, 0xd8, 0xd9, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xba, 0xe0, 0xbb, 0xb0, 0x6d,
    0x79, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96,
    0x97, 0x98, 0x99, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xc0, 0x4f, 0xd0, 0xa1,
];

const FIRST: u8 = b' ';

const fn inverse() -> [u8; 256] {
    let mut to = [0_u8; 256];
    let (mut place, mut ascii) = (0, FIRST);
    while place < FROM_PRINTABLE.len() {
        #[expect(clippy::indexing_slicing, reason = "worked out while compiling")]
        #[expect(clippy::as_conversions, reason = "the only one that a constant can do")]
        {
            to[FROM_PRINTABLE[place] as usize] = ascii;
        }
        place += 1;
        ascii += 1;
    }
    to
}

const TO_ASCII: [u8; 256] = inverse();

/// A character of ASCII, if this is a printable one.
pub fn to_ascii(byte: u8) -> Option<u8> {
    TO_ASCII.get(usize::from(byte)).copied().filter(|ascii| *ascii != 0)
}

/// The byte for a printable character of ASCII.
pub fn from_ascii(byte: u8) -> Option<u8> {
    FROM_PRINTABLE.get(usize::from(byte.checked_sub(FIRST)?)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_printable_character_comes_back() {
        for ascii in b' '..=b'~' {
            assert_eq!(to_ascii(from_ascii(ascii).unwrap()), Some(ascii));
        }
        // RFC 1345 gives these for IBM037.
        assert_eq!(from_ascii(b'0'), Some(0xf0));
        assert_eq!(from_ascii(b'A'), Some(0xc1));
        assert_eq!(from_ascii(b'z'), Some(0xa9));
        assert_eq!([from_ascii(b'\n'), to_ascii(0x15)], [None, None]);
    }
}

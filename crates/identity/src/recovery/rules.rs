use std::fmt::Write as _;

use kernel::{CustomerId, Entropy, KeyRing, KeyUse, Secret};

/// How many a customer has.
pub const CODES: usize = 10;
/// Letters of Crockford's base 32: none is taken for another. Lower and upper case are the same.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Of five bits each: 120 bits, beyond any guessing, so that a plain hash would do.
const LETTERS: usize = 24;
/// Letters between two hyphens.
const GROUP: usize = 4;

/// A new code, in groups as it is shown.
pub(super) fn new_code(entropy: Entropy) -> Secret<String> {
    let random: [u8; LETTERS] = entropy.bytes();
    let mut text = String::with_capacity(LETTERS + LETTERS / GROUP);
    for (n, byte) in random.iter().enumerate() {
        if n > 0 && n % GROUP == 0 {
            text.push('-');
        }
        // 32 divides 256: every letter is as likely.
        let letter = ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or(b'0');
        // Writing to a text does not fail.
        let _ = write!(text, "{}", char::from(letter));
    }
    Secret::new(text)
}

/// The letters of a code as somebody typed it: in any case, with or without hyphens and spaces, O
/// for zero, I and L for one. `None` for what cannot be a code.
fn letters(typed: &str) -> Option<String> {
    let mut read = String::with_capacity(LETTERS);
    for c in typed.chars().filter(|c| !matches!(c, '-' | ' ' | '\u{a0}')) {
        let c = match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        };
        let known = u8::try_from(c).is_ok_and(|byte| ALPHABET.contains(&byte));
        if !known || read.len() == LETTERS {
            return None;
        }
        read.push(c);
    }
    (read.len() == LETTERS).then_some(read)
}

/// What is stored of a code. `None` for what cannot be one.
pub(super) fn hash(keys: &KeyRing, user: CustomerId, typed: &str) -> Option<[u8; 32]> {
    let letters = letters(typed)?;
    Some(keys.sign(KeyUse::RecoveryCode, &[user.uuid().as_bytes(), letters.as_bytes()]))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use kernel::Moment;

    use super::*;

    #[test]
    fn a_code_has_a_hundred_and_twenty_bits_and_reads_as_people_type() {
        let keys = KeyRing::new(Secret::new([7; 32]));
        let user = CustomerId::generate(Moment::EPOCH, Entropy);
        let other = CustomerId::generate(Moment::EPOCH, Entropy);
        let code = new_code(Entropy);
        let code = code.expose();
        assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [4; 6]);
        let stored = hash(&keys, user, code).unwrap();
        assert_ne!(hash(&keys, other, code), Some(stored));
        let typed = code.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert_eq!(hash(&keys, user, &typed), Some(stored));
        for odd in ["", &code[1..], &format!("{code}2"), &code.replace('-', "_"), "U"] {
            assert_eq!(hash(&keys, user, odd), None, "{odd}");
        }
    }

    #[test]
    fn no_two_are_alike() {
        let codes: HashSet<_> = (0..1_000).map(|_| new_code(Entropy).expose().clone()).collect();
        assert_eq!(codes.len(), 1_000);
    }
}

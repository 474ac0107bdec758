use kernel::{Entropy, Moment, Phone, Secret};
use totp_rs::{Algorithm, Builder, Totp};

/// The length that RFC 4226 recommends: that of the hash.
pub(super) const SECRET_BYTES: usize = 20;
/// RFC 6238, and what every program knows: SHA-1, six digits, half a minute.
const STEP_SECONDS: u64 = 30;
const DIGITS: u8 = 6;
/// Steps before and after the present one whose code is accepted (RFC 6238, 5.2): clocks differ.
const SKEW_STEPS: u16 = 1;
/// Who the program says the codes are for.
const ISSUER: &str = "Okto";

/// The secret that the customer's program and the bank share.
pub(super) type Shared = Secret<[u8; SECRET_BYTES]>;

pub(super) fn new_secret(entropy: Entropy) -> Shared {
    Secret::new(entropy.bytes())
}

/// The secret as people type it: base32 (RFC 4648) without padding.
pub(super) fn base32(secret: &Shared) -> Secret<String> {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::with_capacity(SECRET_BYTES.saturating_mul(8).div_ceil(5));
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in secret.expose() {
        (bits, held) = ((bits << 8) | u32::from(*byte), held.saturating_add(8));
        while held >= 5 {
            held = held.saturating_sub(5);
            let index = usize::try_from((bits >> held) & 31).unwrap_or_default();
            text.extend(ALPHABET.get(index).copied().map(char::from));
        }
        bits &= 0xff;
    }
    Secret::new(text)
}

/// The address that a program reads from a QR code. It names the end of the phone, so that somebody
/// with two customers' codes in one program can tell them apart.
pub(super) fn uri(secret: &Shared, phone: &Phone) -> Secret<String> {
    let digits = phone.expose();
    let tail = digits.get(digits.len().saturating_sub(4)..).unwrap_or_default();
    Secret::new(format!(
        "otpauth://totp/{ISSUER}:%2A{tail}?secret={}&issuer={ISSUER}&algorithm=SHA1\
         &digits={DIGITS}&period={STEP_SECONDS}",
        base32(secret).expose()
    ))
}

/// The time step whose code this is, if it is one of now that comes after `last`.
pub(super) fn accepted(secret: &Shared, code: &str, last: i64, now: Moment) -> Option<i64> {
    let totp = totp(secret.expose(), DIGITS)?;
    let seconds = u64::try_from(now.seconds()).ok()?;
    let step = totp.check(code, seconds)?;
    i64::try_from(step).ok().filter(|step| *step > last)
}

fn totp(secret: &[u8], digits: u8) -> Option<Totp> {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(digits)
        .with_skew(SKEW_STEPS)
        .with_step_duration(STEP_SECONDS)
        .with_secret(secret.to_vec())
        .build()
        .ok()
}

/// What is sealed of a secret, read back.
pub(super) fn read(bytes: &[u8]) -> Option<Shared> {
    bytes.try_into().ok().map(Secret::new)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// RFC 6238, appendix B: the secret of the SHA-1 rows.
    const RFC: &[u8; 20] = b"12345678901234567890";

    fn at(seconds: i64) -> Moment {
        Moment::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn the_vectors_of_rfc_6238() {
        let totp = totp(RFC, 8).unwrap();
        for (seconds, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(totp.generate(seconds).to_string(), code, "{seconds}");
            // Six digits are the end of eight.
            let six = Secret::new(*RFC);
            let moment = at(i64::try_from(seconds).unwrap());
            let step = i64::try_from(seconds / 30).unwrap();
            assert_eq!(accepted(&six, &code[2..], 0, moment), Some(step), "{seconds}");
        }
    }

    #[test]
    fn the_secret_is_written_as_rfc_4648_says() {
        let cases: [(&[u8; 20], &str); 2] = [
            (RFC, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
            (&[0xff; 20], "77777777777777777777777777777777"),
        ];
        for (bytes, text) in cases {
            assert_eq!(base32(&Secret::new(*bytes)).expose(), text);
        }
    }

    #[test]
    fn a_code_is_good_for_one_step_on_each_side_and_once() {
        let secret = Secret::new(*RFC);
        let code = totp(RFC, 6).unwrap().generate(3_000).to_string();
        let good = |seconds| accepted(&secret, &code, 0, at(seconds));
        assert_eq!([2_969, 3_060].map(good), [None, None]);
        for seconds in [2_970, 3_000, 3_029, 3_059] {
            assert_eq!(good(seconds), Some(100), "{seconds}");
        }
        assert_eq!(accepted(&secret, &code, 99, at(3_000)), Some(100));
        assert_eq!(accepted(&secret, &code, 100, at(3_000)), None, "used");
        assert_eq!(accepted(&secret, &code, 101, at(3_000)), None, "a later one was used");
        for odd in ["", "+12345", "12345", "1234567", " 12345", "١٢٣٤٥٦"] {
            assert_eq!(accepted(&secret, odd, 0, at(3_000)), None, "{odd}");
        }
    }

    #[test]
    fn the_address_is_what_programs_read() {
        let phone = Phone::parse("998901234567").unwrap();
        assert_eq!(
            uri(&Secret::new(*RFC), &phone).expose(),
            "otpauth://totp/Okto:%2A4567?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Okto\
             &algorithm=SHA1&digits=6&period=30"
        );
    }

    proptest! {
        #[test]
        fn base32_is_that_of_the_library(bytes in any::<[u8; 20]>()) {
            let library = totp_rs::Secret::from(bytes).to_base32();
            let own = base32(&Secret::new(bytes));
            prop_assert_eq!(own.expose(), &library);
        }
    }
}

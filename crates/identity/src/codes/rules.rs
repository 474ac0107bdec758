use kernel::{ChallengeId, Code, KeyRing, KeyUse, Lang, Moment, Refusal, Secret};
use subtle::ConstantTimeEq;

use super::Purpose;

/// Life of one code.
pub(super) const CODE_SECONDS: i64 = 180;
/// How long a challenge can be answered by a code sent anew.
pub(super) const CHALLENGE_SECONDS: i64 = 900;
/// Least time between two codes to one phone.
pub(super) const RESEND_SECONDS: i64 = 60;
/// Codes of one challenge.
pub(super) const SENDS_MAX: i32 = 5;
/// Wrong codes in a row after which the phone waits, and how long: Regulation 3759.
pub(super) const TRIES_MAX: i32 = 3;
pub(super) const BLOCK_SECONDS: i64 = 900;
/// Life of the ticket that a right code earns.
pub(super) const TICKET_SECONDS: i64 = 900;

const CODE_DIGITS: usize = 6;
const CODE_MODULUS: u64 = 1_000_000;

/// The code number `sent_count` of a challenge. It is stored nowhere: the job that sends it and the
/// use case that checks it each compute it.
pub(super) fn code(keys: &KeyRing, challenge: ChallengeId, sent_count: i32) -> Secret<String> {
    let tag =
        keys.sign(KeyUse::OneTimeCode, &[challenge.uuid().as_bytes(), &sent_count.to_be_bytes()]);
    // Of 2^64 values the remainder is even to one part in 10^13.
    let number = tag.iter().take(8).fold(0_u64, |n, byte| (n << 8) | u64::from(*byte));
    Secret::new(format!("{:06}", number % CODE_MODULUS))
}

/// Whether a text could be a code at all. What could not is a slip, not a guess.
pub(crate) fn is_code(text: &str) -> bool {
    text.len() == CODE_DIGITS && text.bytes().all(|b| b.is_ascii_digit())
}

/// Compares in constant time.
pub(super) fn same(one: &Secret<String>, other: &Secret<String>) -> bool {
    one.expose().as_bytes().ct_eq(other.expose().as_bytes()).into()
}

/// What the bank remembers of a phone's codes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Guard {
    pub sent_at: Option<Moment>,
    pub blocked_until: Option<Moment>,
}

impl Guard {
    /// The refusal while the phone waits after wrong codes.
    pub fn blocked(&self, now: Moment) -> Option<Refusal> {
        let until = self.blocked_until.filter(|until| *until > now)?;
        Some(Refusal::new(Code::CodeTriesUsedUp).retry_after(seconds_to(until, now)))
    }

    /// Whether another code may go out now.
    pub fn may_send(&self, now: Moment) -> Result<(), Refusal> {
        if let Some(refusal) = self.blocked(now) {
            return Err(refusal);
        }
        match self.sent_at.map(|at| at.plus_seconds(RESEND_SECONDS)).filter(|next| *next > now) {
            Some(next) => {
                Err(Refusal::new(Code::CodeResentTooSoon).retry_after(seconds_to(next, now)))
            }
            None => Ok(()),
        }
    }
}

fn seconds_to(later: Moment, now: Moment) -> i64 {
    later.micros_since(now).saturating_add(999_999).div_euclid(1_000_000)
}

/// The refusal of wrong code number `tries` in a row.
pub(super) fn wrong(tries: i32) -> Refusal {
    match TRIES_MAX.saturating_sub(tries) {
        left if left > 0 => Refusal::new(Code::CodeWrong).value("left", left.to_string()),
        _ => Refusal::new(Code::CodeTriesUsedUp).retry_after(BLOCK_SECONDS),
    }
}

/// The text of the message. It says what the code is for, so that nobody gives it away for
/// something else, and has no link.
pub(super) fn message(lang: Lang, purpose: Purpose, code: &Secret<String>) -> Secret<String> {
    let warning = match purpose {
        Purpose::NewPhoneAtDesk => read_out(lang),
        _ => do_not_tell(lang),
    };
    let what = what_for(lang, purpose);
    Secret::new(format!("Okto: {what} {}. {warning}", code.expose()))
}

/// What a message in a mailbox is about.
pub(super) fn subject(lang: Lang, purpose: Purpose) -> String {
    format!("Okto: {}", what_for(lang, purpose))
}

const fn what_for(lang: Lang, purpose: Purpose) -> &'static str {
    match (purpose, lang) {
        (Purpose::SignUp, Lang::Uz) => "tasdiqlash kodi",
        (Purpose::SignUp, Lang::Ru) => "код подтверждения",
        (Purpose::SignUp, Lang::En) => "confirmation code",
        (Purpose::SignIn, Lang::Uz) => "kirish kodi",
        (Purpose::SignIn, Lang::Ru) => "код для входа",
        (Purpose::SignIn, Lang::En) => "sign-in code",
        (Purpose::Reset, Lang::Uz) => "yangi parol kodi",
        (Purpose::Reset, Lang::Ru) => "код для смены пароля",
        (Purpose::Reset, Lang::En) => "password reset code",
        (Purpose::NewPhoneAtDesk, Lang::Uz) => "bankdagi kod",
        (Purpose::NewPhoneAtDesk, Lang::Ru) => "код для банка",
        (Purpose::NewPhoneAtDesk, Lang::En) => "code at the bank",
        (Purpose::NewPhone, Lang::Uz) => "yangi raqam kodi",
        (Purpose::NewPhone, Lang::Ru) => "код для нового номера",
        (Purpose::NewPhone, Lang::En) => "new number code",
        (Purpose::NewEmail, Lang::Uz) => "pochta kodi",
        (Purpose::NewEmail, Lang::Ru) => "код для почты",
        (Purpose::NewEmail, Lang::En) => "e-mail code",
    }
}

const fn do_not_tell(lang: Lang) -> &'static str {
    match lang {
        Lang::Uz => "Uni hech kimga aytmang.",
        Lang::Ru => "Никому его не сообщайте.",
        Lang::En => "Do not tell it to anyone.",
    }
}

/// The one code that is told to somebody, and only face to face.
const fn read_out(lang: Lang) -> &'static str {
    match lang {
        Lang::Uz => "Faqat bankda, xodimga ayting.",
        Lang::Ru => "Назовите его только в отделении.",
        Lang::En => "Tell it only at the bank's desk.",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use kernel::Entropy;

    use super::*;

    const AT: Moment = Moment::from_micros(1_763_800_000_000_000);

    #[test]
    fn codes_differ_by_challenge_and_sending() {
        let keys = KeyRing::new(Secret::new([7; 32]));
        let mut seen = HashSet::new();
        for _ in 0..100 {
            let id = ChallengeId::generate(AT, Entropy);
            for sent_count in 1..=SENDS_MAX {
                let one = code(&keys, id, sent_count);
                assert!(is_code(one.expose()));
                assert!(same(&one, &code(&keys, id, sent_count)));
                seen.insert(one.expose().clone());
            }
        }
        assert!(seen.len() > 490, "{}", seen.len());
        let other = KeyRing::new(Secret::new([8; 32]));
        let id = ChallengeId::generate(AT, Entropy);
        let differing = (1..=5).filter(|n| !same(&code(&keys, id, *n), &code(&other, id, *n)));
        assert!(differing.count() >= 4);
    }

    #[test]
    fn what_looks_like_a_code() {
        for (text, expected) in [
            ("000000", true),
            ("123456", true),
            ("12345", false),
            ("1234567", false),
            ("12345a", false),
            ("１２３４５６", false),
            ("", false),
        ] {
            assert_eq!(is_code(text), expected, "{text}");
        }
    }

    #[test]
    fn a_phone_waits_between_codes_and_after_wrong_ones() {
        let guard = |sent: Option<i64>, blocked: Option<i64>| Guard {
            sent_at: sent.map(|s| AT.plus_seconds(s)),
            blocked_until: blocked.map(|s| AT.plus_seconds(s)),
        };
        let cases = [
            (guard(None, None), None),
            (guard(Some(-60), None), None),
            (guard(Some(-59), None), Some((Code::CodeResentTooSoon, 1))),
            (guard(Some(0), None), Some((Code::CodeResentTooSoon, 60))),
            (guard(Some(0), Some(0)), Some((Code::CodeResentTooSoon, 60))),
            (guard(Some(-60), Some(0)), None),
            (guard(Some(-60), Some(1)), Some((Code::CodeTriesUsedUp, 1))),
            (guard(Some(0), Some(900)), Some((Code::CodeTriesUsedUp, 900))),
        ];
        for (guard, expected) in cases {
            let got = guard.may_send(AT).err().map(|r| (r.code, r.retry_after_seconds.unwrap()));
            assert_eq!(got, expected, "{guard:?}");
        }
    }

    #[test]
    fn the_third_wrong_code_is_the_last() {
        assert!(wrong(1).sentence(Lang::En).contains('2'));
        assert!(wrong(2).sentence(Lang::En).contains('1'));
        assert_eq!(wrong(3).code, Code::CodeTriesUsedUp);
        assert_eq!(wrong(3).retry_after_seconds, Some(900));
    }

    #[test]
    fn messages_fit_the_approved_templates() {
        let code = Secret::new("012345".to_owned());
        for (lang, text) in [
            (Lang::Uz, "Okto: tasdiqlash kodi 012345. Uni hech kimga aytmang."),
            (Lang::Ru, "Okto: код подтверждения 012345. Никому его не сообщайте."),
            (Lang::En, "Okto: confirmation code 012345. Do not tell it to anyone."),
        ] {
            assert_eq!(message(lang, Purpose::SignUp, &code).expose(), text);
        }
        for lang in Lang::ALL {
            for purpose in Purpose::ALL {
                // One message part: 160 characters of the GSM alphabet, 70 of any other.
                let text = message(lang, purpose, &code);
                assert!(text.expose().chars().count() <= 70, "{lang:?} {purpose:?}");
                assert!(!subject(lang, purpose).contains("012345"));
            }
        }
    }
}

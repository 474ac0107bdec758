use kernel::{Code, Refusal};

use crate::factors::{Enrolled, Factor};

/// How long a sign-in waits for its second factor.
pub const LIFE_SECONDS: i64 = 600;
/// Wrong answers that are looked at.
pub const TRIES_MAX: i32 = 5;

/// What may be shown as the second factor, the stronger first. A code by SMS only while there is
/// nothing stronger: whoever talks an operator out of a SIM card gets no further than the password.
/// Recovery codes are for when everything else is lost, so they are always among them.
pub(super) fn methods(enrolled: Enrolled) -> Vec<Factor> {
    let mut methods = Vec::new();
    let mut offer = |factor, has: bool| {
        if has {
            methods.push(factor);
        }
    };
    offer(Factor::Passkey, enrolled.passkey);
    offer(Factor::Totp, enrolled.totp);
    offer(Factor::Recovery, enrolled.recovery);
    offer(Factor::Sms, !enrolled.is_strong());
    methods
}

/// The refusal of wrong answer number `tries`.
pub(super) fn wrong(tries: i32) -> Refusal {
    match TRIES_MAX.saturating_sub(tries) {
        left if left > 0 => Refusal::new(Code::AnswerWrong).value("left", left.to_string()),
        _ => Refusal::new(Code::AnswerTriesUsedUp),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sms_is_for_whoever_has_nothing_stronger() {
        use Factor::{Passkey, Recovery, Sms, Totp};
        for (passkey, totp, recovery, expected) in [
            (false, false, false, vec![Sms]),
            (false, false, true, vec![Recovery, Sms]),
            (false, true, false, vec![Totp]),
            (false, true, true, vec![Totp, Recovery]),
            (true, false, false, vec![Passkey]),
            (true, true, true, vec![Passkey, Totp, Recovery]),
        ] {
            let enrolled = Enrolled { passkey, totp, recovery };
            assert_eq!(methods(enrolled), expected, "{enrolled:?}");
        }
    }
}

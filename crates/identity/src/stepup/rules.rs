use std::fmt::Write as _;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{ChallengeId, Code, KeyRing, KeyUse, Lang, Moment, Refusal, Secret};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::factors::{Enrolled, Factor};

/// Life of a confirmation that waits, and of one that was given: RTS 2018/389 gives five minutes to
/// whoever looks at an account, and nobody needs longer to look at one payment.
pub const LIFE_SECONDS: i64 = 300;
/// Wrong answers that are looked at (RTS 2018/389, article 4(3)(b)).
pub const TRIES_MAX: i32 = 5;
/// Codes by SMS for one confirmation, and the least time between two.
pub(super) const SENDS_MAX: i32 = 3;
pub(super) const RESEND_SECONDS: i64 = 30;
/// How long ago a second factor may have been shown for a change of security settings.
pub const FRESH_SECONDS: i64 = 300;

const CODE_MODULUS: u64 = 1_000_000;

/// A payment, exactly as it is shown to whoever confirms it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentShown {
    /// The quote that would be carried out.
    pub quote: String,
    /// What leaves the account, as a decimal number.
    pub amount: String,
    /// ISO 4217 letters of it.
    pub currency: String,
    /// Who is paid, as the payer may see it.
    pub payee: String,
    /// The last four digits of the payee's account.
    pub payee_account: String,
    /// The last four digits of the account that pays.
    pub account: String,
    /// When the quote ends.
    pub until: String,
}

/// What is to be confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// A payment.
    Payment(PaymentShown),
    /// A change of what the customer proves who they are with.
    Security,
}

impl Act {
    /// As it is stored.
    pub const fn purpose(&self) -> &'static str {
        match self {
            Self::Payment(_) => "payment",
            Self::Security => "security",
        }
    }

    /// The act as a text of lines, each a name and a value. Two acts that differ in anything have
    /// different texts, because no value has a line break.
    pub fn text(&self) -> String {
        let mut text = format!("okto/confirm/1\nact={}\n", self.purpose());
        if let Self::Payment(shown) = self {
            for (name, value) in [
                ("amount", &shown.amount),
                ("currency", &shown.currency),
                ("payee", &shown.payee),
                ("payee-account", &shown.payee_account),
                ("account", &shown.account),
                ("quote", &shown.quote),
                ("until", &shown.until),
            ] {
                let value: String =
                    value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
                // Writing to a text does not fail.
                let _ = writeln!(text, "{name}={value}");
            }
        }
        text
    }

    /// What the confirmation is bound to.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.text()).into()
    }
}

/// What a device signs: the act, and of which confirmation the signature is.
pub(super) fn signed_text(act: &Act, id: ChallengeId, expires: Moment) -> String {
    format!("{}confirmation={id}\nexpires={expires}\n", act.text())
}

/// The code number `sent_count` of a confirmation. Bound to what is confirmed, and stored nowhere.
pub(super) fn code(
    keys: &KeyRing,
    id: ChallengeId,
    sent_count: i32,
    payload: &[u8],
) -> Secret<String> {
    let (id, number) = (id.uuid(), sent_count.to_be_bytes());
    let tag = keys.sign(KeyUse::OneTimeCode, &[b"confirm", id.as_bytes(), &number, payload]);
    // Of 2^64 values the remainder is even to one part in 10^13.
    let number = tag.iter().take(8).fold(0_u64, |n, byte| (n << 8) | u64::from(*byte));
    Secret::new(format!("{:06}", number % CODE_MODULUS))
}

/// Compares in constant time.
pub(super) fn same(one: &Secret<String>, other: &Secret<String>) -> bool {
    one.expose().as_bytes().ct_eq(other.expose().as_bytes()).into()
}

/// The text of the message. Article 5 of RTS 2018/389: the payer sees how much and for whom.
pub(super) fn message(lang: Lang, act: &Act, code: &Secret<String>) -> Secret<String> {
    let code = code.expose();
    Secret::new(match act {
        Act::Payment(shown) => {
            let PaymentShown { currency, payee, payee_account, .. } = shown;
            let amount = grouped(&shown.amount);
            match lang {
                Lang::Uz => format!(
                    "Okto: {payee} (*{payee_account}) ga {amount} {currency} toʻlash kodi {code}. \
                     Kodni hech kimga aytmang."
                ),
                Lang::Ru => format!(
                    "Okto: код {code} для оплаты {amount} {currency}, получатель {payee} \
                     (*{payee_account}). Никому его не сообщайте."
                ),
                Lang::En => format!(
                    "Okto: code {code} to pay {amount} {currency} to {payee} (*{payee_account}). \
                     Do not tell it to anyone."
                ),
            }
        }
        Act::Security => match lang {
            Lang::Uz => format!(
                "Okto: xavfsizlik sozlamalarini oʻzgartirish kodi {code}. Uni hech kimga aytmang."
            ),
            Lang::Ru => format!(
                "Okto: код {code} для изменения настроек безопасности. Никому его не сообщайте."
            ),
            Lang::En => {
                format!("Okto: code {code} to change security settings. Do not tell it to anyone.")
            }
        },
    })
}

/// A decimal number with its thousands apart: easier to read, and never six digits in a row, which
/// could be taken for the code.
fn grouped(amount: &str) -> String {
    let (whole, rest) = amount.split_at(amount.find('.').unwrap_or(amount.len()));
    let mut text = String::with_capacity(amount.len().saturating_mul(2));
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && whole.len().saturating_sub(n) % 3 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    text + rest
}

/// What the session of whoever confirms has at hand.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AtHand {
    pub enrolled: Enrolled,
    /// The PIN of the session's device can be tried.
    pub pin: bool,
    /// The session's device has a key that its user unlocks to confirm.
    pub device_key: bool,
}

/// How an act may be confirmed, the stronger first. A code of a program signs nothing, so it does
/// not confirm a payment. A code by SMS is for whoever has nothing stronger at hand.
pub(super) fn methods(act: &Act, at_hand: AtHand) -> Vec<Factor> {
    let AtHand { enrolled, pin, device_key } = at_hand;
    let mut methods = Vec::new();
    let mut offer = |factor, has: bool| {
        if has {
            methods.push(factor);
        }
    };
    offer(Factor::Passkey, enrolled.passkey);
    match act {
        Act::Payment(_) => {
            offer(Factor::DeviceKey, device_key);
            offer(Factor::Pin, pin);
        }
        Act::Security => {
            offer(Factor::Pin, pin);
            offer(Factor::Totp, enrolled.totp);
            offer(Factor::Recovery, enrolled.recovery);
        }
    }
    if methods.is_empty() || methods == [Factor::Recovery] {
        methods.push(Factor::Sms);
    }
    methods
}

/// Whether a signature in the form of JWS (r and s of 32 bytes each, in base64url) is the device's
/// over a text.
pub(crate) fn is_signed(point: &[u8], text: &str, signature: &Secret<String>) -> bool {
    let signature = URL_SAFE_NO_PAD.decode(signature.expose()).unwrap_or_default();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    key.verify(text.as_bytes(), &signature).is_ok()
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
    use std::collections::HashSet;

    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
    use kernel::Entropy;

    use super::*;

    const AT: Moment = Moment::from_micros(1_763_800_000_000_000);

    fn shown() -> PaymentShown {
        PaymentShown {
            quote: "quo_1".to_owned(),
            amount: "150000.50".to_owned(),
            currency: "UZS".to_owned(),
            payee: "Jasur K.".to_owned(),
            payee_account: "1001".to_owned(),
            account: "2001".to_owned(),
            until: AT.to_string(),
        }
    }

    /// The payment with each of its parts changed, one at a time.
    fn changed() -> Vec<PaymentShown> {
        let one = shown();
        vec![
            PaymentShown { quote: "quo_2".to_owned(), ..one.clone() },
            PaymentShown { amount: "150000.51".to_owned(), ..one.clone() },
            PaymentShown { currency: "USD".to_owned(), ..one.clone() },
            PaymentShown { payee: "Jasur M.".to_owned(), ..one.clone() },
            PaymentShown { payee: "Jasur K.\naccount=3001".to_owned(), ..one.clone() },
            PaymentShown { payee_account: "1002".to_owned(), ..one.clone() },
            PaymentShown { account: "2002".to_owned(), ..one.clone() },
            PaymentShown { until: AT.plus_seconds(1).to_string(), ..one },
        ]
    }

    #[test]
    fn the_text_is_what_is_shown() {
        assert_eq!(
            Act::Payment(shown()).text(),
            format!(
                "okto/confirm/1\nact=payment\namount=150000.50\ncurrency=UZS\npayee=Jasur K.\n\
                 payee-account=1001\naccount=2001\nquote=quo_1\nuntil={AT}\n"
            )
        );
        assert_eq!(Act::Security.text(), "okto/confirm/1\nact=security\n");
    }

    #[test]
    fn every_part_is_bound() {
        let keys = KeyRing::new(Secret::new([7; 32]));
        let id = ChallengeId::generate(AT, Entropy);
        let own = Act::Payment(shown());
        let (mut hashes, mut codes) = (HashSet::from([own.hash()]), HashSet::new());
        for other in changed() {
            let act = Act::Payment(other);
            assert!(hashes.insert(act.hash()), "{act:?}");
            let code = code(&keys, id, 1, &act.hash());
            assert!(!same(&code, &super::code(&keys, id, 1, &own.hash())), "{act:?}");
            codes.insert(code.expose().clone());
        }
        assert_eq!(codes.len(), changed().len());
        assert!(hashes.insert(Act::Security.hash()));
        let again = code(&keys, id, 2, &own.hash());
        assert!(!same(&again, &code(&keys, id, 1, &own.hash())));
    }

    #[test]
    fn a_device_signs_one_act_of_one_confirmation() {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let (id, act) = (ChallengeId::generate(AT, Entropy), Act::Payment(shown()));
        let text = signed_text(&act, id, AT);
        let encoded = |bytes: &[u8]| Secret::new(URL_SAFE_NO_PAD.encode(bytes));
        let signature = key.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
        let (point, signature) = (key.public_key().as_ref(), encoded(signature.as_ref()));
        assert!(is_signed(point, &text, &signature));
        let other = ChallengeId::generate(AT, Entropy);
        assert!(!is_signed(point, &signed_text(&act, other, AT), &signature));
        for other in changed() {
            let text = signed_text(&Act::Payment(other), id, AT);
            assert!(!is_signed(point, &text, &signature));
        }
        for wrong in [encoded(&[0; 64]), encoded(&[]), Secret::new("?".to_owned())] {
            assert!(!is_signed(point, &text, &wrong) && !is_signed(&[4; 65], &text, &wrong));
        }
    }

    #[test]
    fn what_may_confirm_what() {
        use Factor::{DeviceKey, Passkey, Pin, Recovery, Sms, Totp};
        let none = AtHand::default();
        let all = AtHand {
            enrolled: Enrolled { passkey: true, totp: true, recovery: true },
            pin: true,
            device_key: true,
        };
        let totp = Enrolled { totp: true, ..Enrolled::default() };
        let recovery = Enrolled { recovery: true, ..Enrolled::default() };
        let payment = Act::Payment(shown());
        for (act, at_hand, expected) in [
            (&payment, none, vec![Sms]),
            (&payment, AtHand { enrolled: totp, ..none }, vec![Sms]),
            (&payment, AtHand { pin: true, ..none }, vec![Pin]),
            (&payment, all, vec![Passkey, DeviceKey, Pin]),
            (&Act::Security, none, vec![Sms]),
            (&Act::Security, AtHand { enrolled: totp, ..none }, vec![Totp]),
            (&Act::Security, AtHand { enrolled: recovery, ..none }, vec![Recovery, Sms]),
            (&Act::Security, AtHand { device_key: true, ..none }, vec![Sms]),
            (&Act::Security, all, vec![Passkey, Pin, Totp, Recovery]),
        ] {
            assert_eq!(methods(act, at_hand), expected, "{act:?} {at_hand:?}");
        }
    }

    #[test]
    fn the_message_names_amount_and_payee() {
        let code = Secret::new("123456".to_owned());
        for lang in Lang::ALL {
            let text = message(lang, &Act::Payment(shown()), &code);
            for part in ["150 000.50 UZS", "Jasur K.", "*1001", "123456"] {
                assert!(text.expose().contains(part), "{}", text.expose());
            }
            // Nothing else in it may be taken for the code.
            let runs = text.expose().split(|c: char| !c.is_ascii_digit());
            assert_eq!(runs.filter(|run| run.len() == 6).collect::<Vec<_>>(), ["123456"]);
        }
    }
}

//! How far somebody is with becoming a customer.
//!
//! It travels in one sealed cookie: nobody can read the phone in it, and nobody can put the proof
//! of another phone there. The bank remembers nothing of it but the challenge.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::request::Parts;
use edge::cookies::{self, Life};
use identity::ChallengeView;
use kernel::{ChallengeId, KeyRing, KeyUse, Moment, Phone, Result, Secret};

use crate::Web;
use edge::Fields;

const COOKIE: &str = "okto-sign-up";
/// Longer than a challenge and a ticket live.
const LIFE_SECONDS: i64 = 30 * 60;
/// No other sealed cookie is one of these.
const CONTEXT: &[u8] = b"sign-up";

/// The places of the three steps.
pub(super) const PHONE: &str = "/sign-up";
pub(super) const CODE: &str = "/sign-up/code";
pub(super) const YOU: &str = "/sign-up/you";

/// A code that is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sent {
    /// What it answers.
    pub challenge: ChallengeId,
    /// From when on another one can be asked for.
    pub again_from: Moment,
    /// Whether it is not the first.
    pub again: bool,
}

impl Sent {
    /// What the bank said when it sent a code.
    pub fn of(challenge: &ChallengeView, now: Moment, again: bool) -> Self {
        let again_from = now.plus_seconds(challenge.resend_after_seconds);
        Self { challenge: challenge.id, again_from, again }
    }

    /// In how many seconds another one can be asked for, when not now.
    pub fn wait_seconds(&self, now: Moment) -> Option<i64> {
        let left = self.again_from.micros_since(now).saturating_add(999_999).div_euclid(1_000_000);
        (left > 0).then_some(left)
    }
}

#[derive(Clone, Debug)]
enum Step {
    Sent(Sent),
    Proven(Secret<String>),
}

/// The phone that was given, and what came of it.
#[derive(Clone, Debug)]
pub(super) struct Progress {
    phone: Phone,
    step: Step,
}

impl Progress {
    /// A code was sent to a phone.
    pub const fn sent(phone: Phone, sent: Sent) -> Self {
        Self { phone, step: Step::Sent(sent) }
    }

    /// The code was right: the ticket says so.
    pub const fn proven(phone: Phone, ticket: Secret<String>) -> Self {
        Self { phone, step: Step::Proven(ticket) }
    }

    /// The cookie that takes it to the next step.
    pub fn cookie(&self, web: &Web) -> Result<HeaderValue> {
        cookies::set(web.site(), COOKIE, &self.seal(web.keys()), Life::Seconds(LIFE_SECONDS))
    }

    fn seal(&self, keys: &KeyRing) -> String {
        let mut plain = form_urlencoded::Serializer::new(String::new());
        plain.append_pair("phone", self.phone.expose());
        match &self.step {
            Step::Sent(sent) => {
                plain.append_pair("challenge", &sent.challenge.to_string());
                plain.append_pair("again_from", &sent.again_from.micros().to_string());
                if sent.again {
                    plain.append_pair("again", "1");
                }
            }
            Step::Proven(ticket) => {
                plain.append_pair("ticket", ticket.expose());
            }
        }
        keys.seal(KeyUse::Cookie, CONTEXT, plain.finish().as_bytes())
    }

    fn unseal(keys: &KeyRing, text: &str) -> Option<Self> {
        let plain = keys.unseal(KeyUse::Cookie, CONTEXT, text)?;
        let fields = Fields::read(plain.expose())?;
        let phone = Phone::parse(fields.text("phone"))?;
        if fields.has("ticket") {
            return Some(Self::proven(phone, fields.secret("ticket")));
        }
        let sent = Sent {
            challenge: fields.text("challenge").parse().ok()?,
            again_from: Moment::from_micros(fields.text("again_from").parse().ok()?),
            again: fields.has("again"),
        };
        Some(Self::sent(phone, sent))
    }

    /// Where it goes on.
    const fn place(&self) -> &'static str {
        match self.step {
            Step::Sent(_) => CODE,
            Step::Proven(_) => YOU,
        }
    }
}

/// The cookie that ends it.
pub(super) fn forget(web: &Web) -> Result<HeaderValue> {
    cookies::clear(web.site(), COOKIE)
}

/// What the browser brought of it.
#[derive(Clone, Debug)]
pub(super) struct Known(Option<Progress>);

impl Known {
    /// The phone that was given.
    pub fn phone(&self) -> Option<&Phone> {
        self.0.as_ref().map(|progress| &progress.phone)
    }

    /// Where it goes on: at the beginning when there is nothing.
    pub fn place(&self) -> &'static str {
        self.0.as_ref().map_or(PHONE, Progress::place)
    }

    /// What the step of the code needs, or where to go instead.
    pub fn code(self) -> Result<(Phone, Sent), &'static str> {
        match self.0 {
            Some(Progress { phone, step: Step::Sent(sent) }) => Ok((phone, sent)),
            other => Err(Self(other).place()),
        }
    }

    /// What the last step needs, or where to go instead.
    pub fn ticket(self) -> Result<(Phone, Secret<String>), &'static str> {
        match self.0 {
            Some(Progress { phone, step: Step::Proven(ticket) }) => Ok((phone, ticket)),
            other => Err(Self(other).place()),
        }
    }
}

impl FromRequestParts<Web> for Known {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        let sealed = cookies::read(web.site(), &parts.headers, COOKIE);
        Ok(Self(sealed.and_then(|sealed| Progress::unseal(web.keys(), sealed))))
    }
}

#[cfg(test)]
mod tests {
    use kernel::Entropy;

    use super::*;

    const AT: Moment = Moment::from_micros(1_763_800_000_000_000);

    fn keys() -> KeyRing {
        KeyRing::new(Secret::new([7; 32]))
    }

    fn phone() -> Phone {
        Phone::parse("901234567").unwrap()
    }

    fn travelled(progress: &Progress) -> Known {
        Known(Progress::unseal(&keys(), &progress.seal(&keys())))
    }

    #[test]
    fn each_step_arrives_with_what_it_needs() {
        let challenge = ChallengeId::generate(AT, Entropy);
        for again in [false, true] {
            let sent = Sent { challenge, again_from: AT, again };
            let known = travelled(&Progress::sent(phone(), sent));
            assert_eq!(known.place(), CODE);
            assert_eq!(known.clone().ticket().err(), Some(CODE));
            assert_eq!(known.code(), Ok((phone(), sent)));
        }
        let ticket = Secret::new("bk_tk_A&=+ %".to_owned());
        let known = travelled(&Progress::proven(phone(), ticket.clone()));
        assert_eq!(known.place(), YOU);
        assert_eq!(known.clone().code().err(), Some(YOU));
        let (proven, arrived) = known.ticket().unwrap();
        assert_eq!((proven, arrived.expose()), (phone(), ticket.expose()));
    }

    #[test]
    fn what_we_did_not_seal_begins_at_the_beginning() {
        let sealed =
            |context: &[u8], plain: &str| keys().seal(KeyUse::Cookie, context, plain.as_bytes());
        let good = "phone=998901234567&ticket=t";
        assert!(Progress::unseal(&keys(), &sealed(CONTEXT, good)).is_some());
        for text in [
            String::new(),
            good.to_owned(),
            sealed(b"draft /sign-up", good),
            sealed(CONTEXT, "phone=1&ticket=t"),
            sealed(CONTEXT, "phone=998901234567"),
            sealed(CONTEXT, "phone=998901234567&challenge=op_1&again_from=1"),
        ] {
            let known = Known(Progress::unseal(&keys(), &text));
            assert_eq!((known.place(), known.phone()), (PHONE, None), "{text}");
            assert_eq!(known.clone().code().err(), Some(PHONE));
            assert_eq!(known.ticket().err(), Some(PHONE));
        }
    }

    #[test]
    fn one_waits_for_whole_seconds() {
        let challenge = ChallengeId::generate(AT, Entropy);
        let sent = Sent { challenge, again_from: AT.plus_seconds(60), again: false };
        assert_eq!(sent.wait_seconds(AT), Some(60));
        assert_eq!(sent.wait_seconds(AT.plus_micros(1)), Some(60));
        assert_eq!(sent.wait_seconds(AT.plus_seconds(59)), Some(1));
        assert_eq!(sent.wait_seconds(AT.plus_seconds(60)), None);
    }

    #[test]
    fn it_does_not_print() {
        let progress = Progress::proven(phone(), Secret::new("geheim".to_owned()));
        let text = format!("{progress:?}");
        assert!(!text.contains("geheim") && !text.contains("9012345"), "{text}");
    }
}

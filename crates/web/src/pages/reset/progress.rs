//! How far somebody is with a reset. It travels in one sealed cookie; the bank itself knows what
//! was proven.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::request::Parts;
use edge::Fields;
use edge::cookies::{self, Life};
use identity::ChallengeView;
use kernel::{KeyRing, KeyUse, Moment, Phone, Result, Secret};

use crate::Web;

const COOKIE: &str = "okto-reset";
/// Longer than a reset lives.
const LIFE_SECONDS: i64 = 3_600;
/// No other sealed cookie is one of these.
const CONTEXT: &[u8] = b"reset";

/// A reset that has begun.
#[derive(Clone, Debug)]
pub(super) struct Progress {
    /// The phone that was given.
    pub phone: Phone,
    /// What only whoever began it has.
    pub key: Secret<String>,
    pub again_from: Moment,
    /// Whether the code was right.
    pub code_proven: bool,
    /// Whether the second proof was right.
    pub proven: bool,
}

impl Progress {
    /// A code was sent.
    pub fn sent(phone: Phone, key: Secret<String>, sent: &ChallengeView, now: Moment) -> Self {
        let again_from = now.plus_seconds(sent.resend_after_seconds);
        Self { phone, key, again_from, code_proven: false, proven: false }
    }

    /// Another code was sent.
    pub fn sent_again(self, sent: &ChallengeView, now: Moment) -> Self {
        Self { again_from: now.plus_seconds(sent.resend_after_seconds), ..self }
    }

    /// In how many seconds another code can be asked for, when not now.
    pub fn wait_seconds(&self, now: Moment) -> Option<i64> {
        let left = self.again_from.micros_since(now).saturating_add(999_999).div_euclid(1_000_000);
        (left > 0).then_some(left)
    }

    /// Where it goes on.
    pub const fn place(&self) -> &'static str {
        match (self.code_proven, self.proven) {
            (false, _) => super::CODE,
            (true, false) => super::PROOF,
            (true, true) => super::PASSWORD,
        }
    }

    /// The cookie that takes it to the next step.
    pub fn cookie(&self, web: &Web) -> Result<HeaderValue> {
        let life = Life::Seconds(LIFE_SECONDS);
        cookies::set_strict(web.site(), COOKIE, &self.seal(web.keys()), life)
    }

    fn seal(&self, keys: &KeyRing) -> String {
        let mut plain = form_urlencoded::Serializer::new(String::new());
        plain.append_pair("phone", self.phone.expose());
        plain.append_pair("key", self.key.expose());
        plain.append_pair("again_from", &self.again_from.micros().to_string());
        for (name, done) in [("code", self.code_proven), ("proof", self.proven)] {
            if done {
                plain.append_pair(name, "1");
            }
        }
        keys.seal(KeyUse::Cookie, CONTEXT, plain.finish().as_bytes())
    }

    fn unseal(keys: &KeyRing, text: &str) -> Option<Self> {
        let plain = keys.unseal(KeyUse::Cookie, CONTEXT, text)?;
        let fields = Fields::read(plain.expose())?;
        Some(Self {
            phone: Phone::parse(fields.text("phone"))?,
            key: fields.secret("key"),
            again_from: Moment::from_micros(fields.text("again_from").parse().ok()?),
            code_proven: fields.has("code"),
            proven: fields.has("proof"),
        })
    }
}

/// The cookie that ends it.
pub(super) fn forget(web: &Web) -> Result<HeaderValue> {
    cookies::clear(web.site(), COOKIE)
}

/// The reset of this browser, at the step that a page is for; or where to go instead.
pub(super) struct Here(Option<Progress>);

impl Here {
    /// The step of the code.
    pub fn code(self) -> std::result::Result<Progress, &'static str> {
        self.at(super::CODE)
    }

    /// The step of the second proof.
    pub fn proof(self) -> std::result::Result<Progress, &'static str> {
        self.at(super::PROOF)
    }

    /// The step of the password.
    pub fn password(self) -> std::result::Result<Progress, &'static str> {
        self.at(super::PASSWORD)
    }

    fn at(self, place: &'static str) -> std::result::Result<Progress, &'static str> {
        match self.0 {
            Some(progress) if progress.place() == place => Ok(progress),
            Some(progress) => Err(progress.place()),
            None => Err(super::PHONE),
        }
    }
}

impl FromRequestParts<Web> for Here {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        web: &Web,
    ) -> std::result::Result<Self, Infallible> {
        let sealed = cookies::read(web.site(), &parts.headers, COOKIE);
        Ok(Self(sealed.and_then(|sealed| Progress::unseal(web.keys(), sealed))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Moment = Moment::from_micros(1_763_800_000_000_000);

    #[test]
    fn each_step_arrives_where_it_goes_on() {
        let keys = KeyRing::new(Secret::new([7; 32]));
        let begun = Progress {
            phone: Phone::parse("901234567").unwrap(),
            key: Secret::new("bk_rs_A&=+ %".to_owned()),
            again_from: AT.plus_seconds(60),
            code_proven: false,
            proven: false,
        };
        for (code_proven, proven, place) in [
            (false, false, super::super::CODE),
            (true, false, super::super::PROOF),
            (true, true, super::super::PASSWORD),
        ] {
            let progress = Progress { code_proven, proven, ..begun.clone() };
            let arrived = Progress::unseal(&keys, &progress.seal(&keys)).unwrap();
            assert_eq!((arrived.place(), arrived.key.expose()), (place, begun.key.expose()));
            assert_eq!(arrived.wait_seconds(AT), Some(60));
            assert!(Here(Some(arrived)).at(place).is_ok());
        }
        assert_eq!(Here(None).proof().err(), Some(super::super::PHONE));
        assert_eq!(Here(Some(begun.clone())).password().err(), Some(super::super::CODE));
        assert!(Progress::unseal(&keys, &keys.seal(KeyUse::Cookie, b"sign-in", b"a=1")).is_none());
        assert!(!format!("{begun:?}").contains("bk_rs_"));
    }
}

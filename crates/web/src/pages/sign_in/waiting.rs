//! A sign-in that waits for its second step. It travels in a sealed cookie: what only whoever gave
//! the password may hold stays out of pages and addresses. Where to go on travels beside it, as it
//! can be as long as an address, and browsers drop a cookie of more than four kilobytes.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use edge::Fields;
use edge::cookies::{self, Life};
use identity::{ChallengeView, Factor, SignInChallenge};
use kernel::{ChallengeId, KeyRing, KeyUse, Moment, Phone, Result, Secret};

use crate::Web;
use crate::pages::factor::Sms;
use crate::view::{own_path, with_cookie};

const COOKIE: &str = "okto-sign-in";
const NEXT: &str = "okto-sign-in-next";
/// As long as a sign-in waits.
const LIFE_SECONDS: i64 = 600;
/// No other sealed cookie is one of these.
const CONTEXT: &[u8] = b"sign-in";

/// The code by SMS of a sign-in that waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Code {
    /// Whether one was sent.
    sent: bool,
    /// When one can be asked for, if not at any time.
    from: Option<Moment>,
}

impl Code {
    fn of(sent: &ChallengeView, now: Moment) -> Self {
        Self { sent: true, from: Some(now.plus_seconds(sent.resend_after_seconds)) }
    }

    /// As pages show it.
    pub fn at(self, now: Moment) -> Sms {
        let wait_seconds = self
            .from
            .map(|from| from.micros_since(now).saturating_add(999_999).div_euclid(1_000_000));
        Sms { sent: self.sent, wait_seconds: wait_seconds.filter(|left| *left > 0) }
    }
}

/// A sign-in that waits.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    id: ChallengeId,
    handle: Secret<String>,
    /// How it can be answered, the stronger first.
    pub methods: Vec<Factor>,
    /// The phone that was given.
    pub phone: Phone,
    /// The code that was sent, or can be asked for.
    pub code: Code,
    /// Whether the device is bound for whoever signs in.
    pub bound: bool,
    /// Where to go on.
    pub next: String,
}

impl Waiting {
    /// What the bank said after the password.
    pub fn of(challenge: &SignInChallenge, phone: Phone, next: &str, now: Moment) -> Self {
        Self {
            id: challenge.id,
            handle: challenge.handle.clone(),
            methods: challenge.methods.clone(),
            phone,
            code: match &challenge.code {
                Some(sent) => Code::of(sent, now),
                None => Code {
                    sent: false,
                    from: challenge.code_after_seconds.map(|wait| now.plus_seconds(wait)),
                },
            },
            bound: challenge.bound,
            next: next.to_owned(),
        }
    }

    /// The same, when a code was sent.
    pub fn sent(self, sent: &ChallengeView, now: Moment) -> Self {
        Self { code: Code::of(sent, now), ..self }
    }

    /// What names it, and what only they hold who began it.
    pub const fn name(&self) -> (ChallengeId, &Secret<String>) {
        (self.id, &self.handle)
    }

    /// The answer with the cookies that take it to the next page.
    pub fn carried(&self, web: &Web, response: Response) -> Result<Response> {
        let (site, life) = (web.site(), Life::Seconds(LIFE_SECONDS));
        let sealed = cookies::set_strict(site, COOKIE, &self.seal(web.keys()), life)?;
        let response = with_cookie(response, sealed);
        // An address with signs that no cookie has is not gone to.
        match own_path(&self.next).map(|next| cookies::set_strict(site, NEXT, next, life)) {
            Some(Ok(next)) => Ok(with_cookie(response, next)),
            Some(Err(_)) | None => Ok(with_cookie(response, cookies::clear(site, NEXT)?)),
        }
    }

    fn seal(&self, keys: &KeyRing) -> String {
        let mut plain = form_urlencoded::Serializer::new(String::new());
        plain.append_pair("id", &self.id.to_string());
        plain.append_pair("handle", self.handle.expose());
        plain.append_pair("phone", self.phone.expose());
        let methods: Vec<_> = self.methods.iter().map(|method| method.as_str()).collect();
        plain.append_pair("methods", &methods.join(","));
        if self.code.sent {
            plain.append_pair("sent", "1");
        }
        if let Some(from) = self.code.from {
            plain.append_pair("code_from", &from.micros().to_string());
        }
        if self.bound {
            plain.append_pair("bound", "1");
        }
        keys.seal(KeyUse::Cookie, CONTEXT, plain.finish().as_bytes())
    }

    fn unseal(keys: &KeyRing, text: &str, next: &str) -> Option<Self> {
        let plain = keys.unseal(KeyUse::Cookie, CONTEXT, text)?;
        let fields = Fields::read(plain.expose())?;
        let methods: Vec<_> = fields.text("methods").split(',').filter_map(Factor::parse).collect();
        let from = fields.text("code_from").parse().ok().map(Moment::from_micros);
        Some(Self {
            id: fields.text("id").parse().ok()?,
            handle: fields.secret("handle"),
            methods,
            phone: Phone::parse(fields.text("phone"))?,
            code: Code { sent: fields.has("sent"), from },
            bound: fields.has("bound"),
            next: next.to_owned(),
        })
    }
}

/// The answer that ends it.
pub(super) fn forget(web: &Web, response: Response) -> Result<Response> {
    let response = with_cookie(response, cookies::clear(web.site(), COOKIE)?);
    Ok(with_cookie(response, cookies::clear(web.site(), NEXT)?))
}

/// The sign-in that waits in this browser.
pub(super) struct Here(pub Option<Waiting>);

impl FromRequestParts<Web> for Here {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        let sealed = cookies::read(web.site(), &parts.headers, COOKIE);
        let next = cookies::read(web.site(), &parts.headers, NEXT).unwrap_or_default();
        Ok(Self(sealed.and_then(|sealed| Waiting::unseal(web.keys(), sealed, next))))
    }
}

#[cfg(test)]
mod tests {
    use kernel::Entropy;

    use super::*;

    const AT: Moment = Moment::from_micros(1_763_800_000_000_000);

    fn waiting() -> Waiting {
        Waiting {
            id: ChallengeId::generate(AT, Entropy),
            handle: Secret::new("bk_si_A&=+ %".to_owned()),
            methods: vec![Factor::Passkey, Factor::Recovery],
            phone: Phone::parse("901234567").unwrap(),
            code: Code { sent: true, from: Some(AT) },
            bound: true,
            next: "/pay?a=1".to_owned(),
        }
    }

    #[test]
    fn it_arrives_as_it_left_and_nothing_else_is_one() {
        let keys = KeyRing::new(Secret::new([7; 32]));
        let sealed = waiting().seal(&keys);
        let arrived = Waiting::unseal(&keys, &sealed, "/pay?a=1").unwrap();
        assert_eq!(arrived.handle.expose(), waiting().handle.expose());
        assert_eq!(arrived.code, waiting().code);
        assert_eq!((arrived.methods, arrived.next), (waiting().methods, waiting().next));
        let unbound = Waiting { bound: false, ..waiting() }.seal(&keys);
        let unbound = Waiting::unseal(&keys, &unbound, "").unwrap();
        assert_eq!((arrived.bound, unbound.bound), (true, false));
        let other = keys.seal(KeyUse::Cookie, b"sign-up", b"id=1");
        for text in ["", "x", &other] {
            assert!(Waiting::unseal(&keys, text, "").is_none());
        }
        assert!(!format!("{:?}", waiting()).contains("bk_si_"));
    }

    #[test]
    fn one_waits_for_whole_seconds() {
        let code = Code { sent: true, from: Some(AT.plus_seconds(60)) };
        assert_eq!(code.at(AT.plus_micros(1)).wait_seconds, Some(60));
        assert_eq!(code.at(AT.plus_seconds(60)).wait_seconds, None);
    }
}

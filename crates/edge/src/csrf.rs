//! The token that proves that a form was filled in on a page of ours, by the one it was made for.
//!
//! It is a keyed hash over the visitor and the session, so nothing is stored and it lasts as long
//! as both. On each page it is hidden under a new random mask: a secret that is the same on every
//! page, beside something that a stranger may choose, could be guessed from the lengths of
//! compressed answers (BREACH).

use axum::http::{HeaderMap, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Entropy, KeyRing, KeyUse, Result};

use crate::Site;
use crate::cookies::{self, Life};

const TAG_BYTES: usize = 32;
const VISITOR_BYTES: usize = 16;
/// How long a browser keeps its name.
const VISITOR_SECONDS: i64 = 365 * 86_400;

/// A browser, whoever sits before it: a random name in a cookie, given at the first page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visitor([u8; VISITOR_BYTES]);

impl Visitor {
    /// One that nobody has seen yet.
    pub fn new(entropy: Entropy) -> Self {
        Self(entropy.bytes())
    }

    /// That of a cookie.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// For the cookie.
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The one that the cookie `name` names, or a new one and the cookie that gives it.
    pub fn met(
        site: &Site,
        headers: &HeaderMap,
        name: &str,
    ) -> Result<(Self, Option<HeaderValue>)> {
        if let Some(known) = cookies::read(site, headers, name).and_then(Self::parse) {
            return Ok((known, None));
        }
        let new = Self::new(Entropy);
        let cookie = cookies::set(site, name, &new.text(), Life::Seconds(VISITOR_SECONDS))?;
        Ok((new, Some(cookie)))
    }
}

/// The id of a session of whatever kind.
pub type Session = [u8; 16];

/// Makes tokens and tells whether a token is one of them.
#[derive(Clone, Debug)]
pub struct Csrf {
    keys: KeyRing,
}

impl Csrf {
    /// With the keys of the installation.
    pub const fn new(keys: KeyRing) -> Self {
        Self { keys }
    }

    /// A token for a page of this visitor, in this session or in none. No two are the same.
    pub fn token(&self, visitor: &Visitor, session: Option<Session>, entropy: Entropy) -> String {
        let mask: [u8; TAG_BYTES] = entropy.bytes();
        let tag = self.keys.sign(KeyUse::Csrf, &[&visitor.0, session_bytes(session.as_ref())]);
        let mut token = mask.to_vec();
        token.extend(unmasked(&mask, &tag));
        URL_SAFE_NO_PAD.encode(token)
    }

    /// Whether a token was made for this visitor in this session. Compared in constant time.
    pub fn verify(&self, visitor: &Visitor, session: Option<Session>, token: &str) -> bool {
        // A longer text is not ours, and not worth its decoding.
        if token.len() > TAG_BYTES * 4 {
            return false;
        }
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else { return false };
        let Some((mask, masked)) = bytes.split_at_checked(TAG_BYTES) else { return false };
        if masked.len() != TAG_BYTES {
            return false;
        }
        let tag: Vec<u8> = unmasked(mask, masked).collect();
        self.keys.verify(KeyUse::Csrf, &[&visitor.0, session_bytes(session.as_ref())], &tag)
    }
}

fn unmasked<'a>(mask: &'a [u8], bytes: &'a [u8]) -> impl Iterator<Item = u8> + 'a {
    mask.iter().zip(bytes).map(|(mask, byte)| mask ^ byte)
}

/// No session is no bytes, which no session has.
fn session_bytes(session: Option<&Session>) -> &[u8] {
    session.map_or_else(Default::default, <[u8; 16]>::as_slice)
}

#[cfg(test)]
mod tests {
    use kernel::Secret;
    use proptest::prelude::*;

    use super::*;

    fn csrf(root: u8) -> Csrf {
        Csrf::new(KeyRing::new(Secret::new([root; 32])))
    }

    #[test]
    fn a_token_is_of_its_visitor_session_and_bank() {
        let (ours, theirs) = (csrf(7), csrf(8));
        let (visitor, other) = (Visitor::new(Entropy), Visitor::new(Entropy));
        let session = || Entropy.bytes::<16>();
        let (one, two) = (session(), session());
        let token = ours.token(&visitor, Some(one), Entropy);
        assert!(ours.verify(&visitor, Some(one), &token));
        assert!(!ours.verify(&visitor, Some(two), &token));
        assert!(!ours.verify(&visitor, None, &token));
        assert!(!ours.verify(&other, Some(one), &token));
        assert!(!theirs.verify(&visitor, Some(one), &token));
        let stranger = ours.token(&visitor, None, Entropy);
        assert!(ours.verify(&visitor, None, &stranger));
        assert!(!ours.verify(&visitor, Some(one), &stranger));
    }

    #[test]
    fn no_two_pages_have_a_part_of_the_token_in_common() {
        let csrf = csrf(7);
        let visitor = Visitor::new(Entropy);
        let halves = |token: &str| {
            let bytes = URL_SAFE_NO_PAD.decode(token).unwrap();
            (bytes[..32].to_vec(), bytes[32..].to_vec())
        };
        let one = halves(&csrf.token(&visitor, None, Entropy));
        let two = halves(&csrf.token(&visitor, None, Entropy));
        assert_ne!(one.0, two.0);
        assert_ne!(one.1, two.1);
        // Nor does a half give the tag away.
        let tag = csrf.keys.sign(KeyUse::Csrf, &[&visitor.0, &[]]);
        assert!(![&one.0, &one.1].iter().any(|half| half.as_slice() == tag.as_slice()));
    }

    #[test]
    fn a_visitor_survives_its_cookie() {
        let visitor = Visitor::new(Entropy);
        assert_eq!(Visitor::parse(&visitor.text()), Some(visitor));
        for bad in ["", "abc", "AAAAAAAAAAAAAAAAAAAAAA==", "AAAAAAAAAAAAAAAAAAAAAAAA", "ў"] {
            assert_eq!(Visitor::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn nothing_else_is_a_token(text in "[A-Za-z0-9_-]{0,120}|.{0,40}") {
            prop_assert!(!csrf(7).verify(&Visitor([1; 16]), None, &text));
        }

        #[test]
        fn a_changed_token_is_none(place in 0_usize..64, bit in 0_u8..8) {
            let csrf = csrf(7);
            let visitor = Visitor([1; 16]);
            let token = csrf.token(&visitor, None, Entropy);
            let mut bytes = URL_SAFE_NO_PAD.decode(token).unwrap();
            bytes[place] ^= 1 << bit;
            prop_assert!(!csrf.verify(&visitor, None, &URL_SAFE_NO_PAD.encode(bytes)));
        }
    }
}

//! The form of the bank's tokens: a prefix that says what it is, 32 random bytes in base64url, and
//! a checksum. Secret scanners can match it, and a mistyped or foreign token is refused without
//! asking the database.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Entropy, KeyRing, KeyUse, Secret};
use sha2::{Digest, Sha256};

/// How much of a refresh token all tokens of its session have in common.
const FAMILY_BYTES: usize = 16;
const RANDOM_BYTES: usize = 32;
const PREFIX_CHARS: usize = 6;
const RANDOM_CHARS: usize = 43;
/// The low 24 bits of the CRC-32 in hexadecimal.
const CHECK_CHARS: usize = 6;
const CHECK_MASK: u32 = 0x00ff_ffff;
const TOKEN_CHARS: usize = PREFIX_CHARS + RANDOM_CHARS + CHECK_CHARS;

/// The hash by which the bank recognises a token.
pub(crate) type Hash = [u8; 32];

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Carried by each request.
    Access,
    /// Exchanged for new tokens.
    Refresh,
    /// Carried by each request of a browser, for the life of its session.
    Browser,
    /// Kept by a browser for longer than a session: tells it from other browsers.
    Device,
    /// Carried by each request of an employee's browser.
    Staff,
    /// Kept by the program of a partner.
    Partner,
    /// Proves once that a phone number was proven.
    Ticket,
    /// Held by whoever began a password reset.
    Reset,
    /// Held by whoever began a sign-in that waits for its second factor.
    SignIn,
}

impl Purpose {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Access => "bk_at_",
            Self::Refresh => "bk_rt_",
            Self::Browser => "bk_ws_",
            Self::Device => "bk_dv_",
            Self::Staff => "bk_ss_",
            Self::Partner => "bk_ps_",
            Self::Ticket => "bk_su_",
            Self::Reset => "bk_pr_",
            Self::SignIn => "bk_si_",
        }
    }

    /// Keeps tokens apart that the same cache and column hold: whoever changes the prefix of one
    /// has no other. The prefix and its checksum are no secret.
    const fn domain(self) -> &'static [u8] {
        match self {
            Self::Browser => b"browser",
            Self::Device => b"device",
            Self::SignIn => b"sign-in",
            Self::Staff => b"staff",
            Self::Partner => b"partner",
            Self::Access | Self::Refresh | Self::Ticket | Self::Reset => b"",
        }
    }
}

/// A token of one purpose.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    purpose: Purpose,
    random: Secret<[u8; RANDOM_BYTES]>,
}

impl Token {
    /// A new token. For a refresh token this begins a family.
    pub fn generate(purpose: Purpose, entropy: Entropy) -> Self {
        Self { purpose, random: Secret::new(entropy.bytes()) }
    }

    /// What a refresh token is exchanged for: an access token, and a refresh token of the same
    /// family, whose first half stays. They follow from it by a key of the bank: whoever asks
    /// twice, as the first answer was lost or is still on its way, is given the same twice.
    pub fn exchanged(&self, keys: &KeyRing) -> (Self, Self) {
        let follows = |purpose: Purpose| {
            keys.sign(KeyUse::Refresh, &[purpose.prefix().as_bytes(), self.random.expose()])
        };
        let mut refresh = follows(Purpose::Refresh);
        let kept = self.random.expose().iter().take(FAMILY_BYTES);
        refresh.iter_mut().zip(kept).for_each(|(to, from)| *to = *from);
        let token = |purpose, random| Self { purpose, random: Secret::new(random) };
        (token(Purpose::Access, follows(Purpose::Access)), token(Purpose::Refresh, refresh))
    }

    /// Reads a token. `None` for anything that the bank cannot have made.
    pub fn parse(purpose: Purpose, text: &str) -> Option<Self> {
        if text.len() != TOKEN_CHARS {
            return None;
        }
        let (body, check) = text.split_at_checked(PREFIX_CHARS + RANDOM_CHARS)?;
        let encoded = body.strip_prefix(purpose.prefix())?;
        if check != checksum(body) {
            return None;
        }
        let mut random = [0_u8; RANDOM_BYTES];
        let read = URL_SAFE_NO_PAD.decode_slice(encoded, &mut random).ok()?;
        (read == RANDOM_BYTES).then_some(Self { purpose, random: Secret::new(random) })
    }

    /// The text that the client keeps.
    pub fn text(&self) -> Secret<String> {
        let mut text = String::with_capacity(TOKEN_CHARS);
        text.push_str(self.purpose.prefix());
        URL_SAFE_NO_PAD.encode_string(self.random.expose(), &mut text);
        let check = checksum(&text);
        text.push_str(&check);
        Secret::new(text)
    }

    /// What is stored of it.
    pub fn hash(&self) -> Hash {
        let domain = self.purpose.domain();
        Sha256::new().chain_update(domain).chain_update(self.random.expose()).finalize().into()
    }

    /// What is stored of the part that its family has in common.
    pub fn family_hash(&self) -> Hash {
        let family = self.random.expose().split_at(FAMILY_BYTES).0;
        Sha256::new().chain_update(b"family").chain_update(family).finalize().into()
    }
}

fn checksum(body: &str) -> String {
    format!("{:06x}", crc32fast::hash(body.as_bytes()) & CHECK_MASK)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_token_reads_back() {
        const ALL: [Purpose; 8] = [
            Purpose::Access,
            Purpose::Refresh,
            Purpose::Browser,
            Purpose::Device,
            Purpose::Partner,
            Purpose::Staff,
            Purpose::Ticket,
            Purpose::SignIn,
        ];
        for purpose in ALL {
            let token = Token::generate(purpose, Entropy);
            let text = token.text();
            assert_eq!(text.expose().len(), TOKEN_CHARS);
            let read = Token::parse(purpose, text.expose()).unwrap();
            assert_eq!(read.hash(), token.hash());
            for other in ALL {
                assert_eq!(Token::parse(other, text.expose()).is_some(), other == purpose);
            }
        }
    }

    #[test]
    fn another_prefix_is_another_token() {
        let browser = Token::generate(Purpose::Browser, Entropy);
        let renamed = Token { purpose: Purpose::Access, ..browser.clone() };
        assert_ne!(renamed.hash(), browser.hash());
        assert_eq!(renamed.text().expose().get(6..49), browser.text().expose().get(6..49));
    }

    #[test]
    fn what_a_token_is_exchanged_for_shares_the_family_only() {
        let keys = KeyRing::new(Secret::new([7; 32]));
        let first = Token::generate(Purpose::Refresh, Entropy);
        let (access, second) = first.exchanged(&keys);
        assert_eq!(first.family_hash(), second.family_hash());
        assert_ne!(first.hash(), second.hash());
        assert_ne!(access.random.expose().get(16..), second.random.expose().get(16..));
        assert!(Token::parse(Purpose::Access, access.text().expose()).is_some());
        // The same twice, something else from the next, and only the bank can tell it.
        let again = first.exchanged(&keys);
        assert_eq!((again.0.hash(), again.1.hash()), (access.hash(), second.hash()));
        let third = second.exchanged(&keys).1;
        assert!(third.hash() != second.hash() && third.hash() != first.hash());
        let stranger = first.exchanged(&KeyRing::new(Secret::new([8; 32])));
        assert!(stranger.0.hash() != access.hash() && stranger.1.hash() != second.hash());
        let other = Token::generate(Purpose::Refresh, Entropy);
        assert_ne!(first.family_hash(), other.family_hash());
    }

    #[test]
    fn one_changed_character_is_noticed() {
        let text = Token::generate(Purpose::Access, Entropy).text();
        for (i, c) in text.expose().char_indices() {
            let other = if c == 'A' { 'B' } else { 'A' };
            let mut changed = text.expose().clone();
            changed.replace_range(i..=i, &other.to_string());
            assert!(Token::parse(Purpose::Access, &changed).is_none(), "position {i}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,80}", tail in "[A-Za-z0-9_-]{49}") {
            prop_assert!(Token::parse(Purpose::Access, &text).is_none());
            let _ = Token::parse(Purpose::Access, &format!("bk_at_{tail}"));
        }
    }
}

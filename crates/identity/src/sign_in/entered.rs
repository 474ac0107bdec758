//! Through which door somebody comes, and what they get.

use kernel::{ChallengeId, DeviceId, Error, Moment, Result, Secret};

use crate::codes::ChallengeView;
use crate::devices::{By, DeviceKey};
use crate::factors::Factor;
use crate::{BrowserSession, ClientInfo, Tokens, tokens};

/// Through which door somebody comes, with what they carry.
#[derive(Clone, Copy, Debug)]
pub enum Door<'a> {
    /// An app. The key that it proved to have, if it has one, is among what is known of the client.
    App,
    /// A browser, with the cookie by which the bank knows it.
    Browser(Option<&'a str>),
}

impl<'a> Door<'a> {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Browser(_) => "browser",
        }
    }

    /// The key to which a session of this door is bound.
    pub(super) fn key(self, client: &ClientInfo) -> Option<&tokens::Hash> {
        match self {
            Self::App => client.key.as_ref().map(DeviceKey::thumbprint),
            Self::Browser(_) => None,
        }
    }

    /// By what a device that comes through this door can be bound.
    pub(super) fn by(self, client: &ClientInfo) -> Option<By<'a>> {
        match self {
            Self::App => client.key.clone().map(By::Key),
            Self::Browser(cookie) => Some(By::Cookie(cookie)),
        }
    }
}

/// A sign-in that waits for the second factor.
#[derive(Clone, Debug)]
pub struct SignInChallenge {
    /// Names it when it is answered.
    pub id: ChallengeId,
    /// To be shown with the answer. Stored only as a hash.
    pub handle: Secret<String>,
    /// How it can be answered, the stronger first.
    pub methods: Vec<Factor>,
    /// Until when.
    pub expires_at: Moment,
    /// The code that was sent by SMS; `None` when none was.
    pub code: Option<ChallengeView>,
    /// After how many seconds the first code can be asked for, when none could be sent just now.
    pub code_after_seconds: Option<i64>,
    /// Whether the device is bound for this customer already.
    pub bound: bool,
}

/// What came of a first factor.
#[derive(Clone, Debug)]
pub enum Begun {
    /// The device is the second: a session.
    SignedIn(Entered),
    /// Another one is asked for.
    Waits(SignInChallenge),
}

/// Somebody came in.
#[derive(Clone, Debug)]
pub struct Entered {
    /// The session.
    pub session: Opened,
    /// The cookie that the browser is to keep, when it was bound just now.
    pub cookie: Option<Secret<String>>,
    /// The device that the session is on.
    pub device: Option<DeviceId>,
}

/// A session, of the door through which it was asked for.
#[derive(Clone, Debug)]
pub enum Opened {
    /// An app's.
    App(Tokens),
    /// A browser's.
    Browser(BrowserSession),
}

impl Opened {
    /// The tokens of an app's session.
    pub fn app(self) -> Result<Tokens> {
        match self {
            Self::App(tokens) => Ok(tokens),
            Self::Browser(_) => Err(Error::invariant("an app got a browser's session")),
        }
    }

    /// A browser's session.
    pub fn browser(self) -> Result<BrowserSession> {
        match self {
            Self::Browser(session) => Ok(session),
            Self::App(_) => Err(Error::invariant("a browser got an app's session")),
        }
    }
}

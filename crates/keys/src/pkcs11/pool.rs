use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error as TokenError, RvError};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use kernel::{Error, Result};

use super::{Done, Pkcs11Config};

/// How long to wait before a session is tried to be opened again.
const OPEN_PAUSES: [Duration; 3] =
    [Duration::from_millis(20), Duration::from_millis(100), Duration::from_millis(500)];
/// Sessions with the token that rest. More than this are closed after their use.
const IDLE_MAX: usize = 8;

/// Signed-in sessions with one token.
pub struct Pool {
    config: Pkcs11Config,
    module: Pkcs11,
    idle: Mutex<Vec<Session>>,
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.describe())
    }
}

impl Pool {
    pub fn new(config: Pkcs11Config) -> Result<Self> {
        let module = Pkcs11::new(&config.module).map_err(|error| {
            let file = config.module.display();
            Error::broken("loading the PKCS#11 module", format!("{file}: {error}"))
        })?;
        Ok(Self { config, module, idle: Mutex::default() })
    }

    pub fn describe(&self) -> String {
        let (token, module) = (&self.config.token, self.config.module.display());
        format!("token {token:?} of the PKCS#11 module {module}")
    }

    /// Does something in a session. When the session turns out to be lost (the token was pulled
    /// out, the module restarted), does it once more in a new one.
    pub fn with<T>(&self, doing: &'static str, work: impl Fn(&Session) -> Done<T>) -> Result<T> {
        let broken = |error: TokenError| Error::broken(doing, error.to_string());
        let resting = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(session) = resting {
            match work(&session) {
                Ok(done) => {
                    self.rest(session);
                    return Ok(done);
                }
                Err(error) if is_lost(&error) => {
                    tracing::warn!(%error, "a session with the token was lost");
                    // The others are lost as well.
                    self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
                }
                Err(error) => return Err(broken(error)),
            }
        }
        let session = self.open()?;
        let done = work(&session).map_err(broken)?;
        self.rest(session);
        Ok(done)
    }

    fn rest(&self, session: Session) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_MAX {
            idle.push(session);
        }
    }

    /// Opens a session. Processes that do so at the same moment can find the token's own files half
    /// written by each other, and nothing was done yet: it is tried again.
    fn open(&self) -> Result<Session> {
        const DOING: &str = "opening a session with the token";
        let mut again = OPEN_PAUSES.into_iter();
        loop {
            match self.try_open() {
                Ok(Some(session)) => return Ok(session),
                Ok(None) => {
                    return Err(Error::broken(DOING, format!("there is no {}", self.describe())));
                }
                Err(error) => match again.next().filter(|_| may_pass(&error)) {
                    Some(pause) => {
                        tracing::warn!(%error, "the token could not be opened; once more");
                        std::thread::sleep(pause);
                    }
                    None => return Err(Error::broken(DOING, error.to_string())),
                },
            }
        }
    }

    /// `None` when there is no such token.
    fn try_open(&self) -> Done<Option<Session>> {
        match self.module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            Ok(()) | Err(TokenError::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(error) => return Err(error),
        }
        let Some(slot) = self.slot()? else { return Ok(None) };
        let session = self.module.open_rw_session(slot)?;
        let pin = AuthPin::new(self.config.pin.expose().clone().into_boxed_str());
        match session.login(UserType::User, Some(&pin)) {
            // One sign-in counts for all sessions of a process.
            Ok(()) | Err(TokenError::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(Some(session)),
            Err(error) => Err(error),
        }
    }

    fn slot(&self) -> Done<Option<Slot>> {
        for slot in self.module.get_slots_with_token()? {
            if self.module.get_token_info(slot)?.label() == self.config.token {
                return Ok(Some(slot));
            }
        }
        Ok(None)
    }
}

/// Whether a failure to open may be over the next time. A wrong PIN is not: tries are counted.
fn may_pass(error: &TokenError) -> bool {
    let TokenError::Pkcs11(value, _) = error else { return false };
    matches!(value, RvError::GeneralError | RvError::FunctionFailed | RvError::DeviceError)
}

/// Whether the session, and not what was asked of it, is the trouble.
fn is_lost(error: &TokenError) -> bool {
    let TokenError::Pkcs11(value, _) = error else { return false };
    matches!(
        value,
        RvError::SessionHandleInvalid
            | RvError::SessionClosed
            | RvError::UserNotLoggedIn
            | RvError::DeviceRemoved
            | RvError::DeviceError
            | RvError::TokenNotPresent
            | RvError::TokenNotRecognized
            | RvError::CryptokiNotInitialized
            | RvError::KeyHandleInvalid
            | RvError::ObjectHandleInvalid
    )
}

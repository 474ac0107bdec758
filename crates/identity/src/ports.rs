//! What identity needs from the outside world.

use std::future::Future;
use std::pin::Pin;

use kernel::{Phone, Result};

/// A text message to one phone.
#[derive(Clone, Debug)]
pub struct Sms {
    /// Whom it goes to.
    pub to: Phone,
    /// The text. Holds a one-time code: never logged.
    pub text: kernel::Secret<String>,
    /// Our own reference, the same for every attempt to send the same message.
    pub reference: String,
}

/// An operator that delivers text messages.
pub trait SmsSender: Send + Sync {
    /// Hands a message to the operator and answers with the operator's id of it. An error means
    /// that it is not known to be handed over: the job tries again.
    fn send<'a>(
        &'a self,
        sms: &'a Sms,
    ) -> Pin<Box<dyn Future<Output = Result<String>> + Send + 'a>>;
}

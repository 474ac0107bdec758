//! What identity needs from the outside world.

use std::future::Future;
use std::pin::Pin;

use kernel::{Ctx, CustomerId, EmailAddress, Lang, Moment, Phone, Result, Secret};
use store::Tx;

/// Who carries security events to their receivers.
pub trait HookSender: Send + Sync {
    /// Hands a signed event to a receiver. An error means that it is not known to have taken it:
    /// the job tries again.
    fn send<'a>(
        &'a self,
        url: &'a str,
        token: String,
    ) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;
}

/// A text message to one phone.
#[derive(Clone, Debug)]
pub struct Sms {
    /// Whom it goes to.
    pub to: Phone,
    /// The text. Holds a one-time code: never logged.
    pub text: Secret<String>,
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

/// A message to one mailbox: plain text.
#[derive(Clone, Debug)]
pub struct Email {
    /// Whom it goes to.
    pub to: EmailAddress,
    /// What it is about. Anybody may read it over a shoulder: it holds nothing personal.
    pub subject: String,
    /// The text. May hold a one-time code: never logged.
    pub text: Secret<String>,
    /// Our own reference, the same for every attempt to send the same message.
    pub reference: String,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handed {
    /// The server has it.
    Taken,
    /// The mailbox does not take it, now or later.
    Refused,
}

/// A server that delivers mail.
pub trait EmailSender: Send + Sync {
    /// Hands a message over. An error means that it is not known to be handed over: the job tries
    /// again.
    fn send<'a>(
        &'a self,
        email: &'a Email,
    ) -> Pin<Box<dyn Future<Output = Result<Handed>> + Send + 'a>>;
}

/// What came of a question that is answered elsewhere.
pub type Answered<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Whoever knows in which language a customer is written to.
pub trait Languages: Send + Sync {
    /// The customer's language; `None` for nobody's id.
    fn language_of(&self, customer: CustomerId) -> Answered<'_, Option<Lang>>;
}

/// Whoever keeps what a customer has with the bank beside the way in: money, a name. Each is asked
/// in the transaction of the decision about the customer, unless it says otherwise.
pub trait Leaving: Send + Sync {
    /// Whether nothing is on the customer's accounts, and nothing held.
    fn is_settled<'a>(&'a self, tx: &'a mut Tx, customer: CustomerId) -> Answered<'a, bool>;

    /// The customer leaves: nobody serves them, nobody finds them to pay, and their accounts take
    /// nothing any more. Refused with [`kernel::Code::AccountNotEmpty`] when something came since
    /// it was asked whether they are settled.
    fn leaves<'a>(&'a self, tx: &'a mut Tx, ctx: &'a Ctx, customer: CustomerId)
    -> Answered<'a, ()>;

    /// The customer is let in again after a freeze: takes the identity document that was declared
    /// since then, unless the bank has seen it. Says whether there was one.
    fn takes_document<'a>(
        &'a self,
        tx: &'a mut Tx,
        customer: CustomerId,
        since: Moment,
    ) -> Answered<'a, bool>;

    /// The customer was frozen, or let in again: their accounts follow at once, after the commit by
    /// which that was decided. The event of it brings them there as well, but a worker may be late.
    fn follows<'a>(&'a self, ctx: &'a Ctx, customer: CustomerId) -> Answered<'a, ()>;

    /// The customer is erased: blanks what stands in clear about them, and deletes what was theirs
    /// alone.
    fn is_erased<'a>(&'a self, tx: &'a mut Tx, customer: CustomerId) -> Answered<'a, ()>;
}

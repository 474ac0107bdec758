//! Security events, as they are told to other parts of the bank and to receivers outside. They
//! carry the names of the Continuous Access Evaluation Profile (OpenID CAEP 1.0).

use kernel::{Actor, Ctx, CustomerId, Result, SessionId};
use serde_json::{Value, json};
use store::Tx;
use store::outbox::{self, NewEvent};
use uuid::Uuid;

use crate::devices::Device;
use crate::revocations::Reason;
use crate::sessions::NewSession;

/// Sessions have ended.
pub const SESSION_REVOKED: &str = "session-revoked";
/// Somebody signed in.
pub const SESSION_ESTABLISHED: &str = "session-established";
/// A password, a passkey, another factor or a contact was added, changed or removed.
pub const CREDENTIAL_CHANGE: &str = "credential-change";
/// A session is worth more, or less, than before.
pub const ASSURANCE_LEVEL_CHANGE: &str = "assurance-level-change";
/// A device was bound or unbound.
pub const DEVICE_COMPLIANCE_CHANGE: &str = "device-compliance-change";

/// A customer was frozen or closed: nothing is theirs to do any more. From the RISC profile, which
/// goes with CAEP.
pub const ACCOUNT_DISABLED: &str = "account-disabled";
/// A customer was unfrozen.
pub const ACCOUNT_ENABLED: &str = "account-enabled";

/// Why a credential of a customer is gone who was unfrozen.
pub(crate) const UNFROZEN: &str = "unfrozen";

/// A token was presented without the key that it is bound to. No such event in CAEP: the name is
/// the bank's own.
pub const KEY_MISUSE: &str = "key-misuse";

/// Sign-ins of a customer were refused several times in a day. The bank's own, too.
pub const SIGN_IN_REFUSED: &str = "sign-in-refused";

/// Every session of everybody has ended: no user is named, and no session. The events of CAEP are
/// about one subject each, so this name is the bank's own.
pub const EVERYONES_SESSIONS_REVOKED: &str = "everyones-sessions-revoked";

/// Every one.
pub const ALL: [&str; 10] = [
    SESSION_REVOKED,
    EVERYONES_SESSIONS_REVOKED,
    SESSION_ESTABLISHED,
    CREDENTIAL_CHANGE,
    ASSURANCE_LEVEL_CHANGE,
    DEVICE_COMPLIANCE_CHANGE,
    ACCOUNT_DISABLED,
    ACCOUNT_ENABLED,
    KEY_MISUSE,
    SIGN_IN_REFUSED,
];

/// Tells of something that happened to a user. `facts` hold no personal data.
pub(crate) async fn tell(
    tx: &mut Tx,
    ctx: &Ctx,
    kind: &'static str,
    user: CustomerId,
    mut facts: Value,
) -> Result<()> {
    if let Some(facts) = facts.as_object_mut() {
        facts.insert("user".to_owned(), json!(user));
        facts.insert("initiating_entity".to_owned(), json!(initiator(ctx)));
    }
    let event = NewEvent { kind, subject: user.uuid(), at: ctx.now(), payload: Some(facts) };
    outbox::append(tx, &[event]).await
}

/// Tells that every session of everybody has ended. It is about the bank, so its subject is nobody.
pub(crate) async fn everyones_sessions_ended(tx: &mut Tx, ctx: &Ctx) -> Result<()> {
    let facts = json!({ "reason": Reason::Everyone.as_str(), "initiating_entity": initiator(ctx) });
    let event = NewEvent {
        kind: EVERYONES_SESSIONS_REVOKED,
        subject: Uuid::nil(),
        at: ctx.now(),
        payload: Some(facts),
    };
    outbox::append(tx, &[event]).await
}

/// Who began it, in the words of CAEP.
const fn initiator(ctx: &Ctx) -> &'static str {
    match ctx.actor {
        Actor::Customer { .. } => "user",
        Actor::Staff(_) => "admin",
        Actor::Anonymous | Actor::System(_) => "system",
    }
}

/// Somebody signed in.
pub(crate) async fn session_began(tx: &mut Tx, ctx: &Ctx, new: &NewSession) -> Result<()> {
    let proof = &new.proof;
    let facts = json!({ "session": new.id, "acr": proof.aal.number(), "amr": proof.amr.words(),
        "device": proof.device });
    tell(tx, ctx, SESSION_ESTABLISHED, new.user, facts).await
}

/// Sessions of a user have ended.
pub(crate) async fn sessions_ended(
    tx: &mut Tx,
    ctx: &Ctx,
    (user, sessions): (CustomerId, &[SessionId]),
    reason: Reason,
) -> Result<()> {
    let facts = json!({ "sessions": sessions, "reason": reason.as_str() });
    tell(tx, ctx, SESSION_REVOKED, user, facts).await
}

/// A device changed its state.
pub(crate) async fn device_changed(
    tx: &mut Tx,
    ctx: &Ctx,
    device: &Device,
    change: &str,
) -> Result<()> {
    let facts = json!({ "device": device.id, "change": change });
    tell(tx, ctx, DEVICE_COMPLIANCE_CHANGE, device.customer, facts).await
}

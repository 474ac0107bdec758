use kernel::{ApprovalId, Error, KeyRing, KeyUse, Moment, PasskeyId, Permission, Result, StaffId};
use policy::Object;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What every proposal of a kind keeps to.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Its name, such as `staff.roles`.
    pub kind: &'static str,
    /// Who may propose it.
    pub propose: Permission,
    /// Who may decide about it.
    pub approve: Permission,
    /// How many must approve, beside whoever proposes.
    pub quorum: u8,
    /// How long it waits for decisions.
    pub life_seconds: i64,
}

/// One line of what would change. What it says is for any reader: words of the bank's own, ids,
/// moments as RFC 3339; whoever shows it says it in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What, in a word of the bank's own, such as `roles`.
    pub field: String,
    /// What it is now; nothing when there is none yet.
    pub before: Option<String>,
    /// What it would be.
    pub after: Option<String>,
    /// It stands beside the difference for whoever decides, and is no part of what is decided: it
    /// may be another when that is carried out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub beside: bool,
}

impl Change {
    /// From one value to another.
    pub fn new(field: &str, before: Option<&str>, after: Option<&str>) -> Self {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Self { field: field.to_owned(), before: owned(before), after: owned(after), beside: false }
    }

    /// What whoever decides is told besides.
    pub fn beside(field: &str, value: &str) -> Self {
        Self { beside: true, ..Self::new(field, Some(value), Some(value)) }
    }
}

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// It waits for decisions.
    Open,
    /// It was approved and carried out.
    Executed,
    /// Somebody rejected it.
    Rejected,
    /// Whoever proposed it took it back.
    Withdrawn,
    /// Nobody decided in time.
    Expired,
    /// It was approved, and could not be carried out.
    Refused,
}

impl State {
    const ALL: [Self; 6] =
        [Self::Open, Self::Executed, Self::Rejected, Self::Withdrawn, Self::Expired, Self::Refused];

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Executed => "executed",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Refused => "refused",
        }
    }

    pub(super) fn of_row(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(Error::invariant("the state of a proposal cannot be read"))
    }
}

/// A decision about a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Say {
    /// Do it.
    Approve,
    /// Do not.
    Reject,
}

impl Say {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
        }
    }

    pub(super) fn of_row(text: &str) -> Result<Self> {
        match text {
            "approve" => Ok(Self::Approve),
            "reject" => Ok(Self::Reject),
            _ => Err(Error::invariant("a decision cannot be read")),
        }
    }
}

/// The columns that say what a proposal is about.
pub(super) fn object_columns(object: Object) -> (&'static str, Option<Uuid>) {
    match object {
        Object::Bank => ("bank", None),
        Object::Customer(id) => ("customer", Some(id.uuid())),
        Object::Staff(id) => ("staff", Some(id.uuid())),
    }
}

pub(super) fn object_of_row(kind: &str, id: Option<Uuid>) -> Result<Object> {
    match (kind, id) {
        ("bank", None) => Ok(Object::Bank),
        ("customer", Some(id)) => Ok(Object::Customer(kernel::CustomerId::from_uuid(id))),
        ("staff", Some(id)) => Ok(Object::Staff(StaffId::from_uuid(id))),
        _ => Err(Error::invariant("what a proposal is about cannot be read")),
    }
}

/// The hash of a payload, of one kind.
pub(super) fn payload_hash(kind: &str, payload: &str) -> [u8; 32] {
    hash(b"okto approval payload 1\0", &[kind.as_bytes(), payload.as_bytes()])
}

/// The hash of a difference, without what stands beside it.
pub(super) fn difference_hash(changes: &[Change]) -> Result<[u8; 32]> {
    let changed: Vec<_> = changes.iter().filter(|change| !change.beside).collect();
    let text = serde_json::to_vec(&changed)
        .map_err(|e| Error::broken("writing what a proposal changes", e))?;
    Ok(hash(b"okto approval difference 1\0", &[&text]))
}

/// A proposal as it was made: what its seal is over.
#[derive(Clone, Debug)]
pub(super) struct Proposed {
    pub id: ApprovalId,
    pub kind: String,
    pub object: Object,
    pub subject: Uuid,
    pub maker: StaffId,
    pub reason: String,
    pub payload: String,
    pub difference_hash: [u8; 32],
    pub quorum: i16,
    pub created_at: Moment,
    pub expires_at: Moment,
}

impl Proposed {
    /// A keyed hash over all of it: whoever can only write to the database cannot make one.
    pub fn seal(&self, keys: &KeyRing) -> [u8; 32] {
        let (object_kind, object_id) = object_columns(self.object);
        keys.sign(
            KeyUse::Approval,
            &[
                b"proposal",
                self.id.uuid().as_bytes(),
                self.kind.as_bytes(),
                object_kind.as_bytes(),
                object_id.unwrap_or_default().as_bytes(),
                self.subject.as_bytes(),
                self.maker.uuid().as_bytes(),
                self.reason.as_bytes(),
                self.payload.as_bytes(),
                &self.difference_hash,
                &self.quorum.to_be_bytes(),
                &self.created_at.micros().to_be_bytes(),
                &self.expires_at.micros().to_be_bytes(),
            ],
        )
    }

    /// What a decision about it signs: the proposal, what it would change, and the decision.
    pub fn signed_hash(&self, say: Say) -> [u8; 32] {
        hash(
            b"okto approval decision 1\0",
            &[
                self.id.uuid().as_bytes(),
                &payload_hash(&self.kind, &self.payload),
                &self.difference_hash,
                say.as_str().as_bytes(),
            ],
        )
    }
}

/// A decision as it is stored: what its seal is over. Its evidence needs none: the passkey signed
/// it.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub approval: ApprovalId,
    pub checker: StaffId,
    pub say: Say,
    pub reason: Option<String>,
    pub signed_hash: Vec<u8>,
    pub passkey: PasskeyId,
    pub at: Moment,
}

impl Said {
    /// A keyed hash over all of it.
    pub fn seal(&self, keys: &KeyRing) -> [u8; 32] {
        let given = [u8::from(self.reason.is_some())];
        keys.sign(
            KeyUse::Approval,
            &[
                b"decision 2",
                self.approval.uuid().as_bytes(),
                self.checker.uuid().as_bytes(),
                self.say.as_str().as_bytes(),
                &self.signed_hash,
                &given,
                self.reason.as_deref().unwrap_or_default().as_bytes(),
                self.passkey.uuid().as_bytes(),
                &self.at.micros().to_be_bytes(),
            ],
        )
    }

    /// That of decisions from before the reason, the passkey and the time were sealed, too.
    fn first_seal(&self, keys: &KeyRing) -> [u8; 32] {
        keys.sign(
            KeyUse::Approval,
            &[
                b"decision",
                self.approval.uuid().as_bytes(),
                self.checker.uuid().as_bytes(),
                self.say.as_str().as_bytes(),
                &self.signed_hash,
            ],
        )
    }

    /// Whether somebody else than the maker said it of this proposal as it was made, and the
    /// program wrote it down.
    pub fn is_genuine(&self, keys: &KeyRing, seal: &[u8], about: &Proposed) -> bool {
        self.approval == about.id
            && self.checker != about.maker
            && self.signed_hash == about.signed_hash(self.say)
            && (seal == self.seal(keys) || seal == self.first_seal(keys))
    }
}

/// SHA-256 over parts, each with its length, so that no two lists collide.
fn hash(context: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new().chain_update(context);
    for part in parts {
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
        hash = hash.chain_update(length.to_be_bytes()).chain_update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use kernel::Secret;

    use super::*;

    fn proposed() -> Proposed {
        let at = Moment::from_micros(1_764_000_000_000_000);
        Proposed {
            id: ApprovalId::from_uuid(Uuid::from_u128(1)),
            kind: "staff.roles".to_owned(),
            object: Object::Staff(StaffId::from_uuid(Uuid::from_u128(2))),
            subject: Uuid::from_u128(2),
            maker: StaffId::from_uuid(Uuid::from_u128(3)),
            reason: "moves to support".to_owned(),
            payload: r#"{"roles":["support"]}"#.to_owned(),
            difference_hash: [4; 32],
            quorum: 1,
            created_at: at,
            expires_at: at.plus_seconds(60),
        }
    }

    #[test]
    fn whatever_is_changed_breaks_the_seal() {
        let keys = KeyRing::new(Secret::new([1; 32]));
        let seal = proposed().seal(&keys);
        assert_eq!(seal, proposed().seal(&keys));
        assert_ne!(seal, proposed().seal(&KeyRing::new(Secret::new([2; 32]))));
        let changes: [fn(&mut Proposed); 11] = [
            |p| p.id = ApprovalId::from_uuid(Uuid::from_u128(9)),
            |p| p.kind.push('x'),
            |p| p.object = Object::Bank,
            |p| p.subject = Uuid::from_u128(9),
            |p| p.maker = StaffId::from_uuid(Uuid::from_u128(9)),
            |p| p.reason.push('x'),
            |p| p.payload.push(' '),
            |p| p.difference_hash = [5; 32],
            |p| p.quorum = 2,
            |p| p.created_at = p.created_at.plus_micros(1),
            |p| p.expires_at = p.expires_at.plus_micros(1),
        ];
        for change in changes {
            let mut changed = proposed();
            change(&mut changed);
            assert_ne!(changed.seal(&keys), seal, "{changed:?}");
        }
    }

    #[test]
    fn a_signature_is_for_one_decision_about_one_change() {
        let signed = proposed().signed_hash(Say::Approve);
        assert_ne!(signed, proposed().signed_hash(Say::Reject));
        let changes: [fn(&mut Proposed); 4] = [
            |p| p.id = ApprovalId::from_uuid(Uuid::from_u128(9)),
            |p| p.kind.push('x'),
            |p| p.payload.push('x'),
            |p| p.difference_hash = [5; 32],
        ];
        for change in changes {
            let mut changed = proposed();
            change(&mut changed);
            assert_ne!(changed.signed_hash(Say::Approve), signed);
        }
    }

    #[test]
    fn whatever_is_changed_of_a_decision_breaks_its_seal() {
        let keys = KeyRing::new(Secret::new([1; 32]));
        let said = || Said {
            approval: proposed().id,
            checker: StaffId::from_uuid(Uuid::from_u128(5)),
            say: Say::Reject,
            reason: Some("no".to_owned()),
            signed_hash: proposed().signed_hash(Say::Reject).to_vec(),
            passkey: PasskeyId::from_uuid(Uuid::from_u128(6)),
            at: proposed().created_at,
        };
        let seal = said().seal(&keys);
        assert!(said().is_genuine(&keys, &seal, &proposed()));
        assert!(said().is_genuine(&keys, &said().first_seal(&keys), &proposed()), "of before");
        assert!(!said().is_genuine(&KeyRing::new(Secret::new([2; 32])), &seal, &proposed()));
        let changes: [fn(&mut Said); 8] = [
            |s| s.approval = ApprovalId::from_uuid(Uuid::from_u128(9)),
            |s| s.checker = StaffId::from_uuid(Uuid::from_u128(9)),
            |s| s.say = Say::Approve,
            |s| s.reason = None,
            |s| s.reason = Some("yes".to_owned()),
            |s| s.signed_hash = proposed().signed_hash(Say::Approve).to_vec(),
            |s| s.passkey = PasskeyId::from_uuid(Uuid::from_u128(9)),
            |s| s.at = s.at.plus_micros(1),
        ];
        for change in changes {
            let mut changed = said();
            change(&mut changed);
            assert!(!changed.is_genuine(&keys, &seal, &proposed()), "{changed:?}");
        }
        let own = Said { checker: proposed().maker, ..said() };
        assert!(!own.is_genuine(&keys, &own.seal(&keys), &proposed()), "the maker's own");
    }

    #[test]
    fn rows_are_read() {
        for state in State::ALL {
            assert_eq!(State::of_row(state.as_str()).unwrap(), state);
        }
        for say in [Say::Approve, Say::Reject] {
            assert_eq!(Say::of_row(say.as_str()).unwrap(), say);
        }
        let object = Object::Customer(kernel::CustomerId::from_uuid(Uuid::from_u128(5)));
        for object in [Object::Bank, object] {
            let (kind, id) = object_columns(object);
            assert_eq!(object_of_row(kind, id).unwrap(), object);
        }
        assert!(object_of_row("bank", Some(Uuid::nil())).is_err());
    }
}

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::{Entropy, Moment};

/// A version 7 UUID (RFC 9562, 5.7): 48 bits of milliseconds, then randomness.
pub(crate) fn uuid_v7(at: Moment, random: [u8; 10]) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(at.millis(), &random).into_uuid()
}

/// A UUID of version 8 out of the first half of a hash: what derives from a cause alone.
pub fn hashed_uuid(digest: [u8; 32]) -> Uuid {
    let mut half = [0; 16];
    half.copy_from_slice(digest.split_at(16).0);
    uuid::Builder::from_custom_bytes(half).into_uuid()
}

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// What the text form begins with, before the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// Takes a UUID as an id of this kind.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// A new id of this moment.
            pub fn generate(at: Moment, entropy: Entropy) -> Self {
                Self(uuid_v7(at, entropy.bytes()))
            }

            /// The UUID.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}_{}", $prefix, self.0.simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = ();

            /// Reads the prefixed text; a bare UUID is not an id of any kind.
            fn from_str(s: &str) -> Result<Self, ()> {
                let hex = s.strip_prefix(concat!($prefix, "_")).ok_or(())?;
                if hex.len() != 32 || hex.bytes().any(|b| b.is_ascii_uppercase()) {
                    return Err(());
                }
                Uuid::try_parse(hex).map(Self).map_err(|_| ())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                let wanted = concat!("not an id of the form ", $prefix, "_…");
                text.parse().map_err(|()| serde::de::Error::custom(wanted))
            }
        }
    )*};
}

typed_ids! {
    /// A ledger account.
    AccountId = "acc";
    /// An operation: every movement of money, and its idempotency key.
    OperationId = "op";
    /// Operations that belong to one payment with a life.
    GroupId = "grp";
    /// Money held for a later capture.
    HoldId = "hold";
    /// A person who banks with us.
    CustomerId = "cus";
    /// A signed-in device or browser.
    SessionId = "ses";
    /// A challenge that someone must answer: a code sent by SMS.
    ChallengeId = "chl";
    /// What a payment would do and cost, shown before it is confirmed.
    QuoteId = "quo";
    /// A unit of background work.
    JobId = "job";
    /// An employee of the bank.
    StaffId = "stf";
    /// A signed-in browser of an employee.
    StaffSessionId = "sts";
    /// A device of a customer, known by its key.
    DeviceId = "dev";
    /// A passkey, of a customer or an employee.
    PasskeyId = "pky";
    /// Something that one employee proposes and others approve.
    ApprovalId = "apv";
    /// A matter that somebody of the bank has to look into.
    CaseId = "case";
    /// A partner whose programs ask the bank.
    PartnerId = "par";
    /// A record of the audit log.
    AuditId = "aud";
    /// A receiver of security events.
    HookId = "hook";
    /// A document that the bank goes by from a moment on: a tariff, limits.
    EditionId = "edn";
    /// A document for the core banking system: one debit, one credit, one amount.
    DocumentId = "doc";
    /// Documents for the core banking system that travel together.
    BatchId = "abt";
    /// A comparison of two books.
    RunId = "rec";
    /// A difference between two books.
    BreakId = "brk";
}

impl DocumentId {
    /// The id of the document that books transfer number `index` of an operation. Whoever writes it
    /// down twice, or sends it twice, does so under one id.
    pub fn of_transfer(operation: OperationId, index: i16) -> Self {
        Self(OperationId::derive(operation.uuid(), &format!("abs/{index}")).uuid())
    }
}

impl OperationId {
    /// The moment written in the id: of a version 7 UUID, or of the cause of a derived id.
    pub fn moment(self) -> Option<Moment> {
        let known = matches!(self.0.get_version_num(), 7 | 8);
        if !known || self.0.get_variant() != uuid::Variant::RFC4122 {
            return None;
        }
        let millis = self.0.as_u128().checked_shr(80).unwrap_or(0);
        let micros = i64::try_from(millis).ok()?.checked_mul(1_000)?;
        Some(Moment::from_micros(micros))
    }

    /// The id of the one operation that `purpose` makes of a cause: the cause's time bits, and a
    /// hash of both for the rest. The same cause can so never act twice for the same purpose.
    ///
    /// Anyone who knows the cause can compute it, so it has a version of its own (8, RFC 9562 5.8):
    /// a customer must not be able to take the bank's id first. See [`OperationId::is_derived`].
    pub fn derive(cause: Uuid, purpose: &str) -> Self {
        use sha2::{Digest, Sha256};
        const TIME_BITS: u128 = !0 << 80;
        let digest = Sha256::new().chain_update(cause.as_bytes()).chain_update(purpose).finalize();
        let mut hash = [0; 16];
        hash.copy_from_slice(digest.split_at(16).0);
        let bits = (cause.as_u128() & TIME_BITS) | (u128::from_be_bytes(hash) & !TIME_BITS);
        Self(uuid::Builder::from_custom_bytes(bits.to_be_bytes()).into_uuid())
    }

    /// Whether the bank derived it from a cause. Such an id is never a customer's to use.
    pub fn is_derived(self) -> bool {
        self.0.get_version_num() == 8
    }
}

impl HoldId {
    /// The id of the hold that transfer number `index` of an operation makes.
    pub fn of(operation: OperationId, index: u16) -> Self {
        Self(OperationId::derive(operation.uuid(), &format!("hold/{index}")).uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_names_the_kind() {
        let id = AccountId::generate(Moment::from_micros(1_763_800_000_000_000), Entropy);
        let text = id.to_string();
        assert!(text.starts_with("acc_019a"), "{text}");
        assert_eq!(text.parse(), Ok(id));
        assert!(text.parse::<OperationId>().is_err());
        assert!(id.uuid().to_string().parse::<AccountId>().is_err());
    }

    #[test]
    fn an_operation_knows_its_moment() {
        let at = Moment::from_micros(1_763_800_000_123_000);
        let id = OperationId::generate(at, Entropy);
        assert_eq!(id.moment(), Some(at));
        assert_eq!(OperationId::from_uuid(Uuid::from_u128(5)).moment(), None);
    }

    #[test]
    fn a_cause_makes_one_id_per_purpose() {
        let cause = OperationId::generate(Moment::from_micros(1_763_800_000_123_000), Entropy);
        let expire = OperationId::derive(cause.uuid(), "expire");
        assert_eq!(expire, OperationId::derive(cause.uuid(), "expire"));
        assert_ne!(expire, OperationId::derive(cause.uuid(), "release"));
        assert_eq!(expire.moment(), cause.moment());
        assert!(expire.is_derived() && !cause.is_derived());
    }

    #[test]
    fn a_transfer_has_one_document() {
        let at = Moment::from_micros(1_763_800_000_123_000);
        let operation = OperationId::generate(at, Entropy);
        let first = DocumentId::of_transfer(operation, 0);
        assert_eq!(first, DocumentId::of_transfer(operation, 0));
        assert_ne!(first, DocumentId::of_transfer(operation, 1));
        assert_eq!(OperationId::from_uuid(first.uuid()).moment(), operation.moment());
        assert!(first.to_string().starts_with("doc_019a"), "{first}");
        assert_eq!(first.to_string().parse(), Ok(first));
        assert!(first.to_string().parse::<BatchId>().is_err());
    }
}

use std::fmt;
use std::str::FromStr;

use kernel::{Entropy, Moment, OperationId};
use uuid::Uuid;

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// Takes a UUID as an id of this kind.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// A new id of this moment.
            pub fn generate(at: Moment, entropy: Entropy) -> Self {
                let random = entropy.bytes();
                Self(uuid::Builder::from_unix_timestamp_millis(at.millis(), &random).into_uuid())
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
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                let wanted = concat!("not an id of the form ", $prefix, "_…");
                text.parse().map_err(|()| serde::de::Error::custom(wanted))
            }
        }
    )*};
}

typed_ids! {
    /// A document for the core banking system: one debit, one credit, one amount.
    DocumentId = "doc";
    /// Documents that travel together.
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

#[cfg(test)]
mod tests {
    use super::*;

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

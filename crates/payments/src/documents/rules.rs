//! The code of a document, and the hash over the lines that it shows.

use std::fmt;

use kernel::{AccountNumber, Entropy, Result};
use ledger::statements::Line;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::field_invalid;

/// Crockford's base 32: without I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a code, five bits each.
const CODE_CHARS: usize = 16;
/// Longest text that is read as a code: each of its characters and a space after it, in the
/// longest encoding that is read.
const MAX_CODE_TEXT_BYTES: usize = 64;
/// What the hash over the lines begins with.
const HASH_DOMAIN: &[u8] = b"okto/statement.lines/1\n";

/// The code that stands on a document: 80 random bits, so that nobody finds one by trying. Whoever
/// has it sees what a verification shows, so it does not print by accident.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DocumentCode([u8; CODE_CHARS]);

impl DocumentCode {
    /// A new one.
    pub fn generate(entropy: Entropy) -> Self {
        Self::of(entropy.bytes())
    }

    fn of(random: [u8; 10]) -> Self {
        let mut bytes = [0; 16];
        bytes.split_at_mut(6).1.copy_from_slice(&random);
        let mut bits = u128::from_be_bytes(bytes);
        let mut chars = [0; CODE_CHARS];
        for place in chars.iter_mut().rev() {
            let digit = usize::try_from(bits & 31).unwrap_or(0);
            *place = ALPHABET.get(digit).copied().unwrap_or(b'0');
            bits = bits.wrapping_shr(5);
        }
        Self(chars)
    }

    /// Reads a code as people type it: in any case, with or without spaces and hyphens, with O for
    /// zero and I or L for one, and with Cyrillic letters that look like the Latin ones.
    pub fn parse(text: &str) -> Result<Self> {
        read_code(text).ok_or(field_invalid("code"))
    }

    /// The sixteen characters, for an address.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

fn read_code(text: &str) -> Option<DocumentCode> {
    if text.len() > MAX_CODE_TEXT_BYTES {
        return None;
    }
    let mut chars = [0; CODE_CHARS];
    let mut places = chars.iter_mut();
    for c in text.chars().filter(|c| !c.is_whitespace() && *c != '-') {
        *places.next()? = digit(c)?;
    }
    places.next().is_none().then_some(DocumentCode(chars))
}

/// The character of the alphabet that somebody meant.
fn digit(c: char) -> Option<u8> {
    let mut upper = c.to_uppercase();
    // A letter that becomes two, such as the German sharp s, is none of the alphabet.
    let upper = upper.next().filter(|_| upper.len() == 0)?;
    let meant = match upper {
        'O' | 'О' => '0',
        'I' | 'L' | 'І' => '1',
        'А' => 'A',
        'В' => 'B',
        'С' => 'C',
        'Е' => 'E',
        'Н' => 'H',
        'К' => 'K',
        'М' => 'M',
        'Р' => 'P',
        'Т' => 'T',
        'Х' => 'X',
        'У' => 'Y',
        other => other,
    };
    let meant = u8::try_from(meant).ok()?;
    ALPHABET.contains(&meant).then_some(meant)
}

impl fmt::Display for DocumentCode {
    /// In groups of four, as it stands on the paper.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, group) in self.0.chunks(4).enumerate() {
            if n > 0 {
                f.write_str("-")?;
            }
            f.write_str(std::str::from_utf8(group).unwrap_or_default())?;
        }
        Ok(())
    }
}

impl fmt::Debug for DocumentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DocumentCode(***)")
    }
}

/// An account number for whoever holds a paper with it on: what kind of account it is, and the last
/// digits to compare.
pub fn masked(number: &AccountNumber) -> String {
    let kind = number.as_str().get(..8).unwrap_or_default();
    format!("{kind}********{}", number.tail())
}

/// SHA-256 over lines: all that the books say of each, the names and notes in the operation's
/// document included, and nothing of how it is presented.
pub fn lines_hash(lines: &[Line]) -> [u8; 32] {
    let mut hash = Sha256::new_with_prefix(HASH_DOMAIN);
    for line in lines {
        hash.update(line.operation.uuid().as_bytes());
        hash.update(line.index.to_be_bytes());
        hash.update(line.at.micros().to_be_bytes());
        hash.update(line.code.to_be_bytes());
        hash.update(line.account.uuid().as_bytes());
        hash.update(line.other.uuid().as_bytes());
        hash.update(line.amount.to_be_bytes());
        hash.update(line.balance.to_be_bytes());
        add_text(&mut hash, &line.kind);
        add_value(&mut hash, &line.detail);
    }
    hash.finalize().into()
}

/// Every value begins with its type and its length, and an object's fields come in the order of
/// their names: one document has one hash, however the database or the parser orders it.
fn add_value(hash: &mut Sha256, value: &Value) {
    match value {
        Value::Null => hash.update(b"n"),
        Value::Bool(false) => hash.update(b"f"),
        Value::Bool(true) => hash.update(b"t"),
        Value::Number(number) => {
            hash.update(b"#");
            add_text(hash, &number.to_string());
        }
        Value::String(text) => {
            hash.update(b"s");
            add_text(hash, text);
        }
        Value::Array(items) => {
            hash.update(b"a");
            add_length(hash, items.len());
            for item in items {
                add_value(hash, item);
            }
        }
        Value::Object(fields) => {
            hash.update(b"o");
            add_length(hash, fields.len());
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| name.as_str());
            for (name, value) in fields {
                add_text(hash, name);
                add_value(hash, value);
            }
        }
    }
}

fn add_text(hash: &mut Sha256, text: &str) {
    add_length(hash, text.len());
    hash.update(text);
}

fn add_length(hash: &mut Sha256, length: usize) {
    hash.update(u64::try_from(length).unwrap_or(u64::MAX).to_be_bytes());
}

#[cfg(test)]
mod tests {
    use kernel::{AccountId, Asset, Moment, OperationId};
    use proptest::prelude::*;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn code(text: &str) -> DocumentCode {
        DocumentCode::parse(text).unwrap()
    }

    #[test]
    fn codes_use_every_bit() {
        assert_eq!(DocumentCode::of([0; 10]).as_str(), "0000000000000000");
        assert_eq!(DocumentCode::of([0xff; 10]).as_str(), "ZZZZZZZZZZZZZZZZ");
        // Five bytes are eight characters: 0x0102030405 in groups of five bits.
        let half = DocumentCode::of([1, 2, 3, 4, 5, 1, 2, 3, 4, 5]);
        assert_eq!(half.to_string(), "0410-6105-0410-6105");
        for bit in 0..80 {
            let mut random = [0; 10];
            random[bit / 8] = 1 << (bit % 8);
            assert_ne!(DocumentCode::of(random), DocumentCode::of([0; 10]), "{bit}");
        }
        let one = DocumentCode::generate(Entropy);
        assert_ne!(one, DocumentCode::generate(Entropy));
    }

    #[test]
    fn codes_are_read_as_people_type_them() {
        let expected = code("ABCH0K1MEPTX3Y5Z");
        for text in [
            "ABCH-0K1M-EPTX-3Y5Z",
            "abch 0k1m eptx 3y5z",
            "  abchok1meptx3y5z\n",
            "AbChOkImEpTx3Y5z",
            "ABCH-OKLM-EPTX-3Y5Z",
            "АВСН-ОК1М-ЕРТХ-3У5Z",
            "авсн ок1м ертх 3у5z",
            "A-B-C-H-0-K-1-M-E-P-T-X-3-Y-5-Z-",
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
        assert_eq!(expected.to_string(), "ABCH-0K1M-EPTX-3Y5Z");
        assert_eq!(format!("{expected:?}"), "DocumentCode(***)");
        let spaces = format!("{}ABCH0K1MEPTX3Y5Z", " ".repeat(49));
        for bad in [
            "",
            "ABCH0K1MEPTX3Y5",
            "ABCH0K1MEPTX3Y5ZZ",
            "ABCH0K1MEPTX3Y5U",
            "ABCH0K1MEPTX3Y5!",
            "ABCH_0K1M_EPTX_3Y5Z",
            "ABCH0K1MEPTX3Y5Б",
            "ABCH0K1MEPTX3Y5ß",
            &spaces,
        ] {
            let refused = DocumentCode::parse(bad).unwrap_err();
            assert_eq!(refused.code(), Some(kernel::Code::FieldInvalid), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_code_is_read_back(random in any::<[u8; 10]>()) {
            let code = DocumentCode::of(random);
            prop_assert_eq!(super::tests::code(code.as_str()), code);
            prop_assert_eq!(super::tests::code(&code.to_string().to_lowercase()), code);
            prop_assert_eq!(code.to_string().len(), 19);
        }

        /// Reading leniently joins no two codes that the bank could have given out: every wrong or
        /// swapped character is another code, which exists by chance only, or none.
        #[test]
        fn a_mistyped_code_is_another_one(
            random in any::<[u8; 10]>(),
            place in 0..CODE_CHARS,
            other_place in 0..CODE_CHARS,
            other in "[0-9A-HJKMNP-TV-Z]",
        ) {
            let code = DocumentCode::of(random);
            let mut chars: Vec<char> = code.as_str().chars().collect();
            let right = std::mem::replace(&mut chars[place], other.chars().next().unwrap());
            let typed = String::from_iter(&chars);
            prop_assert_eq!(super::tests::code(&typed) == code, typed == code.as_str());
            chars[place] = right;
            chars.swap(place, other_place);
            let typed = String::from_iter(&chars);
            prop_assert_eq!(super::tests::code(&typed) == code, typed == code.as_str());
        }

        #[test]
        fn two_codes_are_two_texts(one in any::<[u8; 10]>(), two in any::<[u8; 10]>()) {
            let (first, second) = (DocumentCode::of(one), DocumentCode::of(two));
            prop_assert_eq!(first.as_str() == second.as_str(), one == two);
        }

        #[test]
        fn whatever_is_typed_is_a_code_or_refused(text in "\\PC{0,40}") {
            if let Ok(code) = DocumentCode::parse(&text) {
                prop_assert_eq!(DocumentCode::parse(code.as_str()).unwrap(), code);
            }
        }
    }

    fn line() -> Line {
        Line {
            operation: OperationId::from_uuid(Uuid::from_u128(1)),
            index: 0,
            at: Moment::from_micros(1_795_000_000_000_000),
            kind: "transfer.internal".to_owned(),
            code: 100,
            account: AccountId::from_uuid(Uuid::from_u128(2)),
            other: AccountId::from_uuid(Uuid::from_u128(3)),
            asset: Asset::Uzs,
            amount: -5_000,
            balance: 95_000,
            detail: json!({ "note": "Tushlik", "fee": 0, "payer": { "name": "Jasur K." } }),
            own: false,
            label: None,
        }
    }

    #[test]
    fn every_part_of_a_line_counts() {
        let hash = lines_hash(&[line()]);
        let changed = [
            Line { operation: OperationId::from_uuid(Uuid::from_u128(9)), ..line() },
            Line { index: 1, ..line() },
            Line { at: line().at.plus_micros(1), ..line() },
            Line { kind: "cash.in".to_owned(), ..line() },
            Line { code: 101, ..line() },
            Line { account: AccountId::from_uuid(Uuid::from_u128(9)), ..line() },
            Line { other: AccountId::from_uuid(Uuid::from_u128(9)), ..line() },
            Line { amount: 5_000, ..line() },
            Line { balance: 95_001, ..line() },
            Line {
                detail: json!({ "note": "Tushlik!", "fee": 0, "payer": { "name": "Jasur K." } }),
                ..line()
            },
            Line {
                detail: json!({ "note": "Tushlik", "fee": 1, "payer": { "name": "Jasur K." } }),
                ..line()
            },
            Line {
                detail: json!({ "note": "Tushlik", "fee": 0, "payer": { "name": "Jasur A." } }),
                ..line()
            },
            Line { detail: json!({ "note": "Tushlik", "fee": 0, "payer": {} }), ..line() },
            Line { detail: Value::Null, ..line() },
        ];
        for other in changed {
            assert_ne!(lines_hash(std::slice::from_ref(&other)), hash, "{other:?}");
        }
        // What the owner says of it, and may say otherwise tomorrow.
        assert_eq!(lines_hash(&[Line { own: true, label: Some(3), ..line() }]), hash);
        assert_ne!(lines_hash(&[]), hash);
        assert_ne!(lines_hash(&[line(), line()]), hash);
    }

    #[test]
    fn the_order_of_fields_does_not_count() {
        let text = r#"{"payer":{"name":"Jasur K."},"fee":0,"note":"Tushlik"}"#;
        let detail = serde_json::from_str(text).unwrap();
        assert_eq!(lines_hash(&[Line { detail, ..line() }]), lines_hash(&[line()]));
    }

    /// Documents are kept for years: what the hash is made of may not change without a new domain.
    #[test]
    fn the_hash_stays_what_it_was() {
        let hex = |hash: [u8; 32]| hash.iter().fold(String::new(), |s, b| format!("{s}{b:02x}"));
        // Computed by another program from the description of the form.
        assert_eq!(
            hex(lines_hash(&[])),
            "7634e7b4664e62cf22cc97d89953ddb39c469ec904f70ac28647f1272a97106e"
        );
        assert_eq!(
            hex(lines_hash(&[line()])),
            "413362809fb5495733e9457e74353e2bfc0245abd13749308de4438f79c5b06b"
        );
    }

    #[test]
    fn a_masked_number_keeps_its_kind_and_its_end() {
        let number: AccountNumber = "20206000510000001001".parse().unwrap();
        assert_eq!(masked(&number), "20206000********1001");
    }
}

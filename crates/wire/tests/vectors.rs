//! Messages and data objects that independent packages wrote: pyiso8583 and pyemv, by way of the
//! vectors of card data.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so"
)]

use std::path::PathBuf;
use std::{env, fs};

use serde_json::{Map, Value};
use wire::iso8583::{Layout, Message, Mti};
use wire::tlv::{self, Objects, Tag};

/// The file that `OKTO_CARD_VECTORS` names, or the one beside the project.
fn vectors() -> Value {
    let file = env::var_os("OKTO_CARD_VECTORS").map_or_else(
        || {
            let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
            let beside = root.join("../../../shared/data/cards/vectors.json");
            if beside.exists() { beside } else { root.join("tests/vectors.json") }
        },
        PathBuf::from,
    );
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

fn bytes(hex: &str) -> Vec<u8> {
    let pairs = (0..hex.len()).step_by(2).map(|place| &hex[place..place + 2]);
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

fn cases<'a>(vectors: &'a Value, name: &str) -> &'a [Value] {
    let cases = vectors["algorithms"][name].as_array().unwrap();
    assert!(!cases.is_empty(), "{name}");
    cases
}

/// What was given to the package as a message of ours.
fn message(fields: &Map<String, Value>) -> Message {
    let mti = fields["t"].as_str().unwrap().as_bytes().try_into().unwrap();
    let mut message = Message::new(Mti::new(mti).unwrap());
    for (number, value) in fields.iter().filter(|(number, _)| *number != "t") {
        let (number, value): (u8, _) = (number.parse().unwrap(), value.as_str().unwrap());
        match number {
            52 | 55 => message.set(number, bytes(value)),
            // Half bytes were given with the zero that stands before three of them.
            22 | 49 if value.len() == 4 => message.set(number, value.strip_prefix('0').unwrap()),
            _ => message.set(number, value),
        }
    }
    message
}

#[test]
fn messages_of_another_implementation_are_read_and_written() {
    let vectors = vectors();
    for (name, layout, fields) in [
        ("iso8583_1987_ascii_hexbitmap", "text-hex-bitmap", "fields"),
        ("iso8583_1987_ascii_binbitmap", "text", "fields"),
        ("iso8583_1987_bcd", "packed", "fields_as_nibbles"),
    ] {
        let layout = Layout::named(layout).unwrap();
        for case in cases(&vectors, name) {
            let given = message(case[fields].as_object().unwrap());
            let encoded = bytes(case["encoded_hex"].as_str().unwrap());
            assert_eq!(layout.decode(&encoded).unwrap(), given, "{name}");
            assert_eq!(layout.encode(&given).unwrap(), encoded, "{name}");
        }
    }
}

fn same(objects: Objects<'_>, fields: &Map<String, Value>) {
    assert_eq!(objects.iter().count(), fields.len());
    for (tag, value) in fields {
        let tag = Tag::new(u32::from_str_radix(tag, 16).unwrap());
        match value {
            Value::Object(inner) => same(objects.within(tag).unwrap(), inner),
            value => assert_eq!(objects.get(tag).unwrap(), bytes(value.as_str().unwrap())),
        }
    }
}

#[test]
fn data_of_a_chip_is_read_and_written() {
    let vectors = vectors();
    for case in cases(&vectors, "emv_tlv_de55") {
        let fields = case["fields"].as_object().unwrap();
        let encoded = bytes(case["encoded"].as_str().unwrap());
        let read = Objects::read(&encoded).unwrap();
        same(read, fields);
        let mut written = Vec::new();
        for (tag, value) in read.iter() {
            tlv::write(&mut written, tag, value).unwrap();
        }
        assert_eq!(written, encoded);
    }
}

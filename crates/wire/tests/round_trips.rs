//! What is written is read, in every layout; and whatever comes is a message or a fault, never a
//! panic.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

use proptest::prelude::*;
use wire::iso8583::{Layout, Message, Mti};

const LAYOUTS: [&str; 4] = ["text-hex-bitmap", "text", "packed", "ebcdic"];

/// A value for each data element of the standard, as its table says.
fn value(number: u8) -> BoxedStrategy<Vec<u8>> {
    let text = |of: &str, lengths: &str| {
        proptest::string::string_regex(&format!("{of}{{{lengths}}}")).unwrap()
    };
    let table = include_str!("../layouts/iso8583-1987.elements");
    let line = table.lines().find(|line| line.split(' ').next() == Some(&number.to_string()));
    let notation = line.unwrap().split_whitespace().nth(1).unwrap();
    let kind = notation.trim_end_matches(|c: char| c.is_ascii_digit());
    let most = &notation[kind.len()..];
    let lengths = if kind.ends_with('.') { format!("0,{most}") } else { most.to_owned() };
    match kind.trim_end_matches('.') {
        "n" => text("[0-9]", &lengths).prop_map(String::into_bytes).boxed(),
        "an" => text("[A-Za-z0-9 ]", &lengths).prop_map(String::into_bytes).boxed(),
        "ans" => text("[ -~]", &lengths).prop_map(String::into_bytes).boxed(),
        "x+n" => (text("[CD]", "1"), text("[0-9]", &lengths))
            .prop_map(|(sign, digits)| (sign + &digits).into_bytes())
            .boxed(),
        "z" => text("[0-9D]", &lengths).prop_map(String::into_bytes).boxed(),
        "b" => {
            let most: usize = most.parse().unwrap();
            let least = if kind.ends_with('.') { 0 } else { most };
            proptest::collection::vec(any::<u8>(), least..=most).boxed()
        }
        other => panic!("{other}"),
    }
}

fn message() -> impl Strategy<Value = Message> {
    let numbers: Vec<u8> = (2..=128).filter(|number| *number != 65).collect();
    let elements = proptest::sample::subsequence(numbers, 0..40);
    let mti = proptest::string::string_regex("[0-9]{4}").unwrap();
    (mti, elements).prop_flat_map(|(mti, elements)| {
        let values: Vec<_> = elements.iter().map(|number| value(*number)).collect();
        values.prop_map(move |values| {
            let mti = Mti::new(mti.as_bytes().try_into().unwrap()).unwrap();
            let mut message = Message::new(mti);
            for (number, value) in elements.iter().zip(values) {
                message.set(*number, value);
            }
            message
        })
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(message in message(), cut in any::<prop::sample::Index>()) {
        for name in LAYOUTS {
            let layout = Layout::named(name).unwrap();
            let bytes = layout.encode(&message).unwrap();
            prop_assert_eq!(&layout.decode(&bytes).unwrap(), &message, "{}", name);
            // Every byte is of something: less is no message, and more is not either.
            let end = cut.index(bytes.len());
            prop_assert!(layout.decode(&bytes[..end]).is_err(), "{} to byte {}", name, end);
            let longer = [&bytes[..], &[0x30]].concat();
            prop_assert!(layout.decode(&longer).is_err());
        }
    }

    #[test]
    fn whatever_comes_is_no_panic(
        message in message(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        noise in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        for name in LAYOUTS {
            let layout = Layout::named(name).unwrap();
            drop(layout.decode(&noise));
            let mut bytes = layout.encode(&message).unwrap();
            for (place, byte) in &changes {
                let place = place.index(bytes.len());
                bytes[place] = *byte;
            }
            // If it is a message, it is one that can be written.
            if let Ok(read) = layout.decode(&bytes) {
                let again = layout.encode(&read).unwrap();
                prop_assert_eq!(&layout.decode(&again).unwrap(), &read);
            }
        }
    }
}

#[test]
fn faults_name_their_place() {
    let layout = Layout::named("text").unwrap();
    let fault = |bytes: &[u8]| layout.decode(bytes).unwrap_err().to_string();
    assert_eq!(fault(b"01"), "byte 0: the message ends in it");
    assert_eq!(fault(b"01x0"), "byte 4: the message type is not four digits");
    let with = |bits: u64, rest: &[u8]| [b"0800", &bits.to_be_bytes()[..], rest].concat();
    let third = [&with(1 << 63, &(1_u64 << 63).to_be_bytes())[..], b"0"].concat();
    assert_eq!(fault(&third), "byte 20: no bitmap of this edition");
    let trace = 1 << (64 - 11);
    assert_eq!(fault(&with(trace, b"12345")), "data element 11, byte 12: the message ends in it");
    assert_eq!(
        fault(&with(trace, b"12345x")),
        "data element 11, byte 18: characters that the value may not have"
    );
    assert_eq!(fault(&with(trace, b"123456789")), "byte 18: more bytes than the bitmap announces");
    let card = 1 << (64 - 2);
    assert_eq!(
        fault(&with(card, b"20")),
        "data element 2, byte 14: no length that the value may have"
    );
}

#[test]
fn short_values_of_a_fixed_width_are_filled_and_long_ones_refused() {
    let layout = Layout::named("text").unwrap();
    let mti = Mti::new(*b"0100").unwrap();
    let given = Message::new(mti).with(4, "1000").with(41, "TERM");
    let read = layout.decode(&layout.encode(&given).unwrap()).unwrap();
    assert_eq!([read.text(4), read.text(41)], [Some("000000001000"), Some("TERM    ")]);
    for (number, value) in [(4, "1234567890123"), (52, "short"), (28, "D1"), (2, "4x"), (70, "1x1")]
    {
        let fault = layout.encode(&Message::new(mti).with(number, value)).unwrap_err();
        assert_eq!(fault.element, Some(number));
    }
}

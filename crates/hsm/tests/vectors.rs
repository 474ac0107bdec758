//! Against what independent packages computed: psec, pyemv and dukpt of the Python index, each
//! value confirmed by a second implementation, and the published examples of ANSI X9.24.
//! `OKTO_CARD_VECTORS` names another file of the same shape.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says so and stops")]

use std::path::PathBuf;
use std::{env, fs};

use hsm::emv::{self, Script, Transaction, Version};
use hsm::mac::{self, Padding};
use hsm::pin::{self, Format, Ibm3624, Pin};
use hsm::tr31::{Opened, Protection};
use hsm::{AesKey, Fault, TdesKey, cvv, dukpt, key};
use serde_json::Value;

fn vectors() -> Value {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let beside = root.join("../../../shared/data/cards/vectors.json");
    let own = root.join("../wire/tests/vectors.json");
    let file = env::var_os("OKTO_CARD_VECTORS").map(PathBuf::from);
    let file = file.or_else(|| beside.exists().then_some(beside)).unwrap_or(own);
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

/// Does something for every case of an algorithm, and fails where there is none.
fn each(name: &str, check: impl Fn(&Value)) {
    let vectors = vectors();
    let cases = vectors["algorithms"][name].as_array().unwrap();
    assert!(!cases.is_empty(), "{name}");
    cases.iter().for_each(check);
}

fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().unwrap();
    let pairs = (0..hex.len()).step_by(2).map(|place| &hex[place..place + 2]);
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

fn block<const N: usize>(hex: &Value) -> [u8; N] {
    bytes(hex).try_into().unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn tdes(hex: &Value) -> TdesKey {
    TdesKey::new(&bytes(hex)).unwrap()
}

fn aes(hex: &Value) -> AesKey {
    AesKey::new(&bytes(hex)).unwrap()
}

fn pin_of(case: &Value) -> Pin {
    Pin::new(text(&case["pin"])).unwrap()
}

#[test]
fn pin_blocks_of_eight_bytes() {
    for (name, format) in
        [("pinblock_iso0_tdes", Format::Zero), ("pinblock_iso3_tdes", Format::Three)]
    {
        each(name, |case| {
            let (zpk, pan) = (tdes(&case["zpk"]), text(&case["pan"]));
            let given = block(&case["encrypted_block"]);
            let opened = pin::decrypt(&zpk, given, pan, format).unwrap();
            assert_eq!(opened.expose(), text(&case["pin"]));
            let made = pin::encrypt(&zpk, (&opened, pan), format, [0x5a; 8]).unwrap();
            if format == Format::Zero {
                assert_eq!(made, given);
            }
            let again = pin::decrypt(&zpk, made, pan, format).unwrap();
            assert_eq!(again.expose(), opened.expose());
            // Of another card it does not open, or gives another PIN; here the block says so.
            let other = pin::decrypt(&zpk, made, "4000000000000002", format);
            assert_eq!(other.map(|_| ()), Err(Fault::DoesNotOpen));
        });
    }
}

#[test]
fn pin_blocks_of_sixteen_bytes() {
    each("pinblock_iso4_aes", |case| {
        let (key, pan) = (aes(&case["aes_key"]), text(&case["pan"]));
        let given = block(&case["encrypted_block"]);
        let made = pin::encrypt_wide(&key, &pin_of(case), pan, block(&case["random"])).unwrap();
        assert_eq!(made, given);
        assert_eq!(pin::decrypt_wide(&key, given, pan).unwrap().expose(), text(&case["pin"]));
        let other = pin::decrypt_wide(&key, given, "4000000000000002");
        assert_eq!(other.map(|_| ()), Err(Fault::DoesNotOpen));
    });
}

#[test]
fn pins_change_keys_without_being_seen() {
    each("pin_translate_iso0_to_iso0", |case| {
        let keys = (&tdes(&case["zpk_in"]), &tdes(&case["zpk_out"]));
        let given = block(&case["block_in"]);
        let made = pin::translate(keys, (given, text(&case["pan"])), Format::Zero, [0; 8]).unwrap();
        assert_eq!(made, block(&case["block_out"]));
    });
}

#[test]
fn pins_are_verified() {
    each("visa_pvv", |case| {
        let (key, pan, pin) = (tdes(&case["pvk"]), text(&case["pan"]), pin_of(case));
        let (index, value) = (text(&case["pvki"]).parse().unwrap(), text(&case["pvv"]));
        assert_eq!(pin::verification_value(&key, &pin, pan, index).unwrap(), value);
        assert!(pin::has_verification_value(&key, (&pin, pan), index, value).unwrap());
        let wrong = Pin::new("0000").unwrap();
        assert!(!pin::has_verification_value(&key, (&wrong, pan), index, value).unwrap());
    });
    each("ibm3624_offset", |case| {
        let way = Ibm3624 {
            decimalisation: text(&case["decimalization_table"]),
            validation: text(&case["validation_data"]),
        };
        let (key, pin, offset) = (tdes(&case["pvk"]), pin_of(case), text(&case["offset"]));
        assert_eq!(way.offset(&key, &pin).unwrap(), offset);
        assert!(way.has_offset(&key, &pin, offset).unwrap());
        let natural = Pin::new(text(&case["natural_pin"])).unwrap();
        let none = "0".repeat(offset.len());
        assert!(way.has_offset(&key, &natural, &none).unwrap());
    });
}

#[test]
fn cards_are_verified() {
    for (name, code) in [
        ("cvv", None),
        ("icvv", Some(cvv::ICVV_SERVICE_CODE)),
        ("cvv2", Some(cvv::CVV2_SERVICE_CODE)),
    ] {
        each(name, |case| {
            let code = code.unwrap_or(text(&case["service_code"]));
            assert_eq!(code, text(&case["service_code"]));
            let (pan, expiry) = (text(&case["pan"]), text(&case["expiry"]));
            let value = cvv::value(&tdes(&case["cvk"]), pan, expiry, code).unwrap();
            assert_eq!(value, text(&case["value"]));
            let is = |given| cvv::has_value(&tdes(&case["cvk"]), (pan, expiry), code, given);
            assert_eq!([is(&value), is("99")], [Ok(true), Ok(false)]);
        });
    }
}

#[test]
fn messages_are_authenticated() {
    let each_mac = |name: &str, make: &dyn Fn(&Value, &[u8]) -> Vec<u8>| {
        each(name, |case| {
            let made = make(&case["key"], &bytes(&case["data"]));
            assert_eq!(made, bytes(&case["mac"]), "{name}");
        });
    };
    for (end, padding) in [("pad1", Padding::Zeros), ("pad2", Padding::OneAndZeros)] {
        each_mac(&format!("mac_x919_iso9797alg3_{end}"), &|key, data| {
            mac::retail(&tdes(key), data, padding).to_vec()
        });
        each_mac(&format!("mac_tdes_cbc_iso9797alg1_{end}"), &|key, data| {
            mac::chained(&tdes(key), data, padding).to_vec()
        });
    }
    each_mac("cmac_aes", &|key, data| mac::cmac_aes(&aes(key), data).to_vec());
    each_mac("cmac_tdes", &|key, data| mac::cmac_tdes(&tdes(key), data).to_vec());
}

#[test]
fn keys_are_checked_and_put_together() {
    each("kcv", |case| {
        let key = aes(&case["aes_key"]);
        assert_eq!(key::tdes_check_value(&tdes(&case["tdes_key"])), block(&case["tdes_kcv3"]));
        assert_eq!(key::aes_check_value(&key), block(&case["aes_kcv_cmac5"]));
        assert_eq!(key::aes_check_value_legacy(&key), block(&case["aes_kcv_ecb3"]));
    });
    each("key_components", |case| {
        let components: Vec<_> = case["components"].as_array().unwrap().iter().map(tdes).collect();
        for (component, value) in
            components.iter().zip(case["kcv_of_components"].as_array().unwrap())
        {
            assert_eq!(key::tdes_check_value(component), block(value));
        }
        let key = key::of_components(&components).unwrap();
        assert_eq!(key.bytes(), bytes(&case["combined_xor_parity_adjusted"]));
        assert_eq!(key::tdes_check_value(&key), block(&case["kcv3"]));
        assert_ne!(key::of_components(&components[1..]).unwrap().bytes(), key.bytes());
    });
}

#[test]
fn keys_of_cards_and_transactions_are_derived() {
    for name in ["emv_icc_mk_option_a", "emv_icc_mk_option_b"] {
        each(name, |case| {
            let sequence = text(&case["psn"]).parse().unwrap();
            let key = emv::card_key(&tdes(&case["imk"]), text(&case["pan"]), sequence).unwrap();
            assert_eq!(key.bytes(), bytes(&case["icc_mk"]), "{name}");
        });
    }
    each("emv_common_session_key", |case| {
        let [a, b]: [u8; 2] = block(&case["atc"]);
        let key = emv::session_key(&tdes(&case["icc_mk"]), [a, b, 0, 0, 0, 0, 0, 0]).unwrap();
        assert_eq!(key.bytes(), bytes(&case["sk"]));
    });
}

#[test]
fn cryptograms_of_chips_are_checked_and_answered() {
    for name in ["emv_visa_cvn10", "emv_visa_cvn18", "emv_visa_cvn22"] {
        each(name, |case| {
            let (pan, sequence) = (text(&case["pan"]), text(&case["psn"]).parse().unwrap());
            let card = |key: &str| emv::card_key(&tdes(&case[key]), pan, sequence).unwrap();
            let tag = |tag: &str| bytes(&case["tags"][tag]);
            let counter: [u8; 2] = block(&case["tags"]["9F36"]);
            let transaction = Transaction {
                amount: &tag("9F02"),
                other_amount: &tag("9F03"),
                country: &tag("9F1A"),
                verification: &tag("95"),
                currency: &tag("5F2A"),
                date: &tag("9A"),
                kind: &tag("9C"),
                unpredictable: &tag("9F37"),
                profile: &tag("82"),
                counter,
                application_data: &tag("9F10"),
            };
            let version = Version::of_application_data(&tag("9F10")).unwrap();
            let (key, cryptogram) = (card("imk_ac"), block(&case["arqc"]));
            assert_eq!(transaction.cryptogram(&key, version).unwrap(), cryptogram, "{name}");
            assert!(transaction.is_by_card(&key, version, cryptogram).unwrap());
            let other = Transaction { amount: &[0, 0, 0, 0, 0, 1], ..transaction };
            assert!(!other.is_by_card(&key, version, cryptogram).unwrap());
            if case["arpc_method"] == 1 {
                let with = (cryptogram, block(&case["arc"]));
                assert_eq!(transaction.answer(&key, version, with).unwrap(), block(&case["arpc"]));
            } else {
                let with = (cryptogram, block(&case["csu"]));
                let answer = transaction.answer_with_update(&key, version, with).unwrap();
                assert_eq!(answer, block(&case["arpc"]));
            }
            let script = Script { version, counter, cryptogram };
            let (integrity, confidentiality) = (card("imk_smi"), card("imk_smc"));
            let code = script.code(&integrity, &[0x84, 0x24, 0, 0, 8], &[]).unwrap();
            assert_eq!(code, block(&case["script_mac_pin_unblock_hdr_8424000008"]), "{name}");
            let pin = Pin::new(text(&case["pin_change_new_pin"])).unwrap();
            let command = script.pin_change((&key, &integrity, &confidentiality), &pin).unwrap();
            assert_eq!(command, bytes(&case["pin_change_command"]), "{name}");
        });
    }
}

#[test]
fn keys_of_terminals_are_derived() {
    each("dukpt_tdes_2009", |case| {
        let serial = dukpt::Serial(block(&case["ksn"]));
        let initial = dukpt::initial_key(&tdes(&case["bdk"]), serial).unwrap();
        assert_eq!(initial.bytes(), bytes(&case["ipek"]));
        let key = dukpt::transaction_key(&initial, serial).unwrap();
        assert_eq!(key.bytes(), bytes(&case["derived_key"]));
        for (used, name) in [
            (dukpt::Use::Pin, "pin_key"),
            (dukpt::Use::MacRequest, "mac_request_key"),
            (dukpt::Use::MacResponse, "mac_response_key"),
            (dukpt::Use::DataRequest, "data_request_key"),
        ] {
            let key = dukpt::key_for(&key, used).unwrap();
            assert_eq!(key.bytes(), bytes(&case[name]), "{name}");
        }
        let key = dukpt::key_for(&key, dukpt::Use::Pin).unwrap();
        let of = (&pin_of(case), text(&case["pan"]));
        let made = pin::encrypt(&key, of, Format::Zero, [0; 8]).unwrap();
        assert_eq!(made, block(&case["iso0_encrypted_pin_block"]));
    });
    each("dukpt_aes128_x9_24_3", |case| {
        use dukpt::aes::{Serial, Use, initial_key, key_for, transaction_key};
        let serial = Serial(block(&case["ksn"]));
        let initial = initial_key(&aes(&case["bdk"]), serial).unwrap();
        assert_eq!(initial.bytes(), bytes(&case["initial_key"]));
        let key = transaction_key(&initial, serial).unwrap();
        assert_eq!(key.bytes(), bytes(&case["txn_key"]));
        for (used, name) in [
            (Use::Pin, "pin_encryption_key"),
            (Use::Mac, "mac_generation_key"),
            (Use::Data, "data_encryption_key"),
        ] {
            let key = key_for(&key, serial, used).unwrap();
            assert_eq!(key.bytes(), bytes(&case[name]), "{name}");
        }
    });
}

#[test]
fn the_published_examples_of_x9_24() {
    let published = &vectors()["public_known_answers"];
    let case = &published["dukpt_tdes"];
    let blocks = case["ksn_counter_to_encrypted_pin_block"].as_object().unwrap();
    assert!(!blocks.is_empty());
    for (serial, expected) in blocks {
        let serial = dukpt::Serial(block(&Value::from(serial.as_str())));
        let initial = dukpt::initial_key(&tdes(&case["bdk"]), serial).unwrap();
        assert_eq!(initial.bytes(), bytes(&case["ipek"]));
        let key = dukpt::transaction_key(&initial, serial).unwrap();
        let key = dukpt::key_for(&key, dukpt::Use::Pin).unwrap();
        let of = (&pin_of(case), text(&case["pan"]));
        assert_eq!(pin::encrypt(&key, of, Format::Zero, [0; 8]).unwrap(), block(expected));
    }
    let case = &published["dukpt_aes128"];
    let prefix: [u8; 8] = block(&case["ksn_prefix"]);
    let serial = dukpt::aes::Serial([&prefix[..], &[0, 0, 0, 1]].concat().try_into().unwrap());
    let initial = dukpt::aes::initial_key(&aes(&case["bdk"]), serial).unwrap();
    assert_eq!(initial.bytes(), bytes(&case["initial_key"]));
    let key = dukpt::aes::transaction_key(&initial, serial).unwrap();
    for (used, name) in [
        (dukpt::aes::Use::Pin, "counter1_pin_encryption_key"),
        (dukpt::aes::Use::Mac, "counter1_mac_generation_key"),
    ] {
        let key = dukpt::aes::key_for(&key, serial, used).unwrap();
        assert_eq!(key.bytes(), bytes(&case[name]), "{name}");
    }
}

#[test]
fn key_blocks_open_and_close() {
    for name in ["tr31_version_B", "tr31_version_D"] {
        each(name, |case| {
            let by = match text(&case["header"]["version_id"]) {
                "B" => Protection::Tdes(tdes(&case["kbpk"])),
                _ => Protection::Aes(aes(&case["kbpk"])),
            };
            let given = text(&case["key_block"]);
            let opened = by.open(given).unwrap();
            assert_eq!(opened.key.as_slice(), bytes(&case["key"]));
            assert_eq!(opened.usage, text(&case["header"]["key_usage"]).as_bytes());
            assert_eq!([opened.mode], text(&case["header"]["mode_of_use"]).as_bytes());
            assert_eq!([opened.exportability], text(&case["header"]["exportability"]).as_bytes());
            let made = by.close(&opened, &[0xa5; 32]).unwrap();
            assert_eq!(made[..16], given[..16]);
            assert_eq!(by.open(&made).unwrap().key, opened.key);
            // Another use, or another bit anywhere, and it is no key.
            for place in (5..given.len()).filter(|place| !(12..16).contains(place)) {
                let mut changed = given.to_owned().into_bytes();
                changed[place] = if changed[place] == b'0' { b'1' } else { b'0' };
                let changed = String::from_utf8(changed).unwrap();
                assert!(by.open(&changed).is_err(), "{name}: {place}");
            }
            assert!(by.open(&given[..given.len() - 2]).is_err());
            assert!(by.open("").is_err());
        });
    }
}

#[test]
fn nothing_prints_a_key_or_a_pin() {
    let key = TdesKey::new(&[0x7b; 16]).unwrap();
    let pin = Pin::new("7531").unwrap();
    let opened = Opened {
        usage: *b"P0",
        algorithm: b'T',
        mode: b'E',
        exportability: b'N',
        key: vec![0x7b; 16].into(),
    };
    let by = Protection::Tdes(key.clone());
    let shown = format!("{key:?} {key:#?} {pin:?} {pin:#?} {opened:?} {opened:#?} {by:?}");
    assert!(!shown.contains("7b") && !shown.contains("123") && !shown.contains("7531"), "{shown}");
}

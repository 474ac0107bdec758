//! Every text exists in every language, with the same values, in the right script.

use ui::testing::Words;

const WORDS: Words =
    Words { root: env!("CARGO_MANIFEST_DIR"), domain: "admin", same: &["app-name"] };

#[test]
fn every_text_is_in_every_language() {
    WORDS.are_in_every_language();
}

#[test]
fn every_language_is_in_its_script() {
    WORDS.are_in_their_script();
}

#[test]
fn every_text_is_used() {
    WORDS.are_used();
}

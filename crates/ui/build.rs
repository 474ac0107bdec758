//! Asks for a new build when an asset is added or removed: the list of embedded files is made then.

fn main() {
    println!("cargo:rerun-if-changed=static");
}

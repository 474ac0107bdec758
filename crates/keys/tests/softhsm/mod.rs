//! A token of SoftHSM in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::object::{Attribute, AttributeType, ObjectClass};
use cryptoki::session::UserType;
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use kernel::{Entropy, KeyId, Secret};
use keys::{Pkcs11Config, Pkcs11Keys};

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
pub const LABEL: &str = "okto-test";
pub const PIN: &str = "648219";

/// The variable by which the module finds its settings.
const SETTINGS: &str = "SOFTHSM2_CONF";

/// Whether this process was started with a token.
pub fn has_a_token() -> bool {
    std::env::var_os("OKTO_TEST_TOKEN").is_some()
}

/// Makes a token, and runs a test of this program again in a process that has it: the module reads
/// its settings once, and a test cannot set variables of its own process.
pub fn run_with_a_token(test: &str) {
    let folder = Folder(std::env::temp_dir().join(format!("okto-{}", KeyId::generate(Entropy))));
    std::fs::create_dir_all(folder.0.join("tokens")).unwrap();
    let settings = folder.0.join("softhsm2.conf");
    let tokens = folder.0.join("tokens");
    std::fs::write(&settings, format!("directories.tokendir = {}\n", tokens.display())).unwrap();
    let made = Command::new("softhsm2-util")
        .env(SETTINGS, &settings)
        .args(["--init-token", "--free", "--label", LABEL, "--so-pin", "96315427", "--pin", PIN])
        .output()
        .expect("the package softhsm2 is installed");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let run = Command::new(std::env::current_exe().unwrap())
        .env(SETTINGS, &settings)
        .env("OKTO_TEST_TOKEN", "1")
        .args(["--exact", test, "--nocapture"])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{told}{}", String::from_utf8_lossy(&run.stderr));
    assert!(told.contains("1 passed"), "{told}");
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn config(token: &str, pin: &str) -> Pkcs11Config {
    let pin = Secret::new(pin.to_owned());
    Pkcs11Config { module: Path::new(MODULE).to_owned(), token: token.to_owned(), pin }
}

pub fn open() -> Pkcs11Keys {
    Pkcs11Keys::open(config(LABEL, PIN)).unwrap()
}

fn module() -> (Pkcs11, Slot) {
    let module = Pkcs11::new(MODULE).unwrap();
    // It may be in use in this process.
    let _ = module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK));
    let slots = module.get_slots_with_token().unwrap();
    let is_ours = |slot: &Slot| module.get_token_info(*slot).unwrap().label() == LABEL;
    let slot = slots.into_iter().find(is_ours).unwrap();
    (module, slot)
}

/// As when the module is started again: every session is gone.
pub fn stop_module() {
    module().0.finalize().unwrap();
}

/// Asks the token for every secret value, signed in as its user.
pub fn assert_nothing_can_be_read_out() {
    let (module, slot) = module();
    let session = module.open_ro_session(slot).unwrap();
    // Whoever is signed in already stays so.
    let _ = session.login(UserType::User, Some(&AuthPin::new(PIN.into())));
    for class in [ObjectClass::SECRET_KEY, ObjectClass::PRIVATE_KEY] {
        let found = session.find_objects(&[Attribute::Class(class)]).unwrap();
        assert!(found.len() > 1, "{class}");
        for key in found {
            let value = session.get_attributes(key, &[AttributeType::Value]);
            assert!(value.is_err() || value.unwrap().is_empty(), "a key can be read out");
            let rights = session
                .get_attributes(
                    key,
                    &[
                        AttributeType::Sensitive,
                        AttributeType::Extractable,
                        AttributeType::NeverExtractable,
                        AttributeType::Local,
                    ],
                )
                .unwrap();
            assert!(rights.contains(&Attribute::Sensitive(true)), "{rights:?}");
            assert!(rights.contains(&Attribute::Extractable(false)), "{rights:?}");
            assert!(rights.contains(&Attribute::NeverExtractable(true)), "{rights:?}");
            assert!(rights.contains(&Attribute::Local(true)), "made in the token: {rights:?}");
        }
    }
}

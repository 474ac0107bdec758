//! A bank whose keys are in a security module, its audit log, and the check of it as an auditor
//! does it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "what a failed test said is read on its output")]

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const PROGRAM: &str = env!("CARGO_BIN_EXE_okto");
const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PIN: &str = "648219";

/// A folder with a token of SoftHSM, and an installation in it.
struct Place {
    folder: PathBuf,
    module: bool,
}

impl Place {
    fn new(name: &str, module: bool) -> Self {
        let folder = std::env::temp_dir().join(format!("okto-{name}-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("tokens")).unwrap();
        let place = Self { folder, module };
        let tokens = place.folder.join("tokens");
        let settings = format!("directories.tokendir = {}\n", tokens.display());
        std::fs::write(place.folder.join("softhsm2.conf"), settings).unwrap();
        std::fs::write(place.folder.join("pin"), PIN).unwrap();
        let made = place
            .command("softhsm2-util")
            .args(["--init-token", "--free", "--label", "bank", "--so-pin", "96315427"])
            .args(["--pin", PIN])
            .output()
            .expect("the package softhsm2 is installed");
        assert!(made.status.success(), "{made:?}");
        place
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder).env("SOFTHSM2_CONF", self.folder.join("softhsm2.conf"));
        if self.module {
            command.env("OKTO_PKCS11_MODULE", MODULE).env("OKTO_PKCS11_TOKEN", "bank");
            command.env("OKTO_PKCS11_PIN_FILE", self.folder.join("pin"));
        }
        command
    }

    /// Runs a command to its end: its exit code, and what it said.
    fn okto(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.command(PROGRAM).args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        println!("okto {arguments:?}\n{said}{}", String::from_utf8_lossy(&output.stderr));
        (output.status.code().unwrap(), said)
    }

    fn done(&self, arguments: &[&str]) -> String {
        let (code, said) = self.okto(arguments);
        assert_eq!(code, 0, "{said}");
        said
    }

    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.folder.join(file)).unwrap_or_default()
    }

    fn up(&self) -> Up {
        let port = || {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            listener.local_addr().unwrap().to_string()
        };
        let mut child = self
            .command(PROGRAM)
            .args(["up", "--no-demo", "--listen", &port(), "--web-listen", &port()])
            .args(["--sandbox-listen", &port(), "--admin-listen", &port()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let up = Up(child);
        for line in said.lines() {
            let line = line.unwrap();
            println!("{line}");
            if line.contains("Press Ctrl-C") {
                return up;
            }
        }
        panic!("the bank did not start");
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

struct Up(Child);

impl Up {
    fn stop(mut self) {
        let id = self.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(self.0.wait().unwrap().success());
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}

#[test]
fn a_bank_with_a_security_module_and_its_audit_log() {
    let place = Place::new("module", true);
    let (code, said) = place.okto(&["keys", "status"]);
    assert!(code == 1 && said.contains("root-key"), "{said}");
    let said = place.done(&["keys", "init"]);
    assert!(said.contains("key-encryption key 1") && said.contains("made a root key"), "{said}");
    assert!(place.done(&["keys", "init"]).contains("this token opens"), "nothing to do again");
    assert!(place.read(".okto/root-key").starts_with("okto wrapped root key 1"));

    let up = place.up();
    let said = place.done(&["keys", "status"]);
    assert!(said.contains("\"bank\"") && said.contains("wrapped"), "{said}");
    assert_eq!(said.matches("active").count(), 2, "{said}");
    let (before, kid) = (place.read(".okto/root-key"), kid_of("tokens", &said));
    place.done(&["keys", "rewrap"]);
    assert_ne!(place.read(".okto/root-key"), before);
    assert!(place.done(&["keys", "rotate-signing", "--purpose", "tokens"]).contains("published "));
    place.done(&["keys", "remove", &kid]);
    assert!(place.done(&["keys", "status"]).contains(&format!("{kid}  removed")));

    // As an auditor: the key once, then exports.
    let key = place.done(&["audit", "key"]).trim().to_owned();
    let check = |file: &str| {
        place.okto(&["audit", "verify", file, "--anchor", "anchor-copy", "--key", &key])
    };
    // The anchor is copied before the export is made: one that grew since would know more. Events
    // that were just written wait for their seal, and then for the next try.
    let mut said = String::new();
    wait(Duration::from_secs(10), || {
        let anchor = place.read(".okto/audit-anchor");
        std::fs::write(place.folder.join("anchor-copy"), &anchor).unwrap();
        // An export never takes the place of another file.
        let _ = std::fs::remove_file(place.folder.join("export"));
        place.done(&["audit", "export", "export"]);
        let code;
        (code, said) = check("export");
        assert_eq!(code, 0, "{said}");
        // The export itself is an event, too: there is always one that waits.
        let sealed =
            |line: &str| line.contains("\"event\"") && line.contains("signing_key.removed");
        anchor.contains("checkpoint") && place.read("export").lines().any(sealed)
    });
    assert!(said.contains("the log holds"), "{said}");
    let export = place.read("export");
    for action in ["root_key.rewrapped", "signing_key.rotated", "signing_key.removed"] {
        assert!(export.contains(action), "{action}");
    }

    let edited = export.replace("signing_key.removed", "signing_key.rotated");
    std::fs::write(place.folder.join("edited"), edited).unwrap();
    let (code, said) = check("edited");
    assert!(code == 13 && said.contains("WRONG: edited: leaf"), "{code} {said}");
    let short: Vec<_> = export.lines().take_while(|l| !l.contains("\"event\"")).collect();
    std::fs::write(place.folder.join("short"), short.join("\n")).unwrap();
    let (code, said) = check("short");
    assert!(code == 11 && said.contains("WRONG: truncated"), "{code} {said}");
    let stranger = "okto/audit/0+8f2b8d1a+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    assert_ne!(place.okto(&["audit", "verify", "export", "--key", stranger]).0, 0);

    let event = export.split("aud_").nth(1).unwrap().split('\\').next().unwrap();
    let proof: serde_json::Value =
        serde_json::from_str(&place.done(&["audit", "prove", &format!("aud_{event}")])).unwrap();
    assert!(proof["checkpoint"].as_str().unwrap().starts_with("okto/audit/"));
    up.stop();

    // The new wrapping opens, and without the token nothing does.
    place.up().stop();
    std::fs::remove_dir_all(place.folder.join("tokens")).unwrap();
    std::fs::create_dir(place.folder.join("tokens")).unwrap();
    let (code, said) = place.okto(&["keys", "status"]);
    assert!(code == 1 && said.contains("there is no token \"bank\""), "{said}");
}

#[test]
fn an_installation_moves_its_root_key_into_the_module() {
    let mut place = Place::new("moves", false);
    assert!(place.done(&["keys", "init"]).contains("in clear"));
    let plain = place.read(".okto/root-key");
    assert_eq!(plain.trim().len(), 64);
    place.module = true;
    let (code, said) = place.okto(&["keys", "status"]);
    assert!(code == 1 && said.contains("okto keys init"), "{said}");
    assert!(place.done(&["keys", "init"]).contains("wrapped the root key"));
    assert!(!place.read(".okto/root-key").contains(plain.trim()));
    place.module = false;
    let (code, said) = place.okto(&["keys", "status"]);
    assert!(code == 1 && said.contains("--pkcs11-module"), "{said}");
}

fn kid_of(purpose: &str, said: &str) -> String {
    let line = said.lines().find(|l| l.starts_with(purpose) && l.contains("active")).unwrap();
    line.split_whitespace().nth(1).unwrap().to_owned()
}

fn wait(limit: Duration, mut until: impl FnMut() -> bool) {
    let rounds = limit.as_millis() / 50;
    for _ in 0..rounds {
        if until() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("waited for too long");
}

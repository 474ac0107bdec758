//! The program as a user starts it: a fresh folder, `okto up`, and the other commands beside it.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

const PROGRAM: &str = env!("CARGO_BIN_EXE_okto");
/// The build is not optimised and the machine is shared; a user's start takes about two seconds.
const READY_TIMEOUT: Duration = Duration::from_secs(90);

/// A folder of its own that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("okto-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn okto(&self, arguments: &[&str]) -> Output {
        let output = Command::new(PROGRAM).args(arguments).current_dir(&self.0).output().unwrap();
        println!("okto {arguments:?}\n{}", String::from_utf8_lossy(&output.stdout));
        output
    }

    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.0.join(file)).unwrap_or_default()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A running `okto up`. Killed when a test fails, so that nothing stays behind.
struct Up {
    child: Child,
    api: String,
    sandbox: String,
    said: String,
}

impl Up {
    fn start(folder: &Path) -> Self {
        let (api, sandbox) = (free_port(), free_port());
        let (api, sandbox) = (format!("127.0.0.1:{api}"), format!("127.0.0.1:{sandbox}"));
        let mut child = Command::new(PROGRAM)
            .args(["up", "--listen", &api, "--sandbox-listen", &sandbox])
            .current_dir(folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = mpsc::channel();
        let out = child.stdout.take().unwrap();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let mut said = String::new();
        while !said.contains("Press Ctrl-C") {
            let line = lines.recv_timeout(READY_TIMEOUT).unwrap_or_else(|e| panic!("{e}: {said}"));
            said.push_str(&line);
            said.push('\n');
        }
        println!("{said}");
        Self { child, api: format!("http://{api}"), sandbox: format!("http://{sandbox}"), said }
    }

    /// Ends it as Ctrl-C does, and waits.
    fn stop(mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            let pid = self.child.id().to_string();
            let _ = Command::new("kill").args(["-INT", &pid]).status();
            let _ = self.child.wait();
        }
    }
}

#[test]
fn the_main_job_works_from_an_empty_folder() {
    let folder = Folder::new("up");
    let up = Up::start(&folder.0);
    assert!(up.said.contains("+998900000001"), "demo logins are printed");

    let smoke = folder.okto(&["smoke", &up.api, "--sandbox", &up.sandbox]);
    let said = String::from_utf8_lossy(&smoke.stdout).into_owned();
    assert!(smoke.status.success(), "{said}");
    assert_eq!(said.matches("ok      ").count(), 3, "{said}");

    let status = folder.okto(&["migrate", "status"]);
    let said = String::from_utf8_lossy(&status.stdout).into_owned();
    assert!(status.status.success() && said.contains("ledger"), "{said}");
    assert!(!said.contains("not applied"), "{said}");
    assert!(folder.okto(&["verify"]).status.success());

    // The first demo customer's account in sum: client code 10000001, first account.
    let key = "019ab2c4-7d10-7c3e-8f00-0123456789ab";
    let desk = |amount: &str, account: &str| {
        folder.okto(&["cash-in", "--account", account, "--amount", amount])
    };
    for (amount, account, code) in [
        ("0", "20206000510000001001", "amount_not_positive"),
        ("1.005", "20206000510000001001", "amount_too_precise"),
        ("5", "20206000500000000000", "account_not_found"),
        ("5", "not a number", "account_not_found"),
    ] {
        let refused = desk(amount, account);
        assert!(!refused.status.success());
        assert!(String::from_utf8_lossy(&refused.stdout).contains(code), "{amount} {account}");
    }
    let account = "20206000510000001001";
    let late = folder.okto(&["cash-in", "--account", account, "--amount", "5", "--key", key]);
    assert!(String::from_utf8_lossy(&late.stdout).contains("idempotency_key_out_of_time"));
    assert!(desk("150000.50", "20206000510000001001").status.success());

    // A second bank in the same place says so and harms nothing.
    let second = folder.okto(&["up", "--listen", up.api.trim_start_matches("http://")]);
    assert!(!second.status.success());
    assert!(folder.okto(&["smoke", &up.api]).status.success());

    let passwords: Vec<String> = logins(&folder).into_iter().map(|l| l.1).collect();
    up.stop();
    let log = folder.read(".okto/okto.log");
    assert!(log.contains("/v1/transfers"), "requests are logged by their route");
    let forms = ["99890000000", "bk_at_", "bk_rt_", "bk_su_"];
    for planted in passwords.iter().map(String::as_str).chain(forms) {
        assert!(!log.contains(planted), "the log shows a secret or a phone");
    }

    // The same folder again: the same customers, with the same passwords.
    let again = Up::start(&folder.0);
    assert!(passwords.iter().all(|p| again.said.contains(p)));
    assert!(folder.okto(&["smoke", &again.api]).status.success());
    again.stop();
}

fn logins(folder: &Folder) -> Vec<(String, String)> {
    let text = folder.read(".okto/demo-logins.json");
    let list: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let text = |v: &serde_json::Value, name: &str| v[name].as_str().unwrap().to_owned();
    list.iter().map(|l| (text(l, "phone"), text(l, "password"))).collect()
}

/// The short fault run: nodes and PostgreSQL are killed while clients send.
#[test]
fn what_clients_were_told_is_what_the_books_say() {
    let folder = Folder::new("crash");
    let run = folder.okto(&["bench", "crash", "--seconds", "20", "--clients", "12", "--json"]);
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(run.status.success(), "{said}");
    let figures: serde_json::Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert_eq!(figures["differences"], 0);
    assert!(figures["kills_of_bank"].as_u64().unwrap() > 0);
    assert!(figures["acknowledged_posted"].as_u64().unwrap() > 100, "{said}");
}

#[test]
fn the_document_is_printed_without_a_database() {
    let folder = Folder::new("openapi");
    let printed = folder.okto(&["openapi"]);
    let document: serde_json::Value = serde_json::from_slice(&printed.stdout).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
}

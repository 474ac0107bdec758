//! The program as a user starts it: a fresh folder, `okto up`, and the other commands beside it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "what a failed test said is read on its output")]

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use kernel::Secret;
use store::{Store, jobs};

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
    web: String,
    sandbox: String,
    said: String,
    lines: mpsc::Receiver<String>,
}

impl Up {
    fn start(folder: &Path) -> Self {
        let up = Self::until(folder, "Press Ctrl-C");
        assert!(up.said.contains(&up.web), "the phone app's address: {}", up.said);
        up
    }

    /// Starts it and waits until it has said this.
    fn until(folder: &Path, words: &str) -> Self {
        let address = || format!("127.0.0.1:{}", free_port());
        let (api, web, sandbox) = (address(), address(), address());
        let mut child = Command::new(PROGRAM)
            .args(["up", "--listen", &api, "--web-listen", &web, "--sandbox-listen", &sandbox])
            .args(["--admin-listen", &address()])
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
        while !said.contains(words) {
            let line = lines.recv_timeout(READY_TIMEOUT).unwrap_or_else(|e| panic!("{e}: {said}"));
            said.push_str(&line);
            said.push('\n');
        }
        println!("{said}");
        let (api, sandbox) = (format!("http://{api}"), format!("http://{sandbox}"));
        // A passkey is of a name, never of an address.
        let web = format!("http://{}/", web.replace("127.0.0.1", "localhost"));
        Self { child, api, web, sandbox, said, lines }
    }

    /// Ends it as a power cut would.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends it as Ctrl-C does, and waits.
    fn stop(mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        let ended = self.child.wait().unwrap();
        let last: Vec<String> = self.lines.iter().collect();
        assert!(ended.success(), "{ended}: {last:?}");
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

    dead_jobs_are_seen_and_revived(&folder);

    // A second bank in the same place says so and harms nothing.
    let second = folder.okto(&["up", "--listen", up.api.trim_start_matches("http://")]);
    assert!(!second.status.success());
    // The other two: whoever just got a code waits a minute for the next.
    let others = folder.read(".okto/demo-logins.json");
    let others: Vec<serde_json::Value> = serde_json::from_str(&others).unwrap();
    std::fs::write(folder.0.join("others"), serde_json::to_vec(&others[2..]).unwrap()).unwrap();
    let smoke = ["smoke", &up.api, "--sandbox", &up.sandbox, "--logins", "others"];
    assert!(folder.okto(&smoke).status.success());

    let passwords: Vec<String> = logins(&folder).into_iter().map(|l| l.1).collect();
    up.stop();
    let log = folder.read(".okto/okto.log");
    assert!(log.contains("/v1/transfers"), "requests are logged by their route");
    let forms = ["99890000000", "bk_at_", "bk_rt_", "bk_su_", "bk_ws_"];
    for planted in passwords.iter().map(String::as_str).chain(forms) {
        assert!(!log.contains(planted), "the log shows a secret or a phone");
    }

    // The same folder again: the same customers, with the same passwords.
    let again = Up::start(&folder.0);
    assert!(passwords.iter().all(|p| again.said.contains(p)));
    let smoke = folder.okto(&["smoke", &again.api]);
    let said = String::from_utf8_lossy(&smoke.stdout).into_owned();
    assert!(said.contains("a second factor is needed"), "the password is right: {said}");
    again.stop();

    // Without the key of its users' passwords the bank does not start, and no new key is made.
    let key = folder.0.join(".okto/root-key");
    std::fs::rename(&key, folder.0.join("kept")).unwrap();
    let free = || format!("127.0.0.1:{}", free_port());
    let lost = folder.okto(&[
        "up",
        "--listen",
        &free(),
        "--web-listen",
        &free(),
        "--admin-listen",
        &free(),
        "--sandbox-listen",
        &free(),
    ]);
    let said = String::from_utf8_lossy(&lost.stdout).into_owned();
    assert!(!lost.status.success() && said.contains(".okto/root-key is missing"), "{said}");
    assert!(!key.exists());
}

/// A job of a kind that always fails is dead after its one attempt.
fn dead_jobs_are_seen_and_revived(folder: &Folder) {
    let run = |arguments: &[&str]| {
        let output = folder.okto(&[&["jobs"], arguments].concat());
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    assert_eq!(run(&["list"]), (true, "0 dead jobs\n".to_owned()));
    let url = Secret::new(folder.read(".okto/database-url").trim().to_owned());
    let id = tokio::runtime::Runtime::new().unwrap().block_on(kill_a_job(url)).to_string();

    let (_, said) = run(&["list"]);
    assert!(said.contains(&id) && said.contains("test.dies"), "{said}");
    assert!(said.contains("looking after a test"), "{said}");
    assert!(run(&["revive", &id]).0);
    assert_eq!(run(&["list"]).1, "0 dead jobs\n");
    let (revived, said) = run(&["revive", &id]);
    assert!(!revived && said.contains("not_found"), "{said}");
    assert!(!run(&["revive", "everything"]).0);
}

async fn kill_a_job(url: Secret<String>) -> kernel::JobId {
    let store = Store::connect(&store::Config { url, max_connections: 2 }).await.unwrap();
    let job = jobs::NewJob::of("test.dies", &(), 1).unwrap();
    let ctx = kernel::Ctx::system("test", kernel::Permissions::NONE);
    let mut tx = store.begin().await.unwrap();
    let id = jobs::enqueue(&mut tx, &ctx, job).await.unwrap();
    store::commit(tx).await.unwrap();
    let fails = jobs::handler(async |_| Err(kernel::Error::broken("looking after a test", "it")));
    let runner = jobs::Runner::new(store.clone(), kernel::Clock::System).on("test.dies", fails);
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let running = tokio::spawn(runner.run(stopped));
    while jobs::dead(&store).await.unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stop.send_replace(true);
    running.await.unwrap();
    id
}

/// However often the start is killed while the demo customers are made, what comes out is what one
/// start would have made.
#[test]
fn killed_while_it_makes_the_demo_customers_it_goes_on_where_it_was() {
    let folder = Folder::new("killed");
    for millis in [300, 700, 1_500, 500, 900] {
        let up = Up::until(&folder.0, "looking after the demo customers");
        std::thread::sleep(Duration::from_millis(millis));
        up.kill();
    }
    let known = logins(&folder);
    let up = Up::start(&folder.0);
    assert_eq!(logins(&folder), known, "the logins stay as they were");
    assert!(known.iter().all(|(phone, password)| {
        up.said.lines().any(|l| l.contains(phone) && l.ends_with(password))
    }));

    // Four of dollars, twelve incomes, twenty-one payments; four pairs of accounts.
    let verified = folder.okto(&["verify"]);
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(verified.status.success() && said.contains(" 37 transfers"), "{said}");
    assert!(folder.okto(&["smoke", &up.api, "--sandbox", &up.sandbox]).status.success());

    // The logins lost: the bank starts all the same, and says so.
    up.stop();
    std::fs::remove_file(folder.0.join(".okto/demo-logins.json")).unwrap();
    let up = Up::start(&folder.0);
    assert!(up.said.contains("passwords are not known"));
    up.stop();
    stop_postgresql(&folder);
}

/// The server of a start that was killed lives on, and later starts leave it as they found it.
fn stop_postgresql(folder: &Folder) {
    let dir = folder.0.join(".okto/pg");
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let options = store::embedded::Options { dir, durable: true };
        let cluster = store::embedded::Cluster::start(options).await.unwrap();
        cluster.kill().await.unwrap();
    });
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
    for name in ["ops_per_s", "legs_per_s", "p50_ms", "p99_ms", "bytes_per_op"] {
        assert!(figures[name].as_f64().is_some(), "{name}: {said}");
    }
}

/// The short run against a core banking system that fails in every way and is down twice.
#[test]
fn the_books_agree_after_everything_went_wrong_with_the_general_ledger() {
    let folder = Folder::new("abs");
    let run = ["bench", "abs", "--operations", "200", "--seconds-down", "4", "--json"];
    let run = folder.okto(&run);
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(run.status.success(), "{said}");
    let figures: serde_json::Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    let of = |name: &str| figures[name].as_u64().unwrap_or_else(|| panic!("{name}: {said}"));
    assert_eq!((of("operations"), of("documents")), (200, 4 * 200 + 20));
    // Seven kinds of mistakes, one of which is a rejection and no drift.
    assert!(of("drifts_planted") >= 6 && of("rejected_and_sent_again") >= 1, "{said}");
    assert_eq!(of("drifts_found"), of("drifts_planted"));
    assert_eq!((of("found_but_not_planted"), of("accounts_that_differ")), (0, 0));
    assert!(of("kills_of_abs") >= 1 && of("accounts_compared") == 24, "{said}");
    assert_eq!((of("seconds_down"), of("days_closed") >= 1), (4, true));
}

#[test]
fn the_document_is_printed_without_a_database() {
    let folder = Folder::new("openapi");
    let printed = folder.okto(&["openapi"]);
    let document: serde_json::Value = serde_json::from_slice(&printed.stdout).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
}

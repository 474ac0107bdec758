use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use kernel::{Error, Result};
use tokio::process::Command;

use super::owner::Owner;

/// How long processes may take to end after SIGKILL.
const KILL_TIMEOUT_SECONDS: u64 = 10;
const KILL_POLL_MILLIS: u64 = 5;

/// The postmaster of these data, when it runs. The number in its lock file is believed only if
/// that process was started for this folder: numbers are used again.
pub fn postmaster(data: &Path) -> Option<u32> {
    let file = std::fs::read_to_string(data.join("postmaster.pid")).ok()?;
    let pid = file.lines().next()?.trim().parse().ok()?;
    serves(pid, data).then_some(pid)
}

/// Kills every process of the server of these data and waits for their end.
pub async fn kill_all_in(data: &Path, owner: &Owner) -> Result<()> {
    const DOING: &str = "killing PostgreSQL";
    if let Some(postmaster) = postmaster(data) {
        // It comes first: it must not start new children.
        let mut family = vec![postmaster];
        family.extend(all().filter(|pid| parent(*pid) == Some(postmaster)));
        kill(&family).await?;
    }
    let polls = KILL_TIMEOUT_SECONDS.saturating_mul(1_000).div_euclid(KILL_POLL_MILLIS);
    for _ in 0..polls {
        let left = working_in(data, owner).await?;
        if left.is_empty() {
            return Ok(());
        }
        kill(&left).await?;
        tokio::time::sleep(Duration::from_millis(KILL_POLL_MILLIS)).await;
    }
    Err(Error::broken(DOING, "its processes do not end"))
}

/// The shell's own `kill` is there on the barest machine. A process that ends meanwhile makes it
/// fail, which does no harm.
async fn kill(pids: &[u32]) -> Result<()> {
    let mut kill = Command::new("/bin/sh");
    kill.args(["-c", "kill -9 \"$@\"", "sh"]).args(pids.iter().map(u32::to_string));
    kill.stderr(Stdio::null());
    let limit = Duration::from_secs(KILL_TIMEOUT_SECONDS);
    let ended = tokio::time::timeout(limit, kill.status()).await;
    ended
        .map_err(|late| Error::broken("killing PostgreSQL", late))?
        .map(|_| ())
        .map_err(|e| Error::broken("killing PostgreSQL", e))
}

/// What a dead server leaves behind. PostgreSQL looks whether the number in a lock file is alive,
/// which it also is when another process has it by now, or when the dead one is not buried yet.
pub fn remove_traces(data: &Path, socket_dir: &Path) -> Result<()> {
    let traces = [
        data.join("postmaster.pid"),
        socket_dir.join(".s.PGSQL.5432.lock"),
        socket_dir.join(".s.PGSQL.5432"),
    ];
    for trace in traces {
        match std::fs::remove_file(trace) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::broken("removing what a dead server left behind", e));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Every process of a server works in the folder of its data, also one whose postmaster is gone.
/// Only their own user may always see where processes work, so that user is asked: in a container,
/// root is often refused. Processes that are dead but not buried work nowhere.
async fn working_in(data: &Path, owner: &Owner) -> Result<Vec<u32>> {
    const DOING: &str = "looking for the processes of PostgreSQL";
    let Ok(data) = data.canonicalize() else { return Ok(Vec::new()) };
    let mut find = Command::new("find");
    find.args(["/proc", "-maxdepth", "2", "-name", "cwd", "-printf", "%P\\t%l\\0"]);
    find.current_dir("/").stderr(Stdio::null()).kill_on_drop(true);
    owner.become_in(&mut find);
    let limit = Duration::from_secs(KILL_TIMEOUT_SECONDS);
    let output = tokio::time::timeout(limit, find.output())
        .await
        .map_err(|late| Error::broken(DOING, late))?
        .map_err(|e| Error::broken(DOING, e))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let pids = text.split('\0').filter_map(|line| {
        let (place, at) = line.split_once('\t')?;
        let pid = place.split('/').next()?.parse().ok()?;
        (Path::new(at) == data && is_postgres(pid)).then_some(pid)
    });
    Ok(pids.collect())
}

fn all() -> impl Iterator<Item = u32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten();
    entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
}

/// The fourth field of `stat`; the second is the program's name in brackets, which may hold spaces.
fn parent(pid: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn is_postgres(pid: u32) -> bool {
    let program = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    matches!(program.trim(), "postgres" | "postmaster")
}

/// Whether a process is a postmaster started with `-D` and this folder.
fn serves(pid: u32, data: &Path) -> bool {
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let data = data.as_os_str().as_encoded_bytes();
    is_postgres(pid) && line.split(|byte| *byte == 0).any(|argument| argument == data)
}

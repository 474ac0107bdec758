//! A private PostgreSQL for one command: its own folder, its own socket, no network, no safety.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::failure::{Doing, Failure, Result};
use crate::process;

/// Where Debian puts each version of the server.
const INSTALLED: &str = "/usr/lib/postgresql";
const VERSION_MIN: u32 = 15;
const USER: &str = "okto";
/// The server waits in this folder; the name of a socket may have 107 bytes, so it is short.
const TEMPORARY: &str = "/tmp";

/// Nothing here survives the command, so nothing has to be safe on disk.
const SETTINGS: &str = "
listen_addresses = ''
fsync = off
full_page_writes = off
synchronous_commit = off
shared_buffers = 32MB
";

/// Waits until its input ends, which happens when we close it and also when we die in any way,
/// then stops the server and removes the folder. `$1` is the folder, the rest is the command that
/// stops the server.
const CLEANER: &str = r#"
trap '' INT TERM HUP
cat >/dev/null
folder=$1
shift
cd / && "$@" >/dev/null 2>&1
rm -rf "$folder"
"#;

pub struct Cluster {
    folder: PathBuf,
    server: Server,
    cleaner: Child,
}

/// The programs of one installed version and how to start them: PostgreSQL refuses to run as
/// root, who has to become somebody else for it.
struct Server {
    programs: PathBuf,
    runs_as: Option<&'static str>,
}

impl Cluster {
    pub fn start() -> Result<Self> {
        let server = Server::find()?;
        let folder = make_folder(&server)?;
        let cleaner = start_cleaner(&server, &folder);
        if cleaner.is_err() {
            // Nothing was started yet, and nobody else would remove the folder.
            let _ = std::fs::remove_dir_all(&folder);
        }
        // From here on every way out, also being killed, ends in the cleaner.
        let cluster = Self { folder, server, cleaner: cleaner? };
        let data = cluster.folder.join("data");
        let mut initdb = cluster.server.command("initdb");
        initdb
            .args(["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"])
            .args(["--username", USER, "--pgdata"])
            .arg(&data);
        process::output(initdb.current_dir(&cluster.folder), "making a private database")?;
        cluster.configure(&data)?;
        let mut start = cluster.server.command("pg_ctl");
        start
            .args(["start", "--wait", "--silent", "--pgdata"])
            .arg(&data)
            .arg("--log")
            .arg(cluster.folder.join("log"))
            .current_dir(&cluster.folder)
            // The server keeps what it inherits; a pipe of ours would never end.
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        process::run(&mut start, "starting a private PostgreSQL").map_err(|failure| {
            let log = std::fs::read_to_string(cluster.folder.join("log")).unwrap_or_default();
            Failure::new(format!("{failure}\n{}", log.trim_end()))
        })?;
        Ok(cluster)
    }

    fn configure(&self, data: &Path) -> Result<()> {
        let path = data.join("postgresql.auto.conf");
        let socket = format!("unix_socket_directories = '{}'\n", self.folder.display());
        std::fs::write(&path, format!("{SETTINGS}{socket}")).doing("configuring the database")
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Which PostgreSQL this is, in its own words.
    pub fn version(&self) -> Result<String> {
        let mut command = self.server.command("postgres");
        command.arg("--version").current_dir(&self.folder);
        process::output(&mut command, "asking for the version of PostgreSQL")
    }

    pub fn url(&self) -> String {
        format!("postgres://{USER}@localhost/postgres?host={}", self.folder.display())
    }

    /// psql that stops at the first error and does all or nothing.
    pub fn psql(&self) -> Command {
        let mut command = Command::new(self.server.programs.join("psql"));
        command
            .args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction"])
            .args(["--username", USER, "--dbname", "postgres", "--host"])
            .arg(&self.folder);
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.cleaner.stdin.take());
        // There is nobody to tell; the cleaner goes on by itself.
        let _ = self.cleaner.wait();
    }
}

impl Server {
    /// The folder in `OKTO_PG_BIN`, as everywhere in this project, or the newest that Debian has.
    fn find() -> Result<Self> {
        let chosen = std::env::var_os("OKTO_PG_BIN").map(PathBuf::from);
        let installed = || {
            let versions = std::fs::read_dir(INSTALLED).into_iter().flatten().flatten();
            newest(versions.map(|entry| entry.path()))
        };
        let programs = chosen.filter(|folder| complete(folder)).or_else(installed);
        let programs = programs.ok_or_else(|| {
            Failure::new(format!(
                "no PostgreSQL {VERSION_MIN} or newer in {INSTALLED}: install the Debian package \
                 `postgresql`, or set OKTO_PG_BIN to the folder of its programs"
            ))
        })?;
        Ok(Self { programs, runs_as: somebody_else()? })
    }

    fn command(&self, program: &str) -> Command {
        let path = self.programs.join(program);
        let mut command = Command::new(self.runs_as.map_or(path.as_path(), |_| "runuser".as_ref()));
        if let Some(user) = self.runs_as {
            command.args(["-u", user, "--"]).arg(path);
        }
        // The locale of the person may not exist for the server.
        command.env("LC_ALL", "C.UTF-8");
        command
    }
}

/// Whom to become to run the server: the user of the package, or the one who owns nothing.
fn somebody_else() -> Result<Option<&'static str>> {
    let own = process::output(Command::new("id").arg("-u"), "asking who runs this")?;
    if own.trim() != "0" {
        return Ok(None);
    }
    let exists = |user: &&str| {
        process::output(Command::new("id").args(["-u", user]), "looking for a user").is_ok()
    };
    let user = ["postgres", "nobody"].into_iter().find(exists);
    user.map(Some).ok_or_else(|| Failure::new("no user to run PostgreSQL as: root may not"))
}

/// The newest usable version among folders like `/usr/lib/postgresql/15`.
fn newest(folders: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    let usable = |folder: PathBuf| {
        let version: u32 = folder.file_name()?.to_str()?.parse().ok()?;
        let programs = folder.join("bin");
        (version >= VERSION_MIN && complete(&programs)).then_some((version, programs))
    };
    folders.filter_map(usable).max().map(|(_, programs)| programs)
}

fn complete(programs: &Path) -> bool {
    ["initdb", "pg_ctl", "postgres", "psql"].iter().all(|name| programs.join(name).exists())
}

fn make_folder(server: &Server) -> Result<PathBuf> {
    let mut mktemp = Command::new("mktemp");
    mktemp.args(["--directory", "--tmpdir", "okto-sqlx.XXXXXXXX"]).env("TMPDIR", TEMPORARY);
    let folder = process::output(&mut mktemp, "making a temporary folder")?;
    let folder = PathBuf::from(folder.trim());
    if let Some(user) = server.runs_as {
        let mut chown = Command::new("chown");
        let doing = "giving a temporary folder to the user of the server";
        let given = process::output(chown.arg(user).arg(&folder), doing);
        if given.is_err() {
            let _ = std::fs::remove_dir_all(&folder);
        }
        given?;
    }
    Ok(folder)
}

fn start_cleaner(server: &Server, folder: &Path) -> Result<Child> {
    let mut stop = server.command("pg_ctl");
    stop.args(["stop", "--mode=immediate", "--wait", "--silent", "--pgdata"]);
    stop.arg(folder.join("data"));
    let mut cleaner = Command::new("sh");
    cleaner.args(["-c", CLEANER, "cleaner"]).arg(folder);
    cleaner.arg(stop.get_program()).args(stop.get_args());
    // Its own process group: Ctrl-C in the terminal ends us, not the one who cleans up after us.
    cleaner.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    cleaner.spawn().doing("starting the cleaner of the private database")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_complete_version_is_taken() {
        let root = std::env::temp_dir().join(format!("okto-versions-{}", std::process::id()));
        let install = |version: &str, programs: &[&str]| {
            let folder = root.join(version);
            std::fs::create_dir_all(folder.join("bin")).expect("folder");
            for program in programs {
                std::fs::write(folder.join("bin").join(program), "").expect("program");
            }
            folder
        };
        let all = ["initdb", "pg_ctl", "postgres", "psql"];
        let folders = vec![
            install("9", &all),
            install("15", &all),
            install("17", &all),
            install("18", &["psql"]),
            install("bin", &all),
        ];
        let found = newest(folders.into_iter());
        let none = newest(std::iter::once(root.join("9")));
        std::fs::remove_dir_all(&root).expect("removed");
        assert_eq!(found, Some(root.join("17/bin")));
        assert_eq!(none, None);
    }

    /// Also shows that the folder and the server are gone afterwards.
    #[test]
    fn a_server_lives_as_long_as_its_value() {
        let cluster = Cluster::start().expect("started");
        let folder = cluster.folder().to_path_buf();
        let mut psql = cluster.psql();
        psql.args(["--tuples-only", "--no-align", "--command", "select 6 * 7"]);
        assert_eq!(process::output(&mut psql, "asking").expect("answered").trim(), "42");
        let mut wrong = cluster.psql();
        wrong.args(["--command", "select no_such_column"]);
        assert!(process::output(&mut wrong, "asking").is_err());
        let pid = std::fs::read_to_string(folder.join("data/postmaster.pid")).expect("pid");
        let pid = pid.lines().next().expect("first line").to_owned();
        assert!(Path::new("/proc").join(&pid).exists());
        drop(cluster);
        assert!(!folder.exists());
        // pg_ctl waits for the file with the number of the process, not for its last breath.
        let ended = (0..100).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(50));
            !Path::new("/proc").join(&pid).exists()
        });
        assert!(ended);
    }
}

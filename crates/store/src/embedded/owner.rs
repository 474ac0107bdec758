use std::fs::{DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use kernel::{Error, Result};
use tokio::process::Command;

/// Where clusters of root live when nobody else may enter the folder that was asked for.
const FALLBACK_DIR: &str = "/var/lib/okto";
/// Only its owner may enter.
const PRIVATE: u32 = 0o700;

/// The user a cluster belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    user: User,
    /// Whether we are root, and so become that user for the server.
    root: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct User {
    uid: u32,
    gid: u32,
}

/// The folder in which a cluster really lives, made and owned, and who owns it.
pub fn home(asked: &Path) -> Result<(PathBuf, Owner)> {
    let me = std::fs::metadata("/proc/self")
        .map(|m| User { uid: m.uid(), gid: m.gid() })
        .map_err(|e| Error::broken("asking who we are", e))?;
    if me.uid != 0 {
        let owner = Owner { user: me, root: false };
        make_parents(asked)?;
        owner.own_dir(asked)?;
        return Ok((asked.to_path_buf(), owner));
    }
    make_parents(asked)?;
    let user = server_user(asked)?;
    let owner = Owner { user, root: true };
    let dir = if parents_open_to(asked, user) {
        asked.to_path_buf()
    } else {
        let elsewhere = Path::new(FALLBACK_DIR).join(super::short_hash(asked));
        make_parents(&elsewhere)?;
        tracing::info!(
            asked = %asked.display(), dir = %elsewhere.display(),
            "the server's user may not enter the folder; the cluster lives elsewhere",
        );
        elsewhere
    };
    owner.own_dir(&dir)?;
    Ok((dir, owner))
}

impl Owner {
    /// Makes a command run as the owner.
    pub fn become_in(&self, command: &mut Command) {
        if self.root {
            command.uid(self.user.uid).gid(self.user.gid);
        }
    }

    /// Makes a folder that only the owner may enter, or checks that this is one. A folder of
    /// somebody else is refused: who owns it could put a socket of their own there.
    pub fn own_dir(&self, dir: &Path) -> Result<()> {
        const DOING: &str = "making a private folder for the cluster";
        let broken = |e: std::io::Error| Error::broken(DOING, e);
        match DirBuilder::new().mode(PRIVATE).create(dir) {
            Ok(()) => {}
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(broken(e)),
        }
        let found = std::fs::symlink_metadata(dir).map_err(broken)?;
        let ours = found.uid() == self.user.uid || (self.root && found.uid() == 0);
        if !found.is_dir() || !ours {
            let what = format!("{} is not ours", dir.display());
            return Err(Error::broken("refusing a folder of somebody else", what));
        }
        if self.root && found.uid() != self.user.uid {
            std::os::unix::fs::lchown(dir, Some(self.user.uid), Some(self.user.gid))
                .map_err(broken)?;
        }
        if found.permissions().mode() & 0o777 != PRIVATE {
            std::fs::set_permissions(dir, Permissions::from_mode(PRIVATE)).map_err(broken)?;
        }
        Ok(())
    }
}

fn make_parents(dir: &Path) -> Result<()> {
    let Some(parent) = dir.parent() else { return Ok(()) };
    std::fs::create_dir_all(parent).map_err(|e| Error::broken("making the cluster's folder", e))
}

/// The owner of the data that are there, or the packaged user, or nobody.
fn server_user(dir: &Path) -> Result<User> {
    if let Ok(data) = std::fs::metadata(dir.join("data"))
        && data.uid() != 0
    {
        return Ok(User { uid: data.uid(), gid: data.gid() });
    }
    let passwd = std::fs::read_to_string("/etc/passwd")
        .map_err(|e| Error::broken("looking for a user to run PostgreSQL as", e))?;
    ["postgres", "nobody"].iter().find_map(|name| user_of(&passwd, name)).ok_or(Error::invariant(
        "finding a user to run PostgreSQL as: root may not, and there is no `postgres` or `nobody`",
    ))
}

fn user_of(passwd: &str, name: &str) -> Option<User> {
    let line = passwd.lines().find(|l| l.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    Some(User { uid: fields.next()?.parse().ok()?, gid: fields.next()?.parse().ok()? })
}

/// Whether a user may pass through all folders above this one.
fn parents_open_to(dir: &Path, user: User) -> bool {
    // Where a symbolic link leads is what counts.
    let Some(Ok(parent)) = dir.parent().map(Path::canonicalize) else { return false };
    parent.ancestors().all(|ancestor| {
        std::fs::metadata(ancestor).is_ok_and(|found| {
            let bit = if found.uid() == user.uid {
                0o100
            } else if found.gid() == user.gid {
                0o010
            } else {
                0o001
            };
            found.mode() & bit != 0
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_found_by_their_whole_name() {
        let passwd = "root:x:0:0:root:/root:/bin/bash\npostgres2:x:7:8::/:\n\
                      postgres:x:101:103:PostgreSQL:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(user_of(passwd, "postgres"), Some(User { uid: 101, gid: 103 }));
        assert_eq!(user_of(passwd, "nobody"), None);
    }
}

use std::path::Path;

use kernel::{Error, Result};

const DOING: &str = "writing the settings of PostgreSQL";
/// Written anew at each start; an operator's own settings go to `ALTER SYSTEM`, which wins.
const FILE: &str = "okto.conf";

/// Makes a new cluster read our settings.
pub fn include(data: &Path) -> Result<()> {
    let broken = |e: std::io::Error| Error::broken(DOING, e);
    let path = data.join("postgresql.conf");
    let mut conf = std::fs::read_to_string(&path).map_err(broken)?;
    conf.push_str("\ninclude_if_exists = '");
    conf.push_str(FILE);
    conf.push_str("'\n");
    std::fs::write(&path, conf).map_err(broken)
}

/// Writes our settings.
pub fn write(data: &Path, socket_dir: &Path, durable: bool) -> Result<()> {
    let broken = |e: std::io::Error| Error::broken(DOING, e);
    let sockets = socket_dir.to_string_lossy().replace('\'', "''");
    let care = if durable { DURABLE } else { CARELESS };
    let text = format!("{COMMON}unix_socket_directories = '{sockets}'\n{care}");
    let path = data.join(FILE);
    std::fs::write(&path, text).map_err(broken)?;
    let owner = std::fs::metadata(data).map_err(broken)?;
    let (uid, gid) = {
        use std::os::unix::fs::MetadataExt;
        (owner.uid(), owner.gid())
    };
    std::os::unix::fs::chown(&path, Some(uid), Some(gid)).map_err(broken)
}

const COMMON: &str = "\
listen_addresses = ''
port = 5432
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 256MB
max_wal_size = 2GB
min_wal_size = 256MB
wal_compression = off
checkpoint_timeout = 15min
checkpoint_completion_target = 0.9
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %d '
log_min_duration_statement = 2s
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
";

const DURABLE: &str = "\
fsync = on
synchronous_commit = on
full_page_writes = on
";

/// Databases of tests come and go by the hundred: nothing needs to survive, and nothing grows
/// enough to be vacuumed.
const CARELESS: &str = "\
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum = off
";

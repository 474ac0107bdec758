//! Where an installation keeps its data, and how it reaches the outside.

use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use api::TokenRules;
use documents::BankRequisites;
use edge::Site;
use identity::{LeakedPasswords, RelyingParties, RelyingParty};
use kernel::{Entropy, Error, KeyRing, Result, Secret};

use crate::requisites;

/// The database, for commands that work on one that is there already.
#[derive(clap::Args, Clone)]
pub struct Database {
    /// Address of the PostgreSQL database, 15 or newer. Without it the private server of `okto up`
    /// is used, which must be running.
    #[arg(
        id = "database_url",
        long = "database-url",
        env = "DATABASE_URL",
        hide_env_values = true,
        global = true
    )]
    url: Option<String>,
    /// Folder of the installation.
    #[arg(long, env = "OKTO_DIR", default_value = ".okto", global = true)]
    pub dir: PathBuf,
    /// Connections to the database.
    #[arg(long, env = "OKTO_DATABASE_CONNECTIONS", default_value_t = 16, global = true)]
    pub connections: u32,
}

/// The file in which `okto up` leaves the address of its private server.
const PRIVATE_URL: &str = "database-url";

impl Database {
    /// The address to use.
    pub fn url(&self) -> Result<Secret<String>> {
        if let Some(url) = &self.url {
            return Ok(Secret::new(url.clone()));
        }
        let file = self.dir.join(PRIVATE_URL);
        let text = std::fs::read_to_string(&file).map_err(|_| {
            let file = file.display();
            Error::broken(
                "finding the database",
                format!("DATABASE_URL is not set and there is no {file}: is `okto up` running?"),
            )
        })?;
        Ok(Secret::new(text.trim().to_owned()))
    }

    /// The address given by the operator, when one is.
    pub fn given(&self) -> Option<Secret<String>> {
        self.url.clone().map(Secret::new)
    }

    /// Leaves the private server's address for the other commands.
    pub fn remember(&self, url: &Secret<String>) -> Result<()> {
        write_private(&self.dir.join(PRIVATE_URL), url.expose().as_bytes())
    }
}

/// The file in which `okto up` leaves the address of the panel of the staff.
const ADMIN_SITE: &str = "admin-site";

impl Database {
    /// Leaves the address under which employees know the panel for `okto staff invite`.
    pub fn remember_admin_site(&self, site: &Site) -> Result<()> {
        write_private(&self.dir.join(ADMIN_SITE), site.origin().as_bytes())
    }

    /// The address that `okto up` left.
    pub fn admin_site(&self) -> Result<Site> {
        let file = self.dir.join(ADMIN_SITE);
        let text = std::fs::read_to_string(&file).map_err(|_| {
            let why = format!("there is no {}: name it with --admin-site", file.display());
            Error::broken(PANEL, why)
        })?;
        text.trim()
            .parse()
            .map_err(|why: &str| Error::broken(PANEL, format!("{}: {why}", file.display())))
    }
}

const PANEL: &str = "finding the address of the panel of the staff";

/// Where the API, the phone app and the panel of the staff are served.
#[derive(clap::Args, Clone, Debug)]
#[expect(clippy::struct_field_names, reason = "they are the names of the options")]
pub struct Listen {
    /// Address and port of the API.
    #[arg(long, env = "OKTO_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Address and port of the phone app.
    #[arg(long, env = "OKTO_WEB_LISTEN", default_value = "127.0.0.1:8081")]
    pub web_listen: SocketAddr,
    /// The address under which customers know the phone app, such as `https://my.okto.example`.
    /// Without it, the one it listens at, for a machine that serves only itself.
    #[arg(long, env = "OKTO_WEB_SITE")]
    pub web_site: Option<Site>,
    /// Address and port of the panel of the staff. It belongs into the bank's own network.
    #[arg(long, env = "OKTO_ADMIN_LISTEN", default_value = "127.0.0.1:8082")]
    pub admin_listen: SocketAddr,
    /// The address under which employees know the panel, such as `https://staff.okto.example`.
    /// Their passkeys are bound to its host name: with another, nobody can sign in. Without it,
    /// `localhost` with the port it listens at, for a machine that serves only itself.
    #[arg(long, env = "OKTO_ADMIN_SITE")]
    pub admin_site: Option<Site>,
    /// The domain that customers' passkeys are bound to: that of the phone app, or one above it
    /// that apps share. Changing it makes every passkey useless.
    #[arg(long, env = "OKTO_WEB_PASSKEY_DOMAIN")]
    pub web_passkey_domain: Option<String>,
    /// Origins of apps that use customers' passkeys too, separated by commas, such as
    /// `android:apk-key-hash:…`.
    #[arg(long, env = "OKTO_WEB_PASSKEY_ORIGINS", value_delimiter = ',')]
    pub web_passkey_origins: Vec<String>,
    /// File with the bank's requisites as JSON: `name`, `legal_form`, `address`, `phone`,
    /// `licence`, `code`, `taxpayer`, `site`. They stand in documents and contacts. Only `okto up`
    /// does without, in the name of a bank that does not exist.
    #[arg(long, env = "OKTO_BANK_REQUISITES", value_name = "FILE")]
    pub bank_requisites: Option<PathBuf>,
    /// The address under which clients know the API, such as `https://api.okto.example`: what their
    /// proofs of keys name. Only a machine that serves nobody but itself does without; there it is
    /// the host of each request.
    #[arg(long, env = "OKTO_API_SITE")]
    pub api_site: Option<Site>,
    /// Give tokens also to clients that prove no key: whoever copies such a token can use it. `okto
    /// up` does so.
    #[arg(long, env = "OKTO_BEARER_TOKENS")]
    pub bearer_tokens: bool,
    /// Proxies whose `X-Forwarded-For` is believed, separated by commas.
    #[arg(long, env = "OKTO_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// The header in which these proxies name the town or country of a client, such as
    /// `x-client-place: Toshkent, UZ`. They must set it or take it off in every request. Customers
    /// see it in their lists of sessions and devices.
    #[arg(long, env = "OKTO_PLACE_HEADER", value_name = "HEADER", requires = "trusted_proxies")]
    pub place_header: Option<http::HeaderName>,
    /// File of leaked passwords that nobody may choose: lines of a SHA-1 in hexadecimal digits, a
    /// colon and a count, sorted, as the downloader of Have I Been Pwned writes them.
    #[arg(long, env = "OKTO_LEAKED_PASSWORDS", value_name = "FILE")]
    pub leaked_passwords: Option<PathBuf>,
}

impl Listen {
    /// What the installation sets for the ways in.
    pub fn ways_in(&self) -> Result<identity::Config> {
        let leaked = self.leaked_passwords.as_deref().map(LeakedPasswords::open).transpose()?;
        Ok(identity::Config { leaked_passwords: leaked, ..identity::Config::default() })
    }

    /// The address under which customers know the phone app.
    pub fn site(&self) -> Result<Site> {
        if let Some(site) = &self.web_site {
            return Ok(site.clone());
        }
        // Browsers have passkeys for names, not for numbers.
        let site = if self.web_listen.ip().is_loopback() {
            format!("http://localhost:{}", self.web_listen.port())
        } else {
            format!("http://{}", self.web_listen)
        };
        site.parse().map_err(|why| {
            let help = "name it with --web-site";
            Error::broken("finding the address of the phone app", format!("{site}: {why}; {help}"))
        })
    }

    /// The address under which employees know the panel. Browsers have passkeys for names, not for
    /// numbers, so without one it is `localhost`.
    pub fn admin_site(&self) -> Result<Site> {
        if let Some(site) = &self.admin_site {
            return Ok(site.clone());
        }
        let site = format!("http://localhost:{}", self.admin_listen.port());
        let here = self.admin_listen.ip().is_loopback().then(|| site.parse().ok()).flatten();
        here.ok_or_else(|| {
            let here = self.admin_listen;
            let why = format!("{here} is not this machine alone: name it with --admin-site");
            Error::broken(PANEL, why)
        })
    }

    /// The sites that passkeys are for.
    pub fn passkey_sites(&self) -> Result<RelyingParties> {
        let (domain, apps) = (self.web_passkey_domain.as_deref(), &self.web_passkey_origins);
        let customers = relying_party("Okto", &self.site()?, domain, apps)?;
        let staff = relying_party("Okto Staff", &self.admin_site()?, None, &[])?;
        self.hosts_apart()?;
        Ok(RelyingParties { customers, staff })
    }

    /// Browsers keep cookies and passkeys by the host, whatever the port: what is taken of customers'
    /// pages must be nothing to the panel. On one machine alone both are `localhost`.
    fn hosts_apart(&self) -> Result<()> {
        let (app, panel) = (self.site()?, self.admin_site()?);
        if app.host() != panel.host() || app.is_loopback() {
            return Ok(());
        }
        let why = format!("{panel} has the host of the phone app: name another with --admin-site");
        Err(Error::broken(PANEL, why))
    }

    /// The address under which others know the API.
    pub fn api_origin(&self) -> String {
        let here = || format!("http://{}", self.listen);
        self.api_site.as_ref().map_or_else(here, |site| site.origin().to_owned())
    }

    /// Whom the API gives tokens to. In `development` to whoever comes, so that a command line and
    /// the pages of the documentation can sign in.
    ///
    /// A proof of a key is made for one address. Were that the host which a request names, a proof
    /// made for somebody else's address would be good as soon as it is sent with that host: a bank
    /// that others reach has to know its own.
    pub fn token_rules(&self, development: bool) -> Result<TokenRules> {
        if self.api_site.is_none() && !development && !self.serves_only_itself() {
            let why = "name it with --api-site: proofs of keys are made for that address";
            return Err(Error::broken("finding the address of the API", why));
        }
        let bearer = self.bearer_tokens || development;
        Ok(TokenRules { site: self.api_site.clone(), bearer })
    }

    /// Whether only this machine reaches the API: it listens for nobody else, and no proxy of ours
    /// brings others.
    fn serves_only_itself(&self) -> bool {
        let elsewhere = self.web_site.as_ref().is_some_and(Site::is_https);
        self.listen.ip().is_loopback() && self.trusted_proxies.is_empty() && !elsewhere
    }

    /// The bank's requisites. In `development` they may be those of nobody's bank: whatever is
    /// issued there vouches for nothing.
    pub fn requisites(&self, development: bool) -> Result<BankRequisites> {
        match &self.bank_requisites {
            Some(file) => requisites::read(file),
            None if development => Ok(requisites::nobodys()),
            None => Err(requisites::missing()),
        }
    }
}

fn relying_party(
    name: &str,
    site: &Site,
    domain: Option<&str>,
    apps: &[String],
) -> Result<RelyingParty> {
    let numeric = site.host().trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    if let Ok(address) = numeric {
        if !address.is_loopback() {
            let why = format!("{site}: no browser has passkeys for a number, name the host");
            return Err(Error::broken("finding the domain of passkeys", why));
        }
        // Nor here: whoever wants them comes by the name.
        let named = site.origin().replacen(site.host(), "localhost", 1);
        return RelyingParty::new(name, "localhost", &[&named]);
    }
    let mut origins = vec![site.origin()];
    origins.extend(apps.iter().map(String::as_str));
    RelyingParty::new(name, domain.unwrap_or(site.host()), &origins)
}

/// Where copies of the audit log's checkpoints go.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct AuditAnchor {
    /// File into which every checkpoint of the audit log is copied, better on another machine: it
    /// tells a log that was cut short or built anew. The private server of `okto up` has one in the
    /// folder of the installation.
    #[arg(long, env = "OKTO_AUDIT_ANCHOR", value_name = "FILE")]
    pub audit_anchor: Option<PathBuf>,
}

/// Who the bank is to those whom it sends security events.
#[derive(clap::Args, Clone, Debug)]
pub struct Issuer {
    /// The address under which others know the API, such as `https://api.okto.example`: it stands
    /// in what the bank signs, and below it are the keys to check that with.
    #[arg(long, env = "OKTO_API_SITE")]
    pub api_site: Site,
}

/// Which file the root key of an installation is in, and where the keys are that never leave.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct RootKey {
    /// File with the 32-byte root key, in hexadecimal or wrapped by a security module: `root-key`
    /// in the folder of the installation unless this says otherwise. Made on the first start of
    /// `okto up`; in production every node has the same.
    #[arg(
        id = "root_key_file",
        long = "root-key-file",
        env = "OKTO_ROOT_KEY_FILE",
        value_name = "FILE"
    )]
    file: Option<PathBuf>,
    /// File of the signing keys where there is no security module: `keys` beside the root key
    /// unless this says otherwise.
    #[arg(long, env = "OKTO_KEYS_FILE", value_name = "FILE")]
    keys_file: Option<PathBuf>,
    /// Library of the security module (PKCS#11) that wraps the root key and signs.
    #[arg(long, env = "OKTO_PKCS11_MODULE", value_name = "FILE")]
    pkcs11_module: Option<PathBuf>,
    /// Label of the token in it.
    #[arg(long, env = "OKTO_PKCS11_TOKEN", value_name = "LABEL")]
    pkcs11_token: Option<String>,
    /// File with the PIN of the token's user.
    #[arg(long, env = "OKTO_PKCS11_PIN_FILE", value_name = "FILE")]
    pkcs11_pin_file: Option<PathBuf>,
}

impl RootKey {
    /// The file, of an installation in this folder.
    pub fn file(&self, dir: &Path) -> RootKeyFile {
        RootKeyFile(self.file.clone().unwrap_or_else(|| dir.join("root-key")))
    }

    /// The file of signing keys, of an installation in this folder.
    pub fn keys_file(&self, dir: &Path) -> PathBuf {
        self.keys_file.clone().unwrap_or_else(|| self.file(dir).0.with_file_name("keys"))
    }

    /// A root key in this file, without a security module.
    pub fn at(file: &Path) -> Self {
        Self { file: Some(file.to_owned()), ..Self::default() }
    }

    /// Whether there is a security module.
    pub const fn names_a_module(&self) -> bool {
        self.pkcs11_module.is_some()
    }

    /// The module, the token, and the file of its PIN: all of them or none.
    pub fn module(&self) -> Result<Option<(&Path, &str, &Path)>> {
        match (&self.pkcs11_module, &self.pkcs11_token, &self.pkcs11_pin_file) {
            (Some(module), Some(token), Some(pin)) => Ok(Some((module, token, pin))),
            (None, None, None) => Ok(None),
            _ => Err(Error::invariant(
                "finding the security module: --pkcs11-module, --pkcs11-token and \
                 --pkcs11-pin-file go together",
            )),
        }
    }
}

/// A file with a root key.
#[derive(Clone, Debug)]
pub struct RootKeyFile(pub PathBuf);

impl RootKeyFile {
    /// Reads the key.
    pub fn read(&self) -> Result<KeyRing> {
        self.root().map(KeyRing::new)
    }

    /// The key itself, which stands in the file in clear.
    pub fn root(&self) -> Result<kernel::RootKey> {
        let doing = "reading the root key";
        let text = std::fs::read_to_string(&self.0).map_err(|e| {
            let hint = "is this the folder of the installation (--dir, OKTO_DIR)?";
            Error::broken(doing, format!("{}: {e}; {hint}", self.0.display()))
        })?;
        let text = Secret::new(text);
        let key = from_hex(text.expose().trim());
        let key = key.ok_or_else(|| {
            let (file, wrapped) = (self.0.display(), text.expose().starts_with("okto wrapped"));
            let why = if wrapped {
                "a security module wrapped it: name that with --pkcs11-module"
            } else {
                "it is not 64 hexadecimal digits"
            };
            Error::broken(doing, format!("{file}: {why}"))
        })?;
        Ok(Secret::new(key))
    }

    /// Reads the key, or makes one. Only for a bank without users: what hangs on a key that is lost
    /// cannot be used with another.
    pub fn read_or_make(&self) -> Result<KeyRing> {
        if !self.0.exists() {
            let key: [u8; 32] = Entropy.bytes();
            write_private(&self.0, store::hex(&key).as_bytes())?;
        }
        self.read()
    }
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut key = [0; 32];
    for (place, n) in key.iter_mut().zip((0_usize..64).step_by(2)) {
        let digits = text.get(n..n.saturating_add(2))?;
        *place = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(key)
}

/// Writes a file that only its owner may read, whole or not at all.
pub fn write_private(path: &Path, content: &[u8]) -> Result<()> {
    let doing = "writing a private file";
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty());
    if let Some(parent) = parent {
        std::fs::create_dir_all(parent).map_err(|e| Error::broken(doing, e))?;
    }
    let new = path.with_extension("new");
    let write = || -> std::io::Result<()> {
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&new)?;
        file.write_all(content)?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        std::fs::rename(&new, path)
    };
    write().map_err(|e| Error::broken(doing, format!("{}: {e}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(clap::Parser)]
    struct Command {
        #[command(flatten)]
        listen: Listen,
    }

    #[derive(clap::Parser)]
    struct Worker {
        #[command(flatten)]
        issuer: Issuer,
    }

    fn listen(options: &str) -> Listen {
        use clap::Parser as _;
        let options = std::iter::once("okto").chain(options.split_whitespace());
        Command::try_parse_from(options).unwrap().listen
    }

    #[test]
    fn a_bank_that_others_reach_knows_the_address_of_its_api() {
        for alone in ["", "--listen 127.0.0.1:1", "--listen [::1]:1 --web-site http://localhost:2"]
        {
            assert!(listen(alone).token_rules(false).is_ok(), "{alone}");
        }
        for reached in [
            "--listen 0.0.0.0:8080",
            "--listen 10.0.0.5:8080",
            "--trusted-proxies 127.0.0.1",
            "--web-site https://my.okto.example",
        ] {
            assert!(listen(reached).token_rules(false).is_err(), "{reached}");
            assert!(listen(reached).token_rules(true).is_ok(), "{reached}");
            let named = format!("{reached} --api-site https://api.okto.example");
            let rules = listen(&named).token_rules(false).unwrap();
            assert_eq!(rules.site.unwrap().origin(), "https://api.okto.example");
        }
    }

    #[test]
    fn what_a_worker_signs_names_the_bank() {
        use clap::Parser as _;
        assert!(Worker::try_parse_from(["okto"]).is_err());
        let worker = Worker::try_parse_from(["okto", "--api-site", "https://api.okto.example"]);
        assert_eq!(worker.unwrap().issuer.api_site.origin(), "https://api.okto.example");
    }

    #[test]
    fn passkeys_are_for_names() {
        for (options, good) in [
            ("", true),
            ("--web-site http://127.0.0.1:8081", true),
            ("--web-site https://my.okto.example --admin-site https://staff.okto.example", true),
            ("--web-site https://10.0.0.5", false),
            ("--admin-site https://10.0.0.5:8082", false),
            ("--admin-site https://[2001:db8::5]", false),
        ] {
            assert_eq!(listen(options).passkey_sites().is_ok(), good, "{options}");
        }
    }

    #[test]
    fn the_address_of_the_panel_is_left_for_the_other_commands() {
        let name = format!("okto-admin-site-{}", uuid::Uuid::from_bytes(Entropy.bytes()));
        let dir = std::env::temp_dir().join(name);
        let database = Database { url: None, dir: dir.clone(), connections: 1 };
        assert!(database.admin_site().is_err());
        let site: Site = "https://staff.okto.example".parse().unwrap();
        database.remember_admin_site(&site).unwrap();
        assert_eq!(database.admin_site().unwrap().origin(), site.origin());
        std::fs::remove_dir_all(&dir).unwrap();
    }

    #[test]
    fn customers_and_employees_have_hosts_of_their_own() {
        let app = "--web-site https://okto.example";
        for (panel, good) in [
            ("https://staff.okto.example", true),
            ("https://okto.example:8443", false),
            ("https://okto.example", false),
        ] {
            let options = format!("{app} --admin-site {panel}");
            assert_eq!(listen(&options).passkey_sites().is_ok(), good, "{options}");
        }
        let here = "--web-site http://localhost:1 --admin-site http://localhost:2";
        assert!(listen(here).passkey_sites().is_ok());
    }

    #[test]
    fn a_root_key_is_made_once_and_only_its_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let name = format!("okto-root-key-{}", uuid::Uuid::from_bytes(Entropy.bytes()));
        let dir = std::env::temp_dir().join(name);
        let file = RootKey::default().file(&dir);
        assert_eq!(file.0, dir.join("root-key"));
        assert!(file.read().is_err());
        let key = |ring: KeyRing| *ring.key(kernel::KeyUse::Quote).expose();
        let made = key(file.read_or_make().unwrap());
        assert_eq!(made, key(file.read_or_make().unwrap()));
        let rights = std::fs::metadata(&file.0).unwrap().permissions();
        assert_eq!(rights.mode() & 0o777, 0o600);
        std::fs::write(&file.0, "not a key").unwrap();
        assert!(file.read().is_err());
        std::fs::remove_dir_all(&dir).unwrap();
        let elsewhere = RootKey::at(Path::new("/run/key"));
        assert_eq!(elsewhere.file(&dir).0, Path::new("/run/key"));
    }
}

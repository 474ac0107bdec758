//! The keys of an installation: the root key in memory, what wraps it, and what signs.

use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::{Code, Ctx, Entropy, Error, KeyId, KeyProvider, KeyRing, Result, Secret, SigningUse};
use keys::{FileKeys, Pkcs11Config, Pkcs11Keys};
use store::audit::{self, Entry};
use store::signing::{NOTICE_SECONDS, Signing, SigningKey, State};
use store::{Config, Store};

use crate::bank::system;
use crate::say;
use crate::settings::{Database, RootKey, RootKeyFile, write_private};

/// What a root key that a security module wrapped is bound to.
const LABEL: &str = "root-key";
/// What the file of a wrapped root key begins with; base64 follows.
const WRAPPED: &str = "okto wrapped root key 1";

/// The keys of a running bank.
#[derive(Clone, Debug)]
pub struct Keys {
    /// What is derived from the root key.
    pub keyring: KeyRing,
    /// What never leaves.
    pub provider: Arc<dyn KeyProvider>,
}

impl Keys {
    /// The keys of an installation in this folder. It blocks, and is called when a command begins.
    pub fn open(options: &RootKey, dir: &Path) -> Result<Self> {
        let file = options.file(dir);
        if let Some(provider) = module(options)? {
            let keyring = unwrap_root(&file, provider.as_ref())?;
            return Ok(Self { keyring, provider });
        }
        Self::in_files(options, dir, file.read()?)
    }

    /// The same, for a bank that may be new: without a security module the root key is made.
    pub fn open_or_make(options: &RootKey, dir: &Path) -> Result<Self> {
        let file = options.file(dir);
        if options.names_a_module() || file.0.exists() {
            return Self::open(options, dir);
        }
        Self::in_files(options, dir, file.read_or_make()?)
    }

    fn in_files(options: &RootKey, dir: &Path, keyring: KeyRing) -> Result<Self> {
        let provider = FileKeys::open(&options.keys_file(dir), &keyring)?;
        Ok(Self { keyring, provider: Arc::new(provider) })
    }
}

/// The security module, when one is named.
fn module(options: &RootKey) -> Result<Option<Arc<dyn KeyProvider>>> {
    let Some((module, token, pin_file)) = options.module()? else { return Ok(None) };
    let pin = std::fs::read_to_string(pin_file).map_err(|e| {
        Error::broken("reading the PIN of the token", format!("{}: {e}", pin_file.display()))
    })?;
    let pin = Secret::new(pin.trim().to_owned());
    let config = Pkcs11Config { module: module.to_owned(), token: token.to_owned(), pin };
    Ok(Some(Arc::new(Pkcs11Keys::open(config)?)))
}

fn unwrap_root(file: &RootKeyFile, provider: &dyn KeyProvider) -> Result<KeyRing> {
    let wrapped = read_wrapped(file)?.ok_or_else(|| {
        let why = "it is not wrapped by the security module: `okto keys init` does that";
        trouble(file, why)
    })?;
    Ok(KeyRing::new(provider.unwrap(LABEL, &wrapped)?))
}

/// The wrapped key in a file, or `None` when the file holds something else.
fn read_wrapped(file: &RootKeyFile) -> Result<Option<Vec<u8>>> {
    let text = std::fs::read_to_string(&file.0).map_err(|e| trouble(file, &e.to_string()))?;
    let Some(rest) = text.strip_prefix(WRAPPED) else { return Ok(None) };
    let wrapped = STANDARD.decode(rest.trim());
    wrapped.map(Some).map_err(|_| trouble(file, "what is wrapped in it is damaged"))
}

fn write_wrapped(
    file: &RootKeyFile,
    provider: &dyn KeyProvider,
    root: &Secret<[u8; 32]>,
) -> Result<()> {
    let wrapped = provider.wrap(LABEL, root)?;
    // Read back before the old file is gone.
    if provider.unwrap(LABEL, &wrapped)?.expose() != root.expose() {
        return Err(Error::invariant("the security module did not give back what it wrapped"));
    }
    let text = format!("{WRAPPED}\n{}", STANDARD.encode(wrapped));
    write_private(&file.0, text.as_bytes())
}

fn trouble(file: &RootKeyFile, why: &str) -> Error {
    Error::broken("reading the root key", format!("{}: {why}", file.0.display()))
}

/// What to do about the keys.
#[derive(clap::Subcommand, Clone, Debug)]
pub enum Command {
    /// Prepare them: with a security module, make its key-encryption key and wrap the root key
    /// under it, a new one or that of the file; without one, make the files.
    Init,
    /// Show where they are, and which of them sign.
    Status,
    /// Let signing keys go a step on: publish the next one, or, a day after that, let it sign.
    RotateSigning {
        /// `tokens` or `audit`.
        #[arg(long, value_parser = purpose)]
        purpose: SigningUse,
    },
    /// Remove a signing key that fell into wrong hands: nothing that it signed counts any more.
    Remove {
        /// Its name, as the list shows it.
        #[arg(value_parser = key_id)]
        kid: KeyId,
    },
    /// Make a new key-encryption key in the security module and wrap the root key under it.
    Rewrap,
}

fn purpose(text: &str) -> std::result::Result<SigningUse, &'static str> {
    SigningUse::parse(text).ok_or("not a use: tokens or audit")
}

fn key_id(text: &str) -> std::result::Result<KeyId, &'static str> {
    text.parse().map_err(|()| "not the name of a key: 22 letters of base64url")
}

/// Runs a command about keys.
pub async fn run(database: Database, options: RootKey, command: Command) -> Result<()> {
    match command {
        Command::Init => init(&options, &database.dir),
        Command::Status => status(&database, &options).await,
        Command::RotateSigning { purpose } => {
            let operator = Operator::open(&database, &options).await?;
            operator.rotate(purpose).await
        }
        Command::Remove { kid } => Operator::open(&database, &options).await?.remove(kid).await,
        Command::Rewrap => {
            Operator::open(&database, &options).await?.rewrap(&options, &database.dir).await
        }
    }
}

fn init(options: &RootKey, dir: &Path) -> Result<()> {
    let file = options.file(dir);
    let Some(provider) = module(options)? else {
        let keys = Keys::open_or_make(options, dir)?;
        say(&format!("the root key is in {}, in clear", file.0.display()));
        say(&format!("signing keys: {}", keys.provider.describe()));
        say("for development: a bank gives a security module with --pkcs11-module");
        return Ok(());
    };
    if provider.wrapping_key()?.is_none() {
        say(&format!("made key-encryption key {}", provider.make_wrapping_key()?));
    }
    if !file.0.exists() {
        write_wrapped(&file, provider.as_ref(), &Secret::new(Entropy.bytes()))?;
        say(&format!("made a root key, wrapped in {}", file.0.display()));
    } else if read_wrapped(&file)?.is_none() {
        write_wrapped(&file, provider.as_ref(), &file.root()?)?;
        say(&format!("wrapped the root key in {}", file.0.display()));
        say("copies of the file as it was hold the key in clear: destroy them");
    } else {
        unwrap_root(&file, provider.as_ref())?;
        say(&format!("{} holds a root key that this token opens", file.0.display()));
    }
    Ok(())
}

async fn status(database: &Database, options: &RootKey) -> Result<()> {
    let keys = Keys::open(options, &database.dir)?;
    let file = options.file(&database.dir);
    say(&format!("keys: {}", keys.provider.describe()));
    match (read_wrapped(&file)?, keys.provider.wrapping_key()?) {
        (Some(_), Some(number)) => say(&format!(
            "root key: {}, wrapped; the present key-encryption key is number {number}",
            file.0.display()
        )),
        _ => say(&format!("root key: {}, in clear", file.0.display())),
    }
    let operator = Operator::open(database, options).await?;
    for purpose in SigningUse::ALL {
        tell(&operator.signing.keys(purpose).await?);
    }
    Ok(())
}

fn tell(keys: &[SigningKey]) {
    for key in keys {
        let (state, since) = (key.state.as_str(), key.published_at);
        let (kid, purpose) = (key.public.id, key.public.purpose.as_str());
        say(&format!("{purpose:<7} {kid}  {state:<9} published {since}"));
    }
}

/// Whoever changes keys: every change is an event of the audit log.
struct Operator {
    ctx: Ctx,
    keys: Keys,
    store: Store,
    signing: Signing,
}

impl Operator {
    async fn open(database: &Database, options: &RootKey) -> Result<Self> {
        let keys = Keys::open(options, &database.dir)?;
        let config = Config { url: database.url()?, max_connections: database.connections };
        let store = Store::connect(&config).await?;
        let signing = Signing::new(store.clone(), keys.provider.clone());
        Ok(Self { ctx: system("operator"), keys, store, signing })
    }

    /// Whether there is a key of this name that still counts.
    async fn has(&self, kid: KeyId) -> Result<bool> {
        for purpose in SigningUse::ALL {
            let keys = self.signing.keys(purpose).await?;
            if keys.iter().any(|key| key.public.id == kid && key.state != State::Removed) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn record(&self, entry: Entry) -> Result<()> {
        audit::record(&self.store, &self.keys.keyring, &self.ctx, entry).await.map(|_| ())
    }

    async fn rotate(&self, purpose: SigningUse) -> Result<()> {
        let before = self.signing.keys(purpose).await?;
        let asked = Entry::done("signing_key.rotation_asked");
        self.record(asked.object("signing_keys", purpose.as_str())).await?;
        let keys = self.signing.rotate(purpose, self.ctx.now()).await?;
        if keys == before {
            let next = keys.iter().find(|key| key.state == State::Published);
            let due = next.map(|key| key.published_at.plus_seconds(NOTICE_SECONDS));
            let due = due.map(|due| format!(", it may sign from {due}")).unwrap_or_default();
            say(&format!("nothing to do: the next key is published{due}"));
        }
        tell(&keys);
        Ok(())
    }

    /// Who asks for it is in the log before; that it is done, in the transaction of it.
    async fn remove(&self, kid: KeyId) -> Result<()> {
        if !self.has(kid).await? {
            return Err(Code::NotFound.into());
        }
        let asked = Entry::done("signing_key.removal_asked").object("signing_key", kid);
        self.record(asked).await?;
        if !self.signing.remove(kid, self.ctx.now()).await? {
            return Err(Code::NotFound.into());
        }
        say(&format!("{kid} is removed: nothing that it signed counts any more"));
        Ok(())
    }

    async fn rewrap(&self, options: &RootKey, dir: &Path) -> Result<()> {
        let (file, provider) = (options.file(dir), self.keys.provider.as_ref());
        let Some(wrapped) = read_wrapped(&file)? else {
            return Err(trouble(&file, "it is not wrapped: there is no security module"));
        };
        let root = provider.unwrap(LABEL, &wrapped)?;
        // The module and the file know no transaction.
        self.record(Entry::done("root_key.rewrap_asked")).await?;
        let number = provider.make_wrapping_key()?;
        write_wrapped(&file, provider, &root)?;
        let entry = Entry::done("root_key.rewrapped").object("wrapping_key", number);
        self.record(entry).await?;
        say(&format!("{} is wrapped under key {number}", file.0.display()));
        say("give every node the new file; key-encryption keys of before stay in the token");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_file_is_told_from_a_plain_one() {
        let dir = std::env::temp_dir().join(format!("okto-wrapped-{}", KeyId::generate(Entropy)));
        let file = RootKeyFile(dir.join("root-key"));
        assert!(read_wrapped(&file).is_err(), "there is none");
        file.read_or_make().unwrap();
        assert_eq!(read_wrapped(&file).unwrap(), None);
        write_private(&file.0, b"okto wrapped root key 1\nAQID").unwrap();
        assert_eq!(read_wrapped(&file).unwrap(), Some(vec![1, 2, 3]));
        let refused = format!("{:?}", file.read().unwrap_err());
        assert!(refused.contains("--pkcs11-module"), "{refused}");
        write_private(&file.0, b"okto wrapped root key 1\n!").unwrap();
        assert!(read_wrapped(&file).is_err());
        std::fs::remove_dir_all(&dir).unwrap();
    }
}

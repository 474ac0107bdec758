//! `okto bench auth`: what it costs to know who a request is from, and to sign in.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use customers::{Customers, NewCustomer};
use identity::{
    Begun, By, ClientInfo, Config, Door, Identity, NewDevice, Proof, ProofOfKey, Tokens,
};
use kernel::{
    Clock, Ctx, CustomerId, Day, Employee, Entropy, Error, KeyRing, Lang, Method, Permission,
    Permissions, Phone, Result, Role, Roles, Secret, StaffId, StaffSessionId,
};
use policy::{Object, Question, Verdict};
use serde_json::json;
use store::Store;
use tokio::sync::watch;

use super::figures::{Figures, Thousandths, instant, per_second};
use super::{Bench, Yardstick};
use crate::say;

/// What `okto bench auth` is asked to do.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Seconds for each figure.
    #[arg(long, default_value_t = 5)]
    pub seconds: u64,
    /// Print the figures as one JSON object on the last line.
    #[arg(long)]
    pub json: bool,
}

const PASSWORD: &str = "uch olma va bitta quyosh";
/// What a token check from memory may cost.
const WANTED_NANOS: u64 = 5_000;
/// Proofs made before they are checked: each is good once, and no longer than a minute.
const PROOFS: usize = 20_000;
/// Those of requests that change something, each of which is a row that is committed.
const CHANGES: usize = 4_000;
const ADDRESS: &str = "https://api.bank.example/v1/me";
const NOBODY: Error = Error::invariant("a bench has a customer");

pub async fn run(args: Args) -> Result<()> {
    let bench = Bench::start("auth").await?;
    let outcome = measure(&bench, &args).await;
    bench.stop().await?;
    say(&outcome?.show(args.json));
    Ok(())
}

async fn measure(bench: &Bench, args: &Args) -> Result<Figures> {
    let yardstick = Yardstick::prepare(bench, args.seconds).await?;
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let world = World::open(bench.database("auth_bench").await?, cores).await?;
    let limit = Duration::from_secs(args.seconds);
    let before = yardstick.run("before").await?;
    let cached = world.cached(limit).await?;
    let asked = world.asked(limit).await?;
    let proofs = world.proofs().await?;
    let decision = decision(limit)?;
    let refreshes = world.refreshes(limit).await?;
    let one = world.sign_ins(limit, 1).await?;
    let all = world.sign_ins(limit, cores).await?;
    let after = yardstick.run("after").await?;
    let cores = u64::try_from(cores).unwrap_or(1);
    Ok(Figures::default()
        .text("bench", "auth")
        .number("check_from_memory_ns", cached)
        .number("check_from_memory_wanted_ns", WANTED_NANOS)
        .number("check_from_database_ns", asked)
        .number("database_to_memory", Thousandths::ratio(asked, cached))
        .number("proof_and_check_ns", proofs.reading)
        .number("proof_and_check_of_a_change_ns", proofs.changing)
        .number("bare_signature_check_ns", proofs.signature)
        .number("proof_to_signature", Thousandths::ratio(proofs.reading, proofs.signature))
        .number("staff_decision_ns", decision)
        .number("refreshes_per_second", refreshes)
        .number("sign_ins_per_second_one_caller", one)
        .number("sign_ins_per_second_and_core", all.checked_div(cores).unwrap_or(all))
        .number("cores", cores)
        .number("tpc_b_before", before)
        .number("tpc_b_after", after))
}

/// Customers with a device each, at a node that follows revocations.
struct World {
    store: Store,
    keys: KeyRing,
    identity: Identity,
    /// One for each caller: of one customer only three attempts are looked at at the same time.
    people: Vec<Arc<Person>>,
    _stop: watch::Sender<bool>,
}

struct Person {
    user: CustomerId,
    phone: Phone,
    cookie: Secret<String>,
}

fn node(store: &Store, keys: &KeyRing) -> Identity {
    let config = Config { sign_ins_per_address_quarter_hour: i32::MAX, ..Config::default() };
    Identity::new(store.clone(), keys.clone(), config)
}

fn nobody() -> Ctx {
    Ctx::anonymous(Lang::En)
}

fn client() -> ClientInfo {
    ClientInfo::new(std::net::Ipv4Addr::LOCALHOST.into(), "bench")
}

impl Person {
    async fn sign_up(
        store: &Store,
        identity: &Identity,
        customers: &Customers,
        number: usize,
    ) -> Result<Self> {
        let phone = Phone::parse(&format!("99890{number:07}"));
        let phone = phone.ok_or(Error::invariant("a phone is good"))?;
        let new = NewCustomer {
            phone: phone.clone(),
            password: PASSWORD.to_owned().into(),
            first_name: "Lola".to_owned(),
            last_name: "Karimova".to_owned(),
            birth_date: Day::new(1990, 5, 17).ok_or(Error::invariant("a day is good"))?,
            lang: Lang::Uz,
        };
        let bank = Ctx::system("bench", Permissions::OPERATOR);
        let user = customers.create_verified(&bank, new).await?;
        let mut tx = store.begin().await?;
        let device = NewDevice { by: By::Cookie(None), name: "bench", client: &client() };
        let bound = identity.enrol_device(&mut tx, &nobody(), user, device).await?;
        store::commit(tx).await?;
        let cookie = bound.cookie.ok_or(Error::invariant("a new browser gets a cookie"))?;
        Ok(Self { user, phone, cookie })
    }
}

impl World {
    async fn open(store: Store, people: usize) -> Result<Self> {
        let keys = KeyRing::new(Secret::new(Entropy.bytes()));
        let identity = node(&store, &keys);
        let customers = Customers::new(store.clone(), identity.clone());
        let mut signed_up = Vec::with_capacity(people);
        for number in 0..people {
            signed_up.push(Arc::new(Person::sign_up(&store, &identity, &customers, number).await?));
        }
        let (stop, stopped) = watch::channel(false);
        let following = identity.clone();
        tokio::spawn(async move { following.follow_revocations(stopped).await });
        while !identity.knows_revocations() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(Self { store, keys, identity, people: signed_up, _stop: stop })
    }

    async fn tokens(&self, from: &ClientInfo) -> Result<Tokens> {
        let mut tx = self.store.begin().await?;
        let proof = Proof::one(Method::Password);
        let (ctx, with) = (nobody(), (&proof, from));
        let user = self.people.first().ok_or(NOBODY)?.user;
        let tokens = self.identity.open_session(&mut tx, &ctx, user, with).await?;
        store::commit(tx).await?;
        Ok(tokens)
    }

    /// Nanoseconds of a check that finds its token in memory.
    async fn cached(&self, limit: Duration) -> Result<u64> {
        let (tokens, ctx) = (self.tokens(&client()).await?, nobody());
        let began = instant();
        let mut calls = 0_u64;
        while began.elapsed() < limit {
            // The clock is asked once for many, not to be measured with them.
            for _ in 0..1_000 {
                self.identity.authenticate(&ctx, tokens.access.expose(), None).await?;
            }
            calls = calls.saturating_add(1_000);
        }
        Ok(nanos_each(began, calls))
    }

    /// Nanoseconds of a check that asks the database, as on a node that does not follow.
    async fn asked(&self, limit: Duration) -> Result<u64> {
        let (tokens, ctx) = (self.tokens(&client()).await?, nobody());
        let blind = node(&self.store, &self.keys);
        let began = instant();
        let mut calls = 0_u64;
        while began.elapsed() < limit {
            blind.authenticate(&ctx, tokens.access.expose(), None).await?;
            calls = calls.saturating_add(1);
        }
        Ok(nanos_each(began, calls))
    }

    /// Nanoseconds of a proof of a key together with the check from memory, for requests that only
    /// read and for those that change something, and of a signature check alone.
    async fn proofs(&self) -> Result<Proofs> {
        let signer = Signer::new()?;
        let from = client().with_key(signer.key.clone());
        let (tokens, ctx) = (self.tokens(&from).await?, nobody());
        let token = tokens.access.expose();
        let ath = URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes()));
        let check = async |method: &'static str, many: usize| {
            let proofs: Result<Vec<_>> =
                (0..many).map(|n| signer.proof(&format!("{method}-{n}"), method, &ath)).collect();
            let (proofs, safe) = (proofs?, method == "GET");
            let began = instant();
            for proof in &proofs {
                let shown = ProofOfKey { proof, method, address: ADDRESS, safe };
                self.identity.authenticate_proven(&ctx, token, shown).await?;
            }
            Ok::<_, Error>(nanos_each(began, u64::try_from(many).unwrap_or(1)))
        };
        let reading = check("GET", PROOFS).await?;
        let changing = check("POST", CHANGES).await?;
        let calls = u64::try_from(PROOFS).unwrap_or(1);
        Ok(Proofs { reading, changing, signature: signatures(&signer.pair, calls)? })
    }

    /// Refreshes in a second, one after the other: each is a commit.
    async fn refreshes(&self, limit: Duration) -> Result<u64> {
        let (mut tokens, ctx) = (self.tokens(&client()).await?, nobody());
        let began = instant();
        let mut calls = 0_u64;
        while began.elapsed() < limit {
            tokens = self.identity.refresh(&ctx, tokens.refresh.expose(), None).await?;
            calls = calls.saturating_add(1);
        }
        Ok(per_second(calls, began.elapsed()))
    }

    /// Sign-ins in a second by so many callers, each a customer on a known device: a password
    /// (argon2id, 19 MiB, two passes) and some commits each.
    async fn sign_ins(&self, limit: Duration, callers: usize) -> Result<u64> {
        let began = instant();
        let deadline = began.checked_add(limit).unwrap_or(began);
        let mut tasks = tokio::task::JoinSet::new();
        for person in self.people.iter().take(callers) {
            let (identity, person) = (self.identity.clone(), Arc::clone(person));
            tasks.spawn(async move { sign_in_until(&identity, &person, deadline).await });
        }
        let mut calls = 0_u64;
        while let Some(done) = tasks.join_next().await {
            let done = done.map_err(|e| Error::broken("measuring sign-ins", e))?;
            calls = calls.saturating_add(done?);
        }
        Ok(per_second(calls, began.elapsed()))
    }
}

/// What proofs of a key cost, in nanoseconds each.
struct Proofs {
    reading: u64,
    changing: u64,
    signature: u64,
}

/// A telephone's key.
struct Signer {
    pair: EcdsaKeyPair,
    key: identity::DeviceKey,
    jwk: serde_json::Value,
}

const UNSIGNED: Error = Error::invariant("a key can be made and signs");

impl Signer {
    fn new() -> Result<Self> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING);
        let pair = pair.map_err(|_| UNSIGNED)?;
        let point = pair.public_key().as_ref();
        let (x, y) = point.get(1..).unwrap_or_default().split_at(32);
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        let key = identity::DeviceKey::from_coordinates(&x, &y).ok_or(UNSIGNED)?;
        let jwk = json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y });
        Ok(Self { pair, key, jwk })
    }

    /// A proof for one request, made now.
    fn proof(&self, id: &str, method: &str, ath: &str) -> Result<String> {
        let head = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk }).to_string();
        let seconds = Clock::System.now().seconds();
        let claims = json!({
            "jti": id, "htm": method, "htu": ADDRESS, "iat": seconds, "ath": ath,
        });
        let (head, claims) =
            (URL_SAFE_NO_PAD.encode(head), URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signed = format!("{head}.{claims}");
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes());
        let signature = signature.map_err(|_| UNSIGNED)?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

async fn sign_in_until(identity: &Identity, person: &Person, deadline: Instant) -> Result<u64> {
    let password = Secret::new(PASSWORD.to_owned());
    let mut calls = 0_u64;
    while instant() < deadline {
        let (door, typed) =
            (Door::Browser(Some(person.cookie.expose())), (&person.phone, &password));
        let begun = identity.sign_in(&nobody(), typed, door, &client()).await?;
        if !matches!(begun, Begun::SignedIn(_)) {
            return Err(Error::invariant("a known device is enough"));
        }
        calls = calls.saturating_add(1);
    }
    Ok(calls)
}

/// Nanoseconds of a decision of the policies: whether an employee may see the phone of a customer.
fn decision(limit: Duration) -> Result<u64> {
    let now = Clock::System.now();
    let employee = Employee {
        id: StaffId::generate(now, Entropy),
        session: StaffSessionId::generate(now, Entropy),
        roles: Roles::NONE.with(Role::Support),
        customer: None,
        aal: 3,
        proved_at: now,
    };
    let question = Question {
        employee,
        permission: Permission::CustomerReadPhone,
        object: Object::Customer(CustomerId::generate(now, Entropy)),
        own_proposal: false,
        now,
    };
    let policies = policy::policies()?;
    let began = instant();
    let mut calls = 0_u64;
    while began.elapsed() < limit {
        if policies.decide(&question)?.verdict != Verdict::Allowed {
            return Err(Error::invariant("support may see a phone"));
        }
        calls = calls.saturating_add(1);
    }
    Ok(nanos_each(began, calls))
}

/// Nanoseconds of one check of a signature of this key.
fn signatures(pair: &EcdsaKeyPair, calls: u64) -> Result<u64> {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
    let broken = |_| Error::invariant("a key signs, and its signature is right");
    let signature = pair.sign(&SystemRandom::new(), b"bench").map_err(broken)?;
    let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key().as_ref());
    let began = instant();
    for _ in 0..calls {
        public.verify(b"bench", signature.as_ref()).map_err(broken)?;
    }
    Ok(nanos_each(began, calls))
}

fn nanos_each(began: Instant, calls: u64) -> u64 {
    let nanos = u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX);
    nanos.checked_div(calls).unwrap_or(0)
}

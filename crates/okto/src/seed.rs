//! Demo customers with a month of history, so that a new bank has something to look at.

use std::path::Path;

use customers::NewCustomer;
use identity::Identity;
use kernel::{
    AccountId, AccountNumber, Amount, Asset, Clock, Ctx, CustomerId, Day, Entropy, Error, Lang,
    ManualClock, Moment, OperationId, Permission, Permissions, Phone, Result, Secret, SessionId,
    TraceId,
};
use payments::transfers::Payee;
use payments::{CashIn, Confirm, Open, Preview};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::Store;
use uuid::Uuid;

use crate::bank::Bank;
use crate::custody::Keys;
use crate::say;
use crate::settings::write_private;

/// A demo customer's login.
#[derive(Clone, Serialize, Deserialize)]
pub struct Login {
    pub name: String,
    pub phone: String,
    pub password: String,
}

struct Person {
    phone: &'static str,
    first_name: &'static str,
    last_name: &'static str,
    born: (i32, u8, u8),
    lang: Lang,
    /// What they bring in every ten days, in whole sum.
    income: &'static str,
}

/// Numbers of a block that no operator has given out.
const PEOPLE: &[Person] = &[
    Person {
        phone: "998900000001",
        first_name: "Jasur",
        last_name: "Karimov",
        born: (1991, 4, 12),
        lang: Lang::Uz,
        income: "8400000",
    },
    Person {
        phone: "998900000002",
        first_name: "Malika",
        last_name: "Tursunova",
        born: (1996, 9, 3),
        lang: Lang::Uz,
        income: "6150000",
    },
    Person {
        phone: "998900000003",
        first_name: "Ольга",
        last_name: "Ким",
        born: (1984, 1, 25),
        lang: Lang::Ru,
        income: "11200000.50",
    },
    Person {
        phone: "998900000004",
        first_name: "Bobur",
        last_name: "Yoʻldoshev",
        born: (2004, 6, 30),
        lang: Lang::En,
        income: "2300000",
    },
];

/// (days ago, payer, payee, sum, note); one every day or two, at hours when people pay.
const PAYMENTS: &[(i64, usize, usize, &str, &str)] = &[
    (27, 0, 1, "184500", "Bozorlik"),
    (26, 1, 3, "50000", "Tushlik"),
    (25, 2, 0, "1250000", "Аренда, первая часть"),
    (24, 0, 3, "300000", "Kontrakt toʻlovi"),
    (22, 3, 1, "75000", "Kitoblar"),
    (21, 1, 0, "42000.50", "Taksi"),
    (19, 0, 2, "990000", "Taʼmirlash"),
    (17, 2, 1, "215000", "Подарок маме"),
    (15, 0, 1, "60000", "Kino"),
    (14, 1, 2, "330000", "Dori-darmon"),
    (12, 3, 0, "120000", "Qarz qaytarildi"),
    (10, 0, 3, "45000", "Internet"),
    (9, 2, 0, "1250000", "Аренда, вторая часть"),
    (7, 1, 3, "28000", "Nonushta"),
    (6, 0, 1, "510000", "Uy uchun"),
    (5, 3, 2, "64000", "Курсы"),
    (4, 0, 2, "72500", "Choyxona"),
    (3, 1, 0, "99000", "Sovgʻa"),
    (2, 2, 3, "150000", "Спасибо!"),
    (1, 0, 1, "38000", "Gul"),
    (0, 1, 0, "25000", "Qahva va somsa"),
];

const DAY_SECONDS: i64 = 86_400;
const HOUR_SECONDS: i64 = 3_600;
const HISTORY_DAYS: i64 = 28;
/// Days ago on which everybody brings their income to the desk.
const INCOME_DAYS: [i64; 3] = [27, 17, 7];

/// How far the demo customers have come. Everything that is done for them has an id and a moment
/// that follow from this, so that a start after an interrupted one goes on where that one ended.
#[derive(Serialize, Deserialize)]
struct Progress {
    /// When it began, in microseconds since 1970. The history ends at that time.
    begun_micros: i64,
    /// What makes the ids of this seeding its own.
    nonce: Uuid,
    complete: bool,
}

/// Where the logins are left, in the folder of the installation.
pub const LOGINS: &str = "demo-logins.json";
const PROGRESS: &str = "demo-progress.json";

/// Makes the demo customers unless they are there, and answers their logins.
pub async fn ensure(store: &Store, keys: &Keys, dir: &Path) -> Result<Vec<Login>> {
    let (logins_file, progress_file) = (dir.join(LOGINS), dir.join(PROGRESS));
    let (logins, mut progress) = if there(store, keys).await? {
        match (read::<Vec<Login>>(&logins_file)?, read(&progress_file)?) {
            (Some(logins), Some(progress)) => (logins, progress),
            (Some(logins), None) => return Ok(logins),
            (None, _) => {
                let file = logins_file.display();
                say(&format!("the demo customers' passwords are not known: there is no {file}"));
                return Ok(Vec::new());
            }
        }
    } else {
        let now = Clock::System.now().micros();
        let nonce = uuid::Builder::from_random_bytes(Entropy.bytes()).into_uuid();
        let progress = Progress { begun_micros: now, nonce, complete: false };
        let logins: Vec<Login> = PEOPLE.iter().map(login).collect();
        // First the files: logins that nobody knows would be worse than logins that do not work
        // yet.
        write(&progress_file, &progress)?;
        write(&logins_file, &logins)?;
        (logins, progress)
    };
    if !progress.complete {
        Seed::open(store, keys, &progress).await?.run(&logins).await?;
        // The log of a bank begins with what was there before it; what comes later must be new.
        ledger::audit::recorder(store.clone()).once().await?;
        progress.complete = true;
        write(&progress_file, &progress)?;
    }
    Ok(logins)
}

/// Whether the first demo customer is there; they are made in order.
async fn there(store: &Store, keys: &Keys) -> Result<bool> {
    let Some(phone) = PEOPLE.first().and_then(|p| Phone::parse(p.phone)) else { return Ok(true) };
    let identity = Identity::new(store.clone(), keys.keyring.clone(), identity::Config::default());
    let ctx = Ctx::system("seed", Permissions::OPERATOR);
    Ok(identity.find_by_phone(&ctx, &phone).await?.is_some())
}

/// What a file holds, when there is one.
fn read<T: DeserializeOwned>(file: &Path) -> Result<Option<T>> {
    let broken = |why: String| {
        let why = format!("{}: {why}", file.display());
        Error::broken("reading what is known of the demo customers", why)
    };
    match std::fs::read(file) {
        Ok(text) => serde_json::from_slice(&text).map(Some).map_err(|e| broken(e.to_string())),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(broken(e.to_string())),
    }
}

fn write<T: Serialize>(file: &Path, content: &T) -> Result<()> {
    let text = serde_json::to_vec_pretty(content)
        .map_err(|e| Error::broken("writing what is known of the demo customers", e))?;
    write_private(file, &text)
}

fn login(person: &Person) -> Login {
    Login {
        name: format!("{} {}", person.first_name, person.last_name),
        phone: format!("+{}", person.phone),
        password: password(),
    }
}

/// Words that are easy to read out and to type.
const WORDS: [&str; 32] = [
    "anor", "bahor", "choynak", "daryo", "eshik", "fasl", "gilam", "hovuz", "ipak", "jiyda",
    "kaptar", "lola", "mayiz", "non", "olma", "paxta", "qalam", "rubob", "savat", "tandir", "uzum",
    "vodiy", "xurmo", "yulduz", "zanjir", "shamol", "chinor", "tepa", "bulut", "kulol", "novvot",
    "qovun",
];

fn password() -> String {
    let dice: [u8; 8] = Entropy.bytes();
    let mut parts: Vec<String> = Vec::new();
    for n in dice.iter().take(4) {
        let word = WORDS.get(usize::from(n % 32)).copied().unwrap_or_default();
        parts.push(word.to_owned());
    }
    let digits =
        dice.iter().skip(4).fold(0_u32, |d, n| d.wrapping_mul(256).wrapping_add(u32::from(*n)));
    parts.push(format!("{:04}", digits % 10_000));
    parts.join("-")
}

/// A demo customer who is there.
struct Client {
    id: CustomerId,
    account: AccountId,
    number: AccountNumber,
}

struct Seed {
    bank: Bank,
    ctx: Ctx,
    clock: ManualClock,
    begun: Moment,
    nonce: Uuid,
}

/// More than a person needs, so that nobody who tries the demo is stopped at once.
fn demo_limits() -> serde_json::Value {
    serde_json::json!({"limits": [
        {
            "name": "transfers-day",
            "title": {
                "uz": "Bir kunlik oʻtkazmalar soni",
                "ru": "Число переводов за день",
                "en": "Transfers a day",
            },
            "set_by": "tariff",
            "when": {"operations": ["transfer."]},
            "per": "customer",
            "window": "day",
            "measure": "count",
            "ceiling": {"fixed": 500},
        },
        {
            "name": "exchange-month",
            "title": {
                "uz": "Bir oylik valyuta ayirboshlash",
                "ru": "Обмен валюты за месяц",
                "en": "Exchange of currency a month",
            },
            "set_by": "tariff",
            "when": {"operations": ["exchange."]},
            "per": "customer",
            "window": "month",
            "measure": "worth",
            "ceiling": {"fixed": 50_000_000_000_i64},
        },
    ]})
}

impl Seed {
    async fn open(store: &Store, keys: &Keys, progress: &Progress) -> Result<Self> {
        let begun = Moment::from_micros(progress.begun_micros);
        let clock = ManualClock::new(begun.plus_seconds(-HISTORY_DAYS * DAY_SECONDS));
        let bank = Bank::on(store.clone(), keys, Clock::Manual(clock.clone())).await?;
        let ctx = Ctx::system("seed", Permissions::OPERATOR);
        let ctx = ctx.with_clock(Clock::Manual(clock.clone()));
        // What a demo bank limits, so that there is something on the page of the limits.
        let editions = bank.payments.editions();
        editions.found(&ctx, limits::book::LIMITS, &demo_limits().to_string()).await?;
        bank.payments.bank().ensure(&ctx).await?;
        Ok(Self { bank, ctx, clock, begun, nonce: progress.nonce })
    }

    /// Does everything that is not done yet. The clock goes the same way every time.
    async fn run(&self, logins: &[Login]) -> Result<()> {
        let mut clients = Vec::new();
        for (person, login) in PEOPLE.iter().zip(logins) {
            clients.push(self.customer(person, login).await?);
        }
        let mut payments = PAYMENTS.iter().enumerate().peekable();
        for ago in (0..HISTORY_DAYS).rev() {
            let day = self.begun.plus_seconds(-(ago * DAY_SECONDS + 12 * HOUR_SECONDS));
            if INCOME_DAYS.contains(&ago) {
                self.wait_until(day);
                for (person, client) in PEOPLE.iter().zip(&clients) {
                    let purpose = format!("income/{ago}/{}", person.phone);
                    self.cash(&purpose, client.number, person.income, Asset::Uzs).await?;
                }
            }
            while let Some((n, (_, payer, payee, sum, note))) =
                payments.next_if(|(_, (day, ..))| *day >= ago)
            {
                let (Some(from), Some(to)) = (clients.get(*payer), PEOPLE.get(*payee)) else {
                    continue;
                };
                let hours = i64::try_from(note.len() % 10).unwrap_or(0);
                self.wait_until(day.plus_seconds(hours * HOUR_SECONDS + 700));
                self.pay(&format!("pay/{n}"), from, to, (sum, note)).await?;
            }
        }
        Ok(())
    }

    /// Moves the clock on to a moment; it never goes back.
    fn wait_until(&self, moment: Moment) {
        let seconds = moment.micros_since(self.clock.now()) / 1_000_000;
        self.clock.advance_seconds(seconds.max(0));
    }

    /// The id of one operation of this seeding. It is of version 7, because some of them are a
    /// customer's own.
    fn key(&self, purpose: &str) -> OperationId {
        let derived = OperationId::derive(self.nonce, purpose).uuid().into_bytes();
        let mut random = [0; 10];
        random.copy_from_slice(derived.split_at(6).1);
        let millis = self.clock.now().millis();
        let key = uuid::Builder::from_unix_timestamp_millis(millis, &random);
        OperationId::from_uuid(key.into_uuid())
    }

    /// The context of a demo customer.
    fn as_customer(&self, id: CustomerId) -> Ctx {
        let session = SessionId::generate(self.clock.now(), Entropy);
        let ctx = Ctx { trace: TraceId::generate(Entropy), ..self.ctx.clone() };
        let ctx = ctx.for_customer(id, session);
        // What happened before the bank was there needs no confirmation.
        let permissions = ctx.permissions.with(Permission::ConfirmationWaive);
        Ctx { permissions, ..ctx }
    }

    async fn customer(&self, person: &Person, login: &Login) -> Result<Client> {
        let malformed = || Error::invariant("a demo customer is malformed");
        let (year, month, day) = person.born;
        let new = NewCustomer {
            phone: Phone::parse(person.phone).ok_or_else(malformed)?,
            password: Secret::new(login.password.clone()),
            first_name: person.first_name.to_owned(),
            last_name: person.last_name.to_owned(),
            birth_date: Day::new(year, month, day).ok_or_else(malformed)?,
            lang: person.lang,
        };
        let id = match self.bank.identity.find_by_phone(&self.ctx, &new.phone).await? {
            Some(id) => id,
            None => self.bank.customers.create_verified(&self.ctx, new).await?,
        };
        let ctx = self.as_customer(id);
        let sum = self.open_account(&ctx, person, Asset::Uzs).await?;
        // Accounts are shown in the order of their opening.
        self.clock.advance_seconds(60);
        let dollars = self.open_account(&ctx, person, Asset::Usd).await?;
        let purpose = format!("dollars/{}", person.phone);
        self.cash(&purpose, dollars.number, "150", Asset::Usd).await?;
        Ok(sum)
    }

    async fn open_account(&self, ctx: &Ctx, person: &Person, asset: Asset) -> Result<Client> {
        let key = self.key(&format!("open/{}/{asset}", person.phone));
        let view = self.bank.payments.open_account(ctx, Open { key, asset }).await?;
        Ok(Client { id: ctx.customer()?, account: view.id, number: view.number })
    }

    async fn cash(
        &self,
        purpose: &str,
        account: AccountNumber,
        sum: &str,
        asset: Asset,
    ) -> Result<()> {
        self.clock.advance_seconds(90);
        let order = CashIn {
            key: self.key(purpose),
            account,
            amount: Amount::parse(sum, asset)?,
            note: Some("Kassa orqali toʻldirish".to_owned()),
        };
        self.bank.payments.cash_in(&self.ctx, order).await.map(|_| ())
    }

    /// A preview is never the same twice, so a payment that is done is left alone.
    async fn pay(
        &self,
        purpose: &str,
        payer: &Client,
        to: &Person,
        (sum, note): (&str, &str),
    ) -> Result<()> {
        self.clock.advance_seconds(20);
        let key = self.key(purpose);
        if self.bank.ledger.operation(key).await?.is_some() {
            return Ok(());
        }
        let phone = Phone::parse(to.phone).ok_or(Error::invariant("a demo phone is malformed"))?;
        let ctx = self.as_customer(payer.id);
        let preview = Preview {
            from: payer.account,
            to: Payee::Phone(phone),
            amount: Amount::parse(sum, Asset::Uzs)?,
            note: Some(note.to_owned()),
        };
        let quote = self.bank.payments.preview(&ctx, preview).await?;
        self.bank
            .payments
            .confirm(&ctx, Confirm { key, quote: quote.token, confirmation: None })
            .await
            .map(|_| ())
    }
}

//! Many guesses at once, on two nodes over one database: of whatever is guessed no more tries are
//! looked at than the bank allows, and the customer comes in afterwards on the device that the bank
//! knows, whatever strangers did.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::sync::Arc;

use common::{Bank, PASSWORD, client, first_code, keys, other_code, phone, secret, stranger};
use futures_util::future::join_all;
use identity::{
    Answer, Begun, By, ClientInfo, Config, Door, Entered, Factor, Identity, NewDevice, Purpose,
    ResetStarted, Resetting, SignInChallenge,
};
use kernel::{Code, Ctx, DeviceId, Result, Secret};
use store::Store;
use totp_rs::{Algorithm, Builder};

const PIN: &str = "608537";
const RIGHT_FORM: &str = "0000-0000-0000-0000-0000-0000";

/// A customer at home, in a browser that the bank knows, and two nodes of the bank.
struct World {
    bank: Arc<Bank>,
    nodes: [Identity; 2],
    cookie: Secret<String>,
    device: DeviceId,
}

impl World {
    async fn open() -> Self {
        let bank = Arc::new(Bank::open().await);
        // Nobody's day or hour turns meanwhile.
        let into_day = bank.ctx().now().micros() / 1_000_000 % 86_400;
        bank.clock.advance_seconds(86_400 - into_day + 60);
        // Addresses are counted elsewhere: here there are enough of them.
        let config = Config { sign_ins_per_address_quarter_hour: 10_000, ..Config::default() };
        let own = store::Config { url: bank.db.url(), max_connections: 5 };
        let other = Identity::new(Store::connect(&own).await.unwrap(), keys(), config.clone());
        let nodes = [Identity::new(bank.store(), keys(), config), other];
        let user = bank.user(&phone(1)).await;
        let mut tx = bank.begin().await;
        let new = NewDevice { by: By::Cookie(None), name: "Uy", client: &client() };
        let bound = bank.identity.enrol_device(&mut tx, &bank.ctx(), user, new).await.unwrap();
        store::commit(tx).await.unwrap();
        Self { bank, nodes, cookie: bound.cookie.unwrap(), device: bound.device.id }
    }

    /// Makes so many guesses at once, by turns on both nodes, each in a task of its own. Gives how
    /// they were refused.
    async fn guess<F, Fut, T>(&self, guesses: u8, guess: F) -> Vec<Code>
    where
        F: Fn(Identity, Ctx, u8) -> Fut,
        Fut: Future<Output = Result<T>> + Send + 'static,
        T: Send + 'static,
    {
        let tasks = (0..guesses).map(|n| {
            let [one, other] = self.nodes.clone();
            let node = if n % 2 == 0 { one } else { other };
            tokio::spawn(guess(node, self.bank.ctx(), n))
        });
        let answers = join_all(tasks).await.into_iter().map(|answer| match answer.unwrap() {
            Ok(_) => panic!("a guess was right"),
            Err(error) => error.code().unwrap_or_else(|| panic!("{error:?}")),
        });
        answers.collect()
    }

    async fn begin(&self, cookie: Option<&str>, from: &ClientInfo) -> Result<Begun> {
        self.bank.begin_at(Door::Browser(cookie), from, &phone(1), PASSWORD).await
    }

    /// A sign-in of somebody who knows the password and waits for the second factor.
    async fn waits(&self) -> SignInChallenge {
        match self.begin(None, &client()).await.unwrap() {
            Begun::Waits(waits) => waits,
            Begun::SignedIn(_) => panic!("it did not wait"),
        }
    }

    /// The customer, on their device, at a place where the bank never saw them.
    async fn at_own_device(&self) -> Begun {
        self.begin(Some(self.cookie.expose()), &stranger(250)).await.unwrap()
    }

    /// The customer comes in by the password alone: the device is the other factor.
    async fn comes_in(&self) -> Entered {
        match self.at_own_device().await {
            Begun::SignedIn(entered) => entered,
            Begun::Waits(_) => panic!("the customer was asked for more"),
        }
    }

    async fn ctx(&self, entered: Entered) -> Ctx {
        let token = entered.session.browser().unwrap().token;
        let ctx = self.bank.ctx();
        let known =
            self.bank.identity.authenticate_browser(&ctx, token.expose(), identity::Use::Request);
        known.await.unwrap()
    }

    /// Sets up a program for codes.
    async fn with_program(&self) -> Program {
        let ctx = self.ctx(self.comes_in().await).await;
        let made = self.bank.identity.begin_totp(&ctx).await.unwrap();
        let program = Program(made.secret.expose().clone());
        let code = program.code(&ctx);
        self.bank.identity.confirm_totp(&ctx, &code).await.unwrap();
        self.bank.clock.advance_seconds(60);
        program
    }

    /// A reset by somebody who holds the customer's phone.
    async fn reset(&self) -> ResetStarted {
        self.bank.clock.advance_seconds(61);
        let (ctx, identity) = (self.bank.ctx(), &self.bank.identity);
        let started = identity.start_reset(&ctx, &phone(1), &client()).await.unwrap();
        let caller = Resetting { key: &started.key, client: &client(), device_cookie: None };
        let code = first_code(&started.challenge);
        identity.verify_reset_code(&ctx, caller, &code).await.unwrap();
        started
    }
}

/// What a customer keeps on their telephone.
struct Program(String);

impl Program {
    fn code(&self, ctx: &Ctx) -> Secret<String> {
        let secret = totp_rs::Secret::try_from_base32(&self.0).unwrap();
        let totp = Builder::new().with_algorithm(Algorithm::SHA1).with_secret(secret);
        let seconds = u64::try_from(ctx.now().micros() / 1_000_000).unwrap();
        Secret::new(totp.build().unwrap().generate(seconds).to_string())
    }
}

/// How many guesses were looked at: a refusal of one that was not says so.
fn looked_at(answers: &[Code], wrong: &[Code], not_looked_at: &[Code]) -> usize {
    let known = |code| wrong.contains(code) || not_looked_at.contains(code);
    assert!(answers.iter().all(known), "{answers:?}");
    answers.iter().filter(|code| wrong.contains(code)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_from_one_place() {
    let world = World::open().await;
    let answers = world
        .guess(60, |node, ctx, n| async move {
            let password = secret(&format!("guess number {n}"));
            node.sign_in(&ctx, (&phone(1), &password), Door::App, &stranger(1)).await
        })
        .await;
    // Two without a wait, and the one that starts the wait.
    assert_eq!(looked_at(&answers, &[Code::SignInFailed], &[Code::SignInThrottled]), 3);
    world.comes_in().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_from_many_places() {
    let world = World::open().await;
    let answers = world
        .guess(200, |node, ctx, n| async move {
            let password = secret(&format!("guess number {n}"));
            node.sign_in(&ctx, (&phone(1), &password), Door::App, &stranger(n)).await
        })
        .await;
    // A hundred a day from wherever, and the one that starts the wait. A node that has no core free
    // looks at fewer.
    let not_looked_at = [Code::SignInThrottled, Code::Busy];
    let looked_at = looked_at(&answers, &[Code::SignInFailed], &not_looked_at);
    assert!((3..=101).contains(&looked_at), "{looked_at}");
    // After so many the bank asks for a second factor even there, and shuts nobody out.
    let Begun::Waits(waits) = world.at_own_device().await else { panic!("nobody was careful") };
    assert_eq!(waits.methods, [Factor::Sms]);
    let (identity, code) = (&world.bank.identity, first_code(&waits.code.unwrap()));
    let (by, door) = ((waits.id, &waits.handle), Door::Browser(Some(world.cookie.expose())));
    let (ctx, from, answer) = (world.bank.ctx(), stranger(250), Answer::Sms(code));
    identity.answer_sign_in(&ctx, by, &answer, (door, None), &from).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_by_sms() {
    let world = World::open().await;
    let (ctx, to, from) = (world.bank.ctx(), phone(1), stranger(1));
    let asked = world.bank.identity.start_phone_challenge(&ctx, &to, Purpose::SignUp, &from);
    let challenge = asked.await.unwrap();
    let wrong = other_code(&first_code(&challenge));
    let answers = world
        .guess(60, |node, ctx, _| {
            let wrong = wrong.clone();
            async move { node.verify_code(&ctx, challenge.id, &wrong).await }
        })
        .await;
    // The third says that the place has to wait.
    assert_eq!(looked_at(&answers, &[Code::CodeWrong], &[Code::CodeTriesUsedUp]), 2);
    world.comes_in().await;
    // Nor does the customer wait for a code elsewhere.
    let waits = world.waits().await;
    let code = first_code(&waits.code.unwrap());
    let (by, door) = ((waits.id, &waits.handle), (Door::Browser(None), None));
    let answer = Answer::Sms(code);
    world.bank.identity.answer_sign_in(&ctx, by, &answer, door, &client()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_of_a_program() {
    let world = World::open().await;
    let program = world.with_program().await;
    let wrong = other_code(&program.code(&world.bank.ctx()));
    let guess = async |waits: &[SignInChallenge], guesses| {
        world
            .guess(guesses, |node, ctx, n| {
                let waits = waits[usize::from(n) % waits.len()].clone();
                let answer = Answer::Totp(wrong.clone());
                async move {
                    let door = (Door::Browser(None), None);
                    let by = (waits.id, &waits.handle);
                    node.answer_sign_in(&ctx, by, &answer, door, &client()).await
                }
            })
            .await
    };
    let used_up = [Code::AnswerTriesUsedUp];
    let answers = guess(&[world.waits().await], 60).await;
    // The fifth says that the tries are used up.
    assert_eq!(looked_at(&answers, &[Code::AnswerWrong], &used_up), 4);
    // Over many sign-ins it is sixty a day, those of the first among them. The fifth of each of
    // them is looked at, too, and says something else.
    let mut many = Vec::new();
    for _ in 0..20 {
        many.push(world.waits().await);
    }
    let answers = guess(&many, 200).await;
    let used_up = [Code::AnswerTriesUsedUp, Code::TooManyRequests];
    let wrong = looked_at(&answers, &[Code::AnswerWrong], &used_up);
    assert!((35..=55).contains(&wrong), "{wrong}");
    // Whoever knows the password does not lock the customer's program in their own session.
    let ctx = world.ctx(world.comes_in().await).await;
    let identity = &world.bank.identity;
    let asked = identity.ask_confirmation(&ctx, &identity::Act::Security).await.unwrap();
    let right = Answer::Totp(program.code(&ctx));
    identity.answer_confirmation(&ctx, asked.id, &right).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn recovery_codes() {
    let world = World::open().await;
    world.with_program().await;
    let waits = world.waits().await;
    let answers = world
        .guess(60, |node, ctx, n| {
            let (waits, guess) =
                (waits.clone(), RIGHT_FORM.replacen('0', &(n % 10).to_string(), 1));
            let answer = Answer::Recovery(secret(&guess));
            async move {
                let by = (waits.id, &waits.handle);
                let door = (Door::Browser(None), None);
                node.answer_sign_in(&ctx, by, &answer, door, &client()).await
            }
        })
        .await;
    assert_eq!(looked_at(&answers, &[Code::AnswerWrong], &[Code::AnswerTriesUsedUp]), 4);
    world.comes_in().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pins_on_a_stolen_device() {
    let world = World::open().await;
    let ctx = world.ctx(world.comes_in().await).await;
    world.bank.identity.set_pin(&ctx, &secret(PIN)).await.unwrap();
    let answers = world
        .guess(60, |node, ctx, n| {
            let (cookie, device) = (world.cookie.expose().clone(), world.device);
            async move {
                let (pin, door) = (secret("193746"), Door::Browser(Some(&cookie)));
                node.sign_in_by_pin(&ctx, (device, &pin), door, &stranger(n)).await
            }
        })
        .await;
    // Or the node had no core free to look at one that was counted.
    let not_looked_at = [Code::PinLocked, Code::Busy];
    let looked_at = looked_at(&answers, &[Code::SignInFailed], &not_looked_at);
    assert!((1..=4).contains(&looked_at), "{looked_at}");
    let locked = answers.iter().filter(|code| **code == Code::PinLocked).count();
    // One of them was looked at: the last, which says so.
    assert!((55..=56).contains(&locked), "{locked}");
    world.comes_in().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn second_proofs_of_a_reset() {
    let world = World::open().await;
    world.with_program().await;
    let mut resets = Vec::new();
    for _ in 0..4 {
        resets.push(world.reset().await);
    }
    let guess = async |resets: &[ResetStarted], guesses| {
        world
            .guess(guesses, |node, ctx, n| {
                let key = resets[usize::from(n) % resets.len()].key.clone();
                async move {
                    let from = stranger(n);
                    let caller = Resetting { key: &key, client: &from, device_cookie: None };
                    let guess = Answer::Recovery(secret(RIGHT_FORM));
                    node.prove_reset_by_code(&ctx, caller, &guess).await
                }
            })
            .await
    };
    let not_looked_at = [Code::ResetOver, Code::TooManyRequests];
    let answers = guess(&resets[..1], 60).await;
    let first = looked_at(&answers, &[Code::ResetProofWrong], &not_looked_at);
    assert_eq!(first, 5, "of one reset");
    let answers = guess(&resets[1..], 120).await;
    let others = looked_at(&answers, &[Code::ResetProofWrong], &not_looked_at);
    assert!(others <= 10, "{others} beyond those of the first: fifteen a day for one phone");
    // The device shows who its customer is; there is nothing to guess, and nothing is used up.
    world.comes_in().await;
    let mine = world.reset().await;
    let cookie = Some(world.cookie.expose().as_str());
    let caller = Resetting { key: &mine.key, client: &client(), device_cookie: cookie };
    world.bank.identity.prove_reset_by_device(&world.bank.ctx(), caller).await.unwrap();
}

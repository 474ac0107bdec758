//! What is refused on the way in is in the audit log, by what it was tried, and nobody fills the
//! log with it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Bank, PASSWORD, client, first_code, other_code, phone, proof, refused, stranger};
use identity::{Answer, Begun, ClientInfo, Config, Door, Resetting};
use kernel::{
    Aal, Assurance, Code, CustomerId, DeviceId, Entropy, Method, Methods, PasskeyId, Secret,
};
use serde_json::{Value, json};
use store::audit::{self, Filter, Outcome, Page};

const WRONG: &str = "uch yashil fil daryoda";
/// Events of one customer, or of one address, in a minute.
const TOLD_MAX: usize = 5;

/// A refusal of the log: its code, whose it was, and its facts.
type Seen = (String, Option<CustomerId>, Value);

impl Bank {
    /// The refusals of an action with a code, the first one first.
    async fn refusals(&self, action: &str, code: Code) -> Vec<Seen> {
        let filter = Filter {
            action: Some(action.to_owned()),
            outcome: Some(Outcome::Refused),
            ..Filter::default()
        };
        let page = Page { limit: 200, ..Page::default() };
        let found = audit::search(&self.store(), None, &filter, page).await.unwrap();
        let seen = found.into_iter().rev().filter_map(|event| {
            let refusal = event.refusal.filter(|refusal| refusal == code.as_str())?;
            let subject = event.subject.map(CustomerId::from_uuid);
            Some((refusal, subject, event.facts.unwrap_or_default()))
        });
        seen.collect()
    }

    async fn wrong_password(&self, from: &ClientInfo, whose: u32) -> Code {
        refused(self.begin_at(Door::App, from, &phone(whose), WRONG).await).0
    }
}

#[tokio::test]
async fn a_frozen_customer_who_is_turned_away_is_told_of() {
    let bank = Bank::open().await;
    let user = bank.user(&phone(1)).await;
    let freeze = sqlx::query("UPDATE auth_user SET status = 'frozen'");
    freeze.execute(bank.store().pool()).await.unwrap();
    let turned_away = refused(bank.begin_at(Door::App, &client(), &phone(1), PASSWORD).await);
    assert_eq!(turned_away.0, Code::SignInStopped);
    let seen = bank.refusals("sign_in.password", Code::SignInStopped).await;
    assert!(matches!(seen.as_slice(), [(_, whose, _)] if *whose == Some(user)), "{seen:?}");
}

#[tokio::test]
async fn throttled_sign_ins_are_told_a_few_a_minute() {
    let bank = Bank::open().await;
    let user = bank.user(&phone(1)).await;
    let from = stranger(1);
    let throttled = async || {
        let mut n = 0;
        for _ in 0..12 {
            let code = bank.wrong_password(&from, 1).await;
            assert!(matches!(code, Code::SignInFailed | Code::SignInThrottled), "{code:?}");
            n += usize::from(code == Code::SignInThrottled);
        }
        n
    };
    let first = throttled().await;
    assert!(first > TOLD_MAX, "{first}");
    let seen = bank.refusals("sign_in.password", Code::SignInThrottled).await;
    assert_eq!(seen.len(), TOLD_MAX);
    for (_, whose, facts) in &seen {
        assert_eq!((whose, facts), (&Some(user), &json!({ "method": "password" })));
    }
    // Those that were looked at are all there, and say by what.
    let looked_at = bank.refusals("sign_in.password", Code::SignInFailed).await;
    assert_eq!(looked_at.len(), 12 - first);
    assert!(looked_at.iter().all(|(_, whose, facts)| {
        *whose == Some(user) && *facts == json!({ "method": "password" })
    }));

    // The first of the next minute says how many were left out.
    bank.clock.advance_seconds(60);
    throttled().await;
    let seen = bank.refusals("sign_in.password", Code::SignInThrottled).await;
    assert_eq!(seen.len(), 2 * TOLD_MAX);
    let left_out = first - TOLD_MAX;
    assert_eq!(seen[TOLD_MAX].2, json!({ "method": "password", "left_out_before": left_out }));
}

#[tokio::test]
async fn strangers_who_try_phones_are_told_of_by_their_address() {
    let max = 9;
    let bank =
        Bank::with(Config { sign_ins_per_address_quarter_hour: max, ..Config::default() }).await;
    for whose in 0..40 {
        let code = bank.wrong_password(&stranger(1), 100 + whose).await;
        let expected = if whose < 9 { Code::SignInFailed } else { Code::TooManyRequests };
        assert_eq!(code, expected);
    }
    let seen = bank.refusals("sign_in.password", Code::TooManyRequests).await;
    assert_eq!(seen.len(), TOLD_MAX);
    assert!(seen.iter().all(|(_, whose, _)| whose.is_none()));
    // Another address is told of beside it.
    for whose in 0..12 {
        bank.wrong_password(&stranger(2), 200 + whose).await;
    }
    assert_eq!(bank.refusals("sign_in.password", Code::TooManyRequests).await.len(), TOLD_MAX + 3);
}

#[tokio::test]
async fn wrong_codes_of_a_reset_are_in_the_log() {
    let bank = Bank::open().await;
    let user = bank.user(&phone(1)).await;
    let identity = &bank.identity;
    for (whose, number) in [(Some(user), phone(1)), (None, phone(2))] {
        let started = identity.start_reset(&bank.ctx(), &number, &client()).await.unwrap();
        let caller = Resetting { key: &started.key, client: &client(), device_cookie: None };
        let wrong = other_code(&first_code(&started.challenge));
        let mut codes = Vec::new();
        for _ in 0..8 {
            let answer = identity.verify_reset_code(&bank.ctx(), caller, &wrong).await;
            codes.push(refused(answer).0);
        }
        let mut expected = vec![Code::CodeWrong; 2];
        expected.resize(8, Code::CodeTriesUsedUp);
        assert_eq!(codes, expected);
        let mut told = 0;
        for (code, n) in [(Code::CodeWrong, 2), (Code::CodeTriesUsedUp, 3)] {
            let seen = bank.refusals("password.reset", code).await;
            let seen: Vec<_> = seen.into_iter().filter(|(_, by, _)| *by == whose).collect();
            assert_eq!(seen.len(), n, "{whose:?} {code:?}");
            assert!(seen.iter().all(|(_, _, facts)| facts["method"] == "sms"));
            told += n;
        }
        assert_eq!(told, TOLD_MAX);
    }
}

#[tokio::test]
async fn refused_second_steps_say_by_what() {
    let bank = Bank::open().await;
    let user = bank.user(&phone(1)).await;
    let begun = bank.begin_at(Door::App, &client(), &phone(1), PASSWORD).await.unwrap();
    let Begun::Waits(waits) = begun else { panic!("it did not wait") };
    let wrong = Answer::Sms(other_code(&first_code(&waits.code.unwrap())));
    for n in 0..9 {
        let answer = bank
            .identity
            .answer_sign_in(
                &bank.ctx(),
                (waits.id, &waits.handle),
                &wrong,
                (Door::App, None),
                &client(),
            )
            .await;
        let code = refused(answer).0;
        assert!(
            matches!(code, Code::AnswerWrong | Code::CodeTriesUsedUp | Code::AnswerTriesUsedUp),
            "{n} {code:?}"
        );
    }
    // Five answers are looked at; of the others no more are told than of anything.
    let mut told = Vec::new();
    for code in [Code::AnswerWrong, Code::CodeTriesUsedUp, Code::AnswerTriesUsedUp] {
        told.extend(bank.refusals("sign_in.answer", code).await);
    }
    assert!((6..=5 + TOLD_MAX).contains(&told.len()), "{told:?}");
    for (_, whose, facts) in &told {
        assert_eq!((whose, facts), (&Some(user), &json!({ "method": "sms" })));
    }
}

#[tokio::test]
async fn acts_on_what_is_anothers_or_without_a_fresh_proof_are_in_the_log() {
    let bank = Bank::open().await;
    let (user, thief) = (bank.user(&phone(1)).await, bank.user(&phone(2)).await);
    let mut sessions = Vec::new();
    for whose in [user, thief] {
        let (mut tx, with) = (bank.begin().await, (&proof(), &client()));
        let opened = bank.identity.open_session(&mut tx, &bank.ctx(), whose, with).await.unwrap();
        store::commit(tx).await.unwrap();
        sessions.push(opened.session);
    }
    let identity = &bank.identity;
    let theirs = bank.ctx().for_customer(thief, sessions[1]);
    let now = bank.ctx().now();
    let (device, passkey) = (DeviceId::generate(now, Entropy), PasskeyId::generate(now, Entropy));

    let code = refused(identity.end_session(&theirs, sessions[0]).await).0;
    assert_eq!(code, Code::NotFound);
    let code = refused(identity.unbind_device(&theirs, device).await).0;
    assert_eq!(code, Code::NotFound);
    let code = refused(identity.remove_own_passkey(&theirs, passkey).await).0;
    assert_eq!(code, Code::StepUpRequired);
    let fresh = Assurance {
        aal: Aal::Two,
        methods: Methods::of(&[Method::Password, Method::Otp]),
        proven_at: now,
        device: None,
        cooling_until: None,
    };
    let proven = theirs.clone().with_assurance(fresh);
    let code = refused(identity.remove_own_passkey(&proven, passkey).await).0;
    assert_eq!(code, Code::NotFound);
    for (action, code) in [
        ("session.ended", Code::NotFound),
        ("device.unbound", Code::NotFound),
        ("security.changed", Code::StepUpRequired),
        ("passkey.removed", Code::NotFound),
    ] {
        let seen = bank.refusals(action, code).await;
        assert!(matches!(seen.as_slice(), [(_, who, _)] if *who == Some(thief)), "{seen:?}");
    }

    // One more is told, the others are counted; and nothing of it counts against the customer.
    for _ in 0..9 {
        identity.end_session(&theirs, sessions[0]).await.unwrap_err();
    }
    assert_eq!(bank.refusals("session.ended", Code::NotFound).await.len(), 2);
    let own = bank.ctx().for_customer(user, sessions[0]);
    identity.end_session(&own, sessions[1]).await.unwrap_err();
    // Events of one moment have no order.
    let seen = bank.refusals("session.ended", Code::NotFound).await;
    assert_eq!(seen.iter().filter(|(_, who, _)| *who == Some(user)).count(), 1, "{seen:?}");
    // What is one's own ends, and is no refusal.
    identity.end_session(&own, sessions[0]).await.unwrap();
    assert_eq!(bank.refusals("session.ended", Code::NotFound).await.len(), 3);
}

#[tokio::test]
async fn a_partner_with_a_wrong_secret_is_in_the_log() {
    let bank = Bank::open().await;
    let (id, secret) = bank.identity.add_partner(&bank.ctx(), "Hamkor").await.unwrap();
    let (id, wrong) = (id.to_string(), Secret::new("bk_pt_wrong".to_owned()));
    bank.identity.partner(&bank.ctx(), (&id, &secret), &client()).await.unwrap();
    assert_eq!(bank.refusals("partner.recognised", Code::SignInFailed).await, []);
    for named in [id.as_str(), "whoever"] {
        let answer = bank.identity.partner(&bank.ctx(), (named, &wrong), &client()).await;
        assert_eq!(answer.err().and_then(|e| e.code()), Some(Code::SignInFailed));
    }
    let seen = bank.refusals("partner.recognised", Code::SignInFailed).await;
    let facts = json!({ "method": "secret" });
    assert!(seen.len() == 2 && seen.iter().all(|(_, _, said)| *said == facts), "{seen:?}");
}

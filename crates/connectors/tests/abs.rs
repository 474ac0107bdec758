//! The connector to the core banking system against the sandbox, over a real socket.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::time::Duration;

use accounting::chart::Sides;
use accounting::ports::{
    Batch, BatchState, CoreBanking, Document, Opening, Posted, StatementQuery, Verdict,
};
use accounting::reconciliation::rules::Status;
use accounting::{BatchId, DocumentId};
use connectors::Timeouts;
use connectors::abs::{Abs, AbsConfig};
use kernel::{Asset, Clock, Day, Entropy, Error, Money, Secret};
use sandbox::{Fault, FaultKind, Sandbox};
use tokio::net::TcpListener;

const TOKEN: &str = "planted-token-of-the-abs";
const ONE: &str = "20206000912345678001";

fn day() -> Day {
    "2026-11-30".parse().unwrap()
}

struct Counterpart {
    sandbox: Sandbox,
    base_url: String,
}

impl Counterpart {
    async fn start() -> Self {
        let eskiz = sandbox::eskiz::Config::new("bank@okto.uz", Secret::new(String::new()));
        let sandbox = Sandbox::new(sandbox::Config { clock: Clock::System, eskiz });
        let abs = sandbox::abs::Config {
            business_date: Some(day()),
            ..sandbox::abs::Config::new(Secret::new(TOKEN.to_owned()))
        };
        let sandbox = sandbox.with_abs(abs).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/abs/api", listener.local_addr().unwrap());
        tokio::spawn(sandbox::serve(listener, sandbox.clone(), std::future::pending()));
        Self { sandbox, base_url }
    }

    fn connector(&self) -> Abs {
        connector(&self.base_url, TOKEN, Duration::from_secs(10))
    }

    fn impatient(&self) -> Abs {
        connector(&self.base_url, TOKEN, Duration::from_millis(300))
    }

    fn fail(&self, operation: &str, fault: FaultKind) {
        self.sandbox.arm(Fault::next("abs", operation, fault)).unwrap();
    }
}

fn connector(base_url: &str, token: &str, total: Duration) -> Abs {
    Abs::new(AbsConfig {
        base_url: base_url.to_owned(),
        token: Secret::new(token.to_owned()),
        timeouts: Timeouts { connect: Duration::from_secs(2), total },
    })
    .unwrap()
}

fn document(debit: &str, credit: &str, minor: i64) -> Document {
    Document {
        id: DocumentId::generate(Clock::System.now(), Entropy),
        day: day(),
        sides: Sides { debit: debit.parse().unwrap(), credit: credit.parse().unwrap() },
        amount: Money::new(minor, Asset::Uzs),
        product: "transfer.internal".to_owned(),
        leg: 201,
        operation: None,
        purpose: "Transfer inside the bank".to_owned(),
    }
}

fn batch(documents: Vec<Document>) -> Batch {
    Batch { id: BatchId::generate(Clock::System.now(), Entropy), documents }
}

fn posted(batch: &Batch) -> BatchState {
    let verdict = |document: &Document| Verdict { of: document.id, refusal: None };
    BatchState::Done(batch.documents.iter().map(verdict).collect())
}

async fn known(abs: &Abs, batch: &Batch) -> BatchState {
    match abs.post(batch).await {
        Ok(Posted::Known(state)) => state,
        other => panic!("an answer was expected: {other:?}"),
    }
}

async fn unknown(abs: &Abs, batch: &Batch) -> Error {
    match abs.post(batch).await {
        Ok(Posted::Unknown(error)) => error,
        other => panic!("nobody knows, and this says: {other:?}"),
    }
}

#[tokio::test]
async fn accounts_documents_balances_and_the_statement() {
    let counterpart = Counterpart::start().await;
    let abs = counterpart.connector();
    let number = ONE.parse().unwrap();
    let opening = Opening { number, asset: Asset::Uzs, opened_on: day() };
    for _ in 0..2 {
        let verdicts = abs.open_accounts(&[opening]).await.unwrap();
        assert_eq!(verdicts, [Verdict { of: number, refusal: None }]);
    }
    let wrong = Opening { asset: Asset::Usd, ..opening };
    let verdicts = abs.open_accounts(&[wrong]).await.unwrap();
    assert_eq!(verdicts[0].refusal.as_deref(), Some("currency_differs"));

    let good = batch(vec![document("10101", ONE, 500), document(ONE, "45200", 7)]);
    assert_eq!(abs.batch(good.id).await.unwrap(), None);
    assert_eq!(known(&abs, &good).await, posted(&good));
    assert_eq!(known(&abs, &good).await, posted(&good), "a repetition is answered the same");
    assert_eq!(abs.batch(good.id).await.unwrap(), Some(posted(&good)));

    let page = abs.turnovers(day(), None).await.unwrap();
    let of = |n: usize| {
        let t = &page.items[n];
        (t.account.to_string(), t.debits, t.credits, t.closing)
    };
    assert_eq!(page.items.len(), 3);
    assert_eq!(of(0), ("10101".to_owned(), 500, 0, -500));
    assert_eq!(of(1), ("20206".to_owned(), 7, 500, 493));
    assert_eq!(of(2), ("45200".to_owned(), 0, 7, 7));
    assert_eq!(page.next, None);

    let mut query = StatementQuery { from: day(), to: day(), account: None, after: None };
    let all = abs.statement(&query).await.unwrap();
    assert_eq!((all.entries.items.len(), all.opening), (2, None));
    let first = all.entries.items.iter().find(|e| e.amount.minor == 500).unwrap();
    assert_eq!(first.document, good.documents[0].id.to_string());
    assert_eq!((first.sides, first.status), (good.documents[0].sides, Status::Done));
    query.account = Some("45200".parse().unwrap());
    let of_income = abs.statement(&query).await.unwrap();
    assert_eq!((of_income.entries.items.len(), of_income.closing), (1, Some(7)));

    assert_eq!(abs.business_date().await.unwrap(), day());
    for _ in 0..2 {
        assert_eq!(abs.close_day(day()).await.unwrap(), day().days_after(1));
    }
    assert!(abs.close_day(day().days_after(5)).await.is_err());
}

#[tokio::test]
async fn a_rejected_document_says_why_and_does_not_stop_the_others() {
    let counterpart = Counterpart::start().await;
    let abs = counterpart.connector();
    let mixed = batch(vec![document("10101", ONE, 500), document("10101", "45200", 7)]);
    let BatchState::Done(verdicts) = known(&abs, &mixed).await else { panic!("it is done") };
    let reasons: Vec<_> = verdicts.iter().map(|v| v.refusal.as_deref()).collect();
    assert_eq!(reasons, [Some("account_unknown"), None]);
}

#[tokio::test]
async fn once_it_may_have_left_nobody_knows() {
    for (fault, there) in [
        (FaultKind::TimeoutBefore, false),
        (FaultKind::TimeoutAfter, true),
        (FaultKind::Error500Before, false),
        (FaultKind::Error500After, true),
        (FaultKind::Malformed, true),
        (FaultKind::Dropped, true),
    ] {
        let counterpart = Counterpart::start().await;
        counterpart.fail("post", fault);
        let abs = counterpart.impatient();
        let sent = batch(vec![document("10101", "45200", 7)]);
        let error = unknown(&abs, &sent).await;
        assert!(format!("{error:?}").contains("it is not known"), "{fault:?}: {error:?}");
        let asked = abs.batch(sent.id).await.unwrap();
        assert_eq!(asked, there.then(|| posted(&sent)), "{fault:?}");
        assert_eq!(known(&abs, &sent).await, posted(&sent), "{fault:?}");
        let query = StatementQuery { from: day(), to: day(), account: None, after: None };
        assert_eq!(abs.statement(&query).await.unwrap().entries.items.len(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn what_was_not_taken_is_known_not_to_be() {
    let counterpart = Counterpart::start().await;
    let abs = counterpart.connector();
    let sent = batch(vec![document("10101", "45200", 7)]);
    for fault in [FaultKind::Unauthorized, FaultKind::Rejected] {
        counterpart.fail("post", fault);
        let error = abs.post(&sent).await.unwrap_err();
        assert!(format!("{error:?}").contains("it was not taken"), "{error:?}");
        assert_eq!(abs.batch(sent.id).await.unwrap(), None);
    }
    known(&abs, &sent).await;
    let other = Batch { id: sent.id, ..batch(vec![document("10101", "45200", 8)]) };
    let error = abs.post(&other).await.unwrap_err();
    assert!(format!("{error:?}").contains("409 batch_differs"), "{error:?}");

    let stranger =
        connector(&counterpart.base_url, "another-token-altogether", Duration::from_secs(5));
    let error = stranger.post(&sent).await.unwrap_err();
    assert!(format!("{error:?}").contains("401 token_not_good"), "{error:?}");
    assert!(stranger.business_date().await.is_err());

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}/abs/api", listener.local_addr().unwrap());
    drop(listener);
    let abs = connector(&nobody, TOKEN, Duration::from_secs(5));
    let error = abs.post(&sent).await.unwrap_err();
    assert!(format!("{error:?}").contains("it was not taken"), "{error:?}");
}

#[tokio::test]
async fn a_batch_that_is_processed_is_asked_for() {
    let counterpart = Counterpart::start().await;
    counterpart.sandbox.abs_processing(200);
    let abs = counterpart.connector();
    let sent = batch(vec![document("10101", "45200", 7)]);
    assert_eq!(known(&abs, &sent).await, BatchState::Processing);
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert_eq!(abs.batch(sent.id).await.unwrap(), Some(posted(&sent)));
}

#[tokio::test]
async fn questions_that_only_read_fail_and_may_be_asked_again() {
    let counterpart = Counterpart::start().await;
    let abs = counterpart.impatient();
    let query = StatementQuery { from: day(), to: day(), account: None, after: None };
    for fault in [FaultKind::TimeoutBefore, FaultKind::Error500Before, FaultKind::Malformed] {
        for operation in ["batch", "business_date", "balances", "statement"] {
            counterpart.fail(operation, fault);
        }
        assert!(abs.batch(BatchId::generate(Clock::System.now(), Entropy)).await.is_err());
        assert!(abs.business_date().await.is_err());
        assert!(abs.turnovers(day(), None).await.is_err());
        assert!(abs.statement(&query).await.is_err());
    }
    counterpart.sandbox.abs_down(Duration::from_mins(1));
    assert!(abs.business_date().await.is_err());
    counterpart.sandbox.abs_down(Duration::ZERO);
    assert_eq!(abs.business_date().await.unwrap(), day());
}

#[tokio::test]
async fn the_token_is_not_told_and_has_to_be_one() {
    let config = |token: &str| AbsConfig {
        base_url: "http://127.0.0.1:9/abs/api".to_owned(),
        token: Secret::new(token.to_owned()),
        timeouts: Timeouts::default(),
    };
    let told = format!("{:?} {:?}", config(TOKEN), Abs::new(config(TOKEN)).unwrap());
    assert!(!told.contains(TOKEN), "{told}");
    for bad in ["", "short", "with a blank in it, and long", &"x".repeat(4_097)] {
        let error = Abs::new(config(bad)).unwrap_err();
        assert!(bad.is_empty() || !format!("{error:?}").contains(bad), "{error:?}");
    }
}

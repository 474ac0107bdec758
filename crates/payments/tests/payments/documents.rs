//! Statements on paper, and how they are verified.

use std::io::Write;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use crate::common::{Person, World, refused};
use kernel::{AccountId, Asset, Code, Ctx, Day, Entropy, Lang, OperationId, Permissions};
use ledger::Status;
use payments::{AccountView, DocumentCode, IssueStatement, StatementDocument, VerifiedDocument};

fn nobody(world: &World) -> Ctx {
    Ctx::anonymous(Lang::En).with_clock(kernel::Clock::Manual(world.clock.clone()))
}

fn address() -> IpAddr {
    "203.0.113.9".parse().unwrap()
}

async fn verify(world: &World, code: &DocumentCode) -> VerifiedDocument {
    world.payments.verify_document(&nobody(world), code, address()).await.unwrap()
}

/// The statement of this day.
async fn issue(world: &World, who: &Person, account: &AccountView) -> StatementDocument {
    let day = world.clock.now().day();
    let issue = IssueStatement { key: world.key(), account: account.id, from: day, to: day };
    world.payments.issue_statement(&who.ctx, issue).await.unwrap()
}

#[tokio::test]
async fn a_document_keeps_what_it_says() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    world.send(&jasur, from.id, &to, "250.75").await;
    let document = issue(&world, &jasur, &from).await;
    let day = world.clock.now().day();
    let statement = world.payments.statement(&jasur.ctx, from.id, day, day).await.unwrap();
    assert_eq!(document.statement, statement);
    assert_eq!(document.holder, "Jasur Karimov");
    assert_eq!(document.issued_at, world.clock.now());

    let verified = verify(&world, &document.code).await;
    let tail = from.number.tail();
    assert_eq!(verified.holder_masked, "Jasur K.");
    assert_eq!(verified.number_masked, format!("20206000********{tail}"));
    assert_eq!((verified.from, verified.to), (day, day));
    assert_eq!(verified.opening.decimal(), "0.00");
    assert_eq!(verified.closing.decimal(), "749.25");
    assert_eq!(verified.credits.decimal(), "1000.00");
    assert_eq!(verified.debits.decimal(), "250.75");
    assert_eq!((verified.lines, verified.intact, verified.asset), (2, true, Asset::Uzs));
    assert_eq!(verified.issued_at, document.issued_at);

    // The day goes on, the owner is called otherwise, the account is frozen: the paper says what it
    // says, to its owner too.
    world.clock.advance_seconds(10);
    world.send(&jasur, from.id, &to, "749.25").await;
    sqlx::query("UPDATE customer SET first_name = 'Sardor' WHERE id = $1")
        .bind(jasur.id.uuid())
        .execute(world.store.pool())
        .await
        .unwrap();
    world.set_status(from.id, Status::Frozen).await;
    assert_eq!(verify(&world, &document.code).await, verified);
    let again = world.payments.statement_document(&jasur.ctx, &document.code).await.unwrap();
    assert_eq!(again, document);
    // A new one says the new, under another code.
    let second = issue(&world, &jasur, &from).await;
    assert_ne!(second.code, document.code);
    assert_eq!((second.holder.as_str(), second.statement.lines.len()), ("Sardor Karimov", 3));
    let verified = verify(&world, &second.code).await;
    assert_eq!((verified.closing.decimal(), verified.lines), ("0.00".to_owned(), 3));
    // Closed accounts had a past.
    world.set_status(from.id, Status::Open).await;
    world.set_status(from.id, Status::Closed).await;
    let closed = issue(&world, &jasur, &from).await;
    assert_eq!(closed.statement, second.statement);
    assert!(verify(&world, &closed.code).await.intact);
    assert!(verify(&world, &document.code).await.intact);
}

#[tokio::test]
async fn a_document_without_lines_stays_without() {
    let world = World::new().await;
    let ((jasur, from), _) = world.pair().await;
    world.clock.advance_seconds(86_400);
    let quiet = issue(&world, &jasur, &from).await;
    assert_eq!(quiet.statement.opening.decimal(), "1000.00");
    assert_eq!(quiet.statement.closing, quiet.statement.opening);
    assert_eq!(quiet.statement.lines, vec![]);
    world.pay_in(&from, "1").await;
    let verified = verify(&world, &quiet.code).await;
    assert_eq!((verified.closing.decimal(), verified.lines), ("1000.00".to_owned(), 0));
    assert!(verified.intact);
    let again = world.payments.statement_document(&jasur.ctx, &quiet.code).await.unwrap();
    assert_eq!(again, quiet);
}

#[tokio::test]
async fn a_document_is_its_owners() {
    let world = World::new().await;
    let ((jasur, from), (gozal, to)) = world.pair().await;
    let document = issue(&world, &jasur, &from).await;
    let read = async |ctx: &Ctx, code| world.payments.statement_document(ctx, code).await;
    let unknown = DocumentCode::generate(Entropy);
    refused(read(&gozal.ctx, &document.code).await, Code::NotFound);
    refused(read(&jasur.ctx, &unknown).await, Code::NotFound);
    refused(read(&nobody(&world), &document.code).await, Code::SignInRequired);
    refused(read(&world.system(), &document.code).await, Code::PermissionMissing);
    let verified = world.payments.verify_document(&nobody(&world), &unknown, address()).await;
    refused(verified, Code::NotFound);
    // Whoever is signed in may verify too.
    let verified = world.payments.verify_document(&gozal.ctx, &document.code, address()).await;
    assert!(verified.unwrap().intact);

    let day = world.clock.now().day();
    let next = day.end().day();
    let issue = async |ctx: &Ctx, account, from: Day, to: Day| {
        let issue = IssueStatement { key: world.key(), account, from, to };
        world.payments.issue_statement(ctx, issue).await
    };
    for id in [to.id, AccountId::generate(world.clock.now(), Entropy)] {
        refused(issue(&jasur.ctx, id, day, day).await, Code::AccountNotFound);
    }
    for (first, last) in [(next, day), (day, next)] {
        refused(issue(&jasur.ctx, from.id, first, last).await, Code::PeriodInvalid);
    }
    let bare = Ctx { permissions: Permissions::NONE, ..jasur.ctx.clone() };
    refused(issue(&nobody(&world), from.id, day, day).await, Code::SignInRequired);
    refused(issue(&bare, from.id, day, day).await, Code::PermissionMissing);
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM statement_document")
        .fetch_one(world.store.pool())
        .await
        .unwrap();
    assert_eq!(kept, 1);
}

#[tokio::test]
async fn books_that_were_changed_are_noticed() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    world.send(&jasur, from.id, &to, "10").await;
    let document = issue(&world, &jasur, &from).await;
    let run = async |query: &'static str| {
        let done = sqlx::query(query).bind(from.id.uuid()).execute(world.store.pool()).await;
        assert_eq!(done.unwrap().rows_affected(), 1, "{query}");
    };
    // An amount, a balance, a name on the receipt, each put right again afterwards.
    for (wrong, right) in [
        (
            "UPDATE transfer SET amount = amount + 1 WHERE debit = $1",
            "UPDATE transfer SET amount = amount - 1 WHERE debit = $1",
        ),
        (
            "UPDATE transfer SET debit_balance = debit_balance + 1 WHERE debit = $1",
            "UPDATE transfer SET debit_balance = debit_balance - 1 WHERE debit = $1",
        ),
        (
            "UPDATE operation SET detail = jsonb_set(detail, '{payee,name}', '\"Ali V.\"')
             WHERE id = (SELECT operation_id FROM transfer WHERE debit = $1)",
            "UPDATE operation SET detail = jsonb_set(detail, '{payee,name}', '\"Go‘zal O.\"')
             WHERE id = (SELECT operation_id FROM transfer WHERE debit = $1)",
        ),
    ] {
        let before = verify(&world, &document.code).await;
        assert!(before.intact, "{wrong}");
        run(wrong).await;
        let verified = verify(&world, &document.code).await;
        assert!(!verified.intact, "{wrong}");
        // What the paper says is still told.
        assert_eq!(VerifiedDocument { intact: true, ..verified }, before);
        let read = world.payments.statement_document(&jasur.ctx, &document.code).await;
        assert_eq!(read.unwrap_err().code(), None);
        run(right).await;
    }
    assert!(verify(&world, &document.code).await.intact);
    run("DELETE FROM transfer WHERE debit = $1").await;
    assert!(!verify(&world, &document.code).await.intact);
}

#[tokio::test]
async fn the_code_is_read_from_the_paper() {
    let world = World::new().await;
    let ((jasur, from), _) = world.pair().await;
    let document = issue(&world, &jasur, &from).await;
    let typed = document.code.to_string().to_lowercase().replace('0', "o").replace('-', " ");
    let code = DocumentCode::parse(&typed).unwrap();
    assert!(verify(&world, &code).await.intact);
    // One wrong character is another code, and there is no document under it.
    for place in 0..16 {
        let mut chars: Vec<char> = document.code.as_str().chars().collect();
        chars[place] = if chars[place] == 'Z' { 'Y' } else { 'Z' };
        let wrong = DocumentCode::parse(&String::from_iter(chars)).unwrap();
        let client = IpAddr::from([198, 51, 100, u8::try_from(place).unwrap()]);
        let verified = world.payments.verify_document(&nobody(&world), &wrong, client).await;
        refused(verified, Code::NotFound);
    }
    let printed = format!("{document:?} {:?}", verify(&world, &document.code).await);
    for planted in ["Jasur", "Karimov", document.code.as_str(), from.number.as_str(), "1000"] {
        assert!(!printed.contains(planted), "{planted} in {printed}");
    }
}

#[tokio::test]
async fn documents_and_verifications_are_counted() {
    let world = World::new().await;
    let ((jasur, from), (gozal, to)) = world.pair().await;
    let document = issue(&world, &jasur, &from).await;
    // The first second of a minute.
    let past = world.clock.now().micros() / 1_000_000 % 60;
    world.clock.advance_seconds(60 - past);
    let unknown = DocumentCode::generate(Entropy);
    let ask = async |code, client: &str| {
        world.payments.verify_document(&nobody(&world), code, client.parse().unwrap()).await
    };
    // Addresses of one client are one client; found or not, it is counted.
    for n in 0..10 {
        refused(ask(&unknown, &format!("2001:db8:1:2::{n}")).await, Code::NotFound);
        assert!(ask(&document.code, "2001:db8:1:2::ffff").await.unwrap().intact);
    }
    refused(ask(&document.code, "2001:db8:1:2::1").await, Code::TooManyRequests);
    assert!(ask(&document.code, "2001:db8:1:3::1").await.unwrap().intact);
    world.clock.advance_seconds(60);
    assert!(ask(&document.code, "2001:db8:1:2::1").await.unwrap().intact);

    for _ in 1..50 {
        issue(&world, &jasur, &from).await;
    }
    let day = world.clock.now().day();
    let one_more = IssueStatement { key: world.key(), account: from.id, from: day, to: day };
    let one_more = world.payments.issue_statement(&jasur.ctx, one_more).await;
    refused(one_more, Code::TooManyRequests);
    issue(&world, &gozal, &to).await;
}

async fn rows(world: &World, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(world.store.pool()).await.unwrap()
}

#[tokio::test]
async fn asking_twice_makes_one_document() {
    let world = World::new().await;
    let ((jasur, from), (gozal, to)) = world.pair().await;
    let second = world.account(&jasur, Asset::Uzs).await;
    let day = world.clock.now().day();
    let issue = IssueStatement { key: world.key(), account: from.id, from: day, to: day };
    let ask = async |who: &Person, issue| world.payments.issue_statement(&who.ctx, issue).await;
    // At once, from two tabs, and later again, when more has happened.
    let mut taps = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (payments, ctx) = (world.payments.clone(), jasur.ctx.clone());
        taps.spawn(async move { payments.issue_statement(&ctx, issue).await });
    }
    let made: Vec<_> = taps.join_all().await.into_iter().map(Result::unwrap).collect();
    world.send(&jasur, from.id, &to, "10").await;
    world.clock.advance_seconds(60);
    let again = ask(&jasur, issue).await.unwrap();
    assert!(made.iter().all(|document| *document == again), "{made:?}");
    assert_eq!(rows(&world, "SELECT count(*) FROM statement_document").await, 1);

    // It was told once, in the transaction that made it, without the code.
    let told = "SELECT count(*) FROM outbox WHERE kind = 'statement.issued'";
    assert_eq!(rows(&world, told).await, 1);
    let (subject, payload): (uuid::Uuid, String) =
        sqlx::query_as("SELECT subject, payload::text FROM outbox WHERE kind = 'statement.issued'")
            .fetch_one(world.store.pool())
            .await
            .unwrap();
    assert_eq!(subject, from.id.uuid());
    assert!(payload.contains(&jasur.id.to_string()), "{payload}");
    assert!(!payload.contains(again.code.as_str()), "{payload}");

    // The key of one document is no key of another, nor of one that is not theirs.
    let before = day.start().plus_seconds(-1).day();
    for other in [
        IssueStatement { account: second.id, ..issue },
        IssueStatement { from: before, ..issue },
        IssueStatement { from: before, to: before, ..issue },
    ] {
        refused(ask(&jasur, other).await, Code::IdempotencyKeyReused);
    }
    refused(ask(&gozal, issue).await, Code::AccountNotFound);
    let hers = ask(&gozal, IssueStatement { account: to.id, ..issue }).await.unwrap();
    assert_ne!(hers.code, again.code);
    // What the bank derives is nobody's to send, and what has no time is no key.
    let derived = OperationId::derive(issue.key.uuid(), "statement");
    for key in [derived, OperationId::from_uuid(uuid::Uuid::nil())] {
        refused(ask(&jasur, IssueStatement { key, ..issue }).await, Code::IdempotencyKeyMalformed);
    }
}

#[tokio::test]
async fn long_readings_are_counted_together() {
    let world = World::new().await;
    let ((jasur, from), (gozal, to)) = world.pair().await;
    let document = issue(&world, &jasur, &from).await;
    let day = world.clock.now().day();
    let query = payments::Query::default();
    // The first second of a minute.
    let past = world.clock.now().micros() / 1_000_000 % 60;
    world.clock.advance_seconds(60 - past);
    for _ in 0..20 {
        world.payments.statement(&jasur.ctx, from.id, day, day).await.unwrap();
        world.payments.statement_document(&jasur.ctx, &document.code).await.unwrap();
        world.payments.export(&jasur.ctx, &query).await.unwrap();
    }
    let statement = world.payments.statement(&jasur.ctx, from.id, day, day).await;
    refused(statement, Code::TooManyRequests);
    let read = world.payments.statement_document(&jasur.ctx, &document.code).await;
    refused(read, Code::TooManyRequests);
    refused(world.payments.export(&jasur.ctx, &query).await, Code::TooManyRequests);
    // Nobody else is held up, nor whoever holds the paper.
    world.payments.statement(&gozal.ctx, to.id, day, day).await.unwrap();
    assert!(verify(&world, &document.code).await.intact);
    world.clock.advance_seconds(60);
    world.payments.export(&jasur.ctx, &query).await.unwrap();
}

#[tokio::test]
async fn the_migration_is_not_undone_under_papers() {
    const DOWN: &str = include_str!("../../../../migrations/0007_accounts_and_documents.down.sql");
    let world = World::new().await;
    let ((jasur, from), _) = world.pair().await;
    issue(&world, &jasur, &from).await;
    let refused = sqlx::raw_sql(DOWN).execute(world.store.pool()).await.unwrap_err();
    assert!(refused.to_string().contains("documents were issued"), "{refused}");
    assert_eq!(rows(&world, "SELECT count(*) FROM statement_document").await, 1);
    sqlx::query("DELETE FROM statement_document").execute(world.store.pool()).await.unwrap();
    sqlx::raw_sql(DOWN).execute(world.store.pool()).await.unwrap();
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_contradicted_paper_is_an_incident() {
    let world = World::new().await;
    let ((jasur, from), _) = world.pair().await;
    let document = issue(&world, &jasur, &from).await;
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::ERROR)
        .with_ansi(false)
        .with_writer(move || writer.clone());
    let guard = tracing::subscriber::set_default(subscriber.finish());
    let text = || String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(verify(&world, &document.code).await.intact);
    assert_eq!(text(), "");
    sqlx::query("UPDATE transfer SET amount = amount + 1 WHERE credit = $1")
        .bind(from.id.uuid())
        .execute(world.store.pool())
        .await
        .unwrap();
    assert!(!verify(&world, &document.code).await.intact);
    drop(guard);
    let text = text();
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains("ERROR") && text.contains("counter.documents_contradicted=1"), "{text}");
    assert!(text.contains(&from.id.to_string()), "{text}");
    for secret in [document.code.as_str(), &document.code.to_string(), "Jasur"] {
        assert!(!text.contains(secret), "{text}");
    }
}

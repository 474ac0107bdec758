//! Transfers inside the bank: previews, confirmations, receipts.

use crate::common::{Person, World, refused};
use kernel::{AccountId, Amount, Asset, Code, Ctx, Entropy, Error, Lang, OperationId, Phone};
use ledger::Status;
use payments::transfers::rules::{self, Quoted};
use payments::{BankAccount, Confirm, Direction, Payee, Preview};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

#[tokio::test]
async fn money_goes_from_one_customer_to_another() {
    let world = World::new().await;
    let ((jasur, from), (gozal, to)) = world.pair().await;
    let preview = Preview {
        from: from.id,
        to: Payee::Phone(gozal.phone.clone()),
        amount: Amount::parse("250.75", Asset::Uzs).unwrap(),
        note: Some("  Tushlik uchun ".to_owned()),
    };
    let quote = world.payments.preview(&jasur.ctx, preview).await.unwrap();
    assert_eq!(quote.payee.masked_name, "Go‘zal O.");
    assert_eq!(quote.payee.account_tail, to.number.tail());
    assert_eq!(quote.payee.phone_masked.as_deref(), Some("+998 ** *** ** 21"));
    assert_eq!(quote.from.account_tail, from.number.tail());
    assert_eq!(quote.from.available.decimal(), "1000.00");
    assert_eq!((quote.fee.minor, quote.total.decimal()), (0, "250.75".to_owned()));
    assert_eq!(quote.note.as_deref(), Some("Tushlik uchun"));
    assert_eq!(quote.expires_at, world.clock.now().plus_seconds(600));
    assert!(quote.sufficient);
    assert!(!quote.token.contains("901112233") && !format!("{quote:?}").contains("7654321"));

    let key = world.key();
    let receipt = world.confirm(&jasur, key, &quote.token).await.unwrap();
    assert_eq!((receipt.id, receipt.replayed), (key, false));
    assert_eq!(receipt.amount.decimal(), "250.75");
    assert_eq!(receipt.direction, Direction::Out);
    assert_eq!(world.balance(from.id).await, "749.25");
    assert_eq!(world.balance(to.id).await, "250.75");

    let again = world.confirm(&jasur, key, &quote.token).await.unwrap();
    let replay = payments::TransferReceipt { replayed: true, ..receipt.clone() };
    assert_eq!(again, replay);
    assert_eq!(world.payments.receipt(&jasur.ctx, key).await.unwrap(), replay);
    let hers = world.payments.receipt(&gozal.ctx, key).await.unwrap();
    assert_eq!(hers, payments::TransferReceipt { direction: Direction::In, ..replay });
    assert_eq!(world.balance(from.id).await, "749.25");
    world.verify().await;
}

#[tokio::test]
async fn a_receipt_is_for_its_two_sides_only() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    let stranger = world.person("Ali", "Valiyev", "935550011").await;
    let quote = world.preview(&jasur, from.id, Payee::Number(to.number), "1").await;
    let key = world.key();
    world.confirm(&jasur, key, &quote.token).await.unwrap();
    refused(world.payments.receipt(&stranger.ctx, key).await, Code::NotFound);
    refused(world.payments.receipt(&stranger.ctx, world.key()).await, Code::NotFound);
    refused(world.payments.receipt(&world.system(), key).await, Code::PermissionMissing);
    refused(world.payments.receipt(&Ctx::anonymous(Lang::En), key).await, Code::SignInRequired);
    // A refused transfer has no receipt, and neither has another kind of operation.
    let large = world.preview(&jasur, from.id, Payee::Number(to.number), "1000").await;
    let refused_key = world.key();
    refused(world.confirm(&jasur, refused_key, &large.token).await, Code::InsufficientFunds);
    refused(world.payments.receipt(&jasur.ctx, refused_key).await, Code::NotFound);
    let open = payments::Open { key: world.key(), asset: Asset::Usd };
    world.payments.open_account(&jasur.ctx, open).await.unwrap();
    refused(world.payments.receipt(&jasur.ctx, open.key).await, Code::NotFound);
}

#[tokio::test]
async fn a_payee_who_cannot_be_paid_is_not_told_apart() {
    let world = World::new().await;
    let ((jasur, from), (gozal, to)) = world.pair().await;
    let without = world.person("Ali", "Valiyev", "935550011").await;
    let dollars_only = world.person("Vali", "Aliyev", "935550012").await;
    let dollars = world.account(&dollars_only, Asset::Usd).await;
    let closed = world.account(&without, Asset::Uzs).await;
    world.set_status(closed.id, Status::Closed).await;
    let left = world.person("Lola", "Saidova", "935550013").await;
    let hers = world.account(&left, Asset::Uzs).await;
    sqlx::query("UPDATE customer SET status = 'closed' WHERE id = $1")
        .bind(left.id.uuid())
        .execute(world.store.pool())
        .await
        .unwrap();
    let bank = world.ledger.account(BankAccount::Cash.id(Asset::Uzs)).await.unwrap().unwrap();
    let phone = |text: &str| Payee::Phone(Phone::parse(text).unwrap());
    let number = |text: &str| Payee::Number(text.parse().unwrap());
    for payee in [
        phone("999999999"),
        Payee::Phone(without.phone.clone()),
        Payee::Phone(dollars_only.phone.clone()),
        Payee::Phone(left.phone.clone()),
        Payee::Number(hers.number),
        Payee::Number(closed.number),
        Payee::Number(bank.number.unwrap()),
        number("20206000999999999999"),
        number("00000000000000000000"),
        number("20206978100000010010"),
    ] {
        let answer = world.try_preview(&jasur, from.id, payee.clone(), "1").await;
        let Err(Error::Refused(refusal)) = answer else { panic!("{payee:?}: {answer:?}") };
        assert_eq!(refusal, kernel::Refusal::new(Code::PayeeNotFound), "{payee:?}");
    }
    // The number itself says that it is in dollars, whether or not anybody has it.
    for payee in [Payee::Number(dollars.number), number("20206840999999999999")] {
        refused(world.try_preview(&jasur, from.id, payee, "1").await, Code::CurrencyMismatch);
    }
    refused(
        world.try_preview(&jasur, from.id, Payee::Number(from.number), "1").await,
        Code::SameAccount,
    );
    let me = Payee::Phone(jasur.phone.clone());
    refused(world.try_preview(&jasur, from.id, me, "1").await, Code::SameAccount);
    // Somebody else's account, and one that there is not.
    for id in [to.id, bank.account.id, AccountId::generate(world.clock.now(), Entropy)] {
        let payee = Payee::Phone(gozal.phone.clone());
        refused(world.try_preview(&jasur, id, payee, "1").await, Code::AccountNotFound);
    }
    let wrong = Preview {
        from: from.id,
        to: Payee::Number(to.number),
        amount: Amount::parse("1", Asset::Usd).unwrap(),
        note: None,
    };
    refused(world.payments.preview(&jasur.ctx, wrong).await, Code::CurrencyMismatch);
}

#[tokio::test]
async fn a_phone_means_the_account_opened_first_that_is_open() {
    let world = World::new().await;
    let ((jasur, from), (gozal, first)) = world.pair().await;
    world.account(&gozal, Asset::Usd).await;
    world.clock.advance_seconds(5);
    let second = world.account(&gozal, Asset::Uzs).await;
    let payee = Payee::Phone(gozal.phone.clone());
    let quote = world.preview(&jasur, from.id, payee.clone(), "1").await;
    assert_eq!(quote.payee.account_tail, first.number.tail());
    world.set_status(first.id, Status::Frozen).await;
    let quote = world.preview(&jasur, from.id, payee, "1").await;
    assert_eq!(quote.payee.account_tail, second.number.tail());
    // Whoever is frozen has only frozen accounts: what others pay arrives on the first.
    world.set_status(second.id, Status::Frozen).await;
    let phone = Payee::Phone(gozal.phone.clone());
    let quote = world.preview(&jasur, from.id, phone, "1").await;
    assert_eq!(quote.payee.account_tail, first.number.tail());
    // By its number a frozen account can still be paid.
    world.send(&jasur, from.id, &first, "1").await;
    assert_eq!(world.balance(first.id).await, "1.00");
}

#[tokio::test]
async fn money_moves_between_own_accounts() {
    let world = World::new().await;
    let ((jasur, from), _) = world.pair().await;
    let savings = world.account(&jasur, Asset::Uzs).await;
    let quote = world.preview(&jasur, from.id, Payee::Number(savings.number), "400").await;
    let key = world.key();
    let receipt = world.confirm(&jasur, key, &quote.token).await.unwrap();
    assert_eq!(receipt.direction, Direction::Own);
    assert_eq!(world.payments.receipt(&jasur.ctx, key).await.unwrap().direction, Direction::Own);
    assert_eq!(world.balance(savings.id).await, "400.00");
    // From the second account, one's own phone means the first.
    let me = Payee::Phone(jasur.phone.clone());
    let quote = world.preview(&jasur, savings.id, me, "400").await;
    world.confirm(&jasur, world.key(), &quote.token).await.unwrap();
    assert_eq!(world.balance(from.id).await, "1000.00");
    world.verify().await;
}

#[tokio::test]
async fn more_than_there_is_is_shown_and_then_refused() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    let payee = Payee::Number(to.number);
    assert!(world.preview(&jasur, from.id, payee.clone(), "1000").await.sufficient);
    let quote = world.preview(&jasur, from.id, payee, "1000.01").await;
    assert!(!quote.sufficient);
    let key = world.key();
    refused(world.confirm(&jasur, key, &quote.token).await, Code::InsufficientFunds);
    assert_eq!(world.balance(from.id).await, "1000.00");
    // The same key keeps its answer; with another one the same preview goes through once there is
    // money.
    world.pay_in(&from, "0.01").await;
    refused(world.confirm(&jasur, key, &quote.token).await, Code::InsufficientFunds);
    world.confirm(&jasur, world.key(), &quote.token).await.unwrap();
    assert_eq!(world.balance(from.id).await, "0.00");
    world.verify().await;
}

#[tokio::test]
async fn nothing_leaves_a_frozen_or_closed_account() {
    let world = World::new().await;
    let ((jasur, from), (gozal, to)) = world.pair().await;
    let quote = world.preview(&jasur, from.id, Payee::Number(to.number), "1").await;
    world.set_status(from.id, Status::Frozen).await;
    refused(world.confirm(&jasur, world.key(), &quote.token).await, Code::AccountFrozen);
    let payee = Payee::Number(to.number);
    refused(world.try_preview(&jasur, from.id, payee, "1").await, Code::AccountFrozen);
    // The payee's account was closed between preview and confirmation: the payee's to tell.
    world.set_status(from.id, Status::Open).await;
    let quote = world.preview(&jasur, from.id, Payee::Number(to.number), "1").await;
    world.set_status(to.id, Status::Closed).await;
    refused(world.confirm(&jasur, world.key(), &quote.token).await, Code::PayeeNotFound);
    let back = Payee::Number(from.number);
    refused(world.try_preview(&gozal, to.id, back, "1").await, Code::AccountClosed);
    assert_eq!(world.balance(from.id).await, "1000.00");
}

#[tokio::test]
async fn twenty_keys_on_one_preview_pay_once() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    let quote = world.preview(&jasur, from.id, Payee::Number(to.number), "10").await;
    let other_node = world.another_node().await;
    let mut calls = tokio::task::JoinSet::new();
    for n in 0..20 {
        let payments = if n % 2 == 0 { &world.payments } else { &other_node };
        let (payments, ctx) = (payments.clone(), jasur.ctx.clone());
        let confirm = Confirm { key: world.key(), quote: quote.token.clone(), confirmation: None };
        calls.spawn(async move { payments.confirm(&ctx, confirm).await });
    }
    let (posted, others): (Vec<_>, Vec<_>) =
        calls.join_all().await.into_iter().partition(Result::is_ok);
    assert_eq!((posted.len(), others.len()), (1, 19));
    for other in others {
        refused(other, Code::QuoteUsed);
    }
    assert_eq!(world.balance(to.id).await, "10.00");
    // Once more later, under yet another key.
    refused(world.confirm(&jasur, world.key(), &quote.token).await, Code::QuoteUsed);
    world.verify().await;
}

#[tokio::test]
async fn twenty_requests_with_one_key_get_one_receipt() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    let quote = world.preview(&jasur, from.id, Payee::Number(to.number), "10").await;
    let other_node = world.another_node().await;
    let key = world.key();
    let mut calls = tokio::task::JoinSet::new();
    for n in 0..20 {
        let payments = if n % 2 == 0 { &world.payments } else { &other_node };
        let (payments, ctx) = (payments.clone(), jasur.ctx.clone());
        let confirm = Confirm { key, quote: quote.token.clone(), confirmation: None };
        calls.spawn(async move { payments.confirm(&ctx, confirm).await });
    }
    let receipts: Vec<_> = calls.join_all().await.into_iter().map(Result::unwrap).collect();
    assert_eq!(receipts.iter().filter(|r| !r.replayed).count(), 1);
    for receipt in &receipts {
        let same = payments::TransferReceipt { replayed: receipts[0].replayed, ..receipt.clone() };
        assert_eq!(same, receipts[0]);
    }
    assert_eq!(world.balance(to.id).await, "10.00");
    world.verify().await;
}

#[tokio::test]
async fn a_key_is_for_one_request() {
    let world = World::new().await;
    let ((jasur, from), (gozal, to)) = world.pair().await;
    world.pay_in(&to, "50").await;
    let one = world.preview(&jasur, from.id, Payee::Number(to.number), "10").await;
    let two = world.preview(&jasur, from.id, Payee::Number(to.number), "10").await;
    let key = world.key();
    world.confirm(&jasur, key, &one.token).await.unwrap();
    refused(world.confirm(&jasur, key, &two.token).await, Code::IdempotencyKeyReused);
    let back = world.preview(&gozal, to.id, Payee::Number(from.number), "10").await;
    refused(world.confirm(&gozal, key, &back.token).await, Code::IdempotencyKeyReused);
    // Another customer's preview is nobody's.
    refused(world.confirm(&gozal, world.key(), &two.token).await, Code::QuoteNotFound);
    // Keys that are not version 7, or of a wrong clock.
    let odd = OperationId::from_uuid(uuid::Uuid::from_u128(7));
    refused(world.confirm(&jasur, odd, &two.token).await, Code::IdempotencyKeyMalformed);
    for days in [-8, 2] {
        let at = world.clock.now().plus_seconds(days * 86_400);
        let key = OperationId::generate(at, Entropy);
        refused(world.confirm(&jasur, key, &two.token).await, Code::IdempotencyKeyOutOfTime);
    }
    world.confirm(&jasur, world.key(), &two.token).await.unwrap();
    assert_eq!(world.balance(to.id).await, "70.00");
}

#[tokio::test]
async fn an_old_preview_is_refused_but_an_old_receipt_is_not() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    let paid = world.preview(&jasur, from.id, Payee::Number(to.number), "10").await;
    let late = world.preview(&jasur, from.id, Payee::Number(to.number), "10").await;
    let key = world.key();
    let receipt = world.confirm(&jasur, key, &paid.token).await.unwrap();
    world.clock.advance_seconds(599);
    let third = world.preview(&jasur, from.id, Payee::Number(to.number), "5").await;
    world.clock.advance_seconds(1);
    refused(world.confirm(&jasur, world.key(), &late.token).await, Code::QuoteExpired);
    let again = world.confirm(&jasur, key, &paid.token).await.unwrap();
    assert_eq!((again.replayed, again.at), (true, receipt.at));
    // A known key with an expired preview of something else is still a reused key.
    refused(world.confirm(&jasur, key, &late.token).await, Code::IdempotencyKeyReused);
    world.confirm(&jasur, world.key(), &third.token).await.unwrap();
    // A month later too.
    world.clock.advance_seconds(30 * 86_400);
    assert!(world.confirm(&jasur, key, &paid.token).await.unwrap().replayed);
    assert_eq!(world.balance(to.id).await, "15.00");
}

#[tokio::test]
async fn tampered_tokens_move_nothing() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    let quote = world.preview(&jasur, from.id, Payee::Number(to.number), "10").await;
    let mut runner = TestRunner::default();
    for _ in 0..200 {
        let strategy = (any::<proptest::sample::Index>(), any::<u8>());
        let (place, byte) = strategy.new_tree(&mut runner).unwrap().current();
        let mut bytes = quote.token.clone().into_bytes();
        let place = place.index(bytes.len());
        if bytes[place] == byte {
            continue;
        }
        bytes[place] = byte;
        let token = String::from_utf8_lossy(&bytes).into_owned();
        refused(world.confirm(&jasur, world.key(), &token).await, Code::QuoteNotFound);
    }
    for token in ["", ".", "AAAA", &quote.token[1..], &"A".repeat(4_096), &"A".repeat(100_000)] {
        refused(world.confirm(&jasur, world.key(), token).await, Code::QuoteNotFound);
    }
    assert_eq!(world.balance(from.id).await, "1000.00");
    // The untouched one is still good.
    world.confirm(&jasur, world.key(), &quote.token).await.unwrap();
}

#[tokio::test]
async fn bad_notes_are_refused_before_anything_is_counted() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    let long = "ў".repeat(141);
    for note in ["a\nb", "a\0b", "\u{202e}", &long] {
        for _ in 0..20 {
            let preview = Preview {
                from: from.id,
                to: Payee::Number(to.number),
                amount: Amount::parse("1", Asset::Uzs).unwrap(),
                note: Some(note.to_owned()),
            };
            refused(world.payments.preview(&jasur.ctx, preview).await, Code::FieldInvalid);
        }
    }
    world.preview(&jasur, from.id, Payee::Number(to.number), "1").await;
}

#[tokio::test]
async fn previews_are_counted() {
    let world = World::new().await;
    // The first second of a day, so that no window turns within a part of the test.
    let day = world.clock.now().day().end();
    world.clock.advance_seconds(day.micros_since(world.clock.now()) / 1_000_000 + 1);
    let ((jasur, from), (gozal, to)) = world.pair().await;
    world.pay_in(&to, "5").await;
    let phone = Payee::Phone(Phone::parse("999999999").unwrap());
    let guess = async |who: &Person, from| world.try_preview(who, from, phone.clone(), "1").await;
    for minute in 0..10 {
        for _ in 0..30 {
            refused(guess(&jasur, from.id).await, Code::PayeeNotFound);
        }
        if minute < 9 {
            let answer = guess(&jasur, from.id).await;
            let Err(Error::Refused(refusal)) = answer else { panic!("{answer:?}") };
            assert_eq!(refusal.code, Code::TooManyRequests);
            assert!(refusal.retry_after_seconds.is_some_and(|s| (1..=60).contains(&s)));
        }
        world.clock.advance_seconds(60);
    }
    // Three hundred were let through: that was all for the day.
    let answer = guess(&jasur, from.id).await;
    let Err(Error::Refused(refusal)) = answer else { panic!("{answer:?}") };
    assert_eq!(refusal.code, Code::TooManyRequests);
    assert!(refusal.retry_after_seconds.is_some_and(|s| s > 3_600));
    // Others are not held up.
    refused(guess(&gozal, to.id).await, Code::PayeeNotFound);
}

#[tokio::test]
async fn only_a_customer_with_the_right_sends() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    let quote = world.preview(&jasur, from.id, Payee::Number(to.number), "10").await;
    let nobody = Ctx::anonymous(Lang::En);
    let reader = Ctx { permissions: kernel::Permissions::NONE, ..jasur.ctx.clone() };
    for (ctx, code) in [
        (&nobody, Code::SignInRequired),
        (&reader, Code::PermissionMissing),
        (&world.system(), Code::PermissionMissing),
    ] {
        let confirm = Confirm { key: world.key(), quote: quote.token.clone(), confirmation: None };
        refused(world.payments.confirm(ctx, confirm).await, code);
        let preview = Preview {
            from: from.id,
            to: Payee::Number(to.number),
            amount: Amount::parse("1", Asset::Uzs).unwrap(),
            note: None,
        };
        refused(world.payments.preview(ctx, preview).await, code);
    }
}

#[tokio::test]
async fn a_fee_goes_to_the_bank_and_is_not_shown_to_the_payee() {
    let world = World::new().await;
    let ((jasur, from), (gozal, to)) = world.pair().await;
    let quote = world.preview(&jasur, from.id, Payee::Number(to.number), "100").await;
    let quoted = rules::open(&world.keys, jasur.id, &quote.token).unwrap();
    let fee = kernel::Money::new(50, Asset::Uzs);
    let charged = payments::Fee { bank: 50, ..quoted.fee.clone() };
    let token = rules::seal(&world.keys, &Quoted { fee: charged, ..quoted }).unwrap();
    let key = world.key();
    let receipt = world.confirm(&jasur, key, &token).await.unwrap();
    assert_eq!((receipt.fee, receipt.total.decimal()), (fee, "100.50".to_owned()));
    assert_eq!(world.balance(from.id).await, "899.50");
    assert_eq!(world.balance(BankAccount::FeeIncome.id(Asset::Uzs)).await, "0.50");
    let his = world.payments.receipt(&jasur.ctx, key).await.unwrap();
    assert_eq!((his.fee, his.total.decimal()), (fee, "100.50".to_owned()));
    let hers = world.payments.receipt(&gozal.ctx, key).await.unwrap();
    assert_eq!((hers.fee.minor, hers.total.decimal()), (0, "100.00".to_owned()));
    world.verify().await;
}

//! Whom a customer pays: by phone, by number, again; and what a preview says when it is looked at
//! once more.

use crate::common::{Person, World, refused};
use kernel::{AccountId, Amount, Asset, Code, Ctx, Entropy, Lang, OperationId, Phone, QuoteId};
use ledger::Status;
use payments::{AccountView, Open, Payee, Preview};

/// A transfer, and its operation.
async fn pay(world: &World, who: &Person, from: AccountId, to: &AccountView) -> OperationId {
    world.clock.advance_seconds(1);
    let quote = world.preview(who, from, Payee::Number(to.number), "1").await;
    let key = world.key();
    world.confirm(who, key, &quote.token).await.unwrap();
    key
}

#[tokio::test]
async fn a_payee_is_named_before_there_is_an_amount() {
    let world = World::new().await;
    let ((jasur, from), (gozal, to)) = world.pair().await;
    let payee = async |to| world.payments.payee(&jasur.ctx, from.id, &to).await;
    let by_phone = payee(Payee::Phone(gozal.phone.clone())).await.unwrap();
    assert_eq!(by_phone.masked_name, "Go‘zal O.");
    assert_eq!(by_phone.account_tail, to.number.tail());
    assert_eq!(by_phone.phone_masked.as_deref(), Some("+998 ** *** ** 21"));
    let by_number = payee(Payee::Number(to.number)).await.unwrap();
    assert_eq!(by_number, payments::QuotePayee { phone_masked: None, ..by_phone.clone() });
    // It is who a preview names.
    for way in [Payee::Phone(gozal.phone.clone()), Payee::Number(to.number)] {
        let quote = world.preview(&jasur, from.id, way.clone(), "1").await;
        assert_eq!(quote.payee, payee(way).await.unwrap());
    }
    let dollars = world.account(&gozal, Asset::Usd).await;
    refused(payee(Payee::Number(dollars.number)).await, Code::CurrencyMismatch);
    refused(payee(Payee::Number(from.number)).await, Code::SameAccount);
    refused(payee(Payee::Phone(jasur.phone.clone())).await, Code::SameAccount);
    let nobody = Payee::Phone(Phone::parse("999999999").unwrap());
    refused(payee(nobody.clone()).await, Code::PayeeNotFound);
    let ask = async |ctx: &Ctx, from| world.payments.payee(ctx, from, &nobody).await;
    refused(ask(&jasur.ctx, to.id).await, Code::AccountNotFound);
    refused(ask(&Ctx::anonymous(Lang::En), from.id).await, Code::SignInRequired);
    refused(ask(&world.system(), from.id).await, Code::PermissionMissing);
    world.set_status(from.id, Status::Frozen).await;
    refused(ask(&jasur.ctx, from.id).await, Code::AccountFrozen);
    let empty = world.account(&jasur, Asset::Uzs).await;
    world.set_status(empty.id, Status::Closed).await;
    refused(ask(&jasur.ctx, empty.id).await, Code::AccountClosed);
}

#[tokio::test]
async fn names_are_counted_together_with_previews() {
    let world = World::new().await;
    let ((jasur, from), _) = world.pair().await;
    let nobody = Payee::Phone(Phone::parse("999999999").unwrap());
    // The first second of a minute.
    let past = world.clock.now().micros() / 1_000_000 % 60;
    world.clock.advance_seconds(60 - past);
    for _ in 0..15 {
        let named = world.payments.payee(&jasur.ctx, from.id, &nobody).await;
        refused(named, Code::PayeeNotFound);
        refused(world.try_preview(&jasur, from.id, nobody.clone(), "1").await, Code::PayeeNotFound);
    }
    let named = world.payments.payee(&jasur.ctx, from.id, &nobody).await;
    refused(named, Code::TooManyRequests);
    let unknown = Payee::Again(world.key());
    refused(world.try_preview(&jasur, from.id, unknown, "1").await, Code::TooManyRequests);
}

#[tokio::test]
async fn a_payee_is_paid_again_without_their_number() {
    let world = World::new().await;
    let ((jasur, from), (gozal, first)) = world.pair().await;
    let second = world.account(&gozal, Asset::Uzs).await;
    let savings = world.account(&jasur, Asset::Uzs).await;
    let to_second = pay(&world, &jasur, from.id, &second).await;
    let again = Payee::Again(to_second);

    // The account that was paid, not the one that a phone means.
    let quote = world.preview(&jasur, from.id, again.clone(), "2").await;
    assert_eq!(quote.payee.masked_name, "Go‘zal O.");
    assert_eq!(quote.payee.account_tail, second.number.tail());
    assert_eq!(quote.payee.phone_masked, None);
    let key = world.key();
    world.confirm(&jasur, key, &quote.token).await.unwrap();
    assert_eq!(world.balance(second.id).await, "3.00");
    // From another account too, and again from the repetition.
    world.pay_in(&savings, "10").await;
    let repeated = world.preview(&jasur, savings.id, Payee::Again(key), "2").await;
    assert_eq!(repeated.payee, quote.payee);

    // Frozen accounts can still be paid.
    world.set_status(second.id, Status::Frozen).await;
    let frozen = world.preview(&jasur, from.id, again.clone(), "1").await;
    assert_eq!(frozen.payee.account_tail, second.number.tail());

    // Between own accounts.
    let own = pay(&world, &jasur, from.id, &savings).await;
    let quote = world.preview(&jasur, from.id, Payee::Again(own), "1").await;
    assert_eq!(quote.payee.account_tail, savings.number.tail());
    let same = world.try_preview(&jasur, savings.id, Payee::Again(own), "1").await;
    refused(same, Code::SameAccount);

    // A closed account: its owner is paid as by phone, on the account opened first.
    world.pay_in(&first, "1").await;
    let to_first = pay(&world, &gozal, first.id, &from).await;
    world.clock.advance_seconds(60);
    let third = world.account(&gozal, Asset::Uzs).await;
    let to_third = pay(&world, &jasur, from.id, &third).await;
    let back = pay(&world, &gozal, third.id, &from).await;
    world.set_status(third.id, Status::Closed).await;
    let quote = world.preview(&jasur, from.id, Payee::Again(to_third), "1").await;
    assert_eq!(quote.payee.account_tail, first.number.tail());
    // Nobody pays again what they were paid.
    for received in [to_first, back] {
        refused(
            world.try_preview(&jasur, from.id, Payee::Again(received), "1").await,
            Code::NotFound,
        );
    }
}

#[tokio::test]
async fn only_ones_own_transfers_are_repeated() {
    let world = World::new().await;
    let ((jasur, from), (gozal, to)) = world.pair().await;
    let ali = world.person("Ali", "Valiyev", "935550011").await;
    let his = world.account(&ali, Asset::Uzs).await;
    world.pay_in(&his, "5").await;
    let paid = pay(&world, &jasur, from.id, &to).await;

    // Somebody else's, one that there is not, one that was refused, and what is no transfer.
    let large = world.preview(&jasur, from.id, Payee::Number(to.number), "5000").await;
    let failed = world.key();
    refused(world.confirm(&jasur, failed, &large.token).await, Code::InsufficientFunds);
    let open = Open { key: world.key(), asset: Asset::Usd };
    world.payments.open_account(&jasur.ctx, open).await.unwrap();
    for (who, account, operation) in [
        (&ali, his.id, paid),
        (&gozal, to.id, paid),
        (&jasur, from.id, world.key()),
        (&jasur, from.id, failed),
        (&jasur, from.id, open.key),
    ] {
        let again = Payee::Again(operation);
        let named = world.payments.payee(&who.ctx, account, &again).await;
        refused(named, Code::NotFound);
        refused(world.try_preview(who, account, again, "1").await, Code::NotFound);
    }
    // From an account in another asset.
    let again = Payee::Again(paid);
    let dollars = world.payments.accounts(&jasur.ctx).await.unwrap()[1].id;
    let named = world.payments.payee(&jasur.ctx, dollars, &again).await;
    refused(named, Code::CurrencyMismatch);
    // The payee has no account left, then none at all.
    world.pay_in(&from, "1").await;
    let back = world.preview(&gozal, to.id, Payee::Number(from.number), "1").await;
    world.confirm(&gozal, world.key(), &back.token).await.unwrap();
    world.set_status(to.id, Status::Closed).await;
    refused(world.try_preview(&jasur, from.id, again.clone(), "1").await, Code::PayeeNotFound);
    world.account(&gozal, Asset::Uzs).await;
    world.preview(&jasur, from.id, again.clone(), "1").await;
    leave(&world, &gozal).await;
    refused(world.try_preview(&jasur, from.id, again, "1").await, Code::PayeeNotFound);
}

async fn leave(world: &World, person: &Person) {
    sqlx::query("UPDATE customer SET status = 'closed' WHERE id = $1")
        .bind(person.id.uuid())
        .execute(world.store.pool())
        .await
        .unwrap();
}

#[tokio::test]
async fn recent_payees_are_people_and_the_last_comes_first() {
    let world = World::new().await;
    let ((jasur, from), (gozal, to)) = world.pair().await;
    let recent = async || world.payments.recent_payees(&jasur.ctx).await.unwrap();
    assert_eq!(recent().await, vec![]);
    let stranger = world.person("Bobur", "Aliyev", "935550099").await;
    assert_eq!(world.payments.recent_payees(&stranger.ctx).await.unwrap(), vec![]);

    let savings = world.account(&jasur, Asset::Uzs).await;
    let second = world.account(&gozal, Asset::Uzs).await;
    pay(&world, &jasur, from.id, &to).await;
    pay(&world, &jasur, from.id, &savings).await;
    let last = pay(&world, &jasur, from.id, &second).await;
    world.pay_in(&to, "5").await;
    pay(&world, &gozal, to.id, &from).await;
    let listed = recent().await;
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!((listed[0].operation, listed[0].asset), (last, Asset::Uzs));
    assert_eq!(listed[0].party.masked_name, "Go‘zal O.");
    assert_eq!(listed[0].party.account_tail, second.number.tail());
    let receipt = world.payments.receipt(&jasur.ctx, last).await.unwrap();
    assert_eq!(listed[0].at, receipt.at);
    let quote = world.preview(&jasur, from.id, Payee::Again(listed[0].operation), "1").await;
    assert_eq!(quote.payee.masked_name, listed[0].party.masked_name);

    // Nine more people, one of them twice: eight are listed, in the order of their last transfer.
    let mut others = Vec::new();
    for n in 0..9 {
        let person = world.person("Ali", "Valiyev", &format!("93555001{n}")).await;
        let account = world.account(&person, Asset::Uzs).await;
        let operation = pay(&world, &jasur, from.id, &account).await;
        others.push((person, account, operation));
    }
    let again = pay(&world, &jasur, savings.id, &others[0].1).await;
    let operations: Vec<_> = recent().await.into_iter().map(|payee| payee.operation).collect();
    let expected: Vec<_> =
        [again].into_iter().chain(others[2..].iter().rev().map(|other| other.2)).collect();
    assert_eq!(operations, expected);

    // Who left is not offered, and after half a year nobody is.
    leave(&world, &others[8].0).await;
    let operations: Vec<_> = recent().await.into_iter().map(|payee| payee.operation).collect();
    assert_eq!((operations.len(), operations[7]), (8, others[1].2));
    world.clock.advance_seconds(181 * 86_400);
    assert_eq!(recent().await, vec![]);
    refused(world.payments.recent_payees(&Ctx::anonymous(Lang::En)).await, Code::SignInRequired);
    refused(world.payments.recent_payees(&world.system()).await, Code::PermissionMissing);
}

#[tokio::test]
async fn a_recent_payee_who_moved_is_offered_by_their_other_account() {
    let world = World::new().await;
    let ((jasur, from), (gozal, first)) = world.pair().await;
    let second = world.account(&gozal, Asset::Uzs).await;
    let ali = world.person("Ali", "Valiyev", "935550011").await;
    let his = world.account(&ali, Asset::Uzs).await;
    let to_second = pay(&world, &jasur, from.id, &second).await;
    let to_ali = pay(&world, &jasur, from.id, &his).await;
    // Both accounts are emptied and closed: she has another one, he has none.
    pay(&world, &gozal, second.id, &from).await;
    pay(&world, &ali, his.id, &from).await;
    world.set_status(second.id, Status::Closed).await;
    world.set_status(his.id, Status::Closed).await;
    let recent = async || {
        let recent = world.payments.recent_payees(&jasur.ctx).await.unwrap();
        let shown = |payee: payments::RecentPayee| (payee.operation, payee.party.account_tail);
        recent.into_iter().map(shown).collect::<Vec<_>>()
    };
    let hers = (to_second, first.number.tail().to_owned());
    assert_eq!(recent().await, std::slice::from_ref(&hers));
    let new = world.account(&ali, Asset::Uzs).await;
    assert_eq!(recent().await, [(to_ali, new.number.tail().to_owned()), hers]);
}

#[tokio::test]
async fn a_preview_can_be_looked_at_again() {
    let world = World::new().await;
    let ((jasur, from), (gozal, to)) = world.pair().await;
    let preview = Preview {
        from: from.id,
        to: Payee::Phone(gozal.phone.clone()),
        amount: Amount::parse("1000", Asset::Uzs).unwrap(),
        note: Some("Tushlik".to_owned()),
    };
    let quote = world.payments.preview(&jasur.ctx, preview).await.unwrap();
    let quoted = async || world.payments.quoted(&jasur.ctx, &quote.token).await.unwrap();
    let seen = quoted().await;
    assert_eq!((&seen.quote, seen.paid, seen.expired), (&quote, None, false));
    assert_eq!((seen.refused, seen.closing), (None, false));

    // What the account has is what it has now; the promise stays.
    world.send(&jasur, from.id, &to, "1").await;
    let seen = quoted().await;
    assert!(!seen.quote.sufficient);
    assert_eq!(seen.quote.from.available.decimal(), "999.00");
    assert_eq!((seen.quote.amount, seen.paid), (quote.amount, None));
    // A refused confirmation has not paid it.
    let key = quote.key();
    refused(world.confirm(&jasur, key, &quote.token).await, Code::InsufficientFunds);
    let seen = quoted().await;
    assert_eq!((seen.paid, seen.refused), (None, Some(Code::InsufficientFunds)));
    world.pay_in(&from, "1").await;
    refused(world.confirm(&jasur, key, &quote.token).await, Code::InsufficientFunds);
    let key = world.key();
    world.confirm(&jasur, key, &quote.token).await.unwrap();
    let seen = quoted().await;
    assert_eq!((seen.paid, seen.refused), (Some(key), Some(Code::InsufficientFunds)));
    world.clock.advance_seconds(599);
    let seen = quoted().await;
    assert_eq!((seen.closing, seen.expired), (false, false));
    // For a minute after its end nobody says that it was not carried out.
    world.clock.advance_seconds(1);
    let seen = quoted().await;
    assert_eq!((seen.closing, seen.expired), (true, false));
    world.clock.advance_seconds(59);
    assert!(quoted().await.closing);
    world.clock.advance_seconds(1);
    let seen = quoted().await;
    assert_eq!((seen.paid, seen.closing, seen.expired), (Some(key), false, true));

    // Nobody else's, and nothing that the bank did not write.
    let ask = async |ctx: &Ctx, token: &str| world.payments.quoted(ctx, token).await;
    refused(ask(&gozal.ctx, &quote.token).await, Code::QuoteNotFound);
    refused(ask(&jasur.ctx, "AAAA").await, Code::QuoteNotFound);
    refused(ask(&jasur.ctx, &quote.token[1..]).await, Code::QuoteNotFound);
    let id = QuoteId::generate(world.clock.now(), Entropy).to_string();
    refused(ask(&jasur.ctx, &id).await, Code::QuoteNotFound);
    refused(ask(&Ctx::anonymous(Lang::En), &quote.token).await, Code::SignInRequired);
    refused(ask(&world.system(), &quote.token).await, Code::PermissionMissing);
}

#[tokio::test]
async fn the_key_of_a_preview_pays_once() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    let quote = world.preview(&jasur, from.id, Payee::Number(to.number), "10").await;
    let key = quote.key();
    let mut taps = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let (payments, ctx) = (world.payments.clone(), jasur.ctx.clone());
        let confirm = payments::Confirm { key, quote: quote.token.clone(), confirmation: None };
        taps.spawn(async move { payments.confirm(&ctx, confirm).await });
    }
    let receipts: Vec<_> = taps.join_all().await.into_iter().map(Result::unwrap).collect();
    assert_eq!(receipts.iter().filter(|r| !r.replayed).count(), 1);
    let seen = world.payments.quoted(&jasur.ctx, &quote.token).await.unwrap();
    assert_eq!(seen.paid, Some(key));
    assert_eq!(world.balance(to.id).await, "10.00");
    world.verify().await;
}

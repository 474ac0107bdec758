//! The data keys of subjects, on a real database.

use kernel::{Clock, Entropy, KeyRing, SealedAt, Secret};
use store::subjects;
use store::testing::TestDatabase;
use uuid::Uuid;

#[tokio::test]
async fn an_erased_subject_stays_erased() {
    let database = TestDatabase::create().await;
    let (store, now) = (database.store(), Clock::System.now());
    let keys = KeyRing::new(Secret::new([7; 32]));
    let subject = Uuid::from_bytes(Entropy.bytes());
    let place = SealedAt { column: "test.column", row: subject };

    let mut tx = store.begin().await.unwrap();
    let key = subjects::ensure(&mut tx, &keys, subject, now).await.unwrap().unwrap();
    store::commit(tx).await.unwrap();
    let sealed = key.seal(place, b"Jasur");

    let again = subjects::read(store.pool(), &keys, subject).await.unwrap().unwrap();
    assert_eq!(again.open(place, &sealed).unwrap().expose(), b"Jasur");
    let mut tx = store.begin().await.unwrap();
    let same = subjects::ensure(&mut tx, &keys, subject, now).await.unwrap().unwrap();
    assert!(same.open(place, &sealed).is_some(), "the key is made once");
    assert!(subjects::erase(&mut tx, subject, now).await.unwrap());
    assert!(!subjects::erase(&mut tx, subject, now).await.unwrap(), "once");
    store::commit(tx).await.unwrap();

    assert!(subjects::read(store.pool(), &keys, subject).await.unwrap().is_none());
    assert!(subjects::read_many(store.pool(), &keys, &[subject]).await.unwrap().is_empty());
    let mut tx = store.begin().await.unwrap();
    assert!(subjects::ensure(&mut tx, &keys, subject, now).await.unwrap().is_none());
}

#[tokio::test]
async fn another_installations_key_is_an_incident() {
    let database = TestDatabase::create().await;
    let (store, now) = (database.store(), Clock::System.now());
    let subject = Uuid::from_bytes(Entropy.bytes());
    let mut tx = store.begin().await.unwrap();
    let ours = KeyRing::new(Secret::new([7; 32]));
    subjects::ensure(&mut tx, &ours, subject, now).await.unwrap();
    store::commit(tx).await.unwrap();
    let theirs = KeyRing::new(Secret::new([8; 32]));
    assert!(subjects::read(store.pool(), &theirs, subject).await.is_err());
}

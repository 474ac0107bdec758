//! The audit log, on a real database.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use kernel::{
    Clock, Code, Ctx, CustomerId, Entropy, KeyRing, Lang, Permissions, Secret, SessionId,
};
use serde_json::json;
use sqlx::AssertSqlSafe;
use store::audit::{self, Entry, Filter, Outcome, Page, Personal};
use store::testing::TestDatabase;
use store::{Store, partitions, subjects};
use uuid::Uuid;

fn keys() -> KeyRing {
    KeyRing::new(Secret::new([7; 32]))
}

fn customer() -> (Ctx, CustomerId) {
    let ctx = Ctx::anonymous(Lang::En);
    let id = CustomerId::generate(ctx.now(), Entropy);
    let session = SessionId::generate(ctx.now(), Entropy);
    (ctx.for_customer(id, session), id)
}

async fn found(store: &Store, filter: Filter) -> Vec<audit::Event> {
    audit::search(store, Some(&keys()), &filter, Page::default()).await.unwrap()
}

#[tokio::test]
async fn an_event_exists_exactly_when_its_change_does() {
    let database = TestDatabase::create().await;
    let (store, (ctx, id)) = (database.store(), customer());
    let mut tx = store.begin().await.unwrap();
    let entry = Entry::done("session.ended").subject(id.uuid()).object("session", "ses_1");
    audit::append(&mut tx, &keys(), &ctx, entry.clone()).await.unwrap();
    drop(tx);
    assert_eq!(found(&store, Filter::default()).await, []);

    let mut tx = store.begin().await.unwrap();
    let written = audit::append(&mut tx, &keys(), &ctx, entry).await.unwrap();
    store::commit(tx).await.unwrap();
    let events = found(&store, Filter::default()).await;
    assert_eq!(events.len(), 1);
    let event = &events[0];
    assert_eq!((event.id, event.actor.clone()), (written, id.to_string()));
    assert!(event.session.as_deref().unwrap().starts_with("ses_"));
    assert_eq!((event.action.as_str(), event.outcome), ("session.ended", Outcome::Done));
    assert_eq!(event.object.as_deref(), Some("session:ses_1"));
    assert_eq!(event.trace, ctx.trace.to_string());
    assert_eq!((event.has_personal, event.leaf), (false, None));
}

#[tokio::test]
async fn personal_data_is_sealed_and_goes_with_its_subject() {
    let database = TestDatabase::create().await;
    let (store, (ctx, id)) = (database.store(), customer());
    let entry = || {
        Entry::refused("sign_in", Code::PermissionMissing)
            .subject(id.uuid())
            .facts(json!({ "door": "api" }))
            .personal(json!({ "ip": "192.0.2.77" }))
    };
    audit::record(&store, &keys(), &ctx, entry()).await.unwrap();
    let body: Vec<u8> =
        sqlx::query_scalar("SELECT body FROM audit_event").fetch_one(store.pool()).await.unwrap();
    let body = String::from_utf8(body).unwrap();
    assert!(body.contains("api") && !body.contains("192.0.2.77"), "{body}");

    let event = found(&store, Filter::default()).await.remove(0);
    assert_eq!(event.refusal.as_deref(), Some("permission_missing"));
    let personal = event.personal.as_ref().map(Personal::expose);
    assert_eq!(personal, Some(&json!({ "ip": "192.0.2.77" })));
    assert!(!format!("{event:?}").contains("192.0.2"), "it prints");
    let closed = audit::search(&store, None, &Filter::default(), Page::default()).await.unwrap();
    assert_eq!((closed[0].has_personal, closed[0].personal.clone()), (true, None));

    let mut tx = store.begin().await.unwrap();
    subjects::erase(&mut tx, id.uuid(), ctx.now()).await.unwrap();
    store::commit(tx).await.unwrap();
    let event = found(&store, Filter::default()).await.remove(0);
    assert_eq!((event.has_personal, event.personal), (true, None), "nobody can read it now");
    audit::record(&store, &keys(), &ctx, entry()).await.unwrap();
    let event = found(&store, Filter::default()).await.remove(0);
    assert!(!event.has_personal, "an erased subject's data is not written again");

    let nobodys = Entry::done("x").personal(json!({}));
    assert!(audit::record(&store, &keys(), &ctx, nobodys).await.is_err());
}

#[tokio::test]
async fn events_are_found_by_each_filter_and_page_by_page() {
    let database = TestDatabase::create().await;
    let (store, (ctx, id), system) =
        (database.store(), customer(), Ctx::system("test", Permissions::NONE));
    let other = Uuid::from_bytes(Entropy.bytes());
    let entries = [
        (&ctx, Entry::done("session.opened").subject(id.uuid())),
        (&ctx, Entry::refused("session.ended", Code::NotFound).object("session", "ses_9")),
        (&system, Entry::done("sessions.cleaned").subject(other)),
    ];
    let mut ids = Vec::new();
    for (ctx, entry) in entries {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        ids.push(audit::record(&store, &keys(), ctx, entry).await.unwrap());
    }
    let all = || Filter::default();
    for (filter, expected) in [
        (all(), vec![2, 1, 0]),
        (Filter { actor: Some(id.to_string()), ..all() }, vec![1, 0]),
        (Filter { actor: Some("system:test".to_owned()), ..all() }, vec![2]),
        (Filter { subject: Some(other), ..all() }, vec![2]),
        (Filter { action: Some("session.ended".to_owned()), ..all() }, vec![1]),
        (Filter { action: Some("session.".to_owned()), ..all() }, vec![1, 0]),
        (Filter { outcome: Some(Outcome::Refused), ..all() }, vec![1]),
        (Filter { object: Some("session:ses_9".to_owned()), ..all() }, vec![1]),
        (Filter { to: Some(ctx.now().plus_seconds(-60)), ..all() }, vec![]),
        (Filter { from: Some(ctx.now().plus_seconds(60)), ..all() }, vec![]),
    ] {
        let got: Vec<_> = found(&store, filter.clone()).await.iter().map(|e| e.id).collect();
        let expected: Vec<_> = expected.into_iter().map(|n: usize| ids[n]).collect();
        assert_eq!(got, expected, "{filter:?}");
    }
    let mut page = Page { after: None, limit: 2 };
    let first = audit::search(&store, None, &all(), page).await.unwrap();
    page.after = Some(first[1].id);
    let second = audit::search(&store, None, &all(), page).await.unwrap();
    assert_eq!((first.len(), second.len(), second[0].id), (2, 1, ids[0]));
}

#[tokio::test]
async fn the_bank_cannot_change_what_it_wrote() {
    let database = TestDatabase::create().await;
    let (store, (ctx, _)) = (database.store(), customer());
    audit::record(&store, &keys(), &ctx, Entry::done("x")).await.unwrap();
    for sql in ["UPDATE audit_event SET action = 'y'", "DELETE FROM audit_event"] {
        let refused = sqlx::query(sql).execute(store.pool()).await.unwrap_err();
        assert!(refused.to_string().contains("only grows"), "{refused}");
    }
    partitions::ensure(&store, Clock::System.now().plus_seconds(400 * 86_400)).await.unwrap();
    let parts: Vec<String> = sqlx::query_scalar(
        "SELECT inhrelid::regclass::text FROM pg_inherits
         WHERE inhparent = 'audit_event'::regclass",
    )
    .fetch_all(store.pool())
    .await
    .unwrap();
    assert!(parts.len() > 5, "{parts:?}");
    let whole = ["audit_event", "audit_leaf", "audit_node", "audit_checkpoint"];
    for table in whole.into_iter().chain(parts.iter().map(String::as_str)) {
        let sql = AssertSqlSafe(format!("TRUNCATE {table}"));
        let refused = sqlx::query(sql).execute(store.pool()).await.unwrap_err();
        assert!(refused.to_string().contains("only grows"), "{table}: {refused}");
    }
}

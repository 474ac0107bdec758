//! Identity documents: seen by an employee, and worth nothing after their last day.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::sync::Arc;

use common::{Bank, Person, client, code, secret};
use customers::{Desk, DocumentProof, DocumentState, NewDocument};
use identity::Resetting;
use identity::testing::EmptyBooks;
use kernel::{
    Code, Ctx, Day, Employee, Entropy, Result, Role, Roles, Secret, StaffId, StaffSessionId,
};
use store::audit::{self, Filter, Outcome, Page};

const NUMBER: &str = "AA1234567";
const PINFL: &str = "31705901230018";
const DAY: i64 = 86_400;

impl Bank {
    fn desk(&self) -> Desk {
        Desk::new(self.customers.clone(), Arc::new(EmptyBooks))
    }

    /// An employee who used their passkey just now.
    async fn employee(&self, role: Role) -> Ctx {
        let now = self.ctx().now();
        let employee = Employee {
            id: StaffId::generate(now, Entropy),
            session: StaffSessionId::generate(now, Entropy),
            roles: Roles::NONE.with(role),
            customer: None,
            aal: 3,
            proved_at: now,
        };
        let index: [u8; 32] = Entropy.bytes();
        sqlx::query(
            "INSERT INTO staff (id, name, email_index, email_sealed, roles, status, created_at)
             VALUES ($1, 'Nodira', $2, '', '{}', 'active', now())",
        )
        .bind(employee.id.uuid())
        .bind(index.as_slice())
        .execute(self.db.store().pool())
        .await
        .unwrap();
        let allowed = policy::policies().unwrap().permissions(employee.roles).unwrap();
        self.ctx().for_staff(employee, allowed)
    }

    fn day(&self, from_now: i64) -> Day {
        self.ctx().now().plus_seconds(from_now * DAY).day()
    }

    async fn declare(&self, person: &Person, number: &str, expires_on: Day) -> Result<()> {
        let new =
            NewDocument { number: secret(number), personal_number: secret(PINFL), expires_on };
        self.customers.declare_document(&self.fresh(person), &new).await
    }

    async fn see(&self, who: &Ctx, person: &Person, number: &str, personal: &str) -> Result<()> {
        let shown = (&secret(number), &secret(personal));
        self.desk().see_document(who, person.id, shown).await
    }

    async fn is_seen(&self, person: &Person) -> bool {
        let shown = self.customers.document(&self.fresh(person)).await.unwrap();
        shown.is_some_and(|document| document.verified)
    }

    /// How often employees saw documents, and were refused.
    async fn recorded(&self, outcome: Outcome) -> usize {
        let action = Some("customer.see_document".to_owned());
        let filter = Filter { action, outcome: Some(outcome), ..Filter::default() };
        let found = audit::search(&self.db.store(), None, &filter, Page::default()).await;
        found.unwrap().len()
    }

    /// The key of a reset whose code was right.
    async fn reset(&self, person: &Person, n: usize) -> Secret<String> {
        self.clock.advance_seconds(61);
        let ctx = self.ctx();
        let started = self.identity.start_reset(&ctx, &person.phone, &client()).await.unwrap();
        let sms = self.sent.code(person.phone.expose(), "password reset code", n).await;
        let by = Resetting { key: &started.key, client: &client(), device_cookie: None };
        self.identity.verify_reset_code(&ctx, by, &sms).await.unwrap();
        started.key
    }

    async fn show(&self, key: &Secret<String>) -> Result<()> {
        let by = Resetting { key, client: &client(), device_cookie: None };
        let birth_date = "1990-05-17".parse().unwrap();
        let shown = DocumentProof { number: secret(NUMBER), birth_date };
        self.customers.prove_reset_by_document(&self.ctx(), by, &shown).await
    }
}

#[tokio::test]
async fn an_employee_sees_the_document_that_the_customer_declared() {
    let bank = Bank::open().await;
    let (malika, lola) = (bank.person(1).await, bank.person(2).await);
    let clerk = bank.employee(Role::Support).await;
    assert_eq!(code(bank.see(&clerk, &malika, NUMBER, PINFL).await), Code::DocumentDiffers);
    assert_eq!(bank.desk().document_state(&clerk, malika.id).await.unwrap(), None);
    for person in [&malika, &lola] {
        bank.declare(person, NUMBER, bank.day(400)).await.unwrap();
    }
    for (number, personal, expected) in [
        ("AA1234568", PINFL, Code::DocumentDiffers),
        // Of somebody else who was born on the same day.
        (NUMBER, "31705901230025", Code::DocumentDiffers),
        ("nonsense", PINFL, Code::DocumentMalformed),
        (NUMBER, "1", Code::DocumentMalformed),
    ] {
        let refused = bank.see(&clerk, &malika, number, personal).await;
        assert_eq!(code(refused), expected, "{number} {personal}");
    }
    assert!(!bank.is_seen(&malika).await);
    bank.see(&clerk, &malika, "aa 123 45 67", PINFL).await.unwrap();
    assert!(bank.is_seen(&malika).await);
    let state = bank.desk().document_state(&clerk, malika.id).await.unwrap();
    assert_eq!(state, Some(DocumentState { seen: true, valid: true }));
    // Nobody replaces it by themselves, and it is nobody else's.
    assert_eq!(code(bank.declare(&malika, "AB7654321", bank.day(9)).await), Code::DocumentVerified);
    assert_eq!(code(bank.see(&clerk, &lola, NUMBER, PINFL).await), Code::DocumentTaken);
    assert_eq!(code(bank.see(&clerk, &malika, NUMBER, PINFL).await), Code::NothingToChange);
    assert_eq!((bank.recorded(Outcome::Done).await, bank.recorded(Outcome::Refused).await), (1, 4));

    bank.desk().unsee_document(&clerk, malika.id).await.unwrap();
    assert!(!bank.is_seen(&malika).await);
    let again = bank.desk().unsee_document(&clerk, malika.id).await;
    assert_eq!(code(again), Code::NothingToChange);
    bank.declare(&malika, "AB7654321", bank.day(9)).await.unwrap();
    bank.see(&clerk, &lola, NUMBER, PINFL).await.unwrap();
    assert_eq!(bank.recorded(Outcome::Done).await, 3);
}

#[tokio::test]
async fn only_who_serves_customers_sees_documents_and_with_a_fresh_passkey() {
    let bank = Bank::open().await;
    let malika = bank.person(1).await;
    bank.declare(&malika, NUMBER, bank.day(400)).await.unwrap();
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Support) {
        let who = bank.employee(role).await;
        let seen = bank.see(&who, &malika, NUMBER, PINFL).await;
        assert_eq!(code(seen), Code::PermissionMissing, "{role}");
        let taken = bank.desk().unsee_document(&who, malika.id).await;
        assert_eq!(code(taken), Code::PermissionMissing, "{role}");
        let state = bank.desk().document_state(&who, malika.id).await;
        assert_eq!(code(state), Code::PermissionMissing, "{role}");
    }
    let clerk = bank.employee(Role::Support).await;
    bank.clock.advance_seconds(901);
    let seen = bank.see(&clerk, &malika, NUMBER, PINFL).await;
    assert_eq!(code(seen), Code::StaffProofRequired);
    assert!(!bank.is_seen(&malika).await);
}

/// Not by its owner, not in the hands of an employee, not seen or not; and then another one can
/// take its place.
#[tokio::test]
async fn a_document_proves_nothing_after_its_last_day() {
    let bank = Bank::open().await;
    let malika = bank.person(1).await;
    bank.declare(&malika, NUMBER, bank.day(2)).await.unwrap();
    let clerk = bank.employee(Role::Support).await;
    bank.see(&clerk, &malika, NUMBER, PINFL).await.unwrap();
    // On the last day it does.
    bank.clock.advance_seconds(2 * DAY);
    let key = bank.reset(&malika, 1).await;
    bank.show(&key).await.unwrap();
    bank.clock.advance_seconds(DAY);
    let key = bank.reset(&malika, 2).await;
    assert_eq!(code(bank.show(&key).await), Code::ResetProofWrong);
    let clerk = bank.employee(Role::Support).await;
    let state = bank.desk().document_state(&clerk, malika.id).await.unwrap();
    assert_eq!(state, Some(DocumentState { seen: true, valid: false }));
    bank.desk().unsee_document(&clerk, malika.id).await.unwrap();
    let seen = bank.see(&clerk, &malika, NUMBER, PINFL).await;
    assert_eq!(code(seen), Code::DocumentExpired);
    assert!(!bank.is_seen(&malika).await);

    bank.declare(&malika, "AB7654321", bank.day(2)).await.unwrap();
    bank.see(&clerk, &malika, "AB7654321", PINFL).await.unwrap();
    bank.clock.advance_seconds(3 * DAY);
    // The one that was seen is over: the customer need not come for the next one.
    bank.declare(&malika, NUMBER, bank.day(400)).await.unwrap();
    assert!(!bank.is_seen(&malika).await);
}

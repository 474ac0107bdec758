//! What employees see of customers, and what is recorded of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::sync::Arc;

use customers::desk::{FOUND_MAX, Field, Search};
use customers::{Customers, Desk, NewCustomer};
use identity::cases::{FROZEN_BY_BANK, Listed};
use identity::testing::EmptyBooks;
use identity::{Identity, UserStatus};
use kernel::{
    Clock, Code, Ctx, CustomerId, Day, Employee, Entropy, KeyRing, Lang, Permissions, Phone, Role,
    Roles, Secret, StaffId, StaffSessionId,
};
use store::audit::{self, Filter, Page};
use store::testing::TestDatabase;

struct Bank {
    database: TestDatabase,
    keys: KeyRing,
    customers: Customers,
    desk: Desk,
}

impl Bank {
    async fn open() -> Self {
        let database = TestDatabase::create().await;
        let (store, keys) = (database.store(), KeyRing::new(Secret::new([7; 32])));
        let identity = Identity::new(store.clone(), keys.clone(), identity::Config::default());
        let customers = Customers::new(store.clone(), identity.clone());
        let desk = Desk::new(customers.clone(), Arc::new(EmptyBooks));
        Self { database, keys, customers, desk }
    }

    async fn customer(&self, phone: &str, first_name: &str, last_name: &str) -> CustomerId {
        let new = NewCustomer {
            phone: Phone::parse(phone).unwrap(),
            password: "uch olma va bitta quyosh".to_owned().into(),
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            birth_date: Day::new(1990, 5, 17).unwrap(),
            lang: Lang::Uz,
        };
        let system = Ctx::system("test", Permissions::OPERATOR);
        self.customers.create_verified(&system, new).await.unwrap()
    }

    /// What is recorded of employees, the latest last.
    async fn recorded(&self) -> Vec<audit::Event> {
        let store = self.database.store();
        let found =
            audit::search(&store, Some(&self.keys), &Filter::default(), Page::default()).await;
        let mut found = found.unwrap();
        found.retain(|event| event.actor.starts_with("stf_"));
        found.reverse();
        found
    }
}

fn employee(role: Role) -> Ctx {
    let ctx = Ctx::anonymous(Lang::En).with_clock(Clock::System);
    let now = ctx.now();
    let employee = Employee {
        id: StaffId::generate(now, Entropy),
        session: StaffSessionId::generate(now, Entropy),
        roles: Roles::NONE.with(role),
        customer: None,
        aal: 3,
        proved_at: now,
    };
    let allowed = policy::policies().unwrap().permissions(employee.roles).unwrap();
    ctx.for_staff(employee, allowed)
}

fn names(found: &Search) -> Vec<&str> {
    found.found.iter().map(|found| found.customer.name.first()).collect()
}

#[tokio::test]
async fn a_customer_is_found_by_what_they_say_of_themselves() {
    let bank = Bank::open().await;
    let id = bank.customer("998900000001", "Gʻayrat", "Toʻrayev").await;
    bank.customer("998900000002", "Dilnoza", "Toʻrayeva").await;
    bank.customer("998900000003", "Жасур", "Каримов").await;
    let clerk = employee(Role::Support);
    for (typed, expected) in [
        ("+998 90 000-00-01", &["Gʻayrat"][..]),
        (&id.to_string(), &["Gʻayrat"]),
        ("10000001", &["Gʻayrat"]),
        ("to'ra", &["Gʻayrat", "Dilnoza"]),
        ("TORAYEVA", &["Dilnoza"]),
        ("dil tora", &["Dilnoza"]),
        ("g'ay dil", &[]),
        ("кари", &["Жасур"]),
        ("998900000009", &[]),
        ("%%%", &[]),
        ("___", &[]),
    ] {
        let found = bank.desk.search(&clerk, typed).await.unwrap();
        assert_eq!(names(&found), expected, "{typed}");
        assert!(!found.more);
    }
    for typed in ["", "to", "a b c d e"] {
        let refused = bank.desk.search(&clerk, typed).await.unwrap_err();
        assert_eq!(refused.code(), Some(Code::FieldInvalid), "{typed}");
    }
    let recorded = bank.recorded().await;
    assert_eq!(recorded.len(), 11);
    for event in &recorded {
        assert_eq!(event.action, "customer.search");
        let text = format!("{event:?}");
        assert!(!text.contains("000000") && !text.to_lowercase().contains("tora"), "{text}");
    }
}

/// An employee types the name as they heard it; the customer typed it as they write it.
#[tokio::test]
async fn a_customer_is_found_in_whichever_alphabet_the_name_is_typed() {
    let bank = Bank::open().await;
    let people = [
        ("Gʻayrat", "Karimov"),
        ("ҒАЙРАТ", "КАРИМОВ"),
        ("Шўҳрат", "Ёқубов"),
        ("Shuhrat", "Yoqubov"),
        ("Mikhail", "Щукин"),
        ("Михаил", "Цой"),
        ("Чўлпон", "Эргашев"),
        ("Choʻlpon", "Ergashev"),
        ("Жамшид", "Хўжаев"),
        ("Djamshid", "Xoʻjayev"),
    ];
    for (n, (first, last)) in people.iter().enumerate() {
        bank.customer(&format!("9989000001{n:02}"), first, last).await;
    }
    let clerk = employee(Role::Support);
    for (typed, expected) in [
        ("karimov", [0, 1]),
        ("Каримов", [0, 1]),
        ("gayrat kar", [0, 1]),
        ("Ғайрат", [0, 1]),
        ("yokub", [2, 3]),
        ("Ёқубов", [2, 3]),
        ("mik", [4, 5]),
        ("mikhail", [4, 5]),
        ("Михаил", [4, 5]),
        ("shukin", [4, 4]),
        ("Чўлпон Эрг", [6, 7]),
        ("cho'lpon", [6, 7]),
        ("Jamshid", [8, 9]),
        ("Ходжаев", [8, 9]),
        ("xo'jayev", [8, 9]),
    ] {
        let found = bank.desk.search(&clerk, typed).await.unwrap();
        let mut found = names(&found);
        found.sort_unstable();
        let mut expected: Vec<_> = expected.iter().map(|n| people[*n].0).collect();
        expected.sort_unstable();
        expected.dedup();
        assert_eq!(found, expected, "{typed}");
    }
}

#[tokio::test]
async fn no_list_shows_more_than_the_end_of_a_phone() {
    let bank = Bank::open().await;
    for n in 0..=FOUND_MAX {
        bank.customer(&format!("9989000001{n:02}"), "Aziz", "Karimov").await;
    }
    let found = bank.desk.search(&employee(Role::Support), "karimov").await.unwrap();
    assert_eq!(found.found.len(), FOUND_MAX);
    assert!(found.more);
    for found in &found.found {
        assert!(found.phone_masked.starts_with("+998 ** *** ** "), "{}", found.phone_masked);
        assert!(!format!("{found:?}").contains("Karimov"));
    }
}

#[tokio::test]
async fn what_is_shown_is_recorded_and_what_may_not_be_is_refused_and_recorded() {
    let bank = Bank::open().await;
    let id = bank.customer("998900000001", "Jasur", "Karimov").await;
    let (clerk, accountant) = (employee(Role::Support), employee(Role::Accountant));
    let profile = bank.desk.profile(&clerk, id).await.unwrap();
    let masked: Vec<_> = profile.masked.iter().filter_map(|(_, mask)| mask.as_deref()).collect();
    assert!(!masked.concat().contains("9000000") && !masked.concat().contains("1990"));
    let phone = bank.desk.show(&clerk, id, (Field::Phone, "calls back")).await.unwrap();
    assert_eq!(phone.as_deref(), Some("+998900000001"));
    let asked = (Field::BirthDate, "curious");
    let refused = bank.desk.show(&accountant, id, asked).await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::PermissionMissing));
    let refused = bank.desk.search(&employee(Role::Administrator), "karimov").await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::PermissionMissing));

    let recorded = bank.recorded().await;
    let told: Vec<_> = recorded
        .iter()
        .map(|event| (event.action.as_str(), event.outcome.as_str(), event.subject))
        .collect();
    let about = Some(id.uuid());
    assert_eq!(
        told,
        [
            ("customer.read", "done", about),
            ("customer.read_phone", "done", about),
            ("customer.read_birth_date", "refused", about),
            ("customer.search", "refused", None),
        ]
    );
    let actor = clerk.staff().unwrap().id.to_string();
    assert!(recorded.iter().take(2).all(|event| event.actor == actor));
    let told = format!("{recorded:?}");
    assert!(!told.contains("9000000") && !told.contains("1990-05-17"), "{told}");
    let why: Vec<_> = recorded.iter().filter_map(|event| event.personal.as_ref()).collect();
    let why: Vec<_> = why.iter().map(|why| why.expose()["reason"].clone()).collect();
    assert_eq!(why, ["calls back"], "whoever saw it said why");
}

#[tokio::test]
async fn nothing_is_shown_without_a_reason() {
    let bank = Bank::open().await;
    let id = bank.customer("998900000001", "Jasur", "Karimov").await;
    let clerk = employee(Role::Support);
    for reason in ["", "  ", "x", &"x".repeat(501)] {
        let refused = bank.desk.show(&clerk, id, (Field::Phone, reason)).await.unwrap_err();
        assert_eq!(refused.code(), Some(Code::ReasonMissing));
    }
    assert!(bank.recorded().await.is_empty());
}

/// Whoever has the ids of customers, from wherever, does not copy their contacts one by one.
#[tokio::test]
async fn an_employee_sees_only_so_much_in_an_hour() {
    let bank = Bank::open().await;
    let id = bank.customer("998900000001", "Jasur", "Karimov").await;
    let (clerk, colleague) = (employee(Role::Support), employee(Role::Support));
    let mut seen = 0;
    let refused = loop {
        match bank.desk.show(&clerk, id, (Field::Phone, "calls back")).await {
            Ok(_) => seen += 1,
            Err(refused) => break refused,
        }
        assert!(seen < 200, "no end");
    };
    assert_eq!(refused.code(), Some(Code::TooManyRequests));
    assert!(seen >= 60, "{seen}: too few to work");
    bank.desk.show(&colleague, id, (Field::Phone, "calls back")).await.unwrap();
}

#[tokio::test]
async fn whose_names_were_given_is_recorded() {
    let bank = Bank::open().await;
    let first = bank.customer("998900000001", "Jasur", "Karimov").await;
    let second = bank.customer("998900000002", "Aziz", "Karimov").await;
    let clerk = employee(Role::Support);
    assert_eq!(bank.desk.search(&clerk, "karimov").await.unwrap().found.len(), 2);
    assert_eq!(bank.desk.names(&clerk, &[first]).await.unwrap().len(), 1);
    assert_eq!(bank.desk.names(&clerk, &[first, second]).await.unwrap().len(), 2);
    let nobody = CustomerId::generate(clerk.now(), Entropy);
    assert!(bank.desk.names(&clerk, &[nobody]).await.unwrap().is_empty());
    let recorded = bank.recorded().await;
    let told: Vec<_> = recorded.iter().map(|event| (&*event.action, event.subject)).collect();
    let one = Some(first.uuid());
    let named = "customer.named";
    assert_eq!(told, [("customer.search", None), (named, one), (named, None)]);
    let ids = |event: usize, fact: &str| {
        let facts = recorded[event].facts.as_ref().unwrap();
        let mut ids: Vec<_> = facts[fact].as_array().unwrap().clone();
        ids.sort_by_key(ToString::to_string);
        ids
    };
    let both = [first.to_string(), second.to_string()].map(serde_json::Value::from);
    assert_eq!(ids(0, "found"), both);
    assert_eq!(ids(2, "customers"), both);
    assert!(!format!("{recorded:?}").contains("Karimov"));
}

#[tokio::test]
async fn a_stranger_and_a_customer_find_no_desk() {
    let bank = Bank::open().await;
    let id = bank.customer("998900000001", "Jasur", "Karimov").await;
    let nobody = Ctx::anonymous(Lang::En);
    let session = kernel::SessionId::generate(nobody.now(), Entropy);
    let customer = nobody.clone().for_customer(id, session);
    for (ctx, code) in [(&nobody, Code::SignInRequired), (&customer, Code::PermissionMissing)] {
        assert_eq!(bank.desk.search(ctx, "karimov").await.unwrap_err().code(), Some(code));
        assert_eq!(bank.desk.profile(ctx, id).await.unwrap_err().code(), Some(code));
        let shown = bank.desk.show(ctx, id, (Field::Phone, "calls back")).await;
        assert_eq!(shown.unwrap_err().code(), Some(code));
    }
    assert!(bank.recorded().await.is_empty());
}

#[tokio::test]
async fn one_employee_freezes_at_once_and_says_why() {
    let bank = Bank::open().await;
    let id = bank.customer("998900000001", "Jasur", "Karimov").await;
    let (clerk, accountant) = (employee(Role::Support), employee(Role::Accountant));
    let refused = bank.desk.freeze(&accountant, id, "a call").await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::PermissionMissing));
    let refused = bank.desk.freeze(&clerk, id, "  ").await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::ReasonMissing));
    let case = bank.desk.freeze(&clerk, id, "a call about a stolen phone").await.unwrap();
    assert_eq!(bank.desk.profile(&clerk, id).await.unwrap().status, UserStatus::Frozen);
    let again = bank.desk.freeze(&clerk, id, "another call").await.unwrap();
    assert_eq!(again, case, "a second freeze leads to the case that is open");
    let (store, keys) = (bank.database.store(), bank.keys.clone());
    let identity = Identity::new(store, keys, identity::Config::default());
    let open = identity.list_cases(&clerk, Listed::Open, None).await.unwrap();
    let open: Vec<_> = open.cases.iter().map(|case| (case.id, case.kind.as_str())).collect();
    assert_eq!(open, [(case, FROZEN_BY_BANK)]);
    assert_eq!(bank.desk.cases(&clerk, id).await.unwrap().len(), 1);

    let recorded = bank.recorded().await;
    let frozen: Vec<_> =
        recorded.iter().filter(|event| event.action == "customer.freeze").collect();
    assert_eq!(frozen.len(), 3, "the refused one too");
    let why = frozen.get(1).and_then(|event| event.personal.clone()).unwrap();
    assert_eq!(why.expose()["reason"], "a call about a stolen phone");
}

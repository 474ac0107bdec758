//! A counter with a customer before it and an employee of each role behind it.

use kernel::{CustomerId, Role};

use super::{Person, TestBank};

pub const PHONE: &str = "998900000001";
pub const WHY: (&str, &str) = ("reason", "Asked at the counter, with the document.");

pub struct Desk {
    pub bank: TestBank,
    pub customer: CustomerId,
    pub clerk: Person,
    pub officer: Person,
    pub guard: Person,
    pub boss: Person,
}

impl Desk {
    pub async fn open() -> Self {
        let bank = TestBank::open().await;
        let customer = bank.customer(PHONE, "Dilnoza").await;
        let clerk = bank.employee("Nodira Yusupova", &[Role::Support]).await;
        let officer = bank.employee("Malika Saidova", &[Role::Compliance]).await;
        let guard = bank.employee("Sardor Aliyev", &[Role::Security]).await;
        let boss = bank.employee("Jasur Rahimov", &[Role::Administrator]).await;
        Self { bank, customer, clerk, officer, guard, boss }
    }

    /// How many events of an action and an outcome are in the audit log.
    pub async fn recorded(&self, action: &str, outcome: &str) -> usize {
        let events = self.bank.recorded().await;
        events.iter().filter(|e| e.action == action && e.outcome.as_str() == outcome).count()
    }
}

//! The panel alone, on a database that is thrown away, with a customer and employees: for whoever
//! works on its pages. `cargo run -p admin --example panel` prints the links of the employees.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a program for the desk")]

use std::sync::Arc;

use accounting::Accounting;
use accounting::desk::BreakResolve;
use admin::{Admin, Config, Services};
use customers::{Customers, Desk, NewCustomer};
use identity::approvals::Approvals;
use identity::ports::Leaving;
use identity::testing::EmptyBooks;
use identity::{Identity, Invitation, RelyingParties, RelyingParty};
use kernel::{Clock, Ctx, Day, KeyRing, Lang, Permissions, Phone, Role, Secret};
use ledger::Ledger;
use payments::{DemoKeyScheme, Payments};
use store::testing::TestDatabase;
use tokio::net::TcpListener;
use tokio::sync::watch;

const PASSWORD: &str = "uch olma va bitta quyosh";
const NAMES: [(&str, &str); 6] = [
    ("Dilnoza", "Karimova"),
    ("Jasur", "Karimov"),
    ("Zarina", "Karimbekova"),
    ("Rustam", "Aliyev"),
    ("Gʻayrat", "Toʻrayev"),
    ("Kamola", "Yusupova"),
];

#[tokio::main]
async fn main() {
    let port = std::env::args().nth(1).unwrap_or_else(|| "8082".to_owned());
    let site = format!("http://localhost:{port}");
    let database = TestDatabase::create().await;
    let (store, keys) = (database.store(), KeyRing::new(Secret::new([7; 32])));
    let party = |name| RelyingParty::new(name, "localhost", &[&site]).unwrap();
    let sites = RelyingParties { customers: party("Okto"), staff: party("Okto Staff") };
    let identity = Identity::new(store.clone(), keys.clone(), identity::Config::default());
    let identity = identity.with_sites(sites);
    let customers = Customers::new(store.clone(), identity.clone());
    let system = Ctx::system("example", Permissions::OPERATOR);
    for (n, (first_name, last_name)) in NAMES.into_iter().enumerate() {
        let new = NewCustomer {
            phone: Phone::parse(&format!("99890000000{n}")).unwrap(),
            password: PASSWORD.to_owned().into(),
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            birth_date: Day::new(1990, 5, 17).unwrap(),
            lang: Lang::Uz,
        };
        customers.create_verified(&system, new).await.unwrap();
    }
    for (name, roles) in [
        ("Nodira Rahimova", &[Role::Support, Role::Security, Role::Administrator][..]),
        ("Sardor Aliyev", &[Role::Compliance]),
        ("Aziz Tursunov", &[Role::Support]),
        ("Karim Olimov", &[Role::Accountant]),
    ] {
        let email = format!("{}@okto.example", name.to_lowercase().replace(' ', "."));
        let roles = roles.iter().copied().collect();
        let invitation = Invitation { name, email: &email, roles, phone: None };
        let (_, code) = identity.invite_by_operator(&system, invitation).await.unwrap();
        println!("{name}: {site}/enrol/{}", code.expose());
    }
    let books: Arc<dyn Leaving> = Arc::new(EmptyBooks);
    let ledger = Ledger::start(&store, Clock::System, ledger::Config::default()).await.unwrap();
    let (people, scheme) = (customers.clone(), Arc::new(DemoKeyScheme));
    let payments = Payments::new(store.clone(), ledger, people, keys.clone(), scheme);
    payments.bank().ensure(&system).await.unwrap();
    let editions = payments.editions().clone();
    let accounting = Accounting::new(store.clone(), editions.clone(), keys.clone());
    let approvals = Approvals::new(&identity).with_leaving(&books).with_terms(&editions);
    let services = Services {
        store: store.clone(),
        identity: identity.clone(),
        approvals: approvals.with(BreakResolve::new(accounting.clone())),
        desk: Desk::new(customers, books),
        accounting,
        payments,
        keys,
        clock: Clock::System,
    };
    let config = Config { door: edge::Config::default(), site: site.parse().unwrap() };
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await.unwrap();
    let (_stop, stopped) = watch::channel(false);
    edge::serve(listener, admin::router(Admin::new(services, config)), stopped).await.unwrap();
}

//! What a clerk proposes about a customer's money at the counter: another ceiling of a limit for a
//! time, and a transfer given back; from the form to what came of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod common;

use common::desk::{Desk, WHY};
use common::{Answer, Browser, Person, TARIFF, TestBank};
use kernel::{
    AccountId, Amount, Asset, Clock, Ctx, CustomerId, Day, Entropy, Lang, OperationId, Permission,
    Role, SessionId,
};
use payments::{AccountView, CashIn, Confirm, Open, Payee, Preview};
use store::audit::Event;
use store::editions::NewEdition;

/// A limit that the bank moves, one of operations, one of a law, and one of each payee.
const LIMITS: &str = r#"{"limits": [
  {"name": "day", "title": {"uz": "Kunlik", "ru": "В день", "en": "A day"},
   "set_by": "tariff", "per": "customer", "window": "day", "measure": {"amount": "UZS"},
   "ceiling": {"fixed": 50000000}},
  {"name": "often", "title": {"uz": "Necha marta", "ru": "Сколько раз", "en": "How often"},
   "set_by": "tariff", "per": "customer", "window": "day", "measure": "count",
   "ceiling": {"fixed": 9}},
  {"name": "law", "title": {"uz": "Qonun", "ru": "Закон", "en": "By law"},
   "set_by": "law", "per": "customer", "window": "month", "measure": {"amount": "UZS"},
   "ceiling": {"fixed": 900000000}},
  {"name": "payee", "title": {"uz": "Oluvchi", "ru": "Получатель", "en": "To one payee"},
   "set_by": "tariff", "per": "counterparty", "window": "day", "measure": {"amount": "UZS"},
   "ceiling": {"fixed": 70000000}}]}"#;

/// One percent, with the tax in it.
const PRICED: &str = r#"{"rules": [{"name": "rest",
  "price": {"model": "percentage", "percent": "1"},
  "rounding": {"mode": "half_up", "to_minor": 1}, "vat_percent": "12"}]}"#;

struct Counter {
    desk: Desk,
    accountant: Person,
    payee: CustomerId,
}

/// A customer as they act in the app, with an account.
struct Payer {
    ctx: Ctx,
    account: AccountView,
}

impl Counter {
    async fn open() -> Self {
        let desk = Desk::open().await;
        let accountant = desk.bank.employee("Karim Olimov", &[Role::Accountant]).await;
        let payee = desk.bank.customer("998900000002", "Gulnora").await;
        desk.bank.payments.bank().ensure(&desk.bank.system()).await.unwrap();
        Self { desk, accountant, payee }
    }

    fn bank(&self) -> &TestBank {
        &self.desk.bank
    }

    fn person(&self) -> String {
        format!("/customers/{}", self.desk.customer)
    }

    async fn clerk(&self) -> Browser<'_> {
        self.bank().signed_in(&self.desk.clerk).await
    }

    async fn account(&self, customer: CustomerId) -> Payer {
        let bank = self.bank();
        let session = SessionId::generate(bank.clock.now(), Entropy);
        let ctx = Ctx::anonymous(Lang::Uz).with_clock(Clock::Manual(bank.clock.clone()));
        let ctx = ctx.for_customer(customer, session);
        let permissions = ctx.permissions.with(Permission::ConfirmationWaive);
        let ctx = Ctx { permissions, ..ctx };
        let open = Open { key: self.key(), asset: Asset::Uzs };
        let account = bank.payments.open_account(&ctx, open).await.unwrap();
        Payer { ctx, account }
    }

    fn key(&self) -> OperationId {
        OperationId::generate(self.bank().clock.now(), Entropy)
    }

    /// The customer with a million sum, and the one whom they pay.
    async fn pair(&self) -> (Payer, Payer) {
        let (from, to) = (self.account(self.desk.customer).await, self.account(self.payee).await);
        let amount = Amount::parse("1000000", Asset::Uzs).unwrap();
        let cash = CashIn { key: self.key(), account: from.account.number, amount, note: None };
        self.bank().payments.cash_in(&self.bank().system(), cash).await.unwrap();
        (from, to)
    }

    async fn send(&self, from: &Payer, to: &Payer, amount: &str) -> kernel::Result<OperationId> {
        let payments = &self.bank().payments;
        let amount = Amount::parse(amount, Asset::Uzs).unwrap();
        let payee = Payee::Number(to.account.number);
        let preview = Preview { from: from.account.id, to: payee, amount, note: None };
        let quote = payments.preview(&from.ctx, preview).await?.token;
        let confirm = Confirm { key: self.key(), quote, confirmation: None };
        payments.confirm(&from.ctx, confirm).await.map(|receipt| receipt.id)
    }

    async fn balance(&self, account: AccountId) -> i64 {
        self.bank().ledger.account(account).await.unwrap().unwrap().account.balance()
    }

    /// Publishes a document that holds a minute later, and waits for it.
    async fn publish(&self, book: &str, body: &str) {
        let bank = self.bank();
        let effective_at = bank.clock.now().plus_seconds(60);
        let new = NewEdition { book, effective_at, body, reason: "a test" };
        let mut tx = bank.store.begin().await.unwrap();
        bank.editions.publish(&mut tx, &bank.system(), &new).await.unwrap();
        store::commit(tx).await.unwrap();
        bank.clock.advance_seconds(60);
        bank.editions.look().await.unwrap();
    }

    async fn approve(&self, who: &Person, proposal: &str) -> Answer {
        let mut browser = self.bank().signed_in(who).await;
        let (decide, challenge) = (format!("{proposal}/decide"), format!("{proposal}/challenge"));
        let said = [("decision", "approve")];
        browser.with_passkey(who, (&decide, &challenge), &said).await
    }

    /// Sends a form twice: it shows what would change, and is proposed. Gives the proposal.
    async fn reviewed(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let mut clerk = self.clerk().await;
        let look = clerk.submit(path, fields).await.expect(200);
        let seen = seen(&look);
        let fields: Vec<_> = fields.iter().copied().chain([("seen", seen.as_str())]).collect();
        let sent = clerk.submit(path, &fields).await.expect(303);
        sent.location().split('?').next().unwrap().to_owned()
    }
}

/// What a form says that its difference was shown of.
fn seen(page: &Answer) -> String {
    page.attributes("main input[name=seen]", "value").pop().unwrap_or_default()
}

fn plain(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| text.replace('\u{a0}', " ")).collect()
}

/// The values of a page's facts.
fn told(page: &Answer) -> String {
    plain(&page.all("main dd")).join("|")
}

#[tokio::test]
async fn the_limits_of_a_customer_say_which_of_them_the_bank_moves() {
    let counter = Counter::open().await;
    let path = format!("{}/limits", counter.person());
    let mut clerk = counter.clerk().await;
    let page = clerk.get(&path).await.expect(200);
    assert!(page.all("main").concat().contains("Nothing limits this customer"));
    let tabs = clerk.get(&counter.person()).await.expect(200).attributes("main a", "href");
    assert!(tabs.contains(&path));

    let bank = counter.bank();
    counter.publish("limits", LIMITS).await;
    let (from, to) = counter.pair().await;
    counter.send(&from, &to, "125000").await.unwrap();
    let page = clerk.get(&path).await.expect(200);
    let links = page.attributes("main [data-row]", "href");
    assert_eq!(links, ["day", "often"].map(|name| format!("{path}/{name}")));
    let cells = plain(&page.all("main tbody td"));
    let day = ["500 000 sum", "500 000 sum", "125 000 sum", "375 000 sum"];
    assert_eq!(cells[..4], day.map(str::to_owned));
    assert_eq!(cells[6], "9 operations");
    let heads = page.all("main tbody th").join("|");
    assert!(heads.contains("it cannot be moved") && heads.contains("more than one customer"));
    assert!(counter.desk.recorded("customer.read", "done").await > 0);
    for (lang, title) in [("uz", "Limitlar"), ("ru", "Лимиты"), ("en", "Limits")] {
        clerk.lang = lang;
        let page = clerk.get(&path).await.expect(200);
        assert!(page.all("main h2").contains(&title.to_owned()), "{lang}");
    }
    clerk.lang = "en";

    // What a law sets and what counts more than the customer has no form.
    for name in ["law", "payee"] {
        let page = clerk.get(&format!("{path}/{name}")).await.expect(200);
        assert!(page.all("main form").is_empty(), "{name}");
        assert!(page.all("main .banner").concat().contains("cannot be moved"), "{name}");
    }
    let day = bank.clock.now().day().to_string();
    let fields = [("ceiling", "1"), ("day", day.as_str()), WHY];
    clerk.submit(&format!("{path}/law"), &fields).await.expect(422);
    clerk.get(&format!("{path}/other")).await.expect(404);
    // Whoever decides sees it in the proposal; the place is not theirs.
    let mut officer = bank.signed_in(&counter.desk.officer).await;
    officer.get(&path).await.expect(403);
    assert_eq!(counter.desk.recorded("limit.temporary.propose", "refused").await, 1);

    bank.freeze(counter.desk.customer).await;
    let page = clerk.get(&format!("{path}/day")).await.expect(200);
    assert!(page.all("main .banner").concat().contains("frozen"));
    assert_eq!(page.all("main form").len(), 1, "and a limit is moved all the same");
    bank.close(counter.desk.customer).await;
    for page in [clerk.get(&path).await, clerk.get(&format!("{path}/day")).await] {
        let page = page.expect(200);
        assert!(page.all("main .banner").concat().contains("has left the bank"));
        assert!(page.all("main form").is_empty());
        assert!(page.attributes("main [data-row]", "href").is_empty());
    }
}

#[tokio::test]
async fn a_limit_is_moved_for_a_time_by_two() {
    let counter = Counter::open().await;
    let (bank, path) = (counter.bank(), format!("{}/limits/day", counter.person()));
    counter.publish("limits", LIMITS).await;
    let (from, to) = counter.pair().await;
    counter.send(&from, &to, "600000").await.unwrap_err();
    let mut clerk = counter.clerk().await;
    let form = clerk.get(&path).await.expect(200);
    assert_eq!(plain(&form.attributes("main input[name=ceiling]", "value")), ["500 000"]);
    assert!(form.all("table.diff").is_empty(), "nothing is typed yet");
    assert!(form.all("main dd").contains(&"Compliance".to_owned()));

    let last = bank.clock.now().plus_seconds(3 * 86_400).day();
    let day = last.to_string();
    let late = bank.clock.now().plus_seconds(400 * 86_400).day().to_string();
    let gone = Day::new(2020, 1, 1).unwrap().to_string();
    for (ceiling, day) in [("many", day.as_str()), ("700 000", ""), ("1", &late), ("1", &gone)] {
        let fields = [("ceiling", ceiling), ("day", day), WHY];
        let again = clerk.submit(&path, &fields).await.expect(400);
        assert_eq!(again.all("main .error").len(), 1, "{ceiling}, {day}");
        assert_eq!(again.attributes("main input[name=ceiling]", "value"), [ceiling]);
        assert_eq!(again.all("main textarea"), [WHY.1]);
    }
    clerk.submit(&path, &[("ceiling", "500 000"), ("day", &day), WHY]).await.expect(422);

    // What would change is shown before it is proposed, and again when the numbers change.
    let look = clerk.submit(&path, &[("ceiling", "700 000"), ("day", &day), WHY]).await;
    let look = look.expect(200);
    let values = plain(&look.all("table.diff tbody td"));
    assert!(values.contains(&"500 000 sum".to_owned()), "{values:?}");
    assert!(values.contains(&"700 000 sum".to_owned()), "{values:?}");
    let first = seen(&look);
    let other = [("ceiling", "800 000"), ("day", &day), WHY, ("seen", &first)];
    let look = clerk.submit(&path, &other).await.expect(200);
    let second = seen(&look);
    let wordless = [("ceiling", "800 000"), ("day", &day), ("reason", " "), ("seen", &second)];
    let again = clerk.submit(&path, &wordless).await.expect(400);
    assert_eq!(again.all("main .error").len(), 1);
    assert_eq!(seen(&again), second);
    assert_eq!(counter.desk.recorded("limit.temporary.propose", "done").await, 0);

    let proposal = counter.reviewed(&path, &[("ceiling", "800 000"), ("day", &day), WHY]).await;
    // Somebody proposes the same meanwhile: the form says so and keeps what was typed.
    let same = [("ceiling", "800 000"), ("day", &day), WHY, ("seen", &second)];
    let late = clerk.submit(&path, &same).await.expect(409);
    assert_eq!(plain(&late.attributes("main input[name=ceiling]", "value")), ["800 000"]);
    counter.send(&from, &to, "600000").await.unwrap_err();
    counter.approve(&counter.desk.officer, &proposal).await.expect(303);
    counter.send(&from, &to, "600000").await.unwrap();

    let page = clerk.get(&path).await.expect(200);
    assert!(told(&page).contains("800 000 sum"), "{}", told(&page));
    assert_eq!(page.attributes("main input[name=day]", "value"), [day]);
    assert_eq!(counter.desk.recorded("limit.moved_for_a_time", "done").await, 1);
    bank.clock.advance_seconds(5 * 86_400);
    let mut clerk = counter.clerk().await;
    let page = clerk.get(&path).await.expect(200);
    assert!(!told(&page).contains("800 000 sum"), "and then it is as it was");
}

/// What is approved is not what holds where the customer set less themselves: whoever decides sees
/// that, and which limit it is, in their own language.
#[tokio::test]
async fn whoever_decides_sees_the_customers_own_lower_ceiling() {
    let counter = Counter::open().await;
    let (bank, path) = (counter.bank(), format!("{}/limits/day", counter.person()));
    counter.publish("limits", LIMITS).await;
    let (from, to) = counter.pair().await;
    let permissions = from.ctx.permissions.with(Permission::SecurityChange);
    let ctx = Ctx { permissions, ..from.ctx.clone() };
    bank.payments.set_own_limit(&ctx, "day", Some(30_000_000)).await.unwrap();
    let last = bank.clock.now().plus_seconds(3 * 86_400).day().to_string();
    let proposal = counter.reviewed(&path, &[("ceiling", "800 000"), ("day", &last), WHY]).await;
    let mut officer = counter.bank().signed_in(&counter.desk.officer).await;
    for (lang, title, own) in [
        ("uz", "Kunlik", "Mijozning oʻz chegarasi, u qoladi"),
        ("ru", "В день", "Свой потолок клиента, он остаётся"),
        ("en", "A day", "The customer’s own ceiling, which stays"),
    ] {
        officer.lang = lang;
        let page = officer.get(&proposal).await.expect(200);
        let (fields, values) = (page.all("table.diff tbody th"), page.all("table.diff tbody td"));
        assert!(values.contains(&title.to_owned()), "{values:?}");
        assert!(fields.contains(&own.to_owned()), "{fields:?}");
        let lower = plain(&values).iter().filter(|value| value.starts_with("300 000 ")).count();
        assert_eq!(lower, 2, "{values:?}");
    }
    counter.approve(&counter.desk.officer, &proposal).await.expect(303);
    counter.send(&from, &to, "290000").await.unwrap();
    counter.send(&from, &to, "20000").await.unwrap_err();
    // Where the bank lets less than the customer set, it is the bank's that holds.
    let fields = [("ceiling", "200 000"), ("day", &last), WHY];
    let look = counter.clerk().await.submit(&path, &fields).await.expect(200);
    assert!(!look.text().contains("own ceiling, which stays"));
}

#[tokio::test]
async fn a_count_is_moved_in_operations() {
    let counter = Counter::open().await;
    let (bank, path) = (counter.bank(), format!("{}/limits/often", counter.person()));
    counter.publish("limits", LIMITS).await;
    let day = bank.clock.now().day().to_string();
    let mut clerk = counter.clerk().await;
    clerk.submit(&path, &[("ceiling", "1.5"), ("day", &day), WHY]).await.expect(400);
    let look = clerk.submit(&path, &[("ceiling", "0"), ("day", &day), WHY]).await.expect(200);
    let values = look.all("table.diff tbody td");
    assert!(values.contains(&"9".to_owned()) && values.contains(&"0".to_owned()), "{values:?}");
}

#[tokio::test]
async fn a_transfer_is_given_back_by_two_in_parts() {
    let counter = Counter::open().await;
    counter.publish(TARIFF, PRICED).await;
    let (from, to) = counter.pair().await;
    let sent = counter.send(&from, &to, "200000").await.unwrap();
    let (person, path) = (counter.person(), format!("{}/refund", counter.person()));
    let found = format!("{path}?of={sent}");
    let mut clerk = counter.clerk().await;
    let ways = clerk.get(&person).await.expect(200).attributes(".head-actions a", "href");
    assert!(ways.contains(&path));
    let ask = clerk.get(&path).await.expect(200);
    assert_eq!(ask.attributes("main form", "method"), ["get"]);

    let page = clerk.get(&found).await.expect(200);
    for known in [&sent.to_string(), "Dilnoza K.", "Gulnora K.", "200 000 sum", "2 000 sum"] {
        assert!(told(&page).contains(known), "{known}: {}", told(&page));
    }
    assert!(!page.text().contains(&to.account.number.to_string()), "masked");
    assert_eq!(plain(&page.attributes("main input[name=amount]", "value")), ["200 000"]);
    let of = sent.to_string();
    let form = |amount, fee| [("of", of.as_str()), ("amount", amount), ("fee", fee), WHY];
    for (amount, fee, status) in
        [("", "", 400), ("-1", "", 400), ("0", "0", 400), ("200 001", "", 422), ("1", "2 001", 422)]
    {
        let again = clerk.submit(&path, &form(amount, fee)).await.expect(status);
        assert_eq!(again.all("main .error").len(), 1, "{amount}, {fee}");
        assert_eq!(again.all("main textarea"), [WHY.1]);
        let kept = again.attributes("main input[name=amount]", "value").concat();
        assert_eq!(kept, amount);
    }
    let look = clerk.submit(&path, &form("50 000", "")).await.expect(200);
    let values = plain(&look.all("table.diff tbody td"));
    assert!(values.contains(&"50 000 sum".to_owned()), "{values:?}");
    assert!(values.contains(&"500 sum".to_owned()), "the fee that goes with it: {values:?}");
    let deciders = look.all("main dd").join("|");
    assert!(deciders.contains("Accountant") && deciders.contains("Compliance"), "{deciders}");

    let proposal = counter.reviewed(&path, &form("50 000", "")).await;
    assert_eq!(counter.balance(to.account.id).await, 20_000_000, "a proposal changes nothing");
    counter.approve(&counter.accountant, &proposal).await.expect(303);
    assert_eq!(counter.balance(to.account.id).await, 15_000_000);
    assert_eq!(counter.balance(from.account.id).await, 84_850_000);
    let page = clerk.get(&found).await.expect(200);
    assert!(told(&page).contains("150 000 sum") && told(&page).contains("1 500 sum"));

    // The rest, with none of the fee; then the fee alone; then nothing is left.
    for (amount, fee) in [("150 000", "0"), ("0", "1 500")] {
        let proposal = counter.reviewed(&path, &form(amount, fee)).await;
        counter.approve(&counter.desk.officer, &proposal).await.expect(303);
    }
    assert_eq!(counter.balance(from.account.id).await, 100_000_000);
    let page = clerk.get(&found).await.expect(200);
    assert!(page.all("main form").is_empty());
    assert!(page.all("main").concat().contains("Nothing is left to give back"));
    assert_eq!(counter.desk.recorded("approval.executed", "done").await, 3);
}

#[tokio::test]
async fn a_number_that_is_not_the_customers_tells_nothing_and_is_written_down() {
    let counter = Counter::open().await;
    let (from, to) = counter.pair().await;
    let sent = counter.send(&from, &to, "1000").await.unwrap();
    let mut clerk = counter.clerk().await;
    let path = format!("{}/refund", counter.person());
    let page = clerk.get(&format!("{path}?of=17")).await.expect(400);
    assert_eq!(page.attributes("main input[name=of]", "value"), ["17"]);
    assert_eq!(page.all("main .error").len(), 1);
    let read = async || {
        let events = counter.bank().recorded().await;
        let of = |id: CustomerId| {
            let about = |e: &&Event| e.action == "customer.read" && e.subject == Some(id.uuid());
            events.iter().filter(about).count()
        };
        (of(counter.desk.customer), of(counter.payee))
    };
    // One that is nothing, and one that somebody else paid: refused alike, and each in the log.
    let nothing = counter.key();
    let theirs = format!("/customers/{}/refund", counter.payee);
    for (path, of) in [(&path, nothing), (&theirs, sent)] {
        let before = read().await;
        let page = clerk.get(&format!("{path}?of={of}")).await.expect(404);
        assert_eq!(page.all("main .error").len(), 1);
        assert!(page.all("main .error").concat().contains("paid no transfer"));
        assert_eq!(page.attributes("main input[name=of]", "value"), [of.to_string()]);
        assert!(!page.text().contains("1 000") && !page.text().contains("1\u{a0}000"));
        let after = read().await;
        // The look, and the page's own reading of the name.
        assert_eq!(after.0 + after.1, before.0 + before.1 + 2);
        let fields = [("of", &*of.to_string()), ("amount", "1"), WHY];
        clerk.submit(path, &fields).await.expect(404);
    }
    // However it is grouped, the right one is found.
    let grouped = sent.to_string().replace("op_", "OP_ ");
    let query =
        form_urlencoded::Serializer::new(String::new()).append_pair("of", &grouped).finish();
    clerk.get(&format!("{path}?{query}")).await.expect(200);
}

#[tokio::test]
async fn what_is_not_there_any_more_is_not_proposed() {
    let counter = Counter::open().await;
    let (from, to) = counter.pair().await;
    let sent = counter.send(&from, &to, "1000").await.unwrap().to_string();
    counter.send(&to, &from, "400").await.unwrap();
    let path = format!("{}/refund", counter.person());
    let mut clerk = counter.clerk().await;
    let fields = [("of", sent.as_str()), ("amount", "1 000"), WHY];
    let refused = clerk.submit(&path, &fields).await.expect(422);
    assert!(refused.all("main [role=alert]").concat().contains("not enough money"));
    assert_eq!(refused.attributes("main input[name=amount]", "value"), ["1 000"]);
    counter.reviewed(&path, &[("of", &sent), ("amount", "600"), WHY]).await;

    let bank = counter.bank();
    bank.freeze(counter.desk.customer).await;
    let found = format!("{path}?of={sent}");
    let page = clerk.get(&found).await.expect(200);
    assert!(page.all("main .banner").concat().contains("frozen"));
    assert_eq!(page.all("main form").len(), 1);
    bank.close(counter.desk.customer).await;
    for path in [&path, &found] {
        let page = clerk.get(path).await.expect(200);
        assert!(page.all("main .banner").concat().contains("has left the bank"));
    }
    assert!(clerk.get(&found).await.all("main form").is_empty());
    let ways = clerk.get(&counter.person()).await.expect(200);
    assert!(ways.attributes(".head-actions a", "href").is_empty());
}

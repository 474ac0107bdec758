//! The books in the panel: what is stuck and sent again, which days are closed, where books differ
//! and how that is resolved by two, by which accounts everything is booked, and the rates.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod common;

use std::num::NonZeroU32;
use std::pin::Pin;

use common::books::{Booked, missing};
use common::desk::{Desk, WHY};
use common::{Answer, Browser, Person};
use kernel::{Asset, Day, Result, Role};
use pricing::Decimal;
use pricing::rates::{BOOK, Published, RateSource, Spreads};

struct Books {
    desk: Desk,
    accountant: Person,
}

impl Books {
    async fn open() -> Self {
        let desk = Desk::open().await;
        let accountant = desk.bank.employee("Karim Olimov", &[Role::Accountant]).await;
        Self { desk, accountant }
    }

    async fn at_desk(&self) -> Browser<'_> {
        self.desk.bank.signed_in(&self.accountant).await
    }

    /// Proposes how a difference is resolved. Gives the address of the proposal.
    async fn proposed(&self, booked: &Booked) -> String {
        let form = format!("/books/breaks/{}/resolve", booked.found);
        let fields = [("how", "corrected_there"), ("evidence", "Letter 17"), WHY];
        let sent = self.at_desk().await.submit(&form, &fields).await.expect(303);
        sent.location().split('?').next().unwrap().to_owned()
    }

    async fn approve(&self, proposal: &str) -> Answer {
        let officer = &self.desk.officer;
        let mut browser = self.desk.bank.signed_in(officer).await;
        let (decide, challenge) = (format!("{proposal}/decide"), format!("{proposal}/challenge"));
        browser.with_passkey(officer, (&decide, &challenge), &[("decision", "approve")]).await
    }
}

/// A row of a table by what stands in it.
fn row(page: &Answer, with: &str) -> String {
    let rows = page.all("main tbody tr");
    let found = rows.iter().find(|row| row.contains(with));
    found.unwrap_or_else(|| panic!("no {with} in {rows:?}")).replace('\u{a0}', " ")
}

#[tokio::test]
async fn empty_books_say_so_in_every_language() {
    let books = Books::open().await;
    let mut browser = books.at_desk().await;
    books.desk.bank.write_down().await;
    for lang in ["uz", "ru", "en"] {
        browser.lang = lang;
        for path in [
            "/books",
            "/books/queue",
            "/books/days",
            "/books/breaks",
            "/books/breaks?list=resolved",
            "/books/breaks?list=runs",
            "/books/fees",
            "/books/chart",
            "/rates",
            "/rates/USD",
        ] {
            let page = browser.get(path).await.expect(200);
            assert_eq!(page.attributes("html", "lang"), [lang], "{path}");
            let shown = page.all("main .empty, main table").len();
            assert!(shown > 0, "{path} in {lang} shows neither content nor that there is none");
        }
    }
    let page = browser.get("/books").await.expect(200);
    assert_eq!(page.all("main .tile-value"), ["0"; 5]);
    assert!(page.all("main .banner").concat().contains("confirmed every document"));
    for path in ["/books/days/2020-01-01", "/books/days/x", "/books/breaks/x", "/rates/UZS"] {
        browser.get(path).await.expect(404);
    }
    let none = browser.get("/books/queue/accounts").await.expect(422);
    assert!(none.all("main form").is_empty());
}

#[tokio::test]
async fn the_overview_says_how_far_the_other_side_is() {
    let books = Books::open().await;
    let booked = books.desk.bank.booked().await;
    for who in [&books.accountant, &books.desk.officer] {
        let mut browser = books.desk.bank.signed_in(who).await;
        let page = browser.get("/books").await.expect(200);
        assert_eq!(page.all("main .tile-value"), ["0", "1", "1", "1", "1"]);
        assert!(page.all("main .banner").concat().contains("stuck"));
        let day = format!("/books/days/{}", booked.day);
        assert!(page.attributes("main dd a", "href").contains(&day));
        assert!(row(&page, "Missing in our books").contains("45 sum"));
        let page = browser.get(&day).await.expect(200);
        assert_eq!(page.all("h1 .badge"), ["open"]);
        assert!(row(&page, "Transfer inside the bank").contains("1 200 sum"));
        let cash = row(&page, "Cash paid in");
        assert!(cash.contains("5 000 sum") && cash.contains("20206"), "{cash}");
    }
    // Whoever has nothing to do with it sees neither the place nor the page.
    let mut clerk = books.desk.bank.signed_in(&books.desk.clerk).await;
    assert!(clerk.get("/").await.all(".place[href='/books']").is_empty());
    clerk.get("/books").await.expect(403);
    clerk.get("/rates").await.expect(200);
}

#[tokio::test]
async fn what_was_rejected_is_sent_again_with_a_reason() {
    let books = Books::open().await;
    let booked = books.desk.bank.booked().await;
    let send = format!("/books/queue/{}/send", booked.rejected);
    let mut browser = books.at_desk().await;
    let page = browser.get("/books/queue").await.expect(200);
    assert_eq!(page.attributes("main td a", "href"), [send.as_str()], "not what is unmapped");
    assert!(row(&page, "rejected").contains("the account is closed there"));
    assert!(row(&page, "not in the chart").contains("no line"));
    assert!(row(&page, "20206000912345678003").contains("currency is not known"));
    assert_eq!(page.attributes(".head-actions a", "href"), ["/books/queue/accounts"]);

    // Compliance looks, and is offered nothing.
    let mut officer = books.desk.bank.signed_in(&books.desk.officer).await;
    let page = officer.get("/books/queue").await.expect(200);
    assert!(page.attributes("main td a, .head-actions a", "href").is_empty());
    officer.submit(&send, &[WHY]).await.expect(403);

    browser.get(&send).await.expect(200);
    let again = browser.submit(&send, &[("reason", " ")]).await.expect(400);
    assert_eq!(again.attributes("main [aria-invalid]", "name"), ["reason"]);
    let sent = browser.submit(&send, &[WHY]).await.expect(303);
    assert_eq!(sent.location(), "/books/queue?done=1");
    let stuck = books.desk.bank.accounting.stuck().await.unwrap();
    assert_eq!(stuck.iter().filter(|stuck| stuck.rejected).count(), 0);
    assert_eq!(books.desk.bank.accounting.lag().await.unwrap().documents, 1);
    assert_eq!(books.desk.recorded("books.send_again", "done").await, 1);
    assert_eq!(books.desk.recorded("abs.document.sent_again", "done").await, 1);
    // It is on its way: a second press changes nothing.
    assert_eq!(browser.submit(&send, &[WHY]).await.expect(303).location(), "/books/queue");
    browser.get(&send).await.expect(404);
    assert_eq!(books.desk.recorded("books.send_again", "done").await, 1);

    browser.get("/books/queue/accounts").await.expect(200);
    browser.submit("/books/queue/accounts", &[WHY]).await.expect(303);
    assert!(books.desk.bank.accounting.refused_accounts().await.unwrap().is_empty());
    let page = browser.get("/books/queue").await.expect(200);
    assert!(page.attributes(".head-actions a", "href").is_empty());
}

#[tokio::test]
async fn sending_again_wants_a_passkey_that_was_used_just_now() {
    let books = Books::open().await;
    let booked = books.desk.bank.booked().await;
    let send = format!("/books/queue/{}/send", booked.rejected);
    let mut browser = books.at_desk().await;
    for _ in 0..2 {
        books.desk.bank.clock.advance_seconds(8 * 60);
        browser.get("/").await.expect(200);
    }
    browser.get(&send).await.expect(200);
    let asked = browser.submit(&send, &[WHY]).await.expect(403);
    assert_eq!(asked.attributes("form[data-passkey] input[name=reason]", "value"), [WHY.1]);
    assert_eq!(books.desk.bank.accounting.lag().await.unwrap().rejected, 1);
    let again = [WHY, ("_proof", "1")];
    let before = browser.jar.get("okto-staff").cloned().unwrap();
    let sent = browser.with_passkey(&books.accountant, (&send, "/prove/challenge"), &again).await;
    assert_eq!(sent.expect(303).location(), "/books/queue?done=1");
    // Whoever has a copy of the cookie from before the proof has it no more; what the page asked
    // for at the same time is still answered, and takes nobody's session away.
    let renewed = browser.jar.insert("okto-staff".to_owned(), before.clone()).unwrap();
    assert_ne!(renewed, before);
    let late = browser.get("/").await.expect(200);
    assert_eq!(late.header("set-cookie"), None);
    books.desk.bank.clock.advance_seconds(10);
    browser.get("/").await.expect(303);
    browser.jar.insert("okto-staff".to_owned(), renewed);
    browser.get("/").await.expect(200);
}

#[tokio::test]
async fn a_difference_is_given_to_whoever_may_look_into_it() {
    let books = Books::open().await;
    let booked = books.desk.bank.booked().await;
    let colleague = books.desk.bank.employee("Aziz Umarov", &[Role::Accountant]).await;
    let path = format!("/books/breaks/{}", booked.found);
    let assign = format!("{path}/assign");
    let mut browser = books.at_desk().await;
    let page = browser.get(&path).await.expect(200);
    assert_eq!(page.attributes("input[name=owner]", "value"), [books.accountant.id.to_string()]);
    let colleagues = page.attributes("select[name=owner] option", "value");
    assert_eq!(colleagues, [colleague.id.to_string()], "nobody who may not");
    for (owner, status) in [("", 400), (&*books.desk.clerk.id.to_string(), 400)] {
        browser.submit(&assign, &[("owner", owner)]).await.expect(status);
    }
    for owner in [&books.accountant, &colleague] {
        let id = owner.id.to_string();
        let sent = browser.submit(&assign, &[("owner", &id)]).await.expect(303);
        assert_eq!(sent.location(), path);
        let listed = browser.get("/books/breaks").await.expect(200);
        let listed = row(&listed, "Missing in our books");
        assert!(listed.contains(&owner.name) && listed.contains("today"), "{listed}");
    }
    assert_eq!(books.desk.recorded("break.handle", "done").await, 2);
    // A later comparison that finds it again keeps the owner and the age.
    books.desk.bank.clock.advance_seconds(3 * 86_400);
    let mut browser = books.at_desk().await;
    let listed = browser.get("/books/breaks").await.expect(200);
    let listed = row(&listed, "Missing in our books");
    assert!(listed.contains("Aziz Umarov") && listed.contains("3 days"), "{listed}");
}

#[tokio::test]
async fn a_difference_is_resolved_by_two() {
    let books = Books::open().await;
    let booked = books.desk.bank.booked().await;
    let path = format!("/books/breaks/{}", booked.found);
    let form = format!("{path}/resolve");
    let mut browser = books.at_desk().await;
    assert_eq!(browser.get(&path).await.attributes(".head-actions a", "href"), [form.as_str()]);
    let page = browser.get(&form).await.expect(200);
    assert!(page.all("main dd").contains(&"Compliance".to_owned()));
    // That the books agree is not for a person to say.
    assert_eq!(page.all("select[name=how] option").len(), 4);
    for (how, evidence, reason, field) in [
        ("", "Letter 17", WHY.1, "how"),
        ("agrees", "Letter 17", WHY.1, "how"),
        ("explained", " ", WHY.1, "evidence"),
        ("explained", "Letter 17", "no", "reason"),
    ] {
        let fields = [("how", how), ("evidence", evidence), ("reason", reason)];
        let page = browser.submit(&form, &fields).await.expect(400);
        assert_eq!(page.attributes("main [aria-invalid]", "name"), [field], "{how} {evidence}");
    }
    let proposal = books.proposed(&booked).await;
    let twice = [("how", "explained"), ("evidence", "x"), WHY];
    browser.submit(&form, &twice).await.expect(409);
    let page = browser.get(&proposal).await.expect(200);
    assert!(page.all("form[data-passkey]").is_empty(), "whoever proposes does not decide");
    let mut officer = books.desk.bank.signed_in(&books.desk.officer).await;
    for (lang, title, said) in [
        ("uz", "Tafovutni hal qilish", "Ularning hisobi tuzatilgan"),
        ("ru", "Урегулировать расхождение", "Исправлен их учёт"),
        ("en", "Resolve a difference between books", "The other side put theirs right"),
    ] {
        officer.lang = lang;
        let page = officer.get(&proposal).await.expect(200);
        assert!(page.all("h1").concat().starts_with(title), "{:?}", page.all("h1"));
        let told = page.all("table.diff tbody td");
        assert!(told.contains(&said.to_owned()), "{told:?}");
        assert!(told.contains(&"Letter 17".to_owned()) && told.contains(&"abs-17".to_owned()));
    }
    let open = books.desk.bank.accounting.one_break(booked.found).await.unwrap().unwrap();
    assert!(open.resolved.is_none(), "a proposal changes nothing");
    books.approve(&proposal).await.expect(303);
    let page = browser.get(&path).await.expect(200);
    assert_eq!(page.all("h1 .badge"), ["resolved"]);
    assert!(page.all("main dd").contains(&"Letter 17".to_owned()));
    assert!(page.all("main form").is_empty() && page.all(".head-actions a").is_empty());
    let listed = browser.get("/books/breaks?list=resolved").await.expect(200);
    let listed = row(&listed, "Missing in our books");
    assert!(listed.contains("Malika Saidova") && listed.contains("put theirs right"), "{listed}");
    assert_eq!(books.desk.recorded("break.resolved", "done").await, 1);
    // What is resolved is not resolved again, and not given to anybody.
    browser.get(&form).await.expect(422);
    let id = books.accountant.id.to_string();
    browser.submit(&format!("{path}/assign"), &[("owner", &id)]).await.expect(303);
    assert_eq!(books.desk.recorded("break.assigned", "done").await, 0);
}

#[tokio::test]
async fn a_difference_that_changed_meanwhile_is_not_what_was_approved() {
    let books = Books::open().await;
    let booked = books.desk.bank.booked().await;
    let proposal = books.proposed(&booked).await;
    books.desk.bank.compared(vec![missing("abs-17", booked.day, -9_900)]).await;
    books.approve(&proposal).await;
    let mut browser = books.at_desk().await;
    assert_ne!(browser.get(&proposal).await.expect(200).all("h1 .badge"), ["done"]);
    let found = books.desk.bank.accounting.one_break(booked.found).await.unwrap().unwrap();
    assert!(found.resolved.is_none());

    // And one that a comparison does not find any more is resolved by that.
    let proposal = books.proposed(&booked).await;
    books.desk.bank.compared(Vec::new()).await;
    books.approve(&proposal).await;
    assert_ne!(browser.get(&proposal).await.expect(200).all("h1 .badge"), ["done"]);
    let listed = browser.get("/books/breaks?list=resolved").await.expect(200);
    assert!(row(&listed, "Missing in our books").contains("The books agree again"));
    let runs = browser.get("/books/breaks?list=runs").await.expect(200);
    assert_eq!(runs.all("main tbody tr").len(), 3);
}

#[tokio::test]
async fn the_mapping_is_a_table_to_read() {
    let books = Books::open().await;
    let mut browser = books.at_desk().await;
    for (lang, meaning) in
        [("uz", "Toʻlovchi komissiya toʻlaydi"), ("ru", "Плательщик платит"), ("en", "The payer")]
    {
        browser.lang = lang;
        let page = browser.get("/books/chart").await.expect(200);
        let fee = row(&page, "internal-transfer-fee");
        for part in ["202", meaning, "45200", "29801", "Fee for a transfer"] {
            assert!(fee.contains(part), "{part} in {fee}");
        }
        assert_eq!(page.attributes(".head-actions a", "href"), ["/terms/chart"]);
        assert_eq!(page.all("main tbody tr").len(), 14);
    }
}

/// Dollars at 12,345.67 sum, on every day from one on.
struct Dollars(Day);

impl RateSource for Dollars {
    fn name(&self) -> &'static str {
        "a test"
    }

    fn of_day(
        &self,
        day: Day,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Published>>> + Send + '_>> {
        let rate: Decimal = "12345.67".parse().unwrap();
        let published = Published { asset: Asset::Usd, day, rate, nominal: NonZeroU32::MIN };
        let published = if day >= self.0 { vec![published] } else { Vec::new() };
        Box::pin(async move { Ok(published) })
    }
}

#[tokio::test]
async fn rates_are_shown_with_their_age_and_whether_they_are_good() {
    let books = Books::open().await;
    let bank = &books.desk.bank;
    let spreads = serde_json::to_string(&Spreads::first()).unwrap();
    bank.editions.found(&bank.system(), BOOK, &spreads).await.unwrap();
    let mut browser = books.at_desk().await;
    let page = browser.get("/rates").await.expect(200);
    assert!(row(&page, "USD").contains("never read"));
    assert_eq!(page.all("main .banner.bad").len(), 1);
    assert_eq!(page.attributes(".head-actions a", "href"), ["/terms/rates.spreads"]);

    let today = bank.clock.now().day();
    let source = Dollars(today.days_before(1));
    bank.payments.rates().fetch(&bank.system(), &source).await.unwrap();
    let page = browser.get("/rates").await.expect(200);
    let dollars = row(&page, "USD");
    // Half a percent off and on.
    for part in ["12 345.67 sum", "12 283.94 sum", "12 407.40 sum", "today", "good"] {
        assert!(dollars.contains(part), "{part} in {dollars}");
    }
    assert!(page.all("main .banner.bad").is_empty());
    let past = browser.get("/rates/USD").await.expect(200);
    assert_eq!(past.all("main tbody tr").len(), 2);
    assert!(past.all("main tbody tr").concat().contains("a test"));

    // A week later it is too old. A clerk sees it too, and no way to what they may not change.
    bank.clock.advance_seconds(7 * 86_400);
    let mut clerk = bank.signed_in(&books.desk.clerk).await;
    let page = clerk.get("/rates").await.expect(200);
    let dollars = row(&page, "USD");
    assert!(dollars.contains("7 days") && dollars.contains("too old"), "{dollars}");
    assert_eq!(page.all("main .banner.bad").len(), 1);
    assert!(page.all(".head-actions a").is_empty());
}

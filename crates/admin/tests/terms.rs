//! What the bank goes by is drafted by one employee and published by two: what a draft says of
//! itself, when it cannot be proposed, and what holds from when on.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod common;

use common::desk::{Desk, WHY};
use common::{Answer, Browser, Person, TARIFF, TestBank};
use kernel::{
    Amount, Asset, Clock, Ctx, Entropy, Lang, Moment, OperationId, Permission, Role, SessionId,
};
use payments::{CashIn, Confirm, Open, Payee, Preview};

/// Limits with one ceiling, in tiyin.
fn limits(ceiling: i64) -> String {
    format!(
        r#"{{"limits": [{{"name": "day", "title": {{"uz": "Kunlik", "ru": "В день", "en": "A day"}},
  "set_by": "tariff", "per": "customer", "window": "day", "measure": {{"amount": "UZS"}},
  "ceiling": {{"fixed": {ceiling}}}}}]}}"#
    )
}

/// One percent, at least 500 sum, with tax and a share of the scheme.
const PRICED: &str = r#"{"rules": [{"name": "rest",
  "price": {"model": "percentage", "percent": "1"}, "over": "month", "free": {"operations": 2},
  "minimum": "500", "rounding": {"mode": "half_up", "to_minor": 100}, "vat_percent": "12",
  "shares": [{"party": "scheme", "percent": "40"}]}]}"#;

struct Terms {
    desk: Desk,
    accountant: Person,
}

impl Terms {
    async fn open() -> Self {
        let desk = Desk::open().await;
        let accountant = desk.bank.employee("Karim Olimov", &[Role::Accountant]).await;
        Self { desk, accountant }
    }

    async fn at_desk(&self, who: &Person) -> Browser<'_> {
        self.desk.bank.signed_in(who).await
    }

    /// Keeps a draft. Gives the address of it.
    async fn drafted(&self, book: &str, body: &str) -> String {
        let mut browser = self.at_desk(&self.accountant).await;
        let sent = browser.submit(&format!("/terms/{book}/draft"), &[("body", body)]).await;
        without_query(sent.expect(303).location())
    }

    /// Proposes a draft from the beginning of a day. Gives the address of the proposal.
    async fn proposed(&self, draft: &str, from: Moment) -> String {
        let mut browser = self.at_desk(&self.accountant).await;
        let day = from.day().to_string();
        let fields = [("day", day.as_str()), ("time", "00:00"), WHY];
        let sent = browser.submit(&format!("{draft}/propose"), &fields).await.expect(303);
        without_query(sent.location())
    }

    async fn approve(&self, who: &Person, proposal: &str) -> Answer {
        let mut browser = self.at_desk(who).await;
        let (decide, challenge) = (format!("{proposal}/decide"), format!("{proposal}/challenge"));
        let said = [("decision", "approve")];
        browser.with_passkey(who, (&decide, &challenge), &said).await
    }

    /// Long enough from now, whatever time it is.
    fn soon(&self) -> Moment {
        self.desk.bank.clock.now().plus_seconds(2 * 86_400).day().start()
    }

    /// A book: its editions with how each stands, the last first.
    async fn editions(&self, book: &str) -> Vec<String> {
        let mut browser = self.at_desk(&self.accountant).await;
        browser.get(&format!("/terms/{book}")).await.expect(200).all("main .badge")
    }
}

/// Two customers of the bank, one of whom sends the other three payments of 100,000 sum.
async fn paid(bank: &TestBank) {
    bank.payments.bank().ensure(&bank.system()).await.unwrap();
    let mut accounts = Vec::new();
    for phone in ["998900000011", "998900000012"] {
        let id = bank.customer(phone, "Gulnora").await;
        let session = SessionId::generate(bank.clock.now(), Entropy);
        let ctx = Ctx::anonymous(Lang::Uz).with_clock(Clock::Manual(bank.clock.clone()));
        let ctx = ctx.for_customer(id, session);
        let permissions = ctx.permissions.with(Permission::ConfirmationWaive);
        let ctx = Ctx { permissions, ..ctx };
        let key = OperationId::generate(bank.clock.now(), Entropy);
        let open = Open { key, asset: Asset::Uzs };
        accounts.push((ctx.clone(), bank.payments.open_account(&ctx, open).await.unwrap()));
    }
    let [(ctx, from), (_, to)] = accounts.try_into().unwrap();
    let key = OperationId::generate(bank.clock.now(), Entropy);
    let amount = |text| Amount::parse(text, Asset::Uzs).unwrap();
    let cash = CashIn { key, account: from.number, amount: amount("1000000"), note: None };
    bank.payments.cash_in(&bank.system(), cash).await.unwrap();
    for _ in 0..3 {
        let (from, to, amount) = (from.id, Payee::Number(to.number), amount("100000"));
        let preview = Preview { from, to, amount, note: None };
        let quote = bank.payments.preview(&ctx, preview).await.unwrap().token;
        let key = OperationId::generate(bank.clock.now(), Entropy);
        let confirm = Confirm { key, quote, confirmation: None };
        bank.payments.confirm(&ctx, confirm).await.unwrap();
    }
}

fn without_query(address: &str) -> String {
    address.split('?').next().unwrap().to_owned()
}

/// Where the actions of a page lead to.
fn ways(page: &Answer) -> Vec<String> {
    page.attributes(".head-actions a", "href")
}

#[tokio::test]
async fn a_draft_with_faults_says_so_and_cannot_be_proposed() {
    let terms = Terms::open().await;
    let draft = terms.drafted("limits", &limits(-1)).await;
    let propose = format!("{draft}/propose");
    let mut browser = terms.at_desk(&terms.accountant).await;
    let mut said = std::collections::BTreeSet::new();
    for lang in ["uz", "ru", "en"] {
        browser.lang = lang;
        let page = browser.get(&draft).await.expect(200);
        assert_eq!(page.all(".faults code"), ["limits[0].ceiling"]);
        said.insert(page.all(".faults li").concat());
        assert!(ways(&page).is_empty(), "it is not offered to be proposed");
    }
    assert_eq!(said.len(), 3, "{said:?}");
    let fields = [("day", "2099-01-01"), ("time", "00:00"), WHY];
    for page in [browser.get(&propose).await, browser.submit(&propose, &fields).await] {
        let page = page.expect(400);
        assert!(page.all("main form").is_empty(), "there is nothing to propose");
        assert!(page.all("main [role=alert]").concat().contains("limits[0].ceiling"));
    }
    // What is no document at all has no difference either.
    browser.submit(&draft, &[("body", "{\"limits\": [")]).await.expect(303);
    let page = browser.get(&draft).await.expect(200);
    assert_eq!(page.all(".faults li").len(), 1);
    assert!(page.all("table.diff").is_empty());

    browser.submit(&draft, &[("body", &limits(500))]).await.expect(303);
    let page = browser.get(&draft).await.expect(200);
    assert!(page.all(".faults").is_empty());
    assert_eq!(ways(&page), [propose.as_str()]);
    assert!(page.all("table.diff tbody th").contains(&"limits[day].ceiling.fixed".to_owned()));
    assert_eq!(terms.desk.recorded("terms.propose", "done").await, 3, "each save is recorded");
    assert!(browser.get("/approvals?list=own").await.all("main [data-row]").is_empty());
}

#[tokio::test]
async fn a_new_edition_is_published_by_two_and_holds_from_its_moment() {
    let terms = Terms::open().await;
    assert!(terms.editions("limits").await.is_empty());
    let draft = terms.drafted("limits", &limits(5_000)).await;
    let from = terms.soon();
    let mut clerk = terms.at_desk(&terms.accountant).await;
    let form = clerk.get(&format!("{draft}/propose")).await.expect(200);
    assert!(form.all("main dd").contains(&"Compliance".to_owned()));
    let proposal = terms.proposed(&draft, from).await;
    let day = from.day().to_string();
    let again = [("day", day.as_str()), ("time", "00:00"), WHY];
    clerk.submit(&format!("{draft}/propose"), &again).await.expect(409);

    // Whoever proposes does not decide.
    let page = clerk.get(&proposal).await.expect(200);
    assert!(page.all("form[data-passkey]").is_empty());
    clerk.challenge(&format!("{proposal}/challenge"), &[("decision", "approve")]).await.expect(403);
    assert!(terms.editions("limits").await.is_empty(), "a proposal changes nothing");

    let mut officer = terms.at_desk(&terms.desk.officer).await;
    for (lang, title, book) in [
        ("uz", "Tarif yoki limitning yangi tahriri", "Limitlar"),
        ("ru", "Новая редакция тарифа или лимита", "Лимиты"),
        ("en", "New edition of a tariff or limit", "Limits"),
    ] {
        officer.lang = lang;
        let page = officer.get(&proposal).await.expect(200);
        assert!(page.all("h1").concat().starts_with(title), "{:?}", page.all("h1"));
        let (fields, values) = (page.all("table.diff tbody th"), page.all("table.diff tbody td"));
        assert!(values.contains(&book.to_owned()), "{values:?}");
        // What stands in the document is nobody's word but its own.
        for place in ["limits[day].ceiling.fixed", "limits[day].title.ru", "limits[day].name"] {
            assert!(fields.contains(&place.to_owned()), "{fields:?}");
        }
        assert!(values.contains(&"5000".to_owned()) && values.contains(&"tariff".to_owned()));
        assert!(!fields.iter().any(|field| field.starts_with("terms_")), "{fields:?}");
    }
    terms.approve(&terms.desk.officer, &proposal).await.expect(303);
    assert_eq!(terms.editions("limits").await, ["will be in force"]);
    clerk.get(&draft).await.expect(404);
    terms.desk.bank.clock.advance_seconds(3 * 86_400);
    assert_eq!(terms.editions("limits").await, ["in force"]);
    let held = terms.desk.bank.editions.at("limits", terms.desk.bank.clock.now()).await;
    let held = held.unwrap().unwrap();
    assert_eq!((held.effective_at, held.body.as_str()), (from, limits(5_000).as_str()));
    assert_eq!(terms.desk.recorded("terms.published", "done").await, 1);
}

/// Whoever decides sees what would change in sentences, and what it would have done, without asking
/// and without reading the document.
#[tokio::test]
async fn whoever_decides_sees_the_difference_in_words_and_the_simulation() {
    let terms = Terms::open().await;
    paid(&terms.desk.bank).await;
    let draft = terms.drafted(TARIFF, PRICED).await;
    let proposal = terms.proposed(&draft, terms.soon()).await;
    let mut officer = terms.at_desk(&terms.desk.officer).await;
    for (lang, said, looked) in [
        ("uz", "foiz: 1 %", "3 ta amal"),
        ("ru", "процент: 1 %", "3 операции"),
        ("en", "percent: 1 %", "3 operations"),
    ] {
        officer.lang = lang;
        let page = officer.get(&proposal).await.expect(200);
        let words = page.all(".in-words li");
        assert!(words.iter().any(|sentence| sentence.contains(said)), "{words:?}");
        assert!(words.iter().all(|sentence| !sentence.contains("rules[")), "{words:?}");
        let simulation = page.all("#simulation").concat();
        assert!(simulation.contains(looked), "{simulation}");
        let cells = page.all("#simulation tbody td").join("|").replace('\u{a0}', " ");
        assert!(cells.starts_with("3|0 ") && cells.contains("+1 000 "), "{cells}");
    }
    // What was written on since is not what was proposed, and neither is said of it.
    let mut clerk = terms.at_desk(&terms.accountant).await;
    let other = PRICED.replace("\"1\"", "\"2\"");
    clerk.submit(&draft, &[("body", &other)]).await.expect(303);
    let page = officer.get(&proposal).await.expect(200);
    assert!(page.all(".in-words li, #simulation").is_empty());
    assert!(page.text().contains("was written on after it was proposed"));
    // The draft says the same of itself.
    let page = clerk.get(&draft).await.expect(200);
    assert!(page.all(".in-words li").iter().any(|sentence| sentence.contains("percent: 2 %")));
    // A proposal that is decided has them no more.
    clerk.submit(&draft, &[("body", PRICED)]).await.expect(303);
    terms.approve(&terms.desk.officer, &proposal).await.expect(303);
    let page = officer.get(&proposal).await.expect(200);
    assert!(page.all(".in-words li, #simulation").is_empty());
}

#[tokio::test]
async fn a_draft_that_was_written_on_is_not_what_was_proposed() {
    let terms = Terms::open().await;
    let draft = terms.drafted("limits", &limits(5_000)).await;
    let proposal = terms.proposed(&draft, terms.soon()).await;
    let mut clerk = terms.at_desk(&terms.accountant).await;
    clerk.submit(&draft, &[("body", &limits(9_000))]).await.expect(303);
    terms.approve(&terms.desk.officer, &proposal).await;
    let page = clerk.get(&proposal).await.expect(200);
    assert_ne!(page.all("h1 .badge"), ["done"]);
    assert!(terms.editions("limits").await.is_empty());
    assert_eq!(terms.desk.recorded("terms.published", "done").await, 0);
}

#[tokio::test]
async fn a_moment_that_cannot_be_is_told_at_its_field() {
    let terms = Terms::open().await;
    let draft = terms.drafted("limits", &limits(5_000)).await;
    let propose = format!("{draft}/propose");
    let mut browser = terms.at_desk(&terms.accountant).await;
    let page = browser.get(&propose).await.expect(200);
    let tomorrow = terms.desk.bank.clock.now().day().end().day().to_string();
    assert_eq!(page.attributes("input[name=day]", "value"), [tomorrow.as_str()]);
    assert_eq!(page.attributes("main .actions a", "href"), [draft.as_str()]);
    for (day, time, field, status) in [
        ("", "00:00", "day", 400),
        ("30.11.2099", "00:00", "day", 400),
        ("2099-02-30", "00:00", "day", 400),
        ("2099-02-28", "24:00", "time", 400),
        ("2099-02-28", "", "time", 400),
        ("2020-01-01", "12:00", "day", 422),
    ] {
        let fields = [("day", day), ("time", time), WHY];
        let page = browser.submit(&propose, &fields).await.expect(status);
        assert_eq!(page.attributes("main [aria-invalid]", "name"), [field], "{day} {time}");
        assert_eq!(page.all("textarea[name=reason]").concat().trim(), WHY.1, "it is kept");
        assert_eq!(page.attributes("input[name=time]", "value").concat(), time);
    }
    let fields = [("day", "2099-02-28"), ("time", "00:00"), ("reason", " ")];
    let page = browser.submit(&propose, &fields).await.expect(400);
    assert_eq!(page.attributes("main [aria-invalid]", "name"), ["reason"]);
    assert!(browser.get("/approvals?list=own").await.all("main [data-row]").is_empty());
}

#[tokio::test]
async fn whoever_only_reads_is_offered_nothing_and_others_not_even_that() {
    let terms = Terms::open().await;
    let draft = terms.drafted("limits", &limits(5_000)).await;
    let auditor = terms.desk.bank.employee("Dilnoza Umarova", &[Role::Auditor]).await;
    for reader in [&auditor, &terms.desk.officer] {
        let mut browser = terms.at_desk(reader).await;
        let page = browser.get("/").await.expect(200);
        assert_eq!(page.attributes(".place[href='/terms']", "href").len(), 1);
        for path in ["/terms", "/terms/limits", draft.as_str()] {
            let page = browser.get(path).await.expect(200);
            assert!(ways(&page).is_empty(), "{path}");
            assert!(page.all("main form, main textarea").is_empty(), "{path}");
        }
        assert!(browser.get(&draft).await.all("main pre").concat().contains("5000"));
        browser.get("/terms/limits/draft").await.expect(403);
        browser.submit(&draft, &[("body", "{}")]).await.expect(403);
        browser.submit(&format!("{draft}/drop"), &[]).await.expect(403);
    }
    let mut clerk = terms.at_desk(&terms.desk.clerk).await;
    let page = clerk.get("/").await.expect(200);
    assert!(page.all(".place[href='/terms']").is_empty());
    for path in ["/terms", "/terms/limits", draft.as_str(), "/terms/limits/draft"] {
        let page = clerk.get(path).await.expect(403);
        assert!(!page.text().contains("5000"), "{path}");
    }
    assert_eq!(terms.desk.bank.editions.drafts("limits").await.unwrap()[0].body, limits(5_000));
}

#[tokio::test]
async fn an_edition_that_does_not_hold_yet_is_taken_back_by_two() {
    let terms = Terms::open().await;
    let draft = terms.drafted(TARIFF, PRICED).await;
    let proposal = terms.proposed(&draft, terms.soon()).await;
    terms.approve(&terms.desk.officer, &proposal).await.expect(303);
    let mut clerk = terms.at_desk(&terms.accountant).await;
    let book = clerk.get(&format!("/terms/{TARIFF}")).await.expect(200);
    assert_eq!(book.all("main .badge"), ["will be in force", "in force"]);
    let editions = book.attributes("main [data-row]", "href");
    let (new, first) = (&editions[0], &editions[1]);
    let listed = clerk.get("/terms").await.expect(200).all("main tbody tr").join("|");
    assert!(listed.contains("Edition 1") && listed.contains("Edition 2"), "{listed}");

    let page = clerk.get(new).await.expect(200);
    let withdraw = format!("{new}/withdraw");
    assert_eq!(ways(&page), [withdraw.as_str()]);
    assert_eq!(page.all("table.diff thead th")[1..], ["Edition 1", "Edition 2"]);
    assert!(page.all("table.diff tbody th").contains(&"rules[rest].price.percent".to_owned()));
    // What holds already has to be followed by another one.
    assert!(ways(&clerk.get(first).await.expect(200)).is_empty());
    let page = clerk.get(&format!("{first}/withdraw")).await.expect(409);
    assert!(page.all("main form").is_empty());
    clerk.submit(&format!("{first}/withdraw"), &[WHY]).await.expect(409);

    clerk.get(&withdraw).await.expect(200);
    let sent = clerk.submit(&withdraw, &[WHY]).await.expect(303);
    let proposal = without_query(sent.location());
    assert!(clerk.get(&proposal).await.all("form[data-passkey]").is_empty());
    let mut officer = terms.at_desk(&terms.desk.officer).await;
    let page = officer.get(&proposal).await.expect(200);
    assert!(page.all("h1").concat().starts_with("Take back an edition"));
    let told = page.all("table.diff tbody td").join("|");
    assert!(told.contains("Tariff of transfers inside the bank"), "{told}");
    terms.approve(&terms.desk.officer, &proposal).await.expect(303);
    assert_eq!(terms.editions(TARIFF).await, ["taken back", "in force"]);
    assert!(ways(&clerk.get(new).await.expect(200)).is_empty());
}

#[tokio::test]
async fn an_example_says_what_the_draft_and_the_edition_that_holds_charge() {
    let terms = Terms::open().await;
    let draft = terms.drafted(TARIFF, PRICED).await;
    for reader in [&terms.accountant, &terms.desk.officer] {
        let mut browser = terms.at_desk(reader).await;
        let page = browser.get(&draft).await.expect(200);
        assert!(page.all("main td.number").is_empty(), "nothing was asked yet");
        let asked = |used: &str| {
            format!("{draft}?amount=100+000%2C00&asset=UZS&counterparty=bank&operations={used}")
        };
        let page = browser.get(&asked("2")).await.expect(200);
        let cells: Vec<_> =
            page.all("main td.number").iter().map(|cell| cell.replace('\u{a0}', " ")).collect();
        let lines: Vec<_> = cells.chunks(2).map(|both| (&*both[0], &*both[1])).collect();
        assert_eq!(
            lines,
            [
                ("rest", "free"),
                ("1 000 sum", "0 sum"),
                ("1 000 sum", "0 sum"),
                ("–", "–"),
                // 1000 × 12 ÷ 112, and of what remains two fifths.
                ("107.14 sum", "0 sum"),
                ("535.72 sum", "0 sum"),
                ("357.14 sum", "–"),
            ]
        );
        let page = browser.get(&asked("1")).await.expect(200);
        assert_eq!(page.all("main td.number")[2].replace('\u{a0}', " "), "0 sum", "two are free");
        for (query, field) in [
            ("amount=0&asset=UZS", "amount"),
            ("amount=x&asset=UZS", "amount"),
            ("amount=1&asset=EUR", "asset"),
            ("amount=1&asset=UZS&operations=-1", "operations"),
            ("amount=1&asset=UZS&quantity=much", "quantity"),
            ("amount=1&asset=UZS&day=today", "day"),
        ] {
            let page = browser.get(&format!("{draft}?{query}")).await;
            assert!(page.status.is_client_error(), "{query}: {}", page.status);
            assert_eq!(page.attributes("main [aria-invalid]", "name"), [field], "{query}");
            assert!(page.all("main td.number").is_empty(), "{query}");
        }
    }
    // Limits cost nothing.
    let draft = terms.drafted("limits", &limits(5)).await;
    let page = terms.at_desk(&terms.accountant).await.get(&draft).await.expect(200);
    assert!(page.all("input[name=amount]").is_empty());
}

#[tokio::test]
async fn a_new_draft_is_a_copy_of_what_holds_and_has_a_pattern() {
    let terms = Terms::open().await;
    let mut browser = terms.at_desk(&terms.accountant).await;
    let page = browser.get("/terms").await.expect(200);
    let books = page.attributes("main [data-row]", "href");
    assert_eq!(books.len(), 5, "{books:?}");
    let draft = format!("/terms/{TARIFF}/draft");
    assert_eq!(ways(&browser.get(&format!("/terms/{TARIFF}")).await), [draft.as_str()]);
    let copied = browser.get(&draft).await.expect(200).all("#f-body").concat();
    assert!(copied.starts_with("{\n  \"rules\": [\n    {\n      \"name\": \"free\""), "{copied}");
    // What changes nothing cannot be proposed.
    let same = terms.drafted(TARIFF, &copied).await;
    assert!(ways(&browser.get(&same).await.expect(200)).is_empty());
    browser.get(&format!("{same}/propose")).await.expect(422);
    browser.submit(&format!("{same}/drop"), &[]).await.expect(303);
    browser.get(&same).await.expect(404);

    for (book, faults) in [("limits", 0), ("values", 1)] {
        let page = browser.get(&format!("/terms/{book}/draft")).await.expect(200);
        assert_eq!(page.all("#f-body"), [""], "nothing holds");
        let draft = terms.drafted(book, &page.all("details pre").concat()).await;
        let page = browser.get(&draft).await.expect(200);
        assert_eq!(page.all(".faults li").len(), faults, "{book}: whence a value is, is not known");
    }
    for path in ["/terms/nothing", "/terms/nothing/draft", "/terms/draft/x", "/terms/edition/x"] {
        browser.get(path).await.expect(404);
    }
    browser.submit("/terms/nothing/draft", &[("body", "{}")]).await.expect(404);
}

/// An accountant changes a percent in a form: the same terms come of it as by hand.
#[tokio::test]
async fn a_percent_is_changed_without_the_document() {
    let terms = Terms::open().await;
    let mut browser = terms.at_desk(&terms.accountant).await;
    let new = format!("/terms/{TARIFF}/draft");
    let page = browser.get(&new).await.expect(200);
    assert!(page.attributes("main [data-row]", "href").contains(&format!("{new}?rule=free")));
    let page = browser.get(&format!("{new}?rule=free")).await.expect(200);
    let chosen = page.attributes("select[name=model] option[selected]", "value");
    assert_eq!(chosen, ["fixed"]);
    assert_eq!(page.attributes("input[name=amount]", "value"), ["0"]);
    let form = |change: &[(&'static str, &'static str)]| {
        let fields = [
            ("rule", "free"),
            ("name", "rest"),
            ("model", "percentage"),
            ("percent", "0,5"),
            ("fixed", "0"),
            ("minimum", "500"),
            ("mode", "half_up"),
            ("to_minor", "100"),
            ("vat_percent", "12"),
            ("share-0-party", "scheme"),
            ("share-0-percent", "40"),
        ];
        let kept = |field: &&(&str, &str)| change.iter().all(|(name, _)| *name != field.0);
        let fields: Vec<_> = fields.iter().filter(kept).chain(change).copied().collect();
        fields
    };
    // What cannot be read is told at its field, and nothing is kept.
    for (name, text) in [("percent", "half"), ("to_minor", "0"), ("name", "")] {
        let wrong = browser.submit(&new, &form(&[(name, text)])).await.expect(400);
        assert_eq!(wrong.attributes("main [aria-invalid]", "name"), [name], "{name}");
        assert_eq!(wrong.attributes("input[name=minimum]", "value"), ["500"]);
    }
    assert!(terms.desk.bank.editions.drafts(TARIFF).await.unwrap().is_empty());
    let sent = browser.submit(&new, &form(&[])).await.expect(303);
    let draft = without_query(sent.location());
    let body = async || terms.desk.bank.editions.drafts(TARIFF).await.unwrap()[0].body.clone();
    let by_hand: serde_json::Value = serde_json::from_str(
        r#"{"rules": [{"name": "rest", "when": {},
        "price": {"model": "percentage", "percent": "0.5", "fixed": "0"}, "minimum": "500",
        "rounding": {"mode": "half_up", "to_minor": 100}, "vat_percent": "12",
        "shares": [{"party": "scheme", "percent": "40"}], "promotions": []}]}"#,
    )
    .unwrap();
    let written = async || serde_json::from_str::<serde_json::Value>(&body().await).unwrap();
    assert_eq!(written().await, by_hand);

    // Another percent, then a rule before it, then it is gone again; in every language.
    let page = browser.get(&format!("{draft}?rule=rest")).await.expect(200);
    assert_eq!(page.attributes("input[name=percent]", "value"), ["0.5"]);
    let other = form(&[("rule", "rest"), ("percent", "0.75")]);
    browser.submit(&draft, &other).await.expect(303);
    assert_eq!(written().await["rules"][0]["price"]["percent"], "0.75");
    let own = form(&[("rule", ""), ("name", "own"), ("counterparties", "own")]);
    browser.submit(&draft, &own).await.expect(303);
    assert_eq!(written().await["rules"][0]["name"], "own");
    for lang in ["uz", "ru", "en"] {
        browser.lang = lang;
        browser.get(&format!("{draft}?rule=own")).await.expect(200);
    }
    browser.submit(&draft, &[("rule", "own"), ("remove", "1")]).await.expect(303);
    assert_eq!(written().await["rules"].as_array().unwrap().len(), 1);
    let page = browser.get(&draft).await.expect(200);
    assert_eq!(ways(&page), [format!("{draft}/propose")], "it can be proposed");
    // Whoever only reads has no form and sends none.
    let mut officer = terms.at_desk(&terms.desk.officer).await;
    let page = officer.get(&format!("{draft}?rule=rest")).await.expect(200);
    assert!(page.all("main input[name=percent]").is_empty());
    officer.submit(&draft, &form(&[("rule", "rest")])).await.expect(403);
    officer.submit(&new, &form(&[])).await.expect(403);
}

#[tokio::test]
async fn what_was_written_stays_in_another_language() {
    let terms = Terms::open().await;
    let draft = terms.drafted("limits", &limits(5_000)).await;
    let mut browser = terms.at_desk(&terms.accountant).await;
    for page in ["/terms/limits/draft", draft.as_str()] {
        let body = "{\"limits\":\r\n[]}";
        let pressed = [("body", body), ("_lang", "ru"), ("_back", page)];
        assert_eq!(browser.submit(page, &pressed).await.expect(303).location(), page);
        let again = browser.get(page).await.expect(200);
        assert_eq!(again.attributes("html", "lang"), ["ru"]);
        assert_eq!(again.all("#typed #f-body").concat(), body.replace("\r\n", "\n"));
    }
    assert_eq!(terms.desk.bank.editions.drafts("limits").await.unwrap().len(), 1);
    assert_eq!(terms.desk.bank.editions.drafts("limits").await.unwrap()[0].body, limits(5_000));
}

#[tokio::test]
async fn a_draft_of_whoever_left_the_desk_waits_for_the_passkey() {
    let terms = Terms::open().await;
    let mut clerk = terms.at_desk(&terms.accountant).await;
    for _ in 0..2 {
        terms.desk.bank.clock.advance_seconds(8 * 60);
        clerk.get("/").await.expect(200);
    }
    let new = "/terms/limits/draft";
    clerk.get(new).await.expect(200);
    let body = limits(5_000);
    let asked = clerk.submit(new, &[("body", &body)]).await.expect(403);
    assert_eq!(asked.attributes("form[data-passkey] input[name=body]", "value"), [body.as_str()]);
    assert!(terms.desk.bank.editions.drafts("limits").await.unwrap().is_empty());
    let again = [("body", body.as_str()), ("_proof", "1")];
    let sent = clerk.with_passkey(&terms.accountant, (new, "/prove/challenge"), &again).await;
    assert!(sent.expect(303).location().starts_with("/terms/draft/edn_"));
}

#[tokio::test]
async fn a_long_document_is_kept_and_one_that_is_too_long_is_not_lost() {
    let terms = Terms::open().await;
    // Signs that a form writes in three characters each, up to the longest document.
    let padded = |bytes: usize| {
        let body = limits(5_000);
        let rest = bytes.checked_sub(body.len()).unwrap();
        format!("{body}{}", "\n".repeat(rest))
    };
    let longest = 262_144;
    let draft = terms.drafted("limits", &limits(1)).await;
    let mut browser = terms.at_desk(&terms.accountant).await;
    for page in ["/terms/limits/draft", draft.as_str()] {
        // Spaces around it are none of it.
        let body = limits(5_000).replace("A day", &"д".repeat(100_000));
        browser.submit(page, &[("body", &body)]).await.expect(303);
        let long = format!("{}x", padded(longest));
        let kept = browser.submit(page, &[("body", &long)]).await.expect(400);
        assert!(kept.all("#f-body").concat().len() > longest, "{page}");
    }
    let drafts = terms.desk.bank.editions.drafts("limits").await.unwrap();
    assert!(drafts.iter().all(|draft| draft.body.len() > 200_000));

    // It waits for the passkey like any other form.
    for _ in 0..2 {
        terms.desk.bank.clock.advance_seconds(8 * 60);
        browser.get("/").await.expect(200);
    }
    let body = limits(7).replace("A day", &"д".repeat(100_000));
    let asked = browser.submit(&draft, &[("body", &body)]).await.expect(403);
    assert_eq!(asked.attributes("form[data-passkey] input[name=body]", "value"), [body.as_str()]);
    let again = [("body", body.as_str()), ("_proof", "1")];
    let proof = (draft.as_str(), "/prove/challenge");
    browser.with_passkey(&terms.accountant, proof, &again).await.expect(303);

    // Nobody keeps as much of what others send, nor of other forms.
    let mut stranger = terms.desk.bank.browser();
    stranger.submit(&draft, &[("body", &body)]).await.expect(413);
    browser.submit("/customers", &[("q", &body)]).await.expect(413);
    browser.submit(&format!("{draft}/propose"), &[("reason", &body)]).await.expect(413);
}

#[tokio::test]
async fn a_draft_says_what_it_would_have_done() {
    let terms = Terms::open().await;
    let priced = terms.drafted(TARIFF, PRICED).await;
    let limited = terms.drafted("limits", &limits(25_000_000)).await;
    let mut browser = terms.at_desk(&terms.accountant).await;
    // It takes a while, so it is asked for: from the draft, and before it is proposed.
    let asked = format!("{priced}?simulate=1#simulation");
    for page in [priced.clone(), format!("{priced}/propose")] {
        let links = browser.get(&page).await.expect(200).attributes("main a", "href");
        assert!(links.contains(&asked), "{page}: {links:?}");
    }
    let simulated = format!("{priced}?simulate=1");
    let none = browser.get(&simulated).await.expect(200);
    assert!(none.all("#simulation").concat().contains("no operation"));

    paid(&terms.desk.bank).await;
    // Two are free by the draft, the third costs one percent.
    let page = browser.get(&simulated).await.expect(200);
    let cells = page.all("#simulation tbody th, #simulation tbody td").join("|");
    assert_eq!(cells.replace('\u{a0}', " "), "rest|3|0 sum|1 000 sum|+1 000 sum");
    assert!(page.all("#simulation").concat().contains("3 operations"));
    let page = browser.get(&format!("{limited}?simulate=1")).await.expect(200);
    assert_eq!(page.all("#simulation tbody th, #simulation tbody td"), ["day", "3", "1", "1"]);
    // Whoever decides sees the same; what prices and limits nothing has none.
    let mut officer = terms.at_desk(&terms.desk.officer).await;
    let page = officer.get(&simulated).await.expect(200);
    assert_eq!(page.all("#simulation tbody tr").len(), 1);
    let spreads = r#"{"currencies":[],"max_age_days":3}"#;
    let draft = terms.drafted("rates.spreads", spreads).await;
    assert!(browser.get(&draft).await.expect(200).all("#simulation").is_empty());
}

//! Documents to try.

use documents::{BankRequisites, Entry, Line, List, Statement, Verify};
use kernel::{Asset, Day, Lang, Moment, Money};

pub fn bank() -> BankRequisites {
    BankRequisites {
        name: "Okto".to_owned(),
        legal_form: "Aksiyadorlik jamiyati".to_owned(),
        address: "Oʻzbekiston, 100000, Toshkent, Amir Temur shoh koʻchasi, 1".to_owned(),
        phone: "+998 71 200 00 00".to_owned(),
        licence: "№ 00, 01.01.2026".to_owned(),
        code: "00000".to_owned(),
        taxpayer: "000000000".to_owned(),
        site: "okto.example".to_owned(),
    }
}

pub fn verify() -> Verify {
    Verify {
        url: "https://okto.example/verify/7K3MQ2XW9ZB4T8HN".to_owned(),
        code: "7K3MQ2XW9ZB4T8HN".to_owned(),
    }
}

pub fn uzs(minor: i64) -> Money {
    Money::new(minor, Asset::Uzs)
}

/// A description, a counterparty, a note and an amount in minor units.
pub type Move<'a> = (&'a str, Option<&'a str>, Option<&'a str>, i64);

/// A statement of these movements, with the sums and balances that follow from them.
pub fn statement(lang: Lang, moves: &[Move<'_>]) -> Statement {
    let opening = 125_000_000_i64;
    let first: Moment = "2026-11-01T04:15:09Z".parse().unwrap();
    let mut balance = opening;
    let (mut credits, mut debits) = (0, 0);
    let mut lines = Vec::new();
    for (index, (description, counterparty, note, amount)) in moves.iter().enumerate() {
        balance += amount;
        if *amount < 0 {
            debits -= amount;
        } else {
            credits += amount;
        }
        let index = i64::try_from(index).unwrap();
        lines.push(Line {
            at: first.plus_seconds(index * 397),
            operation: format!("01JD8-{index:05}"),
            description: (*description).to_owned(),
            counterparty: counterparty.map(str::to_owned),
            note: note.map(str::to_owned),
            amount: uzs(*amount),
            balance_after: uzs(balance),
        });
    }
    Statement {
        lang,
        bank: bank(),
        holder: "Gʻaniyeva Oʻgʻiloy Maʼrufovna".to_owned(),
        account_number: "20206000901234567001".to_owned(),
        asset: Asset::Uzs,
        from: Day::new(2026, 11, 1).unwrap(),
        to: Day::new(2026, 11, 22).unwrap(),
        issued_at: "2026-11-23T03:02:01Z".parse().unwrap(),
        opening: uzs(opening),
        closing: uzs(balance),
        credits: uzs(credits),
        debits: uzs(debits),
        lines,
        verify: Some(verify()),
    }
}

/// A statement of so many everyday movements.
pub fn everyday(lang: Lang, count: usize) -> Statement {
    let kinds: [Move<'_>; 6] = [
        ("Mijozga oʻtkazma", Some("Karimov A."), Some("Tushlik uchun rahmat"), -4_550_000),
        ("Перевод от клиента", Some("Юлдашева Ў."), None, 32_000_000),
        ("Hisobni toʻldirish", None, None, 150_000_000),
        ("Card payment", Some("Korzinka Chilonzor"), None, -18_453_250),
        (
            "Mijozga oʻtkazma",
            Some("Toʻxtasinova Sh."),
            Some(
                "Noyabr oyi uchun ijara haqi va kommunal toʻlovlar: gaz, elektr energiyasi, \
                 issiq va sovuq suv, chiqindi, internet; qolgani dekabrga oʻtadi",
            ),
            -120_000_000,
        ),
        ("Komissiya", None, None, -100_000),
    ];
    let moves: Vec<_> = kinds.iter().copied().cycle().take(count).collect();
    statement(lang, &moves)
}

pub fn list(lang: Lang) -> List {
    let entry = |index: i64, amount| Entry {
        at: Moment::from_micros(1_763_800_000_000_000).plus_seconds(index * -7_001),
        operation: format!("01JD8-{index:05}"),
        account: "Kundalik ·7001".to_owned(),
        description: "Mijozga oʻtkazma".to_owned(),
        category: Some("Uy-roʻzgʻor".to_owned()),
        counterparty: Some("Karimov A.".to_owned()),
        note: None,
        amount,
    };
    List {
        lang,
        bank: bank(),
        holder: "Gʻaniyeva Oʻgʻiloy Maʼrufovna".to_owned(),
        filters: vec![("Matn".to_owned(), "karimov".to_owned())],
        issued_at: "2026-11-23T03:02:01Z".parse().unwrap(),
        entries: vec![
            entry(0, uzs(-1_234_567)),
            entry(1, uzs(100_000_000)),
            entry(2, Money::new(-505, Asset::Usd)),
        ],
        complete: false,
    }
}

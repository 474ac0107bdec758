//! What money, dates and numbers look like in the three languages.
#![expect(clippy::unwrap_used, reason = "tests")]

use kernel::{Asset, Day, Lang, Moment, Money};
use proptest::prelude::*;
use ui::format::{self, DayWords};

const WORDS: DayWords<'_> = DayWords { today: "Bugun", yesterday: "Kecha" };

/// Plain spaces for no-break ones, so that tables can be read.
fn plain(text: &str) -> String {
    text.replace(format::NBSP, " ")
}

fn sum(minor: i64) -> Money {
    Money::new(minor, Asset::Uzs)
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Asset::Usd)
}

#[test]
fn money_in_three_languages() {
    let rows = [
        (sum(0), "0 soʻm", "0 сум", "0 sum"),
        (sum(5), "0,05 soʻm", "0,05 сум", "0.05 sum"),
        (sum(100), "1 soʻm", "1 сум", "1 sum"),
        (sum(99_900), "999 soʻm", "999 сум", "999 sum"),
        (sum(100_000), "1 000 soʻm", "1 000 сум", "1 000 sum"),
        (sum(1_284_650_000), "12 846 500 soʻm", "12 846 500 сум", "12 846 500 sum"),
        (sum(-18_450_050), "−184 500,50 soʻm", "−184 500,50 сум", "−184 500.50 sum"),
        (usd(31_240), "$312,40", "$312,40", "$312.40"),
        (usd(31_200), "$312", "$312", "$312"),
        (usd(-123_456_789), "−$1 234 567,89", "−$1 234 567,89", "−$1 234 567.89"),
        (
            sum(i64::MIN),
            "−92 233 720 368 547 758,08 soʻm",
            "−92 233 720 368 547 758,08 сум",
            "−92 233 720 368 547 758.08 sum",
        ),
    ];
    for (money, uz, ru, en) in rows {
        assert_eq!(plain(&format::money(Lang::Uz, money)), uz);
        assert_eq!(plain(&format::money(Lang::Ru, money)), ru);
        assert_eq!(plain(&format::money(Lang::En, money)), en);
    }
}

#[test]
fn changes_have_their_sign() {
    assert_eq!(plain(&format::signed(Lang::Uz, sum(25_000_000))), "+250 000 soʻm");
    assert_eq!(plain(&format::signed(Lang::Uz, sum(-25_000_000))), "−250 000 soʻm");
    assert_eq!(plain(&format::signed(Lang::En, usd(50))), "+$0.50");
    assert_eq!(plain(&format::signed(Lang::Uz, sum(0))), "0 soʻm");
}

#[test]
fn money_read_out() {
    let rows = [
        (sum(-18_450_050), "minus 184500 soʻm 50 tiyin", "минус 184500 сум 50 тийинов"),
        (sum(1_284_650_000), "12846500 soʻm", "12846500 сум"),
        (sum(101), "1 soʻm 1 tiyin", "1 сум 1 тийин"),
        (sum(22), "0 soʻm 22 tiyin", "0 сум 22 тийина"),
        (usd(31_240), "312 dollar 40 sent", "312 долларов 40 центов"),
        (usd(2_101), "21 dollar 1 sent", "21 доллар 1 цент"),
        (usd(1_103), "11 dollar 3 sent", "11 долларов 3 цента"),
    ];
    for (money, uz, ru) in rows {
        assert_eq!(format::spoken(Lang::Uz, money), uz);
        assert_eq!(format::spoken(Lang::Ru, money), ru);
    }
    assert_eq!(format::spoken(Lang::En, sum(-18_450_050)), "minus 184500 sum 50 tiyin");
    assert_eq!(format::spoken(Lang::En, usd(101)), "1 dollar 1 cent");
    assert_eq!(format::spoken(Lang::En, usd(-2_050)), "minus 20 dollars 50 cents");
}

proptest! {
    #[test]
    fn written_money_is_the_same_money(minor in any::<i64>(), lang in 0..3_usize) {
        let lang = *Lang::ALL.get(lang).unwrap();
        let written = format::money(lang, sum(minor));
        let (number, word) = written.rsplit_once(format::NBSP).unwrap();
        prop_assert_eq!(word, format::currency(lang, Asset::Uzs));
        let number = number.replace(format::NBSP, "").replace(format::MINUS, "-");
        let decimal = number.replace(',', ".");
        let expected = sum(minor).decimal();
        let expected = expected.strip_suffix(".00").unwrap_or(&expected);
        prop_assert_eq!(decimal, expected);
    }

    #[test]
    fn groups_are_of_three(minor in any::<i64>()) {
        let written = format::Written::new(Lang::Uz, sum(minor), false).number;
        let whole = written.trim_start_matches(format::MINUS).split(',').next().unwrap();
        let groups: Vec<&str> = whole.split(format::NBSP).collect();
        let (first, rest) = groups.split_first().unwrap();
        prop_assert!((1..=3).contains(&first.len()));
        prop_assert!(rest.iter().all(|g| g.len() == 3));
        prop_assert!(groups.iter().all(|g| g.bytes().all(|b| b.is_ascii_digit())));
    }

    #[test]
    fn dates_are_written_for_every_day(days in 0..40_000_i64) {
        let day = Moment::EPOCH.plus_seconds(days * 86_400).day();
        for lang in Lang::ALL {
            let text = format::day(lang, day);
            prop_assert!(text.contains(&day.date().day().to_string()), "{}", text);
            prop_assert!(text.contains(&day.date().year().to_string()), "{}", text);
            prop_assert_ne!(text, day.to_string());
        }
    }
}

fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[test]
fn dates_in_three_languages() {
    let d = day("2026-11-22");
    let written = |f: fn(Lang, Day) -> String| Lang::ALL.map(|lang| plain(&f(lang, d)));
    assert_eq!(written(format::day_month), ["22-noyabr", "22 ноября", "22 November"]);
    let whole = ["2026-yil 22-noyabr", "22 ноября 2026 г.", "22 November 2026"];
    assert_eq!(written(format::day), whole);
    assert_eq!(written(format::month), ["Noyabr", "Ноябрь", "November"]);
    let months = ["2026-yil noyabr", "Ноябрь 2026 г.", "November 2026"];
    assert_eq!(written(format::month_year), months);
}

#[test]
fn moments_are_in_tashkent_and_name_the_near_days() {
    let today = day("2026-11-22");
    let written = |t| format::moment(Lang::Uz, at(t), today, &WORDS);
    assert_eq!(written("2026-11-22T09:20:59Z"), "Bugun, 14:20");
    assert_eq!(written("2026-11-21T19:00:00Z"), "Bugun, 00:00");
    assert_eq!(written("2026-11-21T18:59:59Z"), "Kecha, 23:59");
    assert_eq!(written("2026-11-20T04:05:00Z"), "20-noyabr, 09:05");
    assert_eq!(written("2025-12-31T04:05:00Z"), "2025-yil 31-dekabr, 09:05");
    assert_eq!(
        format::moment_full(Lang::Uz, at("2026-11-22T09:20:00Z")),
        "2026-yil 22-noyabr, 14:20"
    );
}

#[test]
fn day_headings() {
    let today = day("2026-11-22");
    let written = |lang, d| plain(&format::day_heading(lang, day(d), today, &WORDS));
    assert_eq!(written(Lang::Uz, "2026-11-22"), "Bugun");
    assert_eq!(written(Lang::Uz, "2026-11-21"), "Kecha");
    assert_eq!(written(Lang::Uz, "2026-11-20"), "Juma, 20-noyabr");
    assert_eq!(written(Lang::Ru, "2026-11-20"), "Пятница, 20 ноября");
    assert_eq!(written(Lang::En, "2026-11-20"), "Friday 20 November");
    assert_eq!(written(Lang::Uz, "2025-11-20"), "2025-yil 20-noyabr");
}

#[test]
fn numbers_in_groups() {
    assert_eq!(plain(&format::phone("+998901234567")), "+998 90 123 45 67");
    assert_eq!(plain(&format::phone("998901234567")), "+998 90 123 45 67");
    assert_eq!(format::phone("+4420"), "+4420");
    assert_eq!(format::account_number("20206000901234567001"), "20206 000 9 01234567 001");
    assert_eq!(format::account_number("123"), "123");
    assert_eq!(plain(&format::fours("7K3M9QXR2T5VWB8N")), "7K3M 9QXR 2T5V WB8N");
    assert_eq!(plain(&format::fours("7K3M9")), "7K3M 9");
    assert_eq!(format::fours(""), "");
    assert_eq!(plain(&format::tail("4321")), "·· 4321");
    assert_eq!(plain(&format::percent(Lang::Ru, 38)), "38 %");
}

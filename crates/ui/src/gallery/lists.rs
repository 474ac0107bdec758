use kernel::{Day, Lang, Moment};
use maud::{Markup, Render, html};

use super::{dollars, sum};
use crate::format::{self, DayWords};
use crate::qr::qr;
use crate::{
    AmountText, Banner, Bar, BarChart, Button, Hero, KeyValue, QuickAction, ReceiptHead, Row, Step,
    StepState, Tone, account_row, amount, amount_signed, avatar, badge, card, chevron, copy_row,
    day_heading, details, empty_state, icon_button, ikat, key_values, key_values_strong, lead_icon,
    list, operation_row, pagination, prose, quick_actions, sheet, timeline, toast,
};

const WORDS: DayWords<'_> = DayWords { today: "Bugun", yesterday: "Kecha" };

/// 2026-11-22 14:20 in Tashkent.
const NOW: Moment = Moment::from_micros(1_795_339_200_000_000);

fn today() -> Day {
    NOW.day()
}

pub(super) fn home(lang: Lang) -> Markup {
    let total = AmountText::new(lang, sum(9_921_284_650_050)).private().render();
    html! {
        (Hero::new("Jami balans", total, b"another")
            .note(amount(lang, dollars(1_031_240)))
            .action(icon_button("eye-slash", "Koʻrsatish")))
        (quick_actions("Amallar", &[
            QuickAction { href: "#", icon: "copy", text: "Rekvizitlar", main: false },
            QuickAction { href: "#", icon: "file-text", text: "Koʻchirma", main: false },
        ]))
    }
}

pub(super) fn rows(lang: Lang) -> Markup {
    let at = |hours: i64| format::moment(lang, NOW.plus_seconds(hours * 3_600), today(), &WORDS);
    let signed = |minor| amount_signed(lang, sum(minor));
    let heading = |days: i64| {
        let day = NOW.plus_seconds(days * 86_400).day();
        day_heading(&format::day_heading(lang, day, today(), &WORDS))
    };
    let name = "Nigora Abdurahmonova-Sirojiddinova";
    html! {
        (list("Hisoblar", &[
            account_row("#", b"acc_1", "Asosiy", "·· 4321", amount(lang, sum(842_150_050))),
            account_row("#", b"acc_2", "Dollar", "·· 8890", amount(lang, dollars(31_240))),
        ]))
        (heading(0))
        (list("", &[
            operation_row("#", "shopping-cart", "Korzinka", &at(0), signed(-18_450_000)),
            operation_row("#", "arrow-down-left", name, &at(-2), signed(99_912_345_678)),
        ]))
        (heading(-1))
        (list("", &[
            Row::new("Dilnoza K.").lead(avatar("DK")).href("#").trail(signed(-200_050))
                .sub_markup(html! { (at(-24)) " " (badge(Tone::Warn, "Kutilmoqda")) }).render(),
        ]))
        (heading(-400))
        (list("Sozlamalar", &[
            Row::new("Til").sub("Oʻzbekcha").lead(lead_icon("translate")).trail(chevron())
                .href("#").render(),
            Row::new("Xavfsizlik").lead(lead_icon("lock-key")).trail(chevron()).href("#").render(),
            copy_row("Hisob raqami", &format::account_number("20206000901234567001"),
                "20206000901234567001", ("Nusxa olish", "Nusxa olindi")),
        ]))
    }
}

pub(super) fn notices() -> Markup {
    html! {
        (Banner::new(Tone::Info, "Tarif 1-dekabrdan oʻzgaradi", "Oʻtkazmalar bepul qoladi."))
        (Banner::new(Tone::Good, "Til oʻzgardi", ""))
        (Banner::new(Tone::Warn, "Pasportni yangilang",
            "Muddati 12-dekabrda tugaydi. Pulingiz oʻz joyida.")
            .action(Button::quiet("Yangilash").href("#").render()))
        (Banner::new(Tone::Bad, "Oʻtkazma bajarilmadi", "Pul yechilmadi. Qayta urinib koʻring.")
            .urgent())
        (toast(Tone::Good, "Nusxa olindi"))
        p { (badge(Tone::Info, "Yangi")) " " (badge(Tone::Good, "Bajarildi")) " "
            (badge(Tone::Warn, "Kutilmoqda")) " " (badge(Tone::Bad, "Rad etildi")) }
    }
}

pub(super) fn empty() -> Markup {
    card(&empty_state(
        "receipt",
        "Hali amallar yoʻq",
        "Birinchi oʻtkazmangiz shu yerda koʻrinadi.",
        &Button::quiet("Pul oʻtkazish").href("#").render(),
    ))
}

pub(super) fn records(lang: Lang) -> Markup {
    let paid = sum(25_000_000);
    let head = |tone, title| {
        ReceiptHead { tone, title, amount: amount(lang, paid), sub: "Dilnoza K." }.render()
    };
    html! {
        div.card {
            (head(Tone::Good, "Oʻtkazildi"))
            (key_values_strong(&[
                KeyValue::text("Kimga", "Dilnoza K."),
                KeyValue::text("Telefon", &format::phone("+998901234567")),
                KeyValue::text("Vaqti", &format::moment_full(lang, NOW)),
                KeyValue::markup("Komissiya", amount(lang, sum(0))),
                KeyValue::markup("Jami", amount(lang, paid)),
            ]))
        }
        div.card {
            (head(Tone::Bad, "Bajarilmadi"))
            (key_values(&[KeyValue::text("Izoh", "Tugʻilgan kuning bilan, opajon! Baxtli boʻl.")]))
        }
    }
}

pub(super) fn steps() -> Markup {
    let step = |title, sub, state| Step { title, sub, state };
    html! {
        div.card {
            (timeline("Ariza", &[
                step("Ariza qabul qilindi", "22-noyabr, 14:20", StepState::Done),
                step("Tekshirilmoqda", "Odatda 10 daqiqa", StepState::Current),
                step("Qaror", "", StepState::Todo),
            ]))
            (timeline("Hujjat", &[
                step("Yuborildi", "", StepState::Done),
                step("Rad etildi", "Surat xira. Qayta suratga oling.", StepState::Failed),
            ]))
        }
    }
}

pub(super) fn chart(lang: Lang) -> Markup {
    let bar = |label, icon, value, share| Bar {
        label,
        icon,
        value,
        amount: amount(lang, sum(value)),
        share,
        href: Some("#"),
    };
    card(
        &BarChart::new(
            "Noyabr xarajatlari",
            ["Toifa", "Summa"],
            &[
                bar("Oziq-ovqat", "shopping-cart", 142_000_000, "41%"),
                bar("Odamlar", "users", 98_000_000, "29%"),
                bar("Uy va kommunal toʻlovlar", "house", 62_180_000, "18%"),
                bar("Transport", "bus", 30_000_050, "9%"),
                bar("Boshqa", "tag", 10_000, "1%"),
            ],
        )
        .render(),
    )
}

pub(super) fn pages() -> Markup {
    html! {
        (sheet("Limitlar", ("#", "Yopish"), &html! {
            p { "Kuniga 50 000 000 soʻmgacha." }
            (key_values(&[KeyValue::text("Bugun", "12 000 000 soʻm")]))
        }))
        div.card {
            (details("Parolni unutdim", &html! { p { "Kirish sahifasida qayta tiklang." } }))
            (details("Pul kelmadi", &prose(&html! { p { "Oʻtkazmalar bir zumda yetib boradi." } })))
        }
        (pagination("Sahifalar", Some(("#", "Yangiroq")), Some(("#", "Eskiroq"))))
        (qr("https://okto.example/verify/7K3M9QXR2T5VWB8N", "Hujjatni tekshirish"))
    }
}

pub(super) fn cloths() -> Markup {
    html! {
        div.cloths {
            @for n in 0..24_u8 { (ikat::swatch(&[n])) }
        }
        @for n in 0..6_u8 { (ikat::band(&[100 + n])) }
    }
}

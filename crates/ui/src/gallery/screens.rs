use kernel::Lang;
use maud::{Markup, Render, html};

use super::{dollars, sum};
use crate::{
    AmountText, AppBar, Balances, Button, Field, Hero, KeyValue, QuickAction, Shell, Tab, Theme,
    account_row, balances_toggle, card, columns, form_actions, format, icon_link, key_values, list,
    operation_row, quick_actions, section, tab_bar,
};

/// The five tabs with one of them current.
pub(super) fn tabs(current: usize) -> Markup {
    let tabs = [
        ("house", "Asosiy"),
        ("arrows-left-right", "Toʻlovlar"),
        ("clock-counter-clockwise", "Tarix"),
        ("squares-four", "Mahsulotlar"),
        ("chat-circle", "Yordam"),
    ];
    let tabs: Vec<Tab<'_>> = tabs
        .into_iter()
        .enumerate()
        .map(|(i, (icon, text))| Tab { href: "#", icon, text, current: i == current })
        .collect();
    tab_bar("Boʻlimlar", &tabs)
}

/// The first screen as an example.
pub fn sample_home(theme: Theme, balances: Balances) -> Markup {
    let bar = AppBar::new("Salom, Jasur")
        .action(balances_toggle("#", ("Yashirish", "Koʻrsatish"), &html! {}))
        .action(icon_link("#", "magnifying-glass", "Qidirish"))
        .action(icon_link("#", "bell", "Xabarlar"));
    let main = html! {
        (columns(
            &html! {
                (hero()) (actions())
                (section("Hisob va kartalar", Some(("#", "Hammasi")), &accounts()))
            },
            &section("Soʻnggi amallar", Some(("#", "Tarix")), &operations()),
        ))
    };
    Shell::new(Lang::Uz, "Asosiy", "Mazmunga oʻtish")
        .theme(theme)
        .balances(balances)
        .bar(bar.render())
        .main(main)
        .tabs(tabs(0))
        .render()
}

fn hero() -> Markup {
    let total = AmountText::new(Lang::Uz, sum(1_284_650_000)).private().render();
    let spent = AmountText::new(Lang::Uz, sum(-342_180_000)).bare().private();
    Hero::new("Jami balans", total, b"customer")
        .note(html! { "Bu oy " (spent) " sarflandi" })
        .render()
}

fn actions() -> Markup {
    let action = |icon, text, main| QuickAction { href: "#", icon, text, main };
    quick_actions(
        "Tez amallar",
        &[
            action("device-mobile", "Telefon orqali", true),
            action("qr-code", "QR toʻlov", false),
            action("plus", "Toʻldirish", false),
            action("globe-hemisphere-west", "Chet elga", false),
        ],
    )
}

fn accounts() -> Markup {
    let amount = |money| AmountText::new(Lang::Uz, money).bare().private().render();
    let humo = format!("Humo {}", format::tail("4321"));
    let visa = format!("Visa {}", format::tail("8890"));
    list(
        "",
        &[
            account_row("#", b"acc_1", &humo, "Asosiy karta", amount(sum(842_150_000))),
            account_row("#", b"acc_2", &visa, "Muzlatilgan", amount(dollars(31_240))),
            account_row(
                "#",
                b"acc_3",
                "Jamgʻarma",
                "22% yillik · 14-dekabrgacha",
                amount(sum(442_500_000)),
            ),
        ],
    )
}

fn operations() -> Markup {
    let amount = |minor| AmountText::new(Lang::Uz, sum(minor)).signed().bare().private().render();
    list(
        "",
        &[
            operation_row(
                "#",
                "shopping-cart",
                "Korzinka",
                "Bugun, 14:20 · Oziq-ovqat",
                amount(-18_450_000),
            ),
            operation_row("#", "users", "Dilnoza K.", "Kecha, 09:05 · Odamlar", amount(25_000_000)),
            operation_row("#", "bus", "Metro", "20-noyabr, 08:12 · Transport", amount(-200_050)),
        ],
    )
}

/// A payment as an example.
pub fn sample_pay(theme: Theme) -> Markup {
    let zero = AmountText::new(Lang::Uz, sum(0)).render();
    let form = html! {
        form method="post" action="#" {
            (Field::phone("phone", "Qabul qiluvchi telefoni")
                .value("+998 90 123 45 67")
                .autocomplete("off"))
            (Field::amount("amount", "Summa", "soʻm").value("250 000").attr("autofocus", ""))
            (key_values(&[
                KeyValue::text("Kimga", "Dilnoza K. · Okto"),
                KeyValue::markup("Summa", AmountText::new(Lang::Uz, sum(25_000_000)).render()),
                KeyValue::markup("Komissiya", zero),
                KeyValue::text("Yetib borishi", "darhol"),
            ]))
            (form_actions(&Button::primary("Davom etish").render()))
        }
    };
    Shell::new(Lang::Uz, "Telefon orqali oʻtkazma", "Mazmunga oʻtish")
        .theme(theme)
        .bar(AppBar::new("Telefon orqali oʻtkazma").back("#", "Orqaga").render())
        .main(card(&form))
        .tabs(tabs(1))
        .render()
}

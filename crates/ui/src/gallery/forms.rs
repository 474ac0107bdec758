use kernel::Lang;
use maud::{Markup, Render, html};

use super::{dollars, sum};
use crate::{
    AmountText, Button, Chip, Choice, Field, Segment, Select, SwitchRow, Theme, chips, choice_list,
    form_actions, ikat, language_buttons, segmented, segmented_links, theme_choice,
};

pub(super) fn buttons() -> Markup {
    html! {
        div.card {
            (form_actions(&html! {
                (Button::accent("Toʻlash"))
                (Button::primary("Davom etish").icon("arrow-right"))
                (Button::quiet("Yana bir bor").icon("arrow-clockwise"))
                (Button::danger("Chiqish").icon("sign-out"))
                (Button::plain("Bekor qilish").href("#"))
                (Button::primary("Hozircha emas").disabled(true))
            }))
        }
    }
}

pub(super) fn fields() -> Markup {
    html! {
        form.card {
            (Field::phone("phone", "Telefon raqami").autocomplete("tel").value("+998 90 123 45 67"))
            (Field::new("first", "Ism").autocomplete("given-name").hint("Pasportdagi kabi."))
            (Field::new("last", "Familiya").autocomplete("family-name").value("K@rimov")
                .error(Some("Familiyada faqat harflar boʻladi.")).hint("Pasportdagi kabi."))
            (Field::amount("amount", "Summa", "soʻm").value("250 000"))
            (Field::amount("usd", "Summa, dollar", "$").value("12 000 000")
                .error(Some("Hisobda mablagʻ yetarli emas.")))
            (Field::code("code", "SMS kod", "6").value("482913")
                .hint("Kod +998 90 ··· ga yuborildi."))
            (Field::pin("pin", "PIN-kod", "6").hint("Faqat shu qurilmada ishlaydi."))
            (Field::password("password", "Parol").reveal("Parolni koʻrsatish"))
            (Field::new_password("new", "Yangi parol").hint("Kamida 10 ta belgi."))
            (Field::search("q", "Qidirish").attr("placeholder", "Ism, summa, izoh"))
            (Field::email("email", "E-mail").hint("Faqat himoyangiz haqida yozamiz."))
            (Field::date("day", "Kundan").value("2026-11-22"))
            (Select::new("topic", "Toifa").option("food", "Oziq-ovqat", true)
                .option("bus", "Transport", false).hint("Hisobotda shu nom bilan turadi."))
        }
    }
}

pub(super) fn choices(lang: Lang) -> Markup {
    let choice = |value, title, sub, money, chosen, disabled| Choice {
        value,
        title,
        sub,
        lead: ikat::swatch(<str>::as_bytes(value)),
        trail: AmountText::new(lang, money).render(),
        chosen,
        disabled,
    };
    choice_list(
        "from",
        "Qayerdan",
        &[
            choice("acc_1", "Asosiy hisob", "·· 4321", sum(842_150_000), true, false),
            choice("acc_2", "Dollar hisobi", "·· 8890", dollars(31_240), false, false),
            choice("acc_3", "Jamgʻarma", "14-dekabrgacha yopiq", sum(442_500_000), false, true),
        ],
    )
}

pub(super) fn filters() -> Markup {
    let chip = |text, icon, on| Chip { href: "#", text, icon, on };
    let segment = |text, current| Segment { href: "#", text, current };
    html! {
        (chips("Saralash", &[
            chip("Kirim", "arrow-down-left", true),
            chip("Chiqim", "arrow-up-right", false),
            chip("Noyabr", "calendar-blank", false),
            chip("Dollar", "", false),
        ]))
        (segmented_links("Davr", &[
            segment("Hafta", false), segment("Oy", true), segment("Yil", false),
        ]))
        (segmented("theme", "Koʻrinish", &[
            ("auto", "Avto", false), ("light", "Yorugʻ", true), ("dark", "Qorongʻi", false),
        ]))
        div.list {
            (SwitchRow::new("push", "Bildirishnomalar", true).hint("Har bir toʻlovdan soʻng."))
            (SwitchRow::new("hide", "Balansni yashirish", false))
            (SwitchRow::new("sms", "SMS xabarlar", false).disabled(true))
        }
    }
}

pub(super) fn languages(lang: Lang) -> Markup {
    html! {
        form method="post" { (language_buttons(lang, "Til", None)) }
        (theme_choice("#", "Koʻrinish", ["Avto", "Yorugʻ", "Qorongʻi"], Theme::Auto, &html! {}))
    }
}

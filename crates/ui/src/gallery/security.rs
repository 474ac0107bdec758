use maud::{Markup, Render, html};

use crate::{
    Button, Field, Row, Standing, Tone, Way, badge, card, code_list, divider, form_actions,
    lead_icon, list, points, ways,
};

pub(super) fn all() -> Markup {
    html! {
        (standings())
        (card(&html! {
            (Field::code("totp", "Ilovadagi kod", "6"))
            (form_actions(&Button::accent("Tasdiqlash").render()))
            (divider("yoki"))
            (Button::quiet("Passkey bilan").icon("fingerprint"))
        }))
        (ways("Boshqa usullar", &[
            Way { href: "#", icon: "numpad", title: "PIN-kod", sub: "Shu qurilmada qoʻyilgan" },
            Way { href: "#", icon: "list-checks", title: "Zaxira kod", sub: "" },
        ]))
        (list("Qurilmalar", &[
            Row::new("Chrome, Android").sub("Hozir shu yerda").lead(lead_icon("device-mobile"))
                .trail(badge(Tone::Good, "Shu qurilma")).render(),
            Row::new("Firefox, Windows").sub("22-noyabr, 14:20").lead(lead_icon("desktop"))
                .trail(Button::danger("Uzish").render()).render(),
        ]))
        (card(&code_list("Zaxira kodlar", &[
            "ABCD-EFGH-JKMN-PQRS-TVWX", "2345-6789-ABCD-EFGH-JKMN", "PQRS-TVWX-2345-6789-ABCD",
        ])))
        (card(&points("Nima boʻladi", &[
            ("snowflake", "Hisobingizdan pul chiqmaydi, kirim esa davom etadi."),
            ("sign-out", "Barcha qurilmalardan chiqarasiz."),
        ])))
    }
}

fn standings() -> Markup {
    let standing = |tone, title, text, action| Standing { tone, title, text, action }.render();
    html! {
        (standing(Tone::Good, "Hisobingiz yaxshi himoyalangan", "Passkey va zaxira kodlar bor.",
            html! {}))
        (standing(Tone::Warn, "Bitta himoya yetishmaydi", "Hozircha faqat SMS kod soʻraladi.",
            Button::accent("Passkey qoʻshish").href("#").render()))
    }
}

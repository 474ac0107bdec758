use kernel::{Lang, Moment};

use super::Notice;

/// What happened, in one short sentence.
const fn happened(notice: &Notice, lang: Lang) -> &'static str {
    match (notice, lang) {
        (Notice::NewDevice, Lang::Uz) => "yangi qurilmadan kirildi",
        (Notice::NewDevice, Lang::Ru) => "вход с нового устройства",
        (Notice::NewDevice, Lang::En) => "new device signed in",
        (Notice::PasswordChanged, Lang::Uz) => "parol almashtirildi",
        (Notice::PasswordChanged, Lang::Ru) => "пароль изменён",
        (Notice::PasswordChanged, Lang::En) => "password changed",
        (Notice::PasswordReset, Lang::Uz) => "parol tiklandi, hamma joyda chiqildi",
        (Notice::PasswordReset, Lang::Ru) => "пароль сброшен, все входы завершены",
        (Notice::PasswordReset, Lang::En) => "password reset, signed out everywhere",
        (Notice::PhoneChanged, Lang::Uz) => "telefon raqami almashtirildi",
        (Notice::PhoneChanged, Lang::Ru) => "номер телефона изменён",
        (Notice::PhoneChanged, Lang::En) => "phone number changed",
        (Notice::EmailAdded, Lang::Uz) => "elektron pochta qoʻshildi",
        (Notice::EmailAdded, Lang::Ru) => "добавлен адрес почты",
        (Notice::EmailAdded, Lang::En) => "e-mail address added",
        (Notice::EmailChanged, Lang::Uz) => "elektron pochta almashtirildi",
        (Notice::EmailChanged, Lang::Ru) => "адрес почты изменён",
        (Notice::EmailChanged, Lang::En) => "e-mail address changed",
        (Notice::EmailRemoved, Lang::Uz) => "elektron pochta olib tashlandi",
        (Notice::EmailRemoved, Lang::Ru) => "адрес почты удалён",
        (Notice::EmailRemoved, Lang::En) => "e-mail address removed",
        (Notice::DocumentChanged, Lang::Uz) => "hujjat maʼlumoti kiritildi",
        (Notice::DocumentChanged, Lang::Ru) => "внесены данные документа",
        (Notice::DocumentChanged, Lang::En) => "identity document entered",
        (Notice::FactorAdded, Lang::Uz) => "kirishning yangi usuli qoʻshildi",
        (Notice::FactorAdded, Lang::Ru) => "добавлен новый способ входа",
        (Notice::FactorAdded, Lang::En) => "new way to sign in added",
        (Notice::FactorRemoved, Lang::Uz) => "kirish usuli olib tashlandi",
        (Notice::FactorRemoved, Lang::Ru) => "удалён способ входа",
        (Notice::FactorRemoved, Lang::En) => "way to sign in removed",
        (Notice::PinSet, Lang::Uz) => "qurilmaning PIN-kodi oʻrnatildi",
        (Notice::PinSet, Lang::Ru) => "задан PIN-код устройства",
        (Notice::PinSet, Lang::En) => "device PIN set",
        (Notice::RecoveryRenewed, Lang::Uz) => "tiklash kodlari yangilandi",
        (Notice::RecoveryRenewed, Lang::Ru) => "созданы новые коды восстановления",
        (Notice::RecoveryRenewed, Lang::En) => "new recovery codes made",
        (Notice::Frozen, Lang::Uz) => "pulingiz muzlatildi",
        (Notice::Frozen, Lang::Ru) => "ваши деньги заморожены",
        (Notice::Frozen, Lang::En) => "your money is frozen",
        (Notice::Unfrozen, Lang::Uz) => "hisob ochildi, yangi parol qoʻying",
        (Notice::Unfrozen, Lang::Ru) => "счета открыты, задайте новый пароль",
        (Notice::Unfrozen, Lang::En) => "accounts open, set a new password",
        (Notice::UnfrozenWithoutNew, Lang::Uz) => "yangi parol qoʻying, usullar olindi",
        (Notice::UnfrozenWithoutNew, Lang::Ru) => "задайте новый пароль, способы входа убраны",
        (Notice::UnfrozenWithoutNew, Lang::En) => "set a new password, ways to sign in removed",
        (Notice::TokenReused, Lang::Uz) => "shubhali kirish toʻxtatildi",
        (Notice::TokenReused, Lang::Ru) => "подозрительный вход завершён",
        (Notice::TokenReused, Lang::En) => "suspicious session ended",
        (Notice::RecoveryGiven, Lang::Uz) => "bankda kirishni tiklash kodi berildi",
        (Notice::RecoveryGiven, Lang::Ru) => "в банке выдан код восстановления",
        (Notice::RecoveryGiven, Lang::En) => "the bank gave out a recovery code",
        (Notice::SignInsRefused, Lang::Uz) => "kirishga urinishdi, kira olishmadi",
        (Notice::SignInsRefused, Lang::Ru) => "несколько неудачных попыток входа",
        (Notice::SignInsRefused, Lang::En) => "several failed attempts to sign in",
    }
}

/// What to do next: when it was somebody else, and of whoever is frozen, who comes into no app.
const fn otherwise(notice: &Notice, lang: Lang) -> &'static str {
    match (notice, lang) {
        (Notice::Frozen, Lang::Uz) => "Bank siz bilan bogʻlanadi. Oʻzingiz ham qoʻngʻiroq qiling.",
        (Notice::Frozen, Lang::Ru) => "Банк свяжется с вами. Можно позвонить и самим.",
        (Notice::Frozen, Lang::En) => "The bank will call you. You can call it, too.",
        (_, Lang::Uz) => {
            "Siz emasmi? Ilovada «Bu men emas»ni bosing yoki bankka qoʻngʻiroq qiling."
        }
        (_, Lang::Ru) => "Не вы? Нажмите «Это не я» в приложении или позвоните в банк.",
        (_, Lang::En) => "Not you? Tap \"It was not me\" in the app or call the bank.",
    }
}

/// The text of a message to a phone.
pub(super) fn sms(notice: &Notice, lang: Lang, at: Moment) -> String {
    format!("Okto: {}, {}. {}", happened(notice, lang), clock(at), otherwise(notice, lang))
}

/// What a message in a mailbox is about.
pub(super) fn subject(notice: &Notice, lang: Lang) -> String {
    format!("Okto: {}", happened(notice, lang))
}

/// Its text. `alarm` is the address at which one tap stops the customer's money.
pub(super) fn email(notice: &Notice, lang: Lang, at: Moment, alarm: Option<&str>) -> String {
    let mut text = sms(notice, lang, at);
    if let Some(alarm) = alarm {
        let words = match lang {
            Lang::Uz => "Pullaringizni darhol toʻxtatish uchun shu sahifani oching:",
            Lang::Ru => "Чтобы сразу остановить свои деньги, откройте страницу:",
            Lang::En => "To stop your money at once, open this page:",
        };
        text.push_str("\n\n");
        text.push_str(words);
        text.push('\n');
        text.push_str(alarm);
    }
    text.push_str(match lang {
        Lang::Uz => "\n\nBank sizdan parol yoki kodni hech qachon soʻramaydi.\n",
        Lang::Ru => "\n\nБанк никогда не спрашивает пароль и коды.\n",
        Lang::En => "\n\nThe bank never asks for your password or your codes.\n",
    });
    text
}

/// `29.11 18:59`, by the clocks of Tashkent.
fn clock(at: Moment) -> String {
    let offset = time::UtcOffset::from_hms(5, 0, 0).unwrap_or(time::UtcOffset::UTC);
    let at = at.datetime().to_offset(offset);
    format!("{:02}.{:02} {:02}:{:02}", at.day(), u8::from(at.month()), at.hour(), at.minute())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const ALL: [Notice; 18] = [
        Notice::NewDevice,
        Notice::PasswordChanged,
        Notice::PasswordReset,
        Notice::PhoneChanged,
        Notice::EmailAdded,
        Notice::EmailChanged,
        Notice::EmailRemoved,
        Notice::DocumentChanged,
        Notice::FactorAdded,
        Notice::FactorRemoved,
        Notice::PinSet,
        Notice::RecoveryRenewed,
        Notice::Frozen,
        Notice::Unfrozen,
        Notice::UnfrozenWithoutNew,
        Notice::TokenReused,
        Notice::RecoveryGiven,
        Notice::SignInsRefused,
    ];

    #[test]
    fn messages_are_short_have_no_links_and_differ() {
        let at: Moment = "2026-11-29T19:05:00Z".parse().unwrap();
        let mut seen = HashSet::new();
        for notice in &ALL {
            for lang in Lang::ALL {
                let text = sms(notice, lang, at);
                // Two parts of a message in letters beyond the GSM alphabet.
                assert!(text.chars().count() <= 134, "{} {text}", text.chars().count());
                for sign in ["http", "www", "/", "://", ".uz", ".com"] {
                    assert!(!text.contains(sign), "{text}");
                }
                assert!(text.contains("30.11 00:05"), "{text}");
                assert!(seen.insert(text));
                let mail = email(notice, lang, at, Some("https://my.okto.example/not-me/x"));
                assert!(mail.contains("https://my.okto.example/not-me/x"));
                assert!(!email(notice, lang, at, None).contains("http"));
            }
        }
    }
}

use super::Kind;
use crate::Lang;

macro_rules! codes {
    ($($variant:ident = $code:literal, $kind:ident, $doc:literal, $uz:literal, $ru:literal, $en:literal;)*) => {
        /// Every "no" the bank can say. The text form is part of the API and never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {$(
            #[doc = $doc]
            $variant,
        )*}

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The stable text form.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// What a client should do about it.
            pub const fn kind(self) -> Kind {
                match self { $(Self::$variant => Kind::$kind,)* }
            }

            /// What it means, for the API's documentation.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $doc,)* }
            }

            /// The sentence for the customer, with `{name}` where a value goes.
            pub const fn text(self, lang: Lang) -> &'static str {
                match (self, lang) {$(
                    (Self::$variant, Lang::Uz) => $uz,
                    (Self::$variant, Lang::Ru) => $ru,
                    (Self::$variant, Lang::En) => $en,
                )*}
            }

            /// The code of a text form.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|c| c.as_str() == text)
            }
        }
    };
}

codes! {
    RequestMalformed = "request_malformed", Invalid,
        "The body or the query cannot be read: not JSON, or a field is missing, unknown, repeated or of the wrong type.",
        "Soʻrovni oʻqib boʻlmadi. Hech narsa oʻzgarmadi.",
        "Запрос не удалось прочитать. Ничего не изменилось.",
        "The request could not be read. Nothing has changed.";
    RequestTooLarge = "request_too_large", TooLarge,
        "The body is larger than the bank reads.",
        "Soʻrov juda katta. Hech narsa oʻzgarmadi.",
        "Запрос слишком большой. Ничего не изменилось.",
        "The request is too large. Nothing has changed.";
    MediaTypeUnsupported = "media_type_unsupported", UnsupportedMedia,
        "The body is not declared as JSON.",
        "Soʻrov JSON koʻrinishida boʻlishi kerak.",
        "Запрос должен быть в формате JSON.",
        "The request must be JSON.";
    MethodNotAllowed = "method_not_allowed", MethodNotAllowed,
        "The address exists, but not for this method.",
        "Bu manzil uchun bunday amal yoʻq.",
        "Для этого адреса такого действия нет.",
        "This address does not support that method.";
    NotFound = "not_found", NotFound,
        "No such thing, or it is not the asker's.",
        "Bunday maʼlumot topilmadi.",
        "Таких данных нет.",
        "There is nothing here under that name.";
    SignInRequired = "sign_in_required", Unauthenticated,
        "No token, or one that is expired, ended or not ours.",
        "Davom etish uchun tizimga kiring.",
        "Войдите, чтобы продолжить.",
        "Sign in to continue.";
    KeyProofInvalid = "key_proof_invalid", Unauthenticated,
        "The proof that the request comes from the holder of the key (DPoP) is missing, wrong, for something else or used before.",
        "Qurilma tasdigʻi oʻtmadi. Qaytadan urinib koʻring yoki qayta kiring.",
        "Подтверждение устройства не прошло. Повторите попытку или войдите заново.",
        "This device could not be confirmed. Try again, or sign in again.";
    KeyProofRequired = "key_proof_required", Unauthenticated,
        "The bank gives tokens only to clients that prove the possession of a key (DPoP).",
        "Bu dastur orqali kirib boʻlmaydi. Bank ilovasidan foydalaning.",
        "Через эту программу войти нельзя. Воспользуйтесь приложением банка.",
        "You cannot sign in with this program. Use the bank's app.";
    PermissionMissing = "permission_missing", Forbidden,
        "The actor may not do this.",
        "Bu amalga ruxsatingiz yoʻq.",
        "У вас нет права на это действие.",
        "You are not allowed to do this.";
    TooManyRequests = "too_many_requests", TooMany,
        "A rate limit is reached.",
        "Soʻrovlar juda koʻp. {minutes} daqiqadan keyin urinib koʻring.",
        "Слишком много запросов. Попробуйте через {minutes} мин.",
        "Too many requests. Try again in {minutes} min.";
    Busy = "busy", Unavailable,
        "The bank is at its capacity; nothing was started.",
        "Bank hozir band. Hech narsa oʻzgarmadi, birozdan keyin urinib koʻring.",
        "Банк сейчас перегружен. Ничего не изменилось, попробуйте чуть позже.",
        "The bank is busy right now. Nothing has changed, try again shortly.";
    OutcomeUnknown = "outcome_unknown", Unavailable,
        "The bank cannot tell whether the operation was carried out; repeating with the same key is safe.",
        "Natija hozircha nomaʼlum. Soʻrovni oʻsha kalit bilan takrorlang: pul ikki marta yechilmaydi.",
        "Результат пока неизвестен. Повторите запрос с тем же ключом: дважды деньги не спишутся.",
        "The outcome is not known yet. Repeat the request with the same key: money will not be taken twice.";
    ServiceFailed = "service_failed", Unavailable,
        "Something broke in the bank.",
        "Bankda nosozlik yuz berdi. Biz bundan xabardormiz, birozdan keyin urinib koʻring.",
        "В банке произошёл сбой. Мы о нём знаем, попробуйте чуть позже.",
        "Something failed in the bank. We know about it, try again shortly.";
    FieldInvalid = "field_invalid", Invalid,
        "A field has a value that is not allowed.",
        "«{field}» maydoni notoʻgʻri toʻldirilgan.",
        "Поле «{field}» заполнено неверно.",
        "The field “{field}” is not filled in correctly.";
    PhoneMalformed = "phone_malformed", Invalid,
        "Not a mobile number of Uzbekistan.",
        "Telefon raqami notoʻgʻri. Namuna: +998901234567.",
        "Номер телефона неверный. Пример: +998901234567.",
        "The phone number is not valid. Example: +998901234567.";
    NameMalformed = "name_malformed", Invalid,
        "A name is empty, too long or has characters no name has.",
        "Ism yoki familiya notoʻgʻri yozilgan.",
        "Имя или фамилия указаны неверно.",
        "The first or last name is not written correctly.";
    NameChangedTooOften = "name_changed_too_often", TooMany,
        "The customer changed their name twice within thirty days.",
        "Ismni 30 kunda ikki martadan ortiq oʻzgartirib boʻlmaydi. {days} kundan keyin urinib koʻring.",
        "Имя можно менять не чаще двух раз за 30 дней. Попробуйте через {days} дн.",
        "You can change your name twice in 30 days. Try again in {days} days.";
    BirthDateInvalid = "birth_date_invalid", Invalid,
        "Not a date a living customer could be born on.",
        "Tugʻilgan sana notoʻgʻri.",
        "Дата рождения неверная.",
        "The date of birth is not valid.";
    CustomerTooYoung = "customer_too_young", Rule,
        "Younger than the bank accepts alone.",
        "Hisob ochish uchun kamida {years} yoshga toʻlgan boʻlishingiz kerak.",
        "Чтобы открыть счёт, нужно быть не моложе {years} лет.",
        "You must be at least {years} years old to open an account.";
    PasswordTooShort = "password_too_short", Invalid,
        "Below the least length.",
        "Parol kamida {min} belgidan iborat boʻlsin.",
        "Пароль должен быть не короче {min} символов.",
        "The password must have at least {min} characters.";
    PasswordTooLong = "password_too_long", Invalid,
        "Above the greatest length.",
        "Parol {max} belgidan oshmasin.",
        "Пароль должен быть не длиннее {max} символов.",
        "The password must have at most {max} characters.";
    PasswordTooCommon = "password_too_common", Invalid,
        "On the list of common passwords, or made of the customer's own data.",
        "Bu parolni topish oson. Boshqasini tanlang.",
        "Этот пароль легко угадать. Выберите другой.",
        "This password is easy to guess. Choose another one.";
    PasswordLeaked = "password_leaked", Invalid,
        "In the bank's list of leaked passwords.",
        "Bu parol internetga sizib chiqqan parollar roʻyxatida bor. Boshqasini tanlang.",
        "Этот пароль есть в списках украденных паролей. Выберите другой.",
        "This password is in the lists of stolen passwords. Choose another one.";
    PasswordWrong = "password_wrong", Invalid,
        "The password that the customer has is another one.",
        "Hozirgi parol notoʻgʻri.",
        "Текущий пароль неверный.",
        "That is not your current password.";
    PasswordUnchanged = "password_unchanged", Invalid,
        "The new password is the one the customer has.",
        "Yangi parol eskisidan farq qilsin.",
        "Новый пароль должен отличаться от старого.",
        "The new password must differ from the old one.";
    CodeWrong = "code_wrong", Invalid,
        "The one-time code does not match.",
        "Kod notoʻgʻri. Yana {left} ta urinish qoldi.",
        "Код неверный. Осталось попыток: {left}.",
        "The code is wrong. Tries left: {left}.";
    CodeTriesUsedUp = "code_tries_used_up", TooMany,
        "Three wrong codes: the number waits.",
        "Kod uch marta notoʻgʻri kiritildi. {minutes} daqiqadan keyin yangi kod oling.",
        "Код трижды введён неверно. Новый код можно получить через {minutes} мин.",
        "The code was wrong three times. You can get a new one in {minutes} min.";
    CodeExpired = "code_expired", Invalid,
        "The one-time code came too late, was used already, or there is none.",
        "Kodning muddati tugagan. Yangi kod oling.",
        "Срок действия кода истёк. Запросите новый.",
        "The code is no longer valid. Ask for a new one.";
    CodeResentTooSoon = "code_resent_too_soon", TooMany,
        "A code was sent a moment ago.",
        "Kod yaqinda yuborildi. {minutes} daqiqadan keyin qayta soʻrang.",
        "Код отправлен только что. Запросите новый через {minutes} мин.",
        "A code was sent a moment ago. Ask again in {minutes} min.";
    AlreadyCustomer = "already_customer", Conflict,
        "The proven phone number belongs to a customer already.",
        "Siz allaqachon mijozimizsiz. Parolingiz bilan kiring.",
        "Вы уже наш клиент. Войдите с паролем.",
        "You are our customer already. Sign in with your password.";
    ContactUnchanged = "contact_unchanged", Invalid,
        "The new phone or e-mail address is the one the customer has.",
        "Bu sizning hozirgi maʼlumotingiz.",
        "Это ваши нынешние данные.",
        "This is the one you have already.";
    ContactTaken = "contact_taken", Conflict,
        "The phone or e-mail address is another customer's. Told only to whoever can read what is sent to it.",
        "Bu raqam yoki manzil boshqa mijozga tegishli.",
        "Этот номер или адрес принадлежит другому клиенту.",
        "This number or address is another customer's.";
    ResetOver = "reset_over", Invalid,
        "There is no such password reset, it is over, or a step of it is missing.",
        "Parolni tiklash toʻxtadi. Boshidan boshlang.",
        "Восстановление пароля прервано. Начните сначала.",
        "This password reset is over. Start again.";
    ResetProofWrong = "reset_proof_wrong", Invalid,
        "The second proof does not match; which part of it is not told.",
        "Maʼlumotlar mos kelmadi. Boshqa usulni sinab koʻring.",
        "Данные не совпали. Попробуйте другой способ.",
        "That does not match. Try another way.";
    DocumentMalformed = "document_malformed", Invalid,
        "Not a series and number, or not a personal number of somebody born on the customer's birthday.",
        "Hujjat maʼlumoti notoʻgʻri. Hujjatga qarab qayta yozing.",
        "Данные документа неверны. Сверьте их с документом.",
        "The document's data is not right. Check it against the document.";
    DocumentExpired = "document_expired", Invalid,
        "The document is no longer valid, or the date cannot be right.",
        "Hujjatning amal qilish muddati mos emas.",
        "Срок действия документа не подходит.",
        "The document's expiry date is not acceptable.";
    DocumentVerified = "document_verified", Conflict,
        "The bank has seen the document: it is changed at the bank only.",
        "Hujjat bankda tasdiqlangan, uni faqat bankda almashtirish mumkin.",
        "Документ подтверждён банком, изменить его можно только в банке.",
        "The bank has verified the document; it can be changed at the bank only.";
    DocumentDiffers = "document_differs", Rule,
        "What an employee typed is not the document that the customer declared.",
        "Bu mijoz oʻz ilovasida kiritgan hujjat emas. Raqamlarni tekshiring.",
        "Это не тот документ, который клиент указал в приложении. Проверьте номера.",
        "This is not the document that the customer entered in the app. Check the numbers.";
    DocumentTaken = "document_taken", Conflict,
        "Employees have seen the same document of another customer.",
        "Shu hujjat boshqa mijozda tasdiqlangan. Ish xavfsizlik boʻlimiga topshirilsin.",
        "Этот документ уже подтверждён у другого клиента. Сообщите в службу безопасности.",
        "The same document was verified for another customer. Hand this to security.";
    SignInFailed = "sign_in_failed", Unauthenticated,
        "Phone or password is wrong; which of them is not told.",
        "Telefon yoki parol notoʻgʻri.",
        "Телефон или пароль неверный.",
        "The phone number or the password is wrong.";
    SignInStopped = "sign_in_stopped", Forbidden,
        "What was shown is right, and the customer is frozen: nobody comes in before two employees have lifted the freeze. Told to nobody else.",
        "Pulingiz muzlatilgan, hozir hech kim kira olmaydi. Bankka qoʻngʻiroq qiling.",
        "Ваши деньги заморожены, войти сейчас нельзя никому. Позвоните в банк.",
        "Your money is frozen, and nobody can sign in now. Call the bank.";
    PasswordVoid = "password_void", Forbidden,
        "The password is right and lets nobody in any more, because the customer was frozen since it was set: a password reset sets another. Told to nobody else.",
        "Pulingiz muzlatilganidan keyin eski parol ishlamaydi: uni boshqa kimdir bilishi mumkin. Parolni tiklab, yangisini qoʻying.",
        "После заморозки денег старый пароль не действует: его мог узнать кто-то другой. Задайте новый через восстановление входа.",
        "Your money was frozen, so the old password no longer works: somebody else may know it. Reset it and set a new one.";
    SignInThrottled = "sign_in_throttled", TooMany,
        "Too many wrong passwords; the wait grows.",
        "Urinishlar juda koʻp. {minutes} daqiqadan keyin urinib koʻring.",
        "Слишком много попыток. Попробуйте через {minutes} мин.",
        "Too many attempts. Try again in {minutes} min.";
    PasskeyRefused = "passkey_refused", Unauthenticated,
        "The passkey is unknown, another's, removed, was used at another address, or its signature is wrong; which of these is not told.",
        "Kirish kaliti qabul qilinmadi. Qaytadan urinib koʻring yoki boshqa usulni tanlang.",
        "Ключ доступа не принят. Попробуйте ещё раз или выберите другой способ.",
        "The passkey was not accepted. Try again, or choose another way.";
    PasskeyChallengeOver = "passkey_challenge_over", Invalid,
        "The challenge for a passkey came back too late, was answered already, or there is none.",
        "Kalit bilan tasdiqlash vaqti tugadi. Qaytadan boshlang.",
        "Время на подтверждение ключом истекло. Начните заново.",
        "The time to confirm with the passkey is over. Start again.";
    PasskeyKnown = "passkey_known", Conflict,
        "The new passkey is registered with the bank already.",
        "Bu kirish kaliti allaqachon qoʻshilgan.",
        "Этот ключ доступа уже добавлен.",
        "This passkey was added already.";
    PasskeyUnsuitable = "passkey_unsuitable", Rule,
        "The new passkey does not check who uses it, or cannot be found without a name.",
        "Bu qurilma kirish kaliti uchun mos emas: u egasini (PIN, barmoq izi yoki yuz orqali) tekshira olishi kerak.",
        "Это устройство не подходит для ключа доступа: оно должно проверять владельца (PIN-код, отпечаток или лицо).",
        "This device cannot keep a passkey: it must be able to check who uses it (PIN, fingerprint or face).";
    PasskeyLast = "passkey_last", Rule,
        "An employee keeps at least one passkey: there is no other way in.",
        "Bu oxirgi kirish kaliti, uni oʻchirib boʻlmaydi. Avval boshqasini qoʻshing.",
        "Это последний ключ доступа, удалить его нельзя. Сначала добавьте другой.",
        "This is the last passkey and cannot be removed. Add another one first.";
    PasskeysTooMany = "passkeys_too_many", Rule,
        "Somebody has as many passkeys as allowed.",
        "{max} tadan ortiq kirish kaliti qoʻshib boʻlmaydi. Keraksizini oʻchiring.",
        "Нельзя добавить больше {max} ключей доступа. Удалите ненужный.",
        "You cannot have more than {max} passkeys. Remove one that you do not need.";
    PasswordNeeded = "password_needed", Unauthenticated,
        "A PIN is not enough just now: the place is new for a new device, or the password was reset lately.",
        "Hozir PIN-kod yetarli emas. Parolingiz bilan kiring.",
        "Сейчас одного PIN-кода мало. Войдите с паролем.",
        "The PIN is not enough right now. Sign in with your password.";
    PinLocked = "pin_locked", Unauthenticated,
        "The PIN of this device was wrong five times; the password still works, and a new PIN can be set then.",
        "PIN-kod besh marta notoʻgʻri kiritildi va bu qurilmada oʻchirildi. Parol bilan kirib, yangi PIN-kod qoʻying.",
        "PIN-код пять раз введён неверно и на этом устройстве отключён. Войдите с паролем и задайте новый.",
        "The PIN was wrong five times and is switched off on this device. Sign in with your password and set a new one.";
    PinTooCommon = "pin_too_common", Invalid,
        "A PIN that is guessed first: a run, a repeat, a date, digits of the customer's own phone.",
        "Bu PIN-kodni topish oson. Boshqasini tanlang.",
        "Этот PIN-код легко угадать. Выберите другой.",
        "This PIN is easy to guess. Choose another one.";
    PinsDiffer = "pins_differ", Invalid,
        "The PIN was typed twice, differently.",
        "Ikki PIN-kod bir xil emas. Qaytadan kiriting.",
        "PIN-коды не совпадают. Введите ещё раз.",
        "The two PINs are not the same. Type them again.";
    AnswerWrong = "answer_wrong", Invalid,
        "What was given to prove who one is does not fit; what is wrong about it is not told.",
        "Tasdiqlanmadi. Tekshirib, qaytadan urinib koʻring.",
        "Подтвердить не удалось. Проверьте и попробуйте ещё раз.",
        "That was not accepted. Check it and try again.";
    AnswerTriesUsedUp = "answer_tries_used_up", Rule,
        "Five answers were wrong: this sign-in or confirmation is over, and another can be begun.",
        "Urinishlar tugadi. Boshidan boshlang.",
        "Попытки закончились. Начните заново.",
        "There are no tries left. Start again.";
    ChallengeOver = "challenge_over", Invalid,
        "The sign-in or confirmation is over, was begun elsewhere, or there is none.",
        "Tasdiqlash vaqti tugadi. Boshidan boshlang.",
        "Время на подтверждение истекло. Начните заново.",
        "The time to confirm is over. Start again.";
    MethodNotOffered = "method_not_offered", Invalid,
        "This way to prove who one is was not offered.",
        "Bu usul bilan tasdiqlab boʻlmaydi. Taklif qilinganlardan birini tanlang.",
        "Этим способом подтвердить нельзя. Выберите один из предложенных.",
        "This way is not offered here. Choose one of those that are.";
    StepUpRequired = "step_up_required", Forbidden,
        "The act has to be confirmed first; what confirms it must be of this act, of this session, and fresh.",
        "Bu amalni avval tasdiqlash kerak. Hech narsa oʻzgarmadi.",
        "Это действие сначала нужно подтвердить. Ничего не изменилось.",
        "This has to be confirmed first. Nothing has changed.";
    FactorSetAlready = "factor_set_already", Conflict,
        "There is one already; it is removed first.",
        "Bu usul allaqachon ulangan. Avval eskisini oʻchiring.",
        "Этот способ уже подключён. Сначала отключите прежний.",
        "This is set up already. Remove the old one first.";
    FactorNotSet = "factor_not_set", Rule,
        "There is none to confirm, use or remove.",
        "Bu usul ulanmagan.",
        "Этот способ не подключён.",
        "This is not set up.";
    DeviceNotBound = "device_not_bound", Rule,
        "The session is not on a device that the customer bound.",
        "Avval bu qurilmani ishonchli deb belgilang.",
        "Сначала отметьте это устройство как доверенное.",
        "Mark this device as trusted first.";
    StaffProofRequired = "staff_proof_required", Forbidden,
        "The employee has the right, but used their passkey too long ago.",
        "Davom etish uchun kirish kalitingiz bilan tasdiqlang.",
        "Подтвердите ключом доступа, чтобы продолжить.",
        "Confirm with your passkey to continue.";
    StaffSignInRefused = "staff_sign_in_refused", Unauthenticated,
        "The passkey is an employee's who is not let in: not enrolled yet, or suspended.",
        "Kirishga ruxsat yoʻq. Administratorga murojaat qiling.",
        "Вход не разрешён. Обратитесь к администратору.",
        "You are not allowed in. Ask an administrator.";
    EnrolmentOver = "enrolment_over", Invalid,
        "The enrolment link was used, is too old, or is not one of ours.",
        "Havola eskirgan yoki ishlatib boʻlingan. Yangi havola soʻrang.",
        "Ссылка устарела или уже использована. Попросите новую.",
        "The link is too old or was used already. Ask for a new one.";
    StaffEmailKnown = "staff_email_known", Conflict,
        "An employee has this e-mail address already.",
        "Bu elektron pochta boshqa xodimniki.",
        "Этот адрес почты принадлежит другому сотруднику.",
        "Another employee has this e-mail address.";
    MailRefused = "mail_refused", Rule,
        "The mail server does not take letters for this address.",
        "Pochta serveri bu manzilga xat qabul qilmadi.",
        "Почтовый сервер не принял письмо для этого адреса.",
        "The mail server refused a letter to this address.";
    EmailMalformed = "email_malformed", Invalid,
        "Not an e-mail address.",
        "Elektron pochta manzili notoʻgʻri. Namuna: ism@bank.uz.",
        "Адрес почты неверный. Пример: imya@bank.uz.",
        "The e-mail address is not valid. Example: name@bank.uz.";
    StaffRolesEmpty = "staff_roles_empty", Rule,
        "An employee has at least one role; whoever is to have none is suspended.",
        "Kamida bitta rol tanlang.",
        "Выберите хотя бы одну роль.",
        "Choose at least one role.";
    StaffLastOfRole = "staff_last_of_role", Rule,
        "The last active administrator or security officer stays: without both nothing about the staff can be decided.",
        "Bu rolda boshqa faol xodim yoʻq, shuning uchun uni oʻzgartirib boʻlmaydi.",
        "Это последний действующий сотрудник с этой ролью, изменить нельзя.",
        "This is the last active employee with that role, so it cannot be changed.";
    NothingToChange = "nothing_to_change", Rule,
        "What is proposed is so already.",
        "Oʻzgartiradigan narsa yoʻq: hozir ham shunday.",
        "Менять нечего: так уже есть.",
        "There is nothing to change: it is so already.";
    ApprovalOpen = "approval_open", Conflict,
        "The same is proposed already and waits for a decision.",
        "Bunday taklif allaqachon bor va qaror kutmoqda.",
        "Такое предложение уже есть и ждёт решения.",
        "The same is proposed already and waits for a decision.";
    ApprovalClosed = "approval_closed", Conflict,
        "The proposal is executed, rejected, withdrawn or expired.",
        "Bu taklif boʻyicha ish tugagan.",
        "Это предложение уже закрыто.",
        "This proposal is closed already.";
    ApprovalOwn = "approval_own", Forbidden,
        "Nobody decides about their own proposal.",
        "Oʻz taklifingiz boʻyicha qaror qabul qila olmaysiz.",
        "Нельзя решать по собственному предложению.",
        "You cannot decide about your own proposal.";
    ApprovalDecided = "approval_decided", Conflict,
        "Somebody decides about a proposal once.",
        "Siz bu taklif boʻyicha qaror qabul qilgansiz.",
        "Вы уже приняли решение по этому предложению.",
        "You have decided about this proposal already.";
    ApprovalStale = "approval_stale", Conflict,
        "What the proposal would change is not as it was when it was proposed.",
        "Taklifdan keyin maʼlumotlar oʻzgargan. Hech narsa bajarilmadi, qaytadan taklif qiling.",
        "Данные изменились после предложения. Ничего не выполнено, предложите заново.",
        "Things have changed since the proposal. Nothing was carried out: propose again.";
    ApprovalRightsLost = "approval_rights_lost", Conflict,
        "Whoever proposed it, or approved it, may not any more.",
        "Taklif qilgan yoki tasdiqlagan xodimning huquqi tugagan. Hech narsa bajarilmadi.",
        "У предложившего или одобрившего больше нет права. Ничего не выполнено.",
        "Whoever proposed or approved it may not any more. Nothing was carried out.";
    ApprovalTampered = "approval_tampered", Conflict,
        "The stored proposal is not what was proposed.",
        "Taklif yozuvi oʻzgartirilgan. Hech narsa bajarilmadi, xavfsizlik xodimiga xabar bering.",
        "Запись предложения изменена. Ничего не выполнено, сообщите службе безопасности.",
        "The record of the proposal was altered. Nothing was carried out: tell the security officer.";
    ReasonMissing = "reason_missing", Invalid,
        "What an employee does needs a reason of 5 to 500 characters.",
        "Sababini yozing (5–500 belgi).",
        "Укажите причину (от 5 до 500 символов).",
        "Give a reason (5 to 500 characters).";
    CustomerNotClosed = "customer_not_closed", Rule,
        "Only the data of a customer who has left can be erased.",
        "Avval mijoz bilan munosabat yopilishi kerak.",
        "Сначала нужно закрыть отношения с клиентом.",
        "The customer must be closed first.";
    CustomerFrozen = "customer_frozen", Rule,
        "Nobody helps a frozen customer in again before two employees have lifted the freeze.",
        "Mijoz muzlatilgan. Avval muzlatishdan chiqarish kerak.",
        "Клиент заморожен. Сначала нужно снять заморозку.",
        "The customer is frozen. The freeze must be lifted first.";
    PhoneDoubted = "phone_doubted", Rule,
        "The phone was changed in the 72 hours before the freeze: the customer proves their number at the bank before the freeze is lifted.",
        "Telefon muzlatishdan oldingi 72 soatda almashtirilgan. Avval raqam bankda tasdiqlanishi kerak.",
        "Телефон сменили за 72 часа до заморозки. Сначала нужно подтвердить номер в банке.",
        "The phone was changed in the 72 hours before the freeze. The number must be proven at the bank first.";
    AccountNotFound = "account_not_found", NotFound,
        "No such account, or it is not the asker's.",
        "Hisob topilmadi.",
        "Счёт не найден.",
        "There is no such account.";
    AccountFrozen = "account_frozen", Rule,
        "Nothing may leave a frozen account.",
        "Hisob muzlatilgan, undan pul chiqmaydi.",
        "Счёт заморожен, списания невозможны.",
        "The account is frozen, nothing can leave it.";
    AccountClosed = "account_closed", Rule,
        "The account is closed.",
        "Hisob yopilgan.",
        "Счёт закрыт.",
        "The account is closed.";
    NoteHoldsCard = "note_holds_card", Invalid,
        "The note holds the number of a card. Notes are shown, searched and printed; such a number does not belong there.",
        "Izohda karta raqami bor. Xavfsizlik uchun uni olib tashlang. Hech narsa oʻzgarmadi.",
        "В комментарии номер карты. Ради безопасности уберите его. Ничего не изменилось.",
        "The note holds a card number. Take it out, to be safe. Nothing has changed.";
    TextHoldsCard = "text_holds_card", Invalid,
        "A name or a reason holds the number of a card. Such texts are shown and searched; it does not belong there.",
        "Matnda karta raqami bor. Xavfsizlik uchun uni olib tashlang. Hech narsa oʻzgarmadi.",
        "В тексте номер карты. Ради безопасности уберите его. Ничего не изменилось.",
        "The text holds a card number. Take it out, to be safe. Nothing has changed.";
    AccountNotEmpty = "account_not_empty", Rule,
        "Only an account with nothing on it and nothing held can be closed.",
        "Hisobda pul yoki band qilingan summa bor, uni yopib boʻlmaydi.",
        "На счёте есть деньги или удержания, закрыть его нельзя.",
        "The account still has money or holds on it, so it cannot be closed.";
    AccountLimitReached = "account_limit_reached", Rule,
        "The customer has as many accounts in this asset as allowed.",
        "Bu valyutada {max} tadan ortiq hisob ochib boʻlmaydi.",
        "В этой валюте нельзя открыть больше {max} счетов.",
        "You cannot have more than {max} accounts in this currency.";
    CurrencyUnknown = "currency_unknown", Invalid,
        "The bank keeps no accounts in this currency.",
        "Bank bu valyutada hisob yuritmaydi.",
        "Банк не ведёт счета в этой валюте.",
        "The bank does not keep accounts in this currency.";
    AmountMalformed = "amount_malformed", Invalid,
        "Not a decimal number.",
        "Summa notoʻgʻri yozilgan. Namuna: 1500.50.",
        "Сумма указана неверно. Пример: 1500.50.",
        "The amount is not written correctly. Example: 1500.50.";
    AmountNotPositive = "amount_not_positive", Invalid,
        "Zero or below.",
        "Summa noldan katta boʻlishi kerak.",
        "Сумма должна быть больше нуля.",
        "The amount must be above zero.";
    AmountTooPrecise = "amount_too_precise", Invalid,
        "More digits after the point than the currency has.",
        "Summada nuqtadan keyin ortiqcha raqam bor.",
        "В сумме слишком много знаков после точки.",
        "The amount has too many digits after the point.";
    AmountTooLarge = "amount_too_large", Invalid,
        "Larger than any single operation may be.",
        "Summa juda katta.",
        "Сумма слишком большая.",
        "The amount is too large.";
    CurrencyMismatch = "currency_mismatch", Rule,
        "The amount, the payer's and the payee's account are not in one currency.",
        "Summa va hisoblar bir xil valyutada boʻlishi kerak.",
        "Сумма и счета должны быть в одной валюте.",
        "The amount and the accounts must be in one currency.";
    InsufficientFunds = "insufficient_funds", Rule,
        "The balance less what is held is below the total.",
        "Mablagʻ yetarli emas. Pul yechilmadi.",
        "Недостаточно средств. Деньги не списаны.",
        "There is not enough money. Nothing was taken.";
    SameAccount = "same_account", Rule,
        "Payer's and payee's account are one.",
        "Pulni oʻsha hisobning oʻziga yuborib boʻlmaydi.",
        "Нельзя отправить деньги на тот же счёт.",
        "You cannot send money to the same account.";
    PayeeNotFound = "payee_not_found", Rule,
        "No customer of the bank under this phone or number, or they have no account in this currency.",
        "Bu rekvizitlar boʻyicha pul qabul qila oladigan mijoz topilmadi.",
        "По этим реквизитам нет клиента, который может принять перевод.",
        "No customer who can receive this was found under these details.";
    PayeeAmbiguous = "payee_ambiguous", Invalid,
        "A payee is named by exactly one of phone, account number and earlier operation.",
        "Oluvchining telefoni yoki hisob raqamidan bittasini koʻrsating.",
        "Укажите телефон или номер счёта получателя: что-то одно.",
        "Name the payee by exactly one of phone and account number.";
    QuoteNotFound = "quote_not_found", Invalid,
        "The preview is not one of ours, or not this customer's.",
        "Toʻlov maʼlumotlari topilmadi. Toʻlovni qaytadan boshlang.",
        "Данные платежа не найдены. Начните платёж заново.",
        "The preview was not found. Start the payment again.";
    QuoteExpired = "quote_expired", Rule,
        "The preview is older than its life.",
        "Toʻlovni tasdiqlash vaqti tugadi. Pul yechilmadi, qaytadan boshlang.",
        "Время на подтверждение платежа истекло. Деньги не списаны, начните заново.",
        "The preview has expired. Nothing was taken, start again.";
    QuoteUsed = "quote_used", Conflict,
        "The preview was confirmed already, under another key.",
        "Bu toʻlov allaqachon tasdiqlangan. Tarixni tekshiring.",
        "Этот платёж уже подтверждён. Проверьте историю.",
        "This payment was confirmed already. Check your history.";
    LimitExceeded = "limit_exceeded", Rule,
        "A ceiling would be passed.",
        "“{limit}” limitidan oshib ketadi. Qolgani: {remaining}.",
        "Будет превышен лимит «{limit}». Остаток: {remaining}.",
        "This would pass the limit “{limit}”. What remains of it: {remaining}.";
    PayeeLimit = "payee_limit", Rule,
        "More would stand on the payee's account than may. How much may is the payee's to know.",
        "Oluvchi bunday summani qabul qila olmaydi. Pul yechilmadi.",
        "Получатель не может принять такую сумму. Деньги не списаны.",
        "The payee cannot take this amount. Nothing was taken.";
    PriceChanged = "price_changed", Conflict,
        "What it costs is not what the preview said, because of another operation meanwhile.",
        "Narx oʻzgardi, chunki orada boshqa amal bajarildi. Pul yechilmadi, toʻlovni qaytadan koʻrib chiqing.",
        "Стоимость изменилась: за это время прошла другая операция. Деньги не списаны, проверьте платёж ещё раз.",
        "The price has changed, as another operation went through meanwhile. Nothing was taken: look at the payment again.";
    LimitOfLaw = "limit_of_law", Rule,
        "A law sets the limit: the bank moves it for nobody.",
        "Bu limitni qonun belgilagan, uni hech kim uchun oʻzgartirib boʻlmaydi.",
        "Этот лимит установлен законом: его нельзя изменить ни для кого.",
        "A law sets this limit: it cannot be moved for anybody.";
    RefundTooLarge = "refund_too_large", Rule,
        "More would be given back of a transfer, or of its fee, than is left of it.",
        "Bu oʻtkazmadan koʻpi bilan {amount}, komissiyasidan koʻpi bilan {fee} qaytarish mumkin.",
        "Из этого перевода можно вернуть не больше {amount}, из комиссии — не больше {fee}.",
        "No more than {amount} of this transfer can be given back, and {fee} of its fee.";
    NotPriced = "not_priced", Unavailable,
        "No tariff holds for the operation, or a rate it needs is missing or too old.",
        "Hozircha bu amalning narxini aniqlab boʻlmadi. Pul yechilmadi, keyinroq urinib koʻring.",
        "Сейчас не удаётся определить стоимость этой операции. Деньги не списаны, попробуйте позже.",
        "What this costs cannot be determined now. Nothing was taken, try again later.";
    RateStale = "rate_stale", Unavailable,
        "The last published exchange rate is too old, or there is none: nothing is exchanged by it.",
        "Valyuta kursi yangilanmagan, shuning uchun hozir ayirboshlab boʻlmaydi. Pul yechilmadi, keyinroq urinib koʻring.",
        "Курс валюты не обновлён, поэтому обмен сейчас невозможен. Деньги не списаны, попробуйте позже.",
        "The exchange rate has not been updated, so nothing can be exchanged now. Nothing was taken, try again later.";
    CurrencyNotDealt = "currency_not_dealt", Rule,
        "The bank does not exchange one of the two currencies for the other.",
        "Bank bu valyutalarni bir-biriga ayirboshlamaydi.",
        "Банк не обменивает эти валюты друг на друга.",
        "The bank does not exchange these currencies for each other.";
    ExchangeTooSmall = "exchange_too_small", Rule,
        "Less than the smallest unit of the other currency would come of the amount.",
        "Bu summani ayirboshlab boʻlmaydi: u juda kichik. Kattaroq summa kiriting.",
        "Эта сумма слишком мала для обмена. Введите сумму больше.",
        "The amount is too small to be exchanged. Enter a larger one.";
    EditionTooSoon = "edition_too_soon", Rule,
        "An edition has to be published before the moment from which it holds.",
        "Hujjat kuchga kirish vaqtidan oldin eʼlon qilinishi kerak. Keyinroq vaqtni tanlang.",
        "Документ нужно опубликовать до момента, с которого он действует. Выберите более позднее время.",
        "It has to be published before it takes effect. Choose a later time.";
    EditionTaken = "edition_taken", Conflict,
        "Another edition of the book takes effect at the same moment.",
        "Shu vaqtdan kuchga kiradigan boshqa hujjat bor. Boshqa vaqtni tanlang.",
        "С этого момента уже действует другой документ. Выберите другое время.",
        "Another one takes effect at that very moment. Choose another time.";
    EditionHolds = "edition_holds", Conflict,
        "An edition that holds already cannot be taken back: another one has to follow it.",
        "Hujjat allaqachon kuchga kirgan, uni qaytarib olib boʻlmaydi. Yangisini eʼlon qiling.",
        "Документ уже действует, отозвать его нельзя. Опубликуйте следующий.",
        "It is in effect already and cannot be taken back. Publish another one to follow it.";
    EditionMalformed = "edition_malformed", Invalid,
        "The document has faults.",
        "Hujjatda xato bor: {place}.",
        "В документе ошибка: {place}.",
        "There is a fault in the document: {place}.";
    CoolingOffLimit = "cooling_off_limit", Rule,
        "On a device that is new or not trusted, and after a reset or a changed contact, only so much may leave a day.",
        "Yangi yoki ishonchli deb belgilanmagan qurilmada kunlik chegara kichik: {limit}. Bugun qolgani: {remaining}. Pul yechilmadi, ishonchli qurilmangizdan toʻlang yoki chegara olinguncha kuting.",
        "На новом или недоверенном устройстве дневной лимит меньше: {limit}. Осталось на сегодня: {remaining}. Деньги не списаны, заплатите с доверенного устройства или подождите, пока лимит снимут.",
        "On a new device, or one you do not trust, the limit of a day is lower: {limit}. Left today: {remaining}. Nothing was taken: pay from a device you trust, or wait until the limit is lifted.";
    IdempotencyKeyMissing = "idempotency_key_missing", Invalid,
        "No `Idempotency-Key` header on a request that moves money.",
        "Idempotency-Key sarlavhasi koʻrsatilmagan.",
        "Не указан заголовок Idempotency-Key.",
        "The Idempotency-Key header is missing.";
    IdempotencyKeyMalformed = "idempotency_key_malformed", Invalid,
        "The key is not a version 7 UUID.",
        "Idempotency-Key 7-versiyadagi UUID boʻlishi kerak.",
        "Idempotency-Key должен быть UUID версии 7.",
        "The Idempotency-Key must be a version 7 UUID.";
    IdempotencyKeyOutOfTime = "idempotency_key_out_of_time", Invalid,
        "The time in the key is too far from the bank's: the maker's clock is wrong, or the key is very old.",
        "Soʻrov juda eski yoki qurilma soati notoʻgʻri. Pul yechilmadi, soatni tekshirib, qaytadan urinib koʻring.",
        "Запрос слишком старый или часы устройства идут неверно. Деньги не списаны, проверьте часы и повторите.",
        "The request is too old, or the clock of this device is wrong. Nothing was taken: check the clock and try again.";
    IdempotencyKeyReused = "idempotency_key_reused", Conflict,
        "The key is known, with another request or from another customer.",
        "Bu kalit boshqa soʻrov uchun ishlatilgan.",
        "Этот ключ уже использован для другого запроса.",
        "This key was used for a different request.";
    ReferenceUsed = "reference_used", Conflict,
        "An exclusive external reference belongs to another operation.",
        "Bu tashqi raqam boshqa amalda ishlatilgan.",
        "Этот внешний номер уже использован другой операцией.",
        "This reference belongs to another operation.";
    HoldNotFound = "hold_not_found", NotFound,
        "No such hold, or it is between other accounts.",
        "Bunday band qilingan summa yoʻq.",
        "Такого удержания нет.",
        "There is no such hold.";
    HoldNotOpen = "hold_not_open", Conflict,
        "The hold was captured, released or has expired.",
        "Bu summa endi band emas.",
        "Это удержание уже завершено.",
        "This hold has already ended.";
    HoldExpired = "hold_expired", Rule,
        "The hold's time is over.",
        "Band qilish muddati tugagan.",
        "Срок удержания истёк.",
        "The hold has expired.";
    HoldNotDue = "hold_not_due", Conflict,
        "The hold's time is not over yet.",
        "Band qilish muddati hali tugamagan.",
        "Срок удержания ещё не истёк.",
        "The time of the hold is not over yet.";
    HoldTooSmall = "hold_too_small", Rule,
        "More was asked than is held.",
        "Soʻralgan summa band qilinganidan katta.",
        "Запрошено больше, чем удержано.",
        "More was asked for than is held.";
    OperationMalformed = "operation_malformed", Invalid,
        "An operation that no use case should build: no transfers, too many, or an amount out of range.",
        "Amal notoʻgʻri tuzilgan.",
        "Операция составлена неверно.",
        "The operation is not well formed.";
    BalanceOutOfRange = "balance_out_of_range", Rule,
        "A running total of an account would not fit 64 bits.",
        "Hisob aylanmasi chegaradan oshib ketadi.",
        "Оборот по счёту выйдет за допустимые пределы.",
        "The turnover of the account would go out of range.";
    PeriodInvalid = "period_invalid", Invalid,
        "A period that ends before it begins, lies in the future or is too long.",
        "Davr notoʻgʻri. U {days} kundan oshmasin.",
        "Период указан неверно. Он не может быть длиннее {days} дней.",
        "The period is not valid. It can be at most {days} days long.";
    StatementTooLong = "statement_too_long", Rule,
        "More lines than one statement may have.",
        "Bu davrda amallar juda koʻp: {lines} tadan oshmasin. Qisqaroq davrni tanlang.",
        "За этот период слишком много операций: больше {lines}. Выберите период короче.",
        "There are more than {lines} entries in this period. Choose a shorter one.";
    CursorInvalid = "cursor_invalid", Invalid,
        "The page cursor is not one the bank gave out.",
        "Sahifa belgisi notoʻgʻri. Roʻyxatni boshidan oching.",
        "Метка страницы неверная. Откройте список заново.",
        "The page marker is not valid. Open the list from the start.";
}

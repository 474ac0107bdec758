### The words of the panel of the staff. Keys begin with the screen they stand on.

## Everywhere

app-name = Okto
app-tag = Xodimlar
skip-to-content = Asosiy qismga oʻtish
language = Til
crumbs = Bu sahifaning oʻrni
places = Boʻlimlar
places-work = Ish
places-control = Nazorat
places-own = Siz
place-today = Bugun
place-customers = Mijozlar
place-cases = Murojaatlar
place-approvals = Tasdiqlar
place-staff = Xodimlar va rollar
place-audit = Audit jurnali
place-me = Mening kirishim
find-label = Mijozni topish
find-placeholder = Telefon, ism, e-mail, hujjat yoki mijoz IDsi
sign-out = Chiqish
close = Yopish
cancel = Bekor qilish
retry = Qayta ochish
go-home = Bosh sahifaga
go-back = Orqaga
today = Bugun
yesterday = Kecha
idle-text = Ikki daqiqadan keyin seans tugaydi.
idle-stay = Davom etish
idle-over-title = Siz yoʻq edingiz
idle-over-text = Bu sahifadan 15 daqiqa hech kim foydalanmadi, shuning uchun koʻrsatilgan narsa olib qoʻyildi. Seans davom etmoqda: boshqa sahifada ishlagansiz.
idle-over-back = Sahifaga qaytish
keys-title = Tugmalar
keys-find = Mijozni topish
keys-rows = Keyingi va oldingi qator
keys-off-hint = Harflar oʻzi hech narsani oʻzgartirmaydi. Ularni “Mening kirishim” boʻlimida oʻchirish mumkin.
older = Eskiroq
newer = Eng yangilariga
pages-label = Roʻyxat qismlari
filter-apply = Saralash
filter-reset = Tozalash
none = yoʻq
actions = Amallar
reason = Sabab
reason-hint = U audit jurnalida qoladi. Hamkasbingiz bir yildan keyin ham tushunadigan qilib yozing.
by-system = bankning oʻzi
by-nobody = kirmagan shaxs

## Something went wrong

error-title = Amalga oshmadi
error-form-title = Iltimos, tekshiring
error-not-found-title = Bunday sahifa yoʻq
error-not-found-text = Manzil notoʻgʻri yozilgan yoki u yerdagi narsa endi yoʻq.
error-broken-title = Bizning tomonda nosozlik
error-broken-text = Muhandislar bundan xabardor. Bir daqiqadan keyin urinib koʻring.
error-forbidden-title = Rolingiz bunga ruxsat bermaydi
error-forbidden-text = Urinish audit jurnaliga yozildi. Ishingiz uchun kerak boʻlsa, xavfsizlik xodimidan rol soʻrang.
error-busy-title = Bank band
error-reference = Qoʻllab-quvvatlash uchun raqam: { $reference }
error-form-expired-title = Sahifa eskirgan
error-form-expired-text = Hech narsa qilinmadi. Sahifani qayta ochib, takrorlang.

## Passkeys

passkey-unsupported = Bu brauzerda kirish kalitlari yoʻq. Chrome, Edge, Firefox yoki Safarining yangi versiyasidan foydalaning.
passkey-cancelled = Tasdiqlanmadi. Qayta urinib, kalitga teging yoki qurilmada tasdiqlang.
passkey-failed = Bank bilan aloqa boʻlmadi. Hech narsa qilinmadi, qayta urinib koʻring.
passkey-no-script = Kirish kalitlari uchun JavaScript kerak. Uni shu sayt uchun yoqing.

## Sign-in and enrolment

prove-title = Bu siz ekaningizni tasdiqlang
prove-text = Kalitingizdan ancha vaqt foydalanmadingiz. Toʻldirganlaringiz keyin yuboriladi.
prove-submit = Kalit bilan tasdiqlash
gate-text = Bank xodimlari uchun. Bu yerdagi har bir amal muhrlangan jurnalga yoziladi.
sign-in-title = Kirish
sign-in-text = Kirish kaliti bilan: xavfsizlik kaliti yoki roʻyxatdan oʻtgan qurilma. Bu yerda parol yoʻq.
sign-in-submit = Kirish kaliti bilan kirish
sign-in-help = Kalitni yoʻqotdingizmi? Xavfsizlik xodimi yangi havola yuboradi.
sign-in-ended = Siz tizimdan chiqdingiz: seans tugadi yoki 15 daqiqa ishlatilmadi.
sign-in-enrolled = Kirish kaliti tayyor. U bilan kiring.
enrol-title = Kirish kalitingiz
enrol-text = Salom, { $name }. Kirish va qarorlarni tasdiqlash uchun kirish kalitini yarating. Havola bir marta ishlaydi.
enrol-name = Kalit nomi
enrol-name-hint = Keyinchalik roʻyxatda tanish uchun, masalan “Koʻk kalit”.
enrol-submit = Kirish kalitini yaratish
enrol-default-name = Mening kalitim

## Today

today-title = Bugun
today-approvals = Qaroringiz kutilmoqda
today-approvals-none = Kutayotgan qaror yoʻq
today-approvals-none-text = Hamkasbingiz ikkinchi shaxs tasdigʻini talab qiladigan narsani taklif qilsa, u shu yerda chiqadi.
today-own = Sizning takliflaringiz
today-cases = Ochiq murojaatlar
today-find = Mijozni topish

## Customers

customers-title = Mijozlar
customers-query = Telefon, ism, e-mail, hujjat yoki ID
customers-query-hint = Toʻliq telefon, e-mail, hujjat raqami yoki ID bitta odamni topadi; ism esa ismi shunday boshlanadiganlarni.
customers-find = Topish
customers-found = Topilgan mijozlar
customers-begin = Kimni qidiryapsiz?
customers-begin-text = Mijozdan telefon raqamini soʻrang. Qidiruvlar audit jurnaliga yoziladi.
customers-nobody = Hech kim topilmadi
customers-nobody-text = Yozilishini tekshiring yoki telefon raqami boʻyicha qidiring.
customers-too-little = Telefon, e-mail yoki hujjat raqamini toʻliq yozing yoki ismning kamida uchta harfini kiriting.
customers-more = Yana bor. Ismni toʻliqroq yozing.
customer-name = Ism
customer-phone = Telefon
customer-email = E-mail
customer-document = Shaxsni tasdiqlovchi hujjat
customer-birth = Tugʻilgan sana
customer-code = Mijoz kodi
customer-since = Mijoz boʻlgan sana
customer-lang = Til
customer-state = Holati
customer-active = faol
customer-frozen = muzlatilgan
customer-closed = yopilgan
customer-erased = Maʼlumotlari oʻchirilgan mijoz
customer-tabs = Profil qismlari
customer-profile = Profil
customer-security = Qurilmalar va seanslar
customer-cases = Murojaatlar
customer-cases-none = Murojaat boʻlmagan
customer-log = Mijoz boʻyicha audit
customer-person = Shaxsiy maʼlumotlar
customer-hidden = yashirilgan
customer-not-yours = rolingiz uchun emas
customer-show = Koʻrsatish
customer-show-hint = Koʻrganingiz ismingiz bilan audit jurnaliga yoziladi.
customer-shown = Hozir sizga koʻrsatildi. Bu audit jurnaliga yozildi.
customer-none = berilmagan

## Devices and sessions

sessions-title = Seanslar
sessions-none = Faol seans yoʻq.
session-client = Dastur
session-kind = Turi
session-browser = brauzer
session-mobile = ilova
session-place = Joy
session-began = Boshlangan
session-seen = Oxirgi harakat
session-passkey = Kirish kaliti
session-end = Tugatish
session-end-all = Barcha seanslarni tugatish
session-ended-notice = Bajarildi. Mijoz bir soniya ichida hamma joydan chiqariladi.
devices-title = Qurilmalar
devices-none = Bogʻlangan qurilma yoʻq.
device-name = Qurilma
device-kind = Turi
device-app = ilova
device-browser = brauzer
device-state = Holati
device-cooling = yangi, past limitlar
device-active = faol
device-bound = Bogʻlangan
device-seen = Oxirgi marta
device-end = Olib tashlash

## Freezing

freeze = Muzlatish
freeze-title = Muzlatish: { $name }
freeze-text = Darhol: barcha seanslar tugaydi, hech kim kira olmaydi, pul chiqmaydi. Faqat ikki xodim birgalikda bekor qila oladi.
freeze-submit = Hozir muzlatish
freeze-done = Mijoz muzlatildi.
document = Hujjatni solishtirish
document-title = { $name }: hujjat
document-text = Mijoz koʻrsatayotgan hujjatda yozilganini kiriting. Bank uni mijoz ilovada kiritgan maʼlumot bilan solishtiradi.
document-number = Seriya va raqam
document-personal = Shaxsiy raqam (JSHSHIR)
document-submit = Hujjat qoʻlimda
document-done = Hujjat koʻrilgani belgilandi.
document-undone = Belgi olib tashlandi. Mijoz boshqa hujjat kirita oladi.
document-none = Mijoz ilovada hujjat kiritmagan.
document-seen-text = Hujjatni xodim koʻrgan. Belgi olib tashlanmaguncha mijoz boshqasini kirita olmaydi.
document-over-text = Hujjatni xodim koʻrgan, lekin muddati oʻtgan. Mijoz ilovada boshqasini kirita oladi.
document-unsee = Belgini olib tashlash
unfreeze = Muzlatishdan chiqarishni taklif qilish
unfreeze-title = Muzlatishdan chiqarish: { $name }
unfreeze-text = Bu taklif. Huquqi bor boshqa xodim kaliti bilan tasdiqlaganda amalga oshadi.

## Proposals

propose-who = Kim qaror qiladi
propose-how-many = Necha kishi
propose-submit = Tasdiqqa yuborish
propose-not-now = Hozir buni taklif qilib boʻlmaydi
change-recovery = Kirishni tiklash
change-phone-proven = Raqam bankda tasdiqlangan
change-code = parolni bir marta almashtirish kodi
change-personal = Shaxsiy maʼlumotlar
change-kept = saqlanadi
change-erased = oʻchirilgan
close-customer = Yopishni taklif qilish
close-title = Yopish: { $name }
close-text = Boshqa xodim kaliti bilan tasdiqlagach, mijoz bankdan butunlay ketadi: barcha seanslar tugaydi, qayta kirib boʻlmaydi. Hisoblarida hech narsa qolmagan boʻlishi kerak.
recover = Kirishni tiklashni taklif qilish
recover-title = Kirishni tiklash: { $name }
recover-text = Kirish uchun kerakli hamma narsasini yoʻqotgan va hujjati bilan qarshingizda turgan mijoz uchun. Tasdiqlagan xodimga kod bir marta koʻrsatiladi; mijoz u bilan yangi parol oʻrnatadi.
phone = Boshqa telefon taklif qilish
phone-title = Boshqa telefon: { $name }
phone-text = Hujjati bilan qarshingizda turgan mijoz uchun. Yangi raqamga kod boradi; mijoz uni sizga oʻqib bersin. Muzlatilgan mijoz uchun ham boʻladi: bu bilan u kira olmaydi.
phone-new = Yangi telefon
phone-send = Kodni yuborish
phone-code-text = Kod yuborildi. Mijoz oʻqib bergan kodni kiriting. Boshqa xodim kaliti bilan tasdiqlagach, telefon almashadi, barcha seanslar tugaydi, toʻlovlar oʻn ikki soat kichik boʻladi. Parolini ham yoʻqotgan mijozga kirish keyin alohida taklif bilan tiklanadi.
phone-code = Xabardagi kod
erase = Maʼlumotlarni oʻchirishni taklif qilish
erase-title = Maʼlumotlarini oʻchirish: { $name }
erase-text = Boshqa xodim kaliti bilan tasdiqlagach, barcha shaxsiy maʼlumotlar hamma joyda, zaxira nusxalar va audit jurnalida ham oʻqib boʻlmaydigan boʻladi. Buni hech kim bekor qila olmaydi.
kill = Hammaning seanslarini tugatish
kill-title = Barcha mijozlarning barcha seanslarini tugatish
kill-text = Kalitlari oʻgʻirlangan bank uchun. Boshqa xodim kaliti bilan tasdiqlagach, har bir mijoz hamma joydan chiqariladi va qaytadan kirishi kerak boʻladi.

## Cases

cases-title = Murojaatlar
cases-none = Ochiq murojaat yoʻq
cases-none-text = Mijoz “bu men emasman” desa, murojaat shu yerda chiqadi.
cases-none-closed = Hali yopilgan murojaat yoʻq
cases-tabs = Murojaatlar roʻyxatlari
cases-open = Ochiq
cases-closed = Yopilgan
case-kind = Mavzu
case-not-me = “Bu men emasman”
case-staff-freeze = Xodim muzlatgan
case-other = Boshqa
case-customer = Mijoz
case-opened = Ochilgan
case-state = Holati
case-open = ochiq
case-closed = yopilgan
case-about = Nima maʼlum
case-from = Nimadan boshlangan
case-from-session = mijozning ilovadagi xabaridan
case-from-notice = mijozning kirish haqidagi bildirishnomadan bergan xabaridan
case-frozen-by = Muzlatgan
case-reason = Muzlatish sababi
case-closed-at = Yopilgan
case-closed-by = Yopgan
case-outcome = Natija
case-note = Eslatma
case-confirmed = suiisteʼmol tasdiqlandi
case-false-alarm = yolgʻon xavotir
case-no-action = chora kerak emas
case-unfrozen = mijoz muzlatishdan chiqarildi
case-close = Murojaatni yopish
case-close-text = Mijoz uchun hech narsa oʻzgarmaydi: muzlatilgan mijoz ikki xodim bekor qilmaguncha muzlatilgan qoladi.
case-choose = tanlang
case-choose-first = Natijani tanlang.
case-done = Murojaat yopildi.

## Staff and roles

staff-title = Xodimlar va rollar
staff-list = Xodimlar
staff-person = Xodim
staff-log = Nima qilgan
staff-name = Ism
staff-email = Ish e-maili
staff-phone = Telefon, agar bank mijozi boʻlsa
staff-roles = Rollar
staff-state = Holati
staff-since = Qoʻshilgan
staff-seen = Oxirgi kirish
staff-invited = hali roʻyxatdan oʻtmagan
staff-active = faol
staff-suspended = toʻxtatilgan
staff-invite = Yangi xodim taklif qilish
staff-invite-text = Huquqi bor boshqa xodim tasdiqlashi kerak. Keyin bir martalik havola kirish kalitini yaratadi.
staff-change-roles = Boshqa rollar taklif qilish
staff-roles-title = Boshqa rollar: { $name }
staff-roles-text = Huquqi bor boshqa xodim kaliti bilan tasdiqlagach, bu rollar u ochadigan keyingi sahifadan amal qiladi.
staff-suspend = Toʻxtatishni taklif qilish
staff-suspend-title = Toʻxtatish: { $name }
staff-suspend-text = Tasdiqlangach, seanslari tugaydi va kira olmaydi.
staff-reinstate = Tiklashni taklif qilish
staff-reinstate-title = Tiklash: { $name }
staff-reinstate-text = Tasdiqlangach, xodim yana oʻz kaliti bilan kira oladi.
staff-may = Rollar nimaga ruxsat beradi
recover-code-title = Mijoz uchun kod
recover-code-text = Uni qarshingizda turgan mijozga bering. U faqat hozir koʻrsatiladi va yangi parol oʻrnatishda ikkinchi tasdiq oʻrnini bosadi.
copy = Nusxa olish
copied = Nusxa olindi
role-support = Qoʻllab-quvvatlash
role-compliance = Komplayens
staff-link-new = Yangi havola taklif qilish
staff-link-title = Yangi havola: { $name }
staff-link-new-text = Tasdiqlangach, yangi havola taklifdagi manzilga yuboriladi. Avvalgilari ishlamaydi.
staff-link = Kirish havolasi
staff-link-over = muddati oʻtgan
staff-link-handed = qoʻlga berilgan
staff-link-waits = yuborilmoqda
staff-link-sent = yuborildi
staff-link-refused = pochta serveri qabul qilmadi
staff-link-by-mail = pochta orqali
role-security = Xavfsizlik
role-auditor = Auditor
role-accountant = Buxgalter
role-administrator = Administrator
role-support-text = Mijozlarga yordam beradi: topadi, seanslarini tugatadi, muzlatadi, muzlatishdan chiqarishni taklif qiladi.
role-compliance-text = Qonunga rioya qilinishini kuzatadi: hujjatlarni koʻradi, muzlatadi, muzlatishdan chiqarish boʻyicha qaror qiladi.
role-accountant-text = Hisobni yuritadi: mijozlarni topadi, aloqa maʼlumotlarini koʻrmaydi.
role-security-text = Kirish va seanslarni qoʻriqlaydi, yangi xodim va rollar boʻyicha qaror qiladi.
role-administrator-text = Xodimlar va rollarini taklif qiladi, toʻxtatish boʻyicha qaror qiladi.
role-auditor-text = Hammasini koʻradi, hech narsani oʻzgartirmaydi.

## Approvals

approvals-title = Tasdiqlar
approvals-waiting = kutmoqda: { $count }
approvals-tabs = Takliflar roʻyxatlari
approvals-inbox = Sizni kutmoqda
approvals-own = Sizniki
approvals-open = Barcha kutayotganlar
approvals-history = Tarix
approvals-none = Hech narsa yoʻq
approvals-none-text = Bu yerda siz qaror qila oladigan, oʻzingizniki boʻlmagan takliflar chiqadi.
approval-what = Taklif
approval-by = Taklif qilgan
approval-at = Taklif qilingan
approval-until = Qaror muddati
approval-state = Holati
approval-open = kutmoqda
approval-executed = bajarilgan
approval-rejected = rad etilgan
approval-withdrawn = qaytarib olingan
approval-expired = muddati oʻtgan
approval-failed = bajarib boʻlmadi
approval-of = { $needed } tadan { $given } ta
approval-change = Nima oʻzgaradi
approval-changed = Nima oʻzgardi
approval-field = Maydon
approval-before = Hozir
approval-after = Keyin
approval-nothing = hech narsa
approval-about = Kim haqida
approval-all = barchasi
approval-erased = Mazmuni shaxs maʼlumotlari bilan oʻchirilgan; isbot saqlanadi.
approval-not-yours = Bu boʻyicha qaror qila olmaysiz yoki allaqachon qaror qilgansiz.
approval-why = Nima uchun
approval-decide = Sizning qaroringiz
approval-decide-text = Siz kalit bilan aynan shu yerda koʻrsatilganni imzolaysiz. Keyin uni hech kim oʻzgartira olmaydi.
approval-comment = Izoh
approval-comment-hint = Rad etish uchun kerak; tarixda qoladi.
approval-approve = Kalit bilan tasdiqlash
approval-reject = Kalit bilan rad etish
approval-withdraw = Qaytarib olish
approval-own-text = Bu sizning taklifingiz, qarorni boshqalar qabul qiladi.
approval-sent = Tasdiqqa yuborildi.
approval-steps = Nima boʻldi
approval-step-proposed = Taklif qildi: { $name }
approval-step-approved = Tasdiqladi: { $name }
approval-step-rejected = Rad etdi: { $name }
action-customer-unfreeze = Mijozni muzlatishdan chiqarish
action-customer-close = Mijozni yopish
action-customer-erase = Shaxsiy maʼlumotlarni oʻchirish
action-customer-recover = Mijozga kirishni tiklash
action-customer-phone = Mijoz telefonini almashtirish
action-staff-invite = Yangi xodim
action-staff-roles = Boshqa rollar
action-staff-suspend = Xodimni toʻxtatish
action-staff-reinstate = Xodimni tiklash
action-global-kill = Barcha mijozlar seanslarini tugatish
approval-step-waiting = Qaror kutilmoqda

## Audit log

audit-title = Audit jurnali
audit-events = Hodisalar
audit-event = Hodisa
audit-actor = Kim
action-staff-link = Yangi havola yuborish
audit-action = Nima
audit-subject = Kim haqida
audit-object = Obyekt
audit-outcome = Natija
audit-any = istalgan
audit-done = bajarildi
audit-refused = rad etildi
audit-when = Qachon
audit-from = Dan
audit-to = Gacha
audit-action-hint = Masalan staff.signed_in; oxirida nuqta boʻlsa, shunday boshlanadigan hammasi.
audit-none = Hodisa topilmadi
audit-none-text = Davrni kengaytiring yoki maydonni tozalang.
audit-sealed = muhrlangan
audit-unsealed = muhr kutilmoqda
audit-proof = Isbot
audit-leaf = Daraxt bargi
audit-checkpoint = Muhrlangan nuqta
audit-path = Xeshlar yoʻli
audit-session = Seans
audit-trace = Soʻrov
audit-facts = Faktlar
audit-personal = Shaxsiy qism
audit-personal-show = Koʻrsatish
audit-personal-erased = Mijoz xohishiga koʻra oʻchirilgan; isbot saqlanadi.
audit-personal-none = yoʻq
audit-export = Eksportni yuklab olish
audit-export-text = Soʻnggi nuqtagacha muhrlangan jurnal; boshqa joyda okto audit verify bilan tekshiriladi.

## My account

me-title = Mening kirishim
me-sessions = Sizning seanslaringiz
me-this = shu
me-end-others = Boshqalarini tugatish
me-passkeys = Sizning kirish kalitlaringiz
me-passkey-added = Qoʻshilgan
me-passkey-used = Oxirgi ishlatilgan
me-passkey-kind = Saqlanishi
me-passkey-one = bitta qurilmada
me-passkey-synced = qurilmalararo sinxron
me-passkey-add = Kalit qoʻshish
me-passkey-add-text = Birinchisi yoʻqolsa, ikkinchi kalit ishlashingizga imkon beradi.
me-passkey-remove = Oʻchirish
me-look = Panel koʻrinishi
me-theme = Mavzu
me-theme-auto = Qurilmadagidek
me-theme-light = Yorugʻ
me-theme-dark = Qorongʻi
me-keys = Tugmalar
me-keys-on = Yoqilgan
me-keys-off = Oʻchirilgan
me-roles = Sizning rollaringiz

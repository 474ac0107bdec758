### Ilova soʻzlari. Kalit oʻzi turgan ekran nomi bilan boshlanadi.

## Hamma joyda

app-name = Okto
app-description = Telefoningizdagi bank
skip-to-content = Asosiy qismga oʻtish
tab-home = Asosiy
tab-pay = Toʻlovlar
tab-activity = Tarix
tab-products = Xizmatlar
tab-help = Yordam
tabs-label = Asosiy boʻlimlar
back = Orqaga
continue = Davom etish
cancel = Bekor qilish
save = Saqlash
copy = Nusxa olish
copied = Nusxa olindi
share = Ulashish
all = Hammasi
more = Yana koʻrsatish
retry = Qayta urinish
go-home = Asosiy sahifaga
language = Til
today = Bugun
yesterday = Kecha
offline-banner = Aloqa yoʻq. Ekrandagi maʼlumot eskirgan boʻlishi mumkin.
trouble-banner = Bank bilan aloqa yoʻq. Qayta urinib koʻring: takrorlangan toʻlov ikki marta yechilmaydi.
live-in = { $name } { $amount } yubordi
live-in-cash = { $amount } tushdi
install = Ilovani oʻrnatish
install-text = U telefon ekranidan ochiladi va aloqa yoʻqligini aytadi.
install-ios = iPhoneda: Safarida ulashish tugmasini, soʻng ilovani bosh ekranga qoʻshish bandini bosing.

## Xatolik yuz berdi

error-title = Amal bajarilmadi
error-form-title = Tekshirib koʻring
error-not-found-title = Bunday sahifa yoʻq
error-not-found-text = Manzil xato yozilgan yoki u yerdagi maʼlumot endi sizniki emas.
error-busy-title = Bank hozir band
error-broken-title = Bizda nosozlik yuz berdi
error-broken-text = Biz bundan xabardormiz. Bir daqiqadan keyin urinib koʻring.
error-unknown-title = Natija hozircha nomaʼlum
error-unknown-text = Qayta yuborishdan oldin tarixni koʻring: oʻsha tasdiq takrorlansa, pul ikki marta yechilmaydi.
error-reference = Bizga qoʻngʻiroq qilsangiz, shu kodni ayting: { $reference }
error-form-expired-title = Sahifa eskirgan
error-form-expired-text = Hech narsa bajarilmadi. Sahifani qayta oching va takrorlang.
error-signed-out-title = Tizimdan chiqdingiz
error-signed-out-text = Bankdan chiqarildingiz: besh daqiqa harakat boʻlmadi yoki boshqa qurilmadan chiqildi. Kirsangiz, oʻsha joyga qaytasiz.

## Aloqa yoʻq

offline-title = Aloqa yoʻq
offline-text = Hozir bu yerdan bankka ulanib boʻlmayapti. Agar hozirgina toʻlovni tasdiqlagan boʻlsangiz, uni takrorlashdan oldin «Tarix» boʻlimini koʻring. Aloqa tiklangach, sahifani qayta oching.
offline-retry = Qayta urinish

## Nima qanday ataladi

asset-uzs = Soʻm hisobi
asset-usd = Dollar hisobi
category-people = Odamlar
category-own = Oʻz hisoblarim
category-cash = Naqd pul
category-groceries = Oziq-ovqat
category-eating = Kafe
category-transport = Transport
category-home = Uy
category-health = Sogʻliq
category-children = Bolalar
category-shopping = Xaridlar
category-leisure = Dam olish
category-fees = Komissiya
category-income = Daromad
category-other = Boshqa
category-refunds = Qaytarilgan pul
operation-own = Oʻz hisoblarim orasida
operation-cash-in = Naqd pul bilan toʻldirish
operation-transfer-in = Kelgan oʻtkazma
operation-transfer-out = Yuborilgan oʻtkazma
operation-refund-in = Menga qaytarilgan oʻtkazma
operation-refund-out = Men qaytargan oʻtkazma
operation-refund-of-sent = { $name } nomiga oʻtkazma qaytarildi
operation-refund-of-received = { $name } yuborgan oʻtkazma qaytarildi
refund-amount = Qaytarildi
refund-fee = Qaytarilgan komissiya
refund-of = Qaysi oʻtkazma qaytarilgan
refunds-title = Bu oʻtkazmadan qaytarilgani
refund-out-text = Bank bu oʻtkazmani yuborgan kishiga qaytardi. Buni kutmagan boʻlsangiz, bankka yozing yoki qoʻngʻiroq qiling.
operation-other = Amal

## Kirish

phone-label = Telefon
password-label = Parol
sign-in-title = Kirish
sign-in-submit = Kirish
sign-in-cannot = Kira olmayapman
sign-in-new = Hali mijoz emasmisiz?
sign-up-link = Roʻyxatdan oʻtish
sign-out = Chiqish
password-show = Parolni koʻrsatish

## Kutib olish

welcome-title = Bankingiz telefoningizda
welcome-transfer = Telefon raqami boʻyicha oʻtkazmalar
welcome-transfer-text = Tasdiqlashdan oldin pul kimga ketayotganini koʻrasiz. Pul darhol yetib boradi, komissiya oldindan koʻrinadi.
welcome-accounts = Soʻm va dollar hisoblari
welcome-accounts-text = Shu yerda bir daqiqada ochiladi. Yuritish bepul.
welcome-statements = Har kim tekshira oladigan koʻchirmalar
welcome-statements-text = Koʻchirmadagi QR kod uni biz berganimizni koʻrsatadi.
welcome-sign-up = Roʻyxatdan oʻtish
welcome-help = Savollar va aloqa
welcome-verify = Hujjatni tekshirish

## Roʻyxatdan oʻtish

sign-up-title = Roʻyxatdan oʻtish
sign-up-step = { $step }-qadam, jami 3 ta
sign-up-phone-text = Mobil raqamingizni kiriting. U sizniki ekaniga ishonch hosil qilish uchun kod yuboramiz.
sign-up-phone-hint = Masalan, 90 123 45 67. Tizimga ham shu raqam bilan kirasiz.
sign-up-send = Kod olish
sign-up-known = Allaqachon mijozmisiz?
sign-up-code-title = Xabardagi kod
sign-up-code-sent = { $phone } raqamiga kod yubordik. U 3 daqiqa amal qiladi.
sign-up-code-sent-again = { $phone } raqamiga yangi kod yuborildi. Avvalgisi endi yaroqsiz.
sign-up-code-label = Kod
sign-up-code-hint = 6 ta raqam. Bank xodimlari uni hech qachon soʻramaydi.
sign-up-code-none = Xabar kelmadimi?
sign-up-code-again = Yangi kod olish
sign-up-code-wait = Yangi kod {"{}"} soniyadan keyin
sign-up-other-phone = Raqam notoʻgʻrimi? Oʻzgartirish
sign-up-you-title = Siz haqingizda
sign-up-you-text = { $phone } raqami tasdiqlandi. Endi ismingiz va parol kerak.
sign-up-first-name = Ism
sign-up-last-name = Familiya
sign-up-name-hint = Pasport yoki ID kartada yozilganidek.
sign-up-birth-date = Tugʻilgan sana
sign-up-birth-date-hint = Yoshingiz 18 dan kichik boʻlmasligi kerak.
sign-up-password-hint = Kamida 12 ta belgi. Bir-biriga aloqasi yoʻq uch-toʻrtta soʻzni eslab qolish oson, topish qiyin. Ism va telefon raqami boʻlmasin.
sign-up-finish = Bankimni ochish
sign-up-sign-in = Kirish
sign-up-start-again = Boshidan boshlash

## Yordam

help-title = Yordam
help-contacts = Aloqa
help-phone = Telefon
help-address = Manzil
help-bank = Bank
help-licence = Litsenziya
help-topics = Koʻp beriladigan savollar
help-others = Boshqa savollar
help-not-solved = Javob topolmadingizmi?
help-call = Qoʻngʻiroq: { $phone }
help-verify = Hujjatimizni tekshirish
help-verify-text = Kodi yoki QR orqali

## Hujjatni tekshirish

verify-title = Hujjatni tekshirish
verify-text = Har bir koʻchirmamizda QR kod ostida 16 ta belgidan iborat kod bor. Uni shu yerga yozing va bankda nima qayd etilganini koʻring.
verify-code-label = Hujjat kodi
verify-code-hint = 16 ta harf va raqam; boʻsh joy, chiziqcha, katta yoki kichik harf ahamiyatsiz.
verify-submit = Tekshirish
verify-good = Bank shu kodli hujjat bergan
verify-good-text = Raqamlarni qogʻoz bilan solishtiring. Bittasi farq qilsa, qogʻoz oʻzgartirilgan: uni qabul qilmang.
verify-changed = Bank bergan, lekin unga tayanib boʻlmaydi
verify-changed-text = Qaydlarimiz bu hujjatga endi mos emas. Egasidan yangisini soʻrang yoki bizga qoʻngʻiroq qiling: { $phone }.
verify-none = Bunday hujjat yoʻq
verify-none-text = Bank { $code } kodli hujjat bermagan. Kodni qogʻoz bilan solishtiring. U bir xil boʻlsa, qogʻoz bizniki emas.
verify-says = Qogʻozda nima yozilgan boʻlishi kerak
verify-holder = Hisob egasi
verify-number = Hisobvaraq
verify-period = Davr
verify-opening = Davr boshidagi qoldiq
verify-credits = Kirim
verify-debits = Chiqim
verify-closing = Davr oxiridagi qoldiq
verify-lines = Amallar soni
verify-issued = Berilgan vaqti
verify-code = Tekshirish kodi
verify-masked = Egasini himoya qilish uchun ism va raqam qisman koʻrsatilgan. Koʻringan qismini solishtiring.
verify-another = Boshqa hujjatni tekshirish

## Bosh ekran

home-hello = Salom, { $name }
home-profile = Profil va xavfsizlik
home-hide = Qoldiqlarni yashirish
home-show = Qoldiqlarni koʻrsatish
home-search = Amallarni qidirish
home-total = Jami balans
home-dollars = Dollar hisoblarida { $amount }
home-spent = Bu oy { $amount } sarflandi
home-actions = Tez amallar
home-pay-phone = Telefon orqali
home-own = Oʻz hisoblarim
home-requisites = Rekvizitlar
home-statement = Koʻchirma
home-accounts = Hisoblar
home-new-account = Yangi hisob
home-recent = Soʻnggi amallar
home-none-title = Hozircha amallar yoʻq
home-none-text = Kirim va chiqimlar shu yerda koʻrinadi. Pul olish uchun hisob rekvizitlarini bering.
home-none-action = Hisob rekvizitlari
home-attention = Eʼtibor bering
home-no-account-title = Sizda hali hisob yoʻq
home-no-account-text = Pul olish va yuborish uchun hisob oching. Bu bepul.
home-frozen-title = { $tail } hisob muzlatilgan
home-frozen-text = Undan pul chiqmaydi. Kirimlar tushaveradi.
home-frozen-link = Hisob haqida

## Hisob

account-balance = Qoldiq
account-available = Ishlatish mumkin: { $amount }
account-held = Band qilingan: { $amount }
account-actions = Nima qilish mumkin
account-send = Yuborish
account-requisites = Rekvizitlar
account-statement = Koʻchirma
account-rename = Nomlash
account-opened-title = Hisob ochildi
account-opened-text = Sizga pul yuboradiganlarga rekvizitlarini bering.
account-number = Hisob raqami
account-frozen = Muzlatilgan
account-frozen-title = Bu hisob muzlatilgan
account-frozen-text = Undan pul chiqmaydi, pulingiz hisobda turadi. Kirimlar tushaveradi. Sababini bankdan bilib olishingiz mumkin: bizga qoʻngʻiroq qiling yoki yozing.
account-frozen-link = Bank bilan bogʻlanish
account-closed-title = Bu hisob yopilgan
account-closed-text = Unga pul tushmaydi. Koʻchirmasini hali ham olish mumkin.
account-operations = Amallar
account-none-title = Hozircha amallar yoʻq
account-none-text = Kirim va chiqimlar shu yerda koʻrinadi.
account-name-title = Hisob nomi
account-name-label = Nomi
account-name-hint = Uni faqat siz koʻrasiz. Boʻsh qoldirsangiz, hisob «{ $usual }» deb ataladi.

## Hisob rekvizitlari

requisites-title = Hisob rekvizitlari
requisites-text = Shu hisobga pul oʻtkazish uchun kerakli maʼlumotlar.
requisites-holder = Hisob egasi
requisites-number = Hisob raqami
requisites-currency = Valyuta
requisites-bank = Bank
requisites-mfo = Bank kodi (MFO)
requisites-taxpayer = Bankning STIRi
requisites-copy-all = Hammasidan nusxa olish
requisites-qr-title = QR-kod
requisites-qr = Hisob raqami yozilgan QR-kod
requisites-qr-text = Unda hisob raqami bor: uni qoʻlda kiritish shart emas.

## Koʻchirma

statement-title = Hisobvaraqdan koʻchirma
statement-text = U PDF, Excel va CSV shaklida beriladi. Undagi kod bilan hujjatni har kim tekshira oladi.
statement-periods = Davr
statement-this-month = Shu oy
statement-last-month = Oʻtgan oy
statement-three-months = 3 oy
statement-year = Bir yil
statement-from = Birinchi kun
statement-to = Oxirgi kun
statement-hint = Koʻpi bilan bir yil, bugungi kungacha.
statement-submit = Koʻchirma olish

## Berilgan koʻchirma

document-title = Hisobvaraqdan koʻchirma
document-period = Davr
document-days = { $from } – { $to }
document-account = Hisob
document-holder = Hisob egasi
document-issued = Berilgan vaqti
document-opening = Davr boshida
document-credits = Kirim
document-debits = Chiqim
document-closing = Davr oxirida
document-count = Amallar soni
document-download = Yuklab olish
document-pdf = PDF fayl
document-xlsx = Excel jadvali
document-csv = CSV: dasturlar uchun
document-verify-title = Hujjatni tekshirish
document-verify-text = Koʻchirmani olgan kishi uning haqiqiyligini va oʻzgartirilmaganini saytimizda tekshira oladi.
document-code = Hujjat kodi
document-verify-link = Tekshiruvni ochish
document-again = Boshqa davr

## Mahsulotlar

products-title = Xizmatlar
products-text = Hoziroq ochish mumkin boʻlgan hisoblar.
products-free = Ochish va yuritish bepul.
products-left = Yana { $count } ta ochish mumkin.
products-limit = Bir kishi ocha oladigan hisoblarning hammasi sizda bor.
products-uzs-text = Maosh, oʻtkazmalar va kundalik xarajatlar uchun.
products-usd-text = Dollar saqlash uchun. U soʻmdan alohida hisoblanadi.
products-open-title = Hisob ochish
products-open-what = Hisob
products-open-price = Ochish va yuritish
products-open-price-free = Bepul
products-open-left = Yana nechta ochish mumkin
products-open-text = Hisob oʻz raqamini oladi va shu zahoti ishlaydi.
products-open-submit = Hisobni ochish
products-limit-title = Bunday hisobni boshqa ochib boʻlmaydi

## Toʻlovlar

pay-title = Pul oʻtkazish
pay-own-title = Oʻz hisoblarim orasida
pay-recent = Soʻnggi oluvchilar
pay-currency = Valyuta
pay-to = Telefon yoki hisob raqami
pay-to-hint = Mijozimizning mobil raqami yoki bankimizdagi hisobning 20 ta raqami.
pay-payee = Kimga
pay-somebody-else = Boshqa odamga
pay-own-text = Ikki hisob va summani tanlang
pay-from = Qaysi hisobdan
pay-into = Qaysi hisobga
pay-account-available = { $tail } · mavjud mablagʻ
pay-account-frozen = { $tail } · muzlatilgan, undan pul chiqmaydi
pay-amount = Summa
pay-note = Izoh
pay-note-hint = Boʻsh qoldirish mumkin. Uni oluvchi ham koʻradi.
pay-no-account-title = Hali hisob yoʻq
pay-no-account-text = Avval hisob oching: bu bepul va bir necha soniya oladi.
pay-open-account = Hisob ochish
pay-own-none-title = Bitta hisob yetarli emas
pay-own-none-text = Oʻz hisoblaringiz orasida oʻtkazish uchun bir xil valyutada ikkita hisob kerak.
pay-review-title = Tekshirib yuboring
pay-review-phone = Telefon
pay-review-fee = Komissiya
pay-review-free = bepul
pay-review-vat = Shundan QQS
pay-review-total = Jami
pay-review-arrival = Yetib borishi
pay-review-at-once = darhol
pay-review-send = { $amount } yuborish
pay-review-change = Oʻzgartirish
pay-review-short-title = Mablagʻ yetarli emas
pay-review-short-text = Bu hisobda yana { $missing } kerak. Pul yechilmadi.
pay-review-refused = Pul yuborilmadi
pay-start-again = Qaytadan boshlash

## Kvitansiyalar va amallar

receipt-title = Pul yuborildi
receipt-title-own = Pul oʻtkazildi
receipt-done = Bajarildi
receipt-when = Vaqti
receipt-from = Qayerdan
receipt-to = Qayerga
receipt-balance-after = Keyingi qoldiq
receipt-category = Nima uchun
receipt-category-choose = Toifa
receipt-category-hint = Uni faqat siz koʻrasiz.
receipt-number = Amal raqami
receipt-repeat = Takrorlash
receipt-pdf = PDF yuklab olish
receipt-text = { $bank }: { $amount }, oluvchi { $name }, { $when }. Amal { $number }
receipt-details = Barcha maʼlumotlar
receipt-problem = Biror narsa notoʻgʻri

## Tarix

activity-title = Tarix
activity-search = Ism yoki izoh boʻyicha qidirish
activity-filters = Boshqa filtrlar
activity-apply = Koʻrsatish
activity-account = Hisob
activity-account-all = Barcha hisoblar
activity-category = Toifa
activity-category-all = Barcha toifalar
activity-from = Sanadan
activity-to = Sanagacha
activity-min = Eng kam summa
activity-max = Eng koʻp summa
activity-amount-hint = Tanlangan hisob valyutasida; hisob tanlanmasa, soʻmda.
activity-text = Matn
activity-direction = Yoʻnalish
activity-in = Kirim
activity-out = Chiqim
activity-period = Davr
activity-this-month = Shu oy
activity-last-month = Oʻtgan oy
activity-quarter = 3 oy
activity-active = Filtrlar: yoqish yoki olib tashlash uchun bosing
activity-clear = Hammasini tozalash
activity-chip = { $name }: { $value }
activity-list = Amallar
activity-count = { $count } ta amal
activity-count-more = Soʻnggi { $count } ta amal, oldingilari pastda
activity-pages = Sahifalar
activity-older = Oldingilarini koʻrsatish
activity-newest = Eng soʻnggilariga
activity-none-title = Bu yer hozircha boʻsh
activity-none-text = Toʻlagan va olgan pullaringiz shu yerda koʻrinadi.
activity-nothing-title = Hech narsa topilmadi
activity-nothing-text = Boshqa soʻz yozib koʻring yoki filtrlarni kamaytiring.
activity-spending = Xarajatlar: { $period }
activity-spending-none = Bu davrda xarajat boʻlmagan.
activity-spending-months = Oylar
activity-share = Summa va ulushi
activity-download = Yuklab olish
activity-download-text = Faylda shu filtrlar bilan topilgan amallar boʻladi: koʻpi bilan soʻnggi 5 000 tasi. Bundan koʻp boʻlsa, faylda aytiladi.
activity-wrong-title = Filtrlarning bir qismi qoʻllanmadi
activity-wrong-choice = «{ $name }»: bunday qiymat yoʻq.
activity-wrong-day = «{ $name }»: sanani 2026-11-22 koʻrinishida yozing.
activity-wrong-days = Oxirgi kun birinchi kundan oldin.
activity-wrong-amounts = Eng koʻp summa eng kam summadan kichik.
activity-wrong-text = Matn juda uzun yoki unda qidirib boʻlmaydigan belgilar bor.

## Profil

profile-title = Profil
profile-theme = Koʻrinish
profile-theme-auto = Avto
profile-theme-light = Yorugʻ
profile-theme-dark = Qorongʻi
profile-balances = Ekrandagi summalar
profile-balances-text = Yashirilgan summalar shu qurilmada nuqtalar bilan koʻrsatiladi. Bajarilayotgan toʻlov doim koʻrinadi.
profile-shown = Koʻrinadi
profile-hidden = Yashirin
profile-rename = Ismni oʻzgartirish
profile-app = Ilova
profile-version = Versiya
profile-security = Kirish
profile-session = 5 daqiqa foydalanmasangiz, uzogʻi bilan kirganingizdan 12 soat oʻtgach tizimdan chiqarilasiz.
profile-verify = Hujjatni tekshirish
profile-verify-text = Koʻchirma haqiqatan bankdan ekanini bilish
profile-help-text = Aloqa va javoblar
profile-first-name = Ism
profile-last-name = Familiya
profile-name-text = Hujjatdagidek yozing. Ismni 30 kunda ikki marta oʻzgartirish mumkin; avval qilingan amallarda eski ism qoladi.

## Sign-up with a customer's phone

sign-up-already-title = Siz allaqachon mijozsiz
sign-up-already-text = { $phone } raqami bizda roʻyxatdan oʻtgan. Shu raqam va parolingiz bilan kiring.

## A payment between own accounts

pay-note-hint-own = Boʻsh qoldirish mumkin.

## Shaxsni tasdiqlash

passkey-unsupported = Bu brauzerda kirish kaliti ishlamaydi. Boshqa usulni tanlang.
passkey-cancelled = Tasdiqlanmadi. Qayta urinib koʻring yoki boshqa usulni tanlang.
passkey-failed = Bank bilan aloqa yoʻq. Qayta urinib koʻring.
passkey-no-script = Kirish kaliti uchun skriptlar kerak, bu brauzerda ular oʻchirilgan.
own-device-label = Bu mening shaxsiy qurilmam
own-device-hint = Bank uni eslab qoladi: keyingi safar bu yerda parol yoki PIN-kod kifoya. Dastlabki 12 soatda undan faqat kichik toʻlovlar qilish mumkin. Boshqalar ham ishlatadigan qurilmada yoqmang.
own-device-first = Bank uni eslab qoladi: keyingi safar bu yerda parol yoki PIN-kod kifoya. Boshqalar ham ishlatadigan qurilmada yoqmang.
own-device-known = Bu qurilmani kimdir allaqachon shaxsiy deb belgilagan. Bu siz boʻlsangiz, yoqmang: hech narsa oʻzgarmaydi. Bu boshqa odam boʻlsa va qurilma sizniki ham boʻlsa, yoqing: keyingi safar bu yerda parolingiz yoki PIN-kodingiz kifoya. Dastlabki 12 soatda undan faqat kichik toʻlovlar qila olasiz.
factor-others = Boshqa usullar
factor-passkey = Kirish kaliti
factor-passkey-about = Barmoq izi, yuz yoki ekran qulfi
factor-passkey-text = Qurilmangizdagi barmoq izi, yuz yoki ekran qulfi bilan tasdiqlang.
factor-passkey-submit = Kirish kaliti bilan tasdiqlash
factor-device = Qurilma kaliti
factor-pin = PIN-kod
factor-pin-about = Shu qurilmada qoʻyganingiz
factor-pin-hint = 6 ta raqam. Faqat shu qurilmada ishlaydi.
factor-pin-wrong = PIN-kod notoʻgʻri. Qolgan urinishlar: koʻpi bilan { $count } ta.
factor-pin-off = PIN-kod besh marta notoʻgʻri kiritildi va bu qurilmada oʻchirildi. Qaytadan boshlab, boshqa usul bilan tasdiqlang; yangi PIN-kodni “Xavfsizlik” boʻlimida qoʻyasiz.
factor-totp = Kod beruvchi ilova
factor-totp-about = Har 30 soniyada almashadigan kod
factor-totp-label = Ilovadagi kod
factor-totp-hint = Kod beruvchi ilovangizdagi 6 ta raqam.
factor-totp-wrong = Kod notoʻgʻri. Telefoningiz soati toʻgʻri ekanini tekshiring.
factor-recovery = Zaxira kod
factor-recovery-about = Chop etgan yoki yozib qoʻyganlaringizdan biri
factor-recovery-hint = Har biri bir marta ishlaydi. Chiziqcha va harflarning katta-kichikligi muhim emas.
factor-sms = SMS orqali kod
factor-sms-about = Telefon raqamingizga
factor-sms-text = { $phone } raqamiga kodli xabar yuboramiz. Soʻnggi daqiqada kod kelgan boʻlsa, u boshqa amal uchun edi va bu yerga toʻgʻri kelmaydi.
factor-sms-wait = Kodni birozdan keyin soʻrash mumkin: hozirgina boshqa kirish uchun kod yuborildi.
factor-sms-wait-long = Hozir kod yuborib boʻlmaydi. Uni keyinroq soʻrang.
factor-sms-sent = { $phone } raqamiga kodli xabar yuborildi.

## Kirishning ikkinchi qadami

sign-in-or = yoki
sign-in-passkey = Kirish kaliti bilan kirish
sign-in-second-title = Yana bir qadam
sign-in-second-text = Parol toʻgʻri. Endi bu siz ekaningizni tasdiqlang: shunda parolni bilib olgan odam kira olmaydi.
sign-in-over = Bu kirish toʻxtadi: vaqti oʻtdi yoki kirishingizda nimadir oʻzgardi. Boshidan boshlang.
sign-in-no-pin = Hozircha bu yerda PIN-kodning oʻzi yetarli emas: soʻnggi 12 soatda kirishingizda nimadir oʻzgardi.
pin-sign-in-title = PIN-kodingiz
pin-sign-in-text = Bank bu qurilmani taniydi, shuning uchun egasining PIN-kodi kifoya. Egasi siz boʻlmasangiz, oʻz telefon raqamingiz va parolingiz bilan kiring.
pin-sign-in-password = Parol bilan kirish

## Xavfsizlik

security-title = Xavfsizlik
security-good-title = Siz yaxshi himoyalangansiz
security-good-text = Paroldan tashqari faqat sizda bor narsa kerak. Qurilmani yoʻqotsangiz ham, kirish yoʻli bor.
security-sms-title = Bitta himoya yetishmaydi
security-sms-text = Paroldan tashqari faqat SMS kod soʻraladi, SIM kartani esa birov oʻziga olib qoʻyishi mumkin. Kirish kalitini oʻgʻirlab boʻlmaydi: u qurilmangizda qoladi.
security-codes-title = Oʻzingizga zaxira yoʻl qoldiring
security-codes-text =
    { $count ->
        [0] Bu qurilmasiz kira olmaysiz. Zaxira kodlar yaratib, qogʻozda saqlang.
       *[other] { $count } ta zaxira kod qoldi. Yangisini yaratib, qogʻozda saqlang.
    }
security-email-title = Sizni ikki yoʻl bilan ogohlantiraylik
security-email-text = E-mail qoʻshing. Raqamingizni birov egallasa, bundan xat orqali xabar topasiz.
security-email-action = E-mail qoʻshish
security-methods = Qanday kirasiz
security-places = Qayerda kirgansiz
security-on = Yoqilgan
security-off = Oʻchirilgan
security-passkeys = Kirish kalitlari
security-passkeys-count =
    { $count ->
        [0] Hali yoʻq
       *[other] { $count } ta
    }
security-totp = Kod beruvchi ilova
security-recovery = Zaxira kodlar
security-recovery-left =
    { $count ->
        [0] Yoʻq
       *[other] { $count } ta qoldi
    }
security-pin = Shu qurilmadagi PIN-kod
security-pin-not-here = Faqat shaxsiy qurilmada
security-devices = Qurilmalaringiz
security-devices-count =
    { $count ->
        [0] Bank hali birortasini tanimaydi
       *[other] Bank { $count } tasini taniydi
    }
security-confirm-title = Bu siz ekaningizni tasdiqlang
security-confirm-text = Shunda telefoningizni qulfsiz topgan odam himoyangizni oʻzgartira olmaydi. Keyin 5 daqiqa vaqtingiz boʻladi.
security-confirm-start = Tasdiqlash
security-confirm-submit = Tasdiqlash
proof-settles = Parolni tiklashda bu qoʻshilganidan 12 soat oʻtgach hisobga olinadi, undan oldin emas.

## Kirish kalitlari

passkeys-text = Kirish kaliti bankni qurilmangizdagi barmoq izi, yuz yoki ekran qulfi bilan ochadi. Uni topib ham, unutib ham, soxta sahifaga berib ham boʻlmaydi.
passkeys-new = Yangi kirish kaliti
passkeys-add = Kirish kaliti qoʻshish
passkeys-name = Nomi
passkeys-name-hint = Qaysi kalit ekanini bilish uchun. Faqat siz koʻrasiz.
passkeys-used = Oxirgi kirish: { $when }
passkeys-unused = Qoʻshilgan: { $when }
passkeys-added = Qoʻshilgan
passkeys-added-title = Kirish kaliti qoʻshildi
passkeys-added-text = Endi bankni «{ $name }» ham ochadi.
passkeys-kept = Qayerda saqlanadi
passkeys-synced = Ishlab chiqaruvchidagi akkauntingizda, qurilmalaringizda
passkeys-single = Faqat bitta qurilmada
passkeys-remove = Bu kalitni oʻchirish
passkeys-remove-text = U endi bankni ochmaydi, u bilan kirilgan joylardan esa chiqarilasiz.

## Kod beruvchi ilova

totp-text = Google Authenticator, Aegis yoki 2FAS kabi ilova har 30 soniyada almashadigan kodni koʻrsatadi. U aloqasiz ham ishlaydi va kodni SMS kabi tutib olib boʻlmaydi.
totp-start = Ulash
totp-scan = Buni ilovada skanerlang. Keyin u koʻrsatgan kodni kiriting.
totp-qr = Kod beruvchi ilova uchun QR kod
totp-no-camera = Ilova shu qurilmaning oʻzida
totp-secret = Kiritish uchun kalit
totp-open = Ilovada ochish
totp-confirm = Tasdiqlash
totp-on = Ilova ulangan
totp-on-text = Yangi qurilmadan kirganingizda undagi kodni soʻraymiz.
totp-remove = Ilovani uzish
totp-remove-text = Undagi kodlar endi oʻtmaydi, ular bilan kirilgan joylardan esa chiqarilasiz.

## Zaxira kodlar

recovery-text = Telefon ham, kirish kaliti ham yoningizda boʻlmagan kun uchun. Oʻnta kod, har biri parol bilan birga bankni bir marta ochadi.
recovery-make = Zaxira kodlar yaratish
recovery-renew = Yangisini yaratish
recovery-renew-text = Yangisini yaratsangiz, avvalgilari endi yaroqsiz boʻladi.
recovery-once = Ularni bir marta koʻrasiz
recovery-once-text = Chop eting yoki yozib oling va hujjatlaringiz bilan saqlang. Bu telefonda emas.
recovery-print = Chop etish
recovery-kept = Saqlab qoʻydim

## PIN-kod

pin-text = PIN-kod bilan bu qurilmada tezroq kirasiz. Boshqa joyda u hech kimga yaramaydi, besh marta xato kiritilsa, faqat parol yordam beradi.
pin-new = Yangi PIN-kod
pin-new-hint = 6 ta raqam. Sana, 123456 yoki telefoningiz raqamlari boʻlmasin.
pin-again = Yana bir marta
pin-set = PIN-kod qoʻyish
pin-change = PIN-kodni almashtirish
pin-remove = PIN-kodni oʻchirish
pin-remove-text = Shundan keyin bu qurilmada bankni faqat parol ochadi.
pin-not-here = Bu qurilmada emas
pin-not-here-text = PIN-kod faqat oʻzingizniki boʻlgan qurilmada ishlaydi. Chiqib, qaytadan kiring va «Bu mening shaxsiy qurilmam»ni yoqing.
pin-not-here-security = Xavfsizlikka qaytish

## Qurilmalar

devices-text = Bu qurilmalarda parol yoki PIN-kod kifoya. Tanimaganingizni yoki endi sizda yoʻgʻini olib tashlang.
devices-none = Bogʻlangan qurilma yoʻq
devices-none-text = Kirayotganda «Bu mening shaxsiy qurilmam»ni yoqing, shunda u shu yerda koʻrinadi.
devices-this = Shu qurilma
devices-cooling = Hozircha kichik limit
devices-used = Oxirgi marta: { $when }
devices-name = Nomi
devices-what = Qurilma
devices-since = Bogʻlangan
devices-last = Oxirgi marta
devices-place = Bogʻlangandagi joy
devices-limits = Faqat kichik toʻlovlar
devices-until = shu vaqtgacha: { $when }
devices-remove = Qurilmani olib tashlash
devices-remove-text = Unda darhol chiqariladi. U yerda qayta kirish uchun yana ikkinchi tasdiq kerak boʻladi.
devices-remove-this = Bu yerdan darhol chiqarilasiz. Qayta kirish uchun ikkinchi tasdiq kerak boʻladi.

## Seanslar

security-sessions = Qayerda kirgansiz
security-sessions-count =
    { $count ->
        [1] Faqat shu yerda
       *[other] { $count } joyda
    }
sessions-text = Har bir qator — sizning nomingizdan kirilgan brauzer yoki ilova. Tanimaganingizni tugating.
sessions-unnamed = Nomaʼlum dastur
sessions-this = Hozir shu yerda
sessions-what = Dastur
sessions-since = Kirilgan
sessions-place = Joy
whence-here = Shu tarmoq ({ $network })
whence-elsewhere = Boshqa tarmoq, { $network }
whence-place-here = { $place } · shu tarmoq ({ $network })
whence-place = { $place } · tarmoq { $network }
sessions-ends = Eng kech tugaydi
sessions-end = U yerda chiqish
sessions-end-all = Hamma joyda chiqish
sessions-end-all-text = Bu yerda ham chiqasiz.
sessions-end-others = Boshqa hamma joyda chiqish
sessions-end-others-text = Shu yerda qolasiz.
sessions-not-me = Bu siz emasmidingiz?
sessions-not-me-text = Demak, parolingizni kimdir biladi va chiqishning oʻzi yetarli emas.

## Bu men emas

freeze-title = Bu men emas
freeze-means = Bir bosish bilan pulingiz darhol muzlatiladi va hamma joydan, shu yerdan ham chiqasiz. Bank uni siz bilan birga qayta ochadi.
freeze-about = Pulimni darhol muzlatish
freeze-text = Sizniki boʻlmagan kirish, qurilma yoki toʻlovni koʻrsangiz. Shunda quyidagilar boʻladi:
freeze-what = Nima boʻladi
freeze-money = Hisoblaringizdan endi hech narsa chiqmaydi. Sizga yuborilgan pul kelaveradi.
freeze-sessions = Hamma joydan, shu yerdan ham chiqasiz.
freeze-password = Parol va PIN-kodlar ishlamay qoladi. Qaytganda yangilarini qoʻyasiz: eskisini biladigan hech kim kira olmaydi.
freeze-call = Bank buni koʻrib chiqadi va raqamingizga qoʻngʻiroq qiladi.
freeze-back = Qoʻngʻiroq qilib yoki hujjat bilan boʻlimga kelib qaytarasiz. Oʻzingiz bekor qila olmaysiz: aks holda oʻgʻri ham qila olardi.
freeze-submit = Pulimni muzlatish
freeze-late = Bu havola endi ishlamaydi
freeze-late-text = Biror narsa sizniki boʻlmasa, bizga qoʻngʻiroq qiling: pulni darhol muzlatamiz.
freeze-call-us = Biz bilan bogʻlanish
frozen-page = Muzlatildi
frozen-title = Pulingiz muzlatildi
frozen-text = Hisoblaringizdan hech narsa chiqmaydi va nomingizdan endi hech kim kirmagan.
frozen-stopped-call = Bizga qoʻngʻiroq qiling: sababini va keyin nima qilishni aytamiz.
frozen-stopped-text = Uni siz yoki bank toʻxtatgan. Hisoblaringizdan hech narsa chiqmaydi va nomingizdan hech kim kira olmaydi.
frozen-back = Qanday qaytarish mumkin
frozen-call = Qoʻngʻirogʻimizni kuting yoki oʻzingiz qoʻngʻiroq qiling. Nima sizniki emasligini soʻraymiz.
frozen-branch = Yoki pasport yoki ID karta bilan boʻlimga keling.
frozen-password = Eski parol va PIN-kodlar endi ishlamaydi. Bank sizni yana kiritgach, “Kira olmayapman” orqali yangi parol qoʻying.
frozen-mistake = Adashib bosdingizmi? Gaplashganda ayting: pulingiz joyida qoladi, ikki xodimimiz uni qayta ochadi.

## Toʻlovni tasdiqlash

pay-confirm-title = Toʻlovni tasdiqlang
pay-confirm-text = Aynan shu toʻlovni tasdiqlaysiz. Kodli xabarda boshqa summa yoki boshqa ism boʻlsa, kodni kiritmang.
pay-confirm-again = Toʻlovga qaytish
pay-review-confirm = Tasdiqlashga oʻtish
pay-review-confirm-new = { $name }ga birinchi marta toʻlayapsiz, shuning uchun tasdiqlashingizni soʻraymiz.
pay-review-confirm-amount = Bu miqdordagi toʻlovni tasdiqlash kerak.
pay-cooling-title = Hozircha kichik toʻlovlar
pay-cooling-until = { $when } gacha bu yerdan kuniga koʻpi bilan { $limit } yuborish mumkin, shunda begona odam hisobingizni boʻshata olmaydi.
pay-cooling-unbound = Bank tanimaydigan qurilmadan kuniga koʻpi bilan { $limit } yuborish mumkin.

## Kirishni tiklash

reset-title = Kira olmayapman
reset-step = { $step }-qadam, jami 4 ta
reset-text = Yangi parol tanlaysiz. Avval bu siz ekaningizga ishonch hosil qilamiz: telefon va yana bitta tasdiq orqali.
reset-code-sent = { $phone } mijoz raqami boʻlsa, unga kodli xabar yuborildi. Kod 3 daqiqa amal qiladi.
reset-proof-title = Yana bitta tasdiq
reset-proof-text = SIM kartani oʻgʻirlash mumkin, shuning uchun telefonning oʻzi yetarli emas.
reset-proof-recent = Soʻnggi 12 soatda qoʻshilgani hali hisobga olinmaydi.
reset-document = Shaxsiy hujjat
reset-document-about = Uning raqami va tugʻilgan sanangiz
reset-document-label = Pasport yoki ID karta raqami
reset-document-hint = Ikki harf va yetti raqam, masalan AA1234567.
reset-device = Shu qurilma
reset-device-about = Bank uni avvaldan taniydi
reset-device-text = Avval shu qurilmada kirgan va uni shaxsiy deb belgilagansiz. Shuning oʻzi kifoya.
reset-none = Menda bularning hech biri yoʻq
reset-password-title = Yangi parol
reset-password-text = Shundan keyin shu yerda kirasiz, boshqa hamma joyda chiqasiz. 12 soat davomida faqat kichik toʻlovlar boʻladi, shunda begonani toʻxtatishga ulgurasiz.
reset-password-submit = Parolni qoʻyish va kirish
branch-title = Boʻlimga keling
branch-text = Bu tasdiqlarsiz siz ekaningizga faqat xodim ishonch hosil qila oladi. Bunga 15 daqiqacha ketadi.
branch-bring = Nimani olib kelish kerak
branch-document = Pasport yoki ID kartangiz. Nusxasi yoki surati yetarli emas.
branch-phone = Raqamingiz turgan telefon, agar u hali sizda boʻlsa. Raqam yoʻqolgan boʻlsa, yangisini yozib qoʻyamiz.
branch-money = Pulingiz shu vaqt ichida joyida turadi.
branch-danger = Hisobingizga begona kirgan deb oʻylasangiz, hozir qoʻngʻiroq qiling: darhol muzlatamiz.
reset-help = Ilovaning oʻzi ochilmasa
reset-branch-code = Boʻlimdan olingan kod
reset-branch-about = Uni sizga xodim bergan
reset-branch-hint = Bir soat va bir marta amal qiladi.

## Parol

security-password = Parol
security-password-about = Almashtirish
security-password-change = Parolni almashtirish
password-old = Hozirgi parol
password-submit = Parolni almashtirish
password-forgotten = Eslay olmayman
password-after = Keyin nima boʻladi
password-after-text = Shu yerdan boshqa hamma joydan chiqasiz va bu haqda sizga xabar beramiz.

## Aloqa maʼlumotlari

security-reach = Siz bilan qanday bogʻlanamiz
security-phone = Telefon
security-email = E-mail
security-none = Hali koʻrsatilmagan
contact-now = Hozir
contact-new-phone = Yangi telefon
contact-new-email = E-mail manzili
contact-phone-hint = Shundan keyin u bilan kirasiz. Unga kod yuboramiz.
contact-email-hint = Unga kod yuboramiz. Faqat himoyangiz haqida yozamiz.
contact-after = Keyin nima boʻladi
contact-after-text = Eski raqam yoki e-mailga ham, yangisiga ham xabar beramiz. 12 soat davomida faqat kichik toʻlovlar boʻladi.
contact-after-first = Sizga SMS orqali va yangi manzilga xabar beramiz. 12 soat davomida faqat kichik toʻlovlar boʻladi.
contact-sent = Kod yuborildi: { $to }.
contact-submit = Tasdiqlash
contact-again = Orqaga, yangi kod olish
contact-remove = E-mailni olib tashlash
contact-remove-text = Shunda sizni faqat SMS orqali ogohlantira olamiz.

## Shaxsiy hujjat

security-document = Shaxsiy hujjat
security-document-none = Hali koʻrsatilmagan
document-why = Telefon va undagi hamma narsani yoʻqotsangiz, shu bilan qayta kira olasiz.
document-declare = Hujjatni kiritish
document-number = Raqami
document-personal = JSHSHIR
document-personal-hint = 14 ta raqam, surat ostida yoki orqa tomonda.
document-expires = Amal qilish muddati
document-verified = Bank tekshirgan
document-declared = Oʻzingiz kiritgan
document-at-branch = Bank bu hujjatni koʻrgan, shuning uchun uni faqat boʻlimda oʻzgartirish mumkin.
document-after = Raqamni kim koʻradi
document-after-text = U muhrlangan holda saqlanadi, sizga faqat oxirini koʻrsatamiz. Bank xodimi toʻliq raqamni faqat sababini aytib koʻra oladi va bu yozib qoʻyiladi.

## Nima boʻldi

security-happened = Nima boʻldi
event-signed-in = Kirdingiz
event-signed-out = Chiqdingiz
event-password-changed = Parol almashtirildi
event-password-wrong = Kimdir parolni almashtirish uchun notoʻgʻri parol kiritdi
event-password-reset = Parol tiklandi
event-reset-refused = Kimdir parolni tiklamoqchi boʻldi, lekin uddalay olmadi
event-sign-in-refused = Kimdir kirmoqchi boʻldi, lekin uddalay olmadi
event-email-changed = E-mail oʻzgartirildi
event-email-added = E-mail qoʻshildi
event-email-removed = E-mail olib tashlandi
event-phone-changed = Telefon oʻzgartirildi
event-document = Shaxsiy hujjat kiritildi
event-document-seen = Xodim hujjatingizni koʻrdi
event-frozen = Pul muzlatildi
event-unfrozen = Pul yana ochildi
event-limit-moved = Limit oʻzgartirildi
event-recovery-given = Boʻlimda sizga kirish kodi berildi
event-factor-added = Qoʻshildi: { $name }
event-factor-removed = Oʻchirildi: { $name }
event-not-me = Bulardan biri siz boʻlmasangiz, kutmang.
news-title = Sizning nomingizdan yangi kirish
news-text = { $name }, { $when }. Joy: { $place }. Bu siz boʻlmasangiz, darhol «Bu men emas»ni bosing.
news-mine = Bu men edim
profile-security-about = Kirish, qurilmalar, aloqa

## Limitlar

limits-title = Limitlar
limits-about = Qancha mumkinligi va oʻz cheklovlaringiz
limits-link = Limitlarim
limits-text = Bu yerda qancha mumkinligi koʻrinadi. Oʻzingiz uchun pastroq limitni darhol qoʻyasiz; balandrogʻi bir kundan keyin kuchga kiradi, toki boshqa hech kim uni shoshib olib tashlay olmasin.
limits-none-title = Hozircha cheklov yoʻq
limits-none-text = Bank yoki qonun toʻlovlarni cheklasa, qancha qolgani shu yerda koʻrinadi.
limits-refused = Limitlaringizdan biri oshib ketadi. Pul yechilmadi.
limits-of = Nima hisoblanadi
limits-of-transfers = Oʻtkazmalar
limits-of-exchange = Valyuta ayirboshlash
limits-of-account = Hisob { $tail }
limits-of-device = Shu qurilmadan toʻlovlar
limits-of-payee = Har bir oluvchi alohida
limits-left = Qoldi
limits-used = Ishlatildi
limits-most = Eng koʻpi
limits-anew = Qachon yangilanadi
limits-window-operation = Har bir toʻlov alohida
limits-window-balance = Hisobda turgan summa
limits-window-from = { $day }
limits-window-rolling =
    { $days ->
        [one] Soʻnggi { $days } kun hisoblanadi: har kuni bir qismi boʻshaydi
       *[other] Soʻnggi { $days } kun hisoblanadi: har kuni bir qismi boʻshaydi
    }
limits-window-lifetime = Hech qachon
limits-set-by = Kim qoʻygan
limits-by-law = Qonun
limits-by-tariff = Bank shartlari
limits-by-staff = Bank, siz uchun va vaqtincha
limits-by-staff-until = Bank, siz uchun, { $when } gacha
limits-by-customer = Siz. Bank ruxsati: { $most }
limits-later = Keyin
limits-later-text = { $most }, { $when } dan
limits-operations =
    { $count ->
        [one] { $count } ta amal
       *[other] { $count } ta amal
    }
limits-change = Oʻzimnikini qoʻyish
limits-form-label = Sizning limitingiz
limits-form-hint = 0 dan { $most } gacha.
limits-form-text = Pastroq limit darhol ishlaydi. Balandrogʻi bir kundan keyin ishlaydi, ungacha hech narsa oʻzgarmaydi.
limits-too-high = 0 dan { $most } gacha son kiriting.
limits-set-title = Limitingiz ishlayapti
limits-set-text = Endi koʻpi bilan { $most }.
limits-waits-title = Yangi limit kutmoqda
limits-waits-text = U { $when } dan ishlaydi. Ungacha koʻpi bilan { $most }.
limits-back-title = Oʻz limitingizsiz
limits-back-text = Bir kundan keyin yana bank limiti ishlaydi: { $most }.
limits-back-submit = Oʻz limitimni olib tashlash

## Ayirboshlash

operation-exchange = Valyuta ayirboshlash
exchange-title = Valyuta ayirboshlash
exchange-short = Ayirboshlash
exchange-about = Dollarni soʻmga va soʻmni dollarga, oʻz hisoblaringiz orasida
exchange-line = { $given } → { $taken }, kurs { $rate }
exchange-none-title = Yana bitta hisob kerak
exchange-none-text = Ayirboshlash uchun soʻm hisobi va dollar hisobi kerak.
exchange-way = Nima qilinadi
exchange-buy = { $currency } sotib olish
exchange-sell = { $currency } sotish
exchange-what-uzs = Soʻm
exchange-what-usd = Dollar
exchange-rates = Bank oladi: { $buys }, sotadi: { $sells }
exchange-in = Summa qaysi valyutada
exchange-in-uzs = Soʻmda
exchange-in-usd = Dollarda
exchange-amount-hint = Siz yozgan summa aniq, ikkinchisi kurs boʻyicha hisoblanadi.
exchange-not-now = Hozir ayirboshlab boʻlmaydi
exchange-see-rates = Kurslarni koʻrish
exchange-review-title = Tekshiring va ayirboshlang
exchange-holds = Kurs amal qiladi
exchange-seconds = { $count } s
exchange-rate = Bank kursi
exchange-central = Markaziy bank kursi, { $day }
exchange-apart = Bir birlikdagi farq
exchange-given = Berasiz
exchange-taken = Olasiz
exchange-submit = Ayirboshlash
exchange-refused = Ayirboshlanmadi
exchange-over-title = Bu kursning vaqti tugadi
exchange-over-text = Hech narsa ayirboshlanmadi. Hozirgi kursni soʻrang va qayta tekshiring.
exchange-closing-text = Agar “Ayirboshlash” tugmasini bosgan boʻlsangiz, avval tarixni koʻring. Bosmagan boʻlsangiz, hech narsa ayirboshlanmadi: hozirgi kursni soʻrang.
exchange-anew = Hozirgi kursni olish
exchange-unknown-text = Bu ayirboshlash topilmadi. Qaytadan boshlang.
receipt-title-exchange = Ayirboshlandi

## Kurslar

rates-title = Valyuta kurslari
rates-about = Bank qanchadan oladi va sotadi, va Markaziy bank kursi
rates-text = Bir birlik valyuta uchun soʻmda. Bank kurslari ilovadagi ayirboshlashga amal qiladi.
rates-none-title = Hozir kurs yoʻq
rates-none-text = Bankda eʼlon qilingan kurs yoʻq. Keyinroq qarang.
rates-uzs = Soʻm
rates-usd = AQSH dollari
rates-buys = Bank oladi
rates-sells = Bank sotadi
rates-history = Oldingi kurslar
rates-stale = Yangilanmagan
rates-stale-text = Oxirgi eʼlon qilingan kurs eski, shuning uchun u boʻyicha ayirboshlanmaydi.
rates-history-text = Markaziy bank kursi, eʼlon qilingan kunlari, soʻmda.
rates-history-none = Bu vaqtda hech narsa eʼlon qilinmagan
rates-day = Kun
rates-rate = Kurs va oʻzgarish
rates-days =
    { $count ->
        [one] { $count } kun
       *[other] { $count } kun
    }

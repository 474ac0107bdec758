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
error-signed-out-text = Pulingizni himoya qilish uchun yarim soat harakatsizlikdan keyin tizimdan chiqaramiz.

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
operation-own = Oʻz hisoblarim orasida
operation-cash-in = Naqd pul bilan toʻldirish
operation-transfer-in = Kelgan oʻtkazma
operation-transfer-out = Yuborilgan oʻtkazma
operation-other = Amal

## Kirish

phone-label = Telefon
password-label = Parol
sign-in-title = Kirish
sign-in-submit = Kirish
sign-in-code-title = Bu siz ekaningizni tasdiqlang
sign-in-code-sms = Biz yuborgan xabardagi 6 ta raqam. Bank xodimlari ularni hech qachon soʻramaydi.
sign-in-code-totp = Kodlar ilovasidagi 6 ta raqam yoki zaxira kodlaringizdan biri.
sign-in-code-trust = Bu brauzerga ishonish: keyingi safar parol yetarli boʻladi
sign-in-cannot = Kira olmayapman
sign-in-new = Hali mijoz emasmisiz?
sign-up-link = Roʻyxatdan oʻtish
sign-out = Chiqish

## Kutib olish

welcome-title = Bankingiz telefoningizda
welcome-transfer = Telefon raqami boʻyicha oʻtkazmalar
welcome-transfer-text = Tasdiqlashdan oldin pul kimga ketayotganini koʻrasiz. Pul darhol va komissiyasiz yetib boradi.
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
pay-review-total = Jami
pay-review-arrival = Yetib borishi
pay-review-at-once = darhol
pay-review-send = { $amount } yuborish
pay-review-change = Oʻzgartirish
pay-review-short-title = Mablagʻ yetarli emas
pay-review-short-text = Bu hisobda yana { $missing } kerak. Pul yechilmadi.
pay-review-refused = Pul yuborilmadi
pay-confirm-title = Toʻlovni tasdiqlang
pay-confirm-pin = Bu qurilmaning PIN-kodi
pay-confirm-pin-hint = 6 ta raqam.
pay-confirm-code-hint = Xabardagi 6 ta raqam. Unda shu summa va shu oluvchi yozilganini tekshiring.
pay-confirm-submit = Tasdiqlash va yuborish
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
profile-session = 30 daqiqa foydalanmasangiz, uzogʻi bilan kirganingizdan 12 soat oʻtgach tizimdan chiqarilasiz.
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

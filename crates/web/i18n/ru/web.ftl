### Слова приложения. Ключ начинается с экрана, на котором стоит.

## Везде

app-name = Okto
app-description = Ваш банк в телефоне
skip-to-content = К содержанию
tab-home = Главная
tab-pay = Платежи
tab-activity = История
tab-products = Продукты
tab-help = Помощь
tabs-label = Основные разделы
back = Назад
continue = Продолжить
cancel = Отмена
save = Сохранить
copy = Скопировать
copied = Скопировано
share = Поделиться
all = Все
more = Показать ещё
retry = Попробовать ещё раз
go-home = На главную
language = Язык
today = Сегодня
yesterday = Вчера
offline-banner = Нет связи. Данные на экране могли устареть.
trouble-banner = Нет связи с банком. Попробуйте ещё раз: повторный платёж не спишется дважды.
live-in = Пришло { $amount } от { $name }
live-in-cash = Пришло { $amount }
install = Установить приложение
install-text = Оно открывается с экрана телефона и скажет, если нет связи.
install-ios = На iPhone: нажмите в Safari «Поделиться», затем «На экран „Домой“».

## Что-то пошло не так

error-title = Не получилось
error-form-title = Проверьте, пожалуйста
error-not-found-title = Такой страницы нет
error-not-found-text = Возможно, в адресе опечатка, или то, что здесь было, вам больше не принадлежит.
error-busy-title = Банк перегружен
error-broken-title = У нас произошёл сбой
error-broken-text = Мы уже знаем о сбое. Попробуйте через минуту.
error-unknown-title = Результат пока неизвестен
error-unknown-text = Прежде чем отправлять снова, загляните в историю: повтор того же подтверждения никогда не списывает деньги дважды.
error-reference = Если будете звонить нам, назовите этот код: { $reference }
error-form-expired-title = Страница устарела
error-form-expired-text = Ничего не сделано. Откройте страницу заново и повторите.
error-signed-out-title = Вы вышли
error-signed-out-text = Вход завершён: после пяти минут без действий или с другого устройства. Войдите, и вернётесь туда, где были.

## Без связи

offline-title = Нет связи
offline-text = Сейчас отсюда до банка не достучаться. Если вы только что подтвердили платёж, загляните в раздел «История», прежде чем повторять его. Когда связь появится, откройте страницу снова.
offline-retry = Попробовать ещё раз

## Как что называется

asset-uzs = Счёт в сумах
asset-usd = Счёт в долларах
category-people = Люди
category-own = Свои счета
category-cash = Наличные
category-groceries = Еда
category-eating = Кафе
category-transport = Транспорт
category-home = Дом
category-health = Здоровье
category-children = Дети
category-shopping = Покупки
category-leisure = Досуг
category-fees = Комиссии
category-income = Доход
category-other = Другое
category-refunds = Возвраты
operation-own = Между своими счетами
operation-cash-in = Пополнение наличными
operation-transfer-in = Входящий перевод
operation-transfer-out = Исходящий перевод
operation-refund-in = Мне вернули перевод
operation-refund-out = Возврат перевода
operation-refund-of-sent = Возврат перевода, получатель { $name }
operation-refund-of-received = Возврат перевода, отправитель { $name }
refund-amount = Возвращено
refund-fee = Возвращённая комиссия
refund-of = Возврат этого перевода
refunds-title = Возвраты этого перевода
refund-out-text = Банк вернул этот перевод отправителю. Если вы этого не ждали, напишите в банк или позвоните.
operation-other = Операция

## Вход

phone-label = Телефон
password-label = Пароль
sign-in-title = Вход
sign-in-submit = Войти
sign-in-cannot = Не получается войти
sign-in-new = Ещё не клиент?
sign-up-link = Зарегистрироваться
sign-out = Выйти
password-show = Показать пароль

## Приветствие

welcome-title = Ваш банк в телефоне
welcome-transfer = Переводы по номеру телефона
welcome-transfer-text = Вы видите, кому платите, до подтверждения. Деньги приходят сразу, комиссия видна заранее.
welcome-accounts = Счета в сумах и долларах
welcome-accounts-text = Открываются здесь за минуту. Ведение ничего не стоит.
welcome-statements = Выписки, которые может проверить каждый
welcome-statements-text = QR-код на выписке показывает, что её выдали мы.
welcome-sign-up = Стать клиентом
welcome-help = Вопросы и контакты
welcome-verify = Проверить документ

## Регистрация

sign-up-title = Стать клиентом
sign-up-step = Шаг { $step } из 3
sign-up-phone-text = Укажите свой мобильный номер. Мы пришлём код, чтобы убедиться, что он ваш.
sign-up-phone-hint = Например, 90 123 45 67. С ним вы будете и входить.
sign-up-send = Получить код
sign-up-known = Уже клиент?
sign-up-code-title = Код из сообщения
sign-up-code-sent = Мы отправили сообщение с кодом на номер { $phone }. Код действует 3 минуты.
sign-up-code-sent-again = Новый код отправлен на номер { $phone }. Предыдущий больше не действует.
sign-up-code-label = Код
sign-up-code-hint = 6 цифр. Сотрудники банка никогда его не спрашивают.
sign-up-code-none = Сообщение не пришло?
sign-up-code-again = Получить новый код
sign-up-code-wait = Новый код через {"{}"} с
sign-up-other-phone = Не тот номер? Изменить
sign-up-you-title = О вас
sign-up-you-text = Номер { $phone } подтверждён. Осталось указать имя и придумать пароль.
sign-up-first-name = Имя
sign-up-last-name = Фамилия
sign-up-name-hint = Как в паспорте или ID-карте.
sign-up-birth-date = Дата рождения
sign-up-birth-date-hint = Вам должно быть не меньше 18 лет.
sign-up-password-hint = Не короче 12 символов. Три-четыре слова, не связанных между собой, легко запомнить и трудно угадать. Без имени и номера телефона.
sign-up-finish = Открыть мой банк
sign-up-sign-in = Войти
sign-up-start-again = Начать заново

## Помощь

help-title = Помощь
help-contacts = Контакты
help-phone = Телефон
help-address = Адрес
help-bank = Банк
help-licence = Лицензия
help-topics = Частые вопросы
help-others = Другие вопросы
help-not-solved = Не нашли ответ?
help-call = Позвонить: { $phone }
help-verify = Проверить наш документ
help-verify-text = По коду или QR

## Проверка документа

verify-title = Проверка документа
verify-text = На каждой нашей выписке под QR-кодом есть код из 16 знаков. Введите его и увидите, что записано в банке.
verify-code-label = Код документа
verify-code-hint = 16 букв и цифр; пробелы, дефисы и размер букв не важны.
verify-submit = Проверить
verify-good = Банк выдал документ с таким кодом
verify-good-text = Сравните цифры с бумагой. Если хоть одна отличается, бумагу исправили: не принимайте её.
verify-changed = Выдан банком, но полагаться на него нельзя
verify-changed-text = Наши записи больше не совпадают с этим документом. Попросите у владельца новый или позвоните нам: { $phone }.
verify-none = Такого документа нет
verify-none-text = Банк не выдавал документа с кодом { $code }. Сверьте код с бумагой. Если он тот же, это не наш документ.
verify-says = Что должно стоять на бумаге
verify-holder = Владелец счёта
verify-number = Счёт
verify-period = Период
verify-opening = Остаток на начало
verify-credits = Поступления
verify-debits = Списания
verify-closing = Остаток на конец
verify-lines = Количество операций
verify-issued = Дата выдачи
verify-code = Код проверки
verify-masked = Имя и номер показаны не полностью, чтобы защитить владельца. Сравните видимые части.
verify-another = Проверить другой документ

## Главный экран

home-hello = Здравствуйте, { $name }
home-profile = Профиль и безопасность
home-hide = Скрыть остатки
home-show = Показать остатки
home-search = Поиск операций
home-total = Общий баланс
home-dollars = На долларовых счетах { $amount }
home-spent = В этом месяце потрачено { $amount }
home-actions = Быстрые действия
home-pay-phone = По телефону
home-own = Свои счета
home-requisites = Реквизиты
home-statement = Выписка
home-accounts = Счета
home-new-account = Новый счёт
home-recent = Последние операции
home-none-title = Операций пока нет
home-none-text = Здесь появятся поступления и расходы. Чтобы вам заплатили, передайте реквизиты счёта.
home-none-action = Реквизиты счёта
home-attention = Обратите внимание
home-no-account-title = У вас ещё нет счёта
home-no-account-text = Откройте счёт, чтобы получать и отправлять деньги. Это бесплатно.
home-frozen-title = Счёт { $tail } заморожен
home-frozen-text = Списания невозможны. Поступления зачисляются.
home-frozen-link = Об этом счёте

## Счёт

account-balance = Остаток
account-available = Доступно { $amount }
account-held = Удержано { $amount }
account-actions = Что можно сделать
account-send = Отправить
account-requisites = Реквизиты
account-statement = Выписка
account-rename = Назвать
account-opened-title = Счёт открыт
account-opened-text = Передайте его реквизиты тем, кто вам платит.
account-number = Номер счёта
account-frozen = Заморожен
account-frozen-title = Этот счёт заморожен
account-frozen-text = Списания невозможны, ваши деньги остаются на счёте. Поступления зачисляются. Причину можно узнать в банке: позвоните или напишите нам.
account-frozen-link = Как связаться с банком
account-closed-title = Этот счёт закрыт
account-closed-text = Деньги на него больше не зачисляются. Выписку по нему получить можно.
account-operations = Операции
account-none-title = Операций пока нет
account-none-text = Здесь появятся поступления и расходы.
account-name-title = Название счёта
account-name-label = Название
account-name-hint = Его видите только вы. Если оставить поле пустым, счёт будет называться «{ $usual }».

## Реквизиты счёта

requisites-title = Реквизиты счёта
requisites-text = Это нужно знать тому, кто переводит деньги на этот счёт.
requisites-holder = Владелец счёта
requisites-number = Номер счёта
requisites-currency = Валюта
requisites-bank = Банк
requisites-mfo = Код банка (МФО)
requisites-taxpayer = ИНН банка
requisites-copy-all = Скопировать всё
requisites-qr-title = QR-код
requisites-qr = QR-код с номером счёта
requisites-qr-text = В нём номер счёта: его не нужно вводить вручную.

## Выписка

statement-title = Выписка по счёту
statement-text = Вы получите её в PDF, Excel и CSV. По коду в ней любой может проверить документ.
statement-periods = Период
statement-this-month = Этот месяц
statement-last-month = Прошлый месяц
statement-three-months = 3 месяца
statement-year = Год
statement-from = Первый день
statement-to = Последний день
statement-hint = Не больше года, по сегодняшний день.
statement-submit = Получить выписку

## Выданная выписка

document-title = Выписка по счёту
document-period = Период
document-days = { $from } – { $to }
document-account = Счёт
document-holder = Владелец счёта
document-issued = Выдана
document-opening = На начало
document-credits = Поступило
document-debits = Списано
document-closing = На конец
document-count = Операций
document-download = Скачать
document-pdf = Файл PDF
document-xlsx = Таблица Excel
document-csv = CSV для программ
document-verify-title = Проверка документа
document-verify-text = Тот, кто получит выписку, может проверить на нашем сайте, что она настоящая и не изменена.
document-code = Код документа
document-verify-link = Открыть проверку
document-again = Другой период

## Продукты

products-title = Продукты
products-text = Что можно открыть прямо сейчас.
products-free = Открытие и обслуживание бесплатно.
products-left = Можно открыть ещё { $count }.
products-limit = У вас уже столько счетов, сколько может быть у одного человека.
products-uzs-text = Для зарплаты, переводов и повседневных расходов.
products-usd-text = Для хранения долларов. Они считаются отдельно от сумов.
products-open-title = Открыть счёт
products-open-what = Счёт
products-open-price = Открытие и обслуживание
products-open-price-free = Бесплатно
products-open-left = Можно открыть ещё
products-open-text = Счёт получает свой номер и работает сразу.
products-open-submit = Открыть счёт
products-limit-title = Больше таких счетов открыть нельзя

## Платежи

pay-title = Перевод денег
pay-own-title = Между своими счетами
pay-recent = Недавние получатели
pay-currency = Валюта
pay-to = Телефон или номер счёта
pay-to-hint = Номер мобильного нашего клиента или 20 цифр счёта в нашем банке.
pay-payee = Кому
pay-somebody-else = Другой получатель
pay-own-text = Выберите два счёта и сумму
pay-from = Со счёта
pay-into = На счёт
pay-account-available = { $tail } · доступно
pay-account-frozen = { $tail } · заморожен, списания невозможны
pay-amount = Сумма
pay-note = Сообщение
pay-note-hint = Можно не заполнять. Получатель его увидит.
pay-no-account-title = Счёта пока нет
pay-no-account-text = Сначала откройте счёт: это бесплатно и занимает несколько секунд.
pay-open-account = Открыть счёт
pay-own-none-title = Одного счёта недостаточно
pay-own-none-text = Для перевода между своими счетами нужны два счёта в одной валюте.
pay-review-title = Проверьте и отправьте
pay-review-phone = Телефон
pay-review-fee = Комиссия
pay-review-free = бесплатно
pay-review-vat = В том числе НДС
pay-review-total = Всего
pay-review-arrival = Поступит
pay-review-at-once = сразу
pay-review-send = Отправить { $amount }
pay-review-change = Изменить
pay-review-short-title = Недостаточно денег
pay-review-short-text = На этом счёте не хватает { $missing }. Деньги не списаны.
pay-review-refused = Перевод не отправлен
pay-start-again = Начать заново

## Квитанции и операции

receipt-title = Деньги отправлены
receipt-title-own = Деньги переведены
receipt-done = Выполнено
receipt-when = Когда
receipt-from = Откуда
receipt-to = Куда
receipt-balance-after = Остаток после
receipt-category = На что
receipt-category-choose = Категория
receipt-category-hint = Её видите только вы.
receipt-number = Номер операции
receipt-repeat = Повторить
receipt-pdf = Скачать PDF
receipt-text = { $bank }: { $amount }, получатель { $name }, { $when }. Операция { $number }
receipt-details = Все подробности
receipt-problem = Что-то не так

## История

activity-title = История
activity-search = Поиск по имени или сообщению
activity-filters = Ещё фильтры
activity-apply = Показать
activity-account = Счёт
activity-account-all = Все счета
activity-category = Категория
activity-category-all = Все категории
activity-from = С даты
activity-to = По дату
activity-min = Сумма от
activity-max = Сумма до
activity-amount-hint = В валюте выбранного счёта; если счёт не выбран — в сумах.
activity-text = Текст
activity-direction = Направление
activity-in = Поступления
activity-out = Списания
activity-period = Период
activity-this-month = Этот месяц
activity-last-month = Прошлый месяц
activity-quarter = 3 месяца
activity-active = Фильтры: нажмите, чтобы включить или убрать
activity-clear = Сбросить всё
activity-chip = { $name }: { $value }
activity-list = Операции
activity-count = { $count ->
    [one] { $count } операция
    [few] { $count } операции
   *[other] { $count } операций
}
activity-count-more = { $count ->
    [one] { $count } последняя операция, более ранние ниже
    [few] { $count } последние операции, более ранние ниже
   *[other] { $count } последних операций, более ранние ниже
}
activity-pages = Страницы
activity-older = Показать более ранние
activity-newest = К последним
activity-none-title = Здесь пока пусто
activity-none-text = Здесь будет всё, что вы заплатите и получите.
activity-nothing-title = Ничего не нашлось
activity-nothing-text = Попробуйте другое слово или уберите часть фильтров.
activity-spending = Расходы: { $period }
activity-spending-none = За это время расходов не было.
activity-spending-months = Месяцы
activity-share = Сумма и доля
activity-download = Скачать
activity-download-text = В файл попадёт то, что найдено с этими фильтрами: не больше 5 000 последних операций. Если их больше, в файле это сказано.
activity-wrong-title = Часть фильтров не применена
activity-wrong-choice = «{ $name }»: такого значения нет.
activity-wrong-day = «{ $name }»: укажите дату в виде 2026-11-22.
activity-wrong-days = Последний день раньше первого.
activity-wrong-amounts = Наибольшая сумма меньше наименьшей.
activity-wrong-text = Текст слишком длинный или содержит знаки, по которым нельзя искать.

## Профиль

profile-title = Профиль
profile-theme = Оформление
profile-theme-auto = Авто
profile-theme-light = Светлое
profile-theme-dark = Тёмное
profile-balances = Суммы на экране
profile-balances-text = Скрытые суммы показаны точками, только на этом устройстве. Платёж, который вы совершаете, виден всегда.
profile-shown = Показаны
profile-hidden = Скрыты
profile-rename = Изменить имя
profile-app = Приложение
profile-version = Версия
profile-security = Вход
profile-session = Вход завершается после 5 минут без действий и не позже чем через 12 часов после входа.
profile-verify = Проверить документ
profile-verify-text = Действительно ли выписка выдана банком
profile-help-text = Контакты и ответы
profile-first-name = Имя
profile-last-name = Фамилия
profile-name-text = Пишите как в документе. Имя можно менять два раза за 30 дней; сделанное под старым именем его сохраняет.

## Sign-up with a customer's phone

sign-up-already-title = Вы уже клиент
sign-up-already-text = Номер { $phone } у нас уже зарегистрирован. Войдите по этому номеру и паролю.

## A payment between own accounts

pay-note-hint-own = Можно не заполнять.

## Подтверждение личности

passkey-unsupported = Этот браузер не поддерживает ключи доступа. Выберите другой способ.
passkey-cancelled = Подтверждения не было. Попробуйте ещё раз или выберите другой способ.
passkey-failed = Нет связи с банком. Попробуйте ещё раз.
passkey-no-script = Для ключа доступа нужны скрипты, а в этом браузере они выключены.
own-device-label = Это моё личное устройство
own-device-hint = Банк его запомнит: в следующий раз здесь хватит пароля или PIN-кода. Первые 12 часов с него можно платить только небольшие суммы. Не включайте на чужом или общем устройстве.
own-device-first = Банк его запомнит: в следующий раз здесь хватит пароля или PIN-кода. Не включайте на чужом или общем устройстве.
own-device-known = Это устройство уже кто-то отметил как личное. Если это были вы, не включайте: ничего не изменится. Если это был другой человек, а устройство и ваше тоже, включите: в следующий раз здесь хватит вашего пароля или PIN-кода. Первые 12 часов вы сможете платить с него только небольшие суммы.
factor-others = Другие способы
factor-passkey = Ключ доступа
factor-passkey-about = Отпечаток, лицо или блокировка экрана
factor-passkey-text = Подтвердите отпечатком, лицом или блокировкой экрана своего устройства.
factor-passkey-submit = Подтвердить ключом доступа
factor-device = Ключ устройства
factor-pin = PIN-код
factor-pin-about = Тот, что вы задали на этом устройстве
factor-pin-hint = 6 цифр. Действует только на этом устройстве.
factor-pin-wrong = PIN-код неверный. Осталось попыток: не больше { $count }.
factor-pin-off = PIN-код пять раз введён неверно и на этом устройстве отключён. Начните заново и подтвердите другим способом; новый PIN-код можно задать в разделе «Безопасность».
factor-totp = Приложение с кодами
factor-totp-about = Код, который меняется каждые 30 секунд
factor-totp-label = Код из приложения
factor-totp-hint = 6 цифр из вашего приложения с кодами.
factor-totp-wrong = Код неверный. Проверьте, правильно ли идут часы на телефоне.
factor-recovery = Запасной код
factor-recovery-about = Один из тех, что вы распечатали или записали
factor-recovery-hint = Каждый действует один раз. Дефисы и размер букв не важны.
factor-sms = Код по SMS
factor-sms-about = На ваш номер телефона
factor-sms-text = Мы отправим сообщение с кодом на номер { $phone }. Если код пришёл в последнюю минуту, он был для другого действия и здесь не подойдёт.
factor-sms-wait = Код можно будет запросить чуть позже: один только что отправлен для другого входа.
factor-sms-wait-long = Сейчас отправить код нельзя. Запросите его позже.
factor-sms-sent = Сообщение с кодом отправлено на номер { $phone }.

## Второй шаг входа

sign-in-or = или
sign-in-passkey = Войти с ключом доступа
sign-in-second-title = Ещё один шаг
sign-in-second-text = Пароль верный. Теперь подтвердите, что это вы: тогда никто не войдёт, узнав один пароль.
sign-in-over = Этот вход прерван: его время вышло или в вашем входе что-то изменилось. Начните заново.
sign-in-no-pin = Пока здесь одного PIN-кода мало: за последние 12 часов в вашем входе что-то изменилось.
pin-sign-in-title = Ваш PIN-код
pin-sign-in-text = Банк знает это устройство, поэтому хватит PIN-кода его владельца. Если это не вы, войдите по своему телефону и паролю.
pin-sign-in-password = Войти с паролем

## Безопасность

security-title = Безопасность
security-good-title = Вы хорошо защищены
security-good-text = Кроме пароля нужно то, что есть только у вас. И если вы потеряете устройство, вы сможете войти.
security-sms-title = Не хватает одной защиты
security-sms-text = Кроме пароля мы спрашиваем только код по SMS, а SIM-карту могут перевыпустить на чужое имя. Ключ доступа не украсть: он остаётся на вашем устройстве.
security-codes-title = Оставьте себе запасной вход
security-codes-text =
    { $count ->
        [0] Без этого устройства вы не войдёте. Создайте запасные коды и храните их на бумаге.
        [one] Остался { $count } запасной код. Создайте новые и храните их на бумаге.
        [few] Осталось { $count } запасных кода. Создайте новые и храните их на бумаге.
       *[other] Осталось { $count } запасных кодов. Создайте новые и храните их на бумаге.
    }
security-email-title = Ещё один способ вас предупредить
security-email-text = Добавьте e-mail. Если кто-то завладеет вашим номером, вы узнаете об этом из письма.
security-email-action = Добавить e-mail
security-methods = Как вы входите
security-places = Где вы вошли
security-on = Включено
security-off = Выключено
security-passkeys = Ключи доступа
security-passkeys-count =
    { $count ->
        [0] Пока нет
        [one] { $count } ключ
        [few] { $count } ключа
       *[other] { $count } ключей
    }
security-totp = Приложение с кодами
security-recovery = Запасные коды
security-recovery-left =
    { $count ->
        [0] Нет
        [one] Остался { $count }
       *[other] Осталось { $count }
    }
security-pin = PIN-код на этом устройстве
security-pin-not-here = Только на личном устройстве
security-devices = Ваши устройства
security-devices-count =
    { $count ->
        [0] Банк пока не знает ни одного
        [one] Банк знает { $count } устройство
        [few] Банк знает { $count } устройства
       *[other] Банк знает { $count } устройств
    }
security-confirm-title = Подтвердите, что это вы
security-confirm-text = Чтобы вашу защиту не изменил тот, кто нашёл ваш телефон разблокированным. После этого у вас будет 5 минут.
security-confirm-start = Подтвердить
security-confirm-submit = Подтвердить
proof-settles = При восстановлении пароля это учитывается через 12 часов после добавления, не раньше.

## Ключи доступа

passkeys-text = Ключ доступа открывает банк по отпечатку, лицу или блокировке экрана вашего устройства. Его не угадать, не забыть и не выдать на поддельном сайте.
passkeys-new = Новый ключ доступа
passkeys-add = Добавить ключ доступа
passkeys-name = Название
passkeys-name-hint = Чтобы вы не путали ключи. Видите только вы.
passkeys-used = Последний вход: { $when }
passkeys-unused = Добавлен: { $when }
passkeys-added = Добавлен
passkeys-added-title = Ключ доступа добавлен
passkeys-added-text = Теперь «{ $name }» открывает банк.
passkeys-kept = Где хранится
passkeys-synced = В вашем аккаунте у его производителя, на ваших устройствах
passkeys-single = Только на одном устройстве
passkeys-remove = Удалить этот ключ
passkeys-remove-text = Он больше не откроет банк, а там, где вы вошли с ним, произойдёт выход.

## Приложение с кодами

totp-text = Приложение вроде Google Authenticator, Aegis или 2FAS показывает код, который меняется каждые 30 секунд. Оно работает без связи, и код не перехватить, как SMS.
totp-start = Подключить
totp-scan = Отсканируйте это в приложении. Затем введите код, который оно покажет.
totp-qr = QR-код для приложения с кодами
totp-no-camera = Приложение на этом же устройстве
totp-secret = Ключ для ввода
totp-open = Открыть в приложении
totp-confirm = Подтвердить
totp-on = Приложение подключено
totp-on-text = Мы спросим код из него при входе с нового устройства.
totp-remove = Отключить приложение
totp-remove-text = Его коды больше не подойдут, а там, где вы вошли с ними, произойдёт выход.

## Запасные коды

recovery-text = На случай, если под рукой нет ни телефона, ни ключа доступа. Десять кодов, каждый один раз откроет банк вместе с паролем.
recovery-make = Создать запасные коды
recovery-renew = Создать новые
recovery-renew-text = Если создать новые, прежние больше не подойдут.
recovery-once = Вы видите их один раз
recovery-once-text = Распечатайте или запишите их и храните там же, где документы. Не в этом телефоне.
recovery-print = Распечатать
recovery-kept = Я сохранил их

## PIN-код

pin-text = С PIN-кодом вы входите на этом устройстве быстрее. На других он бесполезен, а после пяти ошибок поможет только пароль.
pin-new = Новый PIN-код
pin-new-hint = 6 цифр. Без дат, без 123456 и без цифр вашего телефона.
pin-again = Ещё раз
pin-set = Задать PIN-код
pin-change = Сменить PIN-код
pin-remove = Отключить PIN-код
pin-remove-text = После этого на этом устройстве банк откроет только пароль.
pin-not-here = Не на этом устройстве
pin-not-here-text = PIN-код действует на устройстве, которое только ваше. Выйдите, войдите снова и включите «Это моё личное устройство».
pin-not-here-security = Назад к безопасности

## Устройства

devices-text = На этих устройствах хватает пароля или PIN-кода. Удалите те, которых не узнаёте или которых у вас больше нет.
devices-none = Нет привязанных устройств
devices-none-text = При входе включите «Это моё личное устройство», и оно появится здесь.
devices-this = Это устройство
devices-cooling = Пока малые лимиты
devices-used = Последний раз: { $when }
devices-name = Название
devices-what = Устройство
devices-since = Привязано
devices-last = Последний раз
devices-place = Место при привязке
devices-limits = Только малые платежи
devices-until = до: { $when }
devices-remove = Удалить устройство
devices-remove-text = На нём сразу произойдёт выход. Чтобы войти там снова, понадобится второе подтверждение.
devices-remove-this = Здесь сразу произойдёт выход. Чтобы войти снова, понадобится второе подтверждение.

## Сеансы

security-sessions = Где вы вошли
security-sessions-count =
    { $count ->
        [1] Только здесь
        [one] В { $count } месте
       *[other] В { $count } местах
    }
sessions-text = Каждая строка — браузер или приложение, где вошли от вашего имени. Завершите те, которых не узнаёте.
sessions-unnamed = Неизвестная программа
sessions-this = Здесь и сейчас
sessions-what = Программа
sessions-since = Вход
sessions-place = Место
whence-here = Эта сеть ({ $network })
whence-elsewhere = Другая сеть, { $network }
whence-place-here = { $place } · эта сеть ({ $network })
whence-place = { $place } · сеть { $network }
sessions-ends = Закончится не позже
sessions-end = Выйти там
sessions-end-all = Выйти везде
sessions-end-all-text = Здесь вы тоже выйдете.
sessions-end-others = Выйти везде, кроме этого
sessions-end-others-text = Здесь вы останетесь.
sessions-not-me = Это были не вы?
sessions-not-me-text = Значит, кто-то знает ваш пароль, и просто выйти мало.

## Это не я

freeze-title = Это не я
freeze-means = Одно нажатие сразу замораживает ваши деньги и закрывает вход везде, и здесь тоже. Откроет всё банк вместе с вами.
freeze-about = Сразу заморозить мои деньги
freeze-text = Если вы видите вход, устройство или платёж, который не ваш. Вот что произойдёт:
freeze-what = Что произойдёт
freeze-money = Со счетов больше ничего не уйдёт. Поступления продолжат приходить.
freeze-sessions = Вы выйдете везде, и здесь тоже.
freeze-password = Пароль и PIN-коды перестанут действовать. Вернувшись, вы зададите новые: со старыми никто не войдёт.
freeze-call = Банк разберётся и позвонит вам на ваш номер.
freeze-back = Вернуть всё можно по звонку или в отделении с документом. Самим отменить нельзя: тогда это смог бы и вор.
freeze-submit = Заморозить мои деньги
freeze-late = Эта ссылка больше не действует
freeze-late-text = Если что-то сделали не вы, позвоните нам: мы сразу заморозим деньги.
freeze-call-us = Как с нами связаться
frozen-page = Заморожено
frozen-title = Ваши деньги заморожены
frozen-text = Со счетов ничего не уйдёт, и от вашего имени больше никто не сможет войти.
frozen-stopped-text = Вы или банк остановили операции. Со счетов ничего не уйдёт, и никто не войдёт от вашего имени.
frozen-stopped-call = Позвоните нам: мы скажем причину и что делать дальше.
frozen-back = Как всё вернуть
frozen-call = Дождитесь нашего звонка или позвоните сами. Мы спросим, что сделали не вы.
frozen-branch = Или приходите в отделение с паспортом или ID-картой.
frozen-password = Старый пароль и PIN-коды больше не действуют. Когда банк снова вас впустит, задайте новый пароль: «Не получается войти».
frozen-mistake = Нажали по ошибке? Скажите об этом в разговоре: деньги остаются на месте, всё откроют два наших сотрудника.

## Подтверждение платежа

pay-confirm-title = Подтвердите платёж
pay-confirm-text = Вы подтверждаете именно этот платёж. Если в сообщении с кодом другая сумма или другое имя, не вводите код.
pay-confirm-again = Вернуться к платежу
pay-review-confirm = Перейти к подтверждению
pay-review-confirm-new = Вы платите получателю { $name } впервые, поэтому попросим подтвердить.
pay-review-confirm-amount = Платёж на такую сумму нужно подтвердить.
pay-cooling-title = Пока небольшие платежи
pay-cooling-until = До { $when } отсюда можно отправить не больше { $limit } в день, чтобы никто чужой не опустошил счёт.
pay-cooling-unbound = С устройства, которого банк не знает, можно отправить не больше { $limit } в день.

## Восстановление доступа

reset-title = Не получается войти
reset-step = Шаг { $step } из 4
reset-text = Вы выберете новый пароль. Сначала убедимся, что это вы: по телефону и ещё одному подтверждению.
reset-code-sent = Если { $phone } — номер клиента, на него отправлено сообщение с кодом. Код действует 3 минуты.
reset-proof-title = Ещё одно подтверждение
reset-proof-text = SIM-карту могут украсть, поэтому одного телефона мало.
reset-proof-recent = Добавленное за последние 12 часов пока не учитывается.
reset-document = Документ
reset-document-about = Его номер и дата рождения
reset-document-label = Номер паспорта или ID-карты
reset-document-hint = Две буквы и семь цифр, например AA1234567.
reset-device = Это устройство
reset-device-about = Банк уже знает его
reset-device-text = Раньше вы входили на этом устройстве и отметили его как личное. Этого достаточно.
reset-none = У меня ничего этого нет
reset-password-title = Новый пароль
reset-password-text = После этого вы войдёте здесь и выйдете везде ещё. 12 часов можно делать только небольшие платежи, чтобы вы успели остановить чужого.
reset-password-submit = Задать пароль и войти
branch-title = Приходите в отделение
branch-text = Без этих подтверждений убедиться, что это вы, может только человек. Это займёт минут 15.
branch-bring = Что взять с собой
branch-document = Паспорт или ID-карту. Копии или фото недостаточно.
branch-phone = Телефон с вашим номером, если он у вас есть. Если номер потерян, запишем новый.
branch-money = Деньги всё это время остаются на месте.
branch-danger = Если думаете, что в вашем счёте кто-то чужой, позвоните сейчас: мы сразу всё заморозим.
reset-help = Если само приложение не открывается
reset-branch-code = Код из отделения
reset-branch-about = Его дал вам сотрудник
reset-branch-hint = Действует один час и один раз.

## Пароль

security-password = Пароль
security-password-about = Сменить
security-password-change = Сменить пароль
password-old = Нынешний пароль
password-submit = Сменить пароль
password-forgotten = Я его не помню
password-after = Что будет потом
password-after-text = Вы выйдете везде, кроме этого устройства, и мы сообщим вам о смене.

## Контакты

security-reach = Как с вами связаться
security-phone = Телефон
security-email = Электронная почта
security-none = Пока не указана
contact-now = Сейчас
contact-new-phone = Новый телефон
contact-new-email = Адрес e-mail
contact-phone-hint = С ним вы будете и входить. Мы отправим на него код.
contact-email-hint = Мы отправим на него код. Пишем только о вашей защите.
contact-after = Что будет потом
contact-after-text = Мы сообщим на старый контакт и на новый. 12 часов можно делать только небольшие платежи.
contact-after-first = Мы сообщим вам по SMS и на новый адрес. 12 часов можно делать только небольшие платежи.
contact-sent = Код отправлен на { $to }.
contact-submit = Подтвердить
contact-again = Назад, к новому коду
contact-remove = Убрать e-mail
contact-remove-text = Тогда мы сможем предупредить вас только по SMS.

## Документ

security-document = Документ
security-document-none = Пока не указан
document-why = С ним вы сможете войти, если потеряете телефон и всё, что на нём.
document-declare = Указать документ
document-number = Номер
document-personal = ПИНФЛ
document-personal-hint = 14 цифр, под фотографией или на обороте.
document-expires = Действует до
document-verified = Проверен банком
document-declared = Указан вами
document-at-branch = Банк видел этот документ, поэтому изменить его можно только в отделении.
document-after = Кто видит номер
document-after-text = Он хранится запечатанным, и вам мы показываем только его конец. Сотрудник банка видит номер целиком, только если назовёт причину, и это записывается.

## Что произошло

security-happened = Что произошло
event-signed-in = Вход
event-signed-out = Выход
event-password-changed = Пароль изменён
event-password-wrong = Кто-то ввёл неверный пароль, чтобы его сменить
event-password-reset = Пароль сброшен и задан заново
event-reset-refused = Кто-то пытался сбросить пароль и не смог
event-sign-in-refused = Кто-то пытался войти и не смог
event-email-changed = E-mail изменён
event-email-added = E-mail добавлен
event-email-removed = E-mail убран
event-phone-changed = Телефон изменён
event-document = Указан документ
event-document-seen = Сотрудник сверил ваш документ
event-frozen = Деньги заморожены
event-unfrozen = Деньги снова доступны
event-limit-moved = Изменён лимит
event-recovery-given = В отделении вам дали код для входа
event-factor-added = Добавлено: { $name }
event-factor-removed = Удалено: { $name }
event-not-me = Если что-то из этого сделали не вы, не ждите.
news-title = Новый вход от вашего имени
news-text = { $name }, { $when }. Место: { $place }. Если это были не вы, сразу нажмите «Это не я».
news-mine = Это я
profile-security-about = Вход, устройства, контакты

## Лимиты

limits-title = Лимиты
limits-about = Сколько можно тратить и ваши собственные лимиты
limits-link = Мои лимиты
limits-text = Здесь видно, сколько разрешено. Снизить лимит для себя можно сразу; повышение вступает в силу через сутки, чтобы никто другой не снял его второпях.
limits-none-title = Сейчас ограничений нет
limits-none-text = Когда банк или закон ограничит платежи, здесь будет видно, сколько осталось.
limits-refused = Будет превышен один из ваших лимитов. Деньги не списаны.
limits-of = Учитываются
limits-of-transfers = Переводы
limits-of-exchange = Обмен валюты
limits-of-account = Счёт { $tail }
limits-of-device = Платежи с этого устройства
limits-of-payee = Каждый получатель отдельно
limits-left = Осталось
limits-used = Использовано
limits-most = Не больше
limits-anew = Обновляется
limits-window-operation = Каждый платёж отдельно
limits-window-balance = Сумма на счёте
limits-window-from = { $day }
limits-window-rolling =
    { $days ->
        [one] Учитывается последний { $days } день: каждый день часть освобождается
        [few] Учитываются последние { $days } дня: каждый день часть освобождается
       *[other] Учитываются последние { $days } дней: каждый день часть освобождается
    }
limits-window-lifetime = Никогда
limits-set-by = Кто установил
limits-by-law = Закон
limits-by-tariff = Условия банка
limits-by-staff = Банк, для вас и на время
limits-by-staff-until = Банк, для вас, до { $when }
limits-by-customer = Вы. Банк разрешает { $most }
limits-later = Потом
limits-later-text = { $most } с { $when }
limits-operations =
    { $count ->
        [one] { $count } операция
        [few] { $count } операции
       *[other] { $count } операций
    }
limits-change = Задать свой
limits-form-label = Ваш лимит
limits-form-hint = От 0 до { $most }.
limits-form-text = Более низкий лимит действует сразу. Более высокий начнёт действовать через сутки, до тех пор ничего не меняется.
limits-too-high = Укажите число от 0 до { $most }.
limits-set-title = Ваш лимит действует
limits-set-text = С этого момента не больше { $most }.
limits-waits-title = Новый лимит пока ждёт
limits-waits-text = Он начнёт действовать: { $when }. До тех пор не больше { $most }.
limits-back-title = Без своего лимита
limits-back-text = Через сутки снова будет действовать лимит банка: { $most }.
limits-back-submit = Убрать мой лимит

## Обмен

operation-exchange = Обмен валюты
exchange-title = Обмен валюты
exchange-short = Обмен
exchange-about = Доллары на сумы и сумы на доллары, между своими счетами
exchange-line = { $given } → { $taken }, курс { $rate }
exchange-none-title = Нужен ещё один счёт
exchange-none-text = Для обмена нужны счёт в сумах и счёт в долларах.
exchange-way = Что сделать
exchange-buy = Купить { $currency }
exchange-sell = Продать { $currency }
exchange-what-uzs = сумы
exchange-what-usd = доллары
exchange-rates = Банк покупает по { $buys } и продаёт по { $sells }
exchange-in = Эта сумма указана
exchange-in-uzs = В сумах
exchange-in-usd = В долларах
exchange-amount-hint = Названная сумма точная, другая считается по курсу.
exchange-not-now = Сейчас обмен невозможен
exchange-see-rates = Посмотреть курсы
exchange-review-title = Проверьте обмен
exchange-holds = Курс действует ещё
exchange-seconds = { $count } с
exchange-rate = Курс банка
exchange-central = Курс Центрального банка, { $day }
exchange-apart = Разница за единицу
exchange-given = Вы отдаёте
exchange-taken = Вы получаете
exchange-submit = Обменять
exchange-refused = Обмен не выполнен
exchange-over-title = Время этого курса истекло
exchange-over-text = Обмен не выполнен. Запросите текущий курс и проверьте ещё раз.
exchange-closing-text = Если вы нажали «Обменять», сначала посмотрите историю. Если нет, обмен не выполнен: запросите текущий курс.
exchange-anew = Получить текущий курс
exchange-unknown-text = Этот обмен не найден. Начните заново.
receipt-title-exchange = Обмен выполнен

## Курсы

rates-title = Курсы валют
rates-about = По какому курсу покупает и продаёт банк, и курс Центрального банка
rates-text = Сумы за единицу валюты. Курсы банка действуют для обмена в приложении.
rates-none-title = Сейчас курсов нет
rates-none-text = У банка нет опубликованного курса. Загляните позже.
rates-uzs = Сум
rates-usd = Доллар США
rates-buys = Банк покупает
rates-sells = Банк продаёт
rates-history = Прежние курсы
rates-stale = Курс не обновлён
rates-stale-text = Последний опубликованный курс слишком старый, обмен по нему не выполняется.
rates-history-text = Курс Центрального банка в дни его публикации, в сумах.
rates-history-none = За это время ничего не публиковалось
rates-day = День
rates-rate = Курс и изменение
rates-days =
    { $count ->
        [one] { $count } день
        [few] { $count } дня
       *[other] { $count } дней
    }

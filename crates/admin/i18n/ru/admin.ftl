### The words of the panel of the staff. Keys begin with the screen they stand on.

## Everywhere

app-name = Okto
app-tag = Персонал
skip-to-content = К содержанию
language = Язык
crumbs = Где эта страница
places = Разделы
places-work = Работа
places-control = Контроль
places-own = Вы
place-today = Сегодня
place-customers = Клиенты
place-cases = Обращения
place-approvals = Согласования
place-terms = Тарифы и лимиты
place-books = Учёт
place-rates = Курсы валют
place-staff = Сотрудники и роли
place-audit = Журнал аудита
place-me = Мой доступ
find-label = Найти клиента
find-placeholder = Телефон, имя, e-mail, документ или ID клиента
sign-out = Выйти
close = Закрыть
cancel = Отмена
retry = Открыть снова
go-home = На главную
go-sign-in = Ко входу
go-back = Назад
today = Сегодня
yesterday = Вчера
idle-text = Через две минуты сеанс завершится.
idle-stay = Остаться
idle-over-title = Вас не было
idle-over-text = Этой страницей 15 минут никто не пользовался, и показанное убрано. Сеанс продолжается: вы работали на другой странице.
idle-over-back = Вернуться на страницу
keys-title = Клавиши
keys-find = Найти клиента
keys-rows = Следующая и предыдущая строка
keys-off-hint = Буквы сами ничего не меняют. Отключить их можно в разделе «Мой доступ».
older = Раньше
newer = К самым новым
pages-label = Части списка
list-first = К началу списка
list-next = Дальше
filter-apply = Применить
filter-reset = Сбросить
none = нет
actions = Действия
reason = Причина
reason-hint = Не меньше 5 символов. Она остаётся в журнале аудита. Пишите так, чтобы и через год было понятно коллеге.
by-system = сам банк
by-nobody = без входа

## Something went wrong

error-title = Не получилось
error-form-title = Проверьте, пожалуйста
error-not-found-title = Такой страницы нет
error-not-found-text = Возможно, адрес набран неверно или этого больше нет.
error-broken-title = Сбой на нашей стороне
error-broken-text = Инженеры уже знают. Попробуйте через минуту.
error-forbidden-title = Ваша роль этого не позволяет
error-forbidden-text = Попытка записана в журнал аудита. Если это нужно для работы, запросите роль у сотрудника безопасности.
error-busy-title = Банк занят
error-reference = Номер для поддержки: { $reference }
error-form-expired-title = Страница устарела
error-form-expired-text = Ничего не сделано. Откройте страницу снова и повторите.

## Passkeys

passkey-unsupported = Этот браузер не поддерживает ключи доступа. Откройте панель в современном Chrome, Edge, Firefox или Safari.
passkey-cancelled = Подтверждения не было. Повторите и коснитесь ключа или подтвердите на устройстве.
passkey-failed = Нет связи с банком. Ничего не сделано, попробуйте снова.
passkey-no-script = Для ключей доступа нужен JavaScript. Включите его для этого сайта.

## Sign-in and enrolment

prove-title = Подтвердите, что это вы
prove-text = Вы давно не применяли ключ. Заполненное сохранится и отправится.
prove-submit = Подтвердить ключом
gate-text = Для сотрудников банка. Каждое действие записывается в опечатанный журнал.
sign-in-title = Вход
sign-in-text = С ключом доступа: аппаратный ключ или зарегистрированное устройство. Паролей здесь нет.
sign-in-submit = Войти с ключом доступа
sign-in-help = Потеряли ключ? Сотрудник безопасности пришлёт новую ссылку для регистрации.
sign-in-ended = Вы вышли: сеанс завершён или 15 минут не использовался.
sign-in-enrolled = Ключ доступа готов. Войдите с ним.
enrol-title = Ваш ключ доступа
enrol-text = Здравствуйте, { $name }. Создайте ключ доступа: с ним вы будете входить и подтверждать решения. Ссылка действует один раз.
enrol-name = Название ключа
enrol-name-hint = Чтобы узнать его потом в списке, например «Синий ключ».
enrol-submit = Создать ключ доступа
enrol-default-name = Мой ключ
enrol-over-title = Эта ссылка больше не действует
enrol-over-text = Ссылка уже использована, или её срок истёк. Попросите новую у того, кто вас пригласил. Если ключ доступа у вас уже есть, войдите с ним.

## Today

today-title = Сегодня
today-approvals = Ждут вашего решения
today-approvals-none = Решений не ждут
today-approvals-none-text = Когда коллега предложит то, для чего нужен второй человек, это появится здесь.
today-own = Ваши предложения
today-cases = Открытые обращения
today-find = Найти клиента

## Customers

customers-title = Клиенты
customers-query = Телефон, имя, e-mail, документ или ID
customers-query-hint = Полный телефон, e-mail, номер документа или ID находит одного человека; имя — всех, чьё имя так начинается.
customers-find = Найти
customers-found = Найденные клиенты
customers-begin = Кого вы ищете?
customers-begin-text = Спросите у клиента номер телефона. Поиск записывается в журнал аудита.
customers-nobody = Никого не нашли
customers-nobody-text = Проверьте написание или ищите по номеру телефона.
customers-too-little = Введите телефон, e-mail или номер документа целиком либо не меньше трёх букв имени.
customers-more = Есть ещё. Введите имя полнее.
customer-name = Имя
customer-phone = Телефон
customer-email = Эл. почта
customer-document = Документ
customer-birth = Дата рождения
customer-code = Код клиента
customer-since = Клиент с
customer-lang = Язык
customer-state = Состояние
customer-active = активен
customer-frozen = заморожен
customer-closed = закрыт
customer-erased = Клиент, чьи данные удалены
customer-tabs = Части профиля
customer-profile = Профиль
customer-security = Устройства и сеансы
customer-limits = Лимиты
customer-cases = Обращения
customer-cases-none = Обращений не было
customer-log = Журнал по клиенту
customer-person = Личные данные
customer-hidden = скрыто
customer-not-yours = не для вашей роли
customer-show = Показать
customer-show-why = Зачем вы смотрите
customer-show-hint = Не меньше 5 символов. Просмотр записывается в журнал аудита с вашим именем и этой причиной.
customer-shown = Показано вам сейчас. Это записано в журнал аудита.
customer-none = не указано

## Devices and sessions

sessions-title = Сеансы
sessions-none = Активных сеансов нет.
session-client = Программа
session-kind = Вид
session-browser = браузер
session-mobile = приложение
session-place = Место
session-began = Начат
session-seen = Последнее действие
session-passkey = Ключ доступа
session-end = Завершить
session-end-all = Завершить все сеансы
session-ended-notice = Готово. Клиент будет отключён везде в течение секунды.
devices-title = Устройства
devices-none = Привязанных устройств нет.
device-name = Устройство
device-kind = Вид
device-app = приложение
device-browser = браузер
device-state = Состояние
device-cooling = новое, низкие лимиты
device-active = активно
device-bound = Привязано
device-seen = Последний вход
device-end = Отвязать

## Freezing

freeze = Заморозить
freeze-title = Заморозить: { $name }
freeze-text = Сразу: все сеансы завершатся, войти будет нельзя, деньги не уйдут. Отменить могут только два сотрудника вместе.
freeze-submit = Заморозить сейчас
freeze-done = Клиент заморожен.
document = Сверить документ
document-title = Документ клиента { $name }
document-text = Введите то, что напечатано в документе, который показывает клиент. Банк сравнит это с указанным в приложении.
document-number = Серия и номер
document-personal = Персональный номер (ПИНФЛ)
document-submit = Документ у меня в руках
document-done = Отмечено, что документ сверен.
document-undone = Отметка о сверке снята. Клиент может указать другой документ.
document-none = В приложении документ не указан.
document-seen-text = Документ сверен сотрудником. Клиент сможет указать другой, только если снять отметку.
document-over-text = Документ сверен сотрудником, но срок его действия истёк. Клиент может указать другой в приложении.
document-unsee = Снять отметку
unfreeze = Предложить разморозить
unfreeze-title = Разморозить: { $name }
unfreeze-text = Это предложение. Оно исполнится, когда его подтвердит ключом другой сотрудник с правом. Пароль и PIN-коды остаются недействительными: клиент задаст новый пароль через «Не получается войти».

## Proposals

propose-who = Кто решает
propose-how-many = Сколько человек
propose-submit = Отправить на согласование
propose-not-now = Сейчас это нельзя предложить
propose-look = Показать, что изменится
propose-check = Посмотрите, что изменится, и отправьте.
change-recovery = Возврат доступа
change-phone-proven = Номер подтверждён в банке
change-code = код для одной смены пароля
change-personal = Личные данные
change-last-freeze = Последняя заморозка
change-case-open = Обращение о заморозке
change-case-kept = Обращение остаётся открытым
change-case-confirmed = Обращение закрыто: подтвердилось
change-case-false-alarm = Обращение закрыто: ложная тревога
change-case-no-action = Обращение закрыто: действий не нужно
change-kept = хранятся
change-erased = удалены
change-terms-sha256 = Текст (SHA-256)
change-terms-more = Мест не показано
change-refund-of = Перевод
change-refund-at = Отправлен
change-refund-payer = Плательщик
change-refund-payee = Получатель
change-refund-paid = Сумма перевода
change-refund-fee-paid = Комиссия за него
change-refund-amount = Возвращено из суммы
change-refund-fee = Возвращено из комиссии
change-limit-name = Лимит
change-limit-ceiling = Потолок
change-limit-until = До
close-customer = Предложить закрыть
close-title = Закрыть: { $name }
close-text = Когда другой сотрудник согласует это ключом, клиент уйдёт из банка навсегда: все сеансы завершатся, войти снова будет нельзя. На счетах ничего не должно остаться.
recover = Предложить вернуть доступ
recover-title = Вернуть доступ: { $name }
recover-text = Для клиента, у которого не осталось ничего для входа и который стоит перед вами с документом. Тому, кто согласует, один раз покажут код; с ним клиент задаст новый пароль.
phone = Предложить другой телефон
phone-title = Другой телефон: { $name }
phone-text = Для клиента, который стоит перед вами с документом. На новый номер придёт код; пусть клиент прочтёт его вам. Годится и для замороженного клиента: войти это не даст.
phone-new = Новый телефон
phone-send = Отправить код
phone-code-text = Код отправлен. Введите то, что прочтёт клиент. Когда другой сотрудник согласует это ключом, телефон сменится, все сеансы завершатся, а платежи двенадцать часов будут небольшими. Если утрачен и пароль, доступ потом возвращают отдельным предложением.
phone-code = Код из сообщения
erase = Предложить удалить данные
erase-title = Удалить данные: { $name }
erase-text = Когда другой сотрудник согласует это ключом, все личные данные станут нечитаемы везде, в том числе в резервных копиях и журнале аудита. Отменить это нельзя.
kill = Завершить сеансы всех
kill-title = Завершить все сеансы всех клиентов
kill-text = Для банка, у которого украли ключи. Когда другой сотрудник согласует это ключом, каждый клиент выйдет везде и должен будет войти заново.

## Cases

cases-title = Обращения
cases-none = Открытых обращений нет
cases-none-text = Когда клиент сообщит «это не я», обращение появится здесь.
cases-none-closed = Закрытых обращений пока нет
cases-tabs = Списки обращений
cases-open = Открытые
cases-closed = Закрытые
case-kind = Суть
case-not-me = «Это не я»
case-staff-freeze = Заморозка сотрудником
case-other = Другое
case-customer = Клиент
case-opened = Открыто
case-state = Состояние
case-open = открыто
case-closed = закрыто
case-about = Что известно
case-from = Началось с
case-from-session = сообщения клиента в приложении
case-from-notice = сообщения клиента из уведомления о входе
case-frozen-by = Заморожено сотрудником
case-reason = Причина заморозки
case-closed-at = Закрыто
case-closed-by = Закрыто сотрудником
case-outcome = Итог
case-note = Заметка
case-confirmed = злоупотребление подтверждено
case-false-alarm = ложная тревога
case-no-action = действий не нужно
case-unfrozen = клиент разморожен
case-close = Закрыть обращение
case-close-text = Для клиента ничего не изменится: кто заморожен, останется заморожен, пока это не отменят два сотрудника.
case-choose = выберите
case-choose-first = Выберите итог.
case-done = Обращение закрыто.

## Staff and roles

staff-title = Сотрудники и роли
staff-list = Сотрудники
staff-person = Сотрудник
staff-log = Действия сотрудника
staff-name = Имя
staff-email = Рабочая почта
staff-phone = Личный телефон
staff-phone-hint = Чтобы сотрудники не обслуживали сами себя, если они клиенты или станут ими.
staff-roles = Роли
staff-state = Состояние
staff-since = Дата добавления
staff-signed-in = Последний вход
staff-seen = Последняя активность
staff-invited = ещё не зарегистрирован
staff-active = активен
staff-suspended = приостановлен
staff-invite = Предложить сотрудника
staff-invite-text = Другой сотрудник с правом должен согласовать. Затем одноразовая ссылка создаст ключ доступа.
staff-change-roles = Предложить другие роли
staff-roles-title = Другие роли: { $name }
staff-roles-text = Когда другой сотрудник с правом согласует это ключом, роли будут действовать со следующей открытой страницы.
staff-suspend = Предложить приостановить
staff-suspend-title = Приостановить: { $name }
staff-suspend-text = После согласования сеансы завершатся и войти будет нельзя.
staff-reinstate = Предложить восстановить
staff-reinstate-title = Восстановить: { $name }
staff-reinstate-text = После согласования сотрудник снова сможет войти своим ключом.
staff-link-new = Предложить новую ссылку
staff-link-title = Новая ссылка: { $name }
staff-link-new-text = После согласования новая ссылка уйдёт на адрес из приглашения. Прежние перестанут действовать.
staff-link = Ссылка для входа
staff-link-over = истекла
staff-link-handed = передана лично
staff-link-waits = отправляется
staff-link-sent = отправлена
staff-link-refused = почтовый сервер не принял
staff-link-by-mail = по почте
staff-may = Что позволяют роли
recover-code-title = Код для клиента
recover-code-text = Передайте его клиенту, который стоит перед вами. Он показан только сейчас и заменяет второе подтверждение при смене пароля.
copy = Скопировать
copied = Скопировано
role-support = Поддержка
role-compliance = Комплаенс
role-security = Безопасность
role-auditor = Аудитор
role-accountant = Бухгалтер
role-administrator = Администратор
role-support-text = Помогает клиентам: находит, завершает сеансы, замораживает, предлагает разморозить.
role-compliance-text = Следит за законом: видит документы, замораживает, решает о разморозке, тарифах и лимитах.
role-accountant-text = Ведёт учёт: готовит тарифы и лимиты, отправляет документы снова, разбирает расхождения, находит клиентов, не видит контактов.
role-security-text = Охраняет входы и сеансы, решает о новых сотрудниках и ролях.
role-administrator-text = Предлагает сотрудников и их роли, решает о приостановке.
role-auditor-text = Видит всё и ничего не меняет.

## Approvals

approvals-title = Согласования
approvals-waiting = ожидает: { $count }
approvals-tabs = Списки предложений
approvals-inbox = Ждут вас
approvals-own = Ваши
approvals-open = Все ожидающие
approvals-history = История
approvals-none = Пусто
approvals-none-text = Здесь появляются чужие предложения, по которым вы вправе решать.
approvals-own-none-text = Вы пока ничего не предлагали.
approval-what = Предложение
approval-by = Предложено сотрудником
approval-at = Предложено
approval-until = Решить до
approval-state = Состояние
approval-open = ожидает
approval-executed = исполнено
approval-rejected = отклонено
approval-withdrawn = отозвано
approval-expired = истекло
approval-failed = не удалось исполнить
approval-of = { $given } из { $needed }
approval-change = Что изменится
approval-changed = Что изменилось
approval-field = Поле
approval-before = Сейчас
approval-after = Станет
approval-nothing = ничего
approval-about = О ком
approval-all = все
approval-erased = Содержание удалено вместе с данными человека; доказательство остаётся.
approval-not-yours = Вы не можете решать по этому предложению или уже решили.
approval-cases = Почему клиент заморожен
approval-why = Почему
approval-decide = Ваше решение
approval-decide-text = Вы подписываете ключом ровно то, что показано. Потом это никто не изменит.
approval-comment = Комментарий
approval-comment-hint = Нужен для отказа, не меньше 5 символов; остаётся в истории.
approval-approve = Согласовать с ключом
approval-reject = Отклонить с ключом
approval-withdraw = Отозвать
approval-own-text = Это ваше предложение, решают другие.
approval-sent = Отправлено на согласование.
approval-steps = Что произошло
approval-step-proposed = Предложено: { $name }
approval-step-approved = Согласовано: { $name }
approval-step-rejected = Отклонено: { $name }
action-customer-unfreeze = Разморозить клиента
action-customer-close = Закрыть клиента
action-customer-erase = Удалить личные данные
action-customer-recover = Вернуть клиенту доступ
action-customer-phone = Сменить телефон клиента
action-staff-invite = Новый сотрудник
action-staff-roles = Другие роли
action-staff-suspend = Приостановить сотрудника
action-staff-reinstate = Восстановить сотрудника
action-staff-link = Отправить новую ссылку
action-global-kill = Завершить сеансы всех клиентов
action-terms-publish = Новая редакция тарифа или лимита
action-terms-withdraw = Отозвать редакцию
action-transfer-refund = Вернуть перевод
action-limit-temporary = Изменить лимит на время
action-break-resolve = Урегулировать расхождение
approval-step-waiting = Ожидает решения

## Tariffs and limits

terms-title = Тарифы и лимиты
terms-text = Один сотрудник готовит черновик и предлагает, другой согласует ключом. Документ действует с выбранного момента, без новой версии программы.
terms-books = Чем руководствуется банк
terms-book = Документ
terms-holds = Действует
terms-next = Следующая
terms-document = Текст
terms-editions = Редакции
terms-editions-none = Редакций пока нет
terms-editions-text = До первой публикации этот документ не действует.
terms-drafts = Черновики
terms-drafts-none = Изменений никто не готовит.
book-tariff-transfer = Тариф переводов внутри банка
book-limits = Лимиты
book-values = Величины регулятора
book-rates-spreads = Маржа курсов валют
book-chart = Привязка к плану счетов
edition = Редакция
edition-number = Редакция { $number }
edition-from = Действует с
edition-published = Опубликована
edition-withdrawn = Отозвана
edition-state = Состояние
edition-holds = действует
edition-will-hold = вступит в силу
edition-replaced = заменена
edition-taken-back = отозвана
edition-difference = Что она изменила
places-more = Мест не показано: { $count }.
draft = Черновик
draft-of = Черновик: { $name }
draft-changed = Изменён
draft-new = Новый черновик
draft-new-copy = Копия действующей редакции. После сохранения страница покажет, что в ней не так и что она меняет.
draft-new-first = Редакций ещё нет. После сохранения страница покажет, что в черновике не так.
draft-pattern = Как пишется такой текст
draft-hint = Для клиентов сохранение ничего не меняет. Кто решает, когда его предложат: { $roles }.
draft-body = Текст (JSON)
draft-save = Сохранить черновик
draft-saved = Черновик сохранён.
draft-faults = В черновике ошибки
draft-faults-text = Он сохранён; предложить его можно, когда они исправлены.
draft-difference = Что он изменит
draft-unreadable = Текст не читается, сравнить его нельзя.
draft-same = Он ничего не меняет.
draft-propose = Предложить
draft-drop = Удалить черновик
propose-terms-title = Предложить: { $book }
propose-terms-text = Когда другой сотрудник с правом согласует это ключом, документ опубликуется и будет действовать с выбранного момента. До него редакцию можно отозвать.
propose-terms-day = С какого дня
propose-terms-time = В какое время
propose-terms-time-hint = Часы и минуты по Ташкенту, например 00:00. Согласовать нужно не позже чем за полминуты.
withdraw = Предложить отозвать
withdraw-title = Отозвать редакцию
withdraw-text = Когда другой сотрудник с правом согласует это ключом, редакция не вступит в силу, а прежняя останется.
example = Сколько стоила бы операция
example-text = Считается по сохранённому черновику и по действующей редакции.
example-amount = Сумма
example-asset = Валюта
example-counterparty = Другая сторона
example-channel = Канал
example-tier = Категория клиента
example-day = День (пусто: сегодня)
example-operations = Операций до неё
example-quantity = Сумма до неё
example-submit = Рассчитать
example-outcome = Комиссия и её части
example-part = Часть
example-rule = Правило
example-not-priced = цены нет
example-fee = Платит клиент
example-list = Без акции
example-promotion = Акция
example-vat = В том числе НДС
example-bank = Доля банка
example-scheme = Доля платёжной системы
example-agent = Доля агента
fault-count = ни одного или слишком много
fault-name = нужно от 1 до 40 строчных латинских букв, цифр или дефисов
fault-taken = уже занято другим
fault-unreachable = у последнего правила условий нет, у остальных они есть
fault-asset = такой валюты у банка нет
fault-order = конец раньше начала
fault-tiers = ступени должны расти, у последней нет конца
fault-percent = не больше 100 и не больше четырёх знаков после точки
fault-size = размер не может быть нулевым
fault-free = бесплатному нужны граница и период, а операции не бывают бесплатны при ступенях и пакетах
fault-title = на каждом языке нужно от 1 до 80 знаков
fault-country = нужны две заглавные латинские буквы
fault-window = нужно от 2 до 31 дня
fault-ceiling = меньше нуля, слишком велико или кратность там, где счёт не в сумах
fault-balance = остаток бывает у счёта, для каждой операции отдельно
fault-leg = такой проводки нет ни у одного продукта
fault-missing = для проводки продукта нет строки
fault-same = обе стороны — один счёт
fault-through = собираемое идёт между счётом перевода и счётом плана через третий
fault-purpose = пусто или слишком длинно

## Audit log

audit-title = Журнал аудита
audit-events = События
audit-event = Событие
audit-actor = Кто
audit-action = Что
audit-subject = О ком
audit-object = Объект
audit-outcome = Исход
audit-any = любой
audit-done = сделано
audit-refused = отказано
audit-when = Когда
audit-from = С
audit-to = По
audit-action-hint = Например staff.session_began; с точкой в конце — все, что так начинаются.
audit-none = Событий не найдено
audit-none-text = Расширьте период или очистите поле.
audit-filter-wrong = Это не удалось прочитать, поэтому ничего не искали. Исправьте или очистите.
audit-sealed = опечатано
audit-unsealed = ждёт печати
audit-proof = Доказательство
audit-leaf = Лист дерева
audit-checkpoint = Опечатано в точке
audit-path = Путь хешей
audit-session = Сеанс
audit-trace = Запрос
audit-facts = Факты
audit-personal = Личная часть
audit-personal-show = Показать
audit-personal-erased = Удалено по желанию клиента; доказательство остаётся.
audit-personal-none = нет
audit-whole = Журнал целиком выгружает оператор командой okto audit export. Такой файл проверяет кто угодно командой okto audit verify.

## My account

me-title = Мой доступ
me-sessions = Ваши сеансы
me-this = этот
me-end-others = Завершить остальные
me-passkeys = Ваши ключи доступа
me-passkey-added = Добавлен
me-passkey-used = Последнее применение
me-passkey-kind = Хранится
me-passkey-one = на одном устройстве
me-passkey-synced = синхронизируется
me-passkey-add = Добавить ключ
me-passkey-add-text = Второй ключ пригодится, если первый потеряется.
me-passkey-remove = Удалить
me-look = Вид панели
me-theme = Тема
me-theme-auto = Как на устройстве
me-theme-light = Светлая
me-theme-dark = Тёмная
me-keys = Клавиши
me-keys-on = Включены
me-keys-off = Выключены
me-roles = Ваши роли

## Как журнал аудита называет действия

act-proposed = Предложено: { $what }
act-decided = Решение: { $what }
act-terms = Условия
act-customer-search = Поиск клиентов
act-customer-read = Открыта карточка клиента
act-customer-read-phone = Показан телефон
act-customer-read-email = Показана почта
act-customer-read-birth-date = Показана дата рождения
act-customer-read-document = Показан документ
act-customer-read-sessions = Показаны сеансы и устройства
act-customer-end-sessions = Банк завершил сеансы клиента
act-customer-freeze = Заморозка сотрудником
act-customer-see-document = Документ просмотрен вживую
act-customer-signed-up = Клиент зарегистрировался
act-customer-named = Имя показано сотруднику
act-customer-renamed = Имя изменено
act-customer-frozen = Клиент заморожен
act-customer-unfrozen = Клиент разморожен
act-customer-closed = Клиент закрыт
act-customer-erased = Персональные данные стёрты
act-case-read = Открыто обращение
act-case-handle = Обращение закрыто
act-staff-read = Показаны сотрудники
act-staff-act = Действие сотрудника
act-staff-taken-in = Сотрудник принят
act-staff-enrolled = Сотрудник завёл ключ доступа
act-staff-enrolment-mail = Сотруднику отправлена ссылка
act-staff-enrolment-renewed = Новая ссылка для сотрудника
act-staff-customer-known = Сотрудник узнан как клиент
act-staff-session-began = Сотрудник вошёл
act-staff-session-ended = Сеанс сотрудника завершён
act-staff-proved = Сотрудник подтвердил себя
act-approval-read = Открыто предложение
act-approval-executed = Предложение исполнено
act-approval-rejected = Предложение отклонено
act-approval-withdrawn = Предложение отозвано
act-approval-expired = Срок предложения истёк
act-audit-read = Журнал аудита прочитан
act-audit-read-personal = Показана личная часть журнала
act-audit-exported = Журнал аудита выгружен
act-terms-read = Условия прочитаны
act-terms-published = Редакция опубликована
act-terms-withdrawn = Редакция отозвана
act-books-read = Учёт просмотрен
act-books-send-again = Повторная отправка в АБС
act-break-handle = Расхождение передано
act-break-assigned = Расхождение взято в работу
act-break-resolved = Расхождение урегулировано
act-abs-accounts-asked-again = Счета запрошены в АБС повторно
act-abs-document-sent-again = Документ повторно отправлен в АБС
act-session-began = Клиент вошёл
act-session-ended = Сеанс клиента завершён
act-session-used = Токен без своего ключа
act-sessions-ended-everyones = Сеансы всех клиентов завершены
act-sign-in-password = Пароль при входе
act-sign-in-answer = Второй шаг входа
act-password-changed = Пароль изменён
act-password-reset = Пароль сброшен
act-recovery-given = Выдан код помощи
act-factor-added = Добавлен способ подтверждения
act-factor-renewed = Обновлён способ подтверждения
act-factor-removed = Удалён способ подтверждения
act-passkey-added = Ключ доступа добавлен
act-passkey-renamed = Ключ доступа переименован
act-passkey-removed = Ключ доступа удалён
act-device-bound = Устройство привязано
act-device-renamed = Устройство переименовано
act-device-unbound = Устройство отвязано
act-security-changed = Изменение защиты
act-confirmation-answer = Ответ на подтверждение
act-confirmation-given = Подтверждение дано
act-contact-proven = Контакт подтверждён
act-contact-changed = Контакт изменён
act-contact-removed = Контакт удалён
act-document-declared = Документ указан
act-limit-moved = Клиент изменил лимит
act-limit-moved-for-a-time = Банк изменил лимит на время
act-statement-issued = Выписка выдана
act-partner-added = Партнёр добавлен
act-partner-ended = Партнёр отключён
act-partner-recognised = Секрет партнёра
act-token-introspected = Токен показан партнёру
act-webhook-added = Получатель событий добавлен
act-webhook-ended = Получатель событий отключён
act-signing-key-rotation-asked = Запрошена смена ключей подписи
act-signing-key-rotated = Ключ подписи сменён
act-signing-key-removal-asked = Запрошено удаление ключа подписи
act-signing-key-removed = Ключ подписи удалён
act-root-key-rewrap-asked = Запрошена новая обёртка корневого ключа
act-root-key-rewrapped = Корневой ключ обёрнут заново
act-transfer-internal = Перевод
act-transfer-refund = Возврат перевода
act-exchange-own = Обмен валюты
act-cash-in = Внесение наличных
act-account-open = Счёт открыт
act-account-status = Состояние счёта изменено
act-bank-account-open = Открыт счёт банка

## The books

books-title = Учёт
books-tabs = Разделы учёта
books-overview = Обзор
books-queue = Очередь
books-days = Операционные дни
books-breaks = Расхождения
books-chart = План счетов
books-all-there = АБС подтвердила все документы
books-on-the-way = Документы отправляются в АБС
books-late = АБС отстаёт
books-late-text = Клиенты этого не замечают. Документы ждут и уйдут сами, как только АБС ответит.
books-stuck = Документы застряли
books-stuck-text = Сами они не уйдут. Откройте очередь: исправьте причину и отправьте их снова. До этого день не закроется.
books-unknown = Исход пакета неизвестен
books-unknown-text = Ответ потерян. Прежде чем отправить что-либо ещё, банк запросит его, поэтому дважды ничего не проведётся.
books-abs = АБС
books-waiting = Документы в ожидании
books-rejected = Отклонены
books-unmapped = Нет в плане счетов
books-accounts = Счета, не открытые в АБС
books-open-day = Открытый день
books-nothing-yet = проводок ещё не было
books-since = Старейший ждёт с
books-unread = Непрочитанных событий
books-last-error = Последняя ошибка
books-day = День
books-days-last = Последние дни
books-days-none = Ни один день ещё не завершён.
books-documents = Документы
books-frozen-at = Итоги подведены
books-closed-at = Закрыт
books-state = Состояние
books-breaks-open = Открытые расхождения
books-breaks-none = Учёт сходится: открытых расхождений нет.
books-age = { $days ->
    [0] сегодня
    [one] { $days } день
    [few] { $days } дня
   *[other] { $days } дней
}
books-hours = { $hours ->
    [one] { $hours } час
    [few] { $hours } часа
   *[other] { $hours } часов
}
books-minutes = { $minutes ->
    [0] меньше минуты
    [one] { $minutes } минута
    [few] { $minutes } минуты
   *[other] { $minutes } минут
}
product-transfer = Перевод внутри банка
product-refund = Возврат перевода
product-cash-in = Взнос наличных
product-exchange = Обмен валюты

## The queue of the core banking system

queue-done = Отправка повторится сама.
queue-documents = Застрявшие документы
queue-documents-none = Застрявших документов нет.
queue-document = Документ
queue-operation = Операция
queue-leg = Проводка { $leg }
queue-amount = Сумма
queue-reason = Причина
queue-rejected = отклонён
queue-unmapped = нет в плане счетов
queue-send-again = Отправить снова
queue-send-text = Делайте это, когда причина в АБС устранена. Документ сохраняет свой номер, поэтому проводится не больше одного раза.
queue-accounts = Неоткрытые счета
queue-accounts-none = Отказов в открытии счёта нет.
queue-accounts-again = Запросить счета снова
queue-accounts-text = Все счета, в открытии которых АБС отказала, будут запрошены снова. Делайте это, когда причина устранена.
queue-account = Счёт
queue-opened = Открыт у нас с
stuck-no-line = в плане счетов нет строки для этой проводки
stuck-no-number = нужен номер счёта, а у счёта его нет
stuck-same-account = дебет и кредит на одном счёте
stuck-account-unknown = счёт там не открыт
stuck-account-malformed = это не номер счёта
stuck-account-closed = счёт там закрыт
stuck-currency-differs = счёт в другой валюте
stuck-currency-unknown = валюта там неизвестна
stuck-amount-malformed = сумма не больше нуля
stuck-number-malformed = это не номер счёта
stuck-day-closed = его день там закрыт
stuck-document-differs = под его номером проведён другой документ

## Business days

day-open = открыт
day-frozen = итоги подведены
day-closed = закрыт
day-waits = Этот день пока нельзя закрыть
day-waits-text = Ждут: { $waiting }. Нет в плане счетов: { $unmapped }. Отклонены: { $rejected }.
day-not-yet = Этот день ещё не закрыт
day-not-yet-text = Он закроется сам, когда суммы обеих сторон совпадут и закроются предыдущие дни.
day-difference = Расхождение учёта
day-accounts = По счетам плана
day-account = Счёт
day-debits = Обороты по дебету
day-credits = Обороты по кредиту
day-products = По продуктам
day-product = Продукт
day-debit = Дебет
day-credit = Кредит
day-posted = Проведены в АБС
day-sums = Комиссии, налог и доли за день
day-sums-none = За этот день ничего не накоплено, или он ещё не завершён.
day-sum-posted = проведено в АБС
day-sum-waits = в пути
day-nothing = В этот день проводок нет.

## Differences between books

break = Расхождение
breaks-lists = Списки расхождений
breaks-open = Открытые
breaks-resolved = Урегулированные
breaks-runs = Сверки
breaks-resolved-none = Урегулированных расхождений ещё нет.
breaks-runs-none = Сверок ещё не было.
break-kind = Что не так
break-book = С чем сверено
break-count = Сколько
break-sum = Всего
break-oldest = Старейшее
break-difference = Разница (наше минус их)
break-age = Возраст
break-took = Заняло
break-owner = Кто разбирается
break-nobody = никто
break-how = Как урегулировано
break-by = Кем
break-resolved-at = Когда
break-what = Что расходится
break-end = Чем закончилось
break-reference = Ссылка
break-ours = В нашем учёте
break-theirs = В их учёте
break-likely = Вероятно, то же
break-likely-hint = Та же сумма около того же дня. Подсказка, не совпадение.
break-found-at = Найдено
break-open = открыто
break-resolved = урегулировано
break-take = Взять себе
break-give = Передать
break-colleague = Сотрудник
break-resolve = Предложить решение
break-resolve-text = Укажите, как урегулировано расхождение и чем это подтверждается. Оно закроется, когда другой сотрудник с правом согласует это ключом.
break-choose = Выберите
break-choose-first = Выберите, как урегулировано.
break-evidence = Подтверждение
break-evidence-hint = Номер операции или письма. Без данных о людях.
break-agrees = Учёт снова сходится
break-corrected-here = Исправлен наш учёт
break-corrected-there = Исправлен их учёт
break-explained = Обе стороны верны, остаётся
break-missing-here = Нет у нас
break-missing-there = Нет у другой стороны
break-amount = Другая сумма
break-currency = Другая валюта
break-status = Другой исход
break-duplicate = Дубль
break-fee = Другая комиссия
break-late = Другой день
recon-abs = АБС, документы
recon-abs-sums = АБС, итоги дня
run-at = Сверено
run-days = Дни
run-agreed = Совпало
run-found = Расходится

## The mapping of accounts

chart-change = Изменить привязку
chart-none = Привязки ещё нет
chart-none-text = Пока не опубликована первая редакция, в АБС ничего не попадает.
chart-leg = Проводка
chart-meaning = Значение
chart-through = Накапливается на
chart-purpose = Назначение в документе
chart-number = счёт операции
leg-cash-in = Взнос наличных в кассу
leg-transfer = Вклад плательщика переходит получателю
leg-transfer-fee = Плательщик платит комиссию
leg-transfer-vat = Налог в комиссии
leg-transfer-scheme = Доля платёжной системы в комиссии
leg-transfer-agent = Доля агента в комиссии
leg-refund = Полученное возвращается плательщику
leg-refund-fee = Комиссия возвращается плательщику
leg-refund-vat = Налог в возвращённой комиссии
leg-refund-scheme = Доля платёжной системы в возврате
leg-refund-agent = Доля агента в возврате
leg-exchange-given = Что отдаёт клиент
leg-exchange-taken = Что получает клиент
leg-exchange-spread = Маржа банка
leg-unknown = такой проводки в программе нет

## Accuracy of fees

books-fees = Комиссии
fees-text = Каждая комиссия считается заново по сохранённым данным и сравнивается с тем, что удержано, проведено и передано в АБС.
fees-accuracy = Точность комиссий
fees-more = По дням
fees-none = Комиссии ещё не проверялись.
fees-right = Операции с верной комиссией
fees-complete = Комиссии с документом
fees-tied = Регистр, документы, АБС
fees-looked-at = Последняя проверка
fees-of = { $part } из { $whole }
fees-all-tied = совпадают за каждый день
fees-not-tied = ещё не совпадают с { $day }
fees-days = По дням
fees-operations = С комиссией / всего
fees-expected = По тарифу
fees-charged = Удержано
fees-booked = В регистре
fees-documented = В документах
fees-confirmed = Подтверждено АБС
fees-wrong = неверных: { $count }
fees-undocumented = без документа: { $count }
fees-on-the-way = в пути
fees-tie = всё совпадает
fees-faults = Неверные комиссии
fees-faults-none = Все комиссии верны.
fees-edition = Тариф тогда не действовал
fees-price = Не по тарифу
fees-postings = В регистре другое
fees-documents = В документах другое

## Rates

rates-title = Курсы валют
rates-board = Табло
rates-currency = Валюта
rates-central = Центробанк
rates-buys = Банк покупает
rates-sells = Банк продаёт
rates-day = Курс на
rates-age = Возраст
rates-state = Состояние
rates-good = действует
rates-too-old = устарел
rates-never = не получен
rates-stale = Курса нет или он устарел
rates-stale-text = Обмен в этой валюте невозможен, пока не получен новый курс. Банк запрашивает его сам.
rates-none = Банк не работает с валютами
rates-none-text = Валюты и маржа указаны в отдельном документе.
rates-spreads = Маржа
rates-spreads-title = Действующая маржа
rates-spread-buy = С покупки
rates-spread-sell = С продажи
rates-good-for = { $days ->
    [one] Опубликованный курс годен { $days } день.
    [few] Опубликованный курс годен { $days } дня.
   *[other] Опубликованный курс годен { $days } дней.
}
rates-history = История
rates-history-text = Последние { $days } дней
rates-history-none = За это время курсов не получено.
rates-source = Источник
rates-read-at = Получен

## Simulation of a draft

simulation = Что бы изменилось
simulation-text = Считает сохранённый черновик по переводам за последние 30 дней. Ничего не меняет.
simulation-start = Проверить на прошлом
simulation-way = Посмотреть, что бы изменилось за последние 30 дней
simulation-none = За последние 30 дней переводов не было.
simulation-nothing = Ничего бы не изменилось.
simulation-looked = { $count ->
    [one] { $count } перевод за последние 30 дней
    [few] { $count } перевода за последние 30 дней
   *[other] { $count } переводов за последние 30 дней
}
simulation-operations = Переводы
simulation-holds = По действующей редакции
simulation-draft = По черновику
simulation-more = Разница
simulation-limit = Лимит
simulation-met = Под лимитом
simulation-stopped = Остановлено
simulation-customers = Затронуто клиентов

## Лимиты клиента

limits-none = Этого клиента ничто не ограничивает
limits-none-text = Здесь видно, что ограничивают банк или закон и сколько из этого использовано.
limits-frozen = Клиент заморожен: списаний с его счетов нет, какими бы ни были лимиты. Изменить лимит всё равно можно.
limits-closed = Клиент ушёл из банка. Его лимиты больше не меняют.
limit = Лимит
limit-ceiling = Не больше
limit-of-bank = Банк разрешает
limit-used = Использовано
limit-left = Осталось
limit-set-by = Кто установил
limit-moved-until = Изменён до
limit-counts = Учитывает
limit-of-law = Установлен законом: изменить его нельзя.
limit-not-theirs = Учитывает не только платежи одного клиента: для отдельного клиента его не меняют.
limit-coming = Клиент попросил { $most }: { $when }
limit-of-customer = все операции клиента
limit-of-exchange = обмен валюты
limit-of-transfers = переводы
limit-of-account = счёт { $tail }
limit-of-device = платежи с одного устройства
limit-of-payee = каждый получатель отдельно
limit-window-operation = каждая операция отдельно
limit-window-balance = сумма на счёте
limit-window-day = за день
limit-window-week = за неделю
limit-window-month = за месяц
limit-window-rolling = { $days ->
    [one] за последний { $days } день
    [few] за последние { $days } дня
   *[other] за последние { $days } дней
}
limit-window-lifetime = за всё время
limit-by-law = Закон
limit-by-tariff = Условия банка
limit-by-staff = Банк, для этого клиента
limit-by-customer = Клиент
limit-operations = { $count ->
    [one] { $count } операция
    [few] { $count } операции
   *[other] { $count } операций
}
limit-title = Лимит: { $limit }
limit-now = Как действует сейчас
limit-fixed = Этот лимит нельзя изменить
limit-text = Когда другой сотрудник с правом согласует это ключом, у клиента до конца выбранного дня будет другой лимит. Потом сам собой снова действует лимит банка.
limit-new = Новый лимит
limit-in-operations = операций
limit-new-hint = Выше или ниже нынешнего. При 0 ничего не пройдёт. Более низкий лимит, который клиент задал сам, остаётся.
limit-day = До конца какого дня
limit-day-hint = Не дольше чем на { $days } дней. Что нужно на больший срок, вносят в лимиты банка.
limit-day-wrong = Выберите день: с сегодняшнего по { $last }.
limit-ceiling-wrong = Укажите число от 0 до { $most }.
limit-count-wrong = Укажите целое число операций.

## Возврат перевода

refund = Предложить вернуть перевод
refund-title = Вернуть перевод: { $name }
refund-text = Для перевода внутри банка, который отправил этот клиент. Пусть он прочтёт номер операции с квитанции. Поиск записывается в журнал аудита.
refund-number = Номер операции
refund-number-hint = Начинается с op_ и стоит в конце квитанции в приложении. Пробелы не мешают.
refund-number-wrong = Это не номер операции. Он состоит из op_ и 32 цифр и букв от a до f.
refund-not-found = Этот клиент не отправлял перевода внутри банка с таким номером.
refund-find = Найти перевод
refund-another = Другой перевод
refund-frozen = Клиент заморожен. Возвращённое поступит и останется на его счёте.
refund-closed = Клиент ушёл из банка: счёта, на который можно было бы вернуть деньги, нет.
refund-transfer = Перевод
refund-left = Осталось из суммы
refund-fee-left = Осталось из комиссии
refund-nothing = Возвращать больше нечего
refund-nothing-text = Этот перевод и комиссия за него уже возвращены полностью.
refund-form-text = Когда другой сотрудник с правом согласует это ключом, получатель вернёт сумму, а банк свою часть комиссии. Сам перевод останется в истории у обоих.
refund-amount = Вернуть из суммы
refund-fee = Вернуть из комиссии
refund-most = Не больше { $most }.
refund-fee-hint = Оставьте пустым, чтобы вернуть часть, которая приходится на сумму: со всей суммой это { $most }.
refund-too-much = Осталось не больше { $most }.
refund-too-often = Этот перевод уже возвращали столько раз, сколько возможно.

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
filter-apply = Применить
filter-reset = Сбросить
none = нет
actions = Действия
reason = Причина
reason-hint = Она остаётся в журнале аудита. Пишите так, чтобы коллега понял через год.
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
customer-cases = Обращения
customer-cases-none = Обращений не было
customer-log = Журнал по клиенту
customer-person = Личные данные
customer-hidden = скрыто
customer-not-yours = не для вашей роли
customer-show = Показать
customer-show-hint = Просмотр записывается в журнал аудита с вашим именем.
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
document-text = Введите то, что напечатано в документе, который показывает клиент. Банк сравнит это с тем, что клиент указал в приложении.
document-number = Серия и номер
document-personal = Персональный номер (ПИНФЛ)
document-submit = Документ у меня в руках
document-done = Отмечено, что документ сверен.
document-undone = Отметка о сверке снята. Клиент может указать другой документ.
document-none = Клиент не указал документ в приложении.
document-seen-text = Сотрудник сверил документ. Клиент сможет указать другой, только если снять отметку.
document-over-text = Сотрудник сверил документ, но срок его действия истёк. Клиент может указать другой в приложении.
document-unsee = Снять отметку
unfreeze = Предложить разморозить
unfreeze-title = Разморозить: { $name }
unfreeze-text = Это предложение. Оно исполнится, когда его подтвердит ключом другой сотрудник с правом.

## Proposals

propose-who = Кто решает
propose-how-many = Сколько человек
propose-submit = Отправить на согласование
propose-not-now = Сейчас это нельзя предложить
change-recovery = Возврат доступа
change-phone-proven = Номер подтверждён в банке
change-code = код для одной смены пароля
change-personal = Личные данные
change-kept = хранятся
change-erased = удалены
close-customer = Предложить закрыть
close-title = Закрыть: { $name }
close-text = Когда другой сотрудник согласует это ключом, клиент уйдёт из банка навсегда: все сеансы завершатся, войти снова будет нельзя. На его счетах ничего не должно остаться.
recover = Предложить вернуть доступ
recover-title = Вернуть доступ: { $name }
recover-text = Для клиента, который потерял всё, чем входит, и стоит перед вами с документом. Тому, кто согласует, один раз покажут код; с ним клиент задаст новый пароль.
phone = Предложить другой телефон
phone-title = Другой телефон: { $name }
phone-text = Для клиента, который стоит перед вами с документом. На новый номер придёт код; пусть клиент прочтёт его вам. Годится и для замороженного клиента: войти это ему не даст.
phone-new = Новый телефон
phone-send = Отправить код
phone-code-text = Код отправлен. Введите то, что прочтёт клиент. Когда другой сотрудник согласует это ключом, телефон сменится, все сеансы завершатся, а платежи двенадцать часов будут небольшими. Тому, кто потерял и пароль, доступ потом возвращают отдельным предложением.
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
cases-none-text = Когда клиент сообщит «это был не я», обращение появится здесь.
cases-none-closed = Закрытых обращений пока нет
cases-tabs = Списки обращений
cases-open = Открытые
cases-closed = Закрытые
case-kind = Суть
case-not-me = «Это был не я»
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
case-frozen-by = Заморозил
case-reason = Причина заморозки
case-closed-at = Закрыто
case-closed-by = Закрыл
case-outcome = Итог
case-note = Заметка
case-confirmed = злоупотребление подтверждено
case-false-alarm = ложная тревога
case-no-action = делать нечего
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
staff-log = Что он делал
staff-name = Имя
staff-email = Рабочая почта
staff-phone = Телефон, если это клиент банка
staff-roles = Роли
staff-state = Состояние
staff-since = Добавлен
staff-seen = Последний вход
staff-invited = ещё не зарегистрирован
staff-active = активен
staff-suspended = приостановлен
staff-invite = Предложить сотрудника
staff-invite-text = Другой сотрудник с правом должен согласовать. Затем одноразовая ссылка создаст ключ доступа.
staff-change-roles = Предложить другие роли
staff-roles-title = Другие роли: { $name }
staff-roles-text = Когда другой сотрудник с правом согласует это ключом, роли будут действовать со следующей страницы, которую он откроет.
staff-suspend = Предложить приостановить
staff-suspend-title = Приостановить: { $name }
staff-suspend-text = После согласования сеансы завершатся и войти будет нельзя.
staff-reinstate = Предложить восстановить
staff-reinstate-title = Восстановить: { $name }
staff-reinstate-text = После согласования сотрудник снова сможет войти своим ключом.
staff-may = Что позволяют роли
recover-code-title = Код для клиента
recover-code-text = Передайте его клиенту, который стоит перед вами. Он показан только сейчас и заменяет второе подтверждение при смене пароля.
copy = Скопировать
copied = Скопировано
role-support = Поддержка
role-compliance = Комплаенс
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
role-security = Безопасность
role-auditor = Аудитор
role-accountant = Бухгалтер
role-administrator = Администратор
role-support-text = Помогает клиентам: находит, завершает сеансы, замораживает, предлагает разморозить.
role-compliance-text = Следит за законом: видит документы, замораживает, решает о разморозке.
role-accountant-text = Ведёт учёт: находит клиентов, контактов не видит.
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
approval-what = Предложение
approval-by = Предложил
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
approval-why = Почему
approval-decide = Ваше решение
approval-decide-text = Вы подписываете ключом ровно то, что показано. Потом это никто не изменит.
approval-comment = Комментарий
approval-comment-hint = Нужен для отказа; остаётся в истории.
approval-approve = Согласовать с ключом
approval-reject = Отклонить с ключом
approval-withdraw = Отозвать
approval-own-text = Это ваше предложение, решают другие.
approval-sent = Отправлено на согласование.
approval-steps = Что произошло
approval-step-proposed = Предложил { $name }
approval-step-approved = Согласовал { $name }
approval-step-rejected = Отклонил { $name }
action-customer-unfreeze = Разморозить клиента
action-customer-close = Закрыть клиента
action-customer-erase = Удалить личные данные
action-customer-recover = Вернуть клиенту доступ
action-customer-phone = Сменить телефон клиента
action-staff-invite = Новый сотрудник
action-staff-roles = Другие роли
action-staff-suspend = Приостановить сотрудника
action-staff-reinstate = Восстановить сотрудника
action-global-kill = Завершить сеансы всех клиентов
approval-step-waiting = Ожидает решения

## Audit log

audit-title = Журнал аудита
audit-events = События
audit-event = Событие
audit-actor = Кто
action-staff-link = Отправить новую ссылку
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
audit-action-hint = Например staff.signed_in; с точкой в конце — все, что так начинаются.
audit-none = Событий не найдено
audit-none-text = Расширьте период или очистите поле.
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
audit-export = Скачать выгрузку
audit-export-text = Опечатанный журнал до последней точки; проверяется отдельно командой okto audit verify.

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

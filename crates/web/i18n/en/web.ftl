### The words of the phone app. Keys begin with the screen they stand on.

## Everywhere

app-name = Okto
app-description = Your bank on your phone
skip-to-content = Skip to content
tab-home = Home
tab-pay = Pay
tab-activity = Activity
tab-products = Products
tab-help = Help
tabs-label = Main sections
back = Back
continue = Continue
cancel = Cancel
save = Save
copy = Copy
copied = Copied
share = Share
all = All
more = Show more
retry = Try again
go-home = Go to Home
language = Language
today = Today
yesterday = Yesterday
offline-banner = No connection. What you see may be out of date.
trouble-banner = The bank was not reached. Try again: a payment that you send again is taken only once.
live-in = Received { $amount } from { $name }
live-in-cash = Received { $amount }
install = Install the app
install-text = It opens from your home screen and says so when there is no connection.
install-ios = On an iPhone: press “Share” in Safari, then “Add to Home Screen”.

## Something went wrong

error-title = This did not work
error-form-title = Please check
error-not-found-title = There is no such page
error-not-found-text = The address may be mistyped, or what was there is not yours any more.
error-busy-title = The bank is busy
error-broken-title = Something broke at our side
error-broken-text = We know about it. Try again in a minute.
error-unknown-title = The outcome is not known yet
error-unknown-text = Look at your activity before you send again: a payment that you repeat with the same confirmation is never taken twice.
error-reference = If you call us, name this reference: { $reference }
error-form-expired-title = This page is out of date
error-form-expired-text = Nothing was done. Open the page again and repeat.
error-signed-out-title = You are signed out
error-signed-out-text = You were signed out: after five minutes without use, or from another device. Sign in, and you are back where you were.

## Offline

offline-title = No connection
offline-text = The bank cannot be reached from here right now. If you had just confirmed a payment, look at Activity before you repeat it. When the connection is back, open the page again.
offline-retry = Try again

## What things are called

asset-uzs = Sum account
asset-usd = Dollar account
category-people = People
category-own = Own accounts
category-cash = Cash
category-groceries = Groceries
category-eating = Eating out
category-transport = Transport
category-home = Home
category-health = Health
category-children = Children
category-shopping = Shopping
category-leisure = Leisure
category-fees = Fees
category-income = Income
category-other = Other
category-refunds = Refunds
operation-own = Between my accounts
operation-cash-in = Cash paid in
operation-transfer-in = Transfer received
operation-transfer-out = Transfer sent
operation-refund-in = Transfer returned to me
operation-refund-out = Transfer that I returned
operation-refund-of-sent = Refund of the transfer to { $name }
operation-refund-of-received = Refund of the transfer from { $name }
refund-amount = Given back
refund-fee = Fee given back
refund-of = Refund of this transfer
refunds-title = Refunds of this transfer
refund-out-text = The bank gave this transfer back to whoever had sent it. If you did not expect that, write to the bank or call it.
operation-other = Operation

## Sign-in

phone-label = Phone
password-label = Password
sign-in-title = Sign in
sign-in-submit = Sign in
sign-in-cannot = I cannot sign in
sign-in-new = Not a customer yet?
sign-up-link = Sign up
sign-out = Sign out
password-show = Show the password

## Welcome

welcome-title = Your bank, in your phone
welcome-transfer = Money by phone number
welcome-transfer-text = You see whom you pay before you confirm. It arrives at once, and you see what it costs.
welcome-accounts = Accounts in sum and dollars
welcome-accounts-text = Opened here in a minute. Keeping them costs nothing.
welcome-statements = Statements that anybody can check
welcome-statements-text = Each has a QR code that shows it is ours.
welcome-sign-up = Become a customer
welcome-help = Questions and contacts
welcome-verify = Check a document

## Sign-up

sign-up-title = Become a customer
sign-up-step = Step { $step } of 3
sign-up-phone-text = Give your mobile number. We send you a code, to be sure that it is yours.
sign-up-phone-hint = For example 90 123 45 67. You sign in with it, too.
sign-up-send = Send the code
sign-up-known = Already a customer?
sign-up-code-title = Code from the message
sign-up-code-sent = We sent a message with a code to { $phone }. It is good for 3 minutes.
sign-up-code-sent-again = A new code is on its way to { $phone }. The one before it is not good any more.
sign-up-code-label = Code
sign-up-code-hint = 6 digits. Nobody from the bank will ever ask you for it.
sign-up-code-none = No message?
sign-up-code-again = Send a new code
sign-up-code-wait = New code in {"{}"} s
sign-up-other-phone = Wrong number? Change it
sign-up-you-title = About you
sign-up-you-text = The number { $phone } is yours. Now your name and a password.
sign-up-first-name = First name
sign-up-last-name = Last name
sign-up-name-hint = As in your passport or ID card.
sign-up-birth-date = Date of birth
sign-up-birth-date-hint = You have to be 18 or older.
sign-up-password-hint = At least 12 characters. Three or four words that do not belong together are easy to remember and hard to guess. Not your name or phone number.
sign-up-finish = Open my bank
sign-up-sign-in = Sign in
sign-up-start-again = Start again

## Help

help-title = Help
help-contacts = Contacts
help-phone = Phone
help-address = Address
help-bank = The bank
help-licence = Licence
help-topics = Frequent questions
help-others = Other questions
help-not-solved = Not what you were looking for?
help-call = Call { $phone }
help-verify = Check a document of ours
help-verify-text = By its code or QR

## Checking a document

verify-title = Check a document
verify-text = Every statement of ours has a code of 16 characters below its QR code. Type it here to see what the bank has on record.
verify-code-label = Code of the document
verify-code-hint = 16 letters and digits; spaces, hyphens and the case of letters do not matter.
verify-submit = Check
verify-good = The bank issued a document with this code
verify-good-text = Compare the figures with the paper. If one of them differs, the paper was altered: do not accept it.
verify-changed = Issued by the bank, but do not rely on it
verify-changed-text = Our records do not agree with this document any more. Ask its holder for a new one, or call us: { $phone }.
verify-none = There is no such document
verify-none-text = The bank has issued no document with the code { $code }. Compare the code with the paper. If it is the same, the paper is not ours.
verify-says = What the paper must say
verify-holder = Account holder
verify-number = Account
verify-period = Period
verify-opening = Opening balance
verify-credits = Money in
verify-debits = Money out
verify-closing = Closing balance
verify-lines = Number of operations
verify-issued = Issued
verify-code = Verification code
verify-masked = The name and the number are shown in part, to protect the holder. Compare the parts that you see.
verify-another = Check another document

## Home

home-hello = Hello, { $name }
home-profile = Profile and security
home-hide = Hide balances
home-show = Show balances
home-search = Search operations
home-total = Total balance
home-dollars = On dollar accounts { $amount }
home-spent = This month { $amount } spent
home-actions = Quick actions
home-pay-phone = By phone
home-own = Own accounts
home-requisites = My details
home-statement = Statement
home-accounts = Accounts
home-new-account = New account
home-recent = Recent operations
home-none-title = Nothing has happened yet
home-none-text = What comes in and goes out will stand here. To be paid, give your account details.
home-none-action = My account details
home-attention = Needs attention
home-no-account-title = You have no account yet
home-no-account-text = Open one to receive and send money. It is free.
home-frozen-title = Account { $tail } is frozen
home-frozen-text = Nothing can leave it. Money still comes in.
home-frozen-link = About this account

## Account

account-balance = Balance
account-available = Available { $amount }
account-held = Held { $amount }
account-actions = What you can do
account-send = Send
account-requisites = Details
account-statement = Statement
account-rename = Rename
account-opened-title = The account is open
account-opened-text = Give its details to whoever pays you.
account-number = Account number
account-frozen = Frozen
account-frozen-title = This account is frozen
account-frozen-text = Nothing can leave it, and your money stays on it. Money still comes in. The bank can tell you the reason: call or write to us.
account-frozen-link = How to reach the bank
account-closed-title = This account is closed
account-closed-text = It takes no more money. You can still get its statement.
account-operations = Operations
account-none-title = No operations yet
account-none-text = What comes in and goes out will stand here.
account-name-title = Name of the account
account-name-label = Name
account-name-hint = Only you see it. Leave it empty to call the account “{ $usual }”.

## Account details

requisites-title = Account details
requisites-text = This is what somebody needs to pay to this account.
requisites-holder = Account holder
requisites-number = Account number
requisites-currency = Currency
requisites-bank = Bank
requisites-mfo = Bank code (MFO)
requisites-taxpayer = Taxpayer number of the bank
requisites-copy-all = Copy all
requisites-qr-title = QR code
requisites-qr = QR code with the account number
requisites-qr-text = It holds the account number, so that nobody has to type it.

## Statement

statement-title = Statement
statement-text = You get it as PDF, Excel and CSV, with a code by which anybody can check it.
statement-periods = Period
statement-this-month = This month
statement-last-month = Last month
statement-three-months = 3 months
statement-year = Year
statement-from = First day
statement-to = Last day
statement-hint = A year at most, up to today.
statement-submit = Get the statement

## Statement that was issued

document-title = Statement
document-period = Period
document-days = { $from } – { $to }
document-account = Account
document-holder = Account holder
document-issued = Issued
document-opening = At the beginning
document-credits = Came in
document-debits = Went out
document-closing = At the end
document-count = Operations
document-download = Download
document-pdf = PDF file
document-xlsx = Excel workbook
document-csv = CSV for programs
document-verify-title = Checking the document
document-verify-text = Whoever gets this statement can check on our site that it is real and was not changed.
document-code = Code of the document
document-verify-link = Open the check
document-again = Another period

## Products

products-title = Products
products-text = What you can open here, right now.
products-free = Opening and keeping it is free.
products-left =
    { $count ->
        [one] You can open one more.
       *[other] You can open { $count } more.
    }
products-limit = You have as many as one person can have.
products-uzs-text = For pay, transfers and everything at home.
products-usd-text = Keeps dollars. They are counted apart from your sums.
products-open-title = Open an account
products-open-what = Account
products-open-price = Opening and keeping
products-open-price-free = Free
products-open-left = How many more you can open
products-open-text = The account gets a number of its own and works at once.
products-open-submit = Open the account
products-limit-title = No more accounts of this kind

## Paying

pay-title = Send money
pay-own-title = Between my accounts
pay-recent = Recent people
pay-currency = Currency
pay-to = Phone or account number
pay-to-hint = The mobile number of a customer of ours, or the 20 digits of an account here.
pay-payee = To
pay-somebody-else = Pay somebody else
pay-own-text = Choose the two accounts and the amount
pay-from = From account
pay-into = To account
pay-account-available = { $tail } · available
pay-account-frozen = { $tail } · frozen, nothing can leave it
pay-amount = Amount
pay-note = Note
pay-note-hint = May be left empty. The payee sees it too.
pay-no-account-title = No account yet
pay-no-account-text = Open an account first: it takes a few seconds and is free.
pay-open-account = Open an account
pay-own-none-title = One account is not enough
pay-own-none-text = To move money between your accounts you need two in the same currency.
pay-review-title = Check and send
pay-review-phone = Phone
pay-review-fee = Fee
pay-review-free = free
pay-review-vat = Of it VAT
pay-review-total = Total
pay-review-arrival = Arrives
pay-review-at-once = at once
pay-review-send = Send { $amount }
pay-review-change = Change
pay-review-short-title = Not enough money
pay-review-short-text = { $missing } more is needed on this account. Nothing was taken.
pay-review-refused = Nothing was sent
pay-start-again = Start again

## Receipts and operations

receipt-title = Money sent
receipt-title-own = Money moved
receipt-done = Done
receipt-when = When
receipt-from = From
receipt-to = To
receipt-balance-after = Balance after
receipt-category = What it was for
receipt-category-choose = Category
receipt-category-hint = Only you see it.
receipt-number = Operation number
receipt-repeat = Repeat
receipt-pdf = Download PDF
receipt-text = { $bank }: { $amount } to { $name }, { $when }. Operation { $number }
receipt-details = All details
receipt-problem = Something is wrong

## Activity

activity-title = Activity
activity-search = Search by name or note
activity-filters = More filters
activity-apply = Show
activity-account = Account
activity-account-all = All accounts
activity-category = Category
activity-category-all = All categories
activity-from = From
activity-to = To
activity-min = Amount from
activity-max = Amount up to
activity-amount-hint = In the currency of the chosen account; in sums when none is chosen.
activity-text = Text
activity-direction = Direction
activity-in = Received
activity-out = Sent
activity-period = Period
activity-this-month = This month
activity-last-month = Last month
activity-quarter = 3 months
activity-active = Filters: press one to turn it on or off
activity-clear = Clear all
activity-chip = { $name }: { $value }
activity-list = Operations
activity-count = { $count ->
    [one] { $count } operation
   *[other] { $count } operations
}
activity-count-more = { $count ->
    [one] The newest operation, older ones are below
   *[other] The newest { $count } operations, older ones are below
}
activity-pages = Pages
activity-older = Show older
activity-newest = To the newest
activity-none-title = Nothing here yet
activity-none-text = Whatever you pay and receive will stand here.
activity-nothing-title = Nothing found
activity-nothing-text = Try another word, or fewer filters.
activity-spending = Spending: { $period }
activity-spending-none = Nothing was spent in this time.
activity-spending-months = Months
activity-share = Amount and share
activity-download = Download
activity-download-text = The file has what is found with these filters: the newest 5,000 operations at most. If there are more, it says so.
activity-wrong-title = Some of the filters were left out
activity-wrong-choice = “{ $name }”: there is no such value.
activity-wrong-day = “{ $name }”: write the date as 2026-11-22.
activity-wrong-days = The last day is before the first one.
activity-wrong-amounts = The largest amount is below the smallest one.
activity-wrong-text = The text is too long or has signs that cannot be searched for.

## Profile

profile-title = Profile
profile-theme = Appearance
profile-theme-auto = Auto
profile-theme-light = Light
profile-theme-dark = Dark
profile-balances = Amounts on the screen
profile-balances-text = Hidden amounts are shown as dots on this device. A payment that you are making is always shown.
profile-shown = Shown
profile-hidden = Hidden
profile-rename = Change name
profile-app = The app
profile-version = Version
profile-security = Sign-in
profile-session = You are signed out after 5 minutes without use, and 12 hours after signing in at the latest.
profile-verify = Check a document
profile-verify-text = Whether a statement really comes from the bank
profile-help-text = Contacts and answers
profile-first-name = First name
profile-last-name = Last name
profile-name-text = Write it as in your document. You can change the name twice in 30 days; what was made under the old name keeps it.

## Sign-up with a customer's phone

sign-up-already-title = You are a customer already
sign-up-already-text = The number { $phone } has an account with us. Sign in with it and your password.

## A payment between own accounts

pay-note-hint-own = May be left empty.

## Proving who one is

passkey-unsupported = This browser has no passkeys. Choose another way.
passkey-cancelled = Nothing was confirmed. Try again, or choose another way.
passkey-failed = The bank was not reached. Try again.
passkey-no-script = Passkeys need scripts, which are switched off in this browser.
own-device-label = This is my own device
own-device-hint = The bank will know it: next time a password or PIN is enough here. For the first 12 hours only small payments leave from it. Leave this off on a device that others use.
own-device-first = The bank will know it: next time a password or PIN is enough here. Leave this off on a device that others use.
own-device-known = Somebody has marked this device as their own already. If that was you, leave this off: nothing changes. If it was somebody else, and the device is yours, too, turn it on: next time your password or PIN is enough here. For the first 12 hours only small payments of yours leave from it.
factor-others = Other ways
factor-passkey = Passkey
factor-passkey-about = Fingerprint, face or the screen lock
factor-passkey-text = Confirm with the fingerprint, the face or the screen lock that you use on your device.
factor-passkey-submit = Confirm with a passkey
factor-device = Key of the device
factor-pin = PIN
factor-pin-about = The one you set on this device
factor-pin-hint = 6 digits. It works on this device only.
factor-pin-wrong = The PIN is wrong. Tries left: { $count } at most.
factor-pin-off = The PIN was wrong five times and is switched off on this device. Start again and prove it in another way; you can set a new PIN under Security.
factor-totp = Authenticator app
factor-totp-about = A code that changes every 30 seconds
factor-totp-label = Code from the app
factor-totp-hint = 6 digits from your authenticator app.
factor-totp-wrong = The code is wrong. Check that the clock of your phone is right.
factor-recovery = Recovery code
factor-recovery-about = One of those you printed or wrote down
factor-recovery-hint = Each works once. Hyphens and the case of letters do not matter.
factor-sms = Code by SMS
factor-sms-about = To your phone number
factor-sms-text = We send a message with a code to { $phone }. If one came in the last minute, it was for something else and is not good here.
factor-sms-wait = You can ask for a code in a moment: one was just sent for another sign-in.
factor-sms-wait-long = No code can be sent just now. You can ask for one later.
factor-sms-sent = A message with a code is on its way to { $phone }.

## The second step of the sign-in

sign-in-or = or
sign-in-passkey = Sign in with a passkey
sign-in-second-title = One more step
sign-in-second-text = The password is right. Now show that it is you: so nobody comes in who only learned the password.
sign-in-over = This sign-in is over: its time has passed, or something about your sign-in was changed. Start again.
sign-in-no-pin = For a while the PIN alone is not enough here: something about your sign-in changed in the last 12 hours.
pin-sign-in-title = Your PIN
pin-sign-in-text = The bank knows this device, so the PIN of its owner is enough. If that is not you, sign in with your own phone and password.
pin-sign-in-password = Sign in with a password

## Security

security-title = Security
security-good-title = You are well protected
security-good-text = Besides the password it takes something that only you have. You have a way back, should you lose this device.
security-sms-title = One protection is missing
security-sms-text = Besides the password we ask for a code by SMS only, and a SIM card can be taken over. A passkey cannot: it stays on your device.
security-codes-title = Keep yourself a way back
security-codes-text =
    { $count ->
        [0] Without this device you could not sign in. Make recovery codes and keep them on paper.
        [one] Only one recovery code is left. Make new ones and keep them on paper.
       *[other] Only { $count } recovery codes are left. Make new ones and keep them on paper.
    }
security-email-title = Let us warn you in two ways
security-email-text = Add an e-mail address. Should somebody take your phone number, you learn of it there.
security-email-action = Add an e-mail
security-methods = How you sign in
security-places = Where you are signed in
security-on = On
security-off = Off
security-passkeys = Passkeys
security-passkeys-count =
    { $count ->
        [0] None yet
        [one] One
       *[other] { $count }
    }
security-totp = Authenticator app
security-recovery = Recovery codes
security-recovery-left =
    { $count ->
        [0] None
        [one] One left
       *[other] { $count } left
    }
security-pin = PIN on this device
security-pin-not-here = Only on a device of your own
security-devices = Your devices
security-devices-count =
    { $count ->
        [0] None known to the bank
        [one] One known to the bank
       *[other] { $count } known to the bank
    }
security-confirm-title = Confirm that it is you
security-confirm-text = So nobody changes your protection who only found your phone unlocked. After that you have 5 minutes.
security-confirm-start = Confirm
security-confirm-submit = Confirm
proof-settles = In a password reset this counts 12 hours after it was added, not before.

## Passkeys

passkeys-text = A passkey opens the bank with the fingerprint, the face or the screen lock of your device. It cannot be guessed, forgotten or given away on a false page.
passkeys-new = New passkey
passkeys-add = Add a passkey
passkeys-name = Name
passkeys-name-hint = So that you know which one it is. Only you see it.
passkeys-used = Last used: { $when }
passkeys-unused = Added: { $when }
passkeys-added = Added
passkeys-added-title = The passkey was added
passkeys-added-text = From now on “{ $name }” opens the bank.
passkeys-kept = Where it is
passkeys-synced = In your account of its maker, on your devices
passkeys-single = On one device only
passkeys-remove = Remove this passkey
passkeys-remove-text = It does not open the bank any more, and where you signed in with it you are signed out.

## Authenticator app

totp-text = An app such as Google Authenticator, Aegis or 2FAS shows a code that changes every 30 seconds. It works without a connection, and nobody can intercept it like an SMS.
totp-start = Set it up
totp-scan = Scan this with the app. Then type the code that it shows.
totp-qr = QR code for the authenticator app
totp-no-camera = The app is on this device
totp-secret = Key to type in
totp-open = Open in the app
totp-confirm = Confirm
totp-on = The app is connected
totp-on-text = We ask for its code when you sign in on a new device.
totp-remove = Disconnect the app
totp-remove-text = Its codes are not accepted any more, and where you signed in with them you are signed out.

## Recovery codes

recovery-text = For the day on which you have neither your phone nor your passkey. Ten codes, each opens the bank once together with your password.
recovery-make = Make recovery codes
recovery-renew = Make new ones
recovery-renew-text = If you make new ones, those you have are of no use any more.
recovery-once = You see these once
recovery-once-text = Print them or write them down, and keep them where you keep your documents. Not on this phone.
recovery-print = Print
recovery-kept = I have kept them

## PIN

pin-text = With a PIN you come in faster on this device. Elsewhere it is of no use to anybody, and after five wrong tries only the password helps.
pin-new = New PIN
pin-new-hint = 6 digits. No dates, no 123456, nothing of your phone number.
pin-again = The same again
pin-set = Set the PIN
pin-change = Change the PIN
pin-remove = Remove the PIN
pin-remove-text = From then on only the password opens the bank on this device.
pin-not-here = Not on this device
pin-not-here-text = A PIN works on a device that is yours alone. Sign out, sign in again and turn on “This is my own device”.
pin-not-here-security = Back to security

## Devices

devices-text = On these devices the password or the PIN is enough. Remove what you do not know or do not have any more.
devices-none = No device is bound
devices-none-text = When you sign in, turn on “This is my own device”, and it will stand here.
devices-this = This device
devices-cooling = Small limits for now
devices-used = Last used: { $when }
devices-name = Name
devices-what = Device
devices-since = Bound
devices-last = Last used
devices-place = Place when it was bound
devices-limits = Small payments only
devices-until = until: { $when }
devices-remove = Remove this device
devices-remove-text = It is signed out at once. To come in there, it takes a second proof again.
devices-remove-this = You are signed out here at once. To come in again, it takes a second proof.

## Sessions

security-sessions = Where you are signed in
security-sessions-count =
    { $count ->
        [one] Only here
       *[other] In { $count } places
    }
sessions-text = Each line is a browser or an app in which somebody is signed in as you. End what you do not know.
sessions-unnamed = Unknown program
sessions-this = Here and now
sessions-what = Program
sessions-since = Signed in
sessions-place = Place
whence-here = This network ({ $network })
whence-elsewhere = Another network, { $network }
whence-place-here = { $place } · this network ({ $network })
whence-place = { $place } · network { $network }
sessions-ends = Ends at the latest
sessions-end = Sign out there
sessions-end-all = Sign out everywhere
sessions-end-all-text = You are signed out here, too.
sessions-end-others = Sign out everywhere else
sessions-end-others-text = You stay signed in here.
sessions-not-me = Was it not you?
sessions-not-me-text = Then somebody has your password, and signing out is not enough.

## It was not me

freeze-title = It was not me
freeze-means = One press freezes your money at once and signs you out everywhere, here too. The bank opens it again with you.
freeze-about = Freeze my money at once
freeze-text = For when you see a sign-in, a device or a payment that is not yours. This is what happens:
freeze-what = What happens
freeze-money = Nothing leaves your accounts any more. What others pay you still arrives.
freeze-sessions = You are signed out everywhere, here too.
freeze-password = Your password and your PINs stop working. When you come back you set new ones: nobody who knows the old ones comes in.
freeze-call = The bank looks into it and calls you on your number.
freeze-back = You come back by a call or in a branch with your document. You cannot undo it yourself: neither could a thief.
freeze-submit = Freeze my money
freeze-late = This link is not good any more
freeze-late-text = If something is not yours, call us: we freeze your money at once.
freeze-call-us = How to reach us
frozen-page = Frozen
frozen-title = Your money is frozen
frozen-text = Nothing leaves your accounts, and nobody is signed in as you any more.
frozen-stopped-text = You or the bank stopped it. Nothing leaves your accounts, and nobody can sign in as you.
frozen-stopped-call = Call us: we say why, and what comes next.
frozen-back = How to come back
frozen-call = Wait for our call, or call us. We ask what was not yours.
frozen-branch = Or come to a branch with your passport or ID card.
frozen-password = Your old password and your PINs are of no use any more. Once the bank has let you in again, set a new password under “I cannot sign in”.
frozen-mistake = Pressed by mistake? Say so when we speak: your money stays where it is, and two of our employees open it again.

## The proof of a payment

pay-confirm-title = Confirm the payment
pay-confirm-text = What you confirm is exactly this payment. If a message with a code says another amount or another name, do not type it.
pay-confirm-again = Back to the payment
pay-review-confirm = Continue to the confirmation
pay-review-confirm-new = You pay { $name } for the first time, so we ask you to confirm it.
pay-review-confirm-amount = A payment of this size has to be confirmed.
pay-cooling-title = Small payments for now
pay-cooling-until = Until { $when } at most { $limit } a day may leave from here, so that nobody else could empty your account.
pay-cooling-unbound = At most { $limit } a day may leave from a device that the bank does not know.

## Reset

reset-title = I cannot sign in
reset-step = Step { $step } of 4
reset-text = You choose a new password. First we make sure that it is you: by your phone and by one more proof.
reset-code-sent = If { $phone } is the number of a customer, a message with a code is on its way. It is good for 3 minutes.
reset-proof-title = One more proof
reset-proof-text = A SIM card can be stolen, so the phone alone is not enough.
reset-proof-recent = What was added in the last 12 hours does not count yet.
reset-document = Identity document
reset-document-about = Its number and your date of birth
reset-document-label = Number of the passport or ID card
reset-document-hint = Two letters and seven digits, for example AA1234567.
reset-device = This device
reset-device-about = The bank knows it from before
reset-device-text = You signed in on this device before and marked it as your own. That is proof enough.
reset-none = I have none of these
reset-password-title = New password
reset-password-text = After this you are signed in here and signed out everywhere else. For 12 hours only small payments leave, so that you could stop whoever is not you.
reset-password-submit = Set the password and sign in
branch-title = Come to a branch
branch-text = Without any of these proofs only a person can make sure that it is you. It takes about 15 minutes.
branch-bring = What to bring
branch-document = Your passport or ID card. A copy or a photo is not enough.
branch-phone = The phone with your number, if you still have it. If the number is lost, we note a new one.
branch-money = Your money stays where it is meanwhile.
branch-danger = If you think that somebody else is in your account, call now: we freeze it at once.
reset-help = If the app itself does not open
reset-branch-code = Code from a branch
reset-branch-about = An employee gave it to you
reset-branch-hint = It is good for an hour and once.

## Password

security-password = Password
security-password-about = Change it
security-password-change = Change the password
password-old = Password you have now
password-submit = Change the password
password-forgotten = I do not remember it
password-after = What happens then
password-after-text = You are signed out everywhere else, and we tell you about the change.

## Contacts

security-reach = How we reach you
security-phone = Phone
security-email = E-mail
security-none = Not given yet
contact-now = Now
contact-new-phone = New phone
contact-new-email = E-mail address
contact-phone-hint = You sign in with it from then on. We send a code to it.
contact-email-hint = We send a code to it. We write only about your protection.
contact-after = What happens then
contact-after-text = We tell the old contact and the new one. For 12 hours only small payments leave.
contact-after-first = We tell you by SMS and at the new address. For 12 hours only small payments leave.
contact-sent = A code is on its way to { $to }.
contact-submit = Confirm
contact-again = Back, and another code
contact-remove = Remove the e-mail
contact-remove-text = Then we can warn you by SMS only.

## Identity document

security-document = Identity document
security-document-none = Not given yet
document-why = With it you come back in, should you lose the phone and everything on it.
document-declare = Give the document
document-number = Number
document-personal = Personal number (JSHSHIR)
document-personal-hint = 14 digits, below the photo or on the back.
document-expires = Valid until
document-verified = Seen by the bank
document-declared = Given by you
document-at-branch = The bank has seen this document, so it is changed in a branch only.
document-after = Who sees the number
document-after-text = It is kept sealed, and we show you its end only. The bank’s employee sees the whole number only when they say why, and it is recorded.

## What happened

security-happened = What happened
event-signed-in = You signed in
event-signed-out = Signed out
event-password-changed = The password was changed
event-password-wrong = Somebody gave a wrong password to change it
event-password-reset = The password was reset
event-reset-refused = Somebody tried to reset the password and failed
event-sign-in-refused = Somebody tried to sign in and failed
event-email-changed = The e-mail was changed
event-email-added = The e-mail was added
event-email-removed = The e-mail was removed
event-phone-changed = The phone was changed
event-document = The identity document was given
event-document-seen = An employee saw your identity document
event-frozen = Your money was frozen
event-unfrozen = Your money is free again
event-limit-moved = A limit was changed
event-recovery-given = A branch gave you a code to come back in
event-factor-added = Added: { $name }
event-factor-removed = Removed: { $name }
event-not-me = If something here was not you, do not wait.
news-title = New sign-in to your account
news-text = { $name }, { $when }. Place: { $place }. If it was not you, press “It was not me” at once.
news-mine = It was me
profile-security-about = Sign-in, devices, contacts

## Limits

limits-title = Limits
limits-about = How much is allowed, and ceilings of your own
limits-link = See my limits
limits-text = So much is allowed. You can set a lower ceiling for yourself at once; a higher one waits for a day, so that nobody else could lift it in a hurry.
limits-none-title = Nothing is limited for now
limits-none-text = When the bank or a law limits payments, you see here how much is left.
limits-refused = This would pass one of your limits. Nothing was taken.
limits-of = Counts
limits-of-transfers = Transfers
limits-of-exchange = Exchange of currency
limits-of-account = Account { $tail }
limits-of-device = What leaves from this device
limits-of-payee = Each payee by itself
limits-left = Left
limits-used = Used
limits-most = At most
limits-anew = Begins anew
limits-window-operation = Each payment by itself
limits-window-balance = What stands on the account
limits-window-from = on { $day }
limits-window-rolling =
    { $days ->
        [one] The last day counts
       *[other] The last { $days } days count: each day some of it is free again
    }
limits-window-lifetime = Never
limits-set-by = Set by
limits-by-law = The law
limits-by-tariff = The terms of the bank
limits-by-staff = The bank, for you and for a time
limits-by-staff-until = The bank, for you, until { $when }
limits-by-customer = You. The bank lets { $most }
limits-later = Later
limits-later-text = { $most } from { $when } on
limits-operations =
    { $count ->
        [one] { $count } operation
       *[other] { $count } operations
    }
limits-change = Set my own
limits-form-label = Your ceiling
limits-form-hint = Between 0 and { $most }.
limits-form-text = A lower ceiling holds at once. A higher one holds after a day; until then nothing changes.
limits-too-high = Give a number between 0 and { $most }.
limits-set-title = Your ceiling holds
limits-set-text = From now on at most { $most }.
limits-waits-title = Your new ceiling waits
limits-waits-text = It holds from { $when } on. Until then at most { $most }.
limits-back-title = Without a ceiling of your own
limits-back-text = The bank’s ceiling of { $most } holds again after a day.
limits-back-submit = Remove my ceiling

## Exchange

operation-exchange = Exchange of currency
exchange-title = Exchange currency
exchange-short = Exchange
exchange-about = Dollars for sum and sum for dollars, between your accounts
exchange-line = { $given } → { $taken }, rate { $rate }
exchange-none-title = One account more is needed
exchange-none-text = To exchange you need an account in sum and one in dollars.
exchange-way = What to do
exchange-buy = Buy { $currency }
exchange-sell = Sell { $currency }
exchange-what-uzs = sum
exchange-what-usd = dollars
exchange-rates = The bank buys at { $buys } and sells at { $sells }
exchange-in = This amount is in
exchange-in-uzs = Sum
exchange-in-usd = Dollars
exchange-amount-hint = What you name is exact; the other side follows from the rate.
exchange-not-now = Nothing can be exchanged just now
exchange-see-rates = See the rates
exchange-review-title = Check and exchange
exchange-holds = The rate holds for
exchange-seconds = { $count } s
exchange-rate = The bank’s rate
exchange-central = The Central Bank’s rate, { $day }
exchange-apart = Difference for one
exchange-given = You give
exchange-taken = You get
exchange-submit = Exchange
exchange-refused = Nothing was exchanged
exchange-over-title = The time for this rate is over
exchange-over-text = Nothing was exchanged. Ask for the rate of now and look at it again.
exchange-closing-text = If you pressed “Exchange”, look at your activity first. If you did not, nothing was exchanged: ask for the rate of now.
exchange-anew = Get the rate of now
exchange-unknown-text = This exchange was not found. Start again.
receipt-title-exchange = Exchanged

## Rates

rates-title = Exchange rates
rates-about = What the bank pays and asks, and the Central Bank’s rate
rates-text = Sum for one unit of the currency. The bank’s rates hold for exchanges in this app.
rates-none-title = No rates just now
rates-none-text = The bank has no published rate to go by. Look again later.
rates-uzs = Sum
rates-usd = US dollar
rates-buys = The bank buys
rates-sells = The bank sells
rates-history = Rates before
rates-stale = Not up to date
rates-stale-text = The last published rate is too old, so nothing is exchanged by it.
rates-history-text = The rate of the Central Bank on the days on which it was published, in sum.
rates-history-none = Nothing was published in this time
rates-day = Day
rates-rate = Rate and change
rates-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }

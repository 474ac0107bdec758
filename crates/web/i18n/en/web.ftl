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
error-signed-out-text = To protect your money, we sign you out after half an hour without use.

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
operation-own = Between my accounts
operation-cash-in = Cash paid in
operation-transfer-in = Transfer received
operation-transfer-out = Transfer sent
operation-other = Operation

## Sign-in

phone-label = Phone
password-label = Password
sign-in-title = Sign in
sign-in-submit = Sign in
sign-in-code-title = Confirm that it is you
sign-in-code-sms = The 6 digits from the message we sent you. Nobody from the bank will ever ask you for them.
sign-in-code-totp = The 6 digits from your authenticator app, or one of your recovery codes.
sign-in-code-trust = Trust this browser: next time the password is enough
sign-in-cannot = I cannot sign in
sign-in-new = Not a customer yet?
sign-up-link = Sign up
sign-out = Sign out

## Welcome

welcome-title = Your bank, in your phone
welcome-transfer = Money by phone number
welcome-transfer-text = You see whom you pay before you confirm. It arrives at once and is free.
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
pay-review-total = Total
pay-review-arrival = Arrives
pay-review-at-once = at once
pay-review-send = Send { $amount }
pay-review-change = Change
pay-review-short-title = Not enough money
pay-review-short-text = { $missing } more is needed on this account. Nothing was taken.
pay-review-refused = Nothing was sent
pay-confirm-title = Confirm the payment
pay-confirm-pin = PIN of this device
pay-confirm-pin-hint = 6 digits.
pay-confirm-code-hint = 6 digits from the message. Check that it names this amount and this payee.
pay-confirm-submit = Confirm and send
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
profile-session = You are signed out after 30 minutes without use, and 12 hours after signing in at the latest.
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

### The words of the panel of the staff. Keys begin with the screen they stand on.

## Everywhere

app-name = Okto
app-tag = Staff
skip-to-content = Skip to content
language = Language
crumbs = Where this page is
places = Sections
places-work = Work
places-control = Control
places-own = You
place-today = Today
place-customers = Customers
place-cases = Cases
place-approvals = Approvals
place-terms = Tariffs and limits
place-books = Books
place-rates = Exchange rates
place-staff = Staff and roles
place-audit = Audit log
place-me = My account
find-label = Find a customer
find-placeholder = Phone, name, e-mail, document or customer ID
sign-out = Sign out
close = Close
cancel = Cancel
retry = Open again
go-home = Go to Today
go-sign-in = Go to the sign-in
go-back = Back
today = Today
yesterday = Yesterday
idle-text = You will be signed out in two minutes.
idle-stay = Stay signed in
idle-over-title = You were away
idle-over-text = Nobody used this page for 15 minutes, so what it showed is gone. You are still signed in, because another page was used.
idle-over-back = Back to the page
keys-title = Keyboard shortcuts
keys-find = Find a customer
keys-rows = Next and previous row
keys-off-hint = Letters never change anything by themselves. You can switch them off under “My account”.
older = Older
newer = Back to the newest
pages-label = Parts of the list
list-first = First page
list-next = Next page
filter-apply = Filter
filter-reset = Clear
none = none
actions = Actions
reason = Reason
reason-hint = At least 5 characters. It is kept in the audit log. Write what a colleague will understand in a year.
by-system = the bank itself
by-nobody = nobody signed in

## Something went wrong

error-title = This did not work
error-form-title = Please check
error-not-found-title = There is no such page
error-not-found-text = The address may be mistyped, or what was there is gone.
error-broken-title = Something broke at our side
error-broken-text = The engineers know about it. Try again in a minute.
error-forbidden-title = Your role does not allow this
error-forbidden-text = The attempt was written to the audit log. If your work needs it, ask a security officer for the role.
error-busy-title = The bank is busy
error-reference = Reference for support: { $reference }
error-form-expired-title = This page is out of date
error-form-expired-text = Nothing was done. Open the page again and repeat.

## Passkeys

passkey-unsupported = This browser has no passkeys. Use a current version of Chrome, Edge, Firefox or Safari.
passkey-cancelled = Nothing was confirmed. Try again and touch the key or confirm on your device.
passkey-failed = The bank was not reached. Nothing was done; try again.
passkey-no-script = Passkeys need JavaScript. Switch it on for this site.

## Sign-in and enrolment

prove-title = Confirm that it is you
prove-text = It was a while since you used your passkey. What you filled in goes on afterwards.
prove-submit = Confirm with the passkey
gate-text = For employees of the bank. Every act here is written to a sealed log.
sign-in-title = Sign in
sign-in-text = With your passkey: the security key, or the device you enrolled. There are no passwords here.
sign-in-submit = Sign in with a passkey
sign-in-help = Lost your key? A security officer can send you a new enrolment link.
sign-in-ended = You were signed out: the session ended, or nobody used it for 15 minutes.
sign-in-enrolled = Your passkey is ready. Sign in with it.
enrol-title = Your passkey
enrol-text = Hello, { $name }. Create the passkey with which you will sign in and confirm decisions. This link works once.
enrol-name = Name of this key
enrol-name-hint = So that you recognise it in the list later, such as “Blue security key”.
enrol-submit = Create the passkey
enrol-default-name = My key
enrol-over-title = This link does not work any more
enrol-over-text = It was used already, or is too old. Ask whoever invited you for a new one. If you have your passkey already, sign in with it.

## Today

today-title = Today
today-approvals = Waiting for your decision
today-approvals-none = Nothing waits for you
today-approvals-none-text = When a colleague proposes something that needs a second person, it appears here.
today-own = Your proposals
today-cases = Open cases
today-find = Find a customer

## Customers

customers-title = Customers
customers-query = Phone, name, e-mail, document or ID
customers-query-hint = A whole phone, e-mail, document number or ID finds one person; a name finds those whose name begins so.
customers-find = Find
customers-found = Customers found
customers-begin = Whom are you looking for?
customers-begin-text = Ask the customer for their phone number. Searches are written to the audit log.
customers-nobody = Nobody was found
customers-nobody-text = Check the spelling, or search by the phone number.
customers-too-little = Type a whole phone, e-mail or document number, or at least three letters of a name.
customers-more = There are more. Type more of the name.
customer-name = Name
customer-phone = Phone
customer-email = E-mail
customer-document = Identity document
customer-birth = Born
customer-code = Client code
customer-since = Customer since
customer-lang = Language
customer-state = State
customer-active = active
customer-frozen = frozen
customer-closed = closed
customer-erased = Erased customer
customer-tabs = Parts of the profile
customer-profile = Profile
customer-security = Devices and sessions
customer-cases = Cases
customer-cases-none = There were none
customer-log = Audit log of this customer
customer-person = Person
customer-hidden = hidden
customer-not-yours = not for your role
customer-show = Show
customer-show-why = Why you look
customer-show-hint = At least 5 characters. What you show is written to the audit log with your name and this reason.
customer-shown = Shown to you now. This was written to the audit log.
customer-none = not given

## Devices and sessions

sessions-title = Sessions
sessions-none = Nobody is signed in.
session-client = Program
session-kind = Kind
session-browser = browser
session-mobile = app or program
session-place = Place
session-began = Began
session-seen = Last used
session-passkey = Passkey
session-end = End
session-end-all = End all sessions
session-ended-notice = Done. The customer is signed out everywhere within a second.
devices-title = Devices
devices-none = No device is bound.
device-name = Device
device-kind = Kind
device-app = app
device-browser = browser
device-state = State
device-cooling = new, low limits
device-active = active
device-bound = Bound
device-seen = Last seen
device-end = Remove

## Freezing

freeze = Freeze
freeze-title = Freeze { $name }
freeze-text = At once: every session ends, nobody can sign in, no money leaves. Only two employees together can undo it.
freeze-submit = Freeze now
freeze-done = The customer is frozen.
document = Check the document
document-title = The document of { $name }
document-text = Type what is printed in the document that the customer shows you. The bank compares it with what the customer entered in the app.
document-number = Series and number
document-personal = Personal number (PINFL)
document-submit = I hold this document
document-done = The document is noted as seen.
document-undone = The document is not noted as seen any more. The customer can enter another one.
document-none = The customer has entered no document in the app.
document-seen-text = An employee has seen the document. The customer can enter another one only after this is taken back.
document-over-text = An employee has seen the document, but it is not valid any more. The customer can enter another one in the app.
document-unsee = Take it back
unfreeze = Propose to unfreeze
unfreeze-title = Unfreeze { $name }
unfreeze-text = This is a proposal. It happens when another employee with the right approves it with their passkey.

## Proposals

propose-who = Who decides
propose-how-many = How many
propose-submit = Send for approval
propose-not-now = This cannot be proposed now
change-recovery = Way back in
change-phone-proven = Number proven at the bank
change-code = a code for one reset
change-personal = Personal data
change-last-freeze = Last frozen
change-case-open = Case of the freeze
change-case-confirmed = Case closed: confirmed
change-case-false-alarm = Case closed: false alarm
change-case-no-action = Case closed: nothing to do
change-kept = kept
change-erased = erased
change-terms-sha256 = Text (SHA-256)
change-terms-more = Places not shown
close-customer = Propose to close
close-title = Close { $name }
close-text = When another employee approves it with their passkey, the customer leaves the bank for good: every session ends, and nobody can sign in again. Nothing may be left on their accounts.
recover = Propose to let in again
recover-title = Let { $name } in again
recover-text = For a customer who has lost everything they sign in with, and stands before you with their document. Whoever approves it is shown a code, once; with it the customer sets a new password.
phone = Propose another phone
phone-title = Another phone for { $name }
phone-text = For a customer who stands before you with their document. A code goes to the new number; let the customer read it out to you. It works for a frozen customer too, and lets them in nowhere.
phone-new = New phone
phone-send = Send the code
phone-code-text = The code was sent. Type what the customer reads out. When another employee approves it with their passkey, the phone changes, every session ends and payments stay small for twelve hours. Whoever lost the password as well is then let in again by a proposal of its own.
phone-code = Code from the message
erase = Propose to erase
erase-title = Erase the data of { $name }
erase-text = When another employee approves it with their passkey, everything personal is unreadable everywhere, in backups and in the audit log too. Nobody can undo that.
kill = End everybody’s sessions
kill-title = End every session of every customer
kill-text = For a bank whose keys were stolen. When another employee approves it with their passkey, every customer is signed out everywhere and has to sign in again.

## Cases

cases-title = Cases
cases-none = No open cases
cases-none-text = When a customer says “it was not me”, a case appears here.
cases-none-closed = No case was closed yet
cases-tabs = Lists of cases
cases-open = Open
cases-closed = Closed
case-kind = Subject
case-not-me = “It was not me”
case-staff-freeze = Frozen by an employee
case-other = Other
case-customer = Customer
case-opened = Opened
case-state = State
case-open = open
case-closed = closed
case-about = What is known
case-from = Began with
case-from-session = what the customer said in the app
case-from-notice = what the customer said from the notice of a sign-in
case-frozen-by = Frozen by
case-reason = Reason of the freeze
case-closed-at = Closed
case-closed-by = Closed by
case-outcome = Outcome
case-note = Note
case-confirmed = misuse confirmed
case-false-alarm = false alarm
case-no-action = nothing to do
case-unfrozen = customer unfrozen
case-close = Close the case
case-close-text = This changes nothing about the customer: whoever is frozen stays frozen until two employees lift it.
case-choose = choose
case-choose-first = Choose what came of it.
case-done = The case is closed.

## Staff and roles

staff-title = Staff and roles
staff-list = Employees
staff-person = Employee
staff-log = What they did
staff-name = Name
staff-email = Work e-mail
staff-phone = Own phone
staff-phone-hint = So that they never serve themselves, should they be or become a customer.
staff-roles = Roles
staff-state = State
staff-since = Added
staff-seen = Last sign-in
staff-invited = not enrolled yet
staff-active = active
staff-suspended = suspended
staff-invite = Propose a new employee
staff-invite-text = Another employee with the right must approve. Then a link that works once creates their passkey.
staff-change-roles = Propose other roles
staff-roles-title = Other roles for { $name }
staff-roles-text = When another employee with the right approves it with their passkey, these roles apply from the next page they open.
staff-suspend = Propose to suspend
staff-suspend-title = Suspend { $name }
staff-suspend-text = When it is approved, their sessions end and they cannot sign in.
staff-reinstate = Propose to reinstate
staff-reinstate-title = Reinstate { $name }
staff-reinstate-text = When it is approved, they can sign in again with their passkey.
staff-link-new = Propose a new link
staff-link-title = New link for { $name }
staff-link-new-text = When it is approved, a new link goes to the address of the invitation. Links of before end.
staff-link = Link to come in
staff-link-over = over
staff-link-handed = handed over
staff-link-waits = being mailed
staff-link-sent = mailed
staff-link-refused = the mail server refused it
staff-link-by-mail = by mail
staff-may = What the roles allow
recover-code-title = Code for the customer
recover-code-text = Hand it to the customer who stands before you. It is shown only now and stands for the second proof when they set a new password.
copy = Copy
copied = Copied
role-support = Support
role-compliance = Compliance
role-security = Security
role-auditor = Auditor
role-accountant = Accountant
role-administrator = Administrator
role-support-text = Helps customers: finds them, ends their sessions, freezes, proposes to unfreeze.
role-compliance-text = Sees to the law: reads documents, freezes, decides about unfreezing, tariffs and limits.
role-accountant-text = Keeps the books: drafts tariffs and limits, sends documents again, looks into differences, finds customers, sees no contacts.
role-security-text = Guards sign-ins and sessions, decides about new employees and roles.
role-administrator-text = Proposes employees and their roles, decides about suspensions.
role-auditor-text = Looks at everything and changes nothing.

## Approvals

approvals-title = Approvals
approvals-waiting = { $count } waiting
approvals-tabs = Lists of proposals
approvals-inbox = Waiting for you
approvals-own = Yours
approvals-open = All waiting
approvals-history = History
approvals-none = Nothing here
approvals-none-text = Proposals that you may decide, and have not made yourself, appear here.
approvals-own-none-text = You have not proposed anything yet.
approval-what = Proposal
approval-by = Proposed by
approval-at = Proposed
approval-until = Decide until
approval-state = State
approval-open = waiting
approval-executed = done
approval-rejected = rejected
approval-withdrawn = withdrawn
approval-expired = expired
approval-failed = could not be done
approval-of = { $given } of { $needed }
approval-change = What would change
approval-changed = What changed
approval-field = Field
approval-before = Now
approval-after = After
approval-nothing = nothing
approval-about = About
approval-all = all
approval-erased = What it changed was erased with the person’s data; the proof holds.
approval-not-yours = You may not decide about this, or have decided already.
approval-why = Why
approval-decide = Your decision
approval-decide-text = You sign exactly what is shown here with your passkey. Nobody can change it afterwards.
approval-comment = Comment
approval-comment-hint = Needed to reject, at least 5 characters; kept in the history.
approval-approve = Approve with passkey
approval-reject = Reject with passkey
approval-withdraw = Withdraw
approval-own-text = You made this proposal, so others decide about it.
approval-sent = Sent for approval.
approval-steps = What happened
approval-step-proposed = Proposed by { $name }
approval-step-approved = Approved by { $name }
approval-step-rejected = Rejected by { $name }
action-customer-unfreeze = Unfreeze a customer
action-customer-close = Close a customer
action-customer-erase = Erase personal data
action-customer-recover = Let a customer in again
action-customer-phone = Change a customer’s phone
action-staff-invite = New employee
action-staff-roles = Other roles
action-staff-suspend = Suspend an employee
action-staff-reinstate = Reinstate an employee
action-staff-link = Mail a new link
action-global-kill = End every session of every customer
action-terms-publish = New edition of a tariff or limit
action-terms-withdraw = Take back an edition
action-break-resolve = Resolve a difference between books
approval-step-waiting = Waiting for a decision

## Tariffs and limits

terms-title = Tariffs and limits
terms-text = One employee drafts and proposes, another approves with their passkey. It holds from the chosen moment, without a new version of the program.
terms-books = What the bank goes by
terms-book = Document
terms-holds = In force
terms-next = Next
terms-document = Text
terms-editions = Editions
terms-editions-none = No edition yet
terms-editions-text = Nothing of this document holds until the first one is published.
terms-drafts = Drafts
terms-drafts-none = Nobody is drafting a change.
book-tariff-transfer = Tariff of transfers inside the bank
book-limits = Limits
book-values = Values set by the regulator
book-rates-spreads = Spreads of exchange rates
book-chart = Mapping to the chart of accounts
edition = Edition
edition-number = Edition { $number }
edition-from = In force from
edition-published = Published
edition-withdrawn = Taken back
edition-state = State
edition-holds = in force
edition-will-hold = will be in force
edition-replaced = replaced
edition-taken-back = taken back
edition-difference = What it changed
places-more = Places not shown: { $count }.
draft = Draft
draft-of = Draft of { $name }
draft-changed = Last changed
draft-new = New draft
draft-new-copy = A copy of the edition in force. After it is saved, the page says what is wrong with it and what it changes.
draft-new-first = There is no edition yet. After the draft is saved, the page says what is wrong with it.
draft-pattern = How such a text is written
draft-hint = Saving changes nothing for customers. Who decides when it is proposed: { $roles }.
draft-body = Text (JSON)
draft-save = Save the draft
draft-saved = The draft is saved.
draft-faults = This draft has faults
draft-faults-text = It is saved, and can be proposed when they are corrected.
draft-difference = What it would change
draft-unreadable = The text cannot be read, so it cannot be compared.
draft-same = It changes nothing.
draft-propose = Propose
draft-drop = Drop the draft
propose-terms-title = Propose: { $book }
propose-terms-text = When another employee with the right approves it with their passkey, it is published and holds from the moment you choose. Until then it can be taken back.
propose-terms-day = From which day
propose-terms-time = At what time
propose-terms-time-hint = Hours and minutes in Tashkent, such as 00:00. It has to be approved half a minute before.
withdraw = Propose to take it back
withdraw-title = Take an edition back
withdraw-text = When another employee with the right approves it with their passkey, this edition never holds, and what holds before it goes on.
example = What one operation would cost
example-text = Reckoned by the draft as it was saved, and by the edition in force.
example-amount = Amount
example-asset = Currency
example-counterparty = Other side
example-channel = Channel
example-tier = Tier of the customer
example-day = Day (today when empty)
example-operations = Operations before it
example-quantity = Amount before it
example-submit = Reckon
example-outcome = The fee and its parts
example-part = Part
example-rule = Rule
example-not-priced = no price for this
example-fee = The customer pays
example-list = Without the promotion
example-promotion = Promotion
example-vat = Tax in it
example-bank = The bank’s part
example-scheme = The scheme’s part
example-agent = The agent’s part
fault-count = none, or too many
fault-name = 1 to 40 small Latin letters, digits or hyphens are needed
fault-taken = another one has it already
fault-unreachable = the last rule has no conditions, every other has some
fault-asset = the bank has no such currency
fault-order = it ends before it begins
fault-tiers = tiers have to grow, and the last one has no end
fault-percent = at most 100, with at most four digits after the point
fault-size = a size cannot be zero
fault-free = what is free needs a bound and a time, and operations cannot be free by tiers or packages
fault-title = 1 to 80 characters are needed in each language
fault-country = two capital Latin letters are needed
fault-window = 2 to 31 days are needed
fault-ceiling = below zero, too large, or a number of times where nothing is counted in sum
fault-balance = a balance is of an account, for each operation alone
fault-leg = no product has such a leg
fault-missing = a leg of a product has no line
fault-same = both sides are the same account
fault-through = what is gathered goes between the account of a transfer and one of the chart, through a third
fault-purpose = empty or too long

## Audit log

audit-title = Audit log
audit-events = Events
audit-event = Event
audit-actor = Who
audit-action = What
audit-subject = About whom
audit-object = Object
audit-outcome = Outcome
audit-any = any
audit-done = done
audit-refused = refused
audit-when = When
audit-from = From
audit-to = Until
audit-action-hint = Such as staff.signed_in; with a dot at the end, all that begin so.
audit-none = No events were found
audit-none-text = Widen the time or clear a field.
audit-filter-wrong = This cannot be read, so nothing was looked for. Correct it, or clear it.
audit-sealed = sealed
audit-unsealed = waiting for its seal
audit-proof = Proof
audit-leaf = Leaf of the tree
audit-checkpoint = Sealed in checkpoint
audit-path = Path of hashes
audit-session = Session
audit-trace = Request
audit-facts = Facts
audit-personal = Personal part
audit-personal-show = Show
audit-personal-erased = Erased at the customer’s wish; the proof still holds.
audit-personal-none = none
audit-whole = The whole log is handed out by the operator with okto audit export. Anybody checks such a file with okto audit verify.

## My account

me-title = My account
me-sessions = Your sessions
me-this = this one
me-end-others = End all others
me-passkeys = Your passkeys
me-passkey-added = Added
me-passkey-used = Last used
me-passkey-kind = Kept
me-passkey-one = in one device
me-passkey-synced = synced between devices
me-passkey-add = Add a passkey
me-passkey-add-text = A second key keeps you able to work when the first is lost.
me-passkey-remove = Remove
me-look = How the panel looks
me-theme = Theme
me-theme-auto = As the device
me-theme-light = Light
me-theme-dark = Dark
me-keys = Keyboard shortcuts
me-keys-on = On
me-keys-off = Off
me-roles = Your roles

## The books

books-title = Books
books-tabs = Parts of the books
books-overview = Overview
books-queue = Queue
books-days = Business days
books-breaks = Differences
books-chart = Chart mapping
books-all-there = The core banking system has confirmed every document
books-on-the-way = Documents are on their way to the core banking system
books-late = The core banking system is behind
books-late-text = Customers notice nothing. The documents wait and are sent by themselves as soon as it answers.
books-stuck = Documents are stuck
books-stuck-text = They do not go by themselves. See the queue: put right what is wrong, then have them sent again. Their day is not closed before.
books-unknown = Nobody knows what came of a batch
books-unknown-text = The answer was lost. It is asked for before anything else is sent, so nothing is posted twice.
books-abs = Core banking system
books-waiting = Documents waiting
books-rejected = Rejected
books-unmapped = Not in the chart
books-accounts = Accounts not open there
books-open-day = Open day
books-nothing-yet = nothing was booked yet
books-since = Oldest waits since
books-unread = Events not read yet
books-last-error = Last error
books-day = Day
books-days-last = Last days
books-days-none = No day is over yet.
books-documents = Documents
books-frozen-at = Summed up
books-closed-at = Closed
books-state = State
books-breaks-open = Open differences
books-breaks-none = The books agree: no difference is open.
books-age = { $days ->
    [0] today
    [one] { $days } day
   *[other] { $days } days
}
books-hours = { $hours ->
    [one] { $hours } hour
   *[other] { $hours } hours
}
books-minutes = { $minutes ->
    [0] less than a minute
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}
product-transfer = Transfer inside the bank
product-cash-in = Cash paid in
product-exchange = Exchange of currencies

## The queue of the core banking system

queue-done = It goes there again by itself.
queue-documents = Documents that are stuck
queue-documents-none = No document is stuck.
queue-document = Document
queue-operation = Operation
queue-leg = Leg { $leg }
queue-amount = Amount
queue-reason = Why
queue-rejected = rejected
queue-unmapped = not in the chart
queue-send-again = Send again
queue-send-text = Do this after what was wrong at the core banking system was put right. The document keeps its id, so it is posted once at most.
queue-accounts = Accounts that were not opened
queue-accounts-none = No account was refused.
queue-accounts-again = Ask for the accounts again
queue-accounts-text = Every account that the core banking system refused is asked for again. Do this after what was wrong was put right.
queue-account = Account
queue-opened = Open with us since
stuck-no-line = the chart has no line for this leg
stuck-no-number = the chart wants the number of an account that has none
stuck-same-account = debit and credit are one account
stuck-account-unknown = the account is not open there
stuck-account-malformed = not the number of an account
stuck-account-closed = the account is closed there
stuck-currency-differs = the account is in another currency
stuck-currency-unknown = the currency is not known there
stuck-amount-malformed = the amount is not above zero
stuck-number-malformed = not the number of an account
stuck-day-closed = its day is closed there
stuck-document-differs = another document was posted under its id

## Business days

day-open = open
day-frozen = summed up
day-closed = closed
day-waits = This day cannot be closed yet
day-waits-text = Waiting: { $waiting }. Not in the chart: { $unmapped }. Rejected: { $rejected }.
day-not-yet = This day is not closed yet
day-not-yet-text = It is closed by itself when the sums of both books are equal and the days before it are closed.
day-difference = Difference of the books
day-accounts = By account of the chart
day-account = Account
day-debits = Debits
day-credits = Credits
day-products = By product
day-product = Product
day-debit = Debit
day-credit = Credit
day-posted = Posted there
day-sums = Fees, tax and shares of the day
day-sums-none = Nothing was gathered over this day, or it is not over yet.
day-sum-posted = posted there
day-sum-waits = on its way
day-nothing = Nothing was booked on this day.

## Differences between books

break = Difference
breaks-lists = Lists of differences
breaks-open = Open
breaks-resolved = Resolved
breaks-runs = Comparisons
breaks-resolved-none = No difference was resolved yet.
breaks-runs-none = Nothing was compared yet.
break-kind = What is wrong
break-book = Compared with
break-count = How many
break-sum = Together
break-oldest = Oldest
break-difference = Difference (ours less theirs)
break-age = Age
break-took = Took
break-owner = Who looks into it
break-nobody = nobody
break-how = How it is resolved
break-by = By whom
break-resolved-at = When
break-what = What differs
break-end = How it ended
break-reference = Reference
break-ours = In our books
break-theirs = In theirs
break-likely = Likely the same
break-likely-hint = The same amount near the same day. A hint, not a match.
break-found-at = Found
break-open = open
break-resolved = resolved
break-take = Assign to me
break-give = Assign
break-colleague = Colleague
break-resolve = Propose a resolution
break-resolve-text = Say how the difference was resolved and what proves it. It is resolved when another employee with the right approves it with their passkey.
break-choose = Choose
break-choose-first = Choose how it was resolved.
break-evidence = Evidence
break-evidence-hint = The id of an operation, the number of a letter. Nothing about a person.
break-agrees = The books agree again
break-corrected-here = Our books were put right
break-corrected-there = The other side put theirs right
break-explained = Both are right, it stays
break-missing-here = Missing in our books
break-missing-there = Missing on the other side
break-amount = Other amount
break-currency = Other currency
break-status = Other outcome
break-duplicate = Duplicate
break-fee = Other fee
break-late = Other day
recon-abs = Core banking system, documents
recon-abs-sums = Core banking system, sums of the day
run-at = Compared
run-days = Days
run-agreed = Agreed
run-found = Differ

## The mapping of accounts

chart-change = Change the mapping
chart-none = No mapping holds yet
chart-none-text = Nothing reaches the core banking system until the first edition is published.
chart-leg = Leg
chart-meaning = Meaning
chart-through = Gathered on
chart-purpose = Purpose in the document
chart-number = account of the operation
leg-cash-in = Cash is paid in at the desk
leg-transfer = The payer’s deposit becomes the payee’s
leg-transfer-fee = The payer pays the fee
leg-transfer-vat = The tax in the fee
leg-transfer-scheme = The scheme’s share of the fee
leg-transfer-agent = The agent’s share of the fee
leg-exchange-given = What the customer gives
leg-exchange-taken = What the customer gets
leg-exchange-spread = The bank’s margin
leg-unknown = not a leg of this program

## Accuracy of fees

books-fees = Fees
fees-text = Each fee is worked out anew from what is kept and compared with what was charged, booked and told to the core banking system.
fees-accuracy = Accuracy of fees
fees-more = By day
fees-none = No fee was looked at yet.
fees-right = Operations with the right fee
fees-complete = Fees with a document
fees-tied = Ledger, documents, core banking system
fees-looked-at = Last looked at
fees-of = { $part } of { $whole }
fees-all-tied = the same on every day
fees-not-tied = not the same yet since { $day }
fees-days = Day by day
fees-operations = With a fee / all
fees-expected = By the tariff
fees-charged = Charged
fees-booked = In the ledger
fees-documented = In documents
fees-confirmed = Confirmed by the ABS
fees-wrong = wrong: { $count }
fees-undocumented = without a document: { $count }
fees-on-the-way = on its way
fees-tie = all the same
fees-faults = Fees that are not what they should be
fees-faults-none = Every fee is what it should be.
fees-edition = Priced by a tariff that did not hold
fees-price = Not what the tariff gives
fees-postings = The ledger moved something else
fees-documents = The documents say something else

## Rates

rates-title = Exchange rates
rates-board = Board
rates-currency = Currency
rates-central = Central Bank
rates-buys = The bank buys
rates-sells = The bank sells
rates-day = Rate of
rates-age = Age
rates-state = State
rates-good = good
rates-too-old = too old
rates-never = never read
rates-stale = A rate is missing or too old
rates-stale-text = Nothing is exchanged in that currency until a newer rate is read. The bank asks for it by itself.
rates-none = The bank deals in no currency
rates-none-text = Currencies and spreads stand in a document of their own.
rates-spreads = Spreads
rates-spreads-title = Spreads in force
rates-spread-buy = Off what the bank pays
rates-spread-sell = On what the bank asks
rates-good-for = { $days ->
    [one] A published rate is good for { $days } day.
   *[other] A published rate is good for { $days } days.
}
rates-history = History
rates-history-text = The last { $days } days
rates-history-none = No rate was read in this time.
rates-source = Source
rates-read-at = Read

## Simulation of a draft

simulation = What it would have done
simulation-text = Reckons the saved draft on the transfers of the last 30 days. It changes nothing.
simulation-start = Simulate
simulation-way = See what it would have done in the last 30 days
simulation-none = There was no transfer in the last 30 days.
simulation-nothing = It would have changed nothing.
simulation-looked = { $count ->
    [one] { $count } transfer of the last 30 days
   *[other] { $count } transfers of the last 30 days
}
simulation-operations = Transfers
simulation-holds = Cost by what is in force
simulation-draft = Cost by the draft
simulation-more = More or less
simulation-limit = Limit
simulation-met = Transfers that meet it
simulation-stopped = Stopped
simulation-customers = Customers concerned

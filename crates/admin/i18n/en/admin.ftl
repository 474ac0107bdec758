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
filter-apply = Filter
filter-reset = Clear
none = none
actions = Actions
reason = Reason
reason-hint = It is kept in the audit log. Write what a colleague will understand in a year.
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
customer-show-hint = What you show is written to the audit log with your name.
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
change-kept = kept
change-erased = erased
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
case-kind = Matter
case-not-me = “It was not me”
case-staff-freeze = Frozen by an employee
case-other = Other matter
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
staff-phone = Phone, if a customer of the bank
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
staff-may = What the roles allow
recover-code-title = Code for the customer
recover-code-text = Hand it to the customer who stands before you. It is shown only now and stands for the second proof when they set a new password.
copy = Copy
copied = Copied
role-support = Support
role-compliance = Compliance
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
role-security = Security
role-auditor = Auditor
role-accountant = Accountant
role-administrator = Administrator
role-support-text = Helps customers: finds them, ends their sessions, freezes, proposes to unfreeze.
role-compliance-text = Sees to the law: reads documents, freezes, decides about unfreezing.
role-accountant-text = Keeps the books: finds customers, sees no contacts.
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
approval-comment-hint = Needed to reject; kept in the history.
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
action-global-kill = End every session of every customer
approval-step-waiting = Waiting for a decision

## Audit log

audit-title = Audit log
audit-events = Events
audit-event = Event
audit-actor = Who
action-staff-link = Mail a new link
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
audit-export = Download an export
audit-export-text = The sealed log up to the newest checkpoint, to be checked elsewhere with okto audit verify.

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

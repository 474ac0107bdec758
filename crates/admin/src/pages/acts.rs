//! What the audit log calls an act, in the words of people. The log itself knows codes only: they
//! stay, and can be searched for.

use super::approvals::action_name;
use crate::words::{Words, t};

/// What an act is called; its code when it has no name.
pub(super) fn act_name(words: Words, action: &str) -> String {
    named(words, action).unwrap_or_else(|| action.to_owned())
}

fn named(words: Words, action: &str) -> Option<String> {
    let of_kind = |kind| match kind {
        "terms" => Some(t!(words, "act-terms")),
        kind => Some(action_name(words, kind)).filter(|name| name != kind),
    };
    if let Some(kind) = action.strip_suffix(".propose") {
        return of_kind(kind).map(|what| t!(words, "act-proposed", what = what));
    }
    if let Some(kind) = action.strip_suffix(".approve") {
        return of_kind(kind).map(|what| t!(words, "act-decided", what = what));
    }
    of_sign_in(words, action).or_else(|| of_money(words, action)).or_else(|| of_bank(words, action))
}

/// Who a customer is, and how they come in.
fn of_sign_in(words: Words, action: &str) -> Option<String> {
    Some(match action {
        "customer.search" => t!(words, "act-customer-search"),
        "customer.read" => t!(words, "act-customer-read"),
        "customer.read_phone" => t!(words, "act-customer-read-phone"),
        "customer.read_email" => t!(words, "act-customer-read-email"),
        "customer.read_birth_date" => t!(words, "act-customer-read-birth-date"),
        "customer.read_document" => t!(words, "act-customer-read-document"),
        "customer.read_sessions" => t!(words, "act-customer-read-sessions"),
        "customer.end_sessions" => t!(words, "act-customer-end-sessions"),
        "customer.freeze" => t!(words, "act-customer-freeze"),
        "customer.see_document" => t!(words, "act-customer-see-document"),
        "customer.signed_up" => t!(words, "act-customer-signed-up"),
        "customer.named" => t!(words, "act-customer-named"),
        "customer.renamed" => t!(words, "act-customer-renamed"),
        "customer.frozen" => t!(words, "act-customer-frozen"),
        "customer.unfrozen" => t!(words, "act-customer-unfrozen"),
        "customer.closed" => t!(words, "act-customer-closed"),
        "customer.erased" => t!(words, "act-customer-erased"),
        "session.began" => t!(words, "act-session-began"),
        "session.ended" => t!(words, "act-session-ended"),
        "session.used" => t!(words, "act-session-used"),
        "sessions.ended_everyones" => t!(words, "act-sessions-ended-everyones"),
        "sign_in.password" => t!(words, "act-sign-in-password"),
        "sign_in.answer" => t!(words, "act-sign-in-answer"),
        "password.changed" => t!(words, "act-password-changed"),
        "password.reset" => t!(words, "act-password-reset"),
        "recovery.given" => t!(words, "act-recovery-given"),
        "factor.added" => t!(words, "act-factor-added"),
        "factor.renewed" => t!(words, "act-factor-renewed"),
        "factor.removed" => t!(words, "act-factor-removed"),
        "passkey.added" => t!(words, "act-passkey-added"),
        "passkey.renamed" => t!(words, "act-passkey-renamed"),
        "passkey.removed" => t!(words, "act-passkey-removed"),
        "device.bound" => t!(words, "act-device-bound"),
        "device.renamed" => t!(words, "act-device-renamed"),
        "device.unbound" => t!(words, "act-device-unbound"),
        _ => return None,
    })
}

/// What a customer does, and how they confirm it.
fn of_money(words: Words, action: &str) -> Option<String> {
    Some(match action {
        "security.changed" => t!(words, "act-security-changed"),
        "confirmation.answer" => t!(words, "act-confirmation-answer"),
        "confirmation.given" => t!(words, "act-confirmation-given"),
        "contact.proven" => t!(words, "act-contact-proven"),
        "contact.changed" => t!(words, "act-contact-changed"),
        "contact.removed" => t!(words, "act-contact-removed"),
        "document.declared" => t!(words, "act-document-declared"),
        "limit.moved" => t!(words, "act-limit-moved"),
        "limit.moved_for_a_time" => t!(words, "act-limit-moved-for-a-time"),
        "statement.read" => t!(words, "act-statement-read"),
        "statement.issued" => t!(words, "act-statement-issued"),
        "transfer.internal" => t!(words, "act-transfer-internal"),
        "transfer.refund" => t!(words, "act-transfer-refund"),
        "exchange.own" => t!(words, "act-exchange-own"),
        "cash.in" => t!(words, "act-cash-in"),
        "operation.read" => t!(words, "act-operation-read"),
        "account.read" => t!(words, "act-account-read"),
        "account.renamed" => t!(words, "act-account-renamed"),
        "account.open" => t!(words, "act-account-open"),
        "account.status" => t!(words, "act-account-status"),
        _ => return None,
    })
}

/// What employees and the bank itself do.
fn of_bank(words: Words, action: &str) -> Option<String> {
    Some(match action {
        "case.read" => t!(words, "act-case-read"),
        "case.handle" => t!(words, "act-case-handle"),
        "staff.read" => t!(words, "act-staff-read"),
        "staff.act" => t!(words, "act-staff-act"),
        "staff.taken_in" => t!(words, "act-staff-taken-in"),
        "staff.enrolled" => t!(words, "act-staff-enrolled"),
        "staff.enrolment_mail" => t!(words, "act-staff-enrolment-mail"),
        "staff.enrolment_renewed" => t!(words, "act-staff-enrolment-renewed"),
        "staff.customer_known" => t!(words, "act-staff-customer-known"),
        "staff.session_began" => t!(words, "act-staff-session-began"),
        "staff.session_ended" => t!(words, "act-staff-session-ended"),
        "staff.proved" => t!(words, "act-staff-proved"),
        "approval.read" => t!(words, "act-approval-read"),
        "approval.executed" => t!(words, "act-approval-executed"),
        "approval.rejected" => t!(words, "act-approval-rejected"),
        "approval.withdraw" | "approval.withdrawn" => t!(words, "act-approval-withdrawn"),
        "approval.expired" => t!(words, "act-approval-expired"),
        "audit.read" => t!(words, "act-audit-read"),
        "audit.read_personal" => t!(words, "act-audit-read-personal"),
        "audit.exported" => t!(words, "act-audit-exported"),
        "terms.read" => t!(words, "act-terms-read"),
        "terms.published" => t!(words, "act-terms-published"),
        "terms.withdrawn" => t!(words, "act-terms-withdrawn"),
        "books.read" => t!(words, "act-books-read"),
        "books.send_again" => t!(words, "act-books-send-again"),
        "break.handle" => t!(words, "act-break-handle"),
        "break.assigned" => t!(words, "act-break-assigned"),
        "break.resolved" => t!(words, "act-break-resolved"),
        "abs.accounts.asked_again" => t!(words, "act-abs-accounts-asked-again"),
        "abs.document.sent_again" => t!(words, "act-abs-document-sent-again"),
        "partner.added" => t!(words, "act-partner-added"),
        "partner.ended" => t!(words, "act-partner-ended"),
        "partner.recognised" => t!(words, "act-partner-recognised"),
        "token.introspected" => t!(words, "act-token-introspected"),
        "webhook.added" => t!(words, "act-webhook-added"),
        "webhook.ended" => t!(words, "act-webhook-ended"),
        "signing_key.rotation_asked" => t!(words, "act-signing-key-rotation-asked"),
        "signing_key.rotated" => t!(words, "act-signing-key-rotated"),
        "signing_key.removal_asked" => t!(words, "act-signing-key-removal-asked"),
        "signing_key.removed" => t!(words, "act-signing-key-removed"),
        "root_key.rewrap_asked" => t!(words, "act-root-key-rewrap-asked"),
        "root_key.rewrapped" => t!(words, "act-root-key-rewrapped"),
        "bank.account.open" => t!(words, "act-bank-account-open"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use kernel::{Lang, Permission};

    use super::*;

    #[test]
    fn every_act_of_an_employee_has_a_name() {
        for lang in Lang::ALL {
            let names = Permission::STAFF.iter().filter_map(|permission| permission.staff_name());
            let others = ["staff.session_began", "session.ended", "transfer.internal"];
            // What a customer is refused with what is another's.
            let refused = ["account.read", "account.renamed", "operation.read", "statement.read"];
            for action in names.chain(others).chain(refused) {
                let name = act_name(Words::of(lang), action);
                assert!(!name.contains('.') && name != action, "{action} in {lang:?}: {name}");
            }
        }
        assert_eq!(act_name(Words::of(Lang::En), "a.new_act"), "a.new_act");
    }
}

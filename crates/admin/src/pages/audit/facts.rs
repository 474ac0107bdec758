//! What the audit log keeps of an event beside who and when, as people read it: named where the
//! name is known, and as it stands where not. The record itself stays below.

use identity::cases::{FROZEN_BY_BANK, FROZEN_BY_CUSTOMER};
use kernel::{Moment, Roles};
use maud::{Markup, html};
use serde_json::{Map, Value};
use ui::details;
use ui::panel::{Fact, facts};

use super::super::approvals::action_name;
use super::super::cases;
use super::super::common::{role_list, when};
use super::super::people::People;
use super::named;
use crate::view::View;
use crate::words::{Words, t};

/// How long an id is at least: a prefix and 32 digits.
const ID_MIN_CHARS: usize = 34;

/// The facts of an event, line by line, and the record of them.
pub(super) fn shown(view: &View, people: &People, known: &Value) -> Markup {
    let raw = serde_json::to_string_pretty(known).unwrap_or_default();
    let raw = html! { pre tabindex="0" { (raw) } };
    html! {
        @match known {
            Value::Object(known) => (lines(view, people, known)),
            other => p { (one(view, people, "", other)) },
        }
        (details(&t!(view.words, "audit-raw"), &raw))
    }
}

fn lines(view: &View, people: &People, known: &Map<String, Value>) -> Markup {
    let named: Vec<_> = known
        .iter()
        .map(|(name, value)| (fact_name(view.words, name), one(view, people, name, value)))
        .collect();
    let lines: Vec<_> =
        named.iter().map(|(name, value)| Fact::markup(name, value.clone())).collect();
    facts(&lines)
}

/// A value of the fact with this name.
fn one(view: &View, people: &People, name: &str, value: &Value) -> Markup {
    let words = view.words;
    match value {
        Value::Null => html! { span.dim { (t!(words, "none")) } },
        Value::Bool(true) => html! { (t!(words, "fact-yes")) },
        Value::Bool(false) => html! { (t!(words, "fact-no")) },
        Value::Number(number) => html! { (number) },
        Value::String(text) => word(view, people, name, text),
        Value::Array(values) => html! {
            @if values.is_empty() { span.dim { (t!(words, "none")) } }
            @for value in values { div { (one(view, people, name, value)) } }
        },
        Value::Object(values) => lines(view, people, values),
    }
}

fn word(view: &View, people: &People, name: &str, text: &str) -> Markup {
    let words = view.words;
    if is_id(text) {
        return named(text, people);
    }
    // Nothing but a moment of the bank reads as one.
    if let Ok(at) = text.parse::<Moment>() {
        return html! { time datetime=(text) title=(text) { (when(view, at)) } };
    }
    html! { (value_name(words, name, text).unwrap_or_else(|| text.to_owned())) }
}

/// Whether a text is one of the bank's ids: `cus_019ab2c4...`.
fn is_id(text: &str) -> bool {
    text.len() >= ID_MIN_CHARS
        && text.rsplit_once('_').is_some_and(|(prefix, digits)| {
            prefix.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
                && digits.len() == 32
                && digits.bytes().all(|b| b.is_ascii_hexdigit())
        })
}

/// What a fact is called; its name in the record when it has no other.
fn fact_name(words: Words, name: &str) -> String {
    named_first(words, name).or_else(|| named_last(words, name)).unwrap_or_else(|| name.to_owned())
}

fn named_first(words: Words, name: &str) -> Option<String> {
    Some(match name {
        "aal" => t!(words, "fact-aal"),
        "accounts" => t!(words, "fact-accounts"),
        "amr" => t!(words, "fact-amr"),
        "approval" => t!(words, "fact-approval"),
        "approvers" => t!(words, "fact-approvers"),
        "book" => t!(words, "fact-book"),
        "bound_to_key" => t!(words, "fact-bound-to-key"),
        "by" => t!(words, "fact-by"),
        "case" => t!(words, "fact-case"),
        "ceiling" => t!(words, "fact-ceiling"),
        "change" => t!(words, "fact-change"),
        "client" => t!(words, "fact-client"),
        "contact" => t!(words, "fact-contact"),
        "contested" => t!(words, "fact-contested"),
        "customer" => t!(words, "fact-customer"),
        "customers" => t!(words, "fact-customers"),
        "device" => t!(words, "fact-device"),
        "devices" => t!(words, "fact-devices"),
        "document" => t!(words, "fact-document"),
        "draft" => t!(words, "fact-draft"),
        "dropped" => t!(words, "fact-dropped"),
        "email" => t!(words, "fact-email"),
        "evidence" => t!(words, "fact-evidence"),
        "first" => t!(words, "fact-first"),
        "found" => t!(words, "fact-found"),
        "from" => t!(words, "fact-from"),
        "how" => t!(words, "fact-how"),
        "kind" => t!(words, "fact-kind"),
        _ => return None,
    })
}

fn named_last(words: Words, name: &str) -> Option<String> {
    Some(match name {
        "last" => t!(words, "fact-last"),
        "left_out_before" => t!(words, "fact-left-out-before"),
        "limit" => t!(words, "fact-limit"),
        "limits" => t!(words, "fact-limits"),
        "maker" => t!(words, "fact-maker"),
        "may_sync" => t!(words, "fact-may-sync"),
        "method" => t!(words, "fact-method"),
        "misuse" => t!(words, "fact-misuse"),
        "more" => t!(words, "fact-more"),
        "name" => t!(words, "fact-name"),
        "network" => t!(words, "fact-network"),
        "new" => t!(words, "fact-new"),
        "note" => t!(words, "fact-note"),
        "number" => t!(words, "fact-number"),
        "old" => t!(words, "fact-old"),
        "operation" => t!(words, "fact-operation"),
        "outcome" => t!(words, "fact-outcome"),
        "owner" => t!(words, "fact-owner"),
        "passkey" => t!(words, "fact-passkey"),
        "payload_hash" => t!(words, "fact-payload-hash"),
        "phone" => t!(words, "fact-phone"),
        "place" => t!(words, "fact-place"),
        "platform" => t!(words, "fact-platform"),
        "policies" => t!(words, "fact-policies"),
        "reason" => t!(words, "fact-reason"),
        "refused" => t!(words, "fact-refused"),
        "roles" => t!(words, "fact-roles"),
        "say" => t!(words, "fact-say"),
        "session" => t!(words, "fact-session"),
        "sessions" => t!(words, "fact-sessions"),
        "sha256" => t!(words, "fact-sha256"),
        "staff" => t!(words, "fact-staff"),
        "step" => t!(words, "fact-step"),
        "taken" => t!(words, "fact-taken"),
        "to" => t!(words, "fact-to"),
        "until" => t!(words, "fact-until"),
        _ => return None,
    })
}

/// What a value of the fact with this name is called, when it is a word of the bank.
fn value_name(words: Words, name: &str, value: &str) -> Option<String> {
    match name {
        "method" | "amr" => way_name(words, value),
        "reason" => reason_name(words, value),
        "kind" if [FROZEN_BY_CUSTOMER, FROZEN_BY_BANK].contains(&value) => {
            Some(cases::kind(words, value))
        }
        "kind" => Some(action_name(words, value)),
        "outcome" => cases::outcome(words, value),
        "roles" => Roles::parse(&[value]).map(|roles| role_list(words, roles)),
        _ => other_name(words, name, value),
    }
}

/// By what somebody showed who they are.
fn way_name(words: Words, value: &str) -> Option<String> {
    Some(match value {
        "password" => t!(words, "fact-way-password"),
        "pin" => t!(words, "fact-way-pin"),
        "sms" => t!(words, "fact-way-sms"),
        "totp" => t!(words, "fact-way-totp"),
        "otp" => t!(words, "fact-way-otp"),
        "passkey" => t!(words, "fact-way-passkey"),
        "recovery_code" => t!(words, "fact-way-recovery-code"),
        "device_key" => t!(words, "fact-way-device-key"),
        "assisted" => t!(words, "fact-way-assisted"),
        "proof" => t!(words, "fact-way-proof"),
        "pwd" => t!(words, "fact-way-pwd"),
        "hwk" => t!(words, "fact-way-hwk"),
        "swk" => t!(words, "fact-way-swk"),
        "user" => t!(words, "fact-way-user"),
        "mfa" => t!(words, "fact-way-mfa"),
        _ => return None,
    })
}

/// Why something ended.
fn reason_name(words: Words, value: &str) -> Option<String> {
    Some(match value {
        "signed_out" => t!(words, "fact-why-signed-out"),
        "ended_by_user" => t!(words, "fact-why-ended-by-user"),
        "ended_by_staff" => t!(words, "fact-why-ended-by-staff"),
        "token_reused" => t!(words, "fact-why-token-reused"),
        "too_many_sessions" => t!(words, "fact-why-too-many-sessions"),
        "password_changed" => t!(words, "fact-why-password-changed"),
        "password_reset" => t!(words, "fact-why-password-reset"),
        "factor_changed" => t!(words, "fact-why-factor-changed"),
        "contact_changed" => t!(words, "fact-why-contact-changed"),
        "device_unbound" => t!(words, "fact-why-device-unbound"),
        "user_frozen" => t!(words, "fact-why-user-frozen"),
        "user_closed" => t!(words, "fact-why-user-closed"),
        "everyone" => t!(words, "fact-why-everyone"),
        "unfrozen" => t!(words, "fact-why-unfrozen"),
        _ => return None,
    })
}

fn other_name(words: Words, name: &str, value: &str) -> Option<String> {
    Some(match (name, value) {
        ("say", "approve") => t!(words, "fact-say-approve"),
        ("say", "reject") => t!(words, "fact-say-reject"),
        ("change", "seen") => t!(words, "fact-change-seen"),
        ("change", "taken_back") => t!(words, "fact-change-taken-back"),
        ("from", "notice") => t!(words, "fact-from-notice"),
        ("from", "session") => t!(words, "fact-from-session"),
        ("step", "code_sent") => t!(words, "fact-step-code-sent"),
        ("contact", "phone") => t!(words, "fact-phone"),
        ("contact", "email") => t!(words, "fact-email"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use kernel::Lang;

    use super::*;

    #[test]
    fn what_is_known_has_a_name_and_what_is_not_stays_as_it_is() {
        let words = Words::of(Lang::En);
        assert_eq!(fact_name(words, "left_out_before"), "Left out before it");
        assert_eq!(fact_name(words, "of_tomorrow"), "of_tomorrow");
        let named = |name, value| value_name(words, name, value);
        assert_eq!(named("method", "recovery_code").as_deref(), Some("recovery code"));
        assert_eq!(named("reason", "user_frozen").as_deref(), Some("customer frozen"));
        // A word of one fact is none of another.
        assert_eq!(named("name", "password"), None);
        assert_eq!(named("reason", "They called."), None);
    }

    #[test]
    fn an_id_is_told_from_other_words() {
        let digits = "019ab2c47d107c3e8f000123456789ab";
        assert!(is_id(&format!("cus_{digits}")));
        let hash = digits.repeat(2);
        for other in [digits, "sms_code", &hash, &format!("cus_{hash}"), "Ой_ой"] {
            assert!(!is_id(other), "{other}");
        }
    }
}

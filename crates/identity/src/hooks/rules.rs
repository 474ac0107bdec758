use kernel::Moment;
use serde_json::{Value, json};

use super::jobs::Delivery;
use crate::signals;

/// The longest address of a receiver.
const URL_MAX_CHARS: usize = 500;

/// Whether an address may be a receiver's: https, or http on this machine for development. That it
/// leads to no private network is seen when it is called: a name can lead elsewhere tomorrow.
pub fn may_receive(url: &str) -> bool {
    let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    let ends = |rest: &str| rest.is_empty() || rest.starts_with([':', '/']);
    let here = local.iter().any(|at| url.strip_prefix(at).is_some_and(ends));
    let printable = url.bytes().all(|b| b.is_ascii_graphic());
    let host = url.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next());
    let there = host.is_some_and(|host| !host.is_empty() && !host.contains('@'));
    printable && url.len() <= URL_MAX_CHARS && (here || there)
}

/// The claims of a security event token (RFC 8417).
pub(super) fn claims(what: &Delivery, issuer: &str, audience: &str, now: Moment) -> Value {
    let seconds = now.seconds();
    let mut event = what.payload.clone().unwrap_or_else(|| json!({}));
    if let Some(event) = event.as_object_mut() {
        event.remove("user");
        event.insert("event_timestamp".to_owned(), json!(what.at_millis));
        if let Some(reason) = event.remove("reason") {
            event.insert("reason_admin".to_owned(), json!({ "en": reason }));
        }
        for (name, value) in demanded(&what.kind, event.get("change").and_then(Value::as_str)) {
            event.insert((*name).to_owned(), json!(value));
        }
    }
    json!({
        "iss": issuer,
        "aud": audience,
        "iat": seconds,
        "jti": what.jti,
        "sub_id": subject(what, issuer),
        "events": { uri(&what.kind): event },
    })
}

/// Whom an event is about (RFC 9493): a customer by the id that the bank gave them, or everybody at
/// the bank.
fn subject(what: &Delivery, issuer: &str) -> Value {
    if what.kind == signals::EVERYONES_SESSIONS_REVOKED {
        json!({ "format": "uri", "uri": issuer })
    } else {
        json!({ "format": "opaque", "id": what.user })
    }
}

/// What CAEP demands of a kind of event beside what the bank says of it: a level (3.4.1), and what
/// a device was and is (3.5.1). A confirmation is by a second factor; a device that is bound is one
/// that the bank knows.
fn demanded(kind: &str, change: Option<&str>) -> &'static [(&'static str, &'static str)] {
    match (kind, change) {
        (signals::ASSURANCE_LEVEL_CHANGE, _) => {
            &[("namespace", "NIST-AAL"), ("current_level", "nist-aal2")]
        }
        (signals::DEVICE_COMPLIANCE_CHANGE, Some("bound")) => {
            &[("previous_status", "not-compliant"), ("current_status", "compliant")]
        }
        (signals::DEVICE_COMPLIANCE_CHANGE, _) => {
            &[("previous_status", "compliant"), ("current_status", "not-compliant")]
        }
        _ => &[],
    }
}

/// The name of a kind of event outside the bank: of the profile that has it, or the bank's own.
fn uri(kind: &str) -> String {
    match kind {
        signals::ACCOUNT_DISABLED | signals::ACCOUNT_ENABLED => {
            format!("https://schemas.openid.net/secevent/risc/event-type/{kind}")
        }
        signals::SESSION_REVOKED
        | signals::SESSION_ESTABLISHED
        | signals::CREDENTIAL_CHANGE
        | signals::ASSURANCE_LEVEL_CHANGE
        | signals::DEVICE_COMPLIANCE_CHANGE => {
            format!("https://schemas.openid.net/secevent/caep/event-type/{kind}")
        }
        _ => format!("urn:okto:secevent:{kind}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receivers_are_reached_over_tls_or_on_this_machine() {
        for good in [
            "https://partner.example/hooks",
            "https://partner.example:8443/a?b=c",
            "http://127.0.0.1:8090/hooks",
            "http://localhost/",
            "http://[::1]:80",
        ] {
            assert!(may_receive(good), "{good}");
        }
        for bad in [
            "http://partner.example/",
            "http://127.0.0.1.partner.example/",
            "http://localhost.partner.example/",
            "http://localhost@partner.example/",
            "https://",
            "https:///a",
            "https://user@partner.example/",
            "https://partner.example/ a",
            "ftp://partner.example/",
            "file:///etc/passwd",
            "",
        ] {
            assert!(!may_receive(bad), "{bad}");
        }
        assert!(!may_receive(&format!("https://partner.example/{}", "a".repeat(500))));
    }

    /// The claims that CAEP 1.0 demands of each kind, in 3.3.1, 3.4.1 and 3.5.1.
    #[test]
    fn every_kind_has_what_its_profile_demands() {
        let sent = |kind: &str, payload: Value| {
            let what = Delivery {
                receiver: "hook_019ab2c47d107c3e8f000123456789ab".parse().unwrap(),
                jti: "evt-1-2".to_owned(),
                kind: kind.to_owned(),
                user: "cus_019ab2c47d107c3e8f000123456789ab".parse().unwrap(),
                at_millis: 0,
                payload: Some(payload),
            };
            claims(&what, "i", "a", Moment::from_micros(0))["events"][uri(kind)].clone()
        };
        let raised = sent(signals::ASSURANCE_LEVEL_CHANGE, json!({ "session": "ses_1" }));
        assert_eq!(raised["namespace"], "NIST-AAL");
        assert_eq!(raised["current_level"], "nist-aal2");
        for (change, was, is) in [
            ("bound", "not-compliant", "compliant"),
            ("device_unbound", "compliant", "not-compliant"),
        ] {
            let device = sent(signals::DEVICE_COMPLIANCE_CHANGE, json!({ "change": change }));
            assert_eq!(device["previous_status"], was, "{change}");
            assert_eq!(device["current_status"], is, "{change}");
        }
        assert_eq!(uri("something-of-ours"), "urn:okto:secevent:something-of-ours");
        assert_eq!(uri(signals::KEY_MISUSE), "urn:okto:secevent:key-misuse");
    }

    /// Nobody in particular is its subject: the bank is.
    #[test]
    fn the_end_of_everyones_sessions_is_about_the_bank() {
        let what = Delivery {
            receiver: "hook_019ab2c47d107c3e8f000123456789ab".parse().unwrap(),
            jti: "evt-1-2".to_owned(),
            kind: signals::EVERYONES_SESSIONS_REVOKED.to_owned(),
            user: kernel::CustomerId::from_uuid(uuid::Uuid::nil()),
            at_millis: 1_763_800_000_123,
            payload: Some(json!({ "reason": "everyone", "initiating_entity": "admin" })),
        };
        let claims = claims(&what, "https://api.bank.example", "a", Moment::from_micros(0));
        let issuer = json!({ "format": "uri", "uri": "https://api.bank.example" });
        assert_eq!(claims["sub_id"], issuer);
        assert_eq!(
            claims["events"],
            json!({ "urn:okto:secevent:everyones-sessions-revoked": {
                "initiating_entity": "admin",
                "event_timestamp": 1_763_800_000_123_i64,
                "reason_admin": {"en": "everyone"},
            }})
        );
    }

    #[test]
    fn an_event_has_the_form_of_the_standard() {
        let what = Delivery {
            receiver: "hook_019ab2c47d107c3e8f000123456789ab".parse().unwrap(),
            jti: "evt-1-2".to_owned(),
            kind: signals::SESSION_REVOKED.to_owned(),
            user: "cus_019ab2c47d107c3e8f000123456789ab".parse().unwrap(),
            at_millis: 1_763_800_000_123,
            payload: Some(json!({
                "user": "cus_1", "reason": "signed_out", "initiating_entity": "user",
            })),
        };
        let now = Moment::from_micros(1_763_800_001_000_000);
        let claims = claims(&what, "https://api.bank.example", "https://partner.example/", now);
        assert_eq!(
            claims,
            json!({
                "iss": "https://api.bank.example",
                "aud": "https://partner.example/",
                "iat": 1_763_800_001,
                "jti": "evt-1-2",
                "sub_id": {"format": "opaque", "id": "cus_019ab2c47d107c3e8f000123456789ab"},
                "events": {
                    "https://schemas.openid.net/secevent/caep/event-type/session-revoked": {
                        "initiating_entity": "user",
                        "event_timestamp": 1_763_800_000_123_i64,
                        "reason_admin": {"en": "signed_out"},
                    },
                },
            })
        );
    }
}

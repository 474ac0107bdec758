//! Sending messages and asking for their status.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use kernel::{Entropy, Moment};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{NAME, SEND, SEND_BATCH, STATUS, account, auth, invalid, no};
use crate::form::Fields;
use crate::messages::{Delivery, Message};
use crate::{Sandbox, locked};

/// The sender that everyone may use.
const DEFAULT_FROM: &str = "4546";
const MAX_TEXT_CHARS: usize = 2_000;
const MAX_BATCH: usize = 500;
const WAITING: &str = "Waiting for SMS provider";

/// One message of a request.
struct Order<'a> {
    sender_id: Option<&'a str>,
    from: &'a str,
    phone: &'a str,
    text: &'a str,
    callback_url: Option<&'a str>,
}

impl Order<'_> {
    /// What is wrong with it, when something is.
    fn check(&self) -> Result<(), Box<Response>> {
        let digits = self.phone.bytes().all(|b| b.is_ascii_digit());
        if !digits || self.phone.len() != 12 || !self.phone.starts_with("998") {
            return Err(Box::new(no(StatusCode::BAD_REQUEST, "Invalid phone number", "error")));
        }
        if self.text.chars().count() > MAX_TEXT_CHARS {
            return Err(Box::new(no(StatusCode::BAD_REQUEST, "Message is too long", "error")));
        }
        Ok(())
    }

    fn take(&self, sandbox: &Sandbox, request: Uuid) {
        let eskiz = sandbox.eskiz();
        let now = sandbox.now();
        let delivery = eskiz.config.delivery_ms.saturating_mul(1_000);
        let message = sandbox.messages().keep(Message {
            number: 0,
            request,
            counterpart: NAME,
            sender_id: self.sender_id.map(str::to_owned),
            from: self.from.to_owned(),
            to: self.phone.to_owned(),
            subject: None,
            text: self.text.to_owned(),
            at: now,
            accepted_at: now.plus_micros(delivery.checked_div(2).unwrap_or(0)),
            delivered_at: now.plus_micros(delivery),
        });
        let price = parts(self.text).1.saturating_mul(account::PART_PRICE_SOM);
        let mut balance = locked(&eskiz.balance_som);
        *balance = balance.saturating_sub(price);
        drop(balance);
        if let Some(url) = self.callback_url {
            eskiz.callbacks.schedule(url, &message, eskiz.config.delivery_ms);
        }
    }
}

fn request_id() -> Uuid {
    uuid::Builder::from_random_bytes(Entropy.bytes()).into_uuid()
}

pub(super) async fn send(
    State(sandbox): State<Sandbox>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let answer = || match auth::admit(&sandbox, &headers) {
        Ok(()) => take_one(&sandbox, &fields),
        Err(refusal) => *refusal,
    };
    sandbox.perform(SEND, answer).await
}

fn take_one(sandbox: &Sandbox, fields: &Fields) -> Response {
    let (Some(phone), Some(text)) = (fields.get("mobile_phone"), fields.get("message")) else {
        let missing: Vec<_> = ["mobile_phone", "message"]
            .into_iter()
            .filter(|name| fields.get(name).is_none())
            .map(|name| (name, "The field is required."))
            .collect();
        return invalid(&missing);
    };
    let order = Order {
        sender_id: None,
        from: fields.get("from").unwrap_or(DEFAULT_FROM),
        phone,
        text,
        callback_url: fields.get("callback_url"),
    };
    if let Err(refusal) = order.check() {
        return *refusal;
    }
    let request = request_id();
    order.take(sandbox, request);
    Json(json!({ "id": request, "message": WAITING, "status": "waiting" })).into_response()
}

#[derive(Deserialize)]
pub(super) struct Batch {
    messages: Vec<BatchMessage>,
    from: Option<String>,
    callback_url: Option<String>,
}

#[derive(Deserialize)]
struct BatchMessage {
    user_sms_id: Option<String>,
    to: Number,
    text: String,
}

/// Some clients write phone numbers as numbers.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Digits(u64),
    Text(String),
}

impl Number {
    fn text(&self) -> String {
        match self {
            Self::Digits(digits) => digits.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

pub(super) async fn send_batch(
    State(sandbox): State<Sandbox>,
    headers: HeaderMap,
    Json(batch): Json<Batch>,
) -> Response {
    let answer = || match auth::admit(&sandbox, &headers) {
        Ok(()) => take_batch(&sandbox, &batch),
        Err(refusal) => *refusal,
    };
    sandbox.perform(SEND_BATCH, answer).await
}

fn take_batch(sandbox: &Sandbox, batch: &Batch) -> Response {
    if batch.messages.is_empty() || batch.messages.len() > MAX_BATCH {
        return invalid(&[("messages", "The field must have from 1 to 500 items.")]);
    }
    let phones: Vec<_> = batch.messages.iter().map(|message| message.to.text()).collect();
    let orders: Vec<_> = batch
        .messages
        .iter()
        .zip(&phones)
        .map(|(message, phone)| Order {
            sender_id: message.user_sms_id.as_deref(),
            from: batch.from.as_deref().unwrap_or(DEFAULT_FROM),
            phone,
            text: &message.text,
            callback_url: batch.callback_url.as_deref(),
        })
        .collect();
    for order in &orders {
        if let Err(refusal) = order.check() {
            return *refusal;
        }
    }
    let request = request_id();
    for order in &orders {
        order.take(sandbox, request);
    }
    let statuses = vec!["waiting"; orders.len()];
    Json(json!({ "id": request, "message": WAITING, "status": statuses })).into_response()
}

pub(super) async fn status(
    State(sandbox): State<Sandbox>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let answer = || match auth::admit(&sandbox, &headers) {
        Ok(()) => status_of(&sandbox, &id),
        Err(refusal) => *refusal,
    };
    sandbox.perform(STATUS, answer).await
}

/// A number is the gateway's id of a message, a UUID the id that the sending request was given.
fn status_of(sandbox: &Sandbox, id: &str) -> Response {
    let number = id.parse::<u64>().ok();
    let request = Uuid::try_parse(id).ok();
    let wanted = |m: &Message| {
        m.counterpart == NAME && (Some(m.number) == number || Some(m.request) == request)
    };
    match sandbox.messages().find(wanted) {
        Some(message) => {
            let data = detail(&message, sandbox.now());
            Json(json!({ "status": "success", "data": data, "id": null })).into_response()
        }
        None => no(StatusCode::NOT_FOUND, "Message not found", "error"),
    }
}

/// What the gateway tells about a message.
fn detail(message: &Message, now: Moment) -> serde_json::Value {
    let delivery = message.delivery(now);
    let (status, part_state) = match delivery {
        Delivery::Waiting => ("NEW", "NEW"),
        Delivery::Accepted => ("ACCEPTED", "ACCEPTED"),
        Delivery::Delivered => ("DELIVERED", "DELIVRD"),
    };
    let accepted = (delivery != Delivery::Waiting).then(|| message.accepted_at.to_string());
    let delivered = (delivery == Delivery::Delivered).then(|| message.delivered_at.to_string());
    let (encoding, count) = parts(&message.text);
    let part = json!({
        "part_index": 0, "accepted": accepted.is_some(), "accept_time": accepted,
        "accept_status": 0, "dlr_state": part_state, "dlr_time": delivered,
    });
    let parts_by_id = json!({ message.number.to_string(): part });
    json!({
        "id": message.number,
        "user_id": account::USER_ID,
        "country_id": null,
        "connection_id": 1,
        "smsc_id": 1,
        "dispatch_id": null,
        "user_sms_id": message.sender_id,
        "request_id": message.request,
        "price": account::PART_PRICE_SOM,
        "total_price": account::PART_PRICE_SOM.saturating_mul(count),
        "is_ad": false,
        "nick": message.from,
        "to": message.to,
        "message": message.text,
        "encoding": encoding,
        "parts_count": count,
        "parts": parts_by_id,
        "status": status,
        "smsc_data": { message.number.to_string(): [part_state] },
        "sent_at": message.at.to_string(),
        "submit_sm_resp_at": accepted,
        "delivery_sm_at": delivered,
        "created_at": message.at.to_string(),
        "updated_at": now.min(message.delivered_at).to_string(),
    })
}

/// How a text travels: the gateway's number of the encoding (1 is ASCII, 8 is UCS-2), and in how
/// many parts.
pub(super) fn parts(text: &str) -> (u8, u64) {
    let (encoding, length, alone, in_row) = if text.is_ascii() {
        (1, text.len(), 160, 153)
    } else {
        (8, text.encode_utf16().count(), 70, 67)
    };
    let count = if length <= alone { 1 } else { length.div_ceil(in_row) };
    (encoding, u64::try_from(count).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_travel_in_parts() {
        for (text, expected) in [
            ("a".repeat(160), (1, 1)),
            ("a".repeat(161), (1, 2)),
            ("a".repeat(306), (1, 2)),
            ("a".repeat(307), (1, 3)),
            ("ш".repeat(70), (8, 1)),
            ("ш".repeat(71), (8, 2)),
            ("ш".repeat(135), (8, 3)),
        ] {
            assert_eq!(parts(&text), expected, "{} chars", text.chars().count());
        }
    }
}

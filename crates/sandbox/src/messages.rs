//! The messages that counterparts were asked to deliver. The newest 1,000 are kept.

use std::collections::VecDeque;
use std::sync::Mutex;

use kernel::Moment;
use serde::Serialize;
use uuid::Uuid;

use crate::locked;

/// How many messages are kept; the oldest make room.
const MAX_MESSAGES: usize = 1_000;

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Not yet given to the mobile operator.
    Waiting,
    /// With the mobile operator.
    Accepted,
    /// On the phone.
    Delivered,
}

/// A message as a counterpart took it.
#[derive(Clone)]
pub(crate) struct Message {
    /// Counts all messages since the start, from 1.
    pub number: u64,
    /// The id of the request that brought it; one batch brings many messages.
    pub request: Uuid,
    /// Which counterpart took it.
    pub counterpart: &'static str,
    /// The sender's own id, when it gave one.
    pub sender_id: Option<String>,
    pub from: String,
    /// A phone, digits only, or a mailbox.
    pub to: String,
    /// Of mail.
    pub subject: Option<String>,
    pub text: String,
    pub at: Moment,
    /// When the operator has it, and when the phone.
    pub accepted_at: Moment,
    pub delivered_at: Moment,
}

impl Message {
    /// How far it has come.
    pub fn delivery(&self, now: Moment) -> Delivery {
        if now >= self.delivered_at {
            Delivery::Delivered
        } else if now >= self.accepted_at {
            Delivery::Accepted
        } else {
            Delivery::Waiting
        }
    }
}

/// A message in the list at `/messages`.
#[derive(Serialize)]
pub(crate) struct Listed {
    number: u64,
    id: Uuid,
    counterpart: &'static str,
    at: String,
    from: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    text: String,
    status: Delivery,
}

impl Listed {
    pub fn new(message: Message, now: Moment) -> Self {
        let status = message.delivery(now);
        let (phone, email) = match &message.subject {
            None => (Some(message.to), None),
            Some(_) => (None, Some(message.to)),
        };
        Self {
            number: message.number,
            id: message.request,
            counterpart: message.counterpart,
            at: message.at.to_string(),
            from: message.from,
            phone,
            email,
            subject: message.subject,
            text: message.text,
            status,
        }
    }
}

#[derive(Default)]
pub(crate) struct Messages(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    taken: u64,
    newest_last: VecDeque<Message>,
}

impl Messages {
    /// Keeps a message and gives it its number.
    pub fn keep(&self, mut message: Message) -> Message {
        let mut kept = locked(&self.0);
        kept.taken = kept.taken.saturating_add(1);
        message.number = kept.taken;
        if kept.newest_last.len() >= MAX_MESSAGES {
            kept.newest_last.pop_front();
        }
        kept.newest_last.push_back(message.clone());
        message
    }

    /// The messages to a phone (digits only) or a mailbox, or all, newest first.
    pub fn list(&self, to: Option<&str>) -> Vec<Message> {
        let kept = locked(&self.0);
        let newest_first = kept.newest_last.iter().rev();
        newest_first.filter(|m| to.is_none_or(|to| m.to == to)).cloned().collect()
    }

    /// The first message for which `wanted` holds.
    pub fn find(&self, wanted: impl Fn(&Message) -> bool) -> Option<Message> {
        locked(&self.0).newest_last.iter().find(|m| wanted(m)).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(phone: &str) -> Message {
        Message {
            number: 0,
            request: Uuid::nil(),
            counterpart: "eskiz",
            sender_id: None,
            from: "4546".to_owned(),
            to: phone.to_owned(),
            subject: None,
            text: "hello".to_owned(),
            at: Moment::EPOCH,
            accepted_at: Moment::EPOCH.plus_seconds(1),
            delivered_at: Moment::EPOCH.plus_seconds(2),
        }
    }

    #[test]
    fn the_oldest_make_room() {
        let messages = Messages::default();
        for _ in 0..MAX_MESSAGES {
            messages.keep(message("998901111111"));
        }
        let last = messages.keep(message("998902222222"));
        let all = messages.list(None);
        assert_eq!(all.len(), MAX_MESSAGES);
        assert_eq!(all.first().unwrap().number, last.number);
        assert_eq!(all.last().unwrap().number, 2);
        assert_eq!(messages.list(Some("998902222222")).len(), 1);
        assert!(messages.find(|m| m.number == 1).is_none());
    }

    #[test]
    fn delivery_goes_one_way() {
        let message = message("998901111111");
        let at = |s| message.delivery(Moment::EPOCH.plus_seconds(s));
        assert_eq!(
            [at(0), at(1), at(2)],
            [Delivery::Waiting, Delivery::Accepted, Delivery::Delivered]
        );
    }
}

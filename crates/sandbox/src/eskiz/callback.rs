//! The report that the gateway posts to the sender when a message has arrived.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, Request, Uri, header};
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use kernel::Moment;
use serde_json::json;
use tokio::sync::Semaphore;

use super::sms::parts;
use crate::messages::Message;

const MAX_WAITING: usize = 1_000;
const TIMEOUT: Duration = Duration::from_secs(5);

pub(super) struct Callbacks {
    waiting: Arc<Semaphore>,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Default for Callbacks {
    fn default() -> Self {
        Self {
            waiting: Arc::new(Semaphore::new(MAX_WAITING)),
            client: Client::builder(TokioExecutor::new()).build_http(),
        }
    }
}

impl Callbacks {
    /// Reports the delivery of a message after the time it takes. Only to this machine: a
    /// simulator does not reach out into the network, whatever address it is given.
    pub fn schedule(&self, url: &str, message: &Message, delivery_ms: i64) {
        let Some(uri) = local(url) else {
            tracing::warn!("a callback address is not plain http on this machine; no report");
            return;
        };
        let Ok(permit) = Arc::clone(&self.waiting).try_acquire_owned() else {
            tracing::warn!("too many callbacks are waiting; no report for this message");
            return;
        };
        let client = self.client.clone();
        let body = report(message).to_string();
        let wait = Duration::from_millis(u64::try_from(delivery_ms).unwrap_or(0));
        tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            post(&client, uri, body).await;
            drop(permit);
        });
    }
}

async fn post(client: &Client<HttpConnector, Full<Bytes>>, uri: Uri, body: String) {
    let request = Request::builder()
        .method(Method::POST)
        .uri(uri)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(body)));
    let Ok(request) = request else { return };
    match tokio::time::timeout(TIMEOUT, client.request(request)).await {
        Ok(Ok(answer)) if answer.status().is_success() => {}
        Ok(Ok(answer)) => tracing::warn!(status = answer.status().as_u16(), "callback refused"),
        Ok(Err(_)) => tracing::warn!("callback could not be delivered"),
        Err(_) => tracing::warn!("callback was not answered in time"),
    }
}

fn local(url: &str) -> Option<Uri> {
    let uri: Uri = url.parse().ok()?;
    let host = uri.host()?.trim_start_matches('[').trim_end_matches(']');
    let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    (here && uri.scheme_str() == Some("http")).then_some(uri)
}

fn report(message: &Message) -> serde_json::Value {
    json!({
        "request_id": message.request,
        "message_id": message.number.to_string(),
        "user_sms_id": message.sender_id,
        "country": "UZ",
        "phone_number": message.to,
        "sms_count": parts(&message.text).1.to_string(),
        "status": "DELIVRD",
        "status_date": wall_time(message.delivered_at),
    })
}

/// `2021-04-02 00:39:36`, by the clocks of Tashkent.
fn wall_time(at: Moment) -> String {
    let offset = time::UtcOffset::from_hms(5, 0, 0).unwrap_or(time::UtcOffset::UTC);
    let at = at.datetime().to_offset(offset);
    let (date, hour, minute, second) = (at.date(), at.hour(), at.minute(), at.second());
    format!("{date} {hour:02}:{minute:02}:{second:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_stay_on_this_machine() {
        for good in ["http://127.0.0.1:8080/x", "http://localhost/x", "http://[::1]:1/"] {
            assert!(local(good).is_some(), "{good}");
        }
        for bad in [
            "http://10.0.0.1/",
            "https://127.0.0.1/",
            "http://127.0.0.1.evil.uz/",
            "http://localhost@evil.uz/",
            "/x",
            "",
        ] {
            assert!(local(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn the_report_is_dated_in_tashkent() {
        assert_eq!(wall_time("2021-04-01T19:39:36Z".parse().unwrap()), "2021-04-02 00:39:36");
    }
}

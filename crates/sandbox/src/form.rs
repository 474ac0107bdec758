//! Reads what counterparts take as a form: URL-encoded, `multipart/form-data` with text fields, or
//! a flat JSON object. Clients in the wild send all three to the same address.

use std::collections::BTreeMap;

use axum::Form;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

const MAX_FIELDS: usize = 32;

/// The fields of a form. Of fields with one name the last counts.
#[derive(Clone, Default)]
pub(crate) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// A field's value without surrounding blanks. Empty counts as missing.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
        let kind = kind.unwrap_or_default().to_owned();
        if kind.starts_with("multipart/form-data") {
            let body = body(request, state).await?;
            let boundary = boundary(&kind).ok_or_else(unreadable)?;
            let fields = multipart(boundary, &body).ok_or_else(unreadable)?;
            return Ok(Self(fields));
        }
        if kind.starts_with("application/json") {
            let body = body(request, state).await?;
            return json(&body).map(Self).ok_or_else(unreadable);
        }
        if kind.is_empty() {
            return Ok(Self::default());
        }
        match Form::<Vec<(String, String)>>::from_request(request, state).await {
            Ok(Form(fields)) => Ok(Self(fields.into_iter().take(MAX_FIELDS).collect())),
            Err(rejection) => Err(rejection.into_response()),
        }
    }
}

async fn body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Response> {
    Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)
}

fn unreadable() -> Response {
    (StatusCode::BAD_REQUEST, "the body cannot be read as a form").into_response()
}

fn json(body: &[u8]) -> Option<BTreeMap<String, String>> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(body).ok()?;
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => Some(text),
        serde_json::Value::Null => Some(String::new()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Bool(yes) => Some(yes.to_string()),
        _ => None,
    };
    object.into_iter().take(MAX_FIELDS).map(|(name, value)| Some((name, text(value)?))).collect()
}

/// The boundary named by a content type.
fn boundary(kind: &str) -> Option<&str> {
    let parameter = |p: &str| p.trim_start().get(..9).is_some_and(|n| n == "boundary=");
    let value = kind.split(';').find(|p| parameter(p))?.split_once('=')?.1.trim();
    let value = value.trim_matches('"');
    (!value.is_empty() && value.len() <= 70).then_some(value)
}

/// The text fields of a multipart body (RFC 7578).
fn multipart(boundary: &str, body: &[u8]) -> Option<BTreeMap<String, String>> {
    // The first delimiter stands at the start of the body, the others each begin a new line: with
    // a line end in front all look alike.
    let body = format!("\r\n{}", std::str::from_utf8(body).ok()?);
    let delimiter = format!("\r\n--{boundary}");
    let mut fields = BTreeMap::new();
    for part in body.split(&delimiter).skip(1) {
        if part.starts_with("--") {
            return Some(fields);
        }
        if fields.len() >= MAX_FIELDS {
            return None;
        }
        let (head, value) = part.split_once("\r\n\r\n")?;
        fields.insert(field_name(head)?.to_owned(), value.to_owned());
    }
    // A body that ends without the closing delimiter was cut off.
    None
}

fn field_name(head: &str) -> Option<&str> {
    let disposition = |line: &str| {
        line.split_once(':').is_some_and(|(n, _)| n.eq_ignore_ascii_case("content-disposition"))
    };
    let line = head.lines().find(|line| disposition(line))?;
    let name = line.split(';').find_map(|p| p.trim().strip_prefix("name="))?;
    Some(name.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/form-data; boundary=\"X-1\"";

    fn read(body: &str) -> Option<Fields> {
        multipart(boundary(KIND).unwrap(), body.as_bytes()).map(Fields)
    }

    #[test]
    fn multipart_fields_are_read() {
        let fields = read(concat!(
            "--X-1\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\na@b.uz\r\n",
            "--X-1\r\ncontent-disposition: form-data; name=\"message\"\r\n",
            "Content-Type: text/plain; charset=utf-8\r\n\r\n so‘m\r\n\r\nKod: 12 \r\n",
            "--X-1\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n--X-1--\r\n",
        ))
        .unwrap();
        assert_eq!(fields.get("email"), Some("a@b.uz"));
        assert_eq!(fields.get("message"), Some("so‘m\r\n\r\nKod: 12"));
        assert_eq!(fields.get("empty"), None);
    }

    #[test]
    fn what_is_not_a_form_is_not_read() {
        for bad in [
            "",
            "--X-1\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\na@b.uz",
            "--X-1\r\nContent-Type: text/plain\r\n\r\nx\r\n--X-1--",
            "--X-1\r\n--X-1--",
        ] {
            assert!(read(bad).is_none(), "{bad:?}");
        }
        assert_eq!(boundary("multipart/form-data"), None);
        assert!(json(b"[1]").is_none());
        assert!(json(br#"{"a":{"b":1}}"#).is_none());
        assert_eq!(json(br#"{"a":998}"#).unwrap().get("a").map(String::as_str), Some("998"));
    }
}

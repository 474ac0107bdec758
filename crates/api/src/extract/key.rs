use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use edge::Failure;
use kernel::{Code, OperationId};
use utoipa::IntoParams;
use uuid::{Uuid, Variant};

const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// A UUID with its hyphens.
const UUID_TEXT_BYTES: usize = 36;

/// The client's key of a request that changes something: it becomes the operation's id.
pub(crate) struct Key(pub OperationId);

/// The header, for the OpenAPI document.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes the header; it is read by the extractor")]
pub(crate) struct KeyHeader {
    /// A version 7 UUID that the client makes and keeps before it sends. It becomes the id of the
    /// operation: repeating a request with it is safe and gives the stored answer.
    #[param(
        rename = "Idempotency-Key",
        min_length = 36,
        max_length = 36,
        pattern = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-7[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-\
                   [0-9a-fA-F]{12}$"
    )]
    key: String,
}

impl<S: Sync> FromRequestParts<S> for Key {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Ok(Self(read(&parts.headers)?))
    }
}

fn read(headers: &HeaderMap) -> Result<OperationId, Code> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let value = values.next().ok_or(Code::IdempotencyKeyMissing)?;
    if values.next().is_some() {
        return Err(Code::IdempotencyKeyMalformed);
    }
    value.to_str().ok().and_then(parse).ok_or(Code::IdempotencyKeyMalformed)
}

fn parse(text: &str) -> Option<OperationId> {
    if text.len() != UUID_TEXT_BYTES {
        return None;
    }
    let uuid = Uuid::try_parse(text).ok()?;
    let version_7 = uuid.get_version_num() == 7 && uuid.get_variant() == Variant::RFC4122;
    version_7.then(|| OperationId::from_uuid(uuid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_version_7_uuids_with_hyphens_are_keys() {
        let good = "019ab2c4-7d10-7c3e-8f00-0123456789ab";
        assert_eq!(parse(good).unwrap().uuid().to_string(), good);
        for bad in [
            "",
            "019ab2c47d107c3e8f000123456789ab",
            "{019ab2c4-7d10-7c3e-8f00-0123456789ab}",
            "019ab2c4-7d10-4c3e-8f00-0123456789ab",
            "019ab2c4-7d10-7c3e-0f00-0123456789ab",
            "op_019ab2c47d107c3e8f000123456789ab",
        ] {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn two_keys_are_none() {
        let mut headers = HeaderMap::new();
        assert_eq!(read(&headers), Err(Code::IdempotencyKeyMissing));
        for _ in 0..2 {
            let value = "019ab2c4-7d10-7c3e-8f00-0123456789ab".parse().unwrap();
            headers.append(IDEMPOTENCY_KEY, value);
        }
        assert_eq!(read(&headers), Err(Code::IdempotencyKeyMalformed));
    }
}

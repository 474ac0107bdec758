use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Error, KeyId, PublicKey, Result};
use serde_json::{Value, json};

const COORDINATE_BYTES: usize = 32;

/// A JSON Web Key Set.
pub fn document<'a>(keys: impl Iterator<Item = &'a PublicKey>) -> Result<Value> {
    let keys = keys.map(jwk).collect::<Result<Vec<_>>>()?;
    Ok(json!({ "keys": keys }))
}

fn jwk(key: &PublicKey) -> Result<Value> {
    const WRONG: Error = Error::invariant("a public key is not a point of P-256");
    let (form, point) = key.bytes.split_first().ok_or(WRONG)?;
    let (x, y) = point.split_first_chunk::<COORDINATE_BYTES>().ok_or(WRONG)?;
    if *form != 4 || y.len() != COORDINATE_BYTES {
        return Err(WRONG);
    }
    Ok(json!({
        "kty": "EC",
        "crv": "P-256",
        "use": "sig",
        "alg": key.purpose.algorithm(),
        "kid": key.id.to_string(),
        "x": URL_SAFE_NO_PAD.encode(x),
        "y": URL_SAFE_NO_PAD.encode(y),
    }))
}

/// What is signed: the header and the claims.
pub fn input(id: KeyId, claims: &Value, typ: &str) -> Result<String> {
    let header = json!({ "alg": "ES256", "kid": id.to_string(), "typ": typ });
    let part = |value: &Value| {
        let bytes = serde_json::to_vec(value).map_err(|e| Error::broken("writing a token", e))?;
        Ok::<_, Error>(URL_SAFE_NO_PAD.encode(bytes))
    };
    Ok(format!("{}.{}", part(&header)?, part(claims)?))
}

/// The token: what was signed, and the signature.
pub fn compact(input: String, signature: &[u8]) -> String {
    input + "." + &URL_SAFE_NO_PAD.encode(signature)
}

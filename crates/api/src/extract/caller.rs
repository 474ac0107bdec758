use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use edge::{Client, Failure, Known};
use identity::{ClientInfo, ProofOfKey, Resetting, Tokens};
use kernel::{Actor, Code, Ctx, Error, Moment, Secret};

use crate::Api;

/// A request that needs no token: its context is of nobody.
pub(crate) struct Anyone {
    /// The context of the request.
    pub ctx: Ctx,
    /// Where it came from.
    pub client: ClientInfo,
    /// When it was there, whole.
    pub arrived: Moment,
    known: Known,
}

impl Anyone {
    /// Who goes on with a password reset.
    pub fn resetting<'a>(&'a self, key: &'a Secret<String>) -> Resetting<'a> {
        Resetting { key, client: &self.client, device_cookie: None }
    }

    /// Notes for the log who it turned out to be.
    pub fn is(&self, tokens: &Tokens) {
        self.known.note(Actor::Customer { id: tokens.customer, session: tokens.session });
    }
}

impl<S: Sync> FromRequestParts<S> for Anyone {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let ctx = context(parts)?;
        Ok(Self {
            arrived: ctx.now(),
            ctx,
            client: client(parts)?,
            known: Known::of(&parts.extensions),
        })
    }
}

/// A request that is given tokens: they are bound to the key that it proves. One that proves none
/// is refused, unless this installation gives out tokens that anybody who holds them can use.
pub(crate) struct SigningIn(pub Anyone);

impl FromRequestParts<Api> for SigningIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Failure> {
        let caller = Anyone::from_request_parts(parts, api).await?;
        let Some(proof) = proof_header(&parts.headers)? else {
            let bearer = api.tokens().bearer;
            return if bearer { Ok(Self(caller)) } else { Err(Code::KeyProofRequired.into()) };
        };
        let address = api.tokens().address(parts);
        let shown = shown(parts, proof, &address);
        let key = api.identity().prove_key(&caller.ctx, shown).await?;
        let client = caller.client.with_key(key);
        Ok(Self(Anyone { client, ..caller }))
    }
}

/// A request with the token of a signed-in customer, in whose name its context is.
pub(crate) struct Customer(pub Ctx);

impl FromRequestParts<Api> for Customer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Failure> {
        let ctx = context(parts)?;
        let identity = api.identity();
        let ctx = match authorization(&parts.headers).ok_or(Code::SignInRequired)? {
            (Scheme::Bearer, token) => identity.authenticate(&ctx, token, None).await?,
            (Scheme::Dpop, token) => {
                let proof = proof_header(&parts.headers)?.ok_or(Code::KeyProofInvalid)?;
                let address = api.tokens().address(parts);
                let shown = shown(parts, proof, &address);
                identity.authenticate_proven(&ctx, token, shown).await?
            }
        };
        Known::of(&parts.extensions).note(ctx.actor);
        Ok(Self(ctx))
    }
}

fn shown<'a>(parts: &'a Parts, proof: &'a str, address: &'a str) -> ProofOfKey<'a> {
    ProofOfKey { proof, method: parts.method.as_str(), address, safe: parts.method.is_safe() }
}

/// The one `DPoP` header of a request; two are refused (RFC 9449, 4.3).
fn proof_header(headers: &HeaderMap) -> Result<Option<&str>, Code> {
    let mut values = headers.get_all("dpop").iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Code::KeyProofInvalid),
        (Some(_), Some(_)) => Err(Code::KeyProofInvalid),
    }
}

fn context(parts: &Parts) -> Result<Ctx, Failure> {
    let missing = Error::invariant("a request came past the edge");
    Ok(parts.extensions.get::<Ctx>().cloned().ok_or(missing)?)
}

fn client(parts: &Parts) -> Result<ClientInfo, Failure> {
    let missing = Error::invariant("a request came past the edge");
    let client = parts.extensions.get::<Client>().ok_or(missing)?;
    Ok(ClientInfo::new(client.ip, &client.user_agent).at(client.place.clone()))
}

/// How a token is presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    /// By whoever holds it.
    Bearer,
    /// By the holder of its key.
    Dpop,
}

/// The one token of `Authorization`; two such headers are none.
fn authorization(headers: &HeaderMap) -> Option<(Scheme, &str)> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    let scheme = match scheme {
        s if s.eq_ignore_ascii_case("bearer") => Scheme::Bearer,
        s if s.eq_ignore_ascii_case("dpop") => Scheme::Dpop,
        _ => return None,
    };
    Some((scheme, token.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_token_counts() {
        let read = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(AUTHORIZATION, value.parse().unwrap());
            }
            authorization(&headers).map(|(scheme, token)| (scheme, token.to_owned()))
        };
        let abc = |scheme| Some((scheme, "abc".to_owned()));
        assert_eq!(read(&["Bearer abc"]), abc(Scheme::Bearer));
        assert_eq!(read(&["bearer abc"]), abc(Scheme::Bearer));
        assert_eq!(read(&["DPoP abc"]), abc(Scheme::Dpop));
        for none in [&[][..], &["abc"], &["Basic abc"], &["Bearer"], &["Bearer a", "DPoP b"]] {
            assert_eq!(read(none), None, "{none:?}");
        }
    }

    #[test]
    fn exactly_one_proof_counts() {
        let mut headers = HeaderMap::new();
        assert_eq!(proof_header(&headers), Ok(None));
        headers.append("dpop", "a.b.c".parse().unwrap());
        assert_eq!(proof_header(&headers), Ok(Some("a.b.c")));
        headers.append("DPoP", "a.b.c".parse().unwrap());
        assert_eq!(proof_header(&headers), Err(Code::KeyProofInvalid));
    }
}

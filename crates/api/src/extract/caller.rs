use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use edge::{Client, Failure, Known};
use identity::{ClientInfo, Tokens};
use kernel::{Actor, Code, Ctx, Error};

use crate::Api;

/// A request that needs no token: its context is of nobody.
pub(crate) struct Anyone {
    /// The context of the request.
    pub ctx: Ctx,
    /// Where it came from.
    pub client: ClientInfo,
    known: Known,
}

impl Anyone {
    /// Notes for the log who it turned out to be.
    pub fn is(&self, tokens: &Tokens) {
        self.known.note(Actor::Customer { id: tokens.customer, session: tokens.session });
    }
}

impl<S: Sync> FromRequestParts<S> for Anyone {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Ok(Self {
            ctx: context(parts)?,
            client: client(parts)?,
            known: Known::of(&parts.extensions),
        })
    }
}

/// A request with the token of a signed-in customer, in whose name its context is.
pub(crate) struct Customer(pub Ctx);

impl FromRequestParts<Api> for Customer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Failure> {
        let ctx = context(parts)?;
        let token = bearer(&parts.headers).ok_or(Code::SignInRequired)?;
        let ctx = api.identity().authenticate(&ctx, token).await?;
        Known::of(&parts.extensions).note(ctx.actor);
        Ok(Self(ctx))
    }
}

fn context(parts: &Parts) -> Result<Ctx, Failure> {
    let missing = Error::invariant("a request came past the edge");
    Ok(parts.extensions.get::<Ctx>().cloned().ok_or(missing)?)
}

fn client(parts: &Parts) -> Result<ClientInfo, Failure> {
    let missing = Error::invariant("a request came past the edge");
    let client = parts.extensions.get::<Client>().ok_or(missing)?;
    Ok(ClientInfo::new(client.ip, &client.user_agent))
}

/// The one token of `Authorization: Bearer`; two such headers are none.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_bearer_token_counts() {
        let read = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(AUTHORIZATION, value.parse().unwrap());
            }
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(read(&["Bearer abc"]).as_deref(), Some("abc"));
        assert_eq!(read(&["bearer abc"]).as_deref(), Some("abc"));
        for none in [&[][..], &["abc"], &["Basic abc"], &["Bearer"], &["Bearer a", "Bearer b"]] {
            assert_eq!(read(none), None, "{none:?}");
        }
    }
}

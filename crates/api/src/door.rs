//! What happens to every request before and after its handler.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use edge::{Place, accept_language, headers};

use crate::{Api, problem};

/// Where the routes begin that tell how the node is.
const HEALTH: &str = "/health/";

/// Wraps every route.
pub(crate) async fn door(State(api): State<Api>, mut request: Request, next: Next) -> Response {
    let lang = accept_language(request.headers());
    let visit = api.door().arrive(&mut request, lang);
    let watched = visit.route().is_some_and(|route| route.starts_with(HEALTH));
    let place = if watched { Place::Free } else { Place::Taken };
    let response = api.door().admit(request, next, place).await;
    let mut response = visit.shown(response, problem::render);
    headers::common(response.headers_mut());
    if api.tokens().over_tls() {
        headers::tls_only(response.headers_mut());
    }
    visit.leave(response)
}

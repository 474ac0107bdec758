//! A sign-in elsewhere, told on the first screen until it was seen.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use edge::{Reply, cookies};
use identity::SessionView;
use kernel::{Moment, Result};
use maud::{Markup, Render, html};
use ui::{Banner, Button, Tone};

use super::{freeze, sessions};
use crate::Web;
use crate::pages::common::{live, when_within, whence};
use crate::view::{SEEN, SignedIn, TASTE, View, see_other, with_cookie};
use crate::words::t;

/// What is older is no news, whatever was seen.
const NEWS_SECONDS: i64 = 7 * 86_400;

/// The newest sign-in elsewhere that was not seen in this browser.
pub(in crate::pages) async fn of(
    web: &Web,
    view: &View,
    headers: &HeaderMap,
) -> Result<Option<SessionView>> {
    let now = view.ctx.now();
    let seen = cookies::read(web.site(), headers, SEEN).and_then(|at| at.parse().ok());
    let seen = seen.map(Moment::from_micros).filter(|seen| *seen <= now);
    let since = now.plus_seconds(NEWS_SECONDS.saturating_neg());
    let since = seen.map_or(since, |seen| seen.max(since));
    let living = sessions::living(web, view).await?;
    let news = living.into_iter().filter(|s| !s.current && s.proven_at > since);
    Ok(news.max_by_key(|session| session.proven_at))
}

/// The notice, with the two answers.
pub(in crate::pages) fn notice(view: &View, session: &SessionView) -> Markup {
    let words = view.words;
    let title = t!(words, "news-title");
    let text = t!(
        words,
        "news-text",
        name = sessions::title(view, session),
        place = whence(view, &session.network, session.place.as_deref()),
        when = when_within(view, session.proven_at)
    );
    let mine = t!(words, "news-mine");
    let action = html! {
        (freeze::press(view))
        form.stack method="post" action="/security/seen" {
            (view.token())
            (Button::quiet(&mine))
        }
    };
    live("news", Banner::new(Tone::Warn, &title, &text).action(action).render())
}

/// From now on only what comes later is news.
pub(super) async fn seen(State(web): State<Web>, SignedIn(view): SignedIn) -> Reply<Response> {
    let now = view.ctx.now().micros().to_string();
    Ok(with_cookie(see_other("/"), cookies::set(web.site(), SEEN, &now, TASTE)?))
}

//! "It was not me": one press, and nothing leaves the accounts any more. The press stands where a
//! customer sees what was not theirs. Whoever comes from the security centre or by the link of a
//! notice, without a session, is told first what will happen.
//!
//! It is a form with a token as any other, so no program that opens links ahead can press it; and
//! it takes no press in its first moment, so none that was meant for what stood there before.

use axum::extract::{Path, State};
use axum::response::Response;
use edge::{Reply, cookies, signed_out};
use kernel::{Code, Error};
use maud::{Markup, html};
use ui::{Banner, Button, Tone, empty_state, form_actions, points};

use super::{FREEZE, FROZEN, SECURITY};
use crate::Web;
use crate::shell::Page;
use crate::view::{SESSION, SignedIn, View, see_other};
use crate::words::{Words, t};

pub(super) async fn show(SignedIn(view): SignedIn) -> Response {
    question(&view, FREEZE, SECURITY).respond(&view)
}

/// The one press, for a page that shows what may not be the customer's.
pub(super) fn press(view: &View) -> Markup {
    let words = view.words;
    let (not_me, means) = (t!(words, "freeze-title"), t!(words, "freeze-means"));
    html! {
        form.stack.armed method="post" action=(FREEZE) hx-boost="false" data-forget {
            (view.token())
            p.hint { (means) }
            (Button::danger(&not_me).icon("snowflake"))
        }
    }
}

/// What will happen, and the button.
fn question(view: &View, action: &str, back: &str) -> Page {
    let words = view.words;
    let (submit, cancel) = (t!(words, "freeze-submit"), t!(words, "cancel"));
    Page::new(t!(words, "freeze-title")).back(back).main(html! {
        p.lead-in { (t!(words, "freeze-text")) }
        div.card { (what_happens(words)) }
        form.stack.armed method="post" action=(action) hx-boost="false" data-forget {
            (view.token())
            (form_actions(&html! {
                (Button::danger(&submit).icon("snowflake"))
                (Button::plain(&cancel).href(back))
            }))
        }
    })
}

fn what_happens(words: Words) -> Markup {
    let texts = [
        ("snowflake", t!(words, "freeze-money")),
        ("sign-out", t!(words, "freeze-sessions")),
        ("key", t!(words, "freeze-password")),
        ("phone", t!(words, "freeze-call")),
        ("arrow-clockwise", t!(words, "freeze-back")),
    ];
    let listed: Vec<_> = texts.iter().map(|(sign, text)| (*sign, text.as_str())).collect();
    points(&t!(words, "freeze-what"), &listed)
}

pub(super) async fn freeze(State(web): State<Web>, SignedIn(view): SignedIn) -> Reply<Response> {
    web.payments().freeze_myself(&view.ctx).await?;
    Ok(signed_out(FROZEN, cookies::clear(web.site(), SESSION)?))
}

/// From a notice. The page does nothing by itself: programs that look at mail open links, too.
pub(super) async fn by_notice(view: View, Path(alarm): Path<String>) -> Response {
    question(&view, &format!("/not-me/{alarm}"), "/help").respond(&view)
}

pub(super) async fn freeze_by_notice(
    State(web): State<Web>,
    view: View,
    Path(alarm): Path<String>,
) -> Reply<Response> {
    match web.payments().freeze_by_alarm(&view.ctx, &alarm).await {
        Ok(_) => Ok(see_other(FROZEN)),
        Err(Error::Refused(refusal)) => {
            let words = view.words;
            let call = html! { (Button::primary(&t!(words, "freeze-call-us")).href("/help")) };
            let (title, text) = (t!(words, "freeze-late"), t!(words, "freeze-late-text"));
            let main = empty_state("clock", &title, &text, &call);
            let page = Page::new(t!(words, "freeze-title")).main(main).refused(refusal.code);
            Ok(page.respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

/// What has happened, and how to come back. The same for everybody.
pub(super) async fn done(State(web): State<Web>, view: View) -> Response {
    let words = view.words;
    let steps = [
        ("phone", t!(words, "frozen-call")),
        ("identification-card", t!(words, "frozen-branch")),
        ("key", t!(words, "frozen-password")),
        ("arrow-clockwise", t!(words, "frozen-mistake")),
    ];
    frozen(&web, &view, (Tone::Good, &t!(words, "frozen-text")), &steps).respond(&view)
}

/// For whoever showed who they are and does not come in, because they are frozen: perhaps by the
/// bank.
pub(crate) fn stopped(web: &Web, view: &View) -> Page {
    let words = view.words;
    let steps = [
        ("phone", t!(words, "frozen-stopped-call")),
        ("identification-card", t!(words, "frozen-branch")),
        ("key", t!(words, "frozen-password")),
    ];
    let told = (Tone::Warn, t!(words, "frozen-stopped-text"));
    frozen(web, view, (told.0, &told.1), &steps).refused(Code::SignInStopped)
}

fn frozen(web: &Web, view: &View, (tone, text): (Tone, &str), steps: &[(&str, String)]) -> Page {
    let words = view.words;
    let phone = web.bank().phone.clone();
    let call = t!(words, "help-call", phone = ui::format::phone(&phone));
    let listed: Vec<_> = steps.iter().map(|(sign, text)| (*sign, text.as_str())).collect();
    let main = html! {
        (Banner::new(tone, &t!(words, "frozen-title"), text))
        div.card { (points(&t!(words, "frozen-back"), &listed)) }
        (form_actions(&html! {
            (Button::primary(&call).href(&crate::pages::help::dialled(&phone)).icon("phone"))
            (Button::quiet(&t!(words, "tab-help")).href("/help"))
        }))
    };
    Page::new(t!(words, "frozen-page")).main(main)
}

//! The proposal to end every session of every customer: for a bank that has lost its keys.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use edge::{Fields, Reply};
use identity::approvals::{Everybody, GlobalKill};

use super::common::Problem;
use super::proposals::{self, Form};
use crate::Admin;
use crate::shell::{At, Page};
use crate::view::{SignedIn, View};
use crate::words::t;

pub(super) fn routes() -> Router<Admin> {
    Router::new().route("/sessions/end-everyones", get(show).post(send))
}

async fn show(State(admin): State<Admin>, SignedIn(view): SignedIn) -> Reply<Response> {
    let typed = (view.typed.text("reason"), &Problem::default());
    Ok(page(&admin, &view, typed).await?.respond(&view))
}

async fn send(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    fields: Fields,
) -> Reply<Response> {
    let reason = fields.text("reason");
    let proposed = admin.approvals().propose::<GlobalKill>(&view.ctx, &Everybody {}, reason).await;
    match proposals::sent(proposed)? {
        Ok(gone) => Ok(gone),
        Err(refusal) => {
            let problem = Problem::of(view.lang(), &refusal);
            let page = page(&admin, &view, (reason, &problem)).await?;
            Ok(page.refused(refusal.code).respond(&view))
        }
    }
}

async fn page(admin: &Admin, view: &View, typed: (&str, &Problem)) -> Reply<Page> {
    let words = view.words;
    let foreseen = admin.approvals().foresee::<GlobalKill>(&view.ctx, &Everybody {}).await?;
    let (title, text) = (t!(words, "kill-title"), t!(words, "kill-text"));
    let form = Form::foreseen(&foreseen, &text, "/approvals");
    Ok(Page::new(title)
        .typed()
        .at(At::Approvals)
        .under("/approvals", t!(words, "approvals-title"))
        .main(proposals::form(view, &form, typed)))
}

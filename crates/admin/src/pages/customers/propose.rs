//! What takes two employees about a customer: one proposes it here, another decides.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use edge::{Fields, Reply};
use identity::approvals::{
    Action, CustomerClose, CustomerErase, CustomerRecover, CustomerUnfreeze, OnCustomer,
};
use kernel::{CustomerId, Permission};
use maud::{Markup, html};
use ui::Button;

use super::super::common::Problem;
use super::super::proposals::{self, Form};
use super::profile::who;
use super::{Standing, Who, customer_id, page_under};
use crate::Admin;
use crate::shell::Page;
use crate::view::{SignedIn, View};
use crate::words::{Words, t};

/// Something that is proposed about a customer.
trait About: Action<Payload = OnCustomer> {
    /// The title of its form, what happens when it is approved, and what the browser calls it.
    fn texts(words: Words, name: &str) -> [String; 3];
}

impl About for CustomerUnfreeze {
    fn texts(words: Words, name: &str) -> [String; 3] {
        [
            t!(words, "unfreeze-title", name = name),
            t!(words, "unfreeze-text"),
            t!(words, "unfreeze"),
        ]
    }
}

impl About for CustomerClose {
    fn texts(words: Words, name: &str) -> [String; 3] {
        [
            t!(words, "close-title", name = name),
            t!(words, "close-text"),
            t!(words, "close-customer"),
        ]
    }
}

impl About for CustomerRecover {
    fn texts(words: Words, name: &str) -> [String; 3] {
        [t!(words, "recover-title", name = name), t!(words, "recover-text"), t!(words, "recover")]
    }
}

impl About for CustomerErase {
    fn texts(words: Words, name: &str) -> [String; 3] {
        [t!(words, "erase-title", name = name), t!(words, "erase-text"), t!(words, "erase")]
    }
}

pub(super) fn routes() -> Router<Admin> {
    Router::new()
        .route(
            "/customers/{id}/unfreeze",
            get(show::<CustomerUnfreeze>).post(send::<CustomerUnfreeze>),
        )
        .route("/customers/{id}/close", get(show::<CustomerClose>).post(send::<CustomerClose>))
        .route(
            "/customers/{id}/recover",
            get(show::<CustomerRecover>).post(send::<CustomerRecover>),
        )
        .route("/customers/{id}/erase", get(show::<CustomerErase>).post(send::<CustomerErase>))
}

/// The ways to the forms that fit how the customer stands, for whoever may propose it.
pub(super) fn ways(view: &View, who: &Who) -> Markup {
    let words = view.words;
    let (id, standing) = (who.id, who.standing);
    let left = standing == Standing::Closed;
    let way = |may: Permission, text: &str, icon: &str, path: &str| {
        let href = format!("/customers/{id}/{path}");
        html! { @if view.may(may) { (Button::quiet(text).icon(icon).href(&href)) } }
    };
    html! {
        @if standing == Standing::Frozen {
            (way(Permission::CustomerUnfreezePropose, &t!(words, "unfreeze"), "lock-open",
                "unfreeze"))
        }
        @if !left {
            (way(Permission::CustomerPhonePropose, &t!(words, "phone"), "device-mobile", "phone"))
        }
        @if !left {
            (way(Permission::TransferRefundPropose, &t!(words, "refund"), "hand-coins", "refund"))
        }
        @if standing == Standing::Active {
            (way(Permission::CustomerRecoverPropose, &t!(words, "recover"), "key", "recover"))
        }
        @if !left {
            (way(Permission::CustomerClosePropose, &t!(words, "close-customer"), "prohibit",
                "close"))
        }
        @if left && !who.erased {
            (way(Permission::CustomerErasePropose, &t!(words, "erase"), "trash", "erase"))
        }
    }
}

async fn show<A: About>(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let typed = (view.typed.text("reason"), &Problem::default());
    Ok(page::<A>(&admin, &view, customer_id(&id)?, typed).await?.respond(&view))
}

async fn send<A: About>(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let id = customer_id(&id)?;
    let (about, reason) = (OnCustomer { customer: id }, fields.text("reason"));
    let proposed = admin.approvals().propose::<A>(&view.ctx, &about, reason).await;
    match proposals::sent(proposed)? {
        Ok(gone) => Ok(gone),
        Err(refusal) => {
            let problem = Problem::of(view.lang(), &refusal);
            let page = page::<A>(&admin, &view, id, (reason, &problem)).await?;
            Ok(page.refused(refusal.code).respond(&view))
        }
    }
}

/// The form with what would change. When it cannot be proposed as things are, why not.
async fn page<A: About>(
    admin: &Admin,
    view: &View,
    id: CustomerId,
    typed: (&str, &Problem),
) -> Reply<Page> {
    let words = view.words;
    let foreseen = admin.approvals().foresee::<A>(&view.ctx, &OnCustomer { customer: id }).await;
    let foreseen = proposals::about_it(foreseen)?;
    let who = who(words, &admin.desk().profile(&view.ctx, id).await?);
    let [title, text, window] = A::texts(words, &who.name);
    let back = format!("/customers/{id}");
    let page = page_under(view, &who, (title, window));
    Ok(match foreseen {
        Ok(foreseen) => {
            let form = proposals::form(view, &Form::foreseen(&foreseen, &text, &back), typed);
            page.typed().main(form)
        }
        Err(refusal) => page.main(proposals::not_now(view, &refusal, &back)).refused(refusal.code),
    })
}

//! Another phone for a customer who stands at the desk: a code goes to it, the customer reads it
//! out, and the change is proposed.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use edge::{Fields, Reply};
use identity::approvals::{Action, CustomerPhone, Foreseen};
use kernel::{ChallengeId, Code, CustomerId, Error, Kind, Phone, Refusal, Result, Secret};
use maud::html;
use policy::Object;
use ui::{Banner, Button, Field, Tone};

use super::super::common::Problem;
use super::super::proposals::{self, Form};
use super::profile::who;
use super::{customer_id, page_under};
use crate::Admin;
use crate::shell::Page;
use crate::view::{SignedIn, View};
use crate::words::t;

/// The field that names the challenge. Not `challenge`: that is a passkey's.
const SENT: &str = "sent";

pub(super) fn routes() -> Router<Admin> {
    Router::new()
        .route("/customers/{id}/phone", get(show).post(propose))
        .route("/customers/{id}/phone/code", post(send))
}

async fn show(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let id = customer_id(&id)?;
    let may = CustomerPhone::TERMS.propose;
    admin.identity().staff_could(&view.ctx, may, Object::Customer(id)).await?;
    Ok(number(&admin, &view, id, ("", &Problem::default())).await?.respond(&view))
}

/// Sends the code, and asks for it; or asks for the number again, with what was wrong.
async fn send(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let id = customer_id(&id)?;
    let typed = fields.text("phone");
    let sent = if let Some(phone) = Phone::parse(typed) {
        admin.approvals().start_phone(&view.ctx, id, &phone, &view.client_info()).await
    } else {
        let may = CustomerPhone::TERMS.propose;
        admin.identity().staff_could(&view.ctx, may, Object::Customer(id)).await?;
        Err(Refusal::new(Code::PhoneMalformed).field("phone").into())
    };
    match said_here(sent)? {
        Ok((challenge, foreseen)) => {
            let fine = (&fields, &Problem::default());
            Ok(code(&admin, &view, id, (challenge.id, &foreseen), fine).await?.respond(&view))
        }
        Err(refusal) => {
            let problem = Problem::of(view.lang(), &refusal);
            let page = number(&admin, &view, id, (typed, &problem)).await?;
            Ok(page.refused(refusal.code).respond(&view))
        }
    }
}

/// On to the proposal; or the form again with what was wrong, while there is a code to ask for.
async fn propose(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let id = customer_id(&id)?;
    let may = CustomerPhone::TERMS.propose;
    admin.identity().staff_could(&view.ctx, may, Object::Customer(id)).await?;
    let challenge = fields.text(SENT).parse::<ChallengeId>();
    let challenge = challenge.map_err(|()| Error::from(Code::RequestMalformed))?;
    let typed = Secret::new(fields.text("code").trim().to_owned());
    let reason = fields.text("reason");
    let proposed =
        admin.approvals().propose_phone(&view.ctx, id, (challenge, &typed), reason).await;
    let refusal = match said_here(proposed)? {
        Ok(proposal) => return Ok(proposals::gone(proposal)),
        Err(refusal) => refusal,
    };
    let problem = Problem::of(view.lang(), &refusal);
    let foreseen = admin.approvals().foresee_phone(&view.ctx, id, challenge).await;
    let page = match said_here(foreseen)? {
        Ok(foreseen) if refusal.code != Code::CodeExpired => {
            code(&admin, &view, id, (challenge, &foreseen), (&fields, &problem)).await?
        }
        _ => number(&admin, &view, id, ("", &problem)).await?,
    };
    Ok(page.refused(refusal.code).respond(&view))
}

/// Parts the refusals that the form says itself: also that it was asked, or guessed, too often.
fn said_here<T>(result: Result<T>) -> Result<Result<T, Refusal>> {
    match result {
        Err(Error::Refused(refusal)) if refusal.code.kind() == Kind::TooMany => Ok(Err(refusal)),
        result => proposals::about_it(result),
    }
}

/// The form that asks for the number.
async fn number(
    admin: &Admin,
    view: &View,
    id: CustomerId,
    (typed, problem): (&str, &Problem),
) -> Reply<Page> {
    let words = view.words;
    let texts = [
        t!(words, "phone-text"),
        t!(words, "phone-new"),
        t!(words, "phone-send"),
        t!(words, "cancel"),
    ];
    let [text, label, submit, cancel] = &texts;
    let back = format!("/customers/{id}");
    let main = html! {
        section.card.narrow {
            div.card-body {
                (Banner::new(Tone::Info, text, ""))
                (problem.notice(words, &["phone"]))
                form.stack method="post" action={ (back) "/phone/code" } {
                    (view.token())
                    (Field::new("phone", label)
                        .value(typed)
                        .error(problem.at("phone"))
                        .inputmode("tel")
                        .autocomplete("off")
                        .attr("maxlength", "32"))
                    div.actions {
                        (Button::primary(submit))
                        (Button::plain(cancel).href(&back))
                    }
                }
            }
        }
    };
    Ok(page(admin, view, id).await?.main(main))
}

/// The form that asks for the code, with what would change.
async fn code(
    admin: &Admin,
    view: &View,
    id: CustomerId,
    (challenge, foreseen): (ChallengeId, &Foreseen),
    (typed, problem): (&Fields, &Problem),
) -> Reply<Page> {
    let words = view.words;
    let texts = [t!(words, "phone-code-text"), t!(words, "phone-code")];
    let [text, label] = &texts;
    let back = format!("/customers/{id}");
    let action = format!("{back}/phone");
    let fields = html! {
        input type="hidden" name=(SENT) value=(challenge);
        (Field::new("code", label)
            .error(problem.at("code"))
            .inputmode("numeric")
            .autocomplete("off")
            .attr("maxlength", "6"))
    };
    let form = Form::foreseen(foreseen, text, &back);
    let form = Form { fields, named: &["reason", "code"], action: Some(&action), ..form };
    let main = proposals::form(view, &form, (typed.text("reason"), problem));
    Ok(page(admin, view, id).await?.main(main))
}

async fn page(admin: &Admin, view: &View, id: CustomerId) -> Reply<Page> {
    let words = view.words;
    let who = who(words, &admin.desk().profile(&view.ctx, id).await?);
    let titles = (t!(words, "phone-title", name = who.name.as_str()), t!(words, "phone"));
    Ok(page_under(view, &who, titles))
}

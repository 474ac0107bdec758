//! What is proposed about the staff: new employees, other roles, who may not work any more.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use edge::{Fields, Reply};
use identity::approvals::{
    Action, OnStaff, StaffInvite, StaffLink, StaffReinstate, StaffRoles, StaffSuspend,
};
use identity::{Invitation, StaffMember};
use kernel::{ApprovalId, Permission, Result, Role, Roles};
use maud::{Markup, html};
use policy::Object;
use ui::Field;
use ui::panel::{Tick, tick};

use super::super::common::{Problem, role_name, role_text};
use super::super::proposals::{self, Form};
use super::staff_id;
use crate::Admin;
use crate::shell::{At, Page};
use crate::view::{SignedIn, View};
use crate::words::{Words, t};

pub(super) fn routes() -> Router<Admin> {
    Router::new()
        .route("/staff/invite", get(show_invite).post(invite))
        .route("/staff/{id}/roles", get(show_roles).post(roles))
        .route("/staff/{id}/suspend", get(show::<StaffSuspend>).post(send::<StaffSuspend>))
        .route("/staff/{id}/reinstate", get(show::<StaffReinstate>).post(send::<StaffReinstate>))
        .route("/staff/{id}/link", get(show::<StaffLink>).post(send::<StaffLink>))
}

/// The page of a form, below the employee it is about.
fn page(view: &View, title: String, about: Option<&StaffMember>, form: Markup) -> Page {
    let page = Page::new(title).at(At::Staff).under("/staff", t!(view.words, "staff-title"));
    let page = page.main(form);
    match about {
        Some(account) => page.under(back_to(account), account.name.clone()),
        None => page,
    }
}

fn back_to(account: &StaffMember) -> String {
    format!("/staff/{}", account.id)
}

/// On to the proposal, or the form again with what was wrong.
fn after(
    view: &View,
    proposed: Result<ApprovalId>,
    again: impl FnOnce(&Problem) -> Result<Page>,
) -> Reply<Response> {
    match proposals::sent(proposed)? {
        Ok(gone) => Ok(gone),
        Err(refusal) => {
            let problem = Problem::of(view.lang(), &refusal);
            Ok(again(&problem)?.refused(refusal.code).respond(view))
        }
    }
}

/// The roles that are ticked.
fn ticked(fields: &Fields) -> Roles {
    let chosen = fields.iter().filter(|(name, _)| *name == "role");
    chosen.filter_map(|(_, value)| value.parse::<Role>().ok()).collect()
}

fn role_ticks(words: Words, chosen: Roles) -> Markup {
    let texts: Vec<_> = Role::ALL
        .into_iter()
        .map(|role| (role, role_name(words, role), role_text(words, role)))
        .collect();
    html! {
        fieldset.field {
            legend { (t!(words, "staff-roles")) }
            @for (role, name, text) in &texts {
                (tick(&Tick {
                    sends: ("role", role.as_str()),
                    text: name,
                    sub: text,
                    on: chosen.has(*role),
                }))
            }
        }
    }
}

async fn show_invite(State(admin): State<Admin>, SignedIn(view): SignedIn) -> Reply<Response> {
    let may = Permission::StaffInvitePropose;
    admin.identity().staff_could(&view.ctx, may, Object::Bank).await?;
    Ok(invite_page(&view, &view.typed, &Problem::default())?.respond(&view))
}

fn invite_page(view: &View, fields: &Fields, problem: &Problem) -> Result<Page> {
    let words = view.words;
    let (name, email) = (t!(words, "staff-name"), t!(words, "staff-email"));
    let inputs = html! {
        (Field::new("name", &name)
            .value(fields.text("name"))
            .error(problem.at("name"))
            .autocomplete("off")
            .attr("maxlength", "120"))
        (Field::new("email", &email)
            .value(fields.text("email"))
            .error(problem.at("email"))
            .inputmode("email")
            .autocomplete("off")
            .attr("maxlength", "254"))
        (Field::new("phone", &t!(words, "staff-phone"))
            .hint(&t!(words, "staff-phone-hint"))
            .value(fields.text("phone"))
            .error(problem.at("phone"))
            .inputmode("tel")
            .autocomplete("off")
            .attr("maxlength", "20"))
        (role_ticks(words, ticked(fields)))
    };
    let text = t!(words, "staff-invite-text");
    let form = Form::of(StaffInvite::TERMS, &text, "/staff")?;
    let form = Form { fields: inputs, named: &["reason", "name", "email", "phone"], ..form };
    let form = proposals::form(view, &form, (fields.text("reason"), problem));
    Ok(page(view, t!(words, "staff-invite"), None, form).typed())
}

async fn invite(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    fields: Fields,
) -> Reply<Response> {
    let invitation = Invitation {
        name: fields.text("name"),
        email: fields.text("email"),
        roles: ticked(&fields),
        phone: Some(fields.text("phone")).filter(|phone| !phone.trim().is_empty()),
    };
    let reason = fields.text("reason");
    let proposed = admin.approvals().propose_invitation(&view.ctx, invitation, reason).await;
    after(&view, proposed, |problem| invite_page(&view, &fields, problem))
}

async fn show_roles(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let id = staff_id(&id)?;
    let about = Object::Staff(id);
    admin.identity().staff_could(&view.ctx, Permission::StaffRolesPropose, about).await?;
    let account = admin.identity().staff_member(&view.ctx, id).await?;
    let typed = &view.typed;
    let chosen = if typed.has("reason") { ticked(typed) } else { account.roles };
    let typed = (chosen, typed.text("reason"));
    let page = roles_page(&view, &account, typed, &Problem::default())?;
    Ok(page.respond(&view))
}

fn roles_page(
    view: &View,
    account: &StaffMember,
    (chosen, reason): (Roles, &str),
    problem: &Problem,
) -> Result<Page> {
    let words = view.words;
    let (text, back) = (t!(words, "staff-roles-text"), back_to(account));
    let form = Form::of(StaffRoles::TERMS, &text, &back)?;
    let form = Form { fields: role_ticks(words, chosen), ..form };
    let form = proposals::form(view, &form, (reason, problem));
    let title = t!(words, "staff-roles-title", name = account.name.clone());
    Ok(page(view, title, Some(account), form).called(t!(words, "staff-change-roles")).typed())
}

async fn roles(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let id = staff_id(&id)?;
    let (chosen, reason) = (ticked(&fields), fields.text("reason"));
    let proposed = admin.approvals().propose_roles(&view.ctx, id, chosen, reason).await;
    let account = admin.identity().staff_member(&view.ctx, id).await?;
    after(&view, proposed, |problem| roles_page(&view, &account, (chosen, reason), problem))
}

/// Whether a colleague works: what is proposed is what the form said, however they stand by then.
trait Working: Action<Payload = OnStaff> {
    /// The title of its form, what happens when it is approved, and what the browser calls it.
    fn texts(words: Words, name: &str) -> [String; 3];
}

impl Working for StaffSuspend {
    fn texts(words: Words, name: &str) -> [String; 3] {
        [
            t!(words, "staff-suspend-title", name = name),
            t!(words, "staff-suspend-text"),
            t!(words, "staff-suspend"),
        ]
    }
}

impl Working for StaffReinstate {
    fn texts(words: Words, name: &str) -> [String; 3] {
        [
            t!(words, "staff-reinstate-title", name = name),
            t!(words, "staff-reinstate-text"),
            t!(words, "staff-reinstate"),
        ]
    }
}

impl Working for StaffLink {
    fn texts(words: Words, name: &str) -> [String; 3] {
        [
            t!(words, "staff-link-title", name = name),
            t!(words, "staff-link-new-text"),
            t!(words, "staff-link-new"),
        ]
    }
}

async fn show<A: Working>(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let id = staff_id(&id)?;
    let about = A::object(&OnStaff { staff: id });
    admin.identity().staff_could(&view.ctx, A::TERMS.propose, about).await?;
    let account = admin.identity().staff_member(&view.ctx, id).await?;
    let typed = (view.typed.text("reason"), &Problem::default());
    let page = working_page::<A>(&admin, &view, &account, typed).await?;
    Ok(page.respond(&view))
}

/// The form with what would change. When it cannot be proposed as things are, why not.
async fn working_page<A: Working>(
    admin: &Admin,
    view: &View,
    account: &StaffMember,
    typed: (&str, &Problem),
) -> Reply<Page> {
    let about = OnStaff { staff: account.id };
    let foreseen = admin.approvals().foresee::<A>(&view.ctx, &about).await;
    let [title, text, window] = A::texts(view.words, &account.name);
    let back = back_to(account);
    let form = match proposals::about_it(foreseen)? {
        Ok(foreseen) => Ok(proposals::form(view, &Form::foreseen(&foreseen, &text, &back), typed)),
        Err(refusal) => Err((proposals::not_now(view, &refusal, &back), refusal.code)),
    };
    Ok(match form {
        Ok(form) => page(view, title, Some(account), form).called(window).typed(),
        Err((instead, code)) => {
            page(view, title, Some(account), instead).called(window).refused(code)
        }
    })
}

async fn send<A: Working>(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let (about, reason) = (OnStaff { staff: staff_id(&id)? }, fields.text("reason"));
    let proposed = admin.approvals().propose::<A>(&view.ctx, &about, reason).await;
    match proposals::sent(proposed)? {
        Ok(gone) => Ok(gone),
        Err(refusal) => {
            let account = admin.identity().staff_member(&view.ctx, about.staff).await?;
            let problem = Problem::of(view.lang(), &refusal);
            let page = working_page::<A>(&admin, &view, &account, (reason, &problem)).await?;
            Ok(page.refused(refusal.code).respond(&view))
        }
    }
}

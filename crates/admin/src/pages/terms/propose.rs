//! What is proposed about editions: that a draft becomes one, or that one is taken back before it
//! holds.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use edge::{Fields, Reply};
use identity::approvals::{Change, OnEdition, Publishing, TermsPublish, TermsWithdraw};
use kernel::{Code, Day, EditionId, Moment, Permission, Refusal};
use maud::{Markup, html};
use policy::Object;
use ui::Field;

use super::super::common::Problem;
use super::super::proposals::{self, Form};
use super::{book_name, draft, edition, edition_id, edition_name, page_under, simulation};
use crate::Admin;
use crate::shell::Page;
use crate::view::{SignedIn, View};
use crate::words::t;

/// What the form says without it: the fields of the moment, and the text that one comes from.
const SAID: [&str; 2] = ["terms_from", "terms_sha256"];
const MIDNIGHT: &str = "00:00";

pub(super) fn routes() -> Router<Admin> {
    Router::new()
        .route("/terms/draft/{id}/propose", get(show).post(send))
        .route("/terms/edition/{id}/withdraw", get(show_withdrawal).post(withdraw))
}

/// The moment that a form names: a day, and a time of it in Tashkent.
fn moment(fields: &Fields) -> Result<Moment, Refusal> {
    let wrong = |name| Refusal::new(Code::FieldInvalid).field(name);
    let day: Day = fields.text("day").parse().map_err(|()| wrong("day"))?;
    let seconds = seconds(fields.text("time")).ok_or_else(|| wrong("time"))?;
    Ok(day.start().plus_seconds(seconds))
}

/// How long after midnight a time is: `9:05`, `23:59`.
fn seconds(text: &str) -> Option<i64> {
    let number = |text: &str, below: i64| {
        let digits = text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<i64>().ok().filter(|number| digits && *number < below)
    };
    let (hours, minutes) = text.split_once(':').filter(|(_, minutes)| minutes.len() == 2)?;
    Some(number(hours, 24)? * 3_600 + number(minutes, 60)? * 60)
}

async fn show(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let id = edition_id(&id)?;
    let may = Permission::TermsPropose;
    admin.identity().staff_could(&view.ctx, may, Object::Bank).await?;
    Ok(page(&admin, &view, id, (&view.typed, &Problem::default())).await?.respond(&view))
}

/// On to the proposal; or the form again with what was wrong.
async fn send(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let id = edition_id(&id)?;
    let may = Permission::TermsPropose;
    admin.identity().staff_could(&view.ctx, may, Object::Bank).await?;
    let sent = match moment(&fields) {
        Ok(from) => {
            let (payload, reason) = (Publishing::new(id, from), fields.text("reason"));
            let proposed = admin.approvals().propose::<TermsPublish>(&view.ctx, &payload, reason);
            proposals::sent(proposed.await)?
        }
        Err(refusal) => Err(refusal),
    };
    match sent {
        Ok(gone) => Ok(gone),
        Err(refusal) => {
            let refusal = at_its_field(refusal);
            let problem = Problem::of(view.lang(), &refusal);
            let page = page(&admin, &view, id, (&fields, &problem)).await?;
            Ok(page.refused(refusal.code).respond(&view))
        }
    }
}

/// A moment that is too soon is told at the day.
fn at_its_field(refusal: Refusal) -> Refusal {
    match refusal.code {
        Code::EditionTooSoon => refusal.field("day"),
        _ => refusal,
    }
}

/// The form with what would change, from the moment that was typed or the next midnight. When it
/// cannot be proposed as the draft is, why not.
async fn page(
    admin: &Admin,
    view: &View,
    id: EditionId,
    (fields, problem): (&Fields, &Problem),
) -> Reply<Page> {
    let words = view.words;
    let (draft, _) = admin.approvals().draft(&view.ctx, id).await?;
    let (now, back) = (view.ctx.now(), draft::path(id));
    let typed = moment(fields).ok().filter(|from| *from > now);
    let from = typed.unwrap_or_else(|| now.day().end());
    let payload = Publishing::new(id, from);
    let foreseen = admin.approvals().foresee::<TermsPublish>(&view.ctx, &payload).await;
    let title = t!(words, "propose-terms-title", book = book_name(words, &draft.book));
    let page = page_under(words, title, &draft.book).under(&back, t!(words, "draft"));
    Ok(match proposals::about_it(foreseen)? {
        Ok(foreseen) => {
            let shown = |change: &&Change| !SAID.contains(&change.field.as_str());
            let changes: Vec<_> = foreseen.changes.iter().filter(shown).cloned().collect();
            let text = t!(words, "propose-terms-text");
            let form = Form {
                changes: &changes,
                fields: html! {
                    (simulation::way(view, &draft))
                    (from_fields(view, (fields, from), problem))
                },
                named: &["reason", "day", "time"],
                ..Form::foreseen(&foreseen, &text, &back)
            };
            page.typed().main(proposals::form(view, &form, (fields.text("reason"), problem)))
        }
        Err(refusal) => page.main(proposals::not_now(view, &refusal, &back)).refused(refusal.code),
    })
}

/// From when on it is to hold.
fn from_fields(view: &View, (fields, from): (&Fields, Moment), problem: &Problem) -> Markup {
    let words = view.words;
    let texts = [
        t!(words, "propose-terms-day"),
        t!(words, "propose-terms-time"),
        t!(words, "propose-terms-time-hint"),
    ];
    let [day, time, hint] = &texts;
    let first = from.day().to_string();
    let typed = |name, otherwise| if fields.has(name) { fields.text(name) } else { otherwise };
    html! {
        (Field::date("day", day).value(typed("day", &first)).error(problem.at("day")))
        (Field::new("time", time)
            .hint(hint)
            .value(typed("time", MIDNIGHT))
            .error(problem.at("time"))
            .autocomplete("off")
            .attr("maxlength", "5"))
    }
}

async fn show_withdrawal(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let typed = (view.typed.text("reason"), &Problem::default());
    Ok(withdrawal(&admin, &view, edition_id(&id)?, typed).await?.respond(&view))
}

async fn withdraw(
    State(admin): State<Admin>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Response> {
    let id = edition_id(&id)?;
    let (about, reason) = (OnEdition { edition: id }, fields.text("reason"));
    let proposed = admin.approvals().propose::<TermsWithdraw>(&view.ctx, &about, reason).await;
    match proposals::sent(proposed)? {
        Ok(gone) => Ok(gone),
        Err(refusal) => {
            let problem = Problem::of(view.lang(), &refusal);
            let page = withdrawal(&admin, &view, id, (reason, &problem)).await?;
            Ok(page.refused(refusal.code).respond(&view))
        }
    }
}

/// The form with what would change. When it cannot be proposed as things are, why not.
async fn withdrawal(
    admin: &Admin,
    view: &View,
    id: EditionId,
    typed: (&str, &Problem),
) -> Reply<Page> {
    let words = view.words;
    let about = OnEdition { edition: id };
    let foreseen = admin.approvals().foresee::<TermsWithdraw>(&view.ctx, &about).await;
    let foreseen = proposals::about_it(foreseen)?;
    let (book, edition) = edition::find(admin, view, id).await?;
    let (back, text) = (edition::path(id), t!(words, "withdraw-text"));
    let page = page_under(words, t!(words, "withdraw-title"), &book.name)
        .under(&back, edition_name(words, &edition));
    Ok(match foreseen {
        Ok(foreseen) => {
            let form = Form::foreseen(&foreseen, &text, &back);
            page.typed().main(proposals::form(view, &form, typed))
        }
        Err(refusal) => page.main(proposals::not_now(view, &refusal, &back)).refused(refusal.code),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_one_of_tashkent() {
        let read = |form: &str| {
            let named = moment(&Fields::read(form.as_bytes()).unwrap());
            named.map(|at| at.to_string()).map_err(|refusal| refusal.field.unwrap())
        };
        let midnight = "2026-11-30T19:00:00Z".to_owned();
        assert_eq!(read("day=2026-12-01&time=00%3A00"), Ok(midnight));
        assert_eq!(read("day=2026-12-01&time=9%3A05"), Ok("2026-12-01T04:05:00Z".to_owned()));
        assert_eq!(read("day=2026-12-01&time=23%3A59"), Ok("2026-12-01T18:59:00Z".to_owned()));
        for day in ["", "2026-13-01", "01.12.2026", "2026-12-1"] {
            assert_eq!(read(&format!("day={day}&time=00%3A00")), Err("day"), "{day}");
        }
        for time in ["", "24:00", "12:60", "12", "12:5", "-1:00", "012:00", "%2B1:00", "1:00:00"] {
            assert_eq!(read(&format!("day=2026-12-01&time={time}")), Err("time"), "{time}");
        }
    }
}

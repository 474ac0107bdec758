//! The security centre: how well one is protected, how one signs in, where one is signed in, how
//! the bank reaches one, what happened; and the press that freezes everything.

mod authenticator;
mod confirm;
mod contacts;
mod devices;
mod document;
mod events;
mod freeze;
pub(super) mod news;
mod passkeys;
mod password;
mod pin;
mod recovery_codes;
mod sessions;
mod state;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use customers::DocumentView;
use edge::Reply;
use identity::{FactorsView, UserContacts};
use kernel::Refusal;
use maud::{Markup, Render, html};
use ui::{
    Button, Row, Standing, chevron, columns, email_address, format, lead_icon, list, section,
};

pub(super) use self::freeze::stopped;
use self::state::{Protection, Verdict};
use crate::Web;
use crate::shell::Page;
use crate::view::{SignedIn, View};
use crate::words::{Words, t};

const SECURITY: &str = "/security";
const PASSKEYS: &str = "/security/passkeys";
const AUTHENTICATOR: &str = "/security/authenticator";
const RECOVERY: &str = "/security/recovery-codes";
const PIN: &str = "/security/pin";
const DEVICES: &str = "/security/devices";
const SESSIONS: &str = "/security/sessions";
const PASSWORD: &str = "/security/password";
const DOCUMENT: &str = "/security/document";
const EMAIL: &str = "/security/contacts/email";
const EVENTS: &str = "/security/events";
/// Where "it was not me" is pressed.
pub(crate) const FREEZE: &str = "/security/freeze";
/// Where one is afterwards, signed out.
pub(crate) const FROZEN: &str = "/frozen";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/security", get(show))
        .route("/security/confirm", get(confirm::show).post(confirm::answer))
        .route("/security/confirm/start", get(confirm::back).post(confirm::start))
        .route("/security/confirm/code", get(confirm::back).post(confirm::send))
        .route("/security/confirm/options", post(confirm::options))
        .route("/security/passkeys", get(passkeys::show).post(passkeys::add))
        .route("/security/passkeys/options", post(passkeys::options))
        .route("/security/passkeys/{id}", get(passkeys::show_one))
        .route("/security/passkeys/{id}/name", post(passkeys::rename))
        .route("/security/passkeys/{id}/remove", post(passkeys::remove_one))
        .route("/security/authenticator", get(authenticator::show).post(authenticator::begin))
        .route(
            "/security/authenticator/confirm",
            get(authenticator::back).post(authenticator::finish),
        )
        .route("/security/authenticator/remove", post(authenticator::remove))
        .route("/security/recovery-codes", get(recovery_codes::show).post(recovery_codes::renew))
        .route("/security/pin", get(pin::show).post(pin::set))
        .route("/security/pin/remove", post(pin::remove_it))
        .merge(where_and_whom())
}

/// Where one is signed in, how the bank reaches one, and the press that freezes everything.
fn where_and_whom() -> Router<Web> {
    Router::new()
        .route("/security/sessions", get(sessions::show))
        .route("/security/sessions/end-all", post(sessions::end_every_one))
        .route("/security/sessions/end-others", post(sessions::end_all_others))
        .route("/security/sessions/{id}", get(sessions::show_one))
        .route("/security/sessions/{id}/end", post(sessions::end))
        .route("/security/password", get(password::show).post(password::change))
        .route("/security/contacts/{contact}", get(contacts::show).post(contacts::begin))
        .route("/security/contacts/{contact}/code", get(contacts::show_code).post(contacts::finish))
        .route("/security/contacts/email/remove", post(contacts::remove_email))
        .route("/security/document", get(document::show).post(document::declare))
        .route("/security/events", get(events::show))
        .route("/security/seen", post(news::seen))
        .route("/security/freeze", get(freeze::show).post(freeze::freeze))
        .route("/not-me/{alarm}", get(freeze::by_notice).post(freeze::freeze_by_notice))
        .route("/frozen", get(freeze::done))
        .route("/security/devices", get(devices::show))
        .route("/security/devices/{id}", get(devices::show_one))
        .route("/security/devices/{id}/name", post(devices::rename))
        .route("/security/devices/{id}/remove", post(devices::remove_one))
}

/// A page with the refusal that it shows, if it shows one.
fn with_refusal(page: Page, refusal: Option<&Refusal>) -> Page {
    match refusal {
        Some(refusal) => page.refused(refusal.code),
        None => page,
    }
}

async fn show(State(web): State<Web>, SignedIn(view): SignedIn) -> Reply<Response> {
    let words = view.words;
    let factors = web.identity().factors(&view.ctx).await?;
    let devices = devices::known(&web, &view).await?.len();
    let sessions = sessions::living(&web, &view).await?.len();
    let contacts = web.identity().user_contacts(&view.ctx, view.ctx.customer()?).await?;
    let document = web.customers().document(&view.ctx).await?;
    let protection = Protection {
        strong: factors.totp || !factors.passkeys.is_empty(),
        recovery_codes: factors.recovery_codes_left,
        email: contacts.email.is_some(),
    };
    let happened = t!(words, "all");
    let main = columns(
        &html! {
            (standing(words, protection))
            (section(&t!(words, "security-methods"), None, &methods(&view, &factors)))
            (section(&t!(words, "security-places"), None, &places(&view, devices, sessions)))
        },
        &html! {
            (section(&t!(words, "security-reach"), None,
                &reach(&view, &contacts, document.as_ref())))
            (section(&t!(words, "security-happened"), Some((EVENTS, &happened)),
                &events::few(&web, &view).await?))
            (section(&t!(words, "sessions-not-me"), None, &list("", &[
                way(FREEZE, "snowflake", &t!(words, "freeze-title"), &t!(words, "freeze-about")),
            ])))
        },
    );
    Ok(Page::new(t!(words, "security-title")).back("/profile").main(main).respond(&view))
}

/// The state in one sentence, and the one thing to do about it.
fn standing(words: Words, protection: Protection) -> Markup {
    let verdict = Verdict::of(protection);
    let left = protection.recovery_codes;
    let (title, text, action) = match verdict {
        Verdict::OnlySms => (
            t!(words, "security-sms-title"),
            t!(words, "security-sms-text"),
            Some((PASSKEYS, t!(words, "passkeys-add"))),
        ),
        Verdict::NoWayBack => (
            t!(words, "security-codes-title"),
            t!(words, "security-codes-text", count = left),
            Some((RECOVERY, t!(words, "recovery-make"))),
        ),
        Verdict::OneContact => (
            t!(words, "security-email-title"),
            t!(words, "security-email-text"),
            Some((EMAIL, t!(words, "security-email-action"))),
        ),
        Verdict::Good => (t!(words, "security-good-title"), t!(words, "security-good-text"), None),
    };
    let button = html! {
        @if let Some((href, text)) = &action { (Button::accent(text).href(href)) }
    };
    Standing { tone: verdict.tone(), title: &title, text: &text, action: button }.render()
}

/// A row that leads on.
fn way(href: &str, icon: &str, title: &str, sub: &str) -> Markup {
    way_with(href, icon, title, html! { (sub) })
}

fn way_with(href: &str, icon: &str, title: &str, sub: Markup) -> Markup {
    Row::new(title).sub_markup(sub).href(href).lead(lead_icon(icon)).trail(chevron()).render()
}

fn methods(view: &View, factors: &FactorsView) -> Markup {
    let words = view.words;
    let on = |set| if set { t!(words, "security-on") } else { t!(words, "security-off") };
    let passkeys = t!(words, "security-passkeys-count", count = factors.passkeys.len());
    let left = t!(words, "security-recovery-left", count = factors.recovery_codes_left);
    let pin = factors.pin.map_or_else(|| t!(words, "security-pin-not-here"), on);
    list(
        "",
        &[
            way(PASSKEYS, "fingerprint", &t!(words, "security-passkeys"), &passkeys),
            way(AUTHENTICATOR, "clock", &t!(words, "security-totp"), &on(factors.totp)),
            way(RECOVERY, "list-checks", &t!(words, "security-recovery"), &left),
            way(PIN, "numpad", &t!(words, "security-pin"), &pin),
            way(
                PASSWORD,
                "key",
                &t!(words, "security-password"),
                &t!(words, "security-password-about"),
            ),
        ],
    )
}

fn places(view: &View, devices: usize, sessions: usize) -> Markup {
    let words = view.words;
    let devices = t!(words, "security-devices-count", count = devices);
    let sessions = t!(words, "security-sessions-count", count = sessions);
    list(
        "",
        &[
            way(DEVICES, "devices", &t!(words, "security-devices"), &devices),
            way(SESSIONS, "user-circle", &t!(words, "security-sessions"), &sessions),
        ],
    )
}

fn reach(view: &View, contacts: &UserContacts, document: Option<&DocumentView>) -> Markup {
    let words = view.words;
    let (none, no_document) = (t!(words, "security-none"), t!(words, "security-document-none"));
    let phone = format::phone(contacts.phone.expose());
    let email = contacts.email.as_ref();
    let email = email.map_or_else(|| html! { (none) }, |email| email_address(email.expose()));
    let number = document.map_or(no_document.as_str(), |document| document.number.as_str());
    list(
        "",
        &[
            way("/security/contacts/phone", "phone", &t!(words, "security-phone"), &phone),
            way_with(EMAIL, "envelope-simple", &t!(words, "security-email"), email),
            way(DOCUMENT, "identification-card", &t!(words, "security-document"), number),
        ],
    )
}

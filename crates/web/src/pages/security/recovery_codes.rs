//! Recovery codes: how many are left, and new ones, shown once.

use axum::extract::State;
use axum::response::Response;
use edge::Reply;
use identity::RecoveryCodes;
use kernel::Code;
use maud::{Markup, Render, html};
use ui::{Banner, Button, Tone, card, code_list, form_actions};

use super::{RECOVERY, SECURITY, confirm};
use crate::Web;
use crate::shell::Page;
use crate::view::{SignedIn, View};
use crate::words::t;

pub(super) async fn show(State(web): State<Web>, SignedIn(view): SignedIn) -> Reply<Response> {
    let title = t!(view.words, "security-recovery");
    let left = web.identity().factors(&view.ctx).await?.recovery_codes_left;
    if let Some(gate) = confirm::gate(&web, &view, &title, RECOVERY).await? {
        return Ok(gate.respond(&view));
    }
    Ok(page(&view, left).respond(&view))
}

fn page(view: &View, left: i64) -> Page {
    let words = view.words;
    let submit = if left > 0 { t!(words, "recovery-renew") } else { t!(words, "recovery-make") };
    let main = html! {
        p.lead-in { (t!(words, "recovery-text")) }
        p.hint { (t!(words, "proof-settles")) }
        @if left > 0 {
            @let title = t!(words, "security-recovery-left", count = left);
            @let text = t!(words, "recovery-renew-text");
            (Banner::new(Tone::Info, &title, &text))
        }
        form.stack method="post" action=(RECOVERY) hx-boost="false" {
            (view.token())
            (form_actions(&Button::accent(&submit).render()))
        }
    };
    Page::new(t!(words, "security-recovery")).back(SECURITY).main(main)
}

pub(super) async fn renew(State(web): State<Web>, SignedIn(view): SignedIn) -> Reply<Response> {
    match web.identity().renew_recovery_codes(&view.ctx).await {
        Ok(codes) => Ok(shown(&view, &codes, SECURITY)),
        Err(error) if error.code() == Some(Code::StepUpRequired) => {
            let title = t!(view.words, "security-recovery");
            Ok(confirm::closed(&view, &title, RECOVERY).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

/// The page with new codes. As every page, it is kept nowhere.
pub(super) fn shown(view: &View, codes: &RecoveryCodes, next: &str) -> Response {
    let words = view.words;
    let title = t!(words, "security-recovery");
    Page::new(&title).back(next).main(codes_page(view, &title, codes, next)).respond(view)
}

fn codes_page(view: &View, title: &str, codes: &RecoveryCodes, next: &str) -> Markup {
    let words = view.words;
    let (once, once_text) = (t!(words, "recovery-once"), t!(words, "recovery-once-text"));
    let (copy, copied) = (t!(words, "copy"), t!(words, "copied"));
    let (print, kept) = (t!(words, "recovery-print"), t!(words, "recovery-kept"));
    let plain: Vec<_> = codes.0.iter().map(|code| code.expose().as_str()).collect();
    let all = plain.join("\n");
    html! {
        (Banner::new(Tone::Warn, &once, &once_text))
        (card(&code_list(title, &plain)))
        (form_actions(&html! {
            (Button::quiet(&print).icon("printer").scripted().attr("data-print", ""))
            (Button::quiet(&copy).icon("copy").scripted()
                .attr("data-copy", &all).attr("data-done", &copied))
            (Button::accent(&kept).href(next))
        }))
    }
}

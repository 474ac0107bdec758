use maud::{Markup, html};

use super::notice::Tone;
use crate::{icon, icon_fill};

/// A line of a review or a receipt: its name and its value.
#[derive(Clone, Debug)]
pub struct KeyValue<'a> {
    /// What it is.
    pub key: &'a str,
    /// The value; an [`amount`](crate::amount) or `html! { (text) }`.
    pub value: Markup,
}

impl<'a> KeyValue<'a> {
    /// A line whose value is text.
    pub fn text(key: &'a str, value: &str) -> Self {
        Self { key, value: html! { (value) } }
    }

    /// A line whose value is markup.
    pub const fn markup(key: &'a str, value: Markup) -> Self {
        Self { key, value }
    }
}

/// The lines of a review or a receipt.
pub fn key_values(lines: &[KeyValue<'_>]) -> Markup {
    html! {
        dl.kv {
            @for line in lines { div { dt { (line.key) } dd { (line.value) } } }
        }
    }
}

/// The same with the last line set apart: the total.
pub fn key_values_strong(lines: &[KeyValue<'_>]) -> Markup {
    html! {
        dl.kv.total {
            @for line in lines { div { dt { (line.key) } dd { (line.value) } } }
        }
    }
}

/// The head of a receipt: how it ended, how much, with whom.
#[derive(Clone, Debug)]
pub struct ReceiptHead<'a> {
    /// How it ended.
    pub tone: Tone,
    /// The same in words.
    pub title: &'a str,
    /// How much.
    pub amount: Markup,
    /// With whom, when.
    pub sub: &'a str,
}

impl maud::Render for ReceiptHead<'_> {
    fn render(&self) -> Markup {
        html! {
            div class={ "receipt " (self.tone.class()) } {
                span.receipt-icon { (icon_fill(self.tone.icon())) }
                p.receipt-title { (self.title) }
                p.receipt-amount { (self.amount) }
                @if !self.sub.is_empty() { p.receipt-sub { (self.sub) } }
            }
        }
    }
}

/// A value to copy: an account number, a code of a document. `plain` is what goes to the clipboard;
/// the words are those of the button and of what is said afterwards. Without scripts there is no
/// button, and the value can be selected.
pub fn copy_row(key: &str, shown: &str, plain: &str, (copy, copied): (&str, &str)) -> Markup {
    html! {
        div.row.copy {
            span.row-text {
                span.row-sub { (key) }
                " " span.row-title { (shown) }
            }
            button.icon-btn type="button" data-copy=(plain) data-done=(copied)
                aria-label={ (copy) ": " (key) } title=(copy) {
                (icon("copy")) (icon("check"))
            }
        }
    }
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Behind us.
    Done,
    /// Where it stands.
    Current,
    /// Still to come.
    Todo,
    /// Where it failed.
    Failed,
}

/// One step of a [`timeline`].
#[derive(Clone, Debug)]
pub struct Step<'a> {
    /// What happens.
    pub title: &'a str,
    /// When, or what to do; may be empty.
    pub sub: &'a str,
    /// How far it is.
    pub state: StepState,
}

/// Steps one below the other, with the one where things stand.
pub fn timeline(label: &str, steps: &[Step<'_>]) -> Markup {
    html! {
        ol.timeline role="list" aria-label=(label) {
            @for step in steps {
                li class=(step_class(step.state))
                    aria-current=[(step.state == StepState::Current).then_some("step")] {
                    span.timeline-mark {
                        @match step.state {
                            StepState::Done => (icon("check")),
                            StepState::Failed => (icon("x")),
                            StepState::Current | StepState::Todo => {},
                        }
                    }
                    span.row-text {
                        span.row-title { (step.title) }
                        @if !step.sub.is_empty() { " " span.row-sub { (step.sub) } }
                    }
                }
            }
        }
    }
}

const fn step_class(state: StepState) -> &'static str {
    match state {
        StepState::Done => "done",
        StepState::Current => "current",
        StepState::Todo => "todo",
        StepState::Failed => "failed",
    }
}

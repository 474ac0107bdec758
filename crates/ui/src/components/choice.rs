use maud::{Markup, Render, html};

use super::field::Ids;
use crate::icon;

/// A choice out of many, as the device shows such lists.
#[derive(Clone, Debug)]
#[must_use]
pub struct Select<'a> {
    name: &'a str,
    label: &'a str,
    hint: Option<&'a str>,
    error: Option<&'a str>,
    options: Vec<(&'a str, &'a str, bool)>,
}

impl<'a> Select<'a> {
    /// An empty choice under a label.
    pub const fn new(name: &'a str, label: &'a str) -> Self {
        Self { name, label, hint: None, error: None, options: Vec::new() }
    }

    /// Adds an option: what is sent, what is read, and whether it is the chosen one.
    pub fn option(mut self, value: &'a str, text: &'a str, chosen: bool) -> Self {
        self.options.push((value, text, chosen));
        self
    }

    /// One sentence that helps to choose.
    pub const fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// What is wrong with the choice.
    pub const fn error(mut self, error: Option<&'a str>) -> Self {
        self.error = error;
        self
    }
}

impl Render for Select<'_> {
    fn render(&self) -> Markup {
        let ids = Ids::new(self.name, self.hint, self.error);
        html! {
            div.field {
                label for=(ids.input) { (self.label) }
                div.select {
                    select id=(ids.input) name=(self.name) aria-describedby=[ids.described_by()]
                        aria-invalid=[self.error.map(|_| "true")]
                        data-focus=[self.error.map(|_| "")] {
                        @for (value, text, chosen) in &self.options {
                            option value=(value) selected[*chosen] { (text) }
                        }
                    }
                    (icon("caret-down"))
                }
                (ids.notes())
            }
        }
    }
}

/// One of a list of rich choices.
#[derive(Clone, Debug)]
pub struct Choice<'a> {
    /// What is sent.
    pub value: &'a str,
    /// Its first line.
    pub title: &'a str,
    /// Its second line, or empty.
    pub sub: &'a str,
    /// Before the text: an ikat swatch, an icon.
    pub lead: Markup,
    /// Below the text: an amount.
    pub trail: Markup,
    /// Whether it is chosen.
    pub chosen: bool,
    /// Whether it cannot be chosen now; say why in `sub`.
    pub disabled: bool,
}

/// A choice out of a few, each with a second line and an amount: which account pays, say.
pub fn choice_list(name: &str, legend: &str, choices: &[Choice<'_>]) -> Markup {
    html! {
        fieldset.choices {
            legend { (legend) }
            div.list {
                @for choice in choices {
                    label.row.choice {
                        input.sr type="radio" name=(name) value=(choice.value)
                            checked[choice.chosen] disabled[choice.disabled] required;
                        (choice.lead)
                        span.row-text {
                            span.row-title { (choice.title) }
                            @if !choice.sub.is_empty() { " " span.row-sub { (choice.sub) } }
                            " " span.choice-trail { (choice.trail) }
                        }
                        span.radio aria-hidden="true" {}
                    }
                }
            }
        }
    }
}

/// A row that turns something on or off.
#[derive(Clone, Debug)]
#[must_use]
pub struct SwitchRow<'a> {
    name: &'a str,
    label: &'a str,
    hint: &'a str,
    on: bool,
    disabled: bool,
}

impl<'a> SwitchRow<'a> {
    /// A row that sends `name=on` when it is on.
    pub const fn new(name: &'a str, label: &'a str, on: bool) -> Self {
        Self { name, label, hint: "", on, disabled: false }
    }

    /// What happens when it is on.
    pub const fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    /// Not to be changed now.
    pub const fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }
}

impl Render for SwitchRow<'_> {
    fn render(&self) -> Markup {
        let hint = (!self.hint.is_empty()).then(|| format!("f-{}-hint", self.name));
        html! {
            label.row.switch {
                span.row-text {
                    span.row-title { (self.label) }
                    @if let Some(id) = &hint { span.row-sub id=(id) { (self.hint) } }
                }
                input type="checkbox" role="switch" name=(self.name) checked[self.on]
                    disabled[self.disabled] aria-describedby=[hint.as_deref()];
            }
        }
    }
}

/// One part of a segmented control made of links.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    /// Where it leads.
    pub href: &'a str,
    /// Its name.
    pub text: &'a str,
    /// Whether it is the one shown.
    pub current: bool,
}

/// Two to four views of the same thing, as links.
pub fn segmented_links(label: &str, segments: &[Segment<'_>]) -> Markup {
    html! {
        nav.segmented aria-label=(label) {
            @for segment in segments {
                a href=(segment.href) aria-current=[segment.current.then_some("true")] {
                    (segment.text)
                }
            }
        }
    }
}

/// Two to four values of a form field: what is sent, what is read, whether it is chosen.
pub fn segmented(name: &str, legend: &str, options: &[(&str, &str, bool)]) -> Markup {
    html! {
        fieldset.field {
            legend { (legend) }
            div.segmented {
                @for (value, text, chosen) in options {
                    label {
                        input.sr type="radio" name=(name) value=(value) checked[*chosen];
                        span { (text) }
                    }
                }
            }
        }
    }
}

/// A filter that is on or off: a link to the same list with or without it.
#[derive(Clone, Copy, Debug)]
pub struct Chip<'a> {
    /// The list with the filter turned the other way.
    pub href: &'a str,
    /// Its name.
    pub text: &'a str,
    /// An icon, or empty.
    pub icon: &'a str,
    /// Whether it is on.
    pub on: bool,
}

/// Filters in one row that scrolls sideways.
pub fn chips(label: &str, chips: &[Chip<'_>]) -> Markup {
    html! {
        nav.chips aria-label=(label) {
            @for chip in chips {
                a.chip href=(chip.href) aria-current=[chip.on.then_some("true")] {
                    @if chip.on { (icon("check")) } @else if !chip.icon.is_empty() {
                        (icon(chip.icon))
                    }
                    (chip.text)
                }
            }
        }
    }
}

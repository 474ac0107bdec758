use maud::{Markup, Render, html};

use crate::icon;

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    title: String,
    class: Option<&'static str>,
    hidden: bool,
}

impl Column {
    /// Of texts.
    pub fn text(title: impl Into<String>) -> Self {
        Self { title: title.into(), class: None, hidden: false }
    }

    /// Of numbers, in figures of one width.
    pub fn number(title: impl Into<String>) -> Self {
        Self { class: Some("number"), ..Self::text(title) }
    }

    /// Of moments.
    pub fn time(title: impl Into<String>) -> Self {
        Self { class: Some("time"), ..Self::text(title) }
    }

    /// Of buttons; its title is only read out.
    pub fn actions(title: impl Into<String>) -> Self {
        Self { class: Some("act"), hidden: true, ..Self::text(title) }
    }
}

/// A line of a table.
#[derive(Clone, Debug)]
pub struct Cells {
    /// What the line is about: its first cell, which may lead on.
    head: Markup,
    cells: Vec<Markup>,
}

impl Cells {
    /// A line about what this address shows. A press anywhere on the line follows it.
    pub fn linked(href: &str, text: &str) -> Self {
        Self { head: html! { a href=(href) data-row { (text) } }, cells: Vec::new() }
    }

    /// A line that leads nowhere.
    pub const fn plain(head: Markup) -> Self {
        Self { head, cells: Vec::new() }
    }

    /// More in the first cell.
    #[must_use]
    pub fn beside(mut self, more: &Markup) -> Self {
        self.head = html! { (self.head) (more) };
        self
    }

    /// The next cell.
    #[must_use]
    pub fn cell(mut self, content: Markup) -> Self {
        self.cells.push(content);
        self
    }

    /// The next cell, of text.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        self.cell(html! { (text) })
    }
}

/// A table. It scrolls within itself where it does not fit.
#[derive(Clone, Debug)]
#[must_use]
pub struct Table<'a> {
    caption: &'a str,
    columns: Vec<Column>,
    rows: Vec<Cells>,
}

impl<'a> Table<'a> {
    /// An empty one. The caption says what it lists; it is only read out, because a heading says
    /// the same to the eye.
    pub fn new(caption: &'a str, columns: &[Column]) -> Self {
        Self { caption, columns: columns.to_vec(), rows: Vec::new() }
    }

    /// With these lines.
    pub fn rows(mut self, rows: impl IntoIterator<Item = Cells>) -> Self {
        self.rows.extend(rows);
        self
    }
}

impl Render for Table<'_> {
    fn render(&self) -> Markup {
        html! {
            div.table role="region" tabindex="0" aria-label=(self.caption) {
                table {
                    caption.sr { (self.caption) }
                    thead {
                        tr {
                            @for column in &self.columns {
                                th scope="col" class=[column.class] {
                                    @if column.hidden { span.sr { (column.title) } }
                                    @else { (column.title) }
                                }
                            }
                        }
                    }
                    tbody { @for row in &self.rows { (self.row(row)) } }
                }
            }
        }
    }
}

impl Table<'_> {
    fn row(&self, row: &Cells) -> Markup {
        html! {
            tr {
                th scope="row" { (row.head) }
                @for (n, cell) in row.cells.iter().enumerate() {
                    td class=[self.columns.get(n.saturating_add(1)).and_then(|c| c.class)] {
                        (cell)
                    }
                }
            }
        }
    }
}

/// The form above a table that says what it lists: sent by GET, so that the address keeps it.
pub fn filters(action: &str, fields: &Markup, (apply, reset): (&str, &str)) -> Markup {
    html! {
        form.filters method="get" action=(action) role="search" {
            (fields)
            div.buttons {
                button.btn.primary type="submit" { (icon("funnel")) span { (apply) } }
                a.btn.plain href=(action) { (reset) }
            }
        }
    }
}

/// The field for why something is done. It stands in the audit log.
pub fn reason_field(label: &str, hint: &str, value: &str, error: Option<&str>) -> Markup {
    html! {
        div.field {
            label for="f-reason" { (label) }
            div.control {
                textarea #f-reason name="reason" required maxlength="500" rows="3"
                    aria-describedby=(if error.is_some() { "f-reason-error f-reason-hint" }
                        else { "f-reason-hint" })
                    aria-invalid=[error.map(|_| "true")] data-focus=[error.map(|_| "")] {
                    (value)
                }
            }
            @if let Some(error) = error {
                p.error #f-reason-error { (icon("warning-circle")) span { (error) } }
            }
            p.hint #f-reason-hint { (hint) }
        }
    }
}

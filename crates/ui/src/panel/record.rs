use maud::{Markup, html};

use crate::{Segment, icon};

/// The heading of a page: where it stands, what it is, what can be done.
pub fn heading(
    (label, crumbs): (&str, &[(&str, &str)]),
    title: &Markup,
    sub: &Markup,
    actions: &Markup,
) -> Markup {
    html! {
        @if !crumbs.is_empty() {
            nav.crumbs aria-label=(label) {
                ol { @for (href, text) in crumbs { li { a href=(href) { (text) } } } }
            }
        }
        div.head {
            div.head-text {
                h1 tabindex="-1" { (title) }
                @if !sub.0.is_empty() { p.head-sub { (sub) } }
            }
            @if !actions.0.is_empty() { div.head-actions { (actions) } }
        }
    }
}

/// A card with a heading; the content is a table, or anything that brings its own margins.
pub fn panel(title: &str, actions: &Markup, content: &Markup) -> Markup {
    html! {
        section.card {
            div.card-head { h2 { (title) } (actions) }
            (content)
        }
    }
}

/// A card with a heading and margins around its content.
pub fn panel_with(title: &str, actions: &Markup, content: &Markup) -> Markup {
    panel(title, actions, &html! { div.card-body { (content) } })
}

/// A line of [`facts`].
#[derive(Clone, Debug)]
pub struct Fact<'a> {
    /// What it is.
    pub key: &'a str,
    /// The value.
    pub value: Markup,
}

impl<'a> Fact<'a> {
    /// A line whose value is text.
    pub fn text(key: &'a str, value: &str) -> Self {
        Self { key, value: html! { (value) } }
    }

    /// A line whose value is markup.
    pub const fn markup(key: &'a str, value: Markup) -> Self {
        Self { key, value }
    }
}

/// What is known of something: names on the left, values on the right.
pub fn facts(facts: &[Fact<'_>]) -> Markup {
    html! {
        dl.facts {
            @for fact in facts { div { dt { (fact.key) } dd { (fact.value) } } }
        }
    }
}

/// Something personal that is not shown, with the way to see it. `hidden` is read out.
pub fn masked(mask: &str, hidden: &str, way: &Markup) -> Markup {
    html! {
        span.masked aria-hidden="true" { (mask) }
        span.sr { (hidden) }
        " " (way)
    }
}

/// One field of what a proposal changes.
#[derive(Clone, Debug)]
pub struct Change {
    /// The field, in words.
    pub field: String,
    /// What is there now; `None` when nothing is.
    pub before: Option<String>,
    /// What would be there; `None` when it would be gone.
    pub after: Option<String>,
}

/// What would change: each field with what is there now and what would be. `texts` are the words
/// for the table, the field, before, after, nothing.
pub fn diff(changes: &[Change], texts: [&str; 5]) -> Markup {
    let [caption, field, before, after, nothing] = texts;
    html! {
        div.table role="region" tabindex="0" aria-label=(caption) {
            table.diff {
                caption.sr { (caption) }
                thead {
                    tr {
                        th scope="col" { (field) }
                        th scope="col" { (before) }
                        th scope="col" { (after) }
                    }
                }
                tbody {
                    @for change in changes {
                        @let same = change.before == change.after;
                        tr {
                            th scope="row" { (change.field) }
                            td { (side(change.before.as_deref(), same, nothing, false)) }
                            td { (side(change.after.as_deref(), same, nothing, true)) }
                        }
                    }
                }
            }
        }
    }
}

fn side(value: Option<&str>, same: bool, nothing: &str, new: bool) -> Markup {
    html! {
        @match value {
            None => span.dim { (nothing) },
            Some(text) if same => span.same { (text) },
            Some(text) if new => ins { (text) },
            Some(text) => del { (text) },
        }
    }
}

/// Parts of one thing, as links.
pub fn tab_links(label: &str, tabs: &[Segment<'_>]) -> Markup {
    html! {
        nav.tabs aria-label=(label) {
            @for tab in tabs {
                a href=(tab.href) aria-current=[tab.current.then_some("page")] { (tab.text) }
            }
        }
    }
}

/// A box to tick, with a second line.
#[derive(Clone, Debug)]
pub struct Tick<'a> {
    /// The name and the value that are sent when it is ticked.
    pub sends: (&'a str, &'a str),
    /// What it is.
    pub text: &'a str,
    /// What it means.
    pub sub: &'a str,
    /// Whether it is ticked.
    pub on: bool,
}

/// A box to tick.
pub fn tick(tick: &Tick<'_>) -> Markup {
    let (name, value) = tick.sends;
    html! {
        label.tick {
            input type="checkbox" name=(name) value=(value) checked[tick.on];
            span {
                (tick.text)
                @if !tick.sub.is_empty() { span.sub { (tick.sub) } }
            }
        }
    }
}

/// A number that matters, with what it counts.
#[derive(Clone, Debug)]
pub struct Tile<'a> {
    /// Where it leads.
    pub href: Option<&'a str>,
    /// Its icon.
    pub icon: &'a str,
    /// What is counted.
    pub label: &'a str,
    /// How many.
    pub value: String,
}

/// Numbers that matter, side by side.
pub fn tiles(tiles: &[Tile<'_>]) -> Markup {
    html! {
        div.tiles {
            @for tile in tiles {
                @let content = html! {
                    span.tile-label { (icon(tile.icon)) (tile.label) }
                    span.tile-value { (tile.value) }
                };
                @if let Some(href) = tile.href {
                    a.tile href=(href) { (content) }
                } @else {
                    div.tile { (content) }
                }
            }
        }
    }
}

//! What is wrong with a draft, in the words of people.

use maud::{Markup, Render, html};
use ui::{Banner, Tone, breakable};

use crate::view::View;
use crate::words::{Words, t};

/// Everything that is wrong, place by place.
pub(super) fn notice(view: &View, faults: &[String]) -> Markup {
    let words = view.words;
    let list = html! {
        ul.faults {
            @for fault in faults {
                @let (place, what) = parted(words, fault);
                li {
                    @if let Some(place) = place { code { (breakable(place, &['.'])) } " " }
                    (what)
                }
            }
        }
    };
    Banner::new(Tone::Bad, &t!(words, "draft-faults"), &t!(words, "draft-faults-text"))
        .action(list)
        .render()
}

/// The place of a fault and what is wrong there. What has no name of its own is said as it came.
fn parted(words: Words, fault: &str) -> (Option<&str>, String) {
    let known = fault.rsplit_once(": ").and_then(|(at, what)| Some((at, named(words, what)?)));
    match known {
        Some((place, what)) => (Some(place), what),
        None => (None, fault.to_owned()),
    }
}

fn named(words: Words, what: &str) -> Option<String> {
    Some(match what {
        "count" => t!(words, "fault-count"),
        "name" => t!(words, "fault-name"),
        "taken" => t!(words, "fault-taken"),
        "unreachable" => t!(words, "fault-unreachable"),
        "asset" => t!(words, "fault-asset"),
        "order" => t!(words, "fault-order"),
        "tiers" => t!(words, "fault-tiers"),
        "percent" => t!(words, "fault-percent"),
        "size" => t!(words, "fault-size"),
        "free" => t!(words, "fault-free"),
        "title" => t!(words, "fault-title"),
        "country" => t!(words, "fault-country"),
        "window" => t!(words, "fault-window"),
        "ceiling" => t!(words, "fault-ceiling"),
        "balance" => t!(words, "fault-balance"),
        "leg" => t!(words, "fault-leg"),
        "missing" => t!(words, "fault-missing"),
        "same" => t!(words, "fault-same"),
        "through" => t!(words, "fault-through"),
        "purpose" => t!(words, "fault-purpose"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use kernel::Lang;

    use super::*;

    #[test]
    fn a_fault_is_said_in_the_language_of_the_page() {
        let said = |lang, fault| parted(Words::of(lang), fault);
        let (place, english) = said(Lang::En, "limits[0].ceiling: ceiling");
        assert_eq!(place, Some("limits[0].ceiling"));
        for lang in [Lang::Uz, Lang::Ru] {
            assert_ne!(said(lang, "limits[0].ceiling: ceiling").1, english);
        }
        let unnamed = "missing field `limits` at line 1 column 2";
        for fault in [unnamed, "values[a]", "rules[own].shares: nobody"] {
            assert_eq!(said(Lang::Ru, fault), (None, fault.to_owned()));
        }
    }
}

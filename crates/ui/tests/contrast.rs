//! The colours of the style sheet can be told apart: figures of WCAG 2.2, computed from the file.
#![expect(
    clippy::unwrap_used,
    clippy::float_arithmetic,
    reason = "tests; contrast is defined with real numbers"
)]

use std::collections::BTreeMap;

type Colours = BTreeMap<String, String>;

fn declarations(block: &str) -> Colours {
    let lines = block.lines().filter_map(|l| l.trim().strip_prefix("--")?.split_once(": "));
    let colours = lines.filter(|(_, value)| value.starts_with('#'));
    colours.map(|(name, value)| (name.to_owned(), value.trim_end_matches(';').to_owned())).collect()
}

fn block(css: &str, opening: &str) -> Colours {
    let (_, rest) = css.split_once(opening).unwrap();
    declarations(rest.split_once('}').unwrap().0)
}

const SHEETS: [&str; 2] = ["app.css", "panel.css"];

fn themes(sheet: &str) -> [(&'static str, Colours); 3] {
    let css = String::from_utf8(ui::assets::content(sheet).unwrap().to_vec()).unwrap();
    [
        ("light", block(&css, ":root {")),
        ("dark by the device", block(&css, ":root:not([data-theme=light]) {")),
        ("dark by choice", block(&css, ":root[data-theme=dark] {")),
    ]
}

/// Relative luminance (WCAG 2.2).
fn luminance(hex: &str) -> f64 {
    let channel = |range| {
        let value = f64::from(u8::from_str_radix(hex.get(range).unwrap(), 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1..3) + 0.7152 * channel(3..5) + 0.0722 * channel(5..7)
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn text_can_be_read_and_controls_can_be_seen() {
    let pairs = [
        ("ink", "bg", 15.0),
        ("ink", "surface", 15.0),
        ("ink", "sunk", 12.0),
        ("ink2", "bg", 6.7),
        ("ink2", "surface", 6.7),
        ("ink2", "sunk", 5.9),
        ("ctl", "surface", 3.0),
        ("ctl", "bg", 3.0),
        ("brand", "surface", 7.0),
        ("brand", "bg", 7.0),
        ("brand", "brand-soft", 6.5),
        ("on-brand", "brand", 7.0),
        ("on-saffron", "saffron", 8.5),
        ("on-hero", "hero", 7.0),
        ("pos", "surface", 5.9),
        ("pos", "bg", 5.8),
        ("neg", "surface", 5.9),
        ("neg", "bg", 5.9),
        ("warn", "surface", 5.9),
        ("warn", "bg", 5.9),
    ];
    can_be_told_apart("app.css", &pairs);
}

#[test]
fn the_panel_can_be_read() {
    let pairs = [
        ("ink", "bg", 14.0),
        ("ink", "surface", 14.0),
        ("ink", "sunk", 12.0),
        ("ink2", "bg", 6.5),
        ("ink2", "surface", 7.0),
        ("ink2", "sunk", 5.9),
        ("ctl", "surface", 3.0),
        ("ctl", "bg", 3.0),
        ("brand", "surface", 7.0),
        ("brand", "bg", 7.0),
        ("brand", "brand-soft", 6.5),
        ("on-brand", "brand", 7.0),
        ("on-saffron", "saffron", 8.5),
        ("on-rail", "rail", 15.0),
        ("on-rail", "rail2", 11.0),
        ("on-rail2", "rail", 8.0),
        ("on-rail2", "rail2", 6.0),
        ("saffron", "rail", 8.0),
        ("pos", "surface", 5.9),
        ("neg", "surface", 5.9),
        ("neg", "bg", 5.5),
        ("warn", "surface", 5.9),
    ];
    can_be_told_apart("panel.css", &pairs);
}

#[track_caller]
fn can_be_told_apart(sheet: &str, pairs: &[(&str, &str, f64)]) {
    for (theme, colours) in themes(sheet) {
        for (front, back, least) in pairs {
            let found = contrast(colours.get(*front).unwrap(), colours.get(*back).unwrap());
            // The figures of the design are rounded to one place.
            assert!(found + 0.05 >= *least, "{front} on {back}, {theme}: {found:.2} < {least}");
        }
    }
}

#[test]
fn both_ways_to_the_dark_theme_lead_to_the_same_one() {
    for sheet in SHEETS {
        let [_, (_, device), (_, choice)] = themes(sheet);
        assert_eq!(device, choice, "{sheet}");
    }
}

#[test]
fn every_theme_sets_every_colour() {
    for sheet in SHEETS {
        let [(_, light), (_, dark), _] = themes(sheet);
        assert_eq!(light.keys().collect::<Vec<_>>(), dark.keys().collect::<Vec<_>>(), "{sheet}");
        assert!(light.len() >= 17);
    }
}

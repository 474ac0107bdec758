//! The gallery read as a browser reads it: it shows every component, so what holds there holds.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use kernel::{Asset, Lang, Money};
use maud::{Markup, Render as _, html};
use scraper::{Html, Selector};
use ui::{
    AmountText, Balances, Button, Field, Hero, Shell, Theme, amount, gallery, icons,
    language_switch, sample_home, sample_pay,
};

fn pages() -> Vec<Html> {
    let mut pages = vec![
        sample_home(Theme::Light, Balances::Shown),
        sample_home(Theme::Auto, Balances::Hidden),
        sample_pay(Theme::Dark),
    ];
    pages.extend(Lang::ALL.map(|lang| gallery(lang, Theme::Auto)));
    pages.into_iter().map(|page| Html::parse_document(&page.into_string())).collect()
}

fn select(css: &str) -> Selector {
    Selector::parse(css).unwrap()
}

#[test]
fn nothing_has_a_style_or_a_script() {
    let never = select("[style], style, script, [onclick], [onload], [href^='javascript:']");
    for page in pages() {
        assert_eq!(page.select(&never).count(), 0);
    }
}

#[test]
fn every_icon_is_in_the_sprite() {
    let names: BTreeSet<&str> = icons::names().collect();
    assert!(names.len() >= 45);
    for page in pages() {
        for used in page.select(&select("use")) {
            let (_, name) = used.value().attr("href").unwrap().split_once('#').unwrap();
            assert!(names.contains(name), "{name}");
        }
    }
}

#[test]
fn ids_are_unique_and_what_they_tie_is_there() {
    for page in pages() {
        let mut ids = BTreeSet::new();
        for element in page.select(&select("[id]")) {
            let id = element.value().attr("id").unwrap();
            assert!(ids.insert(id.to_owned()), "{id} twice");
        }
        for attribute in ["for", "aria-describedby", "aria-labelledby"] {
            for element in page.select(&select(&format!("[{attribute}]"))) {
                for id in element.value().attr(attribute).unwrap().split(' ') {
                    assert!(ids.contains(id), "{attribute}={id}");
                }
            }
        }
    }
}

#[test]
fn every_control_has_a_name() {
    for page in pages() {
        for input in page.select(&select("input, select")) {
            let labelled = input
                .value()
                .attr("id")
                .is_some_and(|id| page.select(&select(&format!("label[for='{id}']"))).count() == 1);
            let inside = input
                .ancestors()
                .any(|n| n.value().as_element().is_some_and(|e| e.name() == "label"));
            assert!(labelled || inside, "{}", input.html());
        }
        for control in page.select(&select("a, button")) {
            let text = control.text().collect::<String>();
            let named = !text.trim().is_empty() || control.value().attr("aria-label").is_some();
            assert!(named, "{}", control.html());
        }
        for drawing in page.select(&select("svg")) {
            let hidden = drawing.value().attr("aria-hidden") == Some("true")
                || drawing.ancestors().filter_map(scraper::ElementRef::wrap).any(|e| {
                    e.value().attr("aria-hidden") == Some("true")
                        || e.value().attr("role") == Some("img")
                });
            assert!(hidden, "{}", drawing.html());
        }
    }
}

#[test]
fn a_page_has_one_heading_one_main_and_a_way_past_the_bar() {
    for page in pages() {
        assert_eq!(page.select(&select("h1")).count(), 1);
        assert_eq!(page.select(&select("main#main")).count(), 1);
        assert_eq!(page.select(&select("#page > a.skip[href='#main']")).count(), 1);
        assert_eq!(page.select(&select("nav.tabs a")).count(), 5);
        assert_eq!(page.select(&select("nav.tabs a[aria-current=page]")).count(), 1);
        assert_eq!(page.select(&select("#toasts[role=status], #say[role=status]")).count(), 2);
    }
}

#[test]
fn one_control_of_a_screen_is_saffron() {
    let home = Html::parse_document(&sample_home(Theme::Auto, Balances::Shown).into_string());
    assert_eq!(home.select(&select(".btn.accent, .quick .main")).count(), 1);
}

#[test]
fn an_amount_is_written_for_eyes_and_spoken_for_ears() {
    let html = amount(Lang::Uz, Money::new(-18_450_050, Asset::Uzs)).into_string();
    let page = Html::parse_fragment(&html);
    let shown = page.select(&select("[aria-hidden=true]")).next().unwrap();
    let text: String = shown.text().collect();
    assert_eq!(text.replace('\u{a0}', " "), "−184 500,50 soʻm");
    let spoken = page.select(&select(".sr")).next().unwrap();
    assert_eq!(spoken.text().collect::<String>(), "minus 184500 soʻm 50 tiyin");
}

#[test]
fn what_comes_in_is_green_and_what_goes_out_is_ink() {
    let class = |minor| {
        let money = Money::new(minor, Asset::Uzs);
        AmountText::new(Lang::Uz, money).signed().render().into_string().contains("amount pos")
    };
    assert!(class(100));
    assert!(!class(-100));
    assert!(!class(0));
}

#[test]
fn an_error_is_tied_to_its_field() {
    let field = Field::new("first", "Ism").hint("Hint").error(Some("Error")).value("<b>").render();
    let page = Html::parse_fragment(&field.into_string());
    let input = page.select(&select("input#f-first")).next().unwrap().value();
    assert_eq!(input.attr("aria-describedby"), Some("f-first-error f-first-hint"));
    assert_eq!(input.attr("aria-invalid"), Some("true"));
    assert_eq!(input.attr("value"), Some("<b>"));
    assert!(input.attr("required").is_some());
}

#[test]
fn a_password_is_never_written_back() {
    let field = Field::new_password("password", "Parol").value("correct horse").render();
    assert!(!field.into_string().contains("correct"));
}

#[test]
fn a_password_can_be_shown_by_a_script_and_only_by_one() {
    let field = Field::password("password", "Parol").reveal("Parolni koʻrsatish").render();
    let page = Html::parse_fragment(&field.into_string());
    let input = page.select(&select("input[type=password]")).next().unwrap();
    let button = page.select(&select("button[type=button][hidden]")).next().unwrap();
    assert_eq!(button.value().attr("data-reveal"), input.value().attr("id"));
    assert_eq!(button.value().attr("aria-controls"), input.value().attr("id"));
    assert_eq!(button.value().attr("aria-label"), Some("Parolni koʻrsatish"));
    assert_eq!(button.value().attr("aria-pressed"), Some("false"));
    let plain = Field::password("password", "Parol").render().into_string();
    assert!(!plain.contains("data-reveal"));
}

#[test]
fn the_language_can_change_while_a_form_is_half_filled() {
    let hidden = html! { input type="hidden" name="_csrf" value="x"; };
    let form = language_switch("/language", Lang::Ru, "Til", &hidden).into_string();
    let page = Html::parse_fragment(&form);
    assert_eq!(page.select(&select("button[name=_lang][formnovalidate][lang]")).count(), 3);
    let current = page.select(&select("button[aria-pressed=true]")).next().unwrap();
    assert_eq!(current.value().attr("value"), Some("ru"));
}

#[test]
fn the_shell_says_theme_language_and_hidden_balances() {
    let shell = |theme, balances| {
        let shell = Shell::new(Lang::Ru, "T", "S").theme(theme).balances(balances);
        Html::parse_document(&shell.body_attr("data-x", "1").render().into_string())
    };
    let page = shell(Theme::Dark, Balances::Hidden);
    let root = page.root_element().value();
    assert_eq!(root.attr("lang"), Some("ru"));
    assert_eq!(root.attr("data-theme"), Some("dark"));
    assert_eq!(root.attr("data-balances"), Some("hidden"));
    assert_eq!(page.select(&select("link[rel=preload][as=font]")).count(), 2);
    assert_eq!(page.select(&select("body[data-x='1']")).count(), 1);
    let page = shell(Theme::Auto, Balances::Shown);
    assert_eq!(page.root_element().value().attr("data-theme"), Some("auto"));
    assert_eq!(page.root_element().value().attr("data-balances"), Some("shown"));
    assert_eq!(page.select(&select("meta[name=theme-color][media]")).count(), 2);
}

#[test]
fn the_browser_bar_has_the_colour_of_the_page() {
    let css = std::str::from_utf8(ui::assets::content("app.css").unwrap()).unwrap();
    let head = Shell::new(Lang::Uz, "T", "S").render().into_string();
    for part in css.split("--bg: ").skip(1).take(3) {
        let colour = part.split(';').next().unwrap();
        assert!(head.contains(&format!("content=\"{colour}\"")), "{colour}");
    }
}

#[test]
fn text_is_escaped_everywhere() {
    let evil = "<img src=x>\"'";
    let parts: [Markup; 4] = [
        Button::primary(evil).href(evil).attr("data-x", evil).render(),
        Field::new("n", evil)
            .value(evil)
            .hint(evil)
            .error(Some(evil))
            .attr("data-x", evil)
            .render(),
        Hero::new(evil, html! {}, evil.as_bytes()).render(),
        ui::qr::qr(evil, evil),
    ];
    for part in parts {
        let page = Html::parse_fragment(&part.into_string());
        assert_eq!(page.select(&select("img")).count(), 0);
    }
}

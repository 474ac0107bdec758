//! QR codes as SVG.

use maud::{Markup, PreEscaped, html};
use qrcode::QrCode;
use qrcode::render::svg;

/// Modules of one QR module's width in the drawing.
const MODULE: u32 = 4;

/// A QR code of `text`, dark on white in light and dark themes alike, because readers expect that.
/// `label` says what it leads to. Text too long for a code gives nothing.
pub fn qr(text: &str, label: &str) -> Markup {
    let Ok(code) = QrCode::new(text.as_bytes()) else { return html! {} };
    let drawing = code
        .render::<svg::Color<'_>>()
        .quiet_zone(true)
        .module_dimensions(MODULE, MODULE)
        .dark_color(svg::Color("#14211F"))
        .light_color(svg::Color("#FFFFFF"))
        .build();
    // The drawing begins with an XML declaration, which has no place inside HTML.
    let start = drawing.find("<svg").unwrap_or(0);
    let drawing = drawing.get(start..).unwrap_or_default().to_owned();
    html! { div.qr role="img" aria-label=(label) { (PreEscaped(drawing)) } }
}

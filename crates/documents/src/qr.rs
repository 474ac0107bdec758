//! The QR code of the address where a document can be checked.

use kernel::{Error, Result};
use qrcode::render::svg::Color;
use qrcode::{EcLevel, QrCode};

/// The code as an SVG image without a border: the page keeps the quiet zone free. A quarter of
/// the symbol may be damaged: paper is folded and stamped.
pub(crate) fn svg(url: &str) -> Result<String> {
    let code = QrCode::with_error_correction_level(url, EcLevel::Q)
        .map_err(|e| Error::broken("making a QR code", e))?;
    Ok(code
        .render::<Color<'_>>()
        .quiet_zone(false)
        .dark_color(Color("#14211f"))
        .light_color(Color("#ffffff"))
        .module_dimensions(1, 1)
        .build())
}

//! PDF/A-2a by typst.
//!
//! The template is fixed. Data reaches it only as JSON in `sys.inputs`, where it is a string and
//! stays one; it is never part of the program. The world of the compiler has this template and
//! two fonts: no other file, no package, no clock.

mod model;
mod world;

use kernel::{Error, Moment, Result};
use typst::comemo;
use typst::foundations::{Datetime, Smart};
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::format::{TASHKENT_OFFSET_MINUTES, time_of};
use crate::input::{List, Receipt, Statement};
use model::Page;
use world::PaperWorld;

pub(crate) fn statement(statement: &Statement) -> Result<Vec<u8>> {
    render(&model::statement(statement)?, statement.issued_at)
}

pub(crate) fn list(list: &List) -> Result<Vec<u8>> {
    render(&model::list(list)?, list.issued_at)
}

pub(crate) fn receipt(receipt: &Receipt) -> Result<Vec<u8>> {
    render(&model::receipt(receipt)?, receipt.issued_at)
}

fn render(page: &Page, issued_at: Moment) -> Result<Vec<u8>> {
    let data = serde_json::to_string(page).map_err(|e| Error::broken("writing a page", e))?;
    let options = options(issued_at)?;
    let bytes = compile(&PaperWorld::new(&data)?, &options);
    // The compiler remembers every part of every layout, for editors. Here it would only grow.
    comemo::evict(0);
    bytes
}

fn compile(world: &PaperWorld, options: &PdfOptions) -> Result<Vec<u8>> {
    let document = typst::compile(world).output.map_err(|e| broken("laying out a document", &e))?;
    typst_pdf::pdf(&document, options).map_err(|e| broken("writing a PDF", &e))
}

fn options(issued_at: Moment) -> Result<PdfOptions> {
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|e| Error::broken("choosing the PDF standard", e.message().to_string()))?;
    let (date, time) = (issued_at.day().date(), time_of(issued_at));
    let month = u8::from(date.month());
    let timestamp =
        Datetime::from_ymd_hms(date.year(), month, date.day(), time.hour, time.minute, time.second)
            .and_then(|datetime| Timestamp::new_local(datetime, TASHKENT_OFFSET_MINUTES));
    Ok(PdfOptions {
        creator: Smart::Custom(None),
        timestamp,
        standards,
        tagged: true,
        ..PdfOptions::default()
    })
}

/// What the compiler says, without the text that it quotes: that may be somebody's name.
fn broken(doing: &'static str, diagnostics: &[typst::diag::SourceDiagnostic]) -> Error {
    let unquoted = |text: &str| text.split(['`', '"']).next().unwrap_or_default().to_owned();
    let texts: Vec<_> = diagnostics.iter().take(3).map(|d| unquoted(&d.message)).collect();
    Error::broken(doing, texts.join("; "))
}

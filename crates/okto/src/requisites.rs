//! Who the bank is, as its documents name it.

use std::path::Path;

use documents::BankRequisites;
use kernel::{Error, Result};

const DOING: &str = "reading the bank's requisites";

/// Reads the file of a bank.
pub fn read(file: &Path) -> Result<BankRequisites> {
    let at = |why: String| Error::broken(DOING, format!("{}: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|e| at(e.to_string()))?;
    let read: Requisites = serde_json::from_str(&text).map_err(|e| at(e.to_string()))?;
    Ok(read.into())
}

/// A bank that others reach has to have one.
pub fn missing() -> Error {
    Error::broken(DOING, "name the file with --bank-requisites: they stand on every statement")
}

/// The file of the bank's requisites.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Requisites {
    name: String,
    legal_form: String,
    address: String,
    phone: String,
    licence: String,
    code: String,
    taxpayer: String,
    site: String,
}

impl From<Requisites> for BankRequisites {
    fn from(read: Requisites) -> Self {
        Self {
            name: read.name,
            legal_form: read.legal_form,
            address: read.address,
            phone: read.phone,
            licence: read.licence,
            code: read.code,
            taxpayer: read.taxpayer,
            site: read.site,
        }
    }
}

/// What stands on the documents of a bank that nobody has told who it is.
pub fn nobodys() -> BankRequisites {
    BankRequisites {
        name: "Okto Demo Bank".to_owned(),
        legal_form: "AJ".to_owned(),
        address: "100000, Toshkent, Namuna koʻchasi, 1".to_owned(),
        phone: "+998 71 000 00 00".to_owned(),
        licence: "№ 00, 01.01.2026".to_owned(),
        code: "00000".to_owned(),
        taxpayer: "000000000".to_owned(),
        site: "okto.example".to_owned(),
    }
}

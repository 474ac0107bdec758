//! Writes the gallery and two screens into a folder, to be looked at without a server:
//! `cargo run -p ui --example gallery -- FOLDER`. Serve the folder at the root of a host.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use kernel::Lang;
use ui::{Balances, Theme, assets, gallery, sample_home, sample_pay};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::args().nth(1).ok_or("which folder?")?);
    fs::create_dir_all(folder.join("a"))?;
    for (name, url) in assets::all() {
        let path = folder.join(url.trim_start_matches('/'));
        fs::write(path, assets::content(name).ok_or("an asset without content")?)?;
    }
    let write = |name: &str, page: maud::Markup| fs::write(folder.join(name), page.into_string());
    for (name, theme) in [("light", Theme::Light), ("dark", Theme::Dark)] {
        write(&format!("home-{name}.html"), sample_home(theme, Balances::Shown))?;
        write(&format!("pay-{name}.html"), sample_pay(theme))?;
        write(&format!("gallery-{name}.html"), gallery(Lang::Uz, theme))?;
    }
    write("home-hidden.html", sample_home(Theme::Auto, Balances::Hidden))?;
    write("gallery-ru.html", gallery(Lang::Ru, Theme::Auto))?;
    write("gallery-en.html", gallery(Lang::En, Theme::Auto))?;
    Ok(())
}

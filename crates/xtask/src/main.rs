//! The repository's own tools, run as `cargo xtask <command>`.
//!
//! This crate depends on no other crate of the workspace and not on sqlx: it has to build in
//! seconds, also at a moment when a query or another crate does not compile.

mod asvs;
mod failure;
mod process;
mod queries;
mod sbom;
mod tidy;
mod workspace;

use std::process::ExitCode;

use failure::{Failure, Result};
use workspace::Workspace;

const USAGE: &str = "\
usage: cargo xtask <command>

  tidy           check the rules of this repository that the compiler does not know
  asvs           write docs/security/asvs.md from its table
  sbom           print what the program is built of (CycloneDX)
  sqlx prepare   describe every checked query against a fresh database and write .sqlx
  sqlx check     the same, but only compare with .sqlx";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<()> {
    match words {
        ["tidy"] => tidy::run(&Workspace::load()?),
        ["asvs"] => asvs::write(&Workspace::load()?),
        ["sbom"] => sbom::print(&Workspace::load()?),
        ["sqlx", "prepare"] => queries::prepare(&Workspace::load()?),
        ["sqlx", "check"] => queries::check(&Workspace::load()?),
        ["help" | "--help" | "-h"] => {
            process::say(USAGE);
            Ok(())
        }
        _ => Err(Failure::new(format!("unknown command `{}`\n\n{USAGE}", words.join(" ")))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_commands_are_refused_with_the_usage() {
        for words in [&[][..], &["tidi"], &["sqlx"], &["sqlx", "prepare", "now"]] {
            let failure = run(words).expect_err("must be refused").to_string();
            assert!(failure.contains("usage: cargo xtask"), "{failure}");
        }
    }

    #[test]
    fn help_is_not_an_error() {
        assert!(run(&["--help"]).is_ok());
    }
}

//! Running other programs and telling the person what happens.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::failure::{Doing, Failure, Result};

/// Writes one line to standard output. A closed pipe is not worth a failure.
pub fn say(line: impl AsRef<str>) {
    let mut out = std::io::stdout().lock();
    // `cargo xtask tidy | head` closes the pipe early, which is fine.
    let _ = writeln!(out, "{}", line.as_ref());
    let _ = out.flush();
}

/// Runs a program that talks to the terminal itself.
pub fn run(command: &mut Command, doing: &str) -> Result<()> {
    let status = command.stdin(Stdio::null()).status().doing(doing)?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("{doing}: {status}"))) }
}

/// Runs a program quietly and returns what it printed; what it complained about goes into the
/// failure.
pub fn output(command: &mut Command, doing: &str) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().doing(doing)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(Failure::new(format!("{doing}: {}\n{}", output.status, complaint.trim_end())))
}

/// The cargo that runs us, without what it tells a program about the package it belongs to.
///
/// Build scripts (ring's, for one) watch `CARGO_MANIFEST_DIR` and `CARGO_PKG_*`. Passing on ours
/// would build them and everything above them again, on every change between a plain `cargo` and
/// one started from here.
pub fn cargo() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_program_is_reported_with_its_complaint() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo out; echo no such thing >&2; exit 3"]);
        let failure = output(&mut command, "asking").expect_err("exit 3").to_string();
        assert!(failure.starts_with("asking: exit status: 3"), "{failure}");
        assert!(failure.ends_with("no such thing"), "{failure}");
    }

    #[test]
    fn a_missing_program_is_reported_with_what_was_done() {
        let failure = run(&mut Command::new("/nonexistent"), "starting it").expect_err("missing");
        assert!(failure.to_string().starts_with("starting it: "), "{failure}");
    }

    #[test]
    fn nested_cargo_does_not_see_our_package() {
        let command = cargo();
        let removed: Vec<_> = command
            .get_envs()
            .filter(|(_, value)| value.is_none())
            .map(|(name, _)| name.to_string_lossy().into_owned())
            .collect();
        // Tests run under cargo, which sets both.
        assert!(removed.iter().any(|name| name == "CARGO_MANIFEST_DIR"));
        assert!(removed.iter().any(|name| name == "CARGO_PKG_NAME"));
        assert!(removed.iter().all(|name| name != "CARGO_HOME" && name != "CARGO_TARGET_DIR"));
    }
}

//! Okto: a digital bank in one program.

mod bench;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Okto, an open digital-banking platform.
#[derive(Parser, Debug)]
#[command(name = "okto", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Measure the bank on this machine.
    #[command(subcommand)]
    Bench(bench::Command),
}

/// Writes a line for whoever runs the command.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // A closed pipe (`okto ... | head`) is no reason to fail.
    let _ = writeln!(out, "{line}");
}

#[tokio::main]
async fn main() -> ExitCode {
    let Cli { command } = Cli::parse();
    let done = match command {
        Command::Bench(command) => bench::run(command).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("{error:?}"));
            ExitCode::FAILURE
        }
    }
}

//! The command line of the generator: `cargo xtask`.

mod commands;
mod console;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;
use xtask::corpus::Corpus;

/// The allocator. With the system's allocator, a third of the run time for a large document goes to allocating tokens
/// and syntax trees.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Tasks for maintainers of this workspace.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Generate the client from the OpenAPI document.
    Codegen(commands::Codegen),
    /// Add operations from the vendor's document to `spec/atlas.yaml`, without the vendor's prose.
    Adopt(commands::Adopt),
    /// Compare `spec/atlas.yaml` with the vendor's document. Fail if a difference is not marked as deliberate, or if a
    /// mark is outdated.
    Upstream(commands::Upstream),
    /// Generate and compile a client for each document in a folder, and print a table.
    Corpus(Corpus),
    /// Measure the generator and the client: `cargo run --release -p atlas-bench`.
    #[command(disable_help_flag = true)]
    Bench {
        /// Arguments for `atlas-bench`. To list them, run `cargo xtask bench --help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    let command = Cli::parse().command;
    let writes = matches!(command, Command::Codegen(_) | Command::Adopt(_));
    let verbose = match &command {
        Command::Codegen(arguments) => arguments.verbose,
        _ => true,
    };
    let result = match command {
        Command::Codegen(arguments) => commands::codegen(&arguments),
        Command::Adopt(arguments) => commands::adopt(&arguments),
        Command::Upstream(arguments) => commands::upstream(&arguments),
        Command::Corpus(arguments) => commands::corpus(&arguments),
        Command::Bench { arguments } => commands::bench(&arguments),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            console::print_error(&error, writes, verbose);
            ExitCode::FAILURE
        }
    }
}

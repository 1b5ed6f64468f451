//! What this process holds, as Linux tells it.

use std::{fmt, fs};

use anyhow::Context as _;

/// An amount of memory, in KiB.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(crate) struct Memory(pub(crate) u64);

impl Memory {
    pub(crate) const fn mebibytes(count: u64) -> Self {
        Self(count * 1024)
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = self.0 * 10 / 1024;
        write!(f, "{}.{} MiB", tenths / 10, tenths % 10)
    }
}

/// The memory that is in use now.
pub(crate) fn memory() -> anyhow::Result<Memory> {
    status("VmRSS:")
}

/// The most memory that ever was in use.
pub(crate) fn peak_memory() -> anyhow::Result<Memory> {
    status("VmHWM:")
}

/// How many files and connections are open.
pub(crate) fn descriptors() -> anyhow::Result<usize> {
    let descriptors = fs::read_dir("/proc/self/fd").context("only Linux tells what is open")?;
    // Reading the folder takes one more.
    Ok(descriptors.count().saturating_sub(1))
}

/// How many tasks are alive.
pub(crate) fn tasks() -> usize {
    tokio::runtime::Handle::current().metrics().num_alive_tasks()
}

fn status(name: &str) -> anyhow::Result<Memory> {
    let text = fs::read_to_string("/proc/self/status").context("only Linux tells the memory")?;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.trim().strip_suffix("kB")).map(str::trim);
    Ok(Memory(number.with_context(|| format!("there is no {name}"))?.parse()?))
}

//! The resources that this process uses. The memory and the descriptors come from `/proc` on Linux.

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

/// Returns the memory that the process uses now: its resident set size.
pub(crate) fn memory() -> anyhow::Result<Memory> {
    status("VmRSS:")
}

/// Returns the peak memory of the process so far.
pub(crate) fn peak_memory() -> anyhow::Result<Memory> {
    status("VmHWM:")
}

/// Returns the number of open file descriptors.
pub(crate) fn descriptors() -> anyhow::Result<usize> {
    let descriptors = fs::read_dir("/proc/self/fd")
        .context("cannot count descriptors: only Linux is supported")?;
    // Reading the directory opens one more descriptor.
    Ok(descriptors.count().saturating_sub(1))
}

/// Returns the number of live tasks.
pub(crate) fn tasks() -> usize {
    tokio::runtime::Handle::current().metrics().num_alive_tasks()
}

fn status(name: &str) -> anyhow::Result<Memory> {
    let text = fs::read_to_string("/proc/self/status")
        .context("cannot measure memory: only Linux is supported")?;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.trim().strip_suffix("kB")).map(str::trim);
    Ok(Memory(number.with_context(|| format!("`/proc/self/status` has no `{name}`"))?.parse()?))
}

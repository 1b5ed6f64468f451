//! Detects stale output files and replaces them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use similar::TextDiff;

/// The prefix of temporary files and folders.
pub(crate) const TEMPORARY: &str = ".codegen-";

/// The files of a run: the complete contents of a folder, and the files to write and to remove outside that folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    /// The folder. The run removes existing files in this folder that are neither in `files` nor in `kept`.
    pub folder: PathBuf,
    /// The text of each file in the folder, by path within the folder, with `/` as the separator.
    pub files: BTreeMap<String, String>,
    /// The existing files in the folder that the run keeps unchanged, as paths within the folder. They need not be
    /// text.
    pub kept: BTreeSet<PathBuf>,
    /// The text of each file outside the folder, by path.
    pub beside: BTreeMap<PathBuf, String>,
    /// The files outside the folder that an earlier run wrote and that this run removes.
    pub left_over: Vec<PathBuf>,
}

/// A file that is missing or outdated on disk, or is no longer emitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// The path of the file.
    pub path: PathBuf,
    /// The text on disk, if the file exists.
    pub old: Option<String>,
    /// The expected text, if the file should exist.
    pub new: Option<String>,
}

impl Stale {
    /// Returns the unified diff from the text on disk to the expected text.
    #[must_use]
    pub fn diff(&self) -> String {
        let (old, new) =
            (self.old.as_deref().unwrap_or_default(), self.new.as_deref().unwrap_or_default());
        let name = |text: Option<&String>| match text {
            Some(_) => self.path.display().to_string(),
            None => "/dev/null".to_owned(),
        };
        let diff = TextDiff::from_lines(old, new);
        diff.unified_diff().header(&name(self.old.as_ref()), &name(self.new.as_ref())).to_string()
    }
}

impl Output {
    /// Returns the files that are missing or outdated on disk, or that are no longer emitted.
    ///
    /// # Errors
    ///
    /// Returns an error if a file cannot be read.
    pub fn stale(&self) -> anyhow::Result<Vec<Stale>> {
        let mut old = BTreeMap::new();
        if self.folder.exists() {
            let kept: BTreeSet<_> = self.kept.iter().map(|path| self.folder.join(path)).collect();
            for path in all(&self.folder)?.into_iter().filter(|path| !kept.contains(path)) {
                // A lossy conversion is enough, because a file that is not UTF-8 differs from every emitted file.
                let bytes =
                    fs::read(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
                old.insert(path, String::from_utf8_lossy(&bytes).into_owned());
            }
        }
        for path in self.beside.keys().chain(&self.left_over).filter(|path| path.exists()) {
            old.insert(path.clone(), read(path)?);
        }
        let within = self.files.iter().map(|(path, text)| (self.folder.join(path), text));
        let mut stale = Vec::new();
        for (path, new) in within.chain(self.beside.iter().map(|(path, text)| (path.clone(), text)))
        {
            let old = old.remove(&path);
            if old.as_ref() != Some(new) {
                stale.push(Stale { path, old, new: Some(new.clone()) });
            }
        }
        stale.extend(old.into_iter().map(|(path, old)| Stale { path, old: Some(old), new: None }));
        Ok(stale)
    }

    /// Writes all files if any of them is stale, and removes the temporary files of interrupted runs. Returns the files
    /// that were stale. If another run writes the same folder, waits until that run ends.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`stale`](Self::stale) and [`write`](Self::write).
    pub fn update(&self) -> anyhow::Result<Vec<Stale>> {
        let _lock = self.lock();
        self.remove_leftovers();
        let stale = self.stale()?;
        if !stale.is_empty() {
            self.write()?;
        }
        Ok(stale)
    }

    /// Locks the parent of the folder until the result is dropped. Returns `None` if the system cannot lock folders, or
    /// if the parent does not exist yet.
    fn lock(&self) -> Option<File> {
        let parent = File::open(self.folder.parent()?).ok()?;
        lock(&parent).then_some(parent)
    }

    /// Writes all files and removes those in `left_over`. The new folder is written under a temporary name and then
    /// replaces the old one. If the program is interrupted, the folder is either completely old or completely new,
    /// provided that the system can swap two folders atomically.
    ///
    /// # Errors
    ///
    /// Returns an error if a file cannot be written, copied or removed. In that case, the folder is unchanged, but
    /// files outside the folder may already have been replaced or removed.
    pub fn write(&self) -> anyhow::Result<()> {
        let parent = self.folder.parent().context("the folder to write has no parent")?;
        fs::create_dir_all(parent)
            .with_context(|| format!("cannot create `{}`", parent.display()))?;
        let new = tempfile::Builder::new().prefix(TEMPORARY).tempdir_in(parent);
        let new = new.with_context(|| format!("cannot write in `{}`", parent.display()))?;
        let fresh = new.path().join("new");
        self.write_to(&fresh)?;
        let beside = self
            .beside
            .iter()
            .map(|(path, text)| stage(path, text))
            .collect::<anyhow::Result<Vec<_>>>()?;
        // The files outside the folder are written first. With `--out`, they include `.codegen/files.txt`. If this run
        // is interrupted before it replaces the folder, the next run recognizes the crate by this file.
        for (file, path) in beside {
            file.persist(path).with_context(|| format!("cannot replace `{}`", path.display()))?;
        }
        for path in self.left_over.iter().filter(|path| path.exists()) {
            fs::remove_file(path).with_context(|| format!("cannot remove `{}`", path.display()))?;
        }
        replace(&self.folder, &fresh, &new.path().join("old"))
    }

    /// Writes all files to the new folder `fresh`, and copies the kept files to it.
    fn write_to(&self, fresh: &Path) -> anyhow::Result<()> {
        let names = self.files.keys().map(Path::new).chain(self.kept.iter().map(PathBuf::as_path));
        let parents = names.filter_map(Path::parent);
        for parent in parents.collect::<BTreeSet<_>>() {
            let folder = fresh.join(parent);
            fs::create_dir_all(&folder)
                .with_context(|| format!("cannot create `{}`", folder.display()))?;
        }
        for (path, text) in &self.files {
            let path = fresh.join(path);
            fs::write(&path, text).with_context(|| format!("cannot write `{}`", path.display()))?;
        }
        for name in &self.kept {
            let path = self.folder.join(name);
            copy(&path, &fresh.join(name))
                .with_context(|| format!("cannot copy `{}`", path.display()))?;
        }
        Ok(())
    }

    /// Removes the temporary files and folders of interrupted runs. Ignores errors, because these files are harmless.
    fn remove_leftovers(&self) {
        let places: BTreeSet<&Path> =
            self.beside.keys().chain([&self.folder]).filter_map(|path| path.parent()).collect();
        let entries = places.into_iter().flat_map(fs::read_dir).flatten().flatten();
        for entry in entries {
            if entry.file_name().to_string_lossy().starts_with(TEMPORARY) {
                let path = entry.path();
                let _ =
                    if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
            }
        }
    }
}

/// Replaces the text of a file atomically and keeps the file's permissions. Follows symbolic links.
///
/// # Errors
///
/// Returns an error if the file cannot be replaced. In that case, the file is unchanged.
pub fn replace_file(path: &Path, text: &str) -> anyhow::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let (file, path) = stage(&target, text)?;
    let persist = || {
        if let Ok(old) = fs::metadata(path) {
            fs::set_permissions(file.path(), old.permissions())?;
        }
        file.persist(path)?;
        Ok::<_, std::io::Error>(())
    };
    persist().with_context(|| format!("cannot replace `{}`", path.display()))
}

/// Returns the path relative to `folder`, with `/` as the separator, or `None` if the path is outside the folder.
pub(crate) fn within(folder: &Path, path: &Path) -> Option<String> {
    Some(path.strip_prefix(folder).ok()?.to_string_lossy().replace('\\', "/"))
}

pub(crate) fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))
}

/// Copies a file. On Unix, copies a symbolic link as a link.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    if from.is_symlink() {
        return std::os::unix::fs::symlink(fs::read_link(from)?, to);
    }
    fs::copy(from, to).map(drop)
}

/// Returns the path of every file in `folder` and its subfolders. Does not follow symbolic links to folders.
///
/// # Errors
///
/// Returns an error if a folder cannot be read.
pub(crate) fn all(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))?;
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.extend(all(&entry.path())?);
        } else {
            found.push(entry.path());
        }
    }
    Ok(found)
}

/// Returns a builder for temporary files that other users can read and write, if the umask allows it.
fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder
}

/// Writes a temporary file next to the file that it will replace.
fn stage<'a>(path: &'a Path, text: &str) -> anyhow::Result<(tempfile::NamedTempFile, &'a Path)> {
    anyhow::ensure!(!path.is_dir(), "cannot replace `{}`, which is a folder", path.display());
    let write = || {
        let parent = path.parent().unwrap_or(path);
        fs::create_dir_all(parent)?;
        let mut file = builder().tempfile_in(parent)?;
        file.write_all(text.as_bytes())?;
        Ok::<_, std::io::Error>(file)
    };
    Ok((write().with_context(|| format!("cannot write `{}`", path.display()))?, path))
}

/// Replaces `folder` with `new` and moves the old folder to `old` or to the path of `new`.
fn replace(folder: &Path, new: &Path, old: &Path) -> anyhow::Result<()> {
    if folder.exists() && exchange(folder, new) {
        return Ok(());
    }
    let failed = || format!("cannot replace `{}`", folder.display());
    if folder.exists() {
        fs::rename(folder, old).with_context(failed)?;
    }
    fs::rename(new, folder).or_else(|error| {
        if old.exists() {
            fs::rename(old, folder)?;
        }
        Err(error).with_context(failed)
    })
}

/// Locks the folder as soon as no other program holds the lock. Returns whether the system can lock folders.
#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn lock(folder: &File) -> bool {
    rustix::fs::flock(folder, rustix::fs::FlockOperation::LockExclusive).is_ok()
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn lock(_: &File) -> bool {
    false
}

/// Tries to swap two folders atomically. Returns whether the swap succeeded.
#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn exchange(one: &Path, other: &Path) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).is_ok()
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn exchange(_: &Path, _: &Path) -> bool {
    false
}

//! Reads a folder of clinical knowledge.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

/// Path inside the folder and text of every file, sorted; hidden files are left out.
pub(crate) fn read(dir: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let mut paths = Vec::new();
    collect(dir, &mut paths)?;
    paths.sort();
    let text = |path: PathBuf| {
        let text = fs::read_to_string(&path).with_context(|| format!("{} could not be read", path.display()))?;
        let name = path.strip_prefix(dir)?.to_string_lossy().replace('\\', "/");
        Ok((name, text))
    };
    paths.into_iter().map(text).collect()
}

fn collect(dir: &Path, paths: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries = fs::read_dir(dir).with_context(|| format!("the knowledge folder {} could not be read", dir.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('.')) {
            paths.push(path);
        }
    }
    Ok(())
}

//! Builds the styles, scripts and pictures of `web/` into the program.
//!
//! Styles are joined into one sheet in the order of their names. Scripts come from `web/dist`, where `npm run build` in `web/` leaves
//! them; without that folder the program is built without scripts and works all the same.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let web = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("../../web");
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);

    let mut sheet = String::new();
    for file in files(&web.join("styles"), "css")? {
        sheet.push_str(&fs::read_to_string(file)?);
    }
    fs::write(out.join("app.css"), sheet)?;

    let mut list = String::from("[\n");
    entry(&mut list, "app.css", &out.join("app.css"));
    let mut found = files(&web.join("pictures"), "svg")?;
    found.extend(files(&web.join("dist"), "js")?);
    for file in found {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        entry(&mut list, name, &fs::canonicalize(&file)?);
    }
    list.push_str("]\n");
    fs::write(out.join("assets.rs"), list)?;

    for folder in ["styles", "pictures"] {
        println!("cargo::rerun-if-changed={}", web.join(folder).display());
    }
    // A path that is not there would run this script at every build; its parent shows when it comes.
    let dist = web.join("dist");
    let watched = if dist.is_dir() { dist } else { web };
    println!("cargo::rerun-if-changed={}", watched.display());
    Ok(())
}

/// The files of a folder with this ending, by name; none where the folder is not there.
fn files(folder: &Path, ending: &str) -> io::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == ending) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn entry(list: &mut String, name: &str, path: &Path) {
    // Writing to a string cannot fail.
    let _ = writeln!(list, "    ({name:?}, include_bytes!({:?}) as &[u8]),", path.display().to_string());
}

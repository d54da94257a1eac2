//! Puts `knowledge/` into the program: the text of every file and, where the seal holds, its records in a form that is read without parsing.
//!
//! Packed is only what stands under an unbroken seal. Where it is broken, or anything cannot be packed, nothing is: the program then reads
//! the texts as it reads a folder, and refuses them with the reason.

#[path = "src/packed.rs"]
mod packed;
#[path = "src/seal.rs"]
pub mod seal;

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use serde::Serialize;

use packed::Packed;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/packed.rs");
    println!("cargo:rerun-if-changed=src/seal.rs");
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../knowledge").canonicalize()?;
    let mut paths = Vec::new();
    collect(&root, &mut paths)?;
    let mut files = Vec::new();
    for path in paths {
        println!("cargo:rerun-if-changed={}", path.display());
        let name = path.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        files.push((name, fs::read_to_string(&path)?));
    }
    files.sort();

    let pairs = || files.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let hash = seal::hash_files(pairs());
    let packed = if seal::sealed_hash(pairs()) == hash { pack(pairs()) } else { None };

    let out = PathBuf::from(env::var("OUT_DIR")?);
    // Texts are copied, so that those in the program are those that were hashed and packed, whatever is edited meanwhile.
    fs::create_dir_all(out.join("files"))?;
    let mut code =
        String::from("/// Path inside `knowledge/` and text of every file, sorted by path.\nstatic FILES: &[(&str, &str)] = &[\n");
    for (index, (name, text)) in files.iter().enumerate() {
        fs::write(out.join(format!("files/{index}")), text)?;
        writeln!(
            code,
            "    ({name:?}, include_str!(concat!(env!(\"OUT_DIR\"), \"/files/{index}\"))),"
        )?;
    }
    code.push_str("];\n");
    writeln!(
        code,
        "/// Hash of the files, where their seal holds and their records are packed.\nstatic SEALED: Option<&str> = {:?};",
        packed.as_ref().map(|_| &hash)
    )?;
    let (bytes, records) = packed.unwrap_or_default();
    fs::write(out.join("packed.bin"), bytes)?;
    code.push_str("static BYTES: &[u8] = include_bytes!(concat!(env!(\"OUT_DIR\"), \"/packed.bin\"));\n");
    code.push_str("/// Where the records stand in `BYTES`, sorted by file.\nstatic PACKED: &[Packed] = &[\n");
    for Packed {
        file,
        front,
        from,
        own,
        to,
    } in records
    {
        writeln!(
            code,
            "    Packed {{ file: {file}, front: {front}, from: {from}, own: {own}, to: {to} }},"
        )?;
    }
    code.push_str("];\n");
    fs::write(out.join("embedded.rs"), code)?;
    Ok(())
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={}", dir.display());
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('.')) {
            files.push(path);
        }
    }
    Ok(())
}

/// What every record has, in the order in which it is unpacked.
#[derive(Serialize)]
struct Common {
    id: toml::Value,
    status: toml::Value,
    review_by: String,
    provenance: Option<toml::Value>,
    sources: Option<toml::Value>,
}

/// Every file with front matter, but for the body's own and the vignettes, which are read as texts.
fn pack<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> Option<(Vec<u8>, Vec<Packed>)> {
    let (mut bytes, mut records) = (Vec::new(), Vec::new());
    for (index, (path, text)) in files.enumerate() {
        let is_body = ["anatomy/", "postures/"].iter().any(|folder| path.starts_with(folder)) && path != "anatomy/muscle-groups.md";
        if is_body || path.starts_with("vignettes/") || !path.ends_with(".md") || path == "README.md" {
            continue;
        }
        let front = text.strip_prefix("+++\n")?;
        let front = &front[..front.find("\n+++")? + 1];
        let mut own: toml::Table = toml::from_str(front).ok()?;
        let common = Common {
            id: own.remove("id")?,
            status: own.remove("status")?,
            review_by: own.remove("review_by")?.as_datetime()?.to_string(),
            provenance: own.remove("provenance"),
            sources: own.remove("sources"),
        };
        let from = bytes.len();
        rmp_serde::encode::write(&mut bytes, &common).ok()?;
        let start_of_own = bytes.len();
        rmp_serde::encode::write(&mut bytes, &own).ok()?;
        records.push(Packed {
            file: index,
            front: front.len(),
            from,
            own: start_of_own,
            to: bytes.len(),
        });
    }
    Some((bytes, records))
}

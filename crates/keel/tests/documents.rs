//! What the documents say is so: their paths exist, their commands run, their example is read, the arrows and reasons they name hold.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// Documents whose paths must exist, relative to the root.
const DOCUMENTS: [&str; 9] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SAFETY.md",
    "docs/case-file.md",
    "docs/day-file.md",
    "docs/decisions/README.md",
    "docs/glossary.md",
    "docs/knowledge-format.md",
];

/// Crates that each crate may use, in its own name: everything else is a forbidden arrow.
const ARROWS: [(&str, &[&str]); 10] = [
    ("keel-body", &[]),
    ("keel-disc", &[]),
    ("keel-figure", &[]),
    ("keel-knowledge", &[]),
    ("keel-record", &[]),
    ("keel-loads", &["keel-body"]),
    ("keel-therapy", &["keel-body", "keel-disc", "keel-knowledge", "keel-loads"]),
    (
        "keel-report",
        &["keel-body", "keel-figure", "keel-knowledge", "keel-loads", "keel-therapy"],
    ),
    ("keel-server", &["keel-knowledge", "keel-therapy", "keel-record", "keel-report"]),
    (
        "keel",
        &[
            "keel-body",
            "keel-disc",
            "keel-figure",
            "keel-knowledge",
            "keel-loads",
            "keel-record",
            "keel-report",
            "keel-server",
            "keel-therapy",
        ],
    ),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A document without its HTML comments.
fn shown(path: &str) -> String {
    let mut text = String::new();
    let whole = read(path);
    for (idx, part) in whole.split("<!--").enumerate() {
        text.push_str(if idx == 0 {
            part
        } else {
            part.split_once("-->").map_or("", |(_, rest)| rest)
        });
    }
    text
}

/// Paths inside the repository that a document names in `code` or links to, relative to the root.
fn paths(document: &str) -> BTreeSet<String> {
    let text = shown(document);
    let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut found = BTreeSet::new();
    for code in text.split('`').skip(1).step_by(2) {
        // A pattern stands for several files, upper-case names for any.
        let is_path = code.contains('/')
            && code.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-".contains(&b))
            && !code.starts_with('/')
            // What a build or a test writes is not in a fresh checkout.
            && !code.starts_with("target/")
            && !code
                .split(['/', '.'])
                .any(|part| matches!(part, "ID" | "SECTION" | "STAGE-IRRITABILITY"));
        if is_path {
            found.insert(code.to_owned());
        }
    }
    for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        let path = link.split('#').next().unwrap_or_default();
        if !path.is_empty() && !path.contains("://") {
            found.insert(format!("{folder}/{path}").trim_start_matches('/').to_owned());
        }
    }
    found
}

/// Text of the fenced blocks in this language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    text.split(&format!("```{language}\n"))
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .map(str::to_owned)
        .collect()
}

/// A folder with the examples and the knowledge in it, where commands may write.
fn workplace(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    for part in ["examples", "knowledge", "validation"] {
        copy(&root().join(part), &folder.join(part));
    }
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the folder for temporary files can be written");
    for entry in fs::read_dir(from).expect("a folder of the repository can be read") {
        let path = entry.expect("an entry of a folder can be read").path();
        let target = to.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a file can be copied");
        }
    }
}

fn keel(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_keel"))
        .args(arguments)
        .current_dir(folder)
        .env("LANG", "C.UTF-8")
        .output()
        .expect("keel was built for this test")
}

#[test]
fn the_paths_exist() {
    let missing: Vec<String> = DOCUMENTS
        .iter()
        .flat_map(|document| paths(document).into_iter().map(move |path| format!("{document}: {path}")))
        .filter(|line| !root().join(line.split_once(": ").expect("document and path").1).exists())
        .collect();
    assert!(missing.is_empty(), "these do not exist:\n{}", missing.join("\n"));
    assert!(
        paths("ARCHITECTURE.md").contains("crates/keel-therapy/src/triage.rs"),
        "paths are found at all"
    );
}

#[test]
fn the_arrows_point_downwards() {
    let crates: BTreeSet<String> = fs::read_dir(root().join("crates"))
        .expect("crates/ can be read")
        .map(|entry| entry.expect("an entry can be read").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(
        crates,
        ARROWS.iter().map(|(name, _)| (*name).to_owned()).collect(),
        "ARROWS names every crate"
    );
    for (name, allowed) in ARROWS {
        let used = dependencies(&format!("crates/{name}/Cargo.toml"), false);
        let forbidden: Vec<_> = used
            .iter()
            .filter(|used| crates.contains(*used) && !allowed.contains(&used.as_str()))
            .collect();
        assert!(forbidden.is_empty(), "{name} must not know {forbidden:?}");
    }
}

#[test]
fn every_dependency_has_its_reason() {
    let reasons = read("docs/decisions/README.md");
    let mut used: BTreeSet<String> = ARROWS
        .iter()
        .flat_map(|(name, _)| dependencies(&format!("crates/{name}/Cargo.toml"), true))
        .collect();
    for package in ["web/package.json", "tests/browser/package.json"] {
        let json: serde_json::Value = serde_json::from_str(&read(package)).expect("a package file is JSON");
        let names = ["dependencies", "devDependencies"]
            .into_iter()
            .filter_map(|kind| json[kind].as_object());
        used.extend(names.flat_map(|table| table.keys().cloned()));
    }
    let unexplained: Vec<_> = used
        .iter()
        .filter(|name| !name.starts_with("keel") && !reasons.contains(&format!("| `{name}` |")))
        .collect();
    assert!(unexplained.is_empty(), "docs/decisions/README.md has no line for {unexplained:?}");
}

/// Names under `[dependencies]`, and with `all` under the other kinds too.
fn dependencies(manifest: &str, all: bool) -> BTreeSet<String> {
    let text = read(manifest);
    let mut names = BTreeSet::new();
    let mut inside = false;
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix('[') {
            inside = heading == "dependencies]" || (all && heading.ends_with("dependencies]"));
        } else if let Some((name, _)) = line
            .split_once(['.', ' ', '='])
            .filter(|(name, _)| inside && !name.is_empty() && !name.starts_with('#'))
        {
            names.insert(name.to_owned());
        }
    }
    names
}

/// Runs every third command of the README, from this one on: together they take minutes, side by side less.
fn every_third_command_of_the_readme_runs(from: usize) {
    let folder = workplace(&format!("readme-{from}"));
    let commands: Vec<String> = blocks(&shown("README.md"), "sh")
        .iter()
        .flat_map(|block| block.lines())
        .filter_map(|line| Some(line.strip_prefix("keel ")?.split('#').next()?.trim().to_owned()))
        .collect();
    assert!(commands.len() >= 5, "the README shows how to use the command");
    for command in commands.iter().skip(from).step_by(3) {
        let output = keel(&folder, &command.split_whitespace().collect::<Vec<_>>());
        assert!(
            output.status.success(),
            "keel {command}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn the_commands_of_the_readme_run_first_third() {
    every_third_command_of_the_readme_runs(0);
}

#[test]
fn the_commands_of_the_readme_run_second_third() {
    every_third_command_of_the_readme_runs(1);
}

#[test]
fn the_commands_of_the_readme_run_last_third() {
    every_third_command_of_the_readme_runs(2);
}

#[test]
fn the_small_case_file_is_read() {
    let folder = workplace("case-file");
    let example = blocks(&read("docs/case-file.md"), "toml").remove(0);
    fs::write(folder.join("case.toml"), example).expect("the folder for temporary files can be written");
    let output = keel(&folder, &["plan", "case.toml", "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let plan: serde_json::Value = serde_json::from_slice(&output.stdout).expect("the result is JSON");
    assert_ne!(plan["triage"]["level"], "CONTINUE", "the page says that missing red flags count");
}

#[test]
fn the_tables_of_the_case_file_are_current() {
    let page = read("docs/case-file.md");
    let (_, rest) = page.split_once("<!-- fields: begin -->\n").expect("the page has its first mark");
    let (tables, _) = rest.split_once("<!-- fields: end -->").expect("the page has its second mark");
    let output = keel(&root(), &["knowledge", "fields"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(tables == String::from_utf8_lossy(&output.stdout), "run `make docs`");
}

#[test]
fn what_goes_with_exercise_stands_under_whether_it_is_safe() {
    let case = "examples/cauda-equina.toml";
    let told = |command: &str| {
        let output = keel(&root(), &[command, case]);
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let safety = told("triage");
    assert!(safety.contains("EMERGENCY"), "{safety}");
    assert!(told("therapy").starts_with(&safety), "the whole triage comes first");
    let json = |command: &str| -> serde_json::Value {
        let output = keel(&root(), &[command, case, "--json"]);
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    let (safety, therapy) = (json("triage"), json("therapy"));
    assert_eq!(
        therapy.pointer("/triage").or(therapy.pointer("/0/triage")),
        Some(safety.pointer("/0").unwrap_or(&safety))
    );
}

//! The command: `keel triage`, `keel plan`, `keel loads`, `keel disc`, `keel knowledge`, `keel serve`.
//!
//! Thin: it reads files, calls the pure crates and writes what they say. Results go to standard output, errors to standard error with an
//! exit code that is not 0.

mod atlas;
mod bodies;
mod cases;
mod disc;
mod exercises;
mod knowledge;
mod knowledge_dir;
mod loads;
mod numbers;
mod picture;
mod progress;
mod show;
mod therapy;
mod validate;

use std::{
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand, ValueEnum};
use keel_knowledge::{Knowledge, Lang};
use keel_therapy::{Asking, Bodies, Cards, Catalogue, PersonFacts, Plan, Triage, plan, plan_json, triage, triage_json};

use cases::LoadedCase;

/// Exercise therapy for a herniated lumbar disc: is it safe, what helps, this week's programme.
#[derive(Parser)]
#[command(name = "keel", version, arg_required_else_help = true, after_help = AFTER_HELP)]
struct Cli {
    /// Clinical knowledge to use instead of the one built in: a folder such as `knowledge/`
    #[arg(long, global = true, value_name = "DIR", env = "KEEL_KNOWLEDGE")]
    knowledge: Option<PathBuf>,
    /// Language of what is shown; otherwise the one in the case file, otherwise the one of the terminal
    #[arg(long, global = true, value_enum)]
    lang: Option<CliLang>,
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  keel serve                                    the app in the browser, on this machine only
  keel triage examples/cauda-equina.toml        is exercise safe for this person?
  keel plan examples/*.toml                     the week for each person
  keel plan case.toml --pdf programme.pdf       on paper
  keel knowledge check                          are all clinical files in order?

Keel is not a medical device and does not replace a doctor. If you have new trouble with bladder or bowel, numbness between the legs,
or weakness in the legs, call your emergency number now.";

#[derive(Clone, Copy, ValueEnum)]
enum CliLang {
    En,
    Ru,
}

impl From<CliLang> for Lang {
    fn from(lang: CliLang) -> Lang {
        match lang {
            CliLang::En => Lang::En,
            CliLang::Ru => Lang::Ru,
        }
    }
}

#[derive(Subcommand)]
enum Command {
    /// Says whether exercise is safe today, and why
    Triage(TriageArgs),
    /// Makes the week's programme with a reason for every choice
    Plan(PlanArgs),
    /// Computes what a posture or motion does to discs and muscles
    Loads(loads::LoadsArgs),
    /// Lists the exercises, or shows one, with what it does to a person's discs and muscles
    #[command(subcommand)]
    Exercises(exercises::ExercisesCommand),
    /// Writes the whole library as pages to look through, with moving figures
    Atlas(atlas::AtlasArgs),
    /// Computes what a day does to the discs: water, height, pressure, mechanical doses, the stiff morning
    Disc(disc::DiscArgs),
    /// Compares the loads with published measurements
    ///
    /// For engineers: what it prints is in English, whatever `--lang` says.
    Validate(validate::ValidateArgs),
    /// Everything beside the exercises: support, questionnaires, medicines, physiotherapy, belts, course
    Therapy(therapy::TherapyArgs),
    /// Checks, seals, tries or renders the clinical knowledge
    #[command(subcommand)]
    Knowledge(knowledge::KnowledgeCommand),
    /// Serves the app in the browser
    Serve(ServeArgs),
}

#[derive(Args)]
struct CaseArgs {
    /// Case files (TOML; docs/case-file.md lists every field)
    #[arg(required = true, value_name = "CASE.toml")]
    cases: Vec<PathBuf>,
    /// Day for which to decide, such as 2026-11-24; otherwise the one in the case file, otherwise today
    #[arg(long)]
    date: Option<jiff::civil::Date>,
    /// Machine-readable result on standard output (an array where there are several cases)
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct TriageArgs {
    #[command(flatten)]
    case: CaseArgs,
}

#[derive(Args)]
struct PlanArgs {
    #[command(flatten)]
    case: CaseArgs,
    /// Writes the programme as PDF; a folder where there are several cases
    #[arg(long, value_name = "FILE")]
    pdf: Option<PathBuf>,
    /// Writes the programme as one HTML page; a folder where there are several cases
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Shows every exercise that was left out, not only how many
    #[arg(long)]
    left_out: bool,
}

#[derive(Args)]
struct ServeArgs {
    /// Address to listen on; anything but this machine itself needs a password, which travels in clear where there is no HTTPS
    #[arg(long, default_value = "127.0.0.1:8420")]
    listen: SocketAddr,
    /// Database file [default: keel/keel.db in the user's data directory]
    #[arg(long, value_name = "FILE", env = "KEEL_DATABASE")]
    database: Option<PathBuf>,
    /// File that holds the password of the app
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Further host names under which the app is reached
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,
    /// Folder with the texts of questionnaires whose rights you hold: a file ID.toml for each, such as ODI.toml
    #[arg(long, value_name = "DIR")]
    instrument_texts: Option<PathBuf>,
    /// TOML file with codes of medicines that you may use: [ibuprofen] atc = "…", rxnorm = "…"
    #[arg(long, value_name = "FILE")]
    medicine_codes: Option<PathBuf>,
    /// Set where people reach the app over HTTPS through a proxy: cookies are then sent over HTTPS only
    #[arg(long)]
    behind_https: bool,
}

impl Cli {
    /// Language of the emergency card where no case says one.
    fn card_lang(&self) -> Lang {
        self.lang.map_or_else(cases::terminal_lang, Lang::from)
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(code) => code,
        Err(error) if reader_has_gone(&error) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("{}error:{} {error:#}", show::RED, show::RESET);
            ExitCode::FAILURE
        }
    }
}

/// Whether whoever read the output has seen enough, such as `head`.
fn reader_has_gone(error: &anyhow::Error) -> bool {
    let kind = |cause: &(dyn std::error::Error + 'static)| {
        let io = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        let json = cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
        io.or(json)
    };
    error.chain().any(|cause| kind(cause) == Some(std::io::ErrorKind::BrokenPipe))
}

fn run(cli: &Cli) -> anyhow::Result<ExitCode> {
    let lang = cli.lang.map(Lang::from);
    match &cli.command {
        Command::Triage(args) => under_card(&mut anstream::stdout(), args.case.json, cli.card_lang(), || {
            run_triage(cli, args, lang)
        }),
        Command::Plan(args) => under_card(&mut anstream::stdout(), args.case.json, cli.card_lang(), || {
            run_plan(cli, args, lang)
        }),
        Command::Loads(args) => {
            let knowledge = load_knowledge(cli.knowledge.as_deref())?;
            loads::run(&knowledge, args, lang)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Atlas(args) => {
            atlas::run(&load_knowledge(cli.knowledge.as_deref())?, args, lang)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Exercises(command) => {
            exercises::run(&load_knowledge(cli.knowledge.as_deref())?, command, lang)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Therapy(args) => under_card(&mut anstream::stdout(), args.case.json, cli.card_lang(), || {
            run_therapy(cli, args, lang)
        }),
        Command::Disc(args) => {
            disc::run(&load_knowledge(cli.knowledge.as_deref())?, args, lang)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Validate(args) => {
            validate::run(&load_knowledge(cli.knowledge.as_deref())?, args)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Knowledge(command) => knowledge::run(cli.knowledge.as_deref(), command),
        Command::Serve(args) => serve(cli, args),
    }
}

fn run_triage(cli: &Cli, args: &TriageArgs, lang: Option<Lang>) -> anyhow::Result<ExitCode> {
    let Some(knowledge) = knowledge_or_card(cli, args.case.json)? else {
        return Ok(ExitCode::FAILURE);
    };
    let catalogue = Catalogue::new(knowledge);
    let cases = cases::load(&args.case.cases, &catalogue, args.case.date, lang)?;
    let mut results = Vec::new();
    for LoadedCase { name, case, date, lang } in &cases {
        let outcome = triage(&PersonFacts::new(knowledge, &catalogue, &case.answers, *date), Asking::Done);
        if args.case.json {
            results.push(triage_json(&outcome, Some(knowledge), *lang));
        } else {
            show::triage(
                &mut anstream::stdout(),
                name,
                &outcome,
                knowledge,
                case.answers.word("person.country"),
                *lang,
            )?;
        }
    }
    if args.case.json {
        print_json(results)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn run_therapy(cli: &Cli, args: &therapy::TherapyArgs, lang: Option<Lang>) -> anyhow::Result<ExitCode> {
    let Some(knowledge) = knowledge_or_card(cli, args.case.json)? else {
        return Ok(ExitCode::FAILURE);
    };
    let catalogue = Catalogue::new(knowledge);
    let loaded = cases::load(&args.case.cases, &catalogue, args.case.date, lang)?;
    let results = therapy::run(knowledge, &catalogue, args, &loaded)?;
    if args.case.json {
        print_json(results)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn run_plan(cli: &Cli, args: &PlanArgs, lang: Option<Lang>) -> anyhow::Result<ExitCode> {
    let Some(knowledge) = knowledge_or_card(cli, args.case.json)? else {
        return Ok(ExitCode::FAILURE);
    };
    let catalogue = Catalogue::new(knowledge);
    let cases = cases::load(&args.case.cases, &catalogue, args.case.date, lang)?;
    let several = cases.len() > 1;
    let bodies = Bodies::read(knowledge)?;
    let mut results = Vec::new();
    for loaded in &cases {
        let LoadedCase { name, case, date, lang } = loaded;
        let person = bodies.person(knowledge, &catalogue, &case.answers, *date);
        let cards = Cards::new(knowledge, &bodies, person).with_context(|| name.clone())?;
        let plan = plan(knowledge, &catalogue, &case.answers, *date, &cards).with_context(|| name.clone())?;
        if let Some(target) = &args.pdf {
            let file = target_file(target, loaded, several, "pdf")?;
            let pdf = keel_report::plan_pdf(&plan, knowledge, &case.answers, *lang)
                .with_context(|| format!("{}: the PDF could not be made", name))?;
            std::fs::write(&file, pdf).with_context(|| format!("{} could not be written", file.display()))?;
            anstream::eprintln!("{} → {}", name, file.display());
        }
        if let Some(target) = &args.html {
            let file = target_file(target, loaded, several, "html")?;
            std::fs::write(&file, keel_report::plan_html(&plan, knowledge, &case.answers, *lang))
                .with_context(|| format!("{} could not be written", file.display()))?;
            anstream::eprintln!("{} → {}", name, file.display());
        }
        if args.case.json {
            results.push(plan_json(&plan, knowledge, *lang));
        } else if args.pdf.is_none() && args.html.is_none() {
            show_plan(loaded, &plan, knowledge, args.left_out)?;
        }
    }
    if args.case.json {
        print_json(results)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn show_plan(loaded: &LoadedCase, plan: &Plan, knowledge: &Knowledge, left_out: bool) -> anyhow::Result<()> {
    let LoadedCase { name, case, lang, .. } = loaded;
    let mut out = anstream::stdout();
    show::triage(&mut out, name, &plan.triage, knowledge, case.answers.word("person.country"), *lang)?;
    show::findings(&mut out, &plan.findings, knowledge, *lang)?;
    show::programme(&mut out, plan, knowledge, *lang, left_out)?;
    Ok(())
}

/// Where to write the output of one case.
fn target_file(target: &Path, case: &LoadedCase, several: bool, extension: &str) -> anyhow::Result<PathBuf> {
    if !several {
        return Ok(target.to_owned());
    }
    std::fs::create_dir_all(target).with_context(|| format!("{} must be a folder where there are several cases", target.display()))?;
    let stem = Path::new(&case.name).file_stem().context("a case file has a name")?;
    Ok(target.join(stem).with_extension(extension))
}

fn print_json(results: Vec<serde_json::Value>) -> anyhow::Result<()> {
    write_json(&mut std::io::stdout().lock(), results)
}

fn write_json(out: &mut impl Write, mut results: Vec<serde_json::Value>) -> anyhow::Result<()> {
    let value = if results.len() == 1 {
        results.remove(0)
    } else {
        serde_json::Value::Array(results)
    };
    // In one piece: to a terminal and to a program every line would be written by itself.
    let mut out = std::io::BufWriter::new(out);
    serde_json::to_writer_pretty(&mut out, &value)?;
    writeln!(out)?;
    Ok(out.flush()?)
}

/// The knowledge; where it cannot be used, exercise is locked and the emergency card is shown all the same.
///
/// It is kept until the program ends: giving it back piece by piece would take longer than the decision.
fn knowledge_or_card(cli: &Cli, json: bool) -> anyhow::Result<Option<&'static Knowledge>> {
    match load_knowledge(cli.knowledge.as_deref()) {
        Ok(knowledge) => Ok(Some(Box::leak(Box::new(knowledge)))),
        Err(problem) => {
            locked_card(&mut anstream::stdout(), json, cli.card_lang())?;
            anstream::eprintln!("{}error:{} {problem:#}", show::RED, show::RESET);
            Ok(None)
        }
    }
}

/// Runs what decides about a person. Should it break down, exercise is locked and the emergency card is shown all the same.
fn under_card(
    out: &mut impl Write,
    json: bool,
    lang: Lang,
    command: impl FnOnce() -> anyhow::Result<ExitCode>,
) -> anyhow::Result<ExitCode> {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(command)) {
        Ok(ended) => ended,
        Err(_) => {
            locked_card(out, json, lang)?;
            Ok(ExitCode::FAILURE)
        }
    }
}

/// That exercise is locked, and the emergency card.
fn locked_card(out: &mut impl Write, json: bool, lang: Lang) -> anyhow::Result<()> {
    let locked = Triage::locked();
    if json {
        write_json(out, vec![triage_json(&locked, None, lang)])
    } else {
        Ok(show::locked(out, &locked, lang)?)
    }
}

pub(crate) fn load_knowledge(dir: Option<&Path>) -> anyhow::Result<Knowledge> {
    match dir {
        None => Ok(Knowledge::embedded()?),
        Some(dir) => {
            let files = knowledge_dir::read(dir)?;
            Ok(Knowledge::load(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))?)
        }
    }
}

fn serve(cli: &Cli, args: &ServeArgs) -> anyhow::Result<ExitCode> {
    let database = args.database.clone().map_or_else(default_database, Ok)?;
    if let Some(folder) = database.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("{} could not be made", folder.display()))?;
    }
    let password = match &args.password_file {
        Some(file) => Some(
            std::fs::read_to_string(file)
                .with_context(|| format!("{} could not be read", file.display()))?
                .trim()
                .to_owned(),
        ),
        None => std::env::var("KEEL_PASSWORD").ok(),
    };
    let knowledge = match load_knowledge(cli.knowledge.as_deref()) {
        Ok(mut knowledge) => {
            if let Some(dir) = &args.instrument_texts {
                knowledge::take_instrument_texts(&mut knowledge, dir)?;
            }
            if let Some(file) = &args.medicine_codes {
                let text = std::fs::read_to_string(file).with_context(|| format!("{} could not be read", file.display()))?;
                knowledge
                    .take_medicine_codes(&text)
                    .with_context(|| format!("{}", file.display()))?;
            }
            Some(Arc::new(knowledge))
        }
        Err(problem) => {
            anstream::eprintln!(
                "{}exercise stays locked, and only the emergency card is served:{} {problem:#}",
                show::RED,
                show::RESET
            );
            None
        }
    };
    let mut config = keel_server::Config::new(database);
    config.listen = args.listen;
    config.knowledge = knowledge;
    config.password = password.as_deref().map(keel_server::Password::new).transpose()?;
    config.allowed_hosts.clone_from(&args.hosts);
    config.behind_https = args.behind_https;
    let database = config.database.display().to_string();
    tokio::runtime::Runtime::new()?.block_on(keel_server::serve(config, |opened| {
        anstream::println!("Keel is open at {}{}{}", show::GREEN, opened.url, show::RESET);
        anstream::println!("Your answers are in {database}. Stop with Ctrl+C.");
    }))?;
    Ok(ExitCode::SUCCESS)
}

/// `keel/keel.db` in the user's data directory.
fn default_database() -> anyhow::Result<PathBuf> {
    let data = std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let base = data.or_else(|| std::env::home_dir().map(|home| home.join(".local/share")));
    Ok(base
        .context("there is no home directory; name the database with --database")?
        .join("keel/keel.db"))
}

#[cfg(test)]
mod tests {
    use super::{Lang, under_card};

    /// Whatever breaks down inside, the card comes: to a person with a number to call, to a program as a level that closes everything.
    #[test]
    fn the_emergency_card_is_shown_when_everything_else_fails() {
        for (lang, says) in [(Lang::En, "112"), (Lang::Ru, "112")] {
            let mut out = Vec::new();
            let ended = under_card(&mut out, false, lang, || panic!("a record cannot be read")).expect("the card can be written");
            assert_ne!(format!("{ended:?}"), format!("{:?}", std::process::ExitCode::SUCCESS));
            let text = String::from_utf8(out).expect("the card is text");
            assert!(text.contains(says), "{text}");
        }
        let mut out = Vec::new();
        under_card(&mut out, true, Lang::En, || panic!("a record cannot be read")).expect("the card can be written");
        let json: serde_json::Value = serde_json::from_slice(&out).expect("it is JSON");
        assert_ne!(json["level"], "CONTINUE", "{json}");
    }
}

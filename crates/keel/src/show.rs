//! What a person sees in the terminal: colour and tables where there is a terminal, plain text elsewhere.

use std::{
    collections::BTreeSet,
    io::{self, Write},
};

use comfy_table::{ContentArrangement, Table, presets::UTF8_FULL_CONDENSED};
use keel_knowledge::{FieldKind, Knowledge, Lang, MedicineSeverity, MuscleState, Text};
use keel_therapy::{Catalogue, Classified, Findings, Ground, Item, Plan, Programme, RANK_LOCKED, Session, Triage};

pub(crate) const RED: &str = "\u{1b}[1;31m";
pub(crate) const YELLOW: &str = "\u{1b}[33m";
pub(crate) const GREEN: &str = "\u{1b}[1;32m";
const BOLD: &str = "\u{1b}[1m";
const DIM: &str = "\u{1b}[2m";
pub(crate) const RESET: &str = "\u{1b}[0m";

/// Columns used where the output is not a terminal.
const PLAIN_WIDTH: u16 = 110;

/// The level, what to do, and why.
pub(crate) fn triage(
    out: &mut impl Write,
    name: &str,
    triage: &Triage,
    knowledge: &Knowledge,
    country: Option<&str>,
    lang: Lang,
) -> io::Result<()> {
    let colour = match triage.rank {
        0 => GREEN,
        1 | 2 => YELLOW,
        _ => RED,
    };
    writeln!(out, "\n{BOLD}{name}{RESET}")?;
    writeln!(out, "{colour}{} · {}{RESET}", triage.level, triage.title.get(lang))?;
    writeln!(out, "{}", wrapped(triage.message.get(lang), 0))?;
    if triage.rank >= RANK_LOCKED {
        writeln!(out, "{RED}{}{RESET}", emergency_numbers(knowledge, country, lang))?;
    }
    // A long list of unanswered questions is one thing to say, not thirty.
    let unanswered = triage.because.iter().filter(|reason| reason.ground == Ground::Unanswered).count();
    let mut is_said = unanswered <= 3;
    for reason in &triage.because {
        // Before what only follows from them.
        if !is_said && reason.ground != Ground::Holds {
            let said = knowledge
                .messages
                .format(lang, "terminal-unanswered", &[("count", unanswered.into())]);
            writeln!(out, "  • {said}")?;
            is_said = true;
        }
        if unanswered > 3 && reason.ground == Ground::Unanswered {
            continue;
        }
        writeln!(out, "  • {}", wrapped(reason.text.get(lang), 4))?;
        writeln!(
            out,
            "    {DIM}{} ← {} [{}]{RESET}",
            reason.rule,
            reason.facts.join(", "),
            reason.sources.join(", ")
        )?;
    }
    let questions = triage.questions();
    if !questions.is_empty() {
        writeln!(out, "{BOLD}{}{RESET}", knowledge.messages.get(lang, "terminal-ask-doctor"))?;
        for question in questions {
            writeln!(out, "  ? {}", wrapped(question.get(lang), 4))?;
        }
    }
    Ok(())
}

/// The card that needs no knowledge.
pub(crate) fn locked(out: &mut impl Write, triage: &Triage, lang: Lang) -> io::Result<()> {
    writeln!(out, "{RED}{}{RESET}", triage.title.get(lang))?;
    triage
        .message
        .get(lang)
        .lines()
        .try_for_each(|line| writeln!(out, "{}", wrapped(line, 0)))
}

fn emergency_numbers(knowledge: &Knowledge, country: Option<&str>, lang: Lang) -> String {
    match country.and_then(|code| knowledge.country(code)) {
        Some(country) => format!("☎ {}: {}", country.name.get(lang), country.ambulance.join(" · ")),
        None => format!("☎ {}", keel_knowledge::builtin_emergency_card(lang).numbers),
    }
}

/// Stage, irritability, direction, weak and tense groups, medicines, tests to do.
pub(crate) fn findings(out: &mut impl Write, findings: &Findings, knowledge: &Knowledge, lang: Lang) -> io::Result<()> {
    let text = |id: &str| knowledge.messages.get(lang, id);
    writeln!(out, "\n{BOLD}{}{RESET}", text("terminal-findings"))?;
    for (id, classified) in [
        ("stage", &findings.stage),
        ("irritability", &findings.irritability),
        ("direction", &findings.direction),
    ] {
        let title = knowledge
            .classifications
            .get(id)
            .map(|classification| classification.title.get(lang))
            .unwrap_or_default();
        let Classified {
            determined, name, facts, ..
        } = classified;
        let shown = match determined {
            Some(_) => name.get(lang).to_owned(),
            None => knowledge
                .messages
                .format(lang, "terminal-undetermined", &[("used", name.get(lang).to_owned().into())]),
        };
        writeln!(out, "  {title}: {BOLD}{shown}{RESET} {DIM}← {}{RESET}", facts.join(", "))?;
    }
    for (state, id, colour) in [
        (MuscleState::Weak, "terminal-weak", YELLOW),
        (MuscleState::Tense, "terminal-tense", YELLOW),
    ] {
        for finding in findings.of(state) {
            let group = knowledge.muscle_group_name(&finding.group, lang);
            writeln!(
                out,
                "  {colour}{}{RESET} {group}: {} {DIM}← {}{RESET}",
                text(id),
                finding.says.get(lang),
                finding.facts.join(", ")
            )?;
        }
    }
    for warning in &findings.medicines {
        let colour = if warning.severity == MedicineSeverity::Effect {
            YELLOW
        } else {
            RED
        };
        writeln!(
            out,
            "  {colour}{}{RESET} {}",
            warning.title.get(lang),
            wrapped(warning.message.get(lang), 4)
        )?;
    }
    if !findings.to_do.is_empty() {
        let names: Vec<&str> = findings.to_do.iter().map(|to_do| to_do.title.get(lang)).collect();
        writeln!(out, "  {}: {}", text("terminal-tests-to-do"), wrapped(&names.join("; "), 4))?;
    }
    Ok(())
}

/// The week as a table, then why.
pub(crate) fn programme(out: &mut impl Write, plan: &Plan, knowledge: &Knowledge, lang: Lang, left_out: bool) -> io::Result<()> {
    let text = |id: &str| knowledge.messages.get(lang, id);
    let Some(programme) = &plan.programme else {
        writeln!(out, "\n{RED}{}{RESET}", text("terminal-no-programme"))?;
        return Ok(());
    };
    writeln!(
        out,
        "\n{BOLD}{}{RESET} {}",
        text("terminal-week"),
        wrapped(programme.message.get(lang), 0)
    )?;
    let mut table = table();
    if table.width().is_none() {
        table.set_width(PLAIN_WIDTH);
    }
    table.set_header([
        text("terminal-when"),
        text("terminal-exercise"),
        text("terminal-block"),
        text("terminal-dose"),
    ]);
    for session in &programme.sessions {
        for (index, item) in session.items.iter().enumerate() {
            let when = if index == 0 {
                when(session, programme.minutes_per_day, knowledge, lang)
            } else {
                String::new()
            };
            let new = if item.is_new {
                format!(" ({})", text("terminal-new"))
            } else {
                String::new()
            };
            table.add_row([
                when,
                format!("{} {}{new}", item.exercise, item.name.get(lang)),
                text(&format!("block-{}", item.block.id())),
                keel_report::dose_text(&item.dose, &knowledge.messages, lang),
            ]);
        }
    }
    writeln!(out, "{table}")?;
    for note in programme.gaps.iter().chain(&programme.notes) {
        writeln!(out, "  ! {}", wrapped(note.get(lang), 4))?;
    }
    writeln!(out, "\n{BOLD}{}{RESET}", text("terminal-why"))?;
    let mut shown = BTreeSet::new();
    for item in programme.sessions.iter().flat_map(|session| &session.items) {
        if shown.insert(&item.exercise) {
            why(out, item, programme, knowledge, lang)?;
        }
    }
    writeln!(
        out,
        "\n{BOLD}{}{RESET}",
        knowledge
            .messages
            .format(lang, "terminal-left-out", &[("count", plan.excluded.len().into())])
    )?;
    if left_out {
        for excluded in &plan.excluded {
            writeln!(out, "  {BOLD}{}{RESET} {}", excluded.exercise, excluded.name.get(lang))?;
            for against in &excluded.against {
                writeln!(out, "      {}", wrapped(against.text.get(lang), 6))?;
            }
        }
    } else {
        writeln!(out, "  {DIM}{}{RESET}", text("terminal-see-left-out"))?;
    }
    writeln!(
        out,
        "{DIM}{} {} · {} {}{RESET}",
        text("terminal-engine"),
        plan.engine_version,
        text("terminal-knowledge"),
        &plan.knowledge_hash[..12]
    )?;
    Ok(())
}

fn when(session: &Session, minutes: u32, knowledge: &Knowledge, lang: Lang) -> String {
    let day = knowledge
        .messages
        .get(lang, &format!("weekday-{}", session.date.weekday().to_monday_one_offset()));
    let used = knowledge.messages.format(
        lang,
        "terminal-minutes-of",
        &[("used", session.minutes().into()), ("all", minutes.into())],
    );
    format!("{day} {}\n{}\n{used}", session.date, session.start.strftime("%H:%M"))
}

fn why(out: &mut impl Write, item: &Item, programme: &Programme, knowledge: &Knowledge, lang: Lang) -> io::Result<()> {
    writeln!(out, "  {BOLD}{}{RESET} {}", item.exercise, item.name.get(lang))?;
    if let Some(load) = keel_report::load_text(item, &programme.load_budget, knowledge, lang) {
        writeln!(out, "      {}", wrapped(&format!("{} {}", load.disc, load.muscles), 6))?;
    }
    for because in &item.because {
        writeln!(
            out,
            "      {} {DIM}[{}]{RESET}",
            wrapped(because.text.get(lang), 6),
            because.sources.join(", ")
        )?;
    }
    Ok(())
}

/// Every field of a case file, by section.
pub(crate) fn fields(knowledge: &Knowledge) -> String {
    let catalogue = Catalogue::new(knowledge);
    let mut text = String::new();
    let mut section = String::new();
    for spec in catalogue.fields() {
        let own = spec.path.split('.').next().unwrap_or_default();
        if own != section {
            text.push_str(&format!("\n### [{own}]\n\n| field | value | question |\n|---|---|---|\n"));
            section = own.to_owned();
        }
        let limits = spec.limits.map(|(min, max)| format!("{min}–{max}")).unwrap_or_default();
        let unit = spec.unit.map(|unit| format!(" {unit}")).unwrap_or_default();
        let ids = || spec.choices.ids().iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(" ");
        let value = match spec.kind {
            FieldKind::Integer => format!("whole number {limits}{unit}"),
            FieldKind::Number => format!("number {limits}{unit}"),
            FieldKind::Choice => format!("one of {}", ids()),
            FieldKind::Choices => format!("list of {}", ids()),
            FieldKind::YesNo => "`yes` `no` `unsure`".to_owned(),
            FieldKind::Date => "date".to_owned(),
            FieldKind::Time => "time".to_owned(),
            FieldKind::Text => "text".to_owned(),
        };
        let key = spec.path.split_once('.').map_or(spec.path.as_str(), |(_, key)| key);
        text.push_str(&format!("| `{key}` | {value} | {} |\n", cell(spec.ask)));
    }
    text
}

fn cell(text: &Text) -> String {
    text.en.replace('|', "\\|").replace('\n', " ")
}

/// A table as wide as the terminal; where there is none, as wide as its texts.
pub(crate) fn table() -> Table {
    let mut table = Table::new();
    table
        .load_style(UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table
}

/// Text broken into lines of the terminal's width, later lines indented.
pub(crate) fn wrapped(text: &str, indent: usize) -> String {
    let width = Table::new().width().unwrap_or(PLAIN_WIDTH).clamp(40, PLAIN_WIDTH) as usize;
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        let fits = lines
            .last()
            .is_some_and(|line| line.is_empty() || line.chars().count() + 1 + word.chars().count() + indent <= width);
        match lines.last_mut() {
            Some(line) if fits => {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join(&format!("\n{}", " ".repeat(indent)))
}

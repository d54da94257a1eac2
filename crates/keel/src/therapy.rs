//! `keel therapy`: everything of a complex therapy beside the exercises, for people of case files.

use std::io::Write as _;

use clap::Args;
use keel_knowledge::{CourseKind, Knowledge, Lang};
use keel_therapy::{Asking, Catalogue, Cleared, Complex, Option3, PersonFacts, RANK_LOCKED, complex, complex_json, triage, triage_json};

use crate::{cases::LoadedCase, show};

#[derive(Args)]
pub(crate) struct TherapyArgs {
    #[command(flatten)]
    pub(crate) case: crate::CaseArgs,
    /// Day from which questionnaires come due; otherwise the day of the case
    #[arg(long, value_name = "DAY")]
    pub(crate) began: Option<jiff::civil::Date>,
}

/// Shows what there is, or gives it as JSON where that was asked for.
pub(crate) fn run(
    knowledge: &Knowledge,
    catalogue: &Catalogue<'_>,
    args: &TherapyArgs,
    loaded: &[LoadedCase],
) -> anyhow::Result<Vec<serde_json::Value>> {
    let mut results = Vec::new();
    for LoadedCase { name, case, date, lang } in loaded {
        // What was done on the day of the case is looked at from its end: all of it counts.
        let now = date.at(23, 59, 0, 0);
        let facts = PersonFacts::new(knowledge, catalogue, &case.answers, *date).at(now);
        let complex = complex(&facts, args.began.unwrap_or(*date), now);
        // Whether exercise is safe comes first: what goes with it may only be read under that.
        let outcome = triage(&facts, Asking::Done);
        if args.case.json {
            let mut result = complex_json(&complex, *lang);
            result["triage"] = triage_json(&outcome, Some(knowledge), *lang);
            results.push(result);
        } else {
            let country = case.answers.word("person.country");
            show::triage(&mut anstream::stdout(), name, &outcome, knowledge, country, *lang)?;
            show_complex(&complex, outcome.rank >= RANK_LOCKED, knowledge, *lang)?;
        }
    }
    Ok(results)
}

/// `waits`: whether treatments have to wait until someone has looked at the person.
fn show_complex(complex: &Complex<'_>, waits: bool, knowledge: &Knowledge, lang: Lang) -> anyhow::Result<()> {
    let mut out = anstream::stdout().lock();
    let text = |id: &str| knowledge.messages.get(lang, id);
    let heading = |out: &mut dyn std::io::Write, id: &str| writeln!(out, "\n{}{}{}", show::GREEN, text(id), show::RESET);

    heading(&mut out, "complex-support")?;
    writeln!(out, "  {}", text(&format!("support-{}", complex.support.id())))?;
    for flag in &complex.yellow_flags {
        writeln!(out, "  • {}: {}", flag.rule.title.get(lang), flag.rule.message.get(lang))?;
    }

    heading(&mut out, "complex-questionnaires")?;
    for one in &complex.filled_in {
        let Some((on, scored)) = one.history.last() else { continue };
        let scores: Vec<String> = scored
            .scores
            .iter()
            .map(|(id, score)| {
                score
                    .as_ref()
                    .map_or_else(|error| format!("{id}: {error}"), |value| format!("{id} {value:.1}"))
            })
            .collect();
        let trend = one.trend.map(|trend| text(&format!("trend-{}", trend.id()))).unwrap_or_default();
        writeln!(out, "  {} ({on}): {} {trend}", one.instrument.name.get(lang), scores.join(", "))?;
    }
    for due in &complex.due {
        let name = knowledge
            .instruments
            .get(&due.instrument)
            .map_or("", |record| record.name.get(lang));
        writeln!(
            out,
            "  ○ {name}: {}",
            knowledge.messages.format(lang, "questionnaire-due", &[("week", due.week.into())])
        )?;
    }

    if !(complex.medicines.is_empty() && complex.diary.is_empty() && complex.warnings.is_empty()) {
        heading(&mut out, "complex-medicines")?;
    }
    for one in &complex.medicines {
        let most = one.label_mg.map(|mg| format!(" / {mg} mg")).unwrap_or_default();
        writeln!(out, "  {}: {} mg{most} ({}×)", one.name.get(lang), one.mg, one.times)?;
    }
    for warning in &complex.diary {
        writeln!(out, "  {}! {}{}", show::RED, warning.text.get(lang), show::RESET)?;
    }
    for warning in &complex.warnings {
        writeln!(out, "  ! {}: {}", warning.title.get(lang), warning.message.get(lang))?;
    }

    heading(&mut out, "complex-physiotherapy")?;
    for one in &complex.treatments {
        let cleared = match one.clearance.cleared() {
            Cleared::Yes | Cleared::AskFirst if waits => text("cleared-waits"),
            cleared => text(&format!("cleared-{}", cleared.id())),
        };
        let mark = if one.prescribed { "●" } else { " " };
        writeln!(
            out,
            "  {mark} {}: {cleared}; {}",
            one.modality.name.get(lang),
            text(&format!("grade-{}", one.modality.grade.id()))
        )?;
        for stands in &one.clearance.against {
            writeln!(out, "      – {}", stands.reason.get(lang))?;
        }
    }
    for wait in &complex.waits {
        let until = wait.until.strftime("%H:%M").to_string();
        writeln!(
            out,
            "  ! {}",
            knowledge.messages.format(
                lang,
                "treatment-wait",
                &[("name", wait.name.get(lang).into()), ("until", until.into())]
            )
        )?;
    }

    heading(&mut out, "complex-belt")?;
    writeln!(out, "  {}", complex.belt.rules.stance.get(lang))?;
    for stands in &complex.belt.clearance.against {
        writeln!(out, "  – {}", stands.reason.get(lang))?;
    }
    for kit in complex.belt.kit.iter().filter(|kit| kit.option == Option3::Sensible) {
        writeln!(out, "  • {}: {}", kit.orthosis.name.get(lang), kit.orthosis.why.get(lang))?;
    }
    if let Some(wearing) = &complex.belt.wearing {
        writeln!(out, "  {}", wearing.says.get(lang))?;
    }

    heading(&mut out, "complex-course")?;
    if let Some(flare) = &complex.flare {
        writeln!(out, "  {}: {}", flare.name.get(lang), flare.meaning.get(lang))?;
    }
    for page in complex.pages(CourseKind::Expect) {
        writeln!(out, "  • {}", page.title.get(lang))?;
    }
    Ok(())
}

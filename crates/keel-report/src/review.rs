//! The rules as a clinician reviews them: what each rule says to a person in both languages, when it holds, on what it stands, and the people
//! of its vignettes with what is expected of them.

use keel_knowledge::{Condition, Knowledge, Lang, Provenance, Record, RuleKind, Status, Text, VignetteFile};
use keel_therapy::{Catalogue, Difference, try_vignettes};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// A rule as it is shown.
struct Rule<'k> {
    kind: RuleKind,
    id: &'k str,
    file: &'k str,
    title: &'k Text,
    texts: Vec<&'k Text>,
    conditions: Vec<(String, &'k Condition)>,
    status: Status,
    provenance: Option<Provenance>,
    review_by: &'k str,
    sources: &'k [String],
    prose: &'k str,
}

/// The page, in English with every text for people in both languages.
pub fn review_html(knowledge: &Knowledge, catalogue: &Catalogue<'_>) -> String {
    let differences = try_vignettes(knowledge, catalogue);
    let rules = rules(knowledge);
    let people: usize = knowledge.vignettes.iter().map(|file| file.vignettes.len()).sum();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Keel: rules and their people, for review" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "Rules and their people, for review" }
                    p { (rules.len()) " rules, " (people) " people, " (differences.len()) " of them judged otherwise than written. Knowledge " code { (knowledge.hash) } "." }
                    p { "A rule is safe to use only after a clinician has read it, tried it on people of their own, and signed its record. What is marked “proposal” has no published source." }
                    nav aria-label="Kinds of rules" {
                        @for kind in RuleKind::ALL {
                            @let count = rules.iter().filter(|rule| rule.kind == kind).count();
                            @if count > 0 { a href={ "#" (kind.folder()) } { (kind.folder()) " (" (count) ")" } " " }
                        }
                    }
                }
                main {
                    @for kind in RuleKind::ALL {
                        @let of_kind: Vec<&Rule<'_>> = rules.iter().filter(|rule| rule.kind == kind).collect();
                        @if !of_kind.is_empty() {
                            h2 id=(kind.folder()) { (kind.folder()) }
                            @for rule in of_kind { (card(knowledge, rule, &differences)) }
                        }
                    }
                }
            }
        }
    };
    page.into_string()
}

fn card(knowledge: &Knowledge, rule: &Rule<'_>, differences: &[Difference]) -> Markup {
    let people = knowledge
        .vignettes
        .iter()
        .find(|file| file.kind == Some(rule.kind) && file.about == rule.id);
    html! {
        section id={ (rule.kind.folder()) "-" (rule.id) } {
            h3 { (rule.title.get(Lang::En)) " " span.id { (rule.id) } }
            p.ru lang="ru" { (rule.title.get(Lang::Ru)) }
            p.state { (status(rule.status)) " · " (provenance(rule.provenance)) " · review by " (rule.review_by) " · " code { (rule.file) } }
            @for text in &rule.texts {
                div.both { p { (text.get(Lang::En)) } p lang="ru" { (text.get(Lang::Ru)) } }
            }
            @if !rule.conditions.is_empty() {
                dl.when {
                    @for (part, condition) in &rule.conditions {
                        dt { @if part.is_empty() { "holds when" } @else { (part) } }
                        dd { code { (condition.source()) } }
                    }
                }
            }
            p.sources {
                "Sources: "
                @for (index, source) in rule.sources.iter().enumerate() {
                    @if index > 0 { "; " }
                    @match knowledge.sources.get(source) {
                        Some(record) => { (record.title) " " @if let Some(year) = record.year { "(" (year) ") " } span.id { (record.locator) } },
                        None => (source),
                    }
                }
            }
            @if !rule.prose.is_empty() { details { summary { "For the clinician" } @for part in rule.prose.split("\n\n") { p { (part) } } } }
            @match people {
                Some(file) => (told(file, differences)),
                None => p.missing { "Nobody is told of." },
            }
        }
    }
}

fn told(file: &VignetteFile, differences: &[Difference]) -> Markup {
    html! {
        details open[differences.iter().any(|one| one.file == file.file)] {
            summary { (file.vignettes.len()) " people" }
            @for vignette in &file.vignettes {
                @let end = file.vignettes.iter().map(|one| one.line).filter(|line| *line > vignette.line).min().unwrap_or(usize::MAX);
                @let wrong: Vec<&Difference> = differences.iter().filter(|one| one.file == file.file && (vignette.line..end).contains(&one.line)).collect();
                article {
                    h4 { (vignette.heading()) }
                    p { (vignette.prose) }
                    @if !vignette.facts.is_empty() { pre { (vignette.facts.trim()) } }
                    ul { @for (key, value, _) in &vignette.expected { li { b { (key) } ": " (value) } } }
                    @if wrong.is_empty() { p.agrees { "✓ judged as written" } }
                    @for one in wrong { p.differs { "✗ " (one.text) } }
                }
            }
        }
    }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Draft => "draft, not reviewed",
        Status::Reviewed => "reviewed",
        Status::Stable => "stable",
        Status::Withdrawn => "withdrawn",
    }
}

fn provenance(provenance: Option<Provenance>) -> &'static str {
    match provenance {
        Some(Provenance::Seen) => "source read",
        Some(Provenance::MemoryHigh) => "well established, not re-read",
        Some(Provenance::MemoryMedium) => "to be verified",
        Some(Provenance::MemoryLow) => "to be verified, weak",
        Some(Provenance::Proposal) => "proposal of this project",
        None => "provenance missing",
    }
}

fn rule<'k, T>(
    kind: RuleKind,
    record: &'k Record<T>,
    title: &'k Text,
    texts: Vec<&'k Text>,
    conditions: Vec<(String, &'k Condition)>,
) -> Rule<'k> {
    Rule {
        kind,
        id: &record.id,
        file: &record.file,
        title,
        texts,
        conditions,
        status: record.status,
        provenance: record.provenance,
        review_by: &record.review_by,
        sources: &record.sources,
        prose: &record.prose,
    }
}

fn one(condition: &Condition) -> Vec<(String, &Condition)> {
    vec![(String::new(), condition)]
}

fn rules(k: &Knowledge) -> Vec<Rule<'_>> {
    let mut rules: Vec<Rule<'_>> = Vec::new();
    for flag in k.red_flags.values() {
        let texts = [Some(&flag.question), flag.help.as_ref(), Some(&flag.because)]
            .into_iter()
            .flatten();
        let level = format!("asked ({}) when", flag.level);
        rules.push(rule(
            RuleKind::RedFlags,
            flag,
            &flag.question,
            texts.skip(1).collect(),
            vec![(level, &flag.applies)],
        ));
    }
    for record in k.triage_rules.values() {
        let texts = [&record.message].into_iter().chain(&record.questions).collect();
        rules.push(rule(
            RuleKind::Triage,
            record,
            &record.title,
            texts,
            vec![(format!("{} when", record.level), &record.when)],
        ));
    }
    for record in k.contraindications.values() {
        rules.push(rule(
            RuleKind::Contraindications,
            record,
            &record.title,
            vec![&record.reason],
            one(&record.when),
        ));
    }
    for (kind, records) in [
        (RuleKind::MedicineFlags, &k.medicine_flags),
        (RuleKind::MedicineEffects, &k.medicine_effects),
    ] {
        for record in records.values() {
            rules.push(rule(kind, record, &record.title, vec![&record.message], one(&record.when)));
        }
    }
    for record in k.classifications.values() {
        let conditions = record.classes.iter().map(|class| (class.id.clone(), &class.when)).collect();
        let texts = record.classes.iter().map(|class| &class.meaning).collect();
        rules.push(rule(RuleKind::Classes, record, &record.title, texts, conditions));
    }
    for record in k.tests.values() {
        let mut conditions: Vec<(String, &Condition)> = vec![("offered when".to_owned(), &record.offered_when)];
        conditions.extend(record.findings.iter().map(|finding| (finding.group.clone(), &finding.when)));
        let texts = [&record.why, &record.stop].into_iter().chain(&record.steps).collect();
        rules.push(rule(RuleKind::Tests, record, &record.title, texts, conditions));
    }
    for record in k.instruments.values() {
        let conditions = record.bands.iter().map(|band| (band.id.clone(), &band.when)).collect();
        let texts = [&record.measures, &record.licence]
            .into_iter()
            .chain(record.items.iter().filter_map(|item| item.ask.as_ref()))
            .collect();
        rules.push(rule(RuleKind::Instruments, record, &record.name, texts, conditions));
    }
    for record in k.support_rules.values() {
        let conditions = vec![(format!("{} support when", record.support.id()), &record.when)];
        rules.push(rule(RuleKind::Support, record, &record.title, vec![&record.message], conditions));
    }
    for record in k.modalities.values() {
        let conditions = record.against.iter().map(|against| (against.id.clone(), &against.when)).collect();
        let texts = [&record.what, &record.evidence, &record.expect]
            .into_iter()
            .chain(record.against.iter().map(|against| &against.reason))
            .collect();
        rules.push(rule(RuleKind::Modalities, record, &record.name, texts, conditions));
    }
    for record in k.orthoses.values() {
        let texts = vec![&record.good_for, &record.not_for, &record.why];
        rules.push(rule(RuleKind::Orthoses, record, &record.name, texts, one(&record.sensible_when)));
    }
    let belt = &k.belt;
    let conditions = belt.against.iter().map(|against| (against.id.clone(), &against.when)).collect();
    let texts = [&belt.stance]
        .into_iter()
        .chain(belt.against.iter().map(|against| &against.reason))
        .collect();
    rules.push(rule(RuleKind::Belt, belt, &belt.title, texts, conditions));
    for record in k.medicines.values().filter(|record| record.label_max_mg.is_some()) {
        let conditions = record
            .label_caps
            .iter()
            .map(|cap| (format!("{} mg when", cap.mg), &cap.when))
            .collect();
        rules.push(rule(
            RuleKind::Medicines,
            record,
            &record.name,
            record.label_max.iter().collect(),
            conditions,
        ));
    }
    rules
}

/// Style of the page.
const STYLE: &str = include_str!("review.css");

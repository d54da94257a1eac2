//! What must hold in the records beside exercise: instruments, yellow flags, physiotherapy, belts, the course, and the figures of tests.

use std::collections::BTreeSet;

use crate::{
    AgainstRule, Condition, CourseKind, Diagnostic, Instrument, MissingItems, MuscleState, Quantity, Record, ScoreMethod, Ships, Use,
};

use super::{Kind, Lint, misused};

/// Facts of the IPAQ beside its score.
const IPAQ_FACTS: [&str; 9] = [
    "days",
    "steady_days",
    "vigorous_days",
    "vigorous_each",
    "moderate_days",
    "moderate_each",
    "walk_days",
    "walk_each",
    "vigorous_met",
];

pub(super) fn lint(lint: &mut Lint<'_>) {
    instruments(lint);
    let k = lint.knowledge;
    for rule in k.support_rules.values() {
        lint.condition(rule, &rule.when);
    }
    for modality in k.modalities.values() {
        against(lint, modality, &modality.against);
        if modality.review_after_sessions == 0 {
            lint.error(
                modality,
                "review_after_sessions",
                "a review comes after at least one session".to_owned(),
            );
        }
        for exercise in &modality.after_allow {
            lint.resolve(modality, "exercise", exercise, k.exercises.keys().map(String::as_str));
        }
    }
    prescribed(lint);
    orthoses(lint);
    course(lint);
    if k.retriage.weekly_days == 0 || k.retriage.events.is_empty() {
        lint.error(
            &k.retriage,
            "weekly_days",
            "weekly questions come after at least one day, and events are named".to_owned(),
        );
    }
    figures_of_tests(lint);
    overlapping_norms(lint);
    label_limits(lint);
}

fn instruments(lint: &mut Lint<'_>) {
    let k = lint.knowledge;
    for instrument in k.instruments.values() {
        let mut ids = BTreeSet::new();
        for item in &instrument.items {
            if !ids.insert(item.id.as_str()) {
                let line = instrument.lines_of(&format!("id = \"{}\"", item.id)).last().unwrap_or(1);
                let problem = format!("item “{}” is there twice", item.id);
                lint.found.push(Diagnostic::error(&instrument.file, line, problem));
            }
            if (instrument.ships == Ships::Text) != item.ask.is_some() {
                let problem = match instrument.ships {
                    Ships::Text => format!("item “{}” has no text, although the text is shipped", item.id),
                    _ => format!("the text of item “{}” must not be shipped (see licence)", item.id),
                };
                lint.error(instrument, &format!("id = \"{}\"", item.id), problem);
            }
            let outside = item.choices.iter().any(|choice| !(item.min..=item.max).contains(&choice.value));
            if item.min >= item.max || outside {
                lint.error(
                    instrument,
                    &format!("id = \"{}\"", item.id),
                    format!("item “{}” needs min < max, and choices between them", item.id),
                );
            }
        }
        scores(lint, instrument);
        bands(lint, instrument);
    }
}

fn scores(lint: &mut Lint<'_>, instrument: &Record<Instrument>) {
    if instrument.scores.is_empty() {
        lint.error(instrument, "[[score]]", "at least one score".to_owned());
    }
    for score in &instrument.scores {
        let line = format!("id = \"{}\"", score.id);
        for item in score.items.iter().flatten() {
            lint.resolve(instrument, "item", item, instrument.items.iter().map(|item| item.id.as_str()));
        }
        if score.range[0] >= score.range[1] {
            lint.error(instrument, &line, format!("score “{}” needs range = [low, high]", score.id));
        }
        let (lowest, highest) = instrument
            .items_of(score)
            .fold((0, 0), |(low, high), item| (low + item.min, high + item.max));
        let values = usize::try_from(highest - lowest + 1).unwrap_or_default();
        if score.method == ScoreMethod::TTable && score.table.len() != values {
            lint.error(
                instrument,
                "table = [",
                format!(
                    "the table of “{}” needs {values} values, for raw sums from {lowest} to {highest}",
                    score.id
                ),
            );
        }
        let sum_fits = score.range[0] <= f64::from(lowest) && f64::from(highest) <= score.range[1];
        if score.method == ScoreMethod::Sum && !sum_fits {
            lint.error(
                instrument,
                &line,
                format!("sums of “{}” run from {lowest} to {highest}, outside its range", score.id),
            );
        }
        if (score.method == ScoreMethod::Entered) != (instrument.ships == Ships::Total) {
            lint.error(instrument, &line, "totals are entered exactly where ships = \"total\"".to_owned());
        }
        if (score.missing == MissingItems::Rescale) != score.answered_least.is_some() {
            lint.error(
                instrument,
                &line,
                "answered_least goes with missing = \"rescale\", and only with it".to_owned(),
            );
        }
    }
    if let Some(change) = &instrument.change {
        lint.resolve(
            instrument,
            "score",
            &change.score,
            instrument.scores.iter().map(|score| score.id.as_str()),
        );
        if change.least.is_none() && change.percent.is_none() {
            lint.error(instrument, "[change]", "least, percent, or both".to_owned());
        }
    }
}

fn bands(lint: &mut Lint<'_>, instrument: &Record<Instrument>) {
    let ipaq = instrument.scores.iter().any(|score| score.method == ScoreMethod::Ipaq);
    let known = |path: &str| instrument.scores.iter().any(|score| score.id == path) || (ipaq && IPAQ_FACTS.contains(&path));
    for band in &instrument.bands {
        for path in band.when.paths().into_iter().filter(|path| !known(path)) {
            let problem = format!("band “{}” names “{path}”, which is no score here", band.id);
            lint.error(instrument, band.when.source(), problem);
        }
        for (path, asked) in band.when.uses() {
            if asked != Use::Number
                && let Some(problem) = misused(path, &Kind::Number, asked)
            {
                lint.error(instrument, band.when.source(), problem);
            }
        }
    }
}

fn against<T>(lint: &mut Lint<'_>, record: &Record<T>, rules: &[AgainstRule]) {
    let mut ids = BTreeSet::new();
    for rule in rules {
        lint.condition(record, &rule.when);
        if !ids.insert(rule.id.as_str()) {
            lint.error(record, &format!("id = \"{}\"", rule.id), format!("“{}” is there twice", rule.id));
        }
        if let Some(path) = rule.when.negated_paths().into_iter().find(|path| path.starts_with("answers.")) {
            lint.error(
                record,
                rule.when.source(),
                format!("{path} stands under “not”: a positive red flag must never clear anything"),
            );
        }
    }
}

/// What a person may say was prescribed must be the modalities there are.
fn prescribed(lint: &mut Lint<'_>) {
    let k = lint.knowledge;
    let Some(questionnaire) = k.questionnaires.get("treatments") else {
        lint.found
            .push(Diagnostic::error("questionnaires/treatments.md", 1, "the file is missing"));
        return;
    };
    let choices = questionnaire
        .fields
        .iter()
        .filter(|field| field.path == "treatments.prescribed")
        .flat_map(|field| &field.choices);
    for choice in choices {
        lint.resolve(questionnaire, "modality", &choice.id, k.modalities.keys().map(String::as_str));
    }
}

fn orthoses(lint: &mut Lint<'_>) {
    let k = lint.knowledge;
    for orthosis in k.orthoses.values() {
        lint.condition(orthosis, &orthosis.sensible_when);
        if orthosis.rigidity > 4 {
            lint.error(orthosis, "rigidity", "rigidity is 0 to 4".to_owned());
        }
        if orthosis.rigidity >= 3 && orthosis.who == crate::Who::Person {
            lint.error(
                orthosis,
                "who",
                "a rigid orthosis is never decided on by the person alone".to_owned(),
            );
        }
    }
    let belt = &k.belt;
    against(lint, belt, &belt.against);
    let yes_no: Vec<&str> = lint
        .facts
        .iter()
        .filter(|(_, kind)| matches!(kind, Kind::YesNo))
        .map(|(path, _)| path.as_str())
        .collect();
    let numbers: Vec<&str> = lint
        .facts
        .iter()
        .filter(|(_, kind)| matches!(kind, Kind::Number))
        .map(|(path, _)| path.as_str())
        .collect();
    let points: Vec<(&str, &str, &[&str])> = belt
        .quality
        .iter()
        .map(|point| (point.field.as_str(), "yes/no question", yes_no.as_slice()))
        .chain(
            belt.fit
                .iter()
                .map(|point| (point.field.as_str(), "yes/no question", yes_no.as_slice())),
        )
        .chain(
            belt.measure
                .iter()
                .map(|measure| (measure.field.as_str(), "number to fill in", numbers.as_slice())),
        )
        .collect();
    let points: Vec<(String, &str, Vec<String>)> = points
        .into_iter()
        .map(|(field, kind, known)| (field.to_owned(), kind, known.iter().map(ToString::to_string).collect()))
        .collect();
    for (field, kind, known) in &points {
        lint.resolve(belt, kind, field, known.iter().map(String::as_str));
    }
    for measure in belt.measure.iter().filter(|measure| !k.pictures.contains_key(&measure.picture)) {
        let problem = format!("there is no picture postures/pictograms/{}.svg", measure.picture);
        lint.error(belt, &format!("\"{}\"", measure.picture), problem);
    }
    let mut next = 1;
    for step in &belt.wear {
        let [first, last] = step.weeks;
        if first != next || last < first || !(0.0..=24.0).contains(&step.hours_most) {
            lint.error(
                belt,
                &format!("weeks = [{first}, {last}]"),
                format!("weeks of wearing must follow each other, the next begin with {next}; hours are 0 to 24"),
            );
        }
        next = last + 1;
    }
}

fn course(lint: &mut Lint<'_>) {
    let k = lint.knowledge;
    for page in k.course.values() {
        lint.condition(page, &page.shown_when);
        for exercise in &page.exercises {
            lint.resolve(page, "exercise", exercise, k.exercises.keys().map(String::as_str));
        }
        let wanted = [
            ("weeks", page.weeks.is_some(), page.kind == CourseKind::Phase),
            ("hours", page.hours.is_some(), page.kind == CourseKind::Flare),
            ("treated_by", !page.treated_by.is_empty(), page.kind == CourseKind::Claim),
        ];
        for (key, there, wanted) in wanted {
            if there != wanted {
                let problem = if wanted {
                    format!("{key} is missing in a record of this kind")
                } else {
                    format!("{key} has no meaning in a record of this kind")
                };
                lint.error(page, if there { key } else { "kind" }, problem);
            }
        }
        if page.kind == CourseKind::Claim && page.why.is_none() {
            lint.error(page, "kind", "a claim needs `why`: what studies show".to_owned());
        }
        for reference in &page.treated_by {
            let found = match reference.split_once(':') {
                Some(("exercise", id)) => k.exercises.contains_key(id),
                Some(("rule", id)) => k.contraindications.contains_key(id),
                Some(("record", path)) => k.files.iter().any(|file| file == path),
                _ => false,
            };
            if !found {
                lint.error(
                    page,
                    &format!("\"{reference}\""),
                    format!("“{reference}” is no exercise:ID, rule:ID or record:PATH that is there"),
                );
            }
        }
    }
}

fn figures_of_tests(lint: &mut Lint<'_>) {
    let k = lint.knowledge;
    for test in k.tests.values() {
        for finding in &test.findings {
            let line = &format!("when = \"{}\"", finding.when.source());
            for (name, path) in [("measured", finding.measured.as_ref())]
                .into_iter()
                .chain([("of_mean", fact_of(&finding.of_mean)), ("limit", fact_of(&finding.limit))])
            {
                if let Some(path) = path {
                    let number = lint.facts.get(path.as_str()).is_some_and(|kind| matches!(kind, Kind::Number));
                    if !number {
                        lint.error(
                            test,
                            &format!("\"{path}\""),
                            format!("{name}: “{path}” is no number of a question or norm"),
                        );
                    }
                }
            }
            let share = |value: Option<f64>| value.is_none_or(|value| value > 0.0 && value < 1.0);
            if !(share(finding.strength) && share(finding.tone) && share(finding.length)) {
                lint.error(test, line, "strength, tone and length are shares between 0 and 1".to_owned());
            }
            let by_ratio = finding.measured.is_some() && finding.of_mean.is_some();
            let says_how_much = match finding.kind {
                MuscleState::Weak => finding.strength.is_some() != by_ratio,
                MuscleState::Tense => finding.tone.is_some(),
            };
            if !says_how_much {
                lint.error(
                    test,
                    line,
                    "a weak finding says how weak (strength, or measured with of_mean), a tense one how tense (tone)".to_owned(),
                );
            }
            if finding.error.is_some() != finding.limit.is_some() || (finding.error.is_some() && finding.measured.is_none()) {
                lint.error(test, line, "error, limit and measured go together".to_owned());
            }
        }
    }
}

/// Two norms of one name must not both fit a person: which of them counted would depend on their order.
fn overlapping_norms(lint: &mut Lint<'_>) {
    for test in lint.knowledge.tests.values() {
        let lines: Vec<usize> = test.lines_of("[[norm]]").collect();
        for (later, norm) in test.norms.iter().enumerate() {
            let clash = test.norms[..later].iter().find(|other| {
                let same_sex = norm.sex.is_none() || other.sex.is_none() || norm.sex == other.sex;
                other.name == norm.name && same_sex && norm.age_min <= other.age_max && other.age_min <= norm.age_max
            });
            if let Some(other) = clash {
                let problem = format!(
                    "norm “{}” from {} to {} overlaps that from {} to {}",
                    norm.name, norm.age_min, norm.age_max, other.age_min, other.age_max
                );
                let line = lines.get(later).copied().unwrap_or(1);
                lint.found.push(Diagnostic::error(&test.file, line, problem));
            }
        }
    }
}

fn fact_of(quantity: &Option<Quantity>) -> Option<&String> {
    match quantity {
        Some(Quantity::Fact(path)) => Some(path),
        Some(Quantity::Number(_)) | None => None,
    }
}

fn label_limits(lint: &mut Lint<'_>) {
    let k = lint.knowledge;
    for medicine in k.medicines.values() {
        let positive = medicine.label_max_mg.is_none_or(|mg| mg > 0.0 && mg.is_finite());
        let lower = medicine
            .label_caps
            .iter()
            .all(|cap| medicine.label_max_mg.is_some_and(|most| cap.mg > 0.0 && cap.mg < most));
        if !positive || !lower {
            lint.error(
                medicine,
                "label_max_mg",
                "label_max_mg is above 0, and each label_cap is below it".to_owned(),
            );
        }
        for cap in &medicine.label_caps {
            let condition: &Condition = &cap.when;
            lint.condition(medicine, condition);
        }
    }
}

//! The library and one exercise as tables for people, in their language.

use keel_knowledge::{Exercise, Knowledge, Lang, Record};
use keel_therapy::{Card, Cards, Dose, Limit};

use crate::{numbers::fixed, show};

/// How many muscles a list names.
const N_MUSCLES: usize = 3;

/// One line for each exercise.
pub(super) fn list(exercises: &[&Record<Exercise>], cards: &Cards, knowledge: &Knowledge, lang: Lang) -> String {
    let text = |id: &str| knowledge.messages.get(lang, id);
    let name = |group: usize| knowledge.muscle_group_name(&cards.groups[group], lang).to_owned();
    let mut table = show::table();
    table.set_header([
        "id".to_owned(),
        text("terminal-loads-name"),
        "L4-L5".to_owned(),
        "L5-S1".to_owned(),
        text("terminal-exercises-trains"),
        text("terminal-exercises-stretches"),
        text("terminal-exercises-range"),
    ]);
    for exercise in exercises {
        let mut row = vec![exercise.id.clone(), exercise.name.get(lang).to_owned()];
        match cards.get(&exercise.id) {
            Some(Ok(card)) => {
                let times = |disc: usize| format!("{} ×", fixed(card.load.discs[disc].of_standing.peak, 2));
                let trains = cards.ranked(card, knowledge, |one| one.activation.peak);
                let trains = trains.iter().take(N_MUSCLES);
                let trains: Vec<String> = trains
                    .map(|(group, peak)| format!("{} {} %", name(*group), fixed(peak * 100.0, 0)))
                    .collect();
                let longest = cards.ranked(card, knowledge, |one| one.longest_of_standing);
                let stretches = longest
                    .first()
                    .map(|(group, ratio)| format!("{} +{} %", name(*group), fixed((ratio - 1.0) * 100.0, 0)));
                row.extend([
                    times(1),
                    times(0),
                    trains.join(", "),
                    stretches.unwrap_or_default(),
                    format!("{} %", fixed(card.load.lumbar.largest() * 100.0, 0)),
                ]);
            }
            Some(Err(error)) => row.extend(["—".to_owned(), "—".to_owned(), error.to_owned()]),
            None => row.extend(["—".to_owned(), "—".to_owned(), text("terminal-exercises-not-computed")]),
        }
        table.add_row(row);
    }
    format!("{table}\n{}\n", text("terminal-exercises-legend"))
}

/// Texts, discs and muscles of one exercise.
pub(super) fn one(exercise: &Record<Exercise>, cards: &Cards, knowledge: &Knowledge, lang: Lang) -> String {
    let mut said = format!("{} · {}\n", exercise.id, exercise.name.get(lang));
    for text in [&exercise.start, &exercise.movement, &exercise.cue] {
        said += &format!("{}\n", show::wrapped(text.get(lang), 0));
    }
    match cards.get(&exercise.id) {
        Some(Ok(card)) => said + &figures(exercise, card, cards, knowledge, lang),
        Some(Err(error)) => said + error + "\n",
        None => {
            let why = exercise.not_computed.as_ref().map_or("", |why| why.get(lang));
            said + &show::wrapped(why, 0) + "\n"
        }
    }
}

fn figures(exercise: &Exercise, card: &Card, cards: &Cards, knowledge: &Knowledge, lang: Lang) -> String {
    let text = |id: &str| knowledge.messages.get(lang, id);
    let name = |group: usize| knowledge.muscle_group_name(&cards.groups[group], lang);
    let mut discs = show::table();
    discs.set_header([
        text("terminal-loads-disc"),
        text("terminal-loads-compression"),
        text("terminal-loads-of-standing"),
        text("terminal-exercises-mean"),
        text("terminal-exercises-shear"),
        text("terminal-loads-pressure"),
        text("terminal-loads-pressure-band"),
    ]);
    for (id, disc) in cards.discs.iter().zip(&card.load.discs).rev() {
        let (low_pa, high_pa) = disc.pressure_band_pa;
        discs.add_row([
            id.clone(),
            fixed(disc.compression_n.peak, 0),
            fixed(disc.of_standing.peak, 2),
            fixed(disc.of_standing.mean, 2),
            fixed(disc.shear_n.peak, 0),
            fixed(disc.pressure_pa.peak * 1e-6, 2),
            format!("{}–{}", fixed(low_pa * 1e-6, 2), fixed(high_pa * 1e-6, 2)),
        ]);
    }
    let mut muscles = show::table();
    muscles.set_header([
        text("terminal-loads-muscle"),
        text("terminal-loads-activation-right"),
        text("terminal-loads-activation-left"),
        text("terminal-exercises-above"),
        text("terminal-exercises-work"),
        text("terminal-exercises-length"),
        text("terminal-exercises-held"),
    ]);
    for pair in card.load.muscles.chunks(2) {
        let above = |level: usize| pair.iter().map(|one| one.seconds_above[level]).fold(0.0, f64::max);
        let most = |of: fn(&keel_loads::MuscleCourse) -> f64| pair.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
        muscles.add_row([
            name(pair[0].group).to_owned(),
            fixed(pair[0].activation.peak * 100.0, 0),
            fixed(pair[1].activation.peak * 100.0, 0),
            format!("{} / {} / {}", fixed(above(0), 1), fixed(above(1), 1), fixed(above(2), 1)),
            fixed(most(|one| one.shortening_j + one.lengthening_j), 1),
            fixed(most(|one| one.longest_of_standing) * 100.0, 0),
            fixed(most(|one| one.held_longest_s), 0),
        ]);
    }
    let lumbar = card.load.lumbar;
    let percent = |share: f64| fixed(share * 100.0, 0).into();
    let range = knowledge.messages.format(
        lang,
        "terminal-exercises-lumbar",
        &[
            ("flexion", percent(lumbar.flexion)),
            ("extension", percent(lumbar.extension)),
            ("side", percent(lumbar.side_bend_right.max(lumbar.side_bend_left))),
            ("turn", percent(lumbar.rotation_right.max(lumbar.rotation_left))),
            ("nerve", percent(card.load.nerve_tension[0].max(card.load.nerve_tension[1]))),
        ],
    );
    let day = card.sums(&Dose::of(exercise, keel_knowledge::DoseLevel::Low)).day_load();
    let day = knowledge.messages.format(
        lang,
        "terminal-exercises-day",
        &[
            ("compression", fixed(day.compression_min, 1).into()),
            ("shear", fixed(day.shear_min, 1).into()),
            ("flexion", fixed(day.flexion_min, 1).into()),
        ],
    );
    let limit = match cards.limit(card) {
        Limit::Disc { disc, of_standing } => {
            let words = [("disc", cards.discs[disc].as_str().into()), ("load", fixed(of_standing, 1).into())];
            knowledge.messages.format(lang, "terminal-exercises-limit-disc", &words)
        }
        Limit::Muscle { group, activation, .. } => {
            let words = [("muscle", name(group).into()), ("percent", percent(activation))];
            knowledge.messages.format(lang, "terminal-exercises-limit-muscle", &words)
        }
        Limit::Range { share } => knowledge
            .messages
            .format(lang, "terminal-exercises-limit-range", &[("percent", percent(share))]),
        Limit::Nerve { share, .. } => knowledge
            .messages
            .format(lang, "terminal-exercises-limit-nerve", &[("percent", percent(share))]),
    };
    format!(
        "{discs}\n{muscles}\n{range}\n{day}\n{limit}\n{}\n",
        text("terminal-exercises-uncertain")
    )
}

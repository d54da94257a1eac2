//! What is said of a card: the figures that list, page and JSON share.

use keel_body::Side;
use keel_knowledge::{Exercise, Lang, Record};
use keel_loads::TRAINING_LEVELS;
use keel_therapy::{Card, Cards, Dose, Limit};
use serde_json::{Map, Value, json};

/// Largest compression of L4-L5 or L5-S1 relative to standing.
pub(crate) fn lowest_two(card: &Card) -> f64 {
    card.load.discs[..2].iter().map(|disc| disc.of_standing.peak).fold(0.0, f64::max)
}

/// Everything about an exercise and its card, for programs.
pub(crate) fn json(exercise: &Record<Exercise>, cards: &Cards, lang: Lang) -> Value {
    let mut value = json!({
        "id": exercise.id,
        "name": exercise.name.get(lang),
        "aim": exercise.aim.id(),
        "direction": exercise.direction.id(),
        "motion": exercise.motion,
        "posture": exercise.posture,
        "not_computed": exercise.not_computed.as_ref().map(|why| why.get(lang)),
        "person": { "height_cm": round(cards.person.height_m * 1e2, 1), "mass_kg": cards.person.mass_kg },
    });
    let card = match cards.get(&exercise.id) {
        Some(Ok(card)) => card_json(exercise, card, cards),
        Some(Err(error)) => json!({ "error": error }),
        None => Value::Null,
    };
    value["card"] = card;
    value
}

fn card_json(exercise: &Exercise, card: &Card, cards: &Cards) -> Value {
    let discs: Map<String, Value> = cards
        .discs
        .iter()
        .zip(&card.load.discs)
        .map(|(id, disc)| {
            let value = json!({
                "peak_compression_n": round(disc.compression_n.peak, 0),
                "mean_compression_n": round(disc.compression_n.mean, 0),
                "peak_shear_n": round(disc.shear_n.peak, 0),
                "peak_relative_to_standing": round(disc.of_standing.peak, 2),
                "mean_relative_to_standing": round(disc.of_standing.mean, 2),
                "peak_pressure_mpa": {
                    "value": round(disc.pressure_pa.peak * 1e-6, 3),
                    "low": round(disc.pressure_band_pa.0 * 1e-6, 3),
                    "high": round(disc.pressure_band_pa.1 * 1e-6, 3),
                },
            });
            (id.clone(), value)
        })
        .collect();
    let muscles: Map<String, Value> = card
        .load
        .muscles
        .iter()
        .map(|one| {
            let above: Map<String, Value> = TRAINING_LEVELS
                .iter()
                .zip(one.seconds_above)
                .map(|(level, seconds)| (format!("{:.0}", level * 100.0), json!(round(seconds, 2))))
                .collect();
            let value = json!({
                "peak_activation": round(one.activation.peak, 3),
                "mean_activation": round(one.activation.mean, 3),
                "seconds_above_percent": above,
                "shortening_j": round(one.shortening_j, 2),
                "lengthening_j": round(one.lengthening_j, 2),
                "longest_of_standing": round(one.longest_of_standing, 3),
                "longest_fibre": round(one.longest_fibre, 3),
                "held_longest_s": round(one.held_longest_s, 1),
            });
            (format!("{}{}", cards.groups[one.group], one.side.suffix()), value)
        })
        .collect();
    let lumbar = card.load.lumbar;
    let low = Dose::of(exercise, keel_knowledge::DoseLevel::Low);
    let day = card.sums(&low).day_load();
    json!({
        "duration_s": round(card.load.duration_s, 1),
        "discs": discs,
        "muscles": muscles,
        "lumbar_range": {
            "flexion": round(lumbar.flexion, 2), "extension": round(lumbar.extension, 2),
            "side_bend_right": round(lumbar.side_bend_right, 2), "side_bend_left": round(lumbar.side_bend_left, 2),
            "rotation_right": round(lumbar.rotation_right, 2), "rotation_left": round(lumbar.rotation_left, 2),
        },
        "nerve_tension": { "right": round(card.load.nerve_tension[0], 2), "left": round(card.load.nerve_tension[1], 2) },
        "limited_by": limit_json(&cards.limit(card), cards),
        "feasible": card.load.is_feasible,
        "low_dose": {
            "compression_min": round(day.compression_min, 2), "shear_min": round(day.shear_min, 2), "flexion_min": round(day.flexion_min, 2),
        },
    })
}

fn limit_json(limit: &Limit, cards: &Cards) -> Value {
    match limit {
        Limit::Disc { disc, of_standing } => {
            json!({ "what": "disc", "disc": cards.discs[*disc], "relative_to_standing": round(*of_standing, 2) })
        }
        Limit::Muscle { group, side, activation } => {
            json!({ "what": "muscle", "muscle": format!("{}{}", cards.groups[*group], side.suffix()), "activation": round(*activation, 2) })
        }
        Limit::Range { share } => json!({ "what": "lumbar-range", "share": round(*share, 2) }),
        Limit::Nerve { side, share } => {
            json!({ "what": "nerve", "side": if *side == Side::Right { "right" } else { "left" }, "share": round(*share, 2) })
        }
    }
}

/// Rounded for reading, without the sign of a zero.
fn round(value: f64, digits: i32) -> f64 {
    let scale = 10f64.powi(digits);
    (value * scale).round() / scale + 0.0
}

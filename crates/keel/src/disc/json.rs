//! A day of the discs as JSON for programs.

use keel_disc::{Banded, Bending, Grade, Sample};
use keel_knowledge::Knowledge;
use serde_json::{Map, Value, json};

use super::{
    DiscDay, PersonDay,
    day_file::clock,
    solutes::{FormDay, Worst, part_name},
    table::lost,
};

/// Every disc with its course.
pub(super) fn day(day: &PersonDay, knowledge: &Knowledge) -> Value {
    let discs: Map<String, Value> = day.discs.iter().map(|disc| (disc.id.clone(), disc_value(disc))).collect();
    let begins_min = day.file.begins_min;
    let hours =
        day.file.hours.iter().zip(&day.labels).map(
            |(hours, label)| json!({ "from": clock(begins_min, hours.from_min), "to": clock(begins_min, hours.to_min), "doing": label }),
        );
    json!({
        "file": day.file.file,
        "person": { "height_cm": round(day.person.height_m * 1e2, 1), "mass_kg": round(day.person.mass_kg, 1) },
        "begins": clock(begins_min, 0),
        "hours": hours.collect::<Vec<_>>(),
        "discs": discs,
        "versions": { "engine": env!("CARGO_PKG_VERSION"), "knowledge": knowledge.hash },
    })
}

fn disc_value(disc: &DiscDay) -> Value {
    let course = &disc.course;
    let range = |range: (f64, f64), unit: f64, digits: i32| json!({ "lowest": round(range.0 * unit, digits), "highest": round(range.1 * unit, digits) });
    let doses = disc.doses;
    let morning = disc.morning;
    json!({
        "degenerated": disc.grade == Grade::Degenerated,
        "height_mm": range(course.range(|seen| seen.height_m), 1e3, 3),
        "volume": range(course.range(|seen| seen.volume), 1.0, 5),
        "volume_lost_percent": round(100.0 * lost(disc), 2),
        "pressure_mpa": range(course.range(|seen| seen.pressure_pa), 1e-6, 4),
        "doses": {
            "dynamic_h": banded(doses.dynamic_h),
            "overload_mpa_h": banded(doses.overload_mpa_h),
            "sustained_flexion_h": banded(doses.flexion_h),
        },
        "morning": {
            "rises_s": disc.rises_s,
            "on_rising": bending(morning.on_rising),
            "after_hour": bending(morning.after_hour),
            "no_flexion_min": morning.no_flexion_s.map(|seconds| round(seconds / 60.0, 1)),
        },
        "out_ml": { "endplates": round(course.left_m3[0] * 1e6, 4), "rim": round(course.left_m3[1] * 1e6, 4) },
        "solutes": solutes(disc),
        "days_until_alike": course.days,
        "course": course.samples.iter().map(sample).collect::<Vec<_>>(),
    })
}

/// Both forms of the equations: extremes with place and time, time below the thresholds of death, and the course.
fn solutes(disc: &DiscDay) -> Value {
    let form = |form: &FormDay| {
        let worst = |worst: &Worst| {
            json!({
                "value": round(worst.value, 4),
                "at_mm": worst.at_m.map(|m| round(m * 1e3, 2)),
                "part": part_name(worst.part),
                "t_s": round(worst.t_s, 1),
            })
        };
        let [oxygen, glucose, lactate] = form.worst();
        let day = &form.periodic.day;
        json!({
            "oxygen_kpa_least": worst(&oxygen),
            "glucose_mol_per_m3_least": worst(&glucose),
            "lactate_mol_per_m3_most": worst(&lactate),
            "ph_least": round(form.lowest_ph(), 4),
            "glucose_below_threshold_h": round(day.starving_s() / 3600.0, 3),
            "ph_below_threshold_h": round(day.acid_s() / 3600.0, 3),
            "alive_after_30_such_days": round(form.viability_30_days, 4),
            "days_until_alike": form.periodic.days,
            "repeats_to": form.periodic.repeats_to,
            "course": day.course.iter().map(|moment| json!({
                "t_s": round(moment.t_s, 1),
                "oxygen_kpa_least": round(moment.extremes.oxygen_kpa.value, 4),
                "glucose_mol_per_m3_least": round(moment.extremes.glucose_mol_per_m3.value, 4),
                "lactate_mol_per_m3_most": round(moment.extremes.lactate_mol_per_m3.value, 4),
                "ph_least": round(moment.extremes.ph(), 4),
            })).collect::<Vec<_>>(),
        })
    };
    let forms = disc.solutes.forms().map(|(name, day)| (name.to_owned(), form(day)));
    Value::Object(Map::from_iter(forms))
}

fn sample(sample: &Sample) -> Value {
    let seen = &sample.seen;
    json!({
        "t_s": round(sample.t_s, 1),
        "height_mm": round(seen.height_m * 1e3, 4),
        "volume": round(seen.volume, 6),
        "nucleus_j": round(seen.nucleus, 6),
        "annulus_j": round(seen.annulus, 6),
        "annulus_front_j": round(seen.front_back[0], 6),
        "annulus_back_j": round(seen.front_back[1], 6),
        "water": round(seen.hydration, 5),
        "pressure_mpa": round(seen.pressure_pa * 1e-6, 5),
        "stress_mpa": round(sample.stress_pa * 1e-6, 5),
    })
}

fn banded(dose: Banded) -> Value {
    json!({ "value": round(dose.value, 4), "low": round(dose.low, 4), "high": round(dose.high, 4) })
}

fn bending(bending: Bending) -> Value {
    json!({ "disc_of_later": round(bending.disc, 3), "ligaments_of_later": round(bending.ligaments, 3) })
}

/// Rounded for reading, without the sign of a zero.
fn round(value: f64, digits: i32) -> f64 {
    let scale = 10f64.powi(digits);
    (value * scale).round() / scale + 0.0
}

//! Loads as JSON for programs.

use keel_body::Body;
use keel_knowledge::Knowledge;
use keel_loads::{DiscLoad, Frame, GroupLoad, Quality, groups};
use serde_json::{Map, Value, json};

use keel_report::Computed;

/// Every instant, and a summary for each disc.
pub(super) fn loads(body: &Body, computed: &Computed, standing: &Frame, knowledge: &Knowledge) -> Value {
    let frames = || computed.moments.iter().map(|moment| &moment.frame);
    let n = computed.moments.len() as f64;
    let summary: Map<String, Value> = body
        .discs
        .iter()
        .enumerate()
        .map(|(index, disc)| {
            let of = |pick: fn(&DiscLoad) -> f64| frames().map(move |frame| pick(&frame.discs[index]));
            let peak = of(|load| load.compression_n).fold(f64::NEG_INFINITY, f64::max);
            let mean = of(|load| load.compression_n).sum::<f64>() / n;
            let own = standing.discs[index].compression_n;
            let value = json!({
                "peak_compression_n": round(peak, 1),
                "mean_compression_n": round(mean, 1),
                "peak_shear_n": round(of(|load| load.shear_ap_n.hypot(load.shear_lateral_n)).fold(0.0, f64::max), 1),
                "peak_pressure_mpa": round(of(|load| load.pressure_pa).fold(0.0, f64::max) * 1e-6, 4),
                "peak_relative_to_standing": round(peak / own, 3),
                "mean_relative_to_standing": round(mean / own, 3),
                "standing_compression_n": round(own, 1),
            });
            (disc.id.clone(), value)
        })
        .collect();
    json!({
        "id": computed.id,
        "person": { "height_cm": body.person.height_m * 1e2, "mass_kg": body.person.mass_kg },
        "frames": computed.moments.iter().map(|moment| frame_json(body, moment.t_s, &moment.frame)).collect::<Vec<_>>(),
        "summary": summary,
        "versions": { "engine": env!("CARGO_PKG_VERSION"), "knowledge": knowledge.hash },
    })
}

fn frame_json(body: &Body, t_s: f64, frame: &Frame) -> Value {
    let discs: Map<String, Value> = body
        .discs
        .iter()
        .zip(&frame.discs)
        .map(|(disc, load)| {
            let value = json!({
                "compression_n": round(load.compression_n, 1),
                "shear_ap_n": round(load.shear_ap_n, 1),
                "shear_lateral_n": round(load.shear_lateral_n, 1),
                "moment_n_m": { "flexion": round(load.moment_n_m[0], 2), "side_bend": round(load.moment_n_m[1], 2), "rotation": round(load.moment_n_m[2], 2) },
                "pressure_mpa": {
                    "value": round(load.pressure_pa * 1e-6, 4),
                    "low": round(load.pressure_band_pa.0 * 1e-6, 4),
                    "high": round(load.pressure_band_pa.1 * 1e-6, 4),
                },
            });
            (disc.id.clone(), value)
        })
        .collect();
    let muscles: Map<String, Value> = groups(body, frame)
        .into_iter()
        .map(|GroupLoad { group, side, activation, peak, force_n, fibre }| {
            let id = format!("{}{}", body.groups[group], side.suffix());
            (id, json!({ "activation": round(activation, 4), "peak_activation": round(peak, 4), "force_n": round(force_n, 1), "fibre_length": round(fibre, 3) }))
        })
        .collect();
    let contacts: Vec<Value> = frame
        .contacts_n
        .iter()
        .map(|force| json!([round(force.x, 1), round(force.y, 1), round(force.z, 1)]))
        .collect();
    let Quality {
        residual,
        kkt,
        saturated,
        root_missing_n,
        root_missing_n_m,
        slack_disc_n_m,
        slack_leg_n_m,
        is_feasible,
        iterations,
        ..
    } = frame.quality;
    json!({
        "t_s": round(t_s, 4),
        "discs": discs,
        "muscles": muscles,
        "contacts": contacts,
        "abdominal_pressure_kpa": round(frame.abdomen_pa * 1e-3, 3),
        "quality": {
            "residual": residual, "kkt": kkt, "iterations": iterations, "saturated": saturated, "feasible": is_feasible,
            "root_missing_n": round(root_missing_n, 3), "root_missing_n_m": round(root_missing_n_m, 3),
            "slack_disc_n_m": round(slack_disc_n_m, 3), "slack_leg_n_m": round(slack_leg_n_m, 3),
        },
    })
}

/// Rounded for reading, without the sign of a zero; a value that is not a number stays null.
fn round(value: f64, digits: i32) -> f64 {
    let scale = 10f64.powi(digits);
    (value * scale).round() / scale + 0.0
}

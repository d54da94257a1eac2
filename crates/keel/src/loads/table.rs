//! Loads as tables for people.

use keel_body::{Body, Library};
use keel_knowledge::Lang;
use keel_loads::{Frame, groups};

use super::computed::Computed;
use crate::show;

/// Ids, kinds and names of all postures and motions.
pub(super) fn list(library: &Library, lang: Lang) -> anyhow::Result<String> {
    let mut table = show::table();
    table.set_header(["id", "kind", "name"]);
    let name = |name: &keel_body::Name| if lang == Lang::Ru { name.ru.clone() } else { name.en.clone() };
    for id in library.posture_ids() {
        table.add_row([id.to_owned(), "posture".to_owned(), name(&library.posture_record(id)?.name)]);
    }
    for id in library.motion_ids() {
        let record = library.motion_record(id)?;
        let kind = if record.therapeutic {
            "motion"
        } else {
            "motion, for comparison only"
        };
        table.add_row([id.to_owned(), kind.to_owned(), name(&record.name)]);
    }
    Ok(format!("{table}\n"))
}

/// Discs and muscles at the instant of the largest compression.
pub(super) fn loads(body: &Body, computed: &Computed, standing: &Frame) -> String {
    let mut discs = show::table();
    discs.set_header([
        "disc",
        "compression N",
        "× standing",
        "shear forward N",
        "shear right N",
        "pressure MPa",
        "from–to",
    ]);
    let Some(peak) = computed.peak() else { return String::new() };
    for (index, disc) in body.discs.iter().enumerate().rev() {
        let load = &peak.frame.discs[index];
        let relative = load.compression_n / standing.discs[index].compression_n;
        discs.add_row([
            disc.id.clone(),
            format!("{:.0}", load.compression_n),
            format!("{relative:.2}"),
            format!("{:.0}", load.shear_ap_n),
            format!("{:.0}", load.shear_lateral_n),
            format!("{:.2}", load.pressure_pa * 1e-6),
            format!("{:.2}–{:.2}", load.pressure_band_pa.0 * 1e-6, load.pressure_band_pa.1 * 1e-6),
        ]);
    }
    let mut muscles = show::table();
    muscles.set_header(["muscle", "right %", "left %", "right N", "left N", "length % of best"]);
    let loads = groups(body, &peak.frame);
    for pair in loads.chunks(2) {
        muscles.add_row([
            body.groups[pair[0].group].clone(),
            format!("{:.0}", pair[0].activation * 100.0),
            format!("{:.0}", pair[1].activation * 100.0),
            format!("{:.0}", pair[0].force_n),
            format!("{:.0}", pair[1].force_n),
            format!("{:.0}", pair[0].fibre * 100.0),
        ]);
    }
    let quality = &peak.frame.quality;
    let when = if computed.moments.len() > 1 {
        format!(" at its peak ({:.2} s)", peak.t_s)
    } else {
        String::new()
    };
    format!(
        "{}{when}\n{discs}\n{muscles}\nPressure in the abdomen {:.1} kPa · equilibrium to {:.0e} · optimality to {:.0e} · {} saturated fascicles\n",
        computed.id,
        peak.frame.abdomen_pa * 1e-3,
        quality.residual,
        quality.kkt,
        quality.saturated
    )
}

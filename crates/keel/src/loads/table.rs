//! Loads as tables for people, in their language.

use keel_body::{Body, Library, Name};
use keel_knowledge::{Knowledge, Lang};
use keel_loads::{Frame, Quality, groups};

use crate::{numbers::fixed, show};
use keel_report::{Computed, Moment};

/// Ids, kinds and names of all postures and motions.
pub(super) fn list(library: &Library, knowledge: &Knowledge, lang: Lang) -> anyhow::Result<String> {
    let text = |id: &str| knowledge.messages.get(lang, id);
    let kind = |kind: String, therapeutic: bool| {
        if therapeutic {
            kind
        } else {
            format!("{kind}, {}", text("terminal-loads-comparison"))
        }
    };
    let mut table = show::table();
    table.set_header(["id".to_owned(), text("terminal-loads-kind"), text("terminal-loads-name")]);
    for id in library.posture_ids() {
        let record = library.posture_record(id)?;
        let kind = kind(text("terminal-loads-posture"), record.therapeutic);
        table.add_row([id, &kind, name_in(lang, &record.name)]);
    }
    for id in library.motion_ids() {
        let record = library.motion_record(id)?;
        let kind = kind(text("terminal-loads-motion"), record.therapeutic);
        table.add_row([id, &kind, name_in(lang, &record.name)]);
    }
    Ok(format!("{table}\n"))
}

/// Discs and muscles at the instant of the largest compression.
pub(super) fn loads(body: &Body, computed: &Computed, standing: &Frame, knowledge: &Knowledge, lang: Lang) -> String {
    let Some(peak) = computed.peak() else { return String::new() };
    let title = format!("{} · {}", computed.id, name_in(lang, &computed.name));
    let title = if computed.moments.len() > 1 {
        let args = [("name", title.into()), ("seconds", fixed(peak.t_s, 2).into())];
        knowledge.messages.format(lang, "terminal-loads-peak", &args)
    } else {
        title
    };
    let quality = &peak.frame.quality;
    let trust = knowledge.messages.format(
        lang,
        "terminal-loads-quality",
        &[
            ("kpa", fixed(peak.frame.abdomen_pa * 1e-3, 1).into()),
            ("residual", format!("{:.0e}", quality.residual).into()),
            ("kkt", format!("{:.0e}", quality.kkt).into()),
            ("saturated", quality.saturated.into()),
        ],
    );
    format!(
        "{title}\n{}\n{}\n{trust}\n",
        discs(body, peak, standing, knowledge, lang),
        muscles(body, peak, knowledge, lang)
    )
}

/// Says that no contact gives what the body would need.
pub(super) fn not_held(quality: &Quality, knowledge: &Knowledge, lang: Lang) -> String {
    let args = [
        ("force", fixed(quality.root_missing_n, 0).into()),
        ("moment", fixed(quality.root_missing_n_m, 0).into()),
    ];
    knowledge.messages.format(lang, "terminal-loads-not-held", &args)
}

fn discs(body: &Body, peak: &Moment, standing: &Frame, knowledge: &Knowledge, lang: Lang) -> comfy_table::Table {
    let text = |id: &str| knowledge.messages.get(lang, id);
    let mut table = show::table();
    table.set_header([
        text("terminal-loads-disc"),
        text("terminal-loads-compression"),
        text("terminal-loads-of-standing"),
        text("terminal-loads-shear-forward"),
        text("terminal-loads-shear-right"),
        text("terminal-loads-pressure"),
        text("terminal-loads-pressure-band"),
    ]);
    for (index, disc) in body.discs.iter().enumerate().rev() {
        let load = &peak.frame.discs[index];
        let (low_pa, high_pa) = load.pressure_band_pa;
        table.add_row([
            disc.id.clone(),
            fixed(load.compression_n, 0),
            fixed(load.compression_n / standing.discs[index].compression_n, 2),
            fixed(load.shear_ap_n, 0),
            fixed(load.shear_lateral_n, 0),
            fixed(load.pressure_pa * 1e-6, 2),
            format!("{}–{}", fixed(low_pa * 1e-6, 2), fixed(high_pa * 1e-6, 2)),
        ]);
    }
    table
}

fn muscles(body: &Body, peak: &Moment, knowledge: &Knowledge, lang: Lang) -> comfy_table::Table {
    let text = |id: &str| knowledge.messages.get(lang, id);
    let mut table = show::table();
    table.set_header([
        text("terminal-loads-muscle"),
        text("terminal-loads-activation-right"),
        text("terminal-loads-activation-left"),
        text("terminal-loads-force-right"),
        text("terminal-loads-force-left"),
        text("terminal-loads-fibre"),
    ]);
    for pair in groups(body, &peak.frame).chunks(2) {
        table.add_row([
            knowledge.muscle_group_name(&body.groups[pair[0].group], lang).to_owned(),
            fixed(pair[0].activation * 100.0, 0),
            fixed(pair[1].activation * 100.0, 0),
            fixed(pair[0].force_n, 0),
            fixed(pair[1].force_n, 0),
            fixed(pair[0].fibre * 100.0, 0),
        ]);
    }
    table
}

fn name_in(lang: Lang, name: &Name) -> &str {
    lang.pick(&name.en, &name.ru)
}

//! The report as one page: a plot of measured against computed and a table for each family. Works without scripts, in light and dark.

use std::fmt::Write as _;

use super::{Analysis, Compared, Family, stiffened_title, subject};
use crate::numbers::{fixed, signed};

const STYLE: &str = "
:root{color-scheme:light dark;--ink:#1d2733;--paper:#faf9f6;--line:#c9c5bb;--point:#1f5fa8}
@media(prefers-color-scheme:dark){:root{--ink:#e8e6e0;--paper:#171b20;--line:#4a5058;--point:#7db5f0}}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:var(--ink);background:var(--paper)}
table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{border-bottom:1px solid var(--line);padding:.3rem .5rem;text-align:left}
td.n{text-align:right;font-variant-numeric:tabular-nums}caption{text-align:left;font-weight:600}
svg{max-width:26rem;width:100%}.wide{overflow-x:auto}";

pub(super) fn page(compared: &[Compared], families: &[Family], analysis: &[Analysis]) -> String {
    let mut html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Keel: loads against measurements</title><style>{STYLE}</style></head><body><h1>Loads against published measurements</h1>\
         <p>Every number is printed as it is. No figure of the engine is tuned to a row; where a row stays off, the table says by how much, and below it stands what is known of why.</p>"
    );
    for family in families {
        let rows: Vec<&Compared> = compared.iter().filter(|one| one.row.family == family.name).collect();
        let of = &family.absolute;
        let _ = write!(
            html,
            "<h2>{}</h2><p>{} rows, {} missing. RMSE {} {unit}, bias {} {unit}, mean error {} %, r {}, rank r {}.",
            escape(&family.name),
            of.n,
            family.missing,
            fixed(of.rmse, 3),
            signed(of.bias, 3),
            fixed(of.percent, 0),
            fixed(of.r, 2),
            fixed(of.rank_r, 2),
            unit = family.unit
        );
        if let Some(normalised) = &family.normalised {
            let _ = write!(
                html,
                " Normalised to own standing: RMSE {} × standing, bias {}; with standing as it was measured, RMSE {} {}.",
                fixed(normalised.rmse, 3),
                signed(normalised.bias, 3),
                family.scaled_rmse().map_or_else(|| "–".to_owned(), |rmse| format!("{rmse:.3}")),
                family.unit
            );
        }
        if family.classed.1 > 0 {
            let _ = write!(
                html,
                " Rows of which only a class was published: {} as classed.",
                family.printed_classes()
            );
        }
        html.push_str("</p>");
        if let Some(stiffened) = family.stiffened.as_deref() {
            let _ = write!(
                html,
                "<p>{}: RMSE {} {unit}, bias {} {unit}, r {}",
                stiffened_title(),
                fixed(stiffened.absolute.rmse, 3),
                signed(stiffened.absolute.bias, 3),
                fixed(stiffened.absolute.r, 2),
                unit = family.unit
            );
            if let Some(rmse) = stiffened.scaled_rmse() {
                let _ = write!(html, "; with standing as it was measured, RMSE {rmse:.3} {}", family.unit);
            }
            html.push_str(".</p>");
        }
        if !family.groups.is_empty() {
            html.push_str("<ul>");
            for (name, of) in &family.groups {
                let _ = write!(
                    html,
                    "<li>{}: {} rows, r {}, rank r {}, bias {} {}</li>",
                    escape(name),
                    of.n,
                    fixed(of.r, 2),
                    fixed(of.rank_r, 2),
                    signed(of.bias, 1),
                    family.unit
                );
            }
            html.push_str("</ul>");
        }
        if family.absolute.n > 0 {
            html.push_str(&plot(&rows, family));
        }
        let _ = write!(
            html,
            "<div class=\"wide\" tabindex=\"0\"><table><caption>{}: measured and computed, {}</caption><tr><th>activity</th><th>where</th><th>measured</th><th>computed</th>\
             <th>difference</th><th>source</th><th>provenance</th></tr>",
            escape(&family.name),
            family.unit
        );
        for one in rows {
            let [measured, computed, difference] = one.printed();
            let place = one.row.level.as_ref().or(one.row.group.as_ref()).map_or("", String::as_str);
            let _ = write!(
                html,
                "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{difference}</td><td>{}</td><td>{}{}</td></tr>",
                escape(&one.row.activity),
                escape(place),
                escape(&measured),
                escape(&computed),
                escape(&one.row.source),
                escape(&one.row.provenance),
                if one.row.gates { "" } else { ", rank order only" },
            );
        }
        html.push_str("</table></div>");
        let of_family: Vec<&Analysis> = analysis.iter().filter(|one| one.family == family.name).collect();
        if !of_family.is_empty() {
            html.push_str("<h3>Where rows stay off, and why</h3><ul>");
            for one in of_family {
                let _ = write!(html, "<li><b>{}</b>: {}</li>", escape(&subject(one, compared)), escape(&one.text));
            }
            html.push_str("</ul>");
        }
    }
    html.push_str("</body></html>\n");
    html
}

/// Measured along, computed up, the line of agreement between.
fn plot(rows: &[&Compared], family: &Family) -> String {
    let pairs: Vec<(f64, f64)> = rows
        .iter()
        .filter(|one| one.row.bound.is_none())
        .filter_map(|one| Some((one.row.value, *one.computed.as_ref().ok()?)))
        .collect();
    let largest = pairs
        .iter()
        .fold(f64::MIN_POSITIVE, |largest, pair| largest.max(pair.0).max(pair.1))
        * 1.08;
    let (left, size) = (46.0, 300.0);
    let x = |value: f64| left + size * value / largest;
    let y = |value: f64| 10.0 + size * (1.0 - value.max(0.0) / largest);
    let mut svg = format!(
        "<svg viewBox=\"0 0 360 350\" role=\"img\" aria-label=\"{}: computed against measured, {} points; the values are in the table below\">\
         <path d=\"M{left} 10V310H346\" fill=\"none\" stroke=\"var(--line)\"/><path d=\"M{left} 310L346 10\" stroke=\"var(--line)\" stroke-dasharray=\"4 4\"/>",
        escape(&family.name),
        pairs.len()
    );
    for share in [0.0, 0.5, 1.0] {
        let value = largest * share;
        let digits = if largest >= 10.0 { 0 } else { 1 };
        let _ = write!(
            svg,
            "<text x=\"{:.0}\" y=\"326\" font-size=\"11\" text-anchor=\"middle\" fill=\"currentColor\">{value:.digits$}</text>\
             <text x=\"40\" y=\"{:.0}\" font-size=\"11\" text-anchor=\"end\" fill=\"currentColor\">{value:.digits$}</text>",
            x(value),
            y(value) + 4.0
        );
    }
    for (measured, computed) in pairs {
        let _ = write!(
            svg,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"4.5\" fill=\"var(--point)\" fill-opacity=\".75\"/>",
            x(measured),
            y(computed)
        );
    }
    let _ = write!(
        svg,
        "<text x=\"196\" y=\"345\" font-size=\"12\" text-anchor=\"middle\" fill=\"currentColor\">measured, {unit}</text>\
         <text x=\"12\" y=\"160\" font-size=\"12\" text-anchor=\"middle\" transform=\"rotate(-90 12 160)\" fill=\"currentColor\">computed, {unit}</text></svg>",
        unit = family.unit
    );
    svg
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

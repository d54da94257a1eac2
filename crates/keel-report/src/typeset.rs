//! Typst at work: data and density in, pages out, pages to PDF/UA-1.

use serde::Serialize;
use serde_json::{Value, json};
use typst::diag::Warned;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::error::{ReportError, messages};
use crate::world::{PaperWorld, Template};

/// How closely a sheet is set. Type never goes below 9 pt.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Density {
    /// Size of running text.
    text_pt: f64,
    /// Space between lines, as a part of the type size.
    leading_em: f64,
    /// Space between blocks.
    gap_mm: f64,
    /// Space inside a card.
    inset_mm: f64,
    /// Width of a pictogram.
    pictogram_mm: f64,
    /// Side of a box to tick.
    tick_mm: f64,
    /// Margin of the page; most printers cannot print below 6 mm.
    margin_mm: f64,
    /// Whether the words of a card run on in fewer paragraphs.
    run_in: bool,
    /// Whether it is said why each exercise was chosen and what was left out.
    reasons: bool,
}

impl Density {
    /// For a short programme: the larger the type, the better for old eyes.
    const ROOMY: Self = Self {
        text_pt: 11.5,
        leading_em: 0.54,
        gap_mm: 3.6,
        inset_mm: 3.0,
        pictogram_mm: 27.0,
        tick_mm: 5.0,
        margin_mm: 15.0,
        run_in: false,
        reasons: true,
    };
    const EASY: Self = Self {
        text_pt: 10.75,
        leading_em: 0.52,
        gap_mm: 3.1,
        inset_mm: 2.6,
        pictogram_mm: 25.0,
        tick_mm: 4.6,
        margin_mm: 13.5,
        ..Self::ROOMY
    };
    /// The size aimed at; also for a programme that needs more than two pages anyway.
    pub(crate) const COMFORTABLE: Self = Self {
        text_pt: 10.0,
        leading_em: 0.5,
        gap_mm: 2.6,
        inset_mm: 2.3,
        pictogram_mm: 22.0,
        tick_mm: 4.2,
        margin_mm: 12.5,
        run_in: false,
        reasons: true,
    };
    const CLOSE: Self = Self {
        text_pt: 9.5,
        leading_em: 0.44,
        gap_mm: 1.9,
        inset_mm: 1.7,
        pictogram_mm: 20.0,
        tick_mm: 3.8,
        margin_mm: 9.5,
        run_in: true,
        reasons: true,
    };
    const WITHOUT_REASONS: Self = Self {
        reasons: false,
        ..Self::CLOSE
    };
    const TIGHT: Self = Self {
        text_pt: 9.0,
        leading_em: 0.43,
        gap_mm: 1.7,
        inset_mm: 1.5,
        pictogram_mm: 18.0,
        tick_mm: 3.6,
        margin_mm: 9.0,
        ..Self::WITHOUT_REASONS
    };
}

/// The programme's pages, at the most generous density at which two suffice.
///
/// Starts from the middle, so a usual week takes two or three layouts. Where two pages get crowded, the reasons, which the app always
/// shows, give way before the type does. A programme that does not fit even tightly is set comfortably and whole on as many pages as it needs.
pub(crate) fn lay_out_programme(view: &Value) -> Result<PagedDocument, ReportError> {
    const PAGES_AIMED_AT: usize = 2;
    let at = |density| lay_out(Template::Programme, view, density);
    let fits = |document: &PagedDocument| document.pages().len() <= PAGES_AIMED_AT;

    let comfortable = at(Density::COMFORTABLE)?;
    if !fits(&comfortable) {
        for density in [Density::CLOSE, Density::WITHOUT_REASONS, Density::TIGHT] {
            let denser = at(density)?;
            if fits(&denser) {
                return Ok(denser);
            }
        }
        return Ok(comfortable);
    }
    for density in [Density::ROOMY, Density::EASY] {
        let roomier = at(density)?;
        if fits(&roomier) {
            return Ok(roomier);
        }
    }
    Ok(comfortable)
}

/// The safety sheet's pages: few words, large.
pub(crate) fn lay_out_safety(view: &Value) -> Result<PagedDocument, ReportError> {
    lay_out(Template::Safety, view, Density::ROOMY)
}

/// The pages of `template` filled with `view`.
pub(crate) fn lay_out(template: Template, view: &Value, density: Density) -> Result<PagedDocument, ReportError> {
    let data = json!({ "sheet": view, "density": density });
    let world = PaperWorld::new(template, data.to_string());
    let Warned { output, warnings } = typst::compile::<PagedDocument>(&world);
    // Memoised results hold the person's data and are of no use to the next person.
    comemo::evict(0);
    debug_assert!(warnings.is_empty(), "{:?}", messages(&warnings));
    output.map_err(|errors| ReportError::Layout {
        messages: messages(&errors),
    })
}

/// The pages as a tagged PDF/UA-1 file.
pub(crate) fn export(document: &PagedDocument, view: &Value, date: Option<Timestamp>) -> Result<Vec<u8>, ReportError> {
    let standards = PdfStandards::new(&[PdfStandard::Ua_1]).expect("a single standard is compatible with itself");
    let options = PdfOptions {
        // Only a hash of it goes into the file: the same sheet has the same id, two sheets never share one.
        ident: Smart::Custom(view.to_string()),
        creator: Smart::Custom(Some("Keel".to_owned())),
        timestamp: date,
        standards,
        ..PdfOptions::default()
    };
    let pdf = typst_pdf::pdf(document, &options);
    comemo::evict(0);
    pdf.map_err(|errors| ReportError::Accessibility {
        messages: messages(&errors),
    })
}

/// Midnight UTC of a day written as YYYY-MM-DD.
pub(crate) fn timestamp(iso: Option<&str>) -> Result<Option<Timestamp>, ReportError> {
    let Some(iso) = iso else { return Ok(None) };
    let day = parse_day(iso).ok_or_else(|| ReportError::Date { given: iso.to_owned() })?;
    Ok(Some(Timestamp::new_utc(day)))
}

fn parse_day(iso: &str) -> Option<Datetime> {
    let mut parts = iso.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str, n: usize| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
    if !(digits(year, 4) && digits(month, 2) && digits(day, 2)) {
        return None;
    }
    Datetime::from_ymd_hms(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?, 0, 0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_calendar_day() {
        for good in ["2026-07-31", "2028-02-29"] {
            assert!(timestamp(Some(good)).is_ok_and(|date| date.is_some()), "{good}");
        }
        for bad in ["", "2026-7-31", "2026-02-30", "31.07.2026", "2026-07-31T08:00", "+026-07-31"] {
            assert!(matches!(timestamp(Some(bad)), Err(ReportError::Date { .. })), "{bad}");
        }
        assert!(timestamp(None).is_ok_and(|date| date.is_none()));
    }
}

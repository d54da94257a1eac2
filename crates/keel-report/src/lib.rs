//! The programme on paper: what a physiotherapist hands out at the end of a visit.
//!
//! Two documents, both A4, both PDF/UA-1 (tagged, titled, with language and alternative text) and both made to survive a
//! black-and-white printer: the [programme](programme_pdf) of one or two pages, and the [safety sheet](safety_pdf) for the day on
//! which no programme may be given. Typesetting is Typst as a library, in memory: no file, clock, network or system font is
//! touched, so the same sheet gives the same bytes on every machine.
//!
//! A plan becomes a [`Sheet`] with every word chosen and translated ([`sheet_of`]); from there on nothing knows a plan, a person or a
//! language, and the templates hold no words of their own. The same sheet is also a web page that stands alone ([`plan_html`]).
//!
//! Not here: what the programme says, which is keel-therapy's, and the words, which are the knowledge's messages.

mod atlas;
mod computed;
mod error;
mod from_plan;
mod legible;
mod page;
mod pictogram;
mod picture;
mod review;
mod safety;
mod sheet;
mod typeset;
mod view;
mod world;

#[cfg(test)]
mod tests;

pub use atlas::{ATLAS_SCRIPT, ATLAS_STYLE, Around, FIGURES_SCRIPT, FigureKind, FigureUrls, Linked, atlas_html, figure};
pub use computed::{Computed, How, Moment, n_frames, standing};
pub use error::{PictureError, ReportError};
pub use from_plan::{LoadText, PlanSheet, dose_text, load_text, sheet_of};
pub use picture::{Instant, scene, view};
pub use review::review_html;
pub use safety::{SafetyLabels, SafetySheet, Urgency};
pub use sheet::{
    Diary, DiaryRow, EmergencyNumber, Exercise, Footer, Language, PainLevel, PainLight, SafetyCard, Session, SessionItem, Sheet,
    SheetLabels, WeekDay,
};

use keel_knowledge::{Knowledge, Lang};
use keel_therapy::{Answers, Plan};

/// The programme as a PDF: two pages for a usual week, more only if the text cannot be read at 9 pt on two.
///
/// The layout is first tried comfortably, then denser until two pages suffice; the denser ones leave the reason on each card and the list of
/// what was left out to the app. If even the densest does not fit, the sheet is set comfortably on as many pages as it needs.
///
/// # Errors
/// A plan date that is not a calendar day, a pictogram that is not plain SVG, or a layout refused by Typst or by PDF/UA-1.
pub fn programme_pdf(sheet: &Sheet) -> Result<Vec<u8>, ReportError> {
    let date = typeset::timestamp(sheet.planned_on_iso.as_deref())?;
    let view = view::programme(sheet)?;
    let document = typeset::lay_out_programme(&view)?;
    typeset::export(&document, &view, date)
}

/// The sheet for the day on which no programme may be given: what to do now, why, whom to call and what to ask the doctor.
///
/// # Errors
/// As for [`programme_pdf`].
pub fn safety_pdf(sheet: &SafetySheet) -> Result<Vec<u8>, ReportError> {
    let date = typeset::timestamp(sheet.written_on_iso.as_deref())?;
    let view = view::safety(sheet)?;
    let document = typeset::lay_out_safety(&view)?;
    typeset::export(&document, &view, date)
}

/// A plan on paper: the programme, or the safety sheet where triage closes exercise.
///
/// # Errors
/// As for [`programme_pdf`].
pub fn plan_pdf(plan: &Plan, knowledge: &Knowledge, answers: &Answers, lang: Lang) -> Result<Vec<u8>, ReportError> {
    match sheet_of(plan, knowledge, answers, lang) {
        PlanSheet::Programme(mut sheet) => {
            // Paper holds what must be at hand on the mat; common mistakes are for learning and stay in the app.
            sheet.exercises.iter_mut().for_each(|exercise| exercise.mistakes.clear());
            programme_pdf(&sheet)
        }
        PlanSheet::Safety(sheet) => safety_pdf(&sheet),
    }
}

/// A plan as one HTML page that stands alone.
pub fn plan_html(plan: &Plan, knowledge: &Knowledge, answers: &Answers, lang: Lang) -> String {
    match sheet_of(plan, knowledge, answers, lang) {
        PlanSheet::Programme(sheet) => page::programme(&sheet),
        PlanSheet::Safety(sheet) => page::safety(&sheet),
    }
}

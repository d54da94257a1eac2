//! What can go wrong between a sheet and its PDF.

use typst::diag::SourceDiagnostic;

/// Why no PDF was made. What it says of itself may be logged; the messages of Typst in it may quote a person's text and may not.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The plan date is not a calendar day.
    #[error("the date {given:?} is not a calendar day written as YYYY-MM-DD")]
    Date {
        /// What was given.
        given: String,
    },
    /// A pictogram is not SVG, or not SVG that can stand alone.
    #[error("the pictogram of exercise {number} {reason}")]
    Pictogram {
        /// Number of the exercise on the sheet, from 1.
        number: usize,
        /// What is wrong with it, continuing the sentence.
        reason: String,
    },
    /// The sheet could not be written as JSON for the template.
    #[error("the sheet could not be handed to the template")]
    Data(#[from] serde_json::Error),
    /// Typst refused the template: a bug in this crate, or a pictogram that Typst cannot read.
    #[error("the page could not be set ({} complaints of the typesetter)", .messages.len())]
    Layout {
        /// Typst's messages with their hints, for the developer. They may quote a person's text: never into a log.
        messages: Vec<String>,
    },
    /// The document does not satisfy PDF/UA-1.
    #[error("the document is not accessible (PDF/UA-1; {} complaints of the typesetter)", .messages.len())]
    Accessibility {
        /// Typst's messages with their hints, for the developer. They may quote a person's text: never into a log.
        messages: Vec<String>,
    },
}

/// Why nothing was computed or drawn of a posture, motion or exercise.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The body cannot be scaled.
    #[error(transparent)]
    Scale(#[from] keel_body::ScaleError),
    /// The posture or motion cannot be made.
    #[error(transparent)]
    Posture(#[from] keel_body::PostureError),
    /// Its loads cannot be computed.
    #[error(transparent)]
    Loads(#[from] keel_loads::LoadError),
    /// It cannot be drawn.
    #[error(transparent)]
    Figure(#[from] keel_figure::FigureError),
}

/// Typst's diagnostics as lines of text.
pub(crate) fn messages<'a>(diagnostics: impl IntoIterator<Item = &'a SourceDiagnostic>) -> Vec<String> {
    diagnostics
        .into_iter()
        .map(|diagnostic| {
            let mut line = diagnostic.message.to_string();
            for hint in &diagnostic.hints {
                line.push_str(" — ");
                line.push_str(&hint.v);
            }
            line
        })
        .collect()
}

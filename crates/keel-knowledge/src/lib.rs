//! Clinical knowledge as reviewed data.
//!
//! What stands in `knowledge/` (exercises, red flags, rules, tests, questionnaires, medicines, texts) becomes typed, linted and hashed
//! values here. This crate knows no patient, no file system and no clock: it gets the files' texts and returns values or a list of
//! diagnostics with file and line. The format is described in `docs/knowledge-format.md`.

mod complex;
mod condition;
mod emergency;
mod exercise;
mod instrument;
mod lint;
mod load;
mod messages;
mod packed;
mod record;
mod records;
mod rules;
mod seal;
mod text;
mod vignette;

pub use complex::{
    AgainstRule, BeltRules, Course, CourseKind, FirstAsk, FitPoint, Grade, Guard, Measure, Modality, Note, Orthosis, OrthosisKind,
    QualityPoint, Retriage, RetriageEvent, Wean, WearStep, Who,
};
pub use condition::{Condition, ConditionError, Fact, Facts, Mutant, Truth, Use, Verdict};
pub use emergency::{EmergencyCard, builtin_emergency_card};
pub use exercise::{Aim, ClaimKept, Direction, DoseRange, Evidence, Exercise, Irritability, Shown, Stage};
pub use instrument::{
    Band, Better, ChangeRule, Instrument, InstrumentItem, InstrumentTextError, ItemChoice, MissingItems, ScoreMethod, ScoreRule, Ships,
    Support, SupportRule,
};
pub use lint::lint;
pub use load::{Knowledge, KnowledgeError, embedded_files, seal_text};
pub use messages::{Args, Fluent, Messages};
pub use record::{Diagnostic, Provenance, Record, Severity, Status};
pub use records::Records;
pub use rules::{
    AskSet, Choice, Class, Classification, Contraindication, Country, DoseLevel, EmergencyNumbers, Field, FieldKind, LabelCap, Level,
    LoadBudget, LoadClaims, Medicine, MedicineCodesError, MedicineFlag, MedicineSeverity, MuscleGroup, MuscleGroups, MuscleState, Norm,
    ProgrammeCell, Quantity, Questionnaire, RedFlag, RedFlagGroup, Side, Source, Test, TestFinding, Timer, TimerKind, TriageRule,
    TriageRuleKind, WeekRules, WhenUnclear, WhenUndetermined,
};
pub use seal::{SEAL_FILE, hash_files};
pub use text::{Lang, Text};
pub use vignette::{EVERYONE, RuleKind, Vignette, VignetteFile, Without, read_vignettes};

/// The suggestion nearest to a mistyped `word`, where one is near enough to be meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::levenshtein(&word.to_lowercase(), &candidate.to_lowercase()), candidate))
        .min()
        .filter(|(distance, candidate)| *distance <= 1 + candidate.chars().count() / 4)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_word_is_offered_only_when_near() {
        assert_eq!(nearest("heigth_cm", ["height_cm", "mass_kg"]), Some("height_cm"));
        assert_eq!(nearest("L5S1", ["L4-L5", "L5-S1"]), Some("L5-S1"));
        assert_eq!(nearest("weather", ["height_cm", "mass_kg"]), None);
    }
}

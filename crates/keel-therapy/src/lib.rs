//! From answers to a week of therapy: pure functions with a trace.
//!
//! Answers → facts → triage (may stop here) → findings → programme. Every decision names the rule, its source and the facts it used, so that
//! a person can ask "why" at every line. This crate knows no clock, file, network or randomness: the day is a value that comes from outside,
//! and the same case gives the same plan, bit for bit.
//!
//! What every exercise does to the person's discs and muscles is computed on their own body ([`Cards`]); a plan takes these cards and keeps
//! each day within the budget of disc load that the stage allows.

mod belt;
mod body;
mod cards;
mod case;
mod case_file;
mod claims;
mod complex;
mod disc_loads;
mod dose;
mod eligible;
mod facts;
mod findings;
mod instruments;
mod json;
mod log;
mod medicines;
mod morning;
mod plan;
mod retriage;
mod support;
mod texts;
mod treatments;
mod triage;
mod vignettes;
mod week;

pub use belt::{BeltAdvice, Fit, Kit, Option3, Quality, Wearing, belt};
pub use body::{BodyError, person_of};
pub use cards::{Bodies, BodiesError, Card, Cards, CardsError, DayLoad, ItemDisc, ItemLoad, ItemMuscle, Limit, STAND_IN_MARGIN, Sums};
pub use case::{Answers, Catalogue, Choices, FieldError, FieldSpec, Value, YesNo};
pub use case_file::{Case, CaseError, CaseProblem, read_case, write_case};
pub use claims::{ClaimKind, Disagreement, disagreements};
pub use complex::{Complex, FilledIn, complex, complex_json};
pub use disc_loads::{DiscLoads, disc_fluid, disc_shape};
pub use dose::Dose;
pub use eligible::{Against, Excluded, decimal};
pub use facts::{Classified, PersonFacts};
pub use findings::{Code, Extent, Findings, MedicineWarning, MuscleFinding, Sureness, TestToDo, findings};
pub use instruments::{Due, Measurement, NoScore, Scored, Trend, band, due, score, trend};
pub use json::{plan_json, triage_json};
pub use log::{EXAMINED_DAYS_MOST, Entry, Examined, LISTS, Planned, Taken, TakenHow, Treated};
pub use medicines::{DayOfMedicine, DiaryWarning, diary_warnings, label_limit, last_24_hours};
pub use morning::{LYING, NoBending, STANDING};
pub use plan::{Because, Block, Item, Plan, PlanError, Programme, Session, plan};
pub use retriage::{Asked, asked_again};
pub use support::{Supported, support};
pub use treatments::{Clearance, Cleared, PlannedCourse, Stands, Treatment, Wait, treatments, waits};
pub use triage::{Asking, Ground, RANK_LOCKED, Triage, TriageReason, triage};
pub use vignettes::{Difference, Survivor, survivors, triage_of_vignettes, try_vignettes};
pub use week::Role;

//! What every exercise does to this person: load cards of the whole library, computed on the person's own body.

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::Date;
use keel_body::{Anatomy, AnatomyError, Body, Fault, Library, Person, ScaleError, Side, Text as BodyText};
use keel_disc::FluidError;
use keel_knowledge::{Exercise, Knowledge, LoadBudget, Record, Shown};
use keel_loads::{Course, Frame, Layout, LoadCard, LoadError, MuscleCourse, N_DISCS, Scope, Settings, posture_card, posture_loads};
use rayon::prelude::*;

use crate::{
    body::{BodyError, person_of},
    case::{Answers, Catalogue},
    dose::Dose,
    facts::PersonFacts,
    findings::findings,
    morning::{Discs, STANDING},
};

/// Anatomy, postures and motions of the knowledge, read once.
#[derive(Debug)]
pub struct Bodies {
    /// Anatomy.
    pub anatomy: Anatomy,
    /// Postures and motions.
    pub library: Library,
}

/// Why anatomy or postures cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BodiesError {
    /// Anatomy.
    #[error(transparent)]
    Anatomy(#[from] AnatomyError),
    /// Postures and motions.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Library(Vec<Fault>),
}

impl Bodies {
    /// Reads them.
    ///
    /// # Errors
    /// Every record that cannot be read, with file and line.
    pub fn read(knowledge: &Knowledge) -> Result<Self, BodiesError> {
        let texts: Vec<BodyText<'_>> = knowledge.body_texts.iter().map(|(path, text)| BodyText { path, text }).collect();
        Ok(Self {
            anatomy: Anatomy::read(&texts)?,
            library: Library::read(&texts).map_err(BodiesError::Library)?,
        })
    }

    /// The person of these answers, with what was found weak or tense.
    ///
    /// # Errors
    /// Sex, height or mass is missing or out of its limits.
    pub fn person(&self, knowledge: &Knowledge, catalogue: &Catalogue<'_>, answers: &Answers, date: Date) -> Result<Person, BodyError> {
        let facts = PersonFacts::new(knowledge, catalogue, answers, date);
        person_of(answers, Some(&findings(&facts)), None, &self.anatomy.muscle_groups())
    }
}

/// Why there are no cards at all.
#[derive(Debug, thiserror::Error)]
pub enum CardsError {
    /// The body cannot be scaled to the person.
    #[error(transparent)]
    Scale(#[from] ScaleError),
    /// The person's relaxed standing, with which all is compared, cannot be computed.
    #[error("relaxed standing cannot be computed: {0}")]
    Standing(String),
    /// A posture of the day cannot be computed.
    #[error("{id} cannot be computed: {error}")]
    Posture {
        /// Its id.
        id: String,
        /// Why.
        error: String,
    },
    /// The discs are out of the limits of their model.
    #[error(transparent)]
    Disc(#[from] FluidError),
}

/// By how much the loads of the reference man are raised where they stand in for a body that a motion does not fit: more than relative loads
/// differ between people of usual build (proposal).
pub const STAND_IN_MARGIN: f64 = 1.2;

/// Load cards of all exercises for one person.
#[derive(Debug)]
pub struct Cards {
    /// The person whose body was computed.
    pub person: Person,
    /// Why it is the reference man's body and not the person's own, where that is so.
    pub stands_in: Option<BodyError>,
    /// Ids of the muscle groups, by which cards count them.
    pub groups: Vec<String>,
    /// Ids of the discs in the order of the cards.
    pub discs: Vec<String>,
    /// Largest compression over that of standing that the least strict weeks allow.
    pub disc_limit: f64,
    /// Compression of each disc in the person's own relaxed standing, N.
    pub standing_n: [f64; N_DISCS],
    cards: BTreeMap<String, Result<Card, Arc<str>>>,
    /// The discs through a day.
    pub(crate) through_a_day: Discs,
}

/// What one exercise does: one repetition, on each side where sides take turns.
#[derive(Debug, Clone)]
pub struct Card {
    /// Loads of one repetition with the shortest hold of the exercise's dose.
    pub load: LoadCard,
    /// Whether the exercise could be placed on the person's own body; otherwise it is the reference man's card with [`STAND_IN_MARGIN`].
    pub is_own: bool,
    /// Of a repetition without its hold, and of each second of the hold.
    without_hold: Sums,
    per_hold_s: Sums,
}

/// What adds up over a day.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sums {
    /// Compression beyond standing of each disc, standing · s.
    pub compression_s: [f64; N_DISCS],
    /// Shear beyond standing of each disc, standing · s.
    pub shear_s: [f64; N_DISCS],
    /// Loaded flexion beyond the middle range, s.
    pub flexion_s: f64,
    /// Seconds above the first training level, by the muscles of the card.
    pub trained_s: Vec<f64>,
    /// Seconds that were counted.
    pub seconds: f64,
}

impl Sums {
    fn of(card: &LoadCard) -> Self {
        Self {
            compression_s: card.discs.map(|disc| disc.above_standing_s),
            shear_s: card.discs.map(|disc| disc.shear_above_standing_s),
            flexion_s: card.flexed_s,
            trained_s: card.muscles.iter().map(|one| one.seconds_above[0]).collect(),
            seconds: card.duration_s,
        }
    }

    fn scaled(&self, factor: f64) -> Self {
        self.mixed(factor, self, 0.0)
    }

    /// self · a + other · b
    fn mixed(&self, a: f64, other: &Self, b: f64) -> Self {
        let mix = |x: f64, y: f64| a * x + b * y;
        Self {
            compression_s: std::array::from_fn(|i| mix(self.compression_s[i], other.compression_s[i])),
            shear_s: std::array::from_fn(|i| mix(self.shear_s[i], other.shear_s[i])),
            flexion_s: mix(self.flexion_s, other.flexion_s),
            trained_s: self.trained_s.iter().zip(&other.trained_s).map(|(x, y)| mix(*x, *y)).collect(),
            seconds: mix(self.seconds, other.seconds),
        }
    }

    /// What the day's budgets count, each by the disc that gets most of it.
    pub fn day_load(&self) -> DayLoad {
        let most = |discs: &[f64]| discs.iter().copied().fold(0.0, f64::max) / 60.0;
        DayLoad {
            compression_min: most(&self.compression_s),
            shear_min: most(&self.shear_s),
            flexion_min: self.flexion_s / 60.0,
        }
    }
}

/// Load of the discs on one day, in the units of [`LoadBudget`]; of several items the sum of each one's most loaded disc, which is never
/// less than what any one disc gets.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct DayLoad {
    /// Compression beyond standing, minutes at one standing more.
    pub compression_min: f64,
    /// Shear beyond standing, likewise.
    pub shear_min: f64,
    /// Loaded flexion beyond the middle range, minutes.
    pub flexion_min: f64,
}

impl DayLoad {
    /// What the budget allows on one day.
    pub fn allowed(budget: &LoadBudget) -> Self {
        Self {
            compression_min: budget.compression_min_per_day,
            shear_min: budget.shear_min_per_day,
            flexion_min: budget.flexion_min_per_day,
        }
    }

    /// The three parts.
    pub fn parts(&self) -> [f64; 3] {
        [self.compression_min, self.shear_min, self.flexion_min]
    }

    /// Whether no part exceeds what is allowed.
    pub fn is_within(&self, allowed: &Self) -> bool {
        self.parts()
            .iter()
            .zip(allowed.parts())
            .all(|(used, allowed)| *used <= allowed + 1e-9)
    }
}

impl std::ops::Add for DayLoad {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            compression_min: self.compression_min + other.compression_min,
            shear_min: self.shear_min + other.shear_min,
            flexion_min: self.flexion_min + other.flexion_min,
        }
    }
}

impl std::ops::Sub for DayLoad {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            compression_min: self.compression_min - other.compression_min,
            shear_min: self.shear_min - other.shear_min,
            flexion_min: self.flexion_min - other.flexion_min,
        }
    }
}

impl std::iter::Sum for DayLoad {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::default(), std::ops::Add::add)
    }
}

/// What one item of a programme does.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemLoad {
    /// The discs, L5-S1 first.
    pub discs: Vec<ItemDisc>,
    /// Muscle groups with their side.
    pub muscles: Vec<ItemMuscle>,
    /// What it uses of the day's budgets.
    pub day: DayLoad,
    /// Whether it was computed on the person's own body, not on the reference man's that stands in with a margin.
    pub is_own: bool,
}

/// One disc in one item.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemDisc {
    /// Id.
    pub id: String,
    /// Largest compression, N.
    pub peak_compression_n: f64,
    /// Largest shear, N.
    pub peak_shear_n: f64,
    /// Largest compression over that of own relaxed standing.
    pub of_standing: f64,
}

/// One muscle group of one side in one item.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemMuscle {
    /// Group, with `_r` or `_l`.
    pub id: String,
    /// Largest activation, share of its strength.
    pub peak: f64,
    /// Seconds above a fifth of its strength in the whole dose.
    pub dose_s: f64,
}

impl ItemLoad {
    /// Muscle groups that exercises are chosen for, without side, with their largest share of strength, hardest first.
    pub fn hardest(&self, knowledge: &Knowledge) -> Vec<(String, f64)> {
        let mut groups: Vec<(String, f64)> = Vec::new();
        for muscle in &self.muscles {
            let group = muscle.id.trim_end_matches("_r").trim_end_matches("_l");
            match groups.iter_mut().find(|(known, _)| known == group) {
                Some((_, peak)) => *peak = peak.max(muscle.peak),
                None if is_chosen_for(knowledge, group) => groups.push((group.to_owned(), muscle.peak)),
                None => {}
            }
        }
        groups.sort_by(|a, b| b.1.total_cmp(&a.1));
        groups
    }

    /// The disc with the largest compression relative to standing.
    pub fn peak(&self) -> Option<&ItemDisc> {
        self.discs.iter().max_by(|a, b| a.of_standing.total_cmp(&b.of_standing))
    }
}

impl Card {
    /// What a dose adds up to.
    pub fn sums(&self, dose: &Dose) -> Sums {
        let repetitions = f64::from(dose.sets * dose.reps);
        let held = repetitions * f64::from(dose.hold_s);
        self.without_hold.mixed(repetitions, &self.per_hold_s, held)
    }

    /// The disc with the largest compression relative to standing, and that.
    pub fn peak(&self) -> (usize, f64) {
        let peaks = self.load.discs.iter().map(|disc| disc.of_standing.peak).enumerate();
        peaks.fold((0, f64::NEG_INFINITY), |most, one| if one.1 > most.1 { one } else { most })
    }
}

/// What would first stop a person from going further in an exercise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// Load of a disc, by its position in [`Cards::discs`].
    Disc {
        /// Position.
        disc: usize,
        /// Largest compression over that of standing.
        of_standing: f64,
    },
    /// Strength of a muscle, by its position in [`Cards::groups`].
    Muscle {
        /// Position.
        group: usize,
        /// Side.
        side: Side,
        /// Largest activation.
        activation: f64,
    },
    /// Range of the lumbar spine.
    Range {
        /// Share that is used.
        share: f64,
    },
    /// Tension of the sciatic nerve.
    Nerve {
        /// Side.
        side: Side,
        /// Share of that in a full straight-leg raise.
        share: f64,
    },
}

impl Cards {
    /// Cards of all exercises. Without a person those of the reference man, who stands in.
    ///
    /// Every exercise is computed on its own, so that the result does not depend on the number of threads.
    ///
    /// # Errors
    /// The body or its relaxed standing cannot be made.
    pub fn new(knowledge: &Knowledge, bodies: &Bodies, person: Result<Person, BodyError>) -> Result<Self, CardsError> {
        let (person, stands_in) = match person {
            Ok(person) => (person, None),
            Err(why) => (bodies.anatomy.reference_person(), Some(why)),
        };
        let body = Body::new(&bodies.anatomy, &person)?;
        let own = Own::new(bodies, &body)?;
        // Where one side is weaker or tenser, the exercise for the left side is that for the right side of the mirrored person.
        let mirrored = person.mirrored();
        let other = if mirrored == person {
            None
        } else {
            Some(Body::new(&bodies.anatomy, &mirrored)?)
        };
        let other = other.as_ref().map(|other| Own::new(bodies, other)).transpose()?;
        let exercises: Vec<&Record<Exercise>> = knowledge.usable_exercises().collect();
        let cards = exercises.par_iter().filter_map(|exercise| {
            let card = card(bodies, &own, other.as_ref(), exercise)?;
            Some((exercise.id.clone(), card.map_err(|error| Arc::from(error.as_str()))))
        });
        let mut cards: BTreeMap<String, Result<Card, Arc<str>>> = cards.collect();
        stand_in(knowledge, bodies, &body, &mut cards)?;
        Ok(Self {
            stands_in,
            groups: body.groups.clone(),
            discs: body.discs.iter().map(|disc| disc.id.clone()).collect(),
            disc_limit: knowledge.cells.values().map(|cell| cell.loads.peak_of_standing).fold(0.0, f64::max),
            standing_n: std::array::from_fn(|disc| own.standing.discs[disc].compression_n),
            cards,
            through_a_day: Discs::new(&body, &bodies.library)?,
            person,
        })
    }

    /// Whether these are the cards of this person.
    pub fn are_of(&self, person: &Result<Person, BodyError>) -> bool {
        match (person, &self.stands_in) {
            (Ok(person), None) => self.person == *person,
            (Err(why), Some(known)) => why == known,
            _ => false,
        }
    }

    /// The card of an exercise; none where nothing is computed for it, an error where its motion cannot be made with this body.
    pub fn get(&self, exercise: &str) -> Option<Result<&Card, &str>> {
        self.cards.get(exercise).map(|card| card.as_ref().map_err(AsRef::as_ref))
    }
}

impl Cards {
    /// What would first stop a person from going further: the largest of its shares, for a disc of what the least strict weeks allow.
    pub fn limit(&self, card: &Card) -> Limit {
        let (disc, of_standing) = card.peak();
        let muscle = card
            .load
            .muscles
            .iter()
            .max_by(|a, b| a.activation.peak.total_cmp(&b.activation.peak));
        let nerve = [Side::Right, Side::Left].into_iter().zip(card.load.nerve_tension);
        let share = card.load.lumbar.largest();
        let mut limits = vec![
            (of_standing / self.disc_limit, Limit::Disc { disc, of_standing }),
            (share, Limit::Range { share }),
        ];
        limits.extend(muscle.map(|one| {
            let (group, side, activation) = (one.group, one.side, one.activation.peak);
            (activation, Limit::Muscle { group, side, activation })
        }));
        limits.extend(nerve.map(|(side, share)| (share, Limit::Nerve { side, share })));
        let first = limits[0];
        limits
            .into_iter()
            .fold(first, |most, one| if one.0 > most.0 { one } else { most })
            .1
    }

    /// Muscle groups that exercises are chosen for, with what is larger on one side, largest first: position of the group and the figure.
    pub fn ranked(&self, card: &Card, knowledge: &Knowledge, of: fn(&MuscleCourse) -> f64) -> Vec<(usize, f64)> {
        let mut ranked: Vec<(usize, f64)> = Vec::new();
        for one in card
            .load
            .muscles
            .iter()
            .filter(|one| is_chosen_for(knowledge, &self.groups[one.group]))
        {
            match ranked.iter_mut().find(|(group, _)| *group == one.group) {
                Some((_, value)) => *value = value.max(of(one)),
                None => ranked.push((one.group, of(one))),
            }
        }
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        ranked
    }

    /// What an item does; none where nothing is computed for its exercise.
    pub fn item(&self, exercise: &str, dose: &Dose) -> Option<ItemLoad> {
        let card = self.get(exercise)?.ok()?;
        let sums = card.sums(dose);
        let discs = self.discs.iter().zip(&card.load.discs).map(|(id, disc)| ItemDisc {
            id: id.clone(),
            peak_compression_n: disc.compression_n.peak,
            peak_shear_n: disc.shear_n.peak,
            of_standing: disc.of_standing.peak,
        });
        let muscles = card.load.muscles.iter().zip(&sums.trained_s).map(|(muscle, trained_s)| ItemMuscle {
            id: format!("{}{}", self.groups[muscle.group], muscle.side.suffix()),
            peak: muscle.activation.peak,
            dose_s: *trained_s,
        });
        Some(ItemLoad {
            discs: discs.collect(),
            muscles: muscles.collect(),
            day: sums.day_load(),
            is_own: card.is_own && self.stands_in.is_none(),
        })
    }
}

/// Whether some exercise is chosen for this muscle group.
fn is_chosen_for(knowledge: &Knowledge, group: &str) -> bool {
    let mut exercises = knowledge.usable_exercises();
    exercises.any(|exercise| exercise.strengthens.iter().chain(&exercise.relaxes).any(|named| named == group))
}

/// A body and its relaxed standing.
struct Own<'a> {
    layout: Layout<'a>,
    standing: Frame,
}

impl<'a> Own<'a> {
    fn new(bodies: &Bodies, body: &'a Body) -> Result<Self, CardsError> {
        let standing = (bodies.library.posture(body, STANDING, 0.0)).map_err(|error| CardsError::Standing(error.to_string()))?;
        let standing = posture_loads(body, &standing, Scope::WholeBody, Settings::default());
        let standing = standing.map_err(|error| CardsError::Standing(error.to_string()))?;
        Ok(Self {
            layout: Layout::new(body, Scope::WholeBody),
            standing,
        })
    }
}

/// Exercises that do not fit this body get the reference man's loads with a margin: very long, very short or very heavy people sink deeper
/// into a mat or reach less far than the postures allow for, and are no reason to take breathing away from someone.
fn stand_in(
    knowledge: &Knowledge,
    bodies: &Bodies,
    body: &Body,
    cards: &mut BTreeMap<String, Result<Card, Arc<str>>>,
) -> Result<(), CardsError> {
    let reference = bodies.anatomy.reference_person();
    if body.person == reference || cards.values().all(Result::is_ok) {
        return Ok(());
    }
    let other = Body::new(&bodies.anatomy, &reference)?;
    let own = Own::new(bodies, &other)?;
    for (id, missing) in cards.iter_mut().filter(|(_, card)| card.is_err()) {
        let exercise = knowledge.exercises.get(id);
        if let Some(Ok(found)) = exercise.and_then(|exercise| card(bodies, &own, None, exercise)) {
            *missing = Ok(Card {
                load: found.load.raised(STAND_IN_MARGIN),
                without_hold: found.without_hold.scaled(STAND_IN_MARGIN),
                per_hold_s: found.per_hold_s.scaled(STAND_IN_MARGIN),
                is_own: false,
            });
        }
    }
    Ok(())
}

/// None where nothing is computed for the exercise.
fn card(bodies: &Bodies, own: &Own<'_>, other: Option<&Own<'_>>, exercise: &Exercise) -> Option<Result<Card, String>> {
    let shown = match exercise.shown()? {
        Shown::NotComputed(_) => return None,
        shown => shown,
    };
    let right = match one_side(bodies, own, shown, exercise) {
        Ok(right) => right,
        Err(error) => return Some(Err(error)),
    };
    if !exercise.dose.per_side {
        return Some(Ok(right));
    }
    let left = match other.map(|other| one_side(bodies, other, shown, exercise)).transpose() {
        Ok(left) => left.unwrap_or_else(|| right.clone()).mirrored(),
        Err(error) => return Some(Err(error)),
    };
    Some(Ok(right.then(&left)))
}

fn one_side(bodies: &Bodies, own: &Own<'_>, shown: Shown<'_>, exercise: &Exercise) -> Result<Card, String> {
    let Own { layout, standing } = own;
    let body = layout.body();
    let settings = Settings::default();
    let shortest_s = f64::from(exercise.dose.hold_s[0]);
    let failed = |error: LoadError| error.to_string();
    match shown {
        Shown::Motion(id) => {
            let motion = bodies.library.motion(body, id, 0.0).map_err(|error| error.to_string())?;
            let course = Course::new(layout, &motion, settings).map_err(failed)?;
            let held = |hold_s| course.card(body, standing, hold_s).ok_or_else(|| format!("{id} has no instant"));
            if course.has_hold() {
                let (none, one) = (Sums::of(&held(0.0)?), Sums::of(&held(1.0)?));
                return Ok(Card {
                    load: held(shortest_s)?,
                    is_own: true,
                    per_hold_s: one.mixed(1.0, &none, -1.0),
                    without_hold: none,
                });
            }
            // A motion without a hold fills the time of a repetition: once, or again and again where the dose counts seconds, as in walking.
            let load = held(0.0)?;
            let per_s = Sums::of(&load).scaled(1.0 / load.duration_s);
            let least_s = load.duration_s.max(f64::from(exercise.dose.move_s));
            let without_hold_s = if exercise.dose.hold_s[1] > 0 { least_s } else { load.duration_s };
            Ok(Card {
                without_hold: per_s.scaled(without_hold_s),
                per_hold_s: if exercise.dose.hold_s[1] > 0 { per_s } else { per_s.scaled(0.0) },
                is_own: true,
                load,
            })
        }
        Shown::Posture(id) => {
            let posture = bodies.library.posture(body, id, 0.0).map_err(|error| error.to_string())?;
            let card = |hold_s| posture_card(layout, standing, &posture, hold_s, settings).map_err(failed);
            let one = Sums::of(&card(1.0)?);
            Ok(Card {
                load: card(shortest_s.max(1.0))?,
                is_own: true,
                without_hold: one.scaled(0.0),
                per_hold_s: one,
            })
        }
        Shown::NotComputed(why) => Err(why.en.clone()),
    }
}

impl Card {
    fn mirrored(self) -> Self {
        let muscles = &self.load.muscles;
        // Where each muscle of the mirrored card was.
        let mut order: Vec<usize> = (0..muscles.len()).collect();
        order.sort_by_key(|at| (muscles[*at].group, muscles[*at].side == Side::Right));
        let turned = |sums: Sums| Sums {
            trained_s: order.iter().map(|at| sums.trained_s[*at]).collect(),
            ..sums
        };
        Self {
            without_hold: turned(self.without_hold),
            per_hold_s: turned(self.per_hold_s),
            load: self.load.mirrored(),
            is_own: self.is_own,
        }
    }

    fn then(self, other: &Self) -> Self {
        Self {
            load: self.load.then(&other.load),
            is_own: self.is_own && other.is_own,
            without_hold: self.without_hold.mixed(1.0, &other.without_hold, 1.0),
            per_hold_s: self.per_hold_s.mixed(1.0, &other.per_hold_s, 1.0),
        }
    }
}

//! How much of an exercise: from its ranges to one dose, and how long that takes.

use keel_knowledge::{DoseLevel, DoseRange, Exercise};

/// Seconds to get into position and read the card, once for each item. Proposal of this project.
const SETUP_S: u32 = 20;

/// A dose of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dose {
    /// Sets.
    pub sets: u32,
    /// Repetitions in a set, for each side where `per_side`.
    pub reps: u32,
    /// Seconds held in each repetition.
    pub hold_s: u32,
    /// Seconds of movement in each repetition, outside the hold.
    pub move_s: u32,
    /// Seconds of rest between sets.
    pub rest_s: u32,
    /// Whether repetitions are for each side.
    pub per_side: bool,
}

impl Dose {
    /// The dose at a level of the exercise's ranges.
    pub fn of(exercise: &Exercise, level: DoseLevel) -> Dose {
        let DoseRange {
            sets,
            reps,
            hold_s,
            move_s,
            per_side,
            rest_s,
            ..
        } = exercise.dose;
        let pick = |[low, high]: [u32; 2]| match level {
            DoseLevel::Low => low,
            DoseLevel::Middle => (low + high) / 2,
        };
        // A middle dose adds repetitions and seconds; sets stay at the low end until the person has progressed.
        Dose {
            sets: sets[0],
            reps: pick(reps).max(1),
            hold_s: pick(hold_s),
            move_s,
            rest_s,
            per_side,
        }
    }

    /// Seconds from beginning to end, with rests and the time to get into position.
    pub fn duration_s(&self) -> u32 {
        let sides = if self.per_side { 2 } else { 1 };
        SETUP_S + self.sets * self.reps * (self.hold_s + self.move_s) * sides + (self.sets - 1) * self.rest_s
    }
}

#[cfg(test)]
mod tests {
    use super::Dose;

    #[test]
    fn both_sides_and_rests_count() {
        let dose = Dose {
            sets: 2,
            reps: 8,
            hold_s: 5,
            move_s: 4,
            rest_s: 30,
            per_side: true,
        };
        assert_eq!(dose.duration_s(), 20 + 2 * 8 * 9 * 2 + 30);
    }
}

//! The person whose body is computed.

use std::{collections::BTreeMap, fmt, str::FromStr};

/// Sex, as far as proportions, mass distribution, muscle and disc size depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// Proportions of women.
    Female,
    /// Proportions of men.
    Male,
}

/// Side of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Right.
    Right,
    /// Left.
    Left,
}

impl Side {
    /// Suffix of ids.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Right => "_r",
            Self::Left => "_l",
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Self::Right { "right" } else { "left" })
    }
}

impl FromStr for Sex {
    type Err = PersonError;

    fn from_str(text: &str) -> Result<Self, PersonError> {
        match text {
            "female" => Ok(Self::Female),
            "male" => Ok(Self::Male),
            _ => Err(PersonError::Sex(text.to_owned())),
        }
    }
}

/// A person as far as the body depends on it.
///
/// # Validity
/// 1.45–2.05 m, 40–160 kg, 16–100 years; proportions come from adults of European populations.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// Sex.
    pub sex: Sex,
    /// Age, where known; it lowers muscle above 50 years.
    pub age_years: Option<f64>,
    /// Height.
    pub height_m: f64,
    /// Mass.
    pub mass_kg: f64,
    /// Girth of the waist, where measured.
    pub waist_m: Option<f64>,
    /// Area of a disc by level where an image gave it, m².
    pub disc_area_m2: BTreeMap<String, f64>,
    /// Strength of a muscle group and side as a share of normal: 1 = normal, 0.4 = weak.
    pub strength: BTreeMap<(String, Side), f64>,
    /// Lowest activation of a muscle group and side: 0.01 = normal tone, up to 0.10 = guarding.
    pub tone: BTreeMap<(String, Side), f64>,
}

impl Person {
    /// The person with strong and weak sides exchanged.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        let swap = |shares: &BTreeMap<(String, Side), f64>| {
            let other = |side: &Side| if *side == Side::Right { Side::Left } else { Side::Right };
            let swapped = shares.iter().map(|((group, side), share)| ((group.clone(), other(side)), *share));
            swapped.collect()
        };
        Self {
            strength: swap(&self.strength),
            tone: swap(&self.tone),
            disc_area_m2: self.disc_area_m2.clone(),
            ..*self
        }
    }
}

/// Why a person cannot be turned into a body.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PersonError {
    /// A figure is outside what the proportions were measured for, or not a number.
    #[error("{field} is {value}; it must be a number from {low} to {high} {unit}")]
    Range {
        /// Field.
        field: String,
        /// What was given.
        value: f64,
        /// Smallest allowed.
        low: f64,
        /// Largest allowed.
        high: f64,
        /// Unit.
        unit: &'static str,
    },
    /// Not a sex the proportions know.
    #[error("sex is \"{0}\"; it must be \"female\" or \"male\" (the body's proportions are measured for these two)")]
    Sex(String),
    /// No such muscle group.
    #[error("\"{group}\" is not a muscle group; the nearest is \"{nearest}\"")]
    Group {
        /// What was given.
        group: String,
        /// The most similar id.
        nearest: String,
    },
    /// No such disc.
    #[error("\"{0}\" is not a disc; allowed are T12-L1, L1-L2, L2-L3, L3-L4, L4-L5, L5-S1")]
    Disc(String),
}

/// Lowest activation of a normal muscle at rest (share of its maximum).
pub(crate) const TONE_NORMAL: f64 = 0.01;

impl Person {
    /// A person of whom only sex, height and mass are known.
    pub fn new(sex: Sex, height_m: f64, mass_kg: f64) -> Self {
        Self {
            sex,
            age_years: None,
            height_m,
            mass_kg,
            waist_m: None,
            disc_area_m2: BTreeMap::new(),
            strength: BTreeMap::new(),
            tone: BTreeMap::new(),
        }
    }

    /// Checks every figure. `groups` are the known muscle groups, `discs` the known discs.
    pub(crate) fn check(&self, groups: &[&str], discs: &[&str]) -> Result<(), PersonError> {
        let within = |field: &str, value: f64, low: f64, high: f64, unit| {
            if value.is_finite() && (low..=high).contains(&value) {
                Ok(())
            } else {
                Err(PersonError::Range {
                    field: field.to_owned(),
                    value,
                    low,
                    high,
                    unit,
                })
            }
        };
        within("height", self.height_m, 1.45, 2.05, "m")?;
        within("mass", self.mass_kg, 40.0, 160.0, "kg")?;
        if let Some(age) = self.age_years {
            within("age", age, 16.0, 100.0, "years")?;
        }
        if let Some(waist) = self.waist_m {
            within("waist", waist, 0.5, 1.8, "m")?;
        }
        for (disc, area) in &self.disc_area_m2 {
            if !discs.contains(&disc.as_str()) {
                return Err(PersonError::Disc(disc.clone()));
            }
            within(&format!("area of the disc {disc}"), *area, 0.0008, 0.0030, "m²")?;
        }
        for ((group, side), value) in self.strength.iter().chain(&self.tone) {
            if !groups.contains(&group.as_str()) {
                let nearest = nearest(group, groups.iter().copied()).unwrap_or_default().to_owned();
                return Err(PersonError::Group {
                    group: group.clone(),
                    nearest,
                });
            }
            let is_tone = self.tone.get(&(group.clone(), *side)).is_some_and(|tone| std::ptr::eq(tone, value));
            if is_tone {
                within(&format!("tone of {group} ({side})"), *value, 0.0, 0.10, "of its maximum")?;
            } else {
                within(&format!("strength of {group} ({side})"), *value, 0.05, 2.0, "of normal")?;
            }
        }
        Ok(())
    }
}

/// The word of `words` that needs the fewest edits to become `word`.
pub(crate) fn nearest<'a>(word: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    words.min_by_key(|candidate| strsim::levenshtein(word, candidate))
}

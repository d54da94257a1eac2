//! The person's body as the load engine needs it: size from the answers, weak and tense muscles from the findings.

use keel_body::{Person, PersonError, Sex, Side};
use keel_knowledge::{MuscleState, Side as FindingSide};

use crate::{case::Answers, findings::Findings};

/// Lowest activation of a group found tense, where its test says no figure. A proposal between normal tone (1 %) and strong guarding
/// (10 %).
const TENSE: f64 = 0.05;

/// Why there is no body.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BodyError {
    /// An answer is missing.
    #[error("{0} is not known; the body's loads need sex, height and mass")]
    Missing(&'static str),
    /// A figure is out of its limits.
    #[error(transparent)]
    Person(#[from] PersonError),
}

/// The person as the body's scaling needs them. Groups that the anatomy does not know are passed over.
///
/// # Errors
/// Sex, height or mass is missing; sex is neither female nor male.
pub fn person_of(answers: &Answers, findings: Option<&Findings>, age_years: Option<f64>, groups: &[&str]) -> Result<Person, BodyError> {
    let number = |path: &str, name| answers.number(path).ok_or(BodyError::Missing(name));
    let sex: Sex = answers.word("person.sex").ok_or(BodyError::Missing("sex"))?.parse()?;
    let mut person = Person::new(sex, number("person.height_cm", "height")? * 1e-2, number("person.mass_kg", "mass")?);
    person.age_years = age_years.or_else(|| answers.number("person.age"));
    for finding in findings.into_iter().flat_map(|findings| &findings.muscles) {
        if !groups.contains(&finding.group.as_str()) {
            continue;
        }
        let sides: &[Side] = match finding.side {
            FindingSide::Left => &[Side::Left],
            FindingSide::Right => &[Side::Right],
            FindingSide::Both => &[Side::Right, Side::Left],
        };
        for side in sides {
            let key = (finding.group.clone(), *side);
            // Of several findings about one muscle the weakest and the tensest count.
            match finding.state {
                MuscleState::Weak => {
                    if let Some(strength) = finding.extent.strength {
                        person
                            .strength
                            .entry(key)
                            .and_modify(|known| *known = known.min(strength))
                            .or_insert(strength);
                    }
                }
                MuscleState::Tense => {
                    let tone = finding.extent.tone.unwrap_or(TENSE);
                    person.tone.entry(key).and_modify(|known| *known = known.max(tone)).or_insert(tone);
                }
            }
        }
    }
    Ok(person)
}

//! How long after rising this person leaves out bending forward.
//!
//! Overnight discs fill with water, and a bend asks several times as much of them (keel-disc, `stiffness`). How long that lasts is computed
//! of every disc of the person's body through the person's own day: lying from `day.sleeps_at` to `day.rises_at`, sitting for
//! `day.sitting_hours` of the rest, on the feet for what is left, spread evenly. The disc that takes longest counts. How degenerated a disc
//! is stands nowhere in the answers, so that all are taken for healthy ones, which swell most.
//!
//! Where hours of sitting are not known, the day on the feet and the day in a chair are both computed and the longer time counts. Where
//! rising, going to bed or the body is not known, the time is that of the knowledge (`week.no_bending_after_rising_min`); it is never
//! shorter.

use jiff::civil::Time;
use keel_body::{Body, Library};
use keel_disc::{Course, Day, Fluid, FluidError, Grade, Hours, Load, Morning, Steps, usual_day};
use keel_knowledge::Text;
use keel_loads::N_DISCS;

use crate::{
    cards::CardsError,
    case::Answers,
    disc_loads::{DiscLoads, disc_fluid},
    texts::Texts,
};

/// How the person lies at night.
pub const LYING: &str = "lying-supine";
/// On the feet.
pub const STANDING: &str = "standing-relaxed";
/// In a chair.
const SITTING: &str = "sitting-unsupported";

/// Minutes of a day.
const DAY_MIN: f64 = 24.0 * 60.0;
/// Waking hours of a day that can be computed; beyond, the answers are taken for a slip (proposal).
const AWAKE_H: std::ops::RangeInclusive<f64> = 4.0..=22.0;

/// The person's discs and what lying, standing and sitting load them with.
#[derive(Debug, Clone)]
pub(crate) struct Discs {
    fluids: Vec<Fluid>,
    lying: [Load; N_DISCS],
    standing: [Load; N_DISCS],
    sitting: [Load; N_DISCS],
}

impl Discs {
    /// # Errors
    /// This body cannot take one of the postures, or its discs are out of the limits of the model.
    pub(crate) fn new(body: &Body, library: &Library) -> Result<Self, CardsError> {
        let of = |id| DiscLoads::of_posture(body, library, id, 0.0).map(|loads| loads.discs);
        let lying = of(LYING)?;
        let fluids = body.discs.iter().zip(&lying);
        Ok(Self {
            fluids: fluids
                .map(|(disc, lying)| disc_fluid(disc, Grade::Healthy, lying.stress_pa))
                .collect::<Result<_, FluidError>>()?,
            lying,
            standing: of(STANDING)?,
            sitting: of(SITTING)?,
        })
    }

    /// When the disc that takes longest may be bent, s after rising (none where it is stiff all day), and its position; nothing where a load is
    /// out of the limits of the disc model.
    fn bends_after(&self, awake_h: f64, sitting: f64) -> Option<(Option<f64>, usize)> {
        let mut longest = (Some(0.0), 0);
        for (at, fluid) in self.fluids.iter().enumerate() {
            let flexion_rad = |load: &Load| load.flexion_rad - self.lying[at].flexion_rad;
            let part = |load: &Load| Load {
                flexion_rad: flexion_rad(load),
                ..*load
            };
            let up = vec![(part(&self.standing[at]), 1.0 - sitting), (part(&self.sitting[at]), sitting)];
            let day = Day::new(vec![
                Hours {
                    from_s: 0.0,
                    to_s: awake_h * 3600.0,
                    parts: up.into_iter().filter(|(_, share)| *share > 0.0).collect(),
                },
                Hours {
                    from_s: awake_h * 3600.0,
                    to_s: DAY_MIN * 60.0,
                    parts: vec![(part(&self.lying[at]), 1.0)],
                },
            ])
            .ok()?;
            let usual = usual_day(self.standing[at].stress_pa, self.lying[at].stress_pa).ok()?;
            let course = Course::repeated(fluid, &day, Steps::default()).ok()?;
            let usual = Course::repeated(fluid, &usual, Steps::default()).ok()?;
            let found = Morning::new(&course, &usual, 0.0).no_flexion_s;
            let is_longer = match (found, longest.0) {
                (Some(found), Some(known)) => found > known,
                (None, known) => known.is_some(),
                (Some(_), None) => false,
            };
            if is_longer {
                longest = (found, at);
            }
        }
        Some(longest)
    }
}

/// How long bending forward is left out.
#[derive(Clone, Debug, PartialEq)]
pub struct NoBending {
    /// Minutes after rising; a whole day where a disc stays as full as in the morning.
    pub after_rising_min: u32,
    /// The disc that takes longest, where the time was computed.
    pub disc: Option<String>,
    /// Why it is so long, to the person.
    pub why: Text,
    /// Facts it stands on.
    pub facts: Vec<String>,
    /// Sources.
    pub sources: Vec<String>,
}

/// Published morning stiffness, and the hour that was tried.
const SOURCES: [&str; 3] = ["adams-1987", "malko-2002", "snook-1998"];

/// How long this person leaves out bending forward, at least `shortest_min`. `discs` are those of the person's own body, with their ids.
pub(crate) fn no_bending(answers: &Answers, discs: Option<(&Discs, &[String])>, shortest_min: u32, texts: Texts<'_>) -> NoBending {
    let computed = discs.zip(waking_h(answers)).and_then(|((discs, ids), awake_h)| {
        let sitting = answers.number("day.sitting_hours").map(|hours| (hours / awake_h).min(1.0));
        let shares = sitting.map_or(vec![0.0, 1.0], |share| vec![share]);
        let all: Option<Vec<_>> = shares.into_iter().map(|share| discs.bends_after(awake_h, share)).collect();
        let longest = all?.into_iter().reduce(|a, b| match (a.0, b.0) {
            (Some(one), Some(other)) if other > one => b,
            (Some(_), None) => b,
            _ => a,
        })?;
        let minutes = longest.0.map_or(DAY_MIN, |seconds| (seconds / 60.0).ceil().min(DAY_MIN));
        Some((minutes as u32, ids.get(longest.1)?.clone(), sitting.is_some()))
    });
    let strings = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
    let Some((minutes, disc, sits)) = computed else {
        return NoBending {
            after_rising_min: shortest_min,
            disc: None,
            why: texts.text("no-bending-usual", &[("minutes", shortest_min.into())]),
            facts: Vec::new(),
            sources: strings(&SOURCES[2..]),
        };
    };
    let mut facts: Vec<String> = strings(&["day.rises_at", "day.sleeps_at"]);
    if sits {
        facts.push("day.sitting_hours".to_owned());
    }
    facts.extend(["person.sex", "person.height_cm", "person.mass_kg"].map(str::to_owned));
    let after_rising_min = minutes.max(shortest_min);
    let why = if f64::from(after_rising_min) >= DAY_MIN {
        texts.text("no-bending-all-day", &[("disc", disc.as_str().into())])
    } else {
        let id = if after_rising_min > shortest_min {
            "no-bending-longer"
        } else {
            "no-bending-shortest"
        };
        texts.text(id, &[("minutes", after_rising_min.into()), ("disc", disc.as_str().into())])
    };
    NoBending {
        after_rising_min,
        disc: Some(disc),
        why,
        facts,
        sources: strings(&SOURCES),
    }
}

/// Hours from rising to going to bed, where both are known and make a day.
fn waking_h(answers: &Answers) -> Option<f64> {
    let minute = |path| {
        answers
            .time(path)
            .map(|time: Time| f64::from(time.hour()) * 60.0 + f64::from(time.minute()))
    };
    let awake_h = (minute("day.sleeps_at")? - minute("day.rises_at")?).rem_euclid(DAY_MIN) / 60.0;
    AWAKE_H.contains(&awake_h).then_some(awake_h)
}

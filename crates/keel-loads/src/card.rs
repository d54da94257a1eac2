//! The load card: what one repetition of a motion, or a hold, does to this person's discs and muscles.
//!
//! Everything is a figure of the frames that were computed: nothing is known here of exercises, doses or limits. Compression is also given
//! relative to the person's own relaxed standing, because the absolute figure is surer by rank than by newton.

use keel_body::{Body, Rotation, Side, State};

use crate::{
    constants::TYPICAL_RANGE,
    engine::{Frame, N_DISCS},
    summary::groups,
};

/// Activations above which seconds are counted: below the first a muscle is hardly trained, above the last it gets stronger (proposal after
/// the 40–60 % of one maximum that strength training needs, `acsm`).
pub const TRAINING_LEVELS: [f64; 3] = [0.2, 0.4, 0.6];
/// A stretch counts as held while the length is within this share of its longest.
const HELD_WITHIN: f64 = 0.02;

/// One computed instant.
#[derive(Debug, Clone, Copy)]
pub struct Instant<'a> {
    /// Time, s, not falling.
    pub t_s: f64,
    /// Where the body is.
    pub state: &'a State,
    /// What acts in it.
    pub frame: &'a Frame,
}

/// Load of one disc over the course.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct DiscCourse {
    /// Largest and mean compression, N.
    pub compression_n: Course,
    /// Largest and mean shear, forward and sideways together, N.
    pub shear_n: Course,
    /// Largest and mean pressure in the nucleus, Pa.
    pub pressure_pa: Course,
    /// Band of the largest pressure, Pa.
    pub pressure_band_pa: (f64, f64),
    /// Largest and mean compression over that of own relaxed standing.
    pub of_standing: Course,
}

/// Largest value and mean over time.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Course {
    /// Largest value.
    pub peak: f64,
    /// Mean over time.
    pub mean: f64,
}

/// How far the lumbar spine goes, as shares of what people of this build typically reach.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LumbarRange {
    /// Bending forward.
    pub flexion: f64,
    /// Bending back.
    pub extension: f64,
    /// Bending to the right.
    pub side_bend_right: f64,
    /// Bending to the left.
    pub side_bend_left: f64,
    /// Turning to the right.
    pub rotation_right: f64,
    /// Turning to the left.
    pub rotation_left: f64,
}

/// What one muscle group does on one side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MuscleCourse {
    /// Position in [`Body::groups`].
    pub group: usize,
    /// Side.
    pub side: Side,
    /// Largest and mean activation, the fascicles weighted by cross-section.
    pub activation: Course,
    /// Seconds above each of [`TRAINING_LEVELS`].
    pub seconds_above: [f64; 3],
    /// Work done while shortening, J.
    pub shortening_j: f64,
    /// Work taken up while lengthening, J.
    pub lengthening_j: f64,
    /// Longest path over that in own relaxed standing, the fascicles weighted by cross-section.
    pub longest_of_standing: f64,
    /// Longest fibre over its optimum, weighted likewise.
    pub longest_fibre: f64,
    /// Seconds for which the group stays as long as that, within two percent.
    pub held_longest_s: f64,
}

/// The card.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadCard {
    /// Time from the first to the last instant, s.
    pub duration_s: f64,
    /// Discs, L5-S1 first, as [`Body::discs`].
    pub discs: [DiscCourse; N_DISCS],
    /// Range of the lumbar spine that is used.
    pub lumbar: LumbarRange,
    /// Muscle groups in order, right before left; those that are not part of the problem are left out.
    pub muscles: Vec<MuscleCourse>,
    /// How taut the sciatic nerve and the dura are drawn, right and left: 0 in standing, 1 in a straight-leg raise to 90° with foot, back
    /// and neck flexed as far as they go.
    pub nerve_tension: [f64; 2],
    /// Whether a body can be held like this at every instant.
    pub is_feasible: bool,
}

impl LoadCard {
    /// Card of a course of instants; a hold is one instant, whose activations and lengths last for `hold_s`.
    ///
    /// None if there is no instant.
    ///
    /// # Validity
    /// Means and seconds take a value to hold half-way to the next instant; 25 instants a second are enough for exercises.
    pub fn new(body: &Body, standing: &Frame, instants: &[Instant<'_>], hold_s: f64) -> Option<Self> {
        let (first, last) = (instants.first()?, instants.last()?);
        let seconds = lasts(instants, hold_s);
        let duration_s = if instants.len() == 1 { hold_s } else { last.t_s - first.t_s };
        let course = |of: &dyn Fn(&Frame) -> f64| course(instants.iter().map(|one| of(one.frame)), &seconds);

        let discs = std::array::from_fn(|disc| {
            let compression_n = course(&|frame| frame.discs[disc].compression_n);
            let own_n = standing.discs[disc].compression_n;
            let band = |of: fn((f64, f64)) -> f64| course(&|frame| of(frame.discs[disc].pressure_band_pa)).peak;
            DiscCourse {
                compression_n,
                shear_n: course(&|frame| frame.discs[disc].shear_ap_n.hypot(frame.discs[disc].shear_lateral_n)),
                pressure_pa: course(&|frame| frame.discs[disc].pressure_pa),
                pressure_band_pa: (band(|band| band.0), band(|band| band.1)),
                of_standing: Course {
                    peak: compression_n.peak / own_n,
                    mean: compression_n.mean / own_n,
                },
            }
        });
        Some(Self {
            duration_s,
            discs,
            lumbar: LumbarRange::of(body, instants),
            muscles: muscles(body, standing, instants, &seconds),
            nerve_tension: [Side::Right, Side::Left]
                .map(|side| instants.iter().map(|one| nerve_tension(body, one.state, side)).fold(0.0, f64::max)),
            is_feasible: instants.iter().all(|one| one.frame.quality.is_feasible),
        })
    }
}

/// For how long each instant stands, s.
fn lasts(instants: &[Instant<'_>], hold_s: f64) -> Vec<f64> {
    if instants.len() == 1 {
        return vec![hold_s];
    }
    let at = |i: usize| instants[i.min(instants.len() - 1)].t_s;
    (0..instants.len()).map(|i| 0.5 * (at(i + 1) - at(i.saturating_sub(1)))).collect()
}

fn course(values: impl Iterator<Item = f64>, seconds: &[f64]) -> Course {
    let (mut peak, mut sum, mut total) = (f64::NEG_INFINITY, 0.0, 0.0);
    for (value, seconds) in values.zip(seconds) {
        peak = peak.max(value);
        sum += value * seconds;
        total += seconds;
    }
    let mean = if total > 0.0 { sum / total } else { peak };
    Course { peak, mean }
}

impl LumbarRange {
    fn of(body: &Body, instants: &[Instant<'_>]) -> Self {
        // Share of the typical range to the positive and to the negative side.
        let used = |rotation: Rotation| {
            let levels: Vec<usize> = body
                .discs
                .iter()
                .flat_map(|disc| body.segments[disc.upper].coordinates.clone())
                .filter(|k| body.coordinates[*k].rotation == rotation)
                .collect();
            let range =
                |end: fn((f64, f64)) -> f64| TYPICAL_RANGE * levels.iter().map(|k| end(body.coordinates[*k].range_rad)).sum::<f64>();
            let totals = instants.iter().map(|one| levels.iter().map(|k| one.state.q_rad[*k]).sum::<f64>());
            let (low, high) = totals.fold((0.0_f64, 0.0_f64), |(low, high), total| (low.min(total), high.max(total)));
            (high / range(|range| range.1), low / range(|range| range.0))
        };
        let (flexion, extension) = used(Rotation::Flexion);
        let (side_bend_right, side_bend_left) = used(Rotation::Sideways);
        let (rotation_right, rotation_left) = used(Rotation::Axial);
        Self {
            flexion,
            extension,
            side_bend_right,
            side_bend_left,
            rotation_right,
            rotation_left,
        }
    }
}

fn muscles(body: &Body, standing: &Frame, instants: &[Instant<'_>], seconds: &[f64]) -> Vec<MuscleCourse> {
    let loads: Vec<_> = instants.iter().map(|one| groups(body, one.frame)).collect();
    let Some(first) = loads.first() else { return Vec::new() };
    let mut courses: Vec<MuscleCourse> = (0..first.len())
        .map(|i| {
            let activation = course(loads.iter().map(|load| load[i].activation), seconds);
            let above = |level: f64| {
                let long = loads.iter().zip(seconds).filter(|(load, _)| load[i].activation > level);
                long.map(|(_, seconds)| seconds).sum()
            };
            MuscleCourse {
                group: first[i].group,
                side: first[i].side,
                activation,
                seconds_above: TRAINING_LEVELS.map(above),
                shortening_j: 0.0,
                lengthening_j: 0.0,
                longest_of_standing: f64::NEG_INFINITY,
                longest_fibre: loads.iter().map(|load| load[i].fibre).fold(f64::NEG_INFINITY, f64::max),
                held_longest_s: 0.0,
            }
        })
        .collect();

    for course in &mut courses {
        let is_own = |f: &usize| {
            let fascicle = &body.fascicles[*f];
            fascicle.group == course.group && fascicle.side == course.side && !instants[0].frame.fibre[*f].is_nan()
        };
        let own: Vec<usize> = (0..body.fascicles.len()).filter(is_own).collect();
        let area_m2: f64 = own.iter().map(|f| body.fascicles[*f].pcsa_m2).sum();

        // Length over standing.
        let relative = |frame: &Frame| {
            let weighted = own
                .iter()
                .map(|f| body.fascicles[*f].pcsa_m2 * frame.length_m[*f] / standing.length_m[*f]);
            weighted.sum::<f64>() / area_m2
        };
        let lengths: Vec<f64> = instants.iter().map(|one| relative(one.frame)).collect();
        let longest = lengths.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        course.longest_of_standing = longest;
        let held = lengths
            .iter()
            .zip(seconds)
            .filter(|(length, _)| **length >= longest * (1.0 - HELD_WITHIN));
        course.held_longest_s = held.map(|(_, seconds)| seconds).sum();

        // W = −∫ F dL, the force of a step half-way between its ends.
        for pair in instants.windows(2) {
            for f in &own {
                let force_n = 0.5 * (pair[0].frame.force_n[*f] + pair[1].frame.force_n[*f]);
                let shorter_m = pair[0].frame.length_m[*f] - pair[1].frame.length_m[*f];
                course.shortening_j += force_n * shorter_m.max(0.0);
                course.lengthening_j += force_n * (-shorter_m).max(0.0);
            }
        }
    }
    courses
}

/// Index of nerve tension of one leg: hip flexion as far as the knee is straight makes most of it; foot, back and neck add to it.
///
/// # Source
/// Order of the parts after the straight-leg raise and the slump test; the weights are a proposal.
fn nerve_tension(body: &Body, state: &State, side: Side) -> f64 {
    const PARTS: [(&str, f64, f64); 3] = [("ankle_flexion", 20.0, 0.15), ("lumbar", 55.0, 0.15), ("neck_flexion", 45.0, 0.1)];
    const LEG: f64 = 0.6;
    let end = if side == Side::Right { "_r" } else { "_l" };
    let angle_deg = |name: &str| {
        let found = body
            .coordinates
            .iter()
            .position(|one| one.id == name || one.id.strip_suffix(end) == Some(name));
        found.map_or(0.0, |k| state.q_rad[k].to_degrees())
    };
    let lumbar_deg: f64 = body
        .discs
        .iter()
        .map(|disc| state.q_rad[body.segments[disc.upper].coordinates.start].to_degrees())
        .sum();

    // A bent knee gives the nerve its slack back.
    let straight = (1.0 - angle_deg("knee_flexion") / 90.0).clamp(0.0, 1.0);
    let leg = (angle_deg("hip_flexion") / 90.0).clamp(0.0, 1.0) * straight;
    let rest: f64 = PARTS
        .iter()
        .map(|(name, full_deg, weight)| {
            let angle = if *name == "lumbar" { lumbar_deg } else { angle_deg(name) };
            weight * (angle / full_deg).clamp(0.0, 1.0)
        })
        .sum();
    // Without a flexed hip the parts hardly pull.
    LEG * leg + rest * (0.2 + 0.8 * leg)
}

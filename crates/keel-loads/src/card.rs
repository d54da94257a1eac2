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
/// Share of the lumbar range to either side of relaxed standing that counts as its middle (proposal).
pub const MIDDLE_RANGE: f64 = 0.2;
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
    pub compression_n: Track,
    /// Largest and mean shear, forward and sideways together, N.
    pub shear_n: Track,
    /// Largest and mean pressure in the nucleus, Pa.
    pub pressure_pa: Track,
    /// Band of the largest pressure, Pa.
    pub pressure_band_pa: (f64, f64),
    /// Largest and mean compression over that of own relaxed standing.
    pub of_standing: Track,
    /// Compression beyond that of standing, as a share of it, summed over time, s: two seconds at 1.5 × standing make one.
    pub above_standing_s: f64,
    /// Shear beyond that of standing, as a share of the compression in standing, summed over time, s.
    pub shear_above_standing_s: f64,
}

/// Largest value and mean over time.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Track {
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
    pub activation: Track,
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
    /// Share of the flexion range beyond [`MIDDLE_RANGE`], times the largest compression of a disc over that of standing, summed over time, s:
    /// bending under load counts, lying curled up hardly does.
    pub flexed_s: f64,
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
            let own_shear_n = standing.discs[disc].shear_n();
            let sum_s = |beyond: &dyn Fn(&Frame) -> f64| -> f64 {
                instants
                    .iter()
                    .zip(&seconds)
                    .map(|(one, seconds)| beyond(one.frame).max(0.0) * seconds)
                    .sum()
            };
            let band = |of: fn((f64, f64)) -> f64| course(&|frame| of(frame.discs[disc].pressure_band_pa)).peak;
            DiscCourse {
                compression_n,
                shear_n: course(&|frame| frame.discs[disc].shear_n()),
                pressure_pa: course(&|frame| frame.discs[disc].pressure_pa),
                pressure_band_pa: (band(|band| band.0), band(|band| band.1)),
                of_standing: Track {
                    peak: compression_n.peak / own_n,
                    mean: compression_n.mean / own_n,
                },
                above_standing_s: sum_s(&|frame| frame.discs[disc].compression_n / own_n - 1.0),
                shear_above_standing_s: sum_s(&|frame| (frame.discs[disc].shear_n() - own_shear_n) / own_n),
            }
        });
        Some(Self {
            duration_s,
            discs,
            lumbar: LumbarRange::of(body, instants.iter().map(|one| one.state)),
            flexed_s: instants
                .iter()
                .zip(&seconds)
                .map(|(one, seconds)| {
                    let beyond = (LumbarRange::of(body, [one.state].into_iter()).flexion - MIDDLE_RANGE).max(0.0);
                    let discs = one.frame.discs.iter().zip(&standing.discs);
                    let load = discs.map(|(disc, own)| disc.compression_n / own.compression_n).fold(0.0, f64::max);
                    beyond * load * seconds
                })
                .sum(),
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

fn course(values: impl Iterator<Item = f64>, seconds: &[f64]) -> Track {
    let (mut peak, mut sum, mut total) = (f64::NEG_INFINITY, 0.0, 0.0);
    for (value, seconds) in values.zip(seconds) {
        peak = peak.max(value);
        sum += value * seconds;
        total += seconds;
    }
    let mean = if total > 0.0 { sum / total } else { peak };
    Track { peak, mean }
}

impl LumbarRange {
    fn of<'a>(body: &Body, states: impl Iterator<Item = &'a State> + Clone) -> Self {
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
            let totals = states.clone().map(|state| levels.iter().map(|k| state.q_rad[*k]).sum::<f64>());
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

impl LoadCard {
    /// The card of the mirror image: what the right side did, the left does.
    pub fn mirrored(mut self) -> Self {
        let lumbar = &mut self.lumbar;
        std::mem::swap(&mut lumbar.side_bend_right, &mut lumbar.side_bend_left);
        std::mem::swap(&mut lumbar.rotation_right, &mut lumbar.rotation_left);
        for one in &mut self.muscles {
            one.side = match one.side {
                Side::Right => Side::Left,
                Side::Left => Side::Right,
            };
        }
        self.muscles.sort_by_key(|one| (one.group, one.side));
        self.nerve_tension.reverse();
        self
    }

    /// The card with all loads of discs raised by a factor; muscles, lengths and ranges as they are.
    pub fn raised(mut self, factor: f64) -> Self {
        for disc in &mut self.discs {
            for track in [
                &mut disc.compression_n,
                &mut disc.shear_n,
                &mut disc.pressure_pa,
                &mut disc.of_standing,
            ] {
                track.peak *= factor;
                track.mean *= factor;
            }
            disc.pressure_band_pa.1 *= factor;
            disc.above_standing_s *= factor;
            disc.shear_above_standing_s *= factor;
        }
        self.flexed_s *= factor;
        self
    }

    /// The card of this one and then the other.
    pub fn then(mut self, other: &Self) -> Self {
        let (own_s, other_s) = (self.duration_s, other.duration_s);
        let all_s = own_s + other_s;
        let join = |own: &mut Track, other: Track| {
            own.peak = own.peak.max(other.peak);
            own.mean = if all_s > 0.0 {
                (own.mean * own_s + other.mean * other_s) / all_s
            } else {
                0.5 * (own.mean + other.mean)
            };
        };
        for (own, other) in self.discs.iter_mut().zip(&other.discs) {
            join(&mut own.compression_n, other.compression_n);
            join(&mut own.shear_n, other.shear_n);
            join(&mut own.pressure_pa, other.pressure_pa);
            join(&mut own.of_standing, other.of_standing);
            own.pressure_band_pa.0 = own.pressure_band_pa.0.max(other.pressure_band_pa.0);
            own.pressure_band_pa.1 = own.pressure_band_pa.1.max(other.pressure_band_pa.1);
            own.above_standing_s += other.above_standing_s;
            own.shear_above_standing_s += other.shear_above_standing_s;
        }
        self.lumbar = self.lumbar.or(&other.lumbar);
        self.flexed_s += other.flexed_s;
        for (own, other) in self.muscles.iter_mut().zip(&other.muscles) {
            join(&mut own.activation, other.activation);
            for (own, other) in own.seconds_above.iter_mut().zip(other.seconds_above) {
                *own += other;
            }
            own.shortening_j += other.shortening_j;
            own.lengthening_j += other.lengthening_j;
            // Held as long as that: by the side that gets longer.
            own.held_longest_s = match own.longest_of_standing.total_cmp(&other.longest_of_standing) {
                std::cmp::Ordering::Less => other.held_longest_s,
                std::cmp::Ordering::Equal => own.held_longest_s + other.held_longest_s,
                std::cmp::Ordering::Greater => own.held_longest_s,
            };
            own.longest_of_standing = own.longest_of_standing.max(other.longest_of_standing);
            own.longest_fibre = own.longest_fibre.max(other.longest_fibre);
        }
        for (own, other) in self.nerve_tension.iter_mut().zip(other.nerve_tension) {
            *own = own.max(other);
        }
        self.duration_s = all_s;
        self.is_feasible &= other.is_feasible;
        self
    }
}

impl LumbarRange {
    /// The farther of two, each way.
    fn or(self, other: &Self) -> Self {
        Self {
            flexion: self.flexion.max(other.flexion),
            extension: self.extension.max(other.extension),
            side_bend_right: self.side_bend_right.max(other.side_bend_right),
            side_bend_left: self.side_bend_left.max(other.side_bend_left),
            rotation_right: self.rotation_right.max(other.rotation_right),
            rotation_left: self.rotation_left.max(other.rotation_left),
        }
    }

    /// The largest share, whichever way.
    pub fn largest(&self) -> f64 {
        let ways = [
            self.flexion,
            self.extension,
            self.side_bend_right,
            self.side_bend_left,
            self.rotation_right,
            self.rotation_left,
        ];
        ways.into_iter().fold(0.0, f64::max)
    }
}

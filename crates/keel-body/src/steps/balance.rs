//! Balance of a motion on foot: where the ground's reaction must act, where it can, and how the pelvis' way makes the one the other.

use glam::DVec3;

use super::{Walk, feet::FootPose, feet::Rest, soften};
use crate::{
    dynamics::{GRAVITY_M_PER_S2, Inertial, inverse_dynamics},
    kinematics::{Pose, State},
    settle::hull,
    spline::{Spline, even},
};

/// The reaction stays this far inside the area of the feet, m, where they are wide enough.
const INSIDE_M: f64 = 0.010;
/// What one round takes away of a reaction's distance from the feet at most, m.
const DELTA_MAX_M: f64 = 0.2;
/// So much of an acceleration counts as if it were not evened out: of the quickest changes evening leaves nothing, and the pelvis would be
/// shaken to make them.
const UNEVEN_SHARE: f64 = 0.01;
/// Share of the body that goes along when the pelvis is moved over planted feet.
const SHARE_MOVED: f64 = 0.85;
/// Where the reaction acts on a foot that begins to carry alone, and that ends to with its heel up: share of the way from heel to ball.
const FIRST_SHARE: f64 = 0.35;
const LAST_SHARE: f64 = 1.25;

impl Walk<'_> {
    /// How far the reaction lies outside the feet at worst, and how to move the pelvis at every sample so that it comes inside.
    pub(super) fn balance(&self, states: &[State], feet: &[[FootPose; 2]]) -> (f64, Vec<DVec3>) {
        let n = states.len();
        let motion = self.motion(states);
        let walked = self.walked();
        let (mut pose, mut inertial) = (Pose::new(self.body), Inertial::new(self.body));
        let mut missed_m: f64 = 0.0;
        let (mut delta, mut spring_s2) = (vec![DVec3::ZERO; n], vec![0.0; n]);
        for i in 0..n {
            let frame = motion.frame(self.knots_s[i]);
            pose.update(self.body, &frame.state);
            inverse_dynamics(self.body, &pose, &frame.rates, &motion.held[frame.phase], &mut inertial);
            let area = self.area(i, &feet[i]);
            let reaction = reaction_place(&inertial, pose.origins_m[0], &area);
            let wanted = nearest_inside(&area, walked[i]);
            delta[i] = (wanted - reaction).clamp_length_max(DELTA_MAX_M);
            missed_m = missed_m.max((wanted.x - reaction.x).hypot(wanted.z - reaction.z));
            // h / (g + ÿ) = h m / F_y
            let (force, _) = inertial.root();
            let height_m = pose.centre_of_mass_m(self.body).y - reaction.y;
            let mass_kg = self.body.mass_kg();
            spring_s2[i] = height_m * mass_kg / force.y.max(0.3 * mass_kg * GRAVITY_M_PER_S2);
        }
        // d − s d̈ = δ / share, with d and d̈ as the softened spline tells them.
        let mut matrix = Spline::curvature_operator(&self.knots_s);
        let uneven = matrix.clone();
        even(&mut matrix, n);
        matrix
            .iter_mut()
            .zip(uneven)
            .for_each(|(entry, uneven)| *entry += UNEVEN_SHARE * (uneven - *entry));
        for (i, row) in matrix.chunks_mut(n).enumerate() {
            row.iter_mut().for_each(|entry| *entry *= -spring_s2[i]);
            row[i] += 1.0;
            // Softening is symmetric: on a row it does what it does on what the row is multiplied with.
            soften(row, 1);
        }
        let mut right = [
            delta.iter().map(|d| d.x / SHARE_MOVED).collect::<Vec<_>>(),
            delta.iter().map(|d| d.z / SHARE_MOVED).collect(),
        ];
        eliminate(&mut matrix, &mut right, n);
        let free = |i: usize| DVec3::new(right[0][i], 0.0, right[1][i]);
        if self.is_one_sided() {
            return (missed_m, (0..n).map(free).collect());
        }
        // The second half stays the mirror image of the first.
        let half = n / 2;
        let moved = (0..n)
            .map(|i| {
                let other = (i + half) % n;
                let ([x, z], half) = (&right, 0.5);
                DVec3::new(half * (x[i] + x[other]), 0.0, half * (z[i] - z[other]))
            })
            .collect();
        (missed_m, moved)
    }

    /// Where the reaction shall act at every sample: along each foot while it carries alone, and over to the other while both do.
    fn walked(&self) -> Vec<DVec3> {
        let carries = |leg: usize, phase: usize| self.rests[leg][phase].0;
        let n_phases = self.touches.len();
        // Turning points over one cycle: time and place.
        let mut turns: Vec<(f64, DVec3)> = Vec::new();
        for phase in 0..n_phases {
            let Some(leg) = [0, 1].into_iter().find(|leg| carries(1 - leg, phase) == Rest::Air) else {
                continue;
            };
            let before = (phase + n_phases - 1) % n_phases;
            let after = (phase + 1) % n_phases;
            let of = &self.legs[leg];
            let sole = self.resting(leg, Rest::Sole, self.rests[leg][phase].1, 0.0);
            let along = |share: f64| sole.point(of.heel_m.lerp(of.ball_m, share));
            if carries(1 - leg, before) != Rest::Air {
                turns.push((self.begin_s(phase), along(FIRST_SHARE)));
            } else if carries(leg, phase) == Rest::Ball && carries(leg, before) != Rest::Ball {
                turns.push((self.begin_s(phase), along(1.0)));
            }
            if carries(1 - leg, after) != Rest::Air {
                let share = if carries(leg, phase) == Rest::Ball { LAST_SHARE } else { 1.0 };
                turns.push((self.phase_ends_s[phase], along(share)));
            }
        }
        let (last, first) = (turns[turns.len() - 1], turns[0]);
        let carried_m = self.carried_m(self.duration_s());
        turns.insert(0, (last.0 - self.duration_s(), last.1 - carried_m));
        turns.push((first.0 + self.duration_s(), first.1 + carried_m));
        let at = |t_s: f64| {
            let after = turns.partition_point(|turn| turn.0 <= t_s).clamp(1, turns.len() - 1);
            let (from, to) = (turns[after - 1], turns[after]);
            from.1.lerp(to.1, (t_s - from.0) / (to.0 - from.0))
        };
        self.knots_s.iter().take(self.phases.len()).map(|t_s| at(*t_s)).collect()
    }

    /// Corners of the area of the feet that rest around a sample, a little inside; at the end of a phase that of both phases.
    fn area(&self, i: usize, feet: &[FootPose; 2]) -> Vec<DVec3> {
        let n_phases = self.touches.len();
        let phase = self.phases[i];
        let begins = i == 0 || self.phases[i - 1] != phase;
        let before = &self.touches[(phase + n_phases - 1) % n_phases];
        let places: Vec<DVec3> = self.touches[phase]
            .iter()
            .filter(|touch| {
                // Samples where the feet have gone on by a cycle know other steps: what counts is the point.
                !begins || before.iter().any(|other| other.point == touch.point)
            })
            .filter_map(|touch| {
                let contact = &self.body.contacts[touch.point];
                let leg = self.legs.iter().position(|leg| leg.foot == contact.segment)?;
                let mut at = feet[leg].point(contact.at_m);
                let print = self.rests[leg][phase].1;
                // Toes bend.
                at.y = self.ground_m + f64::from(print) * self.rise_m;
                Some(at)
            })
            .collect();
        let middle = places.iter().sum::<DVec3>() / places.len().max(1) as f64;
        places
            .iter()
            .map(|place| {
                let inwards = middle - *place;
                *place + inwards * (INSIDE_M / inwards.length().max(1e-9)).min(0.25)
            })
            .collect()
    }
}

/// Where the ground's reaction must act so that it makes no moment about level axes: on the plane of the feet, which on a stair slopes.
fn reaction_place(inertial: &Inertial, root_m: DVec3, area: &[DVec3]) -> DVec3 {
    let (force, moment) = inertial.root();
    let lowest = area
        .iter()
        .copied()
        .reduce(|a, b| if b.y < a.y { b } else { a })
        .unwrap_or_default();
    let highest = area
        .iter()
        .copied()
        .reduce(|a, b| if b.y > a.y { b } else { a })
        .unwrap_or_default();
    let run = highest.x - lowest.x;
    let slope = if (highest.y - lowest.y).abs() < 1e-3 {
        0.0
    } else {
        (highest.y - lowest.y) / run
    };
    // M_p = M − (p − o) × F has no x and z; p_y = y_low + slope (p_x − x_low).
    let c0 = lowest.y + slope * (root_m.x - lowest.x) - root_m.y;
    let dx = (moment.z + c0 * force.x) / (force.y - slope * force.x);
    let dy = c0 + slope * dx;
    let dz = (dy * force.z - moment.x) / force.y;
    root_m + DVec3::new(dx, dy, dz)
}

/// The nearest place within an area, seen from above.
fn nearest_inside(area: &[DVec3], place: DVec3) -> DVec3 {
    let hull = hull(area);
    let level = DVec3::new(place.x, 0.0, place.z);
    let n = hull.len();
    let cross = |a: DVec3, b: DVec3| a.x * b.z - a.z * b.x;
    if n >= 3 && (0..n).all(|i| cross(hull[(i + 1) % n] - hull[i], level - hull[i]) >= 0.0) {
        return place;
    }
    let on_edge = |i: usize| {
        let (a, along) = (hull[i], hull[(i + 1) % n] - hull[i]);
        let share = (level - a).dot(along) / along.length_squared().max(1e-12);
        a + along * share.clamp(0.0, 1.0)
    };
    let nearest = (0..n)
        .map(on_edge)
        .min_by(|a, b| (*a - level).length().total_cmp(&(*b - level).length()));
    let nearest = nearest.unwrap_or(level);
    DVec3::new(nearest.x, place.y, nearest.z)
}

/// Gauss' elimination with row pivots; the right sides become the solutions.
fn eliminate(matrix: &mut [f64], right: &mut [Vec<f64>], n: usize) {
    for k in 0..n {
        let pivot = (k..n)
            .max_by(|a, b| matrix[a * n + k].abs().total_cmp(&matrix[b * n + k].abs()))
            .unwrap_or(k);
        for j in 0..n {
            matrix.swap(k * n + j, pivot * n + j);
        }
        right.iter_mut().for_each(|right| right.swap(k, pivot));
        for i in k + 1..n {
            let factor = matrix[i * n + k] / matrix[k * n + k];
            for j in k..n {
                matrix[i * n + j] -= factor * matrix[k * n + j];
            }
            right.iter_mut().for_each(|right| right[i] -= factor * right[k]);
        }
    }
    for right in right {
        for i in (0..n).rev() {
            let known: f64 = (i + 1..n).map(|j| matrix[i * n + j] * right[j]).sum();
            right[i] = (right[i] - known) / matrix[i * n + i];
        }
    }
}

//! The way of the pelvis over the feet of a motion on foot, and the legs between them.

use glam::{DQuat, DVec3};

use super::{
    Walk,
    feet::{FootPose, Leg, Rest},
};
use crate::{
    body::Body,
    kinematics::{Pose, State},
    settle::{Normal, solve_damped},
};

/// Times that the pelvis is let down where a leg does not reach.
const DIPS_MAX: usize = 40;
/// A leg that misses by less than this reaches, m.
const REACHED_M: f64 = 1e-5;
/// A radian of a foot's turn counts like this much of its place, m.
const TURN_ARM_M: f64 = 0.1;

impl Walk<'_> {
    /// Pelvis over the planted feet as the written angles put it, in few harmonics.
    pub(super) fn first_way(&self) -> Vec<DVec3> {
        let mut pose = Pose::new(self.body);
        let mut fit = Fit::new(self.duration_s());
        for (phase, t_s) in self.phases.iter().zip(&self.knots_s) {
            pose.update(self.body, &self.written(*t_s));
            for leg in [0, 1] {
                let (rest, print) = self.rests[leg][*phase];
                if rest != Rest::Air {
                    let foot = self.resting(leg, rest, print, *t_s);
                    fit.add(*t_s, foot.ankle_m - pose.origins_m[self.legs[leg].foot] - self.carried_m(*t_s));
                }
            }
        }
        fit.solve();
        let samples = self.knots_s.iter().take(self.phases.len());
        samples.map(|t_s| fit.at(*t_s) + self.carried_m(*t_s)).collect()
    }

    /// Lets the pelvis down, in dips once a step, until the legs reach the feet that rest.
    pub(super) fn let_down(&self, way: &mut [DVec3]) {
        let mut pose = Pose::new(self.body);
        let places: Vec<Vec<(DVec3, DVec3)>> = self
            .phases
            .iter()
            .zip(&self.knots_s)
            .map(|(phase, t_s)| {
                pose.update(self.body, &self.written(*t_s));
                let place = |leg: usize| {
                    let (rest, print) = self.rests[leg][*phase];
                    let foot = self.resting(leg, rest, print, *t_s);
                    (rest != Rest::Air).then_some((pose.origins_m[self.legs[leg].hip], foot.ankle_m))
                };
                [0, 1].into_iter().filter_map(place).collect()
            })
            .collect();
        let excess_m = |i: usize, way: DVec3| {
            let of = |(hip, ankle): &(DVec3, DVec3)| {
                let across = *ankle - *hip - way;
                let level2 = across.x.powi(2) + across.z.powi(2);
                -across.y - (self.legs[0].reach_m.powi(2) - level2).max(0.0).sqrt()
            };
            places[i].iter().map(of).fold(f64::NEG_INFINITY, f64::max)
        };
        for _ in 0..DIPS_MAX {
            let worst = (0..way.len()).map(|i| (i, excess_m(i, way[i]))).max_by(|a, b| a.1.total_cmp(&b.1));
            let Some((worst, excess_m)) = worst.filter(|worst| worst.1 > REACHED_M) else {
                break;
            };
            for (place, t_s) in way.iter_mut().zip(&self.knots_s) {
                let angle = 2.0 * std::f64::consts::TAU * (t_s - self.knots_s[worst]) / self.duration_s();
                place.y -= excess_m * 0.5 * (1.0 + angle.cos());
            }
        }
    }

    /// The body at every sample: pelvis on its way, legs to their feet.
    pub(super) fn states(&self, way: &[DVec3], feet: &[[FootPose; 2]]) -> Vec<State> {
        let mut pose = Pose::new(self.body);
        let mut last: Option<State> = None;
        self.knots_s
            .iter()
            .zip(way.iter().zip(feet))
            .map(|(t_s, (place, feet))| {
                let mut state = self.written(*t_s);
                state.root_m = *place;
                if let Some(last) = &last {
                    for k in self.legs.iter().flat_map(|leg| &leg.coordinates) {
                        state.q_rad[*k] = last.q_rad[*k];
                    }
                }
                for (leg, foot) in self.legs.iter().zip(feet) {
                    reach(self.body, &mut state, leg, foot, &mut pose);
                }
                last = Some(state.clone());
                state
            })
            .collect()
    }
}

/// Least squares of a place over the cycle: its mean and two double-step harmonics forward and up; nothing sideways, which balance finds.
struct Fit {
    omega: f64,
    normals: [Normal; 2],
    shares: [Vec<f64>; 2],
}

impl Fit {
    const N: usize = 5;

    fn new(duration_s: f64) -> Self {
        Self {
            omega: std::f64::consts::TAU / duration_s,
            normals: [Normal::new(Self::N), Normal::new(Self::N)],
            shares: [vec![0.0; Self::N], vec![0.0; Self::N]],
        }
    }

    fn basis(&self, t_s: f64) -> [f64; Self::N] {
        let (two, four) = (2.0 * self.omega * t_s, 4.0 * self.omega * t_s);
        [1.0, two.cos(), two.sin(), four.cos(), four.sin()]
    }

    fn add(&mut self, t_s: f64, place: DVec3) {
        let basis = self.basis(t_s);
        self.normals[0].add(-place.x, &basis);
        self.normals[1].add(-place.y, &basis);
    }

    fn solve(&mut self) {
        for (shares, normal) in self.shares.iter_mut().zip(&self.normals) {
            if let Some(found) = solve_damped(normal, 1e-9) {
                *shares = found;
            }
        }
    }

    fn at(&self, t_s: f64) -> DVec3 {
        let basis = self.basis(t_s);
        let sum = |shares: &[f64]| shares.iter().zip(&basis).map(|(share, basis)| share * basis).sum();
        DVec3::new(sum(&self.shares[0]), sum(&self.shares[1]), 0.0)
    }
}

/// Turns hip, knee and ankle so that the foot is where it shall be.
fn reach(body: &Body, state: &mut State, leg: &Leg, foot: &FootPose, pose: &mut Pose) {
    const ITERATIONS_MAX: usize = 40;
    let n = leg.coordinates.len();
    for _ in 0..ITERATIONS_MAX {
        pose.update(body, state);
        let at = pose.origins_m[leg.foot];
        let (off, turned) = (
            foot.ankle_m - at,
            DQuat::from_mat3(&(foot.rotation * pose.rotations[leg.foot].transpose())).to_scaled_axis(),
        );
        let mut normal = Normal::new(n);
        for axis in [DVec3::X, DVec3::Y, DVec3::Z] {
            let row = |of: &dyn Fn(usize) -> DVec3| -> Vec<f64> { leg.coordinates.iter().map(|k| axis.dot(of(*k))).collect() };
            let place = row(&|k| pose.axes[k].cross(at - pose.origins_m[body.coordinates[k].segment]));
            normal.add(-axis.dot(off), &place);
            let turn = row(&|k| TURN_ARM_M * pose.axes[k]);
            normal.add(-TURN_ARM_M * axis.dot(turned), &turn);
        }
        let Some(step) = solve_damped(&normal, 1e-7) else { break };
        let largest = step.iter().fold(0.0_f64, |largest, step| largest.max(step.abs()));
        // A knee that is nearly straight must not leap.
        let share = (0.3 / largest.max(1e-12)).min(1.0);
        leg.coordinates
            .iter()
            .zip(&step)
            .for_each(|(k, step)| state.q_rad[*k] += share * step);
        if largest < 1e-11 {
            break;
        }
    }
}

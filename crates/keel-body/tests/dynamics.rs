//! Verification of paths and inverse dynamics: derivatives against differences, energy, the mirror.

use glam::{DMat3, DQuat, DVec3};
use keel_body::{Body, GRAVITY_M_PER_S2, HeldMass, Inertial, Paths, Pose, Rates, Rotation, State, inverse_dynamics};

mod reference;

use reference::Random;

fn man() -> Body {
    reference::man(&reference::knowledge().0)
}

/// Half a crate in the right hand.
fn held(body: &Body) -> [HeldMass; 1] {
    [HeldMass {
        segment: body.segment("forearm_r").expect("the body has forearms"),
        at_m: DVec3::new(0.02, -0.35, 0.01),
        mass_kg: 10.0,
        pull_n: DVec3::ZERO,
    }]
}

/// Moment arms at a state, (coordinates × fascicles), m.
fn moment_arms(body: &Body, state: &State) -> Vec<f64> {
    let (mut pose, mut paths) = (Pose::new(body), Paths::new(body));
    let mut arms = vec![0.0; body.n_coordinates() * body.fascicles.len()];
    pose.update(body, state);
    paths.update(body, &pose);
    paths.moment_arms(body, &pose, &mut arms);
    arms
}

fn lengths(body: &Body, state: &State) -> Vec<f64> {
    let (mut pose, mut paths) = (Pose::new(body), Paths::new(body));
    pose.update(body, state);
    paths.update(body, &pose);
    paths.lengths_m().to_vec()
}

fn forces(body: &Body, state: &State, rates: &Rates, held: &[HeldMass]) -> Inertial {
    let (mut pose, mut inertial) = (Pose::new(body), Inertial::new(body));
    pose.update(body, state);
    inverse_dynamics(body, &pose, rates, held, &mut inertial);
    inertial
}

/// Masses with their places of rest: segments and what is held.
fn places(body: &Body, state: &State, held: &[HeldMass]) -> Vec<(f64, DVec3)> {
    let mut pose = Pose::new(body);
    pose.update(body, state);
    let segments = body
        .segments
        .iter()
        .enumerate()
        .map(|(s, segment)| (segment.mass_kg, pose.world_point(s, segment.com_m)));
    segments
        .chain(held.iter().map(|mass| (mass.mass_kg, pose.world_point(mass.segment, mass.at_m))))
        .collect()
}

fn potential_energy(body: &Body, state: &State, held: &[HeldMass]) -> f64 {
    places(body, state, held)
        .iter()
        .map(|(mass_kg, at)| mass_kg * GRAVITY_M_PER_S2 * at.y)
        .sum()
}

#[test]
fn moment_arms_are_the_slopes_of_the_lengths() {
    // Truncation is about h² per m, rounding 1e-16 / h: both are below a hundredth of a micrometre.
    const STEP_RAD: f64 = 1e-5;
    const TOLERANCE_M: f64 = 1e-6;
    let body = man();
    let mut random = Random(3);
    let mut worst: f64 = 0.0;
    for _ in 0..10 {
        let state = random.state(&body, 0.9);
        let arms = moment_arms(&body, &state);
        for (k, coordinate) in body.coordinates.iter().enumerate() {
            let at = |step: f64| {
                let mut state = state.clone();
                state.q_rad[k] += step;
                lengths(&body, &state)
            };
            let (before, after) = (at(-STEP_RAD), at(STEP_RAD));
            for (f, fascicle) in body.fascicles.iter().enumerate() {
                // One newton of tension does the work −dL.
                let slope = -(after[f] - before[f]) / (2.0 * STEP_RAD);
                let difference = (arms[k * body.fascicles.len() + f] - slope).abs();
                let arm = arms[k * body.fascicles.len() + f];
                assert!(
                    difference < TOLERANCE_M,
                    "{} about {}: arm {arm} m, slope {slope} m",
                    fascicle.id,
                    coordinate.id
                );
                worst = worst.max(difference);
            }
        }
    }
    assert!(
        worst > 0.0,
        "differences are never exact: arms and lengths must come by different ways"
    );
}

#[test]
fn at_rest_the_forces_are_the_slopes_of_the_potential_energy() {
    const STEP_RAD: f64 = 1e-5;
    const TOLERANCE_N_M: f64 = 1e-5;
    let body = man();
    let held = held(&body);
    let mut random = Random(4);
    for _ in 0..10 {
        let state = random.state(&body, 0.9);
        let inertial = forces(&body, &state, &Rates::still(&body), &held);
        for (k, coordinate) in body.coordinates.iter().enumerate() {
            let at = |step: f64| {
                let mut state = state.clone();
                state.q_rad[k] += step;
                potential_energy(&body, &state, &held)
            };
            // The joint must supply what gravity takes: τ = −(−∂V/∂q).
            let slope = (at(STEP_RAD) - at(-STEP_RAD)) / (2.0 * STEP_RAD);
            let tau = inertial.tau_n_m[k];
            assert!(
                (tau - slope).abs() < TOLERANCE_N_M,
                "{}: {tau} N·m, slope {slope} N·m",
                coordinate.id
            );
        }
        let weight_n = (body.mass_kg() + held[0].mass_kg) * GRAVITY_M_PER_S2;
        assert!(
            (inertial.root().0 - weight_n * DVec3::Y).length() < 1e-9 * weight_n,
            "the root carries the weight"
        );
    }
}

/// A smooth motion of everything: each coordinate swings with its own size and pace.
struct Swing {
    /// Middle, size, pace (rad/s) and phase of each coordinate, then of the root's three places and two turns.
    waves: Vec<[f64; 4]>,
}

impl Swing {
    fn new(body: &Body, random: &mut Random) -> Self {
        let joints = body.coordinates.iter().map(|coordinate| coordinate.range_rad);
        let root = [(-0.3, 0.3); 5];
        let wave = |(low, high): (f64, f64)| {
            [
                0.5 * (low + high),
                0.3 * (high - low) * random.between(0.2, 1.0),
                random.between(1.0, 4.0),
                random.between(0.0, 6.3),
            ]
        };
        Self {
            waves: joints.chain(root).map(wave).collect(),
        }
    }

    fn at(&self, t_s: f64) -> (State, Rates) {
        let values: Vec<[f64; 3]> = self
            .waves
            .iter()
            .map(|[middle, size, pace, phase]| {
                let angle = pace * t_s + phase;
                [
                    middle + size * angle.sin(),
                    size * pace * angle.cos(),
                    -size * pace * pace * angle.sin(),
                ]
            })
            .collect();
        let (joints, root) = values.split_at(values.len() - 5);
        let place = |order: usize| DVec3::new(root[0][order], root[1][order], root[2][order]);

        // R = R_z(a) R_x(b): ω = z a' + x̂ b' with x̂ = R_z x, and x̂' = z a' × x̂.
        let ([a, da, dda], [b, db, ddb]) = (root[3], root[4]);
        let x = DQuat::from_rotation_z(a) * DVec3::X;
        let state = State {
            root_m: place(0),
            root: DQuat::from_rotation_z(a) * DQuat::from_rotation_x(b),
            q_rad: joints.iter().map(|joint| joint[0]).collect(),
        };
        let rates = Rates {
            root_m_per_s: place(1),
            root_m_per_s2: place(2),
            root_rad_per_s: DVec3::Z * da + x * db,
            root_rad_per_s2: DVec3::Z * dda + x * ddb + (DVec3::Z * da).cross(x) * db,
            v_rad_per_s: joints.iter().map(|joint| joint[1]).collect(),
            a_rad_per_s2: joints.iter().map(|joint| joint[2]).collect(),
        };
        (state, rates)
    }

    /// Velocities of all masses, m/s, and angular velocities of all segments, rad/s, by plain means: differences of places and of rotation
    /// matrices.
    fn velocities(&self, body: &Body, held: &[HeldMass], t_s: f64) -> (Vec<DVec3>, Vec<DVec3>) {
        const STEP_S: f64 = 1e-5;
        let (before, after) = (self.at(t_s - STEP_S).0, self.at(t_s + STEP_S).0);
        let moved = places(body, &before, held).into_iter().zip(places(body, &after, held));
        let linear = moved.map(|((_, from), (_, to))| (to - from) / (2.0 * STEP_S)).collect();
        let (from, at, to) = (rotations(body, &before), rotations(body, &self.at(t_s).0), rotations(body, &after));
        let turning = (0..body.segments.len()).map(|s| {
            // Ṙ Rᵀ = [ω]×
            let spin: DMat3 = (to[s] - from[s]) * (0.5 / STEP_S) * at[s].transpose();
            0.5 * DVec3::new(
                spin.y_axis.z - spin.z_axis.y,
                spin.z_axis.x - spin.x_axis.z,
                spin.x_axis.y - spin.y_axis.x,
            )
        });
        (linear, turning.collect())
    }

    fn energy(&self, body: &Body, held: &[HeldMass], t_s: f64) -> f64 {
        let state = self.at(t_s).0;
        let (linear, turning) = self.velocities(body, held, t_s);
        let masses = places(body, &state, held);
        let moving: f64 = masses
            .iter()
            .zip(&linear)
            .map(|((mass_kg, _), v)| 0.5 * mass_kg * v.length_squared())
            .sum();
        let spinning: f64 = inertias(body, &state)
            .iter()
            .zip(&turning)
            .map(|(inertia, omega)| 0.5 * omega.dot(*inertia * *omega))
            .sum();
        moving + spinning + potential_energy(body, &state, held)
    }

    /// Momentum, kg·m/s, and angular momentum about a fixed place, kg·m²/s.
    fn momenta(&self, body: &Body, held: &[HeldMass], about_m: DVec3, t_s: f64) -> (DVec3, DVec3) {
        let state = self.at(t_s).0;
        let (linear, turning) = self.velocities(body, held, t_s);
        let (mut momentum, mut angular) = (DVec3::ZERO, DVec3::ZERO);
        for ((mass_kg, at), v) in places(body, &state, held).into_iter().zip(linear) {
            momentum += mass_kg * v;
            angular += (at - about_m).cross(mass_kg * v);
        }
        for (inertia, omega) in inertias(body, &state).into_iter().zip(turning) {
            angular += inertia * omega;
        }
        (momentum, angular)
    }
}

fn rotations(body: &Body, state: &State) -> Vec<DMat3> {
    let mut pose = Pose::new(body);
    pose.update(body, state);
    pose.rotations
}

/// Inertia of every segment about its centre of mass, in the world's axes.
fn inertias(body: &Body, state: &State) -> Vec<DMat3> {
    let turned = rotations(body, state).into_iter().zip(&body.segments);
    turned
        .map(|(rotation, segment)| rotation * segment.inertia_kg_m2 * rotation.transpose())
        .collect()
}

#[test]
fn what_the_root_supplies_changes_the_momenta() {
    // Differences of differences: rounding of 1e-11 over a millisecond, truncation of about 16 / 6 of its square. The gyroscopic moment
    // does no work, so that the balance of energy would not miss it; here it shows.
    const STEP_S: f64 = 1e-3;
    const TOLERANCE: f64 = 1e-5;
    let body = man();
    let held = held(&body);
    let mut random = Random(7);
    for _ in 0..5 {
        let swing = Swing::new(&body, &mut random);
        let (state, rates) = swing.at(1.0);
        let (force, moment) = forces(&body, &state, &rates, &held).root();
        let momenta = |t_s: f64| swing.momenta(&body, &held, state.root_m, t_s);
        let (before, after) = (momenta(1.0 - STEP_S), momenta(1.0 + STEP_S));

        // dP/dt = F − m g, dL/dt = M − Σ r × m g
        let mut weight_n = DVec3::ZERO;
        let mut weight_n_m = DVec3::ZERO;
        for (mass_kg, at) in places(&body, &state, &held) {
            let gravity_n = -mass_kg * GRAVITY_M_PER_S2 * DVec3::Y;
            weight_n += gravity_n;
            weight_n_m += (at - state.root_m).cross(gravity_n);
        }
        let needed_n = (after.0 - before.0) / (2.0 * STEP_S) - weight_n;
        let needed_n_m = (after.1 - before.1) / (2.0 * STEP_S) - weight_n_m;
        assert!(
            (force - needed_n).length() < TOLERANCE * needed_n.length(),
            "{force} N and {needed_n} N"
        );
        assert!(
            (moment - needed_n_m).length() < TOLERANCE * needed_n_m.length(),
            "{moment} N·m and {needed_n_m} N·m"
        );
    }
}

#[test]
fn work_of_the_forces_is_the_change_of_energy() {
    // Simpson's rule over paces up to 4 rad/s in steps of 2.5 ms, and differences of 10 µs, leave errors of about 1e-9.
    const TOLERANCE: f64 = 1e-7;
    const N_STEPS: u32 = 800;
    const DURATION_S: f64 = 2.0;
    let body = man();
    let held = held(&body);
    let mut random = Random(5);
    for _ in 0..3 {
        let swing = Swing::new(&body, &mut random);
        let power = |t_s: f64| {
            let (state, rates) = swing.at(t_s);
            let inertial = forces(&body, &state, &rates, &held);
            let (force, moment) = inertial.root();
            let joints: f64 = inertial.tau_n_m.iter().zip(&rates.v_rad_per_s).map(|(tau, v)| tau * v).sum();
            joints + force.dot(rates.root_m_per_s) + moment.dot(rates.root_rad_per_s)
        };
        let step_s = DURATION_S / f64::from(N_STEPS);
        let (mut work, mut traffic) = (0.0, 0.0);
        for nth in 0..=N_STEPS {
            let weight = if nth == 0 || nth == N_STEPS {
                1.0
            } else {
                f64::from(2 + 2 * (nth % 2))
            } * step_s
                / 3.0;
            let power = power(f64::from(nth) * step_s);
            work += weight * power;
            traffic += weight * power.abs();
        }
        let change = swing.energy(&body, &held, DURATION_S) - swing.energy(&body, &held, 0.0);
        assert!(
            (work - change).abs() < TOLERANCE * traffic,
            "work {work} J, change of energy {change} J, of {traffic} J moved"
        );
    }
}

/// Coordinate on the other side, and the sign its mirror image has.
fn mirror(body: &Body, k: usize) -> (usize, f64) {
    let coordinate = &body.coordinates[k];
    let other = match (coordinate.id.strip_suffix("_r"), coordinate.id.strip_suffix("_l")) {
        (Some(name), _) => format!("{name}_l"),
        (_, Some(name)) => format!("{name}_r"),
        _ => return (k, if coordinate.rotation == Rotation::Flexion { 1.0 } else { -1.0 }),
    };
    (body.coordinate(&other).expect("limbs come in pairs"), 1.0)
}

fn mirrored(v: DVec3) -> DVec3 {
    DVec3::new(v.x, v.y, -v.z)
}

/// A rotation vector is a pseudovector.
fn mirrored_turn(v: DVec3) -> DVec3 {
    DVec3::new(-v.x, -v.y, v.z)
}

#[test]
fn mirror_images_have_mirrored_forces_and_arms() {
    const TOLERANCE: f64 = 1e-12;
    let body = man();
    let mut random = Random(6);
    for _ in 0..10 {
        let (state, rates) = (random.state(&body, 0.9), random.rates(&body));
        let swap = |values: &[f64]| -> Vec<f64> {
            (0..values.len())
                .map(|k| mirror(&body, k))
                .map(|(other, sign)| sign * values[other])
                .collect()
        };
        let image = State {
            root_m: mirrored(state.root_m),
            root: DQuat::from_xyzw(-state.root.x, -state.root.y, state.root.z, state.root.w),
            q_rad: swap(&state.q_rad),
        };
        let image_rates = Rates {
            root_m_per_s: mirrored(rates.root_m_per_s),
            root_m_per_s2: mirrored(rates.root_m_per_s2),
            root_rad_per_s: mirrored_turn(rates.root_rad_per_s),
            root_rad_per_s2: mirrored_turn(rates.root_rad_per_s2),
            v_rad_per_s: swap(&rates.v_rad_per_s),
            a_rad_per_s2: swap(&rates.a_rad_per_s2),
        };
        let (one, two) = (forces(&body, &state, &rates, &[]), forces(&body, &image, &image_rates, &[]));
        let size = one.tau_n_m.iter().fold(one.root().1.length(), |size: f64, tau| size.max(tau.abs()));
        for (k, tau) in swap(&one.tau_n_m).iter().enumerate() {
            assert!(
                (tau - two.tau_n_m[k]).abs() < TOLERANCE * size,
                "{}: {tau} and {} N·m",
                body.coordinates[k].id,
                two.tau_n_m[k]
            );
        }
        assert!((mirrored(one.root().0) - two.root().0).length() < TOLERANCE * size);
        assert!((mirrored_turn(one.root().1) - two.root().1).length() < TOLERANCE * size);

        let (arms, image_arms, n) = (moment_arms(&body, &state), moment_arms(&body, &image), body.fascicles.len());
        for k in 0..body.n_coordinates() {
            let (other, sign) = mirror(&body, k);
            for f in 0..n {
                // Every right fascicle is followed by its left image.
                let difference = sign * arms[other * n + (f ^ 1)] - image_arms[k * n + f];
                assert!(
                    difference.abs() < TOLERANCE,
                    "{} about {}: {difference} m",
                    body.fascicles[f].id,
                    body.coordinates[k].id
                );
            }
        }
    }
}

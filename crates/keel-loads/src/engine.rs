//! From one instant of a body to the forces of its muscles, contacts and discs.
//!
//! Rows are generalised forces: the six of the root (world force, moment about the pelvis' origin), then every joint coordinate; a
//! trunk-only problem has the eighteen lumbar coordinates alone and takes the pelvis as held. Columns are activations of fascicles,
//! actuators of joints that carry no muscles (in shares of their greatest moment), and generators of the contacts' friction pyramids (N).
//!
//! ```text
//!     G a + Jᵀ D λ + u + passive + abdominal pressure + r = τ(q, q̇, q̈)
//! ```

use std::ops::Range;

use glam::DVec3;
use keel_body::{
    Against, Body, FRICTION, GRAVITY_M_PER_S2, HeldMass, Inertial, Paths, Pose, Rates, Rotation, State, Support, Tensed, Touch, World,
    inverse_dynamics,
    lanes::{Computation, Four, Lanes, array, four, run_on},
};
use pulp::Arch;

use crate::{
    abdomen::{Aids, Pressure, pressure},
    constants::{
        CONTACT_EPSILON, DIAPHRAGM_AHEAD_M, DIAPHRAGM_M2, LEVEL_ANGLE_RAD, LEVEL_ANGLES_MAX, LIGAMENT_ARM_M, ROOT_RESIDUAL_MAX,
        SLACK_LEG_N_M, SLACK_ROOT, TORQUE_ELBOW_N_M, TORQUE_NECK_N_M, TORQUE_SHOULDER_N_M, TORQUE_THORAX_N_M,
    },
    discs::{DiscFrame, DiscLoad},
    dual::{Dual, DualError, Outcome, Problem},
    muscle::{Curves, Tensions},
    passive::{Level, Passive, Reach, ligament, passive},
};

/// Number of lumbar discs.
pub const N_DISCS: usize = 6;
/// Rows of the root.
const N_ROOT: usize = 6;
/// Coordinates of one joint at most; a lumbar joint has all of them.
const N_AXES: usize = 3;
/// The same, filled up to whole registers.
const N_LANES: usize = 4;

/// How much of the body is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everything, with contacts.
    WholeBody,
    /// The lumbar spine under what is above it; the pelvis is held.
    Trunk,
}

/// How muscles share a load: the weight of a fascicle's squared activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MuscleCost {
    /// Every fascicle counts the same.
    PerFascicle,
    /// By its cross-section over the mean: of the three nearest to measured muscle activity, and how finely a muscle is divided does not matter.
    #[default]
    ByPcsa,
    /// By its volume over the mean.
    ByVolume,
}

/// Settings that are not of the body or the posture.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Settings {
    /// How muscles share a load.
    pub cost: MuscleCost,
    /// Bracing and belt.
    pub aids: Aids,
    /// Lowest activation of all trunk muscles, for co-contraction that static optimisation leaves out; 0 = off.
    pub co_contraction: f64,
}

/// Why loads cannot be computed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LoadError {
    /// A coordinate, rate or mass is not finite.
    #[error("{0} is not a finite number")]
    NotFinite(&'static str),
    /// Co-contraction or an aid is out of its limits.
    #[error("{field} is {value}; it must be from {low} to {high} {unit}")]
    Setting {
        /// Setting.
        field: &'static str,
        /// Value.
        value: f64,
        /// Smallest.
        low: f64,
        /// Largest.
        high: f64,
        /// Unit.
        unit: &'static str,
    },
    /// The solver refused its figures.
    #[error(transparent)]
    Dual(#[from] DualError),
}

/// How far the answer can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Quality {
    /// Relative residual of equilibrium.
    pub residual: f64,
    /// Violation of optimality.
    pub kkt: f64,
    /// Newton steps.
    pub iterations: usize,
    /// Whether the solver met its tolerance.
    pub converged: bool,
    /// Force (N) and moment (N·m) that no contact supplies.
    pub root_missing_n: f64,
    /// See `root_missing_n`.
    pub root_missing_n_m: f64,
    /// Fascicles at full activation.
    pub saturated: usize,
    /// Largest moment that a level gets by settling beside the posture's angle, N·m.
    pub slack_disc_n_m: f64,
    /// Largest moment of a leg joint's slack, N·m.
    pub slack_leg_n_m: f64,
    /// Whether the body can be held like this: the root misses less than 1 N and 1 N·m.
    pub is_feasible: bool,
}

/// Everything computed for one instant; reused from instant to instant.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// Loads of the discs, L5-S1 first, as [`Body::discs`].
    pub discs: [DiscLoad; N_DISCS],
    /// Activation of every fascicle, as [`Body::fascicles`]; tone where it is not part of the problem.
    pub activation: Vec<f64>,
    /// Tension of every fascicle, active and passive, N; not a number for a fascicle that is not part of the problem.
    pub force_n: Vec<f64>,
    /// Fibre length over its optimum; not a number for a fascicle that is not part of the problem.
    pub fibre: Vec<f64>,
    /// Length of every path, m; not a number for a fascicle that is not part of the problem.
    pub length_m: Vec<f64>,
    /// Force of every contact on the body, N, world, as the touches.
    pub contacts_n: Vec<DVec3>,
    /// Pressure in the abdomen, Pa.
    pub abdomen_pa: f64,
    /// Share of the greatest moment of each actuator: coordinate and value.
    pub actuators: Vec<(usize, f64)>,
    /// Quality.
    pub quality: Quality,
}

/// One generator of a contact.
#[derive(Debug, Clone, Copy)]
struct Generator {
    touch: usize,
    direction: DVec3,
}

/// A joint with rows, and the fascicles that cross it.
#[derive(Debug, Clone)]
struct Joint {
    segment: usize,
    coordinates: Range<usize>,
    /// Row of the first coordinate, which those of the others follow.
    row: usize,
    /// The first crossing of each fascicle, which sets entries, and others, which are added to them.
    first: Vec<Crossing>,
    further: Vec<Crossing>,
}

/// A crossing of a joint; small, for there are a thousand.
#[derive(Debug, Clone, Copy)]
struct Crossing {
    fascicle: u32,
    /// Number of its pull's first figure among those of all wrenches, and its sign.
    wrench: u32,
    sign: f32,
    /// Of its entry in the last row of the joint; those in the rows before follow.
    address: u32,
}

/// What entries of G come from.
struct Pulling<'a> {
    pose: &'a Pose,
    /// Figures of [`Paths::wrenches`].
    wrenches: &'a [f64],
    active_n: &'a [f64],
}

impl Joint {
    /// Entries of G in the N rows of the joint.
    #[inline(always)]
    fn fill<const N: usize, L: Lanes>(&self, l: L, pulling: &Pulling<'_>, entries: &mut [f64]) {
        // arm_k = a_k · (M − o × F) = a_k · M − (a_k × o) · F, side by side as the entries are, the last coordinate first.
        let pose = pulling.pose;
        let origin = pose.origins_m[self.segment] - pose.origins_m[0];
        let mut arms = [[0.0; N_LANES]; 6];
        for (lane, axis) in pose.axes[self.coordinates.clone()].iter().rev().enumerate() {
            let (of_force, of_moment) = (origin.cross(*axis).to_array(), axis.to_array());
            for c in 0..3 {
                arms[c][lane] = of_force[c];
                arms[3 + c][lane] = of_moment[c];
            }
        }
        let arms = [
            four(arms[0]),
            four(arms[1]),
            four(arms[2]),
            four(arms[3]),
            four(arms[4]),
            four(arms[5]),
        ];
        for crossing in &self.first {
            let at = crossing.address as usize;
            entries[at..at + N].copy_from_slice(&crossing.product(l, &arms, pulling)[..N]);
        }
        for crossing in &self.further {
            let (at, product) = (crossing.address as usize, crossing.product(l, &arms, pulling));
            for (entry, product) in entries[at..at + N].iter_mut().zip(product) {
                *entry += product;
            }
        }
    }
}

impl Crossing {
    /// Arms of the joint's coordinates times the fascicle's tension.
    #[inline(always)]
    fn product<L: Lanes>(&self, l: L, arms: &[Four; 6], pulling: &Pulling<'_>) -> [f64; N_LANES] {
        const LAST: usize = 5 * N_LANES;
        let at = self.wrench as usize;
        let wrench = &pulling.wrenches[at..=at + LAST];
        let (mut of_force, mut of_moment) = (l.mul(arms[0], l.splat(wrench[0])), l.mul(arms[3], l.splat(wrench[3 * N_LANES])));
        for c in 1..3 {
            of_force = l.mul_add(arms[c], l.splat(wrench[c * N_LANES]), of_force);
            of_moment = l.mul_add(arms[3 + c], l.splat(wrench[(3 + c) * N_LANES]), of_moment);
        }
        let tension = f64::from(self.sign) * pulling.active_n[self.fascicle as usize];
        array(l.mul(l.add(of_force, of_moment), l.splat(tension)))
    }
}

/// Paths, tensions, and what they make of the problem.
struct Fill<'e, 'a>(&'e mut Engine<'a>);

impl Computation for Fill<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, l: L) {
        self.0.fill_muscles(l);
    }
}

/// Forces of the muscles across all joints.
struct Across<'e, 'a>(&'e mut Engine<'a>);

impl Computation for Across<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, l: L) {
        self.0.paths.forces_across(l, &self.0.frame.force_n, &mut self.0.force_across_n);
    }
}

/// What the load problem of a body is made of before anything touches it: rows, paths of muscles, columns. Made once for many engines.
#[derive(Debug, Clone)]
pub struct Layout<'a> {
    body: &'a Body,
    scope: Scope,
    n_rows: usize,
    /// Row of each coordinate, if it has one.
    row_of: Vec<Option<usize>>,
    paths: Paths,
    /// Rows of the columns of fascicles, then of actuators.
    columns: Vec<Vec<usize>>,
    /// Column of each fascicle, if it has one.
    column_of: Vec<Option<usize>>,
    actuators: Vec<(usize, usize, f64)>,
    /// Rows of the discs.
    levels: Vec<Level>,
}

impl<'a> Layout<'a> {
    /// Of a body.
    pub fn new(body: &'a Body, scope: Scope) -> Self {
        // Rows.
        let mut row_of = vec![None; body.n_coordinates()];
        let mut n_rows = if scope == Scope::WholeBody { N_ROOT } else { 0 };
        for (k, row) in row_of.iter_mut().enumerate() {
            let segment = body.coordinates[k].segment;
            if scope == Scope::WholeBody || body.discs.iter().any(|disc| disc.upper == segment) {
                *row = Some(n_rows);
                n_rows += 1;
            }
        }

        // Columns of muscles: those that cross a joint with a row. Only their paths are followed.
        let all = Paths::new(body);
        let mut crosses_row = vec![false; body.fascicles.len()];
        for segment in (1..body.segments.len()).filter(|segment| body.segments[*segment].coordinates.clone().any(|k| row_of[k].is_some())) {
            for term in all.crossings(segment) {
                crosses_row[term.fascicle] = true;
            }
        }
        let paths = Paths::of(body, |f| crosses_row[f]);
        let mut rows_of_fascicle: Vec<Vec<usize>> = vec![Vec::new(); body.fascicles.len()];
        for segment in 1..body.segments.len() {
            for term in paths.crossings(segment) {
                rows_of_fascicle[term.fascicle].extend(body.segments[segment].coordinates.clone().filter_map(|k| row_of[k]));
            }
        }
        let (mut columns, mut column_of) = (Vec::new(), vec![None; body.fascicles.len()]);
        for (f, rows) in rows_of_fascicle.iter_mut().enumerate() {
            rows.sort_unstable();
            rows.dedup();
            if !rows.is_empty() {
                column_of[f] = Some(columns.len());
                columns.push(rows.clone());
            }
        }
        // Actuators.
        let mut actuators = Vec::new();
        for (k, coordinate) in body.coordinates.iter().enumerate() {
            if let (Some(row), Some((positive, negative))) = (row_of[k], actuator_n_m(&body.segments[coordinate.segment].joint, k, body)) {
                for largest in [positive, -negative] {
                    actuators.push((k, columns.len(), largest));
                    columns.push(vec![row]);
                }
            }
        }
        // Levels of the spine.
        let mut levels = Vec::new();
        for (disc, of) in body.discs.iter().enumerate() {
            for (axis, k) in body.segments[of.upper].coordinates.clone().enumerate() {
                let Some(row) = row_of[k] else { continue };
                let bends = body.coordinates[k].rotation == Rotation::Flexion;
                levels.push(Level {
                    disc,
                    axis,
                    coordinate: k,
                    row,
                    columns: bends.then_some([columns.len(), columns.len() + 1]),
                });
                if bends {
                    columns.extend([vec![row], vec![row]]);
                }
            }
        }
        Self {
            body,
            scope,
            n_rows,
            row_of,
            paths,
            columns,
            column_of,
            actuators,
            levels,
        }
    }

    /// The body.
    pub fn body(&self) -> &'a Body {
        self.body
    }
}

/// Computes loads of one body with one set of contacts; a workspace for many instants.
#[derive(Debug, Clone)]
pub struct Engine<'a> {
    body: &'a Body,
    arch: Arch,
    scope: Scope,
    settings: Settings,
    supports: Vec<Support>,
    touches: Vec<Touch>,
    held: Vec<HeldMass>,
    tensed: Vec<Tensed>,
    strain_pa: f64,
    pose: Pose,
    paths: Paths,
    inertial: Inertial,
    problem: Problem,
    dual: Dual,
    /// Row of each coordinate, if it has one.
    row_of: Vec<Option<usize>>,
    /// Column of each fascicle, if it has one.
    column_of: Vec<Option<usize>>,
    joints: Vec<Joint>,
    actuators: Vec<(usize, usize, f64)>,
    generators: Vec<Generator>,
    first_generator: usize,
    curves: Curves,
    tensions: Tensions,
    /// What passive muscles do across the joint of each segment: force (N) and moment about the pelvis' origin (N·m), world.
    passive_across: Vec<(DVec3, DVec3)>,
    /// Force of all muscles across it, N, world.
    force_across_n: Vec<DVec3>,
    fixed_b: Vec<f64>,
    /// Columns of the abdominal wall, and their lowest activation without pressure.
    wall: Vec<(usize, f64)>,
    thorax: usize,
    /// Whether a contact is above the lowest disc.
    touches_above: bool,
    /// Rows of the discs, and what was within their reach in the last balance.
    levels: Vec<Level>,
    reaches: Vec<Reach>,
    frame: Frame,
}

impl<'a> Engine<'a> {
    /// A workspace. A trunk-only problem takes no contacts.
    ///
    /// # Errors
    /// Settings or masses out of their limits.
    pub fn new(body: &'a Body, scope: Scope, settings: Settings, world: World<'_>) -> Result<Self, LoadError> {
        Self::on(&Layout::new(body, scope), settings, world)
    }

    /// A workspace on a layout that was made before.
    ///
    /// # Errors
    /// As for [`Engine::new`].
    pub fn on(layout: &Layout<'a>, settings: Settings, world: World<'_>) -> Result<Self, LoadError> {
        let Layout { body, scope, .. } = *layout;
        let World {
            supports,
            touches,
            held,
            tensed,
            strain_pa,
        } = world;
        let within = |field, value: f64, low: f64, high: f64, unit| {
            if (low..=high).contains(&value) {
                Ok(())
            } else {
                Err(LoadError::Setting {
                    field,
                    value,
                    low,
                    high,
                    unit,
                })
            }
        };
        within("co-contraction", settings.co_contraction, 0.0, 0.5, "of the maximum")?;
        within("bracing", settings.aids.brace_pa, 0.0, 40e3, "Pa")?;
        within("pressure of the belt", settings.aids.belt_pa, 0.0, 10e3, "Pa")?;
        within("stiffness of the belt", settings.aids.belt_n_m_per_rad, 0.0, 500.0, "N·m/rad")?;
        within("straining", strain_pa, 0.0, 40e3, "Pa")?;
        for mass in held {
            within("mass held", mass.mass_kg, 0.0, 200.0, "kg")?;
        }
        let touches: Vec<Touch> = if scope == Scope::WholeBody { touches.to_vec() } else { Vec::new() };

        let Layout {
            n_rows,
            row_of,
            paths,
            mut columns,
            column_of,
            actuators,
            levels,
            ..
        } = layout.clone();
        // Contacts.
        let first_generator = columns.len();
        let mut generators = Vec::new();
        for (index, touch) in touches.iter().enumerate().filter(|(_, touch)| touch.carries) {
            let segment = body.contacts[touch.point].segment;
            let directions = match touch.against {
                Against::Support(s) => directions(&supports[s]),
                Against::Body(_) => pyramid(DVec3::Y, FRICTION),
            };
            let mut rows: Vec<usize> = if matches!(touch.against, Against::Support(_)) {
                (0..N_ROOT).collect()
            } else {
                Vec::new()
            };
            for (k, row) in row_of.iter().enumerate() {
                let moved = body.coordinates[k].segment;
                let own = body.hangs_from(segment, moved);
                let others = matches!(touch.against, Against::Body(other) if body.hangs_from(body.contacts[other].segment, moved));
                if own != others {
                    rows.extend(*row);
                }
            }
            for direction in directions {
                generators.push(Generator { touch: index, direction });
                columns.push(rows.clone());
            }
        }
        let problem = Problem::new(n_rows, &columns);
        let dual = Dual::new(&problem);

        let joints = joints(body, &paths, &problem, &row_of, &column_of);
        let lowest = body.discs.first().map_or(0, |disc| disc.upper);
        let touches_above = touches.iter().filter(|touch| touch.carries).any(|touch| {
            body.hangs_from(body.contacts[touch.point].segment, lowest)
                || matches!(touch.against, Against::Body(other) if body.hangs_from(body.contacts[other].segment, lowest))
        });
        let n = body.fascicles.len();
        let mut engine = Self {
            body,
            scope,
            settings,
            supports: supports.to_vec(),
            held: held.to_vec(),
            tensed: tensed.to_vec(),
            strain_pa,
            pose: Pose::new(body),
            inertial: Inertial::new(body),
            fixed_b: vec![0.0; n_rows],
            wall: Vec::new(),
            thorax: body.discs.last().map_or(0, |disc| disc.upper),
            touches_above,
            frame: Frame {
                activation: body.fascicles.iter().map(|fascicle| fascicle.tone).collect(),
                force_n: vec![f64::NAN; n],
                fibre: vec![f64::NAN; n],
                length_m: vec![f64::NAN; n],
                contacts_n: vec![DVec3::ZERO; touches.len()],
                actuators: actuators.iter().map(|(k, _, _)| (*k, 0.0)).collect(),
                ..Frame::default()
            },
            arch: Arch::new(),
            curves: Curves::new(body, |f| column_of[f].is_some()),
            tensions: Tensions::new(body),
            passive_across: vec![(DVec3::ZERO, DVec3::ZERO); body.segments.len()],
            force_across_n: vec![DVec3::ZERO; body.segments.len()],
            touches,
            reaches: vec![Reach::default(); levels.len()],
            levels,
            paths,
            problem,
            dual,
            row_of,
            column_of,
            joints,
            actuators,
            generators,
            first_generator,
        };
        engine.fill_fixed();
        Ok(engine)
    }

    /// The same engine in registers that all machines have: slower, and the same bits.
    pub fn portable(mut self) -> Self {
        self.arch = Arch::Scalar;
        self
    }

    /// Body whose loads these are.
    pub fn body(&self) -> &'a Body {
        self.body
    }

    /// Frames and axes of the last instant.
    pub fn pose(&self) -> &Pose {
        &self.pose
    }

    /// Paths of the last instant.
    pub fn paths(&self) -> &Paths {
        &self.paths
    }

    /// The problem of the last instant, for peers and benchmarks.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Column of a fascicle in the problem, if it has one.
    pub fn column_of(&self, fascicle: usize) -> Option<usize> {
        self.column_of[fascicle]
    }

    /// Forgets the last instant, so that the next starts cold.
    pub fn forget(&mut self) {
        self.dual.forget();
    }

    /// Figures that never change: of muscles but for the abdominal wall's bounds, actuators and contacts.
    fn fill_fixed(&mut self) {
        const WALL: [&str; 3] = ["transversus_abdominis", "internal_oblique", "external_oblique"];
        let weights = weights(self.body, self.settings.cost);
        for (f, fascicle) in self.body.fascicles.iter().enumerate() {
            let Some(column) = self.column_of[f] else { continue };
            // Floors of activation: tone, co-contraction, what is tensed on purpose; the wall's rises with the pressure.
            let is_trunk = crosses_disc(self.body, &self.paths, f);
            let of_trunk = if is_trunk { self.settings.co_contraction } else { 0.0 };
            let is_meant = |one: &&Tensed| one.group == fascicle.group && one.side.is_none_or(|side| side == fascicle.side);
            let on_purpose = self.tensed.iter().filter(is_meant).map(|one| one.activation);
            let low = on_purpose.fold(fascicle.tone.max(of_trunk), f64::max);
            self.problem.set_column(column, weights[f], low.min(1.0), 1.0);
            if WALL.contains(&fascicle.muscle.as_str()) {
                self.wall.push((column, low));
            }
        }
        for (k, column, largest) in &self.actuators {
            self.problem.set_column(*column, 1.0, 0.0, 1.0);
            debug_assert!(self.row_of[*k].is_some());
            self.problem.set(*column, 0, *largest);
        }
        for level in &self.levels {
            for column in level.columns.into_iter().flatten() {
                self.problem.set_column(column, 1.0, 0.0, LEVEL_ANGLES_MAX);
            }
        }
        let weight_n = self.body.mass_kg() * GRAVITY_M_PER_S2;
        for index in 0..self.generators.len() {
            let column = self.first_generator + index;
            self.problem
                .set_column(column, CONTACT_EPSILON / (weight_n * weight_n), 0.0, f64::INFINITY);
        }
        let root_rows = if self.scope == Scope::WholeBody { N_ROOT } else { 0 };
        for row in 0..root_rows {
            self.problem.slack_squared[row] = SLACK_ROOT * SLACK_ROOT;
        }
        for (k, row) in self.row_of.iter().enumerate() {
            if let Some(row) = row {
                let segment = self.body.coordinates[k].segment;
                // Rows of discs get theirs with the posture.
                if !self.body.discs.iter().any(|disc| disc.upper == segment) {
                    self.problem.slack_squared[*row] = SLACK_LEG_N_M * SLACK_LEG_N_M;
                }
            }
        }
    }

    /// Loads of one instant. The answer of the last instant is where the search starts.
    ///
    /// # Errors
    /// Coordinates or rates that are not finite.
    pub fn solve(&mut self, state: &State, rates: &Rates) -> Result<&Frame, LoadError> {
        if !state.is_finite() {
            return Err(LoadError::NotFinite("a coordinate"));
        }
        if !rates.v_rad_per_s.iter().chain(&rates.a_rad_per_s2).all(|rate| rate.is_finite()) {
            return Err(LoadError::NotFinite("a rate"));
        }
        let body = self.body;
        self.pose.update(body, state);
        inverse_dynamics(body, &self.pose, rates, &self.held, &mut self.inertial);
        run_on(self.arch, Fill(self));
        self.fill_contacts();

        // Contacts above the lowest disc change the moment that evokes the pressure: then twice.
        let mut outcome = self.balance(state, self.lumbar_moment(false))?;
        if self.touches_above {
            let again = self.balance(state, self.lumbar_moment(true))?;
            outcome = Outcome {
                iterations: outcome.iterations + again.iterations,
                ..again
            };
        }
        self.report(state, outcome);
        Ok(&self.frame)
    }

    /// Paths, tensions, G of the muscles, and what their passive tension takes off the right side.
    #[inline(always)]
    fn fill_muscles<L: Lanes>(&mut self, l: L) {
        self.paths.update_in(l, self.body, &self.pose);
        self.curves.tensions(self.paths.lengths_m(), &mut self.tensions);
        self.paths.across(l, &self.tensions.passive_n, &mut self.passive_across);
        let pulling = Pulling {
            pose: &self.pose,
            wrenches: self.paths.wrenches().as_flattened().as_flattened(),
            active_n: &self.tensions.active_n,
        };
        for joint in &self.joints {
            let entries = self.problem.entries_mut();
            match joint.coordinates.len() {
                1 => joint.fill::<1, L>(l, &pulling, entries),
                2 => joint.fill::<2, L>(l, &pulling, entries),
                _ => joint.fill::<N_AXES, L>(l, &pulling, entries),
            }
            // a_k · (M − o × F)
            let (force, moment) = self.passive_across[joint.segment];
            let moment = moment - (self.pose.origins_m[joint.segment] - self.pose.origins_m[0]).cross(force);
            for (row, k) in (joint.row..).zip(joint.coordinates.clone()) {
                self.fixed_b[row] = -self.pose.axes[k].dot(moment);
            }
        }
    }

    fn fill_contacts(&mut self) {
        let body = self.body;
        let root_m = self.pose.origins_m[0];
        for (index, generator) in self.generators.iter().enumerate() {
            let column = self.first_generator + index;
            let touch = self.touches[generator.touch];
            let contact = &body.contacts[touch.point];
            let at = touch.place_m(body, &self.pose, &self.supports);
            let d = generator.direction;
            let other = match touch.against {
                Against::Support(_) => None,
                Against::Body(other) => Some(&body.contacts[other]),
            };
            let n = self.problem.rows(column).len();
            for nth in 0..n {
                let row = self.problem.rows(column)[nth];
                let value = if row < N_ROOT {
                    let moment = (at - root_m).cross(d);
                    [d.x, d.y, d.z, moment.x, moment.y, moment.z][row]
                } else {
                    let k = row - N_ROOT;
                    let moved = body.coordinates[k].segment;
                    let about = |point: DVec3| self.pose.axes[k].dot((point - self.pose.origins_m[moved]).cross(d));
                    match other {
                        Some(other) if !body.hangs_from(contact.segment, moved) => -about(self.pose.world_point(other.segment, other.at_m)),
                        _ => about(at),
                    }
                };
                self.problem.set(column, nth, value);
            }
        }
    }

    /// Moment on the lowest disc of all that is above it, gravity and inertia, and contacts if asked, N·m.
    fn lumbar_moment(&self, with_contacts: bool) -> f64 {
        let Some(disc) = self.body.discs.first() else { return 0.0 };
        let origin = self.pose.origins_m[disc.upper];
        let arm = origin - self.pose.origins_m[0];
        let mut moment = self.inertial.subtree_moment_n_m[disc.upper] - arm.cross(self.inertial.subtree_force_n[disc.upper]);
        if with_contacts {
            for (index, generator) in self.generators.iter().enumerate() {
                let force = self.dual.x(&self.problem, self.first_generator + index) * generator.direction;
                for (place, sign) in self.contact_places(generator.touch) {
                    if self.body.hangs_from(self.body.contacts[place].segment, disc.upper) {
                        let contact = &self.body.contacts[place];
                        let at = self.pose.world_point(contact.segment, contact.at_m);
                        moment -= (at - origin).cross(sign * force);
                    }
                }
            }
        }
        moment.length()
    }

    /// Contact points that a touch pushes, with the sign of its force.
    fn contact_places(&self, touch: usize) -> impl Iterator<Item = (usize, f64)> + use<> {
        let touch = self.touches[touch];
        let other = match touch.against {
            Against::Support(_) => None,
            Against::Body(other) => Some((other, -1.0)),
        };
        std::iter::once((touch.point, 1.0)).chain(other)
    }

    /// Right side and bounds for this pressure, then the solution.
    fn balance(&mut self, state: &State, moment_n_m: f64) -> Result<Outcome, LoadError> {
        let body = self.body;
        let Pressure {
            pressure_pa,
            wall_activation,
        } = pressure(moment_n_m, self.strain_pa, &self.settings.aids);
        self.frame.abdomen_pa = pressure_pa;

        // b = τ − passive muscles − passive discs − pressure
        self.problem.b.copy_from_slice(&self.fixed_b);
        if self.scope == Scope::WholeBody {
            let (force, moment) = self.inertial.root();
            for (row, value) in force.to_array().into_iter().chain(moment.to_array()).enumerate() {
                self.problem.b[row] += value;
            }
        }
        for (k, row) in self.row_of.iter().enumerate() {
            if let Some(row) = row {
                self.problem.b[*row] += self.inertial.tau_n_m[k];
            }
        }
        let (piston_n, piston_at) = self.piston();
        for nth in 0..self.levels.len() {
            let level = self.levels[nth];
            let reach = level.reach(self.curve(state, &level, moment_n_m));
            self.reaches[nth] = reach;
            let origin = self.pose.origins_m[body.discs[level.disc].upper];
            let moment = (piston_at - origin).cross(piston_n);
            self.problem.b[level.row] -= reach.moment_n_m + self.pose.axes[level.coordinate].dot(moment);
            self.problem.slack_squared[level.row] = reach.slack_n_m.powi(2);
            for (column, (once_n_m, times)) in level.columns.into_iter().flatten().zip(reach.settling) {
                self.problem.set(column, 0, once_n_m);
                self.problem.set_bounds(column, 0.0, times);
            }
        }
        for (column, low) in &self.wall {
            self.problem.set_bounds(*column, low.max(wall_activation).min(1.0), 1.0);
        }
        Ok(self.dual.solve_on(self.arch, &self.problem)?)
    }

    /// Force of the abdominal pressure on the chest (N, world) and where it acts (world, m); the pelvis gets the opposite.
    fn piston(&self) -> (DVec3, DVec3) {
        let rotation = self.pose.rotations[self.thorax];
        let scale = self.body.height_ratio;
        let force = rotation.y_axis * (self.frame.abdomen_pa * DIAPHRAGM_M2 * scale * scale);
        (
            force,
            self.pose.origins_m[self.thorax] + rotation.x_axis * (DIAPHRAGM_AHEAD_M * scale),
        )
    }

    /// Compression expected on a disc, for its stiffness only: the weight above and one muscle with an arm of 50 mm, N.
    fn expected_compression(&self, upper: usize, moment_n_m: f64) -> f64 {
        const ARM_M: f64 = 0.05;
        let weight_n = if self.touches_above {
            0.0
        } else {
            self.inertial.subtree_force_n[upper].dot(self.pose.rotations[upper].y_axis)
        };
        weight_n.max(0.0) + moment_n_m / ARM_M
    }

    /// Moment of a level over its deviation (rad) from the posture's angle.
    fn curve(&self, state: &State, level: &Level, moment_n_m: f64) -> impl Fn(f64) -> Passive + use<'a> {
        let body = self.body;
        let disc = &body.discs[level.disc];
        let coordinate = &body.coordinates[level.coordinate];
        let q_rad = state.q_rad[level.coordinate];
        let compression_n = self.expected_compression(disc.upper, moment_n_m);
        let belt = self.settings.aids.belt_n_m_per_rad;
        move |deviation_rad| passive(disc, coordinate, q_rad + deviation_rad, compression_n, belt)
    }

    fn report(&mut self, state: &State, outcome: Outcome) {
        let body = self.body;
        let mut saturated = 0;
        for f in 0..body.fascicles.len() {
            if let Some(column) = self.column_of[f] {
                let activation = self.dual.x(&self.problem, column);
                self.frame.activation[f] = activation;
                self.frame.force_n[f] = activation * self.tensions.active_n[f] + self.tensions.passive_n[f];
                saturated += usize::from(activation >= 1.0);
            }
        }
        self.frame.length_m.copy_from_slice(self.paths.lengths_m());
        self.frame.fibre.copy_from_slice(&self.tensions.fibre);
        run_on(self.arch, Across(self));
        self.frame.contacts_n.fill(DVec3::ZERO);
        for (index, generator) in self.generators.iter().enumerate() {
            self.frame.contacts_n[generator.touch] += self.dual.x(&self.problem, self.first_generator + index) * generator.direction;
        }
        for (slot, (_, column, _)) in self.frame.actuators.iter_mut().zip(&self.actuators) {
            slot.1 = self.dual.x(&self.problem, *column);
        }
        let (piston_n, _) = self.piston();
        let (mut disc_moment_n_m, mut ligament_n) = ([[0.0; N_AXES]; N_DISCS], [0.0; N_DISCS]);
        let mut slack_disc_n_m: f64 = 0.0;
        for (level, reach) in self.levels.iter().zip(&self.reaches) {
            let mut slack_n_m = self.dual.slack(&self.problem, level.row);
            let mut deviation_rad = 0.0;
            for (column, ((once_n_m, _), sign)) in level.columns.into_iter().flatten().zip(reach.settling.into_iter().zip([-1.0, 1.0])) {
                let times = self.dual.x(&self.problem, column);
                slack_n_m += times * once_n_m;
                deviation_rad += sign * times * LEVEL_ANGLE_RAD[level.axis];
            }
            slack_disc_n_m = slack_disc_n_m.max(slack_n_m.abs());
            disc_moment_n_m[level.disc][level.axis] = reach.moment_n_m + slack_n_m;
            // Taut ligaments pull the vertebrae together.
            let coordinate = &body.coordinates[level.coordinate];
            ligament_n[level.disc] += ligament(coordinate, state.q_rad[level.coordinate] + deviation_rad).0 / LIGAMENT_ARM_M;
        }
        let mut quality = Quality {
            residual: outcome.residual,
            kkt: outcome.kkt,
            iterations: outcome.iterations,
            converged: outcome.converged,
            saturated,
            slack_disc_n_m,
            ..Quality::default()
        };
        for (index, disc) in body.discs.iter().enumerate().take(N_DISCS) {
            // What the lower vertebra gives the upper: what the upper part needs, less muscles, pressure and contacts.
            let mut force = self.inertial.subtree_force_n[disc.upper] - piston_n - self.force_across_n[disc.upper];
            for (touch, contact_n) in self.frame.contacts_n.iter().enumerate() {
                for (point, sign) in self.contact_places(touch) {
                    if body.hangs_from(body.contacts[point].segment, disc.upper) {
                        force -= sign * *contact_n;
                    }
                }
            }
            let frame = DiscFrame::new(disc, &self.pose);
            force += frame.axial * ligament_n[index];
            self.frame.discs[index] = DiscLoad::new(disc, &frame, force, disc_moment_n_m[index]);
        }
        if self.scope == Scope::WholeBody {
            let missing = |rows: std::ops::Range<usize>| rows.map(|row| self.dual.slack(&self.problem, row).powi(2)).sum::<f64>().sqrt();
            quality.root_missing_n = missing(0..3);
            quality.root_missing_n_m = missing(3..N_ROOT);
            for (k, row) in self.row_of.iter().enumerate() {
                let is_disc = body.discs.iter().any(|disc| disc.upper == body.coordinates[k].segment);
                if let (Some(row), false) = (row, is_disc) {
                    quality.slack_leg_n_m = quality.slack_leg_n_m.max(self.dual.slack(&self.problem, *row).abs());
                }
            }
        }
        quality.is_feasible = quality.root_missing_n < ROOT_RESIDUAL_MAX && quality.root_missing_n_m < ROOT_RESIDUAL_MAX;
        self.frame.quality = quality;
    }
}

/// Greatest moments of the actuator of a coordinate in its positive and negative direction, N·m; none where muscles move it.
fn actuator_n_m(joint: &str, coordinate: usize, body: &Body) -> Option<(f64, f64)> {
    let segment = &body.segments[body.coordinates[coordinate].segment];
    let nth = coordinate - segment.coordinates.start;
    match joint.trim_end_matches("_r").trim_end_matches("_l") {
        "neck" => Some(TORQUE_NECK_N_M[nth]),
        "mid-thoracic" => Some(TORQUE_THORAX_N_M[nth]),
        "shoulder" => Some(TORQUE_SHOULDER_N_M[nth]),
        "elbow" => Some(TORQUE_ELBOW_N_M),
        _ => None,
    }
}

/// Joints with rows, and where the entries of their crossings are.
fn joints(body: &Body, paths: &Paths, problem: &Problem, row_of: &[Option<usize>], column_of: &[Option<usize>]) -> Vec<Joint> {
    let mut joints = Vec::new();
    for (segment, of) in body.segments.iter().enumerate() {
        // A joint has rows for all its coordinates or for none.
        let Some(Some(row)) = row_of.get(of.coordinates.start).filter(|_| !of.coordinates.is_empty()) else {
            continue;
        };
        let (mut first, mut further, mut last) = (Vec::new(), Vec::new(), None);
        // Crossings are sorted by fascicle.
        for term in paths.crossings(segment) {
            let last_row = row + of.coordinates.len() - 1;
            let address = column_of[term.fascicle].and_then(|column| {
                let nth = problem.rows(column).iter().position(|known| *known == last_row)?;
                Some(problem.address(column, nth))
            });
            let crossing = Crossing {
                fascicle: term.fascicle as u32,
                wrench: (6 * N_LANES * term.place.0 + term.place.1) as u32,
                sign: term.sign as f32,
                address: address.expect("a fascicle that crosses a joint with rows has a column with these rows") as u32,
            };
            if last.replace(term.fascicle) == Some(term.fascicle) {
                further.push(crossing);
            } else {
                first.push(crossing);
            }
        }
        joints.push(Joint {
            segment,
            coordinates: of.coordinates.clone(),
            row: *row,
            first,
            further,
        });
    }
    joints
}

fn crosses_disc(body: &Body, paths: &Paths, fascicle: usize) -> bool {
    body.discs
        .iter()
        .any(|disc| paths.crossings(disc.upper).iter().any(|term| term.fascicle == fascicle))
}

fn weights(body: &Body, cost: MuscleCost) -> Vec<f64> {
    let size = |fascicle: &keel_body::Fascicle| match cost {
        MuscleCost::PerFascicle => 1.0,
        MuscleCost::ByPcsa => fascicle.pcsa_m2,
        MuscleCost::ByVolume => fascicle.pcsa_m2 * fascicle.fibre_optimal_m,
    };
    let mean = body.fascicles.iter().map(size).sum::<f64>() / body.fascicles.len().max(1) as f64;
    // No fascicle is nearly free.
    body.fascicles.iter().map(|fascicle| (size(fascicle) / mean).max(0.05)).collect()
}

/// Directions in which a support can push a point.
fn directions(support: &Support) -> Vec<DVec3> {
    if support.is_gripped {
        return vec![DVec3::X, DVec3::NEG_X, DVec3::Y, DVec3::NEG_Y, DVec3::Z, DVec3::NEG_Z];
    }
    pyramid(support.normal, support.friction)
}

/// Four edges of a friction pyramid, mirror-symmetric in the sagittal plane.
fn pyramid(normal: DVec3, friction: f64) -> Vec<DVec3> {
    let (first, second) = tangents(normal);
    [first, -first, second, -second]
        .into_iter()
        .map(|tangent| normal + friction * tangent)
        .collect()
}

/// Two unit vectors across a normal, one of them as near to the world's right as can be.
fn tangents(normal: DVec3) -> (DVec3, DVec3) {
    let guide = if normal.z.abs() < 0.9 { DVec3::Z } else { DVec3::X };
    let first = (guide - guide.dot(normal) * normal).normalize();
    (first, normal.cross(first))
}

//! Writes what the peers of `validation/peers` are compared with: the body as MuJoCo's and OpenSim's model, and our own answers.
//!
//! `cargo run --release -p keel-loads --example peers -- target/peers`

use std::{env, fs, path::Path, time::Instant};

use glam::DVec3;
use keel_body::{Body, Inertial, Library, Node, Paths, Pose, Rates, State, World, inverse_dynamics, mjcf, osim};
use keel_loads::{
    Engine, Scope, Settings,
    constants::SPECIFIC_TENSION_PA,
    dual::{Dual, Problem},
};
use serde_json::{Value, json};

#[path = "../../keel-body/tests/reference/mod.rs"]
mod reference;

#[path = "../tests/interior_point/mod.rs"]
mod interior_point;

use interior_point::InteriorPoint;
use reference::Random;

/// States for MuJoCo.
const N_STATES: usize = 200;

fn main() {
    let folder = env::args().nth(1).unwrap_or_else(|| "target/peers".into());
    let folder = Path::new(&folder);
    fs::create_dir_all(folder).expect("the folder for the peers can be made");
    let write = |name: &str, text: String| fs::write(folder.join(name), text).expect("the folder for the peers can be written");

    let (anatomy, library) = reference::knowledge();
    let body = reference::man(&anatomy);
    write("body.xml", mjcf(&body));
    write("dynamics.json", dynamics(&body).to_string());
    let mut trunk = Trunk::new(&body);
    write("trunk.osim", osim(&body, &trunk.largest_n));
    write("trunk.json", trunk.bends().to_string());
    write("loads.json", loads(&body, &library).to_string());
}

/// Generalised forces, lengths and moment arms at random states in random motion; and how many a second.
fn dynamics(body: &Body) -> Value {
    let mut random = Random(1);
    let (mut pose, mut paths, mut inertial) = (Pose::new(body), Paths::new(body), Inertial::new(body));
    let (n, m) = (body.n_coordinates(), body.fascicles.len());
    let mut arms = vec![0.0; n * m];
    let instants: Vec<_> = (0..N_STATES).map(|_| (random.state(body, 0.9), random.rates(body))).collect();
    let mut states = Vec::new();
    for (state, rates) in &instants {
        pose.update(body, state);
        paths.update(body, &pose);
        inverse_dynamics(body, &pose, rates, &[], &mut inertial);
        paths.moment_arms(body, &pose, &mut arms);
        let (force, moment) = inertial.root();
        states.push(json!({
            "root_m": state.root_m.to_array(),
            "root_wxyz": [state.root.w, state.root.x, state.root.y, state.root.z],
            "q_rad": state.q_rad,
            "root_m_per_s": rates.root_m_per_s.to_array(),
            "root_rad_per_s": rates.root_rad_per_s.to_array(),
            "v_rad_per_s": rates.v_rad_per_s,
            "root_m_per_s2": rates.root_m_per_s2.to_array(),
            "root_rad_per_s2": rates.root_rad_per_s2.to_array(),
            "a_rad_per_s2": rates.a_rad_per_s2,
            "root_n": force.to_array(),
            "root_n_m": moment.to_array(),
            "tau_n_m": inertial.tau_n_m,
            "length_m": paths.lengths_m(),
            "arm_m": arms,
        }));
    }
    json!({
        "coordinates": body.coordinates.iter().map(|coordinate| &coordinate.id).collect::<Vec<_>>(),
        "fascicles": body.fascicles.iter().map(|fascicle| &fascicle.id).collect::<Vec<_>>(),
        "states": states,
        "inverse_dynamics_per_s": per_second(instants.len(), |nth| {
            let (state, rates) = &instants[nth];
            pose.update(body, state);
            inverse_dynamics(body, &pose, rates, &[], &mut inertial);
        }),
    })
}

/// Lumbar flexions for OpenSim, degrees, and the share of each disc, L5-S1 first.
const FLEXIONS_DEG: [f64; 7] = [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0];
const FLEXION_SHARES: [f64; 6] = [0.14, 0.26, 0.23, 0.16, 0.13, 0.08];
/// Moment at which OpenSim's reserve of a coordinate, and our slack, costs as much as a fully active fascicle, N·m.
const RESERVE_N_M: f64 = 1.0;

/// The problem that OpenSim's static optimisation solves: eighteen rows, force proportional to activation at any length, no passive
/// tissue, no pressure, no tone.
struct Trunk<'a> {
    body: &'a Body,
    /// At full activation, N, of every fascicle.
    largest_n: Vec<f64>,
    /// Fascicle of each column.
    fascicles: Vec<usize>,
    pose: Pose,
    paths: Paths,
    inertial: Inertial,
    rates: Rates,
    arms: Vec<f64>,
    problem: Problem,
    dual: Dual,
    /// Force of each disc on its upper vertebra, N, in that vertebra's frame.
    disc_n: Vec<DVec3>,
}

impl<'a> Trunk<'a> {
    fn new(body: &'a Body) -> Self {
        let paths = Paths::new(body);
        let is_exported = |f: usize| {
            let is_fixed = |node: &Node| matches!(node, Node::Point(point) if body.points[*point].len() == 1);
            body.fascicles[f].path.iter().all(is_fixed)
        };
        // Rows 3 d … 3 d + 2 belong to disc d.
        let rows = |f: usize| -> Vec<usize> {
            let crosses = |upper: usize| paths.crossings(upper).iter().any(|term| term.fascicle == f);
            let discs = body.discs.iter().enumerate().filter(|(_, disc)| crosses(disc.upper));
            discs.flat_map(|(d, _)| 3 * d..3 * d + 3).collect()
        };
        let fascicles: Vec<usize> = (0..body.fascicles.len())
            .filter(|f| is_exported(*f) && !rows(*f).is_empty())
            .collect();
        let columns: Vec<Vec<usize>> = fascicles.iter().map(|f| rows(*f)).collect();
        let mut problem = Problem::new(3 * body.discs.len(), &columns);
        problem.slack_squared.fill(RESERVE_N_M * RESERVE_N_M);
        for column in 0..columns.len() {
            problem.set_column(column, 1.0, 0.0, 1.0);
        }
        Self {
            body,
            largest_n: body
                .fascicles
                .iter()
                .map(|f| f.pcsa_m2 * SPECIFIC_TENSION_PA * f.cos_pennation)
                .collect(),
            fascicles,
            pose: Pose::new(body),
            paths,
            inertial: Inertial::new(body),
            rates: Rates::still(body),
            arms: vec![0.0; body.n_coordinates() * body.fascicles.len()],
            dual: Dual::new(&problem),
            problem,
            disc_n: vec![DVec3::ZERO; body.discs.len()],
        }
    }

    fn solve(&mut self, state: &State) {
        let body = self.body;
        self.pose.update(body, state);
        self.paths.update(body, &self.pose);
        self.paths.moment_arms(body, &self.pose, &mut self.arms);
        inverse_dynamics(body, &self.pose, &self.rates, &[], &mut self.inertial);

        // G = arms × F_max, b = τ
        for (column, f) in self.fascicles.iter().enumerate() {
            for nth in 0..self.problem.rows(column).len() {
                let k = self.coordinate(self.problem.rows(column)[nth]);
                self.problem
                    .set(column, nth, self.arms[k * body.fascicles.len() + f] * self.largest_n[*f]);
            }
        }
        for row in 0..self.problem.n_rows() {
            self.problem.b[row] = self.inertial.tau_n_m[self.coordinate(row)];
        }
        let outcome = self.dual.solve(&self.problem).expect("the figures of the trunk are finite");
        assert!(outcome.converged, "the trunk's problem is solved");

        // Force of the disc on what is above it: what that needs, less the muscles' pull.
        for (disc, force_n) in body.discs.iter().zip(&mut self.disc_n) {
            let mut force = self.inertial.subtree_force_n[disc.upper];
            for term in self.paths.crossings(disc.upper) {
                if let Ok(column) = self.fascicles.binary_search(&term.fascicle) {
                    force -= self.paths.pull(term).0 * self.largest_n[term.fascicle] * self.dual.x(&self.problem, column);
                }
            }
            *force_n = self.pose.rotations[disc.upper].transpose() * force;
        }
    }

    /// Coordinate of a row.
    fn coordinate(&self, row: usize) -> usize {
        self.body.segments[self.body.discs[row / 3].upper].coordinates.start + row % 3
    }

    /// Bends forward and answers; and how many a second, each from the answer of the one before.
    fn bends(&mut self) -> Value {
        let body = self.body;
        let bend = |flexion_deg: f64| {
            let mut state = State::standing(body);
            for (disc, share) in body.discs.iter().zip(FLEXION_SHARES) {
                state.q_rad[body.segments[disc.upper].coordinates.start] = share * flexion_deg.to_radians();
            }
            state
        };
        let mut frames = Vec::new();
        for flexion_deg in FLEXIONS_DEG {
            let state = bend(flexion_deg);
            self.solve(&state);
            let lumbar = (0..self.problem.n_rows()).map(|row| self.coordinate(row));
            frames.push(json!({
                "flexion_deg": flexion_deg,
                "q_rad": lumbar.map(|k| state.q_rad[k]).collect::<Vec<_>>(),
                "activation": (0..self.fascicles.len()).map(|column| self.dual.x(&self.problem, column)).collect::<Vec<_>>(),
                "disc_n": self.disc_n.iter().map(|force| force.to_array()).collect::<Vec<_>>(),
            }));
        }
        let states: Vec<State> = (0..=600).map(|tenth| bend(f64::from(tenth) * 0.1)).collect();
        let frames_per_s = per_second(states.len(), |nth| self.solve(&states[nth]));
        json!({
            "coordinates": (0..self.problem.n_rows()).map(|row| &body.coordinates[self.coordinate(row)].id).collect::<Vec<_>>(),
            "fascicles": self.fascicles.iter().map(|f| &body.fascicles[*f].id).collect::<Vec<_>>(),
            "discs": body.discs.iter().map(|disc| &disc.id).collect::<Vec<_>>(),
            "upper": body.discs.iter().map(|disc| &body.segments[disc.upper].id).collect::<Vec<_>>(),
            "reserve_n_m": RESERVE_N_M,
            "frames": frames,
            "frames_per_s": frames_per_s,
        })
    }
}

/// Instants of a scene.
const N_FRAMES: u32 = 400;
/// Agreement in activation that the specification asks for.
const TOLERANCE: f64 = 1e-5;
/// Tolerance of the interior-point method where it is compared, and where it is timed.
const TOLERANCE_COMPARED: f64 = 1e-11;
const TOLERANCE_TIMED: f64 = 1e-8;

/// The whole load problem, as postures and motions pose it: our frames a second, and our method and Clarabel on the same problems.
fn loads(body: &Body, library: &Library) -> Value {
    let standing = library.posture(body, "standing-relaxed", 0.0).expect("standing is a posture");
    let bend = |nth: u32| {
        let mut state = standing.state.clone();
        for (disc, share) in body.discs.iter().zip(FLEXION_SHARES) {
            state.q_rad[body.segments[disc.upper].coordinates.start] += share * 50f64.to_radians() * f64::from(nth) / f64::from(N_FRAMES);
        }
        (state, Rates::still(body))
    };
    let bends: Vec<_> = (0..N_FRAMES).map(bend).collect();

    // Of a motion, the phase that lasts longest: its contacts stay the same.
    let lift = library.motion(body, "lifting-20kg-squat", 0.0).expect("the lift is a motion");
    let frames: Vec<_> = lift.frames(N_FRAMES).collect();
    let of = |phase: usize| frames.iter().filter(move |frame| frame.phase == phase);
    let longest = (0..lift.touches.len()).max_by_key(|phase| of(*phase).count()).unwrap_or(0);
    let lifts: Vec<_> = of(longest).map(|frame| (frame.state.clone(), frame.rates.clone())).collect();

    json!([
        scene("trunk, bending to 50°", body, Scope::Trunk, World::default(), &bends),
        scene("whole body, lifting 20 kg", body, Scope::WholeBody, lift.world(longest), &lifts),
    ])
}

fn scene(name: &str, body: &Body, scope: Scope, world: World<'_>, instants: &[(State, Rates)]) -> Value {
    let mut engine = Engine::new(body, scope, Settings::default(), world).expect("the settings are in range");
    // An instant that the contacts cannot hold is dominated by what is missing; the referee cannot resolve muscles beside it.
    let mut is_held = |instant: &&(State, Rates)| {
        engine.forget();
        engine
            .solve(&instant.0, &instant.1)
            .is_ok_and(|frame| scope == Scope::Trunk || frame.quality.is_feasible)
    };
    let held: Vec<&(State, Rates)> = instants.iter().filter(|instant| is_held(instant)).collect();
    let n_left_out = instants.len() - held.len();
    let instants = held;
    engine.forget();
    let mut problems = Vec::new();
    let (mut referee, mut worst) = (None, 0.0f64);
    for (state, rates) in &instants {
        let activation = engine.solve(state, rates).expect("the instants are finite").activation.clone();
        let x = referee
            .get_or_insert_with(|| InteriorPoint::new(engine.problem(), TOLERANCE_COMPARED))
            .solve(engine.problem());
        for (f, activation) in activation.iter().enumerate() {
            worst = engine
                .column_of(f)
                .map_or(worst, |column| worst.max((activation - x[column]).abs()));
        }
        problems.push(engine.problem().clone());
    }
    assert!(worst <= TOLERANCE, "{name}: an activation differs from Clarabel's by {worst}");
    let mut frames = |is_cold: bool| {
        per_second(instants.len(), |nth| {
            if is_cold {
                engine.forget();
            }
            engine.solve(&instants[nth].0, &instants[nth].1).expect("the instants are finite");
        })
    };
    let (frames_warm_per_s, frames_cold_per_s) = (frames(false), frames(true));
    let mut dual = Dual::new(&problems[0]);
    let mut solutions = |is_cold: bool| {
        per_second(problems.len(), |nth| {
            if is_cold {
                dual.forget();
            }
            dual.solve(&problems[nth]).expect("the problems are finite");
        })
    };
    let (problems_warm_per_s, problems_cold_per_s) = (solutions(false), solutions(true));
    // Peers have no warm start to lose, and take their time: a tenth of the problems is enough.
    let sample: Vec<&Problem> = problems.iter().step_by(10).collect();
    let mut peer = InteriorPoint::new(sample[0], TOLERANCE_TIMED);
    let clarabel_per_s = per_second(sample.len(), |nth| {
        peer.solve(sample[nth]);
    });
    json!({
        "name": name,
        "n_instants": instants.len(),
        "n_left_out": n_left_out,
        "n_rows": problems[0].n_rows(),
        "n_columns": problems[0].n_columns(),
        "worst_activation": worst,
        "frames_warm_per_s": frames_warm_per_s,
        "frames_cold_per_s": frames_cold_per_s,
        "problems_warm_per_s": problems_warm_per_s,
        "problems_cold_per_s": problems_cold_per_s,
        "clarabel_per_s": clarabel_per_s,
        "problems": sample.iter().map(|problem| figures(problem)).collect::<Vec<_>>(),
    })
}

/// A problem and our solution of it, for peers that read it.
fn figures(problem: &Problem) -> Value {
    let mut dual = Dual::new(problem);
    dual.solve(problem).expect("the problems are finite");
    let columns = (0..problem.n_columns()).map(|column| {
        let (weight, low, high) = problem.column(column);
        let entries: Vec<f64> = (0..problem.rows(column).len()).map(|nth| problem.entry(column, nth)).collect();
        json!({
            "rows": problem.rows(column),
            "entries": entries,
            "weight": weight,
            "low": low,
            // Infinity is null.
            "high": high,
            "x": dual.x(problem, column),
        })
    });
    json!({ "columns": columns.collect::<Vec<_>>(), "b": problem.b, "slack_squared": problem.slack_squared })
}

/// How many of `n` things are done a second. They are done in turn, at least ten times round and for a second; of each the fastest time
/// counts, so that what else the machine does hardly shows.
fn per_second(n: usize, mut run: impl FnMut(usize)) -> f64 {
    let mut fastest = vec![f64::INFINITY; n];
    let (start, mut rounds) = (Instant::now(), 0);
    while rounds < 10 || start.elapsed().as_secs_f64() < 1.0 {
        for (nth, fastest) in fastest.iter_mut().enumerate() {
            let start = Instant::now();
            run(nth);
            *fastest = fastest.min(start.elapsed().as_secs_f64());
        }
        rounds += 1;
    }
    n as f64 / fastest.iter().sum::<f64>()
}

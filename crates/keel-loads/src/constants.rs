//! Figures of the load model, each once, with unit, population and source.

/// Specific tension of muscle, Pa: 80 N/cm² (46–100 in the literature). A man of 73 kg then extends his trunk with about 300 N·m at L4-L5;
/// measured are 200–350. Compression depends on it by a few percent; activations depend on it directly. Source: `arjmand-2006`,
/// `bogduk-1992` (lower), `bruno-2015` (100 N/cm²).
pub const SPECIFIC_TENSION_PA: f64 = 80e4;

/// Width of the active force–length curve: exp(−((l − 1)/w)²), l the fibre length over its optimum. Source: `thelen-2003` (γ = 0.45 = w²).
pub const ACTIVE_WIDTH_SQUARED: f64 = 0.45;

/// Shape and strain of the passive force–length curve: (e^(k (l−1)/ε) − 1)/(e^k − 1); one maximum isometric force at l = 1 + ε. Adults,
/// whole muscles. Source: `thelen-2003`.
pub const PASSIVE_SHAPE: f64 = 4.0;
/// Stress of the passive curve at its unit, Pa: 30 N/cm², the tension of muscle itself on which the curve was measured. The larger
/// [`SPECIFIC_TENSION_PA`] makes up for small dissected cross-sections and for what the model leaves out; stretch does not share in it.
/// Source: `thelen-2003`.
pub const PASSIVE_STRESS_PA: f64 = 30e4;
/// See [`PASSIVE_SHAPE`].
pub const PASSIVE_STRAIN: f64 = 0.6;

/// One per degree as one per radian.
const DEG: f64 = 180.0 / std::f64::consts::PI;

/// A compressed level is stiffer: factor on the stiffness of an unloaded one at these compressions (N). A preload that follows the curve of
/// the lumbar spine hardly changes its rotations at 280 N and takes a quarter off them at 1200 N; beyond, nothing was measured and the factor
/// stays. Cadaver lumbar spines of adults. Source: `rohlmann-2001`, `patwardhan-2003`.
pub const STIFFENING: [(f64, f64); 2] = [(280.0, 1.0), (1200.0, 1.0 / 0.75)];

/// Bend over which the stiffness of extension passes into that of flexion, rad: narrow beside the angles in question (proposal).
pub const PASSING_RAD: f64 = 1.0 / DEG;

/// Typical end of flexion as a share of the largest that a posture may have (ranges are widened by a standard deviation: 13° of 18° at
/// L4-L5). Source: `pearcy-1984`.
pub const TYPICAL_RANGE: f64 = 0.72;
/// Ligaments take up beyond this share of a level's typical range. Source: flexion-relaxation begins at about 70 % of the lumbar range,
/// `mcgill-kippers-1994`.
pub const LIGAMENT_FROM: f64 = 0.7;
/// Moment of the ligaments of one level at the typical end of flexion, N·m, growing with the square beyond [`LIGAMENT_FROM`]. Source:
/// `adams-1980` (the ligaments of a level resist some 30–40 N·m at the limit of flexion).
pub const LIGAMENT_END_N_M: f64 = 30.0;

/// Lever arm of a level's posterior ligaments about its disc, m: their tension presses the disc. Source: `adams-1980` (between the
/// ligamentum flavum at 20 mm and the supraspinous ligament at 60 mm).
pub const LIGAMENT_ARM_M: f64 = 0.04;

/// Activation of trunk flexors and extensors beside what the load asks for, in people who stand or sit upright without a load: 1.7 % of their
/// maximum (standard deviation 0.8; 2.9 with 32 kg on the trunk). Only for comparison: loads are computed without it. Source: `cholewicki-1997`.
pub const CO_CONTRACTION_UPRIGHT: f64 = 0.017;

/// Area of the diaphragm on which the abdominal pressure pushes, m². Adult men. Source: `mcgill-norman-1987`.
pub const DIAPHRAGM_M2: f64 = 0.0243;
/// How far in front of the T12-L1 disc the pressure's force acts, m. Source: `mcgill-norman-1987`.
pub const DIAPHRAGM_AHEAD_M: f64 = 0.045;
/// Pressure in the abdomen at rest, Pa. Standing adults: 0.7–2 kPa. Source: `cobb-2005`.
pub const PRESSURE_REST_PA: f64 = 700.0;
/// Moment on the lumbar spine above which the pressure rises, N·m. Source: `marras-mirka-1996`.
pub const PRESSURE_FROM_N_M: f64 = 50.0;
/// Rise of the pressure with the moment beyond it, Pa per N·m. Source: `marras-mirka-1996` (about 10 kPa at 200 N·m).
pub const PRESSURE_PA_PER_N_M: f64 = 65.0;
/// Radius of the abdominal wall for its hoop tension T = p R, m. Adult men, from a waist of 0.84 m.
pub const WALL_RADIUS_M: f64 = 0.13;
/// Thickness of muscle that carries the hoop tension: transversus fully, the obliques by the square of the cosine of their 45° slant, m
/// (5 + (8 + 11)/2 mm). Adults by ultrasound. Source: `rankin-2006`.
pub const WALL_THICKNESS_M: f64 = 0.0145;

/// Swelling pressure of an unloaded disc, Pa: 0.08–0.10 MPa. Source: `nachemson-1960`, `wilke-1999` (lying).
pub const SWELLING_PA: f64 = 0.09e6;
/// Band of [`SWELLING_PA`].
pub const SWELLING_BAND_PA: (f64, f64) = (0.08e6, 0.10e6);
/// Pressure in the nucleus over compression per area: the middle of 1.2–1.5 in healthy discs, chosen beforehand and never tuned. Source:
/// `nachemson-1960`, `ghezelbash-2016`.
pub const PRESSURE_PER_STRESS: f64 = 1.35;
/// Band of [`PRESSURE_PER_STRESS`].
pub const PRESSURE_PER_STRESS_BAND: (f64, f64) = (1.2, 1.5);

/// How far a lumbar level settles beside the posture's angle at the cost of one fully active fascicle, rad (2° in flexion, 1° sideways and in
/// turning): the shares of the levels are averages, a real level settles where its moments balance.
pub const LEVEL_ANGLE_RAD: [f64; 3] = [2.0 / DEG, 1.0 / DEG, 1.0 / DEG];
/// How many times [`LEVEL_ANGLE_RAD`] a level settles at most in flexion and extension: 4°
/// (proposal).
pub const LEVEL_ANGLES_MAX: f64 = 2.0;
/// Slack of a level's row in flexion beyond what it gets by settling, N·m: small beside the moments in question, so that it shows where strength
/// is lacking (proposal).
pub const SLACK_LEVEL_N_M: f64 = 0.3;

/// Slack of a hip, knee or ankle row, N·m: muscles that are not in the body.
pub const SLACK_LEG_N_M: f64 = 1.0;
/// Slack of the root's rows, N and N·m: none to speak of.
pub const SLACK_ROOT: f64 = 1e-3;
/// A posture is infeasible where the root misses more than this, N and N·m.
pub const ROOT_RESIDUAL_MAX: f64 = 1.0;

/// Greatest moments of joints that carry no muscles of their own, N·m, in the positive and the negative direction of flexion, sideways and
/// axial. Adults' maximal voluntary moments, rounded (proposal; they bound the task and do not shape the spine's loads).
pub const TORQUE_NECK_N_M: [(f64, f64); 3] = [(30.0, 50.0), (40.0, 40.0), (15.0, 15.0)];
/// See [`TORQUE_NECK_N_M`]. Rectus and the thoracic erector cross this joint; what is added is intercostals (flexion) and the muscles of the
/// shoulder girdle (extension).
pub const TORQUE_THORAX_N_M: [(f64, f64); 3] = [(45.0, 80.0), (90.0, 90.0), (60.0, 60.0)];
/// See [`TORQUE_NECK_N_M`].
pub const TORQUE_SHOULDER_N_M: [(f64, f64); 3] = [(100.0, 120.0), (90.0, 100.0), (60.0, 50.0)];
/// See [`TORQUE_NECK_N_M`].
pub const TORQUE_ELBOW_N_M: (f64, f64) = (80.0, 60.0);

/// Weight of contact forces in the cost: one body weight on one generator costs as much as an activation of √ε.
pub const CONTACT_EPSILON: f64 = 0.01;

//! One person's body: everything in metres and kilograms, flat, immutable; indices instead of names.

use std::{collections::BTreeMap, ops::Range};

use glam::{DMat3, DVec3};

use crate::{
    coordinates::Rotation,
    person::{Person, Side},
    skin::Capsule,
};

/// A rigid part of the body and the joint that carries it.
#[derive(Debug, Clone)]
pub struct Segment {
    /// Id, with `_r` or `_l` where paired.
    pub id: String,
    /// Position of the parent in [`Body::segments`]; none for the pelvis.
    pub parent: Option<usize>,
    /// Joint, as anatomists name it: `L4-L5`, `hip_r`; empty for the pelvis.
    pub joint: String,
    /// Joint centre in the parent's frame, m.
    pub joint_in_parent_m: DVec3,
    /// Rotation of this segment's frame relative to its parent's in relaxed standing.
    pub parent_from_segment_standing: DMat3,
    /// Coordinates of its joint, in order of rotation.
    pub coordinates: Range<usize>,
    /// Mass, kg.
    pub mass_kg: f64,
    /// Centre of mass in the segment's frame, m.
    pub com_m: DVec3,
    /// Inertia about the centre of mass, in the segment's frame, kg·m².
    pub inertia_kg_m2: DMat3,
}

/// One rotation of one joint. Zero is relaxed standing.
#[derive(Debug, Clone)]
pub struct Coordinate {
    /// Id: `L4-L5_flexion`, `hip_abduction_r`.
    pub id: String,
    /// The segment it moves.
    pub segment: usize,
    /// What it turns.
    pub rotation: Rotation,
    /// Unit axis in the frame left by the rotations before it.
    pub axis: DVec3,
    /// What a healthy joint allows, rad.
    pub range_rad: (f64, f64),
}

/// A share of a path point: a place on one segment.
#[derive(Debug, Clone, Copy)]
pub struct PointPart {
    /// Segment.
    pub segment: usize,
    /// Place in the segment's frame, m.
    pub at_m: DVec3,
    /// Share of the point that this part is; the shares of a point add to 1.
    pub share: f64,
}

/// One stop of a muscle's path.
#[derive(Debug, Clone, Copy)]
pub enum Node {
    /// A point, by its position in [`Body::points`].
    Point(usize),
    /// Round a cylinder, by its position in [`Body::cylinders`]: two points, where the path meets and leaves it.
    Wrap(usize),
}

/// A bundle of muscle fibres that pulls along one path.
#[derive(Debug, Clone)]
pub struct Fascicle {
    /// Id with side.
    pub id: String,
    /// The muscle's own file, for anatomists: `gluteus_minimus`.
    pub muscle: String,
    /// Position in [`Body::groups`] under which it is reported.
    pub group: usize,
    /// Side.
    pub side: Side,
    /// Stops, origin first.
    pub path: Vec<Node>,
    /// Physiological cross-section, m².
    pub pcsa_m2: f64,
    /// Optimal fibre length, m.
    pub fibre_optimal_m: f64,
    /// Length of tendon, m; fibre length is path length minus this.
    pub tendon_m: f64,
    /// Cosine of the pennation angle.
    pub cos_pennation: f64,
    /// Strength of this person's muscle as a share of normal.
    pub strength: f64,
    /// Lowest activation.
    pub tone: f64,
}

/// A cylinder that a path cannot enter.
#[derive(Debug, Clone)]
pub struct Cylinder {
    /// Id with side.
    pub id: String,
    /// Segment it is fixed to.
    pub segment: usize,
    /// A point of its axis, m.
    pub centre_m: DVec3,
    /// Unit axis.
    pub axis: DVec3,
    /// Unit vector from the axis towards the side on which paths run, perpendicular to the axis.
    pub side: DVec3,
    /// Radius, m.
    pub radius_m: f64,
}

/// An intervertebral disc.
#[derive(Debug, Clone)]
pub struct Disc {
    /// Level, `T12-L1` … `L5-S1`.
    pub id: String,
    /// Segment above it; the joint of this segment is the disc's centre.
    pub upper: usize,
    /// Segment below it.
    pub lower: usize,
    /// Normal of the lower end-plate, in the lower segment's frame.
    pub normal_in_lower: DVec3,
    /// Normal of the upper end-plate, in the upper segment's frame.
    pub normal_in_upper: DVec3,
    /// Area, m².
    pub area_m2: f64,
    /// Height in the middle, m.
    pub height_m: f64,
    /// Height at the front, m.
    pub height_front_m: f64,
    /// Height at the back, m.
    pub height_back_m: f64,
    /// Antero-posterior depth, m.
    pub depth_m: f64,
    /// Flexion from relaxed standing in which the level makes no moment, rad.
    pub unloaded_rad: f64,
    /// Bending stiffness under little or no preload.
    pub stiffness: BendStiffness,
}

/// Bending stiffness of a level, N·m/rad.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BendStiffness {
    /// Forwards.
    pub flexion: f64,
    /// Backwards.
    pub extension: f64,
    /// To either side.
    pub side_bend: f64,
    /// Turning.
    pub rotation: f64,
}

/// A place of the skin that may rest on something.
#[derive(Debug, Clone)]
pub struct ContactPoint {
    /// Id, with `_r` or `_l` where paired.
    pub id: String,
    /// Segment.
    pub segment: usize,
    /// Place in the segment's frame, m.
    pub at_m: DVec3,
    /// Whether it bends out of the way of a surface: fingers and toes, which have no joint of their own.
    pub yields: bool,
}

/// A person's body.
#[derive(Debug, Clone)]
pub struct Body {
    /// Whose body.
    pub person: Person,
    /// Height over the reference person's.
    pub height_ratio: f64,
    /// Girth over the reference person's: of a cylinder of this mass and height.
    pub girth_ratio: f64,
    /// Parent before child; the pelvis, the root, is first.
    pub segments: Vec<Segment>,
    /// Ordered by segment, then by rotation.
    pub coordinates: Vec<Coordinate>,
    /// Path points: each one or several parts.
    pub points: Vec<Vec<PointPart>>,
    /// Cylinders.
    pub cylinders: Vec<Cylinder>,
    /// Muscle groups that are reported, sorted.
    pub groups: Vec<String>,
    /// Fascicles; every right one is followed by its left mirror image.
    pub fascicles: Vec<Fascicle>,
    /// From the sacrum upwards.
    pub discs: Vec<Disc>,
    /// Skin.
    pub contacts: Vec<ContactPoint>,
    /// Volume of the body, as pictures draw it.
    pub shapes: Vec<Capsule>,
    pub(crate) segment_index: BTreeMap<String, usize>,
    pub(crate) coordinate_index: BTreeMap<String, usize>,
    pub(crate) contact_index: BTreeMap<String, usize>,
    pub(crate) landmarks: BTreeMap<String, (usize, DVec3)>,
    pub(crate) rhythm: crate::anatomy::Rhythm,
}

impl Body {
    /// Number of joint coordinates, without the six of the root.
    pub fn n_coordinates(&self) -> usize {
        self.coordinates.len()
    }

    /// Whole mass, kg.
    pub fn mass_kg(&self) -> f64 {
        self.segments.iter().map(|segment| segment.mass_kg).sum()
    }

    /// Position of the segment with this id.
    pub fn segment(&self, id: &str) -> Option<usize> {
        self.segment_index.get(id).copied()
    }

    /// Position of the coordinate with this id.
    pub fn coordinate(&self, id: &str) -> Option<usize> {
        self.coordinate_index.get(id).copied()
    }

    /// Position of the contact point with this id.
    pub fn contact(&self, id: &str) -> Option<usize> {
        self.contact_index.get(id).copied()
    }

    /// Segment and place (m, in its frame) of a landmark that lies on one segment; right side or midline, or with suffix ` (left)`.
    pub fn landmark(&self, name: &str) -> Option<(usize, DVec3)> {
        self.landmarks.get(name).copied()
    }

    /// Whether `segment` is `ancestor` or hangs from it.
    pub fn hangs_from(&self, segment: usize, ancestor: usize) -> bool {
        let mut at = Some(segment);
        while let Some(segment) = at {
            if segment == ancestor {
                return true;
            }
            at = self.segments[segment].parent;
        }
        false
    }
}

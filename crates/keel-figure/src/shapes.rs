//! The outline of a person: capsules that hang on the segments, read from a text.
//!
//! Only the right side is written. Shapes of a limb go to both limbs; a shape of the trunk or head that lies beside the midline appears
//! on both sides. Along a segment a shape stretches with length; across it and in its radii with girth. Head, forearm with
//! hand, foot and bones follow length alone.

use glam::{DAffine3, DVec3};
use serde::Deserialize;

use crate::{
    FigureError,
    scene::{Limb, Part, Tone},
};

/// The reference person's shapes.
#[derive(Debug, Clone, PartialEq)]
pub struct Shapes {
    shapes: Vec<Shape>,
}

#[derive(Debug, Clone, PartialEq)]
struct Shape {
    segment: String,
    part: PartOfBody,
    from_m: DVec3,
    to_m: DVec3,
    radius_from_m: f64,
    radius_to_m: f64,
    tone: Tone,
    fleshy: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PartOfBody {
    Trunk,
    Arm,
    Leg,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    #[serde(rename = "status")]
    _status: String,
    #[serde(rename = "review_by")]
    _review_by: toml::Value,
    #[serde(rename = "provenance")]
    _provenance: String,
    #[serde(rename = "sources")]
    _sources: Vec<String>,
    shape: Vec<ShapeRecord>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShapeRecord {
    segment: String,
    from_mm: [f64; 3],
    to_mm: [f64; 3],
    radius_from_mm: f64,
    radius_to_mm: f64,
    tone: ToneWord,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum ToneWord {
    Skin,
    Clothing,
    Trousers,
    Hair,
    Bone,
}

impl From<ToneWord> for Tone {
    fn from(word: ToneWord) -> Self {
        match word {
            ToneWord::Skin => Self::Skin,
            ToneWord::Clothing => Self::Clothing,
            ToneWord::Trousers => Self::Trousers,
            ToneWord::Hair => Self::Hair,
            ToneWord::Bone => Self::Bone,
        }
    }
}

const TRUNK: [&str; 9] = ["pelvis", "l5", "l4", "l3", "l2", "l1", "thorax_lower", "thorax_upper", "head"];
const ARM: [&str; 3] = ["upper_arm", "forearm", "hand"];
const LEG: [&str; 3] = ["thigh", "shank", "foot"];
/// Segments whose thickness follows the body's length.
const BONY: [&str; 4] = ["head", "forearm", "hand", "foot"];
/// No shape reaches farther from its joint, mm.
const REACH_MAX_MM: f64 = 700.0;

impl Shapes {
    /// Reads `anatomy/shapes.md`: TOML between two lines `+++`, prose below.
    pub fn read(text: &str) -> Result<Self, FigureError> {
        let front = text
            .strip_prefix("+++\n")
            .and_then(|rest| rest.split_once("\n+++"))
            .map(|(front, _)| front)
            .ok_or_else(|| FigureError::Shapes("a record stands between two lines `+++`".to_owned()))?;
        let file: File = toml::from_str(front).map_err(|error| FigureError::Shapes(error.to_string()))?;
        if file.id != "shapes" {
            return Err(FigureError::Shapes(format!("the id is `{}`, not `shapes`", file.id)));
        }
        let shapes = file.shape.into_iter().map(Shape::new).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { shapes })
    }

    /// The limbs of a body whose segments lie at `world_from`, in the order of `segment_ids` (`l5`, `thigh_r`, `thigh_l` …); a hand is written
    /// in the frame of its forearm.
    ///
    /// `length_scale` and `girth_scale` are relative to the reference person (73 kg, 174 cm). Segments without a shape give no limb.
    pub fn limbs(&self, segment_ids: &[String], world_from: &[DAffine3], length_scale: f64, girth_scale: f64) -> Vec<Limb> {
        let mut limbs = Vec::new();
        for (id, world_from_segment) in segment_ids.iter().zip(world_from) {
            let (segment, left) = match (id.strip_suffix("_r"), id.strip_suffix("_l")) {
                (Some(segment), _) => (segment, false),
                (_, Some(segment)) => (segment, true),
                _ => (id.as_str(), false),
            };
            for shape in self.shapes.iter().filter(|shape| shape.segment == segment) {
                let mut add = |mirrored: bool| limbs.push(shape.limb(world_from_segment, mirrored, left, length_scale, girth_scale));
                add(left);
                // A shape of the trunk beside the midline has a twin.
                if shape.part == PartOfBody::Trunk && (shape.from_m.z > 0.0 || shape.to_m.z > 0.0) {
                    add(true);
                }
            }
        }
        limbs
    }
}

impl Shape {
    fn new(record: ShapeRecord) -> Result<Self, FigureError> {
        let segment = record.segment;
        let part = match segment.as_str() {
            s if TRUNK.contains(&s) => PartOfBody::Trunk,
            s if ARM.contains(&s) => PartOfBody::Arm,
            s if LEG.contains(&s) => PartOfBody::Leg,
            _ => return Err(FigureError::Shapes(format!("`{segment}` is no segment of the body"))),
        };
        let numbers = record.from_mm.iter().chain(&record.to_mm);
        if let Some(value) = numbers.copied().find(|value| !(-REACH_MAX_MM..=REACH_MAX_MM).contains(value)) {
            return Err(FigureError::Shapes(format!(
                "a shape of `{segment}` lies at {value} mm; at most {REACH_MAX_MM} mm from its joint"
            )));
        }
        if let Some(radius) = [record.radius_from_mm, record.radius_to_mm]
            .into_iter()
            .find(|radius| !(1.0..=200.0).contains(radius))
        {
            return Err(FigureError::Shapes(format!(
                "a shape of `{segment}` has a radius of {radius} mm; 1 to 200 mm"
            )));
        }
        Ok(Self {
            fleshy: !BONY.contains(&segment.as_str()) && !matches!(record.tone, ToneWord::Bone),
            segment,
            part,
            from_m: DVec3::from_array(record.from_mm) * 1e-3,
            to_m: DVec3::from_array(record.to_mm) * 1e-3,
            radius_from_m: record.radius_from_mm * 1e-3,
            radius_to_m: record.radius_to_mm * 1e-3,
            tone: record.tone.into(),
        })
    }

    fn limb(&self, world_from_segment: &DAffine3, mirrored: bool, left: bool, length_scale: f64, girth_scale: f64) -> Limb {
        let across = if self.fleshy { girth_scale } else { length_scale };
        let scale = DVec3::new(across, length_scale, if mirrored { -across } else { across });
        Limb {
            from_m: world_from_segment.transform_point3(self.from_m * scale),
            to_m: world_from_segment.transform_point3(self.to_m * scale),
            radius_from_m: self.radius_from_m * across,
            radius_to_m: self.radius_to_m * across,
            tone: self.tone,
            part: match (self.part, left) {
                (PartOfBody::Trunk, _) => Part::Trunk,
                (PartOfBody::Arm, false) => Part::RightArm,
                (PartOfBody::Arm, true) => Part::LeftArm,
                (PartOfBody::Leg, false) => Part::RightLeg,
                (PartOfBody::Leg, true) => Part::LeftLeg,
            },
        }
    }
}

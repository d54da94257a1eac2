//! Anatomy as data by landmark: read from the texts of `anatomy/`, checked, and kept in the reference person's millimetres.
//!
//! Only the right side is written; the left is its mirror image in the sagittal plane. A muscle fascicle runs from a named landmark to a
//! named landmark through named via points, so that an anatomist can read and change it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::{
    coordinates::CoordinateKind,
    front_matter::{Fault, Name, Text},
    person::{Person, Sex, nearest},
    skin::ShapeRecord,
};

/// Segments that must exist, parents before children; `true` = paired.
pub(crate) const SEGMENTS: [(&str, bool); 14] = [
    ("pelvis", false),
    ("l5", false),
    ("l4", false),
    ("l3", false),
    ("l2", false),
    ("l1", false),
    ("thorax_lower", false),
    ("thorax_upper", false),
    ("head", false),
    ("upper_arm", true),
    ("forearm", true),
    ("thigh", true),
    ("shank", true),
    ("foot", true),
];

/// Discs that must exist, from the sacrum upwards.
pub(crate) const DISCS: [&str; 6] = ["L5-S1", "L4-L5", "L3-L4", "L2-L3", "L1-L2", "T12-L1"];

/// A path that runs to the landmark of the other side says so with these words.
const OTHER_SIDE: &str = "(other side) ";

/// Largest radius of gyration of a vertebral slice, mm: a slice of trunk is no wider.
const GYRATION_MAX_MM: f64 = 150.0;

/// Largest distance between neighbouring points of a muscle path, mm: longer pieces are slips of the pen.
const PIECE_MAX_MM: f64 = 520.0;

/// Why anatomy cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the anatomy has {} fault(s); the first is {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
pub struct AnatomyError(
    /// Everything that is wrong.
    pub Vec<Fault>,
);

/// Anatomy of the reference person.
#[derive(Debug, Clone)]
pub struct Anatomy {
    pub(crate) reference: Reference,
    pub(crate) segments: Vec<SegmentRecord>,
    /// Name → place.
    pub(crate) landmarks: BTreeMap<String, Place>,
    pub(crate) discs: Vec<DiscRecord>,
    pub(crate) contacts: Vec<ContactRecord>,
    /// The outline and what helps to see the skeleton.
    pub(crate) shapes: Vec<ShapeRecord>,
    pub(crate) cylinders: Vec<CylinderRecord>,
    pub(crate) muscles: Vec<MuscleRecord>,
    pub(crate) scaling: Scaling,
    pub(crate) ranges: BTreeMap<String, (f64, f64)>,
    pub(crate) rhythm: Rhythm,
}

/// A place on one segment, or shared by several, reference person, right side or midline.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Place {
    /// In the segment's frame, mm.
    On { segment: String, at_mm: [f64; 3] },
    /// In the pelvis' frame in relaxed standing, mm; moves with several segments.
    Between {
        standing_mm: [f64; 3],
        shares: BTreeMap<String, f64>,
    },
}

/// The person in whose millimetres the anatomy is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reference {
    pub(crate) sex: String,
    pub(crate) height_cm: f64,
    pub(crate) mass_kg: f64,
}

/// A figure for each sex.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BySex {
    pub(crate) male: f64,
    pub(crate) female: f64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SegmentRecord {
    pub(crate) id: String,
    #[serde(rename = "name")]
    _name: Name,
    pub(crate) parent: Option<String>,
    pub(crate) at_mm: Option<[f64; 3]>,
    #[serde(default)]
    pub(crate) tilt_deg: f64,
    pub(crate) joint: Option<String>,
    #[serde(default)]
    pub(crate) paired: bool,
    pub(crate) mass_percent: BySex,
    pub(crate) com_mm: [f64; 3],
    pub(crate) gyration_mm: [f64; 3],
    pub(crate) length_scale: LengthScale,
}

/// Which body proportion stretches a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LengthScale {
    Trunk,
    Pelvis,
    Head,
    Arm,
    Leg,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DiscRecord {
    pub(crate) id: String,
    pub(crate) lower_endplate_deg: f64,
    pub(crate) upper_endplate_deg: f64,
    pub(crate) area_mm2: BySex,
    pub(crate) height_mm: DiscHeight,
    pub(crate) depth_mm: f64,
    /// Bend in which the level makes no moment, degrees of flexion from relaxed standing.
    pub(crate) unloaded_deg: f64,
    /// How far 10 N·m bend the level with little or no preload.
    pub(crate) flexibility_deg: DiscFlexibility,
}

/// Degrees at 10 N·m.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DiscFlexibility {
    pub(crate) flexion: f64,
    pub(crate) extension: f64,
    pub(crate) side_bend: f64,
    pub(crate) rotation: f64,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DiscHeight {
    pub(crate) front: f64,
    pub(crate) middle: f64,
    pub(crate) back: f64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContactRecord {
    pub(crate) id: String,
    pub(crate) segment: String,
    pub(crate) at_mm: [f64; 3],
    #[serde(default)]
    pub(crate) midline: bool,
    /// Part of a hand or foot that bends out of the way, because wrist and toes have no joint of their own.
    #[serde(default)]
    pub(crate) yields: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CylinderRecord {
    pub(crate) id: String,
    pub(crate) segment: String,
    pub(crate) centre_mm: [f64; 3],
    pub(crate) axis: [f64; 3],
    pub(crate) radius_mm: f64,
    pub(crate) side_mm: [f64; 3],
}

#[derive(Debug, Clone)]
pub(crate) struct MuscleRecord {
    pub(crate) id: String,
    pub(crate) reported_as: String,
    pub(crate) fascicles: Vec<FascicleRecord>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FascicleRecord {
    pub(crate) id: String,
    pub(crate) path: Vec<String>,
    pub(crate) wrap: Option<WrapRecord>,
    pub(crate) pcsa_mm2: f64,
    pub(crate) fibre_mm: f64,
    #[serde(default = "one")]
    pub(crate) fibre_standing: f64,
    #[serde(default)]
    pub(crate) pennation_deg: f64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrapRecord {
    pub(crate) cylinder: String,
    pub(crate) after: usize,
}

/// Above zero and a number.
fn is_positive(value: f64) -> bool {
    value.is_finite() && value > 0.0
}

fn one() -> f64 {
    1.0
}

/// How the reference person becomes another.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scaling {
    /// Segment lengths relative to height, by proportion, of women relative to men.
    pub(crate) female_length: BTreeMap<LengthScale, f64>,
    /// Breadth of the pelvis relative to height, of women relative to men.
    pub(crate) female_pelvis_breadth: f64,
    /// Muscle area grows with mass to this power.
    pub(crate) muscle_mass_exponent: f64,
    /// Muscle area of women relative to men of the same mass.
    pub(crate) female_muscle: f64,
    /// Body mass index above which further mass is mostly fat, kg/m².
    pub(crate) lean_mass_index_kg_per_m2: f64,
    /// Share of the mass above it that is lean.
    pub(crate) lean_share_of_excess: f64,
    /// Age from which muscle declines, years.
    pub(crate) decline_from_years: f64,
    /// Decline of muscle area per year after it, share.
    pub(crate) decline_per_year: f64,
    /// Height for which the areas of women's discs are given, cm.
    pub(crate) female_disc_height_cm: f64,
    /// Girth of the waist of the reference man, cm.
    pub(crate) waist_reference_cm: f64,
    /// How far the centres of the lumbar slices move forward for 1 cm of waist above what height and mass predict, cm.
    pub(crate) waist_forward_cm_per_cm: f64,
}

/// How totals of a clinician's angles are shared by the levels of the spine.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rhythm {
    /// Shares from L5-S1 up to T12-L1, percent, of forward and backward bending.
    pub(crate) flexion_percent: [f64; 6],
    /// Up to this total of forward bending the shares hold, degrees.
    pub(crate) flexion_shares_to_deg: f64,
    /// From this total on every level has used the same part of its range, degrees.
    pub(crate) flexion_even_from_deg: f64,
    /// Of bending to the side.
    pub(crate) side_bend_percent: [f64; 6],
    /// Of turning.
    pub(crate) rotation_percent: [f64; 6],
    /// Lumbar to pelvic share of forward bending from standing: at the trunk's inclinations `lumbopelvic_at_deg`.
    pub(crate) lumbopelvic_ratio: Vec<f64>,
    /// Inclinations of the thorax, degrees.
    pub(crate) lumbopelvic_at_deg: Vec<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SkeletonFile {
    reference: Reference,
    segment: Vec<SegmentRecord>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LandmarkFile {
    landmark: BTreeMap<String, BTreeMap<String, [f64; 3]>>,
    #[serde(default)]
    between: Vec<BetweenRecord>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BetweenRecord {
    name: String,
    standing_mm: [f64; 3],
    shares: BTreeMap<String, f64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DiscFile {
    disc: Vec<DiscRecord>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ContactFile {
    contact: Vec<ContactRecord>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ShapeFile {
    shape: Vec<ShapeRecord>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CylinderFile {
    cylinder: Vec<CylinderRecord>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MuscleFile {
    #[serde(rename = "name")]
    _name: Name,
    reported_as: Option<String>,
    #[serde(rename = "region")]
    _region: Region,
    fascicle: Vec<FascicleRecord>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Region {
    Trunk,
    HipLeg,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScalingFile {
    scaling: Scaling,
    rhythm: Rhythm,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RangeFile {
    range_deg: BTreeMap<String, [f64; 2]>,
}

impl Anatomy {
    /// Reads and checks the texts of `anatomy/`. A file that is not of the body (`muscle-groups.md`) may be among them and is
    /// passed over.
    ///
    /// # Errors
    /// Every fault found, with file and line: unreadable records, unknown keys, names that lead nowhere, masses that do not add up, left
    /// sides written, radii of gyration no slice can have, paths longer than a body.
    pub fn read(texts: &[Text<'_>]) -> Result<Self, AnatomyError> {
        let mut reading = Reading::default();
        for text in texts.iter().filter(|text| text.path.starts_with("anatomy/")) {
            if let Err(fault) = reading.take(text) {
                reading.faults.push(fault);
            }
        }
        reading.finish(texts)
    }

    /// The person of whom the anatomy is written.
    pub fn reference_person(&self) -> Person {
        // Reading refuses any other sex.
        Person::new(Sex::Male, self.reference.height_cm * 1e-2, self.reference.mass_kg)
    }

    /// Ids of the muscle groups that are reported, sorted.
    pub fn muscle_groups(&self) -> Vec<&str> {
        let groups: BTreeSet<&str> = self.muscles.iter().map(|muscle| muscle.reported_as.as_str()).collect();
        groups.into_iter().collect()
    }

    /// Total PCSA of one side of every muscle, m², by the muscle's own id.
    pub fn pcsa_m2(&self) -> BTreeMap<&str, f64> {
        self.muscles
            .iter()
            .map(|muscle| (muscle.id.as_str(), muscle.fascicles.iter().map(|f| f.pcsa_mm2 * 1e-6).sum()))
            .collect()
    }

    /// Number of fascicles of the reference person, both sides.
    pub fn n_fascicles(&self) -> usize {
        self.muscles.iter().map(|muscle| 2 * muscle.fascicles.len()).sum()
    }
}

#[derive(Default)]
struct Reading {
    faults: Vec<Fault>,
    skeleton: Option<SkeletonFile>,
    landmarks: BTreeMap<String, Place>,
    discs: Vec<DiscRecord>,
    contacts: Vec<ContactRecord>,
    shapes: Vec<ShapeRecord>,
    cylinders: Vec<CylinderRecord>,
    muscles: Vec<MuscleRecord>,
    scaling: Option<ScalingFile>,
    ranges: BTreeMap<String, (f64, f64)>,
    /// Which file a landmark, muscle or contact came from, for messages.
    from: BTreeMap<String, String>,
}

impl Reading {
    fn take(&mut self, text: &Text<'_>) -> Result<(), Fault> {
        let stem = text.stem();
        let in_muscles = text.path.starts_with("anatomy/muscles/");
        if !in_muscles && stem == "muscle-groups" {
            return Ok(());
        }
        let body = text.checked_table()?;
        if in_muscles {
            let muscle: MuscleFile = text.part(body)?;
            self.from.insert(format!("muscle {stem}"), text.path.to_owned());
            self.muscles.push(MuscleRecord {
                id: stem.to_owned(),
                reported_as: muscle.reported_as.unwrap_or_else(|| stem.to_owned()),
                fascicles: muscle.fascicle,
            });
            return Ok(());
        }
        match stem {
            "skeleton" => self.skeleton = Some(text.part(body)?),
            "discs" => self.discs = text.part::<DiscFile>(body)?.disc,
            "contacts" => self.contacts = text.part::<ContactFile>(body)?.contact,
            "shapes" => self.shapes = text.part::<ShapeFile>(body)?.shape,
            "wraps" => self.cylinders = text.part::<CylinderFile>(body)?.cylinder,
            "scaling" => self.scaling = Some(text.part(body)?),
            "ranges" => {
                for (id, [low, high]) in text.part::<RangeFile>(body)?.range_deg {
                    if !(low.is_finite() && high.is_finite() && low < high) {
                        self.faults
                            .push(text.fault_at(&id, format!("the range of {id} must be two numbers, the smaller first")));
                    }
                    self.ranges.insert(id, (low.to_radians(), high.to_radians()));
                }
            }
            _ if stem.starts_with("landmarks") => self.take_landmarks(text, text.part(body)?),
            _ => return Err(text.fault_at("+++", "no part of the anatomy has this name")),
        }
        Ok(())
    }

    fn take_landmarks(&mut self, text: &Text<'_>, file: LandmarkFile) {
        let mut places = Vec::new();
        for (segment, names) in file.landmark {
            for (name, at_mm) in names {
                places.push((
                    name,
                    Place::On {
                        segment: segment.clone(),
                        at_mm,
                    },
                    at_mm,
                ));
            }
        }
        for between in file.between {
            let place = Place::Between {
                standing_mm: between.standing_mm,
                shares: between.shares,
            };
            places.push((between.name, place, between.standing_mm));
        }
        for (name, place, at_mm) in places {
            if !at_mm.iter().all(|x| x.is_finite()) {
                self.faults
                    .push(text.fault_at(&name, format!("\"{name}\" is not at a finite place")));
            }
            // In a limb's own frame z < 0 is its inner side.
            let is_limb = matches!(&place, Place::On { segment, .. } if SEGMENTS.contains(&(segment.as_str(), true)));
            if at_mm[2] < 0.0 && !is_limb {
                self.faults.push(text.fault_at(
                    &name,
                    format!("\"{name}\" lies on the left (z < 0); only the right side is written"),
                ));
            }
            if let Place::Between { shares, .. } = &place {
                let sum: f64 = shares.values().sum();
                if (sum - 1.0).abs() > 1e-9 || shares.values().any(|share| !(0.0..=1.0).contains(share)) {
                    self.faults
                        .push(text.fault_at(&name, format!("the shares of \"{name}\" add to {sum}; they must add to 1")));
                }
            }
            if self.landmarks.insert(name.clone(), place).is_some() {
                self.faults.push(text.fault_at(&name, format!("\"{name}\" is written twice")));
            }
            self.from.insert(name, text.path.to_owned());
        }
    }

    fn finish(mut self, texts: &[Text<'_>]) -> Result<Anatomy, AnatomyError> {
        let missing = |what: &str| Fault {
            path: format!("anatomy/{what}.md"),
            line: 1,
            message: "this part of the anatomy is missing".to_owned(),
        };
        let text_of = |path: &str| {
            texts
                .iter()
                .find(|text| text.path == path)
                .copied()
                .unwrap_or(Text { path: "anatomy", text: "" })
        };
        let (Some(skeleton), Some(scaling)) = (self.skeleton.take(), self.scaling.take()) else {
            self.faults.push(missing("skeleton or anatomy/scaling"));
            return Err(AnatomyError(self.faults));
        };
        let mut faults = std::mem::take(&mut self.faults);
        check_skeleton(&skeleton, &text_of("anatomy/skeleton.md"), &mut faults);
        let segments: BTreeSet<&str> = skeleton.segment.iter().map(|segment| segment.id.as_str()).collect();

        // Every place is on a segment that exists.
        for (name, place) in &self.landmarks {
            let on: Vec<&str> = match place {
                Place::On { segment, .. } => vec![segment],
                Place::Between { shares, .. } => shares.keys().map(String::as_str).collect(),
            };
            for segment in on.into_iter().filter(|segment| !segments.contains(segment)) {
                let text = text_of(&self.from[name]);
                faults.push(text.fault_at(name, format!("\"{name}\" is on \"{segment}\", which is no segment")));
            }
        }
        let contacts = text_of("anatomy/contacts.md");
        let mut ids = BTreeSet::new();
        for contact in &self.contacts {
            let id = contact.id.as_str();
            if !segments.contains(contact.segment.as_str()) {
                faults.push(contacts.fault_at(id, format!("\"{id}\" is on \"{}\", which is no segment", contact.segment)));
            }
            if !ids.insert(id) {
                faults.push(contacts.fault_at(id, format!("\"{id}\" is written twice")));
            }
            let is_limb = SEGMENTS.contains(&(contact.segment.as_str(), true));
            let is_left = contact.at_mm[2] < 0.0 && !is_limb;
            if !contact.at_mm.iter().all(|x| x.is_finite()) || is_left || (contact.midline && contact.at_mm[2] > 0.0) {
                faults.push(contacts.fault_at(
                    id,
                    format!("\"{id}\" must be a finite place on the right, or on the midline with z = 0"),
                ));
            }
        }
        if self.shapes.is_empty() {
            faults.push(missing("shapes"));
        }
        let shapes = text_of("anatomy/shapes.md");
        for shape in self.shapes.iter().filter(|shape| !segments.contains(shape.body_segment())) {
            faults.push(shapes.fault_at(
                shape.body_segment(),
                format!("a shape is on \"{}\", which is no segment", shape.body_segment()),
            ));
        }
        for shape in &self.shapes {
            faults.extend(shape.fault().map(|fault| shapes.fault_at(shape.body_segment(), fault)));
        }
        let wraps = text_of("anatomy/wraps.md");
        for cylinder in &self.cylinders {
            let axis = glam::DVec3::from(cylinder.axis);
            if !segments.contains(cylinder.segment.as_str()) || !is_positive(cylinder.radius_mm) || !is_positive(axis.length()) {
                faults.push(wraps.fault_at(
                    &cylinder.id,
                    format!("the cylinder \"{}\" needs a segment that exists, an axis and a radius", cylinder.id),
                ));
            }
        }
        let disc_ids: Vec<&str> = self.discs.iter().map(|disc| disc.id.as_str()).collect();
        if disc_ids != DISCS {
            faults.push(text_of("anatomy/discs.md").fault_at("[[disc]]", format!("the discs must be {DISCS:?} in this order")));
        }
        let discs = text_of("anatomy/discs.md");
        for disc in &self.discs {
            let DiscFlexibility {
                flexion,
                extension,
                side_bend,
                rotation,
            } = disc.flexibility_deg;
            if ![flexion, extension, side_bend, rotation].into_iter().all(is_positive) || !(-10.0..=10.0).contains(&disc.unloaded_deg) {
                faults.push(discs.fault_at(
                    &disc.id,
                    format!(
                        "the disc \"{}\" needs a flexibility above 0 in every direction and unloaded_deg from -10 to 10",
                        disc.id
                    ),
                ));
            }
        }
        // From the one total to the other no level may go back.
        let Rhythm {
            flexion_percent,
            flexion_shares_to_deg: shares_to,
            flexion_even_from_deg: even_from,
            ..
        } = &scaling.rhythm;
        let ends = DISCS.map(|disc| self.ranges.get(&format!("{disc}_flexion")).map_or(0.0, |range| range.1));
        let all: f64 = ends.iter().sum();
        let goes_on = ends
            .iter()
            .zip(flexion_percent)
            .all(|(end, percent)| even_from * end / all >= shares_to * percent * 1e-2);
        if !is_positive(*shares_to) || !even_from.is_finite() || even_from <= shares_to || !goes_on {
            faults.push(text_of("anatomy/scaling.md").fault_at(
                "flexion_even_from_deg",
                format!(
                    "flexion_shares_to_deg ({shares_to}) must be above 0 and flexion_even_from_deg ({even_from}) so far above it that no level is less flexed there"
                ),
            ));
        }
        self.check_muscles(texts, &mut faults);

        if !faults.is_empty() {
            faults.sort();
            return Err(AnatomyError(faults));
        }
        self.muscles.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(Anatomy {
            reference: skeleton.reference,
            segments: skeleton.segment,
            landmarks: self.landmarks,
            discs: self.discs,
            contacts: self.contacts,
            shapes: self.shapes,
            cylinders: self.cylinders,
            muscles: self.muscles,
            scaling: scaling.scaling,
            rhythm: scaling.rhythm,
            ranges: self.ranges,
        })
    }

    fn check_muscles(&self, texts: &[Text<'_>], faults: &mut Vec<Fault>) {
        let mut ids = BTreeSet::new();
        for muscle in &self.muscles {
            let path = &self.from[&format!("muscle {}", muscle.id)];
            let Some(text) = texts.iter().find(|text| text.path == path) else {
                continue;
            };
            if muscle.fascicles.is_empty() {
                faults.push(text.fault_at("id =", "a muscle needs at least one fascicle"));
            }
            for fascicle in &muscle.fascicles {
                let id = format!("\"{}\"", fascicle.id);
                let mut wrong = |message: String| faults.push(text.fault_at(&id, message));
                if !ids.insert(fascicle.id.as_str()) {
                    wrong(format!("the fascicle {id} is written twice"));
                }
                if fascicle.path.len() < 2 {
                    wrong(format!("the path of {id} needs an origin and an insertion"));
                }
                for (figure, value, low, high) in [
                    ("pcsa_mm2", fascicle.pcsa_mm2, 5.0, 9000.0),
                    ("fibre_mm", fascicle.fibre_mm, 5.0, 600.0),
                    ("fibre_standing", fascicle.fibre_standing, 0.4, 1.6),
                    ("pennation_deg", fascicle.pennation_deg, 0.0, 40.0),
                ] {
                    if !(low..=high).contains(&value) {
                        wrong(format!("{figure} of {id} is {value}; it must be from {low} to {high}"));
                    }
                }
                for name in &fascicle.path {
                    let name = name.strip_prefix(OTHER_SIDE).unwrap_or(name);
                    if !self.landmarks.contains_key(name) {
                        let near = nearest(name, self.landmarks.keys().map(String::as_str)).unwrap_or_default();
                        wrong(format!("{id} runs to \"{name}\", which is no landmark; the nearest is \"{near}\""));
                    }
                }
                if let Some(wrap) = &fascicle.wrap {
                    let known = self.cylinders.iter().any(|cylinder| cylinder.id == wrap.cylinder);
                    if !known || wrap.after + 1 >= fascicle.path.len() {
                        wrong(format!(
                            "{id} wraps round \"{}\" after point {}: there is no such cylinder or piece",
                            wrap.cylinder, wrap.after
                        ));
                    }
                }
            }
        }
    }
}

fn check_skeleton(skeleton: &SkeletonFile, text: &Text<'_>, faults: &mut Vec<Fault>) {
    if skeleton.reference.sex != "male" {
        faults.push(text.fault_at(
            "sex",
            "the reference person must be \"male\": the factors of women are given relative to him",
        ));
    }
    let have: Vec<(&str, bool)> = skeleton
        .segment
        .iter()
        .map(|segment| (segment.id.as_str(), segment.paired))
        .collect();
    if have != SEGMENTS {
        faults.push(text.fault_at(
            "[[segment]]",
            format!("the segments must be, in this order (true = paired): {SEGMENTS:?}"),
        ));
        return;
    }
    for (sex, pick) in [("men", (|m| m.male) as fn(BySex) -> f64), ("women", |m| m.female)] {
        let sum: f64 = skeleton
            .segment
            .iter()
            .map(|s| pick(s.mass_percent) * if s.paired { 2.0 } else { 1.0 })
            .sum();
        if (sum - 100.0).abs() > 0.05 {
            faults.push(text.fault_at(
                "mass_percent",
                format!("the masses of {sex} add to {sum:.3} %; they must add to 100 %"),
            ));
        }
    }
    for segment in &skeleton.segment {
        let id = format!("id = \"{}\"", segment.id);
        let mut wrong = |message: String| faults.push(text.fault_at(&id, message));
        let is_root = segment.id == "pelvis";
        if is_root != segment.parent.is_none() || is_root != segment.at_mm.is_none() || is_root != segment.joint.is_none() {
            wrong("every segment but the pelvis needs parent, at_mm and joint".to_owned());
        }
        if let Some(joint) = &segment.joint
            && CoordinateKind::of_joint(joint).is_none()
        {
            wrong(format!("\"{joint}\" is no joint"));
        }
        if segment.gyration_mm.iter().any(|k| !is_positive(*k)) {
            wrong("radii of gyration must be above 0".to_owned());
        }
        let is_vertebra = segment.id.len() == 2;
        if is_vertebra && segment.gyration_mm.iter().any(|k| *k > GYRATION_MAX_MM) {
            wrong(format!(
                "a vertebral slice cannot have a radius of gyration above {GYRATION_MAX_MM} mm"
            ));
        }
        if !segment.com_mm.iter().all(|x| x.is_finite()) || !segment.tilt_deg.is_finite() {
            wrong("com_mm and tilt_deg must be finite".to_owned());
        }
    }
}

impl Anatomy {
    /// Where a name of a muscle path leads: the place and whether it is the other side's copy.
    pub(crate) fn resolve(&self, name: &str) -> (&Place, bool) {
        match name.strip_prefix(OTHER_SIDE) {
            Some(name) => (&self.landmarks[name], true),
            None => (&self.landmarks[name], false),
        }
    }
}

/// Longest allowed piece of a path, m; checked on the scaled reference body.
pub(crate) const PIECE_MAX_M: f64 = PIECE_MAX_MM * 1e-3;

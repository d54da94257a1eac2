//! The reference person's anatomy scaled to another person.
//!
//! Lengths scale with height (and with sex where proportions differ), girths of skin with the square root of mass over length, masses with
//! the regression shares of the sex, muscle areas with lean mass to the two-thirds power, disc areas with height squared. Everything is
//! monotone: a taller person is longer everywhere, a heavier one heavier everywhere.

use std::collections::BTreeMap;

use glam::{DMat3, DVec3};

use crate::{
    anatomy::{Anatomy, BySex, DISCS, LengthScale, PIECE_MAX_M, Place, SegmentRecord},
    body::{BendStiffness, Body, ContactPoint, Coordinate, Cylinder, Disc, Fascicle, Node, PointPart, Segment},
    coordinates::{CoordinateKind, mirrored_axis},
    kinematics::{Pose, State},
    paths::Paths,
    person::{Person, PersonError, Sex, Side, TONE_NORMAL},
    skin,
};

/// Why a body cannot be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ScaleError {
    /// The person's figures.
    #[error(transparent)]
    Person(#[from] PersonError),
    /// A path of the anatomy is longer than a body.
    #[error("the fascicle {fascicle} has a piece of {length_m:.2} m; that is longer than any muscle's")]
    Path {
        /// Fascicle.
        fascicle: String,
        /// Length of the piece, m.
        length_m: f64,
    },
    /// A coordinate has no range in `anatomy/ranges.md`.
    #[error("the range of {0} is missing in anatomy/ranges.md")]
    Range(String),
}

/// Factors from the reference person to this one.
struct Factors {
    sex: Sex,
    height: f64,
    girth: f64,
    lengths: BTreeMap<LengthScale, f64>,
    pelvis_breadth: f64,
    muscle: f64,
    disc: f64,
    waist_forward_m: f64,
}

impl Factors {
    fn new(anatomy: &Anatomy, person: &Person) -> Self {
        let (reference, scaling) = (&anatomy.reference, &anatomy.scaling);
        let height_reference_m = reference.height_cm * 1e-2;
        let height = person.height_m / height_reference_m;
        let is_female = person.sex == Sex::Female;

        // Girth: a cylinder of this mass and length.
        let girth = (person.mass_kg / reference.mass_kg / height).sqrt();

        let proportions = [
            LengthScale::Trunk,
            LengthScale::Pelvis,
            LengthScale::Head,
            LengthScale::Arm,
            LengthScale::Leg,
        ];
        let lengths = proportions
            .into_iter()
            .map(|scale| {
                let sex = scaling.female_length.get(&scale).filter(|_| is_female).copied().unwrap_or(1.0);
                (scale, height * sex)
            })
            .collect();

        // Muscle grows with the lean mass: above the index most of further mass is fat.
        let lean = |mass_kg: f64, height_m: f64| {
            let limit_kg = scaling.lean_mass_index_kg_per_m2 * height_m * height_m;
            mass_kg.min(limit_kg) + scaling.lean_share_of_excess * (mass_kg - limit_kg).max(0.0)
        };
        let years_of_decline = person.age_years.map_or(0.0, |age| (age - scaling.decline_from_years).max(0.0));
        let muscle = (lean(person.mass_kg, person.height_m) / lean(reference.mass_kg, height_reference_m))
            .powf(scaling.muscle_mass_exponent)
            * if is_female { scaling.female_muscle } else { 1.0 }
            * (1.0 - scaling.decline_per_year * years_of_decline).max(0.3);

        let disc_reference_m = if is_female {
            scaling.female_disc_height_cm * 1e-2
        } else {
            height_reference_m
        };
        let disc = (person.height_m / disc_reference_m).powi(2);

        // A belly larger than height and mass predict brings the lumbar slices forward.
        let waist_expected_m = scaling.waist_reference_cm * 1e-2 * girth;
        let waist_forward_m = person
            .waist_m
            .map_or(0.0, |waist| scaling.waist_forward_cm_per_cm * (waist - waist_expected_m));

        Self {
            sex: person.sex,
            height,
            girth,
            lengths,
            pelvis_breadth: if is_female { scaling.female_pelvis_breadth } else { 1.0 },
            muscle,
            disc,
            waist_forward_m,
        }
    }

    fn of_sex(&self, figures: BySex) -> f64 {
        match self.sex {
            Sex::Male => figures.male,
            Sex::Female => figures.female,
        }
    }

    /// A place of bone: all directions stretch with the segment's length; the pelvis is broader in women.
    fn bone(&self, segment: &SegmentRecord, mm: [f64; 3]) -> DVec3 {
        let length = self.lengths[&segment.length_scale];
        let breadth = if segment.id == "pelvis" { self.pelvis_breadth } else { 1.0 };
        DVec3::new(mm[0] * length, mm[1] * length, mm[2] * length * breadth) * 1e-3
    }

    /// A place of the skin: along the segment it stretches with length, across it with girth; hands and feet are bone and skin.
    fn skin(&self, segment: &SegmentRecord, mm: [f64; 3]) -> DVec3 {
        let length = self.lengths[&segment.length_scale];
        let across = if matches!(segment.id.as_str(), "foot" | "forearm" | "head") {
            length
        } else {
            self.girth
        };
        DVec3::new(mm[0] * across, mm[1] * length, mm[2] * across) * 1e-3
    }
}

impl Body {
    /// Scales the reference anatomy to a person.
    ///
    /// # Errors
    /// Figures of the person out of range, a path that no body can have, a coordinate without a range.
    pub fn new(anatomy: &Anatomy, person: &Person) -> Result<Self, ScaleError> {
        let mut groups: Vec<String> = anatomy.muscle_groups().into_iter().map(str::to_owned).collect();
        groups.sort();
        let group_names: Vec<&str> = groups.iter().map(String::as_str).collect();
        person.check(&group_names, &DISCS)?;
        let factors = Factors::new(anatomy, person);
        let mut body = Self {
            person: person.clone(),
            height_ratio: factors.height,
            girth_ratio: factors.girth,
            segments: Vec::new(),
            coordinates: Vec::new(),
            points: Vec::new(),
            cylinders: Vec::new(),
            groups: groups.clone(),
            fascicles: Vec::new(),
            discs: Vec::new(),
            contacts: Vec::new(),
            shapes: Vec::new(),
            segment_index: BTreeMap::new(),
            coordinate_index: BTreeMap::new(),
            contact_index: BTreeMap::new(),
            landmarks: BTreeMap::new(),
            rhythm: anatomy.rhythm.clone(),
        };
        body.add_segments(anatomy, &factors)?;
        body.add_landmarks(anatomy, &factors);
        body.add_discs(anatomy, &factors);
        body.add_contacts(anatomy, &factors);
        body.shapes = skin::capsules(anatomy, &body);
        body.add_muscles(anatomy, &factors)?;
        Ok(body)
    }

    fn add_segments(&mut self, anatomy: &Anatomy, factors: &Factors) -> Result<(), ScaleError> {
        for record in &anatomy.segments {
            let sides: &[Option<Side>] = if record.paired {
                &[Some(Side::Right), Some(Side::Left)]
            } else {
                &[None]
            };
            for side in sides {
                let suffix = side.map_or("", Side::suffix);
                let mirror = |v: DVec3| if *side == Some(Side::Left) { mirrored(v) } else { v };
                let parent = record.parent.as_ref().map(|parent| {
                    // A paired parent has the same side.
                    self.segment_index
                        .get(parent)
                        .or_else(|| self.segment_index.get(&format!("{parent}{suffix}")))
                        .copied()
                        .unwrap_or(0)
                });
                let parent_record = record
                    .parent
                    .as_ref()
                    .and_then(|id| anatomy.segments.iter().find(|s| s.id == *id))
                    .unwrap_or(record);
                let index = self.segments.len();
                let mass_kg = factors.of_sex(record.mass_percent) * 1e-2 * self.person.mass_kg;
                let mut com_m = mirror(factors.bone(record, record.com_mm));
                if record.id.len() == 2 {
                    com_m.x += factors.waist_forward_m;
                }
                // Radii of gyration: along the segment with length, across it with girth.
                let length = factors.lengths[&record.length_scale];
                let [kx, ky, kz] = record.gyration_mm.map(|k| k * 1e-3);
                let k = DVec3::new(kx * length, ky * factors.girth, kz * length);
                let first = self.coordinates.len();
                let joint = record.joint.as_deref().map_or_else(String::new, |joint| format!("{joint}{suffix}"));
                if let Some(kind) = record.joint.as_deref().and_then(CoordinateKind::of_joint) {
                    let name = record.joint.as_deref().unwrap_or_default();
                    for (word, rotation, axis) in kind.rotations() {
                        let id = format!("{name}_{word}");
                        let range_rad = *anatomy.ranges.get(&id).ok_or_else(|| ScaleError::Range(id.clone()))?;
                        let id = format!("{id}{suffix}");
                        self.coordinate_index.insert(id.clone(), self.coordinates.len());
                        let axis = if *side == Some(Side::Left) { mirrored_axis(*axis) } else { *axis };
                        self.coordinates.push(Coordinate {
                            id,
                            segment: index,
                            rotation: *rotation,
                            axis,
                            range_rad,
                        });
                    }
                }
                let id = format!("{}{suffix}", record.id);
                self.segment_index.insert(id.clone(), index);
                self.segments.push(Segment {
                    id,
                    parent,
                    joint,
                    joint_in_parent_m: mirror(factors.bone(parent_record, record.at_mm.unwrap_or_default())),
                    parent_from_segment_standing: DMat3::from_rotation_z(record.tilt_deg.to_radians()),
                    coordinates: first..self.coordinates.len(),
                    mass_kg,
                    com_m,
                    inertia_kg_m2: DMat3::from_diagonal(mass_kg * k * k),
                });
            }
        }
        Ok(())
    }

    /// Segment of an unpaired id, or of this side of a paired one.
    fn segment_on(&self, id: &str, side: Side) -> usize {
        self.segment_index
            .get(id)
            .or_else(|| self.segment_index.get(&format!("{id}{}", side.suffix())))
            .copied()
            .unwrap_or(0)
    }

    fn add_landmarks(&mut self, anatomy: &Anatomy, factors: &Factors) {
        for (name, place) in &anatomy.landmarks {
            if let Place::On { segment, at_mm } = place {
                let record = anatomy.segments.iter().find(|record| record.id == *segment);
                let Some(record) = record else { continue };
                let at_m = factors.bone(record, *at_mm);
                self.landmarks.insert(name.clone(), (self.segment_on(segment, Side::Right), at_m));
                if record.paired || at_m.z > 0.0 {
                    self.landmarks
                        .insert(format!("{name} (left)"), (self.segment_on(segment, Side::Left), mirrored(at_m)));
                }
            }
        }
    }

    fn add_discs(&mut self, anatomy: &Anatomy, factors: &Factors) {
        let normal = |degrees: f64| DMat3::from_rotation_z(degrees.to_radians()) * DVec3::Y;
        for record in &anatomy.discs {
            let Some(upper) = self.segments.iter().position(|segment| segment.joint == record.id) else {
                continue;
            };
            let length = factors.lengths[&LengthScale::Trunk];
            let area = self.person.disc_area_m2.get(&record.id).copied();
            let area_m2 = area.unwrap_or_else(|| factors.of_sex(record.area_mm2) * 1e-6 * factors.disc);
            // From degrees at 10 N·m in the reference man; bending stiffness goes with area × depth² / height.
            let size = area_m2 / (record.area_mm2.male * 1e-6) * length;
            let stiffness = |degrees: f64| size * 10.0 / degrees.to_radians();
            self.discs.push(Disc {
                id: record.id.clone(),
                upper,
                lower: self.segments[upper].parent.unwrap_or(0),
                normal_in_lower: normal(record.lower_endplate_deg),
                normal_in_upper: normal(record.upper_endplate_deg),
                area_m2,
                height_m: record.height_mm.middle * 1e-3 * length,
                height_front_m: record.height_mm.front * 1e-3 * length,
                height_back_m: record.height_mm.back * 1e-3 * length,
                depth_m: record.depth_mm * 1e-3 * length,
                unloaded_rad: record.unloaded_deg.to_radians(),
                stiffness: BendStiffness {
                    flexion: stiffness(record.flexibility_deg.flexion),
                    extension: stiffness(record.flexibility_deg.extension),
                    side_bend: stiffness(record.flexibility_deg.side_bend),
                    rotation: stiffness(record.flexibility_deg.rotation),
                },
            });
        }
    }

    fn add_contacts(&mut self, anatomy: &Anatomy, factors: &Factors) {
        for record in &anatomy.contacts {
            let Some(segment) = anatomy.segments.iter().find(|segment| segment.id == record.segment) else {
                continue;
            };
            let at_m = factors.skin(segment, record.at_mm);
            let sides: &[Option<Side>] = if record.midline {
                &[None]
            } else {
                &[Some(Side::Right), Some(Side::Left)]
            };
            for side in sides {
                let id = format!("{}{}", record.id, side.map_or("", Side::suffix));
                let at_m = if *side == Some(Side::Left) { mirrored(at_m) } else { at_m };
                self.contact_index.insert(id.clone(), self.contacts.len());
                self.contacts.push(ContactPoint {
                    id,
                    segment: self.segment_on(&record.segment, side.unwrap_or(Side::Right)),
                    at_m,
                    yields: record.yields,
                });
            }
        }
    }

    fn add_muscles(&mut self, anatomy: &Anatomy, factors: &Factors) -> Result<(), ScaleError> {
        let standing = State::standing(self);
        let mut pose = Pose::new(self);
        pose.update(self, &standing);
        for record in &anatomy.cylinders {
            let Some(segment) = anatomy.segments.iter().find(|segment| segment.id == record.segment) else {
                continue;
            };
            for side in [Side::Right, Side::Left] {
                let mirror = |v: DVec3| if side == Side::Left { mirrored(v) } else { v };
                let axis = mirror(DVec3::from(record.axis).normalize());
                let centre_m = mirror(factors.bone(segment, record.centre_mm));
                let towards = mirror(factors.bone(segment, record.side_mm)) - centre_m;
                self.cylinders.push(Cylinder {
                    id: format!("{}{}", record.id, side.suffix()),
                    segment: self.segment_on(&record.segment, side),
                    centre_m,
                    axis,
                    side: (towards - towards.dot(axis) * axis).normalize(),
                    radius_m: record.radius_mm * 1e-3 * factors.height,
                });
            }
        }
        // Paths that pass the same place share the point.
        let mut known: BTreeMap<(&str, Side), usize> = BTreeMap::new();
        for muscle in &anatomy.muscles {
            let group = self.groups.iter().position(|group| *group == muscle.reported_as).unwrap_or(0);
            for record in &muscle.fascicles {
                for side in [Side::Right, Side::Left] {
                    let mut path = Vec::with_capacity(record.path.len() + 1);
                    for (index, name) in record.path.iter().enumerate() {
                        let point = *known.entry((name.as_str(), side)).or_insert_with(|| {
                            let (place, is_other) = anatomy.resolve(name);
                            let place_side = if is_other { opposite(side) } else { side };
                            let parts = self.parts(anatomy, factors, &pose, place, place_side);
                            self.points.push(parts);
                            self.points.len() - 1
                        });
                        path.push(Node::Point(point));
                        if let Some(wrap) = record.wrap.as_ref().filter(|wrap| wrap.after == index) {
                            let id = format!("{}{}", wrap.cylinder, side.suffix());
                            path.extend(self.cylinders.iter().position(|cylinder| cylinder.id == id).map(Node::Wrap));
                        }
                    }
                    let of_person = |map: &BTreeMap<(String, Side), f64>, normal| {
                        map.get(&(muscle.reported_as.clone(), side)).copied().unwrap_or(normal)
                    };
                    self.fascicles.push(Fascicle {
                        id: format!("{}{}", record.id, side.suffix()),
                        muscle: muscle.id.clone(),
                        group,
                        side,
                        path,
                        pcsa_m2: record.pcsa_mm2 * 1e-6 * factors.muscle,
                        fibre_optimal_m: record.fibre_mm * 1e-3,
                        tendon_m: record.fibre_standing,
                        cos_pennation: record.pennation_deg.to_radians().cos(),
                        strength: of_person(&self.person.strength, 1.0),
                        tone: of_person(&self.person.tone, TONE_NORMAL),
                    });
                }
            }
        }
        self.fit_fibres(&pose, factors.height)
    }

    /// Parts of a path point of one side.
    fn parts(&self, anatomy: &Anatomy, factors: &Factors, standing: &Pose, place: &Place, side: Side) -> Vec<PointPart> {
        let mirror = |v: DVec3| if side == Side::Left { mirrored(v) } else { v };
        let record = |id: &str| anatomy.segments.iter().find(|segment| segment.id == id);
        match place {
            Place::On { segment, at_mm } => {
                let at_m = record(segment).map_or(DVec3::ZERO, |record| factors.bone(record, *at_mm));
                vec![PointPart {
                    segment: self.segment_on(segment, side),
                    at_m: mirror(at_m),
                    share: 1.0,
                }]
            }
            Place::Between { standing_mm, shares } => {
                let pelvis = record("pelvis").map_or(DVec3::ZERO, |record| factors.bone(record, *standing_mm));
                let world = standing.world_point(0, mirror(pelvis));
                let parts = shares.iter().filter(|(_, share)| **share > 0.0).map(|(segment, share)| {
                    let segment = self.segment_on(segment, side);
                    PointPart {
                        segment,
                        at_m: standing.local_point(segment, world),
                        share: *share,
                    }
                });
                parts.collect()
            }
        }
    }

    /// Fibres stretch with the path: the optimal length keeps its share of the reference path, and the tendon is what is left in relaxed
    /// standing when the fibre has its standing length. Until here `tendon_m` holds that standing length over the optimal one.
    fn fit_fibres(&mut self, standing: &Pose, height: f64) -> Result<(), ScaleError> {
        let mut paths = Paths::new(self);
        paths.update(self, standing);
        for (index, length_m) in paths.lengths_m().iter().enumerate() {
            if let Some(piece_m) = paths.pieces_m(index).find(|piece_m| *piece_m > PIECE_MAX_M * height) {
                return Err(ScaleError::Path {
                    fascicle: self.fascicles[index].id.clone(),
                    length_m: piece_m,
                });
            }
            let fascicle = &mut self.fascicles[index];
            fascicle.fibre_optimal_m *= height;
            fascicle.tendon_m = length_m - fascicle.tendon_m * fascicle.fibre_optimal_m * fascicle.cos_pennation;
        }
        Ok(())
    }
}

fn opposite(side: Side) -> Side {
    match side {
        Side::Right => Side::Left,
        Side::Left => Side::Right,
    }
}

/// Mirror image in the sagittal plane.
pub(crate) fn mirrored(v: DVec3) -> DVec3 {
    DVec3::new(v.x, v.y, -v.z)
}
